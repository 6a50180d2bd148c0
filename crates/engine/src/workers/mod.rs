//! Queries of people run in processes of their own, which can be killed: DataFusion takes a process down with queries
//! that are merely large, and does not always stop when it is asked to.
//!
//! `wire` is what both sides speak, `serve` the side of the worker; here is the side of the server: a few workers are kept
//! warm, a query gets one to itself, and whoever lets the answer go kills it.

mod serve;
mod wire;

use std::{
    collections::BTreeMap,
    io::Cursor,
    path::PathBuf,
    process::Stdio,
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use arrow_array::RecordBatch;
use arrow_ipc::reader::StreamReader;
use arrow_schema::SchemaRef;
use lake::Rows;
use schema::Scope;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    process::{Child, ChildStdin, ChildStdout, Command},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, timeout_at},
};

use crate::{Error, Home, QueryLimits, Result, error::io, view::PgManner};
use wire::{Frame, Request};

pub use serve::serve_queries;

/// Queries that run at the same time, and those of one reader: nobody starves the others.
const AT_ONCE: usize = 4;
const AT_ONCE_OF_ONE: usize = 2;

/// Workers that wait for a query.
const WARM: usize = 2;

/// Queries that a worker answers before another one takes its place: what leaks, leaks within bounds.
const QUERIES_OF_ONE: u32 = 200;

/// How much longer than the query itself may take the server waits for a worker that watches its own time.
const GRACE: Duration = Duration::from_secs(2);

/// Processes that answer queries.
#[derive(Debug)]
pub(crate) struct Workers {
    program: PathBuf,
    home: Home,
    idle: Mutex<Vec<Worker>>,
    all: Arc<Semaphore>,
    /// Of readers that have a query running or waiting.
    of_readers: Mutex<BTreeMap<String, Weak<Semaphore>>>,
}

/// One process. Dropped, it is killed.
#[derive(Debug)]
struct Worker {
    child: Child,
    to: ChildStdin,
    from: ChildStdout,
    n_queries: u32,
    spill: PathBuf,
}

impl Drop for Worker {
    fn drop(&mut self) {
        // What a killed query has spilled is nobody's. It is still being killed, so a second look comes with the next one.
        if let Err(error) = self.child.start_kill() {
            tracing::debug!(%error, "query worker had ended before");
        }
        if let Err(error) = std::fs::remove_dir_all(&self.spill) {
            tracing::trace!(%error, "nothing was spilled");
        }
    }
}

impl Workers {
    pub(crate) fn new(program: PathBuf, home: Home) -> Self {
        Self {
            program,
            home,
            idle: Mutex::default(),
            all: Arc::new(Semaphore::new(AT_ONCE)),
            of_readers: Mutex::default(),
        }
    }

    /// Has workers ready, so that the first query need not wait for one to start.
    pub(crate) fn warm(&self) -> Result<()> {
        while self.idle.lock().unwrap_or_else(PoisonError::into_inner).len() < WARM {
            let worker = self.start()?;
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(worker);
        }
        Ok(())
    }

    /// Asks one query. Dropping the rows kills the process that makes them.
    pub(crate) async fn ask(
        self: &Arc<Self>,
        scope: &Scope,
        reader: &str,
        query: &str,
        postgres: Option<&PgManner>,
        limits: &QueryLimits,
    ) -> Result<Rows> {
        let until = Instant::now() + limits.time;
        let turn = timeout_at(until, self.turn(reader)).await;
        let turn = turn.map_err(|_elapsed| {
            Error::usage("other queries have not left room for this one in its time")
                .hint("ask again, or end one of yours")
        })??;
        let mut worker = self.take()?;
        let request = Request::new(scope, query, postgres, limits);
        worker.to.write_all(&request.line()?).await.map_err(|error| died(&error))?;
        let mut asked = Asked {
            worker: Some(worker),
            until: until + GRACE,
            workers: Arc::clone(self),
            cut: Arc::default(),
            _turn: turn,
        };
        let schema = asked.columns().await?;
        let cut = Arc::clone(&asked.cut);
        let batches = futures::stream::unfold(Some(asked), |asked| async {
            let mut asked = asked?;
            match asked.next().await {
                Ok(batch) => batch.map(|batch| (Ok(batch), Some(asked))),
                Err(error) => Some((Err(passed_on(&error)), None)),
            }
        });
        Ok(Rows::new(schema, batches).noting(cut))
    }

    async fn turn(&self, reader: &str) -> Result<(OwnedSemaphorePermit, OwnedSemaphorePermit)> {
        let of_reader = {
            let mut of_readers = self.of_readers.lock().unwrap_or_else(PoisonError::into_inner);
            of_readers.retain(|_, semaphore| semaphore.strong_count() > 0);
            let known = of_readers.get(reader).and_then(Weak::upgrade);
            known.unwrap_or_else(|| {
                let new = Arc::new(Semaphore::new(AT_ONCE_OF_ONE));
                of_readers.insert(reader.to_owned(), Arc::downgrade(&new));
                new
            })
        };
        let closed = |error| Error::internal("no query is taken any more").detail(error);
        let own = of_reader.acquire_owned().await.map_err(closed)?;
        Ok((own, Arc::clone(&self.all).acquire_owned().await.map_err(closed)?))
    }

