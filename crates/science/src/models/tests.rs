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
    let far = cases(&[(&[(u32::MAX, 1.0)], true), (&[(1, 1.0)], false)]);
    assert_eq!(Logistic::fit(&far, PLAIN), None);
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

fn spoken() -> Markov {
    let mut model = Markov::new(3, 100_000).expect("an order");
    ["mail", "maple", "market", "meadow", "marble", "medal", "mammal"]
        .iter()
        .for_each(|word| model.learn(word.as_bytes()));
    model
}

#[test]
fn what_is_spelled_like_the_known_takes_fewer_bits() {
    let model = spoken();
    assert!(model.surprise(b"marmal") < 4.0 && model.surprise(b"xqzvkj") > 7.0);
    assert!(model.bits(b"") > 0.0);
    let ignorant = Markov::new(3, 0).expect("an order");
    assert!((ignorant.surprise(b"anything") - 257.0_f64.log2()).abs() < 1e-12);
    assert_eq!((Markov::new(0, 9), Markov::new(7, 9), Markov::new(3, u32::MAX)), (None, None, None));
}

#[test]
fn memory_is_bounded_and_chances_still_sum_to_one() {
    for grams_max in [0, 1, 5, 12, 40, 1_000] {
        let mut model = Markov::new(4, grams_max).expect("an order");
        ["abab", "abba", "cab", "a", ""].iter().for_each(|word| model.learn(word.as_bytes()));
        assert!(model.n_grams() <= grams_max as usize);
        for start in [&b""[..], b"a", b"ab", b"abx", b"cab"] {
            assert!((model.chances_after(start).iter().sum::<f64>() - 1.0).abs() < 1e-12, "{grams_max}");
        }
    }
}

#[test]
fn a_language_survives_bytes_and_refuses_others() {
    let model = spoken();
    let bytes = model.to_bytes();
    assert_eq!(Markov::from_bytes(&bytes), Some(model));
    (0..bytes.len()).for_each(|n| assert_eq!(Markov::from_bytes(&bytes[..n]), None));
    // A pair whose first symbol was never counted.
    let mut orphan = bytes::Writer::new(*b"MGMK", 1);
    orphan.byte(3);
    orphan.u32(1_000);
    orphan.long_count(2 << 60 | 65 << 9 | 66);
    orphan.count(1);
    assert_eq!(Markov::from_bytes(&orphan.into_bytes()), None);
}

#[test]
fn runs_that_were_never_seen_are_new() {
    let mut known = Novelty::new(3, 16).expect("a size");
    known.learn(&[1, 2, 3, 4, 5, 1, 2, 3]);
    assert_eq!(known.score(&[1, 2, 3, 4]), Some(0.0));
    assert_eq!(known.unseen(&[1, 2, 3, 9, 4]), (2, 3));
    assert_eq!(known.score(&[1, 2]), None);
    let mut other = Novelty::new(3, 16).expect("a size");
    assert!(other.merge(&known) && other == known);
    assert!(!other.merge(&Novelty::new(2, 16).expect("a size")));
    assert!(Novelty::new(0, 16).is_none() && Novelty::new(3, 5).is_none() && Novelty::new(3, 35).is_none());
    // Half a million runs in a megabyte: 16 bits for each.
    let mut full = Novelty::new(1, 23).expect("a size");
    (0..500_000).for_each(|symbol| full.learn(&[symbol]));
    let wrong = (0..100_000).filter(|symbol| full.unseen(&[1_000_000 + symbol]) == (0, 1)).count();
    assert!((100..400).contains(&wrong), "{wrong} in 100,000");
    assert!((full.fullness().powi(4) - wrong as f64 / 1e5).abs() < 1e-3);
}

proptest! {
    #[test]
    fn any_cases_give_a_model_of_numbers(
        rows in prop::collection::vec((prop::collection::vec((0..5u32, any::<f32>()), 0..5), any::<bool>(), prop_oneof![3 => Just(1.0), 1 => any::<f64>()]), 2..30),
        l2 in 1e-6..100.0f64,
        l1 in 0.0..10.0f64,
    ) {
        let mut cases = Cases::default();
        rows.iter().for_each(|(row, label, weight)| cases.push(row, *label, *weight));
        cases.balance();
        if let Some(model) = Logistic::fit(&cases, Penalty { l2, l1 }) {
            prop_assert!(model.intercept.is_finite() && model.weights.iter().all(|weight| weight.is_finite()));
            for (row, ..) in &rows {
                prop_assert!((0.0..=1.0).contains(&model.probability(row)));
            }
        }
    }

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

    #[test]
    fn any_bytes_are_a_language_or_none(body in prop::collection::vec((1..1u64 << 62, any::<u32>()), 0..6), text in prop::collection::vec(any::<u8>(), 0..20)) {
        let mut whole = bytes::Writer::new(*b"MGMK", 1);
        whole.byte(6);
        whole.u32(100);
        for (step, count) in body {
            whole.long_count(step);
            whole.count(count);
        }
        if let Some(model) = Markov::from_bytes(&whole.into_bytes()) {
            prop_assert!(model.bits(&text).is_finite());
        }
    }

    #[test]
    fn any_language_survives_bytes(texts in prop::collection::vec(prop::collection::vec(prop_oneof![97..100u8, any::<u8>()], 0..12), 0..12), order in 1..=6u8, grams_max in 0..200u32) {
        let mut model = Markov::new(order, grams_max).expect("an order");
        texts.iter().for_each(|text| model.learn(text));
        let back = Markov::from_bytes(&model.to_bytes()).expect("written above");
        for text in &texts {
            prop_assert!(model.bits(text) > 0.0);
            prop_assert_eq!(back.bits(text), model.bits(text));
        }
        prop_assert_eq!(back, model);
    }
}
