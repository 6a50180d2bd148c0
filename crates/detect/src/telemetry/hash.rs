//! Hashes that are kept in digests: the same for ever and everywhere.

/// FNV-1a, 64 bits, with a last stir so that its high bits are as good as its low ones.
pub(crate) fn stable_hash(text: &str) -> u64 {
    of_bytes(text.bytes())
}

/// The same of several texts, each with its end, so that "ab", "c" and "a", "bc" differ.
pub(crate) fn stable_hash_of<'a>(texts: impl Iterator<Item = &'a str>) -> u64 {
    // No text holds this byte.
    of_bytes(texts.flat_map(|text| text.bytes().chain([0xff])))
}

fn of_bytes(bytes: impl Iterator<Item = u8>) -> u64 {
    stir(bytes.fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)))
}

/// The finalizer of SplitMix64 (Steele, Lea and Flood 2014): a bijection that spreads every bit over all.
pub(crate) fn stir(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}
