//! Who may be behind it: competing hypotheses, computed. Every known group and "nobody in our list" are held against
//! each item of evidence; what comes out is a posterior, the matrix it rests on, and what it would be without an item.
//!
//! One file a question: how well a group explains an item (`model`), what all items say together (here), how good
//! that is (`evaluate`). Method and numbers: docs/attribution.md.
//!
//! ```
//! use intel::attribute::{Evidence, Model, attribute};
//!
//! let model = Model::of(&intel::attack::enterprise_actors());
//! let told = attribute(&model, &Evidence::default());
//! assert!(told.hypotheses.first().is_some_and(|first| first.group.is_none()));
//! ```

mod evaluate;
mod model;

use std::collections::BTreeSet;

use schema::{Likelihood, ThreatEvent};

pub use evaluate::{Measured, measure};
pub use model::Model;

/// What is known of an activity and could tell who is behind it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Evidence {
    /// ATT&CK ids, of the version of the model.
    pub techniques: BTreeSet<String>,
    /// Names or ids of malware and tools.
    pub software: BTreeSet<String>,
    /// Names of actors that sources claim for infrastructure or files, with the confidence of the claim, 0 to 100.
    pub names: Vec<(String, u8)>,
}

impl Evidence {
    /// What events say: their techniques, and the malware and actors that lists name for what was met.
    pub fn of(events: &[ThreatEvent]) -> Self {
        let mut evidence = Self::default();
        for event in events {
            evidence.techniques.extend(event.techniques.iter().map(|claim| claim.id.clone()));
            // Where no malware has a name, the Diamond says techniques; those name no software.
            evidence.software.extend(event.diamond.capability.values.iter().cloned());
            let adversary = &event.diamond.adversary;
            evidence.names.extend(adversary.values.iter().map(|name| (actor(name).to_owned(), adversary.confidence)));
        }
        evidence.names.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)));
        evidence.names.dedup_by(|later, kept| later.0 == kept.0);
        evidence
    }

    pub fn is_empty(&self) -> bool {
        self.techniques.is_empty() && self.software.is_empty() && self.names.is_empty()
    }
}

/// The name in `actor:APT28`.
fn actor(label: &str) -> &str {
    let declared = ["actor:", "threat-actor:", "intrusion-set:", "group:"];
    let begins = |word: &&str| label.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    declared.iter().find(|word| begins(word)).and_then(|word| label.get(word.len()..)).unwrap_or(label).trim()
}

/// How far kinds of evidence are believed: logarithms are multiplied by it, because items are not independent and
/// profiles are not whole. Fitted on campaigns whose group is known, each left out in turn (docs/attribution.md).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trust {
    pub techniques: f64,
    pub software: f64,
}

impl Default for Trust {
    fn default() -> Self {
        Self { techniques: 0.2, software: 1.0 }
    }
}

/// Before any evidence, that it is somebody who is not in the list: half of MITRE's own campaigns name no group.
const UNLISTED: f64 = 0.5;

/// Who it may be, and why.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Attribution {
    /// The most probable first; one of them is "nobody in our list".
    pub hypotheses: Vec<Hypothesis>,
    /// What each item says of the leading hypotheses.
    pub matrix: Vec<Item>,
    /// Names that nobody in the list bears, and software that no source knows.
    pub unused: Vec<String>,
    /// What it comes to, in a sentence.
    pub verdict: String,
}

#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Hypothesis {
    /// `G0007`; `None` for somebody who is not in the list.
    pub group: Option<String>,
    pub name: String,
    /// Names that sources claim for it, which others may bear too.
    pub aliases: Vec<String>,
    pub probability: f64,
    /// The word of ICD 203 for it.
    pub words: String,
}

/// A row of the matrix.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Item {
    pub item: String,
    /// `technique`, `software` or `claim`.
    pub kind: &'static str,
    /// Bits for (above 0) or against each of the leading hypotheses, in their order; 0 for one not in the list.
    pub bits: Vec<f64>,
    /// How much it sets the leading groups apart: the span of its bits.
    pub diagnosticity: f64,
    /// Who would lead without it, and how probable that would be.
    pub without: (String, f64),
}

/// Hypotheses that are told; the matrix has a column for each.
const HYPOTHESES_TOLD: usize = 6;
/// Items of evidence that are weighed: more is not evidence, it is a report of everything.
const ITEMS_MAX: usize = 400;
/// Below that nobody is named.
const NAMED_FROM: f64 = 0.5;
const NOBODY: &str = "nobody in our list";

/// Weighs every hypothesis.
pub fn attribute(model: &Model, evidence: &Evidence) -> Attribution {
    let (rows, unused) = rows(model, evidence, Trust::default());
    let whole = posterior(model.groups.len(), rows.iter().map(|row| &row.logs));
    let order = ranked(&whole);
    let told: Vec<usize> = leading(&order, model.groups.len());
    let mut matrix: Vec<Item> = rows
        .iter()
        .enumerate()
        .map(|(place, row)| {
            let bits: Vec<f64> = told
                .iter()
                .map(|number| row.logs.get(*number).map_or(0.0, |log| log / std::f64::consts::LN_2))
                .collect();
            let others = rows.iter().enumerate().filter(|(other, _)| *other != place).map(|(_, row)| &row.logs);
            let rest = posterior(model.groups.len(), others);
            let leader = ranked(&rest).first().copied().unwrap_or(model.groups.len());
            let most = bits.iter().copied().fold(f64::MIN, f64::max);
            let least = bits.iter().copied().fold(f64::MAX, f64::min);
            Item {
                item: row.item.clone(),
                kind: row.kind,
                diagnosticity: most - least,
                bits,
                without: (name(model, leader), rest.get(leader).copied().unwrap_or(0.0)),
            }
        })
        .collect();
    matrix.sort_by(|a, b| b.diagnosticity.total_cmp(&a.diagnosticity).then_with(|| a.item.cmp(&b.item)));
    let hypotheses: Vec<Hypothesis> = told.iter().map(|number| hypothesis(model, *number, &whole)).collect();
    let verdict = verdict(&hypotheses, &matrix);
    Attribution { hypotheses, matrix, unused, verdict }
}

