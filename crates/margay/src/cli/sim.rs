//! `margay sim`: a world with ground truth.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use engine::{Result, SimPlan, simulate};
use schema::Timestamp;

use super::Global;
use crate::{
    cli::{interrupt, progress},
    output::{self, grouped},
};

/// Simulate an organisation's traffic, with ground truth
///
/// Writes Zeek logs (TSV of one site, JSON of another), Cloudflare Logpush NDJSON, Windows events, logons of Linux
/// servers, mail, cloud calls, an indicator list, and truth.ndjson: which records belong to which attack, and what is
/// innocent although it looks like one. The same seed gives the same bytes.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  margay sim --out world
  margay sim --days 7 --scale 5 --seed 42 --out world
  margay ingest world/*/")]
pub(crate) struct Sim {
    /// Folder for the files; must be empty or not there yet
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=3660))]
    days: u32,
    /// Size of the organisation: 1 is a small one
    #[arg(long, default_value_t = 1.0, value_parser = scale)]
    scale: f64,
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// First day, in UTC
    #[arg(long, value_name = "DATE", default_value = "2026-01-05")]
    start: Timestamp,
    /// No attacks: only innocent traffic
    #[arg(long)]
    benign: bool,
}

fn scale(text: &str) -> std::result::Result<f64, String> {
    match text.parse::<f64>() {
        Ok(scale) if (0.01..=10_000.0).contains(&scale) => Ok(scale),
        _ => Err("must be a number from 0.01 to 10000".to_owned()),
    }
}

impl Sim {
    pub(crate) async fn run(self, global: &Global) -> Result<ExitCode> {
        let plan = plan(self.seed, self.days, self.scale, self.start, self.benign);
        let bar = progress::Bar::steps("simulating");
        let stop = interrupt();
        let report = simulate(&plan, &self.out, &stop, |share| bar.set((share * 1_000.0) as u64, 1_000));
        bar.clear();
        let report = report?;
        if global.json {
            output::json(&report)?;
        } else {
            output::line(format!(
                "{} records in {} files ({} MB) below {}; {} attacks, told in truth.ndjson",
                grouped(report.rows),
                report.files,
                grouped(report.bytes / 1_000_000),
                report.folder.display(),
                report.stories
            ))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

pub(crate) fn plan(seed: u64, days: u32, scale: f64, start: Timestamp, benign: bool) -> SimPlan {
    let stories = if benign { engine::Stories::None } else { engine::Stories::All };
    SimPlan { seed, days, scale, start, stories }
}
