//! Detectors through their public contract.

#![allow(clippy::disallowed_methods, reason = "tests read their cases")]

mod beaconing;
mod bot_traffic;
mod cloud_misuse;
mod data_exfiltration;
mod diary;
mod dns_tunnel;
mod fast_flux;
mod generated_domains;
mod lateral_movement;
mod long_sessions;
mod lookalike_domain;
mod mail_anomaly;
mod new_access;
mod organization;
mod password_attack;
mod protocol_mismatch;
mod ransom_activity;
mod rare_execution;
mod rig;
mod rules;
mod scan;
mod volume_anomaly;
mod web_attack;
