//! Rank sums, tables, rates, runs and combinations against scipy and statsmodels.

use science::{PValue, hypothesis};

use crate::support::{TOLERANCE, close, labels, number, numbers, p_values, rows};

#[test]
fn weighted_and_dependent_combinations() {
    for row in rows("more_combined") {
        let p = p_values(&row[0]);
        let weighted: Vec<(PValue, f64)> = p.iter().copied().zip(numbers(&row[1])).collect();
        close(hypothesis::stouffer(&weighted).get(), number(&row[2]), TOLERANCE);
        close(hypothesis::harmonic(&p).get(), number(&row[3]), TOLERANCE);
    }
}

#[test]
fn adaptive_false_discovery() {
    for row in rows("storey") {
        for (ours, theirs) in hypothesis::storey(&p_values(&row[0])).iter().zip(numbers(&row[1])) {
            close(ours.get(), theirs, TOLERANCE);
        }
    }
}

#[test]
fn exact_tests_of_counts() {
    for row in rows("exact") {
        let [a, b, c, d] = [1, 2, 3, 4].map(|column| number(&row[column]));
        let (greater, two_sided) = match row[0].as_str() {
            "fisher" => {
                let ours = hypothesis::fisher_exact([[a as u64, b as u64], [c as u64, d as u64]]);
                (ours.greater, ours.two_sided)
            }
            "binomial" => [hypothesis::binomial_differs(a as u64, b as u64, c); 2].into(),
            _ => [hypothesis::rates_differ(a as u64, b, c as u64, d, 1.0); 2].into(),
        };
        close(greater.get(), number(&row[5]), TOLERANCE);
        close(two_sided.get(), number(&row[6]), TOLERANCE);
    }
}

#[test]
fn rank_sums() {
    for row in rows("ranks") {
        let ours = hypothesis::mann_whitney(&numbers(&row[0]), &numbers(&row[1])).expect("two samples");
        close(ours.u, number(&row[2]), TOLERANCE);
        close(ours.greater.get(), number(&row[3]), TOLERANCE);
        close(ours.two_sided.get(), number(&row[4]), TOLERANCE);
    }
}

#[test]
fn tables_of_counts() {
    for row in rows("tables") {
        let counts: Vec<[u64; 3]> =
            numbers(&row[0]).chunks(3).map(|row| [row[0] as u64, row[1] as u64, row[2] as u64]).collect();
        let pearson = hypothesis::chi_square(&counts).expect("a table");
        let likelihood = hypothesis::g_test(&counts).expect("a table");
        let ours = [
            pearson.statistic,
            pearson.p_value.get(),
            pearson.strength,
            likelihood.statistic,
            likelihood.p_value.get(),
        ];
        for (ours, theirs) in ours.into_iter().zip(&row[1..]) {
            close(ours, number(theirs), TOLERANCE);
        }
    }
}

#[test]
fn rates_of_events() {
    for row in rows("rates") {
        let at = |column: usize| number(&row[column]);
        let ours = match row[0].as_str() {
            "ratio" => hypothesis::rate_exceeds(at(1) as u64, at(2), at(3) as u64, at(4), at(5)),
            _ => hypothesis::negative_binomial_at_least(at(1) as u64, at(2), at(3)),
        };
        close(ours.get(), at(6), TOLERANCE);
    }
}

#[test]
fn runs_of_like_values() {
    for row in rows("runs") {
        let ours = hypothesis::runs(&labels(&row[0])).expect("both kinds");
        close(ours.get(), number(&row[1]), TOLERANCE);
    }
}

#[test]
fn a_permutation_test_finds_what_the_rank_sum_finds() {
    for row in rows("ranks") {
        let (a, b) = (numbers(&row[0]), numbers(&row[1]));
        let all: Vec<f64> = a.iter().chain(&b).copied().collect();
        let superiority = |a: &[f64], b: &[f64]| hypothesis::mann_whitney(a, b).map_or(f64::NAN, |ranks| ranks.u);
        let ours = hypothesis::permutation(&all, a.len(), 2_000, 1, superiority).get();
        let theirs = number(&row[3]);
        // Three standard errors of a share of 2,000 shuffles, and what the normal approximation is off.
        let reach = 3.0 * (theirs * (1.0 - theirs) / 2_000.0).sqrt() + 0.01;
        assert!((ours - theirs).abs() < reach, "{ours} is not {theirs}");
    }
}
