//! Control of the false discovery rate over an endless stream: each hypothesis is decided when it comes.
//!
//! A procedure names a level α_t from the past alone and rejects where p ≤ α_t; discoveries earn further levels. The
//! state is a few numbers and the times of recent discoveries: it can be kept and taken up again.
//! [`BatchBh`] and [`BatchPrds`] decide whole batches, which has more power than one hypothesis after another.

mod batch_bh;
mod batch_prds;
mod e_lond;
mod levels;
mod lord;
mod saffron;
mod spending;

#[cfg(test)]
mod tests;

pub use batch_bh::{Batch, BatchBh, BatchPast};
pub use batch_prds::BatchPrds;
pub use e_lond::ELond;
pub use lord::Lord;
pub use saffron::Saffron;
pub use spending::Spending;

/// What was decided of one hypothesis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Decision {
    /// The level that it was tested at, 0 to 1.
    pub level: f64,
    pub rejected: bool,
}

/// Discoveries whose further worth is remembered. Each keeps earning levels for ever, though ever smaller ones;
/// forgetting the oldest makes levels smaller, never larger, so control stays and time and memory are bounded.
const DISCOVERIES_MAX: usize = 1_000;

/// A rate brought into 0 to 1; what is not a number rejects nothing.
fn rate(alpha: f64) -> f64 {
    if alpha.is_nan() { 0.0 } else { alpha.clamp(0.0, 1.0) }
}
