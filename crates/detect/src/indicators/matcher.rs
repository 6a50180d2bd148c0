//! The set of claims, built once and shared: what is listed, by whom, with what confidence and until when.
//!
//! Memory: values lie in one text, words are kept once, equal circumstances of claims are kept once, and nothing
//! else is kept per claim. A million domains from feeds take some 50 MB; references stay in the store.

use std::net::IpAddr;

use schema::{Claim, Observable, Timestamp, Tlp, observe};

use super::{
    hash::{self, Index, Lookup},
    networks::{Listed, Networks},
};

/// A name longer than this is none (RFC 1035), so nothing is looked up for it.
const LONGEST_NAME: usize = 253;

/// Refusals that are kept with their reason; the others are only counted.
const KEPT_REFUSALS: usize = 1_000;

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

/// A claim that was not taken, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    pub kind: Observable,
    pub value: String,
    pub source: String,
    pub reason: &'static str,
}

/// Collects claims. Several claims about one value are all kept; the very same claim twice is kept once.
#[derive(Debug, Default)]
pub struct Builder {
    values: Values,
    entries: Index,
    /// Entry and circumstances of each claim.
    claims: Vec<(u32, u32)>,
    facts: Vec<Facts>,
    known_facts: Index,
    words: Words,
    known_words: Index,
    networks: Vec<Listed>,
    refused: Vec<Refused>,
    n_refused: u64,
}

impl Builder {
    /// An empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes one claim. A value that is not of its kind, or would match innocent things without end (`com`,
    /// `0.0.0.0/0`, private addresses), is refused and kept in [`Builder::refused`].
    pub fn push(&mut self, claim: &Claim) {
        let value = match observe::canonical(claim.kind, &claim.value) {
            Ok(value) => value,
            Err(refusal) => return self.refuse(claim, refusal.reason()),
        };
        if let Some(refusal) = observe::too_broad(claim.kind, &value) {
            return self.refuse(claim, refusal.reason());
        }
        let hash = hash_of(claim.kind, &value);
        let key = key_of(claim.kind, &value);
        let known = self.entries.find(hash, |entry| self.values.is(entry, claim.kind, key));
        let entry = match known {
            Some(entry) => entry,
            None if !self.values.has_room(&value) => return self.refuse(claim, "the set is full (4 GiB of values)"),
            None => {
                self.values.push(claim.kind, &value);
                self.entries.add(hash)
            }
        };
        if known.is_none() && claim.kind == Observable::Ip && value.contains('/') {
            self.networks.extend(observe::parse_network(&value).map(|(first, length)| Listed { first, length, entry }));
        }
        let facts = self.facts_of(claim);
        self.claims.push((entry, facts));
    }

    /// The first refused claims, each with its reason.
    pub fn refused(&self) -> &[Refused] {
        &self.refused
    }

    /// All refused claims, also those beyond [`Builder::refused`].
    pub fn n_refused(&self) -> u64 {
        self.n_refused
    }

    /// Closes the set: claims of one value come together, and what only building needs is dropped.
    pub fn finish(mut self) -> Matcher {
        self.claims.sort_unstable();
        self.claims.dedup();
        let mut first_claim = Vec::with_capacity(self.entries.len() + 1);
        let mut facts_of_claim = Vec::with_capacity(self.claims.len());
        for (entry, facts) in &self.claims {
            while first_claim.len() <= *entry as usize {
                first_claim.push(facts_of_claim.len() as u32);
            }
            facts_of_claim.push(*facts);
        }
        first_claim.push(facts_of_claim.len() as u32);
        self.values.shrink();
        self.facts.shrink_to_fit();
        self.words.shrink_to_fit();
        let mut kinds = [false; Observable::ALL.len()];
        for kind in &self.values.kinds {
            if let Some(slot) = kinds.get_mut(*kind as usize) {
                *slot = true;
            }
        }
        Matcher {
            values: self.values,
            entries: self.entries.seal(),
            networks: Networks::new(&self.networks),
            first_claim,
            claims: facts_of_claim,
            facts: self.facts,
            words: self.words,
            kinds,
            refused: self.refused,
            n_refused: self.n_refused,
        }
    }

    fn refuse(&mut self, claim: &Claim, reason: &'static str) {
        self.n_refused += 1;
        if self.refused.len() < KEPT_REFUSALS {
            let (kind, value, source) = (claim.kind, claim.value.clone(), claim.source.clone());
            self.refused.push(Refused { kind, value, source, reason });
        }
    }

