//! Ten million claims: time and memory to build, and rows per second on one core.
//!
//! `cargo bench -p margay-detect --bench indicators`. Everything here is made from a counter, so that runs compare.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "detect is pure; a benchmark reads the clock and tells its result"
)]

use std::{sync::Arc, time::Instant};

use arrow_array::{ArrayRef, RecordBatch, StringArray, TimestampMicrosecondArray};
use detect::indicators::{Hits, Matcher, Sieve, SieveBuilder, Sifted};
use schema::{Claim, Observable, Timestamp, Tlp, Window};

const CLAIMS: u64 = 10_000_000;
const ROWS: u64 = 65_536;
const ROUNDS: u64 = 40;

fn main() {
    // `cargo test` runs benches as well, to see that they still work: there, small is enough.
    let small = std::env::args().any(|argument| argument == "--test");
    let claims = if small { 10_000 } else { CLAIMS };
    let rounds = if small { 1 } else { ROUNDS };

    let domains = build("domains", (0..claims).map(|n| claim(Observable::Domain, domain(n), n)));
    let addresses = build("addresses", (0..claims).map(|n| claim(Observable::Ip, address(n), n)));
    let mixed = build("mixed", (0..claims).map(mixed));

    let connections =
        rows(&[("src_ip", |n| format!("10.0.{}.{}", n % 50, n % 200)), ("dst_ip", |n| address(n * 7 + (1 << 40)))]);
    let queries = rows(&[
        ("src_ip", |n| format!("10.0.{}.{}", n % 50, n % 200)),
        ("query", |n| format!("www.site{}.cdn.example", n % 5_000)),
    ]);
    let requests = rows(&[
        ("src_ip", |n| format!("10.0.{}.{}", n % 50, n % 200)),
        ("dst_ip", |n| address(n * 7 + (1 << 40))),
        ("host", |n| format!("www.site{}.example", n % 5_000)),
        ("url", |n| format!("http://www.site{}.example/path/{n}?q=1", n % 5_000)),
        ("user_agent", |n| format!("Mozilla/5.0 (X11; Linux x86_64; rv:{}.0) Gecko/20100101", n % 40)),
    ]);
    let hits = rows(&[("src_ip", |n| format!("10.0.{}.{}", n % 50, n % 200)), ("dst_ip", |n| address(n % 1_000))]);

    scan("connections, addresses listed", &addresses, "connections", &connections, rounds);
    scan("connections, mixed", &mixed, "connections", &connections, rounds);
    scan("dns_queries, domains listed", &domains, "dns_queries", &queries, rounds);
    scan("dns_queries, mixed", &mixed, "dns_queries", &queries, rounds);
    scan("http_requests, mixed", &mixed, "http_requests", &requests, rounds);
    scan("connections, every row a hit", &addresses, "connections", &hits, rounds.min(4));
}

fn build(name: &str, claims: impl Iterator<Item = Claim>) -> (Sieve, Vec<Claim>) {
    let claims: Vec<Claim> = claims.collect();
    let started = Instant::now();
    let mut builder = SieveBuilder::new();
    for claim in &claims {
        builder.push(claim.kind, &claim.value);
    }
    let refused = builder.n_refused();
    let sieve = builder.finish();
    let took = started.elapsed();
    let each = sieve.bytes() as f64 / sieve.len().max(1) as f64;
    let bytes = sieve.to_bytes();
    let started = Instant::now();
    let back = Sieve::from_bytes(&bytes).expect("whole");
    let read = started.elapsed();
    println!(
        "build {name}: {} values in {took:?}, read back in {read:?}, {each:.1} bytes each, {refused} refused",
        back.len()
    );
    (sieve, claims)
}

/// Sifts, and confirms what is left with the claims about it, as the engine does.
fn scan(name: &str, (sieve, claims): &(Sieve, Vec<Claim>), table: &str, rows: &RecordBatch, rounds: u64) {
    let mut sifted = Sifted::default();
    sieve.sift(table, rows, &mut sifted).expect("a table");
    let mut matcher = Matcher::new();
    let asked_for = |claim: &&Claim| sifted.values.contains(&(claim.kind, claim.value.clone()));
    matcher.add(claims.iter().filter(asked_for).cloned());

    let started = Instant::now();
    let mut hits = Hits::new();
    for _ in 0..rounds {
        sieve.sift(table, rows, &mut sifted).expect("a table");
        hits.scan(&matcher, table, rows, &sifted).expect("the record's columns");
    }
    let seconds = started.elapsed().as_secs_f64();
    let left_out = hits.n_left_out();
    let start = Timestamp::from_nanos(0);
    let findings = hits.finish(&matcher, Window::new(start, start)).len();
    let rate = (rounds * ROWS) as f64 / seconds / 1e6;
    println!("scan {name}: {rate:.1} M rows/s, {findings} findings, {left_out} records left out");
}

/// Makes the value of a row from its number.
type Made = fn(u64) -> String;

fn rows(columns: &[(&str, Made)]) -> RecordBatch {
    let texts = |value: Made| -> ArrayRef { Arc::new(StringArray::from_iter_values((0..ROWS).map(value))) };
    let times: ArrayRef = Arc::new(TimestampMicrosecondArray::from_iter_values(0..ROWS as i64).with_timezone("UTC"));
    let record = [
        ("record_id", texts(|n| format!("{n:033}"))),
        ("dataset", texts(|_| "default".to_owned())),
        ("observed_at", times),
    ];
    let columns = columns.iter().map(|(name, value)| (*name, texts(*value)));
    RecordBatch::try_from_iter(record.into_iter().chain(columns)).expect("equal lengths")
}

/// As feeds mix: half domains, a third addresses, and URLs and hashes. Every claim has a time of its own.
fn mixed(n: u64) -> Claim {
    match n % 12 {
        0..=5 => claim(Observable::Domain, domain(n), n),
        6..=9 => claim(Observable::Ip, address(n), n),
        10 => claim(Observable::Url, format!("http://{}/wp-content/{}.php", domain(n), spread(n) % 1_000), n),
        _ => claim(Observable::Hash, format!("{:016x}{:016x}", spread(n), spread(n + 1)), n),
    }
}

fn claim(kind: Observable, value: String, n: u64) -> Claim {
    Claim {
        confidence: 50 + (n % 50) as u8,
        tlp: Tlp::Green,
        malware: Some(format!("family {}", n % 2_953)),
        valid_until: Timestamp::from_seconds(1_800_000_000 + n as i64),
        ..Claim::new(kind, value, format!("feed {}", n % 20))
    }
}

fn domain(n: u64) -> String {
    format!("{:x}.example{}.com", spread(n) >> 28, n % 100)
}

/// A public address that depends on all of `n`.
fn address(n: u64) -> String {
    let bits = spread(n);
    format!("{}.{}.{}.{}", 11 + (bits & 63), bits >> 8 & 255, bits >> 16 & 255, bits >> 24 & 255)
}

fn spread(n: u64) -> u64 {
    n.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23).wrapping_mul(0xbf58_476d_1ce4_e5b9)
}
