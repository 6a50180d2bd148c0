//! Records in, findings out: indicators, and behaviours over windows. No clock, no I/O.

mod detector;

pub mod detectors;
pub mod indicators;
pub mod patterns;
pub mod rules;

pub use detector::{Detector, Digest, Error, Judged, Param, Params, Reads};
