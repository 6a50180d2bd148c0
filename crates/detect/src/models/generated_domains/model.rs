//! A trained model: two views of a label, one network over both, and what its scores mean.

use super::{
    features::{self, GRAM_BITS, N_FEATURES, N_SYMBOLS, ORDERS, Symbols},
    label,
};
use crate::models::{
    Scored,
    trained::{Shape, Trained},
};

const SHAPE: Shape =
    Shape { name: "generated_domains", version: 1, n_symbols: N_SYMBOLS, orders: ORDERS, gram_bits: GRAM_BITS };

/// Reads and judges names; see [`super::score`].
#[derive(Debug, Clone)]
pub struct Model(pub(super) Trained<N_FEATURES>);

impl Model {
    pub fn score(&self, name: &str) -> Scored {
        label(name).map_or(Scored::SILENT, |label| self.0.calibrated.scored(self.raw(label)))
    }

    /// Log odds of a registered label, not calibrated.
    pub(super) fn raw(&self, label: &str) -> f32 {
        let symbols = Symbols::of(label);
        self.0.network.log_odds(&features::of(&symbols, &self.0.language, &self.0.grams))
    }

    pub fn write(&self) -> Vec<u8> {
        self.0.write(SHAPE)
    }

    /// `None` where the bytes are not such a model, of another version, or not whole.
    pub fn read(file: &[u8]) -> Option<Self> {
        Trained::read(file, SHAPE).map(Self)
    }
}
