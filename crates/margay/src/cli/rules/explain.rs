//! `margay rules explain`: which part of a rule matched a record, and which did not.

use std::process::ExitCode;

use clap::Args;
use engine::{Engine, Result};

use super::{Global, counted, shown};
use crate::output::{self, bold, visible};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  margay rules explain my_rule.yml event.json
  grep wp-login access.log | margay rules explain my_rule.yml -
  margay rules explain \"Exposed repository\" 3c01a5be9b4f6d02-00000000000004d2

A record is a file as the source writes it (JSON, XML, a log line, an event log ...), or a record_id of the lake. Of
several records those are shown first that match, then those that come nearest.")]
pub(super) struct Explain {
    /// A file with one rule, or the id or title of a rule that is held against every record
    rule: String,
    /// A file, - for standard input, or the record_id of a record in the lake
    record: String,
    /// Format of the file [default: recognized]
    #[arg(long, value_name = "NAME")]
    format: Option<String>,
    /// Records shown at most
    #[arg(long, default_value_t = 3)]
    limit: usize,
}

impl Explain {
    pub(super) async fn run(&self, global: &Global, engine: &Engine) -> Result<ExitCode> {
        let explained = engine.explain_rule(&self.rule, &self.record, self.format.as_deref(), self.limit).await?;
        if global.json {
            explained.records.iter().map(shown::json).try_for_each(|record| output::json(&record))?;
            return Ok(ExitCode::SUCCESS);
        }
        output::line(format!("{}  {}", bold(&visible(&explained.title)), visible(&explained.id)))?;
        let read = explained.format.as_ref().map(|format| format!(", read as {format}")).unwrap_or_default();
        output::line(visible(&format!(
            "log source: {}; {}{read}",
            explained.logsource,
            counted(explained.n_records, "record", "records")
        )))?;
        explained.records.iter().try_for_each(|record| shown::record(record, 0))?;
        Ok(ExitCode::SUCCESS)
    }
}
