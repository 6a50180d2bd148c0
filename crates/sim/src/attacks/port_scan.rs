//! Somebody looks for what can be reached: a machine inside, or a patient stranger outside.

use std::{collections::BTreeMap, net::Ipv4Addr};

use super::{Casting, Scene, Story, internet_scan::probe};
use crate::{
    calendar::{MILLI, seconds},
    dice::Dice,
    life::{Begun, acting, outside::public},
    town::Town,
    truth::Episode,
    wire::{Flow, State},
    world::{
        destination::stranger,
        host::{Kind, Os},
    },
};

/// One port on 20 to 600 hosts, 30 to 900 ports on one host, a few ports on a few dozen hosts, or either of them a probe every
/// 1 to 30 min (mean) for as long as the world lasts; otherwise a probe every 5 ms to 30 s. Every fifth comes from
/// outside. In order or shuffled, half and half.
pub(super) static STORY: Story = Story {
    name: "port_scan",
    about: "A machine inside, or a stranger outside, looks which hosts and ports answer.",
    technique: "T1046",
    detector: Some("scan"),
    needs: 20,
    instances: 5.0,
    cast,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    Horizontal,
    Vertical,
    Block,
    Slow,
    Outside,
}

const STYLES: [Style; 5] = [Style::Horizontal, Style::Slow, Style::Vertical, Style::Outside, Style::Block];
const PORTS: &[u16] = &[445, 3_389, 22, 139, 80, 443, 5_985, 8_080, 1_433, 3_306, 21, 23, 5_900, 6_379, 9_200];

fn cast(casting: &mut Casting<'_>) -> Option<Begun> {
    let style = STYLES[(casting.number % STYLES.len() as u64) as usize];
    if style == Style::Outside {
        return from_outside(casting);
    }
    let scene = casting.scene(|host| matches!(host.kind, Kind::Desktop | Kind::Laptop | Kind::Server))?;
    let (site, left) = (casting.town.hosts[scene.host].site, casting.seconds_left(scene.at));
    let slow = style == Style::Slow;
    let dice = &mut casting.dice;
    let mut pace = if slow { dice.log_uniform(60.0, 1_800.0) } else { dice.log_uniform(0.005, 30.0) };
    let shape = if slow { *dice.pick(&[Style::Horizontal, Style::Vertical, Style::Block]) } else { style };
    let alive = answering(casting.town, site);
    let mut targets = targets(shape, &alive, &mut casting.dice);
    if casting.dice.chance(0.5) {
        shuffle(&mut targets, &mut casting.dice);
    }
    if slow {
        targets.truncate((left / pace) as usize);
    }
    pace = pace.min(left * 0.8 / targets.len().max(1) as f64);
    let (hosts, ports) = breadth(&targets);
    let episode = casting.note(
        scene,
        Episode {
            destination: if hosts < 2.0 { targets.first()?.0.to_string() } else { String::new() },
            parameters: vec![("hosts", hosts), ("ports", ports), ("pace_s", pace)],
            note: format!("{style:?}, {shape:?}").to_lowercase(),
            ..Episode::default()
        },
    );
    let mut dice = casting.dice.clone();
    let mut next = targets.into_iter();
    Some(acting(scene.at, move |now, _, town| {
        let machine = &mut town.hosts[scene.host];
        if !machine.awake(now) {
            return Some(machine.next_presence(now)? + seconds(dice.between(30.0, 300.0)));
        }
        let (dst, port) = next.next()?;
        town.tell(episode, "probe", |town| inside_probe(town, scene, now, (dst, port), &alive, &mut dice));
        Some(now + seconds(dice.exponential(pace)) + MILLI)
    }))
}

/// What answers on each address of a site.
pub(super) fn answering(town: &Town, site: usize) -> BTreeMap<Ipv4Addr, &'static [u16]> {
    let here = town.hosts.iter().filter(|host| host.site == site);
    here.map(|host| {
        let ports: &[u16] = match (host.kind, host.os) {
            (Kind::Server, Os::Windows) => &[135, 139, 389, 445, 3_389, 5_985],
            (Kind::Server, _) => &[22, 80, 443, 5_432],
            (Kind::Printer, _) => &[80, 631, 9_100],
            (Kind::Desktop | Kind::Laptop, Os::Windows) => &[135, 139, 445],
            (Kind::Thing, _) => &[80, 554],
            _ => &[],
        };
        (host.v4, ports)
    })
    .collect()
}

