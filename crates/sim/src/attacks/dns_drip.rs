//! A patient tunnel in DNS: short labels, ordinary types, a question every minute or every ten.

use std::net::IpAddr;

use super::{Casting, Story};
use crate::{
    calendar::seconds,
    dice::hex,
    life::{Begun, acting},
    town::Question,
    truth::Episode,
    world::{
        destination::{Destination, Hosting, stranger},
        host::Kind,
    },
};

/// A question every 5 to 900 s (log-uniform mean, exponential gaps) as long as the machine runs, labels of 6 to 40
/// digits over one to five parent domains, in one case of four past the site's resolver to up to six outside, answered with A, AAAA, TXT, CNAME or not at all.
pub(super) static STORY: Story = Story {
    name: "dns_drip",
    about: "A machine moves little data through DNS: short labels, ordinary types, minutes apart.",
    technique: "T1048.003",
    detector: Some("dns_tunnel"),
    needs: 40,
    instances: 2.0,
    cast,
};

fn cast(casting: &mut Casting<'_>) -> Option<Begun> {
    let scene = casting.scene(|host| matches!(host.kind, Kind::Desktop | Kind::Laptop | Kind::Server))?;
    let seed = casting.world.seed;
    let how_many = 1 + casting.dice.below(5) * casting.dice.below(2);
    let parents: Vec<String> = (0..how_many)
        .map(|n| Destination::invent(seed, casting.private_number("parent") + n, Hosting::Own).name)
        .collect();
    let dice = &mut casting.dice;
    let kind = *dice.pick(&["A", "A", "AAAA", "TXT", "CNAME", "NULL"]);
    let pace = dice.log_uniform(5.0, 900.0);
    let digits = dice.log_uniform(6.0, 40.0) as usize;
    let answered = dice.chance(0.7);
    let outside = if dice.chance(0.25) { 1 + dice.below(6) } else { 0 };
    let resolvers: Vec<IpAddr> = (0..outside).map(|_| stranger(dice.bits()).into()).collect();
    let episode = casting.note(
        scene,
        Episode {
            destination: parents.join(" "),
            port: 53,
            // A few short names in a day.
            hopeless: digits < 8 || pace > 600.0,
            parameters: vec![
                ("pace_s", pace),
                ("label_digits", digits as f64),
                ("parents", parents.len() as f64),
                ("outside_resolvers", outside as f64),
            ],
            note: format!("questions of type {kind}, {}", if answered { "answered" } else { "not answered" }),
            ..Episode::default()
        },
    );
    let mut dice = casting.dice.clone();
    Some(acting(scene.at, move |now, world, town| {
        let machine = &mut town.hosts[scene.host];
        if !machine.awake(now) {
            return Some(machine.next_presence(now)? + seconds(dice.between(20.0, 200.0)));
        }
        let name = format!("{}.{}", hex(dice.bits(), digits), dice.pick(&parents));
        let answer = match kind {
            "A" => format!("29.{}.{}.{}", dice.below(250), dice.below(250), dice.below(250)),
            "AAAA" => format!("3fff:1:{:x}:{:x}::1", dice.below(65_536), dice.below(65_536)),
            "TXT" => format!("TXT {digits} {}", hex(dice.bits(), digits)),
            _ => format!("{}.{}", hex(dice.bits(), digits), dice.pick(&parents)),
        };
        let answers = if answered { vec![answer] } else { Vec::new() };
        town.tell(episode, "tunnel", |town| {
            let question = Question { name: &name, kind, answers: &answers, ttl: 1 };
            if resolvers.is_empty() {
                town.dns(scene.host, now, world, &question)
            } else {
                town.dns_outside(scene.host, now, *dice.pick(&resolvers), &question)
            }
        });
        Some(now + seconds(dice.exponential(pace)) + 1_000)
    }))
}
