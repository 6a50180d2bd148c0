//! Several p-values for one hypothesis become one.

use statrs::{
    distribution::{ContinuousCDF, Normal},
    function::gamma::checked_gamma_ur,
};

use super::normal_at_least;
use crate::PValue;

/// Fisher's method: −2 Σ ln p is χ² with 2n degrees of freedom. Assumes **independent** p-values. Empty gives 1.
pub fn fisher(p: &[PValue]) -> PValue {
    let half_statistic: f64 = -p.iter().map(|p| p.get().ln()).sum::<f64>();
    if p.is_empty() || half_statistic <= 0.0 {
        return PValue::ONE;
    }
    if half_statistic.is_infinite() {
        return PValue::clamped(0.0);
    }
    PValue::clamped(checked_gamma_ur(p.len() as f64, half_statistic).unwrap_or(1.0))
}

/// Cauchy combination (Liu and Xie 2020), equal weights: close to exact in the tail under **any** dependence.
///
/// A p-value of exactly 1 would decide alone (its tangent is −∞); as its authors advise it counts as 1 − 1/n.
pub fn cauchy(p: &[PValue]) -> PValue {
    if p.is_empty() {
        return PValue::ONE;
    }
    let n = p.len() as f64;
    let ceiling = if p.len() > 1 { 1.0 - 1.0 / n } else { 1.0 };
    let statistic = p.iter().map(|p| cotangent(if p.get() == 1.0 { ceiling } else { p.get() })).sum::<f64>() / n;
    PValue::clamped(cauchy_tail(statistic))
}

/// Stouffer's method: the weighted sum of normal scores, p-value and weight. Assumes **independent** p-values.
///
/// Weights are finite and not negative; the square root of the number of cases is usual. No weight at all gives 1.
pub fn stouffer(p: &[(PValue, f64)]) -> PValue {
    let usable = p.iter().filter(|(_, weight)| weight.is_finite() && *weight > 0.0);
    let (mut sum, mut squares) = (0.0, 0.0);
    for (p, weight) in usable {
        sum += weight * normal_score(*p);
        squares += weight * weight;
    }
    if squares == 0.0 { PValue::ONE } else { normal_at_least(sum / squares.sqrt()) }
}

/// The harmonic mean of p-values times e ln n (Vovk and Wang 2020): valid under **any** dependence, and strong where
/// one or few of many say much. Empty gives 1.
pub fn harmonic(p: &[PValue]) -> PValue {
    let n = p.len() as f64;
    if p.is_empty() {
        return PValue::ONE;
    }
    let mean = n / p.iter().map(|p| 1.0 / p.get()).sum::<f64>();
    // e ln n is below 1 for one p-value, which is as good as it is.
    PValue::clamped(mean * (std::f64::consts::E * n.ln()).max(1.0))
}

/// The z with P(Z ≥ z) = p, kept finite so that one p-value of 1 does not silence all others.
fn normal_score(p: PValue) -> f64 {
    const FARTHEST: f64 = 38.0;
    let Ok(normal) = Normal::new(0.0, 1.0) else { return 0.0 };
    (-normal.inverse_cdf(p.get())).clamp(-FARTHEST, FARTHEST)
}

/// tan((½ − p) π), written so that a small p keeps its digits.
fn cotangent(p: f64) -> f64 {
    if p < 1e-15 { 1.0 / (p * std::f64::consts::PI) } else { ((0.5 - p) * std::f64::consts::PI).tan() }
}

/// P(X > x) of a standard Cauchy variable, keeping the digits of small results.
fn cauchy_tail(x: f64) -> f64 {
    if x > 0.0 { (1.0 / x).atan() / std::f64::consts::PI } else { 0.5 - x.atan() / std::f64::consts::PI }
}
