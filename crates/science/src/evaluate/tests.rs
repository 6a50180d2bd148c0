//! Measures at their borders; the references are in `tests/it`.

use proptest::prelude::*;

use super::*;
use crate::describe;

#[test]
fn nothing_is_measured_of_one_class() {
    let only_true = [(1.0, true), (2.0, true)];
    assert_eq!((area(&only_true), recall_at_rate(&only_true, 0.1)), (None, None));
    assert_eq!((average_precision(&[(1.0, false)]), precision_at(&[], 5)), (None, None));
    assert_eq!(precision_at(&only_true, 0), None);
    assert_eq!(bootstrap(&[] as &[f64], 10, 0.95, 1, describe::mean), None);
}

#[test]
fn a_budget_takes_a_part_of_equal_scores() {
    let cases = [(9.0, true), (5.0, true), (5.0, false), (5.0, false), (5.0, false), (1.0, true)];
    assert_eq!(precision_at(&cases, 1), Some(1.0));
    assert_eq!(precision_at(&cases, 3), Some((1.0 + 0.5) / 3.0));
    assert_eq!(precision_at(&cases, 99), Some(0.5));
}

#[test]
fn recall_is_what_a_rate_of_false_alarms_allows() {
    let cases: Vec<(f64, bool)> = (0..100).map(|i| (f64::from(i), i >= 95 || i == 50)).collect();
    assert_eq!(recall_at_rate(&cases, 0.0), Some(5.0 / 6.0));
    assert_eq!(recall_at_rate(&cases, 0.5), Some(1.0));
}

#[test]
fn scores_that_are_equal_do_not_differ() {
    let cases: Vec<(f64, bool)> = (0..40).map(|i| (f64::from(i % 7), i % 3 == 0)).collect();
    let same = difference(&cases, &cases).expect("both classes");
    assert_eq!((same.difference, same.p_value.get()), (0.0, 1.0));
    assert_eq!(difference(&cases, &cases[1..]), None);
}

proptest! {
    #[test]
    fn the_area_is_the_share_of_pairs_in_order(cases in prop::collection::vec(((0..9).prop_map(f64::from), any::<bool>()), 4..60)) {
        let Some(found) = area(&cases) else { return Ok(()) };
        let (mut pairs, mut ordered) = (0.0, 0.0);
        for (high, _) in cases.iter().filter(|case| case.1) {
            for (low, _) in cases.iter().filter(|case| !case.1) {
                pairs += 1.0;
                ordered += if high > low { 1.0 } else if high == low { 0.5 } else { 0.0 };
            }
        }
        prop_assert!((found.area - ordered / pairs).abs() < 1e-12);
        let bounds = found.bounds();
        prop_assert!(bounds.low <= found.area && found.area <= bounds.high);
    }

    #[test]
    fn an_interval_of_the_mean_holds_the_mean(values in prop::collection::vec(-100.0..100.0f64, 20..80)) {
        let bounds = bootstrap(&values, 400, 0.999, 7, describe::mean).expect("values");
        let mean = describe::mean(&values).expect("values");
        prop_assert!(bounds.low <= mean && mean <= bounds.high);
    }
}
