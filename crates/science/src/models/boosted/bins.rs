//! A table with each value replaced by the number of its bin, so that splits are looked for among 255 places.

use crate::models::table::Table;

/// One byte a value. Bin 0 is for missing values, the others ascend.
pub(super) struct Binned {
    n_features: usize,
    bins: Vec<u8>,
    /// Of each feature the values between bins: bin b + 1 begins above cut b.
    cuts: Vec<Vec<f32>>,
}

impl Binned {
    pub(super) const BINS_MAX: usize = 256;
    /// One bin for missing values, and a bin more than there are cuts.
    const CUTS_MAX: usize = Self::BINS_MAX - 2;
    /// Values that are sorted to find a feature's cuts: more would not move them visibly.
    const SAMPLE_MAX: usize = 200_000;

    pub(super) fn of(table: &Table) -> Self {
        let n_features = table.n_features();
        let cuts: Vec<Vec<f32>> = (0..n_features).map(|feature| Self::cuts(table, feature)).collect();
        let mut bins = vec![0; table.len() * n_features];
        for (feature, cuts) in cuts.iter().enumerate() {
            let column = bins.iter_mut().skip(feature).step_by(n_features);
            for (bin, value) in column.zip(table.column(feature)) {
                *bin = bin_of(cuts, value);
            }
        }
        Self { n_features, bins, cuts }
    }

    pub(super) fn n_features(&self) -> usize {
        self.n_features
    }

    pub(super) fn len(&self) -> usize {
        self.bins.len() / self.n_features
    }

    pub(super) fn row(&self, row: usize) -> &[u8] {
        let start = row * self.n_features;
        &self.bins[start..start + self.n_features]
    }

    /// Bins of a feature: its numbers are below this.
    pub(super) fn n_bins(&self, feature: usize) -> usize {
        self.cuts[feature].len() + 2
    }

    /// Values above it are in bins above `bin`; missing ones are not.
    pub(super) fn threshold(&self, feature: usize, bin: u8) -> f32 {
        match bin.checked_sub(1) {
            None => f32::NEG_INFINITY,
            Some(cut) => self.cuts[feature].get(usize::from(cut)).copied().unwrap_or(f32::INFINITY),
        }
    }

    /// Between all values where they are few, else at equal shares of them.
    fn cuts(table: &Table, feature: usize) -> Vec<f32> {
        let stride = table.len().div_ceil(Self::SAMPLE_MAX).max(1);
        let mut sorted: Vec<f32> = table.column(feature).step_by(stride).filter(|value| !value.is_nan()).collect();
        sorted.sort_unstable_by(f32::total_cmp);
        let mut distinct = sorted.clone();
        distinct.dedup();
        let mut cuts: Vec<f32> = if distinct.len() <= Self::CUTS_MAX + 1 {
            distinct.windows(2).map(|pair| between(pair[0], pair[1])).collect()
        } else {
            let at = |n: usize| n * sorted.len() / (Self::CUTS_MAX + 1);
            (1..=Self::CUTS_MAX).map(|n| between(sorted[at(n) - 1], sorted[at(n)])).collect()
        };
        cuts.dedup();
        cuts
    }
}

fn bin_of(cuts: &[f32], value: f32) -> u8 {
    if value.is_nan() { 0 } else { 1 + cuts.partition_point(|cut| *cut < value) as u8 }
}

/// The middle, or the lower one where there is no number between.
fn between(low: f32, high: f32) -> f32 {
    let middle = low / 2.0 + high / 2.0;
    if middle > low && middle < high { middle } else { low }
}
