//! How strange a row of numbers is beside others, without labels. Higher scores are stranger.
//!
//! A score is no probability and has no threshold of its own: give scores of rows that were not fitted to `conformal`,
//! and a stranger's score becomes a p-value under the null hypothesis that it came from where the others did.
//!
//! | | learns | sees |
//! |---|---|---|
//! | [`IsolationForest`] | a sample, once | what few cuts part from the rest |
//! | [`HalfSpaceTrees`] | each row as it comes, in constant memory | where the last window was empty |
//! | [`CutForest`] | each row as it comes, keeps a window | what the forest would be simpler without |
//! | [`Ecod`] | all rows, sorted | tails of each column |
//! | [`Hbos`] | one histogram a column | thin places of each column |

mod cut_forest;
mod cut_tree;
mod ecod;
mod half_space;
mod hbos;
mod isolation;

#[cfg(test)]
mod tests;

pub use cut_forest::CutForest;
pub use ecod::Ecod;
pub use half_space::{HalfSpaceTrees, Spaces};
pub use hbos::Hbos;
pub use isolation::{Forest, IsolationForest};
