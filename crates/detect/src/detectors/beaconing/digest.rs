//! One hour of contacts as one row a (dataset, source, destination). Input: telemetry rows; output: `summary`.
//!
//! A contact is an attempt to reach a destination: a connection, a TLS handshake or an HTTP request. Where the
//! sensor's `uid` shows that a connection carried a handshake or request, both are the same contact: the name
//! absorbs the address. Cost: two hash look-ups a row, about 250 bytes a pair and 24 bytes a kept contact.

use std::{mem, net::IpAddr};

use ahash::{HashMap, HashMapExt};
use arrow_array::{Int64Array, RecordBatch, TimestampMicrosecondArray};

use super::summary::{BYTES_UNKNOWN, Contact, PairHour, encode};
use crate::{
    Digest, Error,
    telemetry::{
        Names,
        columns::{Text, bools, instants, ints, present},
        network,
    },
};

/// Contacts kept of one pair in one hour, the earliest. 128 is one every 28 s, faster than any sleep we look for;
/// of faster pairs the rest of the hour is counted but not timed.
const CONTACTS_MAX: usize = 128;

/// Addresses of one source in one hour. Whoever contacts more is scanning: its nameless contacts of that hour are
/// left out, or one scanner would need more memory than all others together. Contacts with a name stay.
const FAN_OUT_MAX: u32 = 20_000;

/// Pairs of one hour over all sources; what comes after them is not summed up.
const PAIRS_MAX: usize = 2_000_000;

/// Client fingerprints and addresses kept of one pair in one hour: enough to tell one from many.
const VARIANTS_MAX: usize = 4;

/// Ports of protocols that are periodic by design and carry no name to judge: DNS, DHCP, NTP, NetBIOS, SSDP, mDNS.
const HOUSEKEEPING_PORTS: [u16; 9] = [53, 67, 68, 123, 137, 138, 547, 1900, 5353];

/// Ports where an explicit proxy inside the organisation takes requests for names outside.
const PROXY_PORTS: [u16; 4] = [1080, 3128, 8080, 8888];

/// Zeek's words for connections that were never answered or were refused.
const UNANSWERED: [&str; 5] = ["S0", "REJ", "RSTOS0", "RSTRH", "SH"];

/// Zeek's word for a certificate chain that holds.
const TRUSTED: &str = "ok";

/// An hour being summed up.
#[derive(Debug, Default)]
pub(super) struct HourDigest {
    datasets: Names,
    hosts: Names,
    /// By index into `hosts`: what the text says as an address.
    addresses: Vec<Option<IpAddr>>,
    domains: Names,
    places: HashMap<Key, usize>,
    pairs: Vec<(Key, Pair)>,
    /// Flows' destinations, by (dataset, source).
    fan_out: HashMap<(u32, u32), u32>,
}

/// A pair by the indices of its texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    dataset: u32,
    source: u32,
    destination: Destination,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Destination {
    Domain(u32),
    /// An address that a handshake or request went to without naming a domain.
    Address(u32, u16),
    /// An address as seen by connections alone: a handshake or request may still absorb it.
    Flow(u32, u16),
}

#[derive(Debug, Default)]
struct Pair {
    contacts: Vec<Kept>,
    n_contacts: i64,
    minutes: i32,
    port: u16,
    clients: Vec<i64>,
    addresses: Vec<IpAddr>,
    n_tls: i64,
    n_http: i64,
    n_untrusted: i64,
    n_failed: i64,
    first_record: Option<(i64, &'static str, Box<str>)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Kept {
    at: i64,
    bytes_out: i64,
    /// Hash of the sensor's connection id; 0 where it has none.
    uid: u64,
}

impl Digest for HourDigest {
    fn add(&mut self, table: &str, rows: &RecordBatch) -> Result<(), Error> {
        match table {
            "connections" => self.add_connections(rows),
            "tls_sessions" => self.add_handshakes(rows),
            "http_requests" => self.add_requests(rows),
            other => Err(Error::new(format!("beaconing does not read table \"{other}\""))),
        }
    }

