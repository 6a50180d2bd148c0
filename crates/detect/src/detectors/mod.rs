//! Every detector over windows, one file each. To add one: the file, its `mod` line, its line in [`ALL`], and a
//! folder of cases in `corpus/<name>/`.

mod beaconing;
mod bot_traffic;
mod cloud_misuse;
mod data_exfiltration;
mod dns_tunnel;
mod fast_flux;
mod generated_domains;
mod lateral_movement;
mod long_sessions;
mod lookalike_domain;
mod mail_anomaly;
mod new_access;
mod password_attack;
mod protocol_mismatch;
mod ransom_activity;
mod rare_execution;
mod scan;
mod volume_anomaly;
mod web_attack;

use crate::Detector;

/// The only list of detectors; schedule, parameters, coverage and docs iterate over it.
pub static ALL: &[&Detector] = &[
    &beaconing::DETECTOR,
    &bot_traffic::DETECTOR,
    &cloud_misuse::DETECTOR,
    &data_exfiltration::DETECTOR,
    &dns_tunnel::DETECTOR,
    &generated_domains::DETECTOR,
    &lateral_movement::DETECTOR,
    &fast_flux::DETECTOR,
    &long_sessions::DETECTOR,
    &lookalike_domain::DETECTOR,
    &mail_anomaly::DETECTOR,
    &new_access::DETECTOR,
    &password_attack::DETECTOR,
    &ransom_activity::DETECTOR,
    &rare_execution::DETECTOR,
    &protocol_mismatch::DETECTOR,
    &scan::DETECTOR,
    &volume_anomaly::DETECTOR,
    &web_attack::DETECTOR,
];
