//! Hits of a batch one by one: which rule matched which record, with the names by which its source knows it.

use std::collections::BTreeMap;

use arrow_array::RecordBatch;
use schema::Timestamp;

use super::{
    compile::Plan,
    evaluate::Hits,
    fields::{Getter, columns_of, native},
    rows::{Cell, Rows},
    set::RuleSet,
};
use crate::{
    Error,
    indicators::scan::{Instants, Texts},
};

/// By which a source knows its own records, in our columns and in `attrs`. What a record has of them goes with a match.
const ORIGIN: [&str; 10] =
    ["Computer", "Channel", "EventRecordID", "EventID", "event", "provider", "product", "kind", "uid", "host"];

/// Columns that a match shows beside those that its rule reads.
pub const MATCH_COLUMNS: [&str; 11] =
    ["record_id", "dataset", "observed_at", "attrs", "raw", "event", "provider", "product", "kind", "uid", "host"];

/// A rule and one record that it matched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// Number of the rule in its set.
    pub rule: usize,
    pub table: &'static str,
    pub record_id: String,
    pub dataset: String,
    pub observed_at: Option<Timestamp>,
    /// The source's own names of the record, as its record number, channel and computer.
    pub origin: BTreeMap<&'static str, String>,
    /// The record as it came.
    pub raw: String,
}

/// What a batch of the plan's table matched, rule by rule; rules that only feed correlations are left out.
pub fn matches(set: &RuleSet, plan: &Plan, batch: &RecordBatch, hits: &Hits) -> Result<Vec<Match>, Error> {
    let table = plan.table.name;
    let texts = |name: &str| {
        let column = batch.column_by_name(name).and_then(|column| Texts::of(column.as_ref()));
        column.ok_or_else(|| Error::new(format!("no column \"{name}\" of text in rows of \"{table}\"")))
    };
    let (ids, datasets, raws) = (texts("record_id")?, texts("dataset")?, texts("raw")?);
    let instants = Instants::of(batch, "observed_at")?;
    let getters = ORIGIN.map(|name| (name, native(plan.table, name)));
    let keys = BTreeMap::new();
    let rows = Rows::of(batch, columns_of(getters.iter().map(|(_, getter)| getter)), &keys);
    let mut found = Vec::with_capacity(hits.len());
    for (rule, matched) in hits.rules.iter().filter(|(rule, _)| set.reports(*rule)) {
        for row in matched.iter().map(|row| *row as usize) {
            found.push(Match {
                rule: *rule,
                table,
                record_id: ids.get(row).unwrap_or_default().to_owned(),
                dataset: datasets.get(row).unwrap_or_default().to_owned(),
                observed_at: instants.nanos(row).map(Timestamp::from_nanos),
                origin: origin(&rows, &getters, row),
                raw: raws.get(row).unwrap_or_default().to_owned(),
            });
        }
    }
    Ok(found)
}

fn origin(rows: &Rows<'_>, getters: &[(&'static str, Getter)], row: usize) -> BTreeMap<&'static str, String> {
    let mut cell = Cell::default();
    let mut origin = BTreeMap::new();
    for (name, getter) in getters {
        if let Some(text) = rows.get(getter, row, &mut cell).first_text().filter(|text| !text.is_empty()) {
            origin.insert(*name, text.to_owned());
        }
    }
    origin
}
