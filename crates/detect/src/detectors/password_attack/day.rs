//! Who tried what in a day, and in vain or not. Input: digests; output: one [`Attempted`] a dataset.

use std::collections::{BTreeMap, BTreeSet};

use arrow_array::RecordBatch;
use schema::Evidence;

use super::{
    digest::{DAY, GRANTED, HOUR},
    program::{COUNTED_MIN, HOUR_MICROS},
};
use crate::{Error, telemetry::groups::Grouped};

/// A day of all datasets.
#[derive(Debug)]
pub(super) struct Day<'a> {
    by_dataset: BTreeMap<&'a str, Attempted<'a>>,
}

/// A day of one dataset.
#[derive(Debug, Default)]
pub(super) struct Attempted<'a> {
    /// By source and account.
    pub(super) pairs: BTreeMap<(&'a str, Account<'a>), Pair<'a>>,
}

/// An account. A sensor that sees no names tells of whatever is tried on one target as of one account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Account<'a> {
    pub(super) name: &'a str,
    /// The target, where there is no name.
    pub(super) on: &'a str,
}

/// One source at one account.
#[derive(Debug, Default)]
pub(super) struct Pair<'a> {
    pub(super) n_failed: i64,
    pub(super) n_unknown: i64,
    /// Failures of which it is said that the account could not be used, whatever the password.
    pub(super) n_barred: i64,
    pub(super) n_granted: i64,
    /// Failed and granted, in microseconds since 1970.
    pub(super) failed: Option<(i64, i64)>,
    pub(super) granted: Option<(i64, i64)>,
    /// Failures by target.
    pub(super) targets: BTreeMap<&'a str, i64>,
    /// Failures by hour since 1970, where there are enough to see a rhythm.
    pub(super) by_hour: BTreeMap<i64, i64>,
    /// Targets that it got into.
    pub(super) opened: BTreeSet<&'a str>,
    /// How many pairs this one stands for.
    pub(super) weight: i64,
    pub(super) failures: Vec<(i64, Evidence)>,
    pub(super) successes: Vec<(i64, Evidence)>,
}

impl<'a> Day<'a> {
    pub(super) fn read(digest: &'a RecordBatch) -> Result<Self, Error> {
        let rows = Grouped::of(digest, &DAY)?;
        let mut by_dataset: BTreeMap<&str, Attempted<'_>> = BTreeMap::new();
        for row in 0..rows.len() {
            let attempted = by_dataset.entry(rows.key(0, row)).or_default();
            attempted.pairs.entry(pair_of(&rows, row)).or_default().add(&rows, row);
        }
        Ok(Self { by_dataset })
    }

    /// Adds at which hours the pairs that failed often did so.
    pub(super) fn count_hours(&mut self, hours: &'a [RecordBatch]) -> Result<(), Error> {
        for hour in hours {
            let rows = Grouped::of(hour, &HOUR)?;
            for row in (0..rows.len()).filter(|row| rows.key(4, *row) != GRANTED) {
                let (source, account) = pair_of(&rows, row);
                let attempted = self.by_dataset.get_mut(rows.key(0, row));
                let pair = attempted.and_then(|attempted| attempted.pairs.get_mut(&(source, account)));
                if let Some(pair) = pair.filter(|pair| pair.n_failed >= COUNTED_MIN) {
                    *pair.by_hour.entry(rows.first(row).div_euclid(HOUR_MICROS)).or_default() += rows.count(0, row);
                }
            }
        }
        Ok(())
    }

    pub(super) fn datasets(&self) -> impl Iterator<Item = (&'a str, &Attempted<'a>)> {
        self.by_dataset.iter().map(|(name, attempted)| (*name, attempted))
    }

    pub(super) fn of(&self, dataset: &str) -> Option<&Attempted<'a>> {
        self.by_dataset.get(dataset)
    }
}

fn pair_of<'a>(rows: &Grouped<'a>, row: usize) -> (&'a str, Account<'a>) {
    let name = rows.key(2, row);
    (rows.key(1, row), Account { name, on: if name.is_empty() { rows.key(3, row) } else { "" } })
}

