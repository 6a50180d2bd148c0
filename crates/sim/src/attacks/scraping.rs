//! A program under a browser's name reads the whole catalogue of the web site, page by page.

use std::net::IpAddr;

use super::{Casting, Story};
use crate::{
    calendar::seconds,
    dice::mix,
    life::{Begun, acting},
    truth::Episode,
    world::{clients, destination::stranger},
    zone::{self, COUNTRIES, Hit, hit},
};

/// 60 to 4,000 pages (log-uniform) in order or at random, 0.2 to 60 s apart with 0 to 100 % jitter, from 1 to 60 addresses;
/// never an image or a script. In one case of four its TLS stack is a real browser's.
pub(super) static STORY: Story = Story {
    name: "scraping",
    about: "A program under a browser's name reads the whole catalogue of the web site.",
    technique: "T1594",
    detector: Some("bot_traffic"),
    needs: 50,
    instances: 1.0,
    cast,
};

fn cast(casting: &mut Casting<'_>) -> Option<Begun> {
    let at = casting.moment();
    let left = casting.seconds_left(at);
    let host = zone::site(casting.world);
    let dice = &mut casting.dice;
    let sources = dice.log_uniform(1.0, 60.0) as u64;
    let pages = dice.log_uniform(60.0, 4_000.0);
    let pace = dice.log_uniform(0.2, 60.0).min(left * 0.8 / pages);
    let jitter = dice.unit();
    let in_order = dice.chance(0.6);
    let headless = dice.chance(0.25);
    let client =
        if headless { &clients::CHROME } else { *dice.pick(&[&clients::PYTHON, &clients::GO, &clients::RUST]) };
    let agent = if headless { clients::CHROME.agent } else { zone::browser(dice).agent };
    let country = *dice.pick(COUNTRIES);
    let key = dice.bits();
    let src = (0..sources).map(|n| stranger(mix(key, n)).into()).collect();
    let episode = casting.note_of(
        at,
        Episode {
            destination: host.clone(),
            host,
            src,
            port: 443,
            // A real browser, and few pages from each address.
            hopeless: headless && sources > 20,
            parameters: vec![("pages", pages), ("sources", sources as f64), ("pace_s", pace)],
            note: format!("TLS stack {}", client.name),
            ..Episode::default()
        }
        .timed(Some((pace, jitter))),
    );
    let mut dice = casting.dice.clone();
    let mut done = 0;
    Some(acting(at, move |now, world, town| {
        done += 1;
        let number = if in_order { done } else { dice.below(pages as u64) };
        let path = format!("/products/item-{number:05}");
        let ip = IpAddr::V4(stranger(mix(key, dice.below(sources))));
        let status = if dice.chance(0.03) { 404 } else { 200 };
        let page = Hit { path: &path, agent, status, ..Hit::new(now, ip, country, client) };
        town.tell(episode, "page", |town| hit(world, town, &mut dice, &page));
        let gap = pace * (1.0 + jitter * dice.between(-1.0, 1.0));
        (done < pages as u64).then(|| now + seconds(gap) + 1_000)
    }))
}
