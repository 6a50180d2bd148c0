//! `margay bench store`: how fast the store writes and lists.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use engine::{Result, StoreBench, bench_store};

use super::{Global, scratch_folder};
use crate::output::{self, Table, grouped};

/// Fill an empty store with made-up threat events and claims, and list events page by page
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  margay bench store --events 5000000
  margay bench store --url postgres://margay@localhost/scratch")]
pub(super) struct Store {
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u64).range(0..=50_000_000))]
    events: u64,
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u64).range(0..=200_000_000))]
    claims: u64,
    /// An empty PostgreSQL database; without it, a SQLite file that is removed afterwards
    #[arg(long)]
    url: Option<String>,
    /// Where the folder for the file is made [default: the system's folder for temporary files]
    #[arg(long, value_name = "DIR")]
    scratch: Option<PathBuf>,
}

impl Store {
    pub(super) async fn run(self, global: &Global) -> Result<ExitCode> {
        let folder = scratch_folder(self.scratch)?;
        let plan = StoreBench { events: self.events, claims: self.claims, url: self.url };
        let figures = bench_store(&plan, folder.path()).await?;
        if global.json {
            output::json(&figures)?;
            return Ok(ExitCode::SUCCESS);
        }
        let rate = |n: u64, rate: f64, what: &str| format!("{} {what}, {} a second", grouped(n), grouped(rate as u64));
        output::line(rate(figures.events, figures.events_per_second, "events"))?;
        output::line(rate(figures.claims, figures.claims_per_second, "claims"))?;
        output::line(format!("{} MB of file, 0 where it is a server's", grouped(figures.bytes / 1_000_000)))?;
        let mut table = Table::new(&["page", "events", "ms, median", "ms, 99 %"]).numbers(&[1, 2, 3]);
        for page in figures.pages {
            let ms = |ms: f64| format!("{ms:.1}");
            table.row([page.page, grouped(page.events), ms(page.ms_median), ms(page.ms_p99)]);
        }
        table.print()?;
        Ok(ExitCode::SUCCESS)
    }
}
