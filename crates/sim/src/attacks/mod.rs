//! Attack stories: what an intruder does, told in the same words as ordinary life, and noted record by record.
//!
//! Parameters are drawn from wide distributions, documented in each story, so that no two seeds are alike. The
//! infected machine goes on with its normal life. How many of each there are grows with the square root of the
//! scale: a larger organisation is attacked more, not in proportion.

mod cloud_takeover;
mod credential_mail;
mod credential_stuffing;
mod data_theft;
mod dns_drip;
mod dns_tunnel;
mod fast_flux;
mod generated_domains;
mod held_tunnel;
mod http_beacon;
mod http_flood;
mod https_beacon;
mod implant;
mod internet_scan;
mod intrusion;
mod lateral_movement;
mod listed_contact;
mod lookalike_visit;
mod odd_program;
mod odd_protocol;
mod phishing_mail;
mod port_scan;
mod ransom;
mod scraping;
mod slow_beacon;
mod ssh_bruteforce;
mod ssh_slow_guessing;
mod ssh_spray;
mod stolen_account;
mod sudden_silence;
mod web_attack;
mod web_probe;
mod windows_guessing;

use std::collections::BTreeSet;

pub(crate) use self::lookalike_visit::{mistyped, punycode};

use crate::{
    Stories,
    calendar::{DAY, HOUR, Micros, SECOND},
    dice::{Dice, hash, mix},
    intel::Intel,
    life::Begun,
    town::Town,
    truth::Episode,
    world::{World, destination::Destination, host::Host},
};

/// Detectors that compare with what was usual: in worlds of several days their stories come in the second half.
const AGAINST_A_PAST: &[&str] = &[
    "new_access",
    "lateral_movement",
    "rare_execution",
    "data_exfiltration",
    "cloud_misuse",
    "lookalike_domain",
    "mail_anomaly",
    "volume_anomaly",
];

/// One kind of attack.
#[derive(Debug)]
pub struct Story {
    /// Its name in the ground truth and on the command line.
    pub name: &'static str,
    /// What happens, in a sentence.
    pub about: &'static str,
    /// ATT&CK technique of its main activity.
    pub technique: &'static str,
    /// Detector that should find it, where one exists.
    pub detector: Option<&'static str>,
    /// Contacts from which on that detector has a fair chance.
    pub needs: u64,
    /// Instances at scale 1.
    pub instances: f64,
    /// Chooses the victim and the parameters of one instance. `None` where the world is too small or short for it.
    cast: fn(&mut Casting<'_>) -> Option<Begun>,
}

/// Every story; the only list.
pub static ALL: &[&Story] = &[
    &https_beacon::STORY,
    &slow_beacon::STORY,
    &http_beacon::STORY,
    &listed_contact::STORY,
    &dns_tunnel::STORY,
    &ssh_bruteforce::STORY,
    &internet_scan::STORY,
    &web_probe::STORY,
    &port_scan::STORY,
    &ssh_spray::STORY,
    &ssh_slow_guessing::STORY,
    &generated_domains::STORY,
    &dns_drip::STORY,
    &fast_flux::STORY,
    &held_tunnel::STORY,
    &data_theft::STORY,
    &odd_protocol::STORY,
    &http_flood::STORY,
    &sudden_silence::STORY,
    &web_attack::STORY,
    &credential_stuffing::STORY,
    &scraping::STORY,
    &lookalike_visit::STORY,
    &windows_guessing::STORY,
    &stolen_account::STORY,
    &lateral_movement::STORY,
    &odd_program::STORY,
    &ransom::STORY,
    &phishing_mail::STORY,
    &credential_mail::STORY,
    &cloud_takeover::STORY,
    &intrusion::STORY,
];

/// All instances of the stories that are told.
pub(crate) fn tell(stories: &Stories, world: &World, town: &mut Town, intel: &mut Intel, scale: f64) -> Vec<Begun> {
    let mut taken = BTreeSet::new();
    let mut all = Vec::new();
    for story in ALL.iter().filter(|story| stories.includes(story.name)) {
        let instances = (story.instances * scale.sqrt()).round().max(1.0) as u64;
        for number in 0..instances {
            let dice = Dice::of(world.seed, story.name, number);
            let mut casting = Casting { story, number, world, town, intel, scale, taken: &mut taken, dice };
            all.extend((story.cast)(&mut casting));
        }
    }
    all
}

/// What a story needs to choose its parameters.
#[derive(Debug)]
struct Casting<'a> {
    story: &'static Story,
    number: u64,
    world: &'a World,
    town: &'a mut Town,
    intel: &'a mut Intel,
    scale: f64,
    /// Machines that another story has: stories do not share victims, so that each can be judged alone.
    taken: &'a mut BTreeSet<usize>,
    dice: Dice,
}

