//! Accounts that are used as never before: found, spared, and the error rate kept.

use schema::Finding;

use crate::{
    diary::{self, DAY, Diary},
    organization::{Dice, HOUR, START},
    rig::{p_values_stay, within_three_errors},
};

const NAME: &str = "new_access";
const N_DAYS: i64 = 15;
const N_PEOPLE: u64 = 150;

/// One logon.
#[derive(Debug, Clone)]
struct Logon {
    user: String,
    ip: String,
    country: &'static str,
    client: &'static str,
    device: String,
}

/// People who log on from their office, their home and a carrier; one in fifty a day is on a journey.
fn people(seed: u64) -> Diary {
    let mut dice = Dice(seed);
    let mut diary = Diary::default();
    for day in 0..N_DAYS {
        for person in 0..N_PEOPLE {
            for _ in 0..4 {
                let logon = usual(&mut dice, person);
                let at = START + day * DAY + (dice.between(7.0, 19.0) * HOUR as f64) as i64;
                log(&mut diary, at, &logon);
            }
            if dice.unit() < 0.02 {
                let place = ["FR", "NL", "US", "AT"][(dice.unit() * 4.0) as usize % 4];
                let ip = format!("24.{}.7.9", (dice.unit() * 200.0) as u32);
                let logon = Logon { ip, country: place, ..usual(&mut dice, person) };
                // The day after the last logon at home, and before the next.
                log(&mut diary, START + day * DAY + 2 * HOUR, &logon);
            }
        }
    }
    diary
}

fn usual(dice: &mut Dice, person: u64) -> Logon {
    let ip = match (dice.unit() * 10.0) as u32 {
        0..6 => "31.5.5.5".to_owned(),
        6..9 => format!("32.{}.1.4", person % 200),
        _ => format!("33.7.{}.8", (dice.unit() * 20.0) as u32),
    };
    Logon {
        user: format!("person{person}"),
        ip,
        country: "DE",
        client: ["Firefox/120.0 Linux", "Chrome/119.2 Windows", "Safari/17.1 Mac"][person as usize % 3],
        device: format!("pc{person}"),
    }
}

fn log(diary: &mut Diary, at: i64, logon: &Logon) {
    let cells = [
        ("user", logon.user.as_str()),
        ("src_ip", &logon.ip),
        ("country", logon.country),
        ("client", logon.client),
        ("src_host", &logon.device),
        ("host", "mail.example"),
        ("action", "logon"),
        ("success", "true"),
        ("protocol", "saml"),
    ];
    diary.add(at, "logons", &cells);
}

fn stranger(user: &str) -> Logon {
    Logon {
        user: user.to_owned(),
        ip: "45.9.9.9".to_owned(),
        country: "BR",
        client: "python-requests/2.31",
        device: "kali".to_owned(),
    }
}

fn last_day(hours: f64) -> i64 {
    START + (N_DAYS - 1) * DAY + (hours * HOUR as f64) as i64
}

fn found(findings: &[Finding], who: &str) -> bool {
    findings.iter().any(|finding| finding.subject.value == who)
}

#[test]
fn a_stranger_with_the_password_is_found_and_explained() {
    let mut diary = people(1);
    log(&mut diary, last_day(14.0), &stranger("person7"));
    let findings = diary.findings(NAME, N_DAYS);
    let strength = |finding: &&Finding| finding.p_value.unwrap_or(1.0);
    let finding = findings.iter().min_by(|a, b| strength(a).total_cmp(&strength(b))).expect("a finding");
    assert_eq!((finding.subject.value.as_str(), finding.techniques.as_slice()), ("person7", &["T1078".to_owned()][..]));
    for said in ["country BR", "none of 149 other accounts", "python-requests", "1 in "] {
        assert!(finding.because.contains(said), "{said}: {}", finding.because);
    }
    assert!(finding.query.as_ref().is_some_and(|query| query.contains("lower(\"user\") = 'person7'")));
    assert!(!finding.evidence.is_empty());
}

#[test]
fn ordinary_days_have_no_finding() {
    let proven: usize = (1..=5).map(|seed| people(seed).proven(NAME, N_DAYS).len()).sum();
    assert!(proven <= 1, "{proven} in five days of which nothing is to be told");
}

#[test]
fn a_new_exit_of_the_vpn_is_no_finding() {
    let mut diary = people(2);
    for person in 0..N_PEOPLE {
        let logon = Logon { ip: "77.1.1.1".to_owned(), country: "SE", ..usual(&mut Dice(3), person) };
        log(&mut diary, last_day(9.0 + person as f64 / 100.0), &logon);
    }
    let proven = diary.proven(NAME, N_DAYS);
    assert!(proven.is_empty(), "{proven:#?}");
}

