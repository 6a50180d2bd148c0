//! Whether events come more regularly than chance or human habit makes them come.

use std::f64::consts::TAU;

use crate::{PValue, describe::Sorted, hypothesis::f_at_least};

/// Outcome of [`spacings`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spacings {
    /// Regularity: expected to be 1 for exponential gaps, below 1 for burstier ones; ∞ for a constant gap.
    pub ratio: f64,
    /// Gaps below the lower quartile, and between the quartiles: half the degrees of freedom of the F test.
    pub n_lower: usize,
    pub n_middle: usize,
    pub p_value: PValue,
}

/// Normalized-spacings test of regularity (Epstein 1960; Gnedenko; Barlow and Proschan 1966) on quartiles.
///
/// Null hypothesis: the gaps between events are independent with a **non-increasing hazard rate**: exponential,
/// hyperexponential, Pareto, Weibull with shape ≤ 1: once some time has passed, the next event is not "due".
///
/// Let g₍₁₎ ≤ … ≤ g₍ₙ₎ be the ordered gaps and Dᵢ = (n − i + 1)(g₍ᵢ₎ − g₍ᵢ₋₁₎). For exponential gaps the Dᵢ are
/// independent and exponential, so the mean of the D up to the lower quartile over the mean of the D between the
/// quartiles is exactly F(2k, 2(m − k)); for a falling hazard rate it is stochastically smaller, hence the test is
/// conservative. The upper quarter of the gaps is not used: missed beats, nights and sleeping hosts do not hurt.
/// A few short gaps (retries, extra transfers) shift the lower quartile but do not destroy it.
///
/// `tolerance` ≥ 1 widens the null hypothesis: gaps whose ratio is up to `tolerance` times that of exponential
/// ones are still "not regular enough". 1 is the exact test; 2 takes in log-normal gaps with σ ≥ 0.8, which is how
/// people read pages. `None` below 4 gaps.
pub fn spacings(gaps: &Sorted, tolerance: f64) -> Option<Spacings> {
    let gaps = gaps.values();
    let n = gaps.len();
    if n < 4 || gaps.first().is_some_and(|gap| *gap < 0.0) {
        return None;
    }
    let (n_lower, n_upper) = ((n / 4).max(1), n - n / 4);
    let n_middle = n_upper - n_lower;
    let lower = time_on_test(gaps, n_lower);
    let middle = time_on_test(gaps, n_upper) - lower;

    let ratio = (lower / n_lower as f64) / (middle / n_middle as f64);
    // All gaps zero: no evidence of anything.
    let ratio = if ratio.is_nan() { 0.0 } else { ratio };
    let p_value = f_at_least(ratio / tolerance.max(1.0), 2.0 * n_lower as f64, 2.0 * n_middle as f64);
    Some(Spacings { ratio, n_lower, n_middle, p_value })
}

/// Σ Dᵢ for i ≤ `upto`: the time that all gaps together lived until the `upto`-th of them ended.
fn time_on_test(gaps: &[f64], upto: usize) -> f64 {
    let ended: f64 = gaps.iter().take(upto).sum();
    let alive = (gaps.len() - upto) as f64;
    ended + alive * upto.checked_sub(1).and_then(|last| gaps.get(last)).copied().unwrap_or(0.0)
}

/// Outcome of [`phase_coherence`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Phase {
    /// Length of the mean resultant vector, 0 to 1: 1 where every event falls on the same point of the period.
    pub coherence: f64,
    pub p_value: PValue,
}

/// Rayleigh's test: do events keep one phase of a period **given beforehand**?
///
/// Null hypothesis: phases are uniform on the circle and independent. The p-value is Zar's (1999) approximation
/// exp(√(1 + 4n + 4(n² − R²)) − (1 + 2n)), good to three digits from n = 10. A period chosen from the same events
/// makes it too small. `None` where there is no event or the period is not positive.
pub fn phase_coherence(times: &[f64], period: f64) -> Option<Phase> {
    if times.is_empty() || !(period > 0.0 && period.is_finite()) {
        return None;
    }
    let n = times.len() as f64;
    let (sin, cos) = times.iter().fold((0.0, 0.0), |(sin, cos), time| {
        let angle = TAU * (time / period).fract();
        (sin + angle.sin(), cos + angle.cos())
    });
    let resultant = f64::hypot(sin, cos).min(n);
    let p = ((1.0 + 4.0 * n + 4.0 * (n * n - resultant * resultant)).sqrt() - (1.0 + 2.0 * n)).exp();
    Some(Phase { coherence: resultant / n, p_value: PValue::clamped(p) })
}
