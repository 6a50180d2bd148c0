//! Which campaign of today is which of yesterday: ids that stay, and every merge and split told. Input: `communities`.

use std::collections::{BTreeMap, BTreeSet};

use schema::stable_id;

/// Events of one campaign, in the order of time, under the id that it keeps.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Members {
    pub id: String,
    pub events: Vec<String>,
}

/// What has become of campaigns since they were last put together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case", tag = "change")]
pub enum Change {
    /// New, of events that were in none.
    Began { campaign: String, events: Vec<String> },
    /// New, of events that were in another one.
    SplitFrom { campaign: String, from: String, events: Vec<String> },
    /// Events have come that were in none.
    Grew { campaign: String, events: Vec<String> },
    /// Events of another campaign have come to this one; where all have, the other is no more.
    Took { campaign: String, from: String, events: Vec<String>, whole: bool },
    /// Events are in it no longer, and in no other: they were judged again, or nothing holds them.
    Lost { campaign: String, events: Vec<String> },
    /// Nothing is left of it.
    Ended { campaign: String, into: Option<String> },
}

impl Change {
    /// The campaign whose history it belongs to.
    pub fn campaign(&self) -> &str {
        match self {
            Self::Began { campaign, .. }
            | Self::SplitFrom { campaign, .. }
            | Self::Grew { campaign, .. }
            | Self::Took { campaign, .. }
            | Self::Lost { campaign, .. }
            | Self::Ended { campaign, .. } => campaign,
        }
    }
}

/// Gives communities (events in the order of time) their ids. A community is the campaign that most of its events were
/// in, where no other has more of that campaign's events; a new one is named after its first event. `taken` holds every
/// id that ever was.
pub(super) fn named(
    before: Vec<Members>,
    communities: Vec<Vec<String>>,
    taken: &BTreeSet<String>,
) -> (Vec<Members>, Vec<Change>) {
    // Most are as they were, and cost nothing.
    let (mut members, before, communities) = apart(before, communities);
    let was_in: BTreeMap<&str, &str> = before
        .iter()
        .flat_map(|campaign| campaign.events.iter().map(|event| (event.as_str(), campaign.id.as_str())))
        .collect();
    let heirs = heirs(&was_in, &communities);
    let mut given = BTreeSet::new();
    let mut changed = Vec::with_capacity(communities.len());
    let mut changes = Vec::new();
    for (number, events) in communities.iter().enumerate() {
        let kept = heirs.get(&number).map(|id| (*id).to_owned());
        let id = kept.clone().unwrap_or_else(|| new_id(events, taken, &mut given));
        changes.extend(changes_of(&id, kept.is_some(), events, &was_in));
        changed.push(Members { id, events: events.clone() });
    }
    changes.extend(losses(&before, &changed));
    changes.sort_unstable();
    members.extend(changed);
    members.sort_by(|a, b| a.id.cmp(&b.id));
    (members, changes)
}

/// Campaigns that are as they were, the others of before, and the communities that are none of them.
fn apart(before: Vec<Members>, communities: Vec<Vec<String>>) -> (Vec<Members>, Vec<Members>, Vec<Vec<String>>) {
    let by_first: BTreeMap<&str, &Vec<String>> =
        communities.iter().filter_map(|events| Some((events.first()?.as_str(), events))).collect();
    let is_same = |campaign: &Members| {
        campaign
            .events
            .first()
            .and_then(|first| by_first.get(first.as_str()))
            .is_some_and(|now| **now == campaign.events)
    };
    let (same, others): (Vec<Members>, Vec<Members>) = before.into_iter().partition(is_same);
    let kept: BTreeSet<String> = same.iter().filter_map(|campaign| campaign.events.first().cloned()).collect();
    let is_new = |events: &Vec<String>| events.first().is_none_or(|first| !kept.contains(first));
    (same, others, communities.into_iter().filter(is_new).collect())
}

/// Which community goes on under which id: pairs with the most events in common first.
fn heirs<'a>(was_in: &BTreeMap<&str, &'a str>, communities: &[Vec<String>]) -> BTreeMap<usize, &'a str> {
    let mut shares: BTreeMap<(usize, &str), usize> = BTreeMap::new();
    for (number, events) in communities.iter().enumerate() {
        for id in events.iter().filter_map(|event| was_in.get(event.as_str())) {
            *shares.entry((number, *id)).or_default() += 1;
        }
    }
    let mut pairs: Vec<((usize, &str), usize)> = shares.into_iter().collect();
    let first = |number: usize| communities.get(number).and_then(|events| events.first());
    pairs.sort_by(|((a, id), n), ((b, other), m)| m.cmp(n).then(id.cmp(other)).then_with(|| first(*a).cmp(&first(*b))));
    let (mut heirs, mut given) = (BTreeMap::new(), BTreeSet::new());
    for ((number, id), _) in pairs {
        if !heirs.contains_key(&number) && given.insert(id) {
            heirs.insert(number, id);
        }
    }
    heirs
}

fn new_id(events: &[String], taken: &BTreeSet<String>, given: &mut BTreeSet<String>) -> String {
    let first = events.first().map_or("", String::as_str);
    let mut id = stable_id("campaign", &[first]);
    let mut again = 1_u32;
    while taken.contains(&id) || !given.insert(id.clone()) {
        again += 1;
        id = stable_id("campaign", &[first, &again.to_string()]);
    }
    id
}

fn changes_of(id: &str, is_known: bool, events: &[String], was_in: &BTreeMap<&str, &str>) -> Vec<Change> {
    let mut came: BTreeMap<Option<&str>, Vec<String>> = BTreeMap::new();
    for event in events {
        came.entry(was_in.get(event.as_str()).copied()).or_default().push(event.clone());
    }
    let mut changes = Vec::new();
    let mut is_new = !is_known;
    for (from, events) in came.into_iter().rev() {
        let campaign = id.to_owned();
        changes.push(match from {
            Some(from) if from == id => continue,
            Some(from) if is_new => Change::SplitFrom { campaign, from: from.to_owned(), events },
            Some(from) => Change::Took { campaign, from: from.to_owned(), events, whole: false },
            None if is_new => Change::Began { campaign, events },
            None => Change::Grew { campaign, events },
        });
        is_new = false;
    }
    changes
}

/// Events that are nowhere now, campaigns that are no more.
fn losses(before: &[Members], now: &[Members]) -> Vec<Change> {
    let is_in: BTreeMap<&str, &str> =
        now.iter().flat_map(|of| of.events.iter().map(|event| (event.as_str(), of.id.as_str()))).collect();
    let ids: BTreeSet<&str> = now.iter().map(|campaign| campaign.id.as_str()).collect();
    let mut changes = Vec::new();
    for old in before {
        let lost: Vec<String> =
            old.events.iter().filter(|event| !is_in.contains_key(event.as_str())).cloned().collect();
        if ids.contains(old.id.as_str()) {
            if !lost.is_empty() {
                changes.push(Change::Lost { campaign: old.id.clone(), events: lost });
            }
            continue;
        }
        let into: BTreeSet<&str> = old.events.iter().filter_map(|event| is_in.get(event.as_str()).copied()).collect();
        let into = into.first().filter(|_| into.len() == 1).map(|id| (*id).to_owned());
        changes.push(Change::Ended { campaign: old.id.clone(), into });
    }
    changes
}
