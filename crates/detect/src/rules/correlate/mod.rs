//! Correlation rules without a clock: matches of other rules go in by time, and what holds of them comes out.
//!
//! **Windows.** A window ends with each instant that has a match and reaches back over the time span, both ends
//! included; windows are not aligned to anything. All matches of an instant are in it. The condition is asked of each
//! window, so what holds is a function of the set of matches, however they arrived.
//! **Chains.** A window that holds counts as a match at its end, for correlations that name this one.
//! **Late matches.** [`Matches`] of a stretch of time are kept by the caller, and a late record makes its stretch anew;
//! then everything within [`RuleSet::reach`](super::RuleSet::reach) behind it is asked again. Nothing else is state.

mod correlator;
mod events;
mod held;
mod matches;
mod measure;
mod sorted;

use std::collections::BTreeMap;

pub use correlator::Correlator;
pub use events::events;
pub use matches::Matches;

/// A record that a rule matched.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Event {
    /// Nanoseconds since 1970.
    pub at: i64,
    /// Id of the rule.
    pub rule: String,
    pub dataset: String,
    pub table: String,
    pub record_id: String,
    /// Fields that correlations ask for, by Sigma's name; missing ones are left out.
    pub fields: BTreeMap<String, String>,
}

/// What held for one group in the windows that ended within one stretch of time.
#[derive(Debug, Clone, PartialEq)]
pub struct Occurrence {
    /// Number of the correlation in its set.
    pub correlation: usize,
    pub dataset: String,
    /// Values of `group-by`, in its order.
    pub group: Vec<String>,
    /// From the first match of the first window to the end of the last, nanoseconds.
    pub first: i64,
    pub last: i64,
    /// Matches in these windows, each counted once.
    pub n_events: u64,
    /// Windows that held.
    pub n_windows: u64,
    /// The highest number that was counted in a window.
    pub most: f64,
    /// Table and record id of matches, the earliest of each rule.
    pub evidence: Vec<(String, String)>,
}
