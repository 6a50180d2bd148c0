//! Trees at their borders; the references are in `tests/it`.

use proptest::prelude::*;

use super::*;
use crate::models::bytes::Writer;

/// The exclusive or of two coins: neither says anything alone.
fn coins() -> Table {
    let mut table = Table::new(3);
    for n in 0..400_u16 {
        let (a, b) = (n % 2, n / 2 % 2);
        table.push(&[f32::from(a), f32::from(b), f32::from(n % 17)], a != b, 1.0);
    }
    table
}

#[test]
fn what_two_features_say_together_is_found() {
    let model = Boosted::fit(&coins(), &Growth { n_trees: 30, ..Growth::default() }).expect("both classes");
    for (a, b) in [(0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)] {
        let p = model.probability(&[a, b, 3.0]);
        assert!(if a != b { p > 0.9 } else { p < 0.1 }, "{a} {b} {p}");
    }
}

#[test]
fn features_that_decide_are_named() {
    let mut table = Table::new(3);
    (0..300_u16).for_each(|n| table.push(&[f32::from(n % 13), f32::from(n), f32::from(n % 7)], n >= 200, 1.0));
    let model = Boosted::fit(&table, &Growth::default()).expect("both classes");
    let because = model.contributions(&[5.0, 250.0, 5.0]);
    assert!(because[1] > 2.0 && because[0].abs() < 0.1 && because[2].abs() < 0.1, "{because:?}");
    assert!(model.contributions(&[5.0, 20.0, 5.0])[1] < -2.0);
}

#[test]
fn missing_values_speak() {
    let mut table = Table::new(1);
    (0..300_u16).for_each(|n| table.push(&[if n % 3 == 0 { f32::NAN } else { f32::from(n) }], n % 3 == 0, 1.0));
    let model = Boosted::fit(&table, &Growth::default()).expect("both classes");
    assert!(model.probability(&[f32::NAN]) > 0.99 && model.probability(&[]) > 0.99);
    assert_eq!(model.score(&[f32::NEG_INFINITY]), model.score(&[f32::NAN]));
    assert!(model.probability(&[-1e30]) < 0.01);
    assert_eq!(Boosted::from_bytes(&model.to_bytes()), Some(model));
}

#[test]
fn what_cannot_be_learned_is_not() {
    let table = coins();
    let plain = Growth::default();
    for growth in [
        Growth { n_trees: 0, ..plain },
        Growth { leaves_max: 1, ..plain },
        Growth { leaves_max: 300, ..plain },
        Growth { depth_max: 0, ..plain },
        Growth { rate: f64::NAN, ..plain },
        Growth { sample: 0.0, ..plain },
        Growth { l2: -1.0, ..plain },
    ] {
        assert_eq!(Boosted::fit(&table, &growth), None);
    }
    assert_eq!(Boosted::fit(&Table::new(3), &plain), None);
    let mut wide = Table::new(257);
    wide.push(&[1.0], true, 1.0);
    wide.push(&[2.0], false, 1.0);
    assert_eq!(Boosted::fit(&wide, &plain), None);
}

#[test]
fn cases_that_are_all_the_same_leave_the_share() {
    let mut table = Table::new(2);
    (0..100).for_each(|n| table.push(&[1.0, f32::NAN], n < 30, 1.0));
    let model = Boosted::fit(&table, &Growth::default()).expect("both classes");
    assert!((model.probability(&[1.0, 5.0]) - 0.3).abs() < 1e-6);
}

#[test]
fn the_seed_decides_which_cases_a_tree_sees() {
    let table = coins();
    let with = |seed| Boosted::fit(&table, &Growth { seed, sample: 0.5, ..Growth::default() });
    assert_eq!(with(1), with(1));
    assert_ne!(with(1), with(2));
}

#[test]
fn a_cut_or_changed_model_is_refused() {
    let model = Boosted::fit(&coins(), &Growth { n_trees: 3, ..Growth::default() }).expect("both classes");
    let bytes = model.to_bytes();
    assert_eq!(Boosted::from_bytes(&bytes), Some(model));
    for n in 0..bytes.len() {
        assert_eq!(Boosted::from_bytes(&bytes[..n]), None);
    }
}

/// Bytes with a right head and a right sum: only the trees themselves are hostile.
fn sealed(body: &[u8]) -> Vec<u8> {
    let mut out = Writer::new(*b"MGBT", 1);
    out.f64(0.0);
    body.iter().for_each(|byte| out.byte(*byte));
    out.into_bytes()
}

#[test]
fn trees_that_are_none_are_refused() {
    // Two features, one tree of three nodes: a split and two leaves.
    let leaf = [0, 0, 0, 128, 63];
    let tree =
        |feature: u8, left: u8| [&[2, 1, 3, 1, feature, left, 0, 0, 0, 0, 0, 0, 0, 64][..], &leaf, &leaf].concat();
    assert!(Boosted::from_bytes(&sealed(&tree(1, 1))).is_some());
    for (feature, left) in [(2, 1), (1, 0), (1, 2), (1, 100)] {
        assert_eq!(Boosted::from_bytes(&sealed(&tree(feature, left))), None, "{feature} {left}");
    }
    let endless = [&tree(1, 1)[..], &[0]].concat();
    assert_eq!(Boosted::from_bytes(&sealed(&endless)), None);
}

/// Weights as careless callers give them.
fn weight() -> impl Strategy<Value = f64> {
    prop_oneof![4 => Just(1.0), 1 => any::<f64>(), 1 => Just(f64::MAX), 1 => Just(5e-324)]
}

proptest! {
    #[test]
    fn any_bytes_are_a_model_or_none(body in prop::collection::vec(prop_oneof![0..6u8, any::<u8>()], 0..80), row in prop::collection::vec(any::<f32>(), 0..4)) {
        if let Some(model) = Boosted::from_bytes(&sealed(&body)) {
            prop_assert!(!model.score(&row).is_nan());
        }
    }

    #[test]
    fn any_table_gives_a_model_that_survives_bytes(rows in prop::collection::vec((prop::collection::vec(any::<f32>(), 0..4), any::<bool>(), weight()), 2..60), seed in 0..4u64) {
        let mut table = Table::new(3);
        rows.iter().for_each(|(row, label, weight)| table.push(row, *label, *weight));
        let growth = Growth { n_trees: 5, leaf_cases_min: 1, sample: 0.7, seed, ..Growth::default() };
        if let Some(model) = Boosted::fit(&table, &growth) {
            let back = Boosted::from_bytes(&model.to_bytes()).expect("written above");
            for (row, ..) in &rows {
                prop_assert!(model.score(row).is_finite());
                let sum: f64 = model.contributions(row).iter().sum();
                prop_assert!((sum - model.score(row)).abs() < 1e-5 * model.score(row).abs().max(1.0));
                prop_assert_eq!(back.score(row), model.score(row));
            }
        }
    }
}
