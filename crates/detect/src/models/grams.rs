//! Weights of hashed n-grams: what a logistic regression over all short substrings has learned, in a byte each.

use super::bytes::{Reader, Writer};

/// Longest n-gram whose weight is looked up.
const LONGEST: usize = 4;

/// A weight for each of 2^bits hashes of n-grams of 1 to 4 symbols.
#[derive(Debug, Clone)]
pub(super) struct Grams {
    bits: u32,
    /// Weights in steps of `step`.
    weights: Vec<i8>,
    step: f32,
    intercept: f32,
}

impl Grams {
    /// From weights as they were learned; the largest become 127 steps.
    pub(super) fn new(bits: u32, weights: &[f32], intercept: f32) -> Self {
        let largest = weights.iter().fold(0.0_f32, |largest, weight| largest.max(weight.abs()));
        let step = largest.max(f32::MIN_POSITIVE) / 127.0;
        let weights = weights.iter().map(|weight| (weight / step).round() as i8).collect();
        Self { bits, weights, step, intercept }
    }

    /// What several of one size say together.
    pub(super) fn mean(of: &[Self], bits: u32) -> Self {
        let n = of.len().max(1) as f32;
        let mut weights = vec![0.0; 1 << bits];
        for grams in of {
            let own = grams.weights.iter().map(|weight| f32::from(*weight) * grams.step / n);
            weights.iter_mut().zip(own).for_each(|(sum, weight)| *sum += weight);
        }
        Self::new(bits, &weights, of.iter().map(|grams| grams.intercept / n).sum())
    }

    /// Sum of the weights of all n-grams of these symbols, in log odds.
    pub(super) fn log_odds(&self, symbols: &[u8]) -> f32 {
        let mut sum = 0_i32;
        visit(symbols, self.bits, |at| sum += self.weights.get(at).map_or(0, |weight| i32::from(*weight)));
        sum as f32 * self.step + self.intercept
    }

    /// Log odds of all, of the sixteen neighboring places that say most, and of the one place that says
    /// most: a telling part of a long text stands out however long the text is.
    pub(super) fn parts(&self, symbols: &[u8]) -> (f32, f32, f32) {
        const WINDOW: usize = 16;
        let mut window = [0_i32; WINDOW];
        let (mut total, mut running, mut best, mut best_place) = (0_i32, 0_i32, 0_i32, 0_i32);
        visit_places(symbols, self.bits, |place, hashes| {
            let own: i32 = hashes.iter().map(|at| self.weights.get(*at).map_or(0, |weight| i32::from(*weight))).sum();
            total += own;
            let slot = &mut window[place % WINDOW];
            running += own - *slot;
            *slot = own;
            best = best.max(running);
            best_place = best_place.max(own);
        });
        (total as f32 * self.step + self.intercept, best as f32 * self.step, best_place as f32 * self.step)
    }

    pub(super) fn write(&self, out: &mut Writer) {
        out.count(u64::from(self.bits));
        out.f32(self.step);
        out.f32(self.intercept);
        let weights: Vec<u8> = self.weights.iter().map(|weight| weight.cast_unsigned()).collect();
        out.raw(&weights);
    }

    /// `bits` is what the model expects.
    pub(super) fn read(from: &mut Reader<'_>, bits: u32) -> Option<Self> {
        if from.count()? != u64::from(bits) {
            return None;
        }
        let (step, intercept) = (from.f32()?, from.f32()?);
        let weights: Vec<i8> = from.raw()?.iter().map(|byte| byte.cast_signed()).collect();
        (weights.len() == 1 << bits).then_some(Self { bits, weights, step, intercept })
    }
}

/// Calls with the hash of each n-gram of the symbols, n from 1 to 4.
#[inline]
pub(super) fn visit(symbols: &[u8], bits: u32, mut each: impl FnMut(usize)) {
    visit_places(symbols, bits, |_, hashes| hashes.iter().for_each(|at| each(*at)));
}

/// Calls with each place and the hashes of the n-grams that begin there.
#[inline]
fn visit_places(symbols: &[u8], bits: u32, mut each: impl FnMut(usize, &[usize])) {
    let shift = 32 - bits;
    for place in 0..symbols.len() {
        let mut hashes = [0; LONGEST];
        let mut hash = 0_u32;
        let here = symbols.iter().skip(place);
        let mut n = 0;
        for (slot, symbol) in hashes.iter_mut().zip(here) {
            hash = (hash.rotate_left(7) ^ (u32::from(*symbol) + 1)).wrapping_mul(0x9e37_79b1);
            *slot = (hash >> shift) as usize;
            n += 1;
        }
        each(place, hashes.get(..n).unwrap_or(&hashes));
    }
}
