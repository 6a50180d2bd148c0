//! Machines and programs that look after others and in doing so behave like intruders: scanners, inventories, jobs with
//! an expired password, applications that only the organisation's own authority vouches for.

use std::{collections::BTreeMap, net::Ipv4Addr};

use super::{Begun, acting};
use crate::{
    calendar::{DAY, HOUR, MILLI, MINUTE, SECOND, day_of, seconds},
    dice::{Dice, mix},
    secure_shell::{Attempt, OPENSSH, public_gate},
    town::{Call, Town},
    truth::{ANY, Innocent},
    windows_host::{Failure, Logon},
    wire::{Flow, State},
    world::{
        World, clients,
        destination::{Destination, stranger},
    },
};

pub(crate) fn all(world: &World, town: &mut Town) -> Vec<Begun> {
    let mut all = Vec::new();
    for site in 0..2 {
        all.extend(vulnerability_scanner(world, town, site));
        all.extend(inventory(world, town, site));
        all.extend(expired_job(world, town, site));
        all.extend(own_authority(world, town, site));
    }
    gateways(world, town);
    all.extend(staff_from_outside(world, town));
    all
}

/// Several machines behind one address do together what no single one would.
fn gateways(world: &World, town: &mut Town) {
    let mut behind: BTreeMap<Ipv4Addr, Vec<usize>> = BTreeMap::new();
    for (number, host) in town.hosts.iter().enumerate() {
        behind.entry(host.v4).or_default().push(number);
    }
    for hosts in behind.into_values().filter(|hosts| hosts.len() > 1) {
        if let Some(first) = hosts.first() {
            known(town, world, *first, ("several machines behind one address", "scan"), ANY, "");
        }
    }
}

fn known(
    town: &mut Town,
    world: &World,
    host: usize,
    what: (&'static str, &'static str),
    destination: &str,
    account: &str,
) {
    let machine = &town.hosts[host];
    let innocent = Innocent {
        software: what.0,
        looks_like: what.1,
        host: town.computer(world, host),
        account: account.to_owned(),
        src: machine.addresses(),
        destination: destination.to_owned(),
        shape: "clock",
        start: world.start,
        ..Innocent::default()
    };
    town.wire.truth.innocent(innocent);
}

/// Looks at two dozen ports of every server, on the night to Tuesday: the same hosts, ports and pace each week.
fn vulnerability_scanner(world: &World, town: &mut Town, site: usize) -> Option<Begun> {
    let host = *world.servers[site].get(5).or(world.servers[site].last())?;
    known(town, world, host, ("vulnerability scanner", "scan"), ANY, "svc_scan");
    known(town, world, host, ("vulnerability scanner", "lateral_movement"), ANY, "svc_scan");
    let servers = world.servers[site].clone();
    let first = (0..7).map(|day| world.start + day * DAY).find(|at| day_of(*at).rem_euclid(7) == TUESDAY)? + 2 * HOUR;
    let mut dice = Dice::of(world.seed, "vulnerability scanner", site as u64);
    Some(acting(first, move |now, world, town| {
        let mut at = now;
        let (ip, name) = town.source_of(host);
        for server in servers.iter().filter(|server| **server != host) {
            for port in SCANNED {
                let open = matches!(port, 22 | 80 | 443 | 445 | 3_389);
                let state = if open { State::Rsto } else { *dice.pick(&[State::Rej, State::S0]) };
                let lasts = if open { 200 * MILLI } else { 0 };
                let to = town.hosts[*server].v4;
                town.flow(host, at, to, *port, &Flow { proto: "tcp", service: None, up: 0, down: 0, lasts, state });
                at += seconds(dice.exponential(0.4)) + MILLI;
            }
            // It logs on to see what is missing; some machines do not know its account.
            let failure = dice.chance(0.1).then_some(Failure::NoSuchUser);
            let logon = Logon { account: "svc_scan", kind: 3, from: Some((ip, &name)), failure };
            town.log_on(*server, at, world, &logon);
        }
        Some(now + 7 * DAY)
    }))
}

/// Day 0 of the count was a Thursday.
const TUESDAY: i64 = 5;
const SCANNED: &[u16] = &[
    21, 22, 23, 25, 53, 80, 110, 111, 135, 139, 143, 389, 443, 445, 465, 587, 993, 1_433, 3_306, 3_389, 5_432, 5_985,
    8_080, 8_443,
];

/// Asks every machine of the site once a day for what is installed, some of which do not answer.
fn inventory(world: &World, town: &mut Town, site: usize) -> Option<Begun> {
    let host = *world.servers[site].get(1).or(world.servers[site].first())?;
    known(town, world, host, ("inventory", "scan"), ANY, "svc_inventory");
    let mut dice = Dice::of(world.seed, "inventory", site as u64);
    Some(acting(world.start + 11 * HOUR, move |now, _, town| {
        let mut at = now;
        for other in 0..town.hosts.len() {
            if town.hosts[other].site != site || other == host || !town.hosts[other].is_computer() {
                continue;
            }
            at += seconds(dice.lognormal(2.0, 0.4));
            let answers = town.hosts[other].awake(at);
            let flow = if answers {
                Flow {
                    proto: "tcp",
                    service: Some("dce_rpc"),
                    up: 2_600,
                    down: 18_000,
                    lasts: SECOND,
                    state: State::Sf,
                }
            } else {
                Flow { proto: "tcp", service: None, up: 0, down: 0, lasts: 0, state: State::S0 }
            };
            let to = town.hosts[other].v4;
            town.flow(host, at, to, 135, &flow);
        }
        Some(now + DAY)
    }))
}

