//! A batch of normalised rows and the table they belong to.

use std::{fmt, sync::Arc};

use arrow_array::{Array, ArrayRef, RecordBatch, cast::AsArray};
use arrow_schema::ArrowError;

use crate::Table;

/// Rows of one table, in exactly that table's schema.
#[derive(Debug, Clone)]
pub struct EventBatch {
    table: &'static Table,
    rows: RecordBatch,
}

impl EventBatch {
    /// Fails where the rows are not of the table's schema: a broken promise of a parser, not bad input.
    pub fn new(table: &'static Table, rows: RecordBatch) -> Result<Self, Mismatch> {
        let schema = table.schema();
        if Arc::ptr_eq(rows.schema_ref(), &schema) || rows.schema_ref().fields() == schema.fields() {
            return Ok(Self { table, rows });
        }
        Err(Mismatch { table: table.name, found: rows.schema_ref().to_string() })
    }

    /// No rows.
    pub fn empty(table: &'static Table) -> Self {
        Self { table, rows: RecordBatch::new_empty(table.schema()) }
    }

    /// Some of the rows, without copying them.
    #[must_use]
    pub fn slice(&self, start: usize, len: usize) -> Self {
        let start = start.min(self.len());
        Self { table: self.table, rows: self.rows.slice(start, len.min(self.len() - start)) }
    }

    /// Memory that its rows take, whatever they are a slice of.
    pub fn memory_bytes(&self) -> usize {
        memory_bytes(&self.rows)
    }

    pub fn table(&self) -> &'static Table {
        self.table
    }

    pub fn rows(&self) -> &RecordBatch {
        &self.rows
    }

    pub fn into_rows(self) -> RecordBatch {
        self.rows
    }

    pub fn len(&self) -> usize {
        self.rows.num_rows()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.num_rows() == 0
    }
}

/// Memory that rows take, whatever they are a slice of.
pub fn memory_bytes(rows: &RecordBatch) -> usize {
    rows.columns().iter().map(column_bytes).sum()
}

/// Asked for every column of every batch, so texts, of which most columns are, are looked at directly.
fn column_bytes(column: &ArrayRef) -> usize {
    let nulls = if column.nulls().is_some() { column.len().div_ceil(8) } else { 0 };
    match column.as_string_opt::<i32>() {
        Some(texts) => {
            let offsets = texts.value_offsets();
            let text_bytes = offsets.last().zip(offsets.first()).map_or(0, |(end, start)| end - start);
            usize::try_from(text_bytes).unwrap_or(0) + size_of_val(offsets) + nulls
        }
        None => column.to_data().get_slice_memory_size().unwrap_or_else(|_| column.get_array_memory_size()),
    }
}

/// Rows offered for a table do not have its columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    pub table: &'static str,
    pub found: String,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "rows do not have the columns of table \"{}\": found {}", self.table, self.found)
    }
}

impl std::error::Error for Mismatch {}

impl From<Mismatch> for ArrowError {
    fn from(mismatch: Mismatch) -> Self {
        Self::SchemaError(mismatch.to_string())
    }
}
