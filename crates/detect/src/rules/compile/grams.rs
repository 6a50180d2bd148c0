//! Thousands of texts looked for at once, wherever they stand. An automaton of that many states lives outside of the
//! caches and takes 15 ns a byte; this takes about one.
//!
//! Each text is known by its rarest four bytes (three, two or one where it has no more). A pass over the value asks a
//! small table at every byte whether a text is known by what stands there, which is rarely so, and only then compares.
//! Where all texts are long, each is known by several grams in a row, and bytes are left out.
//!
//! Values may be in any case: grams are had without it, and texts compared without that of ASCII.

use ahash::{HashMap, HashMapExt};

/// Bits, as a power of two, of the table that is asked first: at most 32 KiB, what a core's first cache holds.
const FILTER_BITS: std::ops::RangeInclusive<u32> = 10..=18;

/// One in about 250 grams that no text has is looked for in vain.
const FILTER_BITS_PER_ENTRY: usize = 256;

const BUCKET_BITS: std::ops::RangeInclusive<u32> = 4..=15;

/// Letters become small ones; that some other bytes become equal as well only costs a comparison.
const WITHOUT_CASE: u32 = 0x2020_2020;

/// An odd number with as many ones as zeros (Knuth's multiplicative hashing).
const MIX: u32 = 0x9e37_79b1;

#[derive(Debug, Default)]
pub(super) struct Grams {
    texts: Vec<Box<[u8]>>,
    four: Table,
    three: Table,
    two: Table,
    one: Table,
    /// Two bytes with which a text of three, two or one may begin: one look for all of them.
    short: Vec<u64>,
    /// Only every so manieth byte is looked at: each text is known by as many grams in a row.
    stride: usize,
}

/// More would rarely save anything: the bytes between are in the cache all the same.
const MAX_STRIDE: usize = 8;

/// Many grams for each text fill the filter faster.
const MAX_ENTRIES: usize = 8_000;

