//! A trained model: signs, words and strangeness of a payload, one network over them, and what its scores mean.

use super::{
    decode::{PIECE, Plain},
    features::{GRAM_BITS, N_FEATURES, N_SYMBOLS, ORDERS, Symbols, features},
};
use crate::models::{
    Scored,
    grams::Grams,
    language::Language,
    network::Network,
    trained::{Shape, Trained},
};

const SHAPE: Shape =
    Shape { name: "web_attack", version: 1, n_symbols: N_SYMBOLS, orders: ORDERS, gram_bits: GRAM_BITS };
/// Work on one payload stays bounded.
const BYTES_MAX: usize = 65_536;
/// Pieces overlap, so that no short attack is cut in two.
const OVERLAP: usize = 128;

/// Reads and judges payloads; see [`super::score`].
#[derive(Debug, Clone)]
pub struct Model(pub(super) Trained<N_FEATURES>);

impl Model {
    pub fn score(&self, payload: &[u8]) -> Scored {
        if payload.is_empty() {
            return Scored::SILENT;
        }
        self.0.calibrated.scored(raw(payload, &self.0.language, &self.0.grams, &self.0.network))
    }

    pub fn write(&self) -> Vec<u8> {
        self.0.write(SHAPE)
    }

    /// `None` where the bytes are not such a model, of another version, or not whole.
    pub fn read(file: &[u8]) -> Option<Self> {
        Trained::read(file, SHAPE).map(Self)
    }
}

/// Log odds of the worst piece of a payload, not calibrated.
pub(super) fn raw(payload: &[u8], language: &Language, grams: &Grams, network: &Network<N_FEATURES>) -> f32 {
    let mut worst = f32::NEG_INFINITY;
    let payload = payload.get(..BYTES_MAX).unwrap_or(payload);
    let mut rest = payload;
    loop {
        let plain = Plain::of(rest);
        let symbols = Symbols::of(&plain);
        worst = worst.max(network.log_odds(&features(&plain, symbols.as_slice(), language, grams)));
        match rest.get(PIECE - OVERLAP..) {
            Some(next) if rest.len() > PIECE => rest = next,
            _ => return worst,
        }
    }
}
