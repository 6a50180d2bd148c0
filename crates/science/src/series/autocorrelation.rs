//! How a series resembles itself some steps later, and whether that is more than chance.

use super::fourier::{power_spectrum, transform};
use crate::{PValue, describe, hypothesis::chi_square_at_least};

/// Outcome of [`ljung_box`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LjungBox {
    pub statistic: f64,
    pub degrees: usize,
    pub p_value: PValue,
}

/// Sample autocorrelations at lags 0 to `lag_max` of an even series, −1 to 1: autocovariances divided by n, as usual,
/// so that they are a valid correlation sequence.
///
/// `None` below two values, where all are equal or one is not finite. Lags end before n. O(n log n).
pub fn autocorrelation(values: &[f64], lag_max: usize) -> Option<Vec<f64>> {
    let mean = describe::mean(values)?;
    let n = values.len();
    // Padding keeps the end of the series from meeting its beginning. Centering twice takes off what rounding has left
    // of a mean that is much larger than the variation.
    let mut padded: Vec<f64> = values.iter().map(|value| value - mean).collect();
    let rest = describe::mean(&padded)?;
    padded.iter_mut().for_each(|value| *value -= rest);
    let squares: f64 = padded.iter().map(|value| value * value).sum();
    if n < 2 || !squares.is_finite() || squares <= 0.0 {
        return None;
    }
    padded.resize((2 * n).next_power_of_two(), 0.0);
    let half = power_spectrum(&padded);
    let mirrored = half.iter().skip(1).rev().skip(1);
    let covariances = transform(half.iter().chain(mirrored).map(|power| (*power, 0.0)).collect());
    let scale = squares * padded.len() as f64;
    Some(covariances.iter().take(n.min(lag_max.saturating_add(1))).map(|sum| sum.0 / scale).collect())
}

/// Ljung and Box (1978). Null hypothesis: the values are independent, seen at lags 1 to `lags`.
///
/// `fitted` is the number of coefficients of a model whose residuals the values are, 0 for a plain series; it takes
/// degrees of freedom away. χ² approximation, good from about 50 values and `lags` well below n/4. `None` as
/// [`autocorrelation`], and where no degree of freedom is left.
pub fn ljung_box(values: &[f64], lags: usize, fitted: usize) -> Option<LjungBox> {
    let n = values.len() as f64;
    let degrees = lags.checked_sub(fitted).filter(|degrees| *degrees > 0)?;
    if lags >= values.len() {
        return None;
    }
    let correlations = autocorrelation(values, lags)?;
    let terms = correlations.iter().enumerate().skip(1).map(|(lag, r)| r * r / (n - lag as f64));
    let statistic = n * (n + 2.0) * terms.sum::<f64>();
    Some(LjungBox { statistic, degrees, p_value: chi_square_at_least(statistic, degrees as f64) })
}
