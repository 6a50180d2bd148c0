//! What somebody has registered: a label, and the suffix below which it stands.

use super::brands::Brands;

/// Shorter labels are all taken, and resemble everything.
const SHORTEST: usize = 3;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Registered<'n> {
    pub(super) label: &'n str,
    pub(super) suffix: &'n str,
}

impl<'n> Registered<'n> {
    /// `None` where there is nothing to judge, or a brand owns it.
    pub(super) fn of(name: &'n str, brands: &Brands) -> Option<Self> {
        let name = name.strip_suffix('.').unwrap_or(name);
        let domain = psl::domain_str(name)?;
        let (label, suffix) = domain.split_once('.')?;
        let is_number = domain.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let is_judged = label.len() >= SHORTEST && !is_number && !domain.ends_with(".arpa");
        (is_judged && !brands.owns(domain)).then_some(Self { label, suffix })
    }

    /// FNV-1a of the suffix in small letters.
    pub(super) fn suffix_hash(self) -> u32 {
        let small = self.suffix.bytes().map(|byte| byte.to_ascii_lowercase());
        small.fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
    }
}
