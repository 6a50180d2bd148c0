//! `margay ingest`: telemetry into the lake.

use std::{path::PathBuf, process::ExitCode, sync::Arc};

use clap::Args;
use engine::{Error, Explanation, IngestPlan, IngestReport, Remark, Result, pipeline};

use super::Global;
use crate::{
    cli::{explain, interrupt, progress},
    output::{self, Table, grouped},
};

/// Read telemetry into the lake
///
/// Files are recognised by their content and may be packed with gzip or Zstandard. What was read before is passed
/// over, so running it again over the same files adds nothing, and over files that have grown adds what is new.
/// Records that cannot be read go to the table `quarantine`, with the reason.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  margay ingest /var/log/zeek
  margay ingest --dataset edge logpush/2026-11-21/*.log.gz
  zcat conn.log.gz | margay ingest --format zeek -
  margay ingest --explain unknown.log")]
pub(crate) struct Ingest {
    /// Files, folders, or - for standard input
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// Dataset that the records belong to [default: from the configuration]
    #[arg(long)]
    dataset: Option<String>,
    /// Read everything as this format instead of recognising it
    #[arg(long)]
    format: Option<String>,
    /// Read everything by this mapping file
    #[arg(long, value_name = "FILE", conflicts_with = "format")]
    mapping: Option<PathBuf>,
    /// Say what each input is taken for and show one record before and after; write nothing
    #[arg(long)]
    explain: bool,
}

impl Ingest {
    pub(crate) async fn run(self, global: &Global) -> Result<ExitCode> {
        let engine = global.engine().await?;
        let plan = IngestPlan { paths: self.paths, dataset: self.dataset, format: self.format, mapping: self.mapping };
        if self.explain {
            let explained = tokio::task::block_in_place(|| engine.explain(&plan));
            engine.close().await;
            return tell_explained(&explained?, global);
        }
        let bar = Arc::new(progress::Bar::bytes("reading"));
        let report = pipeline::ingest(&engine, &plan, &interrupt(), bar.clone()).await;
        bar.clear();
        engine.close().await;
        let report = report?;
        if global.json {
            output::json(&report)?;
        } else {
            print(&report)?;
        }
        finish(&report)
    }
}

fn tell_explained(explained: &[Explanation], global: &Global) -> Result<ExitCode> {
    for explanation in explained {
        if global.json {
            output::json(explanation)?;
        } else {
            explain::print(explanation)?;
        }
    }
    let unknown = explained.iter().any(|explanation| explanation.formats.is_empty());
    Ok(if unknown { ExitCode::from(3) } else { ExitCode::SUCCESS })
}

pub(crate) fn print(report: &IngestReport) -> Result<()> {
    let mut table = Table::new(&["table", "rows"]).numbers(&[1]);
    for (name, rows) in &report.tables {
        table.row([name.clone(), grouped(*rows)]);
    }
    if report.rejects > 0 {
        table.row(["quarantine".to_owned(), grouped(report.rejects)]);
    }
    if !report.tables.is_empty() || report.rejects > 0 {
        table.print()?;
        output::line("")?;
    }
    let mut line = format!(
        "{} records received = {} rows + {} rejects",
        grouped(report.received),
        grouped(report.rows),
        grouped(report.rejects)
    );
    if report.repeated > 0 {
        line.push_str(&format!(" + {} that were here already", grouped(report.repeated)));
    }
    output::line(line)?;
    output::line(format!(
        "{} sources read, {} unchanged since the last time",
        grouped(report.n_sources),
        grouped(report.n_unchanged)
    ))?;
    tell("passed over", &report.skipped);
    tell("damaged", &report.damaged);
    tell("still being written", &report.growing);
    if report.rejects > 0 {
        output::remark(
            "Why rejects were rejected: margay sql \"SELECT source, reason, detail FROM quarantine LIMIT 20\"",
        );
    }
    Ok(())
}

/// Remarks told one by one before the rest are only counted.
const TOLD: usize = 5;

fn tell(what: &str, remarks: &[Remark]) {
    for remark in remarks.iter().take(TOLD) {
        output::remark(output::visible(&format!("{what}: {}: {}", remark.source, remark.why)));
    }
    if remarks.len() > TOLD {
        output::remark(format!("{what}: {} more (--json lists them all)", remarks.len() - TOLD));
    }
}

/// Damaged input, or a file that the person named and that is not of any format, ends with exit code 3.
fn finish(report: &IngestReport) -> Result<ExitCode> {
    let named = report.skipped.iter().filter(|remark| remark.named && remark.why != "it is empty").count();
    if report.damaged.is_empty() && named == 0 {
        return Ok(ExitCode::SUCCESS);
    }
    Err(Error::input("some input could not be read whole")
        .detail(format!("{} damaged, {named} not recognised", report.damaged.len()))
        .hint("what could be read is in the lake; `margay formats` lists what is recognised"))
}
