//! Records of examples and of files as rows: raw text by way of `ingest`, columns by way of JSON. Nothing reaches the lake.

use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
    builder::{ListBuilder, StringBuilder},
    new_null_array,
};
use ingest::{Formats, Stamp, Tail};
use schema::{Column, EventBatch, Kind, SourceKey, Table, Timestamp, tables};
use serde_json::{Map, Value};

/// Rows that came of one text.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) batches: Vec<EventBatch>,
    /// Name of the format that it was read as.
    pub(super) format: String,
    /// Reason and detail of the first reject.
    pub(super) reject: Option<String>,
}

/// Reads bytes as ingest would. `number` tells the records of one text from those of another.
pub(super) fn of_bytes(
    bytes: &[u8],
    formats: &Formats,
    named: Option<&str>,
    source: &str,
    number: u64,
    now: Timestamp,
) -> Result<Read, String> {
    let format = match named {
        Some(name) => formats
            .find(name)
            .cloned()
            .ok_or_else(|| format!("there is no format \"{name}\"; `margay formats` lists them"))?,
        None => formats
            .recognise(bytes, source)
            .map(|(format, _)| format)
            .ok_or_else(|| "no format is recognized in it; name one (`margay formats` lists them)".to_owned())?,
    };
    let stamp =
        Stamp { key: SourceKey(number), source: source.to_owned(), dataset: "test".to_owned(), ingested_at: now };
    let mut framer = format.framer(source);
    let mut raw = framer.push(bytes);
    raw.extend(framer.finish(Tail::Take).batches);
    let mut read = Read { format: format.name().to_owned(), ..Read::default() };
    for batch in &raw {
        for batch in ingest::normalize(format.parse(batch), &stamp).batches {
            if batch.table().name != "quarantine" {
                read.batches.push(batch);
            } else if read.reject.is_none() {
                read.reject = ["reason", "detail"].map(|column| text_of(&batch, column)).join(": ").into();
            }
        }
    }
    Ok(read)
}

fn text_of(batch: &EventBatch, column: &str) -> String {
    use arrow_array::{Array, cast::AsArray};
    let column = batch.rows().column_by_name(column).and_then(|column| column.as_string_opt::<i32>());
    column.filter(|column| !column.is_empty()).map(|column| column.value(0).to_owned()).unwrap_or_default()
}

/// One row from a JSON object of columns. What every row has and the object does not say is filled in.
pub(super) fn of_columns(table: &str, columns: &str, number: u64, at: Timestamp) -> Result<EventBatch, String> {
    let Some(table) = tables::find(table) else {
        return Err(format!("there is no table \"{table}\"; `margay tables` lists them"));
    };
    let given: Map<String, Value> = serde_json::from_str(columns).map_err(|error| error.to_string())?;
    if let Some(strange) = given.keys().find(|name| table.column(name).is_none()) {
        return Err(format!(
            "table \"{}\" has no column \"{strange}\"; `margay tables {}` lists them, others stand in `attrs`",
            table.name, table.name
        ));
    }
    let mut arrays = Vec::new();
    for column in table.columns() {
        let value = match given.get(column.name) {
            Some(value) => value.clone(),
            None => filled_in(column, columns, number, at),
        };
        let array = array(column, &value)
            .ok_or_else(|| format!("column \"{}\" holds {}, and not {value}", column.name, column.kind.word()))?;
        if column.required && array.null_count() > 0 {
            return Err(format!("every row of \"{}\" has \"{}\": {}", table.name, column.name, column.about));
        }
        arrays.push(array);
    }
    let rows = RecordBatch::try_new(table.schema(), arrays).map_err(|error| error.to_string())?;
    EventBatch::new(table, rows).map_err(|error| error.to_string())
}

fn filled_in(column: &Column, record: &str, number: u64, at: Timestamp) -> Value {
    match column.name {
        "record_id" => Value::from(schema::record_id(SourceKey(number), 0)),
        "dataset" | "source" => Value::from("test"),
        "observed_at" | "ingested_at" => Value::from(at.to_string()),
        "observed_sub_ns" => Value::from(0),
        "sample_weight" => Value::from(1.0),
        // Keywords are looked for in the whole record.
        "raw" => Value::from(record),
        _ => Value::Null,
    }
}

/// One value as a column of one row; `None` where it is of another kind.
fn array(column: &Column, value: &Value) -> Option<ArrayRef> {
    if value.is_null() {
        return Some(new_null_array(&column.kind.data_type(), 1));
    }
    Some(match column.kind {
        Kind::Text | Kind::Ip => Arc::new(StringArray::from(vec![words(value)?])),
        Kind::Json => Arc::new(StringArray::from(vec![match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        }])),
        Kind::Int => Arc::new(Int64Array::from(vec![value.as_i64()?])),
        Kind::Float => Arc::new(Float64Array::from(vec![value.as_f64()?])),
        Kind::Bool => Arc::new(BooleanArray::from(vec![value.as_bool()?])),
        Kind::Instant => {
            let at: Timestamp = value.as_str()?.parse().ok()?;
            Arc::new(TimestampMicrosecondArray::from(vec![at.micros()]).with_timezone("UTC"))
        }
        Kind::Texts => {
            let mut list = ListBuilder::new(StringBuilder::new());
            for item in value.as_array()? {
                list.values().append_value(words(item)?);
            }
            list.append(true);
            Arc::new(list.finish())
        }
        Kind::Bytes => return None,
    })
}

/// A scalar as text: YAML reads `404` as a number where a column holds text.
fn words(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(yes) => Some(yes.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// The tables of these batches, by name, each once.
pub(super) fn tables_of(batches: &[EventBatch]) -> Vec<&'static Table> {
    let mut found: Vec<&'static Table> = batches.iter().map(EventBatch::table).collect();
    found.sort_by_key(|table| table.name);
    found.dedup_by_key(|table| table.name);
    found
}
