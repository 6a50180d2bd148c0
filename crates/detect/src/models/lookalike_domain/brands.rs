//! The brands to protect, ready to be compared with millions of names.

use std::collections::{HashMap, HashSet};

use ahash::RandomState;

use super::{signs::Signs, skeleton::Skeleton};

/// A name that others imitate, and where it is at home.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brand {
    /// As it stands in a label: `paypal`, `bankofamerica`.
    pub name: String,
    /// Registered domains of its own; `*` says that the bare name is its own under every suffix.
    pub domains: Vec<String>,
}

impl Brand {
    /// The widely imitated ones of `content/models/brands.txt`.
    pub fn shipped() -> impl Iterator<Item = Self> {
        read(include_str!("../../../../../content/models/brands.txt"))
    }
}

/// Shorter brands are met by accident in the middle of words: they count only where they stand alone.
pub(super) const ALONE_BELOW: usize = 5;
/// Shorter brands have too many innocent neighbors to be called misspelled.
pub(super) const TYPO_FROM: usize = 6;
/// Longer names are no brands.
pub(super) const LONGEST: usize = 32;

/// An index of brands by their letters and by what remains when one letter is missing.
#[derive(Debug, Clone)]
pub struct Brands {
    brands: Vec<Brand>,
    own: HashSet<String, RandomState>,
    /// Labels that are a brand's own under every suffix.
    own_everywhere: HashSet<String, RandomState>,
    exact: HashMap<u64, u32, RandomState>,
    /// Brands that themselves hold signs which pass for a letter, as those are read: `bardays` for `barclays`.
    misread: HashMap<u64, u32, RandomState>,
    /// Hashes of each brand without one of its letters.
    shortened: HashMap<u64, u32, RandomState>,
    shortest: usize,
    longest: usize,
    /// A bit for each length of a brand that is looked for misspelled.
    typo_lengths: u64,
    beginnings: Beginnings,
    /// A bit for each hash in `exact` and `shortened`: nearly all parts of nearly all names end here.
    bits: Vec<u64>,
}

impl Brands {
    /// 32 KiB, one bit in ten taken by a few hundred brands.
    const BITS: usize = 1 << 18;

    /// Brands of which nothing but letters, digits and hyphens remains, or that are shorter than two letters or longer
    /// than 32, cannot be looked for and are left out.
    pub fn new(brands: impl IntoIterator<Item = Brand>) -> Self {
        // A fixed seed: the order of a map is never seen, and the same list gives the same index.
        let state = RandomState::with_seeds(1, 2, 3, 4);
        let mut index = Self {
            brands: Vec::new(),
            own: HashSet::with_hasher(state.clone()),
            own_everywhere: HashSet::with_hasher(state.clone()),
            exact: HashMap::with_hasher(state.clone()),
            misread: HashMap::with_hasher(state.clone()),
            shortened: HashMap::with_hasher(state),
            shortest: usize::MAX,
            longest: 0,
            typo_lengths: 0,
            beginnings: Beginnings::default(),
            bits: vec![0; Self::BITS / 64],
        };
        brands.into_iter().for_each(|brand| index.add(brand));
        index
    }

    /// The widely imitated brands of `content/models/brands.txt`.
    pub fn shipped() -> Self {
        Self::new(Brand::shipped())
    }

    pub fn is_empty(&self) -> bool {
        self.brands.is_empty()
    }

    fn add(&mut self, brand: Brand) {
        let skeleton = Skeleton::of(&brand.name);
        let letters = skeleton.as_slice();
        let is_usable = (2..=LONGEST).contains(&letters.len()) && !letters.contains(&b'?');
        if !is_usable {
            return;
        }
        let at = self.brands.len() as u32;
        for domain in &brand.domains {
            if domain == "*" {
                self.own_everywhere.insert(brand.name.to_ascii_lowercase());
            } else {
                self.own.insert(domain.to_ascii_lowercase());
            }
        }
        self.exact.entry(hash(letters.iter())).or_insert(at);
        self.mark(hash(letters.iter()));
        self.beginnings.add(letters);
        let signs = Signs::of(letters);
        if signs.as_slice() != letters {
            self.misread.entry(hash(signs.as_slice().iter())).or_insert(at);
            self.mark(hash(signs.as_slice().iter()));
            self.beginnings.add(signs.as_slice());
        }
        if letters.len() >= TYPO_FROM {
            self.typo_lengths |= 1 << letters.len().min(63);
            let mut all = Vec::new();
            without_one(letters, |shortened| all.push(shortened));
            for shortened in all {
                self.shortened.entry(shortened).or_insert(at);
                self.mark(shortened);
            }
        }
        self.shortest = self.shortest.min(letters.len());
        self.longest = self.longest.max(letters.len());
        self.brands.push(brand);
    }

