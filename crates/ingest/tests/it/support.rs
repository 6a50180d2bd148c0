//! What the tests share: running a stream, and rows as comparable JSON.

use std::{env, fs, io::Read, path::PathBuf};

use arrow_array::{Array, RecordBatch, cast::AsArray, types::*};
use arrow_schema::DataType;
use ingest::{AnyFormat, Format, Normalized, Stamp, Tail};
use schema::{SourceKey, Timestamp};
use serde_json::{Map, Value};

/// The folder of real data, or `None` with the reason printed.
pub(crate) fn data(part: &str) -> Option<PathBuf> {
    let root = env::var_os("MARGAY_DATA").map(PathBuf::from);
    let root = root.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"));
    let path = root.join(part);
    if path.exists() {
        return Some(path);
    }
    eprintln!("SKIPPED: no real data at {}; set MARGAY_DATA to its folder", path.display());
    None
}

pub(crate) fn read(path: &PathBuf) -> Vec<u8> {
    let bytes = fs::read(path).expect("readable");
    if path.extension().is_none_or(|extension| extension != "gz") {
        return bytes;
    }
    let mut unpacked = Vec::new();
    flate2::read::MultiGzDecoder::new(bytes.as_slice()).read_to_end(&mut unpacked).expect("gzip");
    unpacked
}

pub(crate) fn stamp() -> Stamp {
    Stamp {
        key: SourceKey(0xfeed),
        source: "test".into(),
        dataset: "default".into(),
        ingested_at: Timestamp::from_nanos(1_700_000_000_123_456_000),
    }
}

/// Everything that comes out of a stream pushed in pieces of this size.
pub(crate) fn run(format: &Format, name: &str, bytes: &[u8], piece: usize) -> Vec<Normalized> {
    let mut framer = (format.framer)(name);
    let mut batches = Vec::new();
    for piece in bytes.chunks(piece.max(1)) {
        batches.extend(framer.push(piece));
    }
    batches.extend(framer.finish(Tail::Take).batches);
    batches.iter().map(|raw| ingest::normalize(ingest::parse(format, raw), &stamp())).collect()
}

/// The same for any format.
pub(crate) fn run_any(format: &AnyFormat, name: &str, bytes: &[u8], piece: usize) -> Vec<Normalized> {
    let mut framer = format.framer(name);
    let mut batches = Vec::new();
    for piece in bytes.chunks(piece.max(1)) {
        batches.extend(framer.push(piece));
    }
    batches.extend(framer.finish(Tail::Take).batches);
    batches.iter().map(|raw| ingest::normalize(format.parse(raw), &stamp())).collect()
}

/// Rows as JSON objects without nulls, each with its table.
pub(crate) fn json_rows(batches: &[Normalized]) -> Vec<Map<String, Value>> {
    let mut all = Vec::new();
    for batch in batches.iter().flat_map(|normalized| &normalized.batches) {
        for row in 0..batch.len() {
            let mut object = Map::new();
            object.insert("table".into(), batch.table().name.into());
            for (place, column) in batch.table().columns().enumerate() {
                if let Some(value) = json_value(batch.rows(), place, row) {
                    object.insert(column.name.into(), value);
                }
            }
            all.push(object);
        }
    }
    all
}

fn json_value(rows: &RecordBatch, column: usize, row: usize) -> Option<Value> {
    let array = rows.column(column);
    if array.is_null(row) {
        return None;
    }
    Some(match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().value(row).into(),
        DataType::Int64 => array.as_primitive::<Int64Type>().value(row).into(),
        DataType::Float64 => array.as_primitive::<Float64Type>().value(row).into(),
        DataType::Boolean => array.as_boolean().value(row).into(),
        DataType::Timestamp(_, _) => {
            let micros = array.as_primitive::<TimestampMicrosecondType>().value(row);
            Timestamp::from_micros(micros).map_or_else(|| micros.to_string(), |instant| instant.to_string()).into()
        }
        DataType::List(_) => {
            let items = array.as_list::<i32>().value(row);
            let items = items.as_string::<i32>();
            items.iter().map(|item| item.map_or(Value::Null, Value::from)).collect()
        }
        DataType::Binary => String::from_utf8_lossy(array.as_binary::<i32>().value(row)).into(),
        other => panic!("no table has a column of type {other}"),
    })
}
