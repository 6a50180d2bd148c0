//! Lookups that programs make for reasons of their own: reputation, telemetry, block lists, reverse names, typing errors.
//!
//! They look like algorithms that make up names, like tunnels and like flux networks, and are none.

use std::net::Ipv4Addr;

use super::{Begun, acting};
use crate::{
    attacks::{mistyped, punycode},
    calendar::{MILLI, Micros, seconds},
    dice::{Dice, hash, hex, mix},
    names,
    town::{Call, Question, Town},
    truth::{ANY, Innocent},
    wire::{Flow, State},
    world::{
        World,
        destination::{Destination, Hosting, stranger},
        host::Kind,
    },
};

/// What a machine does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Habit {
    /// Anti-virus asks for the hash of each new file under the vendor's name.
    Reputation,
    /// A program reports by asking for names that hold its identifiers.
    Telemetry,
    /// A mail server asks three block lists for each client.
    BlockLists,
    /// A server looks up the names of the addresses in its log.
    ReverseNames,
    /// A browser asks for three names that should not exist, to see whether somebody answers for everything.
    Probes,
    /// A person mistypes.
    Typing,
    /// The system tries names with the organisation's suffix.
    Suffixes,
    /// Media from hosts whose names are hashes.
    HashedHosts,
    /// A delivery network that answers with some of very many addresses.
    Delivery,
    /// Names with letters of other languages.
    International,
    /// A resolver checks signatures: keys and digests of zones.
    Signatures,
    /// A pool of volunteers' servers: other addresses at each answer, all over the world.
    Pool,
}

/// Who does it, what share of them, and how often a busy one does it, in seconds.
const HABITS: &[(Habit, &str, &str, f64, f64)] = &[
    (Habit::Reputation, "anti-virus reputation", "dns_tunnel", 0.6, 240.0),
    (Habit::Telemetry, "telemetry in names", "dns_tunnel", 0.08, 600.0),
    (Habit::BlockLists, "mail block lists", "generated_domains", 1.0, 25.0),
    (Habit::ReverseNames, "reverse names for logs", "generated_domains", 0.4, 90.0),
    (Habit::Probes, "browser probes for wildcards", "generated_domains", 0.6, 10_000.0),
    (Habit::Typing, "typing errors", "generated_domains", 1.0, 9_000.0),
    (Habit::Suffixes, "names tried with the local suffix", "generated_domains", 0.5, 1_800.0),
    (Habit::HashedHosts, "media on hashed hosts", "generated_domains", 0.5, 1_500.0),
    (Habit::Delivery, "a delivery network with many addresses", "fast_flux", 0.3, 400.0),
    (Habit::International, "names in other languages", "lookalike_domain", 0.2, 20_000.0),
    (Habit::Signatures, "keys of signed zones", "dns_tunnel", 1.0, 40.0),
    (Habit::Pool, "a pool of volunteers' servers", "fast_flux", 0.25, 1_024.0),
];

pub(crate) fn of_programs(world: &World, town: &mut Town) -> Vec<Begun> {
    let mut all = Vec::new();
    for (habit, software, looks_like, share, pace) in HABITS.iter().copied() {
        for host in 0..town.hosts.len() {
            let mut dice = Dice::of(world.seed, software, host as u64);
            if does(town, world, host, habit) && dice.chance(share) {
                let place = place_of(world, habit, host);
                introduce(town, host, (software, looks_like), &place, world);
                let first = world.start + seconds(dice.exponential(pace));
                all.push(acting(first, move |now, world, town| {
                    let machine = &mut town.hosts[host];
                    if !machine.awake(now) {
                        return Some(machine.next_presence(now)? + seconds(dice.exponential(200.0)));
                    }
                    Asking { host, now, world, town, place: &place, dice: &mut dice }.about(habit);
                    Some(now + seconds(dice.exponential(pace)) + MILLI)
                }));
            }
        }
    }
    all
}

fn does(town: &Town, world: &World, host: usize, habit: Habit) -> bool {
    let machine = &town.hosts[host];
    match habit {
        Habit::BlockLists => world.servers[machine.site].get(2) == Some(&host),
        Habit::Signatures => world.servers[machine.site].first() == Some(&host),
        Habit::ReverseNames | Habit::Pool => machine.is_server(),
        Habit::Telemetry => matches!(machine.kind, Kind::Desktop | Kind::Laptop | Kind::Phone),
        _ => machine.is_computer(),
    }
}

