//! `margay events import`: events that another system has reported.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use engine::{Engine, ImportForm, ImportPlan, ImportReport, Result};
use schema::Tlp;

use crate::output::{self, Table, grouped};

#[derive(Debug, Args)]
pub(super) struct Import {
    /// CSV with a header, or NDJSON
    file: PathBuf,
    /// csv or ndjson [default: told from the content]
    #[arg(long)]
    format: Option<ImportForm>,
    /// Who says it, where rows do not
    #[arg(long, default_value = "import")]
    source: String,
    /// Dataset of rows that name none [default: from the configuration]
    #[arg(long)]
    dataset: Option<String>,
    /// Marking of rows that have none [default: that of own telemetry]
    #[arg(long)]
    tlp: Option<Tlp>,
    /// Check all rows and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// Problems that are shown to people; `--json` has more of them.
const PROBLEMS_SHOWN: usize = 50;

impl Import {
    pub(super) async fn run(self, engine: &Engine, json: bool) -> Result<ExitCode> {
        let plan = ImportPlan {
            path: self.file,
            form: self.format,
            source: self.source,
            dataset: self.dataset,
            tlp: self.tlp,
            dry_run: self.dry_run,
        };
        let report = engine.import_events(&plan).await?;
        if json {
            output::json(&report)?
        } else {
            print(&report)?
        }
        // Some input was not what it should be; what could be read is kept.
        Ok(if report.rejected > 0 { ExitCode::from(3) } else { ExitCode::SUCCESS })
    }
}

fn print(report: &ImportReport) -> Result<()> {
    let would = if report.dry_run { " (dry run: nothing was written)" } else { "" };
    output::line(format!(
        "{} rows: {} new events, {} changed, {} as they were, {} rejected{would}",
        grouped(report.rows),
        grouped(report.new),
        grouped(report.changed),
        grouped(report.same),
        grouped(report.rejected)
    ))?;
    if report.repeated > 0 {
        output::remark(format!("{} rows repeat another one of the file", grouped(report.repeated)));
    }
    if !report.ignored.is_empty() {
        output::remark(format!("not read: {}", output::visible(&report.ignored.join(", "))));
    }
    if report.problems.is_empty() {
        return Ok(());
    }
    let mut table = Table::new(&["line", "column", "what is wrong"]).numbers(&[0]);
    for problem in report.problems.iter().take(PROBLEMS_SHOWN) {
        table.row([problem.line.to_string(), problem.column.clone(), problem.why.clone()]);
    }
    table.print()?;
    if report.problems.len() > PROBLEMS_SHOWN {
        output::remark(format!("{} more problems with --json", report.problems.len() - PROBLEMS_SHOWN));
    }
    Ok(())
}
