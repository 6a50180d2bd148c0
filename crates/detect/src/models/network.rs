//! A small network: features, one layer of hidden units beside a straight way, log odds.

use super::bytes::{Reader, Writer};

/// Features are held within this many standard deviations: nothing may grow without bound because an attacker made
/// one feature extreme.
const CLIP: f32 = 8.0;

/// Log odds = bias + straight · x + Σ out · max(0, hidden · x + hidden bias), where x is features made comparable.
///
/// The straight way lets evidence add up where hidden units have no more to say; hidden units hold what only matters
/// together, such as length and strangeness.
#[derive(Debug, Clone)]
pub(super) struct Network<const FEATURES: usize> {
    pub(super) center: [f32; FEATURES],
    /// 1 / standard deviation.
    pub(super) scale: [f32; FEATURES],
    pub(super) straight: [f32; FEATURES],
    pub(super) bias: f32,
    pub(super) hidden: Vec<Unit<FEATURES>>,
}

#[derive(Debug, Clone)]
pub(super) struct Unit<const FEATURES: usize> {
    pub(super) weights: [f32; FEATURES],
    pub(super) bias: f32,
    pub(super) out: f32,
}

impl<const FEATURES: usize> Network<FEATURES> {
    /// More hidden units than any model here needs.
    const HIDDEN_MAX: u64 = 1_024;

    /// Features made comparable.
    pub(super) fn standardized(&self, features: &[f32; FEATURES]) -> [f32; FEATURES] {
        let mut x = *features;
        for ((x, center), scale) in x.iter_mut().zip(&self.center).zip(&self.scale) {
            *x = ((*x - center) * scale).clamp(-CLIP, CLIP);
        }
        x
    }

    pub(super) fn log_odds(&self, features: &[f32; FEATURES]) -> f32 {
        let x = self.standardized(features);
        let mut sum = self.bias + dot(&self.straight, &x);
        for unit in &self.hidden {
            sum += unit.out * (dot(&unit.weights, &x) + unit.bias).max(0.0);
        }
        sum
    }

    pub(super) fn write(&self, out: &mut Writer) {
        out.f32s(&self.center);
        out.f32s(&self.scale);
        out.f32s(&self.straight);
        out.f32(self.bias);
        out.count(self.hidden.len() as u64);
        for unit in &self.hidden {
            out.f32s(&unit.weights);
            out.f32(unit.bias);
            out.f32(unit.out);
        }
    }

    pub(super) fn read(from: &mut Reader<'_>) -> Option<Self> {
        let mut array = || -> Option<[f32; FEATURES]> { from.f32s(FEATURES)?.try_into().ok() };
        let (center, scale, straight) = (array()?, array()?, array()?);
        let bias = from.f32()?;
        let n = from.count()?;
        if n > Self::HIDDEN_MAX {
            return None;
        }
        let mut hidden = Vec::new();
        for _ in 0..n {
            let weights = from.f32s(FEATURES)?.try_into().ok()?;
            hidden.push(Unit { weights, bias: from.f32()?, out: from.f32()? });
        }
        Some(Self { center, scale, straight, bias, hidden })
    }
}

/// Eight sums side by side, so that the compiler can use wide registers: it may not change the order of float additions.
#[inline]
fn dot<const FEATURES: usize>(a: &[f32; FEATURES], b: &[f32; FEATURES]) -> f32 {
    let (a_eights, a_rest) = a.as_chunks::<8>();
    let (b_eights, b_rest) = b.as_chunks::<8>();
    let mut sums = [0.0_f32; 8];
    for (a, b) in a_eights.iter().zip(b_eights) {
        for lane in 0..8 {
            sums[lane] += a[lane] * b[lane];
        }
    }
    sums.iter().sum::<f32>() + a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum::<f32>()
}
