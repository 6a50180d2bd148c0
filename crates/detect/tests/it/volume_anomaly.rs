//! Floods and silences that are found, and movements that are spared.

use crate::{
    organization::Dice,
    rig::{Row, corpus, detector, judged, keeps_the_contract, p_values_stay, raised, survives, within_a_hundredth},
};

const DAY_S: f64 = 86_400.0;
const SITES: [&str; 8] = [
    "www.shop.com",
    "api.shop.com",
    "blog.shop.com",
    "img.shop.com",
    "pay.shop.com",
    "m.shop.com",
    "help.shop.com",
    "b2b.shop.com",
];

/// Requests of one hour to one site.
fn requests(dice: &mut Dice, day: i64, hour: i64, site: &str, n: f64) -> Vec<Row> {
    let at = day as f64 * DAY_S + hour as f64 * 3_600.0;
    (0..n as i64)
        .map(|i| {
            Row::new("http_requests", at + 3_600.0 * (i as f64 + dice.unit()) / (n + 1.0))
                .with("host", site)
                .with("path", if i % 3 == 0 { "/" } else { "/item" })
                .with("asn", 64_500 + i % 4)
        })
        .collect()
}

/// How many requests a site has at an hour: the rhythm of day and week, and some noise.
fn usual(dice: &mut Dice, day: i64, hour: i64, site: usize) -> f64 {
    let rhythm = 1.2 - ((hour as f64 - 3.0) / 24.0 * std::f64::consts::TAU).cos();
    // The first day is a Monday.
    let week = if [5, 6].contains(&day.rem_euclid(7)) { 0.4 } else { 1.0 };
    [40.0, 20.0, 10.0, 30.0, 5.0, 15.0, 4.0, 3.0][site] * rhythm * week * dice.between(0.8, 1.25)
}

/// Days of eight sites; `factor` says by how much a site at an hour differs.
fn sites(seed: u64, days: std::ops::Range<i64>, factor: impl Fn(i64, i64, usize) -> f64) -> Vec<Row> {
    let mut dice = Dice(seed);
    let mut rows = Vec::new();
    for day in days {
        for hour in 0..24 {
            for (i, site) in SITES.iter().enumerate() {
                let n = usual(&mut dice, day, hour, i) * factor(day, hour, i);
                rows.extend(requests(&mut dice, day, hour, site, n));
            }
        }
    }
    rows
}

fn raises(rows: &[Row], day: i64) -> Vec<String> {
    raised("volume_anomaly", rows, day)
        .iter()
        .map(|finding| format!("{} {}", finding.subject.value, finding.labels.join(" ")))
        .collect()
}

#[test]
fn a_flood_is_found_and_explained() {
    let rows = sites(1, 0..9, |day, hour, site| if (day, hour, site) == (8, 15, 0) { 30.0 } else { 1.0 });
    assert_eq!(raises(&rows, 8), ["www.shop.com flood"]);
    let finding = raised("volume_anomaly", &rows, 8).remove(0);
    assert!(finding.because.contains("in the hour from 2026-01-13T15:00:00Z"), "{}", finding.because);
    assert_eq!(finding.techniques, ["T1499"]);
    keeps_the_contract("volume_anomaly", &rows, 8);
}

#[test]
fn a_flood_of_connections_names_its_target() {
    let attempts = |n: i64, hour: f64| {
        (0..n).map(move |i| {
            Row::new("connections", 8.0 * DAY_S + hour * 3_600.0 + i as f64 * 0.2)
                .with("src_ip", format!("23.1.{}.{}", i % 250, i % 199))
                .with("dst_ip", "10.9.9.9")
        })
    };
    let rows: Vec<Row> =
        (0..24).flat_map(|hour| attempts(if hour == 12 { 9_000 } else { 40 }, f64::from(hour))).collect();
    assert_eq!(raises(&rows, 8), ["10.9.9.9 flood"]);
}

#[test]
fn the_first_day_knows_floods_only() {
    let rows = sites(1, 0..1, |_, hour, site| match (hour, site) {
        (15, 0) => 100.0,
        (12, 1) => 0.0,
        _ => 1.0,
    });
    assert_eq!(raises(&rows, 0), ["www.shop.com flood"]);
}

#[test]
fn silence_is_found() {
    let rows =
        sites(1, 0..9, |day, hour, site| if day == 8 && (10..20).contains(&hour) && site == 0 { 0.0 } else { 20.0 });
    assert_eq!(raises(&rows, 8), ["www.shop.com silence"]);
}

#[test]
fn a_launch_for_all_is_spared() {
    let rows = sites(1, 0..9, |day, hour, _| if day == 8 && hour > 9 { 6.0 } else { 5.0 });
    assert_eq!(raises(&rows, 8), [""; 0]);
}

#[test]
fn a_weekend_and_a_holiday_are_spared() {
    let quiet = sites(1, 0..13, |_, _, _| 10.0);
    assert_eq!(raises(&quiet, 12), [""; 0], "a Saturday");
    let holiday = sites(1, 0..9, |day, _, _| if day == 8 { 4.0 } else { 20.0 });
    assert_eq!(raises(&holiday, 8), [""; 0]);
}

#[test]
fn quiet_days_raise_little() {
    let raised: usize = (1..=10)
        .map(|seed| {
            raises(&sites(seed, 0..7, |_, _, _| 5.0), 6).len() + raises(&sites(seed, 0..1, |_, _, _| 5.0), 0).len()
        })
        .sum();
    assert!(raised <= 1, "{raised} of 20 days");
}

#[test]
fn p_values_keep_their_promise() {
    let quiet = (1..=15).map(|seed| judged(detector("volume_anomaly"), &sites(seed, 0..8, |_, _, _| 8.0), 7));
    p_values_stay(quiet, &[0.1, 0.05, 0.01], within_a_hundredth);
}

#[test]
fn power_grows_with_the_flood() {
    let found = |factor: f64| {
        (1..=10)
            .filter(|seed| {
                !raises(
                    &sites(
                        *seed,
                        0..8,
                        |day, hour, site| if (day, hour, site) == (7, 13, 0) { 10.0 * factor } else { 10.0 },
                    ),
                    7,
                )
                .is_empty()
            })
            .count()
    };
    let power: Vec<usize> = [2.0, 5.0, 10.0, 30.0].into_iter().map(found).collect();
    println!("found of 10 at 2, 5, 10, 30 times the usual: {power:?}");
    assert!(power[0] == 0 && power[2] >= 8 && power[3] == 10, "{power:?}");
}

#[test]
fn hostile_rows_bring_nothing_down() {
    (0..20).for_each(|seed| survives("volume_anomaly", seed));
}

#[test]
fn cases() {
    corpus("volume_anomaly");
}
