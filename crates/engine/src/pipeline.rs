//! One whole pass of the product: bytes in, threat events out, and what follows from them.
//!
//! ```text
//! paths ──intake──► lake ──detection──► store ──► bundle for others · plan for us
//! ```
//!
//! Each stage leaves its result where the next one finds it, committed; so a pass that was killed is finished by the
//! next one, and each stage can be run by itself, as the commands `ingest`, `detect`, `share` and `plan` do.

use std::time::{Duration, Instant};

use schema::ThreatEventBatch;

use crate::{
    DetectPlan, DetectProgress, DetectReport, Engine, EventFilter, IngestPlan, IngestProgress, IngestReport, Result,
    Stop, clock, detection, intake,
    store::{Outcome, Run},
};

/// What one pass has done, and how long each stage took.
#[derive(Debug)]
pub struct Pass {
    pub ingested: IngestReport,
    pub detected: DetectReport,
    pub events: ThreatEventBatch,
    pub plan: respond::Plan,
    pub took: Vec<(&'static str, Duration)>,
}

/// Watches a pass; every method may be called often and from any thread.
pub trait Watch: Send + Sync {
    fn ingesting(&self, _progress: IngestProgress) {}
    fn detecting(&self, _progress: DetectProgress) {}
}

/// Nobody watches.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unwatched;

impl Watch for Unwatched {}

/// Runs every stage once.
pub async fn pass(engine: &Engine, plan: &IngestPlan, stop: &Stop, watch: std::sync::Arc<dyn Watch>) -> Result<Pass> {
    let mut took = Vec::new();
    let mut started = Instant::now();
    let mut lap = |stage| took.push((stage, std::mem::replace(&mut started, Instant::now()).elapsed()));

    let ingested = ingest(engine, plan, stop, watch.clone()).await?;
    lap("ingest");
    let detected = detect(engine, &DetectPlan::default(), stop, watch).await?;
    lap("detect");
    let events = ThreatEventBatch::new(engine.events(&EventFilter::default()).await?);
    let plan = respond::plan(&events, &respond::Policy::default());
    lap("plan");

    Ok(Pass { ingested, detected, events, plan, took })
}

/// Bytes → rows in the lake.
pub async fn ingest(
    engine: &Engine,
    plan: &IngestPlan,
    stop: &Stop,
    watch: std::sync::Arc<dyn Watch>,
) -> Result<IngestReport> {
    let run = engine.store.begin_run("ingest", clock::now()).await?;
    let result = intake::run(engine, plan, stop, move |progress| watch.ingesting(progress)).await;
    noted(engine, &run, result, |report| Outcome {
        received: Some(report.received),
        rows: Some(report.rows),
        rejects: Some(report.rejects),
        details: serde_json::to_value(report).unwrap_or_default(),
        ..Outcome::default()
    })
    .await
}

/// Rows in the lake → findings and threat events in the store.
pub async fn detect(
    engine: &Engine,
    plan: &DetectPlan,
    stop: &Stop,
    watch: std::sync::Arc<dyn Watch>,
) -> Result<DetectReport> {
    let run = engine.store.begin_run("detect", clock::now()).await?;
    let result = detection::run(engine, plan, &run, stop, |progress| watch.detecting(progress)).await;
    let report = noted(engine, &run, result, |report| Outcome {
        rows: Some(report.rows),
        findings: Some(report.findings),
        events: Some(report.events_written),
        details: serde_json::to_value(report).unwrap_or_default(),
        ..Outcome::default()
    })
    .await?;
    // Marked at once: an event that is gone before the next round was there all the same.
    engine.match_queries().await?;
    Ok(report)
}

/// Newly listed things against all that detection has looked at: what a load or a fetch ends with. Gives nothing where
/// no claim is new or nothing was ever looked at.
pub async fn sweep(engine: &Engine, stop: &Stop, watch: std::sync::Arc<dyn Watch>) -> Result<DetectReport> {
    detect(engine, &DetectPlan { claims_only: true, ..DetectPlan::default() }, stop, watch).await
}

/// Writes how a run ended into the run history, and passes its result on.
pub(crate) async fn noted<T>(
    engine: &Engine,
    run: &Run,
    result: Result<T>,
    figures: impl FnOnce(&T) -> Outcome,
) -> Result<T> {
    let outcome = result.as_ref().map(figures);
    engine.store.end_run(run, clock::now(), outcome.as_ref().map_err(|error| *error)).await?;
    result
}
