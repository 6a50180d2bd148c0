//! Too many requests for the web site: from few addresses or thousands, on one page or on all.

use std::net::IpAddr;

use super::{Casting, Story};
use crate::{
    calendar::{SECOND, seconds},
    dice::mix,
    life::{Begun, acting},
    truth::Episode,
    world::{clients, destination::stranger},
    zone::{self, COUNTRIES, Country, Hit, PAGES, hit},
};

/// For 3 to 40 min, 0.5 to 40 requests a second at scale 1 (log-uniform; the site's own busiest hour has two), from 5 to
/// 3,000 addresses in one to four networks; ends the floods of 30,000 requests early.
pub(super) static STORY: Story = Story {
    name: "http_flood",
    about: "The web site is flooded with requests for some minutes.",
    technique: "T1498.001",
    detector: Some("volume_anomaly"),
    needs: 500,
    instances: 1.0,
    cast,
};

/// A flood is not longer than this, so that a small world stays one.
const REQUESTS_MAX: f64 = 30_000.0;

fn cast(casting: &mut Casting<'_>) -> Option<Begun> {
    let at = casting.moment();
    let host = zone::site(casting.world);
    let scale = casting.scale;
    let dice = &mut casting.dice;
    let minutes = dice.log_uniform(3.0, 40.0);
    let rate = (dice.log_uniform(0.5, 40.0) * scale).min(REQUESTS_MAX / (minutes * 60.0));
    let sources = dice.log_uniform(5.0, 3_000.0) as u64;
    let networks: Vec<Country> = (0..1 + dice.below(4)).map(|_| *dice.pick(COUNTRIES)).collect();
    let pages: Vec<&str> = if dice.chance(0.6) { vec![*dice.pick(PAGES)] } else { PAGES.to_vec() };
    let client = *dice.pick(&[&clients::GO, &clients::PYTHON, &clients::CHROME, &clients::JAVA]);
    let answered = *dice.pick(&[200, 200, 429, 503]);
    let key = dice.bits();
    let episode = casting.note_of(
        at,
        Episode {
            host: host.clone(),
            destination: host,
            addresses: vec![zone::edge_address()],
            port: 443,
            // A quarter of what the site has in its busiest hour.
            hopeless: rate < 0.5 * scale,
            parameters: vec![
                ("minutes", minutes),
                ("requests_per_s", rate),
                ("sources", sources as f64),
                ("networks", networks.len() as f64),
                ("pages", pages.len() as f64),
            ],
            note: format!("client {}", client.name),
            ..Episode::default()
        },
    );
    let until = at + seconds(minutes * 60.0);
    let mut dice = casting.dice.clone();
    Some(acting(at, move |now, world, town| {
        // A second at a time: the queue of the world need not know each request.
        let requests = (rate * dice.lognormal(1.0, 0.3) + dice.unit()) as u64;
        for _ in 0..requests {
            let source = dice.below(sources);
            let ip = IpAddr::V4(stranger(mix(key, source)));
            let country = networks[(source % networks.len() as u64) as usize];
            let (path, agent) = (*dice.pick(&pages), zone::browser(&mut dice).agent);
            let status = if dice.chance(0.5) { answered } else { 200 };
            let at = now + dice.span(0, SECOND);
            town.tell(episode, "request", |town| {
                hit(world, town, &mut dice, &Hit { path, agent, status, ..Hit::new(at, ip, country, client) });
            });
        }
        (now + SECOND < until).then_some(now + SECOND)
    }))
}
