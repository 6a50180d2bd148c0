//! What a correlation counts, kept up to date as a window slides over matches in order of time. Each number is a
//! function of what is in the window alone, to the last bit: sums are kept in whole billionths, never as floats.

use std::collections::{BTreeMap, VecDeque};

use super::sorted::Sorted;
use crate::rules::model::{Condition, Correlation, CorrelationKind, Number};

/// What one match brings to a measure.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    /// Place of its rule in the correlation.
    Rule(u32),
    Texts(Vec<Box<str>>),
    /// In billionths.
    Number(i128),
}

#[derive(Debug)]
pub(super) enum Measure {
    Events(u64),
    /// How often each value is there.
    Values(BTreeMap<Vec<Box<str>>, u64>),
    /// How many matches of each rule.
    Rules(Vec<u64>),
    /// For each rule, the numbers of its matches, counted in order of time.
    Ordered(Vec<VecDeque<u64>>),
    Numbers {
        sum: i128,
        /// Only where places are asked for.
        sorted: Option<Sorted>,
        n: u64,
    },
}

const BILLION: i128 = 1_000_000_000;

impl Measure {
    pub(super) fn of(correlation: &Correlation) -> Self {
        let n_rules = correlation.rules.len();
        match correlation.kind {
            CorrelationKind::EventCount => Self::Events(0),
            CorrelationKind::ValueCount => Self::Values(BTreeMap::new()),
            CorrelationKind::Temporal => Self::Rules(vec![0; n_rules]),
            CorrelationKind::TemporalOrdered => Self::Ordered(vec![VecDeque::new(); n_rules]),
            CorrelationKind::ValueSum | CorrelationKind::ValueAvg => Self::Numbers { sum: 0, sorted: None, n: 0 },
            CorrelationKind::ValuePercentile(_) => Self::Numbers { sum: 0, sorted: Some(Sorted::default()), n: 0 },
        }
    }

    /// Takes a match, the `number`th of its group.
    pub(super) fn add(&mut self, number: u64, value: &Value) {
        match (self, value) {
            (Self::Events(count), _) => *count += 1,
            (Self::Values(values), Value::Texts(texts)) => *values.entry(texts.clone()).or_insert(0) += 1,
            (Self::Rules(counts), Value::Rule(place)) => {
                if let Some(count) = counts.get_mut(*place as usize) {
                    *count += 1;
                }
            }
            (Self::Ordered(numbers), Value::Rule(place)) => {
                if let Some(numbers) = numbers.get_mut(*place as usize) {
                    numbers.push_back(number);
                }
            }
            (Self::Numbers { sum, sorted, n }, Value::Number(billionths)) => {
                *sum = sum.saturating_add(*billionths);
                *n += 1;
                if let Some(sorted) = sorted {
                    sorted.add(*billionths);
                }
            }
            _ => {}
        }
    }

    /// Lets the oldest match go.
    pub(super) fn remove(&mut self, value: &Value) {
        match (self, value) {
            (Self::Events(count), _) => *count = count.saturating_sub(1),
            (Self::Values(values), Value::Texts(texts)) => {
                if let Some(count) = values.get_mut(texts) {
                    *count -= 1;
                    if *count == 0 {
                        values.remove(texts);
                    }
                }
            }
            (Self::Rules(counts), Value::Rule(place)) => {
                if let Some(count) = counts.get_mut(*place as usize) {
                    *count = count.saturating_sub(1);
                }
            }
            (Self::Ordered(numbers), Value::Rule(place)) => {
                if let Some(numbers) = numbers.get_mut(*place as usize) {
                    numbers.pop_front();
                }
            }
            (Self::Numbers { sum, sorted, n }, Value::Number(billionths)) => {
                *sum = sum.saturating_sub(*billionths);
                *n = n.saturating_sub(1);
                if let Some(sorted) = sorted {
                    sorted.remove(*billionths);
                }
            }
            _ => {}
        }
    }

    /// What was counted, where the condition holds of it.
    pub(super) fn held(&self, correlation: &Correlation) -> Option<f64> {
        if let Some(expression) = &correlation.expression {
            let holds = match self {
                Self::Ordered(numbers) => after(expression, numbers, 0).is_some(),
                _ => there(expression, self),
            };
            return holds.then(|| self.n_rules() as f64);
        }
        let number = self.number(correlation.kind)?;
        correlation.bounds.iter().all(|bound| bound.holds(number)).then(|| number.as_f64())
    }

