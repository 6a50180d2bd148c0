//! How a stream of batches spreads its level over time.

use super::levels::steep;

/// The shares γ_1, γ_2, ... of a stream's level, which sum to 1 at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Spending {
    /// γ_t ∝ t^−1.6, the default of the authors of Batch-BH: no end, but without discoveries levels fall fast (batch
    /// 30: 0.002 of the level, batch 365: 0.00003).
    #[default]
    Endless,
    /// γ_t = 1/n for n batches, and nothing afterwards: every batch has the same chance, and the promise holds for
    /// these n batches. Whoever goes on begins a new stream, with a promise of its own.
    Evenly(u32),
}

impl Spending {
    /// γ_t; `batch` counts from 1.
    pub(super) fn share(self, batch: u64) -> f64 {
        match self {
            Self::Endless => steep(batch),
            Self::Evenly(n) if batch <= u64::from(n) => 1.0 / f64::from(n),
            Self::Evenly(_) => 0.0,
        }
    }
}
