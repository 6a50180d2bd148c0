//! `margay bench rules`: what it costs to hold rules against records, read from files and from the lake.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use engine::{Held, Result, RulesBench, RulesReport, bench_rules};

use super::{empty_engine, per_second};
use crate::{
    cli::{Global, interrupt},
    output::{self, Table, grouped},
};

/// Hold records against rules: as they are read, decoded, and over a lake made of them
///
/// Also says what two more conditions in every rule cost, and twice as many rules. Times are those of one core.
/// Nothing is kept: rows are committed to a folder that is removed afterwards.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  margay bench rules --rules sigma/rules security.evtx
  MARGAY_THREADS=1 taskset -c 0 margay --home other bench rules events.ndjson
  margay bench rules --rules sigma/rules events.ndjson \\
    --peer \"rsigma engine eval -r sigma/rules -p sysmon --output-format ndjson -e @{file}\"")]
pub(super) struct Rules {
    /// Files or folders of records
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Files or folders of rules [default: the folder rules of the home folder, else the rules that come with the product]
    #[arg(long, value_name = "PATH")]
    rules: Vec<PathBuf>,
    /// Another program to measure in the same run; it prints a line for each match, and {file} stands for the file
    #[arg(long, value_name = "COMMAND")]
    peer: Option<String>,
    /// Where the folder for committed rows is made [default: the system's folder for temporary files]
    #[arg(long, value_name = "DIR")]
    scratch: Option<PathBuf>,
}

impl Rules {
    pub(super) async fn run(self, global: &Global) -> Result<ExitCode> {
        let own = global.home()?.rules();
        // Without rules of one's own, those that come with the product are measured.
        let has_own = own.read_dir().is_ok_and(|mut files| files.next().is_some());
        let rules = if self.rules.is_empty() && has_own { vec![own] } else { self.rules };
        let (engine, _folder) = empty_engine(self.scratch).await?;
        let plan = RulesBench { files: self.files, rules, peer: self.peer };
        let report = bench_rules(&engine, plan, &interrupt()).await;
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

fn print(report: &RulesReport) -> Result<()> {
    let megabytes = |bytes: Option<u64>| bytes.map_or_else(|| "–".to_owned(), |bytes| grouped(bytes / 1_000_000));
    output::line(format!(
        "{} rules loaded in {:.2} s of one core ({} refused): {} MB of memory, at most {} MB with the records",
        grouped(report.load.rules),
        report.load.seconds,
        grouped(report.load.refused),
        megabytes(report.load.resident),
        megabytes(report.resident),
    ))?;
    output::line("")?;
    let mut table =
        Table::new(&["one core", "records", "matches", "rules", "us each", "records/s"]).numbers(&[1, 2, 3, 4, 5]);
    let decode = Held { rows: report.records, seconds: report.decode_seconds, ..Held::default() };
    let both = Held { rows: report.records, seconds: report.decode_seconds + report.stream.seconds, ..report.stream };
    table.row(row("decoded", &decode));
    table.row(row("held against the rules", &report.stream));
    table.row(row("decoded and held", &both));
    table.row(row("decoded before, again", &report.decoded));
    table.row(row("two more conditions", &report.burdened));
    table.row(row("half of the rules", &report.half));
    let hunt = &report.hunt;
    let cpu = hunt.cpu_seconds.unwrap_or(hunt.seconds);
    table.row(row("in the lake", &Held { rows: hunt.rows, seconds: cpu, ..Held::default() }));
    table.print()?;
    output::line("")?;
    output::line(format!(
        "Two more conditions cost {:.2} times as much; twice as many rules cost {:.2} times, {:.2} with decoding",
        ratio(report.burdened.seconds, report.decoded.seconds),
        ratio(report.decoded.seconds, report.half.seconds),
        with_decoding(report),
    ))?;
    output::line(format!(
        "The lake was hunted in {:.2} s with {} threads: {} findings",
        hunt.seconds,
        hunt.threads,
        grouped(hunt.findings)
    ))?;
    if let Some(peer) = &report.peer {
        let load = peer.load_cpu_seconds.unwrap_or(0.0);
        let cpu = peer.cpu_seconds.unwrap_or(peer.seconds);
        output::line(output::visible(&format!(
            "The peer took {cpu:.2} s of CPU, {load:.2} s of them without records: {} records/s of one core, {} lines; \
             this is {:.1} times as fast",
            grouped(per_second(report.records, cpu - load)),
            grouped(peer.matches),
            ratio(cpu - load, both.seconds),
        )))?;
    }
    Ok(())
}

fn row(what: &str, held: &Held) -> [String; 6] {
    let count = |n: u64| if n == 0 { "–".to_owned() } else { grouped(n) };
    [
        what.to_owned(),
        grouped(held.rows),
        count(held.matches),
        count(held.rules),
        format!("{:.2}", if held.rows > 0 { held.seconds * 1e6 / held.rows as f64 } else { 0.0 }),
        grouped(per_second(held.rows, held.seconds)),
    ]
}

fn ratio(a: f64, b: f64) -> f64 {
    if b > 0.0 { a / b } else { 0.0 }
}

/// What the other half of the rules costs where each record is decoded first.
fn with_decoding(report: &RulesReport) -> f64 {
    let decode = if report.records > 0 { report.decode_seconds / report.records as f64 } else { 0.0 };
    let each = |held: &Held| if held.rows > 0 { held.seconds / held.rows as f64 } else { 0.0 };
    ratio(decode + each(&report.decoded), decode + each(&report.half))
}
