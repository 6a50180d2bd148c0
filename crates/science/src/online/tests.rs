//! Online procedures at their borders; the references are in `tests/it`.

use proptest::prelude::*;

use super::{
    levels::{slow, steep},
    *,
};
use crate::{EValue, PValue};

#[test]
fn no_budget_is_spent_twice() {
    // Up to a million tests; the rest of both series is positive.
    let sum = |series: fn(u64) -> f64| (1..=1_000_000).map(series).sum::<f64>();
    assert!(sum(slow) < 1.0 && sum(steep) < 1.0, "{} {}", sum(slow), sum(steep));
    assert_eq!((slow(0), steep(0)), (0.0, 0.0));
}

#[test]
fn a_rate_that_is_no_number_rejects_nothing_but_certainty() {
    assert!(!Lord::new(f64::NAN).test(PValue::clamped(1e-300)).rejected);
    assert!(!ELond::new(-1.0).test(EValue::new(1e300).expect("positive")).rejected);
    assert!(Saffron::new(7.0).next_level() <= 0.5);
}

#[test]
fn time_stays_bounded_however_many_discoveries_there_are() {
    let (mut lord, mut saffron) = (Lord::new(0.1), Saffron::new(0.1));
    let certain = PValue::clamped(0.0);
    for _ in 0..20_000 {
        assert!(lord.test(certain).rejected && saffron.test(certain).rejected);
    }
    assert!(lord.next_level() > 0.0 && saffron.next_level() <= 0.5);
}

proptest! {
    /// LORD++ keeps Σ α_t ≤ α max(1, discoveries), which is what holds the rate.
    #[test]
    fn levels_are_earned(p in prop::collection::vec(0.0..1.0f64, 1..300), alpha in 0.01..0.3f64) {
        let mut lord = Lord::new(alpha);
        let (mut spent, mut rejected) = (0.0, 0.0f64);
        for p in p {
            // Small p-values now and then, so that there are discoveries.
            let decision = lord.test(PValue::clamped(p.powi(12)));
            spent += decision.level;
            rejected += f64::from(u8::from(decision.rejected));
            prop_assert!(spent <= alpha * rejected.max(1.0) + 1e-9);
        }
    }
}
