//! Digests → findings: every window that is due, detector by detector, and what of it is a discovery.
//!
//! The windows of one detector are judged in the order of time, because the level of each follows from what earlier
//! ones have tested. Where a window that was judged before has changed, those behind it are judged again: what is kept
//! is the same in whatever order records arrived.

use std::{collections::BTreeMap, sync::Arc};

use detect::{Control, Detector, detectors};
use futures::{StreamExt, TryStreamExt};
use schema::{Timestamp, Window};

use super::{DetectReport, due::Due, panicked, scan::Scan};
use crate::{
    Engine, Result, Stop,
    store::{KeptOfWindow, Run},
};

/// A stream of windows begins anew after so many days, counted from 1970: the false discovery rate is promised for
/// each four weeks. Without an end, levels would fall to nothing where for months there is nothing to find.
const STREAM_DAYS: i64 = 28;
const DAY_SECONDS: i64 = 86_400;

/// What the windows of one detector gave.
#[derive(Debug, Default)]
struct Outcome {
    n_windows: u64,
    n_tests: u64,
    findings: u64,
    doubts: Vec<Doubt>,
}

/// A null hypothesis that does not describe a dataset: p-values are small too often, window after window.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Doubt {
    pub detector: &'static str,
    pub dataset: String,
    /// Start of the window.
    pub since: Timestamp,
    /// Wealth of the martingale that bets against the null hypothesis.
    pub e_value: f64,
}

pub(super) async fn judge(
    engine: &Engine,
    scan: &Arc<Scan>,
    due: &Due,
    run: &Run,
    stop: &Stop,
    report: &mut DetectReport,
) -> Result<()> {
    let mut work = Vec::new();
    for detector in detectors::ALL.iter().copied() {
        let mut windows = engine.store.stale_windows(detector.name).await?;
        windows.extend(due.windows.iter().filter(|(of, _)| std::ptr::eq(*of, detector)).map(|(_, window)| *window));
        work.push((detector, windows));
    }
    let mut judging = futures::stream::iter(work)
        .map(|(detector, windows)| judge_in_order(engine, scan, detector, windows, run, stop))
        .buffer_unordered(engine.config.thread_count());
    while let Some(outcome) = judging.try_next().await? {
        report.n_windows += outcome.n_windows;
        report.n_tests += outcome.n_tests;
        report.findings += outcome.findings;
        report.doubts.extend(outcome.doubts);
    }
    Ok(())
}

async fn judge_in_order(
    engine: &Engine,
    scan: &Arc<Scan>,
    detector: &'static Detector,
    windows: Vec<Window>,
    run: &Run,
    stop: &Stop,
) -> Result<Outcome> {
    let config = &engine.config.control;
    let control = Control {
        rate: config.false_discovery_rate,
        leads_max: config.leads_max.max(config.alerts_per_day),
        // With a budget the best of a day are chosen among all detectors, behind them.
        leads_only: !detector.rate_is_shown || config.alerts_per_day > 0,
    };
    let mut outcome = Outcome::default();
    let mut waiting: BTreeMap<(Timestamp, Timestamp), Window> = keyed(windows).collect();
    while let Some((_, window)) = waiting.pop_first() {
        stop.check()?;
        let judged = {
            let scan = scan.clone();
            tokio::task::spawn_blocking(move || scan.judge(detector, window)).await.map_err(panicked)??
        };
        let (stream, next_stream) = stream_of(window.end);
        let (batches, spreads) = (judged.batches(), judged.spreads());
        let n_tests = judged.n_tests() as u64;
        let earlier = engine.store.batches_between(detector.name, stream, window.end).await?;
        for (dataset, doubt) in judged.doubts(&earlier) {
            let since = window.start;
            outcome.doubts.push(Doubt { detector: detector.name, dataset, since, e_value: doubt.get() });
        }
        let findings = control.decide(judged, &earlier);
        outcome.findings += findings.len() as u64;
        // In one commit: until then the window stays due, or stale, whatever ends this run.
        let kept = KeptOfWindow { findings, batches, spreads };
        if engine.store.replace_judged(detector.name, window, next_stream, &kept, run).await? {
            waiting.extend(keyed(engine.store.stale_windows(detector.name).await?));
        }
        outcome.n_windows += 1;
        outcome.n_tests += n_tests;
    }
    Ok(outcome)
}

/// Windows by their place in time.
fn keyed(windows: Vec<Window>) -> impl Iterator<Item = ((Timestamp, Timestamp), Window)> {
    windows.into_iter().map(|window| ((window.end, window.start), window))
}

/// When the stream that a window belongs to began, and when the next one does, by the end of the window.
pub(crate) fn stream_of(end: Timestamp) -> (Timestamp, Timestamp) {
    let length = STREAM_DAYS * DAY_SECONDS;
    // A window ends where the next day begins, and belongs to the day before.
    let number = (end.seconds() - 1).div_euclid(length);
    let instant = |seconds: i64| Timestamp::from_seconds(seconds).unwrap_or_default();
    (instant(number.saturating_mul(length) + 1), instant((number + 1).saturating_mul(length) + 1))
}
