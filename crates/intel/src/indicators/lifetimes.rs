//! How long indicators go on being met, by source and kind: curves over what our own telemetry has seen.

use std::collections::BTreeMap;

use schema::{Observable, Timestamp};
use science::survival::{self, Lifetime, Step, Weibull};

const DAY_NANOS: f64 = 86_400e9;

/// Lifetimes below an hour are taken for an hour: findings are of hours, and a fit knows no zero.
const SHORTEST_DAYS: f64 = 1.0 / 24.0;

/// One claim that was met.
#[derive(Debug, Clone, PartialEq)]
pub struct Sighted {
    pub source: String,
    pub kind: Observable,
    /// When the source had first seen it, or else came to us with it.
    pub claimed_at: Timestamp,
    pub first_sighted: Timestamp,
    pub last_sighted: Timestamp,
}

/// How long the indicators of one source and kind last, in days.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Curve {
    pub source: String,
    pub kind: Observable,
    /// Indicators that were met, and those of them that have been quiet for long enough to count as ended.
    pub n: u64,
    pub n_ended: u64,
    /// Day, share that lasts longer, and the limits of its interval of 95 %.
    pub steps: Vec<(f64, f64, f64, f64)>,
    pub median_days: Option<f64>,
    /// When nine in ten have ended.
    pub ninety_percent_days: Option<f64>,
    pub weibull_shape: Option<f64>,
    pub weibull_scale_days: Option<f64>,
}

/// Curves by source and kind, the largest first. What was met within `quiet_days` before the end of telemetry may be
/// met again: its lifetime is censored there.
pub fn curves(sighted: &[Sighted], quiet_days: f64, end: Timestamp) -> Vec<Curve> {
    let mut groups: BTreeMap<(&str, Observable), Vec<Lifetime>> = BTreeMap::new();
    for one in sighted {
        let begun = one.claimed_at.min(one.first_sighted);
        let length = days_between(begun, one.last_sighted).max(SHORTEST_DAYS);
        let ended = days_between(one.last_sighted, end) >= quiet_days;
        groups.entry((&one.source, one.kind)).or_default().push(Lifetime { length, ended });
    }
    let mut curves: Vec<Curve> =
        groups.into_iter().map(|((source, kind), lifetimes)| curve(source, kind, &lifetimes)).collect();
    curves.sort_by(|a, b| (b.n, &a.source, a.kind).cmp(&(a.n, &b.source, b.kind)));
    curves
}

fn curve(source: &str, kind: Observable, lifetimes: &[Lifetime]) -> Curve {
    let steps = survival::kaplan_meier(lifetimes);
    let fit: Option<Weibull> = survival::weibull(lifetimes);
    Curve {
        source: source.to_owned(),
        kind,
        n: lifetimes.len() as u64,
        n_ended: lifetimes.iter().filter(|lifetime| lifetime.ended).count() as u64,
        median_days: survival::time_at(&steps, 0.5),
        ninety_percent_days: survival::time_at(&steps, 0.1),
        steps: steps.iter().map(|step: &Step| (step.at, step.survival, step.low, step.high)).collect(),
        weibull_shape: fit.map(|fit| fit.shape),
        weibull_scale_days: fit.map(|fit| fit.scale),
    }
}

fn days_between(from: Timestamp, to: Timestamp) -> f64 {
    (to.nanos() as f64 - from.nanos() as f64) / DAY_NANOS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(n: i64) -> Timestamp {
        Timestamp::from_seconds(1_700_000_000 + n * 86_400).expect("in range")
    }

    fn met(source: &str, claimed: i64, first: i64, last: i64) -> Sighted {
        Sighted {
            source: source.to_owned(),
            kind: Observable::Ip,
            claimed_at: day(claimed),
            first_sighted: day(first),
            last_sighted: day(last),
        }
    }

    #[test]
    fn what_was_met_lately_is_not_taken_for_over() {
        let sighted = [met("a", 0, 1, 10), met("a", 0, 2, 20), met("a", 0, 3, 95), met("b", 5, 1, 2)];
        let curves = curves(&sighted, 14.0, day(100));
        assert_eq!((curves[0].source.as_str(), curves[0].n, curves[0].n_ended), ("a", 3, 2));
        assert_eq!(curves[0].steps.iter().map(|step| step.0).collect::<Vec<_>>(), [10.0, 20.0]);
        assert_eq!(curves[0].median_days, Some(20.0));
        assert_eq!(curves[1].steps[0].0, 1.0, "met before it was claimed: it lived already");
    }

    #[test]
    fn nothing_met_gives_no_curve() {
        assert!(curves(&[], 14.0, day(0)).is_empty());
    }
}
