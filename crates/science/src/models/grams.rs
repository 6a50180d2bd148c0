//! Counts of short runs of symbols: each run is one number, found by its hash.

/// Stands before a text, and only there.
pub(super) const BEGIN: u16 = 256;
/// Stands behind a text, and only there.
pub(super) const END: u16 = 257;

/// A run of one to six symbols as a number: the length above, then nine bits a symbol, the last one lowest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Gram(u64);

impl Gram {
    /// Of a symbol.
    pub(super) const BITS: u32 = 9;
    const LENGTH_AT: u32 = 60;

    /// The last `length` of these symbols.
    pub(super) fn of(symbols: u64, length: u8) -> Self {
        let mask = (1 << (Self::BITS * u32::from(length))) - 1;
        Self(u64::from(length) << Self::LENGTH_AT | symbols & mask)
    }

    pub(super) fn number(self) -> u64 {
        self.0
    }

    /// `None` for a number that stands for no run of at most so many symbols.
    pub(super) fn from_number(number: u64, longest: u8) -> Option<Self> {
        let length = (number >> Self::LENGTH_AT) as u8;
        let fits = (1..=longest).contains(&length) && Self::of(number, length).0 == number;
        let symbols = (0..u32::from(length)).map(|at| (number >> (Self::BITS * at)) as u16 & 0x1ff);
        // The first of several may be the beginning, the last may be the end; a beginning alone counts nothing.
        let first = u32::from(length).saturating_sub(1);
        let right = symbols.enumerate().all(|(at, symbol)| match symbol {
            END => at == 0,
            BEGIN => at as u32 == first && length > 1,
            symbol => symbol < BEGIN,
        });
        (fits && right).then_some(Self(number))
    }

    fn length(self) -> u8 {
        (self.0 >> Self::LENGTH_AT) as u8
    }

    /// Without its last symbol; `None` for a single one.
    fn context(self) -> Option<Self> {
        let length = self.length();
        let symbols = (self.0 & ((1 << Self::LENGTH_AT) - 1)) >> Self::BITS;
        (length > 1).then(|| Self::of(symbols, length - 1))
    }
}

/// What is known of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) count: u32,
    /// How many different symbols have followed ...
    pub(super) kinds: u32,
    /// ... and how often any of those that are counted.
    pub(super) followed: u64,
}

/// Runs and their counts. Indices of runs stay as they are when others are added.
#[derive(Debug, Clone)]
pub(super) struct Grams {
    grams_max: u32,
    /// The empty run and the beginning come first.
    grams: Vec<(Gram, Counts)>,
    /// Index + 1 of the run whose hash leads here or shortly before; 0 is free. At most half are taken.
    slots: Vec<u32>,
}

/// The order in which runs were met says nothing.
impl PartialEq for Grams {
    fn eq(&self, other: &Self) -> bool {
        self.grams_max == other.grams_max && self.ascending() == other.ascending()
    }
}

impl Grams {
    /// The run of no symbol.
    pub(super) const ROOT: u32 = 0;
    /// The run of the beginning alone.
    pub(super) const BEGIN: u32 = 1;
    /// Not counted: both are always there.
    const FIRST: usize = 2;

    pub(super) fn new(grams_max: u32) -> Self {
        let begin = Gram::of(u64::from(BEGIN), 1);
        let mut new = Self { grams_max, grams: vec![(Gram(0), Counts::default()); Self::FIRST - 1], slots: vec![0; 8] };
        new.insert(begin);
        new
    }

    pub(super) fn grams_max(&self) -> u32 {
        self.grams_max
    }

    pub(super) fn len(&self) -> usize {
        self.grams.len() - Self::FIRST
    }

    pub(super) fn counts(&self, gram: u32) -> Counts {
        self.grams.get(gram as usize).map_or_else(Counts::default, |(_, counts)| *counts)
    }

    pub(super) fn find(&self, gram: Gram) -> Option<u32> {
        let index = self.slots[self.slot(gram)];
        index.checked_sub(1)
    }

    /// Counts a run that has followed its context; `None` where it is new and there is no room.
    pub(super) fn count(&mut self, context: u32, gram: Gram) -> Option<u32> {
        let found = self.find(gram);
        let index = match found {
            Some(index) => index,
            None if self.len() >= self.grams_max as usize => return None,
            None => self.insert(gram),
        };
        let counts = &mut self.grams[index as usize].1;
        // A full count stands still, and what follows from it as well, so that shares stay below 1.
        if counts.count == u32::MAX {
            return Some(index);
        }
        counts.count += 1;
        let context = &mut self.grams[context as usize].1;
        context.followed += 1;
        context.kinds += u32::from(found.is_none());
        Some(index)
    }

    /// Puts back a run that was counted; `None` where it is known already, counted never, its context is unknown, or
    /// there is no room.
    pub(super) fn restore(&mut self, gram: Gram, count: u32) -> Option<()> {
        let context = match gram.context() {
            Some(context) => self.find(context)?,
            None => Self::ROOT,
        };
        let fits = count > 0 && self.len() < self.grams_max as usize && self.find(gram).is_none();
        if !fits {
            return None;
        }
        let index = self.insert(gram);
        self.grams[index as usize].1.count = count;
        let context = &mut self.grams[context as usize].1;
        context.followed += u64::from(count);
        context.kinds += 1;
        Some(())
    }

    /// All runs but the beginning, shorter ones first.
    pub(super) fn ascending(&self) -> Vec<(Gram, u32)> {
        let mut all: Vec<(Gram, u32)> =
            self.grams.iter().skip(Self::FIRST).map(|(gram, counts)| (*gram, counts.count)).collect();
        all.sort_unstable_by_key(|(gram, _)| *gram);
        all
    }

    fn insert(&mut self, gram: Gram) -> u32 {
        if self.grams.len() * 2 >= self.slots.len() {
            self.slots = vec![0; self.slots.len() * 2];
            for index in 1..self.grams.len() {
                let slot = self.slot(self.grams[index].0);
                self.slots[slot] = index as u32 + 1;
            }
        }
        let slot = self.slot(gram);
        self.grams.push((gram, Counts::default()));
        self.slots[slot] = self.grams.len() as u32;
        self.grams.len() as u32 - 1
    }

    /// Where the run is, or would be.
    fn slot(&self, gram: Gram) -> usize {
        let mask = self.slots.len() - 1;
        // The upper half of the product depends on all bits (Fibonacci hashing; Knuth 1998, section 6.4).
        let mut slot = (gram.0.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as usize & mask;
        while let Some(index) = self.slots[slot].checked_sub(1) {
            if self.grams[index as usize].0 == gram {
                break;
            }
            slot = (slot + 1) & mask;
        }
        slot
    }
}
