//! What a query or scan gives: a schema and a stream of batches.

use std::{
    fmt,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use futures::{Stream, StreamExt, TryStreamExt, stream::BoxStream};

use crate::{
    compact_batches::compact,
    error::{Error, Result},
};

/// Batches of rows as they are computed. Dropping it stops the query.
pub struct Rows {
    schema: SchemaRef,
    batches: BoxStream<'static, Result<RecordBatch>>,
    cut: Arc<AtomicBool>,
}

impl Rows {
    pub fn new(schema: SchemaRef, batches: impl Stream<Item = Result<RecordBatch>> + Send + 'static) -> Self {
        Self { schema, batches: batches.boxed(), cut: Arc::default() }
    }

    /// With a note of somebody else's, who knows whether rows were left out.
    #[must_use]
    pub fn noting(self, cut: Arc<AtomicBool>) -> Self {
        Self { cut, ..self }
    }

    /// Whether rows were left out at the end because there were more than were asked for; known once it has ended.
    pub fn cut(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.cut)
    }

    /// The first of these rows; an answer of more bytes ends with an error.
    #[must_use]
    pub fn limited(self, rows: u64, bytes: u64) -> Self {
        let (schema, cut) = (self.schema(), self.cut());
        let state = (self.batches, rows, bytes, Arc::clone(&cut));
        let batches = futures::stream::try_unfold(state, |(mut batches, rows, bytes, cut)| async move {
            let Some(batch) = batches.try_next().await? else { return Ok(None) };
            let (n_rows, most) = (batch.num_rows() as u64, usize::try_from(rows).unwrap_or(usize::MAX));
            if rows == 0 {
                cut.fetch_or(n_rows > 0, Ordering::Relaxed);
                return Ok(None);
            }
            let batch = if n_rows > rows { compact(&batch.slice(0, most))? } else { batch };
            cut.fetch_or(n_rows > rows, Ordering::Relaxed);
            let left = bytes.checked_sub(batch.get_array_memory_size() as u64).ok_or_else(|| {
                Error::limit("the answer is larger than an answer may be")
                    .with_hint("Ask for fewer rows or columns, or for a part at a time.")
            })?;
            Ok(Some((batch, (batches, rows.saturating_sub(n_rows), left, cut))))
        });
        Self::new(schema, batches).noting(cut)
    }

    /// Columns of every batch, known before the first.
    pub fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    /// The same rows in buffers that hold nothing else.
    pub(crate) fn compact(self) -> Self {
        let batches = self.batches.map(|batch| compact(&batch?));
        Self { schema: self.schema, batches: batches.boxed(), cut: self.cut }
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
