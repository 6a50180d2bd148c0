//! Structured logs to standard error.

use std::io::IsTerminal;

use tracing_subscriber::{EnvFilter, fmt};

use super::Global;

/// A commit that loses its race is tried again, and what ends in an error is told as one: these speak of both.
const QUIET: &str = "buoyant_kernel=off,deltalake_core=off,delta_kernel=off";

pub(crate) fn start(global: &Global) {
    let filter = EnvFilter::try_new(format!("{QUIET},{}", global.log)).unwrap_or_else(|_| EnvFilter::new("warn"));
    let ansi = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let lines = fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(ansi);
    if global.log_json { lines.json().init() } else { lines.init() }
}
