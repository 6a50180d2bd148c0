//! Counts of one hour. One or two hash look-ups a row.

use std::hash::Hash;

use ahash::HashMap;
use arrow_array::RecordBatch;

use super::table::{Counts, Key, Kind, Table, encode};
use crate::{
    Digest, Error,
    telemetry::{
        Hosts, Ids, Names, Seen, Text,
        columns::{bools, ints, present},
        ids::Id,
        network,
    },
};

/// Things counted in one hour; what comes after them is counted for its sensor only.
const THINGS_MAX: usize = 1_000_000;

/// A thing with fewer events in an hour is no flood and is missed by nobody.
const EVENTS_MIN: i64 = 10;

const HOUR_MICROS: i64 = 3_600_000_000;

#[derive(Debug, Default)]
pub(super) struct HourDigest {
    datasets: Names,
    hosts: Hosts,
    texts: Names,
    counts: HashMap<Thing, Counted>,
}

/// By dataset, kind and up to two numbers: of a text, a host or an autonomous system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Thing {
    dataset: u32,
    kind: Kind,
    name: i64,
    part: u32,
    hour: i64,
}

#[derive(Debug, Default)]
struct Counted {
    n: i64,
    seen: Seen,
}

impl Digest for HourDigest {
    fn add(&mut self, table: &str, rows: &RecordBatch) -> Result<(), Error> {
        match table {
            "connections" => self.add_targets(rows)?,
            "http_requests" => self.add_requests(rows)?,
            "firewall_events" => self.add_rules(rows)?,
            "dns_queries" | "tls_sessions" => {}
            other => return Err(Error::new(format!("volume_anomaly does not read table \"{other}\""))),
        }
        let ids = Ids::of(rows)?;
        for id in (0..rows.num_rows()).filter_map(|row| ids.at(row)) {
            let name = self.texts.index(table);
            self.count(id, Kind::Sensor, i64::from(name), 0);
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<RecordBatch, Error> {
        let mut table = Table::new();
        let counts: Vec<(&Thing, &Counted)> = self.counts.iter().collect();
        for (thing, counted) in counts {
            if counted.n < EVENTS_MIN && thing.kind != Kind::Sensor {
                continue;
            }
            let key =
                Key { dataset: self.datasets.text(thing.dataset).to_owned(), kind: thing.kind, name: self.name(thing) };
            let counts: &mut Counts = table.entry(key).or_default();
            counts.hours.insert(thing.hour, counted.n);
            counts.seen.insert(thing.hour, counted.seen.clone());
        }
        encode(&table)
    }
}

impl HourDigest {
    fn add_targets(&mut self, rows: &RecordBatch) -> Result<(), Error> {
        let ids = Ids::of(rows)?;
        let (src, dst) = (Text::of(rows, "src_ip")?, Text::of(rows, "dst_ip")?);
        let (src_local, dst_local) = (bools(rows, "src_local")?, bools(rows, "dst_local")?);
        for row in 0..rows.num_rows() {
            let (Some(id), Some(src), Some(dst)) = (ids.at(row), src.get(row), dst.get(row)) else { continue };
            let (Some(src), Some(dst)) = (self.hosts.host(src), self.hosts.host(dst)) else { continue };
            if !network::outbound(src.address, dst.address, present(src_local, row), present(dst_local, row)) {
                self.count(id, Kind::Target, i64::from(dst.index), 0);
            }
        }
        Ok(())
    }

    fn add_requests(&mut self, rows: &RecordBatch) -> Result<(), Error> {
        let ids = Ids::of(rows)?;
        let (host, path, asn) = (Text::of(rows, "host")?, Text::of(rows, "path")?, ints(rows, "asn")?);
        for row in 0..rows.num_rows() {
            let Some(id) = ids.at(row) else { continue };
            if let Some(host) = host.get(row) {
                let host = self.texts.index(host);
                self.count(id, Kind::Site, i64::from(host), 0);
                if let Some(path) = path.get(row).filter(|_| self.counts.len() < THINGS_MAX) {
                    let path = self.texts.index(path);
                    self.count(id, Kind::Path, i64::from(host), path);
                }
            }
            if let Some(asn) = present(asn, row) {
                self.count(id, Kind::Network, asn, 0);
            }
        }
        Ok(())
    }

    fn add_rules(&mut self, rows: &RecordBatch) -> Result<(), Error> {
        let (ids, rule) = (Ids::of(rows)?, Text::of(rows, "rule_id")?);
        for row in 0..rows.num_rows() {
            if let (Some(id), Some(rule)) = (ids.at(row), rule.get(row)) {
                let rule = self.texts.index(rule);
                self.count(id, Kind::Rule, i64::from(rule), 0);
            }
        }
        Ok(())
    }

    fn count(&mut self, id: Id<'_>, kind: Kind, name: i64, part: u32) {
        let dataset = self.datasets.index(id.dataset);
        let thing = Thing { dataset, kind, name, part, hour: id.at.div_euclid(HOUR_MICROS) };
        if self.counts.len() >= THINGS_MAX && kind != Kind::Sensor && !self.counts.contains_key(&thing) {
            return;
        }
        let counted = self.counts.entry(thing).or_default();
        counted.n += 1;
        counted.seen.take(id.at, id.record_id);
    }

    fn name(&self, thing: &Thing) -> String {
        let index = u32::try_from(thing.name).unwrap_or(0);
        match thing.kind {
            Kind::Network => thing.name.to_string(),
            Kind::Target => self.hosts.text(index).to_owned(),
            Kind::Path => format!("{}{}", self.texts.text(index), self.texts.text(thing.part)),
            Kind::Site | Kind::Rule | Kind::Sensor => self.texts.text(index).to_owned(),
        }
    }
}
