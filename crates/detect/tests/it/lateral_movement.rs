//! New ways between machines: found, and administrators, scanners and new servers spared.

use crate::{
    diary::{self, DAY, Diary},
    organization::{Dice, HOUR, START},
};

const NAME: &str = "lateral_movement";
const N_DAYS: i64 = 15;
const N_HOSTS: u32 = 120;

fn address(host: u32) -> String {
    format!("10.4.0.{host}")
}

fn log(diary: &mut Diary, at: i64, source: &str, target: &str, user: &str) {
    let cells = [
        ("src_ip", source),
        ("host", target),
        ("user", user),
        ("action", "logon"),
        ("logon_type", "network"),
        ("success", "true"),
    ];
    diary.add(at, "logons", &cells);
}

/// Machines that use a few servers, seldom each other's shares; two of administrators and one that scans.
fn network(seed: u64) -> Diary {
    let mut dice = Dice(seed);
    let mut diary = Diary::default();
    let any = |dice: &mut Dice| address((dice.unit() * f64::from(N_HOSTS)) as u32);
    for day in 0..N_DAYS {
        let at = |dice: &mut Dice| START + day * DAY + (dice.between(8.0, 18.0) * HOUR as f64) as i64;
        for host in 0..N_HOSTS {
            let user = format!("user{host}");
            for server in ["dc1", "files", "print"] {
                log(&mut diary, at(&mut dice), &address(host), server, &user);
            }
            if dice.unit() < 0.03 {
                let target = any(&mut dice);
                log(&mut diary, at(&mut dice), &address(host), &target, &user);
            }
        }
        for admin in [200, 201] {
            for _ in 0..8 {
                let target = any(&mut dice);
                log(&mut diary, at(&mut dice), &address(admin), &target, "admin");
            }
        }
        for host in 0..N_HOSTS {
            log(&mut diary, at(&mut dice), "10.4.0.250", &address(host), "scanner");
        }
    }
    diary
}

fn last_day(hour: i64) -> i64 {
    START + (N_DAYS - 1) * DAY + hour * HOUR
}

/// Somebody on machine 7 who goes on to `n` others, and from the first of them farther.
fn intrude(diary: &mut Diary, n: u32) {
    for nth in 0..n {
        log(diary, last_day(13), &address(7), &address(50 + nth), "svc_deploy");
    }
    log(diary, last_day(14), &address(50), &address(90), "svc_deploy");
}

#[test]
fn a_way_through_machines_is_found_and_explained() {
    let mut diary = network(1);
    intrude(&mut diary, 6);
    let findings = diary.findings(NAME, N_DAYS);
    let finding = findings.iter().find(|finding| finding.subject.value == address(7)).expect("found");
    assert!(finding.object.as_ref().is_some_and(|object| object.value.starts_with("10.4.0.")));
    assert!(finding.because.contains("logon to 10.4.0.5"), "{}", finding.because);
    assert_eq!(finding.techniques, ["T1021"]);
}

#[test]
fn everyday_ways_are_no_finding() {
    let proven: usize = (1..=4).map(|seed| network(seed).proven(NAME, N_DAYS).len()).sum();
    assert!(proven <= 1, "{proven} on four days of which nothing is to be told");
}

#[test]
fn a_server_that_is_new_to_everybody_is_no_finding() {
    let mut diary = network(5);
    for host in 0..N_HOSTS {
        log(&mut diary, last_day(9), &address(host), "newserver", &format!("user{host}"));
    }
    let proven = diary.proven(NAME, N_DAYS);
    assert!(proven.is_empty(), "{proven:#?}");
}

#[test]
fn power_grows_with_machines_reached() {
    let share = |n: u32| {
        let found = |seed| {
            let mut diary = network(seed);
            intrude(&mut diary, n);
            diary.proven(NAME, N_DAYS).iter().any(|finding| finding.subject.value == address(7))
        };
        (10..15).filter(|seed| found(*seed)).count()
    };
    let found = [1, 3, 6].map(share);
    println!("lateral movement found of 5: 1, 3, 6 machines {found:?}");
    assert!(found[2] >= 3 && found[0] <= found[2], "{found:?}");
}

#[test]
fn connections_alone_show_it_too() {
    let mut diary = network(6);
    for nth in 0..12 {
        let target = address(30 + nth);
        let cells = [
            ("src_ip", "10.4.0.9"),
            ("dst_ip", target.as_str()),
            ("dst_port", "445"),
            ("state", "SF"),
            ("dst_bytes", "900"),
        ];
        diary.add(last_day(11), "connections", &cells);
        let refused = [
            ("src_ip", "10.4.0.10"),
            ("dst_ip", target.as_str()),
            ("dst_port", "445"),
            ("state", "REJ"),
            ("dst_bytes", "0"),
        ];
        diary.add(last_day(11), "connections", &refused);
    }
    let findings = diary.findings(NAME, N_DAYS);
    let finding = findings.iter().find(|finding| finding.subject.value == "10.4.0.9").expect("at least a lead");
    assert_eq!(finding.techniques, ["T1021.002"]);
    assert!(findings.iter().all(|finding| finding.subject.value != "10.4.0.10"), "scanning is another's work");
}

#[test]
fn order_of_rows_does_not_matter() {
    let mut diary = network(8);
    diary.rows.truncate(2_000);
    diary.reads_in_any_order(NAME);
}

#[test]
fn corpus() {
    diary::check_corpus(NAME);
}
