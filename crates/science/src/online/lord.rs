//! LORD++: levels grow with the time since discoveries.

use std::collections::VecDeque;

use super::{DISCOVERIES_MAX, Decision, levels::slow};
use crate::PValue;

/// LORD++ (Ramdas, Yang, Wainwright and Jordan 2017): α_t = w γ_t + (α − w) γ_(t−τ₁) + α Σ γ_(t−τⱼ), where τⱼ are the
/// times of discoveries and w = α/2 is the starting wealth.
///
/// Controls the FDR at α at **every** time where null p-values are valid given the past (independent of it, or
/// conformal against calibration cases of their own). Under dependence use [`super::ELond`].
#[derive(Debug, Clone, PartialEq)]
pub struct Lord {
    alpha: f64,
    n: u64,
    first: Option<u64>,
    later: VecDeque<u64>,
}

impl Lord {
    /// `alpha` is the false discovery rate to hold, brought into 0 to 1.
    pub fn new(alpha: f64) -> Self {
        Self { alpha: super::rate(alpha), n: 0, first: None, later: VecDeque::new() }
    }

    /// The level at which the next hypothesis will be tested.
    pub fn next_level(&self) -> f64 {
        let now = self.n + 1;
        let wealth = self.alpha / 2.0;
        let of_first = self.first.map_or(0.0, |first| (self.alpha - wealth) * slow(now - first));
        let of_later: f64 = self.later.iter().map(|discovery| slow(now - discovery)).sum();
        wealth * slow(now) + of_first + self.alpha * of_later
    }

    pub fn test(&mut self, p: PValue) -> Decision {
        let level = self.next_level();
        self.n += 1;
        let rejected = p.get() <= level;
        if rejected && self.first.is_none() {
            self.first = Some(self.n);
        } else if rejected {
            if self.later.len() == DISCOVERIES_MAX {
                self.later.pop_front();
            }
            self.later.push_back(self.n);
        }
        Decision { level, rejected }
    }
}
