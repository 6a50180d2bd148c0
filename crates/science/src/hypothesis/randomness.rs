//! Whether a series has an order, and tests that need no theory because they shuffle.

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng as _, SeedableRng as _},
};

use super::normal_at_least;
use crate::PValue;

/// Wald and Wolfowitz's runs test, two-sided. Null hypothesis: the order of the two kinds of value is random.
///
/// Few runs mean that like follows like, many that values alternate. Normal approximation, good from ten of each kind.
/// `None` where one kind is missing.
pub fn runs(values: &[bool]) -> Option<PValue> {
    let n_true = values.iter().filter(|value| **value).count() as f64;
    let n_false = values.len() as f64 - n_true;
    if n_true == 0.0 || n_false == 0.0 {
        return None;
    }
    let n = n_true + n_false;
    let runs = values.chunk_by(|a, b| a == b).count() as f64;
    let mean = 2.0 * n_true * n_false / n + 1.0;
    let variance = (mean - 1.0) * (mean - 2.0) / (n - 1.0);
    if variance <= 0.0 {
        return Some(PValue::ONE);
    }
    let z = (runs - mean).abs() / variance.sqrt();
    Some(PValue::clamped(2.0 * normal_at_least(z).get()))
}

/// A permutation test. Null hypothesis: which of the values belong to the first `n_first` is a matter of chance.
///
/// `statistic` is computed on the values as they are and on `rounds` shuffles; the p-value is the share, the observed
/// order included, in which it is at least as large (Phipson and Smyth 2010): valid for any statistic, at least
/// 1 / (rounds + 1). The same seed gives the same answer.
pub fn permutation(
    values: &[f64],
    n_first: usize,
    rounds: usize,
    seed: u64,
    statistic: impl Fn(&[f64], &[f64]) -> f64,
) -> PValue {
    let mut values = values.to_vec();
    let n_first = n_first.min(values.len());
    let of = |values: &[f64]| {
        let (first, second) = values.split_at(n_first);
        statistic(first, second)
    };
    let observed = of(&values);
    if observed.is_nan() {
        return PValue::ONE;
    }
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut as_large = 1usize;
    for _ in 0..rounds {
        shuffle(&mut values, &mut random);
        as_large += usize::from(of(&values) >= observed);
    }
    PValue::clamped(as_large as f64 / (rounds + 1) as f64)
}

/// Fisher and Yates.
fn shuffle(values: &mut [f64], random: &mut ChaCha8Rng) {
    for last in (1..values.len()).rev() {
        values.swap(last, below(last + 1, random));
    }
}

/// A number from 0 to `bound` − 1; the bias of the multiplication is below 2⁻³² for any length of a series.
pub(crate) fn below(bound: usize, random: &mut ChaCha8Rng) -> usize {
    ((u128::from(random.next_u64()) * bound as u128) >> 64) as usize
}
