//! SAFFRON: levels are spent only on hypotheses that may be false.

use std::collections::VecDeque;

use super::{DISCOVERIES_MAX, Decision, levels::steep, rate};
use crate::PValue;

/// SAFFRON (Ramdas, Zrnic, Wainwright and Jordan 2018) with candidates p ≤ λ = ½ and starting wealth α/2.
///
/// As [`super::Lord`], but time stands still while candidates come, as adaptive procedures offline take the share of
/// true nulls into account: more power where many hypotheses are false. The same assumptions.
#[derive(Debug, Clone, PartialEq)]
pub struct Saffron {
    alpha: f64,
    n: u64,
    n_candidates: u64,
    first: Option<Past>,
    later: VecDeque<Past>,
}

/// Tests and candidates up to and with a discovery.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Past {
    n: u64,
    n_candidates: u64,
}

impl Saffron {
    const LAMBDA: f64 = 0.5;

    /// `alpha` is the false discovery rate to hold, brought into 0 to 1.
    pub fn new(alpha: f64) -> Self {
        Self { alpha: rate(alpha), n: 0, n_candidates: 0, first: None, later: VecDeque::new() }
    }

    /// The level at which the next hypothesis will be tested, at most λ.
    pub fn next_level(&self) -> f64 {
        let start = Past { n: 0, n_candidates: 0 };
        let wealth = self.alpha / 2.0;
        let of_first = self.first.map_or(0.0, |first| (self.alpha - wealth) * steep(self.since(first)));
        let of_later: f64 = self.later.iter().map(|discovery| steep(self.since(*discovery))).sum();
        let level = wealth * steep(self.since(start)) + of_first + self.alpha * of_later;
        (level * (1.0 - Self::LAMBDA)).min(Self::LAMBDA)
    }

    /// Tests since a discovery, the next one included, without the candidates in between.
    fn since(&self, past: Past) -> u64 {
        (self.n + 1 - past.n) - (self.n_candidates - past.n_candidates)
    }

    pub fn test(&mut self, p: PValue) -> Decision {
        let level = self.next_level();
        self.n += 1;
        self.n_candidates += u64::from(p.get() <= Self::LAMBDA);
        let rejected = p.get() <= level;
        let now = Past { n: self.n, n_candidates: self.n_candidates };
        if rejected && self.first.is_none() {
            self.first = Some(now);
        } else if rejected {
            if self.later.len() == DISCOVERIES_MAX {
                self.later.pop_front();
            }
            self.later.push_back(now);
        }
        Decision { level, rejected }
    }
}
