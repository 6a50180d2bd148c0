//! Conformal p-values at their borders, and what they promise.

use proptest::prelude::*;

use super::*;
use crate::PValue;

fn scores(n: std::ops::Range<usize>) -> impl Strategy<Value = Vec<f64>> {
    // Few distinct values, so that there are ties.
    prop::collection::vec((0..40).prop_map(|score| f64::from(score) / 4.0), n)
}

#[test]
fn nothing_is_said_without_calibration() {
    assert_eq!(Calibration::new(vec![]), None);
    assert_eq!(Calibration::new(vec![1.0, f64::NAN]), None);
    assert_eq!(Rolling::new(5).p_value(9.0), PValue::ONE);
    assert_eq!(weighted([], 3.0, 1.0), PValue::ONE);
    assert_eq!(Mondrian::<u8>::new([], 5), None);
}

#[test]
fn what_is_not_a_number_is_no_evidence() {
    let calibration = Calibration::new(vec![1.0, 2.0]).expect("finite");
    assert_eq!(calibration.p_value(f64::NAN), PValue::ONE);
    assert_eq!(calibration.p_value(f64::INFINITY).get(), 1.0 / 3.0);
    assert_eq!(weighted([(1.0, f64::NAN), (f64::NAN, 1.0)], 0.0, 1.0), PValue::ONE);
    let mut rolling = Rolling::new(2);
    rolling.learn(f64::NAN);
    assert_eq!(rolling.size(), 0);
}

#[test]
fn a_segment_of_few_cases_is_compared_with_all() {
    let cases = (0..30).map(|i| ("busy", f64::from(i))).chain([("quiet", 100.0)]);
    let mondrian = Mondrian::new(cases, 10).expect("finite");
    let busy = mondrian.judge(&"busy", 50.0);
    assert_eq!((busy.n, busy.pooled, busy.p_value.get()), (30, false, 1.0 / 31.0));
    let quiet = mondrian.judge(&"quiet", 50.0);
    assert_eq!((quiet.n, quiet.pooled, quiet.p_value.get()), (31, true, 2.0 / 32.0));
}

#[test]
fn recent_cases_count_more() {
    let weights: Vec<f64> = recency_weights([0.0, 7.0, 14.0], 7.0).collect();
    assert!((weights[1] - 0.5).abs() < 1e-12 && (weights[2] - 0.25).abs() < 1e-12);
    let drifted = weighted([9.0, 1.0, 1.0].into_iter().zip(weights), 5.0, 1.0);
    assert!((drifted.get() - 2.0 / 2.75).abs() < 1e-12);
}

#[test]
fn wealth_survives_a_million_lost_bets() {
    let (mut jumper, mut power, mut histogram) = (Jumper::new(0.01), PowerMixture::new(), Histogram::new(20));
    for _ in 0..1_000_000 {
        for p in [jumper.bet(PValue::ONE), power.bet(PValue::ONE), histogram.bet(PValue::ONE)] {
            assert!(p.get() >= 0.0);
        }
    }
    assert!(jumper.wealth().get() > 1e6, "p-values that are all 1 are not uniform");
    assert!(power.wealth().get() < 0.06, "but they are not small");
}

/// Under the null hypothesis a bet cannot win on average: its mean over uniform p is 1.
#[test]
fn bets_are_fair() {
    let grid = (0..10_000).map(|i| PValue::clamped((f64::from(i) + 0.5) / 10_000.0));
    let (mut jumper, mut histogram) = (Jumper::new(0.05), Histogram::new(20));
    for p in [0.01, 0.3, 0.02, 0.9].map(PValue::clamped) {
        jumper.bet(p);
        histogram.bet(p);
    }
    let mean = |next: &dyn Fn(PValue) -> f64| grid.clone().map(next).sum::<f64>() / 10_000.0;
    let jumped = mean(&|p| jumper.clone().bet(p).get()) / jumper.wealth().get();
    let binned = mean(&|p| histogram.clone().bet(p).get()) / histogram.wealth().get();
    assert!((jumped - 1.0).abs() < 1e-6 && (binned - 1.0).abs() < 1e-6, "{jumped} {binned}");
}

proptest! {
    /// Of exchangeable cases the one looked at is as likely to have any rank, so at most a share t has p ≤ t: exact,
    /// by looking at each of them in turn.
    #[test]
    fn p_values_of_exchangeable_cases_are_valid(all in scores(2..40)) {
        let n = all.len();
        let p: Vec<f64> = (0..n).map(|left_out| {
            let mut others = all.clone();
            let score = others.remove(left_out);
            Calibration::new(others).expect("finite").p_value(score).get()
        }).collect();
        for share in 1..=n {
            let level = share as f64 / n as f64;
            prop_assert!(p.iter().filter(|p| **p <= level + 1e-12).count() <= share);
        }
    }

    #[test]
    fn a_stream_is_judged_as_its_last_cases_would_judge_it(all in scores(1..80), capacity in 1usize..20) {
        let mut rolling = Rolling::new(capacity);
        for (at, score) in all.iter().enumerate() {
            let before = all[at.saturating_sub(capacity)..at].to_vec();
            let expected = Calibration::new(before).map_or(PValue::ONE, |before| before.p_value(*score));
            prop_assert_eq!(rolling.next(*score), expected);
        }
    }

    #[test]
    fn equal_weights_are_no_weights(known in scores(1..40), score in 0.0..10.0f64) {
        let plain = Calibration::new(known.clone()).expect("finite").p_value(score);
        let weighed = weighted(known.into_iter().map(|known| (known, 1.0)), score, 1.0);
        prop_assert!((plain.get() - weighed.get()).abs() < 1e-12);
    }
}