    fn finish(mut self: Box<Self>) -> Result<RecordBatch, Error> {
        self.leave_out_scanners();
        self.absorb_flows();
        self.merge_flows();
        encode(self.into_pair_hours())
    }
}

impl HourDigest {
    fn add_connections(&mut self, rows: &RecordBatch) -> Result<(), Error> {
        let common = Common::of("connections", rows)?;
        let (src_local, dst_local) = (bools(rows, "src_local")?, bools(rows, "dst_local")?);
        let (state, protocol) = (Text::of(rows, "state")?, Text::of(rows, "protocol")?);
        let src_bytes = ints(rows, "src_bytes")?;
        for row in 0..rows.num_rows() {
            let Some(ends) = self.ends(&common, row) else { continue };
            let outbound =
                network::outbound(ends.src_ip, ends.dst_ip, present(src_local, row), present(dst_local, row));
            let housekeeping = HOUSEKEEPING_PORTS.contains(&ends.port) || protocol.get(row) == Some("icmp");
            if !outbound || housekeeping {
                continue;
            }
            let destination = Destination::Flow(ends.destination, ends.port);
            let Some(pair) = self.pair(ends.to(destination)) else { continue };
            pair.take(&common, row, ends.at, present(src_bytes, row));
            pair.port = ends.port;
            pair.n_failed += i64::from(state.get(row).is_some_and(|state| UNANSWERED.contains(&state)));
        }
        Ok(())
    }

    fn add_handshakes(&mut self, rows: &RecordBatch) -> Result<(), Error> {
        let common = Common::of("tls_sessions", rows)?;
        let server_name = Text::of(rows, "server_name")?;
        let validation = Text::of(rows, "validation_status")?;
        let (ja3, ja4) = (Text::of(rows, "ja3")?, Text::of(rows, "ja4")?);
        for row in 0..rows.num_rows() {
            let Some(ends) = self.ends(&common, row) else { continue };
            if !leaves(&ends) {
                continue;
            }
            let destination = self.destination(server_name.get(row), &ends);
            let Some(pair) = self.pair(ends.to(destination)) else { continue };
            pair.take(&common, row, ends.at, None);
            pair.port = ends.port;
            pair.n_tls += 1;
            pair.n_untrusted += i64::from(validation.get(row).is_some_and(|status| status != TRUSTED));
            pair.add_client(ja4.get(row).or(ja3.get(row)));
            pair.add_address(destination, ends.dst_ip);
        }
        Ok(())
    }

    fn add_requests(&mut self, rows: &RecordBatch) -> Result<(), Error> {
        let common = Common::of("http_requests", rows)?;
        let (host, user_agent) = (Text::of(rows, "host")?, Text::of(rows, "user_agent")?);
        let request_bytes = ints(rows, "request_bytes")?;
        for row in 0..rows.num_rows() {
            let Some(ends) = self.ends(&common, row) else { continue };
            if !leaves(&ends) {
                continue;
            }
            let destination = self.destination(host.get(row), &ends);
            let Some(pair) = self.pair(ends.to(destination)) else { continue };
            pair.take(&common, row, ends.at, present(request_bytes, row));
            pair.port = ends.port;
            pair.n_http += 1;
            pair.add_client(user_agent.get(row));
            pair.add_address(destination, ends.dst_ip);
        }
        Ok(())
    }

    /// Both ends of a row; `None` where one of them is no address, as in the logs of an edge in front of us.
    fn ends(&mut self, common: &Common<'_>, row: usize) -> Option<Ends> {
        let source = self.host(common.src_ip.get(row)?);
        let destination = self.host(common.dst_ip.get(row)?);
        let ip = |host: u32| self.addresses.get(host as usize).copied().flatten();
        let (src_ip, dst_ip) = (ip(source)?, ip(destination)?);
        Some(Ends {
            dataset: self.datasets.index(common.dataset.get(row)?),
            source,
            src_ip,
            destination,
            dst_ip,
            port: u16::try_from(present(common.dst_port, row).unwrap_or(0)).unwrap_or(0),
            at: present(common.observed_at, row)?,
        })
    }

