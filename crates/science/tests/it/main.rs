//! Compares every statistic with an independent implementation: `reference/*.csv`, made by `reference/make.py`.

#![allow(clippy::disallowed_methods, reason = "tests read their cases")]

mod anomaly;
mod calibrate;
mod describing;
mod evaluate;
mod extremes;
mod graph;
mod made;
mod models;
mod nab;
mod online;
mod samples;
mod series;
mod support;

use science::{
    describe::{self, Sorted},
    hypothesis,
    survival::{self, Lifetime},
};
use support::{TOLERANCE, close, number, numbers, p_values, rows};

#[test]
fn descriptions() {
    for row in rows("describe") {
        let sample = numbers(&row[0]);
        let sorted = Sorted::new(sample.clone()).expect("finite");
        let ours = [
            sorted.quantile(0.25),
            sorted.median(),
            sorted.quantile(0.75),
            sorted.quantile(0.9),
            sorted.mad(),
            sorted.bowley_skew(),
            sorted.quartile_dispersion(),
            describe::mean(&sample).unwrap_or(f64::NAN),
            describe::variance(&sample).unwrap_or(f64::NAN),
            describe::coefficient_of_variation(&sample).unwrap_or(f64::NAN),
        ];
        for (ours, theirs) in ours.into_iter().zip(&row[1..]) {
            close(ours, number(theirs), TOLERANCE);
        }
    }
}

#[test]
fn survival() {
    for row in rows("survival") {
        let (lengths, ended) = (numbers(&row[0]), numbers(&row[1]));
        let lifetimes: Vec<Lifetime> = lengths
            .iter()
            .zip(&ended)
            .map(|(length, ended)| Lifetime { length: *length, ended: *ended > 0.0 })
            .collect();
        let steps = survival::kaplan_meier(&lifetimes);
        let (at, shares, low, high) = (numbers(&row[2]), numbers(&row[3]), numbers(&row[4]), numbers(&row[5]));
        assert_eq!(steps.len(), at.len());
        for (number, step) in steps.iter().enumerate() {
            close(step.at, at[number], TOLERANCE);
            close(step.survival, shares[number], TOLERANCE);
            // Where nothing lasts any longer SciPy has no interval.
            if step.survival > 0.0 {
                close(step.low, low[number], TOLERANCE);
                close(step.high, high[number], TOLERANCE);
            }
        }
        let fit = survival::weibull(&lifetimes).expect("enough have ended");
        // SciPy searches by simplex and stops at four to eight digits.
        close(fit.shape, number(&row[6]), 1e-4);
        close(fit.scale, number(&row[7]), 1e-4);
    }
}

#[test]
fn tails() {
    for row in rows("tails") {
        let (a, b, c) = (number(&row[1]), number(&row[2]), number(&row[3]));
        let ours = match row[0].as_str() {
            "binomial" => hypothesis::binomial_at_least(a as u64, b as u64, c),
            "poisson" => hypothesis::poisson_at_least(a as u64, b),
            _ => hypothesis::f_at_least(a, b, c),
        };
        close(ours.get(), number(&row[4]), TOLERANCE);
    }
}

#[test]
fn combinations() {
    for row in rows("combined") {
        let p = p_values(&row[0]);
        close(hypothesis::fisher(&p).get(), number(&row[1]), TOLERANCE);
        close(hypothesis::cauchy(&p).get(), number(&row[2]), TOLERANCE);
    }
}

#[test]
fn false_discovery() {
    for row in rows("false_discovery") {
        let p = p_values(&row[0]);
        for (q, column) in [(hypothesis::benjamini_hochberg(&p), 1), (hypothesis::benjamini_yekutieli(&p), 2)] {
            for (ours, theirs) in q.iter().zip(numbers(&row[column])) {
                close(ours.get(), theirs, TOLERANCE);
            }
        }
    }
}

#[test]
fn distance_between_samples() {
    for row in rows("distance") {
        let sample = |text: &str| Sorted::new(numbers(text)).expect("finite");
        let ours = hypothesis::kolmogorov_smirnov(&sample(&row[0]), &sample(&row[1]));
        close(ours.statistic, number(&row[2]), TOLERANCE);
        close(ours.p_value.get(), number(&row[3]), TOLERANCE);
    }
}

#[test]
fn regularity_of_gaps() {
    for row in rows("spacings") {
        let gaps = Sorted::new(numbers(&row[0])).expect("finite");
        let ours = hypothesis::spacings(&gaps, number(&row[1])).expect("enough gaps");
        close(ours.ratio, number(&row[2]), TOLERANCE);
        close(ours.p_value.get(), number(&row[3]), TOLERANCE);
    }
}

/// Astropy sums Fisher's (1993) series instead of Zar's formula: both approximate the same tail, to about 0.005.
#[test]
fn phase() {
    for row in rows("phase") {
        let ours = hypothesis::phase_coherence(&numbers(&row[0]), number(&row[1])).expect("a period");
        close(ours.coherence, number(&row[2]), 1e-7);
        let (ours, theirs) = (ours.p_value.get(), number(&row[3]));
        assert!((ours - theirs).abs() < 0.005, "{ours} is not {theirs}");
    }
}
