//! Training: families of generated names against lists of ordinary ones.

use super::{
    features::{self, GRAM_BITS, N_FEATURES, N_SYMBOLS, ORDERS, Symbols},
    label, made_up,
    model::Model,
};
use crate::models::{
    calibrated::Calibrated,
    grams::Grams,
    language::Language,
    learn::{Case, Course, Dice, GramCases, learn_grams, train},
    trained::Trained,
};

/// Registered names that one family of malware made.
#[derive(Debug, Clone)]
pub struct Family {
    pub name: String,
    pub names: Vec<String>,
}

/// No family counts more than this many names, or the most productive one would be all that is learned.
const PER_FAMILY_MAX: usize = 1_000;
/// Share of the ordinary names that teach the language; the network learns from the others, whom it has not heard.
const LANGUAGE_SHARE: f64 = 0.63;
/// Four symbols met less often are accidents, and cost two bytes each in the file.
const COUNT_MIN: u32 = 3;
/// Parts for cross-fitting: the network must see n-gram weights err as they will err on families never met.
const FOLDS: usize = 4;
const MADE_UP_FAMILIES: usize = 400;
const PER_MADE_UP_FAMILY: usize = 50;
/// Hidden units and passes; more of either gained nothing on families left out.
const COURSE: Course = Course { hidden: 48, passes: 8, seed: 1 };

/// What does not depend on which families are left out: made once for many trainings.
#[derive(Debug)]
pub struct Parts {
    language: Language,
    ordinary: Vec<Symbols>,
    made_up: Vec<Vec<Symbols>>,
}

/// `ordinary`: names of the years of training, in any order.
pub fn parts(ordinary: &[String], seed: u64) -> Parts {
    let mut labels: Vec<&str> = ordinary.iter().filter_map(|name| label(name)).collect();
    labels.sort_unstable();
    labels.dedup();
    Dice::new(seed).shuffle(&mut labels);
    let symbols: Vec<Symbols> = labels.into_iter().map(Symbols::of).collect();
    let n_language = (symbols.len() as f64 * LANGUAGE_SHARE) as usize;
    let (spoken, judged) = symbols.split_at(n_language.min(symbols.len()));
    let language = Language::learn(N_SYMBOLS, ORDERS, COUNT_MIN, spoken.iter().map(Symbols::as_slice));
    let made_up = made_up::names(MADE_UP_FAMILIES, PER_MADE_UP_FAMILY, seed);
    let made_up = made_up.into_iter().map(|names| names.iter().map(|name| Symbols::of(name)).collect()).collect();
    Parts { language, ordinary: judged.to_vec(), made_up }
}

/// Labels of a family as training and evaluation count them: each once, in a fixed random order, at most
/// [`PER_FAMILY_MAX`].
pub fn labels(family: &Family) -> Vec<&str> {
    let mut labels: Vec<&str> = family.names.iter().filter_map(|name| label(name)).collect();
    labels.sort_unstable();
    labels.dedup();
    Dice::new(1).shuffle(&mut labels);
    labels.truncate(PER_FAMILY_MAX);
    labels
}

/// A model without a meaning of its scores yet.
#[derive(Debug)]
pub struct Untold {
    language: Language,
    grams: Grams,
    network: crate::models::network::Network<N_FEATURES>,
}

impl Untold {
    /// Raw score of a name's label; `None` where there is none to judge.
    pub fn raw(&self, name: &str) -> Option<f64> {
        label(name).map(|label| self.raw_label(label))
    }

    /// Raw score of a label.
    pub fn raw_label(&self, label: &str) -> f64 {
        f64::from(self.network.log_odds(&features::of(&Symbols::of(label), &self.language, &self.grams)))
    }

    /// `ordinary`: scores of ordinary names of a later time. `cases`: scores and labels of families and names that the
    /// scoring model had not learned from.
    pub fn calibrate(self, ordinary: Vec<f64>, cases: &[(f64, bool)]) -> Option<Model> {
        let calibrated = Calibrated::fit(ordinary, cases)?;
        Some(Model(Trained { language: self.language, grams: self.grams, network: self.network, calibrated }))
    }
}

/// Trains on these families.
pub fn learn(parts: &Parts, families: &[&Family], seed: u64) -> Untold {
    let symbols: Vec<Vec<Symbols>> =
        families.iter().map(|family| labels(family).into_iter().map(Symbols::of).collect()).collect();
    let folded: Vec<Grams> = (0..FOLDS).map(|fold| grams_without(parts, &symbols, fold, seed)).collect();
    let look = |symbols: &Symbols, fold: usize| {
        let odds = folded.get(fold % FOLDS).map_or(0.0, |grams| grams.log_odds(symbols.as_slice()));
        features::features(symbols.as_slice(), &parts.language, odds)
    };
    let mut cases: Vec<Case<N_FEATURES>> = Vec::new();
    for (at, family) in symbols.iter().enumerate() {
        let weight = family_weight(family.len());
        cases.extend(family.iter().map(|symbols| (look(symbols, at), true, weight)));
    }
    for (at, family) in parts.made_up.iter().enumerate() {
        cases.extend(family.iter().map(|symbols| (look(symbols, at), true, MADE_UP_WEIGHT)));
    }
    cases.extend(parts.ordinary.iter().enumerate().map(|(at, symbols)| (look(symbols, at), false, 1.0)));
    let network = train(&cases, Course { seed, ..COURSE });
    Untold { language: parts.language.clone(), grams: mean(&folded), network }
}

/// Made-up families say where names may lie; real ones say where they do.
const MADE_UP_WEIGHT: f32 = 1.0;

/// A family of many names weighs more than one of few, but not as many times more.
fn family_weight(n_names: usize) -> f32 {
    20.0 / (n_names.max(1) as f32).sqrt()
}

/// N-gram weights learned without the families and ordinary names of one fold.
fn grams_without(parts: &Parts, families: &[Vec<Symbols>], fold: usize, seed: u64) -> Grams {
    let mut cases = GramCases::new();
    for (_, family) in families.iter().enumerate().filter(|(at, _)| at % FOLDS != fold) {
        cases.extend(family.iter().map(|symbols| (symbols.as_slice(), true, 1.0)));
    }
    let ordinary = parts.ordinary.iter().enumerate().filter(|(at, _)| at % FOLDS != fold);
    cases.extend(ordinary.map(|(_, symbols)| (symbols.as_slice(), false, 1.0)));
    learn_grams(&cases, GRAM_BITS, seed)
}

fn mean(folded: &[Grams]) -> Grams {
    Grams::mean(folded, GRAM_BITS)
}
