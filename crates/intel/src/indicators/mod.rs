//! Indicators as views over claims: what is left of their score, how long they last, and curves of that.

mod curve;
mod decay;
mod lifetimes;

pub use curve::svg;
pub use decay::{Decay, Model, Score, Standing};
pub use lifetimes::{Curve, Sighted, curves};
