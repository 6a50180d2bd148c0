//! What people and services do on Windows machines: log on, start programs by their role, write files, use servers.

use super::{Begun, acting};
use crate::{
    calendar::{DAY, HOUR, MILLI, MINUTE, Micros, SECOND, day_of, seconds},
    dice::{Dice, hash, hex, mix},
    town::Town,
    truth::{ANY, Innocent},
    windows_host::{Deed, EXPLORER, Failure, Logon, MICROSOFT, SERVICES, SVCHOST, Start, Touch, owner},
    world::World,
};

/// A program: file, arguments, parent, maker. `{user}` is the person's name, `{n}` a number, `{x}` random digits,
/// `{v}` the version of the week.
type Program = (&'static str, &'static str, &'static str, &'static str);

const EVERYBODY: &[Program] = &[
    ("C:\\Program Files\\Microsoft Office\\root\\Office16\\OUTLOOK.EXE", "", EXPLORER, MICROSOFT),
    ("C:\\Windows\\System32\\backgroundTaskHost.exe", "-ServerName:App.AppX{x}.mca", SVCHOST, MICROSOFT),
    (
        "C:\\Program Files\\Findola\\Browser\\{v}\\browser.exe",
        "--type=renderer --id={n}",
        "C:\\Program Files\\Findola\\Browser\\{v}\\browser.exe",
        "Findola LLC",
    ),
    ("C:\\Windows\\System32\\RuntimeBroker.exe", "-Embedding", SVCHOST, MICROSOFT),
    (
        "C:\\Program Files\\Microsoft Office\\root\\Office16\\WINWORD.EXE",
        "/n \"C:\\Users\\{user}\\Documents\\note-{n}.docx\"",
        EXPLORER,
        MICROSOFT,
    ),
    (
        "C:\\Program Files\\Microsoft Office\\root\\Office16\\EXCEL.EXE",
        "\"C:\\Users\\{user}\\Documents\\plan-{n}.xlsx\"",
        EXPLORER,
        MICROSOFT,
    ),
    ("C:\\Windows\\System32\\svchost.exe", "-k netsvcs -p -s wuauserv", SERVICES, MICROSOFT),
    ("C:\\Windows\\System32\\taskhostw.exe", "", SVCHOST, MICROSOFT),
    (
        "C:\\Program Files\\Corlexa\\Reader\\reader.exe",
        "\"C:\\Users\\{user}\\Downloads\\{x}.pdf\"",
        EXPLORER,
        "Corlexa Inc.",
    ),
    ("C:\\Users\\{user}\\AppData\\Local\\Meetwell\\app-{v}\\Meetwell.exe", "--processStart", EXPLORER, "Meetwell Ltd"),
    ("C:\\Windows\\System32\\conhost.exe", "0xffffffff -ForceV1", "C:\\Windows\\System32\\cmd.exe", MICROSOFT),
    ("C:\\Program Files\\Velmont\\Update\\updater.exe", "/ua /installsource scheduler", SVCHOST, "Velmont Systems"),
    (
        "C:\\Windows\\System32\\SearchProtocolHost.exe",
        "Global\\UsGthrFltPipeMssGthrPipe{n}_",
        "C:\\Windows\\System32\\SearchIndexer.exe",
        MICROSOFT,
    ),
    ("C:\\Windows\\System32\\dllhost.exe", "/Processid:{{x}}", SVCHOST, MICROSOFT),
    ("C:\\Windows\\System32\\notepad.exe", "C:\\Users\\{user}\\Desktop\\todo.txt", EXPLORER, MICROSOFT),
    ("C:\\Windows\\System32\\rundll32.exe", "shell32.dll,Control_RunDLL mouse", EXPLORER, MICROSOFT),
    ("C:\\Users\\{user}\\AppData\\Local\\Temp\\{x}\\setup.exe", "/quiet", EXPLORER, "Merocast GmbH"),
    ("C:\\Windows\\System32\\msiexec.exe", "/i C:\\Users\\{user}\\Downloads\\tool-{x}.msi", EXPLORER, MICROSOFT),
];
const DEVELOPERS: &[Program] = &[
    (
        "C:\\Program Files\\Git\\cmd\\git.exe",
        "fetch --all",
        "C:\\Program Files\\Editrix\\code.exe",
        "The Git Development Community",
    ),
    ("C:\\Program Files\\nodejs\\node.exe", "build.js --watch", "C:\\Windows\\System32\\cmd.exe", "Node.js"),
    ("C:\\Windows\\System32\\cmd.exe", "/c npm run test", "C:\\Program Files\\Editrix\\code.exe", MICROSOFT),
    (
        "C:\\Users\\{user}\\source\\app\\target\\debug\\app-{x}.exe",
        "--test",
        "C:\\Users\\{user}\\.cargo\\bin\\cargo.exe",
        "",
    ),
    (
        "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe",
        "-NoProfile -File C:\\Users\\{user}\\source\\build.ps1",
        "C:\\Program Files\\Editrix\\code.exe",
        MICROSOFT,
    ),
    (
        "C:\\Users\\{user}\\AppData\\Local\\Programs\\Python\\python.exe",
        "-m pytest tests",
        "C:\\Windows\\System32\\cmd.exe",
        "Python Software Foundation",
    ),
    (
        "C:\\Windows\\System32\\OpenSSH\\ssh.exe",
        "git@source.internal",
        "C:\\Program Files\\Git\\cmd\\git.exe",
        MICROSOFT,
    ),
    (
        "C:\\Windows\\System32\\curl.exe",
        "-sSL https://packages.example/index-{n}.json -o index.json",
        "C:\\Windows\\System32\\cmd.exe",
        MICROSOFT,
    ),
];
const ADMINISTRATORS: &[Program] = &[
    ("C:\\Windows\\System32\\mmc.exe", "C:\\Windows\\System32\\dsa.msc", EXPLORER, MICROSOFT),
    ("C:\\Windows\\System32\\mstsc.exe", "/v:hq-srv-{n}", EXPLORER, MICROSOFT),
    (
        "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe",
        "Get-ADUser -Filter * -SearchBase OU=Staff",
        EXPLORER,
        MICROSOFT,
    ),
    (
        "C:\\Tools\\PsExec64.exe",
        "\\\\hq-srv-{n} -s cmd",
        "C:\\Windows\\System32\\cmd.exe",
        "Sysinternals - www.sysinternals.com",
    ),
    ("C:\\Windows\\System32\\net.exe", "user /domain", "C:\\Windows\\System32\\cmd.exe", MICROSOFT),
    ("C:\\Windows\\System32\\nltest.exe", "/dclist:", "C:\\Windows\\System32\\cmd.exe", MICROSOFT),
    ("C:\\Windows\\System32\\schtasks.exe", "/query /s hq-srv-{n}", "C:\\Windows\\System32\\cmd.exe", MICROSOFT),
    ("C:\\Windows\\System32\\vssadmin.exe", "list shadows", "C:\\Windows\\System32\\cmd.exe", MICROSOFT),
];
const ON_SERVERS: &[Program] = &[
    ("C:\\Windows\\System32\\taskhostw.exe", "KEYROAMING", SVCHOST, MICROSOFT),
    ("C:\\Windows\\System32\\wbem\\WmiPrvSE.exe", "-secured -Embedding", SVCHOST, MICROSOFT),
    ("C:\\Program Files\\Velmont\\Backup\\agent.exe", "--job daily-{n}", SERVICES, "Velmont Systems"),
    ("C:\\Windows\\System32\\cmd.exe", "/c D:\\jobs\\export.cmd {n}", SVCHOST, MICROSOFT),
    (
        "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe",
        "-File D:\\jobs\\cleanup.ps1",
        SVCHOST,
        MICROSOFT,
    ),
    (
        "C:\\Windows\\System32\\vssadmin.exe",
        "delete shadows /for=D: /oldest /quiet",
        "C:\\Program Files\\Velmont\\Backup\\agent.exe",
        MICROSOFT,
    ),
];
/// Libraries that programs load: where they lie, and who has signed them.
const LIBRARIES: &[(&str, &str)] = &[
    ("C:\\Windows\\System32\\kernelbase.dll", "Microsoft Windows"),
    ("C:\\Windows\\System32\\amsi.dll", "Microsoft Windows"),
    ("C:\\Windows\\System32\\clr.dll", MICROSOFT),
    ("C:\\Program Files\\Findola\\Browser\\{v}\\media.dll", "Findola LLC"),
    ("C:\\Users\\{user}\\AppData\\Local\\Meetwell\\app-{v}\\ffmpeg.dll", "Meetwell Ltd"),
    ("C:\\Program Files\\Corlexa\\Reader\\plug_ins\\forms.api", "Corlexa Inc."),
    ("C:\\Users\\{user}\\AppData\\Roaming\\Notary\\addin-{v}.dll", ""),
];