/// The domain under which it asks: one for all of them, or a vendor of one's own.
fn place_of(world: &World, habit: Habit, host: usize) -> Destination {
    let of = if habit == Habit::Telemetry { host as u64 % 7 } else { 0 };
    let hosting = if habit == Habit::HashedHosts { Hosting::Fronted } else { Hosting::Own };
    Destination::invent(world.seed, world.reserved("lookups", mix(habit as u64, of)), hosting)
}

fn introduce(
    town: &mut Town,
    host: usize,
    (software, looks_like): (&'static str, &'static str),
    place: &Destination,
    world: &World,
) {
    let machine = &town.hosts[host];
    let named = !matches!(looks_like, "generated_domains");
    let innocent = Innocent {
        software,
        looks_like,
        host: machine.name.clone(),
        src: machine.addresses(),
        destination: if named { place.name.clone() } else { ANY.to_owned() },
        port: 53,
        shape: "exponential",
        start: world.start,
        ..Innocent::default()
    };
    town.wire.truth.innocent(innocent);
}

/// One machine that asks, now.
struct Asking<'a> {
    host: usize,
    now: Micros,
    world: &'a World,
    town: &'a mut Town,
    place: &'a Destination,
    dice: &'a mut Dice,
}

impl Asking<'_> {
    fn about(&mut self, habit: Habit) {
        match habit {
            Habit::Reputation => self.reputation(),
            Habit::Telemetry => {
                let me = hex(mix(self.host as u64, 1), 16);
                let name = format!("{me}.{}.t.{}", hex(self.dice.bits(), 12), self.place.name);
                let kind = self.dice.pick::<&str>(&["A", "TXT"]);
                let answer = format!("TXT 4 {}", hex(self.dice.bits(), 4));
                self.question(0, &name, kind, &[answer], 60);
            }
            Habit::BlockLists => self.block_lists(),
            Habit::ReverseNames => {
                let [a, b, c, d] = stranger(self.dice.bits()).octets();
                let known = self.dice.chance(0.4).then(|| format!("host-{a}-{b}-{c}-{d}.{}", self.place.name));
                let answer: Vec<String> = known.into_iter().collect();
                self.question(0, &format!("{d}.{c}.{b}.{a}.in-addr.arpa"), "PTR", &answer, 3_600);
            }
            Habit::Probes => self.probes(),
            Habit::Typing => self.typing(),
            Habit::Suffixes => {
                let name = *self.dice.pick(&["wpad", "isatap", "proxy", "printsrv", "_ldap._tcp"]);
                let popular = &self.world.popular(self.dice.zipf(200)).name;
                for (n, name) in (0..).zip([name, popular]) {
                    self.question(n, &format!("{name}.{}", self.world.domain), "A", &[], 0);
                }
            }
            Habit::HashedHosts => self.hashed_hosts(),
            Habit::Delivery => self.delivery(),
            Habit::International => {
                let label = names::label(self.world.seed, self.dice.zipf(60) as u64 + 9_000);
                let name = format!("{}.com", punycode(&label, 1, *self.dice.pick(&['ü', 'é', 'ø', 'ł'])));
                self.question(0, &name, "A", &[stranger(hash(&label)).to_string()], 3_600);
            }
            Habit::Signatures => {
                let zone = &self.world.popular(self.dice.zipf(800)).name;
                let (kind, digits) = *self.dice.pick(&[("DNSKEY", 340), ("DS", 64)]);
                let answer = format!("{kind} 8 {}", hex(mix(hash(zone), 3), digits));
                self.question(0, zone, kind, &[answer], 3_600);
            }
            Habit::Pool => self.pool(),
        }
    }

    /// The n-th question of this occasion; they follow each other within milliseconds.
    fn question(&mut self, n: i64, name: &str, kind: &'static str, answers: &[String], ttl: i64) -> Micros {
        let at = self.now + n * 35 * MILLI;
        self.town.dns(self.host, at, self.world, &Question { name, kind, answers, ttl })
    }

    fn reputation(&mut self) {
        for n in 0..1 + self.dice.exponential(3.0) as i64 {
            let (file, key) = (hex(self.dice.bits(), 40), hex(self.dice.bits(), 8));
            let known = self.dice.chance(0.7).then(|| format!("127.0.{}.2", self.dice.below(8)));
            let answer: Vec<String> = known.into_iter().collect();
            self.question(n, &format!("{file}.{key}.avqs.{}", self.place.name), "A", &answer, 300);
        }
    }

    fn block_lists(&mut self) {
        let [a, b, c, d] = stranger(self.dice.bits()).octets();
        for (n, list) in (0..).zip(["zen", "bl", "dnsbl"]) {
            let listed: Vec<String> = self.dice.chance(0.3).then(|| "127.0.0.4".to_owned()).into_iter().collect();
            self.question(n, &format!("{d}.{c}.{b}.{a}.{list}.{}", self.place.name), "A", &listed, 900);
        }
    }

    fn probes(&mut self) {
        for n in 0..3 {
            let letters = 7 + self.dice.below(9) as usize;
            let name: String = (0..letters).map(|_| char::from(b'a' + self.dice.below(26) as u8)).collect();
            self.question(n, &name, "A", &[], 0);
        }
    }

    fn typing(&mut self) {
        let meant = &self.world.popular(self.dice.zipf(500)).name;
        let (label, ending) = meant.rsplit_once('.').unwrap_or((meant, "com"));
        let place = 1 + self.dice.below(label.len() as u64) as usize;
        let name = format!("{}.{ending}", mistyped(label, place, self.dice.below(3)));
        self.question(0, &name, "A", &[], 0);
    }

    fn hashed_hosts(&mut self) {
        let answer = [self.place.v4.first().copied().unwrap_or(Ipv4Addr::UNSPECIFIED).to_string()];
        for n in 0..1 + self.dice.exponential(2.0) as i64 {
            let name = format!("r{}---sn-{}.{}", 1 + self.dice.below(20), hex(self.dice.bits(), 8), self.place.name);
            self.question(n, &name, "A", &answer, 300);
        }
    }

    fn delivery(&mut self) {
        let name = format!("e{}.{}", 1 + mix(self.host as u64, 2) % 12, self.place.name);
        let of = |n: u64| Ipv4Addr::new(26, 40 + (n % 9) as u8, (n / 9) as u8, 1 + (mix(self.place.id, n) % 250) as u8);
        let answers: Vec<String> = (0..2 + self.dice.below(7)).map(|_| of(self.dice.below(270)).to_string()).collect();
        self.question(0, &name, "A", &answers, 30);
    }

    fn pool(&mut self) {
        let ips: Vec<Ipv4Addr> = (0..4).map(|_| stranger(mix(self.place.id, self.dice.below(160)))).collect();
        let answers: Vec<String> = ips.iter().map(ToString::to_string).collect();
        let name = format!("{}.pool.{}", self.dice.below(4), self.place.name);
        let at = self.question(0, &name, "A", &answers, 130);
        let flow = Flow { proto: "udp", service: Some("ntp"), up: 48, down: 48, lasts: 30 * MILLI, state: State::Sf };
        if let Some(to) = ips.first() {
            self.town.flow(self.host, at, *to, 123, &flow);
        }
    }
}

