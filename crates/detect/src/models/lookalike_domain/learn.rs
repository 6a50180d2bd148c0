//! Training: names of phishing sites against ordinary names, both of years before those that are judged.

use std::collections::HashSet;

use super::{
    brands::Brands,
    features::{N_FEATURES, Seen, features},
    model::{Model, label},
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
const COUNT_MIN: u32 = 2;
const FOLDS: usize = 4;
const COURSE: Course = Course { hidden: 32, passes: 8, seed: 1 };

/// Labels, each once, in a fixed random order.
#[derive(Debug)]
pub struct Parts {
    spoken: Vec<Seen>,
    ordinary: Vec<Seen>,
    imitating: Vec<Seen>,
}

/// Names of the years of training.
pub fn parts(imitating: &[String], ordinary: &[String], brands: &Brands, seed: u64) -> Parts {
    let ordinary = labels(ordinary, brands, seed);
    let known: HashSet<&str> = ordinary.iter().copied().collect();
    let see = |labels: &[&str]| -> Vec<Seen> { labels.iter().map(|label| Seen::of(label, brands)).collect() };
    // A phishing page on the site of somebody well known is no name made for phishing.
    let imitating: Vec<&str> =
        labels(imitating, brands, seed).into_iter().filter(|label| !known.contains(label)).collect();
    let n_spoken = (ordinary.len() as f64 * LANGUAGE_SHARE) as usize;
    let (spoken, judged) = ordinary.split_at(n_spoken);
    Parts { spoken: see(spoken), ordinary: see(judged), imitating: see(&imitating) }
}

fn labels<'n>(names: &'n [String], brands: &Brands, seed: u64) -> Vec<&'n str> {
    let mut labels: Vec<&str> = names.iter().filter_map(|name| label(name, brands)).collect();
    labels.sort_unstable();
    labels.dedup();
    Dice::new(seed).shuffle(&mut labels);
    labels
}

/// A model without a meaning of its scores yet.
#[derive(Debug)]
pub struct Untold {
    language: Language,
    grams: Grams,
    network: Network<N_FEATURES>,
}

impl Untold {
    /// Raw score of a name; `None` where there is nothing to judge.
    pub fn raw(&self, name: &str, brands: &Brands) -> Option<f64> {
        let seen = Seen::of(label(name, brands)?, brands);
        Some(f64::from(self.network.log_odds(&features(&seen, &self.language, &self.grams))))
    }

    /// Whether a name resembles a brand at all.
    pub fn resembles(&self, name: &str, brands: &Brands) -> bool {
        label(name, brands).is_some_and(|label| Seen::of(label, brands).likeness.is_some())
    }

    /// `ordinary`: scores of ordinary names of a later time. `cases`: scores and labels of names of later years.
    pub fn calibrate(self, ordinary: Vec<f64>, cases: &[(f64, bool)]) -> Option<Model> {
        let calibrated = Calibrated::fit(ordinary, cases)?;
        Some(Model(Trained { language: self.language, grams: self.grams, network: self.network, calibrated }))
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
            cases.extend(grams.map(|grams| (features(seen, &language, grams), label, weight)));
        }
    }
    let network = train(&cases, Course { seed, ..COURSE });
    Untold { language, grams: Grams::mean(&folded, GRAM_BITS), network }
}

fn grams_without(parts: &Parts, fold: usize, seed: u64) -> Grams {
    let mut cases = GramCases::new();
    for (all, label) in [(&parts.imitating, true), (&parts.ordinary, false)] {
        let others = all.iter().enumerate().filter(|(at, _)| at % FOLDS != fold);
        cases.extend(others.map(|(_, seen)| (seen.symbols.as_slice(), label, 1.0)));
    }
    learn_grams(&cases, GRAM_BITS, seed)
}
