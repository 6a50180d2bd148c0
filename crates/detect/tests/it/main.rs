//! Detectors through their public contract.

#![allow(clippy::disallowed_methods, reason = "tests read their cases")]

mod beaconing;
mod organization;
mod rig;
mod rules;
mod scan;
