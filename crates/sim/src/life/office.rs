//! Traffic inside the organisation: logons and policies, file shares, printing, backups, monitoring, administrators.

use std::net::Ipv4Addr;

use super::{Begun, Process};
use crate::{
    calendar::{DAY, HOUR, MILLI, MINUTE, Micros, SECOND, seconds},
    dice::{Dice, mix},
    logs::zeek::{Ends, Kind as LogKind},
    names,
    secure_shell::{Attempt, OPENSSH},
    town::Town,
    truth::{ANY, Innocent},
    wire::{Flow, State, caused},
    world::{
        World,
        host::{Kind, Os},
    },
};

pub(crate) fn staff(world: &World, town: &mut Town) -> Vec<Begun> {
    let mut all: Vec<Begun> = Vec::new();
    let (mut backups, mut administrators) = (Vec::new(), Vec::new());
    for (host, machine) in town.hosts.iter().enumerate() {
        let mut dice = Dice::of(world.seed, "office", host as u64);
        let start = world.start + dice.span(0, 5 * MINUTE);
        match machine.kind {
            Kind::Desktop | Kind::Laptop => {
                // One in forty looks after servers.
                let administers = machine.os != Os::Mac && dice.chance(0.03);
                all.push((start, Box::new(Member { host })));
                if administers {
                    administrators.push(host);
                    all.push((start, Box::new(Administrator { host })));
                }
            }
            Kind::Server => {
                let peer = dice.below(7) as usize;
                all.push((start, Box::new(Server { host, peer })));
                all.push((world.start + dice.span(HOUR, 4 * HOUR), Box::new(NightlyBackup { host })));
                backups.push(host);
            }
            Kind::Phone | Kind::Thing | Kind::Printer => {}
        }
    }
    for site in 0..2 {
        if let Some(watcher) = world.servers[site].get(5).or(world.servers[site].first()) {
            all.push((
                world.start + 7 * SECOND,
                Box::new(Monitoring { host: *watcher, site, known: false, innocents: Vec::new() }),
            ));
        }
    }
    for host in backups {
        let to = world.server(town.hosts[host].site, 6).to_string();
        introduce(town, world, host, ("nightly backup", "data_exfiltration"), to);
    }
    for host in administrators {
        introduce(town, world, host, ("an administrator over SSH", "lateral_movement"), ANY.to_owned());
    }
    all
}

fn introduce(town: &mut Town, world: &World, host: usize, what: (&'static str, &'static str), destination: String) {
    let machine = &town.hosts[host];
    let innocent = Innocent {
        software: what.0,
        looks_like: what.1,
        host: town.computer(world, host),
        src: machine.addresses(),
        destination,
        port: 22,
        start: world.start,
        ..Innocent::default()
    };
    town.wire.truth.innocent(innocent);
}

/// A computer's life in the domain.
#[derive(Debug)]
struct Member {
    host: usize,
}

/// Something that a computer wants of a server.
#[derive(Debug, Clone, Copy)]
struct Errand {
    to: Ipv4Addr,
    port: u16,
    service: Option<&'static str>,
    /// Median payload bytes there and back.
    bytes: (f64, f64),
    /// Median seconds.
    lasts: f64,
}

impl Process for Member {
    fn wake(&mut self, now: Micros, world: &World, town: &mut Town) -> Option<Micros> {
        let machine = &mut town.hosts[self.host];
        if !machine.awake(now) {
            let next = machine.next_presence(now)?;
            return Some(next + seconds(machine.dice.exponential(20.0)));
        }
        let present = machine.present(now);
        let errand = self.errand(present, world, town);
        let dice = &mut town.hosts[self.host].dice;
        let flow = Flow {
            proto: "tcp",
            service: errand.service,
            up: dice.lognormal(errand.bytes.0, 0.7) as u64,
            down: dice.lognormal(errand.bytes.1, 1.0) as u64,
            lasts: seconds(dice.lognormal(errand.lasts, 0.8)),
            state: State::Sf,
        };
        let pace = if present { 90.0 } else { 600.0 };
        let pause = seconds(dice.exponential(pace));
        town.flow(self.host, now, errand.to, errand.port, &flow);
        Some(now + pause)
    }
}

