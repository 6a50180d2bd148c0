//! The internet knocks: scans of the organisation's public addresses, and monitoring services that check its site.

use std::net::{IpAddr, Ipv4Addr};

use super::{Begun, Process};
use crate::{
    calendar::{MILLI, MINUTE, Micros, SECOND, seconds},
    dice::Dice,
    logs::zeek::{Ends, Kind},
    town::Town,
    truth::Innocent,
    wire::{Flow, State, caused, uid},
    world::{World, destination::stranger},
};

/// Scans that reach the organisation in a day: its address space, and so this number, does not grow with staff.
const SCANS_PER_DAY: f64 = 250.0;
const PORTS: &[u16] = &[22, 23, 25, 80, 443, 445, 3_389, 5_900, 6_379, 8_080, 8_443, 9_200];

pub(crate) fn strangers(world: &World, scale: f64) -> Vec<Begun> {
    let mut all: Vec<Begun> =
        vec![(world.start + SECOND, Box::new(Scans { dice: Dice::of(world.seed, "scans", 0), scale }))];
    for (number, period) in [60.0, 300.0].into_iter().enumerate() {
        let dice = Dice::of(world.seed, "uptime", number as u64);
        all.push((world.start + 2 * SECOND, Box::new(Uptime { number, period, dice, innocent: None })));
    }
    all
}

/// The web server's public address, on the organisation's own network.
fn public(host: u8) -> IpAddr {
    IpAddr::V4(Ipv4Addr::new(198, 51, 100, host))
}

/// Everyone who scans everything.
#[derive(Debug)]
struct Scans {
    dice: Dice,
    scale: f64,
}

impl Process for Scans {
    fn wake(&mut self, now: Micros, _world: &World, town: &mut Town) -> Option<Micros> {
        let dice = &mut self.dice;
        let src = IpAddr::V4(stranger(dice.bits()));
        let port = *dice.pick(PORTS);
        let probes = (dice.lognormal(25.0, 1.0) as u64).min(254);
        let pace = dice.log_uniform(0.002, 2.0);
        let mut at = now;
        for _ in 0..probes {
            let host = 1 + dice.below(254) as u8;
            probe(town, dice, at, (src, public(host)), port);
            at += seconds(dice.exponential(pace)) + MILLI;
        }
        if probes > 25 {
            notice(town, dice, at, src, port, probes);
        }
        let busier = 1.0 + self.scale.max(1.0).ln();
        Some(now + seconds(dice.exponential(86_400.0 / (SCANS_PER_DAY * busier))))
    }
}

fn probe(town: &mut Town, dice: &mut Dice, at: Micros, (src, dst): (IpAddr, IpAddr), port: u16) {
    let open = matches!(port, 80 | 443) && dst == public(20);
    let state = if open { State::Rsto } else { *dice.pick(&[State::S0, State::S0, State::S0, State::Rej]) };
    let lasts = if open { 80 * MILLI } else { 0 };
    let flow = Flow { proto: "tcp", service: None, up: 0, down: 0, lasts, state };
    let ends = Ends { src, src_port: 30_000 + dice.below(30_000) as u16, dst, dst_port: port };
    town.wire.connection(0, &uid('C', dice), at, &ends, &flow, "");
}

/// Zeek's scan policy speaks up after some twenty-five addresses.
fn notice(town: &mut Town, dice: &mut Dice, at: Micros, src: IpAddr, port: u16, probes: u64) {
    let ends = Ends { src, src_port: 0, dst: src, dst_port: port };
    let text = format!("{src} scanned at least 25 unique hosts on port {port}/tcp in 0m{}s", dice.below(60));
    town.wire.put(0, Kind::Notice, at, caused("", at, &ends, ""), |row| {
        let row = row.time(at).unset_times(5).unset_times(3).text("tcp").text("Scan::Address_Scan").text(&text);
        let row = row.text("remote").address(src).unset().count(port.into()).count(probes).unset();
        row.list(["Notice::ACTION_LOG"]).list([]).interval(Some(3_600 * SECOND))
    });
}

/// A service that checks from outside whether the web site is up.
#[derive(Debug)]
struct Uptime {
    number: usize,
    period: f64,
    dice: Dice,
    innocent: Option<usize>,
}

impl Process for Uptime {
    fn wake(&mut self, now: Micros, _world: &World, town: &mut Town) -> Option<Micros> {
        let src = IpAddr::V4(Ipv4Addr::new(33, 80, 7, 10 + self.number as u8));
        let innocent = *self.innocent.get_or_insert_with(|| {
            town.wire.truth.innocent(Innocent {
                software: "uptime monitoring from outside",
                host: format!("monitor-{}", self.number),
                src: vec![src],
                destination: public(20).to_string(),
                port: 443,
                period: self.period,
                shape: "fixed",
                start: now,
            })
        });
        let ends = Ends { src, src_port: 20_000 + self.dice.below(40_000) as u16, dst: public(20), dst_port: 443 };
        let lasts = seconds(self.dice.lognormal(0.15, 0.3)).min(MINUTE);
        let flow = Flow { proto: "tcp", service: Some("ssl"), up: 780, down: 5_200, lasts, state: State::Sf };
        town.wire.connection(0, &uid('C', &mut self.dice), now, &ends, &flow, "");
        town.wire.truth.called(innocent);
        Some(now + seconds(self.period + self.dice.exponential(0.3)))
    }
}
