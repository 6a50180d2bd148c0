//! The window as the organisation lived it: hosts, destinations and who called whom when. Input: `summary`.

use std::net::IpAddr;

use ahash::{HashMap, HashMapExt, HashSet, HashSetExt};
use arrow_array::RecordBatch;
use schema::Window;

use super::summary::{Contact, Summary};
use crate::{
    Error,
    telemetry::{Names, RECORDS_MAX, columns::present},
};

/// Five minutes: the grain at which a host counts as awake, and the digest's.
pub(super) const SLOT_MICROS: i64 = 300_000_000;
const SLOTS_AN_HOUR: i64 = 12;

/// Slots of a window at most, a quarter of a year: bounds memory whatever window is asked for.
const SLOTS_MAX: i64 = 92 * 24 * SLOTS_AN_HOUR;

/// Client fingerprints and addresses kept of one pair over the window.
const VARIANTS_MAX: usize = 8;

#[derive(Debug, Default)]
pub(super) struct Organization {
    /// Microseconds since 1970, UTC.
    start: i64,
    end: i64,
    pub hosts: Vec<Host>,
    pub destinations: Vec<Destination>,
    /// Every pair of (host, destination) once.
    pub contacted: Vec<(u32, u32)>,
    /// Pairs with enough contacts to judge their timing, in order of first appearance.
    pub calls: Vec<Calls>,
    /// Distinct destinations that a host reaches with one client, by (host, client).
    pub client_spread: HashMap<(u32, i64), u32>,
    /// Distinct destinations reached by one client in a dataset, by (dataset, client).
    pub client_reach: HashMap<(u32, i64), u32>,
}

/// A source in a dataset.
#[derive(Debug)]
pub(super) struct Host {
    pub dataset: u32,
    pub dataset_name: String,
    pub source: String,
    /// Destinations contacted in each slot of the window.
    pub breadth: Vec<u16>,
    /// Destinations contacted in the whole window.
    pub n_destinations: u32,
    /// Most destinations that it reaches with one client.
    pub spread_max: u32,
}

#[derive(Debug)]
pub(super) struct Destination {
    pub dataset: u32,
    /// A domain, or the network and port of nameless addresses.
    pub name: String,
    pub named: bool,
    /// Hosts that contacted it; of a network, under whatever name and on whatever port.
    pub n_hosts: u32,
}

/// All calls of one host to one destination.
#[derive(Debug, Default)]
pub(super) struct Calls {
    pub host: u32,
    pub destination: u32,
    pub port: i32,
    pub n_contacts: i64,
    /// Where later contacts of an hour were not kept: the start of the slot of its last one. Else 0.
    pub last_at: i64,
    /// Contacts in order; a new stretch starts where the digest of an hour was full and times are missing.
    pub stretches: Vec<Vec<Contact>>,
    pub clients: Vec<i64>,
    /// Addresses behind the name, or those of the network that were contacted.
    pub addresses: Vec<String>,
    pub n_tls: i64,
    pub n_http: i64,
    pub n_untrusted: i64,
    pub n_failed: i64,
    pub first_records: Vec<(String, String)>,
}

impl Organization {
    /// Reads the digests of the window's hours. Pairs below `contacts_min` cost two look-ups an hour and no more.
    pub(super) fn read(window: Window, digests: &[RecordBatch], contacts_min: i64) -> Result<Self, Error> {
        let digests = digests.iter().map(Summary::of).collect::<Result<Vec<_>, _>>()?;
        let mut reader = Reader::new(window);
        let places: Vec<Vec<Option<usize>>> = digests.iter().map(|digest| reader.count(digest)).collect();
        reader.select(contacts_min);
        for (digest, places) in digests.iter().zip(&places) {
            reader.collect(digest, places);
        }
        Ok(reader.into_organization())
    }

    pub(super) fn host(&self, calls: &Calls) -> Option<&Host> {
        self.hosts.get(calls.host as usize)
    }

