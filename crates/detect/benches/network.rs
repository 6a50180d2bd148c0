//! Rows per second and core of the detectors over network tables: the digest of one busy hour, and its judgement.
//!
//! `cargo bench -p margay-detect --bench network -- 400000` for so many rows; small without a number.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "detect is pure; a benchmark reads the clock and its arguments, and tells its result"
)]

#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../tests/it/organization.rs"]
mod organization;
#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../tests/it/rig.rs"]
mod rig;

use std::time::Instant;

use arrow_array::RecordBatch;
use detect::{Case, Params};
use organization::{Dice, days};
use rig::{Row, batch, detector};

/// Rows handed over at once, as the lake's reader does.
const BATCH: usize = 8_192;

fn main() {
    let n_rows = std::env::args().filter_map(|arg| arg.parse().ok()).next().unwrap_or(20_000usize);
    let connections = rows("connections", n_rows);
    let queries = rows("dns_queries", n_rows);
    let requests = requests(n_rows);
    for (name, table, rows) in [
        ("scan", "connections", &connections),
        ("data_exfiltration", "connections", &connections),
        ("long_sessions", "connections", &connections),
        ("protocol_mismatch", "connections", &connections),
        ("volume_anomaly", "connections", &connections),
        ("dns_tunnel", "dns_queries", &queries),
        ("fast_flux", "dns_queries", &queries),
        ("lookalike_domain", "dns_queries", &queries),
        ("web_attack", "http_requests", &requests),
        ("bot_traffic", "http_requests", &requests),
    ] {
        measure(name, table, rows);
    }
}

fn measure(name: &str, table: &str, rows: &[Row]) {
    let detector = detector(name);
    let rows: Vec<&Row> = rows.iter().collect();
    let batches: Vec<RecordBatch> = rows.chunks(BATCH).map(|part| batch(detector, table, part)).collect();
    let params = Params::defaults(detector);
    let began = Instant::now();
    let mut digest = (detector.digest)(&params);
    for rows in &batches {
        digest.add(table, rows).expect("columns as declared");
    }
    let added = began.elapsed().as_secs_f64();
    let hour = digest.finish().expect("a digest");
    let digested = began.elapsed().as_secs_f64();
    let began = Instant::now();
    let hours = vec![hour.clone(); 24];
    let case = Case { window: days(1), hours: &hours, past: &[], params: &params };
    let judged = (detector.judge)(&case).expect("digests of this version");
    println!(
        "{name}: {:.2} M rows/s to add, {:.2} M rows/s in all, {} rows of digest; 24 of them judged in {:.2} s ({} tests)",
        rows.len() as f64 / added / 1e6,
        rows.len() as f64 / digested / 1e6,
        hour.num_rows(),
        began.elapsed().as_secs_f64(),
        judged.n_tests(),
    );
}

/// An hour of a thousand hosts and twenty thousand places.
fn rows(table: &'static str, n: usize) -> Vec<Row> {
    let mut dice = Dice(1);
    let row = |i: usize| {
        let mut number = |most: f64| (dice.unit() * most) as i64;
        let (host, place) = (number(1_000.0), number(20_000.0));
        let row = Row::new(table, 3_600.0 * i as f64 / n as f64)
            .with("src_ip", format!("10.1.{}.{}", host / 250, host % 250 + 1));
        let dst = format!("23.{}.{}.{}", place / 5_000, place / 100 % 50, place % 100 + 1);
        if table == "dns_queries" {
            let name = format!("{}{}.site{place}.com", ["www", "cdn", "api"][i % 3], number(4.0));
            return row.with("query", name).with("query_type", "A").with("answers", vec![dst]).with("ttl_s_min", 60);
        }
        let port = [443, 80, 22, 8_080][i % 4];
        row.with("dst_ip", dst)
            .with("src_port", 30_000 + number(30_000.0))
            .with("dst_port", port)
            .with("protocol", "tcp")
            .with("service", ["ssl", "http", "ssh", "http"][i % 4])
            .with("state", if i.is_multiple_of(30) { "S0" } else { "SF" })
            .with("src_bytes", number(50_000.0))
            .with("dst_bytes", number(500_000.0))
            .with("dst_packets", number(900.0) + 2)
            .with("duration_ns", number(90e9))
    };
    (0..n).map(row).collect()
}

/// An hour of a site with a tenth of its visitors new, and one address in three that nobody else asks for.
fn requests(n: usize) -> Vec<Row> {
    const AGENT: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:146.0) Gecko/20100101 Firefox/146.0";
    let mut dice = Dice(2);
    let row = |i: usize| {
        let mut number = |most: f64| (dice.unit() * most) as i64;
        let (client, page) = (number(n as f64 / 10.0), number(3_000.0));
        let row = Row::new("http_requests", 3_600.0 * i as f64 / n as f64)
            .with("src_ip", format!("23.{}.{}.{}", client / 62_500, client / 250 % 250, client % 250 + 1))
            .with("host", format!("www.site{}.example", i % 5))
            .with("method", "GET")
            .with("user_agent", AGENT)
            .with("ja4", "t13d1516h2_8daaf6152771_02713d6af862")
            .with("status", 200)
            .with("response_bytes", number(50_000.0));
        match i % 3 {
            0 => row.with("path", "/search").with("query", format!("q=blue+shoes+{i}&page={}", number(9.0))),
            1 => row.with("path", format!("/assets/part{}.js", page % 40)),
            _ => row.with("path", format!("/items/{page}")),
        }
    };
    (0..n).map(row).collect()
}