/// A job whose password has expired tries it every quarter of an hour for as long as nobody looks.
fn expired_job(world: &World, town: &mut Town, site: usize) -> Option<Begun> {
    let servers = &world.servers[site];
    let (host, server) = (*servers.get(3).or(servers.first())?, *servers.get(1).or(servers.last())?);
    let mut dice = Dice::of(world.seed, "expired job", site as u64);
    if host == server {
        return None;
    }
    let to = town.hosts[server].v4.to_string();
    known(town, world, host, ("a job whose password has expired", "password_attack"), &to, "svc_transfer");
    let period = *dice.pick(&[5 * MINUTE, 15 * MINUTE, HOUR]);
    Some(acting(world.start + dice.span(0, HOUR), move |now, _, town| {
        let attempt = Attempt {
            account: "svc_transfer",
            known: true,
            success: false,
            key: false,
            tries: 1,
            client: OPENSSH,
            down: 2_200,
            lasts: 2 * SECOND,
        };
        town.ssh(host, now, server, &attempt);
        Some(now + period + seconds(dice.exponential(0.2)))
    }))
}

/// An application on a port of its own, with a certificate that only the organisation's authority vouches for.
fn own_authority(world: &World, town: &mut Town, site: usize) -> Option<Begun> {
    let server = *world.servers[site].get(4).or(world.servers[site].last())?;
    let name = format!("erp.{}.{}", crate::world::SITES[site], world.domain);
    let id = world.reserved("own authority", site as u64);
    let v4 = vec![town.hosts[server].v4];
    let place = Destination {
        name,
        v4,
        v6: None,
        cname: None,
        tls13: false,
        rtt: 700,
        own_authority: true,
        ..Destination::bare(world.seed, id)
    };
    town.wire.truth.innocent(Innocent {
        software: "an application of our own authority",
        looks_like: "protocol_mismatch",
        host: ANY.to_owned(),
        destination: place.name.clone(),
        port: 8_443,
        start: world.start,
        ..Innocent::default()
    });
    let mut dice = Dice::of(world.seed, "own authority", site as u64);
    let members = town.hosts.len() as f64;
    Some(acting(world.start + HOUR, move |now, world, town| {
        let host = dice.below(town.hosts.len() as u64) as usize;
        let machine = &mut town.hosts[host];
        if machine.site == site && machine.is_computer() && machine.present(now) {
            let (client, down) = (&clients::SCHANNEL_OLD, dice.lognormal(30_000.0, 1.0) as u64);
            let call = Call { client, port: 8_443, up: 2_000, down, lasts: 20 * SECOND, resumed: false };
            town.tls(host, now, world, &place, &call);
        }
        Some(now + seconds(dice.exponential(20_000.0 / members)))
    }))
}

/// People log on to the gatekeeper from home and from hotels, and mistype now and then.
fn staff_from_outside(world: &World, town: &mut Town) -> Option<Begun> {
    let server = town.gatekeeper()?;
    town.wire.truth.innocent(Innocent {
        software: "people at home and in hotels",
        looks_like: "new_access",
        host: town.hosts[server].name.clone(),
        destination: public_gate().to_string(),
        port: 22,
        start: world.start,
        ..Innocent::default()
    });
    let people: Vec<usize> = (0..town.hosts.len()).filter(|host| town.hosts[*host].is_computer()).step_by(6).collect();
    let mut dice = Dice::of(world.seed, "staff from outside", 0);
    let pace = 6.0 * 3_600.0 / people.len().max(1) as f64;
    Some(acting(world.start + seconds(dice.exponential(pace)), move |now, world, town| {
        let person = *people.get(dice.below(people.len() as u64) as usize)?;
        let account = crate::names::person(world.seed, person as u64);
        // Home keeps its address for weeks, a hotel is another each time.
        let trip = if dice.chance(0.15) { dice.below(1_000) } else { 0 };
        let src = stranger(mix(mix(person as u64, 0x407e1), trip)).into();
        let success = !dice.chance(0.12);
        let attempt = Attempt {
            account: &account,
            known: true,
            success,
            key: dice.chance(0.5),
            tries: if success && dice.chance(0.1) { 2 } else { 1 },
            client: OPENSSH,
            down: dice.lognormal(60_000.0, 1.5) as u64,
            lasts: seconds(if success { dice.lognormal(1_500.0, 1.3) } else { 12.0 }),
        };
        town.ssh_from_outside((src, public_gate()), now, server, &attempt, &mut dice);
        Some(now + seconds(dice.exponential(pace) / crate::calendar::tide(now).max(0.05)))
    }))
}
