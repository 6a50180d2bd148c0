//! Columns of an answer of the lake, by their place in the query that Margay itself wrote.

use arrow_array::{
    ArrayRef, RecordBatch,
    cast::AsArray,
    types::{Float64Type, Int64Type},
};
use arrow_cast::cast;
use arrow_schema::DataType;

use crate::{Error, Result};

pub(crate) fn texts(batch: &RecordBatch, at: usize) -> Result<Vec<Option<String>>> {
    let column = column(batch, at, &DataType::Utf8)?;
    Ok(column.as_string::<i32>().iter().map(|text| text.map(str::to_owned)).collect())
}

/// Numbers, and instants in microseconds since 1970.
pub(crate) fn ints(batch: &RecordBatch, at: usize) -> Result<Vec<Option<i64>>> {
    Ok(column(batch, at, &DataType::Int64)?.as_primitive::<Int64Type>().iter().collect())
}

pub(crate) fn floats(batch: &RecordBatch, at: usize) -> Result<Vec<Option<f64>>> {
    Ok(column(batch, at, &DataType::Float64)?.as_primitive::<Float64Type>().iter().collect())
}

fn column(batch: &RecordBatch, at: usize, kind: &DataType) -> Result<ArrayRef> {
    let column = batch.columns().get(at).ok_or_else(|| Error::internal("an answer without its columns"))?;
    cast(column, kind).map_err(|error| Error::internal("an answer of another kind than was asked for").detail(error))
}
