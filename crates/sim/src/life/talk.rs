//! Long connections of people: video calls on the hour, VPN sessions to partners, mail that waits for news.

use super::{Begun, Process};
use crate::{
    calendar::{DAY, HOUR, MINUTE, Micros, SECOND, day_of, seconds},
    dice::Dice,
    town::{Call, Town},
    truth::Innocent,
    wire::{Flow, State},
    world::{
        World, clients,
        destination::{Destination, Hosting},
        host::{Host, Kind},
    },
};

/// What one person has of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Habit {
    /// One to three calls on most days; nearly everyone.
    Meetings,
    /// A tunnel to a partner for some hours; one in thirty.
    Vpn,
    /// IMAP IDLE: renewed every 29 minutes as the standard asks; one in eight.
    WaitingMail,
}

#[derive(Debug)]
struct Talker {
    host: usize,
    habit: Habit,
    place: Destination,
    /// Its number in the ground truth, for the habit that keeps a rhythm.
    innocent: Option<usize>,
    dice: Dice,
}

pub(crate) fn people(world: &World, town: &mut Town) -> Vec<Begun> {
    let mut all: Vec<Begun> = Vec::new();
    for (host, machine) in town.hosts.iter().enumerate() {
        if !matches!(machine.kind, Kind::Desktop | Kind::Laptop) {
            continue;
        }
        for (habit, share) in [(Habit::Meetings, 0.8), (Habit::Vpn, 0.03), (Habit::WaitingMail, 0.12)] {
            let mut dice = Dice::of(world.seed, "talk", host as u64 * 4 + habit as u64);
            if dice.chance(share) {
                let place = place_of(world, habit, &mut dice);
                let number = town.wire.truth.innocent(introduction(world, machine, habit, &place));
                let innocent = (habit == Habit::WaitingMail).then_some(number);
                all.push((world.start + 1, Box::new(Talker { host, habit, place, innocent, dice })));
            }
        }
    }
    all
}

fn introduction(world: &World, machine: &Host, habit: Habit, place: &Destination) -> Innocent {
    let (software, looks_like, port, period) = match habit {
        Habit::Meetings => ("video calls", "data_exfiltration", 3_478, 0.0),
        Habit::Vpn => ("VPN to a partner", "long_sessions", 51_820, 0.0),
        Habit::WaitingMail => ("waiting mail", "beaconing", 993, 1_741.0),
    };
    Innocent {
        looks_like,
        software,
        host: machine.name.clone(),
        src: machine.addresses(),
        destination: place.label(),
        port,
        period,
        shape: if period > 0.0 { "fixed" } else { "exponential" },
        start: world.start,
        ..Innocent::default()
    }
}

fn place_of(world: &World, habit: Habit, dice: &mut Dice) -> Destination {
    let (what, variants, prefix) = match habit {
        Habit::Meetings => ("meetings", 6, "media"),
        Habit::Vpn => ("vpn", 12, "vpn"),
        Habit::WaitingMail => ("imap", 3, "imap"),
    };
    let parent = Destination::invent(world.seed, world.reserved(what, dice.below(variants)), Hosting::Own);
    Destination { clear: false, ..parent.under(world.seed, prefix) }
}

impl Process for Talker {
    fn wake(&mut self, now: Micros, world: &World, town: &mut Town) -> Option<Micros> {
        let machine = &mut town.hosts[self.host];
        if !machine.present(now) {
            let next = machine.next_presence(now)?;
            return Some(next + seconds(self.dice.exponential(1_200.0)));
        }
        match self.habit {
            Habit::Meetings => self.meet(now, world, town),
            Habit::Vpn => self.tunnel(now, world, town),
            Habit::WaitingMail => self.wait_for_mail(now, world, town),
        }
    }
}

impl Talker {
    /// A call begins at the next half hour and lasts half an hour or an hour: signalling over TLS, media over UDP.
    fn meet(&mut self, now: Micros, world: &World, town: &mut Town) -> Option<Micros> {
        let begins = (now / (30 * MINUTE) + 1) * 30 * MINUTE + seconds(self.dice.normal(20.0, 60.0).max(-100.0));
        let begins = begins.max(now);
        let lasts = self.dice.span(1, 3) * 30 * MINUTE - seconds(self.dice.exponential(120.0)).min(20 * MINUTE);
        let client = &clients::ELECTRON;
        town.tls(
            self.host,
            begins,
            world,
            &self.place,
            &Call { client, port: 443, up: 9_000, down: 30_000, lasts, resumed: false },
        );
        let (address, at) = town.resolve(self.host, begins, world, &self.place);
        let rate = self.dice.lognormal(90_000.0, 0.6);
        let bytes = (rate * lasts as f64 / SECOND as f64) as u64;
        let flow = Flow { proto: "udp", service: None, up: bytes / 2, down: bytes, lasts, state: State::Sf };
        town.flow(self.host, at, address, 3_478, &flow);
        Some(begins + lasts + seconds(self.dice.exponential(2.2 * 3_600.0)))
    }

    fn tunnel(&mut self, now: Micros, world: &World, town: &mut Town) -> Option<Micros> {
        let (address, at) = town.resolve(self.host, now, world, &self.place);
        let lasts = seconds(self.dice.between(2.0, 8.0) * 3_600.0);
        let down = self.dice.lognormal(4e8, 1.2) as u64;
        let flow = Flow { proto: "udp", service: None, up: down / 9, down, lasts, state: State::Sf };
        town.flow(self.host, at, address, 51_820, &flow);
        Some((day_of(now) + 1) * DAY + 7 * HOUR)
    }

    fn wait_for_mail(&mut self, now: Micros, world: &World, town: &mut Town) -> Option<Micros> {
        let lasts = 29 * MINUTE + seconds(self.dice.exponential(2.0));
        let down = self.dice.lognormal(3_000.0, 1.0) as u64;
        let client = &clients::OPENSSL;
        if let Some(innocent) = self.innocent {
            town.wire.truth.called(innocent);
        }
        town.tls(self.host, now, world, &self.place, &Call { client, port: 993, up: 700, down, lasts, resumed: true });
        Some(now + lasts + SECOND)
    }
}
