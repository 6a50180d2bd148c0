//! Correlations over the matches that are kept of each hour: what an hour with new rows changes is judged anew, from as
//! far back as windows reach. The lake is not read for it.

use std::{
    collections::{BTreeSet, VecDeque},
    ops::RangeInclusive,
    sync::Arc,
};

use detect::rules::{Correlator, Matches, Occurrence, RuleSet, of_occurrences};
use schema::Finding;

use super::{
    CORRELATION,
    digests::Shelf,
    due::{Due, HOUR_SECONDS, Hour},
    panicked,
    scan::Scan,
};
use crate::{Engine, Error, Result, Stop, rules, store::Run};

/// Hours that the windows of a set reach back, the hour itself not counted.
fn reach(set: &RuleSet) -> i64 {
    i64::try_from(set.reach().div_ceil(HOUR_SECONDS.unsigned_abs())).unwrap_or(i64::MAX)
}

/// Hours in which windows end that these hours are part of.
pub(super) fn judged(scan: &Scan, read: &BTreeSet<Hour>) -> BTreeSet<Hour> {
    if scan.matches().is_none() {
        return BTreeSet::new();
    }
    let reach = reach(&scan.rules().set);
    let filled = scan.all_filled();
    let mut judged = BTreeSet::new();
    let mut from = Hour(i64::MIN);
    for hour in read {
        let to = Hour(hour.0.saturating_add(reach));
        judged.extend(filled.range(from.max(*hour)..=to));
        from = from.max(to);
    }
    judged
}

/// Hours whose matches judging asks for and that are not kept.
pub(super) fn missing(scan: &Scan, judged: &BTreeSet<Hour>) -> BTreeSet<Hour> {
    let Some(kept) = scan.matches() else { return BTreeSet::new() };
    let reach = reach(&scan.rules().set);
    let filled = scan.all_filled();
    let needed = stretches(judged, reach).into_iter().flat_map(|stretch| filled.range(stretch).copied());
    needed.filter(|hour| !kept.exists(*hour)).collect()
}

/// Judges every hour that is due, and puts what is found in the place of what was found there.
pub(super) async fn judge(engine: &Engine, scan: &Arc<Scan>, due: &Due, run: &Run, stop: &Stop) -> Result<u64> {
    let mut n_findings = 0;
    let filled = scan.all_filled();
    // Hours without rows, and all where no correlation is left, had findings that are gone. An hour that is read only
    // because what was kept of it is lost keeps its own.
    let of_rules = due.hours.iter().filter(|(_, work)| work.rows || work.rules).map(|(hour, _)| hour);
    for hour in of_rules.filter(|hour| scan.matches().is_none() || !filled.contains(hour)) {
        engine.store.replace_findings(CORRELATION, hour.window(), &[], run).await?;
    }
    let Some(kept) = scan.matches() else { return Ok(0) };
    for stretch in stretches(&due.correlated, reach(&scan.rules().set)) {
        let mut correlator = Correlator::new(&scan.rules().set);
        let mut hours: VecDeque<Hour> = filled.range(stretch).copied().collect();
        while let Some(hour) = hours.pop_front() {
            stop.check()?;
            let kept = kept.clone();
            let advanced = tokio::task::spawn_blocking(move || advance(correlator, &kept, hour));
            let occurrences;
            (correlator, occurrences) = advanced.await.map_err(panicked)??;
            if due.correlated.contains(&hour) {
                let findings = findings(engine, &scan.rules().set, &occurrences, hour);
                n_findings += findings.len() as u64;
                engine.store.replace_findings(CORRELATION, hour.window(), &findings, run).await?;
            }
        }
        let n_left_out = correlator.n_left_out();
        if n_left_out > 0 {
            tracing::warn!(
                n_left_out,
                "more matches than the windows of correlations may hold; the oldest are left out"
            );
        }
    }
    Ok(n_findings)
}

fn advance(mut correlator: Correlator, kept: &Shelf, hour: Hour) -> Result<(Correlator, Vec<Occurrence>)> {
    let rows = kept.load(hour).ok_or_else(|| damaged(hour))?;
    let matches = Matches::of_rows(&rows).map_err(|error| {
        kept.remove(hour);
        damaged(hour).detail(error)
    })?;
    correlator.feed(matches.into_events());
    let occurrences = correlator.take();
    Ok((correlator, occurrences))
}

/// Judging without an hour would be wrong in silence; the next run reads it again.
fn damaged(hour: Hour) -> Error {
    Error::machine(format!("the matches of the hour of {} are damaged and were removed", hour.start()))
        .hint("run `margay detect` again: they are made anew from the lake")
}

fn findings(engine: &Engine, set: &RuleSet, occurrences: &[Occurrence], hour: Hour) -> Vec<Finding> {
    let (mut findings, n_left_out) = of_occurrences(set, occurrences, hour.window());
    rules::told_left_out(hour.start(), n_left_out);
    for finding in &mut findings {
        finding.tlp = finding.tlp.max(engine.config.sharing.own_tlp);
    }
    findings
}

/// Hours to go through, so that each judged hour has behind it all that it reaches back to: judged hours that reach
/// into each other share a stretch.
fn stretches(judged: &BTreeSet<Hour>, reach: i64) -> Vec<RangeInclusive<Hour>> {
    let mut stretches: Vec<RangeInclusive<Hour>> = Vec::new();
    for hour in judged {
        let start = Hour(hour.0.saturating_sub(reach));
        match stretches.last_mut().filter(|last| start <= *last.end()) {
            Some(last) => *last = *last.start()..=*hour,
            None => stretches.push(start..=*hour),
        }
    }
    stretches
}

#[cfg(test)]
mod tests {
    use super::{Hour, stretches};

    #[test]
    fn hours_that_reach_into_each_other_are_gone_through_once() {
        let judged = [10, 11, 20, 40].map(Hour).into_iter().collect();
        assert_eq!(stretches(&judged, 9), [Hour(1)..=Hour(20), Hour(31)..=Hour(40)]);
        assert_eq!(stretches(&judged, 0), [10, 11, 20, 40].map(|hour| Hour(hour)..=Hour(hour)));
    }
}
