//! Thousands of texts looked for at once, wherever they stand. An automaton of that many states lives outside of the
//! caches and takes 15 ns a byte; this takes about one.
//!
//! Each text is known by its rarest four bytes (three, two or one where it has no more). A pass over the value asks a
//! small table at every byte whether a text is known by what stands there, which is rarely so, and only then compares.

use ahash::{HashMap, HashMapExt};

/// Bits of the table that is asked first: 32 KiB, what a core's first cache holds.
const FILTER_BITS: u32 = 18;

const BUCKET_BITS: u32 = 15;

/// An odd number with as many ones as zeros (Knuth's multiplicative hashing).
const MIX: u32 = 0x9e37_79b1;

#[derive(Debug, Default)]
pub(super) struct Grams {
    texts: Vec<Box<[u8]>>,
    four: Table,
    three: Table,
    two: Table,
    one: Table,
    /// Two bytes with which a text of two or one may begin: one look for both.
    short: Vec<u64>,
    /// Where all texts are long and few, each is known by four grams in a row, and only every fourth byte is looked at.
    strided: bool,
}

/// Bytes that a text has at least if it is to hold four grams in a row.
const LONG: usize = 7;

/// Four grams for each text fill the filter faster.
const MAX_STRIDED: usize = 2_000;

/// Texts that are known by grams of one length.
#[derive(Debug, Default)]
struct Table {
    filter: Vec<u64>,
    /// Where the entries of a bucket begin, with one more at the end.
    starts: Vec<u32>,
    entries: Vec<Entry>,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    gram: u32,
    text: u32,
    /// Where in the text the gram stands.
    offset: u32,
}

impl Grams {
    /// Texts must not be empty.
    pub(super) fn new<'t>(texts: impl Iterator<Item = &'t str>) -> Self {
        let texts: Vec<Box<[u8]>> = texts.map(|text| text.as_bytes().into()).collect();
        let mut often: HashMap<u32, u32> = HashMap::new();
        for text in &texts {
            each_gram(text, 4, |_, gram| *often.entry(gram).or_insert(0) += 1);
        }
        let mut of_length: [Vec<Entry>; 4] = Default::default();
        let strided = texts.len() <= MAX_STRIDED && texts.iter().all(|text| text.len() >= LONG);
        if strided {
            let four = texts.iter().enumerate().flat_map(|(number, text)| rarest_four(number, text, &often)).collect();
            return Self { texts, four: Table::new(four), strided, short: vec![0; 1 << 10], ..Self::default() };
        }
        for (number, text) in texts.iter().enumerate() {
            let length = text.len().min(4);
            let mut best: Option<(u32, Entry)> = None;
            each_gram(text, length, |offset, gram| {
                let rarity = often.get(&gram).copied().unwrap_or(0);
                if best.is_none_or(|(rarest, _)| rarity < rarest) {
                    best = Some((rarity, Entry { gram, text: number as u32, offset: offset as u32 }));
                }
            });
            if let (Some((_, entry)), Some(list)) = (best, length.checked_sub(1).and_then(|at| of_length.get_mut(at))) {
                list.push(entry);
            }
        }
        let mut short = vec![0_u64; 1 << 10];
        let [ones, twos, ..] = &of_length;
        let pairs = ones.iter().flat_map(|entry| (0..=0xff).map(|second| entry.gram | second << 8));
        for pair in pairs.chain(twos.iter().map(|entry| entry.gram)) {
            if let Some(word) = short.get_mut(pair as usize >> 6) {
                *word |= 1 << (pair & 63);
            }
        }
        let [one, two, three, four] = of_length.map(Table::new);
        Self { texts, four, three, two, one, short, strided }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// Calls back with the number of each text that stands in the value, for every place where it does.
    pub(super) fn each(&self, value: &[u8], mut found: impl FnMut(u32)) {
        if self.three.is_empty() && self.two.is_empty() && self.one.is_empty() {
            return self.each_long(value, found);
        }
        for (at, window) in value.windows(4).enumerate() {
            let &[a, b, c, d] = window else {
                return;
            };
            let gram = u32::from_le_bytes([a, b, c, d]);
            if self.four.may_know(gram) {
                self.look(&self.four, gram, value, at, &mut found);
            }
            let pair = gram as usize & 0xffff;
            let short = self.short.get(pair >> 6).is_some_and(|word| word >> (pair & 63) & 1 == 1);
            if short || self.three.may_know(gram & 0xff_ffff) {
                self.look_short(gram, value, at, 3, &mut found);
            }
        }
        let last = value.len().saturating_sub(3);
        for at in last..value.len() {
            let rest = value.get(at..).unwrap_or_default();
            self.look_short(gram_of(rest), value, at, rest.len(), &mut found);
        }
    }

    /// Where no text has fewer than four bytes.
    fn each_long(&self, value: &[u8], mut found: impl FnMut(u32)) {
        let step = if self.strided { 4 } else { 1 };
        for (at, window) in value.windows(4).enumerate().step_by(step) {
            let &[a, b, c, d] = window else {
                return;
            };
            let gram = u32::from_le_bytes([a, b, c, d]);
            if self.four.may_know(gram) {
                self.look(&self.four, gram, value, at, &mut found);
            }
        }
    }

    fn look_short(&self, gram: u32, value: &[u8], at: usize, length: usize, found: &mut impl FnMut(u32)) {
        let tables = [(&self.three, 0xff_ffff, 3), (&self.two, 0xffff, 2), (&self.one, 0xff, 1)];
        for (table, mask, needed) in tables {
            let gram = gram & mask;
            if length >= needed && table.may_know(gram) {
                self.look(table, gram, value, at, found);
            }
        }
    }

    fn look(&self, table: &Table, gram: u32, value: &[u8], at: usize, found: &mut impl FnMut(u32)) {
        for entry in table.bucket(gram) {
            if entry.gram != gram {
                continue;
            }
            let Some(text) = self.texts.get(entry.text as usize) else {
                continue;
            };
            let stands = at.checked_sub(entry.offset as usize).and_then(|start| value.get(start..start + text.len()));
            if stands == Some(text.as_ref()) {
                found(entry.text);
            }
        }
    }
}

