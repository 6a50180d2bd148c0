//! Training: attacks of several authors against ordinary payloads of several sources.

use super::{
    decode::Plain,
    features::{GRAM_BITS, KINDS_AT, N_FEATURES, N_SYMBOLS, ORDERS, Symbols, features},
    model::{Model, raw},
    words::N_KINDS,
};
use crate::models::{
    calibrated::Calibrated,
    grams::Grams,
    language::Language,
    learn::{Case, Course, Dice, GramCases, learn_grams, train},
    network::Network,
    trained::Trained,
};

/// Payloads of one author and kind, such as `fuzzdb.xss`, or ordinary ones of one source.
#[derive(Debug, Clone)]
pub struct Source {
    pub name: String,
    pub payloads: Vec<Vec<u8>>,
}

impl Source {
    /// Who collected it: what stands before the first dot of its name.
    pub fn author(&self) -> &str {
        self.name.split('.').next().unwrap_or(&self.name)
    }

    /// What kind of attack it is: what stands behind the last dot of its name.
    pub fn kind(&self) -> &str {
        self.name.rsplit('.').next().unwrap_or(&self.name)
    }
}

/// No source counts more than this many payloads.
const PER_SOURCE_MAX: usize = 6_000;
/// Share of the ordinary payloads that teach the language; the network learns from the others.
const LANGUAGE_SHARE: f64 = 0.4;
const COUNT_MIN: u32 = 2;
/// Parts for cross-fitting by source.
const FOLDS: usize = 4;
const COURSE: Course = Course { hidden: 24, passes: 8, seed: 1 };

/// Ordinary payloads, made ready once for many trainings.
#[derive(Debug)]
pub struct Parts {
    language: Language,
    ordinary: Vec<Vec<(Plain, Symbols)>>,
}

/// `ordinary`: sources of payloads without attacks.
pub fn parts(ordinary: &[&Source], seed: u64) -> Parts {
    let mut spoken = Vec::new();
    let mut judged = Vec::new();
    for source in ordinary {
        let payloads = drawn(source, seed);
        let n_language = (payloads.len() as f64 * LANGUAGE_SHARE) as usize;
        let mut ready: Vec<(Plain, Symbols)> = payloads.into_iter().map(ready).collect();
        judged.push(ready.split_off(n_language));
        spoken.extend(ready);
    }
    let texts = spoken.iter().map(|(_, symbols)| symbols.as_slice());
    Parts { language: Language::learn(N_SYMBOLS, ORDERS, COUNT_MIN, texts), ordinary: judged }
}

/// Payloads of a source in a random order, each once, not too many.
fn drawn(source: &Source, seed: u64) -> Vec<&[u8]> {
    let mut payloads: Vec<&[u8]> =
        source.payloads.iter().map(Vec::as_slice).filter(|bytes| !bytes.is_empty()).collect();
    payloads.sort_unstable();
    payloads.dedup();
    Dice::new(seed).shuffle(&mut payloads);
    payloads.truncate(PER_SOURCE_MAX);
    payloads
}

fn ready(payload: &[u8]) -> (Plain, Symbols) {
    let plain = Plain::of(payload);
    (plain, Symbols::of(&plain))
}

/// A model without a meaning of its scores yet.
#[derive(Debug)]
pub struct Untold {
    language: Language,
    grams: Grams,
    network: Network<N_FEATURES>,
}

impl Untold {
    pub fn raw(&self, payload: &[u8]) -> f64 {
        f64::from(raw(payload, &self.language, &self.grams, &self.network))
    }

    /// `ordinary`: scores of ordinary payloads. `cases`: scores and labels of payloads that the scoring model had not
    /// learned from.
    pub fn calibrate(self, ordinary: Vec<f64>, cases: &[(f64, bool)]) -> Option<Model> {
        let calibrated = Calibrated::fit(ordinary, cases)?;
        Some(Model(Trained { language: self.language, grams: self.grams, network: self.network, calibrated }))
    }
}

