//! One intruder from the first download to the last upload, on several machines and over the same servers.

use super::{
    Casting, Scene, Story,
    implant::{self, Asks, Implant},
    lateral_movement::{self, Hop, Way},
    port_scan,
};
use crate::{
    calendar::{MILLI, Micros, SECOND, seconds},
    dice::Dice,
    life::{Begun, Process, acting},
    names,
    town::{Call, Town},
    world::{
        World, clients,
        destination::{Destination, Hosting},
        host::Kind,
    },
};

/// An implant is downloaded and calls its server every 30 s to 5 min; 20 to 90 min later the intruder looks for
/// neighbors (40 to 250 addresses), goes on to 2 to 4 machines, one of which calls the same server from then on, and
/// sends 0.5 to 10 GB from there to a rented server. All within some six hours: what a campaign is made of.
pub(super) static STORY: Story = Story {
    name: "intrusion",
    about: "One intruder in all his steps: implant, search for neighbors, other machines, second implant, upload.",
    technique: "T1071.001",
    // Each step is another detector's, and several of them may be missed: it is there to be put together.
    detector: None,
    needs: 12,
    instances: 2.0,
    cast,
};

fn cast(casting: &mut Casting<'_>) -> Option<Begun> {
    let windows: Vec<usize> = (0..casting.town.hosts.len()).filter(|host| casting.town.is_windows(*host)).collect();
    let names_of: Vec<String> = windows.iter().map(|host| casting.town.hosts[*host].name.clone()).collect();
    let first =
        casting.scene(|host| matches!(host.kind, Kind::Desktop | Kind::Laptop) && names_of.contains(&host.name))?;
    let site = casting.town.hosts[first.host].site;
    let free = windows.iter().copied().filter(|host| !casting.taken.contains(host));
    let free: Vec<usize> = free.filter(|host| casting.town.hosts[*host].site == site).collect();
    if free.is_empty() {
        return None;
    }
    let second = *casting.dice.pick(&free);
    casting.taken.insert(second);
    let place = implant::home(casting);
    let delivery = implant::delivery(casting);
    let (seed, drop) = (casting.world.seed, casting.private_number("drop"));
    let drop = Destination { clear: false, ..Destination::invent(seed, drop, Hosting::Own) };
    let (sleep, jitter) = (casting.dice.log_uniform(30.0, 300.0), casting.dice.between(0.1, 0.4));
    let note = format!("second machine {}, upload to {}", casting.town.hosts[second].name, drop.label());
    let episode = casting.announce(first, &place, 443, Some((sleep, jitter)), note);
    // What is left of the day, or of six hours, is enough for all of it.
    let pace = seconds((casting.seconds_left(first.at) * 0.8).min(6.0 * 3_600.0));
    let dice = &mut casting.dice;
    let mut after = |from: f64, to: f64| first.at + (pace as f64 * dice.between(from, to)) as Micros;
    let (searches, moves, leaves) = (after(0.06, 0.2), after(0.3, 0.45), after(0.75, 0.9));
    let again = Scene { host: second, at: moves + 10 * 60 * SECOND };
    let implant = |scene: Scene, place: Destination, delivery, dice: Dice| Implant {
        scene,
        episode,
        place,
        delivery,
        client: &clients::GO,
        asks: Asks::Tls(443),
        sleep,
        jitter,
        one_sided: true,
        misses: 0.05,
        resumes: 0.0,
        bytes: (600.0, 300.0),
        hours_between_tasks: 1.5,
        burst: 0,
        dice,
    };
    let account = names::person(seed, first.host as u64);
    let dice = casting.dice.clone();
    let parts: Vec<Begun> = vec![
        (first.at, Box::new(implant(first, place.clone(), delivery, Dice::of(seed, "intrusion, first", drop.id)))),
        search(episode, Scene { at: searches, ..first }, casting.town, dice.clone()),
        spread(episode, Scene { at: moves, ..first }, second, windows, account, dice.clone()),
        (again.at, Box::new(implant(again, place, None, Dice::of(seed, "intrusion, second", drop.id)))),
        upload(episode, Scene { at: leaves, host: second }, drop, dice),
    ];
    Some((first.at, Box::new(Parts { parts })))
}

/// Several processes as one: each is woken when it is due.
struct Parts {
    parts: Vec<Begun>,
}

impl Process for Parts {
    fn wake(&mut self, now: Micros, world: &World, town: &mut Town) -> Option<Micros> {
        let mut next = Vec::with_capacity(self.parts.len());
        for (due, mut part) in self.parts.drain(..) {
            let due = if due <= now { part.wake(now, world, town) } else { Some(due) };
            next.extend(due.map(|due| (due, part)));
        }
        self.parts = next;
        self.parts.iter().map(|(due, _)| *due).min()
    }
}

/// Who answers to file sharing.
fn search(episode: usize, scene: Scene, town: &Town, mut dice: Dice) -> Begun {
    let alive = port_scan::answering(town, town.hosts[scene.host].site);
    let near = u32::from(town.hosts[scene.host].v4) & !0xff;
    let n = dice.log_uniform(40.0, 250.0) as u32;
    let pace = dice.log_uniform(0.05, 3.0);
    let mut last = 0;
    acting(scene.at, move |now, _, town| {
        let machine = &mut town.hosts[scene.host];
        if !machine.awake(now) {
            return Some(machine.next_presence(now)? + seconds(dice.between(30.0, 300.0)));
        }
        last += 1;
        let target = (std::net::Ipv4Addr::from(near + last), 445);
        town.tell(episode, "probe", |town| port_scan::inside_probe(town, scene, now, target, &alive, &mut dice));
        (last < n).then(|| now + seconds(dice.exponential(pace)) + MILLI)
    })
}

/// First to the machine that he means to stay on, then to others.
fn spread(episode: usize, scene: Scene, second: usize, windows: Vec<usize>, account: String, mut dice: Dice) -> Begun {
    let hops = 2 + dice.below(3);
    let ways = [Way::Service, Way::Wmi];
    let mut reached = vec![scene.host];
    let mut tries = 0;
    acting(scene.at, move |now, world, town| {
        tries += 1;
        let to = if reached.len() == 1 { second } else { *dice.pick(&windows) };
        let done = reached.len() as u64 > hops || tries > 400;
        if done || reached.contains(&to) || !town.hosts[to].awake(now) {
            return (!done).then_some(now + 20 * SECOND);
        }
        let hop =
            Hop { from: scene.host, to, way: *dice.pick(&ways), account: &account, own: &account, disguised: false };
        town.tell(episode, "hop", |town| lateral_movement::go(town, world, now, &hop, &mut dice));
        reached.push(to);
        Some(now + seconds(dice.exponential(240.0)) + SECOND)
    })
}

fn upload(episode: usize, scene: Scene, place: Destination, mut dice: Dice) -> Begun {
    let bytes = dice.log_uniform(5e8, 1e10);
    let rate = dice.log_uniform(1e6, 1e7);
    acting(scene.at, move |now, world, town| {
        let machine = &mut town.hosts[scene.host];
        if !machine.awake(now) {
            return Some(machine.next_presence(now)? + seconds(dice.between(60.0, 900.0)));
        }
        let (up, lasts) = (bytes as u64, seconds(bytes / rate));
        let call = Call { client: &clients::GO, port: 443, up, down: 20_000, lasts, resumed: false };
        town.tell(episode, "upload", |town| town.tls(scene.host, now, world, &place, &call));
        None
    })
}
