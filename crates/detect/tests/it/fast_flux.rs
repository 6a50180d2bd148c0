//! Flux networks that are found, and scattered names that are spared.

use crate::{
    organization::Dice,
    rig::{Row, corpus, detector, judged, keeps_the_contract, p_values_stay, raised, survives, within_a_hundredth},
};

const DAY_S: f64 = 86_400.0;
const VICTIM: &str = "10.1.0.17";

fn answer(at: f64, src: &str, name: &str, addresses: Vec<String>, ttl: i64) -> Row {
    Row::new("dns_queries", at)
        .with("src_ip", src)
        .with("query", name)
        .with("answers", addresses)
        .with("ttl_s_min", ttl)
}

/// An address of the `nth` machine of a crowd.
fn stranger(seed: u64, nth: u64) -> String {
    let mut dice = Dice(seed * 100_003 + nth);
    let mut byte = |from: f64| dice.between(from, 223.0) as u8;
    format!("{}.{}.{}.{}", byte(11.0), byte(0.0), byte(0.0), byte(1.0))
}

/// Days of an office: sites with one address, sites behind content networks, round robins, and time pools for all.
fn office(seed: u64, days: std::ops::Range<i64>, n_hosts: usize) -> Vec<Row> {
    let mut rows = Vec::new();
    for day in days {
        let mut dice = Dice(seed * 10_000 + day as u64);
        for host in 0..n_hosts {
            let src = format!("10.1.0.{}", host + 10);
            for _ in 0..60 {
                let at = day as f64 * DAY_S + dice.between(28_800.0, 64_800.0);
                let site = (dice.unit() * 800.0) as u64;
                let n_networks = [1, 1, 1, 2, 3, 6][site as usize % 6];
                let network = (dice.unit() * f64::from(n_networks)) as u64;
                let addresses =
                    (1..4).map(|i| format!("{}.{}.0.{i}", 30 + site % 150, (site + network * 7) % 250)).collect();
                rows.push(answer(at, &src, &format!("www.site{site}.com"), addresses, 60));
            }
            for hour in 0..24 {
                let addresses = (0..4).map(|_| stranger(7, (dice.unit() * 3_000.0) as u64)).collect();
                rows.push(answer(
                    day as f64 * DAY_S + f64::from(hour) * 3_600.0,
                    &src,
                    "2.pool.timeservers.org",
                    addresses,
                    150,
                ));
            }
        }
    }
    rows
}

fn flux(seed: u64, day: i64, members: u64, contacts: u32) -> Vec<Row> {
    let mut dice = Dice(seed);
    (0..contacts)
        .map(|i| {
            let addresses = (0..5).map(|_| stranger(seed, (dice.unit() * members as f64) as u64)).collect();
            answer(day as f64 * DAY_S + 30_000.0 + 300.0 * f64::from(i), VICTIM, "login.quickpanel.biz", addresses, 120)
        })
        .collect()
}

fn raises(rows: &[Row], day: i64) -> Vec<String> {
    let object =
        |finding: &schema::Finding| finding.object.as_ref().map_or(String::new(), |object| object.value.clone());
    raised("fast_flux", rows, day)
        .iter()
        .map(|finding| format!("{} {}", finding.subject.value, object(finding)))
        .collect()
}

#[test]
fn a_flux_network_is_found_and_explained() {
    let day = 7;
    let rows = [office(1, 0..day + 1, 30), flux(5, day, 200, 60)].concat();
    assert_eq!(raises(&rows, day), ["10.1.0.17 quickpanel.biz"]);
    let finding = raised("fast_flux", &rows, day).remove(0);
    assert!(finding.because.contains("no other host asks for it"), "{}", finding.because);
    keeps_the_contract("fast_flux", &rows, day);
}

#[test]
fn on_a_first_day_it_is_a_lead() {
    let rows = [office(1, 0..1, 30), flux(5, 0, 200, 60)].concat();
    let findings = judged(detector("fast_flux"), &rows, 0).findings;
    let victim = findings.iter().find(|finding| finding.subject.value == VICTIM).expect("told");
    assert!(victim.p_value.expect("tested") < 0.1 && raises(&rows, 0).is_empty(), "{victim:#?}");
}

#[test]
fn pools_content_networks_and_round_robins_are_spared() {
    assert_eq!(raises(&office(2, 0..1, 30), 0), [""; 0]);
    assert_eq!(raises(&office(2, 0..7, 30), 6), [""; 0]);
}

#[test]
fn long_lived_answers_do_not_flux() {
    let rows = flux(5, 0, 200, 60).into_iter().map(|row| row.with("ttl_s_min", 86_400));
    assert_eq!(raises(&[office(1, 0..1, 30), rows.collect()].concat(), 0), [""; 0]);
}

#[test]
fn a_pool_of_one_host_is_known_after_a_week() {
    let pool = (0..8).flat_map(|day| flux(5, day, 400, 24));
    assert_eq!(raises(&[office(1, 0..8, 30), pool.collect()].concat(), 7), [""; 0]);
}

#[test]
fn a_pool_that_somebody_used_before_is_no_news() {
    let pool = flux(5, 2, 400, 60).into_iter().map(|row| row.with("src_ip", "10.1.0.12"));
    let rows = [office(1, 0..8, 30), pool.collect(), flux(6, 7, 400, 60)].concat();
    assert_eq!(raises(&rows, 7), [""; 0]);
}

#[test]
fn quiet_days_raise_little() {
    let raised: usize =
        (1..=20).map(|seed| raises(&office(seed, 0..1, 30), 0).len() + raises(&office(seed, 0..7, 20), 6).len()).sum();
    assert!(raised <= 2, "{raised} of 40 days");
}

#[test]
fn p_values_keep_their_promise() {
    let quiet = (1..=30).map(|seed| judged(detector("fast_flux"), &office(seed, 0..7, 30), 6));
    p_values_stay(quiet, &[0.1, 0.05, 0.01], within_a_hundredth);
}

#[test]
fn power_grows_with_the_machines() {
    let found = |members: u64| {
        (1..=10)
            .filter(|seed| !raises(&[office(*seed, 0..7, 30), flux(*seed, 6, members, 40)].concat(), 6).is_empty())
            .count()
    };
    let power: Vec<usize> = [15, 30, 60, 200].into_iter().map(found).collect();
    println!("found of 10 at 15, 30, 60, 200 machines: {power:?}");
    assert!(power[3] >= 9, "{power:?}");
}

#[test]
fn hostile_rows_bring_nothing_down() {
    (0..20).for_each(|seed| survives("fast_flux", seed));
}

#[test]
fn cases() {
    corpus("fast_flux");
}
