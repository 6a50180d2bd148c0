//! Looks for a span of minutes to hours in which a series holds far more, or far less, than right before and after.

use std::ops::Range;

use science::{
    PValue,
    hypothesis::{negative_binomial_at_least, negative_binomial_at_most},
};

use super::table::Slots;

/// Slots of the spans that are looked at: five minutes to three hours.
const LENGTHS: [usize; 10] = [1, 2, 3, 4, 6, 8, 12, 18, 24, 36];

/// Slots on either side that a span is held against, and how many of them must be there: an hour, and half of it.
const SIDE: usize = 12;
const SIDE_MIN: usize = SIDE / 2;

/// Events come in clusters: a visitor asks for a page and all that belongs to it. What is believed of how many come at
/// once, as of so many spans.
const CLUSTER: f64 = 3.0;
const CLUSTER_SPANS: f64 = 4.0;

/// Rates wander from hour to hour: squared coefficient of variation beyond that of clusters, a seventh squared.
const WANDERING: f64 = 0.02;

/// Least sizes of what is worth telling.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub flood_events_min: f64,
    pub missed_events_min: f64,
    pub flood_ratio: f64,
    pub drop_ratio: f64,
}

/// The span that stands out most on one side.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Span {
    /// Slots since 1970.
    pub slots: Range<i64>,
    pub n: f64,
    pub expected: f64,
    /// −ln p, of all spans that were looked at: above 0 where p is below 1.
    pub surprise: f64,
}

impl Span {
    /// Of two that are as unlikely as numbers can say, the one in which more is too much or too little for its length.
    fn is_farther_than(&self, other: &Self) -> bool {
        let stray = |span: &Self| (span.n - span.expected).abs() / ((span.slots.end - span.slots.start) as f64).sqrt();
        (self.surprise, stray(self)) > (other.surprise, stray(other))
    }
}

/// Counts of one thing in the slots that are judged, one after the other.
#[derive(Debug)]
pub(super) struct Series {
    first: i64,
    counts: Vec<f64>,
    /// Sums of the first slots: one more than counts.
    sums: Vec<f64>,
    /// Nothing comes after the last slot any more: the day is over.
    closed: bool,
}

/// Which way a series strays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Up,
    Down,
}

impl Series {
    pub(super) fn of(slots: &Slots, range: Range<i64>, closed: bool) -> Self {
        let counts: Vec<f64> =
            range.clone().map(|slot| slots.get(&slot).map_or(0, |slot| slot.n).max(0) as f64).collect();
        let mut sums = vec![0.0];
        let mut sum = 0.0;
        for count in &counts {
            sum += count;
            sums.push(sum);
        }
        Self { first: range.start, counts, sums, closed }
    }

    pub(super) fn total(&self) -> f64 {
        self.sums.last().copied().unwrap_or(0.0)
    }

    /// Events in these slots since 1970.
    pub(super) fn sum(&self, slots: &Range<i64>) -> f64 {
        let place = |slot: i64| usize::try_from(slot - self.first).unwrap_or(0).min(self.counts.len());
        self.between(place(slots.start), place(slots.end))
    }

    /// What is expected in these slots by the hours around them: the higher of both, or the lower.
    pub(super) fn expected(&self, slots: &Range<i64>, way: Way) -> Option<f64> {
        let place = |slot: i64| usize::try_from(slot - self.first).ok();
        self.around(place(slots.start)?, place(slots.end)?, way)
    }

    fn between(&self, from: usize, to: usize) -> f64 {
        let sum = |place: usize| self.sums.get(place).copied().unwrap_or_else(|| self.total());
        sum(to) - sum(from)
    }

    /// Mean of a slot.
    fn side(&self, from: usize, to: usize) -> Option<f64> {
        (to >= from + SIDE_MIN).then(|| self.between(from, to) / (to - from) as f64)
    }

    fn around(&self, from: usize, to: usize, way: Way) -> Option<f64> {
        let n = self.counts.len();
        let before = self.side(from.saturating_sub(SIDE), from);
        let after = self.side(to.min(n), (to + SIDE).min(n));
        // At the edge of the day two hours of the other side must do. Where the day goes on, what comes is waited for.
        let (before, after) = match (before, after) {
            (Some(before), Some(after)) => (before, after),
            (None, Some(after)) => (after, self.side(to + SIDE, to + 2 * SIDE).filter(|_| to + 2 * SIDE <= n)?),
            (Some(before), None) if self.closed && from >= 2 * SIDE => {
                (before, self.side(from - 2 * SIDE, from - SIDE)?)
            }
            _ => return None,
        };
        let a_slot = if way == Way::Up { before.max(after) } else { before.min(after) };
        Some(a_slot * (to - from) as f64)
    }

