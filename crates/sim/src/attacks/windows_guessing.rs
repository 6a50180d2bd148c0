//! Passwords are tried on Windows: many on one account, one on many, known pairs, or a few an hour.

use std::net::IpAddr;

use super::{Casting, Story};
use crate::{
    calendar::{MILLI, seconds},
    dice::mix,
    life::{Begun, acting},
    names,
    truth::Episode,
    windows_host::{Failure, Logon},
    world::{destination::stranger, host::Host},
};

/// Styles in turn. Brute force: 20 to 1,000 guesses on one account. Spraying: 1 or 2 guesses on 10 to 200 accounts.
/// Stuffing: a guess each on 20 to 400 accounts, half of them unknown here, from 5 to 300 addresses outside. Slow: as
/// spraying, 1 to 20 min apart. The others 0.05 to 30 s (all log-uniform). One in three succeeds.
pub(super) static STORY: Story = Story {
    name: "windows_guessing",
    about: "Passwords are tried on Windows accounts: many on one, one on many, known pairs, or a few an hour.",
    technique: "T1110",
    detector: Some("password_attack"),
    needs: 10,
    instances: 4.0,
    cast,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    Spraying,
    BruteForce,
    Slow,
    Stuffing,
}

const STYLES: [Style; 4] = [Style::Spraying, Style::BruteForce, Style::Slow, Style::Stuffing];

fn cast(casting: &mut Casting<'_>) -> Option<Begun> {
    let style = STYLES[(casting.number % STYLES.len() as u64) as usize];
    let scene = casting.scene(Host::is_computer)?;
    let site = casting.town.hosts[scene.host].site;
    let servers = &casting.world.servers[site];
    let windows: Vec<usize> = servers.iter().copied().filter(|host| casting.town.is_windows(*host)).collect();
    let (left, people) = (casting.seconds_left(scene.at), casting.town.hosts.len() as u64);
    let seed = casting.world.seed;
    let dice = &mut casting.dice;
    let server = *windows.get(dice.below(windows.len() as u64) as usize)?;
    let (accounts, per_account) = match style {
        Style::BruteForce => (1, dice.log_uniform(20.0, 1_000.0)),
        Style::Stuffing => (dice.log_uniform(20.0, 400.0) as u64, 1.0),
        _ => (dice.log_uniform(10.0, 200.0) as u64, 1.0 + dice.below(2) as f64),
    };
    let pace = if style == Style::Slow { dice.log_uniform(60.0, 1_200.0) } else { dice.log_uniform(0.05, 30.0) };
    let guesses = (accounts as f64 * per_account).min(left * 0.8 / pace) as u64;
    let sources: Vec<IpAddr> = match style {
        Style::Stuffing => (0..dice.log_uniform(5.0, 300.0) as u64).map(|_| stranger(dice.bits()).into()).collect(),
        _ => vec![casting.town.hosts[scene.host].v4.into()],
    };
    let kind = if style == Style::Stuffing { 10 } else { 3 };
    // Guesses over Kerberos are seen by the domain controller alone.
    let kerberos = style != Style::Stuffing && dice.chance(0.4);
    let succeeds = dice.chance(0.33);
    let first = dice.below(people);
    let outside = style == Style::Stuffing;
    let outline = Episode {
        destination: casting.town.hosts[server].name.clone(),
        account: if accounts == 1 { names::person(seed, first) } else { String::new() },
        parameters: vec![
            ("accounts", accounts as f64),
            ("guesses", guesses as f64),
            ("pace_s", pace),
            ("sources", sources.len() as f64),
            ("successes", f64::from(u8::from(succeeds))),
        ],
        note: format!("{style:?}{}", if kerberos { ", kerberos" } else { "" }).to_lowercase(),
        ..Episode::default()
    };
    let episode = if outside {
        let (host, src) = (casting.town.hosts[server].name.clone(), sources.clone());
        casting.note_of(scene.at, Episode { host, src, ..outline })
    } else {
        casting.note(scene, outline)
    };
    let mut dice = casting.dice.clone();
    let mut done = 0;
    Some(acting(scene.at, move |now, world, town| {
        if done >= guesses || !outside && !town.hosts[scene.host].awake(now) {
            return None;
        }
        let number = done % accounts.max(1);
        done += 1;
        let stolen = outside && mix(number, 9).is_multiple_of(2);
        let account = if stolen { names::label(seed, number) } else { names::person(seed, (first + number) % people) };
        let success = succeeds && done == guesses && !stolen;
        let failure = if stolen { Failure::NoSuchUser } else { Failure::BadPassword };
        let failure = (!success).then_some(failure);
        let source = *dice.pick(&sources);
        let station = if outside { "-" } else { "WORKSTATION" };
        town.tell(episode, if success { "success" } else { "guess" }, |town| {
            if kerberos && !success {
                town.ticket(now, world, site, &account, source, failure);
            } else {
                let logon = Logon { account: &account, kind, from: Some((source, station)), failure };
                town.log_on(server, now, world, &logon);
            }
        });
        Some(now + seconds(dice.exponential(pace)) + MILLI)
    }))
}
