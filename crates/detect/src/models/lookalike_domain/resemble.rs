//! Which brand a label resembles, and how.

use super::{
    brands::{ALONE_BELOW, Brands, EMPTY, TYPO_FROM, extended},
    signs::Signs,
    skeleton::Skeleton,
};

/// Ways to resemble a brand, the most telling ones first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// Its name in letters of another script, or with marks that one overlooks.
    LookalikeLetters,
    /// One or two signs in place of similar ones: `paypa1`, `rnicrosoft`.
    LookalikeSigns,
    /// One letter more, less, other, or two neighbors swapped.
    Misspelled,
    /// Its name and words that lend trust or urge: `paypal-login`.
    WithLure,
    /// Its name as a part of the label.
    WithOther,
    /// Just its name, under a suffix that is not known to be its own.
    OtherSuffix,
    /// A misspelled name as a part of the label.
    PartMisspelled,
    /// Its domain, or its name and a lure, in front of somebody else's domain.
    InFront,
}

impl How {
    /// What people read.
    pub fn words(self) -> &'static str {
        match self {
            Self::LookalikeLetters => "in letters of another alphabet",
            Self::LookalikeSigns => "with signs that look alike",
            Self::Misspelled => "misspelled",
            Self::WithLure => "with a word that lends trust",
            Self::WithOther => "as a part of the name",
            Self::OtherSuffix => "under another suffix",
            Self::PartMisspelled => "misspelled, as a part of the name",
            Self::InFront => "in front of somebody else's domain",
        }
    }
}

/// Ways that a registered label can have; what stands in front of it is read as a label too.
pub(super) const N_WAYS: usize = 7;

/// A brand within a label.
#[derive(Debug, Clone, Copy)]
pub(super) struct Likeness {
    pub(super) brand: u32,
    pub(super) how: How,
    /// Letters of the label that the brand accounts for.
    pub(super) n_covered: usize,
    pub(super) is_at_start: bool,
    pub(super) is_whole_part: bool,
}

/// A lure's name or a part of it that people read as one.
const LURES: &[&str] = &[
    "login",
    "signin",
    "logon",
    "secure",
    "security",
    "account",
    "accounts",
    "verify",
    "verification",
    "update",
    "support",
    "service",
    "services",
    "help",
    "helpdesk",
    "billing",
    "invoice",
    "payment",
    "payments",
    "pay",
    "bank",
    "banking",
    "card",
    "cards",
    "online",
    "mail",
    "webmail",
    "email",
    "my",
    "id",
    "auth",
    "sso",
    "portal",
    "info",
    "alert",
    "confirm",
    "unlock",
    "recovery",
    "recover",
    "wallet",
    "app",
    "apps",
    "web",
    "www",
    "com",
    "co",
    "net",
    "jp",
    "us",
    "uk",
    "de",
    "fr",
    "cn",
    "shop",
    "store",
    "official",
    "member",
    "members",
    "vip",
    "client",
    "customer",
    "care",
    "center",
    "team",
    "track",
    "tracking",
    "delivery",
    "parcel",
    "post",
    "express",
    "redirect",
    "access",
    "safe",
    "safety",
    "notice",
    "point",
    "points",
    "gift",
    "promo",
    "bonus",
    "reward",
    "refund",
    "tax",
    "user",
    "session",
    "cloud",
    "drive",
    "docs",
    "share",
    "file",
    "meeting",
    "connect",
    "sync",
    "validate",
    "office",
    "admin",
];

pub(super) fn is_lure(part: &[u8]) -> bool {
    LURES.iter().any(|lure| lure.as_bytes() == part)
}

