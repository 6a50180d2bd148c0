//! Large and long transfers that nobody minds: copies to a cloud, uploads at the end of a month, streams, file sharing,
//! games, sessions that stay open all day.

use super::{Begun, acting};
use crate::{
    calendar::{DAY, HOUR, MILLI, MINUTE, day_of, days_to_month_end, seconds, weekend},
    dice::{Dice, mix},
    secure_shell::OPENSSH,
    town::{Call, Town},
    truth::{ANY, Innocent},
    wire::{Flow, State},
    world::{
        World, clients,
        destination::{Destination, Hosting, stranger},
        host::{Host, Kind, Os},
    },
};

/// What a machine does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Habit {
    /// A server copies itself to a cloud at night, everything on Sundays.
    CloudBackup,
    /// Somebody delivers large files to a client on some days.
    Delivery,
    /// Accounts are closed and sent on the last three workdays of a month and the first.
    MonthEnd,
    /// Folders are kept alike with a cloud: much after a long absence.
    Sync,
    /// Music or video for hours.
    Stream,
    /// A program that shares files with strangers.
    FileSharing,
    /// A game: UDP to a server on a high port.
    Game,
    /// A connection that waits for news all day.
    Push,
    /// An administrator's session on a rented server.
    CloudShell,
    /// A device whose vendor vouches for itself on a port of its own.
    Device,
}

/// What it is, what it looks like, what share of those who could do it, and how often, in seconds.
const HABITS: &[(Habit, &str, &str, f64, f64)] = &[
    (Habit::CloudBackup, "backup to a cloud", "data_exfiltration", 0.2, 86_400.0),
    (Habit::Delivery, "files for clients", "data_exfiltration", 0.05, 30_000.0),
    (Habit::MonthEnd, "uploads at the end of the month", "data_exfiltration", 0.08, 7_000.0),
    (Habit::Sync, "folders kept alike", "data_exfiltration", 0.5, 5_000.0),
    (Habit::Stream, "streaming", "long_sessions", 0.12, 20_000.0),
    (Habit::FileSharing, "file sharing with strangers", "scan", 0.015, 6.0),
    (Habit::Game, "a game", "protocol_mismatch", 0.03, 30_000.0),
    (Habit::Push, "waiting for news", "long_sessions", 0.3, 14_000.0),
    (Habit::CloudShell, "administration of a rented server", "long_sessions", 0.03, 25_000.0),
    (Habit::Device, "a device with a certificate of its own", "protocol_mismatch", 0.3, 3_600.0),
];

pub(crate) fn of_everybody(world: &World, town: &mut Town) -> Vec<Begun> {
    let mut all = Vec::new();
    for (habit, software, looks_like, share, pace) in HABITS.iter().copied() {
        for host in 0..town.hosts.len() {
            let mut dice = Dice::of(world.seed, software, host as u64);
            if !does(&town.hosts[host], habit) || !dice.chance(share) {
                continue;
            }
            let place = place_of(world, habit, host);
            introduce(town, host, (software, looks_like), habit, &place, world);
            let first = world.start + first_time(habit, &mut dice, pace);
            all.push(acting(first, move |now, world, town| {
                let machine = &mut town.hosts[host];
                if !machine.awake(now) {
                    return Some(machine.next_presence(now)? + seconds(dice.exponential(900.0)));
                }
                let lasts = transfer(habit, host, now, world, town, &place, &mut dice);
                Some(now + lasts + pause(habit, pace, &mut dice))
            }));
        }
    }
    all
}

fn does(host: &Host, habit: Habit) -> bool {
    match habit {
        Habit::CloudBackup => host.kind == Kind::Server,
        Habit::CloudShell => host.is_computer() && host.os != Os::Mac,
        Habit::Device => matches!(host.kind, Kind::Thing | Kind::Printer),
        Habit::Push => matches!(host.kind, Kind::Phone | Kind::Laptop | Kind::Desktop),
        Habit::Game => matches!(host.kind, Kind::Phone | Kind::Laptop),
        _ => host.is_computer(),
    }
}

fn port(habit: Habit) -> u16 {
    match habit {
        Habit::Push => 5_223,
        Habit::CloudShell => 22,
        Habit::Device => 8_886,
        Habit::Game => 27_015,
        _ => 443,
    }
}

fn place_of(world: &World, habit: Habit, host: usize) -> Destination {
    let own = world.reserved("transfers", mix(habit as u64, host as u64));
    let place = match habit {
        Habit::Sync | Habit::CloudBackup => world.popular(host % 12).under(world.seed, "storage"),
        Habit::Stream | Habit::Push => world.popular(host % 30).under(world.seed, "stream"),
        Habit::CloudShell | Habit::Device => Destination::bare(world.seed, own),
        _ => Destination::invent(world.seed, own, Hosting::Usual),
    };
    Destination { clear: false, tls13: place.tls13 && habit != Habit::Device, ..place }
}

