//! Sessions that are found, and long connections that are spared.

use crate::{
    organization::Dice,
    rig::{Row, corpus, detector, judged, keeps_the_contract, p_values_stay, raised, survives, within_a_hundredth},
};

const DAY_S: f64 = 86_400.0;
const VICTIM: &str = "10.1.0.17";

/// A connection that ended at `at`.
fn session(at: f64, src: &str, dst: &str, port: i64, seconds: f64) -> Row {
    Row::new("connections", at)
        .with("src_ip", src)
        .with("src_port", 40_000 + (at as i64) % 20_000)
        .with("dst_ip", dst)
        .with("dst_port", port)
        .with("protocol", "tcp")
        .with("duration_ns", (seconds * 1e9) as i64)
        .with("src_bytes", (seconds * 100.0) as i64)
        .with("dst_bytes", (seconds * 300.0) as i64)
}

/// Days of an office: web connections of seconds to minutes, push services that everyone has open for hours, and one
/// server with a line to its maker that is cut once a day.
fn office(seed: u64, days: std::ops::Range<i64>, n_hosts: usize) -> Vec<Row> {
    let mut rows = Vec::new();
    for day in days {
        let mut dice = Dice(seed * 10_000 + day as u64);
        for host in 0..n_hosts {
            let src = format!("10.1.0.{}", host + 10);
            for _ in 0..30 {
                let at = day as f64 * DAY_S + dice.between(28_800.0, 64_800.0);
                let site = (dice.unit() * 2_000.0) as u32;
                let seconds = 15.0 * (2.2 * ((0..12).map(|_| dice.unit()).sum::<f64>() - 6.0)).exp();
                rows.push(session(
                    at,
                    &src,
                    &format!("23.0.{}.{}", site / 200, site % 200 + 1),
                    443,
                    seconds.min(5_000.0),
                ));
            }
            rows.push(session(
                day as f64 * DAY_S + 64_000.0,
                &src,
                "24.1.1.1",
                5_228,
                dice.between(20_000.0, 30_000.0),
            ));
        }
        rows.push(session(day as f64 * DAY_S + 100.0, "10.2.0.5", "25.0.0.1", 443, dice.between(80_000.0, 86_000.0)));
    }
    rows
}

fn raises(rows: &[Row], day: i64) -> Vec<String> {
    let object =
        |finding: &schema::Finding| finding.object.as_ref().map_or(String::new(), |object| object.value.clone());
    raised("long_sessions", rows, day)
        .iter()
        .map(|finding| format!("{} {}", finding.subject.value, object(finding)))
        .collect()
}

fn tunnel(day: i64, hours: f64) -> Vec<Row> {
    vec![session(day as f64 * DAY_S + 80_000.0, VICTIM, "26.6.6.6", 22, hours * 3_600.0)]
}

#[test]
fn a_tunnel_is_found_and_explained() {
    let rows = [office(1, 0..8, 40), tunnel(7, 20.0)].concat();
    assert_eq!(raises(&rows, 7), ["10.1.0.17 26.6.6.6"]);
    let finding = raised("long_sessions", &rows, 7).remove(0);
    assert!(finding.because.contains("26.6.6.6 port 22 open for 20.0 h"), "{}", finding.because);
    assert_eq!(finding.techniques, ["T1572"]);
    keeps_the_contract("long_sessions", &rows, 7);
}

#[test]
fn a_sensor_that_cuts_flows_sees_it_as_well() {
    let piece = |i: i32| {
        session(7.0 * DAY_S + 1_800.0 * f64::from(i), VICTIM, "26.6.6.6", 3_389, 1_795.0).with("src_port", 50_123)
    };
    let rows = [office(1, 0..8, 40), (4..44).map(piece).collect()].concat();
    let findings = raised("long_sessions", &rows, 7);
    assert_eq!((findings.len(), findings[0].techniques[0].as_str()), (1, "T1219"));
}

#[test]
fn push_and_known_lines_are_spared() {
    assert_eq!(raises(&office(2, 0..8, 40), 7), [""; 0]);
}

#[test]
fn many_short_connections_are_no_long_one() {
    let poll = |i: i32| session(7.0 * DAY_S + 90.0 * f64::from(i), VICTIM, "26.6.6.6", 443, 89.0);
    assert_eq!(raises(&[office(1, 0..8, 40), (0..950).map(poll).collect()].concat(), 7), [""; 0]);
}

#[test]
fn a_daily_vpn_is_spared() {
    let vpn =
        |day: i64| session(day as f64 * DAY_S + 64_000.0, VICTIM, "27.0.0.1", 1_194, 30_000.0 + 100.0 * day as f64);
    assert_eq!(raises(&[office(1, 0..8, 40), (0..8).map(vpn).collect()].concat(), 7), [""; 0]);
}

#[test]
fn quiet_days_raise_little() {
    let raised: usize = (1..=20).map(|seed| raises(&office(seed, 0..8, 30), 7).len()).sum();
    assert!(raised <= 2, "{raised} of 20 days");
}

#[test]
fn p_values_keep_their_promise() {
    let quiet = (1..=40).map(|seed| judged(detector("long_sessions"), &office(seed, 0..8, 30), 7));
    p_values_stay(quiet, &[0.1, 0.05, 0.01], within_a_hundredth);
}

#[test]
fn power_grows_with_the_hours() {
    let found = |hours: f64| {
        (1..=10).filter(|seed| !raises(&[office(*seed, 0..8, 40), tunnel(7, hours)].concat(), 7).is_empty()).count()
    };
    let power: Vec<usize> = [2.0, 6.0, 12.0, 24.0].into_iter().map(found).collect();
    println!("found of 10 at 2, 6, 12, 24 h: {power:?}");
    assert!(power[0] == 0 && power[3] >= 2, "{power:?}");
}

#[test]
fn hostile_rows_bring_nothing_down() {
    (0..20).for_each(|seed| survives("long_sessions", seed));
}

#[test]
fn cases() {
    corpus("long_sessions");
}
