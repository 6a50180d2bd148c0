//! Records in, findings out: indicators, and behaviours over windows. No clock, no I/O.

mod control;
mod detector;
mod doubt;
mod excess;
mod habits;
mod query;
mod sheet;
mod spread;
mod telemetry;
mod yardstick;

pub mod detectors;
pub mod indicators;
pub mod models;
pub mod patterns;
pub mod rules;

pub use control::{Batch, Control};
pub use detector::{Case, Day, Detector, Digest, Error, Judged, Param, Params, Past, Reads};
pub use doubt::{DOUBTED, doubt};
pub use spread::{BINS, DECADES, Spread, decade_of};
