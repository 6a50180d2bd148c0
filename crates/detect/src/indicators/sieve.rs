//! Millions of listed values as hashes: says which rows may meet a claim, and which claims those are.
//!
//! Almost every row meets nothing, and a hash is enough to know that. The few values that may be listed are looked up
//! where the claims are kept, so that what the sieve says is only ever confirmed or dropped, never believed: a hash of
//! 64 bits is wrong once in some 10^12 look-ups against ten million claims. 10.5 bytes a value stay in memory.

use std::{fmt, net::IpAddr};

use arrow_array::RecordBatch;
use schema::{Observable, Table, observe, tables};

use super::{
    hash::{self, Bloom},
    look_up::{Set, hash_of, key_of},
    matcher::Refused,
    networks::{Listed, Networks},
    scan,
};
use crate::Error;

/// Refusals that are kept with their reason; the others are only counted.
const KEPT_REFUSALS: usize = 1_000;

/// Collects listed values.
#[derive(Debug, Default)]
pub struct SieveBuilder {
    kinds: u32,
    hashes: Vec<u64>,
    networks: Vec<(IpAddr, u8)>,
    refused: Vec<Refused>,
    n_refused: u64,
    takes_broad: bool,
}

impl SieveBuilder {
    pub fn new() -> Self {
        Self::default()
    }

    /// One that also takes what many innocent records show: a person who asks for it has reasons.
    pub fn of_hunt() -> Self {
        Self { takes_broad: true, ..Self::default() }
    }

    /// Takes one listed value. One that is not of its kind, or would match innocent things without end (`com`,
    /// `0.0.0.0/0`, private addresses), is refused and kept in [`SieveBuilder::refused`].
    pub fn push(&mut self, kind: Observable, value: &str) {
        let canonical = match observe::canonical(kind, value) {
            Ok(canonical) => canonical,
            Err(refusal) => return self.refuse(kind, value, refusal.reason()),
        };
        if let Some(refusal) = observe::too_broad(kind, &canonical).filter(|_| !self.takes_broad) {
            return self.refuse(kind, value, refusal.reason());
        }
        self.kinds |= 1 << kind as u32;
        match observe::parse_network(&canonical).filter(|_| kind == Observable::Ip && canonical.contains('/')) {
            Some(network) => self.networks.push(network),
            None => self.hashes.push(hash_of(kind, &canonical)),
        }
    }

    /// The first refused values, each with its reason.
    pub fn refused(&self) -> &[Refused] {
        &self.refused
    }

    pub fn n_refused(&self) -> u64 {
        self.n_refused
    }

    pub fn finish(mut self) -> Sieve {
        self.hashes.sort_unstable();
        self.hashes.dedup();
        self.networks.sort_unstable();
        self.networks.dedup();
        Sieve::new(self.kinds, self.hashes, self.networks)
    }

    fn refuse(&mut self, kind: Observable, value: &str, reason: &'static str) {
        self.n_refused += 1;
        if self.refused.len() < KEPT_REFUSALS {
            self.refused.push(Refused { kind, value: value.to_owned(), reason });
        }
    }
}

/// Everything that is listed, as hashes. Immutable: share it, and make a new one to reload.
pub struct Sieve {
    /// One bit a kind of observable that occurs.
    kinds: u32,
    /// In order, each once.
    hashes: Vec<u64>,
    /// For each of the 2^`bits` beginnings of a hash, where such hashes begin; one more at the end.
    starts: Vec<u32>,
    bits: u32,
    bloom: Bloom,
    networks: Vec<(IpAddr, u8)>,
    around: Networks,
}

/// What one batch may have met.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sifted {
    /// Numbers of the rows, in order, each once.
    pub(super) rows: Vec<u32>,
    /// Values to be looked up, canonical; each once, of all batches since the last [`Sifted::clear`].
    pub values: std::collections::BTreeSet<(Observable, String)>,
}

impl Sifted {
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub fn n_rows(&self) -> usize {
        self.rows.len()
    }

    /// Numbers of the rows within their batch, ascending.
    pub fn rows(&self) -> &[u32] {
        &self.rows
    }

    pub fn clear(&mut self) {
        self.rows.clear();
        self.values.clear();
    }
}

