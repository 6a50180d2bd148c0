//! Rows counted by what they have in common: the digest of detectors that ask who did what with what.
//!
//! A group is a combination of texts. Of each group the digest keeps counts, first and last time and its earliest
//! records. Memory is bounded by sampling: of an owner (the first few texts of the key), and over all, only groups
//! whose hash begins with enough zero bits are kept. Which ones these are does not depend on the order of rows, and
//! a group that is kept has all of its rows.

use ahash::{HashMap, HashMapExt};
use arrow_array::RecordBatch;
use schema::Evidence;

use super::{Names, hash::stable_hash_of};
use crate::{
    Error,
    sheet::{Ints, Lists, Rows, Sheet, Texts},
};

/// Bytes of a text that tell it from others; attackers write the rest to fill memory.
const TEXT_BYTES_MAX: usize = 256;

/// Ends the name of the table in a kept record.
const AFTER_TABLE: char = '/';

/// The shape of a digest.
#[derive(Debug)]
pub(crate) struct Plan {
    /// Columns that make the key; the first is the dataset.
    pub(crate) keys: &'static [&'static str],
    /// How many of them own a group.
    pub(crate) n_owner: usize,
    pub(crate) counts: &'static [&'static str],
    pub(crate) groups_max: usize,
    pub(crate) of_owner_max: usize,
    /// Records kept of a group.
    pub(crate) records_max: usize,
}

/// Groups being made.
#[derive(Debug)]
pub(crate) struct Groups {
    plan: &'static Plan,
    texts: Names,
    places: HashMap<Box<[u32]>, usize>,
    groups: Vec<Group>,
    owners: HashMap<u64, Owner>,
    /// Leading zeros that a group's hash needs.
    zeros: u32,
    /// The key being looked up: kept, so that a row costs no allocation.
    key: Vec<u32>,
}

#[derive(Debug)]
struct Group {
    key: Box<[u32]>,
    hash: u64,
    owner: u64,
    counts: Box<[i64]>,
    first: i64,
    last: i64,
    /// Sorted, earliest first.
    records: Vec<Record>,
}

type Record = (i64, Box<str>);

#[derive(Debug, Default)]
struct Owner {
    /// Its groups that live.
    places: Vec<usize>,
    zeros: u32,
}

/// What a row adds to its group.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen<'a> {
    pub(crate) at: i64,
    pub(crate) table: &'static str,
    pub(crate) record_id: &'a str,
}

impl Groups {
    pub(crate) fn new(plan: &'static Plan) -> Self {
        Self {
            plan,
            texts: Names::default(),
            places: HashMap::new(),
            groups: Vec::new(),
            owners: HashMap::new(),
            zeros: 0,
            key: Vec::with_capacity(plan.keys.len()),
        }
    }

    /// Counts a row; `key` and `counts` are in the order of the plan.
    pub(crate) fn add(&mut self, key: &[&str], counts: &[i64], seen: Seen<'_>) {
        let records_max = self.plan.records_max;
        let Some(group) = self.group(key) else { return };
        group.count(counts, seen.at, seen.at);
        group.keep(seen.at, records_max, || format!("{}{AFTER_TABLE}{}", seen.table, seen.record_id).into());
    }

    /// Counts what other rows together show, with records as [`Grouped::records_at`] gives them.
    pub(crate) fn add_evident(&mut self, key: &[&str], at: i64, records: &[(i64, String)]) {
        let records_max = self.plan.records_max;
        let Some(group) = self.group(key) else { return };
        group.count(&[1], at, at);
        for (at, record) in records {
            group.keep(*at, records_max, || record.as_str().into());
        }
    }

