//! What is measured of a payload without its escapes: signs, words of languages, and how strange it is.

use std::sync::LazyLock;

use super::{
    decode::Plain,
    words::{N_KINDS, Words},
};
use crate::models::{grams::Grams, language::Language};

/// Border, letters, any digit, white space, 32 signs, control bytes, bytes outside of ASCII, NUL.
pub(super) const N_SYMBOLS: usize = 64;
/// Language models of two and three symbols.
pub(super) const ORDERS: usize = 3;
const N_LANGUAGES: usize = ORDERS - 1;
pub(super) const GRAM_BITS: u32 = 16;

const N_SIGNS: usize = SIGNS.len();
const N_SHAPE: usize = 14;
const N_SEQUENCES: usize = SEQUENCES.len();
const N_SURPRISE: usize = 4;
const N_ODDS: usize = 5;
pub(super) const N_FEATURES: usize = N_SIGNS + N_SHAPE + 2 * N_KINDS + N_SEQUENCES + N_LANGUAGES * N_SURPRISE + N_ODDS;

/// Where the counts of words of each kind begin.
pub(super) const KINDS_AT: usize = N_SIGNS + N_SHAPE;

/// Signs that are counted one by one.
const SIGNS: &[u8] = b"'\"`;()<>=/\\|&${}[]%#*,:!@^~?-.";

/// What stands between words in one language only.
const SEQUENCES: &[&[&[u8]]] = &[
    &[b"--", b"#", b";--"],
    &[b"../", b"..\\", b"/..", b"..;/"],
    &[b"||", b"&&", b"|", b"$(", b"`"],
    &[b"</", b"/>", b"<!", b"<?", b"<%"],
    &[b"${", b"{{", b"#{", b"%{", b"<%="],
    &[b"://"],
    &[b"='", b"=\"", b"'='", b"\"=\"", b"' ", b"')", b"\")"],
    &[b"on"],
    &[b"(("],
    &[b"/etc/", b"c:\\", b"\\windows", b"/bin/", b"/proc/", b"%systemroot", b"boot.ini", b"win.ini", b"web-inf"],
    &[b"\r\n", b"\n", b"\r"],
    &[b"javascript:", b"data:", b"vbscript:", b"php:", b"file:", b"jndi:", b"expect:", b"gopher:"],
];

static WORDS: LazyLock<Words> = LazyLock::new(Words::new);

/// A payload as symbols.
#[derive(Debug, Clone, Copy)]
pub(super) struct Symbols {
    symbols: [u8; super::decode::PIECE],
    length: usize,
}

impl Symbols {
    pub(super) fn of(plain: &Plain) -> Self {
        let mut symbols = [0; super::decode::PIECE];
        let bytes = plain.as_slice();
        symbols.iter_mut().zip(bytes).for_each(|(slot, byte)| *slot = SYMBOLS[usize::from(*byte)]);
        Self { symbols, length: bytes.len() }
    }

    pub(super) fn as_slice(&self) -> &[u8] {
        self.symbols.get(..self.length).unwrap_or(&[])
    }
}

static SYMBOLS: [u8; 256] = {
    let mut table = [62_u8; 256];
    let mut byte = 0;
    let mut sign = 29;
    while byte < 128 {
        let code = byte as u8;
        table[byte] = match code {
            0 => 63,
            b'a'..=b'z' => code - b'a' + 1,
            b'A'..=b'Z' => code - b'A' + 1,
            b'0'..=b'9' => 27,
            b' ' | b'\t' | b'\n' | b'\r' => 28,
            b'!'..=b'~' => {
                sign += 1;
                sign - 1
            }
            _ => 61,
        };
        byte += 1;
    }
    table
};

/// Shares and counts, each on a scale on which twice as much is not twice as telling.
pub(super) fn features(plain: &Plain, symbols: &[u8], language: &Language, grams: &Grams) -> [f32; N_FEATURES] {
    let mut out = [0.0; N_FEATURES];
    let (signs, rest) = out.split_at_mut(N_SIGNS);
    let (shapes, rest) = rest.split_at_mut(N_SHAPE);
    let (kinds, rest) = rest.split_at_mut(2 * N_KINDS);
    let (sequences, rest) = rest.split_at_mut(N_SEQUENCES);
    let (surprises, odds) = rest.split_at_mut(N_LANGUAGES * N_SURPRISE);
    let bytes = plain.as_slice();
    let counts = counted(bytes);
    signs.iter_mut().zip(SIGNS).for_each(|(slot, sign)| *slot = damped(f32::from(counts[usize::from(*sign)])));
    shape(plain, &counts, shapes);
    words(bytes, kinds);
    for (slot, found) in sequences.iter_mut().zip(SEQUENCES) {
        *slot = damped(sequence_count(bytes, &counts, found));
    }
    surprise(symbols, language, surprises);
    gram_odds(symbols, grams, odds);
    out
}

fn damped(count: f32) -> f32 {
    // A logarithm would do as well, but a square root is one instruction.
    count.sqrt()
}

fn counted(bytes: &[u8]) -> [u16; 256] {
    let mut counts = [0_u16; 256];
    bytes.iter().for_each(|byte| counts[usize::from(*byte)] += 1);
    counts
}

