//! Hypothesis tests. Each names its null hypothesis, its assumptions and its source.

mod combine;
mod distance;
mod false_discovery;
mod regularity;
mod tails;

#[cfg(test)]
mod tests;

pub use combine::{cauchy, fisher};
pub use distance::{Distance, kolmogorov_smirnov};
pub use false_discovery::{benjamini_hochberg, benjamini_yekutieli};
pub use regularity::{Phase, Spacings, phase_coherence, spacings};
pub use tails::{binomial_at_least, f_at_least, poisson_at_least};
