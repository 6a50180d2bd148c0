//! Every detector over windows, one file each. To add one: the file, its `mod` line, its line in [`ALL`], and a
//! folder of cases in `corpus/<name>/`.

mod beaconing;
mod data_exfiltration;
mod dns_tunnel;
mod long_sessions;
mod scan;
mod volume_anomaly;

use crate::Detector;

/// The only list of detectors; schedule, parameters, coverage and docs iterate over it.
pub static ALL: &[&Detector] = &[
    &beaconing::DETECTOR,
    &data_exfiltration::DETECTOR,
    &dns_tunnel::DETECTOR,
    &long_sessions::DETECTOR,
    &scan::DETECTOR,
    &volume_anomaly::DETECTOR,
];
