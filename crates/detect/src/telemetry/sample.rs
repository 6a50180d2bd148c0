//! A sample of distinct texts: those whose hashes are smallest. Samples join into the sample of all, whatever the order,
//! and tell how many distinct ones there are (Bar-Yossef et al. 2002; Beyer et al. 2007). Small sets are kept whole.

use std::collections::BTreeSet;

/// Enough for a standard error of one in nine.
pub(crate) const SAMPLE_MAX: usize = 80;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Sample {
    hashes: BTreeSet<u64>,
}

impl Sample {
    /// Whether the sample changed: the text is new, and among the smallest.
    pub(crate) fn add(&mut self, hash: u64) -> bool {
        let full = self.hashes.len() >= SAMPLE_MAX;
        if full && self.hashes.last().is_some_and(|largest| hash >= *largest) || !self.hashes.insert(hash) {
            return false;
        }
        if full {
            self.hashes.pop_last();
        }
        true
    }

    pub(crate) fn join(&mut self, other: &Self) {
        for hash in &other.hashes {
            self.add(*hash);
        }
    }

    /// Distinct texts, exact below [`SAMPLE_MAX`].
    pub(crate) fn n_distinct(&self) -> f64 {
        let n = self.hashes.len();
        match self.hashes.last() {
            Some(largest) if n >= SAMPLE_MAX => (n as f64 - 1.0) / ((*largest as f64 + 1.0) / 2f64.powi(64)),
            _ => n as f64,
        }
    }

    /// Hashes of the sample, ascending.
    pub(crate) fn hashes(&self) -> impl Iterator<Item = u64> + '_ {
        self.hashes.iter().copied()
    }

    pub(crate) fn encoded(&self) -> Vec<i64> {
        self.hashes.iter().map(|hash| hash.cast_signed()).collect()
    }

    pub(crate) fn decoded(hashes: &[i64]) -> Self {
        Self { hashes: hashes.iter().map(|hash| hash.cast_unsigned()).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::hash::stable_hash, *};

    #[test]
    fn it_counts_what_is_distinct() {
        let sample = |range: std::ops::Range<u32>| {
            let mut sample = Sample::default();
            for i in range {
                sample.add(stable_hash(&format!("name{i}")));
            }
            sample
        };
        assert_eq!(sample(0..50).n_distinct(), 50.0);
        let mut all = sample(0..6_000);
        all.join(&sample(4_000..10_000));
        assert_eq!(all, sample(0..10_000));
        let share = all.n_distinct() / 10_000.0;
        assert!((0.7..1.4).contains(&share), "{share}");
        assert_eq!(Sample::decoded(&all.encoded()), all);
    }
}
