//! Pages left open that poll: they begin in the middle of the day, are as regular as an implant, and end when the
//! person leaves. Two in five workdays have one or two.

use super::{Begun, Process};
use crate::{
    calendar::{DAY, HOUR, Micros, day_of, seconds},
    dice::{Dice, mix},
    town::{Call, Town},
    truth::Innocent,
    world::{
        World,
        destination::{Destination, Hosting},
    },
};

#[derive(Debug)]
struct Tab {
    host: usize,
    dice: Dice,
    open: Option<Open>,
}

/// A page that polls.
#[derive(Debug)]
struct Open {
    place: Destination,
    innocent: usize,
    period: f64,
    noise: f64,
    until: Micros,
    /// What the page consists of has been fetched.
    loaded: bool,
}

pub(crate) fn people(world: &World, town: &Town) -> Vec<Begun> {
    let mut all: Vec<Begun> = Vec::new();
    for (host, machine) in town.hosts.iter().enumerate() {
        if !machine.has_owner() {
            continue;
        }
        for tab in 0..2 {
            let dice = Dice::of(world.seed, "tab", mix(host as u64, tab));
            all.push((world.start + 1, Box::new(Tab { host, dice, open: None })));
        }
    }
    all
}

impl Process for Tab {
    fn wake(&mut self, now: Micros, world: &World, town: &mut Town) -> Option<Micros> {
        match &self.open {
            Some(open) if now < open.until => self.poll(now, world, town),
            Some(_) => {
                self.open = None;
                Some((day_of(now) + 1) * DAY)
            }
            None => self.decide(now, world, town),
        }
    }
}

impl Tab {
    /// At midnight it is known what today brings; waking again at the time of opening.
    fn decide(&mut self, now: Micros, world: &World, town: &mut Town) -> Option<Micros> {
        let tomorrow = (day_of(now) + 1) * DAY;
        let Some(day) = town.hosts[self.host].workday(now) else { return Some(tomorrow) };
        let opens = self.dice.span(day.arrive + HOUR / 2, (day.leave - HOUR).max(day.arrive + HOUR));
        if !self.dice.chance(0.25) {
            return Some(tomorrow);
        }
        let until = self.dice.span(opens + HOUR / 2, day.leave.max(opens + HOUR));
        let place = self.choose(world);
        let period = *self.dice.pick(&[15.0, 30.0, 60.0, 60.0, 60.0, 120.0, 300.0, 600.0]);
        let noise = *self.dice.pick(&[0.0, 0.0, 0.02, 0.1, 0.25]);
        let machine = &town.hosts[self.host];
        let innocent = town.wire.truth.innocent(Innocent {
            looks_like: "beaconing",
            software: "page left open",
            host: machine.name.clone(),
            src: machine.addresses(),
            destination: place.label(),
            port: 443,
            period,
            shape: if noise > 0.0 { "uniform" } else { "fixed" },
            start: opens,
            ..Innocent::default()
        });
        self.open = Some(Open { place, innocent, period, noise, until, loaded: false });
        Some(opens)
    }

    /// Mostly a web application that many use, sometimes one that nobody else here does.
    fn choose(&mut self, world: &World) -> Destination {
        let draw = self.dice.unit();
        if draw < 0.6 {
            return world.popular(self.dice.zipf(200)).under(world.seed, "app");
        }
        if draw < 0.9 {
            return world.popular(200 + self.dice.zipf(2_000)).clone();
        }
        Destination::invent(world.seed, world.reserved("tab", self.dice.bits()), Hosting::Usual)
    }

    /// Opening the page: itself and what it loads from elsewhere, like any other page.
    fn load(&mut self, now: Micros, world: &World, town: &mut Town) -> Option<Micros> {
        let open = self.open.as_mut()?;
        open.loaded = true;
        let client = town.hosts[self.host].browser;
        let others = (0..1 + self.dice.below(9)).map(|slot| world.third_party(open.place.id, slot));
        let mut at = now;
        for place in std::iter::once(&open.place).chain(others) {
            let (up, down) = (1_500, self.dice.lognormal(60_000.0, 1.3) as u64);
            let lasts = seconds(self.dice.lognormal(30.0, 1.0));
            town.tls(self.host, at, world, place, &Call { client, port: 443, up, down, lasts, resumed: false });
            at += seconds(self.dice.exponential(0.2));
        }
        Some(now + seconds(open.period * self.dice.unit() + 1.0))
    }

    fn poll(&mut self, now: Micros, world: &World, town: &mut Town) -> Option<Micros> {
        let open = self.open.as_ref()?;
        if !town.hosts[self.host].awake(now) {
            return Some(now + seconds(open.period));
        }
        if !open.loaded {
            return self.load(now, world, town);
        }
        let up = self.dice.lognormal(780.0, 0.1) as u64;
        let down = self.dice.lognormal(650.0, 0.6) as u64;
        let lasts = seconds(self.dice.lognormal(0.5, 0.5));
        let client = town.hosts[self.host].browser;
        town.tls(self.host, now, world, &open.place, &Call { client, port: 443, up, down, lasts, resumed: true });
        town.wire.truth.called(open.innocent);
        let noise = 1.0 + open.noise * self.dice.between(-1.0, 1.0);
        Some(now + seconds(open.period * noise + self.dice.exponential(0.05)))
    }
}
