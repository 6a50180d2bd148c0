//! Fits of tails against scipy's maximum likelihood.

use science::extremes::Pareto;

use crate::support::{number, numbers, rows};

/// Ours may be more likely than theirs, never less.
#[test]
fn tails_are_as_likely_as_can_be() {
    for row in rows("pareto") {
        let excesses = numbers(&row[0]);
        let ours = Pareto::fit(&excesses).expect("positive excesses");
        let density = |y: &f64| -ours.scale.ln() - (1.0 + 1.0 / ours.shape) * (1.0 + ours.shape * y / ours.scale).ln();
        let likelihood: f64 = excesses.iter().map(density).sum();
        let theirs = number(&row[3]);
        assert!(likelihood > theirs - 1e-3, "{likelihood} is less than {theirs}");
        if likelihood < theirs + 1e-2 {
            let (shape, scale) = (number(&row[1]), number(&row[2]));
            assert!((ours.shape - shape).abs() < 0.02 && (ours.scale / scale - 1.0).abs() < 0.02, "{ours:?}");
        }
    }
}
