//! Reads reference files and compares numbers.

use std::{fs, path::Path};

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng as _, SeedableRng as _},
};
use science::PValue;

/// Both sides compute in 64-bit floats by different formulas; ten digits agree where neither cancels.
pub(crate) const TOLERANCE: f64 = 1e-9;

/// Equal to within a relative tolerance; two that are not numbers are equal.
#[track_caller]
pub(crate) fn close(ours: f64, theirs: f64, tolerance: f64) {
    let equal = (ours - theirs).abs() <= tolerance * theirs.abs().max(1e-300);
    assert!(equal || (ours.is_nan() && theirs.is_nan()) || (ours == theirs), "{ours} is not {theirs}");
}

pub(crate) fn rows(name: &str) -> Vec<Vec<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("reference").join(name).with_extension("csv");
    let text = fs::read_to_string(path).expect("a reference file");
    text.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

pub(crate) fn number(text: &str) -> f64 {
    text.parse().expect("a number")
}

pub(crate) fn numbers(text: &str) -> Vec<f64> {
    text.split_whitespace().map(number).collect()
}

pub(crate) fn p_values(text: &str) -> Vec<PValue> {
    numbers(text).into_iter().filter_map(PValue::new).collect()
}

pub(crate) fn labels(text: &str) -> Vec<bool> {
    numbers(text).into_iter().map(|label| label == 1.0).collect()
}

/// Scores with their labels.
pub(crate) fn labelled(scores: &str, of: &str) -> Vec<(f64, bool)> {
    numbers(scores).into_iter().zip(labels(of)).collect()
}

/// Numbers for simulations: the same seed gives the same ones.
pub(crate) struct Random(ChaCha8Rng);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// From 0 to 1, neither of them.
    pub(crate) fn uniform(&mut self) -> f64 {
        ((self.0.next_u64() >> 12) as f64 + 0.5) / (1u64 << 52) as f64
    }

    /// Box and Muller.
    pub(crate) fn normal(&mut self) -> f64 {
        let (radius, angle) = (self.uniform(), self.uniform());
        (-2.0 * radius.ln()).sqrt() * (std::f64::consts::TAU * angle).cos()
    }
}
