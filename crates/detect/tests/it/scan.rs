//! Scans that are found, and what looks like one and is spared.

use crate::{
    organization::Dice,
    rig::{Row, corpus, detector, digest, judged, keeps_the_contract, raised, survives},
};

const SCANNER: &str = "10.1.0.66";
const DAY_S: f64 = 86_400.0;

fn attempt(at: f64, src: &str, dst: &str, port: i64, answered: bool) -> Row {
    let state = if answered { "SF" } else { "S0" };
    Row::new("connections", at)
        .with("src_ip", src)
        .with("src_port", 40_000 + (at as i64 * 7) % 20_000)
        .with("dst_ip", dst)
        .with("dst_port", port)
        .with("protocol", "tcp")
        .with("state", state)
        .with("dst_bytes", if answered { 900 } else { 0 })
        .with("dst_packets", if answered { 9 } else { 0 })
}

/// A day of an office: web, name servers, a few servers of its own, and attempts that fail now and then.
fn office(seed: u64, day: i64, n_hosts: usize) -> Vec<Row> {
    let mut dice = Dice(seed * 1_000 + day as u64);
    let mut rows = Vec::new();
    for host in 0..n_hosts {
        let src = format!("10.1.0.{}", host + 10);
        let old_settings = dice.unit() < 0.1;
        for _ in 0..40 {
            let at = day as f64 * DAY_S + dice.between(28_800.0, 64_800.0);
            let fails = dice.unit() < if old_settings { 0.3 } else { 0.04 };
            let (dst, port) = match dice.unit() {
                u if u < 0.6 => (format!("23.{}.{}.9", (u * 400.0) as u8, (dice.unit() * 200.0) as u8), 443),
                u if u < 0.8 => (format!("10.2.0.{}", 1 + (dice.unit() * 6.0) as u8), 445),
                _ => (format!("10.2.0.{}", 1 + (dice.unit() * 6.0) as u8), 88),
            };
            rows.push(attempt(at, &src, &dst, port, !fails));
        }
    }
    rows
}

fn past_office(seed: u64, days: std::ops::Range<i64>) -> Vec<Row> {
    days.flat_map(|day| office(seed, day, 30)).collect()
}

/// One port on `n` hosts, `share` of which answer; one attempt every `gap` seconds.
fn horizontal(dice: &mut Dice, from: f64, n: u32, share: f64, gap: f64) -> Vec<Row> {
    (0..n)
        .map(|i| {
            let dst = format!("10.3.{}.{}", i / 250, i % 250 + 1);
            attempt(from + f64::from(i) * gap, SCANNER, &dst, 3_389, dice.unit() < share)
        })
        .collect()
}

fn raises(rows: &[Row], day: i64) -> Vec<String> {
    let line = |finding: &schema::Finding| format!("{} {}", finding.subject.value, finding.labels.join(" "));
    raised("scan", rows, day).iter().map(line).collect()
}

#[test]
fn scans_are_found_in_every_shape() {
    let mut dice = Dice(1);
    let noon = 43_200.0;
    let with = |scan: Vec<Row>| raises(&[past_office(1, 0..1), scan].concat(), 0);
    assert_eq!(with(horizontal(&mut dice, noon, 60, 0.1, 1.0)), ["10.1.0.66 horizontal scan"]);
    let vertical = (1..200).map(|port| attempt(noon + port as f64, SCANNER, "10.2.0.3", port, port % 40 == 0));
    assert_eq!(with(vertical.collect()), ["10.1.0.66 vertical scan"]);
    let block =
        (0..400).map(|i| attempt(noon + i as f64, SCANNER, &format!("10.3.0.{}", 1 + i / 20), 20 + i % 20, i % 9 == 0));
    assert_eq!(with(block.collect()), ["10.1.0.66 block scan"]);
    let ping = |i: i64| {
        let row = attempt(noon + i as f64, SCANNER, &format!("10.3.0.{i}"), 0, i % 5 == 0);
        row.with("protocol", "icmp").with("src_port", 8).with("state", "OTH")
    };
    assert_eq!(with((1..100).map(ping).collect()), ["10.1.0.66 ping sweep"]);
}

