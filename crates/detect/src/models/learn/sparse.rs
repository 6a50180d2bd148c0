//! Logistic regression over hashed n-grams, by averaged stochastic descent.

use super::Dice;
use crate::models::grams::{Grams, visit};

/// Symbols of a text, label, weight.
pub(in crate::models) type GramCases<'a> = Vec<(&'a [u8], bool, f32)>;

/// Passes over all cases: more change nothing any more at this penalty.
const PASSES: usize = 6;
/// Pulls weights to 0, so that n-grams which were met once say little.
const PENALTY: f32 = 3e-6;
/// First step size; it falls as 1 / (1 + `PENALTY` · step · cases seen).
const STEP: f32 = 0.05;

/// The average over the later passes is what is kept: the last step of a random walk is noise.
pub(in crate::models) fn learn_grams(cases: &GramCases<'_>, bits: u32, seed: u64) -> Grams {
    let mut weights = vec![0.0_f32; 1 << bits];
    let mut sums = vec![0.0_f32; 1 << bits];
    let (mut intercept, mut intercept_sum) = (0.0_f32, 0.0_f32);
    let mut order: Vec<usize> = (0..cases.len()).collect();
    let mut dice = Dice::new(seed);
    let (mut seen, mut n_sums) = (0.0_f32, 0.0_f32);
    let mut hashes = Vec::new();
    for pass in 0..PASSES {
        dice.shuffle(&mut order);
        for (text, label, weight) in order.iter().filter_map(|at| cases.get(*at)) {
            hashes.clear();
            visit(text, bits, |at| hashes.push(at));
            let log_odds = intercept + hashes.iter().filter_map(|at| weights.get(*at)).sum::<f32>();
            let error = 1.0 / (1.0 + (-log_odds).exp()) - f32::from(u8::from(*label));
            // Long texts have many n-grams: their step is shared among them, or one text would shake all weights.
            let step = STEP / (1.0 + PENALTY * STEP * seen) / (hashes.len() as f32).sqrt().max(1.0);
            let pull = step * error * weight;
            for at in &hashes {
                if let Some(kept) = weights.get_mut(*at) {
                    *kept -= pull + step * PENALTY * *kept;
                }
            }
            intercept -= pull;
            seen += 1.0;
        }
        if pass >= PASSES / 2 {
            sums.iter_mut().zip(&weights).for_each(|(sum, weight)| *sum += weight);
            intercept_sum += intercept;
            n_sums += 1.0;
        }
    }
    sums.iter_mut().for_each(|sum| *sum /= n_sums);
    Grams::new(bits, &sums, intercept_sum / n_sums)
}
