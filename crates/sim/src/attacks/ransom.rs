//! Files are encrypted one after another, after what could bring them back has been deleted.

use super::{Casting, Story};
use crate::{
    calendar::{MILLI, SECOND, seconds},
    dice::hex,
    life::{Begun, acting},
    names,
    truth::Episode,
    windows_host::{Deed, MICROSOFT, Start, Touch},
};

/// None to five of the commands that delete copies, then 60 to 2,000 files, one every 2 ms to 5 s (both log-uniform), a new ending
/// that is random or well known, a note in every folder; in one case of three the old file is overwritten and not
/// deleted. Also on servers, where the commands alone are seen.
pub(super) static STORY: Story = Story {
    name: "ransom",
    about: "Files are encrypted one after another, after what could bring them back has been deleted.",
    technique: "T1486",
    detector: Some("ransom_activity"),
    needs: 20,
    instances: 1.0,
    cast,
};

const CMD: &str = "C:\\Windows\\System32\\cmd.exe";
const COMMANDS: &[(&str, &str)] = &[
    ("C:\\Windows\\System32\\vssadmin.exe", "delete shadows /all /quiet"),
    ("C:\\Windows\\System32\\wbem\\WMIC.exe", "shadowcopy delete"),
    ("C:\\Windows\\System32\\wbadmin.exe", "delete catalog -quiet"),
    ("C:\\Windows\\System32\\bcdedit.exe", "/set {default} recoveryenabled No"),
    ("C:\\Windows\\System32\\bcdedit.exe", "/set {default} bootstatuspolicy ignoreallfailures"),
    ("C:\\Windows\\System32\\wevtutil.exe", "cl Security"),
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
    let scene = casting.scene(|host| windows.contains(&host.name))?;
    let account = names::person(casting.world.seed, scene.host as u64);
    let left = casting.seconds_left(scene.at);
    let dice = &mut casting.dice;
    let mut commands: Vec<(&str, &str)> = COMMANDS.to_vec();
    super::port_scan::shuffle(&mut commands, dice);
    commands.truncate(dice.below(6) as usize);
    let files = dice.log_uniform(60.0, 2_000.0);
    let pace = dice.log_uniform(0.002, 5.0).min(left * 0.8 / files);
    let ending = if dice.chance(0.5) { hex(dice.bits(), 6) } else { "locked".to_owned() };
    let deletes = !dice.chance(0.33);
    let image = format!("C:\\Users\\Public\\{}.exe", hex(dice.bits(), 6));
    let episode = casting.note(
        scene,
        Episode {
            account: account.clone(),
            parameters: vec![
                ("commands", commands.len() as f64),
                ("files", files),
                ("pace_s", pace),
                ("deletes", f64::from(u8::from(deletes))),
            ],
            note: format!("ending .{ending}"),
            ..Episode::default()
        },
    );
    let mut dice = casting.dice.clone();
    let mut done = 0u64;
    let mut commands = commands.into_iter();
    Some(acting(scene.at, move |now, world, town| {
        let host = scene.host;
        if let Some((tool, arguments)) = commands.next() {
            let command = format!("\"{tool}\" {arguments}");
            let start = Start { image: tool, command: &command, parent: CMD, account: &account, company: MICROSOFT };
            town.tell(episode, "delete copies", |town| town.start(host, now, world, &start));
            return Some(now + seconds(dice.lognormal(2.0, 0.8)) + SECOND / 5);
        }
        let (folder, kind) = (done / 25, *dice.pick(&["docx", "xlsx", "pdf", "jpg", "pst"]));
        let old = format!("C:\\Users\\{account}\\Documents\\{folder}\\file-{done}.{kind}");
        let (fresh, note) =
            (format!("{old}.{ending}"), format!("C:\\Users\\{account}\\Documents\\{folder}\\HOW_TO_RESTORE.txt"));
        let touch = |deed, path| Touch { deed, image: &image, path, account: &account };
        town.tell(episode, "encrypt", |town| {
            town.file_event(host, now, world, &touch(Deed::Create, &fresh));
            if deletes {
                town.file_event(host, now + MILLI, world, &touch(Deed::Delete, &old));
            }
            if done.is_multiple_of(25) {
                town.file_event(host, now + MILLI, world, &touch(Deed::Create, &note));
            }
        });
        done += 1;
        (done < files as u64).then(|| now + seconds(dice.exponential(pace)) + MILLI)
    }))
}
