//! Conformal p-values where some calibration cases are more like the new one than others.

use crate::PValue;

/// The weighted conformal p-value: (Σ weights of scores ≥ `score` + `own`) / (Σ weights + `own`).
///
/// Valid where weights are likelihood ratios of the new population to the old one (Tibshirani, Foygel Barber, Candès
/// and Ramdas 2019). With weights fixed beforehand, such as [`recency_weights`], and cases that drift, the error of
/// P(p ≤ t) ≤ t is at most the weighted mean of the distances between the old distributions and the new one (Foygel
/// Barber, Candès, Ramdas and Tibshirani 2023): recent cases count because they are nearer.
///
/// `cases` are score and weight; what is not a finite number, or a negative weight, counts as a case that exceeds
/// the new one with weight 0. `own` is the weight of the new case, for recency 1. No case at all gives 1.
pub fn weighted(cases: impl IntoIterator<Item = (f64, f64)>, score: f64, own: f64) -> PValue {
    if score.is_nan() || !(own > 0.0 && own.is_finite()) {
        return PValue::ONE;
    }
    let (mut at_least, mut all) = (own, own);
    for (known, weight) in cases {
        if known.is_finite() && weight > 0.0 && weight.is_finite() {
            all += weight;
            at_least += if known >= score { weight } else { 0.0 };
        }
    }
    PValue::clamped(at_least / all)
}

/// Weights of cases by age, halved every `half_life`; both in one unit. The effective number of cases is about
/// 1.44 × `half_life` × cases a unit.
pub fn recency_weights(ages: impl IntoIterator<Item = f64>, half_life: f64) -> impl Iterator<Item = f64> {
    ages.into_iter().map(move |age| (-std::f64::consts::LN_2 * age.max(0.0) / half_life).exp())
}
