//! Wald's sequential probability ratio test: decide between two hypotheses with as few cases as may be.

use crate::{EValue, PValue};

/// A sequential test between two simple hypotheses on the chance of success of a trial (Wald 1945).
///
/// Null hypothesis: trials are independent and succeed with chance `null`; the alternative is `other`. With `null` 0.8
/// and `other` 0.2 on the first contacts of a host, success meaning that the other side answered, it is the threshold
/// random walk that finds scanners (Jung, Paxson, Berger and Balakrishnan 2004).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sprt {
    /// ln of the likelihood ratio of a success, and of a failure.
    steps: (f64, f64),
    /// Below the first accept the null hypothesis, above the second reject it.
    bounds: (f64, f64),
    log_ratio: f64,
    n: u64,
    log_ratio_max: f64,
    verdict: Verdict,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Undecided,
    /// The null hypothesis is taken as true.
    Null,
    /// The null hypothesis is rejected.
    Other,
}

impl Sprt {
    /// `false_alarms` α and `misses` β are the chances of deciding wrongly under the null hypothesis and under the
    /// other; by Wald's bounds the realised ones are at most α / (1 − β) and β / (1 − α).
    ///
    /// `None` unless all lie between 0 and 1, α + β < 1, and the hypotheses differ.
    pub fn new(null: f64, other: f64, false_alarms: f64, misses: f64) -> Option<Self> {
        let inside = |share: f64| share > 0.0 && share < 1.0;
        let usable = [null, other, false_alarms, misses].into_iter().all(inside) && null != other;
        if !usable || false_alarms + misses >= 1.0 {
            return None;
        }
        Some(Self {
            steps: ((other / null).ln(), ((1.0 - other) / (1.0 - null)).ln()),
            bounds: ((misses / (1.0 - false_alarms)).ln(), ((1.0 - misses) / false_alarms).ln()),
            log_ratio: 0.0,
            n: 0,
            log_ratio_max: 0.0,
            verdict: Verdict::Undecided,
        })
    }

    /// Takes one trial and tells the verdict, which is final: later trials count for the evidence only.
    pub fn observe(&mut self, success: bool) -> Verdict {
        self.n = self.n.saturating_add(1);
        self.log_ratio += if success { self.steps.0 } else { self.steps.1 };
        self.log_ratio_max = self.log_ratio_max.max(self.log_ratio);
        if self.verdict == Verdict::Undecided {
            self.verdict = self.now();
        }
        self.verdict
    }

    fn now(&self) -> Verdict {
        if self.log_ratio >= self.bounds.1 {
            Verdict::Other
        } else if self.log_ratio <= self.bounds.0 {
            Verdict::Null
        } else {
            Verdict::Undecided
        }
    }

    pub fn n(&self) -> u64 {
        self.n
    }

    /// The likelihood ratio: what a bet of 1 against the null hypothesis is worth now.
    pub fn evidence(&self) -> EValue {
        EValue::exp(self.log_ratio)
    }

    /// Valid at any time of looking (Ville): 1 over the greatest likelihood ratio so far.
    pub fn p_value(&self) -> PValue {
        PValue::clamped((-self.log_ratio_max).exp())
    }

    /// The mean number of trials to a decision where trials succeed with chance `chance`, from a fresh start.
    ///
    /// Exact: the chances of all walks that are still undecided, one trial after another. `None` where `chance` is not
    /// from 0 to 1, and for hypotheses so alike that it would take too long (10⁸ steps of the walks together).
    pub fn expected_trials(&self, chance: f64) -> Option<f64> {
        const STEPS_MAX: usize = 100_000_000;
        /// What is left undecided then no longer counts.
        const LEFT: f64 = 1e-12;
        if !(0.0..=1.0).contains(&chance) {
            return None;
        }
        // Chances by number of successes, from `fewest` on, of walks that are undecided after `n` trials.
        let (mut walks, mut fewest, mut n) = (vec![1.0], 0u64, 0u64);
        let (mut mean, mut steps) = (0.0, 0);
        loop {
            let undecided: f64 = walks.iter().sum();
            if undecided < LEFT {
                return Some(mean);
            }
            mean += undecided;
            steps += walks.len();
            if steps > STEPS_MAX {
                return None;
            }
            n += 1;
            let fails = walks.iter().map(|walk| walk * (1.0 - chance)).chain([0.0]);
            let succeeds = std::iter::once(0.0).chain(walks.iter().map(|walk| walk * chance));
            let next: Vec<f64> = fails.zip(succeeds).map(|(fail, success)| fail + success).collect();
            let open = |successes: u64| {
                let log_ratio = successes as f64 * self.steps.0 + (n - successes) as f64 * self.steps.1;
                log_ratio > self.bounds.0 && log_ratio < self.bounds.1
            };
            let open = |at: usize| open(fewest + at as u64);
            let (first, last) = ((0..next.len()).find(|at| open(*at)), (0..next.len()).rfind(|at| open(*at)));
            let Some((first, last)) = first.zip(last) else { return Some(mean) };
            walks = next.into_iter().skip(first).take(last + 1 - first).collect();
            fewest += first as u64;
        }
    }
}
