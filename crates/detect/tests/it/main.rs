//! Detectors through their public contract.

#![allow(clippy::disallowed_methods, reason = "tests read their cases")]

mod beaconing;
mod data_exfiltration;
mod dns_tunnel;
mod long_sessions;
mod organization;
mod rig;
mod rules;
mod scan;
mod volume_anomaly;
