//! Models against scikit-learn's, learned from the same cases.

use science::{
    calibrate,
    models::{Cases, Logistic, Penalty},
};

use crate::{
    made,
    support::{close, number, numbers, rows},
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
