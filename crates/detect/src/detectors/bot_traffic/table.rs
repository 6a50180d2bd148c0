//! The digest: clients and TLS stacks of a site, to Arrow and back; a past day in the same shape.

use std::collections::{BTreeMap, BTreeSet};

use arrow_array::RecordBatch;

use crate::{
    Error, Params,
    sheet::{Rows, Sheet},
    telemetry::{Sample, Seen, SeenColumns},
};

/// Clients and stacks of a dataset that a past day remembers.
const REMEMBERED_MAX: usize = 20_000;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub dataset: String,
    pub site: String,
    pub who: Who,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Who {
    Client(String),
    /// Whoever has this TLS fingerprint.
    Stack(String),
}

#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Row {
    /// Hash of the client, by which a sample of all clients is drawn that is the same in each hour.
    pub hash: u64,
    /// Leading zeros that hashes of that sample have in this hour.
    pub zeros: i64,
    /// Requests under a browser's name, and all.
    pub n_as_browser: i64,
    pub n_requests: i64,
    pub n_pages: i64,
    pub n_assets: i64,
    pub n_sign_ins: i64,
    pub n_failed: i64,
    pub pages: Sample,
    /// Of a stack: its clients.
    pub clients: Sample,
    /// Names of browsers that were given, and fingerprints.
    pub names: BTreeSet<String>,
    pub stacks: BTreeSet<String>,
    pub seen: Seen,
}

/// Names and fingerprints that are kept of one client.
const NAMES_MAX: usize = 6;

impl Row {
    pub(super) fn join(&mut self, other: Self) {
        self.hash = self.hash.max(other.hash);
        self.zeros = self.zeros.max(other.zeros);
        let counts = [
            (&mut self.n_as_browser, other.n_as_browser),
            (&mut self.n_requests, other.n_requests),
            (&mut self.n_pages, other.n_pages),
            (&mut self.n_assets, other.n_assets),
            (&mut self.n_sign_ins, other.n_sign_ins),
            (&mut self.n_failed, other.n_failed),
        ];
        counts.into_iter().for_each(|(sum, n)| *sum = sum.saturating_add(n));
        self.pages.join(&other.pages);
        self.clients.join(&other.clients);
        other.names.iter().for_each(|name| note(&mut self.names, name));
        other.stacks.iter().for_each(|stack| note(&mut self.stacks, stack));
        self.seen.join(&other.seen);
    }

    /// It passes for a browser with most of what it asks.
    pub(super) fn claims_browser(&self) -> bool {
        self.n_as_browser * 2 > self.n_requests
    }
}

/// Keeps the first few by name.
pub(super) fn note(names: &mut BTreeSet<String>, name: &str) {
    if !names.contains(name) {
        names.insert(name.to_owned());
        if names.len() > NAMES_MAX {
            names.pop_last();
        }
    }
}

pub(super) type Table = BTreeMap<Key, Row>;

pub(super) fn encode(table: &Table) -> Result<RecordBatch, Error> {
    let rows = || table.values();
    let pages: Vec<Vec<i64>> = rows().map(|row| row.pages.encoded()).collect();
    let clients: Vec<Vec<i64>> = rows().map(|row| row.clients.encoded()).collect();
    let names: Vec<Vec<&str>> = rows().map(|row| row.names.iter().map(String::as_str).collect()).collect();
    let stacks: Vec<Vec<&str>> = rows().map(|row| row.stacks.iter().map(String::as_str).collect()).collect();
    let who = |key: &Key| match &key.who {
        Who::Client(name) => (0, name.clone()),
        Who::Stack(name) => (1, name.clone()),
    };
    let sheet = Sheet::default()
        .text("dataset", table.keys().map(|key| &key.dataset))
        .text("site", table.keys().map(|key| &key.site))
        .int("kind", table.keys().map(|key| who(key).0))
        .text("who", table.keys().map(|key| who(key).1))
        .int("hash", rows().map(|row| row.hash.cast_signed()))
        .int("zeros", rows().map(|row| row.zeros))
        .int("as_browser", rows().map(|row| row.n_as_browser))
        .int("requests", rows().map(|row| row.n_requests))
        .int("page_requests", rows().map(|row| row.n_pages))
        .int("assets", rows().map(|row| row.n_assets))
        .int("sign_ins", rows().map(|row| row.n_sign_ins))
        .int("failed", rows().map(|row| row.n_failed))
        .ints("pages", pages.iter().map(Vec::as_slice))
        .ints("clients", clients.iter().map(Vec::as_slice))
        .texts("names", names.iter().map(Vec::as_slice))
        .texts("stacks", stacks.iter().map(Vec::as_slice));
    Seen::write(sheet, rows().map(|row| &row.seen)).finish()
}

pub(super) fn joined<'a>(digests: impl IntoIterator<Item = &'a RecordBatch>) -> Result<Table, Error> {
    let mut table = Table::new();
    for digest in digests {
        read(Rows(digest), &mut table)?;
    }
    Ok(table)
}

fn read(rows: Rows<'_>, table: &mut Table) -> Result<(), Error> {
    let (dataset, site) = (rows.text("dataset")?, rows.text("site")?);
    let (kind, who) = (rows.int("kind")?, rows.text("who")?);
    let (hash, zeros) = (rows.int("hash")?, rows.int("zeros")?);
    let (as_browser, requests) = (rows.int("as_browser")?, rows.int("requests")?);
    let (page_requests, assets) = (rows.int("page_requests")?, rows.int("assets")?);
    let (sign_ins, failed) = (rows.int("sign_ins")?, rows.int("failed")?);
    let (pages, clients) = (rows.ints("pages")?, rows.ints("clients")?);
    let (names, stacks) = (rows.texts("names")?, rows.texts("stacks")?);
    let seen = SeenColumns::of(rows)?;
    for i in 0..rows.len() {
        let name = who.at(i).to_owned();
        let who = if kind.at(i) == 0 { Who::Client(name) } else { Who::Stack(name) };
        let row = Row {
            hash: hash.at(i).cast_unsigned(),
            zeros: zeros.at(i),
            n_as_browser: as_browser.at(i),
            n_requests: requests.at(i),
            n_pages: page_requests.at(i),
            n_assets: assets.at(i),
            n_sign_ins: sign_ins.at(i),
            n_failed: failed.at(i),
            pages: Sample::decoded(&pages.ints_at(i)),
            clients: Sample::decoded(&clients.ints_at(i)),
            names: names.texts_at(i).into_iter().collect(),
            stacks: stacks.texts_at(i).into_iter().collect(),
            seen: seen.at(i),
        };
        table.entry(Key { dataset: dataset.at(i).to_owned(), site: site.at(i).to_owned(), who }).or_default().join(row);
    }
    Ok(())
}

/// A past day without records.
pub(super) fn fold(hours: &[RecordBatch], _: &Params) -> Result<RecordBatch, Error> {
    let mut day = joined(hours)?;
    let mut n_kept: BTreeMap<String, usize> = BTreeMap::new();
    // Of too many, those of the sample are kept, which is what others are held against.
    let zeros = day.values().map(|row| row.zeros).max().unwrap_or(0);
    day.retain(|key, row| {
        let n_kept = n_kept.entry(key.dataset.clone()).or_default();
        let kept = *n_kept < REMEMBERED_MAX || i64::from(row.hash.leading_zeros()) >= zeros;
        *n_kept += usize::from(kept);
        kept
    });
    day.values_mut().for_each(|row| row.seen = Seen::default());
    encode(&day)
}
