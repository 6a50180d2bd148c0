//! How far out is far: tails of distributions by extreme value theory, for levels that no calibration set reaches.

mod pareto;
mod spot;

#[cfg(test)]
mod tests;

pub use pareto::Pareto;
pub use spot::{Drifting, Peaks, Spot};