    fn mark(&mut self, hash: u64) {
        let slot = bit(hash);
        if let Some(word) = self.bits.get_mut(slot / 64) {
            *word |= 1 << (slot % 64);
        }
    }

    /// Whether some brand, or a brand without a letter, may have this hash.
    #[inline]
    pub(super) fn may_know(&self, hash: u64) -> bool {
        let slot = bit(hash);
        self.bits.get(slot / 64).is_some_and(|word| word & (1 << (slot % 64)) != 0)
    }

    /// A registered domain that belongs to one of the brands.
    pub fn owns(&self, domain: &str) -> bool {
        /// A name of DNS has no more bytes.
        const LONGEST: usize = 253;
        let mut small = [0; LONGEST];
        let Some(small) = small.get_mut(..domain.len()) else { return false };
        small.copy_from_slice(domain.as_bytes());
        small.make_ascii_lowercase();
        let Ok(small) = std::str::from_utf8(small) else { return false };
        let label = small.split('.').next().unwrap_or_default();
        self.own.contains(small) || self.own_everywhere.contains(label)
    }

    pub(super) fn name(&self, at: u32) -> &str {
        self.brands.get(at as usize).map_or("", |brand| &brand.name)
    }

    /// The brand that is spelled just so.
    pub(super) fn exactly(&self, letters: &[u8]) -> Option<u32> {
        let hash = hash(letters.iter());
        let known = self.may_know(hash).then(|| self.exact.get(&hash)).flatten();
        known.copied().filter(|at| self.letters_are(*at, letters))
    }

    /// The brand that these letters, in which signs were read as letters, pass for.
    pub(super) fn exactly_as_read(&self, read: &[u8]) -> Option<u32> {
        let hash = hash(read.iter());
        let known = self.may_know(hash).then(|| self.misread.get(&hash)).flatten().copied();
        let is_so = |at: &u32| Signs::of(Skeleton::of(self.name(*at)).as_slice()).as_slice() == read;
        self.exactly(read).or_else(|| known.filter(is_so))
    }

    /// Whether a brand may begin here: nearly everywhere none does, and three letters tell.
    #[inline]
    pub(super) fn may_begin(&self, letters: &[u8]) -> bool {
        self.beginnings.may_know(letters)
    }

    pub(super) fn lengths(&self) -> (usize, usize) {
        (self.shortest, self.longest)
    }

    /// The brand that is one letter away: one more, one less, another one, or two neighbors swapped.
    pub(super) fn nearly(&self, letters: &[u8]) -> Option<u32> {
        if letters.len() + 1 < TYPO_FROM || letters.len() > LONGEST + 1 {
            return None;
        }
        let near_lengths = 0b111 << (letters.len() - 1).min(61);
        if self.typo_lengths & near_lengths == 0 {
            return None;
        }
        let is_near = |at: &u32| is_one_away(Skeleton::of(self.name(*at)).as_slice(), letters);
        let whole = hash(letters.iter());
        let known = self.may_know(whole).then(|| self.shortened.get(&whole)).flatten();
        let mut found = known.copied().filter(is_near);
        without_one(letters, |shortened| {
            if found.is_none() && self.may_know(shortened) {
                let known = self.shortened.get(&shortened).or_else(|| self.exact.get(&shortened));
                found = known.copied().filter(is_near);
            }
        });
        found
    }

    fn letters_are(&self, at: u32, letters: &[u8]) -> bool {
        Skeleton::of(self.name(at)).as_slice() == letters
    }
}

/// `brand: domain domain ...` a line; `#` begins a comment.
fn read(text: &'static str) -> impl Iterator<Item = Brand> {
    text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let (name, domains) = line.split_once(':')?;
        Some(Brand { name: name.trim().to_owned(), domains: domains.split_whitespace().map(str::to_owned).collect() })
    })
}

pub(super) fn hash<'a>(letters: impl Iterator<Item = &'a u8>) -> u64 {
    letters.fold(EMPTY, |hash, byte| extended(hash, *byte))
}

/// The hash of no letters.
pub(super) const EMPTY: u64 = 0;

