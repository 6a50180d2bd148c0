//! Stamps parsed rows with where they came from: the last step before the lake. Input: `parsed`.

use std::{iter, sync::Arc};

use arrow_array::{
    ArrayRef, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
    builder::{BinaryBuilder, StringBuilder},
};
use schema::{EventBatch, SourceKey, Table, Timestamp};

use crate::{
    parsed::{ParsedBatch, Reject},
    rows::ParsedRows,
};

/// Where a batch came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// Identifies the source's content; record ids are made of it.
    pub key: SourceKey,
    /// File path, topic or `stdin`.
    pub source: String,
    pub dataset: String,
    /// Also the event time of records that have none of their own, and what tells the year of times without one.
    pub ingested_at: Timestamp,
}

/// Rows ready to be appended, one batch a table; rejects are rows of `quarantine`.
#[derive(Debug)]
pub struct Normalized {
    pub batches: Vec<EventBatch>,
    /// Records met: always `rows + rejects`. Blank lines, headers and comments are no records.
    pub received: u64,
    pub rows: u64,
    pub rejects: u64,
    /// Byte offset behind the batch, to be committed with it.
    pub end: u64,
}

/// Stamps the rows of a batch; loses none.
pub fn normalize(parsed: ParsedBatch, stamp: &Stamp) -> Normalized {
    let rows = parsed.tables.iter().map(|table| table.len() as u64).sum();
    let rejects = parsed.rejects.len() as u64;
    let mut batches: Vec<EventBatch> = parsed.tables.into_iter().map(|table| telemetry(table, stamp)).collect();
    if !parsed.rejects.is_empty() {
        batches.push(quarantine(&parsed.rejects, &parsed.format, stamp));
    }
    Normalized { batches, received: rows + rejects, rows, rejects, end: parsed.end }
}

fn telemetry(mut rows: ParsedRows, stamp: &Stamp) -> EventBatch {
    let count = rows.len();
    let observed: Vec<Timestamp> = rows.observed.iter().map(|observed| observed.settle(stamp.ingested_at)).collect();
    let observed_at = TimestampMicrosecondArray::from_iter_values(observed.iter().map(|instant| instant.micros()));
    let sub_ns = Int64Array::from_iter_values(observed.iter().map(|instant| i64::from(instant.sub_micro_nanos())));
    let mut columns: Vec<ArrayRef> = vec![
        record_ids(stamp.key, &rows.positions),
        same_text(&stamp.dataset, count),
        same_text(&stamp.source, count),
        Arc::new(observed_at.with_timezone("UTC")),
        Arc::new(sub_ns),
        same_instant(stamp.ingested_at, count),
        Arc::new(arrow_array::Float64Array::from(rows.weights)),
        Arc::new(rows.attrs.finish()),
        Arc::new(rows.raw.finish()),
    ];
    columns.append(&mut rows.own);
    event_batch(rows.table, columns)
}

fn quarantine(rejects: &[Reject], format: &str, stamp: &Stamp) -> EventBatch {
    static TABLE: &str = "quarantine";
    let table = schema::tables::find(TABLE).expect("the table is declared");
    let count = rejects.len();
    let positions: Vec<u64> = rejects.iter().map(|reject| reject.position).collect();
    // Positions beyond 63 bits do not occur in any stream that can be read to its end.
    let whole = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    let mut bytes = BinaryBuilder::new();
    rejects.iter().for_each(|reject| bytes.append_value(&reject.bytes));
    let columns: Vec<ArrayRef> = vec![
        record_ids(stamp.key, &positions),
        same_text(&stamp.dataset, count),
        same_text(&stamp.source, count),
        same_instant(stamp.ingested_at, count),
        same_text(format, count),
        Arc::new(Int64Array::from_iter_values(positions.iter().map(|&position| whole(position)))),
        Arc::new(Int64Array::from_iter_values(rejects.iter().map(|reject| whole(reject.size_bytes)))),
        Arc::new(StringArray::from_iter_values(rejects.iter().map(|reject| reject.reason.code()))),
        Arc::new(StringArray::from_iter_values(rejects.iter().map(|reject| reject.detail.as_str()))),
        Arc::new(bytes.finish()),
    ];
    event_batch(table, columns)
}

fn event_batch(table: &'static Table, columns: Vec<ArrayRef>) -> EventBatch {
    let rows = RecordBatch::try_new(table.schema(), columns).expect("columns follow the table's declaration");
    EventBatch::new(table, rows).expect("the schema is the table's own")
}

/// [`schema::record_id`] of each position, without its formatting machinery: this runs once a record.
fn record_ids(key: SourceKey, positions: &[u64]) -> ArrayRef {
    let mut id = schema::record_id(key, 0);
    let prefix = id.len() - 16;
    let mut ids = StringBuilder::with_capacity(positions.len(), positions.len() * id.len());
    for position in positions {
        id.truncate(prefix);
        let digits = (0..16).rev().map(|place| (position >> (4 * place)) as u8 & 0xf);
        id.extend(digits.map(|digit| char::from(if digit < 10 { b'0' + digit } else { b'a' + digit - 10 })));
        ids.append_value(&id);
    }
    Arc::new(ids.finish())
}

fn same_text(value: &str, count: usize) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(iter::repeat_n(value, count)))
}

fn same_instant(instant: Timestamp, count: usize) -> ArrayRef {
    Arc::new(TimestampMicrosecondArray::from_value(instant.micros(), count).with_timezone("UTC"))
}

#[cfg(test)]
mod tests {
    use arrow_array::cast::AsArray;

    use super::*;

    #[test]
    fn record_ids_are_those_of_the_schema() {
        let positions = [0, 1, 0xdead_beef, u64::MAX];
        let key = SourceKey(0x0123_4567_89ab_cdef);
        let ids = record_ids(key, &positions);
        for (row, &position) in positions.iter().enumerate() {
            assert_eq!(ids.as_string::<i32>().value(row), schema::record_id(key, position));
        }
    }
}
