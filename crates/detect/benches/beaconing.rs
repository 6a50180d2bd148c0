//! Rows per second of the beaconing detector: digest and judgement of one day.
//!
//! `cargo bench -p margay-detect --bench beaconing -- 10000000` for ten million connections; small without a number.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "detect is pure; a benchmark reads the clock and its arguments, and tells its result"
)]

#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../tests/it/organization.rs"]
mod organization;

use std::time::Instant;

use organization::{Contact, HOUR, START, digest, judged, office, tables};

/// Rows handed over at once, as the lake's reader does.
const BATCH: usize = 8_192;

fn main() {
    let n_connections = std::env::args().filter_map(|arg| arg.parse().ok()).next().unwrap_or(20_000usize);
    let day = office(1, (n_connections / 6_000).max(3));
    let n_connections = day.len();
    let mut digests = Vec::new();
    let mut digest_seconds = 0.0;
    for hour in 0..24 {
        let (from, to) = (START + hour * HOUR, START + (hour + 1) * HOUR);
        let contacts: Vec<Contact> =
            day.iter().filter(|contact| from <= contact.at && contact.at < to).cloned().collect();
        let batches: Vec<_> = contacts.chunks(BATCH).flat_map(tables).collect();
        let began = Instant::now();
        digests.push(digest(&batches));
        digest_seconds += began.elapsed().as_secs_f64();
    }
    let began = Instant::now();
    let judged = judged(&digests);
    let judge_seconds = began.elapsed().as_secs_f64();

    let n_rows = 2 * n_connections;
    println!(
        "{n_connections} connections and as many handshakes: digest {digest_seconds:.2} s, judgement {judge_seconds:.2} s"
    );
    println!("{:.0} rows/s, {} hypotheses tested", n_rows as f64 / (digest_seconds + judge_seconds), judged.n_tests());
}
