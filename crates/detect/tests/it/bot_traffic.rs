//! Programs under browsers' names and tried-out passwords that are found, and busy but innocent clients that are spared.

use crate::{
    organization::Dice,
    rig::{Row, corpus, detector, judged, keeps_the_contract, p_values_stay, raised, survives, within_a_hundredth},
};

const DAY_S: f64 = 86_400.0;
const SITE: &str = "shop.example";
const CHROME: &str =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36";
const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:146.0) Gecko/20100101 Firefox/146.0";
const CRAWLER: &str = "Mozilla/5.0 (compatible; Findolabot/2.1; +https://findola.example/bot)";
const BROWSER_STACK: &str = "t13d1516h2_8daaf6152771_02713d6af862";
const PROGRAM_STACK: &str = "t13d1812h1_85036bcba153_375ca2c5e164";
const STRANGER: &str = "203.0.113.66";

fn request(at: f64, src: &str, agent: &str, method: &str, path: &str, status: i64) -> Row {
    let stack = if agent == FIREFOX || agent == CHROME { BROWSER_STACK } else { PROGRAM_STACK };
    Row::new("http_requests", at)
        .with("src_ip", src)
        .with("host", SITE)
        .with("method", method)
        .with("path", path)
        .with("user_agent", agent)
        .with("ja4", stack)
        .with("status", status)
}

/// Pages with what belongs to them; some people sign in, and some of them have forgotten their password.
fn visitor(dice: &mut Dice, day: f64, src: &str, n_pages: usize) -> Vec<Row> {
    const ASSETS: [&str; 4] = ["/assets/site.css", "/assets/app.js", "/img/logo.svg", "/favicon.ico"];
    let agent = if dice.unit() < 0.5 { CHROME } else { FIREFOX };
    let mut at = day * DAY_S + dice.between(0.0, 70_000.0);
    let mut rows = Vec::new();
    for _ in 0..n_pages {
        let page = format!("/items/{}", (dice.unit().powi(3) * 300.0) as u32);
        rows.push(request(at, src, agent, "GET", &page, 200));
        // Some have them still from the last time.
        let n_assets = if dice.unit() < 0.3 { 1 } else { 4 };
        for asset in ASSETS.iter().take(n_assets) {
            rows.push(request(at + 0.2, src, agent, "GET", asset, 304));
        }
        at += dice.between(2.0, 90.0);
    }
    if dice.unit() < 0.3 {
        let n_failed = if dice.unit() < 0.2 { 1 + (dice.unit() * 4.0) as usize } else { 0 };
        for nth in 0..=n_failed {
            let status = if nth < n_failed { 401 } else { 302 };
            rows.push(request(at + nth as f64 * 9.0, src, agent, "POST", "/login", status));
        }
    }
    rows
}

fn visitors(seed: u64, days: std::ops::Range<i64>, n: usize) -> Vec<Row> {
    let mut rows = Vec::new();
    for day in days {
        let mut dice = Dice(seed * 1_000 + day as u64 + 1);
        for nth in 0..n {
            let n_pages = 1 + (1.0 / (dice.unit() + 0.03)) as usize;
            rows.extend(visitor(&mut dice, day as f64, &format!("198.18.{}.{}", nth / 250, nth % 250 + 1), n_pages));
        }
        // An office behind one proxy: many people.
        for _ in 0..30 {
            rows.extend(visitor(&mut dice, day as f64, "192.0.2.9", 6));
        }
        // A search engine that says what it is.
        for page in 0..400 {
            rows.push(request(
                day as f64 * DAY_S + f64::from(page) * 30.0,
                "192.0.2.77",
                CRAWLER,
                "GET",
                &format!("/items/{page}"),
                200,
            ));
        }
    }
    rows
}

fn scraper(day: f64, src: &str, n: usize) -> Vec<Row> {
    let page = |i: usize| {
        request(day * DAY_S + 20_000.0 + i as f64 * 3.0, src, CHROME, "GET", &format!("/items/{i}"), 200)
            .with("ja4", PROGRAM_STACK)
    };
    (0..n).map(page).collect()
}

/// `n` attempts from `n_sources` addresses; one in a hundred works.
fn stuffing(day: f64, n_sources: usize, n: usize) -> Vec<Row> {
    let attempt = |i: usize| {
        let src = format!("203.0.{}.{}", 113 + i % n_sources / 250, i % n_sources % 250 + 1);
        let status = if i % 100 == 99 { 302 } else { 401 };
        let agent = if i.is_multiple_of(2) { CHROME } else { FIREFOX };
        request(day * DAY_S + 30_000.0 + i as f64 * 5.0, &src, agent, "POST", "/login", status)
            .with("ja4", PROGRAM_STACK)
    };
    (0..n).map(attempt).collect()
}

