//! Failures behind which nobody sits: a program that goes on trying a password which no longer fits.
//!
//! A guesser starts one day, and comes to an end. A program with an old password tries it for as long as nobody looks,
//! mostly by the clock, and how many failures that makes in a day says only how often it tries.

use science::hypothesis::chi_square_at_least;

use super::day::{Account, Attempted, Pair};

pub(super) const HOUR_MICROS: i64 = 3_600_000_000;

/// Failures from which on a rhythm can be seen.
pub(super) const COUNTED_MIN: i64 = 6;

/// Whole hours that a rhythm is kept for: guessing in a hurry is over by then.
const HOURS_MIN: usize = 6;

/// Attempts at random moments are spread as evenly over the hours as those of a clock with at most this chance.
const EVENLY_BY_CHANCE: f64 = 0.005;

/// Gaps after the first record, or before the last one, within which it cannot be told that a series had not begun
/// before, or is over.
const GAPS: i64 = 3;

/// A day before with at least this part of the failures has shown that they are usual.
const PRECEDENT: i64 = 2;

/// What is known of the time around a day.
#[derive(Debug)]
pub(super) struct Around<'p, 'a> {
    past: &'p [&'p Attempted<'a>],
    /// First and last attempts by source, earliest and latest in front.
    firsts: Vec<(i64, &'a str)>,
    lasts: Vec<(i64, &'a str)>,
}

impl<'p, 'a> Around<'p, 'a> {
    pub(super) fn of(today: &Attempted<'a>, past: &'p [&'p Attempted<'a>]) -> Self {
        let spans = today.spans();
        let mut firsts: Vec<(i64, &str)> = spans.iter().map(|(source, (first, _))| (*first, *source)).collect();
        let mut lasts: Vec<(i64, &str)> = spans.iter().map(|(source, (_, last))| (*last, *source)).collect();
        firsts.sort_unstable();
        lasts.sort_unstable_by(|a, b| b.cmp(a));
        Self { past, firsts, lasts }
    }

    /// Whether the failures of a pair may be those of a program that was at it before, or that works by the clock.
    pub(super) fn is_program(&self, source: &'a str, account: Account<'a>, pair: &Pair<'_>) -> bool {
        let barred = pair.n_barred >= pair.n_failed;
        let mut before = self.past.iter().filter_map(|day| day.pairs.get(&(source, account)));
        let has_precedent = before.any(|day| day.n_failed.saturating_mul(PRECEDENT) >= pair.n_failed);
        let was_there = || self.past.is_empty() && self.without(source).is_some_and(|span| under_way(pair, span));
        barred || has_precedent || by_the_clock(pair) || was_there()
    }

    /// The first and the last attempt of any other source: a series alone cannot tell how long somebody watched.
    fn without(&self, source: &str) -> Option<(i64, i64)> {
        let other = |ends: &[(i64, &str)]| ends.iter().find(|(_, one)| *one != source).map(|(at, _)| *at);
        other(&self.firsts).zip(other(&self.lasts))
    }
}

/// Whether a series may have begun before the records do: it is there from their first moment on, for hours or up to
/// their last.
fn under_way(pair: &Pair<'_>, (begun, ended): (i64, i64)) -> bool {
    let Some((first, last)) = pair.failed.filter(|_| pair.n_failed >= COUNTED_MIN) else { return false };
    let gap = (last - first) / (pair.n_failed - 1);
    let slack = gap.saturating_mul(GAPS);
    let lasts = last - first >= HOURS_MIN as i64 * HOUR_MICROS;
    first <= begun.saturating_add(slack) && (lasts || last >= ended.saturating_sub(slack))
}

/// Whether the hours between the first and the last have as many failures each, more evenly than chance makes them:
/// the index of dispersion of counts at random moments is that of Poisson's distribution.
fn by_the_clock(pair: &Pair<'_>) -> bool {
    let (Some((first, _)), Some((last, _))) = (pair.by_hour.first_key_value(), pair.by_hour.last_key_value()) else {
        return false;
    };
    let whole = first + 1..*last;
    let n_hours = whole.clone().count();
    if n_hours < HOURS_MIN {
        return false;
    }
    let counts = || whole.clone().map(|hour| pair.by_hour.get(&hour).copied().unwrap_or(0) as f64);
    let mean = counts().sum::<f64>() / n_hours as f64;
    let dispersion: f64 = counts().map(|count| (count - mean).powi(2) / mean.max(f64::MIN_POSITIVE)).sum();
    mean > 0.0 && chi_square_at_least(dispersion, n_hours as f64 - 1.0).get() >= 1.0 - EVENLY_BY_CHANCE
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn hourly(counts: impl IntoIterator<Item = i64>) -> Pair<'static> {
        let by_hour: BTreeMap<i64, i64> = (0..).zip(counts).filter(|(_, n)| *n > 0).collect();
        Pair { n_failed: by_hour.values().sum(), by_hour, ..Pair::default() }
    }

    #[test]
    fn a_clock_is_more_even_than_chance() {
        assert!(by_the_clock(&hourly([37].into_iter().chain([60; 12]))));
        assert!(by_the_clock(&hourly([1; 24])), "once an hour");
        assert!(!by_the_clock(&hourly([60; 7])), "not for long enough");
        assert!(!by_the_clock(&hourly([9, 61, 52, 70, 58, 66, 49, 63, 57, 71])), "as even as chance is");
        assert!(!by_the_clock(&hourly([3, 0, 90, 4, 0, 0, 12, 5, 1, 3])));
        assert!(!by_the_clock(&hourly([])));
    }

    #[test]
    fn what_was_there_from_the_first_moment_may_have_been_there_before() {
        let hour = HOUR_MICROS;
        let series = |first, last, n_failed| Pair { failed: Some((first, last)), n_failed, ..Pair::default() };
        assert!(under_way(&series(10, 10 * hour, 100), (0, 24 * hour)));
        assert!(!under_way(&series(10, hour, 100), (0, 24 * hour)), "it came to an end");
        assert!(under_way(&series(10, hour, 100), (0, hour)), "as far as is known it goes on");
        assert!(!under_way(&series(4 * hour, 20 * hour, 100), (0, 24 * hour)), "it began");
        assert!(!under_way(&series(0, 0, 1), (0, 0)));
    }
}