    /// Adds a digest of this plan, or of one with more columns.
    pub(crate) fn absorb(&mut self, digest: &RecordBatch) -> Result<(), Error> {
        let rows = Grouped::of(digest, self.plan)?;
        let records_max = self.plan.records_max;
        let mut key = Vec::with_capacity(self.plan.keys.len());
        let mut counts = Vec::with_capacity(self.plan.counts.len());
        for row in 0..rows.len() {
            key.clear();
            key.extend(rows.keys.iter().map(|texts| texts.at(row)));
            counts.clear();
            counts.extend(rows.counts.iter().map(|ints| ints.at(row)));
            let Some(group) = self.group(&key) else { continue };
            group.count(&counts, rows.first(row), rows.last(row));
            if records_max > 0 {
                for (at, record) in rows.records_at(row) {
                    group.keep(at, records_max, || record.into());
                }
            }
        }
        Ok(())
    }

    /// The group of this key, made where it is new; `None` where a bound leaves it out.
    fn group(&mut self, key: &[&str]) -> Option<&mut Group> {
        let owner = hash(key.iter().take(self.plan.n_owner));
        let hash = hash(key.iter());
        let zeros = self.owners.get(&owner).map_or(0, |owner| owner.zeros).max(self.zeros);
        if hash.leading_zeros() < zeros {
            return None;
        }
        self.key.clear();
        for text in key {
            self.key.push(self.texts.index(clipped(text)));
        }
        if let Some(&place) = self.places.get(self.key.as_slice()) {
            return self.groups.get_mut(place);
        }
        let key: Box<[u32]> = self.key.as_slice().into();
        self.places.insert(key.clone(), self.groups.len());
        let of_owner = self.owners.entry(owner).or_default();
        of_owner.places.push(self.groups.len());
        let counts = vec![0; self.plan.counts.len()].into();
        self.groups.push(Group { key, hash, owner, counts, first: i64::MAX, last: i64::MIN, records: Vec::new() });
        if of_owner.places.len() > self.plan.of_owner_max {
            let groups = &self.groups;
            of_owner.zeros += 1;
            let zeros = of_owner.zeros;
            of_owner.places.retain(|place| groups.get(*place).is_some_and(|group| group.hash.leading_zeros() >= zeros));
        }
        if self.groups.len() > self.plan.groups_max.saturating_mul(2) {
            self.thin_out(self.plan.groups_max.saturating_mul(2));
        }
        let place = self.places.get(self.key.as_slice())?;
        self.groups.get_mut(*place)
    }

    /// Drops what the bounds leave out.
    ///
    /// While rows come in, twice as many groups are let live: an owner may still turn out to have too many of them,
    /// and the order of rows shall not decide about those of others.
    fn thin_out(&mut self, groups_max: usize) {
        loop {
            let (owners, zeros) = (&self.owners, self.zeros);
            let of_owner = |owner: u64| owners.get(&owner).map_or(0, |owner| owner.zeros);
            self.groups.retain(|group| group.hash.leading_zeros() >= zeros.max(of_owner(group.owner)));
            if self.groups.len() <= groups_max || self.zeros >= u64::BITS {
                break;
            }
            self.zeros += 1;
        }
        self.owners.retain(|_, owner| owner.zeros > 0);
        self.owners.values_mut().for_each(|owner| owner.places.clear());
        self.places.clear();
        for (place, group) in self.groups.iter().enumerate() {
            self.places.insert(group.key.clone(), place);
            self.owners.entry(group.owner).or_default().places.push(place);
        }
    }

    /// Leaves out what a digest has already left out, so that all of them are samples of one kind.
    fn sample_as(&mut self, digest: &RecordBatch) -> Result<(), Error> {
        let rows = Grouped::of(digest, self.plan)?;
        for row in (0..rows.len()).filter(|row| rows.weight(*row) > 1) {
            let key: Vec<&str> = rows.keys.iter().take(self.plan.n_owner).map(|texts| texts.at(row)).collect();
            let owner = self.owners.entry(hash(key.iter())).or_default();
            owner.zeros = owner.zeros.max(rows.weight(row).ilog2());
        }
        Ok(())
    }

