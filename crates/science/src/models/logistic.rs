//! Logistic regression over sparse features: a weight for each, and the sum becomes log odds.

use super::{
    bytes::{Reader, Writer},
    cases::Cases,
    descent::minimize,
};

/// P(true) = 1 / (1 + e^−(intercept + Σ weight · value)).
///
/// The log odds are those of the training cases with their weights: where the classes are balanced for training, or
/// are not as frequent as in life, calibrate before a probability is shown to anyone.
#[derive(Debug, Clone, PartialEq)]
pub struct Logistic {
    /// One a feature; a feature beyond the end has weight 0.
    pub weights: Vec<f32>,
    pub intercept: f64,
}

/// What holds the weights down: `Σ case weight · log loss + l2/2 · Σ weight² + l1 · Σ |weight|` is made smallest.
///
/// The intercept is free. In the words of scikit-learn, `l2` is 1/C.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Penalty {
    pub l2: f64,
    /// Makes weights exactly 0 where they gain too little.
    pub l1: f64,
}

impl Logistic {
    /// As many as hashing gives at most; learning with them all takes 3.5 gigabytes.
    pub const FEATURES_MAX: u32 = 1 << 24;
    /// More steps than any problem with a penalty has needed.
    const PASSES_MAX: usize = 1_000;
    /// The steepest slope of the mean loss that still counts as the bottom.
    const FLAT: f64 = 1e-5;
    const KIND: [u8; 4] = *b"MLGR";
    const VERSION: u8 = 1;

    /// Each step costs one pass over all features and 200 bytes a feature. Neither order nor a seed matters.
    ///
    /// `None` where one of the classes is missing, a feature is not below [`FEATURES_MAX`](Self::FEATURES_MAX), a
    /// penalty is negative or not finite, or both are 0: then nothing would hold the weights where the classes can be
    /// parted.
    pub fn fit(cases: &Cases, penalty: Penalty) -> Option<Self> {
        let held = penalty.l2 >= 0.0 && penalty.l1 >= 0.0 && (penalty.l2 + penalty.l1).is_finite();
        let fits = cases.n_features() <= Self::FEATURES_MAX;
        if !cases.has_both_classes() || !fits || !held || penalty.l2 + penalty.l1 == 0.0 {
            return None;
        }
        let total = cases.weight();
        let l2 = penalty.l2 / total;
        let smooth = |x: &[f64], gradient: &mut [f64]| mean_loss(cases, total, l2, x, gradient);
        let start = vec![0.0; cases.n_features() as usize + 1];
        let mut found = minimize(start, penalty.l1 / total, Self::FLAT, Self::PASSES_MAX, smooth);
        let intercept = found.pop()?;
        let single = |weight: f64| weight.clamp(f64::from(f32::MIN), f64::from(f32::MAX)) as f32;
        Some(Self { weights: found.into_iter().map(single).collect(), intercept })
    }

    /// Log odds: above 0 is more likely `true`. Values that are not finite are left out, as they are when learning.
    pub fn score(&self, features: &[(u32, f32)]) -> f64 {
        let weight = |feature: u32| f64::from(self.weights.get(feature as usize).copied().unwrap_or(0.0));
        let finite = features.iter().filter(|(_, value)| value.is_finite());
        self.intercept + finite.map(|(feature, value)| weight(*feature) * f64::from(*value)).sum::<f64>()
    }

    pub fn probability(&self, features: &[(u32, f32)]) -> f64 {
        sigmoid(self.score(features))
    }

    /// A header, then each weight that is not 0 behind the number of zeros before it.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Writer::new(Self::KIND, Self::VERSION);
        out.f64(self.intercept);
        out.u32(self.weights.len() as u32);
        let mut zeros = 0;
        for weight in &self.weights {
            if *weight == 0.0 {
                zeros += 1;
            } else {
                out.count(zeros);
                out.f32(*weight);
                zeros = 0;
            }
        }
        out.into_bytes()
    }

    /// `None` where the bytes are not such a model, are cut, or hold a number that is not finite.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut from = Reader::new(bytes, Self::KIND, Self::VERSION)?;
        let intercept = from.f64()?;
        let n = from.u32()?;
        // Few bytes cannot ask for much memory.
        if n > Self::FEATURES_MAX {
            return None;
        }
        let mut weights = vec![0.0; n as usize];
        let mut at = 0;
        while !from.is_empty() {
            at += from.count()? as usize;
            *weights.get_mut(at)? = from.f32()?;
            at += 1;
        }
        Some(Self { weights, intercept })
    }
}

/// Mean log loss and the penalty of squares at `x`, whose last number is the intercept; writes the gradient.
fn mean_loss(cases: &Cases, total: f64, l2: f64, x: &[f64], gradient: &mut [f64]) -> f64 {
    let Some((intercept, weights)) = x.split_last() else { return 0.0 };
    let Some((down_intercept, down)) = gradient.split_last_mut() else { return 0.0 };
    down.iter_mut().zip(weights).for_each(|(down, weight)| *down = l2 * weight);
    *down_intercept = 0.0;
    let mut loss = l2 / 2.0 * weights.iter().map(|weight| weight * weight).sum::<f64>();
    for (features, label, weight) in cases.iter() {
        let margin =
            features.iter().map(|(at, value)| weights[*at as usize] * f64::from(*value)).sum::<f64>() + intercept;
        let signed = if label { margin } else { -margin };
        loss += weight / total * softplus(-signed);
        let pull = weight / total * (sigmoid(margin) - f64::from(u8::from(label)));
        for (at, value) in features {
            down[*at as usize] += pull * f64::from(*value);
        }
        *down_intercept += pull;
    }
    loss
}

/// ln(1 + e^x) without overflow.
fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

pub(super) fn sigmoid(x: f64) -> f64 {
    if x >= 0.0 {
        1.0 / (1.0 + (-x).exp())
    } else {
        let e = x.exp();
        e / (1.0 + e)
    }
}
