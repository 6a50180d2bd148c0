//! Calibration against scikit-learn and the package venn-abers.

use science::calibrate::{self, Isotonic, Platt, VennAbers};

use crate::support::{TOLERANCE, close, labelled, number, numbers, rows};

#[test]
fn isotonic_regression() {
    for row in rows("isotonic") {
        let cases = numbers(&row[0]).into_iter().zip(numbers(&row[1])).zip(numbers(&row[2]));
        let fit = Isotonic::fit(cases.map(|((x, y), weight)| (x, y, weight))).expect("cases");
        for (asked, theirs) in numbers(&row[3]).into_iter().zip(numbers(&row[4])) {
            close(fit.value(asked).expect("a number"), theirs, 1e-8);
        }
    }
}

/// Both minimize the same convex function; they stop at slightly different places.
#[test]
fn sigmoids() {
    for row in rows("platt") {
        let fit = Platt::fit(&labelled(&row[0], &row[1])).expect("both classes");
        close(fit.a, number(&row[2]), 1e-3);
        close(fit.b, number(&row[3]), 1e-3);
    }
}

/// The peer keeps probabilities to about six digits.
#[test]
fn venn_abers_intervals() {
    for row in rows("venn_abers") {
        let fit = VennAbers::fit(&labelled(&row[0], &row[1])).expect("cases");
        let theirs = numbers(&row[3]).into_iter().zip(numbers(&row[4])).zip(numbers(&row[5]));
        for (asked, ((low, high), probability)) in numbers(&row[2]).into_iter().zip(theirs) {
            let ours = fit.interval(asked).expect("a number");
            assert!((ours.low - low).abs() < 1e-5 && (ours.high - high).abs() < 1e-5, "{ours:?} is not {low} {high}");
            assert!((ours.probability() - probability).abs() < 1e-5);
        }
    }
}

#[test]
fn reliability_of_probabilities() {
    for row in rows("reliability") {
        let cases = labelled(&row[0], &row[1]);
        close(calibrate::brier(&cases).expect("cases"), number(&row[2]), TOLERANCE);
        close(calibrate::log_loss(&cases).expect("cases"), number(&row[3]), TOLERANCE);
        let bins = calibrate::reliability(&cases, 10);
        let theirs = numbers(&row[4]).into_iter().zip(numbers(&row[5]));
        assert_eq!(bins.len(), theirs.len());
        for (bin, (stated, observed)) in bins.iter().zip(theirs) {
            close(bin.stated, stated, TOLERANCE);
            close(bin.observed, observed, TOLERANCE);
        }
    }
}
