//! Names that imitate known ones: found in traffic and mail, and dealers, families of names and old acquaintances spared.

use schema::Finding;

use crate::{
    diary::{self, DAY, Diary},
    organization::{Dice, HOUR, START},
    rig::{keeps_the_contract, p_values_stay, survives, within_three_errors},
};

const NAME: &str = "lookalike_domain";
const N_DAYS: i64 = 12;

fn pick<'a>(dice: &mut Dice, of: &[&'a str]) -> &'a str {
    of[(dice.unit() * of.len() as f64) as usize]
}

/// A name that nobody knows, and that imitates nobody on purpose.
fn invented(dice: &mut Dice) -> String {
    const PARTS: [&str; 12] = ["bo", "mar", "tel", "ki", "ran", "ves", "lo", "dun", "pra", "sil", "og", "wen"];
    const WORDS: [&str; 10] = ["", "", "-online", "shop", "news", "-garden", "portal", "-info", "help", "travel"];
    let n = 3 + (dice.unit() * 2.0) as usize;
    let label: String = (0..n).map(|_| pick(dice, &PARTS)).collect();
    format!("{label}{}.{}", pick(dice, &WORDS), pick(dice, &["com", "net", "org", "de"]))
}

fn ask(diary: &mut Diary, at: i64, host: usize, name: &str, answer: &str) {
    let src = format!("10.1.0.{}", host + 10);
    let cells = [("src_ip", src.as_str()), ("query", name), ("response_code", "NOERROR"), ("answers", answer)];
    diary.add(at, "dns_queries", &cells);
}

fn visit(diary: &mut Diary, at: i64, host: usize, name: &str, dst: &str) {
    let src = format!("10.1.0.{}", host + 10);
    diary.add(at, "tls_sessions", &[("src_ip", src.as_str()), ("dst_ip", dst), ("server_name", name)]);
}

fn post(diary: &mut Diary, at: i64, host: usize, name: &str) {
    let src = format!("10.1.0.{}", host + 10);
    let cells = [("src_ip", src.as_str()), ("dst_ip", "203.0.113.9"), ("host", name), ("method", "POST")];
    diary.add(at, "http_requests", &cells);
}

fn mail(diary: &mut Diary, at: i64, from_domain: &str, links: &str) {
    let cells = [
        ("from_domain", from_domain),
        ("to_addresses", "anna@contosoworks.com"),
        ("url_hosts", links),
        ("direction", "inbound"),
    ];
    diary.add(at, "emails", &cells);
}

/// Forty hosts that use a dozen names every day and meet sixty new ones, and mail of which half comes from strangers.
/// Now and then a new name resembles a known one by nature: a dealer, a fan, a sister firm.
fn office(seed: u64) -> Diary {
    const DAILY: [&str; 6] =
        ["contosoworks.com", "merolixcloud.com", "paypal.com", "brightoffice.net", "tavernmail.com", "quadrasoft.io"];
    let mut dice = Dice(seed);
    let mut diary = Diary::default();
    for day in 0..N_DAYS {
        let at = |dice: &mut Dice| START + day * DAY + (dice.between(7.0, 19.0) * HOUR as f64) as i64;
        for name in DAILY {
            for host in 0..12 {
                let at = at(&mut dice);
                ask(&mut diary, at, host, &format!("www.{name}"), "198.51.100.7");
            }
        }
        for _ in 0..60 {
            let (at, host) = (at(&mut dice), (dice.unit() * 40.0) as usize);
            let name = match dice.unit() {
                share if share < 0.02 => format!("{}fans{}.com", pick(&mut dice, &["paypal", "netflix"]), at % 997),
                share if share < 0.04 => format!("{}.amazon-dealers{}.net", pick(&mut dice, &["www", "a"]), at % 991),
                _ => invented(&mut dice),
            };
            ask(&mut diary, at, host, &name, "203.0.113.77");
            visit(&mut diary, at + 1, host, &name, "203.0.113.77");
        }
        for _ in 0..60 {
            let (at, name) = (at(&mut dice), invented(&mut dice));
            if dice.unit() < 0.5 {
                mail(&mut diary, at, &name, &name);
            } else {
                mail(&mut diary, at, "tavernmail.com", "tavernmail.com");
            }
        }
    }
    diary
}

fn last_day() -> i64 {
    START + (N_DAYS - 1) * DAY + 11 * HOUR
}

/// What is said of a name on the last day.
fn about<'a>(findings: &'a [Finding], name: &str) -> Option<&'a Finding> {
    findings.iter().find(|finding| finding.object.as_ref().is_some_and(|object| object.value == name))
}

