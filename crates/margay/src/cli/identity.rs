//! `margay identity`: which host had an address, or which addresses a host had.

use std::process::ExitCode;

use clap::Args;
use engine::Result;

use super::Global;
use crate::output::{self, Table, visible};

/// Say which host had an address, or which addresses a host had
///
/// Put together from leases, from what hosts log of their own connections, from logons that both a host and a sensor
/// saw, and from what clients call themselves. Each line holds for its time: addresses change hands. An address that
/// several hosts use at a time, as a gateway, is nobody's.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  margay identity 10.0.3.7
  margay identity ws-042
  margay identity ws-042.corp.example --json")]
pub(crate) struct Identity {
    /// An address, or a host by its short or its whole name
    #[arg(value_name = "HOST|ADDRESS")]
    about: String,
}

impl Identity {
    pub(crate) async fn run(self, global: &Global) -> Result<ExitCode> {
        let engine = global.engine().await?;
        let found = engine.identity(&self.about).await;
        engine.close().await;
        let found = found?;
        if global.json {
            found.iter().try_for_each(output::json)?;
            return Ok(ExitCode::SUCCESS);
        }
        if found.is_empty() {
            output::line(format!("no log tells which host {} is", visible(&self.about)))?;
            return Ok(ExitCode::SUCCESS);
        }
        let mut table = Table::new(&["address", "host", "first", "last", "trust", "known by"]).numbers(&[4]);
        for tenancy in &found {
            let by: Vec<String> =
                tenancy.records.iter().map(|(sort, records)| format!("{records} {}", sort.name())).collect();
            table.row([
                tenancy.address.to_string(),
                visible(&tenancy.host),
                tenancy.first.to_string(),
                tenancy.last.to_string(),
                tenancy.confidence.to_string(),
                by.join(", "),
            ]);
        }
        table.print()?;
        Ok(ExitCode::SUCCESS)
    }
}
