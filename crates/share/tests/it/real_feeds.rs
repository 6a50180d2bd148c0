//! Real feeds, where they are at hand (`MARGAY_DATA`): nearly all lines must become claims, and fast enough.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use schema::Tlp;
use share::{
    feeds,
    formats::{self, Decoded, Defaults},
};

#[test]
fn real_lists_become_claims() {
    let Some(intel) = intel() else { return };
    check(&intel.join("feeds/openphish/feed.txt"), "plain", 0.99);
    check(&intel.join("feeds/ipsum/ipsum.txt"), "plain", 0.99);
    for entry in fs::read_dir(intel.join("feeds/infoblox/indicators/csv")).expect("a folder").flatten() {
        if entry.path().extension().is_some_and(|extension| extension == "csv") {
            check(&entry.path(), "csv", 0.60);
        }
    }
}

#[test]
fn a_million_and_a_half_lines_of_maltrail() {
    let Some(intel) = intel() else { return };
    let mut files = Vec::new();
    walk(&intel.join("maltrail-trails"), "txt", &mut files);
    let (mut seen, mut claims, mut bytes) = (0, 0, 0);
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    let started = Instant::now();
    for file in &files {
        let content = fs::read(file).expect("readable");
        let decoded = decode(&content, "plain");
        seen += decoded.n_seen;
        claims += decoded.n_claims;
        bytes += content.len();
        decoded.rejects.into_iter().for_each(|reject| *reasons.entry(reject.reason).or_default() += 1);
    }
    let rate = claims as f64 / seen as f64;
    println!("maltrail: {seen} lines, {claims} claims ({rate:.4}), {bytes} bytes, {:?}", started.elapsed());
    println!("rejects by reason: {reasons:#?}");
    assert!(rate > 0.94, "only {rate} of the lines are claims");
}

/// Events of published investigations; one file is cut, and says where.
#[test]
fn real_events_of_misp_become_claims() {
    let Some(intel) = intel() else { return };
    let mut files = Vec::new();
    walk(&intel.join("eset-malware-ioc"), "json", &mut files);
    walk(&intel.join("feeds/infoblox/indicators/misp"), "json", &mut files);
    let (mut claims, mut broken) = (0, Vec::new());
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    for file in &files {
        let content = fs::read(file).expect("readable");
        if formats::recognize(&content).is_none_or(|format| format.name != "misp") {
            continue;
        }
        let decoded = decode(&content, "misp");
        claims += decoded.n_claims;
        broken.extend(decoded.rejects.iter().filter(|reject| reject.place.starts_with("line")).map(|_| file));
        decoded.rejects.into_iter().for_each(|reject| *reasons.entry(reject.reason).or_default() += 1);
    }
    println!("misp: {} files, {claims} claims, broken {broken:?}, rejects {reasons:#?}", files.len());
    assert!(claims > 10_000, "only {claims} claims");
    assert_eq!(broken.len(), 1, "{broken:?}");
}

/// The declarations of the feeds against what those feeds have sent.
#[test]
fn real_contents_fit_the_declarations() {
    let Some(intel) = intel() else { return };
    for (name, file) in [
        ("openphish", "feeds/openphish/feed.txt"),
        ("ipsum", "feeds/ipsum/ipsum.txt"),
        ("cisa_kev", "feeds/kev/known_exploited_vulnerabilities.json"),
    ] {
        let (_, text) = feeds::SHIPPED.iter().find(|(known, _)| *known == name).expect("shipped");
        let feed = feeds::Feed::parse(text).expect("a declaration");
        let content = fs::read(intel.join(file)).expect("readable");
        let now = "2026-11-20T00:00:00Z".parse().expect("a time");
        let decoded = feeds::decode(&feed, &content, now, &mut |_claim| {}).expect("a list");
        println!("{name}: {} seen, {} claims, {} rejects", decoded.n_seen, decoded.n_claims, decoded.n_rejected);
        let lines = content.iter().filter(|byte| **byte == b'\n').count();
        let records = if feed.form.name() == "json" { 1_404 } else { lines };
        assert!(decoded.n_claims as f64 >= 0.99 * records as f64, "{name}: {:?}", decoded.rejects.first());
    }
}

fn check(file: &Path, format: &str, least: f64) {
    let content = fs::read(file).expect("readable");
    assert_eq!(formats::recognize(&content).map(|format| format.name), Some(format), "{}", file.display());
    let decoded = decode(&content, format);
    let reject = decoded.rejects.first();
    println!("{}: {} seen, {} claims, first reject {reject:?}", file.display(), decoded.n_seen, decoded.n_claims);
    assert_eq!(decoded.n_seen, decoded.n_claims + decoded.n_rejected);
    assert!(decoded.n_claims as f64 >= least * decoded.n_seen as f64, "{}", file.display());
}

fn decode(content: &[u8], format: &str) -> Decoded {
    let defaults = Defaults { source: "feed".to_owned(), confidence: 60, tlp: Tlp::Clear, label: None };
    formats::decode(content, Some(format), &defaults, &mut |_claim| {}).expect("a known format")
}

fn walk(folder: &Path, ending: &str, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            walk(&path, ending, files);
        } else if path.extension().is_some_and(|extension| extension == ending) {
            files.push(path);
        }
    }
}

fn intel() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let data = std::env::var_os("MARGAY_DATA").map_or_else(|| root.join("../shared/data"), PathBuf::from);
    let intel = data.join("intel");
    if !intel.is_dir() {
        eprintln!("SKIPPED: no real feeds at {}; set MARGAY_DATA", intel.display());
        return None;
    }
    Some(intel)
}