#[test]
fn a_finding_says_what_it_rests_on() {
    let mut dice = Dice(1);
    let rows = [past_office(1, 0..4), horizontal(&mut dice, 3.5 * DAY_S, 60, 0.1, 1.0)].concat();
    let findings = raised("scan", &rows, 3);
    let finding = &findings[0];
    assert!(finding.because.contains("10.1.0.66 tried tcp/3389 on 60 hosts"), "{}", finding.because);
    assert_eq!(finding.techniques, ["T1046"]);
    assert!(finding.query.as_ref().expect("a query").contains("protocol = 'tcp' AND dst_port = 3389"));
    keeps_the_contract("scan", &rows, 3);
}

#[test]
fn a_scan_that_everything_answers_shows_against_habit() {
    let mut dice = Dice(1);
    let mut rows = past_office(1, 0..7);
    // The scanner is a host with a week of ordinary days.
    for day in 0..7 {
        rows.extend((0..6).map(|i| attempt(day as f64 * DAY_S + 30_000.0 + i as f64, SCANNER, "10.2.0.1", 445, true)));
    }
    rows.extend(horizontal(&mut dice, 6.5 * DAY_S, 80, 1.0, 1.0));
    assert_eq!(raises(&rows, 6), ["10.1.0.66 horizontal scan"]);
}

#[test]
fn a_target_is_the_same_whichever_protocol_came_first() {
    let tried = |protocol: &'static str| {
        (1..=9).map(move |n| attempt(60.0, "10.0.0.5", &format!("10.0.1.{n}"), 161, false).with("protocol", protocol))
    };
    let rows: Vec<Row> = tried("tcp").chain(tried("udp")).collect();
    let forth: Vec<&Row> = rows.iter().collect();
    let back: Vec<&Row> = rows.iter().rev().collect();
    assert_eq!(digest(detector("scan"), &forth), digest(detector("scan"), &back));
}

#[test]
fn a_slow_scan_adds_up_over_days() {
    let mut dice = Dice(3);
    let mut rows = past_office(1, 0..12);
    // Five attempts a day, each on a host that was not tried before.
    rows.extend(horizontal(&mut dice, 3_600.0, 60, 0.05, DAY_S / 5.0));
    assert_eq!(raises(&rows, 1), [""; 0], "ten attempts say nothing yet");
    assert_eq!(raises(&rows, 11), ["10.1.0.66 horizontal scan"]);
}

#[test]
fn what_scans_every_day_is_not_news() {
    let mut dice = Dice(4);
    let mut rows = past_office(1, 0..10);
    for day in 0..10 {
        rows.extend(horizontal(&mut dice, day as f64 * DAY_S + 7_200.0, 200, 0.2, 0.5));
    }
    assert_eq!(raises(&rows, 9), [""; 0]);
    assert_eq!(raises(&rows, 0), ["10.1.0.66 horizontal scan"], "on its first day it is");
}

#[test]
fn a_monitoring_system_is_spared() {
    let round = |round: i64| {
        (1..200).map(move |i| attempt((round * 300 + i) as f64, SCANNER, &format!("10.3.0.{i}"), 161, i % 15 != 0))
    };
    let rows = [past_office(1, 0..1), (0..280).flat_map(round).collect()].concat();
    assert_eq!(raises(&rows, 0), [""; 0]);
}

#[test]
fn peer_to_peer_software_is_spared() {
    let mut dice = Dice(5);
    let mut rows = past_office(1, 0..1);
    for i in 0..800 {
        let dst = format!("8{}.{}.{}.7", i % 9, (dice.unit() * 250.0) as u8, (dice.unit() * 250.0) as u8);
        let port = if dice.unit() < 0.15 { 6_881 } else { 10_000 + (dice.unit() * 50_000.0) as i64 };
        rows.push(
            attempt(30_000.0 + f64::from(i) * 30.0, SCANNER, &dst, port, dice.unit() < 0.35).with("protocol", "udp"),
        );
    }
    assert_eq!(raises(&rows, 0), [""; 0]);
}

