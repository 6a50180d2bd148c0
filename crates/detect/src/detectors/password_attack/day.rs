//! Who tried what in a day, and in vain or not. Input: digests; output: one [`Attempted`] a dataset.

use std::collections::{BTreeMap, BTreeSet};

use arrow_array::RecordBatch;
use schema::Evidence;

use super::digest::{DAY, GRANTED};
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
    pub(super) pairs: BTreeMap<(&'a str, &'a str), Pair<'a>>,
}

/// One source at one account.
#[derive(Debug, Default)]
pub(super) struct Pair<'a> {
    pub(super) n_failed: i64,
    pub(super) n_unknown: i64,
    pub(super) n_granted: i64,
    /// Failed and granted, in microseconds since 1970.
    pub(super) failed: Option<(i64, i64)>,
    pub(super) granted: Option<(i64, i64)>,
    /// Failures by target.
    pub(super) targets: BTreeMap<&'a str, i64>,
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
            attempted.pairs.entry((rows.key(1, row), rows.key(2, row))).or_default().add(&rows, row);
        }
        Ok(Self { by_dataset })
    }

    pub(super) fn datasets(&self) -> impl Iterator<Item = (&'a str, &Attempted<'a>)> {
        self.by_dataset.iter().map(|(name, attempted)| (*name, attempted))
    }

    pub(super) fn of(&self, dataset: &str) -> Option<&Attempted<'a>> {
        self.by_dataset.get(dataset)
    }
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
            self.successes.extend(rows.evidence(row));
        } else {
            self.n_failed = self.n_failed.saturating_add(n);
            self.n_unknown = self.n_unknown.saturating_add(rows.count(1, row));
            self.failed = Some(widen(self.failed));
            *self.targets.entry(rows.key(3, row)).or_default() += n;
            self.failures.extend(rows.evidence(row));
        }
    }

    /// Whether the source got in before it failed: it knew the password once.
    fn knew(&self) -> bool {
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

/// A source that failed at accounts which it is not known to get into.
#[derive(Debug, Default)]
pub(super) struct Source {
    /// Accounts that it tried at all.
    pub(super) n_accounts: i64,
    /// Of them those that it failed at and did not get into.
    pub(super) n_in_vain: i64,
    /// Most failures at one account.
    pub(super) depth: i64,
}

impl<'a> Attempted<'a> {
    /// Sources with at least one failure at an account that they are not known to get into.
    pub(super) fn sources(&self, known: &BTreeSet<(&str, &str)>) -> BTreeMap<&'a str, Source> {
        let mut sources: BTreeMap<&str, Source> = BTreeMap::new();
        for ((source, account), pair) in &self.pairs {
            let of_source = sources.entry(source).or_default();
            of_source.n_accounts += pair.weight;
            if pair.n_failed > 0 && !pair.knew() && !known.contains(&(*source, *account)) {
                of_source.n_in_vain += if pair.n_granted == 0 { pair.weight } else { 0 };
                of_source.depth = of_source.depth.max(pair.n_failed);
            }
        }
        sources.retain(|_, source| source.depth > 0);
        sources
    }

    /// Sources that failed at an account which they are not known to get into, by account.
    pub(super) fn accounts(&self, known: &BTreeSet<(&str, &str)>) -> BTreeMap<&'a str, BTreeSet<&'a str>> {
        let mut accounts: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for ((source, account), pair) in &self.pairs {
            if !account.is_empty() && pair.n_failed > 0 && !pair.knew() && !known.contains(&(*source, *account)) {
                accounts.entry(account).or_default().insert(source);
            }
        }
        accounts
    }

    /// Accounts that somebody failed at in vain, by target.
    pub(super) fn targets(&self, known: &BTreeSet<(&str, &str)>) -> BTreeMap<&'a str, BTreeSet<&'a str>> {
        let mut targets: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for ((source, account), pair) in &self.pairs {
            let in_vain = pair.n_failed > 0 && pair.n_granted == 0 && !known.contains(&(*source, *account));
            if in_vain && !account.is_empty() {
                for target in pair.targets.keys().filter(|target| !target.is_empty()) {
                    targets.entry(target).or_default().insert(account);
                }
            }
        }
        targets
    }
}

/// Sources and the accounts that they have got into on these days.
pub(super) fn known<'a>(days: &[&Attempted<'a>]) -> BTreeSet<(&'a str, &'a str)> {
    let granted = days.iter().flat_map(|day| &day.pairs).filter(|(_, pair)| pair.n_granted > 0 && pair.knew());
    granted.map(|(pair, _)| *pair).collect()
}
