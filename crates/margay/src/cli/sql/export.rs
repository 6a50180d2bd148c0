//! An answer in the form that was asked for, batch by batch.

use std::{
    fs::File,
    io::{BufWriter, IsTerminal, Write},
    path::Path,
    sync::Arc,
};

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use arrow_cast::display::{ArrayFormatter, DurationFormat, FormatOptions};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use engine::{Error, Result, Rows};
use futures::TryStreamExt;

use super::Format;
use crate::output::{self, Table, grouped, visible};

/// Rows that a table for people shows; more than anybody reads.
const TABLE_ROWS: usize = 1_000;

/// Characters of one value that a table for people shows.
const TABLE_CHARS: usize = 160;

pub(super) async fn write(rows: Rows, format: Format, file: Option<&Path>) -> Result<()> {
    if format == Format::Table && file.is_none() {
        return table(rows).await;
    }
    let to: Box<dyn Write + Send> = match file {
        Some(path) => Box::new(BufWriter::new(
            File::create(path)
                .map_err(|error| Error::machine(format!("could not write {}", path.display())).detail(error))?,
        )),
        None if matches!(format, Format::Parquet | Format::Arrow) && std::io::stdout().is_terminal() => {
            return Err(
                Error::usage("this form is not for a terminal").hint("add --output FILE, or redirect the output")
            );
        }
        None => Box::new(BufWriter::new(std::io::stdout())),
    };
    match encode(rows, format, to).await {
        Err(Failure::Write(error)) if error.contains("Broken pipe") => Ok(()),
        Err(Failure::Write(error)) => Err(Error::machine("could not write the answer").detail(error)),
        Err(Failure::Query(error)) => Err(error),
        Ok(()) => Ok(()),
    }
}

enum Failure {
    Query(Error),
    Write(String),
}

impl From<ArrowError> for Failure {
    fn from(error: ArrowError) -> Self {
        Self::Write(error.to_string())
    }
}

impl From<parquet::errors::ParquetError> for Failure {
    fn from(error: parquet::errors::ParquetError) -> Self {
        Self::Write(error.to_string())
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::Write(error.to_string())
    }
}

async fn encode(mut rows: Rows, format: Format, mut to: Box<dyn Write + Send>) -> std::result::Result<(), Failure> {
    let schema = rows.schema();
    match format {
        Format::Csv | Format::Table => {
            let flat = flat_schema(&schema);
            let mut writer = arrow_csv::WriterBuilder::new().with_header(true).build(&mut to);
            writer.write(&RecordBatch::new_empty(flat.clone()))?;
            while let Some(batch) = next(&mut rows).await? {
                writer.write(&flatten(&batch, &flat)?)?;
            }
            drop(writer);
            to.flush()?;
        }
        Format::Ndjson => {
            let mut writer = arrow_json::WriterBuilder::new()
                .with_explicit_nulls(true)
                .build::<_, arrow_json::writer::LineDelimited>(&mut to);
            while let Some(batch) = next(&mut rows).await? {
                writer.write(&batch)?;
            }
            writer.finish()?;
            drop(writer);
            to.flush()?;
        }
        Format::Parquet => {
            let properties = parquet::file::properties::WriterProperties::builder()
                .set_compression(parquet::basic::Compression::ZSTD(parquet::basic::ZstdLevel::default()))
                .build();
            let mut writer = parquet::arrow::ArrowWriter::try_new(&mut to, schema, Some(properties))?;
            while let Some(batch) = next(&mut rows).await? {
                writer.write(&batch)?;
            }
            writer.close()?;
            to.flush()?;
        }
        Format::Arrow => {
            let mut writer = arrow_ipc::writer::StreamWriter::try_new(&mut to, &schema)?;
            while let Some(batch) = next(&mut rows).await? {
                writer.write(&batch)?;
            }
            writer.finish()?;
            drop(writer);
            to.flush()?;
        }
    }
    Ok(())
}

async fn next(rows: &mut Rows) -> std::result::Result<Option<RecordBatch>, Failure> {
    rows.try_next().await.map_err(|error| Failure::Query(error.into()))
}

/// CSV knows no lists: they become their text.
fn flat_schema(schema: &Schema) -> SchemaRef {
    let fields = schema.fields().iter().map(|field| {
        let kind = if field.data_type().is_nested() { DataType::Utf8 } else { field.data_type().clone() };
        Field::new(field.name(), kind, true)
    });
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

fn flatten(batch: &RecordBatch, flat: &SchemaRef) -> std::result::Result<RecordBatch, ArrowError> {
    let options = format_options();
    let mut columns: Vec<ArrayRef> = Vec::with_capacity(batch.num_columns());
    for column in batch.columns() {
        if column.data_type().is_nested() {
            let format = ArrayFormatter::try_new(column.as_ref(), &options)?;
            let texts = (0..column.len()).map(|row| column.is_valid(row).then(|| format.value(row).to_string()));
            columns.push(Arc::new(texts.collect::<StringArray>()));
        } else {
            columns.push(column.clone());
        }
    }
    RecordBatch::try_new(flat.clone(), columns)
}

async fn table(mut rows: Rows) -> Result<()> {
    let schema = rows.schema();
    let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    let numbers: Vec<usize> = schema
        .fields()
        .iter()
        .enumerate()
        .filter(|(_, field)| field.data_type().is_numeric())
        .map(|(position, _)| position)
        .collect();
    let mut table = Table::new(&names).numbers(&numbers);
    let options = format_options();
    let mut n_rows = 0;
    'batches: while let Some(batch) = rows.try_next().await? {
        let formats: Vec<ArrayFormatter<'_>> = batch
            .columns()
            .iter()
            .map(|column| ArrayFormatter::try_new(column.as_ref(), &options))
            .collect::<std::result::Result<_, _>>()
            .map_err(|error| Error::internal("could not show the answer").detail(error))?;
        for row in 0..batch.num_rows() {
            if n_rows == TABLE_ROWS {
                output::remark(format!(
                    "Only the first {} rows are shown; --format csv gives all.",
                    grouped(TABLE_ROWS as u64)
                ));
                break 'batches;
            }
            table.row(formats.iter().map(|format| shortened(&format.value(row).to_string())));
            n_rows += 1;
        }
    }
    table.print()?;
    output::remark(match n_rows {
        1 => "1 row".to_owned(),
        n => format!("{} rows", grouped(n as u64)),
    });
    Ok(())
}

fn shortened(text: &str) -> String {
    let shown = visible(text);
    if shown.chars().count() <= TABLE_CHARS {
        return shown;
    }
    shown.chars().take(TABLE_CHARS).chain(['…']).collect()
}

fn format_options() -> FormatOptions<'static> {
    FormatOptions::default()
        .with_duration_format(DurationFormat::Pretty)
        .with_timestamp_tz_format(Some("%Y-%m-%dT%H:%M:%S%.fZ"))
        .with_null("")
}
