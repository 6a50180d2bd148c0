//! Rows of the lake held against the rules of their table, on as many threads as there are.
//!
//! Of files that tell what is in their long texts the short columns are read first; the long ones follow for rows that
//! may still match.

use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::RecordBatch;
use detect::rules::{Evaluator, Hits, Plan, Unread};
use futures::TryStreamExt;
use lake::{OpenFile, Rows, StoredFile};
use schema::Window;
use tokio::{sync::mpsc, task::JoinSet};

use crate::{Engine, Error, Result, Stop};

impl Engine {
    /// Calls back with batches in which something matched, in no particular order; gives how many rows were held.
    pub(super) async fn held(
        &self,
        plan: &Arc<Plan>,
        columns: &[&'static str],
        window: Window,
        stop: &Stop,
        mut found: impl FnMut(&RecordBatch, &Hits) -> Result<()>,
    ) -> Result<u64> {
        let threads = self.config.thread_count().max(1);
        let (files, parts) = self.lake.scan_files(plan.table(), columns, window, threads).await?;
        let work = files.into_iter().map(Work::File).chain(parts.into_iter().map(Work::Part)).collect();
        let work = Arc::new(Mutex::new(work));
        // A thread waits while nobody takes what it found: no more batches than threads are held.
        let (sender, mut receiver) = mpsc::channel(threads);
        let mut tasks = JoinSet::new();
        for _ in 0..threads {
            let holder = Holder {
                evaluator: Evaluator::new(Arc::clone(plan)),
                columns: columns.to_vec(),
                sender: sender.clone(),
                stop: stop.clone(),
                rows: 0,
            };
            tasks.spawn(holder.work(Arc::clone(&work)));
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

/// What is to be done, by whoever is free.
enum Work {
    Part(Rows),
    File(StoredFile),
    Group(Arc<Opened>, usize),
}

struct Opened {
    file: OpenFile,
    unread: Unread,
}

/// Of so many rows one may match: then reading all of them is less work than picking.
const PICKED_OF: usize = 3;

/// What one thread works with.
struct Holder {
    evaluator: Evaluator,
    columns: Vec<&'static str>,
    sender: mpsc::Sender<(RecordBatch, Hits)>,
    stop: Stop,
    rows: u64,
}

impl Holder {
    async fn work(mut self, work: Arc<Mutex<Vec<Work>>>) -> Result<u64> {
        let next = || work.lock().unwrap_or_else(PoisonError::into_inner).pop();
        while let Some(one) = next() {
            match one {
                Work::Part(rows) => self.rows += self.hold(rows).await?,
                Work::File(file) => {
                    let file = file.open().await?;
                    let unread = Unread::of(self.evaluator.plan(), &file.sketch());
                    let groups = 0..file.n_groups();
                    let opened = Arc::new(Opened { file, unread });
                    let groups = groups.map(|group| Work::Group(Arc::clone(&opened), group));
                    work.lock().unwrap_or_else(PoisonError::into_inner).extend(groups);
                }
                Work::Group(opened, group) => self.group(&opened, group).await?,
            }
        }
        Ok(self.rows)
    }

    async fn group(&mut self, opened: &Opened, group: usize) -> Result<()> {
        let n_rows = opened.file.n_rows(group);
        let candidates = self.candidates(opened, group).await?;
        self.rows += n_rows as u64;
        if candidates.is_empty() {
            return Ok(());
        }
        let among = (candidates.len() < n_rows / PICKED_OF).then_some(candidates.as_slice());
        self.hold(opened.file.rows(group, &self.columns, among)?).await?;
        Ok(())
    }

    /// Rows of a group that may match, ascending.
    async fn candidates(&mut self, opened: &Opened, group: usize) -> Result<Vec<u32>> {
        let short = self.evaluator.plan().short_columns();
        let mut rows = opened.file.rows(group, &short, None)?;
        let mut candidates = Vec::new();
        let mut start = 0_u32;
        while let Some(batch) = rows.try_next().await? {
            self.stop.check()?;
            let found = self.evaluator.candidates(&batch, &opened.unread);
            candidates.extend(found.into_iter().map(|row| start.saturating_add(row)));
            start = start.saturating_add(u32::try_from(batch.num_rows()).unwrap_or(u32::MAX));
        }
        Ok(candidates)
    }

    /// Holds rows with all their columns; gives how many they were.
    async fn hold(&mut self, mut rows: Rows) -> Result<u64> {
        let mut n_rows = 0;
        while let Some(batch) = rows.try_next().await? {
            self.stop.check()?;
            n_rows += batch.num_rows() as u64;
            let hits = self.evaluator.evaluate(&batch);
            if !hits.is_empty() && self.sender.send((batch, hits)).await.is_err() {
                break;
            }
        }
        Ok(n_rows)
    }
}
