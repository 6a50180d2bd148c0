//! Pairs of values and information measures against statsmodels, scipy and scikit-learn.

use science::describe::{Information, Sorted, difference, divergence, entropy};

use crate::support::{TOLERANCE, close, number, numbers, rows};

#[test]
fn location_and_scale_from_pairs() {
    for row in rows("pairs") {
        let sample = Sorted::new(numbers(&row[0])).expect("finite");
        close(sample.hodges_lehmann(), number(&row[1]), TOLERANCE);
        close(sample.qn(), number(&row[2]), TOLERANCE);
    }
}

#[test]
fn information_measures() {
    for row in rows("information") {
        let table: Vec<Vec<f64>> = numbers(&row[0]).chunks(number(&row[1]) as usize).map(<[f64]>::to_vec).collect();
        let (p, q) = (&table[0], numbers(&row[2]));
        close(entropy(p), number(&row[3]), TOLERANCE);
        close(divergence(p, &q).expect("cases"), number(&row[4]), TOLERANCE);
        close(difference(p, &q).expect("cases"), number(&row[5]), TOLERANCE);
        let both = Information::of(&table);
        close(both.mutual, number(&row[6]), 1e-8);
        close(both.columns_given_rows(), number(&row[7]), TOLERANCE);
    }
}
