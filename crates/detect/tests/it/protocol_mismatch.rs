//! Odd services that are found, and odd ones that are spared.

use crate::{
    organization::Dice,
    rig::{Row, corpus, detector, judged, keeps_the_contract, p_values_stay, raised, survives},
};

const DAY_S: f64 = 86_400.0;
const VICTIM: &str = "10.1.0.17";

fn ends(row: Row, src: &str, dst: &str, port: i64) -> Row {
    row.with("src_ip", src).with("dst_ip", dst).with("dst_port", port)
}

fn connection(at: f64, src: &str, dst: &str, port: i64, service: &str) -> Row {
    let row = ends(Row::new("connections", at), src, dst, port)
        .with("protocol", "tcp")
        .with("src_bytes", 900)
        .with("dst_bytes", 4_000);
    if service.is_empty() { row } else { row.with("service", service) }
}

/// A connection with its handshake: a server name or none, and what the sensor makes of the certificate.
fn tls(at: f64, src: &str, dst: &str, port: i64, name: &str, own: bool) -> Vec<Row> {
    let handshake = ends(Row::new("tls_sessions", at + 0.1), src, dst, port)
        .with("validation_status", if own { "self signed certificate" } else { "ok" });
    let handshake = if own { handshake.with("subject", "CN=x").with("issuer", "CN=x") } else { handshake };
    let handshake = if name.is_empty() { handshake } else { handshake.with("server_name", name) };
    vec![connection(at, src, dst, port, "ssl"), handshake]
}

fn office(seed: u64, days: std::ops::Range<i64>, n_hosts: usize) -> Vec<Row> {
    let mut rows = Vec::new();
    for day in days {
        let mut dice = Dice(seed * 10_000 + day as u64);
        for host in 0..n_hosts {
            let src = format!("10.1.0.{}", host + 10);
            for _ in 0..60 {
                let at = day as f64 * DAY_S + dice.between(28_800.0, 64_800.0);
                let site = (dice.unit() * 3_000.0) as u32;
                let dst = format!("23.{}.{}.7", site / 200, site % 200 + 1);
                match dice.unit() {
                    u if u < 0.9 => rows.extend(tls(at, &src, &dst, 443, &format!("www.site{site}.com"), false)),
                    u if u < 0.95 => rows.push(connection(at, &src, &dst, 80, "http")),
                    u if u < 0.98 => rows.push(connection(at, &src, &dst, 443, "")),
                    _ => rows.push(connection(at, &src, &dst, 20_000 + i64::from(site) * 9, "")),
                }
            }
        }
        // A device that trusts only itself, and a server that some administrators use.
        rows.extend(tls(day as f64 * DAY_S + 5_000.0, "10.3.0.9", "28.0.0.1", 8_883, "", true));
        for host in 10..16 {
            rows.extend(tls(day as f64 * DAY_S + 40_000.0, &format!("10.1.0.{host}"), "28.0.0.2", 9_443, "", true));
        }
    }
    rows
}

fn raises(rows: &[Row], day: i64) -> Vec<String> {
    let object =
        |finding: &schema::Finding| finding.object.as_ref().map_or(String::new(), |object| object.value.clone());
    raised("protocol_mismatch", rows, day)
        .iter()
        .map(|finding| format!("{} {} {}", finding.subject.value, object(finding), finding.techniques.join(" ")))
        .collect()
}

#[test]
fn a_certificate_of_its_own_on_an_odd_port_is_found() {
    let rows = [office(1, 0..5, 40), tls(4.5 * DAY_S, VICTIM, "29.0.0.1", 4_444, "", true)].concat();
    assert_eq!(raises(&rows, 4), ["10.1.0.17 29.0.0.1 T1571 T1573"]);
    let finding = raised("protocol_mismatch", &rows, 4).remove(0);
    assert!(finding.because.contains("10.1.0.17 speaks TLS with 29.0.0.1 on port 4444"), "{}", finding.because);
    keeps_the_contract("protocol_mismatch", &rows, 4);
}

#[test]
fn a_shell_on_the_port_of_the_web_is_a_lead() {
    let rows = [office(1, 0..9, 40), vec![connection(8.5 * DAY_S, VICTIM, "29.0.0.1", 443, "ssh")]].concat();
    let findings = judged(detector("protocol_mismatch"), &rows, 8).findings;
    assert!(findings.iter().any(|finding| finding.because.contains("10.1.0.17 speaks ssh with 29.0.0.1")));
}

#[test]
fn known_devices_and_services_of_several_are_spared() {
    assert_eq!(raises(&office(1, 0..5, 40), 4), [""; 0]);
}

/// Devices that know their makers only, who vouch for nobody.
fn devices(day: f64, n: i64) -> Vec<Row> {
    (0..n)
        .flat_map(|i| {
            tls((day + 0.3) * DAY_S + i as f64, &format!("10.3.1.{i}"), &format!("28.1.0.{i}"), 8_886, "", true)
        })
        .collect()
}

#[test]
fn devices_are_compared_with_devices_on_their_first_day() {
    let rows = [office(1, 0..1, 60), devices(0.0, 8)].concat();
    assert_eq!(raises(&rows, 0), [""; 0]);
    // At a desk the same is as odd as before.
    let rows = [office(1, 0..5, 60), devices(0.0, 8), tls(4.5 * DAY_S, VICTIM, "29.0.0.1", 8_886, "", true)].concat();
    assert_eq!(raises(&rows, 4), ["10.1.0.17 29.0.0.1 T1571 T1573"]);
}

#[test]
fn a_device_is_known_again_however_many_strangers_others_talk_to() {
    let strangers = |day: f64| {
        (0..12_000).map(move |i| {
            connection(
                (day + 0.5) * DAY_S + f64::from(i),
                VICTIM,
                &format!("31.{}.{}.9", i / 250, i % 250),
                7_000 + i64::from(i),
                "",
            )
        })
    };
    let device = |day: f64| tls((day + 0.3) * DAY_S, VICTIM, "29.0.0.1", 4_444, "", true);
    let rows: Vec<Row> =
        office(1, 0..5, 40).into_iter().chain(strangers(3.0)).chain([3.0, 4.0].into_iter().flat_map(device)).collect();
    assert_eq!(raises(&rows, 4), [""; 0]);
}

#[test]
fn games_on_ports_of_their_own_are_spared() {
    let game = (0..200).map(|i| {
        connection(4.5 * DAY_S + f64::from(i), VICTIM, &format!("31.0.{}.9", i), 27_000 + i64::from(i), "")
            .with("protocol", "udp")
    });
    assert_eq!(raises(&[office(1, 0..5, 40), game.collect()].concat(), 4), [""; 0]);
}

#[test]
fn quiet_days_raise_little() {
    let raised: usize = (1..=10).map(|seed| raises(&office(seed, 0..5, 30), 4).len()).sum();
    assert!(raised <= 1, "{raised} of 10 days");
}

#[test]
fn p_values_keep_their_promise() {
    let quiet = (1..=10).map(|seed| judged(detector("protocol_mismatch"), &office(seed, 0..4, 30), 3));
    p_values_stay(quiet, &[0.1, 0.05, 0.01, 0.001], |level, _| level * 1.2 + 0.001);
}

#[test]
fn hostile_rows_bring_nothing_down() {
    (0..20).for_each(|seed| survives("protocol_mismatch", seed));
}

#[test]
fn cases() {
    corpus("protocol_mismatch");
}