#[test]
fn a_gateway_for_many_is_spared() {
    let mut dice = Dice(6);
    let many = (0..9_000).map(|i| {
        let dst = format!("23.{}.{}.{}", i % 200, i / 200, i % 250);
        attempt(9.0 * f64::from(i), SCANNER, &dst, 443, dice.unit() > 0.05)
    });
    let rows = [past_office(1, 0..1), many.collect()].concat();
    assert_eq!(raises(&rows, 0), [""; 0]);
}

#[test]
fn a_service_that_is_blocked_for_all_is_no_scan() {
    let mut rows = past_office(1, 0..1);
    for host in 10..40 {
        rows.extend((0..50).map(|i| {
            attempt(40_000.0 + f64::from(i), &format!("10.1.0.{host}"), &format!("23.9.{i}.1"), 443, false)
                .with("protocol", "udp")
        }));
    }
    assert_eq!(raises(&rows, 0), [""; 0]);
}

#[test]
fn late_answers_and_traceroutes_are_no_scan() {
    let answer = |i: i64| {
        attempt(40_000.0 + i as f64, "10.2.0.1", "10.1.0.12", 20_000 + i, false)
            .with("protocol", "udp")
            .with("src_port", 53)
    };
    let hop = |i: i64| attempt(40_000.0 + i as f64, SCANNER, "23.1.1.1", 33_434 + i, false).with("protocol", "udp");
    let rows = [past_office(1, 0..1), (0..300).map(answer).collect(), (0..90).map(hop).collect()].concat();
    assert_eq!(raises(&rows, 0), [""; 0]);
}

#[test]
fn a_client_of_dead_servers_is_no_scan() {
    let tries = |i: i64| attempt(30_000.0 + 30.0 * i as f64, SCANNER, &format!("10.2.0.{}", 20 + i % 5), 445, false);
    let rows = [past_office(1, 0..1), (0..900).map(tries).collect()].concat();
    assert_eq!(raises(&rows, 0), [""; 0]);
}

#[test]
fn quiet_days_raise_nothing() {
    for seed in 1..=20 {
        assert_eq!(raises(&past_office(seed, 0..3), 2), [""; 0], "seed {seed}");
    }
}

/// Under the null hypothesis p-values are at least uniform: of a thousand sources, half of whose attempts fail, no more
/// than the share p have a p-value of p.
#[test]
fn p_values_keep_their_promise() {
    let mut p_values = Vec::new();
    for seed in 0..20 {
        let mut dice = Dice(900 + seed);
        let source = |host: i64| (0..20).map(move |i| (host, i));
        let rows: Vec<Row> = (0..50)
            .flat_map(source)
            .map(|(host, i)| {
                attempt(
                    1_000.0 + i as f64,
                    &format!("10.1.0.{host}"),
                    &format!("10.3.{host}.{i}"),
                    445,
                    dice.unit() < 0.5,
                )
            })
            .collect();
        p_values.extend(judged(detector("scan"), &rows, 0).tested["office"].iter().map(|p| p.get()));
    }
    for level in [0.2, 0.1, 0.05, 0.01] {
        let share = p_values.iter().filter(|p| **p <= level).count() as f64 / p_values.len() as f64;
        assert!(share <= level * 1.3 + 0.002, "{share} at {level}");
    }
}

#[test]
fn power_grows_with_the_targets() {
    let found = |n: u32| {
        let one = |seed: u64| {
            let scan = horizontal(&mut Dice(seed), 43_200.0, n, 0.1, 2.0);
            !raises(&[past_office(1, 0..1), scan].concat(), 0).is_empty()
        };
        (0..10).filter(|seed| one(*seed)).count()
    };
    let power: Vec<usize> = [4, 10, 20, 40].into_iter().map(found).collect();
    println!("found of 10 at 4, 10, 20, 40 targets: {power:?}");
    assert!(power[0] == 0 && power[2] >= 9 && power[3] == 10, "{power:?}");
}

#[test]
fn hostile_rows_bring_nothing_down() {
    (0..20).for_each(|seed| survives("scan", seed));
}

#[test]
fn cases() {
    corpus("scan");
}
