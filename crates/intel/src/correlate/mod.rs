//! Threat events → campaigns: linked by rare things that they share, weighed, cut at weak bridges, and kept under ids
//! that stay. Pure: equal events give equal campaigns in whatever order they came.
//!
//! One file a question: who is who in an event (`sides`), what can be shared (`things`), what it says (`weigh`), who is near whom (`index`), what is one
//! campaign (`communities`), what analysts have decided (`decisions`), which campaign is which of before (`lineage`),
//! and why (`campaign`). Method, weights and limits: docs/campaigns.md.
//!
//! ```
//! use intel::correlate::Correlation;
//!
//! let mut correlation = Correlation::default();
//! let changes = correlation.settle();
//! assert!(changes.is_empty() && correlation.campaigns().is_empty());
//! ```

mod campaign;
mod communities;
mod concert;
mod decisions;
mod index;
mod lineage;
mod part;
mod sides;
mod things;
mod weigh;

use std::collections::{BTreeMap, BTreeSet};

pub use campaign::{Arc, Campaign, SharedThing, Step};
pub use decisions::Decision;
pub use lineage::{Change, Members};
pub use things::{Facts, Item, Kind, Thing, Vertex};
pub use weigh::{LINK_BITS, Prevalence, Reason};

use index::Index;

/// Events and the campaigns that they make, kept up to date.
#[derive(Debug, Default)]
pub struct Correlation {
    index: Index,
    decisions: Vec<Decision>,
    decisions_changed: bool,
    labels: Vec<u32>,
    campaigns: Vec<Members>,
    /// Every id that ever was, so that none is given twice.
    taken: BTreeSet<String>,
}

impl Correlation {
    /// Goes on from what was kept: campaigns as they last were, every id that ever was, and what analysts have decided
    /// from the oldest to the newest. The events have to be put in again.
    pub fn resume(campaigns: Vec<Members>, taken: BTreeSet<String>, decisions: Vec<Decision>) -> Self {
        let taken = taken.into_iter().chain(campaigns.iter().map(|campaign| campaign.id.clone())).collect();
        Self { campaigns, taken, decisions, decisions_changed: true, ..Self::default() }
    }

    /// Puts an event in, or in the place of the one that has its id.
    pub fn put(&mut self, item: Item) {
        self.index.put(item);
    }

    pub fn remove(&mut self, event: &str) {
        self.index.remove(event);
    }

    /// What telemetry knows of a thing: who else met it, and who else lives there.
    pub fn seen(&mut self, thing: &Thing, prevalence: Prevalence) {
        self.index.seen(thing, prevalence);
    }

    /// Things that several events have: those that telemetry should be asked about.
    pub fn shared(&self) -> Vec<&Thing> {
        self.index.shared()
    }

    pub fn decide(&mut self, decision: Decision) {
        self.decisions.push(decision);
        self.decisions_changed = true;
    }

    /// Brings campaigns up to date, and says what has changed.
    pub fn settle(&mut self) -> Vec<Change> {
        let mut stale = self.index.settle();
        if std::mem::take(&mut self.decisions_changed) {
            stale = (0..self.index.n_slots() as u32).collect();
        }
        self.labels = communities::communities(&self.index, &self.labels, &stale, &self.decisions);
        let (campaigns, changes) = lineage::named(std::mem::take(&mut self.campaigns), self.groups(), &self.taken);
        self.taken.extend(changes.iter().map(|change| change.campaign().to_owned()));
        self.campaigns = campaigns;
        changes
    }

    /// Campaigns as of the last settling, by id.
    pub fn campaigns(&self) -> &[Members] {
        &self.campaigns
    }

    /// Why a campaign is one.
    pub fn describe(&self, members: &Members) -> Campaign {
        campaign::describe(&self.index, members)
    }

    pub fn n_events(&self) -> usize {
        self.index.len()
    }

    /// Events with the same label, where there are several; each in the order of time.
    fn groups(&self) -> Vec<Vec<String>> {
        // Most events are alone, and nothing is to be made for them.
        let mut has_others = vec![false; self.labels.len()];
        let is_named = |(number, label): &(usize, &u32)| *number != **label as usize;
        self.labels.iter().enumerate().filter(is_named).for_each(|(_, label)| has_others[*label as usize] = true);
        let mut groups: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (number, label) in self.labels.iter().enumerate().filter(|(_, label)| has_others[**label as usize]) {
            groups.entry(*label).or_default().push(number as u32);
        }
        groups
            .into_values()
            .map(|mut numbers| {
                numbers.sort_by_key(|number| self.index.key(*number));
                numbers.iter().filter_map(|number| Some(self.index.at(*number)?.id.clone())).collect()
            })
            .filter(|events: &Vec<String>| events.len() > 1)
            .collect()
    }
}

#[cfg(test)]
mod tests;
