//! An implant that asks for orders over HTTPS every half minute to ten minutes.

use super::{
    Casting, Story,
    implant::{self, Asks, Implant},
};
use crate::{
    life::Begun,
    world::{clients, host::Kind},
};

/// Sleep is log-uniform between 30 s and 10 min and jitter uniform between 10 and 50 %: meant to cover how
/// public frameworks are run. The TLS stack is the operating system's, Go's, or the implant's own.
pub(super) static STORY: Story = Story {
    name: "https_beacon",
    about: "A downloaded implant calls its server over HTTPS every 30 s to 10 min with 10 to 50 % jitter.",
    technique: "T1071.001",
    detector: Some("beaconing"),
    needs: 12,
    instances: 3.0,
    cast,
};

fn cast(casting: &mut Casting<'_>) -> Option<Begun> {
    let scene = casting.scene(|host| matches!(host.kind, Kind::Desktop | Kind::Laptop))?;
    let place = implant::home(casting);
    let delivery = implant::delivery(casting);
    implant::maybe_listed(casting, &place);
    let dice = &mut casting.dice;
    let sleep = dice.log_uniform(30.0, 600.0);
    let jitter = dice.between(0.1, 0.5);
    let client = *dice.pick(&[
        &clients::WINHTTP,
        &clients::SCHANNEL,
        &clients::GO,
        &clients::GO_OWN,
        &clients::OWN_C,
        &clients::CHROME,
    ]);
    let port = if place.name.is_empty() && dice.chance(0.5) { 8_443 } else { 443 };
    let one_sided = dice.chance(0.6);
    let misses = dice.between(0.0, 0.15);
    let resumes = *dice.pick(&[0.0, 0.0, 0.5, 0.9]);
    let bytes = (dice.log_uniform(250.0, 1_600.0), dice.log_uniform(120.0, 900.0));
    let hours_between_tasks = dice.between(0.7, 4.0);
    let note = format!("client {}", client.name);
    let episode = casting.announce(scene, &place, port, Some((sleep, jitter)), note);
    let dice = casting.dice.clone();
    let asks = Asks::Tls(port);
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
            resumes,
            bytes,
            hours_between_tasks,
            burst: 0,
            dice,
        }),
    ))
}
