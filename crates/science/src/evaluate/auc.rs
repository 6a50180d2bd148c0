//! The area under the ROC curve, its interval, and whether two scores differ (DeLong, DeLong and Clarke-Pearson 1988).

use super::bootstrap::Bounds;
use crate::{
    PValue,
    hypothesis::{mann_whitney, normal_at_least},
};

/// An area and its standard error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Area {
    /// Chance that a `true` case scores higher than another one, ties counting half: 0 to 1.
    pub area: f64,
    pub standard_error: f64,
}

impl Area {
    /// 95 % of such intervals hold the true area; kept within 0 to 1.
    pub fn bounds(self) -> Bounds {
        let reach = NORMAL_975 * self.standard_error;
        Bounds { low: (self.area - reach).max(0.0), high: (self.area + reach).min(1.0) }
    }
}

/// What a second score of the **same** cases changes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// Area of the first less that of the second.
    pub difference: f64,
    pub standard_error: f64,
    /// Two-sided. Null hypothesis: both areas are equal.
    pub p_value: PValue,
}

/// z with P(Z ≤ z) = 0.975.
const NORMAL_975: f64 = 1.959_963_984_540_054;

/// `None` where one of the classes has less than two cases or a score is not a number. O(n log n).
pub fn area(cases: &[(f64, bool)]) -> Option<Area> {
    let parts = Components::of(cases)?;
    let variance = parts.covariance(&parts);
    Some(Area { area: parts.area, standard_error: variance.max(0.0).sqrt() })
}

/// Compares two scores of the same cases: both slices have the same labels in the same order, else `None`.
pub fn difference(first: &[(f64, bool)], second: &[(f64, bool)]) -> Option<Difference> {
    if first.len() != second.len() || first.iter().zip(second).any(|(a, b)| a.1 != b.1) {
        return None;
    }
    let (a, b) = (Components::of(first)?, Components::of(second)?);
    let difference = a.area - b.area;
    let variance = a.covariance(&a) + b.covariance(&b) - 2.0 * a.covariance(&b);
    let standard_error = variance.max(0.0).sqrt();
    let p_value = match difference.abs() / standard_error {
        z if z.is_finite() => PValue::clamped(2.0 * normal_at_least(z).get()),
        // No spread: equal scores, or scores that differ in every sample.
        _ => PValue::clamped(if difference == 0.0 { 1.0 } else { 0.0 }),
    };
    Some(Difference { difference, standard_error, p_value })
}

/// What each case contributes to the area.
struct Components {
    area: f64,
    /// Of each `true` case the share of others below it.
    positive: Vec<f64>,
    /// Of each other case the share of `true` cases above it.
    negative: Vec<f64>,
}

impl Components {
    fn of(cases: &[(f64, bool)]) -> Option<Self> {
        let of_class = |class| cases.iter().filter(move |case| case.1 == class).map(|case| case.0);
        let (positives, negatives): (Vec<f64>, Vec<f64>) = (of_class(true).collect(), of_class(false).collect());
        if positives.len() < 2 || negatives.len() < 2 {
            return None;
        }
        let area = mann_whitney(&positives, &negatives)?.superiority;
        let (ascending_positives, ascending_negatives) = (ascending(&positives), ascending(&negatives));
        let positive = positives.iter().map(|score| share_below(&ascending_negatives, *score));
        let negative = negatives.iter().map(|score| 1.0 - share_below(&ascending_positives, *score));
        Some(Self { area, positive: positive.collect(), negative: negative.collect() })
    }

    fn covariance(&self, other: &Self) -> f64 {
        let of = |a: &[f64], b: &[f64]| {
            let products = a.iter().zip(b).map(|(a, b)| (a - self.area) * (b - other.area));
            products.sum::<f64>() / (a.len() as f64 - 1.0) / a.len() as f64
        };
        of(&self.positive, &other.positive) + of(&self.negative, &other.negative)
    }
}

fn ascending(values: &[f64]) -> Vec<f64> {
    let mut values = values.to_vec();
    values.sort_unstable_by(f64::total_cmp);
    values
}

/// Share of values below the score, ties counting half.
fn share_below(ascending: &[f64], score: f64) -> f64 {
    let below = ascending.partition_point(|value| *value < score);
    let up_to = ascending.partition_point(|value| *value <= score);
    (below + up_to) as f64 / 2.0 / ascending.len() as f64
}
