//! A machine does business with something that is on an indicator list: a name, an address, a file, a user agent.

use super::{Casting, Scene, Story};
use crate::{
    calendar::{Micros, seconds},
    dice::Dice,
    life::{Begun, Process},
    town::{Call, Request, Town, sha256_of},
    world::{
        World, clients,
        destination::{Destination, Hosting},
        host::Kind,
    },
};

/// One to five contacts within an hour or so: too few for any statistics, one is enough for a list.
pub(super) static STORY: Story = Story {
    name: "listed_contact",
    about: "A machine contacts a listed domain or address, downloads a listed file, or uses a listed user agent.",
    technique: "T1071.001",
    detector: Some("indicators"),
    needs: 1,
    instances: 4.0,
    cast,
};

/// An agent that no honest program sends.
const AGENT: &str = "Mozilla/4.0 (compatible; Merlo Loader 2.1)";

/// What the list names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Listed {
    Domain,
    Ip,
    Hash,
    UserAgent,
}

const VARIANTS: [Listed; 4] = [Listed::Domain, Listed::Ip, Listed::Hash, Listed::UserAgent];

#[derive(Debug)]
struct Contact {
    scene: Scene,
    episode: usize,
    listed: Listed,
    place: Destination,
    left: u64,
    dice: Dice,
}

fn cast(casting: &mut Casting<'_>) -> Option<Begun> {
    let scene = casting.scene(|host| matches!(host.kind, Kind::Desktop | Kind::Laptop))?;
    let listed = VARIANTS[(casting.number % VARIANTS.len() as u64) as usize];
    let (seed, id) = (casting.world.seed, casting.private_number("place"));
    let place = match listed {
        Listed::Ip => Destination::bare(seed, id),
        Listed::Domain | Listed::Hash | Listed::UserAgent => {
            Destination { v6: None, clear: false, ..Destination::invent(seed, id, Hosting::Own) }
        }
    };
    let confidence = 60 + casting.dice.below(40) as u8;
    let (value, kind) = match listed {
        Listed::Domain => (place.name.clone(), "domain"),
        Listed::Ip => (place.label(), "ip"),
        Listed::Hash => (sha256_of(id), "hash"),
        Listed::UserAgent => (AGENT.to_owned(), "user_agent"),
    };
    casting.intel.list(&value, kind, confidence, "loader");
    let port = if matches!(listed, Listed::Domain | Listed::Ip) { 443 } else { 80 };
    let episode = casting.announce(scene, &place, port, None, format!("listed {kind} {value}"));
    let left = 1 + casting.dice.below(5);
    let dice = casting.dice.clone();
    Some((scene.at, Box::new(Contact { scene, episode, listed, place, left, dice })))
}

impl Process for Contact {
    fn wake(&mut self, now: Micros, world: &World, town: &mut Town) -> Option<Micros> {
        if !town.hosts[self.scene.host].awake(now) {
            return None;
        }
        let lasts = seconds(self.dice.lognormal(1.0, 0.5));
        let down = self.dice.lognormal(60_000.0, 1.0) as u64;
        let host = self.scene.host;
        town.wire.truth.mark(self.episode, "contact");
        match self.listed {
            Listed::Domain | Listed::Ip => {
                let call = Call { client: &clients::WINHTTP, port: 443, up: 900, down, lasts, resumed: false };
                town.tls(host, now, world, &self.place, &call);
            }
            Listed::Hash | Listed::UserAgent => {
                let plain = town.hosts[host].browser.agent;
                let agent = if self.listed == Listed::UserAgent { AGENT } else { plain };
                let (mime, content) = ("application/x-dosexec", self.place.id);
                let request = Request {
                    method: "GET",
                    path: "/get/setup.bin",
                    agent,
                    port: 80,
                    up: 0,
                    down,
                    status: 200,
                    mime,
                    lasts,
                    content,
                };
                town.http(host, now, world, &self.place, &request);
            }
        }
        town.wire.truth.unmark();
        self.left -= 1;
        (self.left > 0).then(|| now + seconds(self.dice.exponential(900.0)))
    }
}