/// Trains on these attacks.
///
/// Each attack is shown twice: with n-gram weights that have not met its source, and with some that have not met its
/// kind, as it will be with attacks that nobody has collected yet. In the second view the words of languages change
/// places as well: that words of *some* language stand between signs is what has to be learned, not which.
pub fn learn(parts: &Parts, attacks: &[&Source], seed: u64) -> Untold {
    let mut kinds: Vec<&str> = attacks.iter().map(|source| source.kind()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let known: Vec<Known> = attacks
        .iter()
        .enumerate()
        .map(|(at, source)| Known {
            payloads: drawn(source, seed).into_iter().map(ready).collect(),
            folds: [at % FOLDS, kinds.iter().position(|kind| *kind == source.kind()).unwrap_or(0) % FOLDS],
        })
        .collect();
    let views: Vec<Vec<Grams>> =
        (0..2).map(|view| (0..FOLDS).map(|fold| grams_without(parts, &known, view, fold, seed)).collect()).collect();
    let look = |(plain, symbols): &(Plain, Symbols), view: usize, fold: usize| {
        let grams = views.get(view)?.get(fold)?;
        Some(features(plain, symbols.as_slice(), &parts.language, grams))
    };
    let mut dice = Dice::new(seed);
    let mut cases: Vec<Case<N_FEATURES>> = Vec::new();
    for source in &known {
        let weight = source_weight(source.payloads.len()) / 2.0;
        for payload in &source.payloads {
            cases.extend(look(payload, 0, source.folds[0]).map(|features| (features, true, weight)));
            let strange = look(payload, 1, source.folds[1]).map(|features| translated(features, &mut dice));
            cases.extend(strange.map(|features| (features, true, weight)));
        }
    }
    for source in &parts.ordinary {
        for (at, payload) in source.iter().enumerate() {
            for view in 0..2 {
                cases.extend(look(payload, view, at % FOLDS).map(|features| (features, false, 0.5)));
            }
        }
    }
    let network = train(&cases, Course { seed, ..COURSE });
    Untold { language: parts.language.clone(), grams: Grams::mean(&views.concat(), GRAM_BITS), network }
}

/// A source of attacks, made ready, and its fold in each view.
#[derive(Debug)]
struct Known {
    payloads: Vec<(Plain, Symbols)>,
    folds: [usize; 2],
}

/// A source of many payloads weighs more than one of few, but not as many times more.
fn source_weight(n_payloads: usize) -> f32 {
    20.0 / (n_payloads.max(1) as f32).sqrt()
}

/// N-gram weights learned without the attack sources of one fold of a view and as many of the ordinary payloads.
fn grams_without(parts: &Parts, attacks: &[Known], view: usize, fold: usize, seed: u64) -> Grams {
    let mut cases = GramCases::new();
    for source in attacks.iter().filter(|source| source.folds.get(view) != Some(&fold)) {
        let weight = source_weight(source.payloads.len()).min(1.0);
        cases.extend(source.payloads.iter().map(|(_, symbols)| (symbols.as_slice(), true, weight)));
    }
    for source in &parts.ordinary {
        let others = source.iter().enumerate().filter(|(at, _)| at % FOLDS != fold);
        cases.extend(others.map(|(_, (_, symbols))| (symbols.as_slice(), false, 1.0)));
    }
    learn_grams(&cases, GRAM_BITS, seed)
}

/// The same features with the kinds of words in another order.
fn translated(mut features: [f32; N_FEATURES], dice: &mut Dice) -> [f32; N_FEATURES] {
    let mut order: Vec<usize> = (0..N_KINDS).collect();
    dice.shuffle(&mut order);
    let before = features;
    for (to, from) in order.iter().enumerate() {
        for half in 0..2 {
            let (to, from) = (KINDS_AT + half * N_KINDS + to, KINDS_AT + half * N_KINDS + from);
            if let (Some(slot), Some(value)) = (features.get_mut(to), before.get(from)) {
                *slot = *value;
            }
        }
    }
    features
}
