//! Lake → findings → threat events: one scan of each due hour feeds every detector.
//!
//! An hour is due where rows have been added to it since detection last looked, however late they came. Its rows are
//! read once: indicators are matched, and each detector sums the hour up in a digest that is kept. Then the windows
//! that the hour belongs to are judged from digests alone, and correlations from the matches that are kept of hours. All results have deterministic ids and replace what the
//! same hour or window gave before, so running again after a crash, a late record or a replay is always right.

mod budget;
mod correlations;
mod digests;
mod due;
mod hourly;
mod judging;
mod listed;
mod met;
mod patterns;
mod scan;
mod sieve;
mod sweep;
mod values;

use std::{sync::Arc, time::Instant};

use futures::{StreamExt, TryStreamExt};
use schema::Window;

use crate::{Engine, Error, Result, Stop, campaigns, store::Run};

pub(crate) use hourly::hour_by_hour;
pub use judging::Doubt;
pub(crate) use judging::stream_of;
pub(crate) use listed::listable as listable_pattern;
pub(crate) use scan::params;
pub use scan::{Lineage, MadeBy};
pub(crate) use sieve::{Growth, load as sieve};
pub use sweep::{Sighting, SweepPlan, Swept};

use due::Due;
use scan::Scan;

/// Name under which the findings of indicators are kept.
const INDICATOR: &str = "indicator";

/// Name under which the findings of rules are kept.
const RULE: &str = "rule";

/// Name under which the findings of correlations are kept: apart, because they are judged behind all hours.
const CORRELATION: &str = "correlation";

/// What to run.
#[derive(Debug, Clone, Default)]
pub struct DetectPlan {
    /// Judge this period again, due or not.
    pub replay: Option<Window>,
    /// Only hold new claims against what detection has looked at already; new records wait.
    pub claims_only: bool,
}

/// What a detection run has done.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct DetectReport {
    /// Hours read.
    pub n_hours: u64,
    /// Hours that were known to hold nothing of what is newly listed, and were not read for it.
    pub n_hours_passed_over: u64,
    /// Windows judged.
    pub n_windows: u64,
    /// Rows read from the lake.
    pub rows: u64,
    pub n_indicators: u64,
    pub n_rules: u64,
    pub n_correlations: u64,
    /// Rules that could not be read and were not held against anything.
    pub n_rules_refused: u64,
    /// Findings that the run gave, new or as before.
    pub findings: u64,
    /// Hypotheses that detectors tested.
    pub n_tests: u64,
    /// Null hypotheses that the p-values speak against: what these detectors find there are leads.
    pub doubts: Vec<Doubt>,
    /// Threat events written: new or changed.
    pub events_written: u64,
    /// Threat events in the store now.
    pub events: u64,
    /// Campaigns that the threat events make now.
    pub campaigns: u64,
    /// What the findings of this run were made from.
    pub made_from: Lineage,
    /// Seconds spent reading hours, judging windows, classifying.
    pub read_seconds: f64,
    pub judge_seconds: f64,
    pub classify_seconds: f64,
}

/// Figures while it runs.
#[derive(Debug, Clone, Copy, Default)]
pub struct DetectProgress {
    pub hours_done: u64,
    pub hours_total: u64,
    pub rows: u64,
}

pub(crate) async fn run(
    engine: &Engine,
    plan: &DetectPlan,
    run: &Run,
    stop: &Stop,
    watch: impl Fn(DetectProgress),
) -> Result<DetectReport> {
    let mut report = DetectReport::default();
    let mut scan = Scan::prepare(engine).await?;
    let due = Due::find(engine, plan, &scan).await?;
    report.n_hours_passed_over = due.n_passed_over;
    if !due.hours.is_empty() {
        scan.load_indicators().await?;
    }
    let scan = Arc::new(scan);
    report.made_from = scan.lineage();
    report.n_indicators = engine.store.count_claims().await?;
    report.n_rules = scan.rules().set.rules().len() as u64;
    report.n_correlations = scan.rules().set.correlations().len() as u64;
    report.n_rules_refused = scan.rules().n_refused();

    let started = Instant::now();
    read_hours(engine, &scan, &due, run, stop, watch, &mut report).await?;
    report.read_seconds = started.elapsed().as_secs_f64();

    let started = Instant::now();
    report.findings += correlations::judge(engine, &scan, &due, run, stop).await?;
    judging::judge(engine, &scan, &due, run, stop, &mut report).await?;
    budget::choose(engine, &due).await?;
    report.doubts.sort_by(|a, b| (a.detector, &a.dataset, a.since).cmp(&(b.detector, &b.dataset, b.since)));
    report.judge_seconds = started.elapsed().as_secs_f64();

    let started = Instant::now();
    classify(engine, run, &mut report).await?;
    report.campaigns = campaigns::correlate(engine, run).await?.campaigns;
    report.classify_seconds = started.elapsed().as_secs_f64();

    due.mark_done(engine).await?;
    scan.tidy();
    report.events = engine.store.count_events().await?;
    Ok(report)
}

async fn read_hours(
    engine: &Engine,
    scan: &Arc<Scan>,
    due: &Due,
    run: &Run,
    stop: &Stop,
    watch: impl Fn(DetectProgress),
    report: &mut DetectReport,
) -> Result<()> {
    let mut progress = DetectProgress { hours_total: due.hours.len() as u64, ..DetectProgress::default() };
    watch(progress);
    let mut reading = futures::stream::iter(due.hours.clone())
        .map(|(hour, work)| {
            let scan = scan.clone();
            async move { tokio::spawn(async move { scan.read(hour, work).await }).await.map_err(panicked)? }
        })
        .buffered(engine.config.thread_count());

    while let Some(hour) = reading.try_next().await? {
        engine.store.replace_findings(INDICATOR, hour.hour.window(), &hour.findings, run).await?;
        if let Some(of_rules) = &hour.of_rules {
            engine.store.replace_findings(RULE, hour.hour.window(), of_rules, run).await?;
            report.findings += of_rules.len() as u64;
        }
        report.findings += hour.findings.len() as u64;
        report.rows += hour.rows;
        report.n_hours += 1;
        progress = DetectProgress { hours_done: report.n_hours, rows: report.rows, ..progress };
        watch(progress);
        stop.check()?;
    }
    Ok(())
}

/// Makes the threat events of every subject whose findings have changed anew, from all of its findings; also those
/// that an earlier run has left, which was ended before it came to them.
async fn classify(engine: &Engine, run: &Run, report: &mut DetectReport) -> Result<()> {
    let reference = engine.attack("enterprise").await?;
    let policy = engine.policy().await?;
    for subject in engine.store.stale_subjects().await? {
        let findings = engine.store.findings_of(&subject).await?;
        let classified = intel::classify(&findings, &reference, &policy);
        report.events_written += engine.store.replace_events(&subject, classified.events.events(), run).await?;
    }
    Ok(())
}

fn panicked(error: tokio::task::JoinError) -> Error {
    Error::internal("a detector ended in a way it must not").detail(error)
}
