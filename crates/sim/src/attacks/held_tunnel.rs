//! A way in that is held open: SSH, a VPN or remote control that runs for hours.

use super::{Casting, Story};
use crate::{
    calendar::{HOUR, Micros, SECOND, seconds},
    life::{Begun, acting},
    town::Call,
    truth::Episode,
    wire::{Flow, State},
    world::{
        clients,
        destination::{Destination, Hosting},
        host::Kind,
    },
};

/// Held for 2 to 40 h (log-uniform) or until the machine sleeps, 50 B/s to 30 kB/s in both directions (log-uniform);
/// SSH on port 22 or 443, TLS, or an unknown protocol over UDP.
pub(super) static STORY: Story = Story {
    name: "held_tunnel",
    about: "A connection to a rented server is held open for hours: a tunnel or remote control.",
    technique: "T1572",
    detector: Some("long_sessions"),
    needs: 1,
    instances: 2.0,
    cast,
};

#[derive(Debug, Clone, Copy)]
enum Way {
    Ssh(u16),
    Tls(u16),
    Udp(u16),
}

fn cast(casting: &mut Casting<'_>) -> Option<Begun> {
    let scene = casting.scene(|host| matches!(host.kind, Kind::Desktop | Kind::Laptop | Kind::Server))?;
    let id = casting.private_number("far end");
    let place = Destination {
        clear: false,
        ..if casting.dice.chance(0.5) {
            Destination::bare(casting.world.seed, id)
        } else {
            Destination::invent(casting.world.seed, id, Hosting::Own)
        }
    };
    let dice = &mut casting.dice;
    let way = *dice.pick(&[Way::Ssh(22), Way::Ssh(443), Way::Tls(443), Way::Tls(8_443), Way::Udp(1_194)]);
    let hours = dice.log_uniform(2.0, 40.0);
    let awake =
        casting.town.hosts[scene.host].sleeps_after(scene.at).map_or(hours, |sleeps| hours_between(scene.at, sleeps));
    let held_hours = hours.min(awake).min(hours_between(scene.at, casting.world.end));
    let rate = dice.log_uniform(50.0, 30_000.0);
    let balance = dice.between(0.05, 0.95);
    let port = match way {
        Way::Ssh(port) | Way::Tls(port) | Way::Udp(port) => port,
    };
    let mut left = 1 + dice.below(3);
    let episode = casting.note(
        scene,
        Episode {
            destination: place.label(),
            addresses: place.addresses(),
            port,
            // As long as many a meeting.
            hopeless: held_hours < 3.0,
            parameters: vec![
                ("hours", hours),
                ("first_held_hours", held_hours),
                ("bytes_per_s", rate),
                ("sent_share", balance),
            ],
            note: format!("{way:?}").to_lowercase(),
            ..Episode::default()
        },
    );
    let mut dice = casting.dice.clone();
    Some(acting(scene.at, move |now, world, town| {
        let machine = &mut town.hosts[scene.host];
        if !machine.awake(now) {
            return Some(machine.next_presence(now)? + seconds(dice.between(60.0, 1_200.0)));
        }
        let wanted = seconds(hours * 3_600.0 * dice.between(0.8, 1.1));
        let lasts = machine.sleeps_after(now).map_or(wanted, |sleeps: Micros| wanted.min(sleeps - now)).max(SECOND);
        let bytes = rate * lasts as f64 / SECOND as f64;
        let (up, down) = ((bytes * balance) as u64, (bytes * (1.0 - balance)) as u64);
        town.tell(episode, "session", |town| match way {
            Way::Tls(port) => {
                let call = Call { client: &clients::GO_OWN, port, up, down, lasts, resumed: false };
                town.tls(scene.host, now, world, &place, &call);
            }
            Way::Ssh(port) => {
                let (to, at) = town.resolve(scene.host, now, world, &place);
                let flow = Flow { proto: "tcp", service: Some("ssh"), up, down, lasts, state: State::Sf };
                town.ssh_elsewhere(scene.host, at, (to, port), &flow, "SSH-2.0-Go");
            }
            Way::Udp(port) => {
                let (to, at) = town.resolve(scene.host, now, world, &place);
                let flow = Flow { proto: "udp", service: None, up, down, lasts, state: State::Sf };
                town.flow(scene.host, at, to, port, &flow);
            }
        });
        left -= 1;
        (left > 0).then(|| now + lasts + dice.span(HOUR / 60, 6 * HOUR))
    }))
}

fn hours_between(from: Micros, to: Micros) -> f64 {
    (to - from) as f64 / HOUR as f64
}
