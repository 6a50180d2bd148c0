//! One program on one machine that calls home: a place from the catalogue, a timer, and sleep when the machine sleeps.

use std::rc::Rc;

use super::{
    Begun, Process,
    software::{Audience, CATALOGUE, Over, Places, Shape, Software},
};
use crate::{
    calendar::{DAY, HOUR, MILLI, MINUTE, Micros, SECOND, seconds},
    dice::{Dice, hash, mix},
    town::{Call, Request, Town},
    truth::Innocent,
    wire::{Flow, State},
    world::{
        World,
        destination::{Destination, Hosting},
        host::Host,
    },
};

/// Chance a day that a program of a machine is installed on just that day: an assumption, which gives a machine with
/// fifteen such programs a new one every week.
const NEW_PER_DAY: f64 = 0.01;

#[derive(Debug)]
struct Caller {
    software: &'static Software,
    host: usize,
    place: Rc<Destination>,
    innocent: usize,
    /// Offset from the clock of jobs that run by the clock.
    offset: Micros,
}

/// Installs the catalogue on the machines.
pub(crate) fn installed(world: &World, town: &mut Town, scale: f64) -> Vec<Begun> {
    let mut all = Vec::new();
    for software in CATALOGUE {
        let mut dice = Dice::of(world.seed, software.name, 0);
        let vendor = vendor_places(world, software);
        for host in owners(software, &town.hosts, scale, &mut dice) {
            let place = match software.places {
                Places::Vendor(_) => Rc::clone(dice.pick(&vendor)),
                Places::WellKnown => Rc::new(world.popular(20 + dice.zipf(world.popularity())).clone()),
                Places::Own => Rc::new(own_place(world, software, host)),
                Places::OwnAddress => {
                    Rc::new(Destination::bare(world.seed, world.reserved(software.name, host as u64)))
                }
            };
            all.push(install(world, town, software, host, place, &mut dice));
        }
    }
    all
}

fn owners(software: &Software, hosts: &[Host], scale: f64, dice: &mut Dice) -> Vec<usize> {
    let mut fit: Vec<usize> = (0..hosts.len()).filter(|n| software.who.includes(&hosts[*n])).collect();
    match software.audience {
        Audience::Share(share) => fit.into_iter().filter(|_| dice.chance(share)).collect(),
        Audience::Few(count) => {
            let count = (count * scale + dice.unit()) as usize;
            let mut chosen = Vec::new();
            while chosen.len() < count && !fit.is_empty() {
                chosen.push(fit.swap_remove(dice.below(fit.len() as u64) as usize));
            }
            chosen
        }
    }
}

/// The vendor's names: `api.merolix.com`, `eu.merolix.com` ...
fn vendor_places(world: &World, software: &Software) -> Vec<Rc<Destination>> {
    const PREFIXES: &[&str] =
        &["api", "v10.events", "eu", "cdn", "settings", "gw", "edge", "sync", "data", "client", "s", "m"];
    let Places::Vendor(count) = software.places else { return Vec::new() };
    let parent = Destination::invent(world.seed, world.reserved(software.name, 0), Hosting::Usual);
    let names = PREFIXES.iter().cycle().take(count as usize);
    names.map(|prefix| Rc::new(parent.under(world.seed, prefix))).collect()
}

fn own_place(world: &World, software: &Software, host: usize) -> Destination {
    let id = world.reserved(software.name, host as u64);
    let place = Destination::invent(world.seed, id, Hosting::Usual);
    // Small vendors use a bare domain as often as a host under it.
    if mix(id, 1).is_multiple_of(2) { place } else { place.under(world.seed, "api") }
}

fn install(
    world: &World,
    town: &mut Town,
    software: &'static Software,
    host: usize,
    place: Rc<Destination>,
    dice: &mut Dice,
) -> Begun {
    let days = ((world.end - world.start) / DAY).max(1);
    let long_there = (1.0 - NEW_PER_DAY).powi(days.min(1_000) as i32);
    let start = if !dice.chance(long_there) {
        world.start + dice.span(0, days) * DAY + dice.span(9 * HOUR, 17 * HOUR)
    } else {
        world.start + seconds(software.period * dice.unit())
    };
    let machine = &town.hosts[host];
    let innocent = town.wire.truth.innocent(Innocent {
        looks_like: "beaconing",
        software: software.name,
        host: machine.name.clone(),
        src: machine.addresses(),
        destination: place.label(),
        port: port(software),
        period: software.period,
        shape: software.shape.word(),
        start,
        ..Innocent::default()
    });
    let offset = (mix(hash(software.name), host as u64) % 4_000_000) as Micros;
    (start, Box::new(Caller { software, host, place, innocent, offset }))
}

fn port(software: &Software) -> u16 {
    match software.over {
        Over::Tls(port) => port,
        Over::Http(_) => 80,
        Over::Ntp => 123,
    }
}

impl Process for Caller {
    fn wake(&mut self, now: Micros, world: &World, town: &mut Town) -> Option<Micros> {
        if !town.hosts[self.host].awake(now) {
            return self.after_sleep(now, town);
        }
        self.call(now, world, town);
        town.wire.truth.called(self.innocent);
        Some(now + self.gap(now, &mut town.hosts[self.host].dice))
    }
}

impl Caller {
    /// When a machine wakes, its programs start one after another within a minute or two.
    fn after_sleep(&self, now: Micros, town: &mut Town) -> Option<Micros> {
        let machine = &mut town.hosts[self.host];
        let wakes = machine.next_presence(now)?;
        Some(wakes + seconds(machine.dice.exponential(40.0)).min(10 * MINUTE))
    }

    fn gap(&self, now: Micros, dice: &mut Dice) -> Micros {
        let period = self.software.period;
        // A timer is never better than the scheduler and the network that it waits for.
        let latency = seconds(dice.exponential(0.08));
        let gap = match self.software.shape {
            Shape::Fixed => seconds(period) + latency,
            Shape::Uniform(share) => seconds(period * (1.0 + share * dice.between(-1.0, 1.0))) + latency,
            Shape::Normal(share) => seconds(dice.normal(period, share * period)),
            Shape::Exponential => seconds(dice.exponential(period)),
            Shape::Clock => {
                let step = seconds(period);
                (now / step + 1) * step + self.offset - now + latency
            }
        };
        gap.max(500 * MILLI)
    }

    fn call(&self, now: Micros, world: &World, town: &mut Town) {
        let software = self.software;
        let dice = &mut town.hosts[self.host].dice;
        let up = dice.lognormal(software.bytes.0, software.spread) as u64;
        let down = dice.lognormal(software.bytes.1, software.spread) as u64;
        let lasts = seconds(dice.lognormal(software.lasts, 0.4));
        match software.over {
            Over::Tls(port) => {
                let resumed = dice.chance(0.5);
                let call = Call { client: software.client, port, up, down, lasts, resumed };
                town.tls(self.host, now, world, &self.place, &call);
            }
            Over::Http(path) => {
                let method = if up > 0 { "POST" } else { "GET" };
                let (agent, content) = (software.client.agent, mix(self.place.id, down));
                let mime = "text/plain";
                let request = Request { method, path, agent, port: 80, up, down, status: 200, mime, lasts, content };
                town.http(self.host, now, world, &self.place, &request);
            }
            Over::Ntp => {
                let (address, at) = town.resolve(self.host, now, world, &self.place);
                let (service, state) = (Some("ntp"), State::Sf);
                let flow = Flow { proto: "udp", service, up: 48, down: 48, lasts: self.place.rtt.min(SECOND), state };
                town.flow(self.host, at, address, 123, &flow);
            }
        }
    }
}