    fn facts_of(&mut self, claim: &Claim) -> u32 {
        let facts = Facts {
            source: self.word(&claim.source),
            label: claim.label.as_deref().map_or(NO_WORD, |label| self.word(label)),
            technique: claim.technique.as_deref().map_or(NO_WORD, |technique| self.word(technique)),
            confidence: claim.confidence.min(100),
            tlp: claim.tlp,
            from: claim.valid_from.map_or(i64::MIN, Timestamp::nanos),
            until: claim.valid_until.map_or(i64::MAX, Timestamp::nanos),
        };
        // Claims of one feed mostly come with the circumstances of the one before.
        if self.claims.last().and_then(|(_, last)| self.facts.get(*last as usize)) == Some(&facts) {
            return self.claims.last().map_or(0, |(_, last)| *last);
        }
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
}

/// All claims, ready to be looked up. Immutable: share it, and build a new one to reload.
#[derive(Debug)]
pub struct Matcher {
    values: Values,
    entries: Lookup,
    networks: Networks,
    /// For each entry the first of its claims; one more at the end.
    first_claim: Vec<u32>,
    /// Circumstances of each claim.
    claims: Vec<u32>,
    facts: Vec<Facts>,
    words: Words,
    /// Which kinds of observable occur, by number of the kind.
    kinds: [bool; Observable::ALL.len()],
    refused: Vec<Refused>,
    n_refused: u64,
}

impl Matcher {
    /// From claims at once; those that were not taken are in [`Matcher::refused`].
    pub fn build(claims: impl IntoIterator<Item = Claim>) -> Self {
        let mut builder = Builder::new();
        for claim in claims {
            builder.push(&claim);
        }
        builder.finish()
    }

    /// Claims kept.
    pub fn len(&self) -> usize {
        self.claims.len()
    }

    pub fn is_empty(&self) -> bool {
        self.claims.is_empty()
    }

    /// The first claims that were refused, each with its reason.
    pub fn refused(&self) -> &[Refused] {
        &self.refused
    }

    /// All refused claims, also those beyond [`Matcher::refused`].
    pub fn n_refused(&self) -> u64 {
        self.n_refused
    }

    /// Memory that the set holds on the heap.
    pub fn bytes(&self) -> usize {
        self.values.bytes()
            + self.entries.bytes()
            + self.networks.bytes()
            + (self.first_claim.capacity() + self.claims.capacity()) * 4
            + self.facts.capacity() * size_of::<Facts>()
            + self.words.bytes()
    }

    /// The columns that [`super::Hits::scan`] reads of a table, in the table's order; none where nothing that is
    /// listed can occur in it, or there is no such table.
    pub fn columns(&self, table: &str) -> Vec<&'static str> {
        super::columns::needed(table, |kind| self.has(kind))
    }

