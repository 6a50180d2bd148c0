//! Rows and bytes a second through parse and normalize on one core: `cargo bench -p margay-ingest`.
//!
//! Targets: Zeek conn TSV 700,000 rows/s, Logpush HTTP (about 700 bytes a record) 350,000 rows/s, syslog,
//! access logs 500,000 lines/s, CloudTrail 250 MB/s with cutting, Windows JSON 250,000 records/s. With `MARGAY_DATA` set,
//! real trails are measured as well. `-- WORD` measures what has the word in its name, `-- FILE` that file.

#![allow(clippy::disallowed_methods, reason = "a benchmark reads the clock and its arguments")]
#![allow(clippy::print_stdout, reason = "a benchmark reports on standard output")]

mod cloudtrail;
mod mapped;
mod network;
mod web;
mod windows;

use std::{env, fs, time::Instant};

use ingest::{AnyFormat, Stamp, Tail};
use schema::{SourceKey, Timestamp};

/// What the program runs with: in tables of some megabytes the system's allocator spends more time on getting pages
/// and giving them back than parsing takes.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    // Cargo passes --bench when benchmarking; as a test one small pass shows that it runs.
    let rows = if env::args().any(|argument| argument == "--bench") { 1_000_000 } else { 1_000 };
    let wanted: Vec<String> = env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    for path in wanted.iter().filter(|path| fs::exists(path).unwrap_or(false)) {
        measure(path, path, &fs::read(path).expect("a file that can be read"));
    }
    let is_wanted = |what: &str| wanted.is_empty() || wanted.iter().any(|word| what.contains(word.as_str()));
    for (what, name, write) in BUILT_IN.iter().filter(|(what, ..)| is_wanted(what)) {
        measure(what, name, &write(rows));
    }
    for case in CASES.iter().filter(|case| is_wanted(case)) {
        measure(case, "", &repeated(case, rows / 10));
    }
    for (what, mapping, write) in MAPPED.iter().filter(|(what, ..)| is_wanted(what)) {
        measure_as(&mapped::mapped(mapping), what, "a.log", &write(rows));
    }
}

/// What is measured, the name of its file, and what writes it for a number of rows.
type Log = (&'static str, &'static str, fn(usize) -> Vec<u8>);

static BUILT_IN: &[Log] = &[
    ("zeek conn TSV", "conn.log", network::conn_tsv),
    ("zeek conn JSON", "conn.log", network::conn_json),
    ("zeek dns TSV", "dns.log", network::dns_tsv),
    ("syslog auth.log", "auth.log", web::auth_log),
    ("logpush http_requests", "http_requests.log", web::http_requests),
    ("aws cloudtrail", "", |rows| cloudtrail::cloudtrail(rows / 4)),
    ("aws vpc flow", "", network::vpc_flow),
    ("aws cloudtrail, real", "", |rows| {
        cloudtrail::real_trails(rows / 10).unwrap_or_else(|| cloudtrail::cloudtrail(rows / 4))
    }),
    ("combined access log", "access.log", web::combined),
    ("IIS W3C", "u_ex261121.log", web::iis),
    ("squid native", "access.log", web::squid),
    ("e-mail", "inbox.mbox", |rows| web::emails(rows / 50 + 1)),
    ("windows XML", "sysmon.xml", |rows| windows::events(rows / 4, windows::xml)),
    ("windows JSON", "winlogbeat.ndjson", |rows| windows::events(rows / 4, windows::winlogbeat)),
    ("windows flat JSON", "sysmon.json", |rows| windows::events(rows / 4, windows::flat)),
];

static CASES: [&str; 8] = [
    "kubernetes_audit/api_server_file",
    "entra_signin/diagnostic_settings",
    "azure_activity/diagnostic_settings",
    "microsoft365_audit/activity_api",
    "gcp_audit/audit",
    "okta_system_log/events",
    "github_audit/stream",
    "auditd/kernel_events",
];

/// The same records by mappings that a person could write: at most half as much again as the formats above.
static MAPPED: &[Log] = &[
    ("mapped http_requests", mapped::HTTP_REQUESTS, web::http_requests),
    ("mapped conn JSON", mapped::CONN_JSON, network::conn_json),
    ("mapped conn TSV", mapped::CONN_TSV, |rows| mapped::without_header(&network::conn_tsv(rows))),
];

/// The records of a case of the corpus over and over.
fn repeated(case: &str, rows: usize) -> Vec<u8> {
    let path = format!("{}/corpus/{case}.in", env!("CARGO_MANIFEST_DIR"));
    let records = fs::read(path).expect("a case of the corpus");
    let times = (rows / memchr::memchr_iter(b'\n', &records).count().max(1)).max(1);
    records.repeat(times)
}

fn measure(what: &str, name: &str, bytes: &[u8]) {
    let (format, _) = ingest::Formats::built_in().recognise(bytes, name).expect("a known format");
    measure_as(&format, what, name, bytes);
}

fn measure_as(format: &AnyFormat, what: &str, name: &str, bytes: &[u8]) {
    let clock = Clock(Instant::now());
    let start = clock.seconds();
    let mut framer = format.framer(name);
    let mut batches = Vec::new();
    for piece in bytes.chunks(1 << 20) {
        batches.extend(framer.push(piece));
    }
    batches.extend(framer.finish(Tail::Take).batches);
    let in_framer = clock.seconds() - start;
    let stamp = Stamp {
        key: SourceKey(7),
        source: format!("/var/log/sensor/2026-11-21/{name}"),
        dataset: "default".into(),
        ingested_at: Timestamp::from_nanos(1_700_000_000_000_000_000),
    };
    let mut best = f64::INFINITY;
    let mut parse_share = 0.0;
    let mut rows = 0;
    for _ in 0..3 {
        let start = clock.seconds();
        let mut in_parse = 0.0;
        rows = 0;
        for raw in &batches {
            let before = clock.seconds();
            let parsed = format.parse(raw);
            in_parse += clock.seconds() - before;
            let normalized = ingest::normalize(parsed, &stamp);
            assert_eq!(normalized.rejects, 0, "{what}");
            rows += normalized.rows;
        }
        // The clock goes in steps of some milliseconds.
        let seconds = (clock.seconds() - start).max(1e-3);
        if seconds < best {
            (best, parse_share) = (seconds, in_parse / seconds);
        }
    }
    let (rows, megabytes) = (rows as f64, bytes.len() as f64 / 1e6);
    println!(
        "{what}: {:.0} rows/s, {:.0} MB/s, {:.0} B/row, {:.0}% in parse; {:.0} MB/s with cutting",
        rows / best,
        megabytes / best,
        megabytes * 1e6 / rows,
        parse_share * 100.0,
        megabytes / (best + in_framer)
    );
}

/// Time that this thread has had a core for, where the system tells (Linux): beside other programs a thread waits for
/// most of the time that passes, and rates by that time come out at a third or a fifth of what they are.
struct Clock(Instant);

impl Clock {
    fn seconds(&self) -> f64 {
        let told = fs::read_to_string("/proc/thread-self/schedstat").ok();
        let nanos = told.as_deref().and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
        nanos.map_or_else(|| self.0.elapsed().as_secs_f64(), |nanos| nanos / 1e9)
    }
}

/// A small deterministic mixer, so that values differ from row to row.
fn mix(row: usize) -> u64 {
    (row as u64).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(31).wrapping_mul(0xbf58_476d_1ce4_e5b9)
}
