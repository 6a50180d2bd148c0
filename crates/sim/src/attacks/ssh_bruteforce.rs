//! A machine inside tries passwords on a server over SSH.

use super::{Casting, Scene, Story};
use crate::{
    calendar::{Micros, SECOND, seconds},
    dice::Dice,
    life::{Begun, Process},
    logs::zeek::{Ends, Kind},
    secure_shell::Attempt,
    town::Town,
    wire::caused,
    world::{World, destination::Destination, host},
};

/// Between 60 and 600 attempts, one every 0.5 to 5 s; one campaign in three ends with a success.
pub(super) static STORY: Story = Story {
    name: "ssh_bruteforce",
    about: "A machine inside tries passwords on a server over SSH, and sometimes gets in.",
    technique: "T1110.001",
    detector: Some("password_attack"),
    needs: 20,
    instances: 1.0,
    cast,
};

#[derive(Debug)]
struct Guesses {
    scene: Scene,
    episode: usize,
    server: usize,
    left: u64,
    total: u64,
    pace: f64,
    succeeds: bool,
    account: &'static str,
    dice: Dice,
}

fn cast(casting: &mut Casting<'_>) -> Option<Begun> {
    let scene = casting.scene(|machine| matches!(machine.kind, host::Kind::Desktop | host::Kind::Laptop))?;
    let site = casting.town.hosts[scene.host].site;
    let servers = &casting.world.servers[site];
    let server = *servers.get(casting.dice.below(servers.len() as u64) as usize)?;
    let place = Destination { v4: vec![casting.town.hosts[server].v4], ..Destination::bare(casting.world.seed, 1) };
    let pace = casting.dice.between(0.5, 5.0);
    let left = 60 + casting.dice.below(540);
    let succeeds = casting.dice.chance(0.33);
    let note = if succeeds { "ends with a success" } else { "no success" };
    let episode = casting.announce(scene, &place, 22, Some((pace, 0.3)), note.to_owned());
    let account = casting.dice.pick(&["root", "admin", "deploy", "oracle"]);
    let dice = casting.dice.clone();
    Some((scene.at, Box::new(Guesses { scene, episode, server, left, total: left, pace, succeeds, account, dice })))
}

impl Process for Guesses {
    fn wake(&mut self, now: Micros, _world: &World, town: &mut Town) -> Option<Micros> {
        let host = self.scene.host;
        if !town.hosts[host].awake(now) {
            return None;
        }
        self.left -= 1;
        let success = self.succeeds && self.left == 0;
        let lasts = seconds(if success { 600.0 } else { self.dice.between(1.5, 3.0) });
        let tries = if success { 1 } else { 3 };
        let known = self.account != "oracle";
        let (account, client) = (self.account, "SSH-2.0-libssh_0.11.1");
        let attempt = Attempt { account, known, success, key: false, tries, client, down: 2_300, lasts };
        town.wire.truth.mark(self.episode, if success { "success" } else { "guess" });
        town.ssh(host, now, self.server, &attempt);
        if self.left == self.total - 30 {
            let (src, dst) = (town.hosts[host].v4.into(), town.hosts[self.server].v4.into());
            notice(town, town.hosts[host].site, now, &Ends { src, src_port: 0, dst, dst_port: 22 });
        }
        town.wire.truth.unmark();
        (self.left > 0).then(|| now + seconds(self.pace * self.dice.between(0.7, 1.3)))
    }
}

/// Zeek speaks up after thirty failures from one address.
fn notice(town: &mut Town, site: usize, at: Micros, ends: &Ends) {
    let text = format!("{} appears to be guessing SSH passwords (seen in 30 connections).", ends.src);
    town.wire.put(site, Kind::Notice, at + SECOND, caused("", at, ends, ""), |row| {
        let row = row.time(at).unset_times(8).unset().text("SSH::Password_Guessing").text(&text);
        let row = row.text("Sampled servers: one").address(ends.src).unset_times(2).count(30).unset();
        row.list(["Notice::ACTION_LOG"]).list([]).interval(Some(1_800 * SECOND))
    });
}