/// What somebody works as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Office,
    Developer,
    Administrator,
}

/// The same for ever: three in four do office work, one in thirty looks after machines.
pub(crate) fn role(world: &World, host: usize) -> Role {
    match mix(mix(world.seed, 0x401e), host as u64) % 100 {
        0..75 => Role::Office,
        75..97 => Role::Developer,
        _ => Role::Administrator,
    }
}

/// An account that several people use on several machines.
const SHARED: &str = "frontdesk";

fn shares_account(world: &World, host: usize) -> bool {
    mix(mix(world.seed, 0x5a4e), host as u64).is_multiple_of(31)
}

/// What of a desk could be mistaken.
fn introduce(world: &World, town: &mut Town, host: usize) {
    let mut say = |software, looks_like, account: String| {
        let machine = &town.hosts[host];
        let innocent = Innocent {
            software,
            looks_like,
            host: town.computer(world, host),
            account,
            src: machine.addresses(),
            destination: ANY.to_owned(),
            start: world.start,
            ..Innocent::default()
        };
        town.wire.truth.innocent(innocent);
    };
    let account = crate::names::person(world.seed, host as u64);
    if shares_account(world, host) {
        say("an account that several share", "new_access", SHARED.to_owned());
    }
    match role(world, host) {
        Role::Office => say("installers in temporary folders", "rare_execution", account),
        Role::Developer => say("programs that a developer has just built", "rare_execution", account),
        Role::Administrator => {
            say("an administrator's tools", "rare_execution", account.clone());
            say("an administrator at work", "lateral_movement", account);
        }
    }
}

