//! Whether events come more often than before.

use statrs::function::{beta::checked_beta_reg, gamma::checked_gamma_ur};

use super::binomial_at_least;
use crate::PValue;

/// Two Poisson rates. Null hypothesis: the first is at most `ratio` times the second.
///
/// Given the sum of both counts the first is binomial (Przyborowski and Wilenski 1940), so the test is exact, and
/// conservative because counts are whole. Exposures are lengths of time, numbers of requests or the like, positive;
/// impossible ones are no evidence. Assumes that events come independently: bursts make it too sure, then use
/// [`negative_binomial_at_least`].
pub fn rate_exceeds(events: u64, exposure: f64, before: u64, exposure_before: f64, ratio: f64) -> PValue {
    let usable = [exposure, exposure_before, ratio].iter().all(|value| value.is_finite() && *value > 0.0);
    if !usable {
        return PValue::ONE;
    }
    let share = ratio * exposure / (ratio * exposure + exposure_before);
    binomial_at_least(events, events.saturating_add(before), share)
}

/// P(X ≥ `events`) for a count of this mean and variance mean + mean² / `size` (the negative binomial in the form NB2).
///
/// The smaller `size`, the burstier; ∞ is Poisson. Impossible parameters are no evidence: 1.
pub fn negative_binomial_at_least(events: u64, mean: f64, size: f64) -> PValue {
    if size == f64::INFINITY {
        return super::poisson_at_least(events, mean);
    }
    if events == 0 || !(mean.is_finite() && mean >= 0.0 && size.is_finite() && size > 0.0) {
        return PValue::ONE;
    }
    if mean == 0.0 {
        return PValue::clamped(0.0);
    }
    PValue::clamped(checked_beta_reg(events as f64, size, mean / (mean + size)).unwrap_or(1.0))
}

/// P(X ≤ `events`) for a count as in [`negative_binomial_at_least`]: that so few come. Impossible parameters are no
/// evidence: 1.
pub fn negative_binomial_at_most(events: u64, mean: f64, size: f64) -> PValue {
    if !(mean.is_finite() && mean > 0.0 && size > 0.0) {
        return PValue::ONE;
    }
    if size == f64::INFINITY {
        return PValue::clamped(checked_gamma_ur(events as f64 + 1.0, mean).unwrap_or(1.0));
    }
    PValue::clamped(checked_beta_reg(size, events as f64 + 1.0, size / (mean + size)).unwrap_or(1.0))
}

/// The `size` of [`negative_binomial_at_least`] by moments; ∞ where counts vary no more than Poisson's.
///
/// `None` below two counts or where all are 0.
pub fn negative_binomial_size(counts: &[f64]) -> Option<f64> {
    let mean = crate::describe::mean(counts).filter(|mean| *mean > 0.0)?;
    let variance = crate::describe::variance(counts)?;
    Some(if variance > mean { mean * mean / (variance - mean) } else { f64::INFINITY })
}
