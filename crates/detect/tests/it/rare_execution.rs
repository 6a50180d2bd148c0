//! Programs that a host never ran: found, and spared where they come from life.

use crate::{
    diary::{self, DAY, Diary},
    organization::{Dice, HOUR, START},
    rig::{p_values_stay, within_three_errors},
};

const NAME: &str = "rare_execution";
const N_DAYS: i64 = 15;
const N_HOSTS: u64 = 120;

/// One start of a process.
#[derive(Debug, Clone)]
struct Start {
    host: String,
    path: String,
    parent: &'static str,
    line: String,
    original: &'static str,
}

fn start(host: &str, path: &str, parent: &'static str, line: &str) -> Start {
    Start { host: host.to_owned(), path: path.to_owned(), parent, line: line.to_owned(), original: "" }
}

fn log(diary: &mut Diary, at: i64, start: &Start) {
    let cells = [
        ("host", start.host.as_str()),
        ("action", "start"),
        ("process_path", &start.path),
        ("parent_path", start.parent),
        ("command_line", &start.line),
        ("original_name", start.original),
    ];
    diary.add(at, "processes", &cells);
}

/// Workstations with forty programs of which each has its own; now and then one installs another.
fn machines(seed: u64) -> Diary {
    let mut dice = Dice(seed);
    let mut diary = Diary::default();
    for host in 0..N_HOSTS {
        let name = format!("pc{host}");
        let own: Vec<u64> = (0..40).filter(|_| dice.unit() < 0.4).collect();
        for day in 0..N_DAYS {
            let mut at = || START + day * DAY + (dice.between(8.0, 18.0) * HOUR as f64) as i64;
            for program in &own {
                let path = format!(r"C:\Program Files\Tool{0}\{1}.{program}\tool_{0}.exe", letters(*program), day);
                log(&mut diary, at(), &start(&name, &path, r"C:\Windows\explorer.exe", "tool"));
            }
            let admin = start(
                &name,
                r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe",
                r"C:\Windows\System32\svchost.exe",
                "powershell -File inventory.ps1",
            );
            log(&mut diary, at(), &admin);
            let updater = format!(r"C:\Windows\Temp\{:x}\setup.exe", 0x1a2b_3c4d_5e00_u64 + host * 977 + day as u64);
            log(&mut diary, at(), &start(&name, &updater, r"C:\Windows\System32\svchost.exe", ""));
            let installs = dice.unit();
            if installs < 0.03 {
                let program = letters(100 + (dice.unit() * 400.0) as u64);
                let path = format!(r"C:\Program Files\{program}\{program}.exe");
                log(&mut diary, START + day * DAY + 12 * HOUR, &start(&name, &path, r"C:\Windows\explorer.exe", ""));
            }
        }
    }
    diary
}

/// A number in letters: digits in paths do not count.
fn letters(mut n: u64) -> String {
    let mut text = String::new();
    while text.len() < 3 {
        text.push(char::from(b'a' + (n % 26) as u8));
        n /= 26;
    }
    text
}

fn last_day(hour: i64) -> i64 {
    START + (N_DAYS - 1) * DAY + hour * HOUR
}

#[test]
fn an_intruders_tools_are_found_and_explained() {
    let mut diary = machines(1);
    let word = r"C:\Program Files\Office\winword.exe";
    let shell = r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe";
    let encoded = format!("powershell -nop -w hidden -enc {}", "QUJD".repeat(60));
    log(&mut diary, last_day(14), &start("pc7", shell, word, &encoded));
    let renamed =
        Start { original: "PowerShell.EXE", ..start("pc7", r"C:\Users\x\svchost.exe", shell, "svchost -c x") };
    log(&mut diary, last_day(14), &renamed);
    let proven = diary.proven(NAME, N_DAYS);
    let [finding] = proven.as_slice() else { panic!("{proven:#?}") };
    assert_eq!(finding.subject.value, "pc7");
    for said in [
        "an interpreter that a document or a mail started",
        "svchost.exe outside of Windows' own folders",
        "119 other hosts",
    ] {
        assert!(finding.because.contains(said), "{said}: {}", finding.because);
    }
    assert!(["T1036", "T1059"].iter().all(|id| finding.techniques.iter().any(|known| known == id)));
}

#[test]
fn software_that_people_install_is_no_finding() {
    let proven: usize = (1..=4).map(|seed| machines(seed).proven(NAME, N_DAYS).len()).sum();
    assert!(proven <= 1, "{proven} on four days of which nothing is to be told");
}

#[test]
fn a_patch_that_many_machines_get_is_no_finding() {
    let mut diary = machines(5);
    for host in 0..40 {
        let path = r"C:\Program Files\Vendor\patchengine.exe";
        let parent = r"C:\Program Files\Vendor\agent.exe";
        log(&mut diary, last_day(3), &start(&format!("pc{host}"), path, parent, ""));
    }
    let proven = diary.proven(NAME, N_DAYS);
    assert!(proven.is_empty(), "{proven:#?}");
}

#[test]
fn a_new_machine_is_no_finding() {
    let mut diary = machines(6);
    let of_another: Vec<_> = diary.rows.iter().filter(|row| row.at >= last_day(0)).take(12).cloned().collect();
    diary.rows.extend(of_another.into_iter().map(|row| row.with("host", "brandnew")));
    let proven = diary.proven(NAME, N_DAYS);
    assert!(proven.is_empty(), "{proven:#?}");
}

#[test]
fn p_values_are_no_smaller_than_they_may_be() {
    p_values_stay((20..30).map(|seed| machines(seed).judged(NAME, N_DAYS)), &[0.05, 0.01, 0.001], within_three_errors);
}

#[test]
fn order_of_rows_does_not_matter() {
    let mut diary = machines(8);
    diary.rows.truncate(2_000);
    diary.reads_in_any_order(NAME);
}

#[test]
fn corpus() {
    diary::check_corpus(NAME);
}
