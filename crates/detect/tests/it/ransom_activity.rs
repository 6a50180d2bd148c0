//! Files turned into others in masses: found, and archives, sync clients and administrators spared.

use crate::{
    diary::{self, DAY, Diary},
    organization::{Dice, HOUR, START},
};

const NAME: &str = "ransom_activity";
const N_DAYS: i64 = 6;
const N_HOSTS: u32 = 100;

fn rename(diary: &mut Diary, at: i64, host: &str, program: &str, path: &str, new_path: &str) {
    let cells =
        [("host", host), ("action", "rename"), ("process_path", program), ("path", path), ("new_path", new_path)];
    diary.add(at, "file_changes", &cells);
}

fn start(diary: &mut Diary, at: i64, host: &str, line: &str) {
    diary.add(at, "processes", &[("host", host), ("action", "start"), ("command_line", line)]);
}

/// Machines on which editors save and people rename; sync clients and converters do so every day.
fn machines(seed: u64, n_days: i64) -> Diary {
    let mut dice = Dice(seed);
    let mut diary = Diary::default();
    for day in 0..n_days {
        for host in 0..N_HOSTS {
            let at = START + day * DAY + (dice.between(8.0, 18.0) * HOUR as f64) as i64;
            let name = format!("pc{host}");
            start(&mut diary, at, &name, "explorer.exe");
            for nth in 0..6 {
                let folder = format!(r"C:\Users\u{host}\d{}", nth % 3);
                rename(
                    &mut diary,
                    at + nth,
                    &name,
                    "word.exe",
                    &format!(r"{folder}\{nth}.tmp"),
                    &format!(r"{folder}\{nth}.docx"),
                );
            }
            for nth in 0..(dice.unit().powi(4) * 12.0) as i64 {
                let folder = format!(r"C:\Users\u{host}\p{nth}");
                let ending = ["jpg", "png", "txt", "md"][(dice.unit() * 4.0) as usize % 4];
                rename(
                    &mut diary,
                    at + nth,
                    &name,
                    "explorer.exe",
                    &format!(r"{folder}\a.jpeg"),
                    &format!(r"{folder}\a.{ending}"),
                );
            }
            if host < 5 {
                for nth in 0..300 {
                    let path = format!(r"C:\Sync\{}\{nth}.docx", nth % 9);
                    rename(&mut diary, at + nth, &name, "sync.exe", &path, &format!("{path}.synced"));
                }
            }
        }
        if dice.unit() < 0.3 {
            start(&mut diary, START + day * DAY + 5 * HOUR, "pc50", "vssadmin delete shadows /oldest");
        }
    }
    diary
}

fn encrypt(diary: &mut Diary, at: i64, n: u32) {
    for nth in 0..n {
        let path = format!(r"C:\Users\u7\f{}\{nth}.xlsx", nth % 20);
        rename(diary, at + i64::from(nth), "pc7", r"c:\users\u7\x.exe", &path, &format!("{path}.qwrt"));
    }
}

fn last_day(hour: i64) -> i64 {
    START + (N_DAYS - 1) * DAY + hour * HOUR
}

#[test]
fn encryption_is_found_and_explained() {
    let mut diary = machines(1, N_DAYS);
    encrypt(&mut diary, last_day(12), 800);
    start(
        &mut diary,
        last_day(12),
        "pc7",
        "cmd /c vssadmin delete shadows /all /quiet & bcdedit /set recoveryenabled no",
    );
    let proven = diary.proven(NAME, N_DAYS);
    let [finding] = proven.as_slice() else { panic!("{proven:#?}") };
    assert_eq!(
        (finding.subject.value.as_str(), finding.techniques.as_slice()),
        ("pc7", &["T1486".to_owned(), "T1490".to_owned()][..])
    );
    assert!(finding.because.contains("800 files in 20 folders the ending .qwrt"), "{}", finding.because);
    assert!(finding.because.contains("shadow copies removed"), "{}", finding.because);
}

#[test]
fn the_first_day_is_enough() {
    let mut diary = machines(2, 1);
    diary.rows.retain(|row| !row.says("sync.exe"));
    encrypt(&mut diary, START + 12 * HOUR, 800);
    let proven = diary.proven(NAME, 1);
    assert_eq!(proven.len(), 1, "{proven:#?}");
}

#[test]
fn everyday_work_is_no_finding() {
    for seed in 1..=4 {
        let proven = machines(seed, N_DAYS).proven(NAME, N_DAYS);
        assert!(proven.is_empty(), "{proven:#?}");
    }
}

#[test]
fn archiving_is_no_finding() {
    let mut diary = machines(5, N_DAYS);
    for nth in 0..2_000 {
        let path = format!("/data/{}/{nth}.csv", nth % 30);
        rename(&mut diary, last_day(12), "pc9", "gzip", &path, &format!("{path}.gz"));
    }
    let proven = diary.proven(NAME, N_DAYS);
    assert!(proven.is_empty(), "{proven:#?}");
}

#[test]
fn one_command_of_an_administrator_is_a_lead_at_most() {
    let mut diary = machines(6, N_DAYS);
    start(&mut diary, last_day(12), "pc20", "vssadmin delete shadows /for=c: /oldest");
    assert!(diary.proven(NAME, N_DAYS).is_empty());
}

#[test]
fn several_cuts_of_one_machine_are_found() {
    let mut diary = machines(7, N_DAYS);
    let lines = [
        "vssadmin delete shadows /all",
        "wbadmin delete catalog -quiet",
        "bcdedit /set {default} recoveryenabled no",
        "wevtutil cl Security",
    ];
    lines.iter().for_each(|line| start(&mut diary, last_day(12), "pc20", line));
    let proven = diary.proven(NAME, N_DAYS);
    assert_eq!(proven.iter().map(|finding| finding.subject.value.as_str()).collect::<Vec<_>>(), ["pc20"]);
    assert_eq!(proven[0].techniques, ["T1490"]);
}

#[test]
fn power_grows_with_files() {
    let found = [20, 60, 200, 600].map(|n| {
        let found = |seed| {
            let mut diary = machines(seed, N_DAYS);
            encrypt(&mut diary, last_day(12), n);
            !diary.proven(NAME, N_DAYS).is_empty()
        };
        (10..14).filter(|seed| found(*seed)).count()
    });
    println!("ransom activity found of 4: 20, 60, 200, 600 files {found:?}");
    assert_eq!(found[3], 4, "{found:?}");
}

#[test]
fn order_of_rows_does_not_matter() {
    machines(8, 1).reads_in_any_order(NAME);
}

#[test]
fn corpus() {
    diary::check_corpus(NAME);
}
