//! The digest of detectors that ask what an entity is used to: rows in, sightings out.

use arrow_array::{RecordBatch, TimestampMicrosecondArray};

use super::HOUR;
use crate::{
    Digest, Error,
    telemetry::{
        Text,
        columns::{instants, present},
        groups::{Groups, Seen},
    },
};

/// Reads the rows of one table and shows what each entity showed.
pub(crate) type Take = fn(&mut Habits, &'static str, &RecordBatch) -> Result<(), Error>;

#[derive(Debug)]
pub(crate) struct Habits {
    groups: Groups,
    tables: &'static [(&'static str, Take)],
}

/// A row's place and time, which every table has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) dataset: &'a str,
    pub(crate) seen: Seen<'a>,
}

/// The columns behind [`Place`].
#[derive(Debug)]
pub(crate) struct Places<'a> {
    table: &'static str,
    dataset: Text<'a>,
    record_id: Text<'a>,
    observed_at: &'a TimestampMicrosecondArray,
    n_rows: usize,
}

impl Habits {
    pub(crate) fn new(tables: &'static [(&'static str, Take)]) -> Self {
        Self { groups: Groups::new(&HOUR), tables }
    }

    /// Says that an entity showed an item of an aspect; empty ones are no item.
    pub(crate) fn show(&mut self, place: Place<'_>, entity: &str, aspect: &'static str, item: &str) {
        if !entity.is_empty() && !item.is_empty() {
            self.groups.add(&[place.dataset, entity, aspect, item], &[1], place.seen);
        }
    }
}

impl Digest for Habits {
    fn add(&mut self, table: &str, rows: &RecordBatch) -> Result<(), Error> {
        let known = self.tables.iter().find(|(name, _)| *name == table);
        let (name, take) = known.ok_or_else(|| Error::new(format!("the detector does not read table \"{table}\"")))?;
        take(self, name, rows)
    }

    fn finish(self: Box<Self>) -> Result<RecordBatch, Error> {
        self.groups.finish()
    }
}

impl<'a> Places<'a> {
    pub(crate) fn of(table: &'static str, rows: &'a RecordBatch) -> Result<Self, Error> {
        Ok(Self {
            table,
            dataset: Text::of(rows, "dataset")?,
            record_id: Text::of(rows, "record_id")?,
            observed_at: instants(rows, "observed_at")?,
            n_rows: rows.num_rows(),
        })
    }

    pub(crate) fn len(&self) -> usize {
        self.n_rows
    }

    /// `None` where the row has no dataset, id or time.
    pub(crate) fn at(&self, row: usize) -> Option<Place<'a>> {
        let seen = Seen { at: present(self.observed_at, row)?, table: self.table, record_id: self.record_id.get(row)? };
        Some(Place { dataset: self.dataset.get(row)?, seen })
    }
}
