//! Bytes → lake. One thread reads and cuts, as many as there are cores parse, one task commits in order.
//!
//! ```text
//! reader ──RawBatch──► parse + normalize (n threads, order kept) ──EventBatch──► gather ──► lake.append ──► progress
//! ```
//!
//! Every queue is bounded: a slow disk slows the reader, memory does not grow with the input. A source's position is
//! committed by the lake together with its rows; only afterwards is it noted in the store, so a crash in between
//! costs a second look at some bytes and never a row.

mod commit;
mod explain;
mod opened;
mod read;

use std::{collections::BTreeMap, path::PathBuf, sync::Arc, time::Duration};

use futures::StreamExt;
use ingest::{AnyFormat, Formats, KeyedBlock, RawBatch, Stamp};
use lake::{Arrival, Stretch};
use tokio::sync::mpsc;

use crate::{Engine, Error, Result, Stop, clock, mappings, sources, store::SourceState};

use commit::Committer;
use read::Message;

use explain::explain_with;
pub use explain::{Candidate, Explanation, ShownRecord, ShownReject};
pub(crate) use explain::{explain_start, first_bytes};

/// What to read.
#[derive(Debug, Clone, Default)]
pub struct IngestPlan {
    /// Files, folders, or `-`.
    pub paths: Vec<PathBuf>,
    /// Dataset that the records belong to; the configured one where `None`.
    pub dataset: Option<String>,
    /// Name of the format, where it shall not be recognised.
    pub format: Option<String>,
    /// Mapping file that everything is read by.
    pub mapping: Option<PathBuf>,
}

/// What an ingest has done.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct IngestReport {
    /// Records received; always rows + rejects + repeated.
    pub received: u64,
    /// Rows committed.
    pub rows: u64,
    /// Records rejected; they lie in `quarantine`.
    pub rejects: u64,
    /// Records that an earlier run had committed already.
    pub repeated: u64,
    /// Unpacked bytes read.
    pub bytes: u64,
    /// Rows committed to each table.
    pub tables: BTreeMap<String, u64>,
    /// Sources read.
    pub n_sources: u64,
    /// Sources of which nothing was new.
    pub n_unchanged: u64,
    /// Inputs that were passed over, and why.
    pub skipped: Vec<Remark>,
    /// Inputs that could be read only in part, and why.
    pub damaged: Vec<Remark>,
    /// Inputs whose last line is not finished yet; it is read by the next run.
    pub growing: Vec<Remark>,
}

/// Something to say about one input.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Remark {
    pub source: String,
    pub why: String,
    /// The person named this input.
    pub named: bool,
}

/// Figures while it runs.
#[derive(Debug, Clone, Copy, Default)]
pub struct IngestProgress {
    pub packed_bytes: u64,
    pub packed_bytes_total: u64,
    pub rows: u64,
    pub rejects: u64,
}

/// One batch of one source, on its way from the reader to the parsers.
struct Piece {
    source: Arc<Reading>,
    raw: RawBatch,
    /// The blocks that the batch is made of, where its file is written in blocks: each is a source by itself.
    blocks: Vec<KeyedBlock>,
    /// The states of its sources once this batch is committed.
    reached: Vec<SourceState>,
}

/// A source that is being read.
struct Reading {
    format: AnyFormat,
    stamp: Stamp,
}

/// What comes out of the parsers, in the order of reading.
enum Parsed {
    Rows { arrivals: Vec<Arrival>, received: u64, reached: Vec<SourceState> },
    Note(Message),
}