fn raises(rows: &[Row], day: i64) -> Vec<String> {
    let said = raised("bot_traffic", rows, day);
    let name = |finding: &schema::Finding| {
        let client = finding.object.as_ref().map_or("", |client| &client.value);
        format!("{} {client} {}", finding.subject.value, finding.techniques.join(" "))
    };
    let mut names: Vec<String> = said.iter().map(name).collect();
    names.sort();
    names
}

#[test]
fn a_program_that_reads_the_catalogue_is_found() {
    let rows = [visitors(1, 0..1, 400), scraper(0.0, STRANGER, 600)].concat();
    assert_eq!(raises(&rows, 0), ["shop.example 203.0.113.66 T1594"]);
    let finding = raised("bot_traffic", &rows, 0).remove(0);
    assert!(finding.because.contains("in 600 requests under the name of Chrome and loaded 0"), "{}", finding.because);
    keeps_the_contract("bot_traffic", &rows, 0);
}

#[test]
fn stuffing_from_one_address_is_found() {
    let rows = [visitors(1, 0..1, 400), stuffing(0.0, 1, 200)].concat();
    assert_eq!(raises(&rows, 0), ["shop.example 203.0.113.1 T1110.004"]);
    let finding = raised("bot_traffic", &rows, 0).remove(0);
    assert!(finding.statistics.contains(&(schema::SUCCESS.to_owned(), 1.0)), "{}", finding.because);
}

#[test]
fn stuffing_from_many_addresses_is_found_by_their_stack() {
    let rows = [visitors(1, 0..1, 400), stuffing(0.0, 300, 900)].concat();
    assert_eq!(raises(&rows, 0), [format!("shop.example {PROGRAM_STACK} T1110.004")]);
}

#[test]
fn proxies_search_engines_and_the_forgetful_are_spared() {
    assert_eq!(raises(&visitors(2, 0..3, 400), 2), [""; 0]);
}

#[test]
fn a_known_reader_is_usual() {
    let rows: Vec<Row> =
        visitors(1, 0..8, 200).into_iter().chain((0..8).flat_map(|day| scraper(day as f64, STRANGER, 300))).collect();
    assert_eq!(raises(&rows, 7), [""; 0]);
}

#[test]
fn a_site_without_assets_tells_nothing() {
    let bare: Vec<Row> = visitors(1, 0..1, 300)
        .into_iter()
        .filter(|row| {
            !["/assets/site.css", "/assets/app.js", "/img/logo.svg", "/favicon.ico"].iter().any(|path| row.says(path))
        })
        .chain(scraper(0.0, STRANGER, 600))
        .collect();
    assert_eq!(raises(&bare, 0), [""; 0]);
}

#[test]
fn who_says_that_he_is_a_program_does_not_hide() {
    let rows: Vec<Row> =
        scraper(0.0, STRANGER, 600).into_iter().map(|row| row.with("user_agent", "curl/8.14.1")).collect();
    assert_eq!(raises(&[visitors(1, 0..1, 400), rows].concat(), 0), [""; 0]);
}

#[test]
fn quiet_days_raise_little() {
    let raised: usize = (1..=10).map(|seed| raises(&visitors(seed, 0..2, 400), 1).len()).sum();
    assert!(raised <= 1, "{raised} of 10 days");
}

#[test]
fn p_values_keep_their_promise() {
    let quiet = (1..=10).map(|seed| judged(detector("bot_traffic"), &visitors(seed, 0..3, 400), 2));
    p_values_stay(quiet, &[0.1, 0.05, 0.01, 0.001], within_a_hundredth);
}

#[test]
fn power_grows() {
    let of_ten = |attack: &dyn Fn() -> Vec<Row>| {
        (1..=10).filter(|seed| !raises(&[visitors(*seed, 0..1, 400), attack()].concat(), 0).is_empty()).count()
    };
    let reading = [20, 50, 100, 200, 400].map(|n| of_ten(&|| scraper(0.0, STRANGER, n)));
    let signing_in = [10, 20, 40, 80].map(|n| of_ten(&|| stuffing(0.0, 1, n)));
    println!("found of ten with 20, 50, 100, 200, 400 pages: {reading:?}");
    println!("found of ten with 10, 20, 40, 80 sign-ins: {signing_in:?}");
    assert!(reading.is_sorted() && reading[4] == 10, "{reading:?}");
    assert!(signing_in.is_sorted() && signing_in[3] == 10, "{signing_in:?}");
}

#[test]
fn hostile_rows_bring_nothing_down() {
    (0..20).for_each(|seed| survives("bot_traffic", seed));
}

#[test]
fn cases() {
    corpus("bot_traffic");
}
