//! Indicators as an analyst meets them: loaded, shown, judged, lowered by warning lists, told how long they last.

use std::fs;

use crate::home::{Home, ZEEK_DNS};

/// Lines of a DNS log without its head.
const LOOK_UPS: &str = "\
1763600000.000000\tC1\t10.0.0.5\t50001\t192.0.2.53\t53\tudp\tc2.evil.example\tA\tNOERROR
1763600100.000000\tC2\t10.0.0.6\t50002\t192.0.2.53\t53\tudp\twww.popular.example\tA\tNOERROR
";

const CLAIMS: &str = "\
indicator,type,malware,confidence,reliability,tlp,first_seen,last_seen,source,reference
evil[.]example,domain,Emotet,80,B,green,2025-11-01,2025-11-18,feed one,https://report.example/1
evil.example,domain,Trickbot,30,,amber,,,feed two,
popular.example,domain,Emotet,90,,green,,,feed one,
Global\\Evil,mutex,Emotet,60,,green,,,feed one,
";

const WARNINGS: &str = r#"{"name": "Sites that many visit", "type": "hostname", "version": 3, "description": "x",
 "matching_attributes": ["domain", "hostname"], "list": ["popular.example"]}"#;

fn loaded() -> Home {
    let home = Home::new();
    fs::write(home.path("dns.log"), [ZEEK_DNS, LOOK_UPS].concat()).expect("written");
    fs::write(home.path("claims.csv"), CLAIMS).expect("written");
    home.ok(&["ingest", &home.path("dns.log").to_string_lossy()]);
    home.ok(&["intel", "load", &home.path("claims.csv").to_string_lossy()]);
    home
}

fn confidence(home: &Home, object: &str) -> Vec<serde_json::Value> {
    home.json(&["sql", &format!("SELECT confidence, because FROM findings WHERE object = '{object}'")])
}

#[test]
fn every_source_keeps_its_claim_and_the_best_one_counts() {
    let home = loaded();
    let view = &home.json(&["intel", "show", "hxxp://evil[.]example/x"])[0];
    assert_eq!((view["kind"].as_str(), view["value"].as_str()), (Some("domain"), Some("evil.example")));
    let claims = view["claims"].as_array().expect("claims");
    assert_eq!(claims.len(), 2, "the weaker source overwrites nothing");
    let first = claims.iter().find(|claim| claim["source"] == "feed one").expect("its claim");
    assert_eq!(first["raw"], "evil[.]example");
    assert_eq!((first["reliability"].as_str(), first["malware"].as_str()), (Some("B"), Some("Emotet")));
    assert_eq!(first["score"]["base"], 68.0, "80 times the weight of B");
    let shown = home.ok(&["intel", "show", "--kind", "mutex", "Global\\Evil"]);
    assert!(shown.contains("never met here"), "{shown}");
    assert_eq!(home.number("SELECT count(*) FROM indicators WHERE reference = 'https://report.example/1'"), 1);
}

#[test]
fn loading_again_changes_nothing_and_a_changed_claim_is_renewed() {
    let home = loaded();
    let path = home.path("claims.csv");
    fs::write(&path, CLAIMS.replace(",80,B,", ",20,C,")).expect("written");
    let report = &home.json(&["intel", "load", &path.to_string_lossy()])[0];
    assert_eq!((report["added"].as_u64(), report["total"].as_u64()), (Some(0), Some(4)));
    let view = &home.json(&["intel", "show", "evil.example"])[0];
    let confidences: Vec<u64> =
        view["claims"].as_array().expect("claims").iter().filter_map(|claim| claim["confidence"].as_u64()).collect();
    assert!(confidences.contains(&20) && confidences.contains(&30) && confidences.len() == 2, "{confidences:?}");
}

#[test]
fn a_warning_list_lowers_a_match_and_the_finding_says_which() {
    let home = loaded();
    fs::write(home.path("list.json"), WARNINGS).expect("written");
    let loaded = home.ok(&["intel", "load", &home.path("list.json").to_string_lossy()]);
    assert!(loaded.contains("1 warning lists of 1 entries"), "{loaded}");
    home.ok(&["detect"]);
    let lowered = confidence(&home, "popular.example");
    assert_eq!(lowered[0]["confidence"], 9, "of 90 a tenth is left");
    assert!(lowered[0]["because"].as_str().is_some_and(|text| text.contains("Sites that many visit")), "{lowered:?}");
    assert_eq!(confidence(&home, "evil.example")[0]["confidence"], 80);
    assert!(home.ok(&["intel", "warnings"]).contains("Sites that many visit"));
}

#[test]
fn what_a_person_found_harmless_is_met_no_more_until_the_verdict_is_taken_back() {
    let home = loaded();
    home.ok(&["intel", "verdict", "evil.example", "false-positive", "--reason", "our own test", "--by", "ann"]);
    home.ok(&["detect"]);
    assert!(confidence(&home, "evil.example").is_empty());
    let view = &home.json(&["intel", "show", "evil.example"])[0];
    assert_eq!((view["score"].as_f64(), view["verdicts"][0]["given_by"].as_str()), (Some(0.0), Some("ann")));
    home.ok(&["intel", "verdict", "evil.example", "open"]);
    home.ok(&["detect", "--since", "2025-11-01", "--until", "2025-12-01"]);
    assert_eq!(confidence(&home, "evil.example").len(), 1);
}

