//! Training: names of phishing sites against ordinary names, both of years before those that are judged.

use std::collections::HashSet;

use super::{
    brands::Brands,
    features::{N_FEATURES, Seen, features},
    model::Model,
    registered::Registered,
    suffixes::Suffixes,
};
use crate::models::{
    calibrated::Calibrated,
    generated_domains::features::{GRAM_BITS, N_SYMBOLS, ORDERS},
    grams::Grams,
    language::Language,
    learn::{Case, Course, Dice, GramCases, learn_grams, train},
    network::Network,
    trained::Trained,
};

/// Share of the ordinary names that teach the language; the network learns from the others.
const LANGUAGE_SHARE: f64 = 0.5;
/// Share of the imitating names, the latest, that teach which suffixes are in use.
const SUFFIX_SHARE: f64 = 0.35;
const COUNT_MIN: u32 = 2;
const FOLDS: usize = 4;
const COURSE: Course = Course { hidden: 32, passes: 8, seed: 1 };

/// Names, each once, in a fixed random order.
#[derive(Debug)]
pub struct Parts {
    spoken: Vec<Seen>,
    ordinary: Vec<Seen>,
    imitating: Vec<Seen>,
    suffixes: Suffixes,
}

/// Names of the years of training, the imitating ones oldest first.
pub fn parts(imitating: &[String], ordinary: &[String], brands: &Brands, seed: u64) -> Parts {
    let suffixes = suffixes(imitating, ordinary, brands);
    let ordinary = registered(ordinary, brands, seed);
    let known: HashSet<Registered<'_>> = ordinary.iter().copied().collect();
    let see = |names: &[Registered<'_>]| -> Vec<Seen> { names.iter().map(|name| Seen::of(*name, brands)).collect() };
    // A phishing page on the site of somebody well known is no name made for phishing.
    let imitating: Vec<Registered<'_>> =
        registered(imitating, brands, seed).into_iter().filter(|name| !known.contains(name)).collect();
    let n_spoken = (ordinary.len() as f64 * LANGUAGE_SHARE) as usize;
    let (spoken, judged) = ordinary.split_at(n_spoken);
    Parts { spoken: see(spoken), ordinary: see(judged), imitating: see(&imitating), suffixes }
}

/// Of the later names only: what is cheap changes from year to year.
fn suffixes(imitating: &[String], ordinary: &[String], brands: &Brands) -> Suffixes {
    let n_early = (imitating.len() as f64 * (1.0 - SUFFIX_SHARE)) as usize;
    let (early, late) = imitating.split_at(n_early);
    let seen: HashSet<Registered<'_>> = early.iter().filter_map(|name| Registered::of(name, brands)).collect();
    let distinct = |names| registered(names, brands, 0).into_iter();
    Suffixes::learn(distinct(late).filter(|name| !seen.contains(name)), distinct(ordinary))
}

fn registered<'n>(names: &'n [String], brands: &Brands, seed: u64) -> Vec<Registered<'n>> {
    let mut names: Vec<Registered<'_>> = names.iter().filter_map(|name| Registered::of(name, brands)).collect();
    names.sort_unstable();
    names.dedup();
    Dice::new(seed).shuffle(&mut names);
    names
}

/// A model without a meaning of its scores yet.
#[derive(Debug)]
pub struct Untold {
    language: Language,
    grams: Grams,
    network: Network<N_FEATURES>,
    suffixes: Suffixes,
}

impl Untold {
    /// Raw score of a name; `None` where there is nothing to judge.
    pub fn raw(&self, name: &str, brands: &Brands) -> Option<f64> {
        let seen = Seen::of(Registered::of(name, brands)?, brands);
        let features = features(&seen, &self.language, &self.grams, &self.suffixes);
        Some(f64::from(self.network.log_odds(&features)))
    }

    /// Whether a name resembles a brand at all.
    pub fn resembles(&self, name: &str, brands: &Brands) -> bool {
        Registered::of(name, brands).is_some_and(|name| Seen::of(name, brands).likeness.is_some())
    }

    /// `ordinary`: scores of ordinary names of a later time. `cases`: scores and labels of names of later years.
    pub fn calibrate(self, ordinary: Vec<f64>, cases: &[(f64, bool)]) -> Option<Model> {
        let calibrated = Calibrated::fit(ordinary, cases)?;
        let trained = Trained { language: self.language, grams: self.grams, network: self.network, calibrated };
        Some(Model { trained, suffixes: self.suffixes })
    }
}

pub fn learn(parts: &Parts, seed: u64) -> Untold {
    let texts = parts.spoken.iter().map(|seen| seen.symbols.as_slice());
    let language = Language::learn(N_SYMBOLS, ORDERS, COUNT_MIN, texts);
    let folded: Vec<Grams> = (0..FOLDS).map(|fold| grams_without(parts, fold, seed)).collect();
    // Both classes weigh the same, whatever the sizes of the lists.
    let weight = parts.ordinary.len() as f32 / parts.imitating.len().max(1) as f32;
    let mut cases: Vec<Case<N_FEATURES>> = Vec::new();
    for (all, label, weight) in [(&parts.imitating, true, weight), (&parts.ordinary, false, 1.0)] {
        for (at, seen) in all.iter().enumerate() {
            let grams = folded.get(at % FOLDS);
            cases.extend(grams.map(|grams| (features(seen, &language, grams, &parts.suffixes), label, weight)));
        }
    }
    let network = train(&cases, Course { seed, ..COURSE });
    let grams = Grams::mean(&folded, GRAM_BITS);
    Untold { language, grams, network, suffixes: parts.suffixes.clone() }
}

fn grams_without(parts: &Parts, fold: usize, seed: u64) -> Grams {
    let mut cases = GramCases::new();
    for (all, label) in [(&parts.imitating, true), (&parts.ordinary, false)] {
        let others = all.iter().enumerate().filter(|(at, _)| at % FOLDS != fold);
        cases.extend(others.map(|(_, seen)| (seen.symbols.as_slice(), label, 1.0)));
    }
    learn_grams(&cases, GRAM_BITS, seed)
}