    /// Everything that is claimed of a value, of the domains above it and of the networks around it, whatever its
    /// validity.
    pub fn listings(&self, kind: Observable, value: &str) -> Vec<Listing<'_>> {
        let Ok(value) = observe::canonical(kind, value) else {
            return Vec::new();
        };
        let mut listings = Vec::new();
        self.look_up(kind, &value, &mut |entry| {
            listings.extend(self.claims_of(entry).map(|claim| self.listing(entry, claim)));
        });
        listings
    }

    pub(super) fn has(&self, kind: Observable) -> bool {
        self.kinds.get(kind as usize).copied().unwrap_or(false)
    }

    /// Calls back with each entry that a canonical value of this kind meets.
    fn look_up(&self, kind: Observable, value: &str, found: &mut dyn FnMut(u32)) {
        match kind {
            Observable::Ip => self.look_up_ip(value, found),
            Observable::Domain => self.look_up_name(value, found),
            Observable::Url => self.look_up_url(value, found),
            _ => self.look_up_text(kind, value, found),
        }
    }

    pub(super) fn look_up_ip(&self, text: &str, found: &mut dyn FnMut(u32)) {
        match observe::parse_ip(text) {
            Some(IpAddr::V4(v4)) => {
                let address = u32::from(v4);
                let hash = hash::of_number(seed_of(Observable::Ip), u64::from(address));
                let same = |entry| self.values.kind(entry) == Some(Observable::Ip) && self.is_ip(entry, IpAddr::V4(v4));
                self.entries.find(hash, same).into_iter().for_each(&mut *found);
                self.networks.around_v4(address, found);
            }
            Some(IpAddr::V6(v6)) => {
                let hash = hash_of_v6(u128::from(v6));
                let same = |entry| self.values.kind(entry) == Some(Observable::Ip) && self.is_ip(entry, IpAddr::V6(v6));
                self.entries.find(hash, same).into_iter().for_each(&mut *found);
                self.networks.around_v6(u128::from(v6), found);
            }
            None => {}
        }
    }

    /// The name itself and every domain above it; an address that stands where a name is expected is looked up as one.
    pub(super) fn look_up_name(&self, name: &str, found: &mut dyn FnMut(u32)) {
        let maybe_address = name.contains(':') || name.ends_with(|last: char| last.is_ascii_digit());
        if let Some(Ok(address)) = maybe_address.then(|| observe::canonical(Observable::Ip, name)) {
            self.look_up_ip(&address, found);
        }
        if name.len() > LONGEST_NAME || !self.has(Observable::Domain) {
            return;
        }
        if is_canonical_name(name) {
            return self.look_up_canonical_name(name, found);
        }
        if let Ok(canonical) = observe::canonical(Observable::Domain, name) {
            self.look_up_canonical_name(&canonical, found);
        }
    }

    fn look_up_canonical_name(&self, name: &str, found: &mut dyn FnMut(u32)) {
        hash::each_suffix(seed_of(Observable::Domain), name, |hash, suffix| {
            let same = |entry| self.values.is(entry, Observable::Domain, suffix);
            self.entries.find(hash, same).into_iter().for_each(&mut *found);
        });
    }

    /// The URL itself, the URL without its query, and its host. `http` and `https` are not told apart, because
    /// feeds are careless with them; a claim with a query only matches that query.
    pub(super) fn look_up_url(&self, url: &str, found: &mut dyn FnMut(u32)) {
        let Ok(url) = observe::canonical(Observable::Url, url) else {
            return;
        };
        if self.has(Observable::Url) {
            self.look_up_text(Observable::Url, &url, found);
            // At the root, another query is another page more often than the same one with parameters.
            let without_query =
                url.split_once('?').map(|(page, _)| page).filter(|page| !key_of(Observable::Url, page).ends_with('/'));
            if let Some(page) = without_query {
                self.look_up_text(Observable::Url, page, found);
            }
        }
        self.look_up_name(observe::url_host(&url), found);
    }

    pub(super) fn look_up_text(&self, kind: Observable, value: &str, found: &mut dyn FnMut(u32)) {
        let key = key_of(kind, value);
        let hash = hash::of_text(seed_of(kind), key.as_bytes());
        self.entries.find(hash, |entry| self.values.is(entry, kind, key)).into_iter().for_each(found);
    }

    fn is_ip(&self, entry: u32, address: IpAddr) -> bool {
        self.values.text(entry).and_then(observe::parse_ip) == Some(address)
    }

    pub(super) fn kind_and_value(&self, entry: u32) -> Option<(Observable, &str)> {
        self.values.kind(entry).zip(self.values.text(entry))
    }

    /// Numbers of the claims about an entry.
    pub(super) fn claims_of(&self, entry: u32) -> std::ops::Range<u32> {
        let at = |entry: usize| self.first_claim.get(entry).copied().unwrap_or_default();
        at(entry as usize)..at(entry as usize + 1)
    }

    /// Whether the source stood by the claim at this instant, in nanoseconds: from `valid_from` on, before `valid_until`.
    pub(super) fn stands(&self, claim: u32, instant: i64) -> bool {
        self.facts(claim).is_some_and(|facts| facts.from <= instant && instant < facts.until)
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
        self.facts.get(*self.claims.get(claim as usize)? as usize)
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
    };

    fn hash(&self) -> u64 {
        let words = u64::from(self.source) << 32 | u64::from(self.label);
        let rest = u64::from(self.technique) << 16 | u64::from(self.confidence) << 8 | self.tlp as u64;
        let times = hash::of_number(self.from as u64, self.until as u64);
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

    fn shrink(&mut self) {
        self.texts.shrink_to_fit();
        self.kinds.shrink_to_fit();
    }

    fn bytes(&self) -> usize {
        self.texts.bytes() + self.kinds.capacity()
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

    fn shrink_to_fit(&mut self) {
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
    }

    fn bytes(&self) -> usize {
        self.text.capacity() + self.ends.capacity() * 4
    }
}

/// The part of a canonical value that decides whether two are the same for matching.
fn key_of(kind: Observable, value: &str) -> &str {
    if kind != Observable::Url {
        return value;
    }
    value.strip_prefix("http://").or_else(|| value.strip_prefix("https://")).unwrap_or(value)
}

fn hash_of(kind: Observable, value: &str) -> u64 {
    match kind {
        Observable::Domain => hash::of_name(seed_of(kind), value),
        Observable::Ip => match observe::parse_ip(value) {
            Some(IpAddr::V4(v4)) => hash::of_number(seed_of(kind), u64::from(u32::from(v4))),
            Some(IpAddr::V6(v6)) => hash_of_v6(u128::from(v6)),
            None => hash::of_text(seed_of(kind), value.as_bytes()),
        },
        _ => hash::of_text(seed_of(kind), key_of(kind, value).as_bytes()),
    }
}

fn hash_of_v6(address: u128) -> u64 {
    hash::of_number(hash::of_number(seed_of(Observable::Ip), (address >> 64) as u64), address as u64)
}

fn seed_of(kind: Observable) -> u64 {
    (kind as u64 + 1) << 56
}

/// Lower case, no final dot, ASCII: what normalised telemetry has, so that nothing needs to be copied.
fn is_canonical_name(name: &str) -> bool {
    let odd = |byte: u8| byte.is_ascii_uppercase() || !byte.is_ascii() || matches!(byte, b':' | b'*' | b' ' | b'[');
    !name.ends_with('.') && !name.starts_with('.') && !name.bytes().any(odd)
}
