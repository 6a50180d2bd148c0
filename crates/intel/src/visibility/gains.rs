//! What would be gained by collecting more: log sources that are missing, ranked by the techniques they would show.

use std::collections::{BTreeMap, BTreeSet};

use super::{AnalyticSeen, State, TechniqueSeen};

/// What one log source would add.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Gain {
    pub log_source: String,
    /// Nothing tells what in the lake it would be: it would not be recognized either.
    pub untold: bool,
    /// Techniques of which an analytic would have all its logs, and none has today.
    pub techniques: Vec<String>,
    /// Sum over all techniques of what the share of their best analytic would grow by.
    pub share_gained: f64,
}

/// Every log source that does not flow whole, the one that shows most first.
pub fn gains(techniques: &[TechniqueSeen]) -> Vec<Gain> {
    let sources = techniques.iter().flat_map(|technique| &technique.analytics).flat_map(|one| &one.log_sources);
    let lacking: BTreeMap<&str, bool> = sources
        .filter(|source| source.share < 1.0)
        .map(|source| (source.name.as_str(), source.state == State::Untold))
        .collect();
    let mut gains: Vec<Gain> = lacking.into_iter().map(|(name, untold)| gain(name, untold, techniques)).collect();
    gains.sort_by(|a, b| {
        let by_techniques = b.techniques.len().cmp(&a.techniques.len());
        let by_share = by_techniques.then(b.share_gained.total_cmp(&a.share_gained));
        by_share.then_with(|| a.log_source.cmp(&b.log_source))
    });
    gains
}

fn gain(name: &str, untold: bool, techniques: &[TechniqueSeen]) -> Gain {
    let (mut shown, mut share_gained) = (BTreeSet::new(), 0.0);
    for technique in techniques {
        let best = technique.analytics.iter().map(|analytic| with(name, analytic)).fold(technique.share, f64::max);
        share_gained += best - technique.share;
        if best >= 1.0 && technique.share < 1.0 {
            shown.insert(technique.id.clone());
        }
    }
    Gain { log_source: name.to_owned(), untold, techniques: shown.into_iter().collect(), share_gained }
}

/// The share of an analytic if this log source flowed whole.
fn with(name: &str, analytic: &AnalyticSeen) -> f64 {
    let share = |source: &super::SourceSeen| if source.name == name { 1.0 } else { source.share };
    analytic.log_sources.iter().map(share).sum::<f64>() / analytic.log_sources.len().max(1) as f64
}