pub(crate) fn all(world: &World, town: &mut Town) -> Vec<Begun> {
    let mut all = Vec::new();
    for host in 0..town.hosts.len() {
        if !town.is_windows(host) {
            continue;
        }
        let dice = Dice::of(world.seed, "desk", host as u64);
        if town.hosts[host].has_owner() {
            let joins = joining_day(world, town, host);
            introduce(world, town, host);
            all.push(desk(world, town, host, joins, dice));
        } else {
            all.push(server(world, town, host, dice));
        }
    }
    all
}

/// The first day of somebody new; the others have been there for long.
fn joining_day(world: &World, town: &mut Town, host: usize) -> Micros {
    const NEW_IN_A_MONTH: f64 = 0.03;
    let mut dice = Dice::of(world.seed, "joining", host as u64);
    let days = (world.end - world.start) / DAY;
    if !dice.chance(NEW_IN_A_MONTH * days as f64 / 30.0) {
        return world.start;
    }
    let day = world.start + dice.span(0, days) * DAY;
    let machine = &town.hosts[host];
    town.wire.truth.innocent(Innocent {
        software: "somebody new",
        looks_like: "new_access",
        host: town.computer(world, host),
        account: crate::names::person(world.seed, host as u64),
        src: machine.addresses(),
        destination: ANY.to_owned(),
        start: day,
        ..Innocent::default()
    });
    day
}

fn desk(world: &World, town: &Town, host: usize, joins: Micros, mut dice: Dice) -> Begun {
    let account = if shares_account(world, host) { SHARED.to_owned() } else { owner(world, town, host) };
    let role = role(world, host);
    let mut today = i64::MIN;
    acting(joins + seconds(dice.exponential(300.0)), move |now, world, town| {
        let machine = &mut town.hosts[host];
        if !machine.present(now) {
            return Some(machine.next_presence(now)? + seconds(dice.exponential(120.0)));
        }
        if today != day_of(now) {
            today = day_of(now);
            arrive(now, host, &account, world, town, &mut dice);
        }
        work(now, host, &account, role, world, town, &mut dice);
        Some(now + seconds(dice.exponential(120.0)) + MILLI)
    })
}

/// The logon of the morning, now and then with a wrong password before it.
fn arrive(now: Micros, host: usize, account: &str, world: &World, town: &mut Town, dice: &mut Dice) {
    let (ip, _) = town.source_of(host);
    let site = town.hosts[host].site;
    let mut at = now;
    for _ in 0..if dice.chance(0.06) { 1 + dice.below(3) } else { 0 } {
        let failure = Some(Failure::BadPassword);
        town.log_on(host, at, world, &Logon { account, kind: 2, from: None, failure });
        town.ticket(at + MILLI, world, site, account, ip, failure);
        at += seconds(dice.between(3.0, 15.0));
    }
    town.ticket(at, world, site, account, ip, None);
    town.log_on(host, at + 20 * MILLI, world, &Logon { account, kind: 2, from: None, failure: None });
}