/// Addresses of the networks in which there are machines, one in two of them empty, and ports.
fn targets(style: Style, alive: &BTreeMap<Ipv4Addr, &'static [u16]>, dice: &mut Dice) -> Vec<(Ipv4Addr, u16)> {
    let known: Vec<Ipv4Addr> = alive.keys().copied().collect();
    if known.is_empty() {
        return Vec::new();
    }
    let base = u32::from(*dice.pick(&known)) & !0xff;
    let somewhere = |n: u64| Ipv4Addr::from(base + 1 + n as u32);
    let first = dice.below(PORTS.len() as u64) as usize;
    let ports = |count: usize| PORTS.iter().cycle().skip(first).take(count.min(PORTS.len())).copied();
    match style {
        Style::Vertical => {
            let host = *dice.pick(&known);
            let count = dice.log_uniform(30.0, 900.0) as u16;
            (1..=count).map(|port| (host, port)).collect()
        }
        Style::Block => {
            let (hosts, count) = (10 + dice.below(50), 3 + dice.below(12) as usize);
            (0..hosts).flat_map(|n| ports(count).map(move |port| (somewhere(n), port))).collect()
        }
        _ => (0..dice.log_uniform(20.0, 600.0) as u64)
            .flat_map(|n| ports(1).map(move |port| (somewhere(n), port)))
            .collect(),
    }
}

pub(super) fn shuffle<T>(all: &mut [T], dice: &mut Dice) {
    for last in (1..all.len()).rev() {
        all.swap(last, dice.below(last as u64 + 1) as usize);
    }
}

fn breadth(targets: &[(Ipv4Addr, u16)]) -> (f64, f64) {
    let count = |mut all: Vec<u32>| {
        all.sort_unstable();
        all.dedup();
        all.len() as f64
    };
    (
        count(targets.iter().map(|(host, _)| u32::from(*host)).collect()),
        count(targets.iter().map(|(_, port)| u32::from(*port)).collect()),
    )
}

pub(super) fn inside_probe(
    town: &mut Town,
    scene: Scene,
    now: i64,
    (dst, port): (Ipv4Addr, u16),
    alive: &BTreeMap<Ipv4Addr, &'static [u16]>,
    dice: &mut Dice,
) {
    let state = match alive.get(&dst) {
        None => State::S0,
        Some(open) if open.contains(&port) => *dice.pick(&[State::Rsto, State::Sf]),
        // Firewalls on hosts drop what others refuse.
        Some(_) => *dice.pick(&[State::Rej, State::Rej, State::S0]),
    };
    let open = matches!(state, State::Rsto | State::Sf);
    let lasts = if open { 3 * MILLI } else { 0 };
    town.flow(scene.host, now, dst, port, &Flow { proto: "tcp", service: None, up: 0, down: 0, lasts, state });
}

/// A stranger with time: all ports of one public address, or one port of all, minutes apart.
fn from_outside(casting: &mut Casting<'_>) -> Option<Begun> {
    let at = casting.moment();
    let left = casting.seconds_left(at);
    let src = stranger(casting.dice.bits()).into();
    let dice = &mut casting.dice;
    let vertical = dice.chance(0.5);
    let wanted = dice.log_uniform(25.0, 400.0);
    let pace = dice.log_uniform(0.5, 900.0).min(left * 0.9 / wanted);
    let (first, victim) = (1 + dice.below(200), *dice.pick(&[20u8, 22, 25]));
    let port = *dice.pick(PORTS);
    let episode = casting.note_of(
        at,
        Episode {
            host: "internet".to_owned(),
            src: vec![src],
            destination: if vertical { public(victim).to_string() } else { String::new() },
            parameters: vec![("targets", wanted), ("pace_s", pace)],
            note: format!("outside, {}", if vertical { "vertical" } else { "horizontal" }),
            ..Episode::default()
        },
    );
    let mut dice = casting.dice.clone();
    let mut done = 0;
    Some(acting(at, move |now, _, town| {
        let (dst, port) = if vertical { (victim, 1 + (first + done) as u16) } else { (1 + (done % 254) as u8, port) };
        done += 1;
        town.tell(episode, "probe", |town| probe(town, &mut dice, now, (src, public(dst)), port));
        (done < wanted as u64).then(|| now + seconds(dice.exponential(pace)) + MILLI)
    }))
}
