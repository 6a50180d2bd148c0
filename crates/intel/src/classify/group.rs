//! Decides which findings are about the same activity. Input: findings; neighbors: `anchor` before, `activity` after.
//!
//! Two findings are about the same activity when dataset and subject are equal and so is the other side: the same
//! owner or thing, or one's object appears among the other's `also`. An address that appears behind names of two
//! owners (a CDN, a shared host) says nothing about either and joins neither. Where there is no other side, as in
//! matches of rules, findings belong together while no day between them is quiet. What is decided for one subject
//! never depends on findings of another, so that the engine may classify subject by subject.

use std::collections::{BTreeMap, BTreeSet};

use schema::{Entity, Finding};
use science::graph::components;

use super::anchor::Anchor;

/// Findings about one activity, by id.
#[derive(Debug)]
pub(super) struct Group<'a> {
    pub(super) findings: Vec<&'a Finding>,
}

/// Cuts findings into groups, in a stable order whatever order they come in.
pub(super) fn groups(findings: &[Finding]) -> Vec<Group<'_>> {
    let mut by_subject: BTreeMap<(&str, &Entity), Vec<&Finding>> = BTreeMap::new();
    for finding in newest_of_each_id(findings) {
        by_subject.entry((&finding.dataset, &finding.subject)).or_default().push(finding);
    }
    by_subject.into_values().flat_map(groups_of_subject).collect()
}

/// One finding for each id, by id; of several the one that has seen most.
fn newest_of_each_id(findings: &[Finding]) -> Vec<&Finding> {
    let mut sorted: Vec<&Finding> = findings.iter().collect();
    sorted.sort_by(|a, b| {
        let by_content = || (b.window.end, b.last_seen, b.n_records).cmp(&(a.window.end, a.last_seen, a.n_records));
        a.id.cmp(&b.id).then_with(by_content).then_with(|| b.score.total_cmp(&a.score))
    });
    sorted.dedup_by(|later, kept| later.id == kept.id);
    sorted
}

fn groups_of_subject(findings: Vec<&Finding>) -> Vec<Group<'_>> {
    let anchors: Vec<Anchor> = findings.iter().map(|finding| Anchor::of_finding(finding)).collect();
    let mut links = BTreeSet::new();
    for (finding, anchor) in findings.iter().zip(&anchors) {
        let others = finding.also.iter().map(Anchor::of_entity).filter(|other| other != anchor);
        links.extend(others.map(|other| Link { from: anchor.clone(), to: other }));
    }
    let nodes: Vec<&Anchor> = anchors.iter().collect::<BTreeSet<_>>().into_iter().collect();
    let labels = joined(&nodes, &links);

    let mut groups: BTreeMap<Option<usize>, Vec<&Finding>> = BTreeMap::new();
    for (finding, anchor) in findings.into_iter().zip(&anchors) {
        let label = number(&nodes, anchor).and_then(|n| labels.get(n).copied());
        groups.entry(label).or_default().push(finding);
    }
    groups.into_values().map(|findings| Group { findings }).collect()
}

/// Kinds of deeds without another side that a subject may show in two days; one for each detector at most.
const KINDS_A_DAY_MAX: usize = 64;

/// A finding about `from` saw `to` as another name of it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Link {
    from: Anchor,
    to: Anchor,
}

/// Labels each node (an anchor that findings are about) with the group it belongs to.
fn joined(nodes: &[&Anchor], links: &BTreeSet<Link>) -> Vec<usize> {
    // Things with things: a listed network and an address in it.
    let between_things = links.iter().filter(|link| !link.from.is_owner() && !link.to.is_owner());
    let mut edges: Vec<(usize, usize)> =
        between_things.filter_map(|link| Some((number(nodes, &link.from)?, number(nodes, &link.to)?))).collect();
    edges.extend(days_in_a_row(nodes));
    let things = components(nodes.len(), &edges);
    let thing = |anchor: &Anchor| number(nodes, anchor).and_then(|n| things.get(n).copied());

    // Owners are counted whether or not findings are about them: sharing is a fact of the records.
    let mut owners_of: BTreeMap<usize, BTreeSet<&Anchor>> = BTreeMap::new();
    for Link { from, to } in links {
        let (shared, owner) = match (from.is_owner(), to.is_owner()) {
            (true, false) => (thing(to), from),
            (false, true) => (thing(from), to),
            // A name that one other name is an alias of; one that many point to is a hub, as a CDN's.
            (true, true) => (number(nodes, to), from),
            (false, false) => continue,
        };
        if let Some(shared) = shared {
            owners_of.entry(shared).or_default().insert(owner);
        }
    }
    let with_one_owner = owners_of.iter().filter(|(_, owners)| owners.len() == 1);
    edges
        .extend(with_one_owner.flat_map(|(&shared, owners)| {
            owners.iter().filter_map(move |owner| Some((shared, number(nodes, owner)?)))
        }));
    components(nodes.len(), &edges)
}

/// Days of one kind of deed that follow each other. Nodes are ordered, so that deeds stand by day.
fn days_in_a_row(nodes: &[&Anchor]) -> Vec<(usize, usize)> {
    let mut edges = Vec::new();
    for (at, anchor) in nodes.iter().enumerate() {
        let next = nodes.iter().enumerate().skip(at + 1).take(KINDS_A_DAY_MAX);
        edges.extend(next.filter(|(_, other)| anchor.follows(other)).map(|(other, _)| (at, other)));
    }
    edges
}

fn number(nodes: &[&Anchor], anchor: &Anchor) -> Option<usize> {
    nodes.binary_search(&anchor).ok()
}
