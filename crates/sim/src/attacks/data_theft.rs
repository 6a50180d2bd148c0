//! Data leaves: at once or drop by drop, to a rented server or to a storage service that others use too.

use super::{Casting, Story};
use crate::{
    calendar::seconds,
    life::{Begun, acting},
    town::Call,
    truth::Episode,
    world::{
        clients,
        destination::{Destination, Hosting},
        host::Kind,
    },
};

/// 30 MB to 40 GB (log-uniform) at once at 0.5 to 12 MB/s, or in 12 to 150 parts every 5 to 60 min; in two of five
/// cases to a well-known service.
pub(super) static STORY: Story = Story {
    name: "data_theft",
    about: "Data leaves a machine: at once or in small parts, to a rented server or to a storage service.",
    technique: "T1048",
    detector: Some("data_exfiltration"),
    needs: 1,
    instances: 3.0,
    cast,
};

fn cast(casting: &mut Casting<'_>) -> Option<Begun> {
    let scene = casting.scene(|host| matches!(host.kind, Kind::Desktop | Kind::Laptop | Kind::Server))?;
    let left = casting.seconds_left(scene.at);
    let id = casting.private_number("drop");
    let to_cloud = casting.dice.chance(0.4);
    let place = if to_cloud {
        casting.world.popular(casting.dice.zipf(60)).under(casting.world.seed, "storage")
    } else {
        Destination::invent(casting.world.seed, id, Hosting::Own)
    };
    let place = Destination { clear: false, ..place };
    let dice = &mut casting.dice;
    let bytes = dice.log_uniform(3e7, 4e10);
    let pace = dice.log_uniform(300.0, 3_600.0);
    let parts = if dice.chance(0.5) { (left * 0.7 / pace).min(dice.between(12.0, 150.0)).max(1.0) as u64 } else { 1 };
    let rate = dice.log_uniform(5e5, 1.2e7);
    let episode = casting.note(
        scene,
        Episode {
            destination: place.label(),
            addresses: place.addresses(),
            port: 443,
            // Less than what people here send away on any day.
            hopeless: bytes < 2e8,
            parameters: vec![("bytes", bytes), ("parts", parts as f64), ("pace_s", pace), ("bytes_per_s", rate)],
            note: if to_cloud { "a service that others use" } else { "a rented server" }.to_owned(),
            ..Episode::default()
        },
    );
    let mut dice = casting.dice.clone();
    let mut sent = 0;
    Some(acting(scene.at, move |now, world, town| {
        let machine = &mut town.hosts[scene.host];
        if !machine.awake(now) {
            return Some(machine.next_presence(now)? + seconds(dice.between(60.0, 900.0)));
        }
        let part = bytes / parts as f64 * dice.lognormal(1.0, 0.3);
        let call = Call {
            client: &clients::GO,
            port: 443,
            up: part as u64,
            down: (part / 300.0) as u64 + 2_000,
            lasts: seconds((part / rate).max(0.3)),
            resumed: false,
        };
        town.tell(episode, "upload", |town| town.tls(scene.host, now, world, &place, &call));
        sent += 1;
        (sent < parts).then(|| now + seconds(dice.lognormal(pace, 0.3)))
    }))
}