    /// The span that strays farthest. `corrected` is what a span is expected to hold beyond what the hours around it
    /// say: such as a path when its whole site is busy.
    pub(super) fn farthest(
        &self,
        way: Way,
        limits: &Limits,
        mut corrected: impl FnMut(&Range<i64>, f64) -> f64,
    ) -> Option<Span> {
        let mut farthest: Option<Span> = None;
        let n_spans: f64 = LENGTHS.iter().map(|length| 2.0 * self.counts.len() as f64 / *length as f64).sum();
        let mut singles = None;
        for length in LENGTHS {
            let mut clusters = None;
            for from in 0..=self.counts.len().saturating_sub(length) {
                let n = self.between(from, from + length);
                let Some(expected) = self.around(from, from + length, way) else { continue };
                if !limits.tell(way, n, expected) {
                    continue;
                }
                let slots = self.first + from as i64..self.first + (from + length) as i64;
                let expected = corrected(&slots, expected);
                if !limits.tell(way, n, expected) {
                    continue;
                }
                // Of what is rare, few long spans tell little; single slots show what comes at once.
                let short = singles.get_or_insert_with(|| Clusters::of(self, 1)).without(from, length);
                let long = clusters.get_or_insert_with(|| Clusters::of(self, length)).without(from, length);
                let cluster = short.max(long);
                let p = p_of_count(way, n / cluster, expected / cluster, length);
                // Both sides are looked at.
                let surprise = -(p.get().max(f64::MIN_POSITIVE).ln() + (2.0 * n_spans).ln());
                let span = Span { slots, n, expected, surprise };
                if farthest.as_ref().is_none_or(|known| span.is_farther_than(known)) {
                    farthest = Some(span);
                }
            }
        }
        farthest.filter(|span| span.surprise > 0.0)
    }
}

impl Limits {
    fn tell(&self, way: Way, n: f64, expected: f64) -> bool {
        match way {
            Way::Up => n >= self.flood_events_min && n >= self.flood_ratio * expected,
            Way::Down => expected >= self.missed_events_min && expected >= self.drop_ratio * n,
        }
    }
}

/// P of so many clusters, or more, or fewer, where the hour beside holds `expected` of them for the length of the span.
///
/// Clusters are Poisson, and the rate is known from the hour beside only: given its clusters, and a prior of Gamma(1, 0),
/// those of the span are negative binomial; the rate's wandering adds to the variance.
fn p_of_count(way: Way, n: f64, expected: f64, length: usize) -> PValue {
    let share = length as f64 / SIDE as f64;
    let size = 1.0 / (1.0 / (expected / share + 1.0) + WANDERING);
    let mean = expected + share;
    match way {
        Way::Up => negative_binomial_at_least(n as u64, mean, size),
        Way::Down => negative_binomial_at_most(n.ceil() as u64, mean, size),
    }
}

/// How many events come at once, as seen in spans of one length: the variance around what the hours beside say, by the
/// mean, over spans that lie side by side.
struct Clusters {
    length: usize,
    /// Sums over the first spans: of squared strays, of the variance that single events would have, and of spans.
    sums: Vec<[f64; 3]>,
}

impl Clusters {
    fn of(series: &Series, length: usize) -> Self {
        let mut sums = vec![[0.0; 3]];
        let mut sum = [0.0; 3];
        for block in 0..series.counts.len() / length {
            let (from, to) = (block * length, (block + 1) * length);
            let both = [Way::Up, Way::Down].map(|way| series.around(from, to, way));
            if let [Some(high), Some(low)] = both {
                let expected = (high + low) / 2.0;
                let stray = series.between(from, to) - expected;
                sum[0] += stray * stray;
                // The mean of both sides varies as well.
                sum[1] += expected * (1.0 + length as f64 / (2 * SIDE) as f64);
                sum[2] += 1.0;
            }
            sums.push(sum);
        }
        Self { length, sums }
    }

    /// Events at once, at least 1, without the span in question and those that it lies beside.
    fn without(&self, from: usize, length: usize) -> f64 {
        let n_blocks = self.sums.len() - 1;
        let first = (from.saturating_sub(SIDE) / self.length).min(n_blocks);
        let end = (from + length + SIDE).div_ceil(self.length).min(n_blocks);
        let at = |block: usize| self.sums.get(block).copied().unwrap_or_default();
        let (all, before, until) = (at(n_blocks), at(first), at(end));
        let left = |number: usize| (all[number] - (until[number] - before[number])).max(0.0);
        let (strays, singles, n_spans) = (left(0), left(1), left(2));
        let believed = CLUSTER_SPANS * if n_spans > 0.0 { singles / n_spans } else { 1.0 };
        let events = (CLUSTER * believed + strays) / (believed + singles);
        // Nothing all day but here: 0 by 0.
        if events.is_finite() { events.max(1.0) } else { CLUSTER }
    }
}

/// P of a surprise, where surprises above 0 of like series have this mean: as if exponential.
pub(super) fn p_of(surprise: f64, mean: f64) -> PValue {
    if surprise <= 0.0 { PValue::ONE } else { PValue::clamped((-surprise / mean).exp()) }
}
