//! Queries that run or have run of late: each can be looked at and stopped by whoever has asked it, and by nobody else.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use tokio::sync::watch;

use super::web::{Answer, Problem};

/// Queries that are remembered, the oldest that has ended goes first.
const REMEMBERED: usize = 500;

/// Queries that one person or key may have running.
const OF_ONE_MAX: usize = 4;

#[derive(Debug, Default, Clone)]
pub(crate) struct Queries(Arc<Mutex<VecDeque<Arc<Query>>>>);

#[derive(Debug)]
struct Query {
    id: String,
    of: String,
    begun: Instant,
    rows: AtomicU64,
    bytes: AtomicU64,
    ended: Mutex<Option<Ended>>,
    cancel: watch::Sender<bool>,
}

#[derive(Debug, Clone)]
struct Ended {
    state: &'static str,
    seconds: f64,
    error: Option<String>,
}

/// What is told of a query.
#[derive(Debug, serde::Serialize)]
pub(crate) struct QueryState {
    /// `running`, `done`, `failed` or `cancelled`.
    state: &'static str,
    rows: u64,
    bytes: u64,
    seconds: f64,
    error: Option<String>,
}

/// A query that runs; it has ended when this is dropped.
#[derive(Debug)]
pub(crate) struct Running(Arc<Query>);

impl Queries {
    pub(crate) fn begin(&self, of: &str, id: Option<&str>) -> Answer<Running> {
        let id = match id {
            Some(id) if is_id(id) => id.to_owned(),
            Some(_) => return Err(Problem::bad_request("a query's id is 8 to 64 letters, digits and dashes")),
            None => format!("query-{}", super::web::request_id::current()),
        };
        let mut all = self.all();
        if all.iter().filter(|query| query.of == of && query.is_running()).count() >= OF_ONE_MAX {
            return Err(Problem::too_many(5).detail(format!("{OF_ONE_MAX} queries of yours are running")));
        }
        if all.iter().any(|query| query.id == id) {
            return Err(Problem::bad_request("there is a query of this id already").hint("choose another id, or none"));
        }
        if all.len() >= REMEMBERED
            && let Some(oldest) = all.iter().position(|query| !query.is_running())
        {
            all.remove(oldest);
        }
        let query = Arc::new(Query {
            id,
            of: of.to_owned(),
            begun: Instant::now(),
            rows: AtomicU64::default(),
            bytes: AtomicU64::default(),
            ended: Mutex::default(),
            cancel: watch::Sender::new(false),
        });
        all.push_back(query.clone());
        Ok(Running(query))
    }

    pub(crate) fn state(&self, of: &str, id: &str) -> Option<QueryState> {
        let query = self.find(of, id)?;
        let ended = query.ended().clone();
        Some(QueryState {
            state: ended.as_ref().map_or("running", |ended| ended.state),
            rows: query.rows.load(Ordering::Relaxed),
            bytes: query.bytes.load(Ordering::Relaxed),
            seconds: ended.as_ref().map_or_else(|| query.begun.elapsed().as_secs_f64(), |ended| ended.seconds),
            error: ended.and_then(|ended| ended.error),
        })
    }

    /// Asks a query to stop; says whether there is one.
    pub(crate) fn cancel(&self, of: &str, id: &str) -> bool {
        let Some(query) = self.find(of, id) else { return false };
        query.end("cancelled", None);
        query.cancel.send_replace(true);
        true
    }

    fn find(&self, of: &str, id: &str) -> Option<Arc<Query>> {
        self.all().iter().find(|query| query.id == id && query.of == of).cloned()
    }

    fn all(&self) -> MutexGuard<'_, VecDeque<Arc<Query>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_id(text: &str) -> bool {
    (8..=64).contains(&text.len()) && text.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-')
}

impl Query {
    fn ended(&self) -> MutexGuard<'_, Option<Ended>> {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_running(&self) -> bool {
        self.ended().is_none()
    }

    /// The first end counts.
    fn end(&self, state: &'static str, error: Option<String>) {
        let seconds = self.begun.elapsed().as_secs_f64();
        self.ended().get_or_insert(Ended { state, seconds, error });
    }
}

impl Running {
    pub(crate) fn id(&self) -> &str {
        &self.0.id
    }

    pub(crate) fn cancelled(&self) -> watch::Receiver<bool> {
        self.0.cancel.subscribe()
    }

    pub(crate) fn gave(&self, rows: usize, bytes: usize) {
        self.0.rows.fetch_add(rows as u64, Ordering::Relaxed);
        self.0.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    pub(crate) fn done(&self) {
        self.0.end("done", None);
    }

    pub(crate) fn failed(&self, why: &str) {
        self.0.end("failed", Some(why.to_owned()));
    }
}

/// Whoever has asked has gone away.
impl Drop for Running {
    fn drop(&mut self) {
        self.0.end("cancelled", None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_seen_and_stopped_by_whoever_asked_it() {
        let queries = Queries::default();
        let running = queries.begin("ann", Some("query-of-ann")).unwrap();
        assert!(queries.state("ben", "query-of-ann").is_none());
        assert!(!queries.cancel("ben", "query-of-ann"));
        assert_eq!(queries.state("ann", "query-of-ann").unwrap().state, "running");
        assert!(queries.cancel("ann", "query-of-ann"));
        assert!(*running.cancelled().borrow());
        drop(running);
        assert_eq!(queries.state("ann", "query-of-ann").unwrap().state, "cancelled");
    }

    #[test]
    fn nobody_has_more_than_four_running_and_few_are_remembered() {
        let queries = Queries::default();
        let some: Vec<_> = (0..4).map(|n| queries.begin("ann", Some(&format!("query-{n}-{n}"))).unwrap()).collect();
        assert!(queries.begin("ann", Some("one-too-many")).is_err());
        assert!(queries.begin("ben", Some("of-another")).is_ok());
        drop(some);
        for number in 0..2 * REMEMBERED {
            queries.begin("ann", Some(&format!("number-{number}"))).unwrap().done();
        }
        assert!(queries.all().len() <= REMEMBERED);
    }
}