    fn host(&mut self, text: &str) -> u32 {
        let host = self.hosts.index(text);
        if self.addresses.len() < self.hosts.len() {
            self.addresses.push(text.parse().ok());
        }
        host
    }

    /// The domain where the client named one, else the address.
    fn destination(&mut self, name: Option<&str>, ends: &Ends) -> Destination {
        match name.map(|name| name.trim_end_matches('.')).filter(|name| is_domain(name)) {
            Some(domain) => Destination::Domain(self.domains.index(domain)),
            None => Destination::Address(ends.destination, ends.port),
        }
    }

    /// The pair of this key, made where it is new; `None` where a bound is reached.
    fn pair(&mut self, key: Key) -> Option<&mut Pair> {
        if let Some(&place) = self.places.get(&key) {
            return self.pairs.get_mut(place).map(|(_, pair)| pair);
        }
        if let Destination::Flow(..) = key.destination {
            let fan_out = self.fan_out.entry((key.dataset, key.source)).or_default();
            *fan_out = fan_out.saturating_add(1);
            if *fan_out > FAN_OUT_MAX {
                return None;
            }
        }
        if self.pairs.len() >= PAIRS_MAX {
            return None;
        }
        self.places.insert(key, self.pairs.len());
        self.pairs.push((key, Pair::default()));
        self.pairs.last_mut().map(|(_, pair)| pair)
    }

    /// Drops the flows of sources that reached [`FAN_OUT_MAX`]: which of them were kept depends on the order of rows.
    fn leave_out_scanners(&mut self) {
        let fan_out = mem::take(&mut self.fan_out);
        let scans = |key: &Key| fan_out.get(&(key.dataset, key.source)).is_some_and(|n| *n > FAN_OUT_MAX);
        self.pairs.retain(|(key, _)| !(matches!(key.destination, Destination::Flow(..)) && scans(key)));
        for (_, pair) in &mut self.pairs {
            pair.keep_earliest();
        }
    }

    /// Takes from flows the contacts that a handshake or request accounts for, and gives it their sizes.
    fn absorb_flows(&mut self) {
        let is_flow = |key: &Key| matches!(key.destination, Destination::Flow(..));
        let mut carriers: HashMap<(u32, u64), i64> = HashMap::new();
        for (key, pair) in self.pairs.iter().filter(|(key, _)| !is_flow(key)) {
            carriers.extend(pair.contacts.iter().map(|contact| ((key.source, contact.uid), BYTES_UNKNOWN)));
        }
        let full = self.full_until();
        for (key, flow) in self.pairs.iter_mut().filter(|(key, _)| is_flow(key)) {
            let Destination::Flow(host, _) = key.destination else { continue };
            let address = self.addresses.get(host as usize).copied().flatten();
            let full_until = address.and_then(|address| full.get(&(key.source, address))).copied();
            flow.give_up(|contact| match carriers.get_mut(&(key.source, contact.uid)) {
                Some(bytes_out) if contact.uid != 0 => {
                    *bytes_out = contact.bytes_out;
                    true
                }
                _ => full_until.is_some_and(|until| contact.at > until),
            });
        }
        for (key, pair) in self.pairs.iter_mut().filter(|(key, _)| !is_flow(key)) {
            for contact in pair.contacts.iter_mut().filter(|contact| contact.bytes_out == BYTES_UNKNOWN) {
                contact.bytes_out = carriers.get(&(key.source, contact.uid)).copied().unwrap_or(BYTES_UNKNOWN);
            }
        }
        self.pairs.retain(|(_, pair)| pair.n_contacts > 0);
    }

