//! Regulars of the web site that look like attackers or machines: a hired scanner, odd parameters, an editor of pages,
//! offices behind one address, a crawler that says what it is, somebody who turns images off, a program with an old
//! password, and the crowd of a launch day.

use std::net::IpAddr;

use super::{Begun, acting};
use crate::{
    calendar::{DAY, HOUR, MINUTE, day_of, free, seconds, tide},
    conditions::Condition,
    dice::{Dice, hex, mix},
    payloads::percent,
    town::Town,
    truth::Innocent,
    world::{World, clients, destination::stranger},
    zone::{self, ASSETS, COUNTRIES, Hit, PAGES, hit},
};

pub(crate) fn all(world: &World, town: &mut Town, scale: f64) -> Vec<Begun> {
    let mut all = vec![odd_parameters(world, scale), hired_scanner(world, town), crawler(world, town)];
    all.extend((0..3).map(|office| one_address(world, town, office, scale)));
    all.extend([editor(world, town), without_images(world, town), old_password(world, town)]);
    launch(world, town);
    all
}

fn known(town: &mut Town, world: &World, software: &'static str, looks_like: &'static str, src: Vec<IpAddr>) {
    town.wire.truth.innocent(Innocent {
        software,
        looks_like,
        host: zone::site(world),
        src,
        destination: zone::site(world),
        port: 443,
        start: world.start,
        ..Innocent::default()
    });
}

/// What people really ask for, and programs hand on: quotes, code, tokens, addresses within addresses.
fn odd_parameters(world: &World, scale: f64) -> Begun {
    let mut dice = Dice::of(world.seed, "odd parameters", 0);
    acting(world.start + 5, move |now, world, town| {
        let country = *dice.pick(COUNTRIES);
        let ip = zone::visitor_address(&mut dice);
        let client = zone::browser(&mut dice);
        let (path, query) = odd_query(&mut dice);
        hit(world, town, &mut dice, &Hit { path, query: &query, ..Hit::new(now, ip, country, client) });
        Some(now + seconds(dice.exponential(60.0 / (scale * tide(now)))))
    })
}

const QUESTIONS: &[&str] = &[
    "O'Brien & sons",
    "how to select from a union of two tables",
    "<b> tag not closed",
    "drop in replacement -- cheap",
    "c:\\windows\\fonts",
    "1=1",
    "50% off; or and",
    "../ in paths",
    "what's new? ($5 or less)",
    "SELECT * FROM products WHERE id = 5",
    "{{ template }} syntax",
    "alert() does not work",
    "naïve café",
];

fn odd_query(dice: &mut Dice) -> (&'static str, String) {
    match dice.below(6) {
        0 | 1 => ("/search", format!("q={}", percent(dice.pick::<&str>(QUESTIONS)))),
        2 => ("/login", format!("next=%2Fdocs%3Fpage%3D{}%26tab%3D{}", dice.below(40), dice.below(5))),
        3 => ("/docs", format!("state={}.{}", hex(dice.bits(), 40), hex(dice.bits(), 60))),
        4 => {
            let filter = format!("{{\"and\":[{{\"price\":{{\"lt\":{}}}}},{{\"tag\":\"a|b\"}}]}}", dice.below(900));
            ("/products", format!("filter={}", percent(&filter)))
        }
        _ => ("/", format!("utm_source=mail&utm_content={}%3D%3D&x=1;y=2", hex(dice.bits(), 20))),
    }
}

