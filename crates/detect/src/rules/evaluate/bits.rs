//! Sets of the rows of one chunk, a bit each.

/// Rows looked at together. A set is 1 KiB: the sets of some hundred atoms stay in a core's own cache.
pub(super) const CHUNK_ROWS: usize = 8_192;

const WORDS: usize = CHUNK_ROWS / 64;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bits([u64; WORDS]);

impl Bits {
    pub(super) const NONE: Self = Self([0; WORDS]);

    /// The first `n` rows.
    pub(super) fn first(n: usize) -> Self {
        let mut bits = Self::NONE;
        for (at, word) in bits.0.iter_mut().enumerate() {
            let here = n.saturating_sub(at * 64).min(64);
            *word = if here == 64 { u64::MAX } else { (1 << here) - 1 };
        }
        bits
    }

    pub(super) fn set(&mut self, row: usize) {
        if let Some(word) = self.0.get_mut(row / 64) {
            *word |= 1 << (row % 64);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    pub(super) fn keep(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(word, other)| *word &= other);
    }

    pub(super) fn remove(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(word, other)| *word &= !other);
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(word, other)| *word |= other);
    }

    /// The rows, ascending.
    pub(super) fn rows(&self) -> impl Iterator<Item = usize> + '_ {
        self.0.iter().enumerate().flat_map(|(at, word)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                let low = rest.trailing_zeros() as usize;
                rest &= rest.wrapping_sub(1);
                (low < 64).then_some(at * 64 + low)
            })
        })
    }
}
