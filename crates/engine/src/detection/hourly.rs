//! What would have been raised had detection run behind each hour: how late things are found, for measurements.

use std::sync::Arc;

use detect::{Control, detectors};
use schema::{Finding, Timestamp};

use super::{
    due::{self, HOUR_SECONDS},
    judging::stream_of,
    panicked,
    scan::Scan,
};
use crate::{Engine, Result, Stop};

/// Judges every window that was judged before once more behind each of its hours, and tells what is raised at this
/// false discovery rate, with the end of the hour. Changes nothing.
pub(crate) async fn hour_by_hour(
    engine: &Engine,
    rate: f64,
    stop: &Stop,
    mut each: impl FnMut(Timestamp, &Finding),
) -> Result<()> {
    let control = Control { rate, leads_max: 0, leads_only: false };
    let scan = Arc::new(Scan::prepare(engine).await?);
    for detector in detectors::ALL.iter().copied() {
        for window in due::all_windows(&scan, detector) {
            let (stream, _) = stream_of(window.end);
            let earlier = engine.store.batches_between(detector.name, stream, window.end).await?;
            let hours = (window.start.seconds() + HOUR_SECONDS..=window.end.seconds()).step_by(HOUR_SECONDS as usize);
            for until in hours.filter_map(Timestamp::from_seconds) {
                stop.check()?;
                let scan = scan.clone();
                let judging = tokio::task::spawn_blocking(move || scan.judge_until(detector, window, until));
                let judged = judging.await.map_err(panicked)??;
                control.decide(judged, &earlier).findings().iter().for_each(|finding| each(until, finding));
            }
        }
    }
    Ok(())
}
