//! A sample of what was tried: the targets whose hashes are smallest, and whether they answered. Samples of hours join
//! into the sample of the day, whatever the order (Bar-Yossef et al. 2002), and small sets are kept whole.

use std::collections::BTreeMap;

/// Targets kept of one axis in one hour, in a window, and of a past day.
pub(super) const HOUR: usize = 128;
pub(super) const WINDOW: usize = 256;
pub(super) const PAST: usize = 32;

#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Sample {
    /// Hash of a target; whether every attempt on it failed.
    targets: BTreeMap<u64, bool>,
    /// Distinct targets of its largest part, which may be more than are kept.
    n_largest: f64,
    /// Targets of parts that have none in common.
    n_disjoint: f64,
}

impl Sample {
    /// The lowest bit of a target's hash is not used.
    pub(super) fn add(&mut self, target: u64, failed: bool) {
        let target = target & !1;
        self.targets.entry(target).and_modify(|known| *known &= failed).or_insert(failed);
        self.n_largest = self.n_largest.max(self.targets.len() as f64);
    }

    /// `share`: one in so many was looked at.
    pub(super) fn scale(&mut self, share: f64) {
        self.n_largest *= share;
    }

    /// Says that parts which were joined have no target in common: their numbers add up. `n` is that of the last part.
    pub(super) fn add_size(&mut self, n: f64) {
        self.n_disjoint += n;
        self.n_largest = self.n_largest.max(self.n_disjoint);
    }

    pub(super) fn keep(&mut self, most: usize) {
        while self.targets.len() > most {
            self.targets.pop_last();
        }
    }

    pub(super) fn join(&mut self, other: &Self, most: usize) {
        let n_largest = self.n_largest.max(other.n_largest);
        for (target, failed) in &other.targets {
            self.add(*target, *failed);
        }
        self.n_largest = n_largest;
        self.keep(most);
    }

    pub(super) fn encoded(&self) -> Vec<i64> {
        self.targets.iter().map(|(target, failed)| (target | u64::from(*failed)).cast_signed()).collect()
    }

    pub(super) fn decoded(targets: &[i64], n_largest: f64) -> Self {
        let flagged = |target: &i64| (target.cast_unsigned() & !1, target & 1 == 1);
        Self { targets: targets.iter().map(flagged).collect(), n_largest, n_disjoint: 0.0 }
    }

    /// Targets in the sample, and how many of them failed.
    pub(super) fn counts(&self) -> (u64, u64) {
        let n_failed = self.targets.values().filter(|failed| **failed).count();
        (self.targets.len() as u64, n_failed as u64)
    }

    /// Distinct targets of the whole, never more than there were: the sample or its largest part.
    pub(super) fn n_targets(&self) -> f64 {
        self.n_largest.max(self.targets.len() as f64)
    }

    pub(super) fn n_failed(&self) -> f64 {
        let (n, n_failed) = self.counts();
        if n == 0 { 0.0 } else { (self.n_targets() * n_failed as f64 / n as f64).round() }
    }
}
