//! ECOD: how far out in the tails of each column a row is. No parameter, and every column says its share.

use crate::Rows;

/// Outliers by empirical cumulative distributions (Li, Zhao, Hu, Botta, Ionescu and Chen 2022).
///
/// Columns are taken as independent: what is strange only by a combination of usual values is not seen.
#[derive(Debug, Clone)]
pub struct Ecod {
    columns: Vec<Column>,
}

#[derive(Debug, Clone)]
struct Column {
    ascending: Vec<f64>,
    /// The long tail is to the left.
    leans_left: bool,
}

impl Ecod {
    /// Sorts each column: O(rows · log rows · columns), and keeps all values. `None` for no row.
    pub fn fit(rows: &Rows) -> Option<Self> {
        let columns = (0..rows.n_columns()).map(|column| Column::of(rows.column(column).collect()));
        (!rows.is_empty()).then(|| Self { columns: columns.collect() })
    }

    /// The largest of three sums over columns: of −ln of the left tail, of the right one, and of the longer one of
    /// each column. A tail is the share of rows at least as far out, the row itself included: from 1/(n + 1) to 1.
    pub fn score(&self, row: &[f64]) -> f64 {
        let (mut left, mut right, mut longer) = (0.0, 0.0, 0.0);
        for (column, value) in self.columns.iter().zip(row) {
            let (of_left, of_right) = column.tails(*value);
            left += of_left;
            right += of_right;
            longer += if column.leans_left { of_left } else { of_right };
        }
        f64::max(longer, f64::max(left, right))
    }

    /// What each column adds at most: why the row is strange.
    pub fn shares(&self, row: &[f64]) -> Vec<f64> {
        let tails = self.columns.iter().zip(row).map(|(column, value)| column.tails(*value));
        tails.map(|(left, right)| f64::max(left, right)).collect()
    }
}

impl Column {
    fn of(mut values: Vec<f64>) -> Self {
        values.sort_unstable_by(f64::total_cmp);
        let n = values.len() as f64;
        let mean = values.iter().map(|value| value / n).sum::<f64>();
        // The sign of the third moment is that of the skewness; scaled, so that no cube overflows.
        let reach = values.iter().map(|value| (value - mean).abs()).fold(f64::MIN_POSITIVE, f64::max);
        let third: f64 = values.iter().map(|value| ((value - mean) / reach).powi(3)).sum();
        Self { ascending: values, leans_left: third < 0.0 }
    }

    /// −ln of the share at or below, and at or above. What is no number says nothing.
    fn tails(&self, value: f64) -> (f64, f64) {
        if value.is_nan() {
            return (0.0, 0.0);
        }
        let n = self.ascending.len();
        let n_below = self.ascending.partition_point(|other| *other < value);
        let n_up_to = self.ascending.partition_point(|other| *other <= value);
        let of = |n_out: usize| -((n_out as f64 + 1.0) / (n as f64 + 1.0)).ln();
        (of(n_up_to), of(n - n_below))
    }
}