    fn take(&self) -> Result<Worker> {
        loop {
            let waiting = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let Some(mut worker) = waiting else { return self.start() };
            let has_ended = !matches!(worker.child.try_wait(), Ok(None));
            if !has_ended {
                return Ok(worker);
            }
        }
    }

    fn start(&self) -> Result<Worker> {
        let mut child = Command::new(&self.program)
            .arg("query-worker")
            .arg("--home")
            .arg(self.home.root())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // What DataFusion says when it panics belongs to no answer; the log of the server keeps its own words.
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(io("start", &self.program))?;
        let spill = spill_of(&self.home, child.id().unwrap_or_default());
        let (Some(to), Some(from)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(Error::internal("a query worker has no pipes"));
        };
        Ok(Worker { child, to, from, n_queries: 0, spill })
    }

    /// Takes back a worker that has answered to the end.
    fn give_back(&self, mut worker: Worker) {
        worker.n_queries += 1;
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < WARM && worker.n_queries < QUERIES_OF_ONE {
            idle.push(worker);
        }
    }
}

/// Where the worker of this process id spills.
fn spill_of(home: &Home, process: u32) -> PathBuf {
    home.spill().join(format!("worker-{process}"))
}

/// A query that is being answered.
struct Asked {
    /// Nothing once the answer has come to its end.
    worker: Option<Worker>,
    until: Instant,
    workers: Arc<Workers>,
    cut: Arc<AtomicBool>,
    _turn: (OwnedSemaphorePermit, OwnedSemaphorePermit),
}

impl Asked {
    async fn columns(&mut self) -> Result<SchemaRef> {
        match self.frame().await? {
            Frame::Columns(bytes) => Ok(read(bytes)?.schema()),
            Frame::Refused(refused) => Err(self.refused(refused)),
            Frame::Rows(_) | Frame::End { .. } => Err(unreadable("no columns")),
        }
    }

    /// The next batch; nothing at the end.
    async fn next(&mut self) -> Result<Option<RecordBatch>> {
        if self.worker.is_none() {
            return Ok(None);
        }
        match self.frame().await? {
            Frame::Rows(bytes) => {
                let batch = read(bytes)?.next().ok_or_else(|| unreadable("no rows"))?;
                batch.map(Some).map_err(|error| unreadable(&error))
            }
            Frame::End { cut } => {
                self.cut.store(cut, Ordering::Relaxed);
                self.let_go();
                Ok(None)
            }
            Frame::Refused(refused) => Err(self.refused(refused)),
            Frame::Columns(_) => Err(unreadable("columns twice")),
        }
    }

    fn refused(&mut self, refused: wire::Refused) -> Error {
        self.let_go();
        refused.into_error()
    }

    fn let_go(&mut self) {
        if let Some(worker) = self.worker.take() {
            self.workers.give_back(worker);
        }
    }

    async fn frame(&mut self) -> Result<Frame> {
        let Some(worker) = &mut self.worker else { return Err(unreadable("an answer after its end")) };
        match timeout_at(self.until, read_frame(&mut worker.from)).await {
            Ok(Ok(frame)) => Ok(frame),
            Ok(Err(error)) => Err(self.why_ended(&error).await),
            Err(_elapsed) => {
                self.worker = None;
                Err(too_long())
            }
        }
    }

    /// Why a worker has ended within a query.
    async fn why_ended(&mut self, error: &std::io::Error) -> Error {
        let Some(mut worker) = self.worker.take() else { return died(error) };
        let status = tokio::time::timeout(GRACE, worker.child.wait()).await;
        drop(worker);
        if let Err(error) = self.workers.warm() {
            tracing::warn!(%error, "no new query worker could be started");
        }
        match status {
            Ok(Ok(status)) => match status.code() {
                Some(serve::TOO_LONG) => too_long(),
                Some(serve::TOO_LARGE) => too_large(),
                Some(code) => died(&format!("it ended with code {code}")),
                // An allocation that failed, or a stack that was not deep enough.
                None => too_large().detail(status),
            },
            _ => died(error),
        }
    }
}

async fn read_frame(from: &mut ChildStdout) -> std::io::Result<Frame> {
    let mut head = [0; wire::HEAD_BYTES];
    from.read_exact(&mut head).await?;
    let mut body = vec![0; wire::body_bytes(head)?];
    from.read_exact(&mut body).await?;
    wire::frame(head, body)
}

fn read(bytes: Vec<u8>) -> Result<StreamReader<Cursor<Vec<u8>>>> {
    StreamReader::try_new(Cursor::new(bytes), None).map_err(|error| unreadable(&error))
}

fn unreadable(why: &(impl std::fmt::Display + ?Sized)) -> Error {
    Error::internal("a query worker gave an answer that cannot be read").detail(why)
}

fn too_long() -> Error {
    Error::usage("the query took longer than a query may")
        .hint("ask for a shorter time or for fewer tables, or count instead of listing")
}

fn too_large() -> Error {
    Error::usage("the query needed more memory than a query may, and was stopped")
        .hint("ask for fewer rows or columns, or shorter texts; other queries were not touched")
}

fn died(why: &impl std::fmt::Display) -> Error {
    Error::machine("the process that ran the query has ended")
        .detail(why)
        .hint("ask again; other queries were not touched")
}

fn passed_on(error: &Error) -> lake::Error {
    let is_usage = error.kind() == crate::ErrorKind::Usage;
    lake::Error::of_answer(is_usage, error.what(), error.detail_text(), error.hint_text())
}
