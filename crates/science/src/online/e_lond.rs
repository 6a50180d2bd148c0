//! e-LOND: control under any dependence, by e-values.

use super::{Decision, levels::slow, rate};
use crate::EValue;

/// e-LOND (Xu and Ramdas 2024): α_t = α γ_t (discoveries so far + 1), rejected where e ≥ 1/α_t.
///
/// Controls the FDR at α at every time under **any** dependence of the e-values: several detectors on the same
/// records, overlapping windows. Levels fall with time and only discoveries raise them.
#[derive(Debug, Clone, PartialEq)]
pub struct ELond {
    alpha: f64,
    n: u64,
    n_rejected: u64,
}

impl ELond {
    /// `alpha` is the false discovery rate to hold, brought into 0 to 1.
    pub fn new(alpha: f64) -> Self {
        Self { alpha: rate(alpha), n: 0, n_rejected: 0 }
    }

    /// The level at which the next hypothesis will be tested.
    pub fn next_level(&self) -> f64 {
        self.alpha * slow(self.n + 1) * (self.n_rejected + 1) as f64
    }

    pub fn test(&mut self, e: EValue) -> Decision {
        let level = self.next_level();
        self.n += 1;
        let rejected = e.get() * level >= 1.0;
        self.n_rejected += u64::from(rejected);
        Decision { level, rejected }
    }
}
