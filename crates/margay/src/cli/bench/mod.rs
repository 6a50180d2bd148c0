//! `margay bench`: figures of this machine over the user's own files.

mod rules;
mod serve;
mod store;

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Subcommand};
use engine::{
    BenchReport, Config, Engine, Error, Home, IndicatorFigures, IntelPlan, ReadFigures, Result, StoreConfig, bench,
    bench_indicators, bench_intel,
};

use super::{Global, interrupt};
use crate::output::{self, Table, grouped, seconds};

/// Measure how fast this machine reads your own files, and holds rules and indicators against them
#[derive(Debug, Args)]
pub(crate) struct Bench {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Ingest(Ingest),
    Rules(rules::Rules),
    Indicators(Indicators),
    Intel(Intel),
    Store(store::Store),
    Serve(serve::Serve),
}

/// Put made-up threat events together into campaigns, and weigh who may be behind one, on one core
#[derive(Debug, Args)]
#[command(after_help = "Example: taskset -c 0 margay bench intel --events 1000000")]
struct Intel {
    /// Threat events, each with about ten things that others may have too
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u64).range(1_000..=20_000_000))]
    events: u64,
}

/// Load indicators, and hold names and addresses against them on one core
///
/// Nothing is kept: claims go into a folder that is removed afterwards.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  margay bench indicators feed.csv
  taskset -c 0,1 margay bench indicators /data/lists")]
struct Indicators {
    /// Files or folders, as `margay intel load` takes them
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// Where the folder for claims is made [default: the system's folder for temporary files]
    #[arg(long, value_name = "DIR")]
    scratch: Option<PathBuf>,
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

impl Intel {
    async fn run(self, global: &Global) -> Result<ExitCode> {
        let figures = bench_intel(self.events).await?;
        if global.json {
            output::json(&figures)?;
            return Ok(ExitCode::SUCCESS);
        }
        let mut table = Table::new(&["what", "seconds"]).numbers(&[1]);
        let (events, links) = (grouped(figures.events), grouped(figures.links));
        table.row([
            format!("{events} events with {links} things into {} campaigns", grouped(figures.campaigns)),
            format!("{:.2}", figures.from_scratch_seconds),
        ]);
        table.row([format!("{} events more", grouped(figures.new_events)), format!("{:.2}", figures.new_seconds)]);
        table.row(["one attribution".to_owned(), format!("{:.5}", figures.attribute_ms / 1e3)]);
        table.print()?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Bench {
    pub(crate) async fn run(self, global: &Global) -> Result<ExitCode> {
        match self.what {
            What::Ingest(ingest) => ingest.run(global).await,
            What::Rules(rules) => rules.run(global).await,
            What::Indicators(indicators) => indicators.run(global).await,
            What::Intel(intel) => intel.run(global).await,
            What::Store(store) => store.run(global).await,
            What::Serve(serve) => serve.run(global).await,
        }
    }
}

impl Indicators {
    async fn run(self, global: &Global) -> Result<ExitCode> {
        let (engine, folder) = empty_engine(self.scratch).await?;
        let plan = IntelPlan { paths: self.paths, source: None, confidence: 50, tlp: schema::Tlp::Red };
        let figures = bench_indicators(&engine, &plan).await;
        engine.close().await;
        drop(folder);
        let figures = figures?;
        if global.json {
            output::json(&figures)?;
        } else {
            print_indicators(&figures)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn print_indicators(figures: &IndicatorFigures) -> Result<()> {
    let took = |took: f64| seconds(std::time::Duration::from_secs_f64(took));
    output::line(format!(
        "load      {} claims in {}, {} a second; {} records rejected",
        grouped(figures.claims),
        took(figures.load_seconds),
        grouped(per_second(figures.claims, figures.load_seconds)),
        grouped(figures.rejects)
    ))?;
    output::line(format!(
        "resident  {} values in {} bytes, {:.1} each; read from disk in {}",
        grouped(figures.listed),
        grouped(figures.sieve_bytes),
        figures.sieve_bytes as f64 / figures.listed.max(1) as f64,
        took(figures.sieve_seconds)
    ))?;
    output::line(format!(
        "look-ups  {} values a second on one core; {} values, {} rows that may be listed",
        grouped(per_second(figures.values, figures.match_seconds)),
        grouped(figures.values),
        grouped(figures.rows_met)
    ))
}

/// An engine in a folder of its own, which is removed when the second part is dropped.
async fn empty_engine(scratch: Option<PathBuf>) -> Result<(Engine, tempfile::TempDir)> {
    let folder = scratch_folder(scratch)?;
    let home = Home::open(folder.path())?;
    let config = Config::load(&home.config(), std::env::vars())?;
    // Neither the lake nor the store that the environment names: what is made up stays out of them.
    let config = Config { lake: None, store: StoreConfig::default(), ..config };
    Ok((Engine::open(home, config).await?, folder))
}

fn scratch_folder(scratch: Option<PathBuf>) -> Result<tempfile::TempDir> {
    let scratch = scratch.unwrap_or_else(std::env::temp_dir);
    tempfile::Builder::new().prefix("margay-bench-").tempdir_in(&scratch).map_err(|error| {
        Error::machine(format!("could not make a folder in {}", scratch.display()))
            .detail(error)
            .hint("name another with --scratch")
    })
}

impl Ingest {
    async fn run(self, global: &Global) -> Result<ExitCode> {
        let (engine, folder) = empty_engine(self.scratch).await?;
        let report = bench(&engine, self.paths, &interrupt()).await;
        engine.close().await;
        drop(folder);
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
