//! The digest: endpoints, odd payloads and the clients that sent them, to Arrow and back; a past day in the same shape.

use std::collections::BTreeMap;

use arrow_array::RecordBatch;

use super::payload::LOOKS;
use crate::{
    Error,
    sheet::{Lists, Rows, Sheet},
    telemetry::{Sample, Seen, SeenColumns},
};

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub dataset: String,
    pub site: String,
    pub what: What,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum What {
    /// A kind of request; the empty one stands for the whole site.
    Endpoint(String),
    /// An odd payload, by its hash.
    Payload(u64),
    /// A client that sent one.
    Client(String),
}

#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Row {
    /// Of an endpoint: clients that were served there; of the whole site all. Of a payload: who sent it.
    pub clients: Sample,
    /// Sizes of what was served, in logarithms: of all at an endpoint, of the odd to a client.
    pub sizes: Sizes,
    pub n_requests: i64,
    pub n_served: i64,
    /// Answers in which the server failed.
    pub n_failed: i64,
    /// Of a client: odd requests under the name of a program that says whom to ask about it.
    pub n_declared: i64,
    /// Of a payload: in how many looks it is odd, where it was sent and how it reads.
    pub level: i64,
    pub endpoint: String,
    pub text: String,
    /// Of a client: its odd payloads.
    pub odd: Sample,
    /// Of a client: distinct payloads at each endpoint.
    pub endpoints: BTreeMap<String, i64>,
    /// Of a client: the largest answer to an odd payload, and the record that has it.
    pub largest: Option<(i64, String)>,
    /// Of a client: a record in which the server failed.
    pub failure: Option<(i64, String)>,
    /// Of a past day: see [`super::crowd`].
    pub mass: [f64; LOOKS],
    pub counts: [f64; LOOKS],
    pub seen: Seen,
}

/// What the mean and the spread of logarithms need.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Sizes {
    pub n: f64,
    pub sum: f64,
    pub squares: f64,
}

impl Sizes {
    pub(super) fn add(&mut self, bytes: i64) {
        // Steps of 1/1024: sums of such numbers are exact, and do not depend on the order of rows.
        let ln = ((bytes.max(0) as f64 + 1.0).ln() * 1_024.0).round() / 1_024.0;
        self.join(&Self { n: 1.0, sum: ln, squares: (ln * ln * 1_024.0).round() / 1_024.0 });
    }

    pub(super) fn join(&mut self, other: &Self) {
        self.n += other.n;
        self.sum += other.sum;
        self.squares += other.squares;
    }
}

impl Row {
    fn join(&mut self, other: Self) {
        self.clients.join(&other.clients);
        self.sizes.join(&other.sizes);
        self.n_requests = self.n_requests.saturating_add(other.n_requests);
        self.n_served = self.n_served.saturating_add(other.n_served);
        self.n_failed = self.n_failed.saturating_add(other.n_failed);
        self.n_declared = self.n_declared.saturating_add(other.n_declared);
        self.level = self.level.max(other.level);
        self.endpoint = std::mem::take(&mut self.endpoint).max(other.endpoint);
        self.text = std::mem::take(&mut self.text).max(other.text);
        self.odd.join(&other.odd);
        for (endpoint, n) in other.endpoints {
            let known = self.endpoints.entry(endpoint).or_default();
            *known = known.saturating_add(n);
        }
        self.largest = self.largest.take().max(other.largest);
        self.failure = self.failure.take().max(other.failure);
        for look in 0..LOOKS {
            self.mass[look] += other.mass[look];
            self.counts[look] += other.counts[look];
        }
        self.seen.join(&other.seen);
    }
}

pub(super) type Table = BTreeMap<Key, Row>;

