//! A trained model: two views of a label, one network over both, and what its scores mean.

use super::{
    features::{self, GRAM_BITS, N_FEATURES, N_SYMBOLS, ORDERS, Symbols},
    label,
};
use crate::models::{
    Scored,
    bytes::{Reader, Writer},
    calibrated::Calibrated,
    grams::Grams,
    language::Language,
    network::Network,
};

const NAME: &str = "generated_domains";
const VERSION: u8 = 1;

/// Reads and judges names; see [`super::score`].
#[derive(Debug, Clone)]
pub struct Model {
    pub(super) language: Language,
    pub(super) grams: Grams,
    pub(super) network: Network<N_FEATURES>,
    pub(super) calibrated: Calibrated,
}

impl Model {
    pub fn score(&self, name: &str) -> Scored {
        label(name).map_or(Scored::SILENT, |label| self.calibrated.scored(self.raw(label)))
    }

    /// Log odds of a registered label, not calibrated.
    pub(super) fn raw(&self, label: &str) -> f32 {
        let symbols = Symbols::of(label);
        self.network.log_odds(&features::of(&symbols, &self.language, &self.grams))
    }

    pub fn write(&self) -> Vec<u8> {
        let mut out = Writer::new(NAME, VERSION);
        self.language.write(&mut out);
        self.grams.write(&mut out);
        self.network.write(&mut out);
        self.calibrated.write(&mut out);
        out.finish()
    }

    /// `None` where the bytes are not such a model, of another version, or not whole.
    pub fn read(file: &[u8]) -> Option<Self> {
        let mut from = Reader::new(file, NAME, VERSION)?;
        let model = Self {
            language: Language::read(&mut from, N_SYMBOLS, ORDERS)?,
            grams: Grams::read(&mut from, GRAM_BITS)?,
            network: Network::read(&mut from)?,
            calibrated: Calibrated::read(&mut from)?,
        };
        from.is_empty().then_some(model)
    }
}