    pub(super) fn destination(&self, calls: &Calls) -> Option<&Destination> {
        self.destinations.get(calls.destination as usize)
    }

    /// Microseconds from the first to the last slot in which the host contacted anything.
    pub(super) fn seen_for(&self, calls: &Calls) -> i64 {
        let breadth = self.host(calls).map_or(&[][..], |host| &host.breadth);
        let first = breadth.iter().position(|breadth| *breadth > 0).unwrap_or(0);
        let last = breadth.iter().rposition(|breadth| *breadth > 0).unwrap_or(0);
        last.saturating_sub(first) as i64 * SLOT_MICROS
    }

    /// The slot that an instant lies in.
    pub(super) fn slot(&self, at: i64) -> usize {
        usize::try_from(at.saturating_sub(self.start).div_euclid(SLOT_MICROS)).unwrap_or(0)
    }

    fn contains(&self, at: i64) -> bool {
        self.start <= at && at < self.end
    }
}

struct Reader {
    n_slots: usize,
    organization: Organization,
    texts: Names,
    hosts: HashMap<(u32, u32), u32>,
    destinations: HashMap<(u32, u32), u32>,
    pairs: HashMap<(u32, u32), usize>,
    counted: Vec<Pair>,
    /// (host, network) pairs, under a name or not.
    reached: HashSet<(u32, u32)>,
    /// Hosts by (dataset, network).
    network_hosts: HashMap<(u32, u32), u32>,
}

/// A pair before it is known whether it is worth reading.
#[derive(Debug)]
struct Pair {
    host: u32,
    destination: u32,
    n_contacts: i64,
    /// Place in [`Organization::calls`], for those with enough contacts.
    calls: Option<usize>,
}

impl Reader {
    fn new(window: Window) -> Self {
        let (start, end) = (window.start.micros(), window.end.micros());
        let n_slots = (end.saturating_sub(start) / SLOT_MICROS + 1).clamp(1, SLOTS_MAX);
        Self {
            n_slots: n_slots as usize,
            organization: Organization { start, end, ..Organization::default() },
            texts: Names::default(),
            hosts: HashMap::new(),
            destinations: HashMap::new(),
            pairs: HashMap::new(),
            counted: Vec::new(),
            reached: HashSet::new(),
            network_hosts: HashMap::new(),
        }
    }

    /// First pass: who contacted whom, how often, and when each host was awake. Gives each row its pair.
    fn count(&mut self, digest: &Summary<'_>) -> Vec<Option<usize>> {
        (0..digest.n_rows).map(|row| self.count_row(digest, row)).collect()
    }

    fn count_row(&mut self, digest: &Summary<'_>, row: usize) -> Option<usize> {
        let first = digest.first_contact(row)?;
        if !self.organization.contains(first) {
            return None;
        }
        let dataset = self.texts.index(digest.dataset.get(row)?);
        let host = self.host(dataset, digest.source.get(row)?);
        let (name, named) = (digest.destination.get(row)?, present(digest.named, row)?);
        let network = if named { None } else { Some(network(name)?) };
        let destination = self.destination(dataset, network.as_ref().map_or(name, |(_, place)| place), named);
        self.mark_awake(host, first, present(digest.minutes, row)?);

        let place = match self.pairs.get(&(host, destination)) {
            Some(&place) => place,
            None => {
                digest.each_address(row, |address| self.reach(dataset, host, &network_of(address)));
                if let Some((network, _)) = &network {
                    self.reach(dataset, host, network);
                }
                self.add_pair(host, destination, &digest.clients(row))
            }
        };
        let pair = self.counted.get_mut(place)?;
        pair.n_contacts = pair.n_contacts.saturating_add(present(digest.n_contacts, row)?);
        Some(place)
    }

