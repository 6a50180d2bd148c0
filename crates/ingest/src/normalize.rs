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
    let end = parsed.end;
    let stamped = stamped(parsed, stamp, &|_| stamp.key);
    let batches = stamped.into_iter().map(|(batch, _)| batch).collect();
    Normalized { batches, received: rows + rejects, rows, rejects, end }
}

/// A block of a batch: where it lies in the stream, and the key that it has as a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyedBlock {
    pub start: u64,
    /// Behind its last record.
    pub end: u64,
    pub key: SourceKey,
}

/// The same for a batch of blocks, which come in order: with the rows of a table stands how many of them are of which
/// block, one after the other.
pub fn normalize_blocks(
    parsed: ParsedBatch,
    stamp: &Stamp,
    blocks: &[KeyedBlock],
) -> Vec<(EventBatch, Vec<(KeyedBlock, usize)>)> {
    let number = |position: u64| blocks.partition_point(|block| block.start <= position).saturating_sub(1);
    let key = |position: u64| blocks.get(number(position)).map_or(stamp.key, |block| block.key);
    let mut tables = Vec::new();
    for (batch, positions) in stamped(parsed, stamp, &key) {
        // Records of a table come in the order in which they lie in the stream.
        let stretches = positions.chunk_by(|&a, &b| number(a) == number(b));
        let of_blocks = stretches.filter_map(|rows| Some((*blocks.get(number(*rows.first()?))?, rows.len())));
        tables.push((batch, of_blocks.collect()));
    }
    tables
}

/// Batches of all tables and of rejects, with the positions of their rows.
fn stamped(parsed: ParsedBatch, stamp: &Stamp, key: &dyn Fn(u64) -> SourceKey) -> Vec<(EventBatch, Vec<u64>)> {
    let mut batches: Vec<_> = parsed.tables.into_iter().map(|table| telemetry(table, stamp, key)).collect();
    if !parsed.rejects.is_empty() {
        batches.push(quarantine(&parsed.rejects, &parsed.format, stamp, key));
    }
    batches
}

fn telemetry(mut rows: ParsedRows, stamp: &Stamp, key: &dyn Fn(u64) -> SourceKey) -> (EventBatch, Vec<u64>) {
    let count = rows.len();
    let observed: Vec<Timestamp> = rows.observed.iter().map(|observed| observed.settle(stamp.ingested_at)).collect();
    let observed_at = TimestampMicrosecondArray::from_iter_values(observed.iter().map(|instant| instant.micros()));
    let sub_ns = Int64Array::from_iter_values(observed.iter().map(|instant| i64::from(instant.sub_micro_nanos())));
    let mut columns: Vec<ArrayRef> = vec![
        record_ids(key, &rows.positions),
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
    (event_batch(rows.table, columns), rows.positions)
}

fn quarantine(
    rejects: &[Reject],
    format: &str,
    stamp: &Stamp,
    key: &dyn Fn(u64) -> SourceKey,
) -> (EventBatch, Vec<u64>) {
    static TABLE: &str = "quarantine";
    let table = schema::tables::find(TABLE).expect("the table is declared");
    let count = rejects.len();
    let positions: Vec<u64> = rejects.iter().map(|reject| reject.position).collect();
    // Positions beyond 63 bits do not occur in any stream that can be read to its end.
    let whole = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    let mut bytes = BinaryBuilder::new();
    rejects.iter().for_each(|reject| bytes.append_value(&reject.bytes));
    let columns: Vec<ArrayRef> = vec![
        record_ids(key, &positions),
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
    (event_batch(table, columns), positions)
}

/// Rows below which columns give back the room that they were begun with: of a small file most of it is empty, and
/// thousands of them are gathered for one commit.
const FEW_ROWS: usize = 1 << 10;

fn event_batch(table: &'static Table, mut columns: Vec<ArrayRef>) -> EventBatch {
    if columns.first().is_some_and(|column| column.len() < FEW_ROWS) {
        columns.iter_mut().filter_map(Arc::get_mut).for_each(|column| column.shrink_to_fit());
    }
    let rows = RecordBatch::try_new(table.schema(), columns).expect("columns follow the table's declaration");
    EventBatch::new(table, rows).expect("the schema is the table's own")
}

/// [`schema::record_id`] of each position, without its formatting machinery: this runs once a record.
fn record_ids(key: &dyn Fn(u64) -> SourceKey, positions: &[u64]) -> ArrayRef {
    let mut known = SourceKey(0);
    let mut id = schema::record_id(known, 0);
    let prefix = id.len() - 16;
    let mut ids = StringBuilder::with_capacity(positions.len(), positions.len() * id.len());
    for &position in positions {
        let key = key(position);
        if key != known {
            known = key;
            id = schema::record_id(known, 0);
        }
        id.truncate(prefix);
        let mut digits = [0; 16];
        for (place, to) in digits.iter_mut().rev().enumerate() {
            let digit = (position >> (4 * place)) as u8 & 0xf;
            *to = if digit < 10 { b'0' + digit } else { b'a' + digit - 10 };
        }
        id.push_str(std::str::from_utf8(&digits).unwrap_or_default());
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
        let ids = record_ids(&|_| key, &positions);
        for (row, &position) in positions.iter().enumerate() {
            assert_eq!(ids.as_string::<i32>().value(row), schema::record_id(key, position));
        }
    }
}
