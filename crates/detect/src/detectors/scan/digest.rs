//! One hour of attempts as rows of `summary`. Three hash look-ups a row; about 100 bytes a target.

use std::{collections::BTreeMap, net::IpAddr};

use ahash::{HashMap, HashMapExt};
use arrow_array::RecordBatch;

use super::{
    sample,
    summary::{Key, Kind, Tried, encode},
};
use crate::{
    Digest, Error,
    telemetry::{
        Hosts, Ids, Names, Outcome, Outcomes, Seen, Text,
        columns::{bools, ints, present},
        hash::{stable_hash, stir},
        ids::Id,
    },
};

/// Targets kept of one source in one hour; beyond, every second one, fourth one and so on is looked at.
const TARGETS_MAX: usize = 16_384;

/// Sources of one hour; those that come after them are not summed up.
const SOURCES_MAX: usize = 400_000;

/// Attempts along an axis from which on successes alone are worth a row: they are what failures are held against.
const SUCCESSES_MIN: u64 = 2;

/// Peer-to-peer software tries this many ports outside, or a tenth of its hosts if that is more.
const PORTS_SCATTERED: usize = 15;

/// Ports that a system hands out for the near end of a connection begin here.
const NEAR_PORTS_FROM: u16 = 1_024;

/// Where traceroute sends its probes.
const TRACEROUTE: std::ops::RangeInclusive<u16> = 33_434..=33_534;

/// ICMP's request for an echo, which sensors write where ports stand.
const ECHO_REQUEST: i64 = 8;

#[derive(Debug, Default)]
pub(super) struct HourDigest {
    datasets: Names,
    protocols: Names,
    hosts: Hosts,
    places: HashMap<(u32, u32), usize>,
    sources: Vec<Source>,
}

#[derive(Debug)]
struct Source {
    dataset: u32,
    host: u32,
    ours: bool,
    targets: HashMap<u64, Target>,
    /// One target in 2^level is looked at.
    level: u32,
}

#[derive(Debug)]
struct Target {
    host: u32,
    host_hash: u64,
    inside: bool,
    port: u16,
    protocol: u32,
    failed: bool,
    seen: Seen,
}

