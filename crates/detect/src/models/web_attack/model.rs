//! A trained model: signs, words and strangeness of a payload, one network over them, and what its scores mean.

use super::{
    decode::{PIECE, Plain},
    features::{GRAM_BITS, N_FEATURES, N_SYMBOLS, ORDERS, Symbols, features},
};
use crate::models::{
    Scored,
    bytes::{Reader, Writer},
    calibrated::Calibrated,
    grams::Grams,
    language::Language,
    network::Network,
};

const NAME: &str = "web_attack";
const VERSION: u8 = 1;
/// Work on one payload stays bounded.
const BYTES_MAX: usize = 65_536;
/// Pieces overlap, so that no short attack is cut in two.
const OVERLAP: usize = 128;

/// Reads and judges payloads; see [`super::score`].
#[derive(Debug, Clone)]
pub struct Model {
    pub(super) language: Language,
    pub(super) grams: Grams,
    pub(super) network: Network<N_FEATURES>,
    pub(super) calibrated: Calibrated,
}

impl Model {
    pub fn score(&self, payload: &[u8]) -> Scored {
        if payload.is_empty() {
            return Scored::SILENT;
        }
        self.calibrated.scored(raw(payload, &self.language, &self.grams, &self.network))
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
