//! The organisation and the internet around it: fixed facts that do not change while the world runs.
//!
//! At scale 1 it has 200 machines on two sites: 30 % desktops and 35 % laptops with owners, 12 % phones, 10 %
//! servers, 9 % things (cameras, meters, screens) and 4 % printers: meant as a services company of 130
//! people. One in ten machines with an owner sits behind a NAT gateway that hides four of them.

pub(crate) mod clients;
pub(crate) mod destination;
pub(crate) mod host;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use self::{
    destination::{Destination, Hosting},
    host::{Host, Kind, Os},
};
use crate::{
    calendar::{Habits, Micros},
    dice::{Dice, mix},
    names,
};

/// Machines at scale 1.
const HOSTS: f64 = 200.0;
/// Well-known places, by popularity; beyond them lies the tail.
const POPULAR: u64 = 3_000;
/// Fonts, analytics, advertisements: what other pages load.
const THIRD_PARTIES: u64 = 400;
/// Numbers of places from here on are the long tail: almost everybody's visit there is the only one.
const TAIL: u64 = 1 << 32;
const TAIL_SIZE: usize = 1 << 22;
/// Numbers of places that only the simulator itself hands out start here.
const RESERVED: u64 = 1 << 40;

pub(crate) const SITES: [&str; 2] = ["hq", "branch"];

/// What everybody in the world may look up.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) seed: u64,
    pub(crate) start: Micros,
    pub(crate) end: Micros,
    /// Domain of the organisation, which its own web site also uses.
    pub(crate) domain: String,
    popular: Vec<Destination>,
    third_parties: Vec<Destination>,
    /// Servers of each site as numbers of hosts; the first is domain controller and resolver.
    pub(crate) servers: [Vec<usize>; 2],
    pub(crate) printers: [Vec<usize>; 2],
    /// Addresses of the servers' roles, by site and position in `servers`.
    server_addresses: [Vec<Ipv4Addr>; 2],
}

impl World {
    /// Builds the organisation: the facts, and its machines.
    pub(crate) fn found(seed: u64, scale: f64, start: Micros, end: Micros) -> (Self, Vec<Host>) {
        let popular = (0..POPULAR).map(|id| Destination::invent(seed, id, Hosting::Usual)).collect();
        let third_parties = (0..THIRD_PARTIES)
            .map(|id| Destination::invent(seed, POPULAR + id, Hosting::Fronted))
            .map(|place| place.under(seed, ["cdn", "api", "static", "t", "ads"][(place.id % 5) as usize]))
            .collect();
        let hosts = people_and_machines(seed, scale);
        let of = |kind: Kind, site: usize| {
            let all = hosts.iter().enumerate();
            all.filter(|(_, host)| host.kind == kind && host.site == site).map(|(n, _)| n).collect::<Vec<_>>()
        };
        let servers = [of(Kind::Server, 0), of(Kind::Server, 1)];
        let printers = [of(Kind::Printer, 0), of(Kind::Printer, 1)];
        let server_addresses = servers.each_ref().map(|of| of.iter().map(|n| hosts[*n].v4).collect());
        let domain = names::domain(seed, RESERVED - 1);
        let world = Self { seed, start, end, domain, popular, third_parties, servers, printers, server_addresses };
        (world, hosts)
    }

    /// A site by popularity, from 0.
    pub(crate) fn popular(&self, rank: usize) -> &Destination {
        &self.popular[rank % self.popular.len()]
    }

    pub(crate) fn popularity(&self) -> usize {
        self.popular.len()
    }

    /// What the pages of a site load from elsewhere: always the same few, the well-known ones most often.
    pub(crate) fn third_party(&self, site: u64, slot: u64) -> &Destination {
        let mut dice = Dice::of(self.seed, "third party", mix(site, slot));
        &self.third_parties[dice.zipf(self.third_parties.len())]
    }

    /// A place that hardly anyone else visits.
    pub(crate) fn tail(&self, dice: &mut Dice) -> Destination {
        Destination::invent(self.seed, TAIL + dice.zipf(TAIL_SIZE) as u64, Hosting::Usual)
    }

    /// A number for a place that no one else has.
    pub(crate) fn reserved(&self, what: &str, index: u64) -> u64 {
        RESERVED + (mix(crate::dice::hash(what), mix(self.seed, index)) >> 8)
    }

