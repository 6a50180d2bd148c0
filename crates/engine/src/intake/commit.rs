//! Gathers batches and commits them, one commit at a time, while the next one is being gathered.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use lake::{Arrival, Committed, Lake};
use schema::SourceKey;
use tokio::task::JoinHandle;

use super::{IngestProgress, IngestReport, Parsed, panicked, read::Message};
use crate::{Engine, Result, clock, store::SourceState};

pub(super) struct Committer<'a, W> {
    engine: &'a Engine,
    watch: Arc<W>,
    gathered: Gathered,
    gathered_since: Instant,
    running: Option<JoinHandle<(Gathered, lake::Result<Committed>)>>,
    report: IngestReport,
}

/// What one commit will hold.
#[derive(Default)]
struct Gathered {
    arrivals: Vec<Arrival>,
    bytes: usize,
    received: u64,
    /// Sources of which nothing has been committed yet; noted before, so that a crash cannot confuse them.
    begun: Vec<SourceState>,
    /// How far each source will have got.
    reached: BTreeMap<SourceKey, SourceState>,
}

impl<'a, W: Fn(IngestProgress)> Committer<'a, W> {
    pub(super) fn new(engine: &'a Engine, watch: Arc<W>) -> Self {
        Self {
            engine,
            watch,
            gathered: Gathered::default(),
            gathered_since: Instant::now(),
            running: None,
            report: IngestReport::default(),
        }
    }

    pub(super) async fn take(&mut self, parsed: Parsed) -> Result<()> {
        match parsed {
            Parsed::Rows { arrivals, received, reached } => {
                self.gathered.received += received;
                self.gathered.bytes += arrivals.iter().map(|arrival| arrival.batch.memory_bytes()).sum::<usize>();
                self.gathered.arrivals.extend(arrivals);
                self.gathered.reached.extend(reached.into_iter().map(|state| (state.key, state)));
            }
            Parsed::Note(note) => self.note(note),
        }
        if self.gathered.bytes >= self.engine.config.commit_mb << 20 {
            self.flush().await?;
        }
        Ok(())
    }

    /// Commits what has been gathered, where that was begun a while ago.
    pub(super) async fn tick(&mut self) -> Result<()> {
        let due = self.gathered_since.elapsed() >= Duration::from_secs(self.engine.config.commit_seconds);
        if due && !self.gathered.is_empty() { self.flush().await } else { Ok(()) }
    }

    /// Commits the rest and gives the figures.
    pub(super) async fn finish(mut self) -> Result<IngestReport> {
        self.flush().await?;
        self.settle().await?;
        Ok(self.report)
    }

    fn note(&mut self, note: Message) {
        match note {
            Message::Piece(_) => {}
            Message::Begin(state) => {
                self.report.n_sources += 1;
                self.gathered.begun.push(state);
            }
            Message::Block(state) => self.gathered.begun.push(state),
            Message::End(state) => {
                self.gathered.reached.insert(state.key, state);
            }
            Message::Unchanged => self.report.n_unchanged += 1,
            Message::Skipped(remark) => self.report.skipped.push(remark),
            Message::Damaged(remark) => self.report.damaged.push(remark),
            Message::Growing(remark) => self.report.growing.push(remark),
        }
    }

    /// Starts the commit of what has been gathered, once the one before has ended.
    async fn flush(&mut self) -> Result<()> {
        self.settle().await?;
        let mut gathered = std::mem::take(&mut self.gathered);
        self.gathered_since = Instant::now();
        self.engine.store.save_sources(&gathered.begun, clock::now()).await?;
        let lake: Lake = self.engine.lake.clone();
        let arrivals = std::mem::take(&mut gathered.arrivals);
        self.running = Some(tokio::spawn(async move {
            let result = lake.append(arrivals).await;
            (gathered, result)
        }));
        Ok(())
    }

    /// Waits for the running commit, then notes how far it has brought each source.
    async fn settle(&mut self) -> Result<()> {
        let Some(running) = self.running.take() else { return Ok(()) };
        let (gathered, result) = running.await.map_err(panicked)?;
        let committed = result?;
        let reached: Vec<SourceState> = gathered.reached.into_values().collect();
        self.engine.store.save_sources(&reached, clock::now()).await?;

        self.report.received += gathered.received;
        for committed in committed.tables {
            if committed.table == "quarantine" {
                self.report.rejects += committed.rows;
            } else {
                self.report.rows += committed.rows;
                *self.report.tables.entry(committed.table.to_owned()).or_default() += committed.rows;
            }
        }
        self.report.repeated = self.report.received - self.report.rows - self.report.rejects;
        (self.watch)(IngestProgress {
            rows: self.report.rows,
            rejects: self.report.rejects,
            ..IngestProgress::default()
        });
        Ok(())
    }
}

impl Gathered {
    fn is_empty(&self) -> bool {
        self.arrivals.is_empty() && self.reached.is_empty() && self.begun.is_empty()
    }
}
