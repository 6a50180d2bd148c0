//! SPOT and DSPOT (Siffer, Fouque, Termier and Largouët 2017): p-values of a stream's extremes, far below 1/n.

use std::collections::VecDeque;

use super::Pareto;
use crate::{PValue, describe::Sorted};

/// What the tail is estimated from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Peaks {
    /// Share of the first values that lies above the threshold; 0.02 is usual.
    pub share: f64,
    /// Excesses kept: the last so many. More are smoother, fewer follow changes.
    pub kept: usize,
    /// Values whose p-value is smaller than this are raised by the caller and not learnt, so that they do not become
    /// the new ordinary.
    pub alarm: f64,
}

impl Default for Peaks {
    fn default() -> Self {
        Self { share: 0.02, kept: 500, alarm: 1e-4 }
    }
}

/// The upper tail of a stream without trend.
///
/// Null hypothesis: the value comes from the distribution of those before it. Above the threshold the p-value is
/// (peaks / values) × Pareto tail of the excess; below it, 1 is reported, for nothing there is extreme.
#[derive(Debug, Clone, PartialEq)]
pub struct Spot {
    peaks: Peaks,
    threshold: f64,
    excesses: VecDeque<f64>,
    /// Values and peaks seen in all.
    n: u64,
    n_peaks: u64,
    tail: Pareto,
    /// Peaks since the tail was fitted.
    stale: usize,
}

impl Spot {
    /// The fit changes little with one more peak of many, and costs as much as hundreds of values.
    const REFIT_SHARE: usize = 20;

    /// Starts from values that are taken for ordinary; at least ten must lie above the threshold, else `None`.
    pub fn new(first: &[f64], peaks: Peaks) -> Option<Self> {
        const PEAKS_MIN: usize = 10;
        let sorted = Sorted::new(first.to_vec())?;
        let threshold = sorted.quantile(1.0 - peaks.share.clamp(0.0, 1.0));
        let mut excesses: VecDeque<f64> =
            first.iter().map(|value| value - threshold).filter(|excess| *excess > 0.0).collect();
        let n_peaks = excesses.len();
        if n_peaks < PEAKS_MIN {
            return None;
        }
        while excesses.len() > peaks.kept.max(PEAKS_MIN) {
            excesses.pop_front();
        }
        let tail = Pareto::fit(excesses.make_contiguous())?;
        Some(Self { peaks, threshold, excesses, n: first.len() as u64, n_peaks: n_peaks as u64, tail, stale: 0 })
    }

    /// The p-value of a value that is not learnt. What is not a number is no evidence.
    pub fn p_value(&self, value: f64) -> PValue {
        let excess = value - self.threshold;
        if excess.is_nan() || excess <= 0.0 {
            return PValue::ONE;
        }
        PValue::clamped(self.tail.at_least(excess).get() * self.n_peaks as f64 / self.n as f64)
    }

    /// The value that is exceeded with this probability.
    pub fn level(&self, probability: f64) -> f64 {
        self.threshold + self.tail.quantile(probability * self.n as f64 / self.n_peaks as f64)
    }

    /// Judges a value, and learns it unless it is an alarm.
    pub fn next(&mut self, value: f64) -> PValue {
        let p_value = self.p_value(value);
        if value.is_finite() && p_value.get() >= self.peaks.alarm {
            self.learn(value);
        }
        p_value
    }

    fn learn(&mut self, value: f64) {
        self.n += 1;
        let excess = value - self.threshold;
        if excess <= 0.0 {
            return;
        }
        self.n_peaks += 1;
        if self.excesses.len() >= self.peaks.kept.max(1) {
            self.excesses.pop_front();
        }
        self.excesses.push_back(excess);
        self.stale += 1;
        if self.stale * Self::REFIT_SHARE >= self.excesses.len() {
            self.tail = Pareto::fit(self.excesses.make_contiguous()).unwrap_or(self.tail);
            self.stale = 0;
        }
    }
}

/// [`Spot`] on the difference from the mean of the last values: for streams whose level drifts (DSPOT).
#[derive(Debug, Clone, PartialEq)]
pub struct Drifting {
    spot: Spot,
    depth: usize,
    window: VecDeque<f64>,
}

impl Drifting {
    /// `depth` is the number of values that make the local level.
    pub fn new(first: &[f64], depth: usize, peaks: Peaks) -> Option<Self> {
        let depth = depth.max(1);
        let differences: Vec<f64> =
            first.windows(depth + 1).filter_map(|run| run.split_last()).map(|(last, run)| last - mean(run)).collect();
        let spot = Spot::new(&differences, peaks)?;
        let window = first.iter().rev().take(depth).rev().copied().collect();
        Some(Self { spot, depth, window })
    }

    /// Judges a value, and learns it unless it is an alarm.
    pub fn next(&mut self, value: f64) -> PValue {
        if !value.is_finite() {
            return PValue::ONE;
        }
        // Summed anew each time: a running sum would carry the rounding of a huge value for ever.
        let p_value = self.spot.next(value - mean(self.window.make_contiguous()));
        if p_value.get() >= self.spot.peaks.alarm {
            if self.window.len() >= self.depth {
                self.window.pop_front();
            }
            self.window.push_back(value);
        }
        p_value
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}
