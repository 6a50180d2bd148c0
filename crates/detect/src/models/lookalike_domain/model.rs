//! A trained model: spelling and likeness of a label, one network over them, and what its scores mean.

use super::{
    How, Resembles,
    below::Front,
    brands::Brands,
    features::{N_FEATURES, Seen, features},
    registered::Registered,
    resemble::Likeness,
    suffixes::Suffixes,
};
use crate::models::{
    Scored,
    generated_domains::features::{GRAM_BITS, N_SYMBOLS, ORDERS},
    trained::{Shape, Trained},
};

const SHAPE: Shape =
    Shape { name: "lookalike_domain", version: 2, n_symbols: N_SYMBOLS, orders: ORDERS, gram_bits: GRAM_BITS };

/// Reads and judges names; see [`super::score`].
#[derive(Debug, Clone)]
pub struct Model {
    pub(super) trained: Trained<N_FEATURES>,
    pub(super) suffixes: Suffixes,
}

impl Model {
    pub fn score<'a>(&self, name: &str, brands: &'a Brands) -> Option<Resembles<'a>> {
        let (seen, likeness) = look(name, brands)?;
        let Scored { probability, p_value, score } = self.judge(&seen);
        Some(Resembles { brand: brands.name(likeness.brand), how: likeness.how, score, probability, p_value })
    }

    pub fn spelled(&self, name: &str, brands: &Brands) -> Scored {
        Registered::of(name, brands).map_or(Scored::SILENT, |name| self.judge(&Seen::of(name, brands)))
    }

    fn judge(&self, seen: &Seen) -> Scored {
        let Trained { language, grams, network, calibrated } = &self.trained;
        calibrated.scored(network.log_odds(&features(seen, language, grams, &self.suffixes)))
    }

    pub fn write(&self) -> Vec<u8> {
        self.trained.write_with(SHAPE, |out| self.suffixes.write(out))
    }

    /// `None` where the bytes are not such a model, of another version, or not whole.
    pub fn read(file: &[u8]) -> Option<Self> {
        Trained::read_with(file, SHAPE, Suffixes::read).map(|(trained, suffixes)| Self { trained, suffixes })
    }
}

/// A name that resembles a brand, in its registered label or in front of it.
pub(super) fn look(name: &str, brands: &Brands) -> Option<(Seen, Likeness)> {
    let registered = Registered::of(name, brands)?;
    let seen = Seen::of(registered, brands);
    if let Some(likeness) = seen.likeness {
        return Some((seen, likeness));
    }
    let name = name.strip_suffix('.').unwrap_or(name);
    let front = Front::of(name, psl::domain_str(name)?, brands)?;
    let seen = Seen::of(Registered { label: front.text(), ..registered }, brands);
    let likeness = seen.likeness?;
    Some((seen, Likeness { how: How::InFront, ..likeness }))
}
