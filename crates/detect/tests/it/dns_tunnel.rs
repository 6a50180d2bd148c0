//! Tunnels that are found, and look-ups that are spared.

use crate::{
    organization::Dice,
    rig::{Row, corpus, detector, judged, keeps_the_contract, p_values_stay, raised, survives, within_three_errors},
};

const DAY_S: f64 = 86_400.0;
const VICTIM: &str = "10.1.0.17";

fn query(at: f64, src: &str, name: &str, kind: &str) -> Row {
    Row::new("dns_queries", at)
        .with("src_ip", src)
        .with("query", name)
        .with("query_type", kind)
        .with("response_code", "NOERROR")
}

fn word(dice: &mut Dice, n: usize, letters: &[u8]) -> String {
    (0..n).map(|_| char::from(letters[(dice.unit() * letters.len() as f64) as usize])).collect()
}

const BASE32: &[u8] = b"abcdefghijklmnopqrstuvwxyz234567";

/// Days of an office: common sites, sites with numbered servers, a content network that hashes its names, and a virus
/// scanner that asks for the reputation of files by name, on every host.
fn office(seed: u64, days: std::ops::Range<i64>, n_hosts: usize) -> Vec<Row> {
    let mut rows = Vec::new();
    for day in days {
        let mut dice = Dice(seed * 10_000 + day as u64);
        for host in 0..n_hosts {
            let src = format!("10.1.0.{}", host + 10);
            for _ in 0..60 {
                let at = day as f64 * DAY_S + dice.between(28_800.0, 64_800.0);
                let site = (1.0 / (1.0 - 0.999 * dice.unit())) as u32;
                let name = match dice.unit() {
                    u if u < 0.7 => format!("www.site{site}.com"),
                    u if u < 0.9 => format!("img{}.media.site{site}.com", (u * 1_000.0) as u32),
                    _ => format!("d{}.cdn{}.net", word(&mut dice, 13, BASE32), site % 40),
                };
                rows.push(query(at, &src, &name, "A"));
            }
            for _ in 0..40 {
                let at = day as f64 * DAY_S + dice.between(0.0, 86_000.0);
                rows.push(query(
                    at,
                    &src,
                    &format!("{}.files.avvendor.com", word(&mut dice, 40, b"0123456789abcdef")),
                    "A",
                ));
            }
        }
    }
    rows
}

/// `bytes` in names of about thirty bytes each, evenly over a day.
fn tunnel(seed: u64, day: i64, bytes: f64) -> Vec<Row> {
    let mut dice = Dice(seed);
    let n = (bytes / 30.0).ceil();
    (0..n as i64)
        .map(|i| {
            query(
                day as f64 * DAY_S + i as f64 * DAY_S / n,
                VICTIM,
                &format!("{}.t.quietzone.org", word(&mut dice, 52, BASE32)),
                "TXT",
            )
        })
        .collect()
}

fn raises(rows: &[Row], day: i64) -> Vec<String> {
    let object =
        |finding: &schema::Finding| finding.object.as_ref().map_or(String::new(), |object| object.value.clone());
    raised("dns_tunnel", rows, day)
        .iter()
        .map(|finding| format!("{} {}", finding.subject.value, object(finding)))
        .collect()
}

#[test]
fn a_tunnel_is_found_and_explained() {
    for (first, day) in [(0, 0), (0, 7)] {
        let rows = [office(1, first..day + 1, 30), tunnel(3, day, 100_000.0)].concat();
        assert_eq!(raises(&rows, day), ["10.1.0.17 quietzone.org"]);
        let finding = raised("dns_tunnel", &rows, day).remove(0);
        assert!(finding.because.contains("no other host asks for it"), "{}", finding.because);
        keeps_the_contract("dns_tunnel", &rows, day);
    }
}

#[test]
fn a_tunnel_on_a_lone_host_is_found() {
    assert_eq!(raises(&tunnel(3, 0, 1_000_000.0), 0), ["10.1.0.17 quietzone.org"]);
}

#[test]
fn many_resolvers_do_not_hide_it() {
    let rows: Vec<Row> = tunnel(3, 0, 100_000.0)
        .into_iter()
        .enumerate()
        .map(|(i, row)| row.with("dst_ip", format!("9.9.9.{}", i % 40)))
        .collect();
    assert_eq!(raises(&[office(1, 0..1, 30), rows].concat(), 0), ["10.1.0.17 quietzone.org"]);
}

#[test]
fn a_resolver_asks_for_its_clients() {
    let resolver = "10.1.0.2";
    for day in [0, 6] {
        let asked = [office(1, 0..day + 1, 30), tunnel(3, day, 300_000.0)].concat();
        let forwarded = tunnel(3, day, 300_000.0).into_iter().map(|row| row.with("src_ip", resolver));
        let mut rows: Vec<Row> = asked.into_iter().map(|row| row.with("dst_ip", resolver)).collect();
        rows.extend(forwarded.map(|row| row.with("dst_ip", "9.9.9.9")));
        assert_eq!(raises(&rows, day), ["10.1.0.17 quietzone.org"]);
        let finding = raised("dns_tunnel", &rows, day).remove(0);
        assert!(finding.because.contains("no other host asks for it"), "{}", finding.because);
    }
}