/// A company that the organisation pays tries everything once a week, from two addresses and under its own name.
fn hired_scanner(world: &World, town: &mut Town) -> Begun {
    const AGENT: &str = "Mozilla/5.0 (compatible; VelmontSecurityScan/4.1; +https://scan.velmont.example)";
    let mut dice = Dice::of(world.seed, "hired scanner", 0);
    let sources: Vec<IpAddr> = (0..2).map(|n| stranger(mix(world.seed, 0x5ca + n)).into()).collect();
    known(town, world, "hired security scanner", "web_attack", sources.clone());
    let first = world.start + dice.span(0, 3) * HOUR + 3 * HOUR;
    acting(first, move |now, world, town| {
        let mut at = now;
        for n in 0..180 {
            let ip = *dice.pick(&sources);
            let path = PAGES[n % PAGES.len()];
            let query = match dice.below(4) {
                0 => format!("id={}", percent(&format!("{n}' AND '1'='1"))),
                1 => format!("q={}", percent(&format!("<script>{n}</script>"))),
                2 => "file=..%2f..%2f..%2fetc%2fpasswd".to_owned(),
                _ => format!("test={n}"),
            };
            let country = COUNTRIES[1];
            let status = if n % 3 == 0 { 403 } else { 200 };
            let request = Hit { path, query: &query, agent: AGENT, status, ..Hit::new(at, ip, country, &clients::GO) };
            hit(world, town, &mut dice, &request);
            at += seconds(dice.exponential(2.0));
        }
        Some(now + 7 * DAY)
    })
}

/// A search engine reads the site, a page every half minute, and says what it is.
fn crawler(world: &World, town: &mut Town) -> Begun {
    const AGENT: &str = "Mozilla/5.0 (compatible; Findolabot/2.1; +https://findola.example/bot)";
    let mut dice = Dice::of(world.seed, "crawler", 0);
    let sources: Vec<IpAddr> = (0..5).map(|n| stranger(mix(world.seed, 0xc4a + n)).into()).collect();
    known(town, world, "search engine", "bot_traffic", sources.clone());
    acting(world.start + MINUTE, move |now, world, town| {
        let path = format!("/products/item-{:05}", dice.below(4_000));
        let ip = *dice.pick(&sources);
        let page = Hit { path: &path, agent: AGENT, ..Hit::new(now, ip, COUNTRIES[0], &clients::JAVA) };
        hit(world, town, &mut dice, &page);
        Some(now + seconds(dice.lognormal(30.0, 0.6)))
    })
}

/// Many people of one client behind one proxy: one address, one TLS stack, many browsers' names, failed logons too.
fn one_address(world: &World, town: &mut Town, office: u64, scale: f64) -> Begun {
    let mut dice = Dice::of(world.seed, "one address", office);
    let ip: IpAddr = stranger(mix(world.seed, 0x0ff + office)).into();
    known(town, world, "an office behind one proxy", "bot_traffic", vec![ip]);
    let country = COUNTRIES[1 + office as usize % 4];
    let busy = dice.log_uniform(10.0, 120.0);
    acting(world.start + 7 * HOUR, move |now, world, town| {
        let hour = now.rem_euclid(DAY) / HOUR;
        if free(day_of(now)) || !(7..19).contains(&hour) {
            return Some(now + HOUR);
        }
        let agent = zone::browser(&mut dice).agent;
        let (method, path) =
            if dice.chance(0.06) { ("POST", "/login") } else { ("GET", PAGES[dice.zipf(PAGES.len())]) };
        let status = if method == "POST" && dice.chance(0.15) { 401 } else { 200 };
        let page = Hit { method, path, agent, status, ..Hit::new(now, ip, country, &clients::OPENSSL) };
        hit(world, town, &mut dice, &page);
        // Half of the people have what belongs to a page still from their last visit.
        if method == "GET" && dice.chance(0.5) {
            for path in ASSETS {
                let at = now + seconds(dice.exponential(0.3));
                let asset = Hit { path, agent, status: 304, ..Hit::new(at, ip, country, &clients::OPENSSL) };
                hit(world, town, &mut dice, &asset);
            }
        }
        Some(now + seconds(dice.exponential(busy / scale.sqrt())))
    })
}

