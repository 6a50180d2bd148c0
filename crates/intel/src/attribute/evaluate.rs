//! How good attribution is: campaigns whose group MITRE knows, each left out of the profiles in turn.

use std::collections::{BTreeMap, BTreeSet};

use crate::attack::Actors;

use super::{Evidence, Model, Row, Trust, posterior, ranked, rows};

/// One way to rank groups, measured on one sort of case.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Measured {
    pub method: &'static str,
    /// Techniques that were given; `None` for all of a campaign.
    pub techniques: Option<usize>,
    pub with_software: bool,
    pub n_cases: usize,
    /// Share of cases in which the right group came first, and among the first three.
    pub top_1: f64,
    pub top_3: f64,
    /// Mean of one over the place of the right group.
    pub reciprocal_rank: f64,
    /// Of the right group, in nats; only where there are probabilities.
    pub log_loss: Option<f64>,
    /// Share of cases in which a group was named, and of those the share in which it was the right one.
    pub named: Option<f64>,
    pub right_of_named: Option<f64>,
    /// With the right group taken out of the list: share of cases in which nobody was named.
    pub refused: Option<f64>,
    /// Mean probability of the first group, and the share in which it was right: equal where calibrated.
    pub claimed: Option<f64>,
}

/// Random choices of techniques for each campaign that has more of them.
const DRAWS: u64 = 20;
const NAMED_FROM: f64 = super::NAMED_FROM;

/// Trusts that a fit chooses from.
const TECHNIQUE_TRUSTS: [f64; 5] = [0.1, 0.2, 0.3, 0.4, 0.6];
const SOFTWARE_TRUSTS: [f64; 5] = [0.4, 0.6, 0.8, 1.0, 1.3];

struct Case {
    campaign: String,
    truth: usize,
    model: usize,
    evidence: Evidence,
}

/// Our model and two baselines, over whole campaigns and over 5, 10 and 20 of their techniques. Trust is fitted for each
/// campaign on the others.
pub fn measure(actors: &Actors) -> Vec<Measured> {
    let known: Vec<(&String, &String)> = actors
        .campaigns
        .iter()
        .flat_map(|(id, of)| of.groups.iter().map(move |group| (id, group)))
        .filter(|(id, _)| actors.campaigns.get(*id).is_some_and(|of| !of.techniques.is_empty()))
        .collect();
    let models: Vec<Model> = known.iter().map(|(id, _)| Model::without(actors, Some(id))).collect();
    let mut all = Vec::new();
    for with_software in [false, true] {
        for n in [None, Some(5), Some(10), Some(20)] {
            let cases = cases(actors, &known, &models, n, with_software);
            all.push(ours(&models, &cases, n, with_software));
            for (method, score) in [("Jaccard", jaccard as Score), ("cosine", cosine as Score)] {
                all.push(baseline(method, score, &models, &cases, n, with_software));
            }
        }
    }
    all
}

fn cases(
    actors: &Actors,
    known: &[(&String, &String)],
    models: &[Model],
    n: Option<usize>,
    with_software: bool,
) -> Vec<Case> {
    let mut cases = Vec::new();
    for (number, (id, group)) in known.iter().enumerate() {
        let (Some(campaign), Some(model)) = (actors.campaigns.get(*id), models.get(number)) else { continue };
        let Some(truth) = model.groups.iter().position(|profile| profile.id == **group) else { continue };
        let draws = if n.is_some() { DRAWS } else { 1 };
        if n.is_some_and(|n| campaign.techniques.len() <= n) {
            continue;
        }
        for draw in 0..draws {
            let techniques = drawn(&campaign.techniques, n.unwrap_or(usize::MAX), draw);
            let software = campaign.software.iter().filter(|_| with_software).cloned().collect();
            let evidence = Evidence { techniques, software, names: Vec::new() };
            cases.push(Case { campaign: (*id).clone(), truth, model: number, evidence });
        }
    }
    cases
}

