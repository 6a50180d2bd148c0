//! Verdicts on threat events: kept with their history, learned from only when asked, and taken back.

use std::{fmt::Write as _, fs};

use serde_json::Value;

use crate::home::{Home, ZEEK_DNS};

/// Each host asks for a listed name of its own, and all of them for one that is listed as well.
pub(crate) fn with_events(n_hosts: usize) -> Home {
    let home = Home::new();
    let mut log = ZEEK_DNS.to_owned();
    let mut claims = "indicator,type,confidence,source\ncdn.shared.example,domain,80,feed\n".to_owned();
    for host in 1..=n_hosts {
        let confidence = if host <= n_hosts / 2 { 90 } else { 30 };
        writeln!(claims, "evil{host}.example,domain,{confidence},feed").expect("a text");
        for (second, name) in [(0, format!("evil{host}.example")), (1, "cdn.shared.example".to_owned())] {
            writeln!(
                log,
                "17636000{host:02}.{second}00000\tC{host}{second}\t10.0.0.{host}\t50001\t192.0.2.53\t53\tudp\t{name}\tA\tNOERROR"
            )
            .expect("a text");
        }
    }
    fs::write(home.path("dns.log"), log).expect("written");
    fs::write(home.path("claims.csv"), claims).expect("written");
    home.ok(&["ingest", &home.path("dns.log").to_string_lossy()]);
    home.ok(&["intel", "load", &home.path("claims.csv").to_string_lossy()]);
    home.ok(&["detect"]);
    home
}

/// Ids of the events about a name.
fn about(home: &Home, name: &str) -> Vec<String> {
    let events = home.json(&["events", "list", "--limit", "1000", "--containing", name]);
    events.iter().filter_map(|event| Some(event["id"].as_str()?.to_owned())).collect()
}

fn judge(home: &Home, id: &str, verdict: &str) {
    home.ok(&["events", "verdict", id, verdict, "--reason", "looked at it", "--by", "ann"]);
}

fn learn(home: &Home, apply: bool) -> Value {
    let arguments: &[&str] = if apply { &["learn", "--apply"] } else { &["learn"] };
    home.json(arguments).remove(0)
}

#[test]
fn verdicts_are_kept_and_can_be_taken_back() {
    let home = with_events(2);
    let id = about(&home, "evil1.example").remove(0);
    let all = home.json(&["events", "list"]).len();
    judge(&home, &id, "false-positive");
    assert_eq!(home.json(&["events", "list", "--open"]).len(), all - 1);
    assert!(home.ok(&["events", "list"]).contains("false positive"));
    judge(&home, &id, "open");
    assert_eq!(home.json(&["events", "list", "--open"]).len(), all);
    let shown = &home.json(&["events", "show", &id])[0];
    let history: Vec<&str> =
        shown["verdicts"].as_array().expect("a list").iter().filter_map(|one| one["judgement"].as_str()).collect();
    assert_eq!(history, ["open", "false_positive"]);
    let refused = home.run(&["events", "verdict", &id, "benign", "--reason", " "]);
    assert_eq!(refused.status.code(), Some(2), "a verdict says why");
    assert_eq!(learn(&home, false)["n_verdicts"], 0, "what was taken back teaches nothing");
}

#[test]
fn chances_are_told_when_asked_for_and_enough_is_known() {
    let home = with_events(24);
    let chance = |host: usize| {
        let id = about(&home, &format!("evil{host}.example")).remove(0);
        home.json(&["events", "show", &id])[0]["event"]["chance"].clone()
    };
    for host in 1..=24 {
        let verdict = if host <= 12 { "true-positive" } else { "false-positive" };
        judge(&home, &about(&home, &format!("evil{host}.example"))[0], verdict);
    }
    let report = learn(&home, false);
    assert_eq!((report["applied"].as_bool(), report["detectors"][0]["n_malicious"].as_u64()), (Some(false), Some(12)));
    home.ok(&["detect"]);
    assert!(chance(1).is_null(), "nothing is learned silently");
    assert!(learn(&home, true)["n_changes"].as_u64() > Some(20));
    let (strong, weak) = (chance(1), chance(24));
    assert!(strong["value"].as_f64() > Some(0.8) && weak["value"].as_f64() < Some(0.2), "{strong} {weak}");
    assert!(home.ok(&["events", "show", &about(&home, "evil1.example")[0]]).contains("by verdicts on events like it"));
    assert_eq!(learn(&home, true)["n_changes"], 0, "the same verdicts teach the same");
}

#[test]
fn what_several_hosts_meet_without_harm_is_raised_no_more() {
    let home = with_events(5);
    let shared = about(&home, "cdn.shared.example");
    assert_eq!(shared.len(), 5);
    for id in shared.iter().take(3) {
        judge(&home, id, "benign");
    }
    let report = learn(&home, true);
    assert_eq!(report["spared"][0]["object"], "shared.example");
    assert!(about(&home, "cdn.shared.example").is_empty());
    home.ok(&["detect"]);
    assert!(about(&home, "cdn.shared.example").is_empty(), "also after another detection");
    assert_eq!(about(&home, "evil1.example").len(), 1, "and nothing else is lost");
}
