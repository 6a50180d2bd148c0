//! A batch of normalised rows and the table they belong to.

use std::fmt;

use arrow_array::RecordBatch;
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
        if rows.schema_ref().fields() == table.schema().fields() {
            return Ok(Self { table, rows });
        }
        Err(Mismatch { table: table.name, found: rows.schema_ref().to_string() })
    }

    /// No rows.
    pub fn empty(table: &'static Table) -> Self {
        Self { table, rows: RecordBatch::new_empty(table.schema()) }
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
