//! Bytes of one hour by source and place outside. A place is a registered domain where a handshake or request named
//! one for the address, else the address. Two hash look-ups a row.

use ahash::HashMap;
use arrow_array::RecordBatch;

use super::{PORT, RECEIVED, SENT};
use crate::{
    Digest, Error,
    excess::{Amount, Key, N_NUMBERS, encode},
    telemetry::{
        Hosts, Ids, Names, Places, Seen, Text,
        columns::{bools, ints, present},
        network,
        places::registered,
    },
};

/// Pairs of one hour; what comes after them is not summed up.
const PAIRS_MAX: usize = 2_000_000;

/// What a pair sent in an hour, below which it is not worth a row: 24 of them are still nothing.
const SENT_MIN: f64 = 50_000.0;

/// More than a connection can carry in an hour, in bytes: whatever states more is no count.
const BYTES_MAX: i64 = 1 << 46;

#[derive(Debug, Default)]
pub(super) struct HourDigest {
    datasets: Names,
    hosts: Hosts,
    domains: Names,
    /// By (dataset, source, address).
    pairs: HashMap<(u32, u32, u32), Pair>,
    /// By (dataset, source, name): requests through a proxy, whose log does not say to which address.
    named: HashMap<(u32, u32, u32), Pair>,
    places: Places,
}

#[derive(Debug, Default)]
struct Pair {
    numbers: [f64; N_NUMBERS],
    seen: Seen,
}

impl Digest for HourDigest {
    fn add(&mut self, table: &str, rows: &RecordBatch) -> Result<(), Error> {
        match table {
            "connections" => self.add_connections(rows),
            "tls_sessions" => self.places.learn(&mut self.datasets, &mut self.hosts, rows, "server_name"),
            "http_requests" => {
                self.places.learn(&mut self.datasets, &mut self.hosts, rows, "host")?;
                self.add_requests(rows)
            }
            other => Err(Error::new(format!("data_exfiltration does not read table \"{other}\""))),
        }
    }

    fn finish(mut self: Box<Self>) -> Result<RecordBatch, Error> {
        let mut table = std::collections::BTreeMap::<Key, Amount>::new();
        let mut add = |dataset: &str, subject: &str, object: &str, detail: &str, pair: &Pair| {
            let key = Key { dataset: dataset.to_owned(), subject: subject.to_owned(), object: object.to_owned() };
            let amount = table.entry(key).or_default();
            amount.numbers[SENT] += pair.numbers[SENT];
            amount.numbers[RECEIVED] += pair.numbers[RECEIVED];
            amount.numbers[PORT] = amount.numbers[PORT].max(pair.numbers[PORT]);
            if amount.detail.is_empty() || detail < amount.detail.as_str() {
                detail.clone_into(&mut amount.detail);
            }
            amount.seen.join(&pair.seen);
        };
        let (pairs, named) = (std::mem::take(&mut self.pairs), std::mem::take(&mut self.named));
        let mut sources: Vec<(u32, u32)> = pairs.keys().chain(named.keys()).map(|key| (key.0, key.1)).collect();
        sources.sort_unstable();
        sources.dedup();
        for (dataset, source) in sources {
            add(self.datasets.text(dataset), self.hosts.text(source), "", "", &Pair::default());
        }
        let mut pairs: Vec<((u32, u32, u32), Pair)> = pairs.into_iter().collect();
        pairs.retain(|(_, pair)| pair.numbers[SENT] >= SENT_MIN);
        for ((dataset, source, address), pair) in &pairs {
            let text = self.hosts.text(*address);
            let place = self.places.name(*dataset, *address).unwrap_or(text);
            add(self.datasets.text(*dataset), self.hosts.text(*source), place, text, pair);
        }
        let mut named: Vec<((u32, u32, u32), Pair)> = named.into_iter().collect();
        named.retain(|(_, pair)| pair.numbers[SENT] >= SENT_MIN);
        for ((dataset, source, name), pair) in &named {
            let place = self.domains.text(*name);
            add(self.datasets.text(*dataset), self.hosts.text(*source), place, place, pair);
        }
        encode(&table)
    }
}

impl HourDigest {
    fn add_connections(&mut self, rows: &RecordBatch) -> Result<(), Error> {
        let ids = Ids::of(rows)?;
        let (src, dst, port) = (Text::of(rows, "src_ip")?, Text::of(rows, "dst_ip")?, ints(rows, "dst_port")?);
        let (sent, received) = (ints(rows, "src_bytes")?, ints(rows, "dst_bytes")?);
        let (src_local, dst_local) = (bools(rows, "src_local")?, bools(rows, "dst_local")?);
        for row in 0..rows.num_rows() {
            let (Some(id), Some(src), Some(dst)) = (ids.at(row), src.get(row), dst.get(row)) else { continue };
            let (Some(src), Some(dst)) = (self.hosts.host(src), self.hosts.host(dst)) else { continue };
            let locals = (present(src_local, row), present(dst_local, row));
            if !network::outbound(src.address, dst.address, locals.0, locals.1) {
                continue;
            }
            let key = (self.datasets.index(id.dataset), src.index, dst.index);
            let full = self.pairs.len() >= PAIRS_MAX;
            let Some(pair) = pair(&mut self.pairs, key, full) else { continue };
            pair.numbers[SENT] += bytes(present(sent, row));
            pair.numbers[RECEIVED] += bytes(present(received, row));
            pair.numbers[PORT] = pair.numbers[PORT].max(present(port, row).unwrap_or(0).clamp(0, 65_535) as f64);
            pair.seen.take(id.at, id.record_id);
        }
        Ok(())
    }

    /// Requests by way of a proxy or an edge: their log knows the name and not the address.
    fn add_requests(&mut self, rows: &RecordBatch) -> Result<(), Error> {
        let ids = Ids::of(rows)?;
        let (src, dst, host) = (Text::of(rows, "src_ip")?, Text::of(rows, "dst_ip")?, Text::of(rows, "host")?);
        let (sent, received) = (ints(rows, "request_bytes")?, ints(rows, "response_bytes")?);
        for row in 0..rows.num_rows() {
            let (Some(id), Some(src), None) = (ids.at(row), src.get(row), dst.get(row)) else { continue };
            let (Some(src), Some(domain)) = (self.hosts.host(src), host.get(row).and_then(registered)) else {
                continue;
            };
            if !src.inside {
                continue;
            }
            let key = (self.datasets.index(id.dataset), src.index, self.domains.index(domain));
            let full = self.named.len() >= PAIRS_MAX;
            let Some(pair) = pair(&mut self.named, key, full) else { continue };
            pair.numbers[SENT] += bytes(present(sent, row));
            pair.numbers[RECEIVED] += bytes(present(received, row));
            pair.seen.take(id.at, id.record_id);
        }
        Ok(())
    }
}

fn pair(pairs: &mut HashMap<(u32, u32, u32), Pair>, key: (u32, u32, u32), full: bool) -> Option<&mut Pair> {
    if full && !pairs.contains_key(&key) {
        return None;
    }
    Some(pairs.entry(key).or_default())
}

fn bytes(stated: Option<i64>) -> f64 {
    stated.filter(|bytes| (0..=BYTES_MAX).contains(bytes)).unwrap_or(0) as f64
}
