//! Split conformal p-values: against a set of ordinary cases that the score was not made from.

use crate::{PValue, describe::Sorted};

/// Scores of ordinary cases, which the scoring model has not seen.
///
/// Where the set holds strange cases as well, p-values become larger, never smaller: the guarantee stays, power goes.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibration {
    scores: Sorted,
}

impl Calibration {
    /// `None` where there is no score, or one that is not a finite number.
    pub fn new(scores: Vec<f64>) -> Option<Self> {
        Sorted::new(scores).map(|scores| Self { scores })
    }

    /// Number of calibration cases.
    pub fn size(&self) -> usize {
        self.scores.values().len()
    }

    /// (1 + number of calibration scores ≥ `score`) / (n + 1): valid, and conservative where scores are equal.
    ///
    /// A score that is not a number is no evidence.
    pub fn p_value(&self, score: f64) -> PValue {
        self.smoothed(score, 1.0)
    }

    /// As [`Self::p_value`], but cases of equal score count by the share `tie`.
    ///
    /// With `tie` drawn uniformly from 0 to 1 the p-value is **exactly** uniform under the null hypothesis, which the
    /// martingales need. `tie` is brought into 0 to 1.
    pub fn smoothed(&self, score: f64, tie: f64) -> PValue {
        if score.is_nan() {
            return PValue::ONE;
        }
        let (above, equal) = above_and_equal(self.scores.values(), score);
        ratio(above, equal, self.size(), tie)
    }
}

/// How many of these ascending scores are greater than `score`, and how many are equal.
pub(super) fn above_and_equal(ascending: &[f64], score: f64) -> (usize, usize) {
    let below = ascending.partition_point(|known| *known < score);
    let up_to = ascending.partition_point(|known| *known <= score);
    (ascending.len() - up_to, up_to - below)
}

/// The p-value of a case that this many of `n` others exceed or equal; it is equal to itself.
pub(super) fn ratio(above: usize, equal: usize, n: usize, tie: f64) -> PValue {
    PValue::clamped((above as f64 + tie.clamp(0.0, 1.0) * (equal + 1) as f64) / (n + 1) as f64)
}
