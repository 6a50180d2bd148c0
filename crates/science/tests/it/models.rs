//! Models against scikit-learn's, learned from the same cases.

use science::{
    calibrate, evaluate,
    models::{Boosted, Cases, Growth, Logistic, Markov, Penalty, Table},
};

use crate::{
    made,
    support::{TOLERANCE, close, number, numbers, rows},
};

#[test]
fn logistic() {
    let mut cases = Cases::default();
    made::sparse(1, 2_000).iter().for_each(|(features, label)| cases.push(features, *label, 1.0));
    let unseen = made::sparse(2, 2_000);
    for row in rows("logistic") {
        let fit = Logistic::fit(&cases, Penalty { l2: number(&row[0]), l1: number(&row[1]) }).expect("both classes");
        // Both stop where the slope is small, not at the same point: weights of up to five agree to
        // 0.01.
        let same = |ours: f64, theirs: f64| assert!((ours - theirs).abs() < 1e-2, "{ours} is not {theirs}");
        same(fit.intercept, number(&row[2]));
        fit.weights.iter().zip(numbers(&row[3])).for_each(|(ours, theirs)| same(f64::from(*ours), theirs));
        let stated: Vec<(f64, bool)> =
            unseen.iter().map(|(features, label)| (fit.probability(features), *label)).collect();
        close(calibrate::log_loss(&stated).expect("cases"), number(&row[4]), 1e-4);
    }
}

#[test]
fn boosted_trees() {
    let unseen = made::dense(4, 10_000);
    for row in rows("boosted") {
        let count = |column: usize| number(&row[column]) as usize;
        let mut table = Table::new(30);
        made::dense(3, count(0)).iter().for_each(|(row, label)| table.push(row, *label, 1.0));
        let growth = Growth {
            n_trees: count(1),
            leaves_max: count(2),
            rate: number(&row[3]),
            l2: number(&row[4]),
            ..Growth::default()
        };
        let fit = Boosted::fit(&table, &growth).expect("both classes");
        let stated: Vec<(f64, bool)> = unseen.iter().map(|(row, label)| (fit.probability(row), *label)).collect();
        let (area, loss) = (evaluate::area(&stated).expect("both classes").area, calibrate::log_loss(&stated));
        // Theirs sends missing values to the better side, ours to the left; cuts differ by where they are between values.
        assert!(area > number(&row[5]) - 0.005, "{area} is below {}", row[5]);
        assert!(loss.expect("cases") < number(&row[6]) + 0.01, "{loss:?} is above {}", row[6]);
    }
}

#[test]
fn languages() {
    for row in rows("markov") {
        let mut model = Markov::new(number(&row[0]) as u8, 1_000).expect("an order");
        row[1].split(' ').for_each(|text| model.learn(text.as_bytes()));
        let asked = row[2].split(' ').map(|text| if text == "-" { "" } else { text });
        for (text, bits) in asked.zip(numbers(&row[3])) {
            close(model.bits(text.as_bytes()), bits, TOLERANCE);
        }
    }
}
