//! The longest connections of one hour by source and place. Two hash look-ups a row, three for those of a minute and more.

use std::collections::BTreeMap;

use ahash::{HashMap, HashSet};
use arrow_array::RecordBatch;

use super::{HELD, HOUR_SECONDS, LONGEST, PORT, RECEIVED, SENT};
use crate::{
    Digest, Error,
    excess::{Amount, Key, N_NUMBERS, Table, encode},
    telemetry::{
        Hosts, Ids, Names, Places, Seen, Text,
        columns::{bools, ints, present},
        network,
    },
};

/// Connections kept apart in one hour; what comes after them is not summed up.
const CONNECTIONS_MAX: usize = 1_000_000;

/// Shorter records are no part of a long session, even of one that a sensor cuts into pieces.
const SECONDS_MIN: f64 = 60.0;

/// A place is worth a row from so many seconds in an hour on.
const TELLING_MIN: f64 = 300.0;

/// An hour counts as filled from so many seconds on: sensors lose some between two pieces.
const FILLED_MIN: f64 = 3_000.0;

/// A month: what states more is no duration.
const SECONDS_MAX: f64 = 31.0 * 86_400.0;

/// Protocols that are no sessions, and that sensors join into endless ones: name, time and neighbor services.
const HOUSEKEEPING_PORTS: [i64; 9] = [53, 67, 68, 123, 137, 138, 547, 1900, 5353];

#[derive(Debug, Default)]
pub(super) struct HourDigest {
    datasets: Names,
    hosts: Hosts,
    places: Places,
    sources: HashSet<(u32, u32)>,
    /// By (dataset, source, its port, destination, its port).
    connections: HashMap<(u32, u32, u16, u32, u16), Connection>,
}

#[derive(Debug, Default)]
struct Connection {
    longest: f64,
    /// Thousandths, whole: a sum of fractions depends on the order of rows.
    milliseconds: i64,
    sent: f64,
    received: f64,
    seen: Seen,
}

impl Digest for HourDigest {
    fn add(&mut self, table: &str, rows: &RecordBatch) -> Result<(), Error> {
        match table {
            "connections" => self.add_connections(rows),
            "tls_sessions" => self.places.learn(&mut self.datasets, &mut self.hosts, rows, "server_name"),
            other => Err(Error::new(format!("long_sessions does not read table \"{other}\""))),
        }
    }

    fn finish(self: Box<Self>) -> Result<RecordBatch, Error> {
        let Self { datasets, hosts, places, sources, connections } = *self;
        let key = |dataset: u32, source: u32, place: &str| Key {
            dataset: datasets.text(dataset).to_owned(),
            subject: hosts.text(source).to_owned(),
            object: place.to_owned(),
        };
        let mut table: Table =
            sources.into_iter().map(|(dataset, source)| (key(dataset, source, ""), Amount::default())).collect();
        // In order of their ends, so that equal rows give equal bytes.
        let ordered: BTreeMap<_, _> = connections.into_iter().collect();
        for ((dataset, source, _, destination, port), connection) in ordered {
            let address = hosts.text(destination);
            let place = places.name(dataset, destination).unwrap_or(address);
            let amount = table.entry(key(dataset, source, place)).or_default();
            let filled = (connection.milliseconds as f64 / 1e3).min(HOUR_SECONDS);
            let held = if filled >= FILLED_MIN { filled } else { 0.0 };
            amount.numbers[HELD] = amount.numbers[HELD].max(held);
            if connection.longest > amount.numbers[LONGEST] || amount.detail.is_empty() {
                address.clone_into(&mut amount.detail);
                amount.numbers[PORT] = f64::from(port);
            }
            amount.numbers[LONGEST] = amount.numbers[LONGEST].max(connection.longest);
            amount.numbers[SENT] += connection.sent;
            amount.numbers[RECEIVED] += connection.received;
            amount.seen.join(&connection.seen);
        }
        let telling = |key: &Key, numbers: &[f64; N_NUMBERS]| {
            key.object.is_empty() || numbers[LONGEST].max(numbers[HELD]) >= TELLING_MIN
        };
        table.retain(|key, amount| telling(key, &amount.numbers));
        encode(&table)
    }
}

impl HourDigest {
    fn add_connections(&mut self, rows: &RecordBatch) -> Result<(), Error> {
        let ids = Ids::of(rows)?;
        let (src, dst) = (Text::of(rows, "src_ip")?, Text::of(rows, "dst_ip")?);
        let (src_port, dst_port) = (ints(rows, "src_port")?, ints(rows, "dst_port")?);
        let (protocol, duration) = (Text::of(rows, "protocol")?, ints(rows, "duration_ns")?);
        let (sent, received) = (ints(rows, "src_bytes")?, ints(rows, "dst_bytes")?);
        let (src_local, dst_local) = (bools(rows, "src_local")?, bools(rows, "dst_local")?);
        for row in 0..rows.num_rows() {
            let (Some(id), Some(src), Some(dst)) = (ids.at(row), src.get(row), dst.get(row)) else { continue };
            let (Some(src), Some(dst)) = (self.hosts.host(src), self.hosts.host(dst)) else { continue };
            if !network::outbound(src.address, dst.address, present(src_local, row), present(dst_local, row)) {
                continue;
            }
            let dataset = self.datasets.index(id.dataset);
            self.sources.insert((dataset, src.index));
            let seconds = (present(duration, row).unwrap_or(0) as f64 / 1e9).min(SECONDS_MAX);
            let port = present(dst_port, row).unwrap_or(0);
            let session = protocol.get(row) != Some("icmp") && !HOUSEKEEPING_PORTS.contains(&port);
            if seconds < SECONDS_MIN || !session {
                continue;
            }
            let near = present(src_port, row).unwrap_or(0);
            let key = (dataset, src.index, port_of(near), dst.index, port_of(port));
            if self.connections.len() >= CONNECTIONS_MAX && !self.connections.contains_key(&key) {
                continue;
            }
            let connection = self.connections.entry(key).or_default();
            connection.longest = connection.longest.max(seconds);
            connection.milliseconds = connection.milliseconds.saturating_add((seconds * 1e3) as i64);
            connection.sent += present(sent, row).unwrap_or(0).max(0) as f64;
            connection.received += present(received, row).unwrap_or(0).max(0) as f64;
            connection.seen.take(id.at, id.record_id);
        }
        Ok(())
    }
}

fn port_of(stated: i64) -> u16 {
    u16::try_from(stated).unwrap_or(0)
}
