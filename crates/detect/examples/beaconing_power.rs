//! Prints how often an implant is found, by period, jitter, hours and share of missed beats: the table in
//! `docs/detectors/beaconing.md`.
//!
//! `cargo run --release -p margay-detect --example beaconing_power`

#![allow(clippy::print_stdout, reason = "it is there to print a table")]

#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../tests/it/organization.rs"]
mod organization;

use arrow_array::RecordBatch;
use organization::{Dice, Implant, calls, decided, digests, judged, office};

const REPEATS: u64 = 10;

fn main() {
    let background = digests(&office(11, 40));
    println!("| sleep | jitter | missed | 4 h | 10 h |");
    println!("|---|---|---|---|---|");
    for period in [60.0, 300.0, 900.0, 1_800.0, 3_600.0] {
        for (jitter, missed) in [(0.0, 0.0), (0.5, 0.0), (0.5, 0.2), (0.8, 0.2)] {
            let found: Vec<String> = [4.0, 10.0]
                .into_iter()
                .map(|hours| {
                    let from = 12.5 * 3_600.0;
                    share_found(&background, Implant { period, jitter, missed, from, to: from + hours * 3_600.0 })
                })
                .collect();
            println!("| {period:.0} s | {:.0} % | {:.0} % | {} |", jitter * 100.0, missed * 100.0, found.join(" | "));
        }
    }
}

/// Percent of repeats in which the implant has q ≤ 0.05.
fn share_found(background: &[RecordBatch], implant: Implant) -> String {
    let found = |seed: &u64| {
        let mut dice = Dice(1_000 + seed);
        let contacts = calls(&mut dice, "10.1.0.20", ("cdn.quietplace.net", "strange library"), implant);
        let mut all = background.to_vec();
        all.extend(digests(&contacts));
        let findings = decided(judged(&all));
        findings.iter().any(|finding| {
            finding.q_value.is_some_and(|q| q <= 0.05)
                && finding.object.as_ref().is_some_and(|object| object.value == "cdn.quietplace.net")
        })
    };
    let n_found = (0..REPEATS).filter(found).count() as f64;
    format!("{:.0}", 100.0 * n_found / REPEATS as f64)
}