fn work(now: Micros, host: usize, account: &str, role: Role, world: &World, town: &mut Town, dice: &mut Dice) {
    let draw = dice.unit();
    if draw < 0.58 {
        let own: &[Program] = match role {
            Role::Office => &[],
            Role::Developer => DEVELOPERS,
            Role::Administrator => ADMINISTRATORS,
        };
        let program =
            if dice.chance(0.5) && !own.is_empty() { dice.pick(own) } else { &EVERYBODY[dice.zipf(EVERYBODY.len())] };
        launch(now, host, account, program, world, town, dice);
    } else if draw < 0.72 {
        let path = fill(
            dice.pick::<&str>(&[
                "C:\\Users\\{user}\\Documents\\note-{n}.docx",
                "C:\\Users\\{user}\\AppData\\Local\\Temp\\{x}.tmp",
                "C:\\Users\\{user}\\Downloads\\{x}.pdf",
            ]),
            account,
            now,
            dice,
        );
        let (deed, image) = (Deed::Create, EXPLORER);
        town.file_event(host, now, world, &Touch { deed, image, path: &path, account });
    } else if draw < 0.80 {
        let (path, signer) = *dice.pick(LIBRARIES);
        let path = fill(path, account, now, dice);
        town.module(host, now, world, Some("C:\\Program Files\\Findola\\Browser\\browser.exe"), &path, signer);
    } else if draw < 0.85 {
        town.log_on(host, now, world, &Logon { account, kind: 7, from: None, failure: None });
    } else {
        visit_server(now, host, account, role, world, town, dice);
    }
}

/// Files on a server; administrators also by remote desktop, on any of them.
fn visit_server(now: Micros, host: usize, account: &str, role: Role, world: &World, town: &mut Town, dice: &mut Dice) {
    let servers = &world.servers[town.hosts[host].site];
    let roams = role == Role::Administrator && dice.chance(0.6);
    let Some(server) = (if roams {
        servers.get(dice.below(servers.len() as u64) as usize)
    } else {
        servers.get(1).or(servers.first())
    }) else {
        return;
    };
    let (ip, name) = town.source_of(host);
    let kind = if roams && dice.chance(0.5) { 10 } else { 3 };
    town.log_on(*server, now, world, &Logon { account, kind, from: Some((ip, &name)), failure: None });
    if roams {
        town.special(*server, now + 2 * MILLI, world, account);
    }
}

fn launch(now: Micros, host: usize, account: &str, program: &Program, world: &World, town: &mut Town, dice: &mut Dice) {
    let (image, arguments, parent, company) = *program;
    let image = fill(image, account, now, dice);
    let command = format!("\"{image}\" {}", fill(arguments, account, now, dice));
    let parent = fill(parent, account, now, dice);
    town.start(
        host,
        now,
        world,
        &Start { image: &image, command: command.trim_end(), parent: &parent, account, company },
    );
}

/// What stands for something in a path is put in.
fn fill(text: &str, account: &str, now: Micros, dice: &mut Dice) -> String {
    if !text.contains('{') {
        return text.to_owned();
    }
    // A new version comes out every other week, and is there on all machines within days.
    let week = (now + mix(hash(account), 5) as i64 % (3 * DAY)).div_euclid(14 * DAY);
    text.replace("{user}", account)
        .replace("{v}", &format!("{}.0.{}", week % 200, mix(week.unsigned_abs(), 3) % 9_000))
        .replace("{n}", &dice.below(60).to_string())
        .replace("{x}", &hex(dice.bits(), 8))
}

/// Jobs of a server: by the clock, under the accounts of services.
fn server(world: &World, town: &Town, host: usize, mut dice: Dice) -> Begun {
    let account = owner(world, town, host);
    let jobs = 2 + dice.below(5) as usize;
    acting(world.start + dice.span(0, 10 * MINUTE), move |now, world, town| {
        town.log_on(host, now, world, &Logon { account: &account, kind: 5, from: None, failure: None });
        let program = &ON_SERVERS[dice.below(jobs.min(ON_SERVERS.len()) as u64) as usize];
        launch(now + SECOND, host, &account, program, world, town, &mut dice);
        let hour = now.rem_euclid(DAY) / HOUR;
        let pace = if (1..5).contains(&hour) { 4 } else { 12 };
        Some(now + pace * MINUTE + seconds(dice.exponential(20.0)))
    })
}