/// Any odd number with many bits.
const BASE: u64 = 0x9e37_79b9_7f4a_7c15;

/// The hash of one letter more: a polynomial in [`BASE`], of which parts can be cut out without reading them again.
#[inline]
pub(super) fn extended(hash: u64, letter: u8) -> u64 {
    hash.wrapping_mul(BASE).wrapping_add(u64::from(letter) + 1)
}

/// Powers of [`BASE`].
static POWERS: [u64; LONGEST + 2] = {
    let mut powers = [1_u64; LONGEST + 2];
    let mut at = 1;
    while at < powers.len() {
        powers[at] = powers[at - 1].wrapping_mul(BASE);
        at += 1;
    }
    powers
};

fn bit(hash: u64) -> usize {
    // High bits of a product depend on all bits; those of a polynomial's last letters lie low.
    ((hash ^ hash >> 32).wrapping_mul(0xd6e8_feb8_6659_fd93) >> 40) as usize % Brands::BITS
}

/// Calls with the hash of the letters without each of them; of letters that are too long for a brand with none.
fn without_one(letters: &[u8], mut each: impl FnMut(u64)) {
    let whole = hash(letters.iter());
    let mut before = EMPTY;
    for (at, letter) in letters.iter().enumerate() {
        let Some(power) = POWERS.get(letters.len() - 1 - at) else { return };
        let through = extended(before, *letter);
        let after = whole.wrapping_sub(through.wrapping_mul(*power));
        each(before.wrapping_mul(*power).wrapping_add(after));
        before = through;
    }
}

/// The first two or three letters of all brands.
#[derive(Debug, Clone)]
struct Beginnings {
    two: Vec<u64>,
    three: Vec<u64>,
}

impl Default for Beginnings {
    fn default() -> Self {
        let words = |n: usize| vec![0; n.div_ceil(64)];
        Self { two: words(N_CODES * N_CODES), three: words(N_CODES * N_CODES * N_CODES) }
    }
}

/// Letters, digits, hyphen, anything else.
const N_CODES: usize = 38;

impl Beginnings {
    fn add(&mut self, letters: &[u8]) {
        match letters {
            [first, second] => {
                let two = code(*first) * N_CODES + code(*second);
                set(&mut self.two, two);
                (0..N_CODES).for_each(|third| set(&mut self.three, two * N_CODES + third));
            }
            [first, second, third, ..] => {
                set(&mut self.three, (code(*first) * N_CODES + code(*second)) * N_CODES + code(*third));
            }
            _ => {}
        }
    }

    #[inline]
    fn may_know(&self, letters: &[u8]) -> bool {
        match letters {
            [first, second] => is_set(&self.two, code(*first) * N_CODES + code(*second)),
            [first, second, third, ..] => {
                is_set(&self.three, (code(*first) * N_CODES + code(*second)) * N_CODES + code(*third))
            }
            _ => false,
        }
    }
}

fn set(bits: &mut [u64], at: usize) {
    if let Some(word) = bits.get_mut(at / 64) {
        *word |= 1 << (at % 64);
    }
}

#[inline]
fn is_set(bits: &[u64], at: usize) -> bool {
    bits.get(at / 64).is_some_and(|word| word & (1 << (at % 64)) != 0)
}

#[inline]
fn code(letter: u8) -> usize {
    usize::from(match letter {
        b'a'..=b'z' => letter - b'a' + 1,
        b'0'..=b'9' => letter - b'0' + 27,
        b'-' => 37,
        _ => 0,
    })
}

/// One letter inserted, left out, replaced, or two neighbors swapped, and the brand is of the length for it.
fn is_one_away(brand: &[u8], letters: &[u8]) -> bool {
    if brand.len() < TYPO_FROM || brand == letters {
        return false;
    }
    let same_start = brand.iter().zip(letters).take_while(|(a, b)| a == b).count();
    let same_end = brand.iter().rev().zip(letters.iter().rev()).take_while(|(a, b)| a == b).count();
    let (longer, shorter) = (brand.len().max(letters.len()), brand.len().min(letters.len()));
    if longer != shorter {
        return longer - shorter == 1 && same_start + same_end >= shorter;
    }
    let n_between = longer - (same_start + same_end).min(longer);
    let is_swap = n_between == 2
        && brand.get(same_start) == letters.get(same_start + 1)
        && brand.get(same_start + 1) == letters.get(same_start);
    n_between == 1 || is_swap
}
