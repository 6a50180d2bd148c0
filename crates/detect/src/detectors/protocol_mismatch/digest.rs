//! What the pairs of one hour look like. Three hash look-ups a connection.

use ahash::HashMap;
use arrow_array::{Array, ListArray, RecordBatch, cast::AsArray};

use super::looks::{Key, OF_SOURCE, Row, Table, UNKNOWN, encode};
use crate::{
    Digest, Error, Params,
    telemetry::{
        Hosts, Ids, Names, Places, Sample, Seen, Text,
        columns::{bools, instants, ints, present, typed},
        hash::{stable_hash, stir},
        network,
    },
};

/// Pairs, certificates and names of one hour; what comes after them is not looked at.
const PAIRS_MAX: usize = 1_000_000;

/// Pairs on a port from which on a service that more than this share of them speaks is ordinary in that hour already.
const ORDINARY_MIN: f64 = 20.0;
const ORDINARY: f64 = 0.1;

/// Zeek's word for a certificate chain that holds.
const TRUSTED: &str = "ok";

const DAY_MICROS: f64 = 86_400e6;

/// Dataset, source, address and port.
type Place = (u32, u32, u32, u16);

#[derive(Debug, Default)]
pub(super) struct HourDigest {
    datasets: Names,
    hosts: Hosts,
    services: Names,
    places: Places,
    pairs: HashMap<Place, Pair>,
    /// Of certificates, by the hash of their fingerprints: when they became valid.
    not_before: HashMap<u64, i64>,
    young_micros: i64,
}

#[derive(Debug, Default)]
struct Pair {
    hash: u64,
    /// The largest by name; 0 where none was recognized.
    service: Option<u32>,
    tls: bool,
    untrusted: bool,
    self_signed: bool,
    named: bool,
    certificate: u64,
    last: i64,
    seen: Seen,
}

impl Digest for HourDigest {
    fn add(&mut self, table: &str, rows: &RecordBatch) -> Result<(), Error> {
        match table {
            "connections" => self.add_connections(rows),
            "tls_sessions" => {
                self.places.learn(&mut self.datasets, &mut self.hosts, rows, "server_name")?;
                self.add_handshakes(rows)
            }
            "http_requests" => self.places.learn(&mut self.datasets, &mut self.hosts, rows, "host"),
            "certificates" => self.add_certificates(rows),
            other => Err(Error::new(format!("protocol_mismatch does not read table \"{other}\""))),
        }
    }

    fn finish(self: Box<Self>) -> Result<RecordBatch, Error> {
        let mut looks: HashMap<(u32, String), Sample> = HashMap::default();
        let mut rows = Vec::new();
        for (key, pair) in self.pairs.iter().collect::<Vec<_>>() {
            let row = self.row(*key, pair);
            let own = super::judge::looks_of(key.3, &row);
            for look in own.iter().filter(|look| !look.is_empty()) {
                looks.entry((key.0, look.clone())).or_default().add(pair.hash);
            }
            looks.entry((key.0, format!("port {}", key.3))).or_default().add(pair.hash);
            looks.entry((key.0, "pairs".to_owned())).or_default().add(pair.hash);
            if pair.tls {
                let look = format!("{OF_SOURCE}{}", self.hosts.text(key.1));
                looks.entry((key.0, look)).or_default().add(pair.hash);
            }
            rows.push((*key, row, own));
        }
        let mut table = Table::new();
        for ((dataset, source, address, port), row, own) in rows {
            let on_port = looks.get(&(dataset, format!("port {port}"))).map_or(0.0, Sample::n_distinct);
            let alike =
                own.first().and_then(|look| looks.get(&(dataset, look.clone()))).map_or(0.0, Sample::n_distinct);
            let ordinary = on_port >= ORDINARY_MIN && alike >= ORDINARY * on_port && row.identity.is_empty();
            if !ordinary {
                let key = Key::Pair {
                    dataset: self.datasets.text(dataset).to_owned(),
                    source: self.hosts.text(source).to_owned(),
                    address: self.hosts.text(address).to_owned(),
                    port,
                };
                table.insert(key, row);
            }
        }
        for ((dataset, look), pairs) in looks.into_iter().collect::<Vec<_>>() {
            let key = Key::Look { dataset: self.datasets.text(dataset).to_owned(), look };
            table.insert(key, Row { pairs, ..Row::default() });
        }
        encode(&table)
    }
}

impl HourDigest {
    pub(super) fn new(params: &Params) -> Self {
        Self { young_micros: (params.get("young_days").max(0.0) * DAY_MICROS) as i64, ..Self::default() }
    }

    fn add_connections(&mut self, rows: &RecordBatch) -> Result<(), Error> {
        let ids = Ids::of(rows)?;
        let (src, dst, port) = (Text::of(rows, "src_ip")?, Text::of(rows, "dst_ip")?, ints(rows, "dst_port")?);
        let (protocol, service) = (Text::of(rows, "protocol")?, Text::of(rows, "service")?);
        let (sent, received) = (ints(rows, "src_bytes")?, ints(rows, "dst_bytes")?);
        let (src_local, dst_local) = (bools(rows, "src_local")?, bools(rows, "dst_local")?);
        for row in 0..rows.num_rows() {
            let (Some(id), Some(src), Some(dst)) = (ids.at(row), src.get(row), dst.get(row)) else { continue };
            let (Some(src), Some(dst)) = (self.hosts.host(src), self.hosts.host(dst)) else { continue };
            let locals = (present(src_local, row), present(dst_local, row));
            let spoke = present(sent, row).unwrap_or(0) > 0 && present(received, row).unwrap_or(0) > 0;
            let outbound = network::outbound(src.address, dst.address, locals.0, locals.1);
            // A service that was recognized has spoken, whatever the record says of bytes.
            let known = service.get(row).filter(|service| !service.is_empty() && *service != "-");
            if !outbound || protocol.get(row) == Some("icmp") || !(spoke || known.is_some()) {
                continue;
            }
            let Some(port) = present(port, row).and_then(|port| u16::try_from(port).ok()) else { continue };
            let service = known.map(|service| self.services.index(outermost(service)));
            let key = (self.datasets.index(id.dataset), src.index, dst.index, port);
            let hash = stir(src.hash ^ stir(dst.hash ^ u64::from(port)));
            let Some(pair) = pair(&mut self.pairs, key, hash) else { continue };
            let is_larger = |other: u32, than: Option<u32>| {
                than.is_none_or(|than| self.services.text(other) > self.services.text(than))
            };
            if let Some(service) = service.filter(|service| is_larger(*service, pair.service)) {
                pair.service = Some(service);
            }
            pair.last = pair.last.max(id.at);
            pair.seen.take(id.at, id.record_id);
        }
        Ok(())
    }

