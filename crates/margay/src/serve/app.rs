//! What all requests share: the engine, and what is counted and limited.

use std::{hash::RandomState, sync::Arc};

use engine::{Engine, View};
use tokio::sync::watch;

use super::{
    live::Live,
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
    stopping: watch::Receiver<bool>,
}

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

    /// Becomes true when the server is asked to stop.
    pub(crate) fn stopping(&self) -> watch::Receiver<bool> {
        self.0.stopping.clone()
    }
}
