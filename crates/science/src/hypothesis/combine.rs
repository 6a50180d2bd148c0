//! Several p-values for one hypothesis become one.

use statrs::function::gamma::checked_gamma_ur;

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

/// tan((½ − p) π), written so that a small p keeps its digits.
fn cotangent(p: f64) -> f64 {
    if p < 1e-15 { 1.0 / (p * std::f64::consts::PI) } else { ((0.5 - p) * std::f64::consts::PI).tan() }
}

/// P(X > x) of a standard Cauchy variable, keeping the digits of small results.
fn cauchy_tail(x: f64) -> f64 {
    if x > 0.0 { (1.0 / x).atan() / std::f64::consts::PI } else { 0.5 - x.atan() / std::f64::consts::PI }
}