pub(crate) async fn run(
    engine: &Engine,
    plan: &IngestPlan,
    stop: &Stop,
    watch: impl Fn(IngestProgress) + Send + Sync + 'static,
) -> Result<IngestReport> {
    let inputs = sources::find(&plan.paths)?;
    let formats = mappings::formats(&engine.home)?;
    let format = plan.named_format(&formats)?;
    let dataset = plan.dataset.clone().unwrap_or_else(|| engine.config.dataset.clone());
    let known = sources::Known::new(engine.store.sources().await?);

    let threads = engine.config.thread_count();
    let (sender, receiver) = mpsc::channel(threads);
    let reader = read::Reader {
        inputs,
        formats,
        format,
        dataset,
        known,
        started_at: clock::now(),
        stop: stop.clone(),
        watch: Arc::new(watch),
    };
    let watch = reader.watch.clone();
    let reading = tokio::task::spawn_blocking(move || reader.run(sender));

    let parsed =
        futures::stream::unfold(receiver, |mut receiver| async { receiver.recv().await.map(|m| (m, receiver)) })
            .map(|messages: Vec<Message>| {
                tokio::task::spawn_blocking(move || messages.into_iter().map(parsed_of).collect::<Vec<Parsed>>())
            })
            .buffered(threads);
    let mut parsed = std::pin::pin!(parsed);

    let mut committer = Committer::new(engine, watch);
    let mut clock_ticks = tokio::time::interval(Duration::from_secs(1));
    loop {
        tokio::select! {
            next = parsed.next() => match next {
                Some(next) => {
                    for parsed in next.map_err(panicked)? {
                        committer.take(parsed).await?;
                    }
                }
                None => break,
            },
            // A slow pipe must not keep what it has brought waiting.
            _ = clock_ticks.tick() => committer.tick().await?,
        }
    }
    let mut report = committer.finish().await?;
    let packed = reading.await.map_err(panicked)??;
    report.bytes = packed;
    stop.check()?;
    Ok(report)
}

/// Runs on a parser thread.
fn parsed_of(message: Message) -> Parsed {
    match message {
        Message::Piece(piece) => parse(piece),
        note => Parsed::Note(note),
    }
}

fn parse(piece: Piece) -> Parsed {
    let Piece { source, raw, blocks, reached } = piece;
    let parsed = source.format.parse(&raw);
    if !blocks.is_empty() {
        let tables = ingest::normalize_blocks(parsed, &source.stamp, &blocks).into_iter();
        let stretch = |(block, rows): (KeyedBlock, usize)| Stretch {
            source: block.key,
            start: block.start,
            end: block.end,
            rows,
        };
        let arrivals: Vec<Arrival> = tables
            .map(|(batch, blocks)| Arrival { batch, stretches: blocks.into_iter().map(stretch).collect() })
            .collect();
        let received = arrivals.iter().map(|arrival| arrival.batch.len() as u64).sum();
        return Parsed::Rows { arrivals, received, reached };
    }
    let normalized = ingest::normalize(parsed, &source.stamp);
    let (start, end, key) = (raw.position, raw.end(), source.stamp.key);
    let batches = normalized.batches.into_iter().filter(|batch| !batch.is_empty());
    let arrivals = batches.map(|batch| Arrival::of_one(batch, key, start, end)).collect();
    Parsed::Rows { arrivals, received: normalized.received, reached }
}

/// What would be made of each input, without writing anything.
pub(crate) fn explain(engine: &Engine, plan: &IngestPlan) -> Result<Vec<Explanation>> {
    let formats = mappings::formats(&engine.home)?;
    let format = plan.named_format(&formats)?;
    let inputs = sources::find(&plan.paths)?;
    inputs.iter().map(|input| explain_with(input, &formats, format.clone(), &engine.config)).collect()
}

impl IngestPlan {
    /// The format that the person has named, by its name or by its file.
    fn named_format(&self, formats: &Formats) -> Result<Option<AnyFormat>> {
        if let Some(file) = &self.mapping {
            return Ok(Some(mappings::mapping(file)?.into()));
        }
        let Some(name) = &self.format else { return Ok(None) };
        let found = formats.find(name).cloned();
        found.map(Some).ok_or_else(|| {
            let names: Vec<&str> = formats.iter().map(AnyFormat::name).collect();
            Error::usage(format!("there is no format \"{name}\"")).hint(format!("known: {}", names.join(", ")))
        })
    }
}

fn panicked(error: tokio::task::JoinError) -> Error {
    Error::internal("a thread ended in a way it must not").detail(error)
}
