//! How well each known group explains each item of evidence: log-likelihood ratios against "anybody". Next: `weigh`.
//!
//! A group's profile is what ATT&CK says it uses, itself, in its campaigns and (for less) through its software. The
//! chance that a group shows an item is a mixture of its profile and of what all groups do: a long profile explains
//! much and each item little, and what nobody was ever seen with is impossible to nobody.

use std::collections::{BTreeMap, BTreeSet};

use crate::{attack::Actors, names::compared};

/// Share of what a group does that is of its profile; the rest is what anybody does. Reports are never whole.
const OF_PROFILE: f64 = 0.7;
const OF_PROFILE_SOFTWARE: f64 = 0.6;
/// Share of a profile that comes from what its software can do.
const BY_SOFTWARE: f64 = 0.2;
/// A sub-technique that stands for a sibling which the profile has.
const BY_SIBLING: f64 = 0.5;
/// Counts for what was never seen, and of how many things there are.
const SMOOTHING: f64 = 0.5;
const TECHNIQUES: f64 = 700.0;
const SOFTWARE: f64 = 800.0;

/// Known groups, ready to be asked.
#[derive(Debug)]
pub struct Model {
    pub(super) groups: Vec<Profile>,
    techniques: Counts,
    /// By the technique above, over sub-techniques.
    families: Counts,
    software: Counts,
    /// Names and aliases in the form in which they are compared → groups, or software ids.
    names: BTreeMap<String, BTreeSet<usize>>,
    software_names: BTreeMap<String, BTreeSet<String>>,
}

#[derive(Debug)]
pub(super) struct Profile {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) aliases: Vec<String>,
    techniques: BTreeSet<String>,
    /// Techniques of the profile by the technique above.
    families: BTreeMap<String, usize>,
    software: BTreeSet<String>,
    by_software: BTreeSet<String>,
}

#[derive(Debug, Default)]
struct Counts {
    of: BTreeMap<String, usize>,
    total: usize,
}

impl Counts {
    fn add<'a>(&mut self, things: impl Iterator<Item = &'a String>) {
        for thing in things {
            *self.of.entry(thing.clone()).or_default() += 1;
            self.total += 1;
        }
    }

    fn share(&self, thing: &str, n_kinds: f64) -> f64 {
        let n = self.of.get(thing).copied().unwrap_or(0) as f64;
        (n + SMOOTHING) / (self.total as f64 + SMOOTHING * n_kinds)
    }
}

impl Model {
    pub fn of(actors: &Actors) -> Self {
        Self::without(actors, None)
    }

    /// As if MITRE knew nothing of this campaign: for measuring.
    pub(super) fn without(actors: &Actors, campaign: Option<&str>) -> Self {
        let mut model = Self {
            groups: Vec::with_capacity(actors.groups.len()),
            techniques: Counts::default(),
            families: Counts::default(),
            software: Counts::default(),
            names: BTreeMap::new(),
            software_names: BTreeMap::new(),
        };
        for (id, group) in &actors.groups {
            let of_it = actors
                .campaigns
                .iter()
                .filter(|(number, of)| campaign != Some(number.as_str()) && of.groups.contains(id));
            let campaigns: Vec<_> = of_it.map(|(_, of)| of).collect();
            let techniques: BTreeSet<String> =
                group.techniques.iter().chain(campaigns.iter().flat_map(|of| &of.techniques)).cloned().collect();
            let software: BTreeSet<String> =
                group.software.iter().chain(campaigns.iter().flat_map(|of| &of.software)).cloned().collect();
            let known = software.iter().filter_map(|id| actors.software.get(id));
            let by_software = known.flat_map(|software| &software.techniques).cloned().collect();
            let mut families = BTreeMap::new();
            for technique in &techniques {
                *families.entry(above(technique).to_owned()).or_default() += 1;
            }
            model.techniques.add(techniques.iter());
            model.families.add(techniques.iter().map(|id| above(id).to_owned()).collect::<Vec<_>>().iter());
            model.software.add(software.iter());
            for name in group.aliases.iter().chain([&group.name, id]) {
                model.names.entry(compared(name)).or_default().insert(model.groups.len());
            }
            model.groups.push(Profile {
                id: id.clone(),
                name: group.name.clone(),
                aliases: group.aliases.clone(),
                techniques,
                families,
                software,
                by_software,
            });
        }
        for (id, software) in &actors.software {
            for name in software.aliases.iter().chain([&software.name, id]) {
                model.software_names.entry(compared(name)).or_default().insert(id.clone());
            }
        }
        model
    }

    /// Groups that a name is claimed for: whole names only, so that APT28 is never APT280.
    pub(super) fn groups_named(&self, name: &str) -> BTreeSet<usize> {
        self.names.get(&compared(name)).cloned().unwrap_or_default()
    }

    /// Ids of the software that a name is claimed for.
    pub fn software_named(&self, name: &str) -> Vec<String> {
        self.software_names.get(&compared(name)).into_iter().flatten().cloned().collect()
    }

    /// Natural logarithm of how much better than "anybody" a group explains a technique.
    pub(super) fn technique(&self, group: usize, id: &str) -> f64 {
        let Some(profile) = self.groups.get(group).filter(|profile| !profile.techniques.is_empty()) else { return 0.0 };
        let chance = self.techniques.share(id, TECHNIQUES);
        let n = profile.techniques.len() as f64;
        let of_its_own = if profile.techniques.contains(id) {
            1.0 / n
        } else {
            // The family is in the profile: spread over what of it is used by anybody.
            let siblings = profile.families.get(above(id)).copied().unwrap_or(0) as f64;
            let within = (self.techniques.of.get(id).copied().unwrap_or(0) as f64 + SMOOTHING)
                / (self.families.of.get(above(id)).copied().unwrap_or(0) as f64 + 1.0);
            BY_SIBLING * siblings / n * within
        };
        let by_software = if profile.by_software.contains(id) { 1.0 / profile.by_software.len() as f64 } else { 0.0 };
        let own = (1.0 - BY_SOFTWARE) * of_its_own + BY_SOFTWARE * by_software;
        (((1.0 - OF_PROFILE) * chance + OF_PROFILE * own) / chance).ln()
    }

    pub(super) fn software(&self, group: usize, id: &str) -> f64 {
        let Some(profile) = self.groups.get(group).filter(|profile| !profile.software.is_empty()) else { return 0.0 };
        let chance = self.software.share(id, SOFTWARE);
        let own = if profile.software.contains(id) { 1.0 / profile.software.len() as f64 } else { 0.0 };
        (((1.0 - OF_PROFILE_SOFTWARE) * chance + OF_PROFILE_SOFTWARE * own) / chance).ln()
    }

    /// What somebody's claim of a name says for a group, at a confidence of 0 to 1: shared among all that bear it.
    pub(super) fn claim(&self, group: usize, named: &BTreeSet<usize>, confidence: f64) -> f64 {
        let n = self.groups.len().max(1) as f64;
        let says = if named.contains(&group) { confidence * n / named.len() as f64 } else { 0.0 };
        (1.0 - confidence + says).max(f64::MIN_POSITIVE).ln()
    }

    /// Everything that a group is known to use, for the baselines.
    pub(super) fn profile(&self, group: usize) -> impl Iterator<Item = &str> {
        let of = self.groups.get(group);
        of.into_iter().flat_map(|of| of.techniques.iter().chain(&of.software)).map(String::as_str)
    }
}

/// `T1059` of `T1059.001`.
pub(super) fn above(id: &str) -> &str {
    id.split('.').next().unwrap_or(id)
}
