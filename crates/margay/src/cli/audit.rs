//! `margay audit`: the log of who did what, and whether anybody has touched it.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use engine::{AuditFilter, AuditLine, AuditReport, Engine, Error, Result};
use futures::TryStreamExt as _;
use schema::Timestamp;

use super::{Global, events::minute};
use crate::output::{self, Table, grouped};

/// Read the log of who did what, and check that nobody has changed it
#[derive(Debug, Args)]
pub(crate) struct Audit {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List lines, the newest first
    #[command(after_help = "\
Examples:
  margay audit list --action sign_in
  margay audit list --by ann --since 2026-11-01")]
    List {
        /// Whose name begins so
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
        /// What begins so, as sign_in or person.invite
        #[arg(long, value_name = "WORD")]
        action: Option<String>,
        #[arg(long, value_name = "TIME")]
        since: Option<Timestamp>,
        #[arg(long, value_name = "TIME")]
        until: Option<Timestamp>,
        /// Lines before this number: the next page
        #[arg(long, value_name = "NUMBER")]
        before: Option<i64>,
        #[arg(long, default_value_t = 50)]
        limit: u32,
    },
    /// Read the whole log and say whether it is what was written
    #[command(after_help = "\
It prints the newest line as NUMBER:DIGEST. Keep that elsewhere: given with --known later, it proves that no line up
to it was changed, removed, moved or made anew, even by somebody who can write to this machine.")]
    Verify {
        /// A line that was written down elsewhere
        #[arg(long, value_name = "NUMBER:DIGEST", value_parser = known)]
        known: Option<(i64, String)>,
    },
    /// Write every line as NDJSON, the oldest first
    Export,
}

fn known(text: &str) -> std::result::Result<(i64, String), String> {
    let parts = text.split_once(':').and_then(|(number, digest)| Some((number.parse().ok()?, digest.to_owned())));
    parts.ok_or_else(|| "write it as `margay audit verify` prints it: NUMBER:DIGEST".to_owned())
}

impl Audit {
    pub(crate) async fn run(self, global: &Global) -> Result<ExitCode> {
        global.with_engine(async |engine| self.action.run(engine, global.json).await).await
    }
}

impl Action {
    async fn run(self, engine: &Engine, json: bool) -> Result<()> {
        match self {
            Self::List { by, action, since, until, before, limit } => {
                let filter = AuditFilter { before, by, action, since, until, limit };
                list(&engine.audit_page(&filter).await?, json)
            }
            Self::Verify { known } => verified(&engine.verify_audit(known).await?, json),
            Self::Export => {
                let mut lines = engine.audit_lines();
                while let Some(line) = lines.try_next().await? {
                    output::json(&line)?;
                }
                Ok(())
            }
        }
    }
}

fn list(lines: &[AuditLine], json: bool) -> Result<()> {
    if json {
        return lines.iter().try_for_each(output::json);
    }
    let mut table = Table::new(&["number", "at", "by", "from", "action", "subject", "detail"]).numbers(&[0]);
    for line in lines {
        table.row([
            line.number.to_string(),
            minute(line.at),
            line.by.clone(),
            line.address.clone(),
            line.action.clone(),
            line.subject.clone(),
            if line.detail == "{}" { String::new() } else { line.detail.clone() },
        ]);
    }
    table.print()
}

fn verified(report: &AuditReport, json: bool) -> Result<()> {
    if json {
        output::json(report)?;
    } else {
        for problem in &report.problems {
            output::line(format!("line {}: {}", problem.number, problem.what))?;
        }
    }
    if !report.is_whole() {
        return Err(Error::input("the audit log is not what was written")
            .detail(format!("{} problems in {} lines", grouped(report.n_problems), grouped(report.n_lines)))
            .hint("docs/people.md says what each means, and what to do after a store was put back from a copy"));
    }
    if !json {
        output::line(format!("{}:{}", report.number, report.digest))?;
        output::remark(format!("{} lines are what was written.", grouped(report.n_lines)));
    }
    Ok(())
}
