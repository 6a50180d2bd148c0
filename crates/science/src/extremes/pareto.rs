//! The generalized Pareto distribution, which the excesses over a high threshold follow whatever the rest is.

use crate::{
    PValue,
    describe::{self, Sorted},
};

/// P(excess > y) = (1 + shape · y / scale)^(−1/shape); e^(−y/scale) at shape 0 (Pickands 1975; Balkema and de Haan 1974).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pareto {
    /// ξ: above 0 a heavy tail, below 0 one that ends at −scale/shape.
    pub shape: f64,
    /// σ, positive, in units of the excesses.
    pub scale: f64,
}

impl Pareto {
    /// Maximum likelihood by Grimshaw's (1993) reduction to one dimension, with the roots of it and the exponential
    /// distribution as candidates, as in Siffer et al. (2017). `None` where there is no positive, finite excess.
    pub fn fit(excesses: &[f64]) -> Option<Self> {
        let excesses: Vec<f64> =
            excesses.iter().copied().filter(|excess| excess.is_finite() && *excess > 0.0).collect();
        let mean = describe::mean(&excesses)?;
        let sorted = Sorted::new(excesses.clone())?;
        let (&smallest, &largest) = (sorted.values().first()?, sorted.values().last()?);

        let exponential = Self { shape: 0.0, scale: mean };
        let mut best = (exponential.log_likelihood(&excesses), exponential);
        for theta in roots(&excesses, mean, smallest, largest) {
            let shape = mean_log(&excesses, theta);
            let candidate = Self { shape, scale: shape / theta };
            let likelihood = candidate.log_likelihood(&excesses);
            if candidate.scale > 0.0 && likelihood > best.0 {
                best = (likelihood, candidate);
            }
        }
        Some(best.1)
    }

    /// P(excess > `excess`), 1 for what is not above 0.
    pub fn at_least(self, excess: f64) -> PValue {
        if excess.is_nan() || excess <= 0.0 {
            return PValue::ONE;
        }
        if self.shape.abs() < NEARLY_EXPONENTIAL {
            return PValue::clamped((-excess / self.scale).exp());
        }
        let base = (1.0 + self.shape * excess / self.scale).max(0.0);
        PValue::clamped((-base.ln() / self.shape).exp())
    }

    /// The excess that is exceeded with this probability, 0 to 1.
    pub fn quantile(self, probability: f64) -> f64 {
        let probability = probability.clamp(f64::MIN_POSITIVE, 1.0);
        if self.shape.abs() < NEARLY_EXPONENTIAL {
            return -self.scale * probability.ln();
        }
        self.scale / self.shape * (-self.shape * probability.ln()).exp_m1()
    }

    fn log_likelihood(self, excesses: &[f64]) -> f64 {
        let n = excesses.len() as f64;
        if self.shape.abs() < NEARLY_EXPONENTIAL {
            return -n * self.scale.ln() - excesses.iter().sum::<f64>() / self.scale;
        }
        let logs: f64 = excesses.iter().map(|y| (1.0 + self.shape * y / self.scale).ln()).sum();
        let likelihood = -n * self.scale.ln() - (1.0 + 1.0 / self.shape) * logs;
        if likelihood.is_nan() { f64::NEG_INFINITY } else { likelihood }
    }
}

/// Shapes nearer to 0 lose more digits in the power than the exponential is wrong.
const NEARLY_EXPONENTIAL: f64 = 1e-8;

/// Places that each side of 0 is searched at.
const GRID: u32 = 60;

/// Halvings of an interval that holds a root: to the last bit.
const HALVINGS: u32 = 60;

/// Mean of ln(1 + θy): the shape that belongs to θ = shape / scale.
fn mean_log(excesses: &[f64], theta: f64) -> f64 {
    excesses.iter().map(|y| (theta * y).ln_1p()).sum::<f64>() / excesses.len() as f64
}

/// Where the derivative of the profile likelihood vanishes: mean(1/(1 + θy)) · (1 + mean ln(1 + θy)) = 1, θ ≠ 0.
fn slope(excesses: &[f64], theta: f64) -> f64 {
    let inverse = excesses.iter().map(|y| 1.0 / (1.0 + theta * y)).sum::<f64>() / excesses.len() as f64;
    inverse * (1.0 + mean_log(excesses, theta)) - 1.0
}

/// Roots within Grimshaw's bounds, each side of 0 searched on a grid that is denser near its ends.
fn roots(excesses: &[f64], mean: f64, smallest: f64, largest: f64) -> Vec<f64> {
    let (lowest, highest) = (-1.0 / largest, 2.0 * (mean - smallest) / (smallest * smallest));
    let margin = 1e-8 / mean;
    let mut roots = Vec::new();
    for (from, to) in [(lowest * (1.0 - 1e-9), -margin), (margin, highest.min(1e12 / mean))] {
        if from >= to || !to.is_finite() {
            continue;
        }
        // Equal steps in the logarithm of the distance to the pole below and to 0 above.
        let (near, far) = if from < 0.0 { (from - lowest, to - lowest) } else { (from, to) };
        let at = |step: u32| {
            let distance = near * (far / near).powf(f64::from(step) / f64::from(GRID));
            if from < 0.0 { lowest + distance } else { distance }
        };
        for step in 0..GRID {
            roots.extend(bisect(excesses, at(step), at(step + 1)));
        }
    }
    roots
}

/// The root between two places of opposite sign.
fn bisect(excesses: &[f64], mut low: f64, mut high: f64) -> Option<f64> {
    let (sign_low, sign_high) = (slope(excesses, low).signum(), slope(excesses, high).signum());
    // The signs of a root cancel; what is not a number cancels nothing.
    if sign_low + sign_high != 0.0 {
        return None;
    }
    for _ in 0..HALVINGS {
        let middle = (low + high) / 2.0;
        if slope(excesses, middle).signum() == sign_low { low = middle } else { high = middle }
    }
    Some((low + high) / 2.0)
}