impl Table {
    fn new(mut entries: Vec<Entry>) -> Self {
        if entries.is_empty() {
            return Self::default();
        }
        entries.sort_by_key(|entry| (bucket(entry.gram), entry.gram, entry.text));
        let mut filter = vec![0_u64; 1 << (FILTER_BITS - 6)];
        let mut starts = vec![0_u32; (1 << BUCKET_BITS) + 1];
        for entry in &entries {
            let bit = bit(entry.gram);
            if let Some(word) = filter.get_mut(bit >> 6) {
                *word |= 1 << (bit & 63);
            }
            if let Some(start) = starts.get_mut(bucket(entry.gram) + 1) {
                *start += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        Self { filter, starts, entries }
    }

    fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn may_know(&self, gram: u32) -> bool {
        let bit = bit(gram);
        self.filter.get(bit >> 6).is_some_and(|word| word >> (bit & 63) & 1 == 1)
    }

    fn bucket(&self, gram: u32) -> &[Entry] {
        let at = bucket(gram);
        let (Some(start), Some(end)) = (self.starts.get(at), self.starts.get(at + 1)) else {
            return &[];
        };
        self.entries.get(*start as usize..*end as usize).unwrap_or_default()
    }
}

/// The four grams in a row that other texts share least: wherever the text stands, one of them begins at a byte whose
/// number is a multiple of four.
fn rarest_four(number: usize, text: &[u8], often: &HashMap<u32, u32>) -> Vec<Entry> {
    let mut grams = Vec::new();
    each_gram(text, 4, |offset, gram| grams.push(Entry { gram, text: number as u32, offset: offset as u32 }));
    let shared = |four: &&[Entry]| four.iter().filter_map(|entry| often.get(&entry.gram)).sum::<u32>();
    grams.windows(4).min_by_key(shared).map(<[Entry]>::to_vec).unwrap_or_default()
}

fn bit(gram: u32) -> usize {
    (gram.wrapping_mul(MIX) >> (32 - FILTER_BITS)) as usize
}

fn bucket(gram: u32) -> usize {
    (gram.wrapping_mul(MIX) >> (32 - BUCKET_BITS)) as usize
}

/// Up to four bytes as one number, the first lowest.
fn gram_of(bytes: &[u8]) -> u32 {
    bytes.iter().take(4).rev().fold(0, |gram, byte| gram << 8 | u32::from(*byte))
}

fn each_gram(text: &[u8], length: usize, mut found: impl FnMut(usize, u32)) {
    text.windows(length.max(1)).enumerate().for_each(|(offset, window)| found(offset, gram_of(window)));
}
