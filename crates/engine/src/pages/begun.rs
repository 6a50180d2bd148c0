//! Threat events by when they began, with the counts that were to be expected.
//!
//! An event that goes on is last seen now, so that by its last record the newest hour would always be the fullest. It
//! begins once.

use std::collections::BTreeSet;

use schema::Timestamp;
use science::series::counts_expected;

use super::facets::{BARS, Bar, Histogram, step};
use crate::{
    EventFilter, Result, View,
    store::{InStep, Moment},
};

/// How many events were to be expected of a step of time, by those before it.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Expected {
    pub mean: f64,
    pub low: u64,
    pub high: u64,
    /// More began, or, where the step is over, fewer.
    pub unusual: bool,
}

/// Earlier steps without which nothing is expected: a week.
const PAST_MIN: usize = 7;

/// Earlier steps that are held against one: what was longer ago says less of today.
const PAST_MAX: i64 = 28;

/// Chance of a step to be unusual although nothing is: about one bar in twenty lies outside.
const MISS: f64 = 0.05;

const DAY_SECONDS: i64 = 86_400;
const HOUR_MICROS: i64 = 3_600_000_000;

impl View {
    /// Events of a span by when they began. `observed` are the hours with records, counted from 1970: where there are
    /// none, nothing could begin.
    pub(super) async fn begun(&self, filter: &EventFilter, observed: &BTreeSet<i64>) -> Result<Histogram> {
        let all = EventFilter { since: None, ..filter.clone() };
        let counting = self.seen().store.counting(&all).await?;
        let Some((first, last)) = counting.span(Moment::Begun).await? else { return Ok(Histogram::empty()) };
        let first = filter.since.map_or(first, |since| since.micros().max(first));
        let last = filter.until.map_or(last, |until| until.micros().saturating_sub(1)).max(first);
        let step_seconds = step(last.saturating_sub(first) / 1_000_000);
        let step = step_seconds.saturating_mul(1_000_000);
        let start = first.div_euclid(step).saturating_mul(step);
        let n_bars = usize::try_from(last.saturating_sub(start) / step).unwrap_or(0).saturating_add(1);
        let n_bars = n_bars.min(BARS as usize * 4);
        let past = stride(step_seconds).saturating_mul(PAST_MAX);
        let from = start.saturating_sub(past.saturating_mul(step));
        let counted = counting.by_time(Moment::Begun, from, step).await?;
        let (bars, counts) = laid_out(&counted, usize::try_from(past).unwrap_or(0), n_bars);
        let steps = Steps { from, step, stride: usize::try_from(stride(step_seconds)).unwrap_or(1) };
        let expected = Some(steps.expected(&counts, n_bars, observed));
        Ok(Histogram { start: Timestamp::from_micros(start).unwrap_or_default(), step_seconds, bars, expected })
    }
}

/// Steps from one to the next that is like it: the same time of the next day, or the next day.
fn stride(step_seconds: i64) -> i64 {
    (DAY_SECONDS / step_seconds.max(1)).max(1)
}

/// The bars, and of all steps, those before the bars too, how many events began.
fn laid_out(counted: &[InStep], n_past: usize, n_bars: usize) -> (Vec<Bar>, Vec<f64>) {
    let (mut bars, mut counts) = (vec![Bar::default(); n_bars], vec![0.0; n_past.saturating_add(n_bars)]);
    for one in counted {
        let Ok(at) = usize::try_from(one.step) else { continue };
        if let Some(count) = counts.get_mut(at) {
            *count += one.n as f64;
        }
        if let Some(bar) = at.checked_sub(n_past).and_then(|at| bars.get_mut(at)) {
            bar.add(one.severity_rank, one.n);
        }
    }
    (bars, counts)
}

/// Where steps lie in time, in microseconds.
struct Steps {
    from: i64,
    step: i64,
    stride: usize,
}

impl Steps {
    /// What was to be expected of each of the last `n_bars` steps, by those before it that are like it and were observed
    /// from beginning to end.
    fn expected(&self, counts: &[f64], n_bars: usize, observed: &BTreeSet<i64>) -> Vec<Option<Expected>> {
        let is_whole: Vec<bool> = (0..counts.len()).map(|at| self.is_whole(at, observed)).collect();
        let is_whole = |at: usize| is_whole.get(at).copied().unwrap_or(false);
        let n_past = counts.len().saturating_sub(n_bars);
        let of = |at: usize| {
            let before = (1..=PAST_MAX as usize).filter_map(|ago| at.checked_sub(ago * self.stride));
            let past: Vec<f64> = before.filter(|at| is_whole(*at)).filter_map(|at| counts.get(at).copied()).collect();
            if past.len() < PAST_MIN {
                return None;
            }
            let band = counts_expected(&past, MISS)?;
            let n = counts.get(at).copied()?;
            let unusual = n > band.high as f64 || (is_whole(at) && n < band.low as f64);
            Some(Expected { mean: band.mean, low: band.low, high: band.high, unusual })
        };
        (n_past..counts.len()).map(of).collect()
    }

