//! The binary as a user runs it: real files, a real home, real kills.
#![allow(clippy::disallowed_methods, reason = "tests start processes and touch files")]
#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

mod home;

mod alerts;
mod breaking;
mod budget;
mod campaigns;
mod commands;
mod correlations;
mod databases;
mod flight;
mod floors;
mod formats;
mod indicators;
mod intake;
mod intelligence;
mod people;
mod postgres;
mod query_workers;
mod real_data;
mod rules;
mod rules_sources;
mod serve;
mod stories;
mod verdicts;
mod visibility;
mod work;
