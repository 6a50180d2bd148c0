//! Columns that every table has.

use arrow_array::{RecordBatch, TimestampMicrosecondArray};

use super::{
    Text,
    columns::{instants, present},
};
use crate::Error;

/// Whose row it is, when it was seen and how it is called.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ids<'a> {
    record_id: Text<'a>,
    dataset: Text<'a>,
    observed_at: &'a TimestampMicrosecondArray,
}

/// Those of one row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Id<'a> {
    pub(crate) record_id: &'a str,
    pub(crate) dataset: &'a str,
    /// Microseconds since 1970, UTC.
    pub(crate) at: i64,
}

impl<'a> Ids<'a> {
    pub(crate) fn of(rows: &'a RecordBatch) -> Result<Self, Error> {
        Ok(Self {
            record_id: Text::of(rows, "record_id")?,
            dataset: Text::of(rows, "dataset")?,
            observed_at: instants(rows, "observed_at")?,
        })
    }

    /// `None` where a row lacks its time or its dataset.
    pub(crate) fn at(self, row: usize) -> Option<Id<'a>> {
        Some(Id {
            record_id: self.record_id.get(row).unwrap_or(""),
            dataset: self.dataset.get(row)?,
            at: present(self.observed_at, row)?,
        })
    }
}
