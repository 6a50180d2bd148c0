//! Somebody uses an account that is not his: from a country, a machine or at an hour that its owner never had.

use std::net::IpAddr;

use super::{Casting, Story};
use crate::{
    calendar::{DAY, HOUR, seconds},
    life::{Begun, acting},
    names,
    secure_shell::{Attempt, public_gate},
    truth::Episode,
    windows_host::Logon,
    world::{destination::stranger, host::Host},
};

/// One to twelve logons, 5 min to 5 h apart (log-uniform): over SSH from an address outside, by remote desktop from
/// one, or from another machine inside; half of them at night. The owner goes on with his own work.
pub(super) static STORY: Story = Story {
    name: "stolen_account",
    about: "Somebody uses an account that is not his: from elsewhere, or from a machine that its owner never used.",
    technique: "T1078",
    detector: Some("new_access"),
    needs: 1,
    instances: 2.0,
    cast,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Ssh,
    RemoteDesktop,
    OtherMachine,
}

fn cast(casting: &mut Casting<'_>) -> Option<Begun> {
    let scene = casting.scene(Host::is_computer)?;
    let site = casting.town.hosts[scene.host].site;
    let gate = casting.town.gatekeeper()?;
    let servers = &casting.world.servers[site];
    let windows: Vec<usize> = servers.iter().copied().filter(|host| casting.town.is_windows(*host)).collect();
    let people = casting.town.hosts.len() as u64;
    let dice = &mut casting.dice;
    let way = [Way::RemoteDesktop, Way::Ssh, Way::OtherMachine][(casting.number % 3) as usize];
    let server = if way == Way::Ssh { gate } else { *windows.get(dice.below(windows.len() as u64) as usize)? };
    let owner = dice.below(people);
    let account = names::person(casting.world.seed, owner);
    let outside: IpAddr = stranger(dice.bits()).into();
    let source = if way == Way::OtherMachine { casting.town.hosts[scene.host].v4.into() } else { outside };
    let at_night = dice.chance(0.5);
    let pace = dice.log_uniform(300.0, 18_000.0);
    let mut left = 1 + dice.below(12);
    let at = if at_night && way != Way::OtherMachine {
        scene.at.div_euclid(DAY) * DAY + 2 * HOUR + dice.span(0, 3 * HOUR)
    } else {
        scene.at
    };
    let episode = casting.note_of(
        at,
        Episode {
            host: casting.town.hosts[server].name.clone(),
            account: account.clone(),
            src: vec![source],
            destination: casting.town.hosts[server].name.clone(),
            parameters: vec![("logons", left as f64), ("pace_s", pace), ("at_night", f64::from(u8::from(at_night)))],
            note: format!("{way:?}").to_lowercase(),
            ..Episode::default()
        },
    );
    let mut dice = casting.dice.clone();
    Some(acting(at, move |now, world, town| {
        let (down, lasts) = (dice.lognormal(50_000.0, 1.0) as u64, seconds(dice.lognormal(600.0, 1.0)));
        town.tell(episode, "logon", |town| {
            if way == Way::Ssh {
                let attempt = Attempt {
                    account: &account,
                    known: true,
                    success: true,
                    key: false,
                    tries: 1,
                    client: "SSH-2.0-PuTTY_Release_0.81",
                    down,
                    lasts,
                };
                town.ssh_from_outside((source, public_gate()), now, server, &attempt, &mut dice);
            } else {
                let kind = if way == Way::RemoteDesktop { 10 } else { 3 };
                let logon = Logon { account: &account, kind, from: Some((source, "DESKTOP-9QK2F1")), failure: None };
                town.log_on(server, now, world, &logon);
            }
        });
        left -= 1;
        (left > 0).then(|| now + seconds(dice.exponential(pace)) + 1_000)
    }))
}