    /// One row a group, ordered by key.
    pub(crate) fn finish(mut self) -> Result<RecordBatch, Error> {
        self.thin_out(self.plan.groups_max);
        let texts = &self.texts;
        let words = |group: &Group| group.key.iter().map(|text| texts.text(*text).to_owned()).collect::<Vec<_>>();
        self.groups.sort_by_cached_key(words);
        let mut sheet = Sheet::default();
        for (nth, name) in self.plan.keys.iter().enumerate() {
            let text = |group: &Group| texts.text(group.key.get(nth).copied().unwrap_or(u32::MAX)).to_owned();
            sheet = sheet.text(name, self.groups.iter().map(text));
        }
        for (nth, name) in self.plan.counts.iter().enumerate() {
            sheet = sheet.int(name, self.groups.iter().map(|group| group.counts.get(nth).copied().unwrap_or(0)));
        }
        let weight = |group: &Group| {
            let zeros = self.owners.get(&group.owner).map_or(0, |owner| owner.zeros).max(self.zeros);
            1_i64.checked_shl(zeros.min(62)).unwrap_or(1)
        };
        let times: Vec<Vec<i64>> =
            self.groups.iter().map(|group| group.records.iter().map(|r| r.0).collect()).collect();
        let records: Vec<Vec<&str>> =
            self.groups.iter().map(|group| group.records.iter().map(|r| r.1.as_ref()).collect()).collect();
        sheet
            .int("first", self.groups.iter().map(|group| group.first))
            .int("last", self.groups.iter().map(|group| group.last))
            .int("weight", self.groups.iter().map(weight))
            .ints("record_times", times.iter().map(Vec::as_slice))
            .texts("records", records.iter().map(Vec::as_slice))
            .finish()
    }
}

impl Group {
    fn count(&mut self, counts: &[i64], first: i64, last: i64) {
        for (sum, n) in self.counts.iter_mut().zip(counts) {
            *sum = sum.saturating_add(*n);
        }
        self.first = self.first.min(first);
        self.last = self.last.max(last);
    }

    fn keep(&mut self, at: i64, records_max: usize, record: impl FnOnce() -> Box<str>) {
        let full = self.records.len() >= records_max;
        let later = self.records.last().is_some_and(|last| last.0 < at);
        if records_max == 0 || (full && later) {
            return;
        }
        let kept = (at, record());
        if let Err(place) = self.records.binary_search(&kept) {
            self.records.insert(place, kept);
            self.records.truncate(records_max);
        }
    }
}

/// One digest for several, of `plan`.
pub(crate) fn merge(plan: &'static Plan, digests: &[RecordBatch]) -> Result<RecordBatch, Error> {
    let mut groups = Groups::new(plan);
    digests.iter().try_for_each(|digest| groups.sample_as(digest))?;
    for digest in digests {
        groups.absorb(digest)?;
    }
    groups.finish()
}

/// A digest read back.
#[derive(Debug)]
pub(crate) struct Grouped<'a> {
    rows: Rows<'a>,
    keys: Vec<Texts<'a>>,
    counts: Vec<Ints<'a>>,
    first: Ints<'a>,
    last: Ints<'a>,
    weight: Ints<'a>,
    record_times: Lists<'a>,
    records: Lists<'a>,
}

impl<'a> Grouped<'a> {
    pub(crate) fn of(digest: &'a RecordBatch, plan: &Plan) -> Result<Self, Error> {
        let rows = Rows(digest);
        Ok(Self {
            rows,
            keys: plan.keys.iter().map(|name| rows.text(name)).collect::<Result<_, _>>()?,
            counts: plan.counts.iter().map(|name| rows.int(name)).collect::<Result<_, _>>()?,
            first: rows.int("first")?,
            last: rows.int("last")?,
            weight: rows.int("weight")?,
            record_times: rows.ints("record_times")?,
            records: rows.texts("records")?,
        })
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The text of a key column by its place in the plan; empty where there is none.
    pub(crate) fn key(&self, nth: usize, row: usize) -> &'a str {
        self.keys.get(nth).map_or("", |texts| texts.at(row))
    }

    /// A count by its place in the plan.
    pub(crate) fn count(&self, nth: usize, row: usize) -> i64 {
        self.counts.get(nth).map_or(0, |ints| ints.at(row))
    }

    /// Microseconds since 1970.
    pub(crate) fn first(&self, row: usize) -> i64 {
        self.first.at(row)
    }