/// Names that belong to the organisation or to a well-known one although they look like an imitation of its name.
pub(crate) fn of_affiliates(world: &World, town: &mut Town) -> Vec<Begun> {
    let mut dice = Dice::of(world.seed, "affiliates", 0);
    let mut all = Vec::new();
    for number in 0..6 {
        let brand = if number < 2 { world.domain.clone() } else { world.popular(dice.zipf(40)).name.clone() };
        let (label, ending) = brand.rsplit_once('.').unwrap_or((&brand, "com"));
        let name = match dice.below(4) {
            0 => format!("{label}-careers.{ending}"),
            1 => format!("{label}group.com"),
            2 => format!("{label}.de"),
            _ => format!("my{label}.{ending}"),
        };
        let id = world.reserved("affiliate", number);
        let place = Destination { clear: false, ..Destination::named(world.seed, id, name, Hosting::Usual) };
        town.wire.truth.innocent(Innocent {
            software: "a name of the brand's own",
            looks_like: "lookalike_domain",
            host: ANY.to_owned(),
            destination: place.name.clone(),
            port: 443,
            start: world.start,
            ..Innocent::default()
        });
        all.push(acting(world.start + seconds(dice.exponential(3_000.0)), {
            let mut dice = Dice::of(world.seed, "affiliate", number);
            move |now, world, town| {
                let host = dice.below(town.hosts.len() as u64) as usize;
                if town.hosts[host].is_computer() && town.hosts[host].present(now) {
                    let client = town.hosts[host].browser;
                    let (up, down) = (1_500, dice.lognormal(60_000.0, 1.0) as u64);
                    let lasts = seconds(dice.lognormal(30.0, 1.0));
                    let call = Call { client, port: 443, up, down, lasts, resumed: false };
                    town.tls(host, now, world, &place, &call);
                }
                Some(now + seconds(dice.exponential(2_400.0)))
            }
        }));
    }
    all
}
