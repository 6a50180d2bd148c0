//! `margay query-worker`: answers queries for a server, in a process that may be killed. Not for people.

use std::process::ExitCode;

use clap::Args;
use engine::{Config, Error, Result};

use super::Global;

/// Answer queries for a server
#[derive(Debug, Args)]
pub(crate) struct QueryWorker {}

/// Addresses that a worker may use beside what queries may: code, threads, what the allocator keeps in reserve.
const RESERVE_BYTES: u64 = 3 << 30;

impl QueryWorker {
    pub(crate) async fn run(self, global: &Global) -> Result<ExitCode> {
        let home = global.home()?;
        let config = Config::load(&home.config(), std::env::vars())?;
        limit(&config)?;
        engine::serve_queries(home, config).await?;
        Ok(ExitCode::SUCCESS)
    }
}

/// One allocation that is larger than all that may be fails at once, and nothing is left behind by what crashes.
#[cfg(unix)]
fn limit(config: &Config) -> Result<()> {
    use rlimit::Resource;

    let addresses = (config.query_memory_mb as u64).saturating_mul(2 << 20).saturating_add(RESERVE_BYTES);
    for (resource, most) in [(Resource::AS, addresses), (Resource::CORE, 0)] {
        resource
            .set(most, most)
            .map_err(|error| Error::machine("could not limit what a query may use").detail(error))?;
    }
    // Where memory runs out all the same, the system is to choose a worker and not the server.
    if let Err(error) = std::fs::write("/proc/self/oom_score_adj", "1000") {
        tracing::debug!(%error, "cannot ask to be the first to go");
    }
    Ok(())
}

#[cfg(not(unix))]
fn limit(_: &Config) -> Result<()> {
    Ok(())
}
