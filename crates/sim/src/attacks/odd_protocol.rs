//! A protocol where another belongs, or encryption that nobody vouches for on a port that nobody uses.

use super::{Casting, Story};
use crate::{
    calendar::{day_of, seconds},
    life::{Begun, acting},
    town::{Call, Request},
    truth::Episode,
    wire::{Flow, State},
    world::{clients, destination::Destination, host::Kind},
};

/// SSH on 443, 80 or 53; HTTP on 443; TLS on an odd port with a certificate of its own that is 0 to 20 days old; or
/// the same on 443. 3 to 60 connections, 1 min to 2 h apart (log-uniform).
pub(super) static STORY: Story = Story {
    name: "odd_protocol",
    about: "A protocol that does not belong to its port, or TLS with a young certificate that nobody vouches for.",
    technique: "T1571",
    detector: Some("protocol_mismatch"),
    needs: 3,
    instances: 3.0,
    cast,
};

#[derive(Debug, Clone, Copy)]
enum Odd {
    /// A cleartext or SSH service on a port of another.
    Service(&'static str, u16),
    /// Self-signed and young.
    Certificate(u16),
}

const ODD: &[Odd] = &[
    Odd::Certificate(4_444),
    Odd::Service("ssh", 443),
    Odd::Certificate(443),
    Odd::Certificate(8_531),
    Odd::Service("http", 443),
    Odd::Service("ssh", 53),
    Odd::Certificate(50_050),
    Odd::Service("ssh", 80),
    Odd::Service("irc", 443),
];

fn cast(casting: &mut Casting<'_>) -> Option<Begun> {
    let scene = casting.scene(|host| matches!(host.kind, Kind::Desktop | Kind::Laptop | Kind::Server))?;
    let id = casting.private_number("odd");
    let bare = Destination::bare(casting.world.seed, id);
    let dice = &mut casting.dice;
    let odd = *dice.pick(ODD);
    let pace = dice.log_uniform(60.0, 7_200.0);
    let contacts = dice.log_uniform(3.0, 60.0) as u64;
    let age = dice.below(20) as i64;
    let place = Destination { tls13: false, ..bare }.with_certificate_of(age, day_of(scene.at));
    let port = match odd {
        Odd::Service(_, port) | Odd::Certificate(port) => port,
    };
    let episode = casting.note(
        scene,
        Episode {
            destination: place.label(),
            addresses: place.addresses(),
            port,
            parameters: vec![("pace_s", pace), ("contacts", contacts as f64), ("certificate_days", age as f64)],
            note: format!("{odd:?}").to_lowercase(),
            ..Episode::default()
        },
    );
    let mut dice = casting.dice.clone();
    let mut done = 0;
    Some(acting(scene.at, move |now, world, town| {
        let machine = &mut town.hosts[scene.host];
        if !machine.awake(now) {
            return Some(machine.next_presence(now)? + seconds(dice.between(20.0, 400.0)));
        }
        let (up, down) = (dice.lognormal(2_000.0, 1.0) as u64, dice.lognormal(5_000.0, 1.2) as u64);
        let lasts = seconds(dice.lognormal(4.0, 1.2));
        town.tell(episode, "contact", |town| match odd {
            Odd::Service("http", port) => {
                let request = Request {
                    method: "POST",
                    path: "/",
                    agent: "",
                    port,
                    up,
                    down,
                    status: 200,
                    mime: "text/plain",
                    lasts,
                    content: down,
                };
                town.http(scene.host, now, world, &place, &request);
            }
            Odd::Service(service, port) => {
                let (to, at) = town.resolve(scene.host, now, world, &place);
                let flow = Flow { proto: "tcp", service: Some(service), up, down, lasts, state: State::Sf };
                if service == "ssh" {
                    town.ssh_elsewhere(scene.host, at, (to, port), &flow, "SSH-2.0-Go");
                } else {
                    town.flow(scene.host, at, to, port, &flow);
                }
            }
            Odd::Certificate(port) => {
                let call = Call { client: &clients::OWN_C, port, up, down, lasts, resumed: false };
                town.tls(scene.host, now, world, &place, &call);
            }
        });
        done += 1;
        (done < contacts).then(|| now + seconds(dice.lognormal(pace, 0.5)))
    }))
}
