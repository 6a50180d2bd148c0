//! How well scores tell two classes apart. Cases are score and label; higher scores should mean `true`.

mod agreement;
mod auc;
mod bootstrap;
mod curve;

#[cfg(test)]
mod tests;

pub use agreement::adjusted_rand;
pub use auc::{Area, Difference, area, difference};
pub use bootstrap::{Bounds, bootstrap};
pub use curve::{Operating, average_precision, curve, precision_at, recall_at_rate};
