//! Counts of one hour by slots. A hash look-up for each thing that a row counts for: two to five.

use std::hash::Hash;

use ahash::HashMap;
use arrow_array::RecordBatch;

use super::table::{HOUR_SLOTS, Key, Kind, SLOT_MICROS, Slot, Table, encode};
use crate::{
    Digest, Error,
    telemetry::{
        Hosts, Ids, Names, Text,
        columns::{bools, ints, present},
        ids::Id,
        network,
    },
};

/// Things counted in one hour; what comes after them is counted for its sensor only.
const THINGS_MAX: usize = 300_000;

/// A thing with fewer events in an hour is no flood and is missed by nobody.
const EVENTS_MIN: u64 = 10;

/// From here on an answer says that the site failed.
const SERVER_ERROR: i64 = 500;

#[derive(Debug, Default)]
pub(super) struct HourDigest {
    datasets: Names,
    hosts: Hosts,
    texts: Names,
    sensors: Sensors,
    counts: HashMap<Thing, Hour>,
}

/// By dataset, kind and up to two numbers: of a text, a host or an autonomous system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Thing {
    dataset: u32,
    kind: Kind,
    name: u32,
    part: i64,
    hour: i64,
}

#[derive(Debug, Default)]
struct Hour {
    slots: [Counted; HOUR_SLOTS as usize],
}

#[derive(Debug, Default)]
struct Counted {
    n: u32,
    at: i64,
    record_id: Box<str>,
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
        let (ids, source) = (Ids::of(rows)?, Text::of(rows, "source")?);
        let table = self.texts.index(table);
        for row in 0..rows.num_rows() {
            let Some(id) = ids.at(row) else { continue };
            let sensor = self.sensors.index(source.get(row).unwrap_or(""), &mut self.texts);
            self.count(id, Kind::Sensor, sensor, i64::from(table));
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<RecordBatch, Error> {
        let mut table = Table::new();
        // A hash map: the table brings its own order.
        for (thing, hour) in self.counts.iter().collect::<Vec<_>>() {
            let total: u64 = hour.slots.iter().map(|slot| u64::from(slot.n)).sum();
            if total < EVENTS_MIN && thing.kind.can_flood() {
                continue;
            }
            let slots = table.entry(self.key(thing)).or_default();
            for (place, counted) in (0..).zip(&hour.slots).filter(|(_, counted)| counted.n > 0) {
                let Some(at) = thing.hour.checked_mul(HOUR_SLOTS) else { continue };
                let record_id = counted.record_id.to_string();
                slots.insert(at + place, Slot { n: i64::from(counted.n), at: counted.at, record_id });
            }
        }
        encode(&table)
    }
}

impl HourDigest {
    /// From outside only: what our own hosts do together, they do at the full hour.
    fn add_targets(&mut self, rows: &RecordBatch) -> Result<(), Error> {
        let ids = Ids::of(rows)?;
        let (src, dst) = (Text::of(rows, "src_ip")?, Text::of(rows, "dst_ip")?);
        let (src_local, dst_local) = (bools(rows, "src_local")?, bools(rows, "dst_local")?);
        for row in 0..rows.num_rows() {
            let (Some(id), Some(src), Some(dst)) = (ids.at(row), src.get(row), dst.get(row)) else { continue };
            let (Some(src), Some(dst)) = (self.hosts.host(src), self.hosts.host(dst)) else { continue };
            let locals = (present(src_local, row), present(dst_local, row));
            let ours = network::inside(src.address) || locals.0 == Some(true);
            if !ours && !network::outbound(src.address, dst.address, locals.0, locals.1) {
                self.count(id, Kind::Target, dst.index, 0);
            }
        }
        Ok(())
    }

    /// Requests to our sites: what our own hosts ask of others is left out.
    fn add_requests(&mut self, rows: &RecordBatch) -> Result<(), Error> {
        let ids = Ids::of(rows)?;
        let (src, dst) = (Text::of(rows, "src_ip")?, Text::of(rows, "dst_ip")?);
        let (host, path) = (Text::of(rows, "host")?, Text::of(rows, "path")?);
        let (asn, status) = (ints(rows, "asn")?, ints(rows, "status")?);
        for row in 0..rows.num_rows() {
            let (Some(id), Some(host)) = (ids.at(row), host.get(row)) else { continue };
            if leaves(src.get(row), dst.get(row)) {
                continue;
            }
            let host = self.texts.index(host);
            self.count(id, Kind::Site, host, 0);
            if present(status, row).is_some_and(|status| status >= SERVER_ERROR) {
                self.count(id, Kind::Failures, host, 0);
            }
            if let Some(asn) = present(asn, row) {
                self.count(id, Kind::Network, host, asn);
            }
            if let Some(path) = path.get(row).filter(|_| self.counts.len() < THINGS_MAX) {
                let path = self.texts.index(path);
                self.count(id, Kind::Path, host, i64::from(path));
            }
        }
        Ok(())
    }

