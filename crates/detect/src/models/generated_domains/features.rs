//! What is measured of a label: its letters, and how surprising they are to someone who knows ordinary names.

use super::super::{grams::Grams, language::Language};

/// Shorter labels are all taken, by whoever came first, and say nothing.
pub(in crate::models) const SHORTEST: usize = 4;
/// A label has no more bytes in DNS.
const LONGEST: usize = 63;

/// Border, letters, digits, hyphen, anything else.
pub(in crate::models) const N_SYMBOLS: usize = 39;
/// Language models of two, three and four symbols.
pub(in crate::models) const ORDERS: usize = 4;
const N_LANGUAGES: usize = ORDERS - 1;

const N_SHAPE: usize = 16;
const N_SURPRISE: usize = 9;
pub(in crate::models) const N_FEATURES: usize = N_SHAPE + N_LANGUAGES * N_SURPRISE + 3;

/// A label as symbols.
#[derive(Debug, Clone, Copy)]
pub(in crate::models) struct Symbols {
    symbols: [u8; LONGEST],
    length: usize,
}

impl Symbols {
    /// Longer labels are cut: DNS has none.
    pub(in crate::models) fn of(label: &str) -> Self {
        let mut symbols = [0; LONGEST];
        let mut length = 0;
        for (slot, byte) in symbols.iter_mut().zip(label.bytes()) {
            *slot = symbol(byte);
            length += 1;
        }
        Self { symbols, length }
    }

    pub(in crate::models) fn as_slice(&self) -> &[u8] {
        self.symbols.get(..self.length).unwrap_or(&[])
    }
}

fn symbol(byte: u8) -> u8 {
    match byte {
        b'a'..=b'z' => byte - b'a' + 1,
        b'A'..=b'Z' => byte - b'A' + 1,
        b'0'..=b'9' => byte - b'0' + 27,
        b'-' => 37,
        _ => 38,
    }
}

fn is_vowel(symbol: u8) -> bool {
    matches!(symbol, 1 | 5 | 9 | 15 | 21)
}

fn is_digit(symbol: u8) -> bool {
    (27..=36).contains(&symbol)
}

/// All features; `gram_odds` comes from hashed n-grams.
pub(in crate::models) fn features(symbols: &[u8], language: &Language, gram_odds: f32) -> [f32; N_FEATURES] {
    let mut out = [0.0; N_FEATURES];
    let length = symbols.len() as f32;
    let (shapes, rest) = out.split_at_mut(N_SHAPE);
    shape(symbols, shapes);
    let mut surprises = [Surprise::default(); N_LANGUAGES];
    language.costs::<N_LANGUAGES>(symbols, |costs| {
        surprises.iter_mut().zip(costs).for_each(|(surprise, cost)| surprise.add(cost));
    });
    for (surprise, slots) in surprises.iter().zip(rest.chunks_mut(N_SURPRISE)) {
        surprise.write(length, slots);
    }
    let odds = [gram_odds, gram_odds / length.sqrt().max(1.0), gram_odds / length.max(1.0)];
    if let Some(slots) = out.last_chunk_mut::<3>() {
        *slots = odds;
    }
    out
}

/// Lengths, kinds of letters, their runs and how often which comes.
fn shape(symbols: &[u8], out: &mut [f32]) {
    let mut counts = [0_u8; N_SYMBOLS + 1];
    let (mut n_digits, mut n_vowels, mut n_hyphens, mut n_changes) = (0, 0, 0, 0);
    let mut runs = [Run::default(); 3];
    let mut before_is_digit = None;
    let mut n_hex = 0;
    for symbol in symbols.iter().copied() {
        let (digit, vowel) = (is_digit(symbol), is_vowel(symbol));
        let consonant = symbol <= 26 && !vowel;
        n_digits += usize::from(digit);
        n_vowels += usize::from(vowel);
        n_hyphens += usize::from(symbol == 37);
        n_hex += usize::from(digit || symbol <= 6);
        n_changes += usize::from(before_is_digit.is_some_and(|before| before != digit));
        before_is_digit = Some(digit);
        runs.iter_mut().zip([consonant, vowel, digit]).for_each(|(run, goes_on)| run.step(goes_on));
        if let Some(count) = counts.get_mut(usize::from(symbol)) {
            *count = count.saturating_add(1);
        }
    }
    let length = symbols.len().max(1) as f32;
    let n_distinct = counts.iter().filter(|count| **count > 0).count() as f32;
    let n_most = counts.iter().copied().max().unwrap_or(0);
    let entropy: f32 = counts.iter().map(|count| ENTROPY[usize::from(*count).min(LONGEST)]).sum();
    let found = [
        length,
        length.sqrt(),
        n_digits as f32,
        n_digits as f32 / length,
        n_vowels as f32 / length,
        n_hyphens as f32,
        n_changes as f32,
        runs[0].longest,
        runs[1].longest,
        runs[2].longest,
        n_hex as f32 / length,
        n_distinct,
        n_distinct / length,
        f32::from(n_most) / length,
        // Shannon's entropy in nats: ln n − Σ c ln c / n.
        length.ln() - entropy / length,
        f32::from(u8::from(n_vowels == 0)),
    ];
    out.iter_mut().zip(found).for_each(|(slot, value)| *slot = value);
}

