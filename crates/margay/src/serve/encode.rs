//! Batches of rows as bytes, one after the other: Arrow, NDJSON, CSV; and as JSON values.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, RecordBatch, StringArray};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_ipc::writer::StreamWriter;
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use axum::http::{HeaderMap, header};
use engine::Error;

use super::{api::ARROW, web::Answer};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Arrow,
    Ndjson,
    Csv,
    Json,
}

impl Form {
    /// The first form in `Accept` that is known; JSON where none is.
    pub(crate) fn wanted(headers: &HeaderMap) -> Self {
        let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
        let forms = accept.split(',').filter_map(|one| match one.split(';').next().unwrap_or_default().trim() {
            ARROW => Some(Self::Arrow),
            "application/x-ndjson" | "application/ndjson" => Some(Self::Ndjson),
            "text/csv" => Some(Self::Csv),
            "application/json" => Some(Self::Json),
            _ => None,
        });
        forms.into_iter().next().unwrap_or(Self::Json)
    }

    pub(crate) fn kind(self) -> &'static str {
        match self {
            Self::Arrow => ARROW,
            Self::Ndjson => "application/x-ndjson",
            Self::Csv => "text/csv; charset=utf-8",
            Self::Json => "application/json",
        }
    }
}

/// Writes batches into chunks.
pub(crate) enum Encoder {
    Arrow(Box<StreamWriter<Vec<u8>>>),
    Ndjson,
    Csv { heading: bool, flat: SchemaRef },
}

impl std::fmt::Debug for Encoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Encoder")
    }
}

impl Encoder {
    pub(crate) fn new(form: Form, schema: &SchemaRef) -> Answer<Self> {
        Ok(match form {
            Form::Arrow => Self::Arrow(Box::new(StreamWriter::try_new(Vec::new(), schema).map_err(wrong)?)),
            Form::Ndjson | Form::Json => Self::Ndjson,
            Form::Csv => Self::Csv { heading: true, flat: flat(schema) },
        })
    }

    pub(crate) fn batch(&mut self, batch: &RecordBatch) -> Result<Vec<u8>, ArrowError> {
        match self {
            Self::Arrow(writer) => {
                writer.write(batch)?;
                Ok(std::mem::take(writer.get_mut()))
            }
            Self::Ndjson => ndjson(batch),
            Self::Csv { heading, flat } => {
                let mut bytes = Vec::new();
                let header = std::mem::replace(heading, false);
                arrow_csv::WriterBuilder::new()
                    .with_header(header)
                    .build(&mut bytes)
                    .write(&flattened(batch, flat)?)?;
                Ok(bytes)
            }
        }
    }

    pub(crate) fn end(&mut self) -> Result<Vec<u8>, ArrowError> {
        match self {
            Self::Arrow(writer) => {
                writer.finish()?;
                Ok(std::mem::take(writer.get_mut()))
            }
            Self::Ndjson => Ok(Vec::new()),
            // An answer without rows has its heading all the same.
            Self::Csv { heading: true, flat } => {
                let empty = RecordBatch::new_empty(flat.clone());
                let mut bytes = Vec::new();
                arrow_csv::WriterBuilder::new().with_header(true).build(&mut bytes).write(&empty)?;
                Ok(bytes)
            }
            Self::Csv { .. } => Ok(Vec::new()),
        }
    }
}

/// Each row as a JSON object.
pub(crate) fn values(batch: &RecordBatch) -> Answer<Vec<serde_json::Value>> {
    let bytes = ndjson(batch).map_err(wrong)?;
    let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let values: Result<Vec<_>, _> = lines.map(serde_json::from_slice).collect();
    Ok(values.map_err(|error| Error::internal("rows could not be written as JSON").detail(error))?)
}

fn ndjson(batch: &RecordBatch) -> Result<Vec<u8>, ArrowError> {
    let mut bytes = Vec::new();
    let mut writer = arrow_json::WriterBuilder::new()
        .with_explicit_nulls(true)
        .build::<_, arrow_json::writer::LineDelimited>(&mut bytes);
    writer.write(batch)?;
    writer.finish()?;
    drop(writer);
    Ok(bytes)
}

fn wrong(error: ArrowError) -> Error {
    Error::internal("rows could not be written").detail(error)
}

/// CSV knows no lists: they become their text. What a spreadsheet would take for a formula is made a text.
fn flat(schema: &Schema) -> SchemaRef {
    let fields = schema.fields().iter().map(|field| {
        let as_text = field.data_type().is_nested() || is_text(field.data_type());
        Field::new(field.name(), if as_text { DataType::Utf8 } else { field.data_type().clone() }, true)
    });
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

fn is_text(kind: &DataType) -> bool {
    matches!(kind, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
}

fn flattened(batch: &RecordBatch, flat: &SchemaRef) -> Result<RecordBatch, ArrowError> {
    let options = FormatOptions::default();
    let mut columns: Vec<ArrayRef> = Vec::with_capacity(batch.num_columns());
    for column in batch.columns() {
        if column.data_type().is_nested() || is_text(column.data_type()) {
            let format = ArrayFormatter::try_new(column.as_ref(), &options)?;
            let texts =
                (0..column.len()).map(|row| column.is_valid(row).then(|| harmless(format.value(row).to_string())));
            columns.push(Arc::new(texts.collect::<StringArray>()));
        } else {
            columns.push(column.clone());
        }
    }
    RecordBatch::try_new(flat.clone(), columns)
}

/// A cell that a spreadsheet does not carry out.
pub(crate) fn harmless(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.parse::<f64>().is_err() {
        return format!("'{cell}");
    }
    cell
}
