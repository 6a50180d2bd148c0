//! Rows of numbers, one behind the other in memory.

/// Rows with the same columns; all numbers are finite.
#[derive(Debug, Clone)]
pub struct Rows {
    n_columns: usize,
    values: Vec<f64>,
}

impl Rows {
    /// `None` where there is no column.
    pub fn new(n_columns: usize) -> Option<Self> {
        (n_columns > 0).then_some(Self { n_columns, values: Vec::new() })
    }

    /// Adds a row and says so; one of another length, or with a number that is not finite, is left out.
    pub fn push(&mut self, row: &[f64]) -> bool {
        let fits = row.len() == self.n_columns && row.iter().all(|value| value.is_finite());
        if fits {
            self.values.extend(row);
        }
        fits
    }

    pub fn len(&self) -> usize {
        self.values.len() / self.n_columns
    }

    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    pub fn n_columns(&self) -> usize {
        self.n_columns
    }

    pub fn iter(&self) -> impl Iterator<Item = &[f64]> {
        self.values.chunks_exact(self.n_columns)
    }

    pub(crate) fn row(&self, row: usize) -> &[f64] {
        &self.values[row * self.n_columns..(row + 1) * self.n_columns]
    }

    pub(crate) fn column(&self, column: usize) -> impl Iterator<Item = f64> {
        self.values.iter().skip(column).step_by(self.n_columns).copied()
    }
}
