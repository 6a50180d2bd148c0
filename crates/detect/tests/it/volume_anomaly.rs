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

/// Requests of one hour to one site: a page and what belongs to it, from four networks.
fn requests(dice: &mut Dice, day: i64, hour: i64, site: &str, n: f64) -> Vec<Row> {
    let at = day as f64 * DAY_S + hour as f64 * 3_600.0;
    (0..n as i64)
        .map(|i| {
            let path = if i % 3 == 0 { "/" } else { "/item" };
            request(at + 3_600.0 * (i as f64 + dice.unit()) / (n + 1.0), site, path, 64_500 + i % 4)
        })
        .collect()
}

fn request(at: f64, site: &str, path: &str, asn: i64) -> Row {
    Row::new("http_requests", at)
        .with("source", "/logs/edge/2026-01-05/http.json")
        .with("host", site)
        .with("path", path)
        .with("asn", asn)
        .with("status", 200)
}

/// `n` requests for one page within some minutes, from one network.
fn flood(day: i64, hour: f64, minutes: f64, n: i64) -> Vec<Row> {
    let at = day as f64 * DAY_S + hour * 3_600.0;
    (0..n).map(|i| request(at + 60.0 * minutes * i as f64 / n as f64, SITES[0], "/search", 65_000)).collect()
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
fn a_flood_of_minutes_is_found_and_explained() {
    for days in [8..9, 0..9] {
        let mut rows = sites(1, days, |_, _, _| 4.0);
        rows.extend(flood(8, 15.2, 10.0, 2_000));
        assert_eq!(raises(&rows, 8), ["www.shop.com flood"]);
        let finding = raised("volume_anomaly", &rows, 8).remove(0);
        assert!(finding.because.contains("minutes from 2026-01-13T15:1"), "{}", finding.because);
        assert_eq!(finding.techniques, ["T1499"]);
        assert!(finding.n_records > 2_000 && finding.n_records < 4_000, "{}", finding.because);
        keeps_the_contract("volume_anomaly", &rows, 8);
    }
}

#[test]
fn a_flood_of_connections_names_its_target() {
    let attempts = |n: i64, hour: f64| {
        (0..n).map(move |i| {
            Row::new("connections", 8.0 * DAY_S + hour * 3_600.0 + i as f64 * 0.2)
                .with("source", "conn.log")
                .with("src_ip", format!("23.1.{}.{}", i % 250, i % 199))
                .with("dst_ip", "10.9.9.9")
        })
    };
    let rows: Vec<Row> =
        (0..24).flat_map(|hour| attempts(if hour == 12 { 9_000 } else { 40 }, f64::from(hour))).collect();
    assert_eq!(raises(&rows, 8), ["10.9.9.9 flood"]);
}

#[test]
fn what_our_own_hosts_do_together_is_spared() {
    let backup = |hour: i64| {
        (0..if hour == 2 { 3_000 } else { 50 }).map(move |i| {
            Row::new("connections", hour as f64 * 3_600.0 + i as f64)
                .with("source", "conn.log")
                .with("src_ip", format!("10.1.{}.{}", i % 9, i % 199))
                .with("dst_ip", "10.9.9.9")
        })
    };
    let rows: Vec<Row> = (0..24).flat_map(backup).collect();
    assert_eq!(raises(&rows, 0), [""; 0]);
}

#[test]
fn errors_of_a_site_are_found() {
    let mut rows = sites(1, 0..1, |_, _, _| 10.0);
    let failing = |row: Row| {
        let hour = (row.at - crate::organization::START) as f64 / 3.6e9;
        if row.says("www.shop.com") && (13.1..13.6).contains(&hour) { row.with("status", 522) } else { row }
    };
    rows = rows.into_iter().map(failing).collect();
    assert_eq!(raises(&rows, 0), ["www.shop.com flood"]);
    assert!(raised("volume_anomaly", &rows, 0)[0].because.contains("with an error"));
}

/// Without what came in these hours.
fn without(rows: Vec<Row>, hours: std::ops::Range<f64>, is_missing: impl Fn(&Row) -> bool) -> Vec<Row> {
    let hour = |row: &Row| (row.at - crate::organization::START) as f64 / 3.6e9;
    rows.into_iter().filter(|row| !(hours.contains(&hour(row)) && is_missing(row))).collect()
}

#[test]
fn silence_of_minutes_is_found_on_the_first_day() {
    let rows = without(sites(1, 0..1, |_, _, _| 20.0), 11.0..11.5, |row| row.says("www.shop.com"));
    assert_eq!(raises(&rows, 0), ["www.shop.com silence"]);
    keeps_the_contract("volume_anomaly", &rows, 0);
}

#[test]
fn silence_of_hours_is_found() {
    let rows =
        sites(1, 0..9, |day, hour, site| if day == 8 && (10..20).contains(&hour) && site == 0 { 0.0 } else { 20.0 });
    assert_eq!(raises(&rows, 8), ["www.shop.com silence"]);
}

#[test]
fn silence_of_a_sensor_is_not_that_of_what_it_sees() {
    let seen_inside = (0..24 * 400).map(|i| {
        let at = f64::from(i) * 9.0;
        let table = if i % 2 == 0 { "connections" } else { "dns_queries" };
        let row = Row::new(table, at).with("source", "/logs/branch/2026-01-05/any.log");
        if table == "connections" { row.with("src_ip", "10.1.1.1").with("dst_ip", "10.1.1.2") } else { row }
    });
    let rows: Vec<Row> = sites(1, 0..1, |_, _, _| 20.0).into_iter().chain(seen_inside).collect();
    let branch = without(rows.clone(), 11.0..12.0, |row| row.says("/logs/branch/2026-01-05/any.log"));
    assert_eq!(raises(&branch, 0), ["sensor branch silence"]);
    let edge = without(rows, 11.0..12.0, |row| row.table == "http_requests");
    assert_eq!(raises(&edge, 0), ["sensor edge silence"]);
}

#[test]
fn a_launch_for_all_and_one_for_a_site_are_spared() {
    let rows = sites(1, 0..9, |day, hour, _| if day == 8 && hour > 9 { 6.0 } else { 5.0 });
    assert_eq!(raises(&rows, 8), [""; 0]);
    for days in [8..9, 0..9] {
        let rows = sites(1, days, |day, hour, site| if (day, hour, site) == (8, 12, 0) { 60.0 } else { 10.0 });
        assert_eq!(raises(&rows, 8), [""; 0], "more of all that the site always gets");
    }
}

#[test]
fn what_comes_at_the_same_time_every_day_is_spared() {
    let mut rows = sites(1, 0..9, |_, _, _| 4.0);
    (0..9).for_each(|day| rows.extend(flood(day, 3.0, 10.0, 2_000)));
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

/// A day of visitors of one site, each of whom asks for twenty things within a minute, from one network of eight.
fn visitors(seed: u64, an_hour: f64) -> Vec<Row> {
    let mut dice = Dice(seed);
    let (mut at, mut rows) = (0.0, Vec::new());
    while at < DAY_S {
        let busy = 1.2 - ((at / 3_600.0 - 3.0) / 24.0 * std::f64::consts::TAU).cos();
        at -= dice.between(1e-9, 1.0).ln() * 3_600.0 / (an_hour * busy);
        let (page, asn) = (dice.between(0.0, 12.0) as i64, 64_500 + (8.0 * dice.unit() * dice.unit()) as i64);
        rows.extend((0..20).map(|i| {
            let path = if i % 5 == 0 { format!("/page{page}") } else { format!("/asset{}", i % 5) };
            request(at + f64::from(i) * 3.0, SITES[0], &path, asn)
        }));
    }
    rows
}

#[test]
fn visitors_who_ask_for_much_at_once_are_no_flood() {
    let quiet = || (1..=12).map(|seed| visitors(seed, 12.0)).chain((1..=4).map(|seed| visitors(seed, 60.0)));
    let raised: usize = quiet().map(|rows| raises(&rows, 0).len()).sum();
    assert!(raised <= 1, "{raised} of 16 days");
    p_values_stay(
        quiet().map(|rows| judged(detector("volume_anomaly"), &rows, 0)),
        &[0.1, 0.05, 0.01],
        within_a_hundredth,
    );
}

#[test]
fn power_grows_with_the_flood() {
    let found = |n: i64| {
        (1..=10)
            .filter(|seed| {
                let mut rows = sites(*seed, 0..1, |_, _, _| 10.0);
                rows.extend(flood(0, 13.3, 10.0, n));
                !raises(&rows, 0).is_empty()
            })
            .count()
    };
    let power: Vec<usize> = [20, 100, 300, 1_000].into_iter().map(found).collect();
    println!("found of 10 with 20, 100, 300, 1,000 requests more in ten minutes: {power:?}");
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