/// One item of evidence: what it says of each group.
#[derive(Debug)]
struct Row {
    item: String,
    kind: &'static str,
    logs: Vec<f64>,
}

fn rows(model: &Model, evidence: &Evidence, trust: Trust) -> (Vec<Row>, Vec<String>) {
    let groups = 0..model.groups.len();
    let mut rows = Vec::new();
    let mut unused = Vec::new();
    for id in evidence.techniques.iter().filter(|id| !has_below(&evidence.techniques, id)).take(ITEMS_MAX) {
        let logs = groups.clone().map(|group| trust.techniques * model.technique(group, id)).collect();
        rows.push(Row { item: id.clone(), kind: "technique", logs });
    }
    let mut seen = BTreeSet::new();
    for name in evidence.software.iter().take(ITEMS_MAX) {
        match model.software_named(name).as_slice() {
            [] => unused.push(name.clone()),
            // A name for several things is evidence of none.
            [id] if seen.insert(id.clone()) => {
                let logs = groups.clone().map(|group| trust.software * model.software(group, id)).collect();
                rows.push(Row { item: format!("{name} ({id})"), kind: "software", logs });
            }
            _ => {}
        }
    }
    let mut claimed = BTreeSet::new();
    for (name, confidence) in evidence.names.iter().take(ITEMS_MAX) {
        let named = model.groups_named(name);
        if named.is_empty() {
            unused.push(name.clone());
        } else if claimed.insert(named.clone()) {
            let confidence = f64::from((*confidence).min(CLAIM_CONFIDENCE_MAX)) / 100.0;
            let logs = groups.clone().map(|group| model.claim(group, &named, confidence)).collect();
            rows.push(Row { item: format!("somebody names {name}"), kind: "claim", logs });
        }
    }
    // Words of the Diamond that are techniques are no software that somebody forgot.
    unused.retain(|name| !name.split(' ').next().is_some_and(|id| evidence.techniques.contains(id)));
    (rows, unused)
}

/// Lists copy each other, and infrastructure changes hands: nobody's word is more than this.
const CLAIM_CONFIDENCE_MAX: u8 = 60;

/// `T1059` says nothing beside `T1059.001`.
fn has_below(techniques: &BTreeSet<String>, id: &str) -> bool {
    let below = format!("{id}.");
    techniques.range(below.clone()..).next().is_some_and(|next| next.starts_with(&below))
}

/// Probabilities of each group and, last, of somebody else.
fn posterior<'a>(n_groups: usize, rows: impl Iterator<Item = &'a Vec<f64>>) -> Vec<f64> {
    let mut logs = vec![((1.0 - UNLISTED) / n_groups.max(1) as f64).ln(); n_groups];
    logs.push(UNLISTED.ln());
    for row in rows {
        logs.iter_mut().zip(row).for_each(|(sum, log)| *sum += log);
    }
    let most = logs.iter().copied().fold(f64::MIN, f64::max);
    let odds: Vec<f64> = logs.iter().map(|log| (log - most).exp()).collect();
    let sum: f64 = odds.iter().sum();
    odds.into_iter().map(|odds| odds / sum).collect()
}

fn ranked(probabilities: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..probabilities.len()).collect();
    order.sort_by(|a, b| probabilities[*b].total_cmp(&probabilities[*a]).then(a.cmp(b)));
    order
}

/// The first few, and in any case somebody who is not in the list.
fn leading(order: &[usize], unlisted: usize) -> Vec<usize> {
    let mut told: Vec<usize> = order.iter().copied().take(HYPOTHESES_TOLD).collect();
    if !told.contains(&unlisted) {
        told.pop();
        told.push(unlisted);
    }
    told
}

fn name(model: &Model, number: usize) -> String {
    model.groups.get(number).map_or_else(|| NOBODY.to_owned(), |group| group.name.clone())
}

fn hypothesis(model: &Model, number: usize, probabilities: &[f64]) -> Hypothesis {
    let group = model.groups.get(number);
    let probability = probabilities.get(number).copied().unwrap_or(0.0);
    Hypothesis {
        group: group.map(|group| group.id.clone()),
        name: name(model, number),
        aliases: group.map(|group| group.aliases.clone()).unwrap_or_default(),
        probability,
        words: Likelihood::new(probability).map_or_else(String::new, |likelihood| likelihood.words().to_string()),
    }
}

fn verdict(hypotheses: &[Hypothesis], matrix: &[Item]) -> String {
    let Some(first) = hypotheses.iter().find(|hypothesis| hypothesis.group.is_some()) else {
        return "There is no group to compare with.".to_owned();
    };
    let percent = first.probability * 100.0;
    if first.probability < NAMED_FROM {
        return format!(
            "Unknown: the evidence names nobody. The nearest known group, {}, stands at {percent:.0} %.",
            first.name
        );
    }
    let turns = matrix.iter().find(|item| item.without.0 != first.name || item.without.1 < NAMED_FROM);
    let rests = turns.map_or_else(String::new, |item| {
        format!(
            " It rests on one item: without {} it would be {} at {:.0} %.",
            item.item,
            item.without.0,
            item.without.1 * 100.0
        )
    });
    format!("It is {} that {} is behind it ({percent:.0} %).{rests}", first.words, first.name)
}

#[cfg(test)]
mod tests;