#[test]
fn a_shared_account_that_comes_from_everywhere_is_no_finding() {
    let mut diary = people(4);
    let mut dice = Dice(9);
    for day in 0..N_DAYS {
        for _ in 0..3 {
            let country = ["BR", "IN", "ZA", "PL", "JP", "CA", "MX", "VN"][(dice.unit() * 8.0) as usize % 8];
            let ip = format!("5.{}.{}.1", (dice.unit() * 200.0) as u32, (dice.unit() * 200.0) as u32);
            let device = format!("guest{}", (dice.unit() * 1e6) as u32);
            let logon = Logon { ip, country, device, ..stranger("support") };
            log(&mut diary, START + day * DAY + (dice.between(0.0, 24.0) * HOUR as f64) as i64, &logon);
        }
    }
    assert!(!found(&diary.proven(NAME, N_DAYS), "support"));
}

#[test]
fn new_staff_are_no_finding() {
    let mut diary = people(5);
    for person in 900..905 {
        log(&mut diary, last_day(9.0), &usual(&mut Dice(person), person));
    }
    let proven = diary.proven(NAME, N_DAYS);
    assert!(proven.is_empty(), "{proven:#?}");
}

#[test]
fn nobody_is_in_two_places_at_once() {
    let mut diary = people(6);
    let device = "pc8".to_owned();
    let abroad = Logon { ip: "24.9.9.9".to_owned(), country: "US", device, ..usual(&mut Dice(1), 8) };
    log(&mut diary, last_day(12.0), &abroad);
    let findings = diary.findings(NAME, N_DAYS);
    let finding = findings.iter().find(|finding| finding.subject.value == "person8").expect("at least a lead");
    assert!(finding.because.contains("faster than anyone travels"), "{}", finding.because);
}

#[test]
fn without_a_past_it_is_a_lead_at_most() {
    let mut diary = people(7);
    diary.rows.retain(|row| row.at < START + DAY);
    log(&mut diary, START + 14 * HOUR, &stranger("person7"));
    assert!(diary.proven(NAME, 1).is_empty());
    let findings = diary.findings(NAME, 1);
    let strength = |finding: &&Finding| finding.p_value.unwrap_or(1.0);
    let first = findings.iter().min_by(|a, b| strength(a).total_cmp(&strength(b))).expect("a lead");
    assert_eq!(first.subject.value, "person7");
    assert!(first.because.contains("no past yet"), "{}", first.because);
}

/// One-sided: surprises are whole things, so p-values are larger than uniform ones and never smaller.
#[test]
fn p_values_are_no_smaller_than_they_may_be() {
    p_values_stay((20..32).map(|seed| people(seed).judged(NAME, N_DAYS)), &[0.05, 0.01, 0.001], within_three_errors);
}

/// The first column is how much of a stranger it is.
#[test]
fn power_grows_with_strangeness() {
    let mut found_of = [0; 3];
    for seed in 40..46 {
        let known = usual(&mut Dice(1), 3);
        let all = stranger("person3");
        let grades = [
            Logon { ip: all.ip.clone(), ..known.clone() },
            Logon { ip: all.ip.clone(), country: all.country, ..known.clone() },
            all,
        ];
        for (n_found, logon) in found_of.iter_mut().zip(grades) {
            let mut diary = people(seed);
            log(&mut diary, last_day(14.0), &logon);
            *n_found += usize::from(found(&diary.proven(NAME, N_DAYS), "person3"));
        }
    }
    println!("found of 6: network {}, and country {}, and client and device {}", found_of[0], found_of[1], found_of[2]);
    assert!(found_of[0] <= 1 && found_of[2] >= 3, "{found_of:?}");
}

#[test]
fn order_of_rows_does_not_matter() {
    let mut diary = people(8);
    diary.rows.truncate(3_000);
    diary.reads_in_any_order(NAME);
}

#[test]
fn what_attackers_write_is_only_text() {
    let mut diary = people(9);
    let user = "o'brien\"; DROP TABLE logons;--\u{202e}".repeat(20);
    log(&mut diary, last_day(3.0), &Logon { ip: "not an address".to_owned(), country: "'", ..stranger(&user) });
    log(&mut diary, last_day(3.0), &Logon { device: "ü".repeat(400), ..stranger("person1") });
    for finding in diary.findings(NAME, N_DAYS) {
        let query = finding.query.unwrap_or_default();
        assert_eq!(query.matches('\'').count() % 2, 0, "{query}");
    }
}

#[test]
fn corpus() {
    diary::check_corpus(NAME);
}
