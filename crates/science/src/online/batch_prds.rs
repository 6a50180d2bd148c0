//! Batch-PRDS: as Batch-BH, for p-values that are positively dependent within a batch.

use super::{
    batch_bh::{Batch, decided, discoveries},
    rate,
    spending::Spending,
};
use crate::PValue;

/// Batch-PRDS (Zrnic, Jiang, Ramdas and Jordan, AISTATS 2020, section 4): Benjamini and Hochberg's procedure on each
/// batch at level α_t = α γ_t (n_t + R) / n_t, where R are the discoveries so far.
///
/// Controls the FDR at α at the end of every batch where batches are independent of each other and the p-values within
/// a batch are positively dependent on each null (PRDS): independent ones, conformal ones that share their calibration
/// cases (Bates, Candès, Lei, Romano and Sesia 2023). What a batch has not spent is lost, so [`super::BatchBh`] has more
/// power where p-values are independent.
#[derive(Debug, Clone, PartialEq)]
pub struct BatchPrds {
    level: f64,
    spending: Spending,
    /// Batches with a test in them.
    n_batches: u64,
    n_rejected: u64,
}

impl BatchPrds {
    /// `level` is the false discovery rate to hold over the stream, brought into 0 to 1.
    pub fn new(level: f64, spending: Spending) -> Self {
        Self::resume(level, spending, 0, 0)
    }

    /// Goes on after this many batches and discoveries, which are all that it remembers.
    pub fn resume(level: f64, spending: Spending, n_batches: u64, n_rejected: u64) -> Self {
        Self { level: rate(level), spending, n_batches, n_rejected }
    }

    /// Batches that held a test, and discoveries, so far.
    pub fn past(&self) -> (u64, u64) {
        (self.n_batches, self.n_rejected)
    }

    /// α_t if the next batch has `n_tests` hypotheses; 0 for none.
    pub fn level_for(&self, n_tests: usize) -> f64 {
        if n_tests == 0 {
            return 0.0;
        }
        let gain = 1.0 + self.n_rejected as f64 / n_tests as f64;
        (self.level * self.spending.share(self.n_batches.saturating_add(1)) * gain).min(1.0)
    }

    /// Decides a batch. An empty one is none: nothing is spent.
    pub fn close(&mut self, p: &[PValue]) -> Batch {
        self.close_among(p, p.len())
    }

    /// As [`super::BatchBh::close_among`].
    pub fn close_among(&mut self, p: &[PValue], n_tests: usize) -> Batch {
        let n_tests = n_tests.max(p.len());
        let level = self.level_for(n_tests);
        let (n_rejected, n_rejected_most) = discoveries(p, n_tests, level);
        self.n_batches = self.n_batches.saturating_add(u64::from(n_tests > 0));
        self.n_rejected = self.n_rejected.saturating_add(n_rejected);
        decided(p, n_tests, level, self.level, n_rejected, n_rejected_most)
    }
}
