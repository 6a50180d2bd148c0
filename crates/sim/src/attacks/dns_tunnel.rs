//! Data leaves inside DNS questions: long random labels under one domain, answered with TXT or CNAME.

use super::{Casting, Scene, Story};
use crate::{
    calendar::{Micros, seconds},
    dice::{Dice, hex},
    life::{Begun, Process},
    town::{Question, Town},
    world::{
        World,
        destination::{Destination, Hosting},
        host::Kind,
    },
};

/// A question every 0.3 to 6 s (log-uniform mean, exponential gaps) for twenty minutes to three hours.
pub(super) static STORY: Story = Story {
    name: "dns_tunnel",
    about: "A machine moves data through DNS questions with long random labels under one domain.",
    technique: "T1071.004",
    detector: Some("dns_tunnel"),
    needs: 50,
    instances: 1.0,
    cast,
};

#[derive(Debug)]
struct Tunnel {
    scene: Scene,
    episode: usize,
    parent: String,
    kind: &'static str,
    pace: f64,
    until: Micros,
    dice: Dice,
}

fn cast(casting: &mut Casting<'_>) -> Option<Begun> {
    let scene = casting.scene(|host| matches!(host.kind, Kind::Desktop | Kind::Laptop | Kind::Server))?;
    let id = casting.private_number("parent");
    let place = Destination { v4: Vec::new(), v6: None, ..Destination::invent(casting.world.seed, id, Hosting::Own) };
    let kind = *casting.dice.pick(&["TXT", "TXT", "CNAME", "MX"]);
    let pace = casting.dice.log_uniform(0.3, 6.0);
    let until = scene.at + seconds(casting.dice.between(1_200.0, 10_800.0));
    let episode = casting.announce(scene, &place, 53, Some((pace, 1.0)), format!("questions of type {kind}"));
    let dice = casting.dice.clone();
    Some((scene.at, Box::new(Tunnel { scene, episode, parent: place.name, kind, pace, until, dice })))
}

impl Process for Tunnel {
    fn wake(&mut self, now: Micros, world: &World, town: &mut Town) -> Option<Micros> {
        if now >= self.until || !town.hosts[self.scene.host].awake(now) {
            return None;
        }
        let digits = 24 + self.dice.below(36) as usize;
        let name = format!("{}.{}.{}", hex(self.dice.bits(), digits), hex(self.dice.bits(), 12), self.parent);
        let answer = match self.kind {
            "TXT" => format!("TXT {digits} {}", hex(self.dice.bits(), digits)),
            _ => format!("{}.{}", hex(self.dice.bits(), 16), self.parent),
        };
        town.wire.truth.mark(self.episode, "tunnel");
        town.dns(self.scene.host, now, world, &Question { name: &name, kind: self.kind, answers: &[answer], ttl: 1 });
        town.wire.truth.unmark();
        Some(now + seconds(self.dice.exponential(self.pace)) + 1_000)
    }
}
