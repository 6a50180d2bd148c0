//! Measures of scores against scikit-learn, DeLong against its definition in NumPy.

use science::evaluate;

use crate::support::{TOLERANCE, close, labelled, number, rows};

#[test]
fn curves() {
    for row in rows("curves") {
        let cases = labelled(&row[0], &row[1]);
        close(evaluate::area(&cases).expect("both classes").area, number(&row[2]), TOLERANCE);
        close(evaluate::average_precision(&cases).expect("a true case"), number(&row[3]), TOLERANCE);
        close(evaluate::recall_at_rate(&cases, 0.1).expect("both classes"), number(&row[4]), TOLERANCE);
    }
}

#[test]
fn errors_of_areas() {
    for row in rows("delong") {
        let (first, second) = (labelled(&row[0], &row[2]), labelled(&row[1], &row[2]));
        close(evaluate::area(&first).expect("both classes").standard_error, number(&row[3]), TOLERANCE);
        let ours = evaluate::difference(&first, &second).expect("the same cases");
        close(ours.difference, number(&row[4]), 1e-7);
        close(ours.standard_error, number(&row[5]), TOLERANCE);
        close(ours.p_value.get(), number(&row[6]), 1e-7);
    }
}
