//! How far all things of a dataset stray one way, so that each can be held against the others without another look at
//! all of them: who attacks decides how many things there are.

use std::{cell::RefCell, collections::BTreeMap};

use science::describe::Sorted;

use super::scan::Span;

/// What is believed of the mean surprise of the spans that stray farthest, as of so many things: with an exact model it
/// would be 1.
pub(super) const SURPRISE: f64 = 1.5;
const SURPRISE_THINGS: f64 = 4.0;

/// One surprise counts no more than this many times what three quarters of all things stay below: it may itself be
/// what is looked for.
pub(super) const SURPRISE_MAX: f64 = 3.0;
const QUIET_SHARE: f64 = 0.75;

pub(super) struct Strays<'a> {
    spans: Vec<&'a Span>,
    /// Surprises of all things, 0 for those that do not stray.
    surprises: Sorted,
    /// By the bits of the most that one surprise counts: there are two or three of these.
    sums: RefCell<BTreeMap<u64, Sums>>,
}

impl<'a> Strays<'a> {
    /// Of the span of each thing, where it strays.
    pub(super) fn of(all: impl Iterator<Item = Option<&'a Span>> + Clone) -> Option<Self> {
        let surprises = Sorted::new(all.clone().map(|span| span.map_or(0.0, |span| span.surprise)).collect())?;
        Some(Self { spans: all.flatten().collect(), surprises, sums: RefCell::default() })
    }

    /// The mean of the surprises of other things than the one that this span is of, without those at the same time,
    /// which may be the same thing.
    pub(super) fn mean_of_others(&self, span: &Span) -> f64 {
        let most = SURPRISE_MAX * self.quiet_of_others(span).max(SURPRISE);
        let mut sums = self.sums.borrow_mut();
        let sums = sums.entry(most.to_bits()).or_insert_with(|| Sums::of(&self.spans, most));
        let (n, sum) = sums.apart(span);
        ((SURPRISE_THINGS * SURPRISE + sum) / (SURPRISE_THINGS + n)).max(1.0)
    }

    /// The quantile of all but the span's own.
    fn quiet_of_others(&self, span: &Span) -> f64 {
        let values = self.surprises.values();
        let own = values.partition_point(|value| *value < span.surprise);
        let other = |place: usize| values.get(if place < own { place } else { place + 1 }).copied().unwrap_or(0.0);
        let Some(last) = values.len().checked_sub(2) else { return 0.0 };
        let at = QUIET_SHARE * last as f64;
        let (below, above) = (other(at.floor() as usize), other(at.ceil() as usize));
        below + (above - below) * at.fract()
    }
}

/// Surprises, none counted as more than the most, added up along the day.
struct Sums {
    by_end: Running,
    by_start: Running,
}

impl Sums {
    fn of(spans: &[&Span], most: f64) -> Self {
        let running = |place: fn(&Span) -> i64| {
            Running::of(spans.iter().map(|span| (place(span), span.surprise.min(most))).collect())
        };
        Self { by_end: running(|span| span.slots.end), by_start: running(|span| span.slots.start) }
    }

    /// How many spans lie wholly before or behind this one, and their sum.
    fn apart(&self, span: &Span) -> (f64, f64) {
        let before = self.by_end.up_to(span.slots.start);
        let (all, within) = (self.by_start.up_to(i64::MAX), self.by_start.up_to(span.slots.end - 1));
        (before.0 + all.0 - within.0, before.1 + all.1 - within.1)
    }
}

/// Values by their place, and how many and how much there is up to each.
struct Running {
    places: Vec<i64>,
    sums: Vec<f64>,
}

impl Running {
    fn of(mut values: Vec<(i64, f64)>) -> Self {
        values.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let mut sum = 0.0;
        let sums = values.iter().map(|(_, value)| {
            sum += value;
            sum
        });
        let sums = std::iter::once(0.0).chain(sums).collect();
        Self { places: values.into_iter().map(|(place, _)| place).collect(), sums }
    }

    fn up_to(&self, place: i64) -> (f64, f64) {
        let n = self.places.partition_point(|known| *known <= place);
        (n as f64, self.sums.get(n).copied().unwrap_or(0.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(start: i64, length: i64, surprise: f64) -> Span {
        Span { slots: start..start + length, n: 0.0, expected: 0.0, surprise }
    }

    /// As [`Strays::mean_of_others`] is meant: a look at every other thing.
    fn looked_at(all: &[Option<Span>], own: usize) -> f64 {
        let span = all[own].as_ref().expect("it strays");
        let others: Vec<Option<&Span>> =
            all.iter().enumerate().filter(|(other, _)| *other != own).map(|(_, span)| span.as_ref()).collect();
        let surprises = others.iter().map(|other| other.map_or(0.0, |other| other.surprise)).collect();
        let quiet = Sorted::new(surprises).map_or(0.0, |sorted| sorted.quantile(QUIET_SHARE));
        let most = SURPRISE_MAX * quiet.max(SURPRISE);
        let apart = |other: &&&Span| other.slots.end <= span.slots.start || span.slots.end <= other.slots.start;
        let apart: Vec<f64> = others.iter().flatten().filter(apart).map(|other| other.surprise.min(most)).collect();
        let sum = SURPRISE_THINGS * SURPRISE + apart.iter().sum::<f64>();
        (sum / (SURPRISE_THINGS + apart.len() as f64)).max(1.0)
    }

    #[test]
    fn sums_say_what_a_look_at_all_others_says() {
        // A linear congruential generator: places, lengths and surprises without an order, some of them equal.
        let mut state = 7u64;
        let mut next = |most: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % most
        };
        for n in [1usize, 2, 3, 5, 40, 300] {
            let all: Vec<Option<Span>> = (0..n)
                .map(|_| {
                    (next(3) > 0).then(|| span(next(288) as i64, 1 + next(36) as i64, 0.25 * (1 + next(80)) as f64))
                })
                .collect();
            let strays = Strays::of(all.iter().map(Option::as_ref)).expect("some things");
            for own in (0..n).filter(|own| all[*own].is_some()) {
                let (told, wanted) =
                    (strays.mean_of_others(all[own].as_ref().expect("it strays")), looked_at(&all, own));
                assert!((told - wanted).abs() < 1e-9, "{n} things, number {own}: {told}, not {wanted}");
            }
        }
        assert!(Strays::of(std::iter::empty()).is_none());
    }
}
