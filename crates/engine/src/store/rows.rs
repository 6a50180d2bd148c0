//! Store tables as Arrow rows, so that SQL sees them beside the telemetry.

use std::{borrow::Cow, sync::Arc};

use arrow_array::{
    ArrayRef, RecordBatch,
    builder::{BooleanBuilder, Float64Builder, Int64Builder, ListBuilder, StringBuilder, TimestampMicrosecondBuilder},
};
use async_trait::async_trait;
use futures::TryStreamExt;
use schema::{Column, Kind, Table};
use sqlx::AssertSqlSafe;

use super::{
    Store,
    sql::{self, Row},
};
use crate::{Error, Result};

/// Rows per Arrow batch.
const ROWS_PER_BATCH: usize = 8_192;

/// One store table, readable by the lake's SQL.
#[derive(Debug, Clone)]
pub(crate) struct StoreRows {
    store: Store,
    table: &'static Table,
}

impl StoreRows {
    pub(crate) fn new(store: Store, table: &'static Table) -> Self {
        Self { store, table }
    }

    /// All rows of the table, in batches of a bounded number of rows.
    pub(super) async fn read(&self) -> Result<Vec<RecordBatch>> {
        let names: Vec<&str> = self.table.columns().map(|column| column.name).collect();
        // Both names come from our own declarations, never from people.
        let query = format!("SELECT {} FROM {}", names.join(", "), self.table.name);
        let mut rows = sql::query(AssertSqlSafe(query)).fetch(&self.store.pool);

        let mut batches = Vec::new();
        let mut columns = self.columns();
        let mut n_rows = 0;
        while let Some(row) = rows.try_next().await? {
            for (position, column) in columns.iter_mut().enumerate() {
                column.take(&row, position)?;
            }
            n_rows += 1;
            if n_rows == ROWS_PER_BATCH {
                batches.push(self.batch(&mut columns)?);
                n_rows = 0;
            }
        }
        if n_rows > 0 {
            batches.push(self.batch(&mut columns)?);
        }
        Ok(batches)
    }

    fn columns(&self) -> Vec<Values> {
        self.table.columns().map(Values::of).collect()
    }

    fn batch(&self, columns: &mut [Values]) -> Result<RecordBatch> {
        let arrays = columns.iter_mut().map(Values::finish).collect();
        RecordBatch::try_new(self.table.schema(), arrays).map_err(|error| {
            Error::internal(format!("table \"{}\" holds rows that it should not", self.table.name)).detail(error)
        })
    }
}

#[async_trait]
impl lake::RowSource for StoreRows {
    async fn rows(&self) -> std::result::Result<Vec<RecordBatch>, Box<dyn std::error::Error + Send + Sync>> {
        Ok(self.read().await?)
    }
}

/// The values of one column while they are collected.
enum Values {
    Text(StringBuilder),
    Int(Int64Builder),
    Float(Float64Builder),
    Bool(BooleanBuilder),
    Instant(TimestampMicrosecondBuilder),
    Texts(ListBuilder<StringBuilder>),
}

impl Values {
    fn of(column: &Column) -> Self {
        match column.kind {
            Kind::Int => Self::Int(Int64Builder::new()),
            Kind::Float => Self::Float(Float64Builder::new()),
            Kind::Bool => Self::Bool(BooleanBuilder::new()),
            Kind::Instant => Self::Instant(TimestampMicrosecondBuilder::new().with_timezone("UTC")),
            Kind::Texts => Self::Texts(ListBuilder::new(StringBuilder::new())),
            Kind::Text | Kind::Ip | Kind::Json | Kind::Bytes => Self::Text(StringBuilder::new()),
        }
    }

    fn take(&mut self, row: &Row, position: usize) -> Result<()> {
        match self {
            Self::Text(values) => values.append_option(row.try_get::<Option<Cow<'_, str>>, _>(position)?),
            Self::Int(values) => values.append_option(row.try_get::<Option<i64>, _>(position)?),
            Self::Float(values) => values.append_option(row.try_get::<Option<f64>, _>(position)?),
            Self::Bool(values) => values.append_option(row.try_get::<Option<i64>, _>(position)?.map(|flag| flag != 0)),
            Self::Instant(values) => values.append_option(row.try_get::<Option<i64>, _>(position)?),
            Self::Texts(values) => match row.try_get::<Option<&str>, _>(position)? {
                Some(json) => {
                    let texts: Vec<String> = serde_json::from_str(json)?;
                    values.append_value(texts.iter().map(Some));
                }
                None => values.append_null(),
            },
        }
        Ok(())
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Text(values) => Arc::new(values.finish()),
            Self::Int(values) => Arc::new(values.finish()),
            Self::Float(values) => Arc::new(values.finish()),
            Self::Bool(values) => Arc::new(values.finish()),
            Self::Instant(values) => Arc::new(values.finish()),
            Self::Texts(values) => Arc::new(values.finish()),
        }
    }
}
