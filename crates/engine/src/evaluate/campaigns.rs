//! How far campaigns agree with the intrusions that were planted: each instance of a story is one.

use std::collections::BTreeMap;

use intel::correlate::Campaign;
use schema::ThreatEvent;
use science::evaluate::adjusted_rand;

use super::{demo, truth::Truth};

/// Campaigns of one world against its truth.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Agreement {
    pub n_events: u64,
    pub n_campaigns: u64,
    /// Stories of which there are several events: those that can be put together.
    pub n_planted: u64,
    /// Adjusted Rand index over all events; those of no story and of no campaign stand for themselves.
    pub adjusted_rand: Option<f64>,
    /// Pairs of events of one story that are in one campaign, and all of them.
    pub joined: u64,
    pub to_join: u64,
    /// Pairs of events of two stories, or of a story and of none, that are in one campaign.
    pub joined_wrongly: u64,
}

/// Events are of the story that the truth knows of their two sides; where it knows several, of the one that did most.
pub(super) fn agreement(events: &[ThreatEvent], campaigns: &[Campaign], truth: &Truth) -> Agreement {
    let in_campaign: BTreeMap<&str, &str> = campaigns
        .iter()
        .flat_map(|campaign| campaign.thread.iter().map(|step| (step.event.as_str(), campaign.id.as_str())))
        .collect();
    let labels: Vec<(String, String)> = events
        .iter()
        .map(|event| {
            let story = truth.story(&demo::claim(event));
            let found = in_campaign.get(event.id.as_str()).copied().unwrap_or(&event.id);
            (story.unwrap_or_else(|| event.id.clone()), found.to_owned())
        })
        .collect();
    let (told, found): (Vec<&str>, Vec<&str>) = labels.iter().map(|(a, b)| (a.as_str(), b.as_str())).unzip();
    let to_join = pairs(told.iter().copied());
    let joined = pairs(labels.iter());
    Agreement {
        n_events: events.len() as u64,
        n_campaigns: campaigns.len() as u64,
        n_planted: several(told.iter().copied()),
        adjusted_rand: adjusted_rand(&told, &found),
        joined,
        to_join,
        joined_wrongly: pairs(found.iter().copied()) - joined,
    }
}

fn counts<T: Ord>(labels: impl Iterator<Item = T>) -> BTreeMap<T, u64> {
    let mut counts = BTreeMap::new();
    labels.for_each(|label| *counts.entry(label).or_default() += 1);
    counts
}

fn pairs<T: Ord>(labels: impl Iterator<Item = T>) -> u64 {
    counts(labels).into_values().map(|n: u64| n * (n - 1) / 2).sum()
}

fn several<T: Ord>(labels: impl Iterator<Item = T>) -> u64 {
    counts(labels).into_values().filter(|n| *n > 1).count() as u64
}
