//! Something that should be there is not: a sensor says nothing, or the web site is out of reach or only fails.

use super::{Casting, Story};
use crate::{
    calendar::{MINUTE, Micros},
    conditions::Condition,
    life::{Begun, acting},
    truth::Episode,
    wire::SENSORS,
    zone,
};

/// For 10 min to 5 h (log-uniform): the branch's sensor writes nothing, no request reaches the web site, or it
/// answers each with an error. It leaves no records; the `story` line says from when to when.
pub(super) static STORY: Story = Story {
    name: "sudden_silence",
    about: "A sensor falls silent, or nobody reaches the web site, or it answers nothing but errors.",
    technique: "T1499",
    detector: Some("volume_anomaly"),
    needs: 1,
    instances: 1.0,
    cast,
};

fn cast(casting: &mut Casting<'_>) -> Option<Begun> {
    let at = casting.moment();
    let minutes = casting.dice.log_uniform(10.0, 300.0);
    let until = (at + (minutes * MINUTE as f64) as Micros).min(casting.world.end);
    let site = zone::site(casting.world);
    let condition = *casting.dice.pick(&[Condition::SensorDown(1), Condition::Unreachable, Condition::Failing]);
    let (host, note) = match condition {
        Condition::SensorDown(which) => (format!("sensor {}", SENSORS[which]), "the sensor writes nothing"),
        Condition::Unreachable => (site, "no request reaches the web site"),
        _ => (site, "the web site answers errors"),
    };
    let episode = casting.note_of(
        at,
        Episode {
            destination: host.clone(),
            host,
            parameters: vec![("minutes", minutes)],
            note: note.to_owned(),
            ..Episode::default()
        },
    );
    Some(acting(at, move |_, _, town| {
        town.wire.conditions.add(condition, at, until);
        town.wire.truth.lasts_until(episode, until);
        None
    }))
}
