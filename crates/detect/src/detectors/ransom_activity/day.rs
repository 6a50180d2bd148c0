//! What each host did in a day. Input: digests.

use std::collections::BTreeMap;

use arrow_array::RecordBatch;
use schema::Evidence;

use super::digest::{CONVERSION, CUT, DAY};
use crate::{Error, telemetry::groups::Grouped};

#[derive(Debug, Default)]
pub(super) struct Day {
    pub(super) hosts: BTreeMap<String, Host>,
}

#[derive(Debug, Default)]
pub(super) struct Host {
    pub(super) conversions: Vec<Conversion>,
    /// Kinds of cuts.
    pub(super) cuts: BTreeMap<String, Rows>,
}

/// Files that one program gave one ending.
#[derive(Debug)]
pub(super) struct Conversion {
    pub(super) program: String,
    pub(super) kind: String,
    pub(super) n_files: i64,
    pub(super) n_folders: i64,
    pub(super) rows: Rows,
}

#[derive(Debug, Default)]
pub(super) struct Rows {
    pub(super) n: i64,
    /// Microseconds since 1970.
    pub(super) first: Option<i64>,
    pub(super) last: Option<i64>,
    pub(super) evidence: Vec<(i64, Evidence)>,
}

/// A day by dataset.
pub(super) fn read(digest: &RecordBatch) -> Result<BTreeMap<String, Day>, Error> {
    let rows = Grouped::of(digest, &DAY)?;
    let mut days: BTreeMap<String, Day> = BTreeMap::new();
    for row in 0..rows.len() {
        let day = days.entry(rows.key(0, row).to_owned()).or_default();
        let host = day.hosts.entry(rows.key(1, row).to_owned()).or_default();
        match rows.key(2, row) {
            CONVERSION => host.convert(&rows, row),
            CUT => host.cuts.entry(rows.key(4, row).to_owned()).or_default().add(&rows, row),
            _ => {}
        }
    }
    Ok(days)
}

impl Host {
    /// Rows of one conversion stand together, one a folder.
    fn convert(&mut self, rows: &Grouped<'_>, row: usize) {
        let (program, kind) = (rows.key(3, row), rows.key(4, row));
        if self.conversions.last().is_none_or(|last| last.program != program || last.kind != kind) {
            let (program, kind) = (program.to_owned(), kind.to_owned());
            self.conversions.push(Conversion { program, kind, n_files: 0, n_folders: 0, rows: Rows::default() });
        }
        if let Some(conversion) = self.conversions.last_mut() {
            let weight = rows.weight(row);
            conversion.n_folders = conversion.n_folders.saturating_add(weight);
            conversion.n_files = conversion.n_files.saturating_add(rows.count(0, row).saturating_mul(weight));
            conversion.rows.add(rows, row);
        }
    }
}

impl Rows {
    fn add(&mut self, rows: &Grouped<'_>, row: usize) {
        self.n = self.n.saturating_add(rows.count(0, row));
        self.first = Some(self.first.map_or(rows.first(row), |first| first.min(rows.first(row))));
        self.last = Some(self.last.map_or(rows.last(row), |last| last.max(rows.last(row))));
        self.evidence.extend(rows.evidence(row));
    }
}
