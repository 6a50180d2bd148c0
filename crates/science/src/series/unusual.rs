//! Unusual values of a stream: simple scores, each as a conformal p-value of its own past, combined.

use std::collections::VecDeque;

use super::novelty::Neighbors;
use crate::{PValue, conformal::Rolling, describe::Sorted, hypothesis::cauchy};

/// Finds what is unusual in a stream of numbers that come in even steps, from the values before it alone.
///
/// Three scores, which need no training: the distance of a value to the nearest earlier one; the same of the pair of a
/// value and its forerunner; and, where there is a daily rhythm, how far the last values on average left the band of
/// the same time on the seven days before. Each becomes a conformal p-value against its own past. Null hypothesis of
/// each: its score is exchangeable with its past ones. Streams are never quite: distances shrink while the memory
/// fills, which errs on the safe side (2 of 1,000 values of noise, with or without a memory or a daily wave, had a
/// combined p-value of 0.01 or less), but a lasting change gives small p-values until it has become the past.
///
/// A value is **raised** where the mean of −ln p of the scores reaches [`Watch::level`], made stricter as the stream
/// grows (by `PATIENCE` times ln t), and nothing was raised in the last [`Watch::rest`] values. What only one score sees
/// is seldom raised: a p-value of 1/n is no news among n values; it still has its small [`Notice::p_value`]. Parameters
/// were fixed on one half of the Numenta Anomaly Benchmark and measured on the other (docs/evaluation.md).
#[derive(Debug, Clone, PartialEq)]
pub struct Unusual {
    watch: Watch,
    n: u64,
    quiet_until: u64,
    neighbors: Neighbors,
    band: Option<Band>,
    past: [Rolling; 3],
}

/// How [`Unusual`] watches a stream.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Watch {
    /// Steps in a day, or another rhythm that the stream is known to have; below 2: none.
    pub period: usize,
    /// Earlier values that a new one is compared with: the cost of a value grows with it.
    pub neighbors: usize,
    /// Past scores that p-values are counted in.
    pub memory: usize,
    /// Mean of −ln p from which a value is raised, at the 1,000th value. 4 is a p-value of 0.018 for each score.
    pub level: f64,
    /// Values after a raised one that are not raised: what is unusual stays so for a while, and once is enough.
    pub rest: u64,
}

impl Default for Watch {
    fn default() -> Self {
        Self { period: 0, neighbors: 4_096, memory: 20_000, level: 4.0, rest: 120 }
    }
}

/// What [`Unusual`] says of a value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Notice {
    /// Of the value alone, of the pair with its forerunner, and of the departure from the daily band.
    pub parts: [PValue; 3],
    /// All parts by Cauchy's combination, which allows for their dependence: fit for control of false discoveries.
    pub p_value: PValue,
    /// Mean of −ln p, less what patience asks: greater is more unusual, also beyond the smallest p-value.
    pub score: f64,
    pub raised: bool,
}

/// How much stricter the level becomes with ln(values seen / 1,000). An unchanging level would raise values at a constant
/// rate for ever; at 1 their number would hardly grow any more.
const PATIENCE: f64 = 0.3;

/// Values at the beginning of which nothing is said.
const BEGINNING: u64 = 50;

impl Unusual {
    pub fn new(watch: Watch) -> Self {
        let past = || Rolling::new(watch.memory);
        Self {
            watch,
            n: 0,
            quiet_until: 0,
            neighbors: Neighbors::new(watch.neighbors),
            band: (watch.period >= 2).then(|| Band::new(watch.period)),
            past: [past(), past(), past()],
        }
    }

    /// Judges a value, then learns it. A missing one (not finite) is passed over: `None`.
    pub fn observe(&mut self, value: f64) -> Option<Notice> {
        if !value.is_finite() {
            return None;
        }
        let distances = self.neighbors.next(value);
        let departure = self.band.as_mut().map(|band| band.next(value));
        let [alone, paired, daily] = &mut self.past;
        let parts = [
            alone.next(distances.alone),
            paired.next(distances.paired),
            departure.map_or(PValue::ONE, |departure| daily.next(departure)),
        ];
        self.n = self.n.saturating_add(1);
        if self.n <= BEGINNING {
            return Some(Notice { parts: [PValue::ONE; 3], p_value: PValue::ONE, score: 0.0, raised: false });
        }
        let used = if self.band.is_some() { &parts[..] } else { &parts[..2] };
        let mean = used.iter().map(|p| -p.get().ln()).sum::<f64>() / used.len() as f64;
        let score = mean - PATIENCE * (self.n.max(100) as f64 / 1_000.0).ln();
        Some(Notice { parts, p_value: cauchy(used), score, raised: self.raise(score) })
    }

    fn raise(&mut self, score: f64) -> bool {
        let raised = score >= self.watch.level && self.n >= self.quiet_until;
        if raised {
            self.quiet_until = self.n.saturating_add(self.watch.rest);
        }
        raised
    }
}

/// The band of the same time on the days before, and how far the last values left it.
#[derive(Debug, Clone, PartialEq)]
struct Band {
    period: usize,
    /// Days back to back, the oldest value first.
    past: VecDeque<f64>,
    departures: VecDeque<f64>,
}

impl Band {
    const DAYS: usize = 7;

    /// Values that departures are averaged over: noise cancels, what lasts remains.
    const LASTING: usize = 15;

    /// Longer rhythms are cut to this one, which bounds memory (7 days of seconds).
    const PERIOD_MAX: usize = 86_400;

    fn new(period: usize) -> Self {
        Self { period: period.min(Self::PERIOD_MAX), past: VecDeque::new(), departures: VecDeque::new() }
    }

    /// The size of the mean departure, with this value; 0 within the first day.
    fn next(&mut self, value: f64) -> f64 {
        let departure = self.departure(value);
        self.past.push_back(value);
        if self.past.len() > Self::DAYS * self.period + self.reach() {
            self.past.pop_front();
        }
        let Some(departure) = departure else { return 0.0 };
        self.departures.push_back(departure);
        if self.departures.len() > Self::LASTING {
            self.departures.pop_front();
        }
        (self.departures.iter().sum::<f64>() / self.departures.len() as f64).abs()
    }

    /// Steps to either side that count as the same time: half an hour of a day.
    fn reach(&self) -> usize {
        (self.period / 48).max(1)
    }

    /// How far the value lies above the 90th or (negative) below the 10th percentile of the same time.
    fn departure(&self, value: f64) -> Option<f64> {
        let n = self.past.len();
        let around = |day: usize| {
            let first = n.checked_sub(day * self.period + self.reach())?;
            Some(self.past.range(first..=first + 2 * self.reach()).copied())
        };
        let same: Vec<f64> = (1..=Self::DAYS).filter_map(around).flatten().collect();
        let same = Sorted::new(same)?;
        let (low, high) = (same.quantile(0.1), same.quantile(0.9));
        Some(if value > high { value - high } else { (value - low).min(0.0) })
    }
}
