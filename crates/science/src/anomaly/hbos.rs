//! HBOS: how thin each column's histogram is where a row falls. The fastest of all, and blind to combinations.

use crate::Rows;

/// Histogram-based outlier score (Goldstein and Dengel 2012), with bins of equal width.
#[derive(Debug, Clone)]
pub struct Hbos {
    columns: Vec<Column>,
}

#[derive(Debug, Clone)]
struct Column {
    low: f64,
    high: f64,
    /// ln of (rows in the fullest bin + 1) / (rows in the bin + 1).
    scores: Vec<f64>,
    /// The score of a bin without rows.
    emptiest: f64,
}

impl Hbos {
    /// More bins than this are noise.
    pub const BINS_MAX: usize = 4_096;

    /// With √rows bins a column, as the paper has it. `None` for no row.
    pub fn fit(rows: &Rows) -> Option<Self> {
        let n_bins = (rows.len() as f64).sqrt().ceil() as usize;
        Self::fit_bins(rows, n_bins.clamp(1, Self::BINS_MAX))
    }

    /// With so many bins; `None` for no row, for no bin, or for more than [`BINS_MAX`](Self::BINS_MAX).
    pub fn fit_bins(rows: &Rows, n_bins: usize) -> Option<Self> {
        if rows.is_empty() || !(1..=Self::BINS_MAX).contains(&n_bins) {
            return None;
        }
        Some(Self { columns: (0..rows.n_columns()).map(|column| Column::of(rows, column, n_bins)).collect() })
    }

    /// Sum over columns of ln(height of the fullest bin / height of the row's bin), one row added to each: 0 where
    /// every value is the most usual. What lies outside of all bins is in an empty one; what is no number says nothing.
    pub fn score(&self, row: &[f64]) -> f64 {
        self.columns.iter().zip(row).map(|(column, value)| column.score(*value)).sum()
    }
}

impl Column {
    fn of(rows: &Rows, column: usize, n_bins: usize) -> Self {
        let values = || rows.column(column);
        let (low, high) = (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
        let mut counts = vec![0_u32; n_bins];
        values().for_each(|value| counts[bin(low, high, n_bins, value)] += 1);
        let fullest = f64::from(counts.iter().copied().max().unwrap_or(0)) + 1.0;
        let scores = counts.into_iter().map(|count| (fullest / (f64::from(count) + 1.0)).ln()).collect();
        Self { low, high, scores, emptiest: fullest.ln() }
    }

    fn score(&self, value: f64) -> f64 {
        if value.is_nan() {
            0.0
        } else if value < self.low || value > self.high {
            self.emptiest
        } else {
            self.scores[bin(self.low, self.high, self.scores.len(), value)]
        }
    }
}

/// The bin of a value that is not outside of the bounds. Halves, so that no width overflows.
fn bin(low: f64, high: f64, n_bins: usize, value: f64) -> usize {
    let share = (value / 2.0 - low / 2.0) / (high / 2.0 - low / 2.0);
    // Of a column that is all the same the share is no number, which becomes bin 0.
    ((share * n_bins as f64) as usize).min(n_bins - 1)
}
