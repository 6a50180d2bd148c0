//! Every value of an hour that a claim could be about, as hashes: whether newly listed things were met in the past is
//! then known without reading a row.
//!
//! A summary is made while an hour is read anyway. It holds what a [`Sieve`] would be asked about each row: names and
//! the domains above them, addresses as numbers (so that networks are matched exactly), URLs with and without their
//! query, hashes. It says "maybe" once in some 10^12 values where the truth is "no", and never "no" where it is "yes".

use std::{
    cell::RefCell,
    collections::HashSet,
    hash::{BuildHasherDefault, Hasher},
    net::IpAddr,
};

use arrow_array::RecordBatch;
use schema::{Observable, tables};

use super::{
    hash,
    look_up::{Set, look_up},
    scan,
    sieve::Sieve,
};
use crate::Error;

/// Values of one hour; at 8 bytes each this bounds memory to some 100 MB. An hour with more is always read again.
const VALUES_MAX: usize = 6_000_000;

/// What the bytes are, and their version: it goes up when other values would be kept of the same rows.
const MAGIC: &[u8] = b"margay values 1\n";

/// Collects the values of rows.
#[derive(Debug, Default)]
pub struct SummaryBuilder {
    /// Texts that were looked at already, so that a value that comes again costs one look.
    known: Hashes,
    asked: RefCell<Asked>,
    /// There were too many.
    overflowed: bool,
}

#[derive(Debug, Default)]
struct Asked {
    hashes: Hashes,
    v4: HashSet<u32>,
    v6: HashSet<u128>,
}

/// Hashes are their own hashes.
type Hashes = HashSet<u64, BuildHasherDefault<AsItIs>>;

#[derive(Debug, Default, Clone, Copy)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.0 = self.0 << 8 ^ u64::from(*byte));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

impl SummaryBuilder {
    pub fn new() -> Self {
        Self::default()
    }

    /// The columns that are read of a table: all that could ever be held against a claim.
    pub fn columns(table: &str) -> Vec<&'static str> {
        let Some(table) = tables::find(table) else { return Vec::new() };
        let watched = super::columns::watched(table, |_kind| true);
        let mut columns: Vec<&str> = watched.iter().map(|watched| watched.column).collect();
        columns.sort_unstable();
        columns.dedup();
        columns
    }

    /// Adds the values of rows of a table.
    pub fn add(&mut self, table: &str, rows: &RecordBatch) -> Result<(), Error> {
        let table = tables::find(table).ok_or_else(|| Error::new(format!("there is no table \"{table}\"")))?;
        if self.overflowed {
            return Ok(());
        }
        let Self { known, asked, .. } = self;
        let rows = scan::with_named_numbers(&*asked, rows);
        scan::each_text(&*asked, table, &rows, |kind, text| {
            if known.insert(hash::of_text(kind as u64, text.as_bytes())) {
                look_up(&*asked, kind, text, &mut |()| {});
            }
        });
        let asked = asked.borrow();
        self.overflowed = asked.hashes.len() + asked.v4.len() + asked.v6.len() * 2 + known.len() > VALUES_MAX;
        Ok(())
    }

    pub fn finish(self) -> Summary {
        if self.overflowed {
            return Summary { complete: false, ..Summary::default() };
        }
        let asked = self.asked.into_inner();
        Summary { complete: true, hashes: sorted(asked.hashes), v4: sorted(asked.v4), v6: sorted(asked.v6) }
    }
}

fn sorted<T: Ord>(values: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut values: Vec<T> = values.into_iter().collect();
    values.sort_unstable();
    values
}

/// Remembers what is asked, and finds nothing.
impl Set for RefCell<Asked> {
    type Found = ();

    fn has(&self, _kind: Observable) -> bool {
        true
    }

    fn exact(&self, _kind: Observable, hash: u64, _key: &str, _found: &mut dyn FnMut(())) {
        self.borrow_mut().hashes.insert(hash);
    }

    fn address(&self, address: IpAddr, hash: u64, _found: &mut dyn FnMut(())) {
        let mut asked = self.borrow_mut();
        asked.hashes.insert(hash);
        match address {
            IpAddr::V4(v4) => drop(asked.v4.insert(u32::from(v4))),
            IpAddr::V6(v6) => drop(asked.v6.insert(u128::from(v6))),
        }
    }
}

/// The values of an hour.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Without this nothing is known of the hour.
    complete: bool,
    /// In order, each once, as the other two.
    hashes: Vec<u64>,
    v4: Vec<u32>,
    v6: Vec<u128>,
}

impl Summary {
    /// Whether rows of this hour may meet something that is listed. "No" is always right.
    pub fn may_meet(&self, listed: &Sieve) -> bool {
        if !self.complete {
            return true;
        }
        self.hashes.iter().any(|hash| listed.holds(*hash))
            || self.v4.iter().any(|address| listed.network_around(IpAddr::V4((*address).into())))
            || self.v6.iter().any(|address| listed.network_around(IpAddr::V6((*address).into())))
    }

    /// Values that are known.
    pub fn len(&self) -> usize {
        self.hashes.len()
    }

    pub fn is_empty(&self) -> bool {
        self.complete && self.hashes.is_empty()
    }

    /// As bytes to be kept; [`Summary::from_bytes`] reads them.
    pub fn to_bytes(&self) -> Vec<u8> {
        let size = self.hashes.len() * 8 + self.v4.len() * 4 + self.v6.len() * 16;
        let mut bytes = Vec::with_capacity(size + 64);
        bytes.extend_from_slice(MAGIC);
        bytes.push(u8::from(self.complete));
        for count in [self.hashes.len(), self.v4.len(), self.v6.len()] {
            bytes.extend_from_slice(&(count as u64).to_le_bytes());
        }
        self.hashes.iter().for_each(|value| bytes.extend_from_slice(&value.to_le_bytes()));
        self.v4.iter().for_each(|value| bytes.extend_from_slice(&value.to_le_bytes()));
        self.v6.iter().for_each(|value| bytes.extend_from_slice(&value.to_le_bytes()));
        let sum = hash::of_text(0, &bytes);
        bytes.extend_from_slice(&sum.to_le_bytes());
        bytes
    }

    /// `None` where the bytes are of another version or damaged: then nothing is known.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (content, sum) = bytes.split_last_chunk::<8>()?;
        if hash::of_text(0, content) != u64::from_le_bytes(*sum) {
            return None;
        }
        let (complete, mut rest) = content.strip_prefix(MAGIC)?.split_first()?;
        let mut count = || usize::try_from(u64::from_le_bytes(*rest.split_off(..8)?.as_array()?)).ok();
        let (n_hashes, n_v4, n_v6) = (count()?, count()?, count()?);
        let hashes = rest.split_off(..n_hashes.checked_mul(8)?)?;
        let v4 = rest.split_off(..n_v4.checked_mul(4)?)?;
        let v6 = rest.split_off(..n_v6.checked_mul(16)?)?;
        Some(Self {
            complete: *complete == 1,
            hashes: hashes.as_chunks::<8>().0.iter().map(|bytes| u64::from_le_bytes(*bytes)).collect(),
            v4: v4.as_chunks::<4>().0.iter().map(|bytes| u32::from_le_bytes(*bytes)).collect(),
            v6: v6.as_chunks::<16>().0.iter().map(|bytes| u128::from_le_bytes(*bytes)).collect(),
        })
    }
}
