//! Why a rule matches a record, or why not: for records of a file, and for those of the lake.

use std::path::{Path, PathBuf};

use arrow_array::RecordBatch;
use detect::rules::{self, RuleSet};
use futures::TryStreamExt;
use schema::{EventBatch, Stage, Table, Timestamp, tables};

use super::{LoadedRules, records};
use crate::{Engine, Error, Result, clock, intake::first_bytes, sources};

/// Unpacked bytes of a file of records that are looked at.
const RECORD_BYTES: usize = 4 << 20;

/// One record and what came of holding a rule against it.
#[derive(Debug, Clone, PartialEq)]
pub struct ExplainedRecord {
    pub table: &'static str,
    pub record_id: String,
    pub observed_at: Timestamp,
    /// `None` where the table holds no records of the rule's log source.
    pub explanation: Option<rules::Explanation>,
}

/// A rule and records that it was held against.
#[derive(Debug, Clone)]
pub struct ExplainedRule {
    pub title: String,
    pub id: String,
    pub logsource: String,
    /// Name of the format that a file of records was read as.
    pub format: Option<String>,
    pub records: Vec<ExplainedRecord>,
    /// Records that were looked at.
    pub n_records: u64,
}

impl Engine {
    /// Explains one rule on records: `record` is a file, `-`, or the id of a record in the lake. The records that match
    /// come first, then those that come nearest; at most `limit`.
    pub async fn explain_rule(
        &self,
        rule: &str,
        record: &str,
        format: Option<&str>,
        limit: usize,
    ) -> Result<ExplainedRule> {
        let (loaded, number) = self.one_rule(rule)?;
        let Some(found) = loaded.set.rules().get(number) else {
            return Err(Error::internal("a rule that was found is gone"));
        };
        let mut explained = ExplainedRule {
            title: found.about.title.clone(),
            id: found.about.id.clone(),
            logsource: found.logsource.to_string(),
            format: None,
            records: Vec::new(),
            n_records: 0,
        };
        let is_file = record == "-" || Path::new(record).is_file();
        let rows: Vec<(&'static Table, RecordBatch)> = if is_file {
            let read = self.records_of(record, format)?;
            explained.format = Some(read.format);
            read.batches.into_iter().map(|batch| (batch.table(), batch.into_rows())).collect()
        } else {
            self.record(record).await?
        };
        for (table, batch) in &rows {
            explained.n_records += batch.num_rows() as u64;
            explained.records.extend((0..batch.num_rows()).map(|row| of_row(&loaded.set, number, table, batch, row)));
            nearest_first(&mut explained.records, limit);
        }
        Ok(explained)
    }

    /// The rule that this is the file, id, name or title of.
    fn one_rule(&self, rule: &str) -> Result<(LoadedRules, usize)> {
        let path = PathBuf::from(rule);
        if path.is_file() {
            let loaded = self.rules(&[path])?;
            if let Some(problem) = loaded.problems.iter().find(|problem| !problem.warning) {
                return Err(Error::input(format!("the rule {rule} was refused")).detail(problem));
            }
            return match loaded.set.rules().len() {
                0 => Err(Error::input(format!("there is no rule in {rule}"))
                    .hint("correlations are explained through the rules that they name")),
                _ => Ok((loaded, 0)),
            };
        }
        let loaded = self.rules(&[])?;
        match loaded.find(rule)?.as_slice() {
            [number] => {
                let number = *number;
                Ok((loaded, number))
            }
            [] => Err(Error::usage(format!("there is no rule \"{rule}\""))
                .hint("name its file, or its id or title as `margay rules list` shows them")),
            several => Err(Error::usage(format!("\"{rule}\" is in the titles of {} rules", several.len()))
                .hint("give the id, or more of the title")),
        }
    }

    fn records_of(&self, record: &str, format: Option<&str>) -> Result<records::Read> {
        let inputs = sources::find(&[PathBuf::from(record)])?;
        let Some(input) = inputs.first() else {
            return Err(Error::usage("there is no record to look at"));
        };
        let bytes = first_bytes(input, RECORD_BYTES)?.bytes;
        let formats = crate::formats(&self.home)?;
        let read = records::of_bytes(&bytes, &formats, format, &input.name(), 0, clock::now())
            .map_err(|why| Error::input(format!("could not read the record {record}")).detail(why))?;
        if read.batches.iter().all(EventBatch::is_empty) {
            return Err(Error::input(format!("there is no record in {record}"))
                .detail(read.reject.unwrap_or_else(|| format!("read as {}", read.format)))
                .hint("`margay ingest --explain` shows how a file is read; --format names another format"));
        }
        Ok(read)
    }

    /// The record of this id, in whichever table it is.
    async fn record(&self, id: &str) -> Result<Vec<(&'static Table, RecordBatch)>> {
        let is_id = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
        for table in tables::ALL.iter().copied().filter(|table| is_id && table.stage == Stage::Telemetry) {
            let query = format!("SELECT * FROM {} WHERE record_id = '{id}'", table.name);
            let mut batches = self.lake.sql(&query, None).await?;
            while let Some(batch) = batches.try_next().await? {
                if batch.num_rows() > 0 {
                    return Ok(vec![(table, batch)]);
                }
            }
        }
        Err(Error::usage(format!("there is no file and no record \"{id}\""))
            .hint("a record is a file as the source writes it, - for standard input, or a record_id of the lake"))
    }
}

impl LoadedRules {
    /// Rules of this id or name; else those whose title is or holds it, whatever its case.
    fn find(&self, rule: &str) -> Result<Vec<usize>> {
        if let Some(number) = self.set.find(rule) {
            return Ok(vec![number]);
        }
        let wanted = rule.to_lowercase();
        let titles = self.set.rules().iter().map(|rule| rule.about.title.to_lowercase()).enumerate();
        let holding: Vec<(usize, String)> = titles.filter(|(_, title)| title.contains(&wanted)).collect();
        let exact = holding.iter().find(|(_, title)| *title == wanted);
        Ok(exact.map_or_else(|| holding.iter().map(|(number, _)| *number).collect(), |(number, _)| vec![*number]))
    }
}

/// Holds a rule against one row, step by step.
pub(super) fn of_row(
    set: &RuleSet,
    rule: usize,
    table: &'static Table,
    batch: &RecordBatch,
    row: usize,
) -> ExplainedRecord {
    use arrow_array::{Array, cast::AsArray, types::TimestampMicrosecondType};
    let instants = batch.column_by_name("observed_at").and_then(|c| c.as_primitive_opt::<TimestampMicrosecondType>());
    let micros = instants.filter(|instants| row < instants.len()).map(|instants| instants.value(row));
    let id = batch
        .column_by_name("record_id")
        .and_then(|column| arrow_cast::display::array_value_to_string(column.as_ref(), row).ok());
    ExplainedRecord {
        table: table.name,
        record_id: id.unwrap_or_default(),
        observed_at: micros.and_then(Timestamp::from_micros).unwrap_or_default(),
        explanation: rules::explain(set, rule, table, batch, row),
    }
}

/// Keeps the records that match, or come nearest to it.
pub(super) fn nearest_first(records: &mut Vec<ExplainedRecord>, limit: usize) {
    records.sort_by_key(|record| std::cmp::Reverse(nearness(record)));
    records.truncate(limit);
}

/// Matches before records of the source, and those by how many searches hold.
fn nearness(record: &ExplainedRecord) -> (bool, bool, usize) {
    let Some(explanation) = &record.explanation else { return (false, false, 0) };
    let holding = explanation.searches.iter().filter(|search| search.holds).count();
    (explanation.matched, explanation.of_logsource, holding)
}
