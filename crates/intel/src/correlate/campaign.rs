//! What is said of a campaign: what its events share, why each of them is in it, and what of that could be planted.

use std::collections::BTreeMap;

use schema::Timestamp;

use super::{index::Index, lineage::Members, things::Kind, weigh::Reason};

/// Related events, and why they are.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Campaign {
    pub id: String,
    /// A neutral name, made from the id: nobody's, and not an actor's.
    pub name: String,
    pub first_seen: Timestamp,
    pub last_seen: Timestamp,
    /// In the order of time.
    pub thread: Vec<Step>,
    /// Things that several of its events have, the most telling first.
    pub shared: Vec<SharedThing>,
    /// Steps that are held by nothing but what an attacker can put there as he likes.
    pub n_plantable: usize,
    /// How it hangs together, in sentences.
    pub because: Vec<String>,
    /// What would make it wrong.
    pub unless: Vec<String>,
}

/// One event in the activity thread.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Step {
    pub event: String,
    pub at: Timestamp,
    /// The event before it that it follows from; `None` for those that begin a thread.
    pub after: Option<Arc>,
}

/// Why one event follows from another.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Arc {
    pub event: String,
    /// log2 of the odds that both are of one campaign.
    pub bits: f64,
    /// It would hold without what an attacker can put there as he likes.
    pub is_firm: bool,
    /// An analyst has said so.
    pub decided: bool,
    pub reasons: Vec<Reason>,
}

#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct SharedThing {
    pub kind: Kind,
    pub value: String,
    /// Events of the campaign that have it.
    pub events: usize,
    pub bits: f64,
}

/// Shared things that are told.
const SHARED_MAX: usize = 32;

pub(super) fn describe(index: &Index, members: &Members) -> Campaign {
    let numbers: Vec<u32> = members.events.iter().filter_map(|id| index.number_of(id)).collect();
    let inside: std::collections::BTreeSet<u32> = numbers.iter().copied().collect();
    let items = || numbers.iter().filter_map(|number| index.at(*number));
    let thread: Vec<Step> = numbers
        .iter()
        .enumerate()
        .filter_map(|(place, number)| step(index, *number, &inside, numbers.get(..place)?))
        .collect();
    let shared = shared(index, &numbers);
    let n_plantable = thread.iter().filter_map(|step| step.after.as_ref()).filter(|arc| !arc.is_firm).count();
    Campaign {
        id: members.id.clone(),
        name: crate::names::neutral(&members.id),
        first_seen: items().map(|item| item.first_seen).min().unwrap_or_default(),
        last_seen: items().map(|item| item.last_seen).max().unwrap_or_default(),
        because: because(&thread, &shared),
        unless: unless(&thread, n_plantable),
        thread,
        shared,
        n_plantable,
    }
}

fn step(index: &Index, number: u32, inside: &std::collections::BTreeSet<u32>, before: &[u32]) -> Option<Step> {
    let item = index.at(number)?;
    // Links are kept with the strongest first, and lead back in time.
    let link = index.links(number).iter().find(|link| inside.contains(&link.to));
    let after = match link {
        Some(link) => {
            let (reasons, bits) = index.reasons(number, link.to);
            let event = index.at(link.to)?.id.clone();
            Some(Arc { event, bits, is_firm: link.is_firm, decided: false, reasons })
        }
        // A later event may hold it, or an analyst's word.
        None if before.is_empty() || is_held_later(index, number, inside) => None,
        None => before.first().and_then(|first| index.at(*first)).map(|first| Arc {
            event: first.id.clone(),
            bits: 0.0,
            is_firm: true,
            decided: true,
            reasons: Vec::new(),
        }),
    };
    Some(Step { event: item.id.clone(), at: item.first_seen, after })
}

fn is_held_later(index: &Index, number: u32, inside: &std::collections::BTreeSet<u32>) -> bool {
    inside.iter().any(|later| index.links(*later).iter().any(|link| link.to == number))
}

fn shared(index: &Index, numbers: &[u32]) -> Vec<SharedThing> {
    let mut counts: BTreeMap<(Kind, &str), (usize, f64)> = BTreeMap::new();
    for number in numbers {
        for (thing, bits) in index.things_of(*number) {
            let count = counts.entry((thing.kind, thing.value.as_str())).or_insert((0, bits));
            count.0 += 1;
        }
    }
    let several = counts.into_iter().filter(|(_, (events, bits))| *events > 1 && *bits > 0.0);
    let mut shared: Vec<SharedThing> = several
        .map(|((kind, value), (events, bits))| SharedThing { kind, value: value.to_owned(), events, bits })
        .collect();
    shared.sort_by(|a, b| (b.bits * b.events as f64).total_cmp(&(a.bits * a.events as f64)));
    shared.truncate(SHARED_MAX);
    shared
}

/// Things that carry the campaign are named in a sentence.
const NAMED_IN_WORDS: usize = 3;

pub(super) fn because(thread: &[Step], shared: &[SharedThing]) -> Vec<String> {
    let carrying = shared.iter().filter(|thing| thing.kind != Kind::Technique).take(NAMED_IN_WORDS);
    let mut sentences: Vec<String> = carrying
        .map(|thing| {
            let value = crate::text::shown(&thing.value, 80);
            let name = thing.kind.facts().name;
            format!(
                "{} of {} events have {name} {value}, worth {:.1} bits a pair.",
                thing.events,
                thread.len(),
                thing.bits
            )
        })
        .collect();
    let arcs = || thread.iter().filter_map(|step| step.after.as_ref());
    if let Some(weakest) = arcs().filter(|arc| !arc.decided).min_by(|a, b| a.bits.total_cmp(&b.bits)) {
        let odds = weakest.bits.min(20.0).exp2();
        sentences.push(format!("The weakest step stands at odds of {odds:.0} to 1."));
    }
    let decided = arcs().filter(|arc| arc.decided).count();
    if decided > 0 {
        sentences.push(format!("{decided} of its events are in it because an analyst has said so."));
    }
    sentences
}

pub(super) fn unless(thread: &[Step], n_plantable: usize) -> Vec<String> {
    let n_steps = thread.iter().filter(|step| step.after.is_some()).count();
    let mut sentences = Vec::new();
    if n_plantable > 0 && n_plantable == n_steps {
        sentences.push(
            "All of its steps rest only on what an attacker chooses freely (clients, files, senders): somebody may \
             have made it look like one campaign. Take it as a lead."
                .to_owned(),
        );
    } else if n_plantable > 0 {
        sentences.push(format!(
            "{n_plantable} of {n_steps} steps rest only on what an attacker chooses freely (clients, files, senders)."
        ));
    }
    sentences.push(
        "It is not one campaign if what its events share is used by others too: a service, a proxy, a shared server."
            .to_owned(),
    );
    sentences
}