impl Member {
    /// Tickets, directory, files, intranet, and now and then a printout.
    fn errand(&self, present: bool, world: &World, town: &mut Town) -> Errand {
        let machine = &mut town.hosts[self.host];
        let site = machine.site;
        let draw = machine.dice.unit();
        let printers = &world.printers[site];
        let server = |role: usize, port: u16, service: &'static str, bytes: (f64, f64), lasts: f64| Errand {
            to: world.server(site, role),
            port,
            service: Some(service),
            bytes,
            lasts,
        };
        if draw < 0.35 {
            server(0, 88, "krb_tcp", (1_500.0, 1_600.0), 0.02)
        } else if draw < 0.55 {
            server(0, 389, "ldap_tcp", (700.0, 3_000.0), 0.3)
        } else if draw < 0.85 {
            server(1, 445, "smb,gssapi", (6_000.0, 40_000.0), 60.0)
        } else if draw < 0.96 || printers.is_empty() || !present {
            server(3, 443, "ssl", (1_800.0, 25_000.0), 12.0)
        } else {
            let printer = *machine.dice.pick(printers);
            Errand { to: town.hosts[printer].v4, port: 9_100, service: None, bytes: (300_000.0, 200.0), lasts: 4.0 }
        }
    }
}

/// A server talks to the database, to its directory and to its peers, day and night.
#[derive(Debug)]
struct Server {
    host: usize,
    peer: usize,
}

impl Process for Server {
    fn wake(&mut self, now: Micros, world: &World, town: &mut Town) -> Option<Micros> {
        let machine = &mut town.hosts[self.host];
        let site = machine.site;
        let (to, port, service) = match machine.dice.below(4) {
            0 => (world.server(site, 0), 389, Some("ldap_tcp")),
            1 => (world.server(site, self.peer), 443, Some("ssl")),
            _ => (world.server(site, 4), 5_432, Some("postgresql")),
        };
        let (up, down) = (machine.dice.lognormal(1_400.0, 1.0) as u64, machine.dice.lognormal(9_000.0, 1.4) as u64);
        let lasts = seconds(machine.dice.lognormal(1.5, 1.5));
        let pace = machine.dice.exponential(25.0);
        if to != machine.v4 {
            town.flow(self.host, now, to, port, &Flow { proto: "tcp", service, up, down, lasts, state: State::Sf });
        }
        Some(now + seconds(pace))
    }
}

/// A full copy once a night, to the backup server.
#[derive(Debug)]
struct NightlyBackup {
    host: usize,
}

impl Process for NightlyBackup {
    fn wake(&mut self, now: Micros, world: &World, town: &mut Town) -> Option<Micros> {
        let machine = &mut town.hosts[self.host];
        let up = machine.dice.lognormal(6e9, 1.0) as u64;
        let lasts = seconds(machine.dice.lognormal(2_400.0, 0.5));
        let flow = Flow { proto: "tcp", service: Some("ssh"), up, down: up / 400, lasts, state: State::Sf };
        let to = world.server(machine.site, 6);
        town.ssh_elsewhere(self.host, now, (to.into(), 22), &flow, OPENSSH);
        let minute = seconds(town.hosts[self.host].dice.exponential(30.0));
        Some(now.div_euclid(MINUTE) * MINUTE + DAY + minute)
    }
}

/// The monitoring server asks every server each minute, and pings the printers.
#[derive(Debug)]
struct Monitoring {
    host: usize,
    site: usize,
    /// The ground truth has been told.
    known: bool,
    innocents: Vec<usize>,
}