/// Where and when a story begins.
#[derive(Debug, Clone, Copy)]
struct Scene {
    host: usize,
    at: Micros,
}

impl Casting<'_> {
    /// A free machine of this kind, and a moment between half past eight and three on one of the first days when
    /// its owner is there (any moment of the day for machines without one).
    fn scene(&mut self, fits: impl Fn(&Host) -> bool) -> Option<Scene> {
        let days = (self.world.end - self.world.start) / DAY;
        let past = self.days_of_past();
        // What waits for a past may come later.
        let latest = if past > 0 { days * 9 / 10 } else { days * 6 / 10 }.max(past + 1);
        for _ in 0..200 {
            let host = self.dice.below(self.town.hosts.len() as u64) as usize;
            let day = self.world.start + self.dice.span(past, latest) * DAY;
            let at = day + self.dice.span(17 * HOUR / 2, 15 * HOUR);
            let machine = &mut self.town.hosts[host];
            let there = if machine.has_owner() { machine.present(at) } else { true };
            if there && at < self.world.end && fits(machine) && self.taken.insert(host) {
                return Some(Scene { host, at });
            }
        }
        None
    }

    /// A number that belongs to this instance alone.
    fn private_number(&self, what: &str) -> u64 {
        self.world.reserved(self.story.name, mix(hash(what), self.number))
    }

    /// Notes the instance in the ground truth; its number there.
    fn announce(
        &mut self,
        scene: Scene,
        place: &Destination,
        port: u16,
        timing: Option<(f64, f64)>,
        note: String,
    ) -> usize {
        let (destination, addresses) = (place.label(), place.addresses());
        self.note(scene, Episode { destination, addresses, port, note, ..Episode::default() }.timed(timing))
    }

    /// Notes an instance that happens to or on a machine of ours.
    fn note(&mut self, scene: Scene, episode: Episode) -> usize {
        let machine = &self.town.hosts[scene.host];
        let (host, src) = (machine.name.clone(), machine.addresses());
        self.note_of(scene.at, Episode { host, src, ..episode })
    }

    /// Notes an instance whose machine and addresses `episode` names.
    fn note_of(&mut self, at: Micros, episode: Episode) -> usize {
        self.town.wire.truth.announce(Episode {
            story: self.story.name,
            id: format!("{}-{}", self.story.name, self.number + 1),
            technique: self.story.technique,
            detector: self.story.detector,
            needs: self.story.needs,
            start: at,
            end: at,
            ..episode
        })
    }

    /// A moment that needs no machine, early enough that something comes of it.
    fn moment(&mut self) -> Micros {
        let past = self.days_of_past() * DAY;
        let all = self.world.end - self.world.start - past;
        self.world.start + past + (all as f64 * self.dice.between(0.02, 0.7)) as Micros
    }

    /// Days that must have gone by before the story: half of a long world, where it stands out only against a past.
    fn days_of_past(&self) -> i64 {
        let days = (self.world.end - self.world.start) / DAY;
        let stands_out = self.story.detector.is_some_and(|detector| AGAINST_A_PAST.contains(&detector));
        if stands_out { days / 2 } else { 0 }
    }

    /// Seconds from `at` to the end of the world.
    fn seconds_left(&self, at: Micros) -> f64 {
        (self.world.end - at) as f64 / SECOND as f64
    }
}
