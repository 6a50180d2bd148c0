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

#[test]
fn agreement_of_groupings() {
    for row in rows("agreement") {
        let ours = evaluate::adjusted_rand(&numbered(&row[0]), &numbered(&row[1])).expect("as many");
        // Near 0 the sums cancel.
        assert!((ours - number(&row[2])).abs() < TOLERANCE, "{ours} is not {}", row[2]);
    }
    assert_eq!(evaluate::adjusted_rand(&[1], &[1]), None);
    assert_eq!(evaluate::adjusted_rand(&[1, 2], &[1]), None);
}

fn numbered(text: &str) -> Vec<u32> {
    text.split_whitespace().map(|label| label.parse().expect("a label")).collect()
}