#[test]
fn a_lure_by_mail_that_somebody_followed_comes_first_and_is_explained() {
    let mut diary = office(1);
    mail(&mut diary, last_day(), "contosoworks-login.com", "contosoworks-login.com");
    ask(&mut diary, last_day() + 60_000_000, 3, "contosoworks-login.com", "203.0.113.9");
    post(&mut diary, last_day() + 90_000_000, 3, "contosoworks-login.com");
    let findings = diary.findings(NAME, N_DAYS);
    let finding = findings.first().expect("a lead at least");
    assert_eq!(finding.object.as_ref().map(|object| object.value.as_str()), Some("contosoworks-login.com"));
    assert_eq!(finding.subject.value, "10.1.0.13");
    assert_eq!(finding.techniques, ["T1566.002", "T1598.003"]);
    for said in ["contosoworks, the organization's own name", "with a word that lends trust", "1 host sent something"] {
        assert!(finding.because.contains(said), "{said}: {}", finding.because);
    }
    assert_eq!(finding.evidence.first().map(|evidence| evidence.table.as_str()), Some("http_requests"));
}

#[test]
fn every_way_to_imitate_is_among_the_first_leads() {
    for (name, how) in [
        ("rnerolixcloud.com", "with signs that look alike"),
        ("xn--merolixclud-znj.com", "in letters of another alphabet"),
        ("merolixclouds.com", "misspelled"),
        ("merolix-cloud.com", "misspelled"),
        ("merolixcloud-verify.net", "with a word that lends trust"),
        ("secure-paypa1-login.com", "with signs that look alike"),
        ("paypal.com.session-check.net", "in front of somebody else's domain"),
    ] {
        let mut diary = office(2);
        ask(&mut diary, last_day(), 5, name, "203.0.113.9");
        visit(&mut diary, last_day() + 1, 5, name, "203.0.113.9");
        let findings = diary.findings(NAME, N_DAYS);
        let domain = if name.ends_with("session-check.net") { "session-check.net" } else { name };
        let found = findings.iter().take(3).any(|finding| {
            finding.object.as_ref().is_some_and(|object| object.value == domain) && finding.because.contains(how)
        });
        assert!(found, "{name}: {findings:#?}");
    }
}

#[test]
fn who_was_met_before_or_is_at_home_there_is_no_finding() {
    let mut diary = office(3);
    for day in 0..N_DAYS {
        // An old acquaintance with a name to be wary of.
        ask(&mut diary, START + day * DAY + 9 * HOUR, 4, "paypal-merchants.com", "203.0.113.50");
    }
    // The brand's own, wherever it is.
    ask(&mut diary, last_day(), 4, "login.paypal.de", "203.0.113.51");
    // Nobody has registered this.
    let cells = [("src_ip", "10.1.0.9"), ("query", "paypall.com"), ("response_code", "NXDOMAIN")];
    diary.add(last_day(), "dns_queries", &cells);
    let findings = diary.findings(NAME, N_DAYS);
    for name in ["paypal-merchants.com", "paypal.de", "paypall.com"] {
        assert!(about(&findings, name).is_none(), "{name}: {findings:#?}");
    }
}

#[test]
fn a_sister_at_the_same_address_weighs_less() {
    let said = |answer: &str| {
        let mut diary = office(4);
        ask(&mut diary, last_day(), 6, "merolixcloud-support.com", answer);
        let findings = diary.judged(NAME, N_DAYS).findings;
        let score =
            |finding: &Finding| finding.statistics.iter().find(|(name, _)| name == "likeness_log_odds").map(|s| s.1);
        about(&findings, "merolixcloud-support.com").and_then(score)
    };
    let stranger = said("203.0.113.9").expect("a lead at least");
    assert!(said("198.51.100.8").is_none_or(|sister| sister < stranger - 3.0), "{stranger}");
}

#[test]
fn on_a_first_day_the_list_of_the_model_stands_in() {
    let mut diary = Diary::default();
    ask(&mut diary, START + 9 * HOUR, 1, "paypal-secure-login.com", "203.0.113.9");
    ask(&mut diary, START + 9 * HOUR, 1, "example.com", "203.0.113.10");
    let judged = diary.judged(NAME, 1);
    let finding = about(&judged.findings, "paypal-secure-login.com").expect("it resembles a brand");
    assert!(finding.because.contains("together with a list of well-known names"), "{}", finding.because);
    assert_eq!(judged.n_tests(), 2);
}

#[test]
fn everyday_names_are_no_finding() {
    let proven: usize = (11..=16).map(|seed| office(seed).proven(NAME, N_DAYS).len()).sum();
    assert!(proven <= 1, "{proven} on six days of which nothing is to be told");
}

#[test]
fn p_values_are_no_smaller_than_they_may_be() {
    p_values_stay((20..30).map(|seed| office(seed).judged(NAME, N_DAYS)), &[0.05, 0.01, 0.001], within_three_errors);
}

#[test]
fn the_contract_is_kept() {
    let mut diary = office(8);
    mail(&mut diary, last_day(), "contosoworks-login.com", "contosoworks-login.com");
    visit(&mut diary, last_day() + 9, 3, "contosoworks-login.com", "203.0.113.9");
    keeps_the_contract(NAME, &diary.rows, N_DAYS - 1);
    diary.rows.truncate(800);
    diary.reads_in_any_order(NAME);
}

#[test]
fn hostile_rows_do_no_harm() {
    (0..4).for_each(|seed| survives(NAME, seed));
}

#[test]
fn corpus() {
    diary::check_corpus(NAME);
}
