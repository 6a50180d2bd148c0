//! STIX patterns over the records of an hour, for whoever hunts with one.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    due::Hour,
    listed,
    scan::{Scan, broken},
    sweep::{EVIDENCE_MAX, Sighting},
};
use crate::{Engine, Error, Result};
use arrow_array::RecordBatch;
use arrow_cast::display::array_value_to_string;
use detect::patterns::Compiled;
use futures::TryStreamExt;
use schema::{Evidence, Table, Timestamp, Window};

/// Columns that name our side, the first that has a value.
const OURS: &[&str] = &["src_ip", "device", "host", "user", "account", "to_addresses"];

const RECORD: [&str; 2] = ["record_id", "observed_at"];

/// Hosts that are kept of one pattern.
const HOSTS_MAX: usize = 1_000;

/// A pattern and what it asks of each table.
pub(super) struct ReadyPattern {
    text: String,
    compiled: Compiled,
}

/// What showed a pattern in one hour and table.
pub(super) struct Shown {
    text: String,
    table: &'static str,
    records: u64,
    first_seen: Timestamp,
    last_seen: Timestamp,
    hosts: BTreeSet<String>,
    evidence: Vec<Evidence>,
}

/// Makes patterns ready, or says what is wrong with the first that cannot be.
pub(super) fn ready(texts: &[String]) -> Result<Vec<ReadyPattern>> {
    let ready = |text: &String| {
        let could_not = |why: String| {
            Error::usage(format!("could not hunt with the pattern {text}"))
                .detail(why)
                .hint("docs/intelligence.md says which patterns are evaluated")
        };
        let compiled = listed::ready(text).map_err(could_not)?;
        Ok(ReadyPattern { text: text.clone(), compiled })
    };
    texts.iter().map(ready).collect()
}

impl ReadyPattern {
    /// What shows it in an hour, and how many rows were read.
    pub(super) async fn read(
        &self,
        engine: &Engine,
        scan: &Scan,
        hour: Hour,
        window: Window,
    ) -> Result<(Vec<Shown>, u64)> {
        let (mut all, mut n_rows) = (Vec::new(), 0);
        for table in self.compiled.tables().filter(|table| scan.filled(table).contains(&hour)) {
            let wanted = self.compiled.columns(table);
            let names = table.columns().map(|column| column.name);
            let columns: Vec<&str> =
                names.filter(|name| wanted.contains(name) || OURS.contains(name) || RECORD.contains(name)).collect();
            let mut batches = engine.lake.scan(table, &columns, window).await?;
            while let Some(batch) = batches.try_next().await? {
                n_rows += batch.num_rows() as u64;
                let rows = self.compiled.matches(table, &batch).map_err(|error| broken("pattern", &error))?;
                all.extend(self.shown(table, &batch, &rows));
            }
        }
        Ok((all, n_rows))
    }

    fn shown(&self, table: &'static Table, batch: &RecordBatch, rows: &[u32]) -> Option<Shown> {
        let text = |name: &str, row: u32| {
            let column = batch.column_by_name(name)?;
            let text = array_value_to_string(column, row as usize).ok()?;
            (!text.is_empty()).then_some(text)
        };
        let times = rows.iter().filter_map(|row| text("observed_at", *row)?.parse().ok());
        let times: Vec<Timestamp> = times.collect();
        let ours = |row: &u32| OURS.iter().find_map(|name| text(name, *row));
        let evidence = rows.iter().take(EVIDENCE_MAX).filter_map(|row| text("record_id", *row));
        Some(Shown {
            text: self.text.clone(),
            table: table.name,
            records: rows.len() as u64,
            first_seen: times.iter().copied().min()?,
            last_seen: times.iter().copied().max()?,
            hosts: rows.iter().filter_map(ours).collect::<BTreeSet<_>>().into_iter().take(HOSTS_MAX).collect(),
            evidence: evidence.map(|record_id| Evidence { table: table.name.to_owned(), record_id }).collect(),
        })
    }
}

impl Shown {
    /// Adds this to what was met of the pattern before.
    pub(super) fn note(self, sightings: &mut BTreeMap<(String, String), Sighting>) {
        let key = ("pattern".to_owned(), self.text.clone());
        let found = sightings.entry(key).or_insert_with(|| Sighting {
            kind: "pattern".to_owned(),
            value: self.text.clone(),
            first_seen: self.first_seen,
            last_seen: self.last_seen,
            records: 0,
            hosts: BTreeSet::new(),
            also: BTreeSet::new(),
            because: format!("records of {} show it", self.table),
            evidence: Vec::new(),
        });
        found.first_seen = found.first_seen.min(self.first_seen);
        found.last_seen = found.last_seen.max(self.last_seen);
        found.records += self.records;
        let room = HOSTS_MAX.saturating_sub(found.hosts.len());
        found.hosts.extend(self.hosts.into_iter().take(room));
        let room = EVIDENCE_MAX.saturating_sub(found.evidence.len());
        found.evidence.extend(self.evidence.into_iter().take(room));
    }
}
