//! Tests of hypotheses at their borders; the references are in `tests/it`.

use proptest::prelude::*;

use super::*;
use crate::{PValue, describe::Sorted};

fn p_values() -> impl Strategy<Value = Vec<PValue>> {
    prop::collection::vec(0.0..=1.0f64, 0..60).prop_map(|p| p.into_iter().filter_map(PValue::new).collect())
}

#[test]
fn a_constant_gap_is_as_regular_as_can_be() {
    let metronome = Sorted::new(vec![60.0; 12]).expect("finite");
    let outcome = spacings(&metronome, 1.0).expect("enough gaps");
    assert!(outcome.ratio.is_infinite() && outcome.p_value.get() == 0.0);
}

#[test]
fn nothing_can_be_said_of_three_gaps_or_of_gaps_of_zero() {
    assert_eq!(spacings(&Sorted::new(vec![60.0; 3]).expect("finite"), 1.0), None);
    let zeros = spacings(&Sorted::new(vec![0.0; 9]).expect("finite"), 1.0).expect("enough gaps");
    assert_eq!(zeros.p_value, PValue::ONE);
}

#[test]
fn exact_tests_at_their_borders() {
    assert_eq!((binomial_differs(0, 0, 0.5), binomial_differs(6, 5, 0.5)), (PValue::ONE, PValue::ONE));
    assert_eq!((binomial_differs(0, 5, 0.0).get(), binomial_differs(1, 5, 0.0).get()), (1.0, 0.0));
    assert!(binomial_differs(u64::MAX, u64::MAX, 0.5).get() < 1e-9);
    // Two outcomes, equally likely: neither is evidence, on whichever side of the peak rounding puts it.
    for [a, b] in [[1, 0], [0, 1]] {
        assert!(fisher_exact([[a, b], [b, a]]).two_sided.get() > 1.0 - 1e-12);
        assert!(binomial_differs(a, 1, 0.5).get() > 1.0 - 1e-12);
    }
    for tied in [[[5, 4], [4, 5]], [[20, 19], [19, 20]], [[19, 20], [20, 19]]] {
        assert!(fisher_exact(tied).two_sided.get() > 1.0 - 1e-9, "{tied:?}");
    }
    assert_eq!(rates_differ(3, 0.0, 1, 1.0, 1.0), PValue::ONE);
    assert_eq!(fisher_exact([[0, 0], [0, 0]]).two_sided, PValue::ONE);
    assert_eq!(fisher_exact([[u64::MAX, 1], [1, u64::MAX]]).greater, PValue::ONE);
    assert!(fisher_exact([[100_000_000, 0], [0, 100_000_000]]).two_sided.get() < 1e-300);
    let (one, two) = (Sorted::new(vec![1.0]).expect("finite"), Sorted::new(vec![2.0, 3.0]).expect("finite"));
    assert!((kolmogorov_smirnov(&one, &two).p_value.get() - 2.0 / 3.0).abs() < 1e-12);
}

#[test]
fn impossible_parameters_are_no_evidence() {
    assert_eq!(binomial_at_least(3, 5, f64::NAN), PValue::ONE);
    assert_eq!(poisson_at_least(3, -1.0), PValue::ONE);
    assert_eq!(f_at_least(f64::NAN, 2.0, 2.0), PValue::ONE);
    assert_eq!(phase_coherence(&[1.0], 0.0), None);
    assert_eq!((fisher(&[]), cauchy(&[])), (PValue::ONE, PValue::ONE));
}

proptest! {
    /// By adding up all outcomes.
    #[test]
    fn small_chances_are_added_up(n in 1..30u64, k in 0..30u64, chance in 0.01..0.99f64) {
        let k = k.min(n);
        let at_least = |k: u64| if k > n { 0.0 } else { binomial_at_least(k, n, chance).get() };
        let of = |k: u64| at_least(k) - at_least(k + 1);
        let sum: f64 = (0..=n).map(of).filter(|other| *other <= of(k) * (1.0 + 1e-7)).sum();
        prop_assert!((binomial_differs(k, n, chance).get() - sum.min(1.0)).abs() < 1e-9);
    }

    #[test]
    fn q_values_keep_the_order_and_exceed_p(p in p_values()) {
        let q = benjamini_hochberg(&p);
        let yekutieli = benjamini_yekutieli(&p);
        for i in 0..p.len() {
            prop_assert!(q[i].get() >= p[i].get() - 1e-12);
            prop_assert!(yekutieli[i].get() >= q[i].get() - 1e-12);
            for j in 0..p.len() {
                prop_assert!(p[i] >= p[j] || q[i] <= q[j]);
            }
        }
    }

    #[test]
    fn regularity_does_not_depend_on_the_unit_of_time(gaps in prop::collection::vec(0.1..1e4f64, 4..80), unit in 1e-3..1e3f64) {
        let one = spacings(&Sorted::new(gaps.clone()).expect("finite"), 1.0).expect("enough gaps");
        let other = spacings(&Sorted::new(gaps.iter().map(|gap| gap * unit).collect()).expect("finite"), 1.0)
            .expect("enough gaps");
        prop_assert!((one.p_value.get() - other.p_value.get()).abs() < 1e-6);
    }

    #[test]
    fn a_wider_null_hypothesis_is_harder_to_reject(gaps in prop::collection::vec(0.1..1e4f64, 4..80)) {
        let gaps = Sorted::new(gaps).expect("finite");
        let (exact, wide) = (spacings(&gaps, 1.0), spacings(&gaps, 2.0));
        prop_assert!(exact.expect("enough gaps").p_value <= wide.expect("enough gaps").p_value);
    }
}

#[test]
fn few_events_are_as_unlikely_as_their_distribution_says() {
    // Of no event the chance is (size / (mean + size))^size, and e^−mean for Poisson.
    assert!((negative_binomial_at_most(0, 50.0, 5.0).get() / (5.0_f64 / 55.0).powi(5) - 1.0).abs() < 1e-9);
    assert!((negative_binomial_at_most(0, 7.0, f64::INFINITY).get() / (-7.0_f64).exp() - 1.0).abs() < 1e-9);
    for (events, mean, size) in [(3, 50.0, 5.0), (40, 50.0, 2.5), (7, 20.0, f64::INFINITY), (900, 1_000.0, 0.5)] {
        let both = negative_binomial_at_most(events, mean, size).get()
            + negative_binomial_at_least(events + 1, mean, size).get();
        assert!((both - 1.0).abs() < 1e-9, "{events} of {mean}: {both}");
    }
    assert_eq!(negative_binomial_at_most(0, 0.0, 1.0), PValue::ONE);
    assert_eq!(negative_binomial_at_most(0, f64::NAN, 1.0), PValue::ONE);
}