    fn add_handshakes(&mut self, rows: &RecordBatch) -> Result<(), Error> {
        let ids = Ids::of(rows)?;
        let (src, dst, port) = (Text::of(rows, "src_ip")?, Text::of(rows, "dst_ip")?, ints(rows, "dst_port")?);
        let (name, status) = (Text::of(rows, "server_name")?, Text::of(rows, "validation_status")?);
        let (subject, issuer) = (Text::of(rows, "subject")?, Text::of(rows, "issuer")?);
        let chains: &ListArray = typed(rows, "certificate_fingerprints")?;
        for row in 0..rows.num_rows() {
            let (Some(id), Some(src), Some(dst)) = (ids.at(row), src.get(row), dst.get(row)) else { continue };
            let (Some(src), Some(dst)) = (self.hosts.host(src), self.hosts.host(dst)) else { continue };
            let Some(port) = present(port, row).and_then(|port| u16::try_from(port).ok()) else { continue };
            if !network::outbound(src.address, dst.address, None, None) {
                continue;
            }
            let key = (self.datasets.index(id.dataset), src.index, dst.index, port);
            let hash = stir(src.hash ^ stir(dst.hash ^ u64::from(port)));
            let Some(pair) = pair(&mut self.pairs, key, hash) else { continue };
            pair.tls = true;
            pair.named |= name.get(row).is_some_and(|name| !name.is_empty());
            pair.untrusted |= status.get(row).is_some_and(|status| status != TRUSTED);
            let own = subject.get(row).filter(|subject| !subject.is_empty());
            pair.self_signed |= own.is_some() && own == issuer.get(row);
            pair.certificate = pair.certificate.max(leaf(chains, row));
            pair.last = pair.last.max(id.at);
        }
        Ok(())
    }

    fn add_certificates(&mut self, rows: &RecordBatch) -> Result<(), Error> {
        let (fingerprint, not_before) = (Text::of(rows, "fingerprint")?, instants(rows, "not_before")?);
        for row in 0..rows.num_rows() {
            if let (Some(fingerprint), Some(at)) = (fingerprint.get(row), present(not_before, row))
                && self.not_before.len() < PAIRS_MAX
            {
                let known = self.not_before.entry(stable_hash(fingerprint)).or_insert(at);
                *known = at.min(*known);
            }
        }
        Ok(())
    }

    fn row(&self, (dataset, _, address, _): Place, pair: &Pair) -> Row {
        let made = self.not_before.get(&pair.certificate).filter(|_| pair.certificate != 0);
        let young = made.is_some_and(|made| (0..self.young_micros).contains(&pair.last.saturating_sub(*made)));
        let doubts = [
            (pair.self_signed, "self-signed"),
            (pair.untrusted && !pair.self_signed, "untrusted"),
            (young, "young"),
            (pair.tls && !pair.named, "unnamed"),
        ];
        let doubts: Vec<&str> = doubts.into_iter().filter(|(applies, _)| *applies).map(|(_, doubt)| doubt).collect();
        let service =
            pair.service.map_or(if pair.tls { "ssl" } else { UNKNOWN }, |service| self.services.text(service));
        Row {
            service: service.to_owned(),
            identity: if pair.tls { doubts.join(" ") } else { String::new() },
            named: pair.named || self.places.name(dataset, address).is_some(),
            tls: pair.tls,
            seen: pair.seen.clone(),
            ..Row::default()
        }
    }
}

fn pair(pairs: &mut HashMap<Place, Pair>, key: Place, hash: u64) -> Option<&mut Pair> {
    if pairs.len() >= PAIRS_MAX && !pairs.contains_key(&key) {
        return None;
    }
    Some(pairs.entry(key).or_insert_with(|| Pair { hash, ..Pair::default() }))
}

/// Of `ssl,http` or `gssapi,smb` the first: what the port carries.
fn outermost(service: &str) -> &str {
    let first = service.split(',').next().unwrap_or(service);
    if first == "tls" { "ssl" } else { first }
}

/// Hash of the leaf's fingerprint; 0 where there is none.
fn leaf(chains: &ListArray, row: usize) -> u64 {
    if row >= chains.len() || chains.is_null(row) {
        return 0;
    }
    let list = chains.value(row);
    let first = |texts: &mut dyn Iterator<Item = Option<&str>>| texts.flatten().next().map_or(0, stable_hash);
    match (list.as_string_opt::<i32>(), list.as_string_view_opt()) {
        (Some(texts), _) => first(&mut texts.iter()),
        (None, Some(texts)) => first(&mut texts.iter()),
        (None, None) => 0,
    }
}