    /// Where a busy pair's later contacts were not kept, their connection ids were not either: by (source, address),
    /// the time from which flows are taken to be those contacts.
    fn full_until(&self) -> HashMap<(u32, IpAddr), i64> {
        let mut full: HashMap<(u32, IpAddr), i64> = HashMap::new();
        for (key, pair) in &self.pairs {
            let Some(last) = pair.contacts.last().filter(|_| pair.n_contacts > pair.contacts.len() as i64) else {
                continue;
            };
            for address in &pair.addresses {
                let until = full.entry((key.source, *address)).or_insert(last.at);
                *until = last.at.min(*until);
            }
        }
        full
    }

    /// What is left of a flow joins the nameless handshakes and requests to the same address and port.
    fn merge_flows(&mut self) {
        let pairs = mem::take(&mut self.pairs);
        self.places.clear();
        for (mut key, pair) in pairs {
            if let Destination::Flow(host, port) = key.destination {
                key.destination = Destination::Address(host, port);
            }
            match self.places.get(&key).and_then(|place| self.pairs.get_mut(*place)) {
                Some((_, known)) => known.join(pair),
                None => {
                    self.places.insert(key, self.pairs.len());
                    self.pairs.push((key, pair));
                }
            }
        }
    }

    fn into_pair_hours(self) -> Vec<PairHour> {
        let Self { datasets, hosts, domains, pairs, .. } = self;
        let pair_hour = |(key, pair): (Key, Pair)| {
            let (destination, named) = match key.destination {
                Destination::Domain(domain) => (domains.text(domain).to_owned(), true),
                Destination::Address(host, port) | Destination::Flow(host, port) => {
                    (with_port(hosts.text(host), port), false)
                }
            };
            PairHour {
                dataset: datasets.text(key.dataset).to_owned(),
                source: hosts.text(key.source).to_owned(),
                destination,
                named,
                port: i32::from(pair.port),
                n_contacts: pair.n_contacts,
                minutes: pair.minutes,
                contacts: pair.contacts.iter().map(|kept| Contact { at: kept.at, bytes_out: kept.bytes_out }).collect(),
                clients: pair.clients,
                addresses: pair.addresses.iter().map(IpAddr::to_string).collect(),
                n_tls: pair.n_tls,
                n_http: pair.n_http,
                n_untrusted: pair.n_untrusted,
                n_failed: pair.n_failed,
                first_record: pair.first_record.map(|(_, table, id)| (table, id.into())),
            }
        };
        pairs.into_iter().map(pair_hour).collect()
    }
}

impl Pair {
    fn take(&mut self, common: &Common<'_>, row: usize, at: i64, bytes_out: Option<i64>) {
        let uid = common.uid.get(row).map_or(0, stable_hash);
        self.contacts.push(Kept { at, bytes_out: bytes_out.unwrap_or(BYTES_UNKNOWN), uid });
        if self.contacts.len() >= 2 * CONTACTS_MAX {
            self.keep_earliest();
        }
        self.n_contacts += 1;
        self.minutes |= 1 << five_minutes(at);
        let id = common.record_id.get(row).unwrap_or_default();
        let earlier = |(first, table, known): &(i64, &str, Box<str>)| (at, common.table, id) < (*first, *table, known);
        if self.first_record.as_ref().is_none_or(earlier) {
            self.first_record = Some((at, common.table, id.into()));
        }
    }

    /// Keeps the earliest contacts, in order: the same ones whatever the order of rows.
    fn keep_earliest(&mut self) {
        self.contacts.sort_unstable();
        self.contacts.truncate(CONTACTS_MAX);
    }

    /// Removes the contacts that another pair accounts for; of contacts that were not kept, the same share.
    fn give_up(&mut self, mut accounted: impl FnMut(&Kept) -> bool) {
        let n_before = self.contacts.len() as i64;
        self.contacts.retain(|contact| !accounted(contact));
        let n_left = self.contacts.len() as i64;
        if n_left == n_before {
            return;
        }
        self.n_contacts = (self.n_contacts * n_left).checked_div(n_before).unwrap_or(0);
        self.minutes = self.contacts.iter().fold(0, |minutes, contact| minutes | 1 << five_minutes(contact.at));
        let first_left = self.contacts.first().map(|contact| contact.at);
        self.first_record = self.first_record.take().filter(|(first, _, _)| Some(*first) == first_left);
    }

