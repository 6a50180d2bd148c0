//! An intruder goes from machine to machine with an account that he has taken.

use super::{Casting, Story};
use crate::{
    calendar::{MILLI, SECOND, seconds},
    dice::{Dice, hex},
    life::{Begun, acting},
    names,
    town::Town,
    truth::Episode,
    windows_host::{Logon, MICROSOFT, SERVICES, Start},
    wire::{Flow, State},
    world::World,
};

/// 2 to 14 hops (log-uniform), 10 s to 90 min apart (log-uniform), each from one of the machines reached so far; by a service
/// with a random or an innocent name, WMI, WinRM, remote desktop or a shared folder; with the account of the first
/// machine's owner, of somebody else, or of the service for deployment.
pub(super) static STORY: Story = Story {
    name: "lateral_movement",
    about: "An intruder goes from machine to machine with an account that he has taken.",
    technique: "T1021.002",
    detector: Some("lateral_movement"),
    needs: 2,
    instances: 2.0,
    cast,
};

/// How he gets to the next machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Service,
    Wmi,
    WinRm,
    RemoteDesktop,
    Share,
}

const WAYS: [Way; 5] = [Way::Service, Way::Wmi, Way::WinRm, Way::RemoteDesktop, Way::Share];

fn cast(casting: &mut Casting<'_>) -> Option<Begun> {
    let windows: Vec<usize> = (0..casting.town.hosts.len()).filter(|host| casting.town.is_windows(*host)).collect();
    let names_of: Vec<String> = windows.iter().map(|host| casting.town.hosts[*host].name.clone()).collect();
    let scene = casting.scene(|host| host.is_computer() && names_of.contains(&host.name))?;
    let left = casting.seconds_left(scene.at);
    let people = casting.town.hosts.len() as u64;
    let seed = casting.world.seed;
    let dice = &mut casting.dice;
    let hops = dice.log_uniform(2.0, 14.9) as u64;
    let pace = dice.log_uniform(10.0, 5_400.0).min(left * 0.8 / hops as f64);
    let own = names::person(seed, scene.host as u64);
    let account = match dice.below(3) {
        0 => own.clone(),
        1 => names::person(seed, dice.below(people)),
        _ => "svc_deploy".to_owned(),
    };
    let ways: Vec<Way> = (0..1 + dice.below(3)).map(|_| *dice.pick(&WAYS)).collect();
    let disguised = dice.chance(0.4);
    let episode = casting.note(
        scene,
        Episode {
            account: account.clone(),
            parameters: vec![
                ("hops", hops as f64),
                ("pace_s", pace),
                ("own_account", f64::from(u8::from(account == own))),
            ],
            note: format!("{ways:?}").to_lowercase(),
            ..Episode::default()
        },
    );
    let mut dice = casting.dice.clone();
    let mut reached = vec![scene.host];
    let mut done = 0;
    Some(acting(scene.at, move |now, world, town| {
        let from = *dice.pick(&reached);
        let to = *dice.pick(&windows);
        if to == from || reached.contains(&to) || !town.hosts[to].awake(now) {
            // The next one is tried after a moment; an organisation where nothing is on ends the story.
            done += u64::from(dice.chance(0.02));
            return (done < hops).then_some(now + 2 * SECOND);
        }
        let hop = Hop { from, to, way: *dice.pick(&ways), account: &account, own: &own, disguised };
        town.tell(episode, "hop", |town| go(town, world, now, &hop, &mut dice));
        reached.push(to);
        done += 1;
        (done < hops).then(|| now + seconds(dice.exponential(pace)) + SECOND)
    }))
}

pub(super) struct Hop<'a> {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) way: Way,
    pub(super) account: &'a str,
    pub(super) own: &'a str,
    pub(super) disguised: bool,
}

pub(super) fn go(town: &mut Town, world: &World, now: i64, hop: &Hop<'_>, dice: &mut Dice) {
    let Hop { from, to, account, .. } = *hop;
    let (ip, name) = town.source_of(from);
    if account != hop.own {
        town.explicit(from, now, world, (hop.own, account), to);
    }
    let (port, service) = match hop.way {
        Way::RemoteDesktop => (3_389, "rdp"),
        Way::WinRm => (5_985, "http"),
        Way::Wmi => (135, "dce_rpc"),
        Way::Service | Way::Share => (445, "smb,gssapi"),
    };
    let (up, down) = (dice.lognormal(40_000.0, 1.5) as u64, dice.lognormal(15_000.0, 1.0) as u64);
    let lasts = seconds(dice.lognormal(30.0, 1.2));
    let v4 = town.hosts[to].v4;
    town.flow(from, now, v4, port, &Flow { proto: "tcp", service: Some(service), up, down, lasts, state: State::Sf });
    let kind = if hop.way == Way::RemoteDesktop { 10 } else { 3 };
    let at = now + 60 * MILLI;
    town.log_on(to, at, world, &Logon { account, kind, from: Some((ip, &name)), failure: None });
    town.special(to, at + MILLI, world, account);
    run(town, world, at + SECOND, hop, dice);
}

/// What he starts there.
fn run(town: &mut Town, world: &World, at: i64, hop: &Hop<'_>, dice: &mut Dice) {
    let random: String = (0..8).map(|_| char::from(b'a' + dice.below(26) as u8)).collect();
    let (service, file) = if hop.disguised {
        ("Windows Update Helper".to_owned(), "C:\\Windows\\Temp\\wuhelper.exe".to_owned())
    } else {
        (random.clone(), format!("C:\\Windows\\{random}.exe"))
    };
    let (image, parent, company) = match hop.way {
        Way::Service => {
            town.service(hop.to, at, world, &service, &file);
            (file.as_str(), SERVICES, "")
        }
        Way::Wmi => ("C:\\Windows\\System32\\cmd.exe", "C:\\Windows\\System32\\wbem\\WmiPrvSE.exe", MICROSOFT),
        Way::WinRm => (
            "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe",
            "C:\\Windows\\System32\\wsmprovhost.exe",
            MICROSOFT,
        ),
        Way::RemoteDesktop => ("C:\\Windows\\System32\\cmd.exe", "C:\\Windows\\explorer.exe", MICROSOFT),
        Way::Share => return,
    };
    let command = match hop.way {
        Way::Service => format!("{image} -s {}", hex(dice.bits(), 6)),
        _ => format!(
            "\"{image}\" /c whoami & net group \"Domain Admins\" /domain 1> \\\\127.0.0.1\\ADMIN$\\__{} 2>&1",
            hex(dice.bits(), 8)
        ),
    };
    let account = if hop.way == Way::Service { "SYSTEM" } else { hop.account };
    town.start(hop.to, at + 300 * MILLI, world, &Start { image, command: &command, parent, account, company });
}
