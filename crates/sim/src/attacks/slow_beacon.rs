//! An implant that sleeps for twenty minutes to four hours, on a machine that stays on.

use super::{
    Casting, Scene, Story,
    implant::{self, Asks, Implant},
};
use crate::{
    calendar::seconds,
    life::Begun,
    world::{clients, host::Kind},
};

/// Sleep is log-uniform between 20 min and 4 h, jitter uniform between 5 and 40 %. In three cases of ten the implant
/// was there before the simulation began, so that its first contact tells nothing.
pub(super) static STORY: Story = Story {
    name: "slow_beacon",
    about: "A patient implant calls its server over HTTPS every 20 min to 4 h.",
    technique: "T1071.001",
    detector: Some("beaconing"),
    needs: 12,
    instances: 2.0,
    cast,
};

fn cast(casting: &mut Casting<'_>) -> Option<Begun> {
    let mut scene = casting.scene(|host| host.always_on() && matches!(host.kind, Kind::Desktop | Kind::Server))?;
    let place = implant::home(casting);
    let delivery = implant::delivery(casting);
    implant::maybe_listed(casting, &place);
    let dice = &mut casting.dice;
    let sleep = dice.log_uniform(1_200.0, 14_400.0);
    let jitter = dice.between(0.05, 0.4);
    let established = dice.chance(0.3);
    if established {
        scene = Scene { at: casting.world.start + seconds(sleep * dice.unit()), ..scene };
    }
    let client = *dice.pick(&[&clients::WINHTTP, &clients::SCHANNEL, &clients::GO, &clients::OWN_C, &clients::RUST]);
    let one_sided = dice.chance(0.5);
    let misses = dice.between(0.0, 0.1);
    let resumes = *dice.pick(&[0.0, 0.0, 0.5, 0.9]);
    let bytes = (dice.log_uniform(300.0, 2_500.0), dice.log_uniform(120.0, 900.0));
    let hours_between_tasks = dice.between(6.0, 40.0);
    let note = format!("client {}", client.name);
    let episode = casting.announce(scene, &place, 443, Some((sleep, jitter)), note);
    if established {
        casting.town.wire.truth.establish(episode);
    }
    let delivery = delivery.filter(|_| !established);
    let (asks, dice) = (Asks::Tls(443), casting.dice.clone());
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
