//! Says what an input is taken for, why, and what becomes of its records; nothing is written.

use std::{collections::BTreeMap, sync::Arc};

use arrow_array::Array;
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::ArrowError;
use ingest::{AnyFormat, Formats, Normalized, Stamp, Tail};
use schema::{EventBatch, SourceKey};

use super::opened::Opened;
use crate::{
    Config, Error, Result, clock,
    sources::{Archive, Input, kinds},
};

/// Unpacked bytes that are looked at.
const LOOKED_AT_BYTES: usize = 4 << 20;

/// What an input is taken for.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Explanation {
    pub source: String,
    /// Unpacked bytes that were looked at; the whole input where `whole` is set.
    pub bytes: u64,
    pub whole: bool,
    /// Formats that it may be of, the one that is taken first.
    pub formats: Vec<Candidate>,
    pub received: u64,
    /// Rows by table.
    pub tables: BTreeMap<String, u64>,
    pub rejects: u64,
    /// The first record of each table, before and after.
    pub records: Vec<ShownRecord>,
    /// The first reject.
    pub reject: Option<ShownReject>,
}

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Candidate {
    pub format: String,
    /// `certain`, `likely`, `possible`, or `named` by the person.
    pub certainty: String,
    pub why: String,
    /// `built in`, `mapping` or `your mapping`.
    pub origin: String,
}

#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct ShownRecord {
    pub table: String,
    /// The record as it came.
    pub raw: String,
    /// Columns that have a value, in the order of the table.
    pub columns: Vec<(String, String)>,
    /// What the table does not model, as JSON.
    pub attrs: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ShownReject {
    pub position: u64,
    pub reason: String,
    pub detail: String,
}

/// Looks at the start of an input. `named` is the format that it shall be read as.
pub(crate) fn explain_with(
    input: &Input,
    formats: &Formats,
    named: Option<AnyFormat>,
    config: &Config,
) -> Result<Explanation> {
    explain_start(&first_bytes(input, LOOKED_AT_BYTES)?, formats, named, config)
}

/// The same of bytes that were read already.
pub(crate) fn explain_start(
    Start { name, bytes, whole }: &Start,
    formats: &Formats,
    named: Option<AnyFormat>,
    config: &Config,
) -> Result<Explanation> {
    let mut found: Vec<(AnyFormat, Candidate)> = Vec::new();
    if let Some(format) = named {
        let told = candidate(&format, "named", "you said so");
        found.push((format, told));
    }
    for (format, recognition) in formats.candidates(bytes, name) {
        let certainty = format!("{:?}", recognition.certainty).to_lowercase();
        let told = candidate(&format, &certainty, &recognition.why);
        found.push((format, told));
    }
    let mut explanation = Explanation {
        source: name.clone(),
        bytes: bytes.len() as u64,
        whole: *whole,
        formats: found.iter().map(|(_, candidate)| candidate.clone()).collect(),
        received: 0,
        tables: BTreeMap::new(),
        rejects: 0,
        records: Vec::new(),
        reject: None,
    };
    if let Some((format, _)) = found.first() {
        let stamp = Stamp {
            key: SourceKey(0),
            source: name.clone(),
            dataset: config.dataset.clone(),
            ingested_at: clock::now(),
        };
        let mut framer = format.framer(name);
        let mut batches = framer.push(bytes);
        batches.extend(framer.finish(if *whole { Tail::Take } else { Tail::HoldBack }).batches);
        for raw in &batches {
            explanation.add(&ingest::normalize(format.parse(raw), &stamp))?;
        }
    }
    Ok(explanation)
}

fn candidate(format: &AnyFormat, certainty: &str, why: &str) -> Candidate {
    Candidate {
        format: format.name().to_owned(),
        certainty: certainty.to_owned(),
        why: why.to_owned(),
        origin: format.origin().to_owned(),
    }
}

/// The first unpacked bytes of an input, or of the first file in an archive.
#[derive(Debug)]
pub(crate) struct Start {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
    /// They are all of it.
    pub(crate) whole: bool,
}

