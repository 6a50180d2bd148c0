//! Models at their borders; the references are in `tests/it`.

use proptest::prelude::*;

use super::*;

const PLAIN: Penalty = Penalty { l2: 1.0, l1: 0.0 };

fn cases(of: &[(&[(u32, f32)], bool)]) -> Cases {
    let mut cases = Cases::default();
    of.iter().for_each(|(features, label)| cases.push(features, *label, 1.0));
    cases
}

#[test]
fn nothing_is_learned_of_one_class_or_without_a_penalty() {
    let one = cases(&[(&[(0, 1.0)], true), (&[(1, 1.0)], true)]);
    assert_eq!(Logistic::fit(&one, PLAIN), None);
    let both = cases(&[(&[(0, 1.0)], true), (&[(1, 1.0)], false)]);
    for (l2, l1) in [(0.0, 0.0), (-1.0, 1.0), (1.0, f64::NAN), (f64::INFINITY, 0.0)] {
        assert_eq!(Logistic::fit(&both, Penalty { l2, l1 }), None);
    }
    assert_eq!(Logistic::fit(&Cases::default(), PLAIN), None);
}

#[test]
fn cases_that_say_nothing_are_left_out() {
    let mut cases = Cases::default();
    cases.push(&[(0, 1.0)], true, 0.0);
    cases.push(&[(0, 1.0)], true, f64::NAN);
    assert!(cases.is_empty());
    cases.push(&[(0, f32::NAN), (7, 2.0)], true, 1.0);
    cases.push(&[], false, 3.0);
    assert_eq!((cases.len(), cases.n_features()), (2, 8));
    let fit = Logistic::fit(&cases, PLAIN).expect("both classes");
    assert!(fit.weights[7] > 0.0 && fit.weights[0] == 0.0);
}

#[test]
fn balanced_classes_weigh_the_same() {
    let mut few = Cases::default();
    (0..90).for_each(|_| few.push(&[(0, 1.0)], false, 1.0));
    (0..10).for_each(|_| few.push(&[(0, 1.0)], true, 1.0));
    let skewed = Logistic::fit(&few, PLAIN).expect("both classes");
    few.balance();
    let balanced = Logistic::fit(&few, PLAIN).expect("both classes");
    assert!((skewed.probability(&[(0, 1.0)]) - 0.1).abs() < 0.01);
    assert!((balanced.probability(&[(0, 1.0)]) - 0.5).abs() < 0.01);
}

#[test]
fn absolute_values_make_weights_zero() {
    let rows: Vec<([(u32, f32); 2], bool)> =
        (0..200_u16).map(|n| ([(0, f32::from(n % 2)), (1, f32::from(n % 7) / 7.0)], n % 2 == 1)).collect();
    let mut cases = Cases::default();
    rows.iter().for_each(|(features, label)| cases.push(features, *label, 1.0));
    let fit = Logistic::fit(&cases, Penalty { l2: 0.0, l1: 3.0 }).expect("both classes");
    assert!(fit.weights[0] > 1.0);
    assert_eq!(fit.weights[1], 0.0);
}

#[test]
fn a_cut_or_changed_model_is_refused() {
    let model = Logistic { weights: vec![0.0, 1.5, 0.0, 0.0, -2.0, 0.0], intercept: 0.25 };
    let bytes = model.to_bytes();
    assert_eq!(Logistic::from_bytes(&bytes), Some(model));
    for n in 0..bytes.len() {
        assert_eq!(Logistic::from_bytes(&bytes[..n]), None);
        let mut changed = bytes.clone();
        changed[n] ^= 0x10;
        assert_eq!(Logistic::from_bytes(&changed), None);
    }
}

proptest! {
    #[test]
    fn weights_survive_the_way_through_bytes(weights in prop::collection::vec(prop_oneof![Just(0.0f32), -9.0f32..9.0], 0..300), intercept in -5.0..5.0f64) {
        let model = Logistic { weights, intercept };
        prop_assert_eq!(Logistic::from_bytes(&model.to_bytes()), Some(model));
    }

    #[test]
    fn any_bytes_are_a_model_or_none(mut bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Logistic::from_bytes(&bytes);
        // With the right head and sum only the body is hostile.
        bytes.splice(0..0, *b"MLGR\x01");
        let mut whole = bytes::Writer::new([bytes[0], bytes[1], bytes[2], bytes[3]], bytes[4]);
        bytes[5..].iter().for_each(|byte| whole.byte(*byte));
        let _ = Logistic::from_bytes(&whole.into_bytes());
    }
}