impl Process for Monitoring {
    fn wake(&mut self, now: Micros, world: &World, town: &mut Town) -> Option<Micros> {
        if !self.known {
            self.known = true;
            self.introduce(now, world, town);
        }
        for innocent in &self.innocents {
            town.wire.truth.called(*innocent);
        }
        for (place, server) in world.servers[self.site].iter().enumerate() {
            if *server == self.host {
                continue;
            }
            let down = town.hosts[self.host].dice.lognormal(900.0, 0.3) as u64;
            let flow = Flow { proto: "tcp", service: None, up: 120, down, lasts: 30 * MILLI, state: State::Sf };
            let to = town.hosts[*server].v4;
            town.flow(self.host, now + place as Micros * 90 * MILLI, to, 10_050, &flow);
        }
        for (place, printer) in world.printers[self.site].iter().enumerate() {
            let flow = Flow { proto: "icmp", service: None, up: 56, down: 56, lasts: MILLI, state: State::Sf };
            let to = town.hosts[*printer].v4;
            town.flow(self.host, now + place as Micros * 40 * MILLI, to, 0, &flow);
        }
        Some(now + MINUTE)
    }
}

impl Monitoring {
    fn introduce(&mut self, now: Micros, world: &World, town: &mut Town) {
        let servers = world.servers[self.site].iter().filter(|server| **server != self.host).map(|n| (*n, 10_050));
        let printers = world.printers[self.site].iter().map(|n| (*n, 0));
        for (watched, port) in servers.chain(printers) {
            let machine = &town.hosts[self.host];
            let innocent = Innocent {
                looks_like: "beaconing",
                software: "monitoring server",
                host: machine.name.clone(),
                src: machine.addresses(),
                destination: town.hosts[watched].v4.to_string(),
                port,
                period: 60.0,
                shape: "fixed",
                start: now,
                ..Innocent::default()
            };
            self.innocents.push(town.wire.truth.innocent(innocent));
        }
    }
}

/// Someone who logs on to servers over SSH.
#[derive(Debug)]
struct Administrator {
    host: usize,
}

impl Process for Administrator {
    fn wake(&mut self, now: Micros, world: &World, town: &mut Town) -> Option<Micros> {
        let machine = &mut town.hosts[self.host];
        if !machine.present(now) {
            let next = machine.next_presence(now)?;
            return Some(next + seconds(machine.dice.exponential(1_800.0)));
        }
        let site = machine.site;
        let pause = seconds(machine.dice.exponential(2_400.0));
        if let Some(server) = world.servers[site].get(machine.dice.below(world.servers[site].len() as u64) as usize) {
            log_on(now, town, self.host, *server, &names::person(world.seed, self.host as u64));
        }
        Some(now + pause)
    }
}

fn log_on(now: Micros, town: &mut Town, host: usize, server: usize, account: &str) {
    let machine = &mut town.hosts[host];
    let lasts = seconds(machine.dice.lognormal(400.0, 1.3));
    let down = machine.dice.lognormal(40_000.0, 1.2) as u64;
    let success = !machine.dice.chance(0.05);
    let key = machine.dice.chance(0.7);
    let (site, src) = (machine.site, machine.v4);
    let tries = if success { 1 } else { 3 };
    let client = OPENSSH;
    town.ssh(host, now, server, &Attempt { account, known: true, success, key, tries, client, down, lasts });
    if town.wire.first_today(site, now, mix(host as u64, 0x55a)) {
        let dst = town.hosts[server].v4.into();
        let ends = Ends { src: src.into(), src_port: 0, dst, dst_port: 22 };
        town.wire.put(site, LogKind::Software, now + SECOND, caused("", now, &ends, ""), |row| {
            let row = row.time(now).address(ends.src).unset().text("SSH::CLIENT").text("OpenSSH").count(10).count(0);
            row.unset_times(3).text("OpenSSH_10.0")
        });
    }
}
