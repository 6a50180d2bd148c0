//! DDSketch: quantiles of a stream in bounded memory, to a promised share of their value.

use std::collections::BTreeMap;

/// Quantiles with a relative error (Masson, Rim and Lee, VLDB 2019): what it calls the 99th percentile is within
/// `error` of the true one, as a share of it.
///
/// Chosen over KLL because it draws no random numbers: the sketch of some values is the same in whatever order they
/// came and however they were split and merged. Of the more than [`Self::BINS_MAX`] bins that wild data might need
/// (0.01: a span of 10⁴⁴ from the largest downward) the smallest sizes are put together, and only those lose the
/// promise. What is not finite is passed over.
#[derive(Debug, Clone, PartialEq)]
pub struct Quantiles {
    /// ln γ: each bin reaches from γ^(i−1) to γ^i.
    pub(super) log_gamma: f64,
    pub(super) positive: BTreeMap<i32, u64>,
    /// By size of the number without its sign.
    pub(super) negative: BTreeMap<i32, u64>,
    pub(super) zeros: u64,
    pub(super) range: Option<(f64, f64)>,
}

impl Quantiles {
    /// Bins for each sign: at most 40 KiB or so, in life some hundred bytes.
    pub const BINS_MAX: usize = 5_000;

    /// Sizes below this one count as 0.
    const SMALLEST: f64 = 1e-300;

    /// `error` is brought into 0.0001 to 0.5; 0.01 is usual.
    pub fn new(error: f64) -> Self {
        let error = if error.is_nan() { 0.01 } else { error.clamp(1e-4, 0.5) };
        let log_gamma = ((1.0 + error) / (1.0 - error)).ln();
        Self { log_gamma, positive: BTreeMap::new(), negative: BTreeMap::new(), zeros: 0, range: None }
    }

    pub fn insert(&mut self, value: f64) {
        self.insert_times(value, 1);
    }

    /// The same value `times` times.
    pub fn insert_times(&mut self, value: f64, times: u64) {
        if !value.is_finite() || times == 0 {
            return;
        }
        let (low, high) = self.range.unwrap_or((value, value));
        self.range = Some((low.min(value), high.max(value)));
        if value.abs() < Self::SMALLEST {
            self.zeros = self.zeros.saturating_add(times);
            return;
        }
        let bin = (value.abs().ln() / self.log_gamma).ceil() as i32;
        let bins = if value > 0.0 { &mut self.positive } else { &mut self.negative };
        add(bins, bin, times);
        bound(bins);
    }

    /// Takes in what another sketch has seen. `false`, and nothing done, where their errors differ.
    pub fn merge(&mut self, other: &Self) -> bool {
        if self.log_gamma != other.log_gamma {
            return false;
        }
        for (bins, theirs) in [(&mut self.positive, &other.positive), (&mut self.negative, &other.negative)] {
            theirs.iter().for_each(|(bin, count)| add(bins, *bin, *count));
            bound(bins);
        }
        self.zeros = self.zeros.saturating_add(other.zeros);
        if let Some((low, high)) = other.range {
            let ours = self.range.unwrap_or((low, high));
            self.range = Some((ours.0.min(low), ours.1.max(high)));
        }
        true
    }

    /// Values seen.
    pub fn count(&self) -> u64 {
        let sum = |bins: &BTreeMap<i32, u64>| bins.values().fold(0u64, |sum, count| sum.saturating_add(*count));
        sum(&self.positive).saturating_add(sum(&self.negative)).saturating_add(self.zeros)
    }

    /// Smallest and largest value, exactly.
    pub fn range(&self) -> Option<(f64, f64)> {
        self.range
    }

    /// The value of rank ⌊share (n − 1)⌋ from 0, within the promised error; `None` while empty. `share` is brought into
    /// 0 to 1.
    pub fn quantile(&self, share: f64) -> Option<f64> {
        let (low, high) = self.range?;
        let last = self.count().saturating_sub(1) as f64;
        let rank = (share.clamp(0.0, 1.0) * last).floor() as u64;
        // The middle of a bin in the sense of relative error: 2 γ^i / (γ + 1).
        let middle = |bin: i32| (f64::from(bin) * self.log_gamma).exp() * 2.0 / (self.log_gamma.exp() + 1.0);
        let negative = self.negative.iter().rev().map(|(bin, count)| (-middle(*bin), *count));
        let positive = self.positive.iter().map(|(bin, count)| (middle(*bin), *count));
        let mut seen = 0u64;
        let reached = negative.chain([(0.0, self.zeros)]).chain(positive).find(|(_, count)| {
            seen = seen.saturating_add(*count);
            seen > rank
        });
        reached.map(|(value, _)| value.clamp(low, high))
    }
}

fn add(bins: &mut BTreeMap<i32, u64>, bin: i32, times: u64) {
    let count = bins.entry(bin).or_insert(0);
    *count = count.saturating_add(times);
}

/// Puts the smallest sizes into the next bin, until there are few enough: whatever was put in first, what stays are the
/// largest bins ever seen.
fn bound(bins: &mut BTreeMap<i32, u64>) {
    while bins.len() > Quantiles::BINS_MAX {
        let Some((_, count)) = bins.pop_first() else { return };
        if let Some(mut next) = bins.first_entry() {
            *next.get_mut() = next.get().saturating_add(count);
        }
    }
}
