//! Rows of the lake held against the rules of their table, on as many threads as there are.

use std::sync::Arc;

use arrow_array::RecordBatch;
use detect::rules::{Evaluator, Hits, Plan};
use futures::TryStreamExt;
use schema::Window;
use tokio::{sync::mpsc, task::JoinSet};

use crate::{Engine, Error, Result, Stop};

impl Engine {
    /// Calls back with batches in which something matched, in no particular order; gives how many rows were held.
    pub(super) async fn held(
        &self,
        plan: &Arc<Plan>,
        columns: &[&str],
        window: Window,
        stop: &Stop,
        mut found: impl FnMut(&RecordBatch, &Hits) -> Result<()>,
    ) -> Result<u64> {
        let parts = self.lake.scan_parts(plan.table(), columns, window, self.config.thread_count()).await?;
        // A part waits while nobody takes what it found: no more batches than parts are held.
        let (sender, mut receiver) = mpsc::channel(parts.len().max(1));
        let mut tasks = JoinSet::new();
        for part in parts {
            tasks.spawn(hold(part, Evaluator::new(Arc::clone(plan)), sender.clone(), stop.clone()));
        }
        drop(sender);
        while let Some((batch, hits)) = receiver.recv().await {
            found(&batch, &hits)?;
        }
        let mut rows = 0;
        while let Some(done) = tasks.join_next().await {
            rows += done.map_err(|error| Error::internal("a task ended in a way it must not").detail(error))??;
        }
        Ok(rows)
    }
}

async fn hold(
    mut part: lake::Rows,
    mut evaluator: Evaluator,
    sender: mpsc::Sender<(RecordBatch, Hits)>,
    stop: Stop,
) -> Result<u64> {
    let mut rows = 0;
    while let Some(batch) = part.try_next().await? {
        stop.check()?;
        rows += batch.num_rows() as u64;
        let hits = evaluator.evaluate(&batch);
        if !hits.is_empty() && sender.send((batch, hits)).await.is_err() {
            break;
        }
    }
    Ok(rows)
}
