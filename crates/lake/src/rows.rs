//! What a query or scan gives: a schema and a stream of batches.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use futures::{Stream, StreamExt, TryStreamExt, stream::BoxStream};

use crate::{compact_batches::compact, error::Result};

/// Batches of rows as they are computed. Dropping it stops the query.
pub struct Rows {
    schema: SchemaRef,
    batches: BoxStream<'static, Result<RecordBatch>>,
}

impl Rows {
    pub fn new(schema: SchemaRef, batches: impl Stream<Item = Result<RecordBatch>> + Send + 'static) -> Self {
        Self { schema, batches: batches.boxed() }
    }

    /// Columns of every batch, known before the first.
    pub fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    /// The same rows in buffers that hold nothing else.
    pub(crate) fn compact(self) -> Self {
        let batches = self.batches.map(|batch| compact(&batch?));
        Self { schema: self.schema, batches: batches.boxed() }
    }

    /// All batches at once; for answers that are known to be small.
    pub async fn collect(self) -> Result<Vec<RecordBatch>> {
        self.batches.try_collect().await
    }
}

impl Stream for Rows {
    type Item = Result<RecordBatch>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.batches.poll_next_unpin(context)
    }
}

impl fmt::Debug for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows").field("schema", &self.schema).finish_non_exhaustive()
    }
}
