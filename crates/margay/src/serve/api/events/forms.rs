//! Rows of events in the forms of tables: Arrow for the page, CSV for spreadsheets.

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray, UInt8Array, UInt64Array};
use arrow_ipc::writer::StreamWriter;
use axum::http::{HeaderMap, header};
use engine::Error;

use super::super::{
    super::{encode::harmless, web::Answer},
    row::Row,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Arrow,
    Csv,
}

/// The form that is asked for, where it is not JSON.
pub(super) fn wanted(headers: &HeaderMap) -> Option<Form> {
    let accept = headers.get(header::ACCEPT)?.to_str().ok()?;
    accept.split(',').find_map(|one| match one.split(';').next().unwrap_or_default().trim() {
        super::super::ARROW => Some(Some(Form::Arrow)),
        "text/csv" => Some(Some(Form::Csv)),
        "application/json" => Some(None),
        _ => None,
    })?
}

/// A stream of one batch, its buffers as they are.
pub(super) fn arrow(rows: &[Row]) -> Answer<Vec<u8>> {
    let batch = batch(rows)?;
    let mut bytes = Vec::new();
    let written = StreamWriter::try_new(&mut bytes, batch.schema_ref()).and_then(|mut writer| {
        writer.write(&batch)?;
        writer.finish()
    });
    written.map_err(|error| Error::internal("could not write Arrow").detail(error))?;
    Ok(bytes)
}

/// With a heading. What a spreadsheet would take for a formula begins with an apostrophe.
pub(super) fn csv(rows: &[Row]) -> Answer<Vec<u8>> {
    let batch = batch(rows)?;
    let failed = |error: &dyn std::fmt::Display| Error::internal("could not write CSV").detail(error);
    let mut writer = csv::Writer::from_writer(Vec::new());
    let names = batch.schema_ref().fields().iter().map(|field| field.name().as_str());
    writer.write_record(names).map_err(|error| failed(&error))?;
    let options = arrow_cast::display::FormatOptions::default();
    let columns: Result<Vec<_>, _> = batch
        .columns()
        .iter()
        .map(|column| arrow_cast::display::ArrayFormatter::try_new(column.as_ref(), &options))
        .collect();
    let columns = columns.map_err(|error| failed(&error))?;
    for row in 0..batch.num_rows() {
        let cells = columns.iter().map(|column| harmless(column.value(row).to_string()));
        writer.write_record(cells).map_err(|error| failed(&error))?;
    }
    Ok(writer.into_inner().map_err(|error| failed(&error))?)
}

fn batch(rows: &[Row]) -> Answer<RecordBatch> {
    fn texts<'r>(rows: &'r [Row], text: impl Fn(&'r Row) -> Option<&'r str>) -> ArrayRef {
        Arc::new(StringArray::from_iter(rows.iter().map(text)))
    }
    fn lists<'r>(rows: &'r [Row], list: impl Fn(&'r Row) -> &'r [String]) -> ArrayRef {
        Arc::new(StringArray::from_iter_values(rows.iter().map(|row| list(row).join(" "))))
    }
    let confidence = UInt8Array::from_iter_values(rows.iter().map(|row| row.confidence));
    let columns: [(&str, ArrayRef); 21] = [
        ("id", texts(rows, |row| Some(&row.id))),
        ("severity", texts(rows, |row| Some(row.severity))),
        ("confidence", Arc::new(confidence)),
        ("category", texts(rows, |row| Some(row.category))),
        ("title", texts(rows, |row| Some(&row.title))),
        ("dataset", texts(rows, |row| Some(&row.dataset))),
        ("tlp", texts(rows, |row| Some(row.tlp))),
        ("first_seen", texts(rows, |row| Some(&row.first_seen))),
        ("last_seen", texts(rows, |row| Some(&row.last_seen))),
        ("techniques", lists(rows, |row| &row.techniques)),
        ("tactics", lists(rows, |row| &row.tactics)),
        ("target", texts(rows, |row| row.target.as_deref())),
        ("indicator", texts(rows, |row| row.indicator.as_deref())),
        ("q_value", Arc::new(Float64Array::from_iter(rows.iter().map(|row| row.q_value)))),
        ("n_records", Arc::new(UInt64Array::from_iter_values(rows.iter().map(|row| row.n_records)))),
        ("state", texts(rows, |row| Some(row.state))),
        ("assignee", texts(rows, |row| row.assignee.as_deref())),
        ("verdict", texts(rows, |row| row.verdict)),
        ("tags", lists(rows, |row| &row.tags)),
        ("n_comments", Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| row.n_comments)))),
        ("campaign", texts(rows, |row| row.campaign.as_deref())),
    ];
    let columns = columns.into_iter().map(|(name, column)| (name, column, true));
    let batch = RecordBatch::try_from_iter_with_nullable(columns);
    Ok(batch.map_err(|error| Error::internal("could not make a table of events").detail(error))?)
}