/// Texts that are known by grams of one length.
#[derive(Debug, Default)]
struct Table {
    filter_bits: u32,
    bucket_bits: u32,
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
    /// Texts must be folded, and not empty.
    pub(super) fn new<'t>(texts: impl Iterator<Item = &'t str>) -> Self {
        let texts: Vec<Box<[u8]>> = texts.map(|text| text.as_bytes().into()).collect();
        let mut often: HashMap<u32, u32> = HashMap::new();
        for text in &texts {
            each_gram(text, 4, |_, gram| *often.entry(gram).or_insert(0) += 1);
        }
        let mut of_length: [Vec<Entry>; 4] = Default::default();
        let stride = stride_of(&texts);
        if stride > 1 {
            let numbered = texts.iter().map(AsRef::as_ref).enumerate();
            let four = numbered.flat_map(|(number, text)| rarest_in_a_row(number, text, stride, &often)).collect();
            return Self { four: Table::new(four), texts, stride, ..Self::default() };
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
        let [ones, twos, threes, _] = &of_length;
        // Bytes of values have lost their case when they are looked up.
        let pairs = ones.iter().flat_map(|entry| (0..=0xff).map(|second| entry.gram | second << 8));
        let begun = threes.iter().map(|entry| entry.gram & 0xffff);
        for pair in pairs.chain(twos.iter().map(|entry| entry.gram)).chain(begun) {
            if let Some(word) = short.get_mut(pair as usize >> 6) {
                *word |= 1 << (pair & 63);
            }
        }
        let [one, two, three, four] = of_length.map(Table::new);
        Self { texts, four, three, two, one, short, stride }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// Calls back with the number of each text that stands in the value, for every place where it does.
    pub(super) fn each(&self, value: &[u8], mut found: impl FnMut(u32)) {
        if self.three.is_empty() && self.two.is_empty() && self.one.is_empty() {
            return self.each_long(value, found);
        }
        let start = self.each_short(value, &mut found);
        for at in start..value.len() {
            let rest = value.get(at..).unwrap_or_default();
            let gram = gram_of(rest);
            if rest.len() >= 4 && self.four.may_know(gram) {
                self.look(&self.four, gram, value, at, &mut found);
            }
            self.look_short(gram, value, at, rest.len(), &mut found);
        }
    }

    /// Where texts may be short every byte is looked at: eight of them, and then one question whether any of it was
    /// worth it. Gives how far it came.
    fn each_short(&self, value: &[u8], found: &mut impl FnMut(u32)) -> usize {
        /// The last of eight grams ends three bytes behind the eighth.
        const BYTES: usize = 8 + 3;
        let mut start = 0;
        while let Some(bytes) = value.get(start..).and_then(|rest| rest.first_chunk::<BYTES>()) {
            let (mut long, mut short) = (0_u64, 0_u64);
            for look in 0..8 {
                let gram = gram_at(bytes, look);
                long |= self.four.bit(gram) << look;
                short |= self.short_bit(gram) << look;
            }
            let mut hits = long | short;
            while hits != 0 {
                let look = hits.trailing_zeros() as usize;
                let gram = gram_at(bytes, look);
                if long >> look & 1 == 1 {
                    self.look(&self.four, gram, value, start + look, found);
                }
                if short >> look & 1 == 1 {
                    self.look_short(gram, value, start + look, 4, found);
                }
                hits &= hits - 1;
            }
            start += 8;
        }
        start
    }

    fn short_bit(&self, gram: u32) -> u64 {
        let pair = gram as usize & 0xffff;
        self.short.get(pair >> 6).map_or(0, |word| word >> (pair & 63) & 1)
    }

    /// Where no text has fewer than four bytes.
    fn each_long(&self, value: &[u8], mut found: impl FnMut(u32)) {
        match self.stride {
            4 => self.leap::<4, 32>(value, found),
            5 => self.leap::<5, 40>(value, found),
            6 => self.leap::<6, 48>(value, found),
            7 => self.leap::<7, 56>(value, found),
            8 => self.leap::<8, 64>(value, found),
            few => self.step(value, 0, few.max(1), &mut found),
        }
    }

    fn step(&self, value: &[u8], start: usize, stride: usize, found: &mut impl FnMut(u32)) {
        let rest = value.get(start..).unwrap_or_default();
        for (at, window) in rest.windows(4).enumerate().step_by(stride) {
            let gram = gram_of(window);
            if self.four.may_know(gram) {
                self.look(&self.four, gram, value, start + at, found);
            }
        }
    }

    /// Eight looks at a time, with one question whether any of them was worth it. `BYTES` is eight strides.
    fn leap<const STRIDE: usize, const BYTES: usize>(&self, value: &[u8], mut found: impl FnMut(u32)) {
        let mut at = 0;
        while let Some(bytes) = value.get(at..).and_then(|rest| rest.first_chunk::<BYTES>()) {
            let mut hits = 0_u64;
            for look in 0..8 {
                hits |= self.four.bit(gram_at(bytes, look * STRIDE)) << look;
            }
            while hits != 0 {
                let look = hits.trailing_zeros() as usize * STRIDE;
                self.look(&self.four, gram_at(bytes, look), value, at + look, &mut found);
                hits &= hits - 1;
            }
            at += BYTES;
        }
        self.step(value, at, STRIDE, &mut found);
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
            if stands.is_some_and(|stands| stands.eq_ignore_ascii_case(text)) {
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
        let bits = |n: usize| n.next_power_of_two().trailing_zeros();
        let bounded = |bits: u32, range: std::ops::RangeInclusive<u32>| bits.clamp(*range.start(), *range.end());
        let filter_bits = bounded(bits(entries.len() * FILTER_BITS_PER_ENTRY), FILTER_BITS);
        let bucket_bits = bounded(bits(entries.len()), BUCKET_BITS);
        entries.sort_by_key(|entry| (high_bits(entry.gram, bucket_bits), entry.gram, entry.text));
        let mut filter = vec![0_u64; 1 << (filter_bits - 6)];
        let mut starts = vec![0_u32; (1 << bucket_bits) + 1];
        for entry in &entries {
            let bit = high_bits(entry.gram, filter_bits);
            if let Some(word) = filter.get_mut(bit >> 6) {
                *word |= 1 << (bit & 63);
            }
            if let Some(start) = starts.get_mut(high_bits(entry.gram, bucket_bits) + 1) {
                *start += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        Self { filter_bits, bucket_bits, filter, starts, entries }
    }

    fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn may_know(&self, gram: u32) -> bool {
        self.bit(gram) == 1
    }

    fn bit(&self, gram: u32) -> u64 {
        let bit = high_bits(gram, self.filter_bits);
        self.filter.get(bit >> 6).map_or(0, |word| word >> (bit & 63) & 1)
    }

    fn bucket(&self, gram: u32) -> &[Entry] {
        let at = high_bits(gram, self.bucket_bits);
        let (Some(start), Some(end)) = (self.starts.get(at), self.starts.get(at + 1)) else {
            return &[];
        };
        self.entries.get(*start as usize..*end as usize).unwrap_or_default()
    }
}

/// How many bytes can be left out: a text must hold as many grams in a row.
fn stride_of(texts: &[Box<[u8]>]) -> usize {
    let shortest = texts.iter().map(|text| text.len()).min().unwrap_or(0);
    let most = MAX_ENTRIES / texts.len().max(1);
    shortest.saturating_sub(3).min(MAX_STRIDE).min(most).max(1)
}

/// The grams in a row that other texts share least: wherever the text stands, one of them begins at a byte that is
/// looked at.
fn rarest_in_a_row(number: usize, text: &[u8], n: usize, often: &HashMap<u32, u32>) -> Vec<Entry> {
    let mut grams = Vec::new();
    each_gram(text, 4, |offset, gram| grams.push(Entry { gram, text: number as u32, offset: offset as u32 }));
    let shared = |row: &&[Entry]| row.iter().filter_map(|entry| often.get(&entry.gram)).sum::<u32>();
    grams.windows(n).min_by_key(shared).map(<[Entry]>::to_vec).unwrap_or_default()
}

fn high_bits(gram: u32, bits: u32) -> usize {
    (u64::from(gram.wrapping_mul(MIX)) >> (32 - bits)) as usize
}

fn gram_at<const BYTES: usize>(bytes: &[u8; BYTES], at: usize) -> u32 {
    bytes.get(at..at + 4).map_or(0, gram_of)
}

/// Up to four bytes as one number without case, the first lowest.
fn gram_of(bytes: &[u8]) -> u32 {
    match bytes.first_chunk::<4>() {
        Some(four) => u32::from_le_bytes(*four) | WITHOUT_CASE,
        None => bytes.iter().rev().fold(0, |gram, byte| gram << 8 | u32::from(*byte | 0x20)),
    }
}

fn each_gram(text: &[u8], length: usize, mut found: impl FnMut(usize, u32)) {
    text.windows(length.max(1)).enumerate().for_each(|(offset, window)| found(offset, gram_of(window)));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(texts: &[String], value: &str) -> Vec<u32> {
        let mut found = Vec::new();
        Grams::new(texts.iter().map(String::as_str)).each(value.as_bytes(), |text| found.push(text));
        found.sort_unstable();
        found.dedup();
        found
    }

    proptest! {
        /// Short and long texts take different ways, and so does each stride.
        #[test]
        fn finds_what_stands_there(
            texts in prop::collection::btree_set("[ab@`{]{1,14}", 1..6),
            value in "[abAB@`{]{0,150}",
            shortest in 1_usize..14,
        ) {
            let texts: Vec<String> = texts.into_iter().filter(|text| text.len() >= shortest).collect();
            let folded = value.to_ascii_lowercase();
            let wanted = (0..texts.len() as u32).filter(|text| folded.contains(texts[*text as usize].as_str()));
            prop_assert_eq!(found(&texts, &value), wanted.collect::<Vec<_>>());
        }
    }

    #[test]
    fn finds_a_long_text_wherever_it_stands() {
        for length in 4..30 {
            let text: String = ('a'..='z').cycle().take(length).collect();
            for before in 0..40 {
                let value = format!("{}{}...", "#".repeat(before), text.to_uppercase());
                assert_eq!(found(std::slice::from_ref(&text), &value), [0], "{length} bytes behind {before}");
            }
        }
    }
}
