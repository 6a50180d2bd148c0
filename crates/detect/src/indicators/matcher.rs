//! Claims as their sources made them, about the values that a [`super::Sieve`] let through.
//!
//! Values lie in one text, words are kept once, equal circumstances of claims are kept once; references stay in the
//! store.

use std::{net::IpAddr, sync::Arc};

use schema::{Claim, Observable, Timestamp, Tlp, observe};

use super::{
    hash::{self, Index},
    look_up::{Set, hash_of, key_of, look_up},
    networks::{Listed, Networks},
    warnings::{Warning, Warnings},
};

/// What is claimed of one value at one time: one line of an explanation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listing<'a> {
    pub kind: Observable,
    /// Canonical value that is listed; for a hit below it, a parent domain or a network.
    pub value: &'a str,
    pub source: &'a str,
    pub label: Option<&'a str>,
    pub technique: Option<&'a str>,
    /// 0 to 100, STIX scale.
    pub confidence: u8,
    pub tlp: Tlp,
    pub valid_from: Option<Timestamp>,
    pub valid_until: Option<Timestamp>,
}

/// A value that was not taken, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    pub kind: Observable,
    pub value: String,
    pub reason: &'static str,
}

/// Claims about values that were met, or may have been: few enough to be held whole. Claims may be added at any time.
#[derive(Debug, Default)]
pub struct Matcher {
    values: Values,
    entries: Index,
    /// For each entry the number of its first claim.
    first_claim: Vec<u32>,
    claims: Vec<Link>,
    facts: Vec<Facts>,
    known_facts: Index,
    words: Words,
    known_words: Index,
    listed_networks: Vec<Listed>,
    networks: Networks,
    /// What makes a claim about a value less telling.
    warnings: Arc<Warnings>,
    /// Which kinds of observable occur, by number of the kind.
    kinds: [bool; Observable::ALL.len()],
    takes_broad: bool,
}

/// A claim: what it says, and the next claim about the same value.
#[derive(Debug, Clone, Copy)]
struct Link {
    facts: u32,
    next: u32,
}

/// No further claim.
const LAST: u32 = u32::MAX;

impl Matcher {
    pub fn new() -> Self {
        Self::default()
    }

    /// A matcher whose findings say which warning lists their values are on.
    pub fn with_warnings(warnings: Arc<Warnings>) -> Self {
        Self { warnings, ..Self::default() }
    }

    /// One that also takes what many innocent records show, as [`super::SieveBuilder::of_hunt`] does.
    pub fn of_hunt() -> Self {
        Self { takes_broad: true, ..Self::default() }
    }

