//! The doors of the crate: cases from `corpus/`, bundles that other people's tools accept, and real feeds.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "share is pure; its tests read files, run other people's tools, and say what they skip"
)]

mod corpus;
mod real_feeds;
mod stix;
