//! What all requests share: the engine, and what is counted and limited.

use std::{
    collections::VecDeque,
    hash::RandomState,
    sync::Arc,
    time::{Duration, Instant},
};

use engine::{Engine, Error, LoadedRules, Result, View, VisibilityReport};
use schema::{Datasets, Scope};
use tokio::sync::{Mutex, watch};

use super::{
    live::Live,
    queries::Queries,
    web::{Caller, limits::Limits, metrics::Metrics, request_id::RequestIds},
};

/// Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct App(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    engine: Engine,
    way: Way,
    limits: Limits,
    metrics: Metrics,
    request_ids: RequestIds,
    hasher: RandomState,
    live: Live,
    queries: Queries,
    /// What can be seen, by scope: measured seldom.
    visibility: Mutex<VecDeque<(Scope, Instant, Arc<VisibilityReport>)>>,
    /// Rules as they were read last: thousands of files.
    rules: Mutex<Option<(Instant, Arc<LoadedRules>)>>,
    stopping: watch::Receiver<bool>,
}

/// A measurement of what can be seen is good for so long.
const VISIBILITY_LASTS: Duration = Duration::from_secs(300);

/// Scopes whose measurements are kept.
const SCOPES_KEPT: usize = 16;

/// Rules are read anew after this time: people write them as files.
const RULES_LAST: Duration = Duration::from_secs(30);

/// How the server is reached.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Way {
    pub(crate) tls: bool,
    /// Listens on loopback.
    pub(crate) only_on_this_machine: bool,
}

impl App {
    pub(crate) fn new(engine: Engine, way: Way, stopping: watch::Receiver<bool>) -> Self {
        let started_secs = engine::now().micros() / 1_000_000;
        Self(Arc::new(Shared {
            engine,
            way,
            limits: Limits::default(),
            metrics: Metrics::new(),
            request_ids: RequestIds::new(started_secs),
            hasher: RandomState::new(),
            live: Live::default(),
            queries: Queries::default(),
            visibility: Mutex::default(),
            rules: Mutex::default(),
            stopping,
        }))
    }

    /// For people and their keys, for upkeep, and for what is the same for everybody. What a person reads goes
    /// through their [`View`].
    pub(crate) fn engine(&self) -> &Engine {
        &self.0.engine
    }

    /// What this caller may see, and work that is theirs.
    pub(crate) fn view(&self, caller: &Caller) -> View {
        let principal = caller.principal();
        self.0.engine.view(&principal.scope, principal.name.clone())
    }

    /// Whether this caller sees all records: figures over all of them tell of no other dataset then.
    pub(crate) fn sees_all_records(&self, caller: &Caller) -> bool {
        let scope = &caller.principal().scope;
        scope.datasets == Datasets::All && scope.ceiling >= self.0.engine.config().sharing.own_tlp
    }

    pub(crate) fn tls(&self) -> bool {
        self.0.way.tls
    }

    pub(crate) fn only_on_this_machine(&self) -> bool {
        self.0.way.only_on_this_machine
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.0.limits
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    pub(crate) fn request_ids(&self) -> &RequestIds {
        &self.0.request_ids
    }

    pub(crate) fn hasher(&self) -> &RandomState {
        &self.0.hasher
    }

    pub(crate) fn live(&self) -> &Live {
        &self.0.live
    }

    pub(crate) fn queries(&self) -> &Queries {
        &self.0.queries
    }

    /// What can be seen in the records of this view. Who comes while it is measured waits for the same measurement.
    pub(crate) async fn visibility(&self, view: &View) -> Result<Arc<VisibilityReport>> {
        let mut kept = self.0.visibility.lock().await;
        kept.retain(|(_, at, _)| at.elapsed() < VISIBILITY_LASTS);
        if let Some((_, _, report)) = kept.iter().find(|(scope, _, _)| scope == view.scope()) {
            return Ok(report.clone());
        }
        let report = Arc::new(view.visibility_now().await?);
        kept.truncate(SCOPES_KEPT - 1);
        kept.push_front((view.scope().clone(), Instant::now(), report.clone()));
        Ok(report)
    }

    /// All rules that are held against every record.
    pub(crate) async fn rules(&self) -> Result<Arc<LoadedRules>> {
        let mut kept = self.0.rules.lock().await;
        if let Some((_, rules)) = kept.as_ref().filter(|(at, _)| at.elapsed() < RULES_LAST) {
            return Ok(rules.clone());
        }
        let engine = self.0.engine.clone();
        let loaded = tokio::task::spawn_blocking(move || engine.rules(&[])).await;
        let loaded = loaded.map_err(|error| Error::internal("a thread ended in a way it must not").detail(error))?;
        let rules = Arc::new(loaded?);
        *kept = Some((Instant::now(), rules.clone()));
        Ok(rules)
    }

    /// Becomes true when the server is asked to stop.
    pub(crate) fn stopping(&self) -> watch::Receiver<bool> {
        self.0.stopping.clone()
    }
}
