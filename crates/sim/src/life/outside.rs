//! What comes from the internet and means well: monitoring services that check the organisation's site.

use std::net::{IpAddr, Ipv4Addr};

use super::{Begun, Process};
use crate::{
    calendar::{MINUTE, Micros, SECOND, seconds},
    dice::Dice,
    logs::zeek::Ends,
    town::Town,
    truth::Innocent,
    wire::{Flow, State, uid},
    world::World,
};

pub(crate) fn strangers(world: &World) -> Vec<Begun> {
    let mut all: Vec<Begun> = Vec::new();
    for (number, period) in [60.0, 300.0].into_iter().enumerate() {
        let dice = Dice::of(world.seed, "uptime", number as u64);
        all.push((world.start + 2 * SECOND, Box::new(Uptime { number, period, dice, innocent: None })));
    }
    all
}

/// A public address of the organisation: its web server is 20, the host through which staff log on from outside 22.
pub(crate) fn public(host: u8) -> IpAddr {
    IpAddr::V4(Ipv4Addr::new(198, 51, 100, host))
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
                looks_like: "beaconing",
                software: "uptime monitoring from outside",
                host: format!("monitor-{}", self.number),
                src: vec![src],
                destination: public(20).to_string(),
                port: 443,
                period: self.period,
                shape: "fixed",
                start: now,
                ..Innocent::default()
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
