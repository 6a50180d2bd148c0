//! Strange rows against scikit-learn, River, rrcf, and formulas in NumPy.

use science::{
    PValue, Rows,
    anomaly::{CutForest, Ecod, Forest, HalfSpaceTrees, Hbos, IsolationForest, Spaces},
    conformal::Calibration,
    evaluate, hypothesis,
};

use crate::{
    made,
    support::{TOLERANCE, close, number, numbers, rows},
};

/// Rows of a kind, as fitted and as labelled.
fn made_rows(row: &[String], n: usize) -> (Rows, Vec<([f64; 4], bool)>) {
    let kind = number(&row[0]) as u32;
    let labelled = made::odd(5 + u64::from(kind), kind, n);
    let mut fitted = Rows::new(4).expect("columns");
    labelled.iter().for_each(|(row, _)| assert!(fitted.push(row)));
    (fitted, labelled)
}

/// The mean over seeds of the area under the curve of scores and labels.
fn area(seeds: u64, cases: impl Fn(u64) -> Vec<(f64, bool)>) -> f64 {
    let areas = (0..seeds).map(|seed| evaluate::area(&cases(seed)).expect("both classes").area);
    areas.sum::<f64>() / seeds as f64
}

#[test]
fn isolation() {
    for row in rows("isolation") {
        let (fitted, labelled) = made_rows(&row, 3_000);
        let ours = area(10, |seed| {
            let forest = IsolationForest::fit(&fitted, Forest { seed, ..Forest::default() }).expect("rows");
            labelled.iter().map(|(row, strange)| (forest.score(row), *strange)).collect()
        });
        assert!((ours - number(&row[1])).abs() < 0.01, "kind {}: {ours} is not {}", row[0], row[1]);
    }
}

/// River adds up the mass along the whole path where the paper takes the last node's: areas differ by a little.
#[test]
fn half_spaces() {
    for row in rows("half_space") {
        let (fitted, labelled) = made_rows(&row, 3_000);
        let extreme = |column: usize, pick: fn(f64, f64) -> f64| {
            fitted.iter().map(|row| row[column]).reduce(pick).expect("a row")
        };
        let bounds: Vec<(f64, f64)> = (0..4).map(|at| (extreme(at, f64::min), extreme(at, f64::max))).collect();
        let ours = area(5, |seed| {
            let mut trees = HalfSpaceTrees::new(&bounds, Spaces { seed, ..Spaces::default() }).expect("bounds");
            labelled.iter().filter_map(|(row, strange)| Some((trees.score_and_learn(row)?, *strange))).collect()
        });
        assert!(ours > number(&row[1]) - 0.02, "kind {}: {ours} is below {}", row[0], row[1]);
    }
}

#[test]
fn cut_forests() {
    for row in rows("cut_forest") {
        let (_, labelled) = made_rows(&row, 1_500);
        let ours = area(3, |seed| {
            let mut forest = CutForest::new(4, 40, 256, seed).expect("sound");
            let score = |(row, strange): &([f64; 4], bool)| (forest.score_and_learn(row).expect("a row"), *strange);
            labelled.iter().map(score).skip(256).collect()
        });
        // Forty trees of one seed against forty of another: 0.015 is what seeds alone do.
        assert!((ours - number(&row[1])).abs() < 0.02, "kind {}: {ours} is not {}", row[0], row[1]);
    }
}

#[test]
fn tails_and_bins() {
    for row in rows("tails_and_bins") {
        let kind = number(&row[0]) as u32;
        let (fitted, _) = made_rows(&row, 500);
        let (ecod, hbos) = (Ecod::fit(&fitted).expect("rows"), Hbos::fit(&fitted).expect("rows"));
        let asked = made::odd(20 + u64::from(kind), kind, 40);
        for ((asked, _), (by_tails, by_bins)) in asked.iter().zip(numbers(&row[1]).into_iter().zip(numbers(&row[2]))) {
            close(ecod.score(asked), by_tails, TOLERANCE);
            close(hbos.score(asked), by_bins, TOLERANCE);
        }
    }
}

/// The whole way: scores of rows that nobody has seen become p-values, and of what is called strange no more is usual
/// than was allowed.
#[test]
fn strange_rows_are_called_so_at_the_promised_rate() {
    let (allowed, rounds) = (0.1, 40);
    for kind in [0, 1] {
        let (mut shares_wrong, mut found) = (0.0, 0.0);
        for round in 0..rounds {
            let usual =
                |seed: u64, n: usize| made::odd(seed, kind, n).into_iter().filter(|row| !row.1).map(|row| row.0);
            let mut fitted = Rows::new(4).expect("columns");
            usual(100 + round, 500).for_each(|row| assert!(fitted.push(&row)));
            let forest = IsolationForest::fit(&fitted, Forest { seed: round, ..Forest::default() }).expect("rows");
            let past =
                Calibration::new(usual(200 + round, 1_000).map(|row| forest.score(&row)).collect()).expect("rows");
            let asked = made::odd(300 + round, kind, 1_000);
            let p: Vec<PValue> = asked.iter().map(|(row, _)| past.p_value(forest.score(row))).collect();
            let q = hypothesis::benjamini_hochberg(&p);
            let called: Vec<bool> =
                asked.iter().zip(q).filter(|(_, q)| q.get() <= allowed).map(|((_, strange), _)| *strange).collect();
            let wrong = called.iter().filter(|strange| !**strange).count();
            shares_wrong += wrong as f64 / called.len().max(1) as f64;
            found += (called.len() - wrong) as f64 / asked.iter().filter(|(_, strange)| *strange).count() as f64;
        }
        let (rate, recall) = (shares_wrong / rounds as f64, found / rounds as f64);
        // The mean over rounds, with three standard errors of what single rounds differ.
        assert!(rate < allowed + 0.03, "kind {kind}: {rate}");
        assert!(recall > 0.6, "kind {kind}: {recall}");
    }
}