/// So many of them, the same for the same draw.
fn drawn(all: &[String], n: usize, draw: u64) -> BTreeSet<String> {
    let mut keyed: Vec<(String, &String)> =
        all.iter().map(|id| (schema::stable_id("draw", &[id, &draw.to_string()]), id)).collect();
    keyed.sort();
    keyed.into_iter().take(n).map(|(_, id)| id.clone()).collect()
}

fn ours(models: &[Model], cases: &[Case], n: Option<usize>, with_software: bool) -> Measured {
    let trusts: Vec<Trust> = TECHNIQUE_TRUSTS
        .iter()
        .flat_map(|techniques| SOFTWARE_TRUSTS.map(|software| Trust { techniques: *techniques, software }))
        .filter(|trust| with_software || trust.software == 1.0)
        .collect();
    let judged: Vec<Vec<Judged>> = cases
        .iter()
        .filter_map(|case| Some((models.get(case.model)?, case)))
        .map(|(model, case)| {
            let (rows, _) = rows(model, &case.evidence, Trust { techniques: 1.0, software: 1.0 });
            trusts.iter().map(|trust| judge(model, case, &rows, *trust)).collect()
        })
        .collect();
    let chosen: Vec<Judged> = cases
        .iter()
        .zip(&judged)
        .filter_map(|(case, of)| {
            let best = (0..trusts.len()).min_by(|a, b| {
                let loss = |which: usize| -> f64 {
                    let others = cases.iter().zip(&judged).filter(|(other, _)| other.campaign != case.campaign);
                    others.filter_map(|(_, of)| of.get(which)).map(Judged::loss).sum()
                };
                loss(*a).total_cmp(&loss(*b))
            })?;
            of.get(best).copied()
        })
        .collect();
    let share = |is: &dyn Fn(&Judged) -> bool| share_of(&chosen, is);
    let named: Vec<Judged> = chosen.iter().copied().filter(|case| case.first >= NAMED_FROM).collect();
    Measured {
        method: "hypotheses",
        techniques: n,
        with_software,
        n_cases: chosen.len(),
        top_1: share(&|case| case.rank == 1),
        top_3: share(&|case| case.rank <= 3),
        reciprocal_rank: mean(chosen.iter().map(|case| 1.0 / case.rank as f64)),
        log_loss: Some(mean(chosen.iter().map(|case| -case.truth.ln()))),
        named: Some(share(&|case| case.first >= NAMED_FROM)),
        right_of_named: (!named.is_empty()).then(|| share_of(&named, &|case| case.rank == 1)),
        refused: Some(share(&|case| case.first_without < NAMED_FROM)),
        claimed: Some(mean(chosen.iter().map(|case| case.first))),
    }
}

/// What came of one case under one trust.
#[derive(Debug, Clone, Copy)]
struct Judged {
    /// Place of the right group among groups, from 1.
    rank: usize,
    /// Probability of the right group, and of the first.
    truth: f64,
    first: f64,
    /// With the right group taken out: probability of the first group, and of somebody else.
    first_without: f64,
    other_without: f64,
}

impl Judged {
    /// A list that has the group, and one that has it not, count the same.
    fn loss(&self) -> f64 {
        -self.truth.max(f64::MIN_POSITIVE).ln() - self.other_without.max(f64::MIN_POSITIVE).ln()
    }
}

fn judge(model: &Model, case: &Case, rows: &[Row], trust: Trust) -> Judged {
    let n = model.groups.len();
    let trusted: Vec<Vec<f64>> = ["technique", "software"]
        .into_iter()
        .map(|kind| {
            let trust = if kind == "technique" { trust.techniques } else { trust.software };
            let of_kind =
                |group: usize| rows.iter().filter(|row| row.kind == kind).filter_map(move |row| row.logs.get(group));
            (0..n).map(|group| trust * of_kind(group).sum::<f64>()).collect()
        })
        .collect();
    let probabilities = posterior(n, trusted.iter());
    let at = |number: usize| probabilities.get(number).copied().unwrap_or(0.0);
    let groups: Vec<usize> = ranked(&probabilities).into_iter().filter(|number| *number < n).collect();
    let rest = 1.0 - at(case.truth);
    let without = groups.iter().copied().find(|number| *number != case.truth).map_or(0.0, at);
    Judged {
        rank: 1 + groups.iter().position(|number| *number == case.truth).unwrap_or(n),
        truth: at(case.truth),
        first: groups.first().copied().map_or(0.0, at),
        first_without: without / rest.max(f64::MIN_POSITIVE),
        other_without: at(n) / rest.max(f64::MIN_POSITIVE),
    }
}

