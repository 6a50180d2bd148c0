//! What the beacon stories share: a delivery, then a program that asks for orders, sleeps, and sometimes gets some.

use super::{Casting, Scene};
use crate::{
    calendar::{Micros, SECOND, seconds},
    dice::Dice,
    life::Process,
    town::{Call, Request, Town},
    truth::DELIVERY,
    world::{
        World,
        clients::Client,
        destination::{Destination, Hosting},
    },
};

/// How an implant asks.
#[derive(Debug, Clone, Copy)]
pub(super) enum Asks {
    Tls(u16),
    Http { port: u16, path: &'static str },
}

/// Parameters of one implant.
#[derive(Debug)]
pub(super) struct Implant {
    pub(super) scene: Scene,
    pub(super) episode: usize,
    pub(super) place: Destination,
    /// Where it came from; `None` where it was there before the simulation began.
    pub(super) delivery: Option<Destination>,
    pub(super) client: &'static Client,
    pub(super) asks: Asks,
    /// Seconds between two contacts.
    pub(super) sleep: f64,
    /// Share of the sleep that is random.
    pub(super) jitter: f64,
    /// Jitter only shortens the sleep, as some frameworks do; otherwise it goes both ways.
    pub(super) one_sided: bool,
    /// Share of contacts that do not happen.
    pub(super) misses: f64,
    /// Share of TLS contacts that resume an earlier session, as the system's libraries do.
    pub(super) resumes: f64,
    /// Bytes of an empty contact, there and back.
    pub(super) bytes: (f64, f64),
    /// Hours between two occasions on which the operator is at work.
    pub(super) hours_between_tasks: f64,
    /// Contacts left of the present occasion.
    pub(super) burst: u64,
    pub(super) dice: Dice,
}

impl Process for Implant {
    fn wake(&mut self, now: Micros, world: &World, town: &mut Town) -> Option<Micros> {
        let machine = &mut town.hosts[self.scene.host];
        if !machine.awake(now) {
            // It starts again with the machine, among everything else that does.
            return Some(machine.next_presence(now)? + seconds(self.dice.between(15.0, 150.0)));
        }
        if let Some(source) = self.delivery.take() {
            return Some(self.deliver(now, world, town, &source));
        }
        if self.burst > 0 {
            return Some(self.work(now, world, town));
        }
        if !self.dice.chance(self.misses) {
            self.contact(now, world, town, "beat", 1.0);
        }
        let sleep = self.next_sleep();
        let tasks = self.sleep / (self.hours_between_tasks * 3_600.0);
        if self.dice.chance(tasks.min(0.5)) {
            self.burst = 2 + self.dice.exponential(6.0) as u64;
        }
        Some(now + seconds(sleep.max(1.0)))
    }
}

impl Implant {
    fn next_sleep(&mut self) -> f64 {
        let random = if self.one_sided { -self.dice.unit() } else { self.dice.between(-1.0, 1.0) };
        self.sleep * (1.0 + self.jitter * random) + self.dice.exponential(0.15)
    }

    /// A download that a person could have started; the implant calls for the first time soon after.
    fn deliver(&mut self, now: Micros, world: &World, town: &mut Town, source: &Destination) -> Micros {
        let down = self.dice.lognormal(900_000.0, 0.8) as u64;
        let lasts = seconds(self.dice.lognormal(3.0, 0.6));
        let client = town.hosts[self.scene.host].browser;
        town.wire.truth.mark(self.episode, DELIVERY);
        if self.dice.chance(0.3) {
            let (agent, mime, content) = (client.agent, "application/x-dosexec", source.id);
            let request = Request {
                method: "GET",
                path: "/files/invoice-2026.exe",
                agent,
                port: 80,
                up: 0,
                down,
                status: 200,
                mime,
                lasts,
                content,
            };
            town.http(self.scene.host, now, world, source, &request);
        } else {
            let call = Call { client, port: 443, up: 1_400, down, lasts, resumed: false };
            town.tls(self.scene.host, now, world, source, &call);
        }
        town.wire.truth.unmark();
        now + seconds(self.dice.lognormal(40.0, 0.8)) + SECOND
    }

    /// The operator is there: quick contacts with more to carry, some of it much more.
    fn work(&mut self, now: Micros, world: &World, town: &mut Town) -> Micros {
        self.burst -= 1;
        let size = self.dice.lognormal(12.0, 1.5);
        self.contact(now, world, town, "tasking", size);
        if self.burst > 0 {
            return now + seconds(self.dice.lognormal(8.0, 0.9).max(0.5));
        }
        now + seconds(self.next_sleep().max(1.0))
    }

    fn contact(&mut self, now: Micros, world: &World, town: &mut Town, role: &'static str, size: f64) {
        let up = (self.dice.lognormal(self.bytes.0, 0.04) * size) as u64;
        let down = (self.dice.lognormal(self.bytes.1, 0.06) * size.sqrt()) as u64;
        let lasts = seconds(self.dice.lognormal(0.35, 0.4) * size.sqrt());
        let host = self.scene.host;
        let resumed = self.dice.chance(self.resumes);
        town.wire.truth.mark(self.episode, role);
        match self.asks {
            Asks::Tls(port) => {
                let call = Call { client: self.client, port, up, down, lasts, resumed };
                town.tls(host, now, world, &self.place, &call);
            }
            Asks::Http { port, path } => {
                let method = if size > 1.0 { "POST" } else { "GET" };
                let up = if size > 1.0 { up } else { 0 };
                let (agent, mime, content) = (self.client.agent, "text/plain", self.place.id ^ down);
                let request = Request { method, path, agent, port, up, down, status: 200, mime, lasts, content };
                town.http(host, now, world, &self.place, &request);
            }
        }
        town.wire.truth.unmark();
    }
}

/// Where implants call: rented servers mostly, names behind a delivery network, or bare addresses.
pub(super) fn home(casting: &mut Casting<'_>) -> Destination {
    let id = casting.private_number("home");
    let seed = casting.world.seed;
    let draw = casting.dice.unit();
    let place = if draw < 0.5 {
        Destination::invent(seed, id, Hosting::Own)
    } else if draw < 0.85 {
        Destination::invent(seed, id, Hosting::Fronted)
    } else {
        return Destination::bare(seed, id);
    };
    let trusted = casting.dice.chance(0.85);
    let prefix = *casting.dice.pick(&["", "", "", "api", "cdn", "www", "update"]);
    let place = if prefix.is_empty() { place } else { place.under(seed, prefix) };
    Destination { clear: false, trusted, ..place }
}

/// A place that the implant came from.
pub(super) fn delivery(casting: &mut Casting<'_>) -> Option<Destination> {
    let id = casting.private_number("delivery");
    Some(Destination { clear: false, ..Destination::invent(casting.world.seed, id, Hosting::Usual) })
}

/// Every seventh home is on somebody's list already.
pub(super) fn maybe_listed(casting: &mut Casting<'_>, place: &Destination) {
    if casting.dice.chance(0.15) {
        let kind = if place.name.is_empty() { "ip" } else { "domain" };
        casting.intel.list(&place.label(), kind, 75, "command and control");
    }
}
