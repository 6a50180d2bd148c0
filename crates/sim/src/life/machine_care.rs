//! What looks after Windows machines and behaves like an intruder or a blackmailer: software deployment, an account
//! whose password has expired, archiving, folders that are kept alike.

use super::{Begun, acting};
use crate::{
    calendar::{DAY, HOUR, MILLI, MINUTE, SECOND, day_of, free, seconds},
    dice::{Dice, hex, mix},
    town::Town,
    truth::{ANY, Innocent},
    windows_host::{Deed, Failure, Logon, MICROSOFT, SERVICES, Start, Touch, owner},
    world::World,
};

pub(crate) fn all(world: &World, town: &mut Town) -> Vec<Begun> {
    let mut all = Vec::new();
    for site in 0..2 {
        all.extend(deployment(world, town, site));
        all.extend(expired_account(world, town, site));
        all.extend(archiving(world, town, site));
    }
    all.extend(kept_alike(world, town));
    all
}

fn known(town: &mut Town, world: &World, host: usize, what: (&'static str, &'static str), account: &str) {
    let machine = &town.hosts[host];
    let innocent = Innocent {
        software: what.0,
        looks_like: what.1,
        host: town.computer(world, host),
        account: account.to_owned(),
        src: machine.addresses(),
        destination: ANY.to_owned(),
        start: world.start,
        ..Innocent::default()
    };
    town.wire.truth.innocent(innocent);
}

/// On one workday in three, a package goes to every Windows machine that is on: a logon, a service with a new name, an installer.
fn deployment(world: &World, town: &mut Town, site: usize) -> Option<Begun> {
    let host = *world.servers[site].first()?;
    known(town, world, host, ("software deployment", "lateral_movement"), "svc_deploy");
    known(town, world, host, ("software deployment", "rare_execution"), "svc_deploy");
    let mut dice = Dice::of(world.seed, "deployment", site as u64);
    Some(acting(world.start + 9 * HOUR + dice.span(0, 5 * HOUR), move |now, world, town| {
        let rolls_out = !free(day_of(now)) && mix(mix(world.seed, 0xde9), day_of(now).unsigned_abs()).is_multiple_of(3);
        if rolls_out {
            roll_out(now, host, site, world, town, &mut dice);
        }
        Some(now + DAY)
    }))
}

fn roll_out(now: i64, host: usize, site: usize, world: &World, town: &mut Town, dice: &mut Dice) {
    let package = hex(dice.bits(), 6);
    let (ip, name) = town.source_of(host);
    let mut at = now;
    for target in 0..town.hosts.len() {
        if town.hosts[target].site != site
            || target == host
            || !town.is_windows(target)
            || !town.hosts[target].awake(at)
        {
            continue;
        }
        let account = "svc_deploy";
        town.log_on(target, at, world, &Logon { account, kind: 3, from: Some((ip, &name)), failure: None });
        town.special(target, at + MILLI, world, account);
        let service = format!("C:\\Windows\\Temp\\deploy_{package}\\agent-{}.exe", hex(dice.bits(), 4));
        town.service(target, at + SECOND, world, &format!("Deploy Agent {package}"), &service);
        let command = format!("msiexec.exe /i C:\\Windows\\Temp\\deploy_{package}\\package.msi /qn");
        let image = "C:\\Windows\\System32\\msiexec.exe";
        let (parent, company) = (service.as_str(), MICROSOFT);
        town.start(
            target,
            at + 2 * SECOND,
            world,
            &Start { image, command: &command, parent, account: "SYSTEM", company },
        );
        at += seconds(dice.lognormal(6.0, 0.6));
    }
}

