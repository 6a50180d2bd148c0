//! Which short runs of a sequence were never seen before: of system calls, of events, of words by their hashes.

/// Runs of n symbols that were seen, as a set in constant memory (Forrest, Hofmeyr, Somayaji and Longstaff 1996; Bloom
/// 1970).
///
/// A run that was seen is never called new. A new one is called seen with a small chance: 0.2 % where there are 16
/// bits for each run that was learned, 2 % with 8; [`fullness`](Self::fullness)⁴ says how small it is now. Sets of
/// equal shape are merged by what either has seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Novelty {
    n: usize,
    bits: Vec<u64>,
}

impl Novelty {
    /// Places that are looked at for a run.
    const LOOKS: u64 = 4;
    /// 2 gigabytes.
    const MEMORY_BITS_MAX: u8 = 34;

    /// Runs of `n` symbols, 1 to 64; 2^`memory_bits` bits, 6 to 34. 23 is a megabyte, enough for half a million runs.
    pub fn new(n: usize, memory_bits: u8) -> Option<Self> {
        let sound = (1..=64).contains(&n) && (6..=Self::MEMORY_BITS_MAX).contains(&memory_bits);
        sound.then(|| Self { n, bits: vec![0; 1 << (memory_bits - 6)] })
    }

    /// Remembers the runs of a sequence; one that is shorter than a run has none.
    pub fn learn(&mut self, symbols: &[u32]) {
        for run in symbols.windows(self.n) {
            for place in places(run) {
                let (word, bit) = self.at(place);
                self.bits[word] |= bit;
            }
        }
    }

    /// How many runs of a sequence were never seen, and how many it has.
    pub fn unseen(&self, symbols: &[u32]) -> (usize, usize) {
        let runs = symbols.windows(self.n);
        let n_runs = runs.len();
        (runs.filter(|run| !self.has_seen(run)).count(), n_runs)
    }

    /// Share of runs that were never seen, from 0 to 1; `None` for a sequence that is shorter than a run.
    pub fn score(&self, symbols: &[u32]) -> Option<f64> {
        let (unseen, n_runs) = self.unseen(symbols);
        (n_runs > 0).then(|| unseen as f64 / n_runs as f64)
    }

    /// Takes in what another one has seen; `false`, and nothing done, where runs or memory differ.
    pub fn merge(&mut self, other: &Self) -> bool {
        let alike = self.n == other.n && self.bits.len() == other.bits.len();
        if alike {
            self.bits.iter_mut().zip(&other.bits).for_each(|(bits, others)| *bits |= others);
        }
        alike
    }

    /// Share of memory that is taken.
    pub fn fullness(&self) -> f64 {
        let taken: u64 = self.bits.iter().map(|word| u64::from(word.count_ones())).sum();
        taken as f64 / (self.bits.len() as f64 * 64.0)
    }

    fn has_seen(&self, run: &[u32]) -> bool {
        places(run).all(|place| {
            let (word, bit) = self.at(place);
            self.bits[word] & bit != 0
        })
    }

    /// The number of words is a power of two, so the mask is a place among them.
    fn at(&self, place: u64) -> (usize, u64) {
        ((place >> 6) as usize & (self.bits.len() - 1), 1 << (place & 63))
    }
}

/// Places of a run: one hash, and a second one as the step from each to the next (Kirsch and Mitzenmacher 2008).
fn places(run: &[u32]) -> impl Iterator<Item = u64> {
    let first = run.iter().fold(0x9e37_79b9_7f4a_7c15, |hash: u64, symbol| mix(hash ^ u64::from(*symbol)));
    let step = mix(first) | 1;
    (0..Novelty::LOOKS).map(move |look| first.wrapping_add(step.wrapping_mul(look)))
}

/// SplitMix64's step and finalizer (Steele, Lea and Flood 2014).
fn mix(hash: u64) -> u64 {
    let hash = hash.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}
