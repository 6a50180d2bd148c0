//! People on the web: sessions of pages, each a burst of connections to the site and to what its pages load.

use super::{Begun, Process};
use crate::{
    calendar::{Micros, SECOND, seconds},
    dice::{Dice, mix},
    town::{Call, Request, Town, invented_path},
    world::{World, destination::Destination, host::Remembered},
};

/// Sites that one person goes back to every day.
const FAVORITES: usize = 14;

#[derive(Debug)]
struct Person {
    host: usize,
    favorites: Vec<usize>,
    /// Pages left in this session, and the site that it is on.
    pages_left: u64,
    site: Option<Destination>,
}

pub(crate) fn people(world: &World, town: &Town) -> Vec<Begun> {
    let owned = town.hosts.iter().enumerate().filter(|(_, host)| host.has_owner());
    owned
        .map(|(host, _)| {
            let mut dice = Dice::of(world.seed, "person", host as u64);
            let favorites = (0..FAVORITES).map(|_| dice.zipf(world.popularity())).collect();
            let person = Person { host, favorites, pages_left: 0, site: None };
            (world.start + dice.span(0, 60 * SECOND), Box::new(person) as Box<dyn Process>)
        })
        .collect()
}

impl Process for Person {
    fn wake(&mut self, now: Micros, world: &World, town: &mut Town) -> Option<Micros> {
        let machine = &mut town.hosts[self.host];
        if !machine.present(now) {
            self.pages_left = 0;
            let next = machine.next_presence(now)?;
            return Some(next + seconds(machine.dice.exponential(240.0)));
        }
        if self.pages_left == 0 {
            self.begin(world, &mut town.hosts[self.host].dice);
        }
        self.view(now, world, town);
        self.pages_left -= 1;
        let dice = &mut town.hosts[self.host].dice;
        // Reading a page, or doing something else until the next session.
        let pause = if self.pages_left > 0 { dice.lognormal(22.0, 1.0) } else { dice.exponential(720.0) };
        Some(now + seconds(pause.clamp(1.0, 7_200.0)))
    }
}

impl Person {
    fn begin(&mut self, world: &World, dice: &mut Dice) {
        self.pages_left = 1 + dice.exponential(4.5) as u64;
        let draw = dice.unit();
        self.site = Some(if draw < 0.6 {
            world.popular(self.favorites[dice.zipf(FAVORITES)]).clone()
        } else if draw < 0.9 {
            world.popular(dice.zipf(world.popularity())).clone()
        } else {
            world.tail(dice)
        });
    }

    /// One page: the site itself, its static host, and a handful of third parties, within a second or two.
    fn view(&self, now: Micros, world: &World, town: &mut Town) {
        let Some(site) = &self.site else { return };
        self.load(now, world, town, site, 25_000.0);
        if site.clear {
            return;
        }
        let dice = &mut town.hosts[self.host].dice;
        let others = dice.exponential(5.0) as u64;
        let has_static = mix(site.id, 40).is_multiple_of(3);
        let mut at = now;
        if has_static {
            at += seconds(town.hosts[self.host].dice.exponential(0.15));
            self.load(at, world, town, &site.under(world.seed, "static"), 180_000.0);
        }
        for slot in 0..others.min(24) {
            at += seconds(town.hosts[self.host].dice.exponential(0.12));
            // Pages of one site share most of what they load.
            let slot = if town.hosts[self.host].dice.chance(0.8) { slot % 9 } else { slot + 100 };
            self.load(at, world, town, world.third_party(site.id, slot), 12_000.0);
        }
    }

    /// Fetches something over an open connection, which leaves no row, or over a new one.
    fn load(&self, at: Micros, world: &World, town: &mut Town, place: &Destination, size: f64) {
        let known = town.hosts[self.host].recall(place.id);
        if known.is_some_and(|known| known.open_until > at) {
            return;
        }
        let machine = &mut town.hosts[self.host];
        let client = machine.browser;
        let up = machine.dice.lognormal(1_500.0, 0.8) as u64;
        let down = machine.dice.lognormal(size, 1.5) as u64;
        // Browsers close idle connections after half a minute to a few minutes.
        let lasts = seconds(machine.dice.lognormal(35.0, 1.1).min(1_200.0));
        if place.clear {
            let path = invented_path(&mut machine.dice, at);
            let content = mix(place.id, down);
            let (agent, mime) = (client.agent, "text/html");
            let (lasts, path) = (lasts / 40, path.as_str());
            let request =
                Request { method: "GET", path, agent, port: 80, up: 0, down, status: 200, mime, lasts, content };
            town.http(self.host, at, world, place, &request);
            return;
        }
        let resumed = machine.dice.chance(0.4);
        let end = town.tls(self.host, at, world, place, &Call { client, port: 443, up, down, lasts, resumed });
        let machine = &mut town.hosts[self.host];
        if let Some(known) = machine.recall(place.id) {
            machine.remember(place.id, Remembered { open_until: end, ..known });
        }
    }
}
