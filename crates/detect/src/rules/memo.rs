//! What is known of a value from earlier rows and batches: which atoms it makes true, or which texts it holds. Bounded,
//! and exact: values are compared in full, because attackers choose them.

use std::ops::Range;

use ahash::RandomState;

/// Longer values are not remembered: they rarely come twice, and would push out those that do.
pub(super) const MAX_VALUE_BYTES: usize = 4_096;

/// Bytes that one field remembers before it starts anew: some 100,000 command lines.
const MAX_BYTES: usize = 16 << 20;

const SEEDS: [u64; 4] = [0x6d61_7267, 0x6179_5f73, 0x6967_6d61, 0x5f72_756c];

#[derive(Debug)]
pub(super) struct Memo {
    hasher: RandomState,
    /// Number of an entry plus one; 0 is free. Never more than half full.
    places: Vec<u32>,
    entries: Vec<Entry>,
    bytes: Vec<u8>,
    atoms: Vec<u32>,
    n_asked: u32,
    n_known: u32,
    /// Values that are not to be remembered, for lack of any that came again.
    resting: u32,
}

#[derive(Debug)]
struct Entry {
    hash: u64,
    value: Range<usize>,
    atoms: Range<usize>,
    several: bool,
}

impl Default for Memo {
    fn default() -> Self {
        let [a, b, c, d] = SEEDS;
        Self {
            hasher: RandomState::with_seeds(a, b, c, d),
            places: vec![0; 64],
            entries: Vec::new(),
            bytes: Vec::new(),
            atoms: Vec::new(),
            n_asked: 0,
            n_known: 0,
            resting: 0,
        }
    }
}

impl Memo {
    /// Whether it is worth to look a value up: whole records never come again, and to remember them only costs. Now and
    /// then it is tried anew.
    pub(super) fn is_worth(&mut self) -> bool {
        self.is_worth_of(16)
    }

    /// The same where one look in so many must find something.
    pub(super) fn is_worth_of(&mut self, looks: u32) -> bool {
        const TRIAL: u32 = 8_192;
        const REST: u32 = 1 << 20;
        if self.resting > 0 {
            self.resting -= 1;
            return false;
        }
        self.n_asked += 1;
        if self.n_asked >= TRIAL {
            let rarely_known = self.n_known < TRIAL / looks.max(1);
            (self.n_asked, self.n_known) = (0, 0);
            if rarely_known {
                self.resting = REST;
                return false;
            }
        }
        true
    }

    /// The number of a value that is known; `several` tells lists from texts of the same bytes.
    pub(super) fn find(&mut self, value: &[u8], several: bool) -> Result<u32, u64> {
        let hash = self.hasher.hash_one(value);
        let mask = self.places.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            let Some(number) = self.places.get(at).and_then(|place| place.checked_sub(1)) else {
                return Err(hash);
            };
            let same = self.entries.get(number as usize).is_some_and(|entry| {
                entry.hash == hash && entry.several == several && self.bytes.get(entry.value.clone()) == Some(value)
            });
            if same {
                self.n_known += 1;
                return Ok(number);
            }
            at = (at + 1) & mask;
        }
    }

    /// Remembers a value that [`Memo::find`] did not know, under the hash that it gave.
    pub(super) fn add(&mut self, hash: u64, value: &[u8], several: bool, atoms: &[u32]) -> u32 {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(value);
        let first = self.atoms.len();
        self.atoms.extend_from_slice(atoms);
        let number = self.entries.len() as u32;
        self.entries.push(Entry { hash, value: start..self.bytes.len(), atoms: first..self.atoms.len(), several });
        if self.entries.len() * 2 > self.places.len() {
            self.places = vec![0; self.places.len() * 2];
            (0..self.entries.len()).for_each(|number| self.place(number));
        } else {
            self.place(number as usize);
        }
        number
    }

    fn place(&mut self, number: usize) {
        let Some(hash) = self.entries.get(number).map(|entry| entry.hash) else {
            return;
        };
        let mask = self.places.len() - 1;
        let mut at = hash as usize & mask;
        while let Some(place) = self.places.get_mut(at) {
            if *place == 0 {
                *place = number as u32 + 1;
                return;
            }
            at = (at + 1) & mask;
        }
    }

    pub(super) fn atoms(&self, number: u32) -> &[u32] {
        let range = self.entries.get(number as usize).map(|entry| entry.atoms.clone());
        range.and_then(|range| self.atoms.get(range)).unwrap_or_default()
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Forgets everything once it holds too much. Numbers given before mean nothing afterwards.
    pub(super) fn make_room(&mut self) {
        let held = self.held();
        let useless = self.resting > 0 && held > 0;
        if useless || held > MAX_BYTES {
            self.forget();
        }
    }

    /// About as many bytes as it takes.
    pub(super) fn held(&self) -> usize {
        self.bytes.len() + self.atoms.len() * 4 + self.entries.len() * 64
    }

    pub(super) fn forget(&mut self) {
        self.places = vec![0; 64];
        self.entries = Vec::new();
        self.bytes = Vec::new();
        self.atoms = Vec::new();
    }
}