/// Two machines that ask a third one do not make it a resolver: an intruder has no more than one or two.
#[test]
fn being_asked_by_a_friend_hides_nothing() {
    let mut rows = [office(1, 0..1, 30), tunnel(3, 0, 300_000.0)].concat();
    for friend in ["10.1.0.18", "10.1.0.19", VICTIM] {
        rows.push(query(40_000.0, friend, "www.site1.com", "A").with("dst_ip", VICTIM));
    }
    assert_eq!(raises(&rows, 0), ["10.1.0.17 quietzone.org"]);
}

#[test]
fn block_lists_and_reverse_zones_are_spared() {
    let mut dice = Dice(4);
    let mut rows = office(1, 0..1, 30);
    for i in 0..20_000 {
        let mut n = || (dice.unit() * 255.0) as u8;
        let address = format!("{}.{}.{}.{}", n(), n(), n(), n());
        rows.push(query(4.0 * f64::from(i), "10.2.0.25", &format!("{address}.zen.blocklist.org"), "A"));
        rows.push(query(4.0 * f64::from(i), "10.2.0.25", &format!("{address}.in-addr.arpa"), "PTR"));
    }
    assert_eq!(raises(&rows, 0), [""; 0]);
}

#[test]
fn telemetry_of_a_lone_host_is_known_after_a_week() {
    let mut dice = Dice(5);
    let mut rows = office(1, 0..8, 30);
    for i in 0..8 * 300 {
        let name = format!("{}.report.vendor9.com", word(&mut dice, 32, b"0123456789abcdef"));
        rows.push(query(f64::from(i) * 288.0, VICTIM, &name, "A"));
    }
    assert_eq!(raises(&rows, 7), [""; 0]);
}

#[test]
fn signed_zones_and_discovery_are_spared() {
    let rows = (0..5_000).map(|i| {
        query(
            f64::from(i) * 15.0,
            VICTIM,
            if i % 2 == 0 { "_ldap._tcp.dc._msdcs.example.org" } else { "example.org" },
            ["DNSKEY", "DS", "SRV"][i as usize % 3],
        )
    });
    assert_eq!(raises(&[office(1, 0..1, 30), rows.collect()].concat(), 0), [""; 0]);
}

#[test]
fn quiet_days_raise_little() {
    let raised: usize =
        (1..=20).map(|seed| raises(&office(seed, 0..1, 30), 0).len() + raises(&office(seed, 0..7, 20), 6).len()).sum();
    assert!(raised <= 3, "{raised} of 40 days");
}

/// Each host uses, on every third day, a product of its own that puts ids into names: as much as is believed of hosts of
/// which nothing is known, and at times ten times that.
fn with_products(seed: u64, n_days: i64) -> Vec<Row> {
    let mut rows = office(seed, 0..n_days, 30);
    for day in 0..n_days {
        let mut dice = Dice(seed * 777 + day as u64);
        for host in (0..30).filter(|host| (host + day) % 3 == 0) {
            // Box and Muller's normal distribution.
            let normal = (-2.0 * dice.unit().max(1e-12).ln()).sqrt() * (std::f64::consts::TAU * dice.unit()).cos();
            let bytes = 300.0 * normal.exp();
            let src = format!("10.1.0.{}", host + 10);
            for _ in 0..(bytes / 10.0) as usize {
                let name = format!("{}.v{host}.vendor{host}.com", word(&mut dice, 20, b"0123456789abcdef"));
                rows.push(query(day as f64 * DAY_S + dice.between(0.0, 86_000.0), &src, &name, "A"));
            }
        }
    }
    rows
}

/// What is tested are the p-values of few hosts, given that they are small.
#[test]
fn p_values_keep_their_promise() {
    for (n_days, n_offices) in [(1, 200), (7, 40)] {
        let quiet =
            (1..=n_offices).map(|seed| judged(detector("dns_tunnel"), &with_products(seed, n_days), n_days - 1));
        p_values_stay(quiet, &[0.5, 0.2, 0.1, 0.05], within_three_errors);
    }
}

#[test]
fn power_grows_with_the_rate() {
    let found = |bytes: f64| {
        (1..=10)
            .filter(|seed| {
                raises(&[office(*seed, 0..7, 30), tunnel(*seed, 6, bytes)].concat(), 6)
                    .iter()
                    .any(|line| line.starts_with(VICTIM))
            })
            .count()
    };
    let power: Vec<usize> = [2_000.0, 5_000.0, 20_000.0, 60_000.0].into_iter().map(found).collect();
    println!("found of 10 at 2, 5, 20, 60 kB a day: {power:?}");
    assert!(power[2] >= 8 && power[3] == 10, "{power:?}");
}

#[test]
fn hostile_rows_bring_nothing_down() {
    (0..20).for_each(|seed| survives("dns_tunnel", seed));
}

#[test]
fn cases() {
    corpus("dns_tunnel");
}