    fn join(&mut self, other: Self) {
        self.contacts.extend(other.contacts);
        self.keep_earliest();
        self.n_contacts += other.n_contacts;
        self.minutes |= other.minutes;
        self.n_tls += other.n_tls;
        self.n_http += other.n_http;
        self.n_untrusted += other.n_untrusted;
        self.n_failed += other.n_failed;
        other.clients.into_iter().for_each(|client| insert(&mut self.clients, client));
        other.addresses.into_iter().for_each(|address| insert(&mut self.addresses, address));
        let firsts = [self.first_record.take(), other.first_record];
        self.first_record = firsts.into_iter().flatten().min();
    }

    fn add_client(&mut self, fingerprint: Option<&str>) {
        if let Some(fingerprint) = fingerprint {
            insert(&mut self.clients, stable_hash(fingerprint) as i64);
        }
    }

    fn add_address(&mut self, destination: Destination, address: IpAddr) {
        if let Destination::Domain(_) = destination {
            insert(&mut self.addresses, address);
        }
    }
}

/// Keeps the smallest few of a set, sorted: the same ones whatever the order of rows.
fn insert<T: Ord>(set: &mut Vec<T>, value: T) {
    if let Err(place) = set.binary_search(&value) {
        set.insert(place, value);
        set.truncate(VARIANTS_MAX);
    }
}

/// Columns that all three tables have.
struct Common<'a> {
    table: &'static str,
    record_id: Text<'a>,
    dataset: Text<'a>,
    observed_at: &'a TimestampMicrosecondArray,
    uid: Text<'a>,
    src_ip: Text<'a>,
    dst_ip: Text<'a>,
    dst_port: &'a Int64Array,
}

impl<'a> Common<'a> {
    fn of(table: &'static str, rows: &'a RecordBatch) -> Result<Self, Error> {
        Ok(Self {
            table,
            record_id: Text::of(rows, "record_id")?,
            dataset: Text::of(rows, "dataset")?,
            observed_at: instants(rows, "observed_at")?,
            uid: Text::of(rows, "uid")?,
            src_ip: Text::of(rows, "src_ip")?,
            dst_ip: Text::of(rows, "dst_ip")?,
            dst_port: ints(rows, "dst_port")?,
        })
    }
}

/// Who contacted whom and when.
struct Ends {
    dataset: u32,
    source: u32,
    src_ip: IpAddr,
    destination: u32,
    dst_ip: IpAddr,
    port: u16,
    /// Microseconds since 1970, UTC.
    at: i64,
}

impl Ends {
    fn to(&self, destination: Destination) -> Key {
        Key { dataset: self.dataset, source: self.source, destination }
    }
}

/// Whether a handshake or request leaves the organisation, by itself or through an explicit proxy.
fn leaves(ends: &Ends) -> bool {
    let proxied = network::inside(ends.src_ip) && network::inside(ends.dst_ip) && PROXY_PORTS.contains(&ends.port);
    proxied || network::outbound(ends.src_ip, ends.dst_ip, None, None)
}

/// A name with a dot that is no address: what a resolver could look up.
fn is_domain(name: &str) -> bool {
    let shaped = name.len() <= 253 && name.contains('.') && name.parse::<IpAddr>().is_err();
    shaped
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_') || !byte.is_ascii())
}

fn with_port(address: &str, port: u16) -> String {
    if address.contains(':') { format!("[{address}]:{port}") } else { format!("{address}:{port}") }
}

/// Which of the twelve parts of its hour an instant lies in.
fn five_minutes(micros: i64) -> i64 {
    micros.div_euclid(300_000_000).rem_euclid(12)
}

/// FNV-1a, 64 bits: digests are kept, so their hashes must stay the same for ever and everywhere.
fn stable_hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