    /// The warning lists that a canonical value is on.
    pub(super) fn warnings(&self, kind: Observable, value: &str) -> Vec<Warning<'_>> {
        self.warnings.about(kind, value)
    }

    /// Adds claims. All claims about one value are kept, the very same claim once. Claims whose value is not of its
    /// kind, or would match innocent things without end, are left out, as [`super::SieveBuilder::push`] does, and so
    /// are those that their source has taken back.
    pub fn add(&mut self, claims: impl IntoIterator<Item = Claim>) {
        self.add_fading(claims.into_iter().map(|claim| (claim, None)));
    }

    /// The same with the instant, where there is one, from which on a claim counts as decayed: what is met later is
    /// noted with little confidence.
    pub fn add_fading(&mut self, claims: impl IntoIterator<Item = (Claim, Option<Timestamp>)>) {
        let n_networks = self.listed_networks.len();
        for (claim, fades_at) in claims.into_iter().filter(|(claim, _)| !claim.revoked) {
            self.push(&claim, fades_at);
        }
        if self.listed_networks.len() != n_networks {
            self.networks = Networks::new(&self.listed_networks);
        }
    }

    /// Claims kept.
    pub fn len(&self) -> usize {
        self.claims.len()
    }

    pub fn is_empty(&self) -> bool {
        self.claims.is_empty()
    }

    /// Everything that is claimed of a value, of the domains above it and of the networks around it, whatever its
    /// validity.
    pub fn listings(&self, kind: Observable, value: &str) -> Vec<Listing<'_>> {
        let Ok(value) = observe::canonical(kind, value) else { return Vec::new() };
        let mut listings = Vec::new();
        look_up(self, kind, &value, &mut |entry| {
            listings.extend(self.claims_of(entry).map(|claim| self.listing(entry, claim)));
        });
        listings
    }

    fn push(&mut self, claim: &Claim, fades_at: Option<Timestamp>) {
        let Ok(value) = observe::canonical(claim.kind, &claim.value) else { return };
        if !self.takes_broad && observe::too_broad(claim.kind, &value).is_some() {
            return;
        }
        let hash = hash_of(claim.kind, &value);
        let key = key_of(claim.kind, &value);
        let known = self.entries.find(hash, |entry| self.values.is(entry, claim.kind, key));
        let Some(entry) = known.or_else(|| self.new_entry(claim.kind, &value, hash)) else { return };
        let facts = self.facts_of(claim, fades_at);
        let is_known =
            self.claims_of(entry).any(|claim| self.claims.get(claim as usize).is_some_and(|link| link.facts == facts));
        if is_known {
            return;
        }
        let number = self.claims.len() as u32;
        if let Some(first) = self.first_claim.get_mut(entry as usize) {
            self.claims.push(Link { facts, next: *first });
            *first = number;
        }
    }

    /// `None` where the texts would not fit into 4 GiB.
    fn new_entry(&mut self, kind: Observable, value: &str, hash: u64) -> Option<u32> {
        if !self.values.has_room(value) {
            return None;
        }
        self.values.push(kind, value);
        self.first_claim.push(LAST);
        if let Some(slot) = self.kinds.get_mut(kind as usize) {
            *slot = true;
        }
        let entry = self.entries.add(hash);
        if kind == Observable::Ip && value.contains('/') {
            let network = observe::parse_network(value);
            self.listed_networks.extend(network.map(|(first, length)| Listed { first, length, entry }));
        }
        Some(entry)
    }

    fn facts_of(&mut self, claim: &Claim, fades_at: Option<Timestamp>) -> u32 {
        let facts = Facts {
            source: self.word(&claim.source),
            label: claim.label().map_or(NO_WORD, |label| self.word(label)),
            technique: claim.technique.as_deref().map_or(NO_WORD, |technique| self.word(technique)),
            confidence: claim.confidence.min(100),
            tlp: claim.tlp,
            from: claim.valid_from.map_or(i64::MIN, Timestamp::nanos),
            until: claim.valid_until.map_or(i64::MAX, Timestamp::nanos),
            fades: fades_at.map_or(i64::MAX, Timestamp::nanos),
        };
        let hash = facts.hash();
        let known = self.known_facts.find(hash, |number| self.facts.get(number as usize) == Some(&facts));
        known.unwrap_or_else(|| {
            self.facts.push(facts);
            self.known_facts.add(hash)
        })
    }

    fn word(&mut self, word: &str) -> u32 {
        let hash = hash::of_text(0, word.as_bytes());
        let known = self.known_words.find(hash, |number| self.words.get(number) == Some(word));
        known.unwrap_or_else(|| {
            self.words.push(word);
            self.known_words.add(hash)
        })
    }

    /// The entry of a canonical value.
    pub(super) fn entry(&self, kind: Observable, value: &str) -> Option<u32> {
        let key = key_of(kind, value);
        self.entries.find(hash_of(kind, value), |entry| self.values.is(entry, kind, key))
    }

    pub(super) fn kind_and_value(&self, entry: u32) -> Option<(Observable, &str)> {
        self.values.kind(entry).zip(self.values.text(entry))
    }

    /// Numbers of the claims about an entry, the one that was added last first.
    pub(super) fn claims_of(&self, entry: u32) -> impl Iterator<Item = u32> {
        let known = |claim: &u32| *claim != LAST;
        let first = self.first_claim.get(entry as usize).copied().filter(known);
        std::iter::successors(first, move |claim| self.claims.get(*claim as usize).map(|link| link.next).filter(known))
    }

    /// Whether the source stood by the claim at this instant, in nanoseconds: from `valid_from` on, before `valid_until`.
    pub(super) fn stands(&self, claim: u32, instant: i64) -> bool {
        self.facts(claim).is_some_and(|facts| facts.from <= instant && instant < facts.until)
    }

    /// Whether the claim has not decayed at this instant.
    pub(super) fn is_fresh(&self, claim: u32, instant: i64) -> bool {
        self.facts(claim).is_some_and(|facts| instant < facts.fades)
    }

    /// The highest confidence in an entry at any time: what decides which findings are kept in a flood.
    pub(super) fn highest_confidence(&self, entry: u32) -> u8 {
        self.claims_of(entry).filter_map(|claim| self.facts(claim)).map(|facts| facts.confidence).max().unwrap_or(0)
    }

    pub(super) fn listing(&self, entry: u32, claim: u32) -> Listing<'_> {
        let (kind, value) = self.kind_and_value(entry).unwrap_or((Observable::Domain, ""));
        let facts = self.facts(claim).copied().unwrap_or(Facts::UNKNOWN);
        Listing {
            kind,
            value,
            source: self.words.get(facts.source).unwrap_or_default(),
            label: self.words.get(facts.label),
            technique: self.words.get(facts.technique),
            confidence: facts.confidence,
            tlp: facts.tlp,
            valid_from: (facts.from != i64::MIN).then(|| Timestamp::from_nanos(facts.from)),
            valid_until: (facts.until != i64::MAX).then(|| Timestamp::from_nanos(facts.until)),
        }
    }

    fn facts(&self, claim: u32) -> Option<&Facts> {
        self.facts.get(self.claims.get(claim as usize)?.facts as usize)
    }
}

