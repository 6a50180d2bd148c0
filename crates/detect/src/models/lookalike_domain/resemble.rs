//! Which brand a label resembles, and how.

use super::{
    brands::{ALONE_BELOW, Brands, EMPTY, TYPO_FROM, extended},
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
        }
    }
}

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
    if let Some(brand) = brands.exactly(signs.as_slice()) {
        return Some(whole(brand, How::LookalikeSigns));
    }
    if let Some(brand) = brands.nearly(letters) {
        return Some(whole(brand, How::Misspelled));
    }
    within(letters, brands)
        .or_else(|| {
            // The same once more with look-alike signs read as letters: `paypa1-login`.
            (signs.as_slice() != letters).then(|| within(signs.as_slice(), brands)).flatten().map(|mut found| {
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
fn within(letters: &[u8], brands: &Brands) -> Option<Likeness> {
    let (shortest, longest) = brands.lengths();
    let mut best: Option<Likeness> = None;
    for start in 0..letters.len() {
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
            if let Some(brand) = brands.exactly(part) {
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

/// A part between hyphens, or all parts without them, that is one letter away from a brand.
fn part_nearly(letters: &[u8], brands: &Brands) -> Option<Likeness> {
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

/// A label with signs read as the letters that they resemble.
#[derive(Debug, Clone, Copy)]
struct Signs {
    bytes: [u8; 96],
    length: usize,
}

impl Signs {
    fn of(letters: &[u8]) -> Self {
        let mut signs = Self { bytes: [0; 96], length: 0 };
        let mut rest = letters;
        loop {
            let (letter, taken) = match rest {
                [b'r', b'n', ..] => (b'm', 2),
                [b'v', b'v', ..] => (b'w', 2),
                [b'c', b'l', ..] => (b'd', 2),
                [b'0', ..] => (b'o', 1),
                [b'1', ..] => (b'l', 1),
                [b'3', ..] => (b'e', 1),
                [b'4', ..] => (b'a', 1),
                [b'5', ..] => (b's', 1),
                [b'7', ..] => (b't', 1),
                [b'8', ..] => (b'b', 1),
                [letter, ..] => (*letter, 1),
                [] => return signs,
            };
            if let Some(slot) = signs.bytes.get_mut(signs.length) {
                *slot = letter;
                signs.length += 1;
            }
            rest = rest.get(taken..).unwrap_or(&[]);
        }
    }

    fn as_slice(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or(&[])
    }
}
