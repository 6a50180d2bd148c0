//! Scores become probabilities, and how far probabilities can be trusted.
//!
//! A calibrator is fitted on labelled cases that the scoring model has not seen. Labels are `true` for the class whose
//! probability is wanted.

mod isotonic;
mod platt;
mod reliability;
mod venn_abers;

#[cfg(test)]
mod tests;

pub use isotonic::Isotonic;
pub use platt::Platt;
pub use reliability::{Bin, brier, expected_calibration_error, log_loss, reliability};
pub use venn_abers::{Interval, VennAbers};
