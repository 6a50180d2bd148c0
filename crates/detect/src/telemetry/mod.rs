//! Telemetry rows as detectors read them: columns by name, texts by number, addresses by side.

pub(crate) mod accounts;
pub(crate) mod columns;
pub(crate) mod groups;
pub(crate) mod hash;
pub(crate) mod hosts;
pub(crate) mod ids;
pub(crate) mod names;
pub(crate) mod network;
pub(crate) mod outcome;
pub(crate) mod places;
pub(crate) mod requests;
pub(crate) mod sample;
pub(crate) mod seen;

pub(crate) use columns::Text;
pub(crate) use hosts::Hosts;
pub(crate) use ids::Ids;
pub(crate) use names::Names;
pub(crate) use outcome::{Outcome, Outcomes};
pub(crate) use places::Places;
pub(crate) use sample::Sample;
pub(crate) use seen::{RECORDS_MAX, Seen, SeenColumns};
