//! Somebody attacks the web site or the intranet by what he puts into parameters, and sometimes it works.

use std::net::IpAddr;

use super::{Casting, Story};
use crate::{
    calendar::seconds,
    dice::Dice,
    life::{Begun, acting},
    payloads::{ATTACKS, Attack, SPELLINGS, Spelling, payload},
    town::{Request, Town},
    truth::Episode,
    world::{
        World, clients,
        destination::{Destination, stranger},
    },
    zone::{self, COUNTRIES, Hit, hit},
};

/// 3 to 250 requests (log-uniform), 0.3 s to 10 min apart (log-uniform), one kind of attack in one or two spellings,
/// every third under a browser's name; one in three succeeds towards its end: an answer much larger, or an error of
/// the server. Every third comes from inside and is aimed at the intranet over plain HTTP.
pub(super) static STORY: Story = Story {
    name: "web_attack",
    about: "Somebody attacks the web site or the intranet by what he puts into parameters.",
    technique: "T1190",
    detector: Some("web_attack"),
    needs: 3,
    instances: 3.0,
    cast,
};

const PATHS: &[(&str, &str)] = &[
    ("/search", "q"),
    ("/docs", "file"),
    ("/products", "id"),
    ("/login", "next"),
    ("/blog", "page"),
    ("/contact", "subject"),
    ("/api/v1/items", "sort"),
];

/// One attacker's way of working.
struct Way {
    attack: Attack,
    spellings: [Spelling; 2],
    path: &'static str,
    parameter: &'static str,
    requests: u64,
    done: u64,
    succeeds: bool,
    dice: Dice,
}

impl Way {
    /// The query of the next request, and whether it works.
    fn next(&mut self) -> (String, bool) {
        self.done += 1;
        let spelling = *self.dice.pick(&self.spellings);
        let query = format!("{}={}", self.parameter, payload(self.attack, spelling, &mut self.dice));
        (query, self.succeeds && self.done + 3 > self.requests)
    }
}

fn cast(casting: &mut Casting<'_>) -> Option<Begun> {
    let inside = casting.number % 3 == 1;
    let scene = if inside { Some(casting.scene(crate::world::host::Host::is_computer)?) } else { None };
    let at = scene.map_or_else(|| casting.moment(), |scene| scene.at);
    let dice = &mut casting.dice;
    let attack = ATTACKS[dice.below(ATTACKS.len() as u64) as usize];
    let spellings = [*dice.pick(&SPELLINGS), *dice.pick(&SPELLINGS)];
    let (path, parameter) = *dice.pick(PATHS);
    let requests = dice.log_uniform(3.0, 250.0) as u64;
    let pace = dice.log_uniform(0.3, 600.0);
    let succeeds = dice.chance(0.33);
    let client = *dice.pick(&[&clients::PYTHON, &clients::GO, &clients::CURL]);
    let agent = if dice.chance(0.33) { zone::browser(dice).agent } else { client.agent };
    let country = *dice.pick(COUNTRIES);
    let ip: IpAddr = stranger(dice.bits()).into();
    let outline = Episode {
        parameters: vec![
            ("requests", requests as f64),
            ("pace_s", pace),
            ("successes", f64::from(u8::from(succeeds))),
            ("encoded", f64::from(u8::from(spellings.iter().any(|spelling| *spelling != Spelling::Plain)))),
        ],
        note: format!("{attack:?} in {parameter} of {path}, spelled {spellings:?}").to_lowercase(),
        ..Episode::default()
    };
    let mut way = Way { attack, spellings, path, parameter, requests, done: 0, succeeds, dice: dice.clone() };
    if let Some(scene) = scene {
        let server = casting.world.server(casting.town.hosts[scene.host].site, 3);
        let place = Destination { v4: vec![server], ..Destination::bare(casting.world.seed, 3) };
        let (destination, addresses) = (place.label(), place.addresses());
        let episode = casting.note(scene, Episode { destination, addresses, port: 80, ..outline });
        return Some(acting(at, move |now, world, town| {
            if !town.hosts[scene.host].awake(now) {
                return None;
            }
            town.tell(episode, "attack", |town| on_intranet(scene.host, now, world, town, &place, &mut way, agent));
            (way.done < requests).then(|| now + seconds(way.dice.exponential(pace)) + 1_000)
        }));
    }
    let host = zone::site(casting.world);
    let src = vec![ip];
    let episode = casting.note_of(at, Episode { destination: host.clone(), host, src, port: 443, ..outline });
    Some(acting(at, move |now, world, town| {
        town.tell(episode, "attack", |town| {
            at_the_edge(world, town, Hit { agent, ..Hit::new(now, ip, country, client) }, &mut way);
        });
        (way.done < requests).then(|| now + seconds(way.dice.exponential(pace)) + 1_000)
    }))
}

fn on_intranet(host: usize, now: i64, world: &World, town: &mut Town, place: &Destination, way: &mut Way, agent: &str) {
    let (query, works) = way.next();
    let (status, down) = answer(works, &mut way.dice);
    let path = format!("{}?{query}", way.path);
    let request = Request {
        method: "GET",
        path: &path,
        agent,
        port: 80,
        up: 0,
        down,
        status,
        mime: "text/html",
        lasts: seconds(way.dice.lognormal(0.2, 0.8)),
        content: down,
    };
    town.http(host, now, world, place, &request);
}

fn at_the_edge(world: &World, town: &mut Town, base: Hit<'_>, way: &mut Way) {
    let (query, works) = way.next();
    let stopped = !works && way.dice.chance(0.4);
    let (status, down) = if stopped { (403, 1_800) } else { answer(works, &mut way.dice) };
    let blocked = stopped.then_some("Injection - parameter");
    let request = Hit { path: way.path, query: &query, status, bytes: Some(down), blocked, ..base };
    hit(world, town, &mut way.dice, &request);
}

/// What an application answers to an attack: mostly what it always does.
fn answer(works: bool, dice: &mut Dice) -> (u16, u64) {
    if works {
        return if dice.chance(0.3) {
            (500, dice.lognormal(2_500.0, 0.3) as u64)
        } else {
            (200, dice.lognormal(90_000.0, 0.8) as u64)
        };
    }
    (*dice.pick(&[200, 200, 400, 404, 404, 302]), dice.lognormal(4_000.0, 0.15) as u64)
}