impl Digest for HourDigest {
    fn add(&mut self, table: &str, rows: &RecordBatch) -> Result<(), Error> {
        if table != "connections" {
            return Err(Error::new(format!("scan does not read table \"{table}\"")));
        }
        let ids = Ids::of(rows)?;
        let (src, dst) = (Text::of(rows, "src_ip")?, Text::of(rows, "dst_ip")?);
        let (src_port, dst_port) = (ints(rows, "src_port")?, ints(rows, "dst_port")?);
        let (src_local, dst_local) = (bools(rows, "src_local")?, bools(rows, "dst_local")?);
        let (protocol, outcomes) = (Text::of(rows, "protocol")?, Outcomes::of(rows)?);
        for row in 0..rows.num_rows() {
            let (Some(id), Some(src), Some(dst)) = (ids.at(row), src.get(row), dst.get(row)) else { continue };
            let protocol = protocol.get(row).unwrap_or("");
            let ports = (present(src_port, row).unwrap_or(0), present(dst_port, row).unwrap_or(0));
            let Some(port) = service(protocol, ports) else { continue };
            let ours = (present(src_local, row) == Some(true), present(dst_local, row) == Some(true));
            self.take(id, (src, dst), ours, (protocol, port), outcomes.at(row) == Outcome::Failed);
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<RecordBatch, Error> {
        let mut rows: BTreeMap<Key, Tried> = BTreeMap::new();
        for source in &self.sources {
            self.axes(source, &mut rows);
        }
        encode(&rows.into_iter().collect::<Vec<_>>())
    }
}

impl HourDigest {
    fn take(&mut self, id: Id<'_>, ends: (&str, &str), ours: (bool, bool), service: (&str, u16), failed: bool) {
        let (Some(src), Some(dst)) = (self.hosts.host(ends.0), self.hosts.host(ends.1)) else { return };
        if src.index == dst.index || !is_one_host(dst.address) {
            return;
        }
        let dataset = self.datasets.index(id.dataset);
        let protocol = self.protocols.index(service.0);
        let Some(source) = self.source(dataset, src.index, src.inside || ours.0) else { return };
        // By its name: the number of a protocol is another one in the next hour.
        let target = stir(dst.hash ^ stir(stable_hash(service.0) ^ u64::from(service.1)));
        if target.leading_zeros() < source.level {
            return;
        }
        let known = source.targets.entry(target).or_insert_with(|| Target {
            host: dst.index,
            host_hash: dst.hash,
            inside: dst.inside || ours.1,
            port: service.1,
            protocol,
            failed: true,
            seen: Seen::default(),
        });
        known.failed &= failed;
        known.seen.take(id.at, id.record_id);
        source.thin_out();
    }

    fn source(&mut self, dataset: u32, host: u32, ours: bool) -> Option<&mut Source> {
        let next = self.sources.len();
        let place = match self.places.get(&(dataset, host)) {
            Some(&place) => place,
            None if next >= SOURCES_MAX => return None,
            None => {
                self.places.insert((dataset, host), next);
                self.sources.push(Source { dataset, host, ours, targets: HashMap::new(), level: 0 });
                next
            }
        };
        let source = self.sources.get_mut(place)?;
        source.ours |= ours;
        Some(source)
    }

    /// The axes of one source along which anything failed, or more than one thing was tried.
    fn axes(&self, source: &Source, rows: &mut BTreeMap<Key, Tried>) {
        let dataset = self.datasets.text(source.dataset);
        let name = self.hosts.text(source.host);
        let key = |kind, axis| Key { dataset: dataset.to_owned(), source: name.to_owned(), kind, axis };
        let mut services: HashMap<(Kind, u32, u16), Tried> = HashMap::new();
        let mut hosts: HashMap<u32, Tried> = HashMap::new();
        let mut whole = Tried { ours: source.ours, scattered: source.is_scattered(), ..Tried::default() };
        let mut targets: Vec<(&u64, &Target)> = source.targets.iter().collect();
        targets.sort_unstable_by_key(|(hash, _)| **hash);
        for (hash, target) in targets {
            let kind = if target.inside { Kind::ServiceInside } else { Kind::ServiceOutside };
            services.entry((kind, target.protocol, target.port)).or_default().add(target.host_hash, target);
            hosts.entry(target.host).or_default().add(*hash, target);
            whole.add(*hash, target);
        }
        let services = services.into_iter().map(|((kind, protocol, port), tried)| {
            let protocol = self.protocols.text(protocol);
            let axis = if protocol == ICMP { ICMP.to_owned() } else { format!("{protocol}/{port}") };
            (key(kind, axis), tried)
        });
        let hosts = hosts.into_iter().map(|(host, tried)| (key(Kind::Host, self.hosts.text(host).to_owned()), tried));
        let telling = |(_, tried): &(Key, Tried)| {
            let (n, n_failed) = tried.sample.counts();
            if source.ours { n_failed > 0 || n >= SUCCESSES_MIN } else { n >= SUCCESSES_MIN }
        };
        let several = |(key, tried): &(Key, Tried)| key.kind != Kind::Host || tried.sample.counts().0 >= 2;
        let axes = services.chain(hosts).filter(telling).filter(several);
        for (key, mut tried) in axes.chain([(key(Kind::Source, String::new()), whole)]) {
            tried.ours = source.ours;
            tried.sample.scale(f64::from(source.level).exp2());
            tried.sample.keep(if key.kind == Kind::Source { 0 } else { sample::HOUR });
            rows.insert(key, tried);
        }
    }
}

impl Source {
    fn thin_out(&mut self) {
        while self.targets.len() > TARGETS_MAX {
            self.level += 1;
            let level = self.level;
            self.targets.retain(|hash, _| hash.leading_zeros() >= level);
        }
    }

    /// Each of many hosts outside is tried on a port of its own: how peers are met, never how a service is looked for.
    fn is_scattered(&self) -> bool {
        let outside = || self.targets.values().filter(|target| !target.inside);
        let hosts: ahash::HashSet<u32> = outside().map(|target| target.host).collect();
        let ports: ahash::HashSet<u16> =
            outside().map(|target| target.port).filter(|port| *port >= NEAR_PORTS_FROM).collect();
        let n_targets = outside().count();
        ports.len() >= PORTS_SCATTERED.max(hosts.len() / 10) && 2 * n_targets <= 3 * hosts.len()
    }
}

impl Tried {
    fn add(&mut self, hash: u64, target: &Target) {
        self.sample.add(hash, target.failed);
        self.seen.join(&target.seen);
    }
}

const ICMP: &str = "icmp";

/// The port that was tried; `None` for what is no attempt on a service: answers that lost their question, traceroute,
/// ICMP other than a ping.
fn service(protocol: &str, (src_port, dst_port): (i64, i64)) -> Option<u16> {
    if protocol == ICMP {
        return [0, ECHO_REQUEST].contains(&src_port).then_some(0);
    }
    let port = u16::try_from(dst_port).ok().filter(|port| *port > 0)?;
    let answer = (1..i64::from(NEAR_PORTS_FROM)).contains(&src_port) && port >= NEAR_PORTS_FROM;
    let traceroute = protocol == "udp" && TRACEROUTE.contains(&port);
    (!answer && !traceroute).then_some(port)
}

fn is_one_host(address: IpAddr) -> bool {
    let broadcast = match address {
        IpAddr::V4(address) => address.is_broadcast() || address.octets()[3] == 255,
        IpAddr::V6(_) => false,
    };
    !(address.is_multicast() || address.is_unspecified() || broadcast)
}
