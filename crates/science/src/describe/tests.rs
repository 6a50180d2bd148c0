//! Robust summaries, on cases that can be worked out by hand.

use proptest::prelude::*;

use super::*;

#[test]
fn nothing_is_said_of_nothing() {
    assert_eq!(Sorted::new(Vec::new()), None);
    assert_eq!(Sorted::new(vec![1.0, f64::NAN]), None);
    assert_eq!((mean(&[]), variance(&[1.0]), coefficient_of_variation(&[0.0, 0.0])), (None, None, None));
}

proptest! {
    #[test]
    fn quantiles_ascend_and_stay_inside(values in prop::collection::vec(-1e9..1e9f64, 1..50), a in 0.0..1.0f64, b in 0.0..1.0f64) {
        let sorted = Sorted::new(values).expect("finite and not empty");
        let (low, high) = (sorted.quantile(a.min(b)), sorted.quantile(a.max(b)));
        prop_assert!(low <= high && sorted.quantile(0.0) <= low && high <= sorted.quantile(1.0));
    }

    #[test]
    fn skew_is_bounded(values in prop::collection::vec(-1e9..1e9f64, 1..50)) {
        let skew = Sorted::new(values).expect("finite and not empty").bowley_skew();
        prop_assert!((-1.0 - 1e-9..=1.0 + 1e-9).contains(&skew));
    }
}