    fn host(&mut self, dataset: u32, source: &str) -> u32 {
        let text = self.texts.index(source);
        let next = self.organization.hosts.len() as u32;
        *self.hosts.entry((dataset, text)).or_insert_with(|| {
            let dataset_name = self.texts.text(dataset).to_owned();
            let breadth = vec![0; self.n_slots];
            self.organization.hosts.push(Host {
                dataset,
                dataset_name,
                source: source.to_owned(),
                breadth,
                n_destinations: 0,
                spread_max: 0,
            });
            next
        })
    }

    fn destination(&mut self, dataset: u32, name: &str, named: bool) -> u32 {
        let text = self.texts.index(name);
        let next = self.organization.destinations.len() as u32;
        *self.destinations.entry((dataset, text)).or_insert_with(|| {
            self.organization.destinations.push(Destination { dataset, name: name.to_owned(), named, n_hosts: 0 });
            next
        })
    }

    fn add_pair(&mut self, host: u32, destination: u32, clients: &[i64]) -> usize {
        let place = self.counted.len();
        self.pairs.insert((host, destination), place);
        self.counted.push(Pair { host, destination, n_contacts: 0, calls: None });
        self.organization.contacted.push((host, destination));
        if let Some(host) = self.organization.hosts.get_mut(host as usize) {
            host.n_destinations += 1;
        }
        let mut dataset = 0;
        if let Some(destination) = self.organization.destinations.get_mut(destination as usize) {
            destination.n_hosts += 1;
            dataset = destination.dataset;
        }
        for client in clients {
            let spread = self.organization.client_spread.entry((host, *client)).or_default();
            *spread += 1;
            if let Some(host) = self.organization.hosts.get_mut(host as usize) {
                host.spread_max = host.spread_max.max(*spread);
            }
            *self.organization.client_reach.entry((dataset, *client)).or_default() += 1;
        }
        place
    }

    /// Counts a host for a network.
    fn reach(&mut self, dataset: u32, host: u32, network: &str) {
        let network = self.texts.index(network);
        if self.reached.insert((host, network)) {
            *self.network_hosts.entry((dataset, network)).or_default() += 1;
        }
    }

    fn mark_awake(&mut self, host: u32, first: i64, minutes: i32) {
        for at in slots(first, minutes) {
            let slot = self.organization.slot(at);
            let host = self.organization.hosts.get_mut(host as usize);
            if let Some(breadth) = host.and_then(|host| host.breadth.get_mut(slot)) {
                *breadth = breadth.saturating_add(1);
            }
        }
    }

    /// Decides which pairs the second pass reads.
    fn select(&mut self, contacts_min: i64) {
        for pair in self.counted.iter_mut().filter(|pair| pair.n_contacts >= contacts_min) {
            pair.calls = Some(self.organization.calls.len());
            let calls = Calls { host: pair.host, destination: pair.destination, ..Calls::default() };
            self.organization.calls.push(calls);
        }
    }

    /// Second pass: everything about the pairs that were selected.
    fn collect(&mut self, digest: &Summary<'_>, places: &[Option<usize>]) {
        for (row, place) in places.iter().enumerate() {
            let pair = place.and_then(|place| self.counted.get(place));
            let calls = pair.and_then(|pair| pair.calls).and_then(|calls| self.organization.calls.get_mut(calls));
            if let Some(calls) = calls {
                calls.add_hour(digest, row);
            }
        }
    }

    /// Puts hours into order, whatever the order they came in, and leaves out what lies outside the window.
    fn into_organization(mut self) -> Organization {
        let (start, end) = (self.organization.start, self.organization.end);
        for calls in &mut self.organization.calls {
            calls.join_stretches(start, end);
        }
        for destination in self.organization.destinations.iter_mut().filter(|destination| !destination.named) {
            let network = self.texts.index(without_port(&destination.name));
            let n_hosts = self.network_hosts.get(&(destination.dataset, network));
            destination.n_hosts = destination.n_hosts.max(n_hosts.copied().unwrap_or(0));
        }
        self.organization
    }
}

