//! Strange rows at their borders; how they compare with other implementations is in `tests/it`.

use proptest::prelude::*;
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng as _};

use super::{cut_tree::CutTree, *};
use crate::{Rows, random::unit};

/// A square full of points, and one far outside.
fn square() -> Rows {
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let mut rows = Rows::new(2).expect("columns");
    (0..500).for_each(|_| assert!(rows.push(&[unit(&mut random), unit(&mut random)])));
    rows
}

const FAR: [f64; 2] = [6.0, -3.0];

#[test]
fn what_is_far_is_stranger_than_all_others() {
    let rows = square();
    let forest = IsolationForest::fit(&rows, Forest::default()).expect("rows");
    let (ecod, hbos) = (Ecod::fit(&rows).expect("rows"), Hbos::fit(&rows).expect("rows"));
    assert!(rows.iter().all(|row| forest.score(row) < forest.score(&FAR)));
    assert!(rows.iter().all(|row| ecod.score(row) < ecod.score(&FAR)));
    assert!(rows.iter().all(|row| hbos.score(row) < hbos.score(&FAR)));
    assert!(forest.score(&FAR) > 0.6 && forest.score(&[0.5, 0.5]) < 0.5);
    assert_eq!(ecod.shares(&[0.5, 99.0])[1], (501.0_f64).ln());

    let mut trees = HalfSpaceTrees::new(&[(-8.0, 8.0); 2], Spaces::default()).expect("bounds");
    let mut cuts = CutForest::new(2, 40, 256, 1).expect("sound");
    let mut highest = 0.0;
    for row in rows.iter() {
        trees.score_and_learn(row);
        highest = f64::max(highest, cuts.score_and_learn(row).expect("a row"));
    }
    assert!(rows.iter().all(|row| trees.score(row) < trees.score(&FAR)));
    assert!(cuts.score_and_learn(&FAR).expect("a row") > highest);
}

#[test]
fn rows_that_do_not_fit_are_left_out() {
    let mut rows = Rows::new(2).expect("columns");
    assert!(!rows.push(&[1.0]) && !rows.push(&[1.0, f64::NAN]) && !rows.push(&[f64::INFINITY, 1.0]));
    assert!(rows.is_empty() && Rows::new(0).is_none());
    assert!(IsolationForest::fit(&rows, Forest::default()).is_none());
    assert!(Ecod::fit(&rows).is_none() && Hbos::fit(&rows).is_none());
    let mut cuts = CutForest::new(1, 1, 4, 1).expect("sound");
    assert_eq!((cuts.score_and_learn(&[f64::NAN]), cuts.score_and_learn(&[])), (None, None));
}

#[test]
fn sizes_are_bounded() {
    let rows = square();
    assert!(IsolationForest::fit(&rows, Forest { sample: 1, ..Forest::default() }).is_none());
    assert!(IsolationForest::fit(&rows, Forest { n_trees: 0, ..Forest::default() }).is_none());
    assert!(Hbos::fit_bins(&rows, 0).is_none() && Hbos::fit_bins(&rows, 5_000).is_none());
    assert!(HalfSpaceTrees::new(&[], Spaces::default()).is_none());
    assert!(HalfSpaceTrees::new(&[(1.0, 0.0)], Spaces::default()).is_none());
    assert!(HalfSpaceTrees::new(&[(0.0, 1.0)], Spaces { depth: 16, ..Spaces::default() }).is_none());
    assert!(CutForest::new(0, 1, 1, 1).is_none() && CutForest::new(1, 1, 0, 1).is_none());
}

#[test]
fn rows_that_are_all_the_same_are_not_strange() {
    let mut rows = Rows::new(2).expect("columns");
    (0..50).for_each(|_| assert!(rows.push(&[3.0, 3.0])));
    let forest = IsolationForest::fit(&rows, Forest::default()).expect("rows");
    assert!((forest.score(&[3.0, 3.0]) - 0.5).abs() < 1e-12);
    assert_eq!(Hbos::fit(&rows).expect("rows").score(&[3.0, 3.0]), 0.0);
    assert_eq!(Ecod::fit(&rows).expect("rows").score(&[3.0, 3.0]), 0.0);
    let mut cuts = CutForest::new(2, 3, 8, 1).expect("sound");
    assert!((0..50).all(|_| cuts.score_and_learn(&[3.0, 3.0]) == Some(0.0)));
}

#[test]
fn a_full_window_comes_before_the_first_score() {
    let spaces = Spaces { window: 10, ..Spaces::default() };
    let mut trees = HalfSpaceTrees::new(&[(0.0, 1.0)], spaces).expect("bounds");
    assert!((0..10).all(|_| trees.score_and_learn(&[0.5]).is_none()));
    let usual = trees.score_and_learn(&[0.5]).expect("a window");
    assert!(usual < trees.score_and_learn(&[9.0]).expect("a window"));
}

/// Numbers as logs have them: few, many the same, some enormous.
fn value() -> impl Strategy<Value = f64> {
    prop_oneof![4 => (0..5).prop_map(f64::from), 2 => -1.0..1.0f64, 1 => prop_oneof![Just(f64::MAX), Just(f64::MIN), Just(1e-300)]]
}

proptest! {
    #[test]
    fn a_cut_tree_stays_sound(rows in prop::collection::vec([value(), value()], 1..60), window in 1..20usize, seed in 0..9u64) {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut tree = CutTree::new(2);
        let mut leaves = std::collections::VecDeque::new();
        for row in rows {
            leaves.push_back(tree.insert(&row, &mut random));
            if leaves.len() > window {
                leaves.pop_front().into_iter().for_each(|oldest| tree.remove(oldest));
            }
            prop_assert!(tree.is_sound());
            prop_assert!(leaves.iter().all(|leaf| tree.displacement(*leaf).is_finite()));
        }
    }

    #[test]
    fn any_row_has_a_score(rows in prop::collection::vec([value(), value()], 2..40), asked in prop::collection::vec(any::<f64>(), 0..4)) {
        let mut table = Rows::new(2).expect("columns");
        rows.iter().for_each(|row| assert!(table.push(row)));
        let forest = IsolationForest::fit(&table, Forest { n_trees: 5, ..Forest::default() }).expect("rows");
        let (ecod, hbos) = (Ecod::fit(&table).expect("rows"), Hbos::fit(&table).expect("rows"));
        let bounds = [(f64::MIN, f64::MAX), (-1.0, 1.0)];
        let trees = HalfSpaceTrees::new(&bounds, Spaces { depth: 4, ..Spaces::default() }).expect("bounds");
        for score in [ecod.score(&asked), hbos.score(&asked), trees.score(&asked)] {
            prop_assert!(score.is_finite() && score >= 0.0);
        }
        let score = forest.score(&asked);
        prop_assert!(score > 0.0 && score <= 1.0);
    }
}
