//! Rows of any table from JSON, and a rule held against them.

use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, DictionaryArray, Float64Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
    builder::{ListBuilder, StringBuilder, StringViewBuilder},
    cast::AsArray,
    new_null_array,
    types::Int32Type,
};
use arrow_schema::DataType;
use detect::rules::{self, Evaluator, Options, RuleSet};
use schema::{EventBatch, Kind, Table, tables};
use serde_json::{Map, Value, json};

pub(crate) fn table(name: &str) -> &'static Table {
    tables::find(name).expect("a table")
}

/// Rows from JSON objects of columns. Required columns that are missing get something; `attrs` may be an object.
pub(crate) fn batch(table: &'static Table, rows: &[Value]) -> EventBatch {
    let columns = table.columns().map(|column| {
        let values: Vec<Value> = rows.iter().enumerate().map(|(row, object)| cell(column, object, row)).collect();
        match column.kind {
            Kind::Text | Kind::Ip | Kind::Json => {
                Arc::new(StringArray::from(values.iter().map(Value::as_str).collect::<Vec<_>>())) as ArrayRef
            }
            Kind::Int => Arc::new(Int64Array::from(values.iter().map(Value::as_i64).collect::<Vec<_>>())),
            Kind::Float => Arc::new(Float64Array::from(values.iter().map(Value::as_f64).collect::<Vec<_>>())),
            Kind::Bool => Arc::new(BooleanArray::from(values.iter().map(Value::as_bool).collect::<Vec<_>>())),
            Kind::Instant => {
                let micros = values.iter().map(Value::as_i64).collect::<Vec<_>>();
                Arc::new(TimestampMicrosecondArray::from(micros).with_timezone("UTC"))
            }
            Kind::Texts => lists(&values),
            Kind::Bytes => new_null_array(&DataType::Binary, rows.len()),
        }
    });
    let rows = RecordBatch::try_new(table.schema(), columns.collect()).expect("rows of the table");
    EventBatch::new(table, rows).expect("the table's columns")
}

/// The same rows with texts as the lake reads them: views, of which equal ones share their place.
pub(crate) fn as_views(rows: &RecordBatch) -> RecordBatch {
    with_texts(rows, |texts| {
        let mut views = StringViewBuilder::new().with_deduplicate_strings();
        texts.iter().for_each(|text| views.append_option(text));
        Arc::new(views.finish())
    })
}

/// The same rows with texts as numbers of a dictionary.
pub(crate) fn as_dictionaries(rows: &RecordBatch) -> RecordBatch {
    with_texts(rows, |texts| Arc::new(texts.iter().collect::<DictionaryArray<Int32Type>>()))
}

fn with_texts(rows: &RecordBatch, other: impl Fn(&StringArray) -> ArrayRef) -> RecordBatch {
    let columns = rows.columns().iter().map(|column| match column.as_string_opt::<i32>() {
        Some(texts) => other(texts),
        None => Arc::clone(column),
    });
    let schema = rows.schema();
    let named = schema.fields().iter().map(|field| field.name().clone()).zip(columns);
    RecordBatch::try_from_iter(named).expect("columns of one length")
}

fn cell(column: &schema::Column, object: &Value, row: usize) -> Value {
    match (object.get(column.name), column.name) {
        (Some(attrs @ Value::Object(_)), _) => json!(attrs.to_string()),
        (Some(value), _) => value.clone(),
        (None, "record_id") => json!(format!("r{row}")),
        (None, "raw") => json!(object.to_string()),
        (None, _) if !column.required => Value::Null,
        (None, _) => match column.kind {
            Kind::Instant | Kind::Int => json!(row),
            Kind::Float => json!(1.0),
            _ => json!("-"),
        },
    }
}

fn lists(values: &[Value]) -> ArrayRef {
    let mut builder = ListBuilder::new(StringBuilder::new());
    for value in values {
        let items = value.as_array();
        items.into_iter().flatten().for_each(|item| builder.values().append_option(item.as_str()));
        builder.append(items.is_some());
    }
    Arc::new(builder.finish())
}

/// A process start on Windows with these attrs and columns.
pub(crate) fn process(columns: &Value) -> Value {
    let mut row = Map::new();
    row.insert("action".to_owned(), json!("start"));
    row.insert("os".to_owned(), json!("windows"));
    row.extend(columns.as_object().cloned().unwrap_or_default());
    Value::Object(row)
}

pub(crate) fn load(text: &str) -> RuleSet {
    let (set, problems) = rules::load([("rule.yml", text)], &Options::default());
    assert!(problems.iter().all(|problem| problem.warning), "{}\n{text}", problems[0]);
    set
}

/// A rule about process starts from its detection, indented by two.
pub(crate) fn about_processes(detection: &str) -> String {
    format!("title: T\nlogsource: {{product: windows, category: process_creation}}\ndetection:\n{detection}\n")
}

/// Which rows a rule matches.
pub(crate) fn matches(text: &str, table: &'static Table, rows: &[Value]) -> Vec<u32> {
    let set = load(text);
    let hits = Evaluator::new(set.plan(table)).evaluate(batch(table, rows).rows());
    hits.rows_of(0).to_vec()
}

/// Whether one search holds for each of these values of a field in `attrs`.
pub(crate) fn holds(search: &str, fields: &[Value]) -> Vec<bool> {
    let text = about_processes(&format!("  selection:\n    {search}\n  condition: selection"));
    let rows: Vec<Value> = fields.iter().map(|attrs| process(&json!({ "attrs": attrs }))).collect();
    let found = matches(&text, table("processes"), &rows);
    (0..rows.len() as u32).map(|row| found.contains(&row)).collect()
}

/// As [`holds`], for values of the field `f`.
pub(crate) fn holds_of(search: &str, values: &[&str]) -> Vec<bool> {
    holds(search, &values.iter().map(|value| json!({ "f": value })).collect::<Vec<_>>())
}
