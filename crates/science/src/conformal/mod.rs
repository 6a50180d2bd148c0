//! Conformal p-values: any score becomes "one in so many ordinary cases scores this high", with a guarantee.
//!
//! Null hypothesis: the new case is **exchangeable** with the calibration cases. Then every p-value here is valid,
//! P(p ≤ t) ≤ t, whatever the score and whatever its distribution (Vovk, Gammerman and Shafer 2005; Bates, Candès,
//! Lei, Romano and Sesia 2023). Nothing smaller than 1 / (n + 1) can be said with n calibration cases. Higher scores
//! are stranger. Whether cases are exchangeable at all is what [`martingale`](Jumper) watches.

mod martingale;
mod mondrian;
mod rolling;
mod split;
mod weighted;

#[cfg(test)]
mod tests;

pub use martingale::{Histogram, Jumper, PowerMixture};
pub use mondrian::Mondrian;
pub use rolling::Rolling;
pub use split::Calibration;
pub use weighted::{recency_weights, weighted};