/// c · ln c for small counts: the logarithm is the slowest thing that a feature could ask for.
static ENTROPY: std::sync::LazyLock<[f32; LONGEST + 1]> = std::sync::LazyLock::new(|| {
    let mut table = [0.0; LONGEST + 1];
    table.iter_mut().enumerate().skip(1).for_each(|(c, slot)| *slot = c as f32 * (c as f32).ln());
    table
});

/// The longest run of symbols of a kind.
#[derive(Debug, Clone, Copy, Default)]
struct Run {
    now: f32,
    longest: f32,
}

impl Run {
    fn step(&mut self, goes_on: bool) {
        self.now = if goes_on { self.now + 1.0 } else { 0.0 };
        self.longest = self.longest.max(self.now);
    }
}

/// What one language model thinks of the symbols, as they come.
#[derive(Debug, Clone, Copy)]
struct Surprise {
    sum: f32,
    n: f32,
    /// The three largest costs.
    worst: [f32; 3],
    /// The last four costs, and the largest and smallest sum of four neighbors.
    window: [f32; 4],
    window_max: f32,
    window_min: f32,
    n_strange: f32,
    n_plain: f32,
    n_impossible: f32,
}

impl Default for Surprise {
    fn default() -> Self {
        Self {
            sum: 0.0,
            n: 0.0,
            worst: [0.0; 3],
            window: [0.0; 4],
            window_max: 0.0,
            window_min: f32::MAX,
            n_strange: 0.0,
            n_plain: 0.0,
            n_impossible: 0.0,
        }
    }
}

impl Surprise {
    /// Costs in nats. Of ordinary names two thirds of the letters are below the first, a tenth above the second.
    const PLAIN: f32 = 2.0;
    const STRANGE: f32 = 4.5;
    const IMPOSSIBLE: f32 = 7.0;

    #[inline]
    fn add(&mut self, cost: f32) {
        self.sum += cost;
        self.n += 1.0;
        let mut sinking = cost;
        for worst in &mut self.worst {
            let kept = worst.max(sinking);
            sinking = worst.min(sinking);
            *worst = kept;
        }
        self.window.rotate_left(1);
        self.window[3] = cost;
        let four: f32 = self.window.iter().sum();
        self.window_max = self.window_max.max(four);
        if self.n >= 4.0 {
            self.window_min = self.window_min.min(four);
        }
        self.n_plain += f32::from(u8::from(cost < Self::PLAIN));
        self.n_strange += f32::from(u8::from(cost > Self::STRANGE));
        self.n_impossible += f32::from(u8::from(cost > Self::IMPOSSIBLE));
    }

    fn write(&self, length: f32, out: &mut [f32]) {
        /// Nats of a symbol drawn blindly from the letters.
        const BLIND: f32 = 3.26;
        let found = [
            self.sum,
            self.sum - BLIND * length,
            self.sum / self.n.max(1.0),
            self.worst.iter().sum(),
            self.window_max,
            if self.n >= 4.0 { self.window_min } else { self.sum },
            self.n_plain / self.n.max(1.0),
            self.n_strange,
            self.n_impossible,
        ];
        out.iter_mut().zip(found).for_each(|(slot, value)| *slot = value);
    }
}

/// Size of the table of n-grams.
pub(in crate::models) const GRAM_BITS: u32 = 16;

/// What both the network and its training look at.
pub(in crate::models) fn of(symbols: &Symbols, language: &Language, grams: &Grams) -> [f32; N_FEATURES] {
    features(symbols.as_slice(), language, grams.log_odds(symbols.as_slice()))
}