/// What a group's profile and the evidence have in common; the third is how many groups have each thing.
type Score = fn(&BTreeSet<&str>, &BTreeSet<&str>, &BTreeMap<&str, usize>, usize) -> f64;

fn baseline(
    method: &'static str,
    score: Score,
    models: &[Model],
    cases: &[Case],
    n: Option<usize>,
    with_software: bool,
) -> Measured {
    let known: Vec<Known<'_>> = models.iter().map(Known::of).collect();
    let ranks: Vec<usize> =
        cases.iter().filter_map(|case| Some(rank_by(score, known.get(case.model)?, case))).collect();
    Measured {
        method,
        techniques: n,
        with_software,
        n_cases: ranks.len(),
        top_1: share_of(&ranks, &|rank| *rank == 1),
        top_3: share_of(&ranks, &|rank| *rank <= 3),
        reciprocal_rank: mean(ranks.iter().map(|rank| 1.0 / *rank as f64)),
        log_loss: None,
        named: None,
        right_of_named: None,
        refused: None,
        claimed: None,
    }
}

/// What each group is known for, and how many groups are known for each thing.
struct Known<'a> {
    profiles: Vec<BTreeSet<&'a str>>,
    counts: BTreeMap<&'a str, usize>,
}

impl<'a> Known<'a> {
    fn of(model: &'a Model) -> Self {
        let profiles: Vec<BTreeSet<&str>> =
            (0..model.groups.len()).map(|group| model.profile(group).collect()).collect();
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        profiles.iter().flatten().for_each(|thing| *counts.entry(thing).or_default() += 1);
        Self { profiles, counts }
    }
}

fn rank_by(score: Score, known: &Known<'_>, case: &Case) -> usize {
    let seen: BTreeSet<&str> =
        case.evidence.techniques.iter().chain(&case.evidence.software).map(String::as_str).collect();
    let n = known.profiles.len();
    let scores: Vec<f64> = known.profiles.iter().map(|profile| score(&seen, profile, &known.counts, n)).collect();
    let own = scores.get(case.truth).copied().unwrap_or(0.0);
    1 + scores.iter().enumerate().filter(|(number, of)| **of > own || (**of == own && *number < case.truth)).count()
}

fn jaccard(a: &BTreeSet<&str>, b: &BTreeSet<&str>, _: &BTreeMap<&str, usize>, _: usize) -> f64 {
    let both = a.intersection(b).count() as f64;
    both / ((a.len() + b.len()) as f64 - both).max(1.0)
}

/// With each thing weighed by how few groups have it.
fn cosine(a: &BTreeSet<&str>, b: &BTreeSet<&str>, counts: &BTreeMap<&str, usize>, n: usize) -> f64 {
    let square = |thing: &&str| ((n + 1) as f64 / (counts.get(*thing).copied().unwrap_or(0) as f64 + 0.5)).ln().powi(2);
    let both: f64 = a.intersection(b).map(square).sum();
    let length = |of: &BTreeSet<&str>| of.iter().map(square).sum::<f64>().sqrt();
    both / (length(a) * length(b)).max(f64::MIN_POSITIVE)
}

fn share_of<T>(all: &[T], is: &dyn Fn(&T) -> bool) -> f64 {
    all.iter().filter(|one| is(one)).count() as f64 / all.len().max(1) as f64
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, n) = values.fold((0.0, 0_u32), |(sum, n), value| (sum + value, n + 1));
    sum / f64::from(n.max(1))
}
