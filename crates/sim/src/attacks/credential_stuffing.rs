//! Stolen names and passwords are tried on the web site's login by programs that call themselves browsers.

use std::net::IpAddr;

use super::{Casting, Story};
use crate::{
    calendar::seconds,
    dice::mix,
    life::{Begun, acting},
    truth::Episode,
    world::{clients, destination::stranger},
    zone::{self, COUNTRIES, Country, Hit, hit},
};

/// 40 to 3,000 attempts (log-uniform) from 1 to 800 addresses in one to six networks, 0.2 to 120 s apart
/// (log-uniform); up to 2 % succeed. All share one TLS stack; the names of browsers change.
pub(super) static STORY: Story = Story {
    name: "credential_stuffing",
    about: "Stolen names and passwords are tried on the web site's login by programs that call themselves browsers.",
    technique: "T1110.004",
    detector: Some("bot_traffic"),
    needs: 30,
    instances: 1.0,
    cast,
};

fn cast(casting: &mut Casting<'_>) -> Option<Begun> {
    let at = casting.moment();
    let left = casting.seconds_left(at);
    let host = zone::site(casting.world);
    let dice = &mut casting.dice;
    let sources = dice.log_uniform(1.0, 800.0) as u64;
    let attempts = dice.log_uniform(40.0, 3_000.0);
    let pace = dice.log_uniform(0.2, 120.0).min(left * 0.8 / attempts);
    let hits = dice.between(0.0, 0.02);
    let networks: Vec<Country> = (0..1 + dice.below(6)).map(|_| *dice.pick(COUNTRIES)).collect();
    let client = *dice.pick(&[&clients::PYTHON, &clients::GO, &clients::JAVA, &clients::OPENSSL, &clients::RUST]);
    let key = dice.bits();
    let src = (0..sources).map(|n| stranger(mix(key, n)).into()).collect();
    let episode = casting.note_of(
        at,
        Episode {
            destination: host.clone(),
            host,
            src,
            port: 443,
            // Hardly any address comes twice.
            hopeless: attempts < 2.0 * sources as f64,
            parameters: vec![
                ("attempts", attempts),
                ("sources", sources as f64),
                ("pace_s", pace),
                ("success_share", hits),
            ],
            note: format!("TLS stack {}", client.name),
            ..Episode::default()
        },
    );
    let mut dice = casting.dice.clone();
    let mut done = 0;
    Some(acting(at, move |now, world, town| {
        done += 1;
        let source = dice.below(sources);
        let ip = IpAddr::V4(stranger(mix(key, source)));
        let country = networks[(source % networks.len() as u64) as usize];
        let success = dice.chance(hits);
        let status = if success { 302 } else { *dice.pick(&[401, 401, 401, 429]) };
        let agent = zone::browser(&mut dice).agent;
        let bytes = Some(dice.lognormal(1_400.0, 0.05) as u64);
        let attempt =
            Hit { method: "POST", path: "/login", agent, status, bytes, ..Hit::new(now, ip, country, client) };
        town.tell(episode, if success { "success" } else { "attempt" }, |town| hit(world, town, &mut dice, &attempt));
        (done < attempts as u64).then(|| now + seconds(dice.exponential(pace)) + 1_000)
    }))
}