    fn number(&self, kind: CorrelationKind) -> Option<Number> {
        match (self, kind) {
            (Self::Events(count), _) => Some(Number::Whole(i128::from(*count))),
            (Self::Values(values), _) => Some(Number::Whole(values.len() as i128)),
            (Self::Rules(_), _) => Some(Number::Whole(self.n_rules() as i128)),
            (Self::Ordered(numbers), _) => Some(Number::Whole(longest(numbers))),
            (Self::Numbers { n: 0, .. }, _) => None,
            (Self::Numbers { sum, n, .. }, CorrelationKind::ValueAvg) => {
                Some(Number::fraction(of_billionths(*sum).as_f64() / *n as f64))
            }
            (Self::Numbers { sorted: Some(sorted), .. }, CorrelationKind::ValuePercentile(percent)) => {
                percentile(sorted, percent)
            }
            (Self::Numbers { sum, .. }, _) => Some(of_billionths(*sum)),
        }
    }

    /// Rules that have a match in the window.
    fn n_rules(&self) -> usize {
        match self {
            Self::Rules(counts) => counts.iter().filter(|count| **count > 0).count(),
            Self::Ordered(numbers) => numbers.iter().filter(|numbers| !numbers.is_empty()).count(),
            _ => 0,
        }
    }
}

/// A number in billionths; none where it is too large for sums to be exact.
pub(super) fn billionths(number: Number) -> Option<i128> {
    /// So many of them fit into a sum.
    const MAX: i128 = i128::MAX / 10_000_000;
    let scaled = match number {
        Number::Whole(whole) => whole.checked_mul(BILLION)?,
        // Beyond the range of `i128` this saturates, and is refused below.
        Number::Fraction(_) => (number.as_f64() * BILLION as f64).round() as i128,
    };
    (-MAX..=MAX).contains(&scaled).then_some(scaled)
}

/// Whole where it is, else a fraction.
fn of_billionths(billionths: i128) -> Number {
    if billionths % BILLION == 0 {
        return Number::Whole(billionths / BILLION);
    }
    Number::fraction(billionths as f64 / BILLION as f64)
}

/// With linear interpolation between neighbors (type 7 of Hyndman and Fan).
fn percentile(sorted: &Sorted, percent: u8) -> Option<Number> {
    let place = f64::from(percent) / 100.0 * sorted.len().checked_sub(1)? as f64;
    let below = of_billionths(sorted.get(place.floor() as usize)?);
    let above = of_billionths(sorted.get(place.ceil() as usize)?);
    if below == above {
        return Some(below);
    }
    Some(Number::fraction(below.as_f64() + (above.as_f64() - below.as_f64()) * place.fract()))
}

/// Of how many rules, from the first on, matches come one behind the other.
fn longest(numbers: &[VecDeque<u64>]) -> i128 {
    let mut before = 0;
    let mut length = 0;
    for of_rule in numbers {
        let Some(next) = next_of(of_rule, before) else {
            break;
        };
        before = next + 1;
        length += 1;
    }
    length
}

fn next_of(numbers: &VecDeque<u64>, from: u64) -> Option<u64> {
    numbers.get(numbers.partition_point(|number| *number < from)).copied()
}

/// Whether the expression holds of the rules that have a match.
fn there(expression: &Condition, measure: &Measure) -> bool {
    match expression {
        // As deep as the parser of conditions lets them nest.
        Condition::All(parts) => parts.iter().all(|part| there(part, measure)),
        Condition::Any(parts) => parts.iter().any(|part| there(part, measure)),
        Condition::Not(part) => !there(part, measure),
        Condition::Search(rule) => match measure {
            Measure::Rules(counts) => counts.get(*rule).is_some_and(|count| *count > 0),
            Measure::Ordered(numbers) => numbers.get(*rule).is_some_and(|numbers| !numbers.is_empty()),
            _ => false,
        },
    }
}

/// Where matches that fulfil the expression can end at the earliest, if they begin here: what `and` joins comes one
/// behind the other, of `or` one is enough, and what `not` names is nowhere in the window.
fn after(expression: &Condition, numbers: &[VecDeque<u64>], from: u64) -> Option<u64> {
    match expression {
        Condition::All(parts) => parts.iter().try_fold(from, |from, part| after(part, numbers, from)),
        Condition::Any(parts) => parts.iter().filter_map(|part| after(part, numbers, from)).min(),
        Condition::Not(part) => after(part, numbers, 0).is_none().then_some(from),
        Condition::Search(rule) => Some(next_of(numbers.get(*rule)?, from)? + 1),
    }
}
