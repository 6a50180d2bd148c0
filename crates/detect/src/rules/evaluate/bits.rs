//! Sets of the rows of one chunk, a bit each.

/// Rows looked at together. A set is 1 KiB: the sets of some hundred atoms stay in a core's own cache.
pub(super) const CHUNK_ROWS: usize = 8_192;

const WORDS: usize = CHUNK_ROWS / 64;

/// A set among the first rows of a chunk; words beyond those are never looked at.
#[derive(Debug, Clone)]
pub(super) struct Bits {
    n_words: usize,
    words: [u64; WORDS],
}

impl Bits {
    /// No row of `n`.
    pub(super) fn none(n: usize) -> Self {
        Self { n_words: n.div_ceil(64).min(WORDS), words: [0; WORDS] }
    }

    /// The first `n` rows.
    pub(super) fn first(n: usize) -> Self {
        let mut bits = Self::none(n);
        for (at, word) in bits.words_mut().iter_mut().enumerate() {
            let here = n.saturating_sub(at * 64).min(64);
            *word = if here == 64 { u64::MAX } else { (1 << here) - 1 };
        }
        bits
    }

    /// Makes it no row of `n`.
    pub(super) fn begin(&mut self, n: usize) {
        self.n_words = n.div_ceil(64).min(WORDS);
        self.clear();
    }

    pub(super) fn clear(&mut self) {
        self.words_mut().fill(0);
    }

    /// No row, of as many.
    pub(super) fn emptied(&self) -> Self {
        Self { n_words: self.n_words, words: [0; WORDS] }
    }

    fn words(&self) -> &[u64] {
        self.words.get(..self.n_words).unwrap_or(&self.words)
    }

    fn words_mut(&mut self) -> &mut [u64] {
        let n_words = self.n_words.min(WORDS);
        self.words.get_mut(..n_words).unwrap_or_default()
    }

    pub(super) fn set(&mut self, row: usize) {
        if let Some(word) = self.words.get_mut(row / 64) {
            *word |= 1 << (row % 64);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.words().iter().all(|word| *word == 0)
    }

    pub(super) fn len(&self) -> usize {
        self.words().iter().map(|word| word.count_ones() as usize).sum()
    }

    pub(super) fn keep(&mut self, other: &Self) {
        self.words_mut().iter_mut().zip(&other.words).for_each(|(word, other)| *word &= other);
    }

    pub(super) fn remove(&mut self, other: &Self) {
        self.words_mut().iter_mut().zip(&other.words).for_each(|(word, other)| *word &= !other);
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.words_mut().iter_mut().zip(&other.words).for_each(|(word, other)| *word |= other);
    }

    /// The rows, ascending.
    pub(super) fn rows(&self) -> impl Iterator<Item = usize> + '_ {
        self.words().iter().enumerate().flat_map(|(at, word)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                let low = rest.trailing_zeros() as usize;
                rest &= rest.wrapping_sub(1);
                (low < 64).then_some(at * 64 + low)
            })
        })
    }
}
