//! A trained model: spelling and likeness of a label, one network over them, and what its scores mean.

use super::{
    How, Resembles,
    below::Front,
    brands::Brands,
    features::{N_FEATURES, Seen, features},
    resemble::Likeness,
};
use crate::models::{
    Scored,
    generated_domains::features::{GRAM_BITS, N_SYMBOLS, ORDERS},
    trained::{Shape, Trained},
};

const SHAPE: Shape =
    Shape { name: "lookalike_domain", version: 1, n_symbols: N_SYMBOLS, orders: ORDERS, gram_bits: GRAM_BITS };
/// Shorter labels are all taken, and resemble everything.
const SHORTEST: usize = 3;

/// Reads and judges names; see [`super::score`].
#[derive(Debug, Clone)]
pub struct Model(pub(super) Trained<N_FEATURES>);

impl Model {
    pub fn score<'a>(&self, name: &str, brands: &'a Brands) -> Option<Resembles<'a>> {
        let (seen, likeness) = look(name, brands)?;
        let Scored { probability, p_value, score } = self.judge(&seen);
        Some(Resembles { brand: brands.name(likeness.brand), how: likeness.how, score, probability, p_value })
    }

    pub fn spelled(&self, name: &str, brands: &Brands) -> Scored {
        label(name, brands).map_or(Scored::SILENT, |label| self.judge(&Seen::of(label, brands)))
    }

    fn judge(&self, seen: &Seen) -> Scored {
        self.0.calibrated.scored(self.0.network.log_odds(&features(seen, &self.0.language, &self.0.grams)))
    }

    pub fn write(&self) -> Vec<u8> {
        self.0.write(SHAPE)
    }

    /// `None` where the bytes are not such a model, of another version, or not whole.
    pub fn read(file: &[u8]) -> Option<Self> {
        Trained::read(file, SHAPE).map(Self)
    }
}

/// A name that resembles a brand, in its registered label or in front of it.
pub(super) fn look(name: &str, brands: &Brands) -> Option<(Seen, Likeness)> {
    let label = label(name, brands)?;
    let seen = Seen::of(label, brands);
    if let Some(likeness) = seen.likeness {
        return Some((seen, likeness));
    }
    let name = name.strip_suffix('.').unwrap_or(name);
    let front = Front::of(name, psl::domain_str(name)?, brands)?;
    let seen = Seen::of(front.text(), brands);
    let likeness = seen.likeness?;
    Some((seen, Likeness { how: How::InFront, ..likeness }))
}

/// The registered label of a name; `None` where there is none, or a brand owns it.
pub(super) fn label<'n>(name: &'n str, brands: &Brands) -> Option<&'n str> {
    let name = name.strip_suffix('.').unwrap_or(name);
    let domain = psl::domain_str(name)?;
    let label = domain.split('.').next()?;
    let is_number = domain.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let is_judged = label.len() >= SHORTEST && !is_number && !domain.ends_with(".arpa");
    (is_judged && !brands.owns(domain)).then_some(label)
}
