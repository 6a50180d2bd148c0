//! Links → which events are one campaign: what hangs together, cut where only a weak bridge joins, and never against
//! what an analyst has decided. Input: `index`; output: `lineage`.

use std::collections::BTreeMap;

use science::graph::{Graph, Quality, components, leiden};

use super::{
    decisions::{Decision, Sides},
    index::Index,
};

/// Bits that each pair of a campaign has to have on average, where it is small. Two halves of ten need a bridge of
/// five bits; a pair, a chain or a star hold by any link.
const BITS_A_PAIR: f64 = 0.05;
/// In larger ones it falls with the size: an event need not know all the others.
const PAIRS_OF: f64 = 64.0;

/// The order in which Leiden looks at events; any number does, and it must be the same each time.
const SEED: u64 = 6;

/// The label of each slot: the slot number of the first event in time of its campaign. Slots without an event stand
/// for themselves. Only what hangs together with `stale` is looked at again; `old` are the labels of before.
pub(super) fn communities(index: &Index, old: &[u32], stale: &[u32], decisions: &[Decision]) -> Vec<u32> {
    let n = index.n_slots();
    let sides = Sides::of(decisions, index);
    let mut edges: Vec<(usize, usize)> = Vec::new();
    for number in 0..n as u32 {
        edges.extend(index.links(number).iter().map(|link| (number as usize, link.to as usize)));
    }
    edges.extend(sides.joins().map(|(a, b)| (a as usize, b as usize)));
    let whole = components(n, &edges);

    let mut to_do = vec![false; n];
    stale.iter().for_each(|number| to_do[whole[*number as usize]] = true);
    (old.len()..n).for_each(|number| to_do[whole[number]] = true);
    sides.named().for_each(|number| to_do[whole[number as usize]] = true);
    let mut members: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
    let mut labels: Vec<u32> = (0..n as u32).collect();
    for number in 0..n {
        if to_do[whole[number]] {
            members.entry(whole[number]).or_default().push(number as u32);
        } else {
            labels[number] = old.get(number).copied().unwrap_or(number as u32);
        }
    }
    for mut events in members.into_values() {
        if events.len() < 2 {
            continue;
        }
        events.sort_by_key(|number| index.key(*number));
        for community in parts(index, &events, &sides) {
            let first = community.first().copied().unwrap_or_default();
            community.iter().for_each(|number| labels[*number as usize] = first);
        }
    }
    labels
}

/// The communities of what hangs together, each in the order of time.
fn parts(index: &Index, events: &[u32], sides: &Sides) -> Vec<Vec<u32>> {
    let place: BTreeMap<u32, usize> = events.iter().enumerate().map(|(place, number)| (*number, place)).collect();
    let mut edges: Vec<(usize, usize, f64)> = Vec::new();
    for (at, number) in events.iter().enumerate() {
        edges.extend(index.links(*number).iter().filter_map(|link| Some((at, *place.get(&link.to)?, link.bits))));
    }
    let joins = sides.joins().filter_map(|(a, b)| Some((*place.get(&a)?, *place.get(&b)?, JOINED_BITS)));
    edges.extend(joins);
    let labels = cut(events.len(), &edges);
    let labels = sides.apply(events, &edges, labels);
    let mut groups: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
    for (number, label) in events.iter().zip(labels) {
        groups.entry(label).or_default().push(*number);
    }
    groups.into_values().collect()
}

/// What an analyst has joined, no weak bridge parts.
pub(super) const JOINED_BITS: f64 = 1e6;

/// Parts that only a weak bridge joins come apart.
fn cut(n: usize, edges: &[(usize, usize, f64)]) -> Vec<usize> {
    // Below that, every link is worth more than the pairs it has to pay for.
    if n < CUT_FROM {
        return vec![0; n];
    }
    let density = BITS_A_PAIR * (PAIRS_OF / n as f64).min(1.0);
    let graph = Graph::undirected(n, edges.iter().copied());
    graph.map_or_else(|| vec![0; n], |graph| leiden(&graph, Quality::Potts(density), SEED))
}

/// Campaigns of fewer events are not cut: two halves of six would be held by a link of two bits.
const CUT_FROM: usize = 13;
