//! `margay lake`: looking after the lake.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use engine::{LakeFigures, Result};

use super::Global;
use crate::output::{self, Table, grouped};

/// Look after the lake: figures, compaction, retention
#[derive(Debug, Args)]
pub(crate) struct Lake {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Rows, files and bytes of every table
    Status,
    /// Join small files into large ones; results stay the same, queries get faster
    Compact,
    /// Delete the days that are older than the retention
    #[command(after_help = "Example: margay lake expire --keep-days 90")]
    Expire {
        /// Days to keep, counted back from today
        #[arg(long, value_name = "N")]
        keep_days: u32,
    },
    /// Remove files that no version of the last days needs any more; older versions can then not be asked for
    Vacuum {
        /// Days of versions to keep for --as-of
        #[arg(long, value_name = "N", default_value_t = 7)]
        keep_days: u32,
    },
}

impl Lake {
    pub(crate) async fn run(self, global: &Global) -> Result<ExitCode> {
        let engine = global.engine().await?;
        let figures = match self.action {
            Action::Status => engine.lake_status().await,
            Action::Compact => engine.compact().await,
            Action::Expire { keep_days } => engine.expire(keep_days).await,
            Action::Vacuum { keep_days } => engine.vacuum(keep_days).await,
        };
        engine.close().await;
        print(&figures?, global.json)?;
        Ok(ExitCode::SUCCESS)
    }
}

fn print(figures: &[LakeFigures], json: bool) -> Result<()> {
    if json {
        return figures.iter().try_for_each(output::json);
    }
    let mut table = Table::new(&["table", "rows", "files", "MB", "version"]).numbers(&[1, 2, 3, 4]);
    for one in figures.iter().filter(|one| one.rows > 0) {
        table.row([
            one.table.to_owned(),
            grouped(one.rows),
            grouped(one.files),
            grouped(one.bytes / 1_000_000),
            one.version.unwrap_or_default().to_string(),
        ]);
    }
    table.print()
}
