//! Rows to put into a lake, and short ways to ask it.

use std::sync::Arc;

use arrow_array::{
    ArrayRef, BinaryArray, Float64Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
    cast::AsArray, new_null_array, types::Int64Type,
};
use lake::{Arrival, Lake, Options};
use schema::{EventBatch, Kind, SourceKey, Table, record_id, tables};
use tempfile::TempDir;

/// 2026-01-01T00:00:00Z in microseconds.
pub(crate) const NEW_YEAR: i64 = 1_767_225_600_000_000;
pub(crate) const HOUR: i64 = 3_600_000_000;
pub(crate) const DAY: i64 = 24 * HOUR;

pub(crate) fn table(name: &str) -> &'static Table {
    tables::find(name).expect("a table of ours")
}

pub(crate) fn options() -> Options {
    Options { threads: 2, ..Options::default() }
}

pub(crate) async fn fresh() -> (TempDir, Lake) {
    let folder = TempDir::new().expect("a temporary folder");
    let lake = open(&folder).await;
    (folder, lake)
}

pub(crate) async fn open(folder: &TempDir) -> Lake {
    Lake::open(&folder.path().display().to_string(), &options()).await.expect("opens")
}

/// Rows of one source at positions `start..end` (one byte a record), with their instants by position.
pub(crate) fn arrival(
    table: &'static Table,
    source: u64,
    positions: std::ops::Range<u64>,
    instant: impl Fn(u64) -> i64,
) -> Arrival {
    let (start, end) = (positions.start, positions.end);
    let source = SourceKey(source);
    let all: Vec<u64> = positions.collect();
    let columns: Vec<ArrayRef> = table.columns().map(|column| values(column, source, &all, &instant)).collect();
    let rows = RecordBatch::try_new(table.schema(), columns).expect("rows of the table");
    Arrival::of_one(EventBatch::new(table, rows).expect("rows of the table"), source, start, end)
}

fn values(column: &schema::Column, source: SourceKey, positions: &[u64], instant: &impl Fn(u64) -> i64) -> ArrayRef {
    let texts = |text: &dyn Fn(u64) -> String| -> ArrayRef {
        Arc::new(positions.iter().map(|position| Some(text(*position))).collect::<StringArray>())
    };
    match (column.name, column.kind) {
        ("record_id", _) => texts(&|position| record_id(source, position)),
        ("raw", _) => texts(&|position| format!("{position}\tthe original line of {source}")),
        ("uid", _) => texts(&|position| format!("C{:017x}", position.wrapping_mul(0x9e37_79b9_7f4a_7c15))),
        ("src_ip", _) => texts(&|position| format!("10.0.{}.{}", position / 250 % 250, position % 250)),
        ("dst_ip", _) => texts(&|position| format!("192.0.2.{}", position % 7)),
        (_, Kind::Text | Kind::Ip) if column.required => texts(&|_| "x".to_owned()),
        (_, Kind::Instant) if column.required => {
            let instants = positions.iter().map(|position| instant(*position));
            Arc::new(TimestampMicrosecondArray::from_iter_values(instants).with_timezone("UTC"))
        }
        (_, Kind::Int) if column.required => Arc::new(Int64Array::from(vec![0; positions.len()])),
        (_, Kind::Float) if column.required => Arc::new(Float64Array::from(vec![1.0; positions.len()])),
        (_, Kind::Bytes) if column.required => Arc::new(BinaryArray::from_vec(vec![b"\xff"; positions.len()])),
        (_, kind) => new_null_array(&kind.data_type(), positions.len()),
    }
}

/// The one number that a query answers.
pub(crate) async fn number(lake: &Lake, query: &str) -> i64 {
    let rows = lake.sql(query, None).await.expect("a query").collect().await.expect("an answer");
    one_number(&rows)
}

pub(crate) fn one_number(rows: &[RecordBatch]) -> i64 {
    let batch = rows.iter().find(|batch| batch.num_rows() > 0).expect("a row");
    batch.column(0).as_primitive::<Int64Type>().value(0)
}

/// Count and distinct count of records: they differ where one was doubled.
pub(crate) async fn records(lake: &Lake, table: &str) -> (i64, i64) {
    let all = number(lake, &format!("SELECT count(*) FROM {table}")).await;
    let distinct = number(lake, &format!("SELECT count(DISTINCT record_id) FROM {table}")).await;
    (all, distinct)
}

/// First column of an answer, as text.
pub(crate) async fn texts(lake: &Lake, query: &str) -> Vec<String> {
    let batches = lake.sql(query, None).await.expect("a query").collect().await.expect("an answer");
    let mut all = Vec::new();
    for batch in batches {
        let column = arrow_cast::cast(batch.column(0), &arrow_schema::DataType::Utf8).expect("castable");
        all.extend(column.as_string::<i32>().iter().flatten().map(str::to_owned));
    }
    all
}

#[allow(clippy::print_stderr, reason = "a skipped test must say so")]
pub(crate) fn skip(why: &str) {
    eprintln!("SKIPPED: {why}");
}
