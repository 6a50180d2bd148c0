//! What Linux servers say of themselves on ordinary days: jobs by the clock, administrators who become root, copies by key.

use super::{Begun, acting};
use crate::{
    calendar::{HOUR, MILLI, MINUTE, SECOND, seconds, tide},
    dice::Dice,
    names,
    secure_shell::{Attempt, OPENSSH},
    town::Town,
    world::{World, host::Os},
};

const COMMANDS: &[&str] = &[
    "/usr/bin/systemctl restart app",
    "/usr/bin/apt-get upgrade -y",
    "/usr/bin/journalctl -u app",
    "/usr/bin/docker ps",
    "/usr/bin/less /var/log/syslog",
    "/usr/sbin/iptables -L",
    "/usr/bin/vim /etc/app/config.toml",
];

pub(crate) fn all(world: &World, town: &Town) -> Vec<Begun> {
    let mut all = Vec::new();
    for site in 0..2 {
        let linux: Vec<usize> =
            world.servers[site].iter().copied().filter(|host| town.hosts[*host].os == Os::Linux).collect();
        for server in &linux {
            all.push(jobs(world, *server));
            all.push(becoming_root(world, town, *server));
        }
        // One server fetches what the others have written, by key, every hour.
        if let [collector, others @ ..] = linux.as_slice() {
            all.push(collecting(world, *collector, others.to_vec()));
        }
    }
    all
}

fn jobs(world: &World, server: usize) -> Begun {
    let mut dice = Dice::of(world.seed, "cron", server as u64);
    acting(world.start + 17 * MINUTE, move |now, _, town| {
        let pid = town.hosts[server].next_process();
        let opened = "pam_unix(cron:session): session opened for user root(uid=0) by root(uid=0)";
        let closed = "pam_unix(cron:session): session closed for user root";
        town.syslog(server, now, "CRON", pid, opened, (None, "root"));
        town.syslog(server, now + seconds(dice.lognormal(0.4, 0.8)) + MILLI, "CRON", pid, closed, (None, "root"));
        Some(now.div_euclid(MINUTE) * MINUTE + 10 * MINUTE + SECOND + dice.span(0, SECOND / 20))
    })
}

fn becoming_root(world: &World, town: &Town, server: usize) -> Begun {
    let mut dice = Dice::of(world.seed, "sudo", server as u64);
    let administrators: Vec<String> =
        (0..2).map(|_| names::person(world.seed, dice.below(town.hosts.len() as u64))).collect();
    acting(world.start + seconds(dice.exponential(9_000.0)), move |now, _, town| {
        let pid = town.hosts[server].next_process();
        let who = dice.pick(&administrators).clone();
        if dice.chance(0.04) {
            let wrong = format!(
                "{who} : 1 incorrect password attempt ; TTY=pts/0 ; PWD=/home/{who} ; USER=root ; COMMAND=/usr/bin/su"
            );
            town.syslog(server, now, "sudo", pid, &wrong, (None, &who));
        }
        let command = dice.pick::<&str>(COMMANDS);
        let text = format!("{who} : TTY=pts/0 ; PWD=/home/{who} ; USER=root ; COMMAND={command}");
        town.syslog(server, now + 4 * SECOND, "sudo", pid, &text, (None, &who));
        Some(now + seconds(dice.exponential(9_000.0) / tide(now).max(0.05)))
    })
}

fn collecting(world: &World, collector: usize, others: Vec<usize>) -> Begun {
    let mut dice = Dice::of(world.seed, "collecting", collector as u64);
    acting(world.start + 20 * MINUTE, move |now, _, town| {
        for (n, other) in others.iter().enumerate() {
            let down = dice.lognormal(4_000_000.0, 0.6) as u64;
            let lasts = seconds(dice.lognormal(5.0, 0.4));
            let (account, client) = ("svc_collect", OPENSSH);
            let attempt = Attempt { account, known: true, success: true, key: true, tries: 1, client, down, lasts };
            town.ssh(collector, now + n as i64 * 20 * SECOND, *other, &attempt);
        }
        Some(now.div_euclid(HOUR) * HOUR + HOUR + 20 * MINUTE)
    })
}
