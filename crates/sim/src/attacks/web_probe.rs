//! Programs that try known holes on every web site, stopped by the edge provider's rules.

use super::{Casting, Story};
use crate::{
    calendar::{SECOND, seconds},
    dice::Dice,
    life::{Begun, acting},
    town::Town,
    truth::Episode,
    world::{World, clients},
    zone::{self, COUNTRIES, Hit, hit, visitor_address},
};

/// At scale 1 a visit every ten minutes of a dozen requests, all blocked. One instance stands for all of them.
pub(super) static STORY: Story = Story {
    name: "web_probe",
    about: "Strangers try known holes on the web site all day, and are stopped.",
    technique: "T1595.002",
    detector: Some("web_attack"),
    needs: 20,
    instances: 1.0,
    cast,
};

/// What people who look for holes ask for, and the rule that stops it.
const PROBES: &[(&str, &str, &str)] = &[
    ("/wp-login.php", "", "WordPress login probe"),
    ("/.env", "", "Information disclosure - dotfile"),
    ("/search", "q=1%27%20UNION%20SELECT%20NULL--", "SQLi - UNION"),
    ("/search", "q=%3Cscript%3Ealert(1)%3C/script%3E", "XSS - script tag"),
    ("/docs", "file=../../../../etc/passwd", "Path traversal"),
    ("/cgi-bin/status", "x=%24%7Bjndi:ldap://x%7D", "Log4j header probe"),
];

fn cast(casting: &mut Casting<'_>) -> Option<Begun> {
    if casting.number > 0 {
        return None;
    }
    let start = casting.world.start + SECOND;
    let host = zone::site(casting.world);
    let episode = casting.note_of(
        start,
        Episode {
            destination: host.clone(),
            host,
            port: 443,
            note: "many sources: records name them".to_owned(),
            ..Episode::default()
        },
    );
    let (scale, mut dice) = (casting.scale, casting.dice.clone());
    Some(acting(start, move |now, world, town| {
        town.tell(episode, "probe", |town| visit(now, world, town, &mut dice));
        Some(now + seconds(dice.exponential(600.0 / scale.max(0.05))))
    }))
}

fn visit(now: i64, world: &World, town: &mut Town, dice: &mut Dice) {
    let country = *dice.pick(COUNTRIES);
    let ip = visitor_address(dice);
    let client = *dice.pick(&[&clients::GO, &clients::PYTHON, &clients::CURL]);
    let mut at = now;
    for _ in 0..1 + dice.exponential(12.0) as u64 {
        let (path, query, rule) = *dice.pick(PROBES);
        let blocked = Some(rule);
        hit(world, town, dice, &Hit { path, query, status: 403, blocked, ..Hit::new(at, ip, country, client) });
        at += seconds(dice.exponential(1.5));
    }
}