/// A service tries a password that has expired, by the clock, until somebody looks.
fn expired_account(world: &World, town: &mut Town, site: usize) -> Option<Begun> {
    let servers: Vec<usize> = world.servers[site].iter().copied().filter(|host| town.is_windows(*host)).collect();
    let (server, from) = (*servers.first()?, *world.servers[site].last()?);
    known(town, world, from, ("an account whose password has expired", "password_attack"), "svc_report");
    let mut dice = Dice::of(world.seed, "expired account", site as u64);
    let period = *dice.pick(&[MINUTE, 5 * MINUTE, 30 * MINUTE]);
    let failure = *dice.pick(&[Failure::PasswordExpired, Failure::BadPassword, Failure::Locked]);
    Some(acting(world.start + dice.span(0, HOUR), move |now, world, town| {
        let (ip, name) = town.source_of(from);
        let logon = Logon { account: "svc_report", kind: 3, from: Some((ip, &name)), failure: Some(failure) };
        town.log_on(server, now, world, &logon);
        town.ticket(now + MILLI, world, site, "svc_report", ip, Some(failure));
        Some(now + period + seconds(dice.exponential(0.3)))
    }))
}

/// Old files are packed and deleted at night on a file server, hundreds in a few minutes.
fn archiving(world: &World, town: &mut Town, site: usize) -> Option<Begun> {
    let servers = &world.servers[site];
    let host = servers.iter().copied().skip(1).find(|host| town.is_windows(*host))?;
    known(town, world, host, ("archiving", "ransom_activity"), "svc_archive");
    let mut dice = Dice::of(world.seed, "archiving", site as u64);
    Some(acting(world.start + 3 * HOUR, move |now, world, town| {
        let image = "C:\\Program Files\\Packwell\\packwell.exe";
        let command = format!("\"{image}\" a -sdel D:\\archive\\{}.pwz D:\\shares\\*", day_of(now));
        let start = Start { image, command: &command, parent: SERVICES, account: "svc_archive", company: "Packwell" };
        town.start(host, now, world, &start);
        let mut at = now + SECOND;
        for n in 0..150 + dice.below(250) {
            let folder = n / 20;
            let create = n % 20 == 0;
            let path = if create {
                format!("D:\\archive\\{}-{folder}.pwz", day_of(now))
            } else {
                format!("D:\\shares\\old\\{folder}\\report-{n}.xlsx")
            };
            let deed = if create { Deed::Create } else { Deed::Delete };
            town.file_event(host, at, world, &Touch { deed, image, path: &path, account: "svc_archive" });
            at += seconds(dice.exponential(0.3)) + MILLI;
        }
        Some(now + DAY)
    }))
}

/// A folder of somebody's is taken over or renamed by a client that keeps it like that in a cloud.
fn kept_alike(world: &World, town: &mut Town) -> Vec<Begun> {
    let mut all = Vec::new();
    for host in 0..town.hosts.len() {
        let mut dice = Dice::of(world.seed, "kept alike", host as u64);
        if !town.is_windows(host) || !town.hosts[host].has_owner() || !dice.chance(0.08) {
            continue;
        }
        let account = owner(world, town, host);
        known(town, world, host, ("folders kept alike", "ransom_activity"), &account);
        all.push(acting(world.start + seconds(dice.exponential(50_000.0)), move |now, world, town| {
            let machine = &mut town.hosts[host];
            if !machine.awake(now) {
                return Some(machine.next_presence(now)? + MINUTE);
            }
            let image = format!("C:\\Users\\{account}\\AppData\\Local\\Skydeck\\skydeck.exe");
            let folder = hex(dice.bits(), 5);
            let mut at = now;
            for n in 0..40 + dice.below(160) {
                let path = format!("C:\\Users\\{account}\\Skydeck\\{folder}\\photo-{n:04}.jpg");
                let touch = Touch { deed: Deed::Create, image: &image, path: &path, account: &account };
                town.file_event(host, at, world, &touch);
                at += seconds(dice.exponential(0.15)) + MILLI;
            }
            Some(now + seconds(dice.exponential(90_000.0)))
        }));
    }
    all
}