impl Sieve {
    fn new(kinds: u32, hashes: Vec<u64>, networks: Vec<(IpAddr, u8)>) -> Self {
        let around: Vec<Listed> =
            networks.iter().zip(0..).map(|(&(first, length), entry)| Listed { first, length, entry }).collect();
        // About eight hashes share a beginning: one line of cache.
        let bits = (hashes.len() / 8).max(1).ilog2();
        let starts = starts(&hashes, bits);
        Self { kinds, bloom: Bloom::of(&hashes), starts, bits, hashes, around: Networks::new(&around), networks }
    }

    /// The values of both.
    pub fn merged(&self, other: &Self) -> Self {
        let mut hashes = Vec::with_capacity(self.hashes.len() + other.hashes.len());
        let (mut ours, mut theirs) = (self.hashes.iter().copied().peekable(), other.hashes.iter().copied().peekable());
        while let Some(next) = match (ours.peek(), theirs.peek()) {
            (Some(a), Some(b)) if a == b => theirs.next().and(ours.next()),
            (Some(a), Some(b)) if a < b => ours.next(),
            (Some(_), None) => ours.next(),
            (_, _) => theirs.next(),
        } {
            hashes.push(next);
        }
        let mut networks = [self.networks.as_slice(), &other.networks].concat();
        networks.sort_unstable();
        networks.dedup();
        Self::new(self.kinds | other.kinds, hashes, networks)
    }

    /// Values and networks listed, each counted once whoever lists it.
    pub fn len(&self) -> usize {
        self.hashes.len() + self.networks.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Memory that it holds on the heap.
    pub fn bytes(&self) -> usize {
        self.hashes.capacity() * 8
            + self.starts.capacity() * 4
            + self.bloom.bytes()
            + self.networks.capacity() * size_of::<(IpAddr, u8)>()
            + self.around.bytes()
    }

    /// The columns that [`Sieve::sift`] and [`super::Hits::scan`] read of a table, in the table's order; none where
    /// nothing that is listed can occur in it, or there is no such table.
    pub fn columns(&self, table: &str) -> Vec<&'static str> {
        super::columns::needed(table, |kind| self.has(kind))
    }

    /// Those of [`Sieve::columns`] that [`Sieve::sift`] reads: they tell which rows may meet a claim.
    pub fn watched(&self, table: &'static Table) -> Vec<&'static str> {
        let watched = super::columns::watched(table, |kind| self.has(kind));
        let names: std::collections::BTreeSet<&'static str> = watched.iter().map(|watched| watched.column).collect();
        names.into_iter().collect()
    }

    /// The rows of a batch that may meet a claim, and the values that it would be about. What the last batch left in
    /// `sifted` is replaced.
    pub fn sift(&self, table: &str, rows: &RecordBatch, sifted: &mut Sifted) -> Result<(), Error> {
        let table = tables::find(table).ok_or_else(|| Error::new(format!("there is no table \"{table}\"")))?;
        sifted.clear();
        let rows = &scan::with_named_numbers(self, rows);
        scan::each(self, table, rows, |row, (kind, value), _| {
            sifted.rows.push(row);
            sifted.values.insert((kind, value));
        });
        sifted.rows.sort_unstable();
        sifted.rows.dedup();
        Ok(())
    }

    /// As bytes to be kept; [`Sieve::from_bytes`] reads them.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.hashes.len() * 8 + self.networks.len() * 17 + 64);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&self.kinds.to_le_bytes());
        bytes.extend_from_slice(&(self.hashes.len() as u64).to_le_bytes());
        bytes.extend_from_slice(&(self.networks.len() as u64).to_le_bytes());
        self.hashes.iter().for_each(|hash| bytes.extend_from_slice(&hash.to_le_bytes()));
        for (first, length) in &self.networks {
            let (family, number) = match first {
                IpAddr::V4(v4) => (4, u128::from(u32::from(*v4))),
                IpAddr::V6(v6) => (6, u128::from(*v6)),
            };
            bytes.extend_from_slice(&[family, *length]);
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        let sum = hash::of_text(0, &bytes);
        bytes.extend_from_slice(&sum.to_le_bytes());
        bytes
    }

    /// Reads what [`Sieve::to_bytes`] has written; fails where the bytes are of another version or damaged.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let damaged = || Error::new("the sieve of indicators is damaged");
        let (content, sum) = bytes.split_last_chunk::<8>().ok_or_else(damaged)?;
        if hash::of_text(0, content) != u64::from_le_bytes(*sum) {
            return Err(damaged());
        }
        let mut rest = content.strip_prefix(MAGIC).ok_or_else(|| Error::new("a sieve of another version"))?;
        let kinds = u32::from_le_bytes(*rest.split_off(..4).and_then(<[u8]>::as_array).ok_or_else(damaged)?);
        let mut count = || Some(u64::from_le_bytes(*rest.split_off(..8)?.as_array()?));
        let (n_hashes, n_networks) = count().zip(count()).ok_or_else(damaged)?;
        let size = usize::try_from(n_hashes).ok().and_then(|n| n.checked_mul(8)).ok_or_else(damaged)?;
        let (hashes, networks) = rest.split_at_checked(size).ok_or_else(damaged)?;
        let hashes: Vec<u64> = hashes.as_chunks::<8>().0.iter().map(|bytes| u64::from_le_bytes(*bytes)).collect();
        let networks: Option<Vec<(IpAddr, u8)>> = networks.as_chunks::<18>().0.iter().map(network).collect();
        let networks = networks.filter(|networks| networks.len() as u64 == n_networks).ok_or_else(damaged)?;
        Ok(Self::new(kinds, hashes, networks))
    }