    /// Whether there were records in most hours of a step, and it is over.
    fn is_whole(&self, at: usize, observed: &BTreeSet<i64>) -> bool {
        let at = i64::try_from(at).unwrap_or(i64::MAX);
        let begins = self.from.saturating_add(self.step.saturating_mul(at));
        let first = begins.div_euclid(HOUR_MICROS);
        let last = begins.saturating_add(self.step).saturating_sub(1).div_euclid(HOUR_MICROS);
        let is_over = observed.last().is_some_and(|newest| last < *newest);
        let n_hours = usize::try_from(last.saturating_sub(first)).unwrap_or(usize::MAX).saturating_add(1);
        is_over && observed.range(first..=last).count() >= n_hours.div_ceil(2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hours with records from the first to the second.
    fn hours(range: std::ops::Range<i64>) -> BTreeSet<i64> {
        range.collect()
    }

    /// Days of hours: five events at noon, none otherwise.
    fn days(n: usize) -> Vec<f64> {
        (0..n * 24).map(|hour| if hour % 24 == 12 { 5.0 } else { 0.0 }).collect()
    }

    const HOURLY: Steps = Steps { from: 0, step: HOUR_MICROS, stride: 24 };

    #[test]
    fn an_hour_is_held_against_the_same_hour_of_days_before() {
        let mut counts = days(21);
        let (night, noon) = (20 * 24 + 3, 20 * 24 + 12);
        counts[night] = 5.0;
        let expected = HOURLY.expected(&counts, 24, &hours(0..21 * 24 + 1));
        let unusual: Vec<usize> = (0..24).filter(|hour| expected[*hour].expect("expected").unusual).collect();
        assert_eq!(unusual, [night % 24], "what is usual at noon is not at night");
        let noon = expected[noon % 24].expect("expected");
        assert!(noon.low >= 1 && noon.high < 20, "{noon:?}");
    }

    #[test]
    fn nothing_is_expected_before_a_week_was_observed() {
        let counts = days(10);
        let expected = HOURLY.expected(&counts, 10 * 24, &hours(0..240));
        assert!(expected[..7 * 24].iter().all(Option::is_none) && expected[7 * 24..].iter().all(Option::is_some));
        // Hours before the first record are no quiet hours.
        let late = HOURLY.expected(&counts, 24, &hours(4 * 24..240));
        assert!(late.iter().all(Option::is_none));
    }

    #[test]
    fn an_hour_that_is_not_over_is_not_too_quiet() {
        let mut counts: Vec<f64> = (0..24 * 14).map(|_| 40.0).collect();
        let last = counts.len() - 1;
        counts[last] = 2.0;
        let unusual = |until| HOURLY.expected(&counts, 1, &hours(0..until))[0].expect("expected").unusual;
        assert!(unusual(24 * 14 + 1));
        assert!(!unusual(24 * 14), "records of its last hour are the newest: more may come");
    }

    #[test]
    fn days_without_records_are_no_quiet_days() {
        // Records of single days, months apart, as in an archive.
        let counts = days(28);
        let single: BTreeSet<i64> = [0, 9, 27].into_iter().flat_map(|day| day * 24..(day + 1) * 24).collect();
        assert!(HOURLY.expected(&counts, 24, &single).iter().all(Option::is_none));
        // And most hours of a longer step are enough.
        let half_days = Steps { from: 0, step: 12 * HOUR_MICROS, stride: 2 };
        let most: BTreeSet<i64> = hours(0..24 * 10).into_iter().filter(|hour| hour % 4 != 0).collect();
        assert!(half_days.expected(&[1.0; 20], 2, &most).iter().all(Option::is_some));
    }

    #[test]
    fn steps_of_a_day_follow_each_other() {
        assert_eq!((stride(3_600), stride(900), stride(86_400), stride(604_800)), (24, 96, 1, 1));
        let events = [InStep { step: 28, severity_rank: 4, n: 2 }, InStep { step: 3, severity_rank: 0, n: 1 }];
        let (bars, counts) = laid_out(&events, 28, 2);
        assert_eq!((bars[0].critical + bars[0].high, bars[1].all(), counts[3], counts.len()), (2, 0, 1.0, 30));
    }
}
