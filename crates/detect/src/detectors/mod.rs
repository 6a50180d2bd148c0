//! Every detector over windows, one file each. To add one: the file, its `mod` line, its line in [`ALL`], and a
//! folder of cases in `corpus/<name>/`.

mod beaconing;
mod scan;

use crate::Detector;

/// The only list of detectors; schedule, parameters, coverage and docs iterate over it.
pub static ALL: &[&Detector] = &[&beaconing::DETECTOR, &scan::DETECTOR];
