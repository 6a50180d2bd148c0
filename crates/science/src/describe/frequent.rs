//! What comes often in a stream: the most frequent things by name, and the frequency of any thing by hash.

use std::collections::{BTreeMap, BTreeSet};

/// Space-Saving (Metwally, Agrawal and El Abbadi 2005): the most frequent things of a stream, with bounds.
///
/// Everything that makes up more than 1/`capacity` of the stream is in it. Exact, and independent of order, until more
/// than `capacity` different things were seen; afterwards counts are too high by at most their `error`, and which of
/// the rare things are kept depends on the order. Merging keeps the bounds (Agarwal et al. 2012).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frequent<K> {
    capacity: usize,
    counts: BTreeMap<K, Count>,
    /// The same by count, to find the rarest.
    order: BTreeSet<(u64, K)>,
    total: u64,
}

/// How often a thing came: at least `most` − `error`, and at most `most`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    pub most: u64,
    pub error: u64,
}

impl<K: Ord + Clone> Frequent<K> {
    /// `capacity` is at least 1.
    pub fn new(capacity: usize) -> Self {
        Self { capacity: capacity.max(1), counts: BTreeMap::new(), order: BTreeSet::new(), total: 0 }
    }

    /// From what [`Self::top`] and [`Self::total`] gave, in any order; no more than the `capacity` most frequent are taken.
    pub fn restore(capacity: usize, total: u64, things: impl IntoIterator<Item = (K, Count)>) -> Self {
        let mut sketch = Self { total, ..Self::new(capacity) };
        for (thing, count) in things {
            sketch.set(thing, Count { error: count.error.min(count.most), ..count });
            if sketch.counts.len() > sketch.capacity {
                sketch.let_go();
            }
        }
        sketch
    }

    pub fn insert(&mut self, thing: K, times: u64) {
        if times == 0 {
            return;
        }
        self.total = self.total.saturating_add(times);
        let count = match self.counts.get(&thing) {
            Some(count) => Count { most: count.most.saturating_add(times), ..*count },
            None => {
                let error = self.make_room();
                Count { most: error.saturating_add(times), error }
            }
        };
        self.set(thing, count);
    }

    /// Takes in what another sketch has seen; the capacity stays.
    pub fn merge(&mut self, other: &Self) {
        let (ours, theirs) = (self.unseen(), other.unseen());
        let mut all: BTreeMap<K, Count> = BTreeMap::new();
        for (thing, count) in &self.counts {
            let of_other = other.counts.get(thing).copied().unwrap_or(Count { most: theirs, error: theirs });
            all.insert(thing.clone(), sum(*count, of_other));
        }
        for (thing, count) in other.counts.iter().filter(|(thing, _)| !self.counts.contains_key(thing)) {
            all.insert(thing.clone(), sum(*count, Count { most: ours, error: ours }));
        }
        let mut ranked: Vec<(K, Count)> = all.into_iter().collect();
        ranked.sort_by(|a, b| b.1.most.cmp(&a.1.most).then_with(|| a.0.cmp(&b.0)));
        ranked.truncate(self.capacity);
        self.total = self.total.saturating_add(other.total);
        self.counts.clear();
        self.order.clear();
        ranked.into_iter().for_each(|(thing, count)| self.set(thing, count));
    }

    /// How often a thing can have come that is not listed.
    pub fn unseen(&self) -> u64 {
        let rarest = self.order.first().map_or(0, |rarest| rarest.0);
        if self.counts.len() < self.capacity { 0 } else { rarest }
    }

    /// All things seen, with repetition.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// The most frequent first.
    pub fn top(&self) -> impl Iterator<Item = (&K, Count)> {
        self.order.iter().rev().filter_map(|(_, thing)| self.counts.get(thing).map(|count| (thing, *count)))
    }

    /// Lets the rarest go where there is no room, and tells how often it came at most.
    fn make_room(&mut self) -> u64 {
        if self.counts.len() < self.capacity { 0 } else { self.let_go() }
    }

    fn let_go(&mut self) -> u64 {
        let Some((count, thing)) = self.order.pop_first() else { return 0 };
        self.counts.remove(&thing);
        count
    }

    fn set(&mut self, thing: K, count: Count) {
        if let Some(before) = self.counts.insert(thing.clone(), count) {
            self.order.remove(&(before.most, thing.clone()));
        }
        self.order.insert((count.most, thing));
    }
}

fn sum(a: Count, b: Count) -> Count {
    Count { most: a.most.saturating_add(b.most), error: a.error.saturating_add(b.error) }
}

/// Count-Min (Cormode and Muthukrishnan 2005): how often any thing came, by its hash. Never too low; too high by more
/// than e/`width` of the stream with a chance of at most e^−`depth`. Independent of order, and mergeable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountMin {
    pub(super) width: usize,
    pub(super) counts: Vec<u64>,
    pub(super) total: u64,
}

impl CountMin {
    /// `width` is brought into 1 to 2²⁴, `depth` into 1 to 16; 8 · width · depth bytes.
    pub fn new(width: usize, depth: usize) -> Self {
        let (width, depth) = (width.clamp(1, 1 << 24), depth.clamp(1, 16));
        Self { width, counts: vec![0; width * depth], total: 0 }
    }

    /// Takes a thing by its hash, as good as random: [`super::hash`].
    pub fn insert(&mut self, hash: u64, times: u64) {
        self.total = self.total.saturating_add(times);
        let width = self.width;
        for (row, counts) in self.counts.chunks_exact_mut(width).enumerate() {
            if let Some(count) = counts.get_mut(place(hash, row, width)) {
                *count = count.saturating_add(times);
            }
        }
    }

    /// At least as often as it came.
    pub fn count(&self, hash: u64) -> u64 {
        let rows = self.counts.chunks_exact(self.width).enumerate();
        rows.filter_map(|(row, counts)| counts.get(place(hash, row, self.width))).copied().min().unwrap_or(0)
    }

    pub fn total(&self) -> u64 {
        self.total
    }

    /// Takes in what another sketch has seen. `false`, and nothing done, where their sizes differ.
    pub fn merge(&mut self, other: &Self) -> bool {
        if self.width != other.width || self.counts.len() != other.counts.len() {
            return false;
        }
        self.counts.iter_mut().zip(&other.counts).for_each(|(ours, theirs)| *ours = ours.saturating_add(*theirs));
        self.total = self.total.saturating_add(other.total);
        true
    }
}

/// Where a hash stands in a row: rows are made from two halves of one hash (Kirsch and Mitzenmacher 2008).
fn place(hash: u64, row: usize, width: usize) -> usize {
    let (first, second) = (hash & 0xffff_ffff, hash >> 32 | 1);
    // Spread over 64 bits, so that the multiplication below sees all of them.
    let mixed = first.wrapping_add((row as u64).wrapping_mul(second)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    ((u128::from(mixed) * width as u128) >> 64) as usize
}
