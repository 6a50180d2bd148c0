//! Series over time: rhythm, baselines, change points, sequential tests, and what is unusual in a stream of numbers.
//!
//! Even series are slices, one value for each step of time; uneven ones come with their times. What is not a finite
//! number makes a method answer `None`, and is passed over by those that learn from a stream.

mod autocorrelation;
mod changes;
mod cusum;
mod ets;
mod expected;
mod fourier;
mod loess;
mod minimize;
mod novelty;
mod online_changes;
mod rhythm;
mod rolling;
mod sequential;
mod stl;
mod unusual;
mod weekly;

#[cfg(test)]
mod tests;

pub use autocorrelation::{LjungBox, autocorrelation, ljung_box};
pub use changes::{Cost, pelt};
pub use cusum::{Alarm, Cusum, alarm_threshold, run_length};
pub use ets::{Fit, HoltWinters, Smoothing};
pub use expected::{CountBand, counts_expected, level_changed};
pub use fourier::power_spectrum;
pub use online_changes::{Model, OnlineChanges, Outlook};
pub use rhythm::{FisherG, Grid, LombScargle, fisher_g, lomb_scargle};
pub use rolling::RobustWindow;
pub use sequential::{Sprt, Verdict};
pub use stl::{Decomposition, Stl, mstl};
pub use unusual::{Notice, Unusual, Watch};
pub use weekly::WeeklyBaseline;
