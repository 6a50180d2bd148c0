//! Models that learn from labelled cases, and say what they have learned in few bytes.
//!
//! Scores are not yet probabilities that can be trusted: calibrate them on cases that the model has not seen
//! (`calibrate`), or take their p-values among cases of the past (`conformal`).

mod boosted;
pub(crate) mod bytes;
mod cases;
mod descent;
mod grams;
mod logistic;
mod markov;
mod novelty;
mod table;

#[cfg(test)]
mod tests;

pub use boosted::{Boosted, Growth};
pub use cases::Cases;
pub use logistic::{Logistic, Penalty};
pub use markov::Markov;
pub use novelty::Novelty;
pub use table::Table;
