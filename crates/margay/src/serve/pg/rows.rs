//! Answers as rows of the protocol.
//!
//! Structs, maps and lists of these are JSON texts: PostgreSQL has no types for them that tools could look up.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, RecordBatch, RecordBatchOptions, StringArray};
use arrow_pg::{datatypes::arrow_schema_to_pg_fields, encode_recordbatch};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef, TimeUnit};
use engine::{PG_PARAMETER, Rows};
use futures::{Stream, StreamExt, TryStreamExt, stream};
use pgwire::{
    api::{Type, portal::Format, results::FieldInfo},
    error::{PgWireError, PgWireResult},
    messages::data::DataRow,
};

use super::told;

/// What a question answers and takes, before it is asked.
#[derive(Debug, Clone)]
pub(super) struct Described {
    columns: SchemaRef,
    pub(super) parameters: Vec<Type>,
}

impl Described {
    pub(super) fn new(told: &Schema) -> PgWireResult<Self> {
        let is_parameter = |field: &Field| field.metadata().contains_key(PG_PARAMETER);
        let fields = told.fields();
        let parameters = fields
            .iter()
            .filter(|field| is_parameter(field))
            .map(|field| arrow_pg::datatypes::into_pg_type(field.data_type()));
        let columns: Vec<_> = fields.iter().filter(|field| !is_parameter(field)).cloned().collect();
        Ok(Self { columns: Arc::new(Schema::new(columns)), parameters: parameters.collect::<PgWireResult<_>>()? })
    }

    pub(super) fn fields(&self, form: &Format) -> PgWireResult<Vec<FieldInfo>> {
        fields(&self.columns, form)
    }
}

/// Columns as clients are told of them.
pub(super) fn fields(columns: &SchemaRef, form: &Format) -> PgWireResult<Vec<FieldInfo>> {
    arrow_schema_to_pg_fields(&plain(columns), form, None)
}

/// Rows as they come, batch by batch.
pub(super) fn encoded(
    rows: Rows,
    fields: Arc<Vec<FieldInfo>>,
    question: &str,
) -> impl Stream<Item = PgWireResult<DataRow>> + Send + use<> {
    let schema = Arc::new(plain(&rows.schema()));
    let question = question.to_owned();
    let batches = rows.map_err(move |error| told::of(&error.into(), &question));
    let encoded = batches.map(move |batch| {
        let batch = plain_batch(&batch?, &schema).map_err(|error| told::wrong("XX000", error.to_string()))?;
        let rows = encode_recordbatch(fields.clone(), batch);
        Ok::<_, PgWireError>(stream::iter(rows))
    });
    encoded.try_flatten()
}

/// The columns as they are written: with types that PostgreSQL has.
fn plain(columns: &Schema) -> Schema {
    let fields = columns.fields().iter().map(|field| {
        let kind = plain_type(field.data_type());
        Field::new(field.name(), kind, true).with_metadata(field.metadata().clone())
    });
    Schema::new(fields.collect::<Vec<_>>())
}

fn plain_type(kind: &DataType) -> DataType {
    match kind {
        DataType::Dictionary(_, values) => plain_type(values),
        DataType::RunEndEncoded(_, values) => plain_type(values.data_type()),
        // Finer than PostgreSQL's times are.
        DataType::Timestamp(_, zone) => DataType::Timestamp(TimeUnit::Microsecond, zone.as_ref().map(|_| "UTC".into())),
        DataType::Null | DataType::Float16 | DataType::Decimal256(..) => DataType::Utf8,
        // Our numbers have at most 28 digits where they are exact.
        DataType::Decimal32(..) | DataType::Decimal64(..) => DataType::Utf8,
        DataType::List(of) | DataType::LargeList(of) if is_simple(of.data_type()) => {
            DataType::List(Arc::new(Field::new("item", plain_type(of.data_type()), true)))
        }
        kind if kind.is_nested() => DataType::Utf8,
        kind => kind.clone(),
    }
}

/// A type whose lists PostgreSQL has.
fn is_simple(kind: &DataType) -> bool {
    matches!(
        kind,
        DataType::Boolean | DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Timestamp(..)
    ) || kind.is_integer()
        || kind.is_floating()
}

fn plain_batch(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, ArrowError> {
    let columns = batch.columns().iter().zip(schema.fields()).map(|(column, field)| {
        if column.data_type() == field.data_type() {
            Ok(column.clone())
        } else if column.data_type().is_nested() && *field.data_type() == DataType::Utf8 {
            as_json(column)
        } else {
            arrow_cast::cast(column, field.data_type())
        }
    });
    let columns = columns.collect::<Result<Vec<_>, _>>()?;
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(schema.clone(), columns, &options)
}

fn as_json(column: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    let field = Arc::new(Field::new("v", column.data_type().clone(), true));
    let options = arrow_json::writer::EncoderOptions::default().with_explicit_nulls(true);
    let mut encoder = arrow_json::writer::make_encoder(&field, column.as_ref(), &options)?;
    let mut text = Vec::new();
    let texts = (0..column.len()).map(|row| {
        text.clear();
        column.is_valid(row).then(|| {
            encoder.encode(row, &mut text);
            String::from_utf8_lossy(&text).into_owned()
        })
    });
    Ok(Arc::new(texts.collect::<StringArray>()))
}
