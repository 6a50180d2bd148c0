//! Conformal p-values of a stream, each against the cases before it.

use std::collections::VecDeque;

use super::split::{above_and_equal, ratio};
use crate::PValue;

/// The last `capacity` scores of a stream, as calibration for the next one: causal, in bounded memory.
///
/// Judging costs O(log n), learning moves up to n numbers (32 KiB at 4,096), which is less than a tree would cost.
///
/// **What to learn is the caller's choice.** Learning every case is always valid, but a long attack teaches its own
/// scores. Leaving out the cases that were raised at level α keeps power for the next ones; p-values are then too
/// small by a factor of at most 1 / (1 − α).
#[derive(Debug, Clone, PartialEq)]
pub struct Rolling {
    capacity: usize,
    by_age: VecDeque<f64>,
    ascending: Vec<f64>,
}

impl Rolling {
    /// `capacity` is at least 1.
    pub fn new(capacity: usize) -> Self {
        Self { capacity: capacity.max(1), by_age: VecDeque::new(), ascending: Vec::new() }
    }

    /// Scores held now.
    pub fn size(&self) -> usize {
        self.ascending.len()
    }

    /// The p-value of a case that is not learnt. 1 before anything was learnt, and for what is not a number.
    pub fn p_value(&self, score: f64) -> PValue {
        self.smoothed(score, 1.0)
    }

    /// As [`super::Calibration::smoothed`].
    pub fn smoothed(&self, score: f64, tie: f64) -> PValue {
        if score.is_nan() {
            return PValue::ONE;
        }
        let (above, equal) = above_and_equal(&self.ascending, score);
        ratio(above, equal, self.size(), tie)
    }

    /// Takes a score into the calibration; the oldest leaves where there are too many. Not-numbers are passed over.
    pub fn learn(&mut self, score: f64) {
        if score.is_nan() {
            return;
        }
        // Both zeros are one score, and must be found again when they leave.
        let score = score + 0.0;
        if self.by_age.len() == self.capacity
            && let Some(oldest) = self.by_age.pop_front()
        {
            self.ascending.remove(self.ascending.partition_point(|known| *known < oldest));
        }
        self.by_age.push_back(score);
        self.ascending.insert(self.ascending.partition_point(|known| *known < score), score);
    }

    /// Judges a case, then learns it: the stream's own causal p-values.
    pub fn next(&mut self, score: f64) -> PValue {
        let p_value = self.p_value(score);
        self.learn(score);
        p_value
    }
}
