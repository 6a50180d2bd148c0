//! Tails at their borders, and p-values that are what they say.

use proptest::prelude::*;
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng as _};

use super::*;
use crate::{PValue, hypothesis::below};

/// Draws from a unit exponential.
fn exponential(n: usize, seed: u64) -> Vec<f64> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    (0..n).map(|_| (1e9f64).ln() - (below(1_000_000_000, &mut random) as f64 + 0.5).ln()).collect()
}

#[test]
fn nothing_is_fitted_to_nothing() {
    assert_eq!(Pareto::fit(&[]), None);
    assert_eq!(Pareto::fit(&[f64::NAN, -1.0, 0.0]), None);
    assert_eq!(Spot::new(&[1.0; 1000], Peaks::default()), None);
    assert_eq!(Drifting::new(&[1.0, 2.0], 10, Peaks::default()), None);
}

#[test]
fn constant_excesses_do_not_break_the_fit() {
    let tail = Pareto::fit(&[2.0; 40]).expect("positive");
    assert!(tail.scale > 0.0 && tail.at_least(1.0).get() > 0.0);
}

/// One value in 100,000 of a known distribution is found at its level.
#[test]
fn levels_beyond_the_sample_are_right() {
    let mut spot = Spot::new(&exponential(20_000, 3), Peaks { kept: 2_000, ..Peaks::default() }).expect("peaks");
    let true_level = (1e5f64).ln();
    assert!((spot.level(1e-5) - true_level).abs() < 1.5, "{} is not {true_level}", spot.level(1e-5));

    let fresh = exponential(100_000, 4);
    let rare = fresh.iter().filter(|value| spot.next(**value).get() < 1e-3).count();
    assert!((60..160).contains(&rare), "{rare} of 100,000 have p < 0.001");
}

#[test]
fn a_drift_is_not_an_extreme_but_a_jump_is() {
    let values: Vec<f64> =
        exponential(30_000, 5).iter().enumerate().map(|(at, value)| value + at as f64 / 100.0).collect();
    let mut drifting = Drifting::new(&values[..5_000], 50, Peaks::default()).expect("peaks");
    let alarms = values[5_000..].iter().filter(|value| drifting.next(**value).get() < 1e-4).count();
    assert!(alarms < 15, "{alarms} alarms of drift alone");
    assert!(drifting.next(values[29_999] + 30.0).get() < 1e-6);
    assert_eq!(drifting.next(f64::NAN), PValue::ONE);
}

proptest! {
    #[test]
    fn a_tail_falls_and_its_quantile_is_its_inverse(shape in -0.4..1.5f64, scale in 0.01..100.0f64, p in 1e-9..1.0f64) {
        let tail = Pareto { shape, scale };
        prop_assert!((tail.at_least(tail.quantile(p)).get() / p - 1.0).abs() < 1e-6);
        prop_assert!(tail.at_least(1.0) >= tail.at_least(2.0));
    }

    #[test]
    fn any_excesses_give_a_tail(excesses in prop::collection::vec(1e-6..1e6f64, 1..60)) {
        let tail = Pareto::fit(&excesses).expect("positive");
        prop_assert!(tail.scale > 0.0 && tail.shape.is_finite());
        for excess in excesses {
            prop_assert!(tail.at_least(excess).get() >= 0.0);
        }
    }
}