    /// The machine that answers a site's lookups, and its address.
    pub(crate) fn resolver(&self, site: usize) -> (Option<usize>, IpAddr) {
        (self.servers[site].first().copied(), IpAddr::V4(self.server(site, 0)))
    }

    /// The public resolver that the site's resolvers ask in turn.
    pub(crate) fn upstream(&self) -> IpAddr {
        IpAddr::V4(Ipv4Addr::new(26, 2, 0, 53))
    }

    /// A server by its role: 0 domain controller, 1 files, 2 mail, 3 web applications, 4 database, 5 monitoring,
    /// 6 backup. Small sites have fewer servers, which then do more.
    pub(crate) fn server(&self, site: usize, role: usize) -> Ipv4Addr {
        let here = &self.server_addresses[site];
        here.get(role % here.len().max(1)).copied().unwrap_or(Ipv4Addr::new(10, 10, 0, 10))
    }
}

/// All machines; how many of which kind follows the shares in the module's documentation.
fn people_and_machines(seed: u64, scale: f64) -> Vec<Host> {
    let count = |share: f64| (HOSTS * scale * share).round().max(2.0) as u64;
    let groups = [
        (Kind::Server, count(0.10)),
        (Kind::Desktop, count(0.30)),
        (Kind::Laptop, count(0.35)),
        (Kind::Phone, count(0.12)),
        (Kind::Thing, count(0.09)),
        (Kind::Printer, count(0.04)),
    ];
    let mut hosts = Vec::new();
    for (kind, count) in groups {
        for _ in 0..count {
            hosts.push(machine(seed, kind, hosts.len() as u64));
        }
    }
    hosts
}

fn machine(seed: u64, kind: Kind, number: u64) -> Host {
    let mut dice = Dice::of(seed, "host", number);
    // Every fourth machine is at the branch office; the first server of each site must exist.
    let site = usize::from(number % 4 == 1);
    let os = operating_system(kind, &mut dice);
    // The first server of each site is its domain controller.
    let os = if kind == Kind::Server && number < 2 { Os::Windows } else { os };
    let owned = matches!(kind, Kind::Desktop | Kind::Laptop | Kind::Phone);
    let behind_nat = owned && number % 40 < 4;
    let v4 = if behind_nat { gateway(site, number / 40) } else { private(site, kind, number) };
    let word = match kind {
        Kind::Server => "srv",
        Kind::Desktop => "pc",
        Kind::Laptop => "nb",
        Kind::Phone => "ph",
        Kind::Thing => "iot",
        Kind::Printer => "prn",
    };
    let dual_stack = !behind_nat && owned && dice.chance(0.4);
    let mut host = Host::new(format!("{}-{word}-{number:04}", SITES[site]), kind, os, site, v4, dice);
    if dual_stack {
        host.v6 = Some(Ipv6Addr::new(0x2001, 0xdb8, 0x20, site as u16, 0, 0, (number >> 16) as u16, number as u16));
    }
    if owned { host.with_owner(Habits::draw(seed, number)) } else { host }
}

fn operating_system(kind: Kind, dice: &mut Dice) -> Os {
    let draw = dice.unit();
    match kind {
        Kind::Desktop | Kind::Laptop if draw < 0.70 => Os::Windows,
        Kind::Desktop | Kind::Laptop if draw < 0.90 => Os::Mac,
        Kind::Desktop | Kind::Laptop => Os::Linux,
        Kind::Server if draw < 0.45 => Os::Windows,
        Kind::Server => Os::Linux,
        Kind::Phone | Kind::Thing | Kind::Printer => Os::Other,
    }
}

/// Machines in networks by kind: servers, clients, things; one block a site.
fn private(site: usize, kind: Kind, number: u64) -> Ipv4Addr {
    let network: u32 = match kind {
        Kind::Server => 0x0a0a_0000,
        Kind::Desktop | Kind::Laptop | Kind::Phone => 0x0a14_0000,
        Kind::Thing | Kind::Printer => 0x0a0c_0000,
    };
    Ipv4Addr::from(network + 0x0028_0000 * site as u32 + 10 + number as u32)
}

/// The address that several machines share.
fn gateway(site: usize, group: u64) -> Ipv4Addr {
    Ipv4Addr::from(0x0a08_0000u32 + 0x0028_0000 * site as u32 + 1 + group as u32)
}