impl Set for Matcher {
    /// Number of the entry.
    type Found = u32;

    fn has(&self, kind: Observable) -> bool {
        self.kinds.get(kind as usize).copied().unwrap_or(false)
    }

    fn exact(&self, kind: Observable, hash: u64, key: &str, found: &mut dyn FnMut(u32)) {
        self.entries.find(hash, |entry| self.values.is(entry, kind, key)).into_iter().for_each(found);
    }

    fn address(&self, address: IpAddr, hash: u64, found: &mut dyn FnMut(u32)) {
        let same = |entry: u32| {
            self.values.kind(entry) == Some(Observable::Ip)
                && self.values.text(entry).and_then(observe::parse_ip) == Some(address)
        };
        self.entries.find(hash, same).into_iter().for_each(&mut *found);
        match address {
            IpAddr::V4(v4) => self.networks.around_v4(u32::from(v4), found),
            IpAddr::V6(v6) => self.networks.around_v6(u128::from(v6), found),
        }
    }
}

const NO_WORD: u32 = u32::MAX;

/// What a claim says besides the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Facts {
    source: u32,
    label: u32,
    technique: u32,
    confidence: u8,
    tlp: Tlp,
    /// Nanoseconds; the ends of the range where open.
    from: i64,
    until: i64,
    fades: i64,
}

impl Facts {
    const UNKNOWN: Self = Self {
        source: NO_WORD,
        label: NO_WORD,
        technique: NO_WORD,
        confidence: 0,
        tlp: Tlp::Red,
        from: i64::MIN,
        until: i64::MAX,
        fades: i64::MAX,
    };

    fn hash(&self) -> u64 {
        let words = u64::from(self.source) << 32 | u64::from(self.label);
        let rest = u64::from(self.technique) << 16 | u64::from(self.confidence) << 8 | self.tlp as u64;
        let times = hash::of_number(self.fades as u64, hash::of_number(self.from as u64, self.until as u64));
        hash::of_number(times, hash::of_number(rest, words))
    }
}

/// Canonical values end to end in one text.
#[derive(Debug, Default)]
struct Values {
    texts: Words,
    kinds: Vec<Observable>,
}

impl Values {
    fn has_room(&self, value: &str) -> bool {
        self.texts.text.len() + value.len() < u32::MAX as usize && self.kinds.len() < (u32::MAX / 4) as usize
    }

    fn push(&mut self, kind: Observable, value: &str) {
        self.texts.push(value);
        self.kinds.push(kind);
    }

    fn kind(&self, entry: u32) -> Option<Observable> {
        self.kinds.get(entry as usize).copied()
    }

    fn text(&self, entry: u32) -> Option<&str> {
        self.texts.get(entry)
    }

    fn is(&self, entry: u32, kind: Observable, key: &str) -> bool {
        self.kind(entry) == Some(kind) && self.text(entry).is_some_and(|text| key_of(kind, text) == key)
    }
}

/// Texts by number, end to end in one string.
#[derive(Debug, Default)]
struct Words {
    text: String,
    ends: Vec<u32>,
}

impl Words {
    fn push(&mut self, word: &str) {
        self.text.push_str(word);
        self.ends.push(self.text.len() as u32);
    }

    fn get(&self, number: u32) -> Option<&str> {
        let end = *self.ends.get(number as usize)? as usize;
        let start = match number.checked_sub(1) {
            Some(before) => *self.ends.get(before as usize)? as usize,
            None => 0,
        };
        self.text.get(start..end)
    }
}
