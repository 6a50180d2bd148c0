//! Tables that the engine keeps outside the lake (findings, threat events, indicators, runs), as SQL sees them.

use std::{error, fmt, sync::Arc};

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use async_trait::async_trait;
use datafusion::{
    catalog::{Session, TableProvider},
    datasource::memory::MemorySourceConfig,
    error::{DataFusionError, Result},
    logical_expr::{Expr, TableType},
    physical_plan::ExecutionPlan,
};
use schema::{Scope, Table};

/// Gives the rows of one table; asked once a query.
#[async_trait]
pub trait RowSource: fmt::Debug + Send + Sync {
    /// All rows that are seen by who has this scope, in batches of the table's schema.
    async fn rows(&self, scope: &Scope) -> std::result::Result<Vec<RecordBatch>, Box<dyn error::Error + Send + Sync>>;

    /// Whether the table is there for who has this scope.
    fn is_seen(&self, scope: &Scope) -> bool;
}

/// A [`RowSource`] under a table's name.
#[derive(Debug)]
pub(crate) struct StoreTable {
    schema: SchemaRef,
    rows: Option<Arc<dyn RowSource>>,
    scope: Scope,
}

impl StoreTable {
    /// Without a source the table is empty.
    pub(crate) fn new(table: &Table, rows: Option<Arc<dyn RowSource>>, scope: Scope) -> Self {
        Self { schema: table.schema(), rows, scope }
    }
}

#[async_trait]
impl TableProvider for StoreTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::View
    }

    async fn scan(
        &self,
        _: &dyn Session,
        projection: Option<&Vec<usize>>,
        _: &[Expr],
        _: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let batches = match &self.rows {
            Some(source) => source.rows(&self.scope).await.map_err(DataFusionError::External)?,
            None => Vec::new(),
        };
        Ok(MemorySourceConfig::try_new_exec(&[batches], Arc::clone(&self.schema), projection.cloned())?)
    }
}
