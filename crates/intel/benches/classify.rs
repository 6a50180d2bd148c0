//! How long it takes to read ATT&CK and to classify; small when run as a test. `cargo bench -p margay-intel`
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stdout,
    reason = "a bench reads the clock and the data folder, and prints"
)]

use std::{fs, io::Read, path::PathBuf, time::Instant};

use flate2::read::GzDecoder;
use schema::{Entity, EntityKind, Evidence, Finding, Timestamp, Tlp, Window, stable_id};

fn main() {
    let is_bench = std::env::args().any(|argument| argument == "--bench");
    read_bundle();
    read_facts();
    for n_findings in if is_bench { [10_000, 100_000] } else { [100, 1_000] } {
        classify(n_findings);
    }
}

fn read_bundle() {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = std::env::var_os("MARGAY_DATA").map_or(beside, PathBuf::from);
    let path = folder.join("attack/enterprise-attack-18.1.json.gz");
    let Ok(packed) = fs::read(&path) else {
        println!("SKIPPED: {} is not there; set MARGAY_DATA to the data folder", path.display());
        return;
    };
    let mut bytes = Vec::new();
    GzDecoder::new(packed.as_slice()).read_to_end(&mut bytes).expect("the data folder holds whole files");
    let start = Instant::now();
    let reference = intel::attack::read(&bytes).expect("MITRE publishes readable bundles");
    println!("bundle of {} bytes, {} techniques: {:.1?}", bytes.len(), reference.techniques.len(), start.elapsed());
}

fn read_facts() {
    let start = Instant::now();
    let n_techniques: usize = intel::attack::SHIPPED.iter().map(|one| one.reference().techniques.len()).sum();
    println!("shipped facts, {n_techniques} techniques: {:.1?}", start.elapsed());
}

fn classify(n_findings: u32) {
    let findings: Vec<Finding> = (0..n_findings).map(finding).collect();
    let reference = intel::attack::enterprise();
    let start = Instant::now();
    let classified = intel::classify(&findings, &reference, &intel::Policy::default());
    let took = start.elapsed();
    let per_second = f64::from(n_findings) / took.as_secs_f64();
    println!("{n_findings} findings into {} events: {took:.1?}, {per_second:.0}/s", classified.events.len());
}

/// A day of hourly findings by two detectors for each of many hosts, with addresses as other names.
fn finding(n: u32) -> Finding {
    let (pair, hour) = (n / 24, i64::from(n % 24) * 3_600);
    let seconds = |at: i64| Timestamp::from_seconds(1_795_000_000 + at).expect("in range");
    let host = format!("10.{}.{}.7", pair / 2 / 250, pair / 2 % 250);
    let behaves = pair.is_multiple_of(2);
    let ip = |third: u32, last: u32| Entity::new(EntityKind::Ip, format!("203.0.{}.{last}", third % 250));
    Finding {
        id: stable_id("finding", &[&n.to_string()]),
        detector: if behaves { "beaconing" } else { "indicator" }.to_owned(),
        detector_version: "1".to_owned(),
        dataset: "main".to_owned(),
        subject: Entity::new(EntityKind::Ip, host),
        object: Some(Entity::new(EntityKind::Domain, format!("n{}.evil{}.example", pair, pair / 2))),
        also: (1..9).map(|last| ip(pair, last)).collect(),
        window: Window::new(seconds(hour), seconds(hour + 3_600)),
        first_seen: seconds(hour),
        last_seen: seconds(hour + 3_599),
        n_records: 12,
        score: 1.0,
        p_value: behaves.then_some(1e-6),
        q_value: behaves.then_some(0.01),
        null_hypothesis: None,
        confidence: 80,
        techniques: vec!["T1071.001".to_owned()],
        labels: vec!["Emotet".to_owned()],
        evidence: (0..20)
            .map(|row| Evidence { table: "connections".to_owned(), record_id: format!("{n}-{row}") })
            .collect(),
        because: "The host contacted the name 12 times.".to_owned(),
        unless: "Someone knows the program behind it.".to_owned(),
        statistics: vec![("period_s".to_owned(), 300.0)],
        query: None,
        tlp: Tlp::Amber,
    }
}
