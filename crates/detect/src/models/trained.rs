//! What every model is made of once it is trained: two views of a text, one network over both, and what its scores mean.

use super::{
    bytes::{Reader, Writer},
    calibrated::Calibrated,
    grams::Grams,
    language::Language,
    network::Network,
};

/// What the file of a model must say, or its bytes mean something else.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    pub(super) name: &'static str,
    pub(super) version: u8,
    pub(super) n_symbols: usize,
    pub(super) orders: usize,
    pub(super) gram_bits: u32,
}

#[derive(Debug, Clone)]
pub(super) struct Trained<const FEATURES: usize> {
    pub(super) language: Language,
    pub(super) grams: Grams,
    pub(super) network: Network<FEATURES>,
    pub(super) calibrated: Calibrated,
}

impl<const FEATURES: usize> Trained<FEATURES> {
    pub(super) fn write(&self, shape: Shape) -> Vec<u8> {
        self.write_with(shape, |_| {})
    }

    /// The file with something of the model's own behind what all have.
    pub(super) fn write_with(&self, shape: Shape, own: impl FnOnce(&mut Writer)) -> Vec<u8> {
        let mut out = Writer::new(shape.name, shape.version);
        self.language.write(&mut out);
        self.grams.write(&mut out);
        self.network.write(&mut out);
        self.calibrated.write(&mut out);
        own(&mut out);
        out.finish()
    }

    /// `None` where the bytes are not such a model, of another version, or not whole.
    pub(super) fn read(file: &[u8], shape: Shape) -> Option<Self> {
        Self::read_with(file, shape, |_| Some(())).map(|(trained, ())| trained)
    }

    pub(super) fn read_with<T>(
        file: &[u8],
        shape: Shape,
        own: impl FnOnce(&mut Reader<'_>) -> Option<T>,
    ) -> Option<(Self, T)> {
        let mut from = Reader::new(file, shape.name, shape.version)?;
        let trained = Self {
            language: Language::read(&mut from, shape.n_symbols, shape.orders)?,
            grams: Grams::read(&mut from, shape.gram_bits)?,
            network: Network::read(&mut from)?,
            calibrated: Calibrated::read(&mut from)?,
        };
        let own = own(&mut from)?;
        from.is_empty().then_some((trained, own))
    }
}