    fn add_rules(&mut self, rows: &RecordBatch) -> Result<(), Error> {
        let (ids, rule) = (Ids::of(rows)?, Text::of(rows, "rule_id")?);
        for row in 0..rows.num_rows() {
            if let (Some(id), Some(rule)) = (ids.at(row), rule.get(row)) {
                let rule = self.texts.index(rule);
                self.count(id, Kind::Rule, rule, 0);
            }
        }
        Ok(())
    }

    fn count(&mut self, id: Id<'_>, kind: Kind, name: u32, part: i64) {
        let dataset = self.datasets.index(id.dataset);
        let slot = id.at.div_euclid(SLOT_MICROS);
        let thing = Thing { dataset, kind, name, part, hour: slot.div_euclid(HOUR_SLOTS) };
        if self.counts.len() >= THINGS_MAX && kind.can_flood() && !self.counts.contains_key(&thing) {
            return;
        }
        let hour = self.counts.entry(thing).or_default();
        let Some(counted) = hour.slots.get_mut(slot.rem_euclid(HOUR_SLOTS) as usize) else { return };
        if counted.n == 0 || (id.at, id.record_id) < (counted.at, counted.record_id.as_ref()) {
            counted.at = id.at;
            counted.record_id = id.record_id.into();
        }
        counted.n = counted.n.saturating_add(1);
    }

    fn key(&self, thing: &Thing) -> Key {
        let text = |index: i64| self.texts.text(u32::try_from(index).unwrap_or(u32::MAX)).to_owned();
        let name = match thing.kind {
            Kind::Target => self.hosts.text(thing.name).to_owned(),
            _ => text(i64::from(thing.name)),
        };
        let part = match thing.kind {
            Kind::Network => thing.part.to_string(),
            Kind::Path | Kind::Sensor => text(thing.part),
            _ => String::new(),
        };
        Key { dataset: self.datasets.text(thing.dataset).to_owned(), kind: thing.kind, name, part }
    }
}

/// Whether a request goes out. Without the address of the server it is the log of a server or of its edge.
fn leaves(src: Option<&str>, dst: Option<&str>) -> bool {
    let address = |text: Option<&str>| text.and_then(|text| text.parse().ok());
    match (address(src), address(dst)) {
        (Some(src), Some(dst)) => network::inside(src) && !network::inside(dst),
        _ => false,
    }
}

/// Sensors by the sources of records: the folder of a file without folders of dates, or a topic as it is.
#[derive(Debug, Default)]
struct Sensors {
    known: HashMap<Box<str>, u32>,
}

/// Sources of one hour whose sensor is looked up once only; those beyond are looked at row by row.
const SOURCES_MAX: usize = 10_000;

impl Sensors {
    fn index(&mut self, source: &str, texts: &mut Names) -> u32 {
        if let Some(known) = self.known.get(source) {
            return *known;
        }
        let index = texts.index(&sensor(source));
        if self.known.len() < SOURCES_MAX {
            self.known.insert(source.into(), index);
        }
        index
    }
}

fn sensor(source: &str) -> String {
    let Some((folder, _)) = source.rsplit_once(['/', '\\']) else { return source.to_owned() };
    let is_date = |part: &str| {
        part.bytes().filter(u8::is_ascii_digit).count() >= 2
            && part.bytes().all(|byte| byte.is_ascii_digit() || b"-_.:TZ".contains(&byte))
    };
    let parts: Vec<&str> = folder.split(['/', '\\']).filter(|part| !is_date(part)).collect();
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sensor_is_the_folder_of_its_files() {
        for (source, name) in [
            ("/logs/branch/2026-01-05/conn.log", "/logs/branch"),
            ("/logs/branch/conn.10:00:00-11:00:00.log.gz", "/logs/branch"),
            ("/logs/2026/01/05/10/eve.json", "/logs"),
            ("C:\\logs\\edge\\20260105\\a.json", "C:/logs/edge"),
            ("conn.log", "conn.log"),
            ("topic", "topic"),
            ("", ""),
        ] {
            assert_eq!(sensor(source), name);
        }
    }
}
