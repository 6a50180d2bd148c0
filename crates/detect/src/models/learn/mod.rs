//! How the models are trained: cases in, a model file and its evaluation out. Seeded, and without a clock or a disk.

mod dense;
mod dice;
mod groups;
mod sparse;

pub(super) use dense::{Case, Course, train};
pub use dice::Dice;
pub use groups::{Group, Measured, measure};
pub(super) use sparse::{GramCases, learn_grams};
