//! The side of a query worker: reads questions from standard input, answers on standard output, one after the other.
//!
//! It watches its own time and memory in a thread beside the work, and ends at once where the server has gone.

use std::{
    io::{BufRead, Read},
    sync::{Arc, Mutex, PoisonError, atomic::Ordering},
    time::{Duration, Instant},
};

use arrow_array::RecordBatch;
use arrow_ipc::writer::StreamWriter;
use arrow_schema::{ArrowError, SchemaRef};
use futures::TryStreamExt;
use tokio::sync::mpsc;

use super::wire::{self, Frame, Refused, Request};
use crate::{Config, Engine, Error, Home, Result};

/// Codes with which a worker ends itself.
pub(super) const TOO_LONG: i32 = 71;
pub(super) const TOO_LARGE: i32 = 72;

/// How often time and memory are looked at.
const WATCH: Duration = Duration::from_millis(25);

/// Beside what queries may use: code, caches, what DataFusion does not count.
const OWN_BYTES: u64 = 512 << 20;

/// Data that queries of one worker spill to disk at most.
const SPILL_BYTES: u64 = 4 << 30;

/// Bytes of a question: the gate takes 256 KiB, JSON writes a byte as six at most.
const QUESTION_BYTES: u64 = 2 << 20;

/// Answers questions until standard input ends.
pub async fn serve_queries(home: Home, config: Config) -> Result<()> {
    let watch = Arc::new(Watch::default());
    let most = (config.query_memory_mb as u64).saturating_mul(2 << 20).saturating_add(OWN_BYTES);
    std::thread::spawn({
        let watch = Arc::clone(&watch);
        move || watch.keep(most)
    });
    let spill = super::spill_of(&home, std::process::id());
    let engine = Engine::open_spilling(home, config, spill, SPILL_BYTES).await?;
    let mut questions = questions();
    while let Some(request) = questions.recv().await {
        watch.begin(request.limits().time);
        let end = answer(&engine, &request).await;
        watch.end();
        let last = end.unwrap_or_else(|error| Frame::Refused(Refused::of(&error)));
        if send(&last).is_err() {
            break;
        }
    }
    engine.close().await;
    Ok(())
}

/// Questions as they come. The thread that reads them ends the process when the server has gone, whatever it is doing.
fn questions() -> mpsc::Receiver<Request> {
    let (to, from) = mpsc::channel(1);
    std::thread::spawn(move || {
        let mut input = std::io::stdin().lock();
        loop {
            let mut line = Vec::new();
            let read = (&mut input).take(QUESTION_BYTES).read_until(b'\n', &mut line);
            let request = match read {
                Ok(n) if n > 0 => serde_json::from_slice(&line).ok(),
                _ => None,
            };
            let Some(request) = request else { end(0) };
            if to.blocking_send(request).is_err() {
                return;
            }
        }
    });
    from
}

async fn answer(engine: &Engine, request: &Request) -> Result<Frame> {
    let limits = request.limits();
    let view = engine.view(&request.scope, "query");
    let rows = match &request.postgres {
        None => view.sql_here(&request.query, &limits).await?,
        Some(manner) => view.sql_postgres_here(&request.query, manner, &limits).await?,
    };
    let cut = rows.cut();
    let schema = rows.schema();
    send(&Frame::Columns(stream(&schema, None)?))?;
    let mut rows = rows;
    while let Some(batch) = rows.try_next().await? {
        send(&Frame::Rows(stream(&schema, Some(&batch))?))?;
    }
    Ok(Frame::End { cut: cut.load(Ordering::Relaxed) })
}

/// A whole stream of Arrow for each batch: whoever reads one needs nothing of those before, and what it weighs more is
/// the names of columns.
fn stream(schema: &SchemaRef, batch: Option<&RecordBatch>) -> Result<Vec<u8>> {
    let written = || -> std::result::Result<Vec<u8>, ArrowError> {
        let mut bytes = Vec::with_capacity(batch.map_or(0, RecordBatch::get_array_memory_size));
        let mut writer = StreamWriter::try_new(&mut bytes, schema)?;
        batch.map_or(Ok(()), |batch| writer.write(batch))?;
        writer.finish()?;
        drop(writer);
        Ok(bytes)
    };
    written().map_err(|error| Error::machine("could not write the answer").detail(error))
}

fn send(frame: &Frame) -> Result<()> {
    wire::write(&mut std::io::stdout().lock(), frame)
        .map_err(|error| Error::machine("could not write the answer").detail(error))
}

/// Until when the query that runs may run.
#[derive(Debug, Default)]
struct Watch {
    until: Mutex<Option<Instant>>,
}

impl Watch {
    fn begin(&self, time: Duration) {
        *self.until.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now().checked_add(time);
    }

    fn end(&self) {
        *self.until.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Looks until the process ends.
    fn keep(&self, most: u64) {
        loop {
            std::thread::sleep(WATCH);
            let until = *self.until.lock().unwrap_or_else(PoisonError::into_inner);
            if until.is_some_and(|until| Instant::now() > until) {
                end(TOO_LONG);
            }
            if resident_bytes().is_some_and(|bytes| bytes > most) {
                end(TOO_LARGE);
            }
        }
    }
}

/// Ends this process, whatever it is doing: nothing in it is worth keeping.
#[expect(clippy::disallowed_methods, reason = "a query that does not listen is ended from a thread beside it")]
fn end(code: i32) -> ! {
    std::process::exit(code)
}

/// Memory that this process holds, where the system says so.
fn resident_bytes() -> Option<u64> {
    let mut text = [0; 128];
    let n = std::fs::File::open("/proc/self/statm").and_then(|mut file| file.read(&mut text)).ok()?;
    let pages: u64 = std::str::from_utf8(text.get(..n)?).ok()?.split_whitespace().nth(1)?.parse().ok()?;
    Some(pages.saturating_mul(PAGE_BYTES))
}

/// Pages of Linux on the machines that we build for.
const PAGE_BYTES: u64 = 4096;