impl Calls {
    fn add_hour(&mut self, digest: &Summary<'_>, row: usize) {
        let contacts = digest.contacts(row);
        let count = |column| present(column, row).unwrap_or(0);
        let n_contacts = count(digest.n_contacts);
        // A stretch of its own, closed by an empty one where later contacts of the hour were not kept.
        let complete = n_contacts <= contacts.len() as i64;
        self.stretches.push(contacts);
        if !complete {
            self.stretches.push(Vec::new());
            let slots = slots(digest.first_contact(row).unwrap_or(0), present(digest.minutes, row).unwrap_or(0));
            self.last_at = slots.last().unwrap_or(0).max(self.last_at);
        }
        self.n_contacts = self.n_contacts.saturating_add(n_contacts);
        self.n_tls += count(digest.n_tls);
        self.n_http += count(digest.n_http);
        self.n_untrusted += count(digest.n_untrusted);
        self.n_failed += count(digest.n_failed);
        self.port = present(digest.port, row).unwrap_or(0);
        digest.clients(row).into_iter().for_each(|client| insert(&mut self.clients, client));
        digest.each_address(row, |address| insert(&mut self.addresses, address.to_owned()));
        if let (Some(destination), Some(false)) = (digest.destination.get(row), present(digest.named, row)) {
            insert(&mut self.addresses, without_port(destination).to_owned());
        }
        if self.first_records.len() < RECORDS_MAX {
            self.first_records.extend(digest.first_record(row));
        }
    }

    /// Joins the stretches of successive hours; an empty one marks a place where times are missing.
    fn join_stretches(&mut self, start: i64, end: i64) {
        let mut joined: Vec<Vec<Contact>> = vec![Vec::new()];
        for stretch in std::mem::take(&mut self.stretches) {
            if stretch.is_empty() {
                joined.push(Vec::new());
            } else if let Some(last) = joined.last_mut() {
                last.extend(stretch.into_iter().filter(|contact| start <= contact.at && contact.at < end));
            }
        }
        joined.retain(|stretch| !stretch.is_empty());
        joined.iter_mut().for_each(|stretch| stretch.sort_unstable());
        self.stretches = joined;
    }
}

/// The starts of the slots that are marked in `minutes`, of the hour that `first` lies in.
fn slots(first: i64, minutes: i32) -> impl Iterator<Item = i64> {
    let hour = first.div_euclid(SLOTS_AN_HOUR * SLOT_MICROS) * SLOTS_AN_HOUR * SLOT_MICROS;
    let marked = (0..SLOTS_AN_HOUR).filter(move |part| (minutes >> part) & 1 == 1);
    marked.map(move |part| hour.saturating_add(part * SLOT_MICROS))
}

/// The address in `address:port` or `[address]:port`.
fn without_port(destination: &str) -> &str {
    let address = destination.rsplit_once(':').map_or(destination, |(address, _)| address);
    address.trim_start_matches('[').trim_end_matches(']')
}

/// The network of a nameless `address:port`, and the network with the port.
fn network(destination: &str) -> Option<(String, String)> {
    let (_, port) = destination.rsplit_once(':')?;
    let network = network_of(without_port(destination));
    let place = format!("{network}:{port}");
    Some((network, place))
}

/// The network that a server shares with its neighbours: /24, or /48 in IPv6. One service answers now from this, now
/// from that address of it, so nameless addresses are judged by network.
fn network_of(address: &str) -> String {
    match address.parse() {
        Ok(IpAddr::V4(address)) => {
            let [a, b, c, _] = address.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        Ok(IpAddr::V6(address)) => {
            let [a, b, c, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}::/48")
        }
        Err(_) => address.to_owned(),
    }
}

/// Keeps the smallest few of a set, sorted.
fn insert<T: Ord>(set: &mut Vec<T>, value: T) {
    if let Err(place) = set.binary_search(&value) {
        set.insert(place, value);
        set.truncate(VARIANTS_MAX);
    }
}
