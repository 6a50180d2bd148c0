//! Calibration at its borders; the references are in `tests/it`.

use proptest::prelude::*;

use super::*;

fn cases() -> impl Strategy<Value = Vec<(f64, bool)>> {
    prop::collection::vec(((0..25).prop_map(|score| f64::from(score) / 5.0), any::<bool>()), 1..60)
}

#[test]
fn nothing_is_fitted_to_nothing() {
    assert_eq!(Isotonic::fit([]), None);
    assert_eq!(Isotonic::fit([(1.0, 0.0, 0.0)]), None);
    assert_eq!(Platt::fit(&[(1.0, true), (2.0, true)]), None);
    assert_eq!(VennAbers::fit(&[(f64::NAN, true)]), None);
    assert_eq!((brier(&[]), log_loss(&[]), expected_calibration_error(&[], 10)), (None, None, None));
}

#[test]
fn separable_classes_do_not_make_certainty() {
    let cases: Vec<(f64, bool)> = (0..20).map(|i| (f64::from(i), i >= 10)).collect();
    let platt = Platt::fit(&cases).expect("both classes");
    assert!(platt.probability(19.0) < 0.999 && platt.probability(0.0) > 0.001);
    let abers = VennAbers::fit(&cases).expect("cases").interval(19.0).expect("a number");
    assert!(abers.low < 1.0 && abers.high == 1.0 && abers.probability() < 1.0);
}

#[test]
fn certainty_that_came_wrong_costs_much_but_not_everything() {
    assert!((log_loss(&[(0.0, true)]).expect("a case") - 34.5).abs() < 0.1);
    assert_eq!(brier(&[(1.0, true), (0.0, false)]), Some(0.0));
}

proptest! {
    #[test]
    fn isotonic_values_do_not_fall(cases in cases()) {
        let fit = Isotonic::fit(cases.iter().map(|&(score, is)| (score, f64::from(u8::from(is)), 1.0))).expect("cases");
        let values: Vec<f64> = (-5..30).filter_map(|score| fit.value(f64::from(score) / 5.0)).collect();
        prop_assert!(values.windows(2).all(|pair| pair[0] <= pair[1] + 1e-12));
    }

    /// The definition, computed the slow way: isotonic regression with the new case under either label.
    #[test]
    fn venn_abers_is_isotonic_regression_with_the_new_case(cases in cases(), score in -1.0..6.0f64) {
        let fast = VennAbers::fit(&cases).expect("cases").interval(score).expect("a number");
        let slow = |label: f64| {
            let known = cases.iter().map(|&(score, is)| (score, f64::from(u8::from(is)), 1.0));
            Isotonic::fit(known.chain([(score, label, 1.0)])).and_then(|fit| fit.value(score)).expect("cases")
        };
        prop_assert!((fast.low - slow(0.0)).abs() < 1e-9, "{} {}", fast.low, slow(0.0));
        prop_assert!((fast.high - slow(1.0)).abs() < 1e-9, "{} {}", fast.high, slow(1.0));
    }
}
