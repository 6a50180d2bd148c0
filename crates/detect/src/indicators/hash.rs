//! Hashes of observables, the index that finds an entry by its hash, and a bloom filter.

/// Odd constants of wyhash; any with as many ones as zeros would do.
const MIX: [u64; 3] = [0xa076_1d64_78bd_642f, 0xe703_7ed1_a0b4_28db, 0x8ebc_6af0_9c88_c6e3];

/// Bits of bloom filter for each entry. 16 give one false alarm in about 150 look-ups, and a million entries take
/// 2 MB: what a core's own cache holds, so that a row without a hit never waits for memory.
const BLOOM_BITS: usize = 16;

/// Hash of a text under a seed that keeps the kinds of observable apart.
pub(super) fn of_text(seed: u64, text: &[u8]) -> u64 {
    let (words, rest) = text.as_chunks::<8>();
    let mut hash = seed ^ MIX[0];
    for word in words {
        hash = folded(hash ^ u64::from_le_bytes(*word), MIX[1]);
    }
    let mut last = [0_u8; 8];
    for (to, from) in last.iter_mut().zip(rest) {
        *to = *from;
    }
    folded(hash ^ u64::from_le_bytes(last), MIX[2] ^ text.len() as u64)
}

/// Hash of an address or of any other number.
pub(super) fn of_number(seed: u64, number: u64) -> u64 {
    folded(number ^ MIX[0], MIX[1] ^ seed)
}

/// Calls back with each suffix of a name that ends at a label, from the last label to the whole name, and its hash.
/// The hash grows from the right, so that a name costs one pass however many parents it has.
pub(super) fn each_suffix<'a>(seed: u64, name: &'a str, mut found: impl FnMut(u64, &'a str)) {
    let mut hash = seed;
    let mut end = name.len();
    loop {
        let head = name.as_bytes().get(..end).unwrap_or_default();
        let start = head.iter().rposition(|byte| *byte == b'.').map_or(0, |dot| dot + 1);
        hash = of_text(hash, head.get(start..).unwrap_or_default());
        found(hash, name.get(start..).unwrap_or_default());
        if start == 0 {
            return;
        }
        end = start - 1;
    }
}

/// The hash that [`each_suffix`] gives for the whole name.
pub(super) fn of_name(seed: u64, name: &str) -> u64 {
    name.rsplit('.').fold(seed, |hash, label| of_text(hash, label.as_bytes()))
}

fn folded(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    (product as u64) ^ (product >> 64) as u64
}

/// Finds or adds numbered entries by hash.
#[derive(Debug, Default)]
pub(super) struct Index {
    slots: Slots,
    /// Hash of each entry, by its number: what growing needs.
    hashes: Vec<u64>,
}

impl Index {
    pub(super) fn find(&self, hash: u64, same: impl Fn(u32) -> bool) -> Option<u32> {
        self.slots.find(hash, |entry| self.hashes.get(entry as usize) == Some(&hash) && same(entry))
    }

    /// Calls back with every entry of this hash.
    pub(super) fn each(&self, hash: u64, mut found: impl FnMut(u32)) {
        self.slots.find(hash, |entry| {
            if self.hashes.get(entry as usize) == Some(&hash) {
                found(entry);
            }
            false
        });
    }

    /// Adds an entry that [`Index::find`] did not find, and gives its number.
    pub(super) fn add(&mut self, hash: u64) -> u32 {
        let entry = self.hashes.len() as u32;
        self.hashes.push(hash);
        if self.hashes.len() * 4 > self.slots.0.len() * 3 {
            self.slots = Slots::of(&self.hashes);
        } else {
            self.slots.put(hash, entry);
        }
        entry
    }
}

/// Open addressing with linear steps; a slot holds an entry's number plus one, 0 is empty. Never full.
#[derive(Debug, Default)]
struct Slots(Vec<u32>);

impl Slots {
    fn of(hashes: &[u64]) -> Self {
        let mut slots = Self(vec![0; (hashes.len() * 2).next_power_of_two().max(16)]);
        for (entry, hash) in hashes.iter().enumerate() {
            slots.put(*hash, entry as u32);
        }
        slots
    }

    fn put(&mut self, hash: u64, entry: u32) {
        let mask = self.0.len().wrapping_sub(1);
        let mut at = hash as usize & mask;
        while let Some(slot) = self.0.get_mut(at) {
            if *slot == 0 {
                *slot = entry + 1;
                return;
            }
            at = (at + 1) & mask;
        }
    }

    fn find(&self, hash: u64, mut same: impl FnMut(u32) -> bool) -> Option<u32> {
        let mask = self.0.len().wrapping_sub(1);
        let mut at = hash as usize & mask;
        loop {
            let entry = self.0.get(at)?.checked_sub(1)?;
            if same(entry) {
                return Some(entry);
            }
            at = (at + 1) & mask;
        }
    }
}

/// A bloom filter whose bits of one key all lie in one word: one access to memory a look-up.
#[derive(Debug)]
pub(super) struct Bloom {
    words: Vec<u64>,
}

impl Bloom {
    pub(super) fn of(hashes: &[u64]) -> Self {
        let words = (hashes.len() * BLOOM_BITS / 64).next_power_of_two();
        let mut bloom = Self { words: vec![0; words] };
        for hash in hashes {
            let at = bloom.at(*hash);
            if let Some(word) = bloom.words.get_mut(at) {
                *word |= bits(*hash);
            }
        }
        bloom
    }

    pub(super) fn may_hold(&self, hash: u64) -> bool {
        let bits = bits(hash);
        self.words.get(self.at(hash)).is_some_and(|word| word & bits == bits)
    }

    pub(super) fn bytes(&self) -> usize {
        self.words.capacity() * 8
    }

    fn at(&self, hash: u64) -> usize {
        (hash >> 32) as usize & (self.words.len() - 1)
    }
}

/// Four bits of a word, chosen by the lowest 24 bits of the hash.
fn bits(hash: u64) -> u64 {
    1 << (hash & 63) | 1 << (hash >> 6 & 63) | 1 << (hash >> 12 & 63) | 1 << (hash >> 18 & 63)
}