/// The most telling likeness of a label with any of the brands.
pub(super) fn likeness(skeleton: &Skeleton, brands: &Brands) -> Option<Likeness> {
    let letters = skeleton.as_slice();
    if brands.is_empty() || letters.is_empty() {
        return None;
    }
    let whole = |brand, how| Likeness { brand, how, n_covered: letters.len(), is_at_start: true, is_whole_part: true };
    if let Some(brand) = brands.exactly(letters) {
        let how = if skeleton.n_disguised > 0 { How::LookalikeLetters } else { How::OtherSuffix };
        return Some(whole(brand, how));
    }
    let signs = Signs::of(letters);
    let has_signs = signs.as_slice() != letters;
    if let Some(brand) = brands.exactly_as_read(signs.as_slice()) {
        return Some(whole(brand, How::LookalikeSigns));
    }
    if let Some(brand) = brands.nearly(letters).or_else(|| hyphenated(letters, brands)) {
        return Some(whole(brand, How::Misspelled));
    }
    within(letters, brands, Brands::exactly)
        .or_else(|| {
            // The same once more with look-alike signs read as letters: `paypa1-login`.
            has_signs.then(|| within(signs.as_slice(), brands, Brands::exactly_as_read)).flatten().map(|mut found| {
                found.how = How::LookalikeSigns;
                found
            })
        })
        .or_else(|| part_nearly(letters, brands))
        .map(|mut found| {
            if skeleton.n_disguised > 0 {
                found.how = How::LookalikeLetters;
            }
            found
        })
}

/// The longest brand that is a part of the label.
fn within(letters: &[u8], brands: &Brands, known: fn(&Brands, &[u8]) -> Option<u32>) -> Option<Likeness> {
    let (shortest, longest) = brands.lengths();
    let mut best: Option<Likeness> = None;
    for start in 0..letters.len() {
        if !letters.get(start..).is_some_and(|rest| brands.may_begin(rest)) {
            continue;
        }
        let is_start = start == 0 || letters.get(start - 1) == Some(&b'-');
        let mut hash = EMPTY;
        for (before, letter) in letters.iter().skip(start).take(longest).enumerate() {
            hash = extended(hash, *letter);
            let n = before + 1;
            if n < shortest || !brands.may_know(hash) || best.is_some_and(|best| best.n_covered >= n) {
                continue;
            }
            let is_end = letters.get(start + n).is_none_or(|next| *next == b'-');
            let stands_alone = is_start && is_end;
            let is_long_enough = n >= ALONE_BELOW && (is_start || is_end || n > ALONE_BELOW);
            if !(stands_alone || is_long_enough) {
                continue;
            }
            let Some(part) = letters.get(start..start + n) else { continue };
            if let Some(brand) = known(brands, part) {
                let (is_at_start, is_whole_part) = (start == 0, stands_alone);
                best = Some(Likeness { brand, how: How::WithOther, n_covered: n, is_at_start, is_whole_part });
            }
        }
    }
    let mut best = best?;
    if rest_lures(letters, brands, best) {
        best.how = How::WithLure;
    }
    Some(best)
}

/// Whether something in the label besides the brand is a lure.
fn rest_lures(letters: &[u8], brands: &Brands, found: Likeness) -> bool {
    let name = Skeleton::of(brands.name(found.brand));
    let at = letters.windows(found.n_covered.max(1)).position(|part| part == name.as_slice()).unwrap_or(0);
    let (before, from) = letters.split_at(at);
    let after = from.get(found.n_covered..).unwrap_or(&[]);
    [before, after].iter().any(|rest| rest.split(|byte| *byte == b'-').any(|part| is_lure(part.trim_ascii())))
}

/// A brand with hyphens put in: `pay-pa-l`. Short brands would be met by accident.
fn hyphenated(letters: &[u8], brands: &Brands) -> Option<u32> {
    if letters.len() > LONGEST_HYPHENATED || !letters.contains(&b'-') {
        return None;
    }
    let mut joined = [0; LONGEST_HYPHENATED];
    let mut n = 0;
    for letter in letters.iter().filter(|letter| **letter != b'-') {
        *joined.get_mut(n)? = *letter;
        n += 1;
    }
    joined.get(..n).filter(|joined| joined.len() >= ALONE_BELOW).and_then(|joined| brands.exactly(joined))
}

/// A label of DNS has no more bytes.
const LONGEST_HYPHENATED: usize = 63;

/// A part between hyphens, or all parts without them, that is one letter away from a brand.
fn part_nearly(letters: &[u8], brands: &Brands) -> Option<Likeness> {
    if !letters.contains(&b'-') {
        return None;
    }
    letters.split(|byte| *byte == b'-').find_map(|part| {
        let brand = (part.len() >= TYPO_FROM && part.len() < letters.len()).then(|| brands.nearly(part)).flatten()?;
        Some(Likeness {
            brand,
            how: How::PartMisspelled,
            n_covered: part.len(),
            is_at_start: letters.starts_with(part),
            is_whole_part: true,
        })
    })
}