pub(crate) fn first_bytes(input: &Input, limit: usize) -> Result<Start> {
    let mut opened = Opened::new(input, Arc::default())?;
    let head = opened.head();
    let Some(archive) = Archive::of(&head).filter(|_| kinds::document(&head).is_none()) else {
        return Ok(start_of(opened, head, limit));
    };
    let (outer, budget) = (opened.name.clone(), opened.budget.clone());
    let found = opened.members(archive, &head, &mut |member| {
        let Ok(content) = member.content else { return Ok(()) };
        let Ok(mut inner) = Opened::member(format!("{outer}!{}", member.name), content, budget.clone()) else {
            return Ok(());
        };
        let head = inner.head();
        if head.is_empty() { Ok(()) } else { Err(start_of(inner, head, limit)) }
    });
    match found {
        Err(first) => Ok(first),
        Ok(()) => Ok(Start { name: outer, bytes: Vec::new(), whole: true }),
    }
}

fn start_of(mut opened: Opened<'_>, head: Vec<u8>, limit: usize) -> Start {
    let mut bytes = head;
    let more = limit.saturating_sub(bytes.len());
    opened.fill(&mut bytes, more);
    let whole = opened.failure.is_none() && opened.is_at_end();
    Start { name: opened.name, bytes, whole }
}

impl Explanation {
    fn add(&mut self, normalized: &Normalized) -> Result<()> {
        self.received += normalized.received;
        self.rejects += normalized.rejects;
        for batch in normalized.batches.iter().filter(|batch| !batch.is_empty()) {
            let table = batch.table().name;
            if table == "quarantine" {
                if self.reject.is_none() {
                    self.reject = Some(shown_reject(batch)?);
                }
                continue;
            }
            let first = !self.tables.contains_key(table);
            *self.tables.entry(table.to_owned()).or_default() += batch.len() as u64;
            if first {
                self.records.push(shown_record(batch)?);
            }
        }
        Ok(())
    }
}

/// Columns that stand apart, or that are known before the record is read.
const APART: [&str; 9] =
    ["record_id", "dataset", "source", "observed_sub_ns", "ingested_at", "sample_weight", "attrs", "raw", "day"];

fn shown_record(batch: &EventBatch) -> Result<ShownRecord> {
    let mut values = values(batch)?;
    let mut take = |name: &str| {
        let place = values.iter().position(|(known, _)| known == name)?;
        Some(values.remove(place).1)
    };
    let (raw, attrs) = (take("raw").unwrap_or_default(), take("attrs"));
    values.retain(|(name, _)| !APART.contains(&name.as_str()));
    Ok(ShownRecord { table: batch.table().name.to_owned(), raw, columns: values, attrs })
}

fn shown_reject(batch: &EventBatch) -> Result<ShownReject> {
    let values = values(batch)?;
    let text = |name: &str| values.iter().find(|(known, _)| known == name).map(|(_, text)| text.clone());
    Ok(ShownReject {
        position: text("position").and_then(|text| text.parse().ok()).unwrap_or_default(),
        reason: text("reason").unwrap_or_default(),
        detail: text("detail").unwrap_or_default(),
    })
}

/// Columns of the first row that have a value, as text.
fn values(batch: &EventBatch) -> Result<Vec<(String, String)>> {
    let wrong = |error: ArrowError| Error::internal("a row cannot be shown").detail(error);
    let options = FormatOptions::default().with_timestamp_tz_format(Some("%Y-%m-%dT%H:%M:%S%.fZ"));
    let mut values = Vec::new();
    for (field, column) in batch.rows().schema_ref().fields().iter().zip(batch.rows().columns()) {
        if !column.is_null(0) {
            let text =
                ArrayFormatter::try_new(column, &options).map_err(wrong)?.value(0).try_to_string().map_err(wrong)?;
            values.push((field.name().clone(), text));
        }
    }
    Ok(values)
}
