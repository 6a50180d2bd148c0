//! `margay bench`: figures of this machine over the user's own files.

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Subcommand};
use engine::{BenchReport, Config, Engine, Error, Home, ReadFigures, Result, bench};

use super::{Global, interrupt};
use crate::output::{self, Table, grouped, seconds};

/// Measure how fast this machine reads your own files
#[derive(Debug, Args)]
pub(crate) struct Bench {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Ingest(Ingest),
}

/// Read files in memory on one core, format by format, then from disk to committed rows
///
/// Nothing is kept: rows are committed to a folder that is removed afterwards.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  margay bench ingest /var/log/zeek
  MARGAY_THREADS=1 taskset -c 0 margay bench ingest security.evtx")]
struct Ingest {
    /// Files or folders
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// Where the folder for committed rows is made [default: the system's folder for temporary files]
    #[arg(long, value_name = "DIR")]
    scratch: Option<PathBuf>,
}

impl Bench {
    pub(crate) async fn run(self, global: &Global) -> Result<ExitCode> {
        let What::Ingest(ingest) = self.what;
        ingest.run(global).await
    }
}

impl Ingest {
    async fn run(self, global: &Global) -> Result<ExitCode> {
        let scratch = self.scratch.unwrap_or_else(std::env::temp_dir);
        let folder = tempfile::Builder::new().prefix("margay-bench-").tempdir_in(&scratch).map_err(|error| {
            Error::machine(format!("could not make a folder in {}", scratch.display()))
                .detail(error)
                .hint("name another with --scratch")
        })?;
        let home = Home::open(folder.path())?;
        let config = Config::load(&home.config(), std::env::vars())?;
        let engine = Engine::open(home, Config { lake: None, ..config }).await?;
        let report = bench(&engine, self.paths, &interrupt()).await;
        engine.close().await;
        let report = report?;
        if global.json {
            output::json(&report)?
        } else {
            print(&report)?
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn print(report: &BenchReport) -> Result<()> {
    let mut table =
        Table::new(&["format", "files", "records", "rejects", "MB", "records/s", "MB/s"]).numbers(&[1, 2, 3, 4, 5, 6]);
    for figures in &report.read {
        table.row(row(figures));
    }
    output::line("In memory, one core: cut, parsed and normalised")?;
    table.print()?;
    output::line("")?;
    let rate = per_second(report.committed_rows, report.commit_seconds);
    output::line(format!(
        "From files to committed rows, {} threads: {} rows of {} MB in {}: {} rows/s, {} MB/s",
        report.threads,
        grouped(report.committed_rows),
        grouped(report.committed_bytes / 1_000_000),
        seconds(std::time::Duration::from_secs_f64(report.commit_seconds)),
        grouped(rate),
        grouped(per_second(report.committed_bytes, report.commit_seconds) / 1_000_000),
    ))?;
    for name in &report.passed_over {
        output::remark(output::visible(&format!("passed over, of no known format: {name}")));
    }
    Ok(())
}

fn row(figures: &ReadFigures) -> [String; 7] {
    [
        figures.format.clone(),
        grouped(figures.n_files),
        grouped(figures.records),
        grouped(figures.rejects),
        grouped(figures.bytes / 1_000_000),
        grouped(per_second(figures.records, figures.seconds)),
        grouped(per_second(figures.bytes, figures.seconds) / 1_000_000),
    ]
}

fn per_second(count: u64, seconds: f64) -> u64 {
    if seconds > 0.0 { (count as f64 / seconds) as u64 } else { 0 }
}
