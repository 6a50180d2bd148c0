//! How well it works, held against the truth of simulated worlds: one world for the demonstration, many for a
//! measurement that tells intervals.

mod campaigns;
mod demo;
mod plot;
mod share;
mod tables;
mod truth;
mod worlds;

pub use campaigns::Agreement;
pub use demo::{Evaluation, StoryResult, evaluate};
pub use share::Share;
pub use worlds::{WorldsPlan, WorldsReport, evaluate_worlds};
