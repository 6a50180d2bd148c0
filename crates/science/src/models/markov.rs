//! How usual a text is byte by byte, given the bytes before: a language model for names and command lines.

use super::{
    bytes::{Reader, Writer},
    grams::{BEGIN, END, Gram, Grams},
};

/// N-grams of bytes with interpolated Witten–Bell smoothing (Witten and Bell 1991; Chen and Goodman 1999).
///
/// A context that has been followed by many different bytes says little, and leaves the more to the shorter one; the
/// shortest leaves the rest to 257 equal chances, the end of the text being one. So every text has a probability.
#[derive(Debug, Clone, PartialEq)]
pub struct Markov {
    order: u8,
    grams: Grams,
}

impl Markov {
    /// N-grams that are kept exactly fit a machine word up to this length.
    pub const ORDER_MAX: u8 = 6;
    /// Longer texts are cut here, so that work on one text stays bounded.
    pub const BYTES_MAX: usize = 65_536;
    /// Ten gigabytes.
    pub const GRAMS_MAX: u32 = 1 << 28;
    const KIND: [u8; 4] = *b"MGMK";
    const VERSION: u8 = 1;

    /// Knows nothing yet. `order` is the length of n-grams, 1 to 6: a byte and the `order − 1` before. When
    /// `grams_max` different ones are known, new ones count as unseen: memory is about 40 bytes times that.
    pub fn new(order: u8, grams_max: u32) -> Option<Self> {
        let sound = (1..=Self::ORDER_MAX).contains(&order) && grams_max <= Self::GRAMS_MAX;
        sound.then(|| Self { order, grams: Grams::new(grams_max) })
    }

    /// Counts the n-grams of a text. Capitals are other bytes than small letters.
    pub fn learn(&mut self, text: &[u8]) {
        let mut before = vec![Grams::ROOT, Grams::BEGIN];
        let mut last = u64::from(BEGIN);
        for symbol in symbols(text) {
            last = last << Gram::BITS | u64::from(symbol);
            // What the text ends with in lengths 0, 1, 2 ..., as far as it is known.
            let mut after = vec![Grams::ROOT];
            for (n, context) in before.iter().enumerate().take(usize::from(self.order)) {
                let Some(gram) = self.grams.count(*context, Gram::of(last, n as u8 + 1)) else { break };
                after.push(gram);
            }
            before = after;
        }
    }

    /// How many bits the text takes, its end included, where it is written as well as the model can: −log2 of its
    /// probability. Above 0. A text of n bytes takes about 8 · n where the model knows nothing.
    pub fn bits(&self, text: &[u8]) -> f64 {
        let mut reading = Reading::of(&self.grams, self.order);
        symbols(text).map(|symbol| -reading.next(symbol).log2()).sum()
    }

    /// The chance of each byte, and last of the end, after the start of a text. Sums to 1.
    pub fn chances_after(&self, start: &[u8]) -> Vec<f64> {
        let mut reading = Reading::of(&self.grams, self.order);
        symbols(start).filter(|symbol| *symbol != END).for_each(|symbol| {
            reading.next(symbol);
        });
        (0..BEGIN).chain([END]).map(|symbol| reading.clone().next(symbol)).collect()
    }

    /// Bits a byte, the end counting as one: texts of different lengths can be compared.
    pub fn surprise(&self, text: &[u8]) -> f64 {
        self.bits(text) / (text.len().min(Self::BYTES_MAX) as f64 + 1.0)
    }

    /// Different n-grams that are known.
    pub fn n_grams(&self) -> usize {
        self.grams.len()
    }

    /// The n-grams in ascending order, each as what it differs from the one before, with its count: four to six bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Writer::new(Self::KIND, Self::VERSION);
        out.byte(self.order);
        out.u32(self.grams.grams_max());
        let mut last = 0;
        for (gram, count) in self.grams.ascending() {
            out.long_count(gram.number() - last);
            out.count(count);
            last = gram.number();
        }
        out.into_bytes()
    }

    /// `None` where the bytes are not such a model, are cut, or name an n-gram whose beginning is unknown.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut from = Reader::new(bytes, Self::KIND, Self::VERSION)?;
        let mut model = Self::new(from.byte()?, from.u32()?)?;
        let mut last = 0_u64;
        while !from.is_empty() {
            let step = from.long_count()?;
            last = last.checked_add(step).filter(|_| step > 0)?;
            let gram = Gram::from_number(last, model.order)?;
            model.grams.restore(gram, from.count()?)?;
        }
        Some(model)
    }
}

/// A text that is being read.
#[derive(Clone)]
struct Reading<'a> {
    grams: &'a Grams,
    order: usize,
    last: u64,
    /// What has been read so far ends with these runs, of 0, 1, 2 ... symbols, as far as they are known.
    before: [u32; Markov::ORDER_MAX as usize + 1],
    n_before: usize,
}

impl<'a> Reading<'a> {
    fn of(grams: &'a Grams, order: u8) -> Self {
        let mut before = [Grams::ROOT; Markov::ORDER_MAX as usize + 1];
        before[1] = Grams::BEGIN;
        Self { grams, order: usize::from(order), last: u64::from(BEGIN), before, n_before: 2 }
    }

    /// The chance of the next symbol.
    fn next(&mut self, symbol: u16) -> f64 {
        self.last = self.last << Gram::BITS | u64::from(symbol);
        let mut after = [Grams::ROOT; Markov::ORDER_MAX as usize + 1];
        let mut n_after = 1;
        let mut p = EQUAL;
        for (n, context) in self.before.iter().enumerate().take(self.n_before.min(self.order)) {
            // A run is known only where its end is.
            let gram = if n_after == n + 1 { self.grams.find(Gram::of(self.last, n as u8 + 1)) } else { None };
            let counts = self.grams.counts(*context);
            if counts.followed > 0 {
                let kinds = f64::from(counts.kinds);
                let count = gram.map_or(0, |gram| self.grams.counts(gram).count);
                p = (f64::from(count) + kinds * p) / (counts.followed as f64 + kinds);
            }
            if let Some(gram) = gram {
                after[n_after] = gram;
                n_after += 1;
            }
        }
        (self.before, self.n_before) = (after, n_after);
        p
    }
}

/// Each of 256 bytes and the end.
const EQUAL: f64 = 1.0 / 257.0;

fn symbols(text: &[u8]) -> impl Iterator<Item = u16> {
    let text = text.get(..Markov::BYTES_MAX).unwrap_or(text);
    text.iter().map(|byte| u16::from(*byte)).chain([END])
}
