//! What analysts have decided of events: these belong together, those do not. Every re-run obeys; a later decision
//! takes the place of an earlier one where they contradict each other.

use std::collections::{BTreeMap, BTreeSet};

use super::{communities::JOINED_BITS, index::Index};

/// Somebody's word on which events are one campaign.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case", tag = "decision")]
pub enum Decision {
    /// All of these belong to one campaign.
    Join { events: Vec<String> },
    /// None of these belongs to a campaign that has one of those.
    Apart { events: Vec<String>, others: Vec<String> },
}

impl Decision {
    /// The events that it is about.
    pub fn events(&self) -> impl Iterator<Item = &String> {
        let (events, others): (&[String], &[String]) = match self {
            Self::Join { events } => (events, &[]),
            Self::Apart { events, others } => (events, others),
        };
        events.iter().chain(others)
    }
}

/// Decisions as numbers of events.
#[derive(Debug, Default)]
pub(super) struct Sides {
    joined: Vec<(u32, u32)>,
    /// For each event, on which side of which decision it stands.
    apart: BTreeMap<u32, BTreeSet<(usize, bool)>>,
}

impl Sides {
    /// `decisions` from the oldest to the newest; events that are no longer there are passed over.
    pub(super) fn of(decisions: &[Decision], index: &Index) -> Self {
        let mut sides = Self::default();
        let numbers = |ids: &[String]| -> Vec<u32> { ids.iter().filter_map(|id| index.number_of(id)).collect() };
        // The newest first: what an older one says against it does not count.
        for (which, decision) in decisions.iter().enumerate().rev() {
            match decision {
                Decision::Apart { events, others } => {
                    let (events, others) = (numbers(events), numbers(others));
                    sides.part(which, &events, &others);
                }
                Decision::Join { events } => {
                    let events = numbers(events);
                    let (Some(first), rest) = (events.first(), events.iter().skip(1)) else { continue };
                    for other in rest {
                        if !sides.are_apart([*first], [*other]) {
                            sides.joined.push((*first, *other));
                        }
                    }
                }
            }
        }
        sides
    }

    fn part(&mut self, which: usize, events: &[u32], others: &[u32]) {
        // Those that a newer decision joins across the sides stay joined.
        let crosses = |(a, b): &&(u32, u32)| {
            (events.contains(a) && others.contains(b)) || (events.contains(b) && others.contains(a))
        };
        let kept: BTreeSet<u32> = self.joined.iter().filter(crosses).flat_map(|(a, b)| [*a, *b]).collect();
        for (numbers, side) in [(events, true), (others, false)] {
            for number in numbers.iter().filter(|number| !kept.contains(number)) {
                self.apart.entry(*number).or_default().insert((which, side));
            }
        }
    }

    pub(super) fn joins(&self) -> impl Iterator<Item = (u32, u32)> {
        self.joined.iter().copied()
    }

    /// Every event that a decision is about.
    pub(super) fn named(&self) -> impl Iterator<Item = u32> {
        self.apart.keys().copied().chain(self.joined.iter().flat_map(|(a, b)| [*a, *b]))
    }

    fn are_apart(&self, a: impl IntoIterator<Item = u32>, b: impl IntoIterator<Item = u32>) -> bool {
        let stances = |events: &mut dyn Iterator<Item = u32>| -> BTreeSet<(usize, bool)> {
            events.filter_map(|event| self.apart.get(&event)).flatten().copied().collect()
        };
        contradict(&stances(&mut a.into_iter()), &stances(&mut b.into_iter()))
    }

    /// Makes communities obey: labels, and what the analyst has joined, are kept where nobody has parted them; else
    /// events are put together anew, by the strongest links first, and never across a decision.
    pub(super) fn apply(&self, events: &[u32], edges: &[(usize, usize, f64)], mut labels: Vec<usize>) -> Vec<usize> {
        for (a, b, _) in edges.iter().filter(|(.., bits)| *bits >= JOINED_BITS) {
            let (from, to) = (labels[*a].max(labels[*b]), labels[*a].min(labels[*b]));
            labels.iter_mut().filter(|label| **label == from).for_each(|label| *label = to);
        }
        let mut stances: BTreeMap<usize, BTreeSet<(usize, bool)>> = BTreeMap::new();
        for (number, label) in events.iter().zip(&labels) {
            stances.entry(*label).or_default().extend(self.apart.get(number).into_iter().flatten());
        }
        let is_broken = |label: &usize| stances.get(label).is_some_and(|stances| contradict(stances, stances));
        if !labels.iter().any(is_broken) {
            return labels;
        }
        let broken: Vec<bool> = labels.iter().map(is_broken).collect();
        let mut inside: Vec<(usize, usize, f64)> =
            edges.iter().copied().filter(|(a, b, _)| broken[*a] && labels[*a] == labels[*b]).collect();
        inside.sort_by(|a, b| b.2.total_cmp(&a.2).then((a.0, a.1).cmp(&(b.0, b.1))));
        let mut groups = Groups::new(self, events);
        inside.iter().for_each(|(a, b, _)| groups.unite(*a, *b));
        (0..events.len()).map(|at| if broken[at] { groups.root(at) } else { labels[at] }).collect()
    }
}

fn contradict(a: &BTreeSet<(usize, bool)>, b: &BTreeSet<(usize, bool)>) -> bool {
    a.iter().any(|(which, side)| b.contains(&(*which, !side)))
}

/// Union–find that remembers on which sides a group stands.
struct Groups {
    parents: Vec<usize>,
    stances: Vec<BTreeSet<(usize, bool)>>,
}

impl Groups {
    fn new(sides: &Sides, events: &[u32]) -> Self {
        let stances = events.iter().map(|event| sides.apart.get(event).cloned().unwrap_or_default()).collect();
        Self { parents: (0..events.len()).collect(), stances }
    }

    fn root(&mut self, mut at: usize) -> usize {
        while self.parents[at] != at {
            self.parents[at] = self.parents[self.parents[at]];
            at = self.parents[at];
        }
        at
    }

    fn unite(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        if a == b || contradict(&self.stances[a], &self.stances[b]) {
            return;
        }
        let (into, from) = (a.min(b), a.max(b));
        self.parents[from] = into;
        let taken = std::mem::take(&mut self.stances[from]);
        self.stances[into].extend(taken);
    }
}
