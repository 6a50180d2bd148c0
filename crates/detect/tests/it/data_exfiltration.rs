//! Theft that is found, and large transfers that are spared.

use crate::{
    organization::Dice,
    rig::{Row, corpus, detector, judged, keeps_the_contract, p_values_stay, raised, survives, within_a_hundredth},
};

const DAY_S: f64 = 86_400.0;
const THIEF: &str = "10.1.0.17";

fn transfer(at: f64, src: &str, (dst, name): (&str, &str), sent: f64, received: f64) -> Vec<Row> {
    let ends = |row: Row| row.with("src_ip", src).with("dst_ip", dst);
    let connection = ends(Row::new("connections", at)).with("dst_port", 443);
    let connection = connection.with("src_bytes", sent as i64).with("dst_bytes", received as i64);
    let handshake = ends(Row::new("tls_sessions", at)).with("server_name", name);
    if name.is_empty() { vec![connection] } else { vec![connection, handshake] }
}

fn log_normal(dice: &mut Dice, median: f64, spread: f64) -> f64 {
    // Sum of twelve: normal enough for a test's background.
    let z = (0..12).map(|_| dice.unit()).sum::<f64>() - 6.0;
    median * (z * spread).exp()
}

/// Days of an office: everyone uploads to a few common services and sometimes to a place of their own; one server makes
/// a backup every night.
fn office(seed: u64, days: std::ops::Range<i64>, n_hosts: usize, factor: f64) -> Vec<Row> {
    let mut rows = Vec::new();
    for day in days {
        let mut dice = Dice(seed * 10_000 + day as u64);
        for host in 0..n_hosts {
            let src = format!("10.1.0.{}", host + 10);
            for _ in 0..12 {
                let at = day as f64 * DAY_S + dice.between(28_800.0, 64_800.0);
                let sent = factor * log_normal(&mut dice, 300_000.0, 1.2);
                let (place, spread) = if dice.unit() < 0.5 {
                    ((dice.unit() * 5.0) as u32, 4.0)
                } else {
                    ((dice.unit() * 900.0) as u32 + 10, 10.0)
                };
                let dst = format!("23.0.{}.{}", place / 200, place % 200 + 1);
                rows.extend(transfer(
                    at,
                    &src,
                    (&dst, &format!("www.site{place}.com")),
                    sent,
                    sent * spread * dice.unit(),
                ));
            }
        }
        let backup = log_normal(&mut dice, 4e10, 0.2);
        rows.extend(transfer(
            day as f64 * DAY_S + 7_200.0,
            "10.2.0.5",
            ("24.0.0.9", "store.backup.com"),
            backup,
            backup / 100.0,
        ));
    }
    rows
}

fn theft(day: i64, bytes: f64) -> Vec<Row> {
    let part = |i: i32| {
        transfer(
            day as f64 * DAY_S + 43_200.0 + 60.0 * f64::from(i),
            THIEF,
            ("25.1.1.1", "files.dropplace.net"),
            bytes / 10.0,
            bytes / 500.0,
        )
    };
    (0..10).flat_map(part).collect()
}

fn raises(rows: &[Row], day: i64) -> Vec<String> {
    let object =
        |finding: &schema::Finding| finding.object.as_ref().map_or(String::new(), |object| object.value.clone());
    raised("data_exfiltration", rows, day)
        .iter()
        .map(|finding| format!("{} {}", finding.subject.value, object(finding)))
        .collect()
}

#[test]
fn a_theft_is_found_and_explained() {
    let rows = [office(1, 0..10, 40, 1.0), theft(9, 2e9)].concat();
    assert_eq!(raises(&rows, 9), ["10.1.0.17 dropplace.net"]);
    let finding = raised("data_exfiltration", &rows, 9).remove(0);
    assert!(finding.because.contains("sent 2.0 GB to dropplace.net and received 40.0 MB"), "{}", finding.because);
    assert_eq!(finding.techniques, ["T1567"]);
    keeps_the_contract("data_exfiltration", &rows, 9);
}

#[test]
fn a_bare_address_is_no_web_service() {
    let rows: Vec<Row> = (0..10)
        .flat_map(|i| transfer(9.5 * DAY_S + f64::from(i), THIEF, ("25.1.1.1", ""), 3e8, 1e6))
        .map(|row| row.with("dst_port", 2_222))
        .collect();
    let finding = raised("data_exfiltration", &[office(1, 0..10, 40, 1.0), rows].concat(), 9).remove(0);
    assert_eq!(
        (finding.object.expect("a place").value.as_str(), finding.techniques[0].as_str()),
        ("25.1.1.1", "T1048")
    );
}

#[test]
fn uploads_by_way_of_a_proxy_count() {
    let upload = |i: i32| {
        Row::new("http_requests", 9.5 * DAY_S + f64::from(i))
            .with("src_ip", THIEF)
            .with("host", "files.dropplace.net")
            .with("request_bytes", 300_000_000)
            .with("response_bytes", 900)
    };
    let rows = [office(1, 0..10, 40, 1.0), (0..10).map(upload).collect()].concat();
    assert_eq!(raises(&rows, 9), ["10.1.0.17 dropplace.net"]);
}

#[test]
fn a_nightly_backup_is_spared() {
    assert_eq!(raises(&office(2, 0..10, 40, 1.0), 9), [""; 0]);
}

#[test]
fn video_calls_are_spared() {
    let call = transfer(9.5 * DAY_S, THIEF, ("26.0.0.1", "call.meeting.com"), 3e9, 2.8e9);
    assert_eq!(raises(&[office(1, 0..10, 40, 1.0), call].concat(), 9), [""; 0]);
}

#[test]
fn month_end_is_spared() {
    // Everyone sends thirty times as much.
    let rows = [office(1, 0..9, 40, 1.0), office(1, 9..10, 40, 30.0)].concat();
    assert_eq!(raises(&rows, 9), [""; 0]);
}

#[test]
fn a_monthly_transfer_has_its_precedent() {
    let rows = [office(1, 0..25, 20, 1.0), theft(2, 2e9), theft(24, 2e9)].concat();
    assert_eq!(raises(&rows, 24), [""; 0]);
}

#[test]
fn quiet_days_raise_little() {
    let raised: usize = (1..=20).map(|seed| raises(&office(seed, 0..8, 40, 1.0), 7).len()).sum();
    assert!(raised <= 2, "{raised} of 20 days");
}

#[test]
fn p_values_keep_their_promise() {
    let quiet = (1..=40).map(|seed| judged(detector("data_exfiltration"), &office(seed, 0..8, 30, 1.0), 7));
    p_values_stay(quiet, &[0.1, 0.05, 0.01], within_a_hundredth);
}

#[test]
fn power_grows_with_the_loot() {
    let found = |bytes: f64| {
        (1..=10)
            .filter(|seed| !raises(&[office(*seed, 0..10, 40, 1.0), theft(9, bytes)].concat(), 9).is_empty())
            .count()
    };
    let power: Vec<usize> = [3e7, 1e8, 1e9, 1e10].into_iter().map(found).collect();
    println!("found of 10 at 30 MB, 100 MB, 1 GB, 10 GB: {power:?}");
    assert!(power[2] >= 8 && power[3] == 10, "{power:?}");
}

#[test]
fn hostile_rows_bring_nothing_down() {
    (0..20).for_each(|seed| survives("data_exfiltration", seed));
}

#[test]
fn cases() {
    corpus("data_exfiltration");
}
