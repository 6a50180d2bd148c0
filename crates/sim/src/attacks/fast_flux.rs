//! A name that hides behind many hacked machines: its addresses change with every answer.

use std::net::{IpAddr, Ipv4Addr};

use super::{Casting, Story};
use crate::{
    calendar::seconds,
    dice::{Dice, mix},
    life::{Begun, acting},
    town::{Question, Town},
    truth::Episode,
    wire::{Flow, State},
    world::{
        destination::{Destination, Hosting, stranger},
        host::Kind,
    },
};

/// 3 to 12 addresses an answer out of 20 to 400, TTL 5 to 600 s, called every 1 to 40 min (all log-uniform).
pub(super) static STORY: Story = Story {
    name: "fast_flux",
    about: "A machine calls a name whose addresses are hacked machines all over the world and change all the time.",
    technique: "T1568.001",
    detector: Some("fast_flux"),
    needs: 8,
    instances: 1.0,
    cast,
};

fn cast(casting: &mut Casting<'_>) -> Option<Begun> {
    let scene = casting.scene(|host| matches!(host.kind, Kind::Desktop | Kind::Laptop | Kind::Server))?;
    let id = casting.private_number("flux");
    let name = Destination::invent(casting.world.seed, id, Hosting::Own).name;
    let dice = &mut casting.dice;
    let per_answer = dice.log_uniform(3.0, 12.9) as u64;
    let members = dice.log_uniform(20.0, 400.0) as u64;
    let ttl = dice.log_uniform(5.0, 600.0) as i64;
    let pace = dice.log_uniform(60.0, 2_400.0);
    let episode = casting.note(
        scene,
        Episode {
            destination: name.clone(),
            port: 443,
            parameters: vec![
                ("addresses_per_answer", per_answer as f64),
                ("addresses", members as f64),
                ("ttl_s", ttl as f64),
                ("pace_s", pace),
            ],
            ..Episode::default()
        },
    );
    let mut dice = casting.dice.clone();
    Some(acting(scene.at, move |now, world, town| {
        let machine = &mut town.hosts[scene.host];
        if !machine.awake(now) {
            return Some(machine.next_presence(now)? + seconds(dice.between(20.0, 200.0)));
        }
        let ips: Vec<Ipv4Addr> = (0..per_answer).map(|_| stranger(mix(id, dice.below(members)))).collect();
        let answers: Vec<String> = ips.iter().map(ToString::to_string).collect();
        town.tell(episode, "contact", |town| {
            let question = Question { name: &name, kind: "A", answers: &answers, ttl };
            let at = town.dns(scene.host, now, world, &question);
            call(town, scene.host, at, ips.first().copied(), &mut dice);
        });
        Some(now + seconds(dice.lognormal(pace, 0.4)))
    }))
}

fn call(town: &mut Town, host: usize, at: i64, to: Option<Ipv4Addr>, dice: &mut Dice) {
    let Some(to) = to.map(IpAddr::V4) else { return };
    // Hacked machines are not always there.
    let state = if dice.chance(0.25) { State::S0 } else { State::Sf };
    let (up, down) = (dice.lognormal(900.0, 0.5) as u64, dice.lognormal(4_000.0, 0.9) as u64);
    let flow = if state == State::S0 {
        Flow { proto: "tcp", service: None, up: 0, down: 0, lasts: 0, state }
    } else {
        Flow { proto: "tcp", service: Some("ssl"), up, down, lasts: seconds(dice.lognormal(1.0, 0.6)), state }
    };
    town.flow(host, at, to, 443, &flow);
}