impl<'a> Pair<'a> {
    fn add(&mut self, rows: &Grouped<'a>, row: usize) {
        let (first, last) = (rows.first(row), rows.last(row));
        let widen = |span: Option<(i64, i64)>| span.map_or((first, last), |(a, b)| (a.min(first), b.max(last)));
        self.weight = self.weight.max(rows.weight(row));
        let n = rows.count(0, row);
        if rows.key(4, row) == GRANTED {
            self.n_granted = self.n_granted.saturating_add(n);
            self.granted = Some(widen(self.granted));
            self.opened.insert(rows.key(3, row));
            self.successes.extend(rows.evidence(row));
        } else {
            self.n_failed = self.n_failed.saturating_add(n);
            self.n_unknown = self.n_unknown.saturating_add(rows.count(1, row));
            self.n_barred = self.n_barred.saturating_add(rows.count(2, row));
            self.failed = Some(widen(self.failed));
            *self.targets.entry(rows.key(3, row)).or_default() += n;
            self.failures.extend(rows.evidence(row));
        }
    }

    /// Whether the source got in before it failed: it knew the password once.
    pub(super) fn knew(&self) -> bool {
        match (self.granted, self.failed) {
            (Some((granted, _)), Some((failed, _))) => granted < failed,
            (granted, _) => granted.is_some(),
        }
    }

    /// Whether the source got in after it had failed.
    pub(super) fn got_in(&self) -> bool {
        self.granted.zip(self.failed).is_some_and(|((_, granted), (failed, _))| granted > failed)
    }
}

/// Sources and the accounts that they are known to get into.
pub(super) type Known<'a> = BTreeSet<(&'a str, Account<'a>)>;

impl<'a> Attempted<'a> {
    /// Pairs that failed and are not known to get in otherwise.
    pub(super) fn strange<'s>(
        &'s self,
        known: &'s Known<'_>,
    ) -> impl Iterator<Item = (&'a str, Account<'a>, &'s Pair<'a>)> {
        let strange =
            self.pairs.iter().filter(|(key, pair)| pair.n_failed > 0 && !pair.knew() && !known.contains(*key));
        strange.map(|((source, account), pair)| (*source, *account, pair))
    }

    /// Accounts that each source tried at all.
    pub(super) fn n_accounts(&self) -> BTreeMap<&'a str, i64> {
        let mut n_accounts: BTreeMap<&str, i64> = BTreeMap::new();
        for ((source, _), pair) in &self.pairs {
            *n_accounts.entry(source).or_default() += pair.weight;
        }
        n_accounts
    }

    /// Sources that failed at an account which they are not known to get into, by account.
    pub(super) fn accounts(&self, known: &Known<'_>) -> BTreeMap<&'a str, BTreeSet<&'a str>> {
        let mut accounts: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (source, account, _) in self.strange(known).filter(|(_, account, _)| !account.name.is_empty()) {
            accounts.entry(account.name).or_default().insert(source);
        }
        accounts
    }

    /// Accounts that somebody failed at in vain, by target.
    pub(super) fn targets(&self, known: &Known<'_>) -> BTreeMap<&'a str, BTreeSet<&'a str>> {
        let mut targets: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        let in_vain =
            |(_, account, pair): &(&str, Account<'_>, &Pair<'_>)| pair.n_granted == 0 && !account.name.is_empty();
        for (_, account, pair) in self.strange(known).filter(in_vain) {
            for target in pair.targets.keys().filter(|target| !target.is_empty()) {
                targets.entry(target).or_default().insert(account.name);
            }
        }
        targets
    }

    /// When each source first and last tried anything.
    pub(super) fn spans(&self) -> BTreeMap<&'a str, (i64, i64)> {
        let mut spans: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
        for ((source, _), pair) in &self.pairs {
            for (first, last) in [pair.failed, pair.granted].into_iter().flatten() {
                let span = spans.entry(source).or_insert((first, last));
                *span = (span.0.min(first), span.1.max(last));
            }
        }
        spans
    }
}

/// Sources and the accounts that they have got into on these days.
pub(super) fn known<'a>(days: &[&Attempted<'a>]) -> Known<'a> {
    let granted = days.iter().flat_map(|day| &day.pairs).filter(|(_, pair)| pair.n_granted > 0 && pair.knew());
    granted.map(|(pair, _)| *pair).collect()
}
