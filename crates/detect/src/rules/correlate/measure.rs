//! What a correlation counts, kept up to date as a window slides over matches in order of time.

use std::collections::BTreeMap;

use super::Member;
use crate::rules::model::{Correlation, CorrelationKind, Number};

#[derive(Debug)]
pub(super) enum Measure {
    Events(i128),
    /// How often each value is there.
    Values(BTreeMap<Vec<String>, usize>),
    /// How many matches of each rule.
    Rules(Vec<usize>),
    /// For each rule in order, when the latest sequence began that has all rules up to it.
    Ordered(Vec<Option<i64>>),
    Sum(Numbers),
    Average(Numbers),
    Percentile(u8, Numbers),
}

/// The numbers of a window. Whole ones are kept as such, so that a sum of bytes is exact.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    /// Sorted by value.
    sorted: Vec<Number>,
}

impl Numbers {
    fn position(&self, number: Number) -> usize {
        self.sorted.partition_point(|known| known.compare(number).is_some_and(std::cmp::Ordering::is_lt))
    }

    fn add(&mut self, number: Option<Number>) {
        if let Some(number) = number {
            let at = self.position(number);
            self.sorted.insert(at, number);
        }
    }

    fn remove(&mut self, number: Option<Number>) {
        let Some(number) = number else {
            return;
        };
        let at = self.position(number);
        if at < self.sorted.len() {
            self.sorted.remove(at);
        }
    }

    /// Whole where all are and the sum fits, else a fraction.
    fn sum(&self) -> Option<Number> {
        if self.sorted.is_empty() {
            return None;
        }
        let whole = self.sorted.iter().try_fold(0_i128, |sum, number| match number {
            Number::Whole(number) => sum.checked_add(*number),
            Number::Fraction(_) => None,
        });
        Some(
            whole.map_or_else(
                || Number::fraction(self.sorted.iter().map(|number| number.as_f64()).sum()),
                Number::Whole,
            ),
        )
    }

    fn average(&self) -> Option<Number> {
        self.sum().map(|sum| Number::fraction(sum.as_f64() / self.sorted.len() as f64))
    }

    /// With linear interpolation between neighbors (type 7 of Hyndman and Fan).
    fn percentile(&self, percent: u8) -> Option<Number> {
        let place = f64::from(percent) / 100.0 * (self.sorted.len().checked_sub(1)?) as f64;
        let below = self.sorted.get(place.floor() as usize)?.as_f64();
        let above = self.sorted.get(place.ceil() as usize)?.as_f64();
        Some(Number::fraction(below + (above - below) * place.fract()))
    }
}

impl Measure {
    pub(super) fn of(correlation: &Correlation) -> Self {
        let n_rules = correlation.rules.len();
        match correlation.kind {
            CorrelationKind::EventCount => Self::Events(0),
            CorrelationKind::ValueCount => Self::Values(BTreeMap::new()),
            CorrelationKind::Temporal => Self::Rules(vec![0; n_rules]),
            CorrelationKind::TemporalOrdered => Self::Ordered(vec![None; n_rules]),
            CorrelationKind::ValueSum => Self::Sum(Numbers::default()),
            CorrelationKind::ValueAvg => Self::Average(Numbers::default()),
            CorrelationKind::ValuePercentile(percent) => Self::Percentile(percent, Numbers::default()),
        }
    }

    pub(super) fn add(&mut self, member: &Member) {
        match self {
            Self::Events(count) => *count += 1,
            Self::Values(values) => {
                if let Some(value) = &member.values {
                    *values.entry(value.clone()).or_insert(0) += 1;
                }
            }
            Self::Rules(counts) => {
                if let Some(count) = counts.get_mut(member.place as usize) {
                    *count += 1;
                }
            }
            Self::Ordered(starts) => {
                let place = member.place as usize;
                let start = match place.checked_sub(1) {
                    None => Some(member.at),
                    Some(before) => starts.get(before).copied().flatten(),
                };
                if let Some(slot) = starts.get_mut(place) {
                    *slot = (*slot).max(start);
                }
            }
            Self::Sum(numbers) | Self::Average(numbers) | Self::Percentile(_, numbers) => numbers.add(number(member)),
        }
    }

    pub(super) fn remove(&mut self, member: &Member) {
        match self {
            Self::Events(count) => *count -= 1,
            Self::Values(values) => {
                if let Some(value) = &member.values
                    && let Some(count) = values.get_mut(value)
                {
                    *count -= 1;
                    if *count == 0 {
                        values.remove(value);
                    }
                }
            }
            Self::Rules(counts) => {
                if let Some(count) = counts.get_mut(member.place as usize) {
                    *count -= 1;
                }
            }
            // Sequences that began too early are told by their start.
            Self::Ordered(_) => {}
            Self::Sum(numbers) | Self::Average(numbers) | Self::Percentile(_, numbers) => {
                numbers.remove(number(member));
            }
        }
    }

    /// What the condition is asked of, for the window that begins at `start`; nothing where there are no numbers.
    pub(super) fn number(&self, start: i64) -> Option<Number> {
        match self {
            Self::Events(count) => Some(Number::Whole(*count)),
            Self::Values(values) => Some(Number::Whole(values.len() as i128)),
            Self::Rules(counts) => Some(Number::Whole(counts.iter().filter(|count| **count > 0).count() as i128)),
            Self::Ordered(starts) => {
                let complete = starts.iter().rposition(|began| began.is_some_and(|began| began >= start));
                Some(Number::Whole(complete.map_or(0, |place| place as i128 + 1)))
            }
            Self::Sum(numbers) => numbers.sum(),
            Self::Average(numbers) => numbers.average(),
            Self::Percentile(percent, numbers) => numbers.percentile(*percent),
        }
    }
}

fn number(member: &Member) -> Option<Number> {
    member.values.as_ref()?.first().and_then(|text| Number::of_text(text))
}
