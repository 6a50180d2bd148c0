//! Names that algorithms make are found, and those that only look so are spared.

use crate::{
    organization::Dice,
    rig::{Row, corpus, keeps_the_contract, raised, survives},
};

const DAY_S: f64 = 86_400.0;
const VICTIM: &str = "10.1.0.17";

fn query(at: f64, src: &str, name: &str, code: &str) -> Row {
    Row::new("dns_queries", at).with("src_ip", src).with("query", name).with("response_code", code)
}

fn letters(dice: &mut Dice, n: usize, alphabet: &str) -> String {
    let letters: Vec<char> = alphabet.chars().collect();
    (0..n).map(|_| letters[(dice.unit() * letters.len() as f64) as usize]).collect()
}

const LATIN: &str = "abcdefghijklmnopqrstuvwxyz";
const HEX: &str = "0123456789abcdef";

/// Words that people mistype, and of which forgotten names are made.
const WORDS: [&str; 16] = [
    "garden", "travel", "bakery", "summit", "records", "planet", "market", "studio", "river", "school", "photo",
    "kitchen", "repair", "family", "silver", "bridge",
];

/// Days of an office: sites that exist, slips of the finger, forgotten sites, a content network with hashed names that
/// exist, and a virus scanner's look-ups below one name.
fn office(seed: u64, days: std::ops::Range<i64>, n_hosts: usize) -> Vec<Row> {
    let mut rows = Vec::new();
    for day in days {
        let mut dice = Dice(seed * 10_000 + day as u64);
        for host in 0..n_hosts {
            let src = format!("10.1.0.{}", host + 10);
            let mut ask = |dice: &mut Dice, name: &str, code: &str| {
                let at = day as f64 * DAY_S + dice.between(28_800.0, 64_800.0);
                rows.push(query(at, &src, name, code));
            };
            for _ in 0..30 {
                let word = WORDS[(dice.unit() * 16.0) as usize];
                let other = WORDS[(dice.unit() * 16.0) as usize];
                ask(&mut dice, &format!("www.{word}{other}.com"), "NOERROR");
                let hashed = letters(&mut dice, 14, HEX);
                ask(&mut dice, &format!("d{hashed}.cloudfront.net"), "NOERROR");
                let file = letters(&mut dice, 40, HEX);
                ask(&mut dice, &format!("{file}.files.avvendor.com"), "NXDOMAIN");
            }
            for _ in 0..(dice.unit() * 10.0) as usize {
                let word = WORDS[(dice.unit() * 16.0) as usize];
                let mut other = WORDS[(dice.unit() * 16.0) as usize].to_owned();
                other.remove(other.len() / 2);
                ask(&mut dice, &format!("{word}{other}.com"), "NXDOMAIN");
            }
        }
    }
    rows
}

/// `n` generated names that do not exist, over some hours of a day.
fn infected(seed: u64, day: i64, n: usize) -> Vec<Row> {
    let mut dice = Dice(seed);
    (0..n)
        .map(|i| {
            let length = 10 + (dice.unit() * 8.0) as usize;
            let name = format!("{}.com", letters(&mut dice, length, LATIN));
            query(day as f64 * DAY_S + 36_000.0 + 30.0 * i as f64, VICTIM, &name, "NXDOMAIN")
        })
        .collect()
}

fn hosts(rows: &[Row], day: i64) -> Vec<String> {
    raised("generated_domains", rows, day).into_iter().map(|finding| finding.subject.value).collect()
}

#[test]
fn an_infected_host_is_found_and_explained() {
    for day in [0, 6] {
        let mut rows = [office(1, 0..day + 1, 30), infected(3, day, 60)].concat();
        rows.push(query(day as f64 * DAY_S + 40_000.0, VICTIM, "qxkvjzhrwtbn.net", "NOERROR"));
        let found = raised("generated_domains", &rows, day);
        assert_eq!(found.len(), 1, "{found:#?}");
        assert_eq!(found[0].subject.value, VICTIM);
        // Its slips of the finger and what its virus scanner asks are no evidence.
        assert!((40..=63).contains(&found[0].n_records), "{}", found[0].n_records);
        assert!(
            found[0].because.contains("qxkvjzhrwtbn.net, which is spelled like them, exists"),
            "{}",
            found[0].because
        );
        keeps_the_contract("generated_domains", &rows, day);
    }
}

#[test]
fn power_grows_with_the_number_of_names() {
    let share = |n: usize| {
        let found = (0..10).filter(|seed| {
            let rows = [office(40 + seed, 0..1, 30), infected(100 + seed, 0, n)].concat();
            hosts(&rows, 0) == [VICTIM]
        });
        found.count()
    };
    let shares: Vec<usize> = [4, 10, 20, 40].into_iter().map(share).collect();
    println!("found of 10, with 4, 10, 20, 40 names: {shares:?}");
    assert!(shares[0] < 9 && shares[1] >= 8 && shares[3] == 10, "{shares:?}");
}

#[test]
fn an_ordinary_office_raises_nothing() {
    for seed in 1..=6 {
        assert_eq!(hosts(&office(seed, 0..1, 40), 0), [""; 0], "seed {seed}");
    }
}

#[test]
fn what_many_ask_for_is_software_that_they_share() {
    let mut rows = office(1, 0..1, 30);
    for host in 0..30 {
        let src = format!("10.1.0.{}", host + 10);
        rows.extend(infected(7, 0, 40).into_iter().map(|row| row.with("src_ip", &src)));
    }
    assert_eq!(hosts(&rows, 0), [""; 0]);
}

#[test]
fn a_resolver_asks_for_others() {
    let resolver = "10.1.0.2";
    let mut rows: Vec<Row> = [office(1, 0..1, 30), infected(3, 0, 60)]
        .concat()
        .into_iter()
        .map(|row| row.with("dst_ip", resolver))
        .collect();
    rows.extend(infected(3, 0, 60).into_iter().map(|row| row.with("src_ip", resolver).with("dst_ip", "9.9.9.9")));
    assert_eq!(hosts(&rows, 0), [VICTIM]);
}

#[test]
fn a_habit_is_spared() {
    let mut rows = office(1, 0..7, 30);
    for day in 0..7 {
        rows.extend(infected(20 + day as u64, day, 60));
    }
    assert_eq!(hosts(&rows, 6), [""; 0], "a mail server that resolves what strangers write does so every day");
}

#[test]
fn nothing_that_a_log_says_brings_it_down() {
    (1..=4).for_each(|seed| survives("generated_domains", seed));
}

#[test]
fn cases() {
    corpus("generated_domains");
}
