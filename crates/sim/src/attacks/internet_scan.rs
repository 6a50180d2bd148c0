//! The internet knocks: everyone who scans everything reaches the organisation's public addresses too.

use std::net::IpAddr;

use super::{Casting, Story};
use crate::{
    calendar::{MILLI, Micros, SECOND, seconds},
    dice::Dice,
    life::{Begun, acting, outside::public},
    logs::zeek::{Ends, Kind},
    town::Town,
    truth::Episode,
    wire::{Flow, State, caused, uid},
    world::destination::stranger,
};

/// Some 250 scans a day from as many addresses, each of one port on 25 (median) of 254 addresses, a probe every 2 ms
/// to 2 s. One instance stands for all of them: they are weather, and each is a true scan.
pub(super) static STORY: Story = Story {
    name: "internet_scan",
    about: "Strangers scan the organisation's public addresses, a few hundred times a day.",
    technique: "T1595.001",
    detector: Some("scan"),
    needs: 100,
    instances: 1.0,
    cast,
};

/// Scans that reach the organisation in a day: its address space, and so this number, does not grow with staff.
const SCANS_PER_DAY: f64 = 250.0;
const PORTS: &[u16] = &[22, 23, 25, 80, 443, 445, 3_389, 5_900, 6_379, 8_080, 8_443, 9_200];

fn cast(casting: &mut Casting<'_>) -> Option<Begun> {
    if casting.number > 0 {
        return None;
    }
    let start = casting.world.start + SECOND;
    let (host, note) = ("internet".to_owned(), "many sources: records name them".to_owned());
    let episode = casting.note_of(start, Episode { host, note, ..Episode::default() });
    let busier = 1.0 + casting.scale.max(1.0).ln();
    let mut dice = casting.dice.clone();
    Some(acting(start, move |now, _, town| {
        town.tell(episode, "probe", |town| scan(town, &mut dice, now));
        Some(now + seconds(dice.exponential(86_400.0 / (SCANS_PER_DAY * busier))))
    }))
}

fn scan(town: &mut Town, dice: &mut Dice, now: Micros) {
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
}

/// A connection from outside that looks whether anybody answers.
pub(super) fn probe(town: &mut Town, dice: &mut Dice, at: Micros, (src, dst): (IpAddr, IpAddr), port: u16) {
    let web = matches!(port, 80 | 443) && dst == public(20);
    let open = web || (port == 22 && dst == public(22)) || (port == 25 && dst == public(25));
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
