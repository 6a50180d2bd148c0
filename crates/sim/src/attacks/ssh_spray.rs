//! A machine inside tries a few accounts on every server over SSH, once or twice each.

use super::{Casting, Story, port_scan::shuffle};
use crate::{
    calendar::seconds,
    life::{Begun, acting},
    names,
    secure_shell::Attempt,
    truth::Episode,
};

/// All servers of the site times 2 to 12 accounts, one connection every 1 to 300 s (log-uniform), one to three
/// passwords a connection; every third spray hits.
pub(super) static STORY: Story = Story {
    name: "ssh_spray",
    about: "A machine inside tries a few accounts on every server over SSH.",
    technique: "T1110.003",
    detector: Some("password_attack"),
    needs: 8,
    instances: 1.0,
    cast,
};

fn cast(casting: &mut Casting<'_>) -> Option<Begun> {
    let scene = casting.scene(crate::world::host::Host::is_computer)?;
    let servers = casting.world.servers[casting.town.hosts[scene.host].site].clone();
    let seed = casting.world.seed;
    let people = casting.town.hosts.len() as u64;
    let left = casting.seconds_left(scene.at);
    let dice = &mut casting.dice;
    let accounts: Vec<String> =
        (0..2 + dice.below(11)).map(|_| names::person(seed, dice.below(people))).chain(["root".to_owned()]).collect();
    let pairs = servers.iter().flat_map(|server| accounts.iter().map(|account| (*server, account.clone())));
    let mut pairs: Vec<(usize, String)> = pairs.collect();
    shuffle(&mut pairs, dice);
    let pace = dice.log_uniform(1.0, 300.0).min(left * 0.8 / pairs.len().max(1) as f64);
    let hit = dice.chance(0.33).then(|| dice.below(pairs.len() as u64));
    let tries = 1 + dice.below(3);
    let episode = casting.note(
        scene,
        Episode {
            port: 22,
            parameters: vec![
                ("servers", servers.len() as f64),
                ("accounts", accounts.len() as f64),
                ("pace_s", pace),
                ("successes", f64::from(u8::from(hit.is_some()))),
            ],
            ..Episode::default()
        },
    );
    let mut dice = casting.dice.clone();
    let mut pairs = pairs.into_iter().zip(0..);
    Some(acting(scene.at, move |now, _, town| {
        if !town.hosts[scene.host].awake(now) {
            return None;
        }
        let ((server, account), number) = pairs.next()?;
        let success = hit == Some(number);
        let attempt = Attempt {
            account: &account,
            known: true,
            success,
            key: false,
            tries: if success { 1 } else { tries },
            client: "SSH-2.0-Go",
            down: 2_300,
            lasts: seconds(if success { 300.0 } else { dice.between(1.0, 4.0) }),
        };
        town.tell(episode, if success { "success" } else { "guess" }, |town| {
            town.ssh(scene.host, now, server, &attempt)
        });
        Some(now + seconds(dice.exponential(pace)) + 1_000)
    }))
}
