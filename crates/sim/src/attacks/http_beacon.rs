//! A crude implant: plain HTTP with a default user agent to a bare address.

use super::{
    Casting, Story,
    implant::{self, Asks, Implant},
};
use crate::{
    life::Begun,
    world::{clients, destination::Destination, host::Kind},
};

/// Sleep is log-uniform between 10 s and 5 min, jitter uniform between 0 and 20 %: commodity malware hurries.
pub(super) static STORY: Story = Story {
    name: "http_beacon",
    about: "Commodity malware calls a bare address over plain HTTP with its library's default user agent.",
    technique: "T1071.001",
    detector: Some("beaconing"),
    needs: 12,
    instances: 1.0,
    cast,
};

fn cast(casting: &mut Casting<'_>) -> Option<Begun> {
    let scene = casting.scene(|host| matches!(host.kind, Kind::Desktop | Kind::Laptop | Kind::Thing))?;
    let place = Destination::bare(casting.world.seed, casting.private_number("home"));
    let delivery = implant::delivery(casting);
    implant::maybe_listed(casting, &place);
    let dice = &mut casting.dice;
    let sleep = dice.log_uniform(10.0, 300.0);
    let jitter = dice.between(0.0, 0.2);
    let client = *dice.pick(&[&clients::GO, &clients::PYTHON, &clients::WINHTTP, &clients::OPENSSL]);
    let port = *dice.pick(&[80, 80, 8_080, 8_000]);
    let path = *dice.pick(&["/gate.php", "/api/v1/ping", "/", "/submit"]);
    let misses = dice.between(0.0, 0.1);
    let bytes = (dice.log_uniform(200.0, 900.0), dice.log_uniform(4.0, 300.0));
    let hours_between_tasks = dice.between(1.0, 8.0);
    let note = format!("agent {}", client.agent);
    let episode = casting.announce(scene, &place, port, Some((sleep, jitter)), note);
    let (asks, one_sided, dice) = (Asks::Http { port, path }, false, casting.dice.clone());
    Some((
        scene.at,
        Box::new(Implant {
            scene,
            episode,
            place,
            delivery,
            client,
            asks,
            sleep,
            jitter,
            one_sided,
            misses,
            resumes: 0.0,
            bytes,
            hours_between_tasks,
            burst: 0,
            dice,
        }),
    ))
}