pub(super) fn encode(table: &Table) -> Result<RecordBatch, Error> {
    let rows = || table.values();
    let lists = |of: &dyn Fn(&Row) -> Vec<i64>| rows().map(of).collect::<Vec<_>>();
    let (clients, odd) = (lists(&|row| row.clients.encoded()), lists(&|row| row.odd.encoded()));
    let endpoint_counts = lists(&|row| row.endpoints.values().copied().collect());
    let endpoints: Vec<Vec<&str>> = rows().map(|row| row.endpoints.keys().map(String::as_str).collect()).collect();
    let kind = |key: &Key| match key.what {
        What::Endpoint(_) => 0,
        What::Payload(_) => 1,
        What::Client(_) => 2,
    };
    let hash = |key: &Key| if let What::Payload(hash) = key.what { hash.cast_signed() } else { 0 };
    let name = |key: &Key| match &key.what {
        What::Endpoint(name) | What::Client(name) => name.clone(),
        What::Payload(_) => String::new(),
    };
    let best = |best: &Option<(i64, String)>| best.as_ref().map_or(-1, |best| best.0);
    let best_id = |best: &Option<(i64, String)>| best.as_ref().map_or(String::new(), |best| best.1.clone());
    let mut sheet = Sheet::default()
        .text("dataset", table.keys().map(|key| &key.dataset))
        .text("site", table.keys().map(|key| &key.site))
        .int("kind", table.keys().map(kind))
        .text("name", table.keys().map(name))
        .int("hash", table.keys().map(hash))
        .ints("clients", clients.iter().map(Vec::as_slice))
        .number("sizes", rows().map(|row| row.sizes.n))
        .number("sizes_sum", rows().map(|row| row.sizes.sum))
        .number("sizes_squares", rows().map(|row| row.sizes.squares))
        .int("requests", rows().map(|row| row.n_requests))
        .int("served", rows().map(|row| row.n_served))
        .int("failed", rows().map(|row| row.n_failed))
        .int("declared", rows().map(|row| row.n_declared))
        .int("level", rows().map(|row| row.level))
        .text("endpoint", rows().map(|row| &row.endpoint))
        .text("text", rows().map(|row| &row.text))
        .ints("odd", odd.iter().map(Vec::as_slice))
        .texts("endpoints", endpoints.iter().map(Vec::as_slice))
        .ints("endpoint_counts", endpoint_counts.iter().map(Vec::as_slice))
        .int("largest", rows().map(|row| best(&row.largest)))
        .text("largest_id", rows().map(|row| best_id(&row.largest)))
        .int("failure", rows().map(|row| best(&row.failure)))
        .text("failure_id", rows().map(|row| best_id(&row.failure)));
    for look in 0..LOOKS {
        sheet = sheet.number(&format!("mass_{look}"), rows().map(|row| row.mass[look]));
        sheet = sheet.number(&format!("counts_{look}"), rows().map(|row| row.counts[look]));
    }
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
    let (kind, name, hash) = (rows.int("kind")?, rows.text("name")?, rows.int("hash")?);
    let (clients, odd): (Lists<'_>, Lists<'_>) = (rows.ints("clients")?, rows.ints("odd")?);
    let sizes = (rows.number("sizes")?, rows.number("sizes_sum")?, rows.number("sizes_squares")?);
    let (requests, served, failed) = (rows.int("requests")?, rows.int("served")?, rows.int("failed")?);
    let declared = rows.int("declared")?;
    let (level, endpoint, text) = (rows.int("level")?, rows.text("endpoint")?, rows.text("text")?);
    let (endpoints, endpoint_counts) = (rows.texts("endpoints")?, rows.ints("endpoint_counts")?);
    let (largest, largest_id) = (rows.int("largest")?, rows.text("largest_id")?);
    let (failure, failure_id) = (rows.int("failure")?, rows.text("failure_id")?);
    let mass = [rows.number("mass_0")?, rows.number("mass_1")?];
    let counts = [rows.number("counts_0")?, rows.number("counts_1")?];
    let seen = SeenColumns::of(rows)?;
    for i in 0..rows.len() {
        let what = match kind.at(i) {
            0 => What::Endpoint(name.at(i).to_owned()),
            1 => What::Payload(hash.at(i).cast_unsigned()),
            _ => What::Client(name.at(i).to_owned()),
        };
        let best = |n: i64, id: &str| (n >= 0).then(|| (n, id.to_owned()));
        let row = Row {
            clients: Sample::decoded(&clients.ints_at(i)),
            sizes: Sizes { n: sizes.0.at(i), sum: sizes.1.at(i), squares: sizes.2.at(i) },
            n_requests: requests.at(i),
            n_served: served.at(i),
            n_failed: failed.at(i),
            n_declared: declared.at(i),
            level: level.at(i),
            endpoint: endpoint.at(i).to_owned(),
            text: text.at(i).to_owned(),
            odd: Sample::decoded(&odd.ints_at(i)),
            endpoints: endpoints.texts_at(i).into_iter().zip(endpoint_counts.ints_at(i)).collect(),
            largest: best(largest.at(i), largest_id.at(i)),
            failure: best(failure.at(i), failure_id.at(i)),
            mass: mass.map(|column| column.at(i)),
            counts: counts.map(|column| column.at(i)),
            seen: seen.at(i),
        };
        let key = Key { dataset: dataset.at(i).to_owned(), site: site.at(i).to_owned(), what };
        table.entry(key).or_default().join(row);
    }
    Ok(())
}