/// Somebody of the organisation edits its pages on workdays, from home: every preview carries markup and code.
fn editor(world: &World, town: &mut Town) -> Begun {
    let mut dice = Dice::of(world.seed, "editor", 0);
    let ip: IpAddr = stranger(mix(world.seed, 0xed17)).into();
    known(town, world, "an editor of pages", "web_attack", vec![ip]);
    acting(world.start + 9 * HOUR, move |now, world, town| {
        let mut at = now;
        for _ in 0..if free(day_of(now)) { 0 } else { 3 + dice.below(12) } {
            let part = dice.below(9_000);
            let body = match dice.below(3) {
                0 => format!("<p class=\"lead\">{part} <b>new</b></p>"),
                1 => format!("<script src=\"/assets/part-{part}.js\"></script>"),
                _ => format!("{{{{ include part_{part} }}}}"),
            };
            let query = format!("id={}&body={}", dice.below(40), percent(&body));
            let page =
                Hit { path: "/blog/preview", query: &query, ..Hit::new(at, ip, COUNTRIES[1], &clients::FIREFOX) };
            hit(world, town, &mut dice, &page);
            at += seconds(dice.lognormal(240.0, 0.8));
        }
        Some(now + DAY)
    })
}

/// Somebody who has pages read out to him: a real browser that loads no images, styles or scripts.
fn without_images(world: &World, town: &mut Town) -> Begun {
    let mut dice = Dice::of(world.seed, "without images", 0);
    let ip: IpAddr = stranger(mix(world.seed, 0xacce)).into();
    known(town, world, "a browser that reads aloud", "bot_traffic", vec![ip]);
    acting(world.start + 10 * HOUR, move |now, world, town| {
        let mut at = now;
        for _ in 0..20 + dice.below(40) {
            let path = PAGES[dice.zipf(PAGES.len())];
            hit(world, town, &mut dice, &Hit { path, ..Hit::new(at, ip, COUNTRIES[2], &clients::FIREFOX) });
            at += seconds(dice.lognormal(45.0, 1.0));
        }
        Some(now + DAY)
    })
}

/// A program of a partner that still signs in with a password that was changed.
fn old_password(world: &World, town: &mut Town) -> Begun {
    let mut dice = Dice::of(world.seed, "old password", 0);
    let ip: IpAddr = stranger(mix(world.seed, 0x01d)).into();
    known(town, world, "a program with an old password", "bot_traffic", vec![ip]);
    acting(world.start + MINUTE, move |now, world, town| {
        let attempt =
            Hit { method: "POST", path: "/login", status: 401, ..Hit::new(now, ip, COUNTRIES[3], &clients::JAVA) };
        hit(world, town, &mut dice, &attempt);
        Some(now + seconds(dice.between(800.0, 1_000.0)))
    })
}

/// In every third week something is launched on a workday: two to five times as many visitors for some hours.
fn launch(world: &World, town: &mut Town) {
    let days = (world.end - world.start) / DAY;
    for day in (0..days).map(|day| day_of(world.start) + day).filter(|day| !free(*day)) {
        let mut dice = Dice::of(world.seed, "launch", day.unsigned_abs());
        if !dice.chance(1.0 / 15.0) {
            continue;
        }
        let from = day * DAY + dice.span(8 * HOUR, 14 * HOUR);
        let (factor, hours) = (dice.between(2.0, 5.0), dice.between(2.0, 8.0));
        town.wire.truth.innocent(Innocent {
            software: "launch day",
            looks_like: "volume_anomaly",
            host: zone::site(world),
            destination: zone::site(world),
            port: 443,
            start: from,
            ..Innocent::default()
        });
        // Interest comes at once and fades.
        for part in 0..4 {
            let share = seconds(hours * 900.0);
            let more = 1.0 + (factor - 1.0) * 0.6f64.powi(part);
            let begin = from + i64::from(part) * share;
            town.wire.conditions.add(Condition::Crowd(more), begin, begin + share);
        }
    }
}
