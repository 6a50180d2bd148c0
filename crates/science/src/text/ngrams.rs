//! Hashed n-grams: each one adds +1 or −1 to one of 2^bits features, whatever texts there will be.

/// What an n-gram is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Bytes, so that any text will do, broken encodings too; a letter outside of ASCII counts as two to four.
    /// The text is read as if it stood between two marks, so that what it begins and ends with are features.
    Byte,
    /// Runs of letters, digits and bytes outside of ASCII; what stands between them is not seen.
    Word,
}

/// The hashing trick with signs (Weinberger and others 2009): n-grams that fall on the same feature cancel out on
/// average instead of adding up. ASCII capitals are read as small letters.
///
/// A text of n n-grams becomes a vector whose n steps have length 1/√n, so that long texts do not outweigh short
/// ones. Nothing is allocated for a text: [`dot`](Self::dot) needs no memory, [`features`](Self::features) that of
/// its result. The cost is the number of bytes × the number of lengths, and at most [`BYTES_MAX`](Self::BYTES_MAX)
/// bytes of a text are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ngrams {
    unit: Unit,
    shortest: u8,
    longest: u8,
    bits: u8,
}

impl Ngrams {
    /// Longer texts are cut here: a longer one is no name and no parameter, and work on one text stays bounded.
    pub const BYTES_MAX: usize = 65_536;
    /// Longer n-grams are met once only.
    pub const LONGEST_MAX: u8 = 8;
    const BITS: (u8, u8) = (1, 24);

    /// N-grams of `shortest` to `longest` units in 2^`bits` features; `None` unless 1 ≤ shortest ≤ longest ≤ 8 and
    /// 1 ≤ bits ≤ 24.
    pub fn new(unit: Unit, shortest: u8, longest: u8, bits: u8) -> Option<Self> {
        let lengths_fit = 1 <= shortest && shortest <= longest && longest <= Self::LONGEST_MAX;
        let bits_fit = (Self::BITS.0..=Self::BITS.1).contains(&bits);
        (lengths_fit && bits_fit).then_some(Self { unit, shortest, longest, bits })
    }

    /// Features are numbered from 0 to one less than this.
    pub const fn n_features(&self) -> u32 {
        1 << self.bits
    }

    /// The text's features in ascending order, each once, into `out`, which is emptied before.
    pub fn features(&self, text: &[u8], out: &mut Vec<(u32, f32)>) {
        out.clear();
        self.visit(text, |feature, sign| out.push((feature, sign)));
        let scale = scale(out.len()) as f32;
        out.sort_unstable_by_key(|(feature, _)| *feature);
        out.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 += next.1;
            }
            same
        });
        out.retain_mut(|(_, value)| {
            *value *= scale;
            *value != 0.0
        });
    }

    /// The product of the text's vector and weights, without making the vector. Features beyond the weights count 0.
    pub fn dot(&self, text: &[u8], weights: &[f32]) -> f64 {
        let (mut sum, mut n) = (0.0, 0);
        self.visit(text, |feature, sign| {
            n += 1;
            sum += f64::from(weights.get(feature as usize).copied().unwrap_or(0.0) * sign);
        });
        sum * scale(n)
    }

    /// Calls with feature and sign for each n-gram of the text, in order of its start.
    pub fn visit(&self, text: &[u8], each: impl FnMut(u32, f32)) {
        let text = text.get(..Self::BYTES_MAX).unwrap_or(text);
        match self.unit {
            Unit::Byte => self.visit_units(text.len() + 2, |at| framed(text, at), each),
            Unit::Word => self.visit_words(text, each),
        }
    }

    fn visit_units(&self, n_units: usize, unit: impl Fn(usize) -> u64, mut each: impl FnMut(u32, f32)) {
        // Marks alone say nothing: a text without a byte has no feature.
        if n_units <= 2 {
            return;
        }
        for start in 0..n_units {
            let mut hash = SEED;
            let end = n_units.min(start + usize::from(self.longest));
            for at in start..end {
                hash = (hash ^ unit(at)).wrapping_mul(PRIME);
                if at - start + 1 >= usize::from(self.shortest) {
                    self.emit(hash, &mut each);
                }
            }
        }
    }

    /// Words are hashed as they come; the last ones, as many as the longest n-gram has, are all that is remembered.
    fn visit_words(&self, text: &[u8], mut each: impl FnMut(u32, f32)) {
        let longest = usize::from(self.longest);
        let mut last = [0; Self::LONGEST_MAX as usize];
        let words = text.split(|byte| !is_of_word(*byte)).filter(|word| !word.is_empty());
        for (n_before, word) in words.enumerate() {
            last.rotate_right(1);
            last[0] =
                word.iter().fold(SEED, |hash, byte| (hash ^ u64::from(byte.to_ascii_lowercase())).wrapping_mul(PRIME));
            let mut hash = SEED;
            for (n, word) in last.iter().take(longest.min(n_before + 1)).enumerate() {
                hash = (hash ^ mix(*word)).wrapping_mul(PRIME);
                if n + 1 >= usize::from(self.shortest) {
                    self.emit(hash, &mut each);
                }
            }
        }
    }

    #[inline]
    fn emit(&self, hash: u64, each: &mut impl FnMut(u32, f32)) {
        let mixed = mix(hash);
        let feature = (mixed >> (64 - u32::from(self.bits))) as u32;
        let sign = if mixed & 1 == 0 { 1.0 } else { -1.0 };
        each(feature, sign);
    }
}

/// The offset and the prime of FNV-1a with 64 bits.
const SEED: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

/// Marks before and behind a text: no byte has these values.
const BEGIN: u64 = 0x100;
const END: u64 = 0x101;

/// The text's units with a mark on either side.
#[inline]
fn framed(text: &[u8], at: usize) -> u64 {
    match at.checked_sub(1) {
        None => BEGIN,
        Some(at) => text.get(at).map_or(END, |byte| u64::from(byte.to_ascii_lowercase())),
    }
}

fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80
}

/// The finalizer of SplitMix64 (Steele, Lea and Flood 2014): each bit of the result depends on all bits of the hash,
/// which FNV's high bits do not.
#[inline]
fn mix(hash: u64) -> u64 {
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

fn scale(n: usize) -> f64 {
    if n == 0 { 0.0 } else { 1.0 / (n as f64).sqrt() }
}