    pub(crate) fn last(&self, row: usize) -> i64 {
        self.last.at(row)
    }

    /// How many groups this one stands for: above 1 where a bound left others out.
    pub(crate) fn weight(&self, row: usize) -> i64 {
        self.weight.at(row).max(1)
    }

    /// The earliest records of a group with their times.
    pub(crate) fn evidence(&self, row: usize) -> Vec<(i64, Evidence)> {
        let split = |(at, record): (i64, String)| {
            let (table, record_id) = record.split_once(AFTER_TABLE)?;
            Some((at, Evidence { table: table.to_owned(), record_id: record_id.to_owned() }))
        };
        self.records_at(row).into_iter().filter_map(split).collect()
    }

    /// The same as the digest keeps them.
    pub(crate) fn records_at(&self, row: usize) -> Vec<(i64, String)> {
        self.record_times.ints_at(row).into_iter().zip(self.records.texts_at(row)).collect()
    }
}

/// The same on every machine and in every run.
fn hash<'a>(texts: impl Iterator<Item = &'a &'a str>) -> u64 {
    stable_hash_of(texts.map(|text| clipped(text)))
}

/// The first bytes of a text, up to the end of a character.
pub(crate) fn clipped(text: &str) -> &str {
    text.get(..text.floor_char_boundary(TEXT_BYTES_MAX)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    static PLAN: Plan = Plan {
        keys: &["dataset", "who", "what"],
        n_owner: 2,
        counts: &["n"],
        groups_max: 1_000,
        of_owner_max: 100,
        records_max: 2,
    };
    static FOLDED: Plan = Plan { keys: &["dataset", "what"], n_owner: 1, records_max: 0, ..PLAN };

    fn digest(rows: &[(usize, usize)]) -> RecordBatch {
        let mut groups = Groups::new(&PLAN);
        for (who, what) in rows {
            let record_id = format!("{who}-{what}");
            let seen = Seen { at: (who + what) as i64, table: "logons", record_id: &record_id };
            groups.add(&["d", &format!("w{who}"), &format!("x{what}")], &[1], seen);
        }
        groups.finish().expect("columns of one length")
    }

    #[test]
    fn groups_are_bounded_and_the_same_in_any_order() {
        let rows: Vec<(usize, usize)> =
            (0..40_000).map(|n| (n % 7, n / 7 % 900)).chain((0..50).map(|n| (99, n))).collect();
        let backwards: Vec<(usize, usize)> = rows.iter().rev().copied().collect();
        let (one, other) = (digest(&rows), digest(&backwards));
        assert_eq!(one, other);
        let read = Grouped::of(&one, &PLAN).expect("a digest");
        assert!(read.len() <= 1_000);
        let modest: Vec<usize> = (0..read.len()).filter(|row| read.key(1, *row) == "w99").collect();
        assert_eq!(modest.len(), 50, "who does little keeps everything");
        let noisy: Vec<usize> = (0..read.len()).filter(|row| read.key(1, *row) == "w1").collect();
        let stands_for: i64 = noisy.iter().map(|row| read.weight(*row)).sum();
        assert!(noisy.len() <= 100 && (600..1_300).contains(&stands_for), "{stands_for}");
    }

    #[test]
    fn hours_add_up_and_fold() {
        let hours = [digest(&[(1, 5), (1, 5), (2, 5)]), digest(&[(1, 5), (1, 6)])];
        let merged = merge(&PLAN, &hours).expect("digests");
        let read = Grouped::of(&merged, &PLAN).expect("a digest");
        assert_eq!((read.len(), read.key(1, 0), read.key(2, 0), read.count(0, 0)), (3, "w1", "x5", 3));
        assert_eq!(read.evidence(0).len(), 1, "one record seen thrice is one record");
        let folded = merge(&FOLDED, &hours).expect("digests");
        let read = Grouped::of(&folded, &FOLDED).expect("a digest");
        assert_eq!((read.len(), read.key(1, 0), read.count(0, 0), read.first(0), read.last(0)), (2, "x5", 4, 6, 7));
    }
}
