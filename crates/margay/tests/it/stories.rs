//! Simulated world → lake → threat events → compared with the truth, and shared.

use std::process::Command;

use serde_json::Value;

use crate::home::{Home, as_strs, ingest_world, margay, world};

/// The world, ingested, with its indicators, detected.
fn investigated() -> Home {
    let home = Home::new();
    home.ok(&as_strs(&ingest_world()));
    home.ok(&["intel", "load", &world().join("intel.csv").to_string_lossy(), "--source", "feed", "--tlp", "green"]);
    home.ok(&["detect"]);
    home
}

#[test]
fn the_demo_finds_attacks_and_says_how_well() {
    let home = Home::new();
    let output = margay()
        .args(["--json", "demo", "--scale", "0.3", "--seed", "11", "--dir"])
        .arg(home.path("demo"))
        .output()
        .expect("runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let told: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let ingested = &told["ingested"];
    assert_eq!(ingested["received"], told["simulated"]["rows"], "every simulated record arrives");
    assert_eq!(ingested["rejects"], 0);
    let stories = told["evaluation"]["stories"].as_array().expect("a list");
    let listed: Vec<&Value> = stories.iter().filter(|story| story["story"] == "listed_contact").collect();
    assert!(!listed.is_empty());
    for story in listed {
        assert!(!story["found_by"].as_array().expect("a list").is_empty(), "a listed contact is a fact: {story}");
    }
    for event in told["events"].as_array().expect("a list") {
        if let Some(q) = event["q_value"].as_f64() {
            assert!(q <= 0.05, "a lead is not an event: {event}");
        }
    }
}

#[test]
fn detecting_again_changes_nothing() {
    let home = investigated();
    let documents = || home.json(&["sql", "SELECT event_id, document, run_id FROM threat_events ORDER BY event_id"]);
    let before = documents();
    assert!(!before.is_empty());
    home.ok(&["detect"]);
    assert_eq!(documents(), before);
    home.ok(&["detect", "--since", "2026-01-01", "--until", "2026-02-01"]);
    assert_eq!(documents(), before, "a replay of the same records gives the same events");
}

#[test]
fn a_finding_leads_to_what_it_was_made_from() {
    let home = investigated();
    let runs = home.json(&[
        "sql",
        "SELECT DISTINCT details FROM runs JOIN findings ON runs.run_id = findings.run_id WHERE detector = 'beaconing'",
    ]);
    let details = runs.first().and_then(|run| run.get("details")?.as_str().map(str::to_owned)).expect("a run");
    let details: Value = serde_json::from_str(&details).expect("JSON");
    let version = details.pointer("/made_from/tables/connections").and_then(Value::as_u64);
    assert!(version.is_some(), "the version of the table");
    let fdr = details.pointer("/made_from/detectors/beaconing/params").and_then(Value::as_object);
    assert!(fdr.is_some_and(|params| !params.is_empty()), "the parameters");
}

#[test]
fn the_order_of_arrival_does_not_matter() {
    let expected = {
        let home = investigated();
        home.json(&["sql", "SELECT event_id, title, n_records FROM threat_events ORDER BY event_id"])
    };
    let home = Home::new();
    home.ok(&["intel", "load", &world().join("intel.csv").to_string_lossy(), "--source", "feed", "--tlp", "green"]);
    for part in ["cloudflare", "zeek_branch", "zeek"] {
        home.ok(&["ingest", &world().join(part).to_string_lossy()]);
        home.ok(&["detect"]);
    }
    let found = home.json(&["sql", "SELECT event_id, title, n_records FROM threat_events ORDER BY event_id"]);
    assert_eq!(found, expected);
}

#[test]
fn an_event_is_shown_with_evidence_diamond_and_doubt() {
    let home = investigated();
    let event = &home.json(&["events", "list"])[0];
    let id = event["id"].as_str().expect("an id");
    let shown = home.ok(&["events", "show", id]);
    for part in ["Diamond", "Why it was found", "What would make it wrong", "Evidence", "ATT&CK", "kill chain"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let told = &home.json(&["events", "show", id])[0];
    assert!(!told["evidence"].as_array().expect("a list").is_empty());
    assert!(!told["findings"].as_array().expect("a list").is_empty());
}

#[test]
fn new_indicators_are_held_against_old_records() {
    let home = Home::new();
    home.ok(&as_strs(&ingest_world()));
    home.ok(&["detect"]);
    let before = home.number("SELECT count(*) FROM findings WHERE detector = 'indicator'");
    home.ok(&["intel", "load", &world().join("intel.csv").to_string_lossy(), "--source", "feed"]);
    home.ok(&["detect"]);
    let after = home.number("SELECT count(*) FROM findings WHERE detector = 'indicator'");
    assert_eq!(before, 0);
    assert!(after > 0);
}

#[test]
fn bundles_are_valid_and_keep_the_ceiling() {
    let home = investigated();
    let bundle = home.ok(&["share", "stix"]);
    let parsed: Value = serde_json::from_str(&bundle).expect("JSON");
    assert!(parsed["objects"].as_array().expect("a list").len() > 3);
    let green: Value = serde_json::from_str(&home.ok(&["share", "stix", "--tlp", "green"])).expect("JSON");
    let reports = green["objects"].as_array().expect("a list").iter().filter(|object| object["type"] == "report");
    assert_eq!(reports.count(), 0, "our own telemetry is marked AMBER+STRICT");

    let Some(python) = std::env::var_os("MARGAY_PYTHON").filter(|python| !python.is_empty()) else {
        eprintln!("SKIPPED: MARGAY_PYTHON names no Python with stix2-validator; `make test` installs one");
        return;
    };
    let file = home.path("bundle.json");
    std::fs::write(&file, &bundle).expect("written");
    let script = "import sys, stix2, stix2validator as v\n\
                  r = v.validate_file(sys.argv[1], v.ValidationOptions(version='2.1'))\n\
                  v.print_results(r)\n\
                  stix2.parse(open(sys.argv[1]).read(), allow_custom=False)\n\
                  sys.exit(0 if r.is_valid else 1)";
    let output = Command::new(python).args(["-c", script]).arg(&file).output().expect("runs");
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}