fn introduce(
    town: &mut Town,
    host: usize,
    (software, looks_like): (&'static str, &'static str),
    habit: Habit,
    place: &Destination,
    world: &World,
) {
    let machine = &town.hosts[host];
    let innocent = Innocent {
        software,
        looks_like,
        host: machine.name.clone(),
        src: machine.addresses(),
        destination: if habit == Habit::FileSharing { ANY.to_owned() } else { place.label() },
        port: port(habit),
        shape: "exponential",
        start: world.start,
        ..Innocent::default()
    };
    town.wire.truth.innocent(innocent);
}

fn first_time(habit: Habit, dice: &mut Dice, pace: f64) -> i64 {
    if habit == Habit::CloudBackup { dice.span(HOUR, 5 * HOUR) } else { seconds(dice.exponential(pace)) }
}

fn pause(habit: Habit, pace: f64, dice: &mut Dice) -> i64 {
    if habit == Habit::CloudBackup {
        DAY - 40 * MINUTE + dice.span(0, MINUTE)
    } else {
        seconds(dice.exponential(pace)) + MILLI
    }
}

/// Does it once; how long that takes.
fn transfer(
    habit: Habit,
    host: usize,
    now: i64,
    world: &World,
    town: &mut Town,
    place: &Destination,
    dice: &mut Dice,
) -> i64 {
    let tls = |town: &mut Town, up: f64, down: f64, secs: f64| {
        let (up, down, lasts) = (up as u64, down as u64, seconds(secs));
        let call = Call { client: &clients::GO, port: port(habit), up, down, lasts, resumed: false };
        town.tls(host, now, world, place, &call) - now
    };
    match habit {
        Habit::CloudBackup => {
            let whole = weekend(day_of(now)) && !weekend(day_of(now) + 1);
            let bytes = dice.lognormal(if whole { 3e10 } else { 2e9 }, 0.5);
            tls(town, bytes, bytes / 500.0, 2_400.0)
        }
        Habit::Delivery => {
            let bytes = dice.lognormal(8e8, 1.3);
            tls(town, bytes, bytes / 400.0, bytes / 6e6)
        }
        Habit::MonthEnd => {
            let busy = days_to_month_end(now) < 3 || days_to_month_end(now + DAY) > 29;
            let bytes = dice.lognormal(if busy { 4e8 } else { 2e6 }, 1.0);
            tls(town, bytes, bytes / 300.0, bytes / 5e6 + 1.0)
        }
        Habit::Sync => {
            let bytes = dice.lognormal(3e6, 1.9);
            tls(town, bytes, dice.lognormal(2e6, 1.9), bytes / 4e6 + 2.0)
        }
        Habit::Stream => {
            let secs = dice.log_uniform(1_800.0, 14_400.0);
            tls(town, secs * 3_000.0, secs * dice.lognormal(200_000.0, 0.8), secs)
        }
        Habit::Push => {
            let secs = dice.log_uniform(3_600.0, 30_000.0);
            tls(town, secs * 2.0, secs * 6.0, secs)
        }
        Habit::Device => tls(town, 900.0, 2_000.0, 3.0),
        Habit::FileSharing => {
            let state = if dice.chance(0.55) { State::S0 } else { State::Sf };
            let (up, down) = if state == State::S0 {
                (0, 0)
            } else {
                (dice.lognormal(2e4, 2.0) as u64, dice.lognormal(1e5, 2.0) as u64)
            };
            let lasts = if state == State::S0 { 0 } else { seconds(dice.lognormal(20.0, 1.0)) };
            let port = 6_881 + dice.below(40_000) as u16;
            let proto = *dice.pick(&["tcp", "udp"]);
            town.flow(host, now, stranger(dice.bits()), port, &Flow { proto, service: None, up, down, lasts, state });
            0
        }
        Habit::Game | Habit::CloudShell => {
            let secs = dice.log_uniform(1_200.0, 28_000.0);
            let (proto, service) = if habit == Habit::Game { ("udp", None) } else { ("tcp", Some("ssh")) };
            let (to, at) = town.resolve(host, now, world, place);
            let rate = if habit == Habit::Game { 4_000.0 } else { dice.log_uniform(5.0, 400.0) };
            let (up, down) = ((secs * rate / 3.0) as u64, (secs * rate) as u64);
            let flow = Flow { proto, service, up, down, lasts: seconds(secs), state: State::Sf };
            if habit == Habit::CloudShell {
                town.ssh_elsewhere(host, at, (to, 22), &flow, OPENSSH);
            } else {
                town.flow(host, at, to, port(habit), &flow);
            }
            seconds(secs)
        }
    }
}
