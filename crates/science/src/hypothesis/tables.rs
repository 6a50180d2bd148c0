//! Whether the rows of a table of counts have one and the same distribution.

use statrs::function::gamma::checked_gamma_ur;

use crate::PValue;

/// Outcome of [`chi_square`] and [`g_test`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Association {
    pub statistic: f64,
    /// (rows − 1)(columns − 1), of rows and columns that are not empty.
    pub degrees: usize,
    /// Cramér's V, 0 to 1: how strong the association is, whatever the number of cases.
    pub strength: f64,
    pub p_value: PValue,
}

/// Pearson's χ². Null hypothesis: row and column of a case are independent. `rows` are counts, all of one length.
///
/// Without continuity correction; asymptotic, good where expected counts are 5 or more. `None` where there are less
/// than two rows or columns with cases, or rows of unequal length.
pub fn chi_square<const N: usize>(rows: &[[u64; N]]) -> Option<Association> {
    association(rows, |seen, expected| (seen - expected).powi(2) / expected)
}

/// The likelihood ratio G = 2 Σ O ln(O/E) (Wilks 1938): as [`chi_square`], and better where single cells surprise.
pub fn g_test<const N: usize>(rows: &[[u64; N]]) -> Option<Association> {
    association(rows, |seen, expected| if seen > 0.0 { 2.0 * seen * (seen / expected).ln() } else { 0.0 })
}

fn association<const N: usize>(rows: &[[u64; N]], term: impl Fn(f64, f64) -> f64) -> Option<Association> {
    let row_sums: Vec<f64> = rows.iter().map(|row| row.iter().map(|&count| count as f64).sum()).collect();
    let column_sums: Vec<f64> =
        (0..N).map(|column| rows.iter().filter_map(|row| row.get(column)).map(|&count| count as f64).sum()).collect();
    let all: f64 = row_sums.iter().sum();
    let used = |sums: &[f64]| sums.iter().filter(|sum| **sum > 0.0).count();
    let (n_rows, n_columns) = (used(&row_sums), used(&column_sums));
    if n_rows < 2 || n_columns < 2 {
        return None;
    }
    let mut statistic = 0.0;
    for (row, row_sum) in rows.iter().zip(&row_sums) {
        for (&seen, column_sum) in row.iter().zip(&column_sums) {
            let expected = row_sum * column_sum / all;
            statistic += if expected > 0.0 { term(seen as f64, expected) } else { 0.0 };
        }
    }
    let statistic = statistic.max(0.0);
    let degrees = (n_rows - 1) * (n_columns - 1);
    let p_value = chi_square_at_least(statistic, degrees as f64);
    let strength = (statistic / (all * (n_rows.min(n_columns) - 1) as f64)).sqrt().min(1.0);
    Some(Association { statistic, degrees, strength, p_value })
}

/// P(X ≥ `statistic`) for X ~ χ²(`degrees`).
pub fn chi_square_at_least(statistic: f64, degrees: f64) -> PValue {
    if !(statistic > 0.0 && degrees > 0.0) {
        return PValue::ONE;
    }
    if statistic.is_infinite() {
        return PValue::clamped(0.0);
    }
    PValue::clamped(checked_gamma_ur(degrees / 2.0, statistic / 2.0).unwrap_or(1.0))
}