#[test]
fn no_block_list_names_what_a_warning_list_or_a_verdict_clears() {
    let home = loaded();
    let blocked = || home.ok(&["share", "blocklist", "--format", "plain", "--tlp", "amber"]);
    let before = blocked();
    assert!(before.contains("evil.example") && before.contains("popular.example"), "{before}");
    fs::write(home.path("list.json"), WARNINGS).expect("written");
    home.ok(&["intel", "load", &home.path("list.json").to_string_lossy()]);
    home.ok(&["intel", "verdict", "evil.example", "false-positive"]);
    let after = blocked();
    assert!(!after.contains("evil.example") && !after.contains("popular.example"), "{after}");
}

#[test]
fn models_of_decay_hold_at_once() {
    let home = loaded();
    let score = || home.json(&["intel", "show", "popular.example"])[0]["claims"][0]["score"]["model"].clone();
    assert_eq!(score(), "names");
    let model = "[[model]]\nname = \"mine\"\nkinds = []\nlifetime_days = 1.0\nspeed = 1.0\nthreshold = 10.0\n";
    fs::write(home.path("home/decay.toml"), model).expect("written");
    assert_eq!(score(), "mine");
    fs::write(home.path("home/decay.toml"), "model = 7").expect("written");
    let wrong = home.run(&["intel", "show", "popular.example"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("decay.toml"));
}

#[test]
fn lifetimes_come_from_our_own_sightings() {
    let home = loaded();
    assert!(home.ok(&["intel", "survival"]).contains("no indicator was met yet"));
    home.ok(&["detect"]);
    let picture = home.path("curves.svg");
    let curves = home.json(&["intel", "survival", "--quiet", "0", "--svg", &picture.to_string_lossy()]);
    let one = curves.iter().find(|curve| curve["source"] == "feed one").expect("a curve");
    assert_eq!((one["n"].as_u64(), one["kind"].as_str()), (Some(2), Some("domain")));
    assert!(fs::read_to_string(picture).expect("written").starts_with("<svg"));
}

const PATTERNS: &str = r#"{"type": "bundle", "id": "bundle--1", "objects": [
 {"type": "indicator", "id": "indicator--1", "pattern_type": "stix", "valid_from": "2025-01-01T00:00:00Z",
  "confidence": 70, "pattern": "[domain-name:value LIKE '%.evil.example' AND network-traffic:dst_port = 53]"},
 {"type": "indicator", "id": "indicator--2", "pattern_type": "stix", "valid_from": "2025-01-01T00:00:00Z",
  "pattern": "[process:x_hue LIKE 'red%']"}]}"#;

/// What no single value says is held against whole records, also those of the past, until a person finds it harmless.
#[test]
fn a_stix_pattern_is_an_indicator_like_others() {
    let home = Home::new();
    fs::write(home.path("dns.log"), [ZEEK_DNS, LOOK_UPS].concat()).expect("written");
    fs::write(home.path("patterns.json"), PATTERNS).expect("written");
    home.ok(&["ingest", &home.path("dns.log").to_string_lossy()]);
    home.ok(&["detect"]);
    let report = &home.json(&["intel", "load", &home.path("patterns.json").to_string_lossy()])[0];
    assert_eq!((report["claims"].as_u64(), report["rejects"].as_u64()), (Some(1), Some(1)), "{report}");
    assert!(report["files"][0]["told"][0].as_str().is_some_and(|told| told.contains("process:x_hue")), "{report}");
    home.ok(&["detect"]);
    let pattern = "[domain-name:value LIKE '%.evil.example' AND network-traffic:dst_port = 53]";
    let quoted = pattern.replace('\'', "''");
    let found = confidence(&home, &quoted);
    assert_eq!((found.len(), found[0]["confidence"].as_u64()), (1, Some(70)), "{found:?}");
    assert!(found[0]["because"].as_str().is_some_and(|text| text.contains("10.0.0.5 showed the pattern")), "{found:?}");
    home.ok(&["intel", "verdict", "--kind", "pattern", pattern, "false-positive"]);
    home.ok(&["detect", "--since", "2025-11-01", "--until", "2025-12-01"]);
    assert!(confidence(&home, &quoted).is_empty());
}

/// Whether a claim had decayed is asked of the time of the record, so that it does not matter when detection runs; other
/// models weigh what was met before anew.
#[test]
fn a_claim_that_has_decayed_is_noted_and_raises_nothing() {
    let home = Home::new();
    fs::write(home.path("dns.log"), [ZEEK_DNS, LOOK_UPS].concat()).expect("written");
    let claims = "indicator,type,confidence,last_seen,source\nevil.example,domain,80,2024-01-01,an old feed\n";
    fs::write(home.path("old.csv"), claims).expect("written");
    home.ok(&["ingest", &home.path("dns.log").to_string_lossy()]);
    home.ok(&["intel", "load", &home.path("old.csv").to_string_lossy()]);
    home.ok(&["detect"]);
    let noted = confidence(&home, "evil.example");
    assert_eq!((noted.len(), noted[0]["confidence"].as_u64()), (1, Some(9)), "{noted:?}");
    assert!(noted[0]["because"].as_str().is_some_and(|text| text.contains("had decayed")), "{noted:?}");
    assert!(home.json(&["events", "list"]).is_empty());
    let model = "[[model]]\nname = \"mine\"\nkinds = []\nlifetime_days = 3000.0\nspeed = 1.0\nthreshold = 10.0\n";
    fs::write(home.path("home/decay.toml"), model).expect("written");
    home.ok(&["detect"]);
    assert_eq!(confidence(&home, "evil.example")[0]["confidence"], 80);
    assert_eq!(home.json(&["events", "list"]).len(), 1);
}