    /// Whether the address lies in a listed network.
    pub(super) fn network_around(&self, address: IpAddr) -> bool {
        let mut any = false;
        match address {
            IpAddr::V4(v4) => self.around.around_v4(u32::from(v4), |_entry| any = true),
            IpAddr::V6(v6) => self.around.around_v6(u128::from(v6), |_entry| any = true),
        }
        any
    }

    pub(super) fn holds(&self, hash: u64) -> bool {
        if !self.bloom.may_hold(hash) {
            return false;
        }
        let beginning = if self.bits == 0 { 0 } else { (hash >> (64 - self.bits)) as usize };
        let (Some(&from), Some(&to)) = (self.starts.get(beginning), self.starts.get(beginning + 1)) else {
            return false;
        };
        self.hashes.get(from as usize..to as usize).is_some_and(|few| few.contains(&hash))
    }
}

impl fmt::Debug for Sieve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sieve").field("values", &self.hashes.len()).field("networks", &self.networks.len()).finish()
    }
}

/// What the bytes are, and their version.
const MAGIC: &[u8] = b"margay sieve 1\n";

fn network(bytes: &[u8; 18]) -> Option<(IpAddr, u8)> {
    let [family, length, number @ ..] = *bytes;
    let number = u128::from_le_bytes(number);
    match family {
        4 if length <= 32 => Some((IpAddr::from(u32::try_from(number).ok()?.to_be_bytes()), length)),
        6 if length <= 128 => Some((IpAddr::from(number.to_be_bytes()), length)),
        _ => None,
    }
}

fn starts(hashes: &[u64], bits: u32) -> Vec<u32> {
    let mut starts = Vec::with_capacity((1 << bits) + 1);
    let mut at = 0;
    for beginning in 0..1_u64 << bits {
        let is_before = |hash: &u64| bits > 0 && hash >> (64 - bits) < beginning;
        at += hashes.get(at..).unwrap_or_default().iter().take_while(|hash| is_before(hash)).count();
        starts.push(at as u32);
    }
    starts.push(hashes.len() as u32);
    starts
}

impl Set for Sieve {
    /// The canonical value that may be listed.
    type Found = (Observable, String);

    fn has(&self, kind: Observable) -> bool {
        self.kinds & 1 << kind as u32 != 0
    }

    fn exact(&self, kind: Observable, hash: u64, key: &str, found: &mut dyn FnMut(Self::Found)) {
        if !self.holds(hash) {
            return;
        }
        if matches!(kind, Observable::Url | Observable::UrlPrefix) {
            // The scheme was left out of the hash; sources write either, or none.
            ["http://", "https://", ""]
                .iter()
                .for_each(|scheme| found((kind, format!("{scheme}{}", key_of(kind, key)))));
            return;
        }
        found((kind, key.to_owned()));
    }

    fn address(&self, address: IpAddr, hash: u64, found: &mut dyn FnMut(Self::Found)) {
        if self.holds(hash) {
            found((Observable::Ip, address.to_string()));
        }
        let network = |entry: u32| {
            if let Some((first, length)) = self.networks.get(entry as usize) {
                found((Observable::Ip, format!("{first}/{length}")));
            }
        };
        match address {
            IpAddr::V4(v4) => self.around.around_v4(u32::from(v4), network),
            IpAddr::V6(v6) => self.around.around_v6(u128::from(v6), network),
        }
    }
}
