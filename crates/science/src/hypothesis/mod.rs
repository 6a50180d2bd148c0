//! Hypothesis tests. Each names its null hypothesis, its assumptions and its source.

mod beta_binomial;
mod combine;
mod distance;
mod exact;
mod false_discovery;
mod randomness;
mod ranks;
mod rates;
mod regularity;
mod tables;
mod tails;
mod uniformity;

#[cfg(test)]
mod tests;

pub use beta_binomial::{beta_binomial_at_least, beta_binomial_correlation};
pub use combine::{cauchy, fisher, harmonic, stouffer};
pub use distance::{Distance, kolmogorov_smirnov};
pub use exact::{Fourfold, binomial_differs, fisher_exact, rates_differ};
pub use false_discovery::{benjamini_hochberg, benjamini_yekutieli, storey};
pub(crate) use randomness::below;
pub use randomness::{permutation, runs};
pub use ranks::{RankSum, mann_whitney, normal_at_least};
pub use rates::{negative_binomial_at_least, negative_binomial_at_most, negative_binomial_size, rate_exceeds};
pub use regularity::{Phase, Spacings, phase_coherence, spacings};
pub use tables::{Association, chi_square, chi_square_at_least, g_test};
pub use tails::{binomial_at_least, f_at_least, poisson_at_least};
pub use uniformity::{UniformBand, binomial_range, null_share, uniform_distance};