fn shape(plain: &Plain, counts: &[u16; 256], out: &mut [f32]) {
    let n = plain.as_slice().len().max(1) as f32;
    let sum = |from: u8, to: u8| f32::from(counts[usize::from(from)..=usize::from(to)].iter().sum::<u16>());
    let letters = sum(b'a', b'z');
    let digits = sum(b'0', b'9');
    let spaces = sum(b' ', b' ') + sum(b'\t', b'\r');
    let high = sum(0x80, 0xff);
    let control = sum(0, 8) + sum(14, 31) + sum(127, 127);
    let signs = n - letters - digits - spaces - high - control;
    let found = [
        n.sqrt(),
        letters / n,
        digits / n,
        spaces / n,
        signs / n,
        high / n,
        damped(control),
        damped(spaces),
        damped(signs),
        f32::from(plain.n_rounds),
        f32::from(u8::from(plain.n_rounds > 1)),
        damped(f32::from(plain.n_hidden)),
        damped(f32::from(plain.n_comments)),
        f32::from(counts[0].min(1)),
    ];
    out.iter_mut().zip(found).for_each(|(slot, value)| *slot = value);
}

/// Words of each kind: how many, and how many different ones (bounded by a small filter).
fn words(bytes: &[u8], out: &mut [f32]) {
    let mut n = [0_u16; N_KINDS];
    let mut n_distinct = [0_u16; N_KINDS];
    let mut seen = [0_u64; 4];
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    for word in bytes.split(|byte| !is_word(byte)) {
        let kinds = WORDS.kinds(word);
        if kinds == 0 {
            continue;
        }
        let hash = word.iter().fold(0_usize, |hash, byte| hash.wrapping_mul(31).wrapping_add(usize::from(*byte))) % 256;
        let is_new = seen[hash / 64] & (1 << (hash % 64)) == 0;
        seen[hash / 64] |= 1 << (hash % 64);
        for kind in 0..N_KINDS {
            let is_of = u16::from(kinds >> kind & 1);
            n[kind] += is_of;
            n_distinct[kind] += is_of * u16::from(is_new);
        }
    }
    let all = n.iter().chain(&n_distinct);
    out.iter_mut().zip(all).for_each(|(slot, count)| *slot = damped(f32::from(*count)));
}

const SEARCHER_FROM: usize = 96;

fn sequence_count(bytes: &[u8], counts: &[u16; 256], any_of: &[&[u8]]) -> f32 {
    let mut n = 0;
    for sequence in any_of {
        // Most payloads have none of these signs at all.
        if sequence.iter().any(|byte| counts[usize::from(*byte)] == 0) {
            continue;
        }
        // For a short payload, making ready a searcher would take longer than looking at every place.
        n += if bytes.len() < SEARCHER_FROM {
            occurrences(bytes, sequence)
        } else {
            memchr::memmem::find_iter(bytes, sequence).count()
        };
    }
    n as f32
}

/// As a searcher counts them: none overlaps another.
fn occurrences(bytes: &[u8], sequence: &[u8]) -> usize {
    let (mut rest, mut n) = (bytes, 0);
    while let Some((_, next)) = rest.split_first() {
        rest = match rest.strip_prefix(sequence) {
            Some(behind) => {
                n += 1;
                behind
            }
            None => next,
        };
    }
    n
}

/// Of each language model: how strange in all, on average, and in the strangest eight symbols.
fn surprise(symbols: &[u8], language: &Language, out: &mut [f32]) {
    /// Nats of an ordinary symbol.
    const USUAL: f32 = 2.6;
    let mut sums = [0.0_f32; N_LANGUAGES];
    let mut above = [0.0_f32; N_LANGUAGES];
    let mut windows = [[0.0_f32; 8]; N_LANGUAGES];
    let mut running = [0.0_f32; N_LANGUAGES];
    let mut worst = [0.0_f32; N_LANGUAGES];
    let mut at = 0;
    language.costs::<N_LANGUAGES>(symbols, |costs| {
        for k in 0..N_LANGUAGES {
            sums[k] += costs[k];
            above[k] += (costs[k] - 2.0 * USUAL).max(0.0);
            running[k] += costs[k] - windows[k][at % 8];
            windows[k][at % 8] = costs[k];
            worst[k] = worst[k].max(running[k]);
        }
        at += 1;
    });
    let n = at.max(1) as f32;
    for (k, slots) in out.chunks_mut(N_SURPRISE).enumerate() {
        let found = [(sums[k] - USUAL * n) / n.sqrt(), sums[k] / n, worst[k], damped(above[k])];
        slots.iter_mut().zip(found).for_each(|(slot, value)| *slot = value);
    }
}

/// Log odds of n-grams: in all, on average, and in the most telling part, which is all there is in a long payload.
fn gram_odds(symbols: &[u8], grams: &Grams, out: &mut [f32]) {
    let (sum, best, second) = grams.parts(symbols);
    let n = symbols.len().max(1) as f32;
    let found = [sum / n.sqrt(), sum / n, best, second, sum.clamp(-30.0, 30.0)];
    out.iter_mut().zip(found).for_each(|(slot, value)| *slot = value);
}
