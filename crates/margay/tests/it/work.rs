//! Analysts at work: states with their history, merges and their undoing, cases, events from elsewhere.

use std::{fmt::Write as _, fs};

use serde_json::Value;

use crate::{home::Home, verdicts::with_events};

/// Ids of all events, in the order of the list.
fn ids(home: &Home, arguments: &[&str]) -> Vec<String> {
    let mut list = vec!["events", "list", "--limit", "1000"];
    list.extend(arguments);
    home.json(&list).iter().filter_map(|event| Some(event["id"].as_str()?.to_owned())).collect()
}

fn history(home: &Home, id: &str) -> Vec<(String, String)> {
    let lines = home.json(&["events", "history", id]);
    lines.iter().map(|line| (text(&line["change"]), text(&line["changed_by"]))).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn state(home: &Home, id: &str) -> Value {
    home.json(&["events", "show", id]).remove(0)["work"].clone()
}

#[test]
fn what_people_do_is_kept_with_who_and_survives_detection() {
    let home = with_events(3);
    let all = ids(&home, &[]);
    let (a, b) = (all[0].as_str(), all[1].as_str());
    home.ok(&["events", "state", "confirmed", a, "--reason", "implant found", "--by", "ann"]);
    home.ok(&["events", "assign", "bob", a, b, "--by", "ann"]);
    home.ok(&["events", "tag", "Ransom", a, "--by", "bob"]);
    home.ok(&["events", "comment", "line one\nline \u{1b}[2J two", a, "--by", "bob"]);
    home.ok(&["detect", "--since", "2025-01-01"]);
    let work = state(&home, a);
    assert_eq!((text(&work["state"]), text(&work["assignee"])), ("confirmed".to_owned(), "bob".to_owned()));
    let changes = history(&home, a);
    let (changes, who): (Vec<_>, Vec<_>) = changes.into_iter().unzip();
    assert_eq!(changes, ["state", "assign", "tag", "comment"]);
    assert_eq!(who, ["ann", "ann", "bob", "bob"]);
    assert_eq!(ids(&home, &["--tag", "ransom"]), [a], "tags are kept in lower case");
    assert_eq!(ids(&home, &["--assignee", "bob"]).len(), 2);
    assert_eq!(ids(&home, &["--state", "new"]).len(), all.len() - 2 + 1, "one of the two was only assigned");
    assert!(!home.ok(&["events", "history", a]).contains('\u{1b}'), "shown, and not obeyed");
    assert_eq!(home.json(&["learn"])[0]["n_verdicts"], 1, "a state that is a verdict is a label");
}

#[test]
fn who_was_slower_is_told() {
    let home = with_events(2);
    let id = ids(&home, &[]).remove(0);
    home.ok(&["events", "state", "triaged", &id, "--reason", "looking", "--version", "0", "--by", "ann"]);
    let late = home.run(&["events", "state", "closed", &id, "--reason", "noise", "--version", "0", "--by", "bob"]);
    assert_eq!(late.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&late.stderr).contains("ann has changed it"), "{late:?}");
    assert_eq!(text(&state(&home, &id)["state"]), "triaged");
}

#[test]
fn many_hands_at_once_lose_nothing() {
    let home = with_events(2);
    let id = ids(&home, &[]).remove(0);
    let hands: Vec<_> = (0..8)
        .map(|n| home.command(&["events", "tag", &format!("t{n}"), &id, "--by", "ann"]).spawn().expect("starts"))
        .collect();
    for mut hand in hands {
        assert!(hand.wait().expect("ends").success());
    }
    assert_eq!(state(&home, &id)["tags"].as_array().map(Vec::len), Some(8));
    assert_eq!(history(&home, &id).len(), 8);
}

#[test]
fn a_merge_is_taken_back_with_its_verdict_and_goes_in_no_circle() {
    let home = with_events(3);
    let all = ids(&home, &[]);
    let (a, b, c) = (all[0].as_str(), all[1].as_str(), all[2].as_str());
    home.ok(&["events", "verdict", b, "true-positive", "--reason", "seen", "--by", "ann"]);
    home.ok(&["events", "merge", a, b, c, "--reason", "one beacon"]);
    assert_eq!(ids(&home, &["--duplicate-of", a]).len(), 2);
    assert_eq!(home.json(&["learn"])[0]["n_verdicts"], 0, "a duplicate teaches nothing");
    assert_eq!(home.run(&["events", "merge", b, a, "--reason", "x"]).status.code(), Some(2), "no circle");
    let judged = home.run(&["events", "verdict", b, "benign", "--reason", "x"]);
    assert_eq!(judged.status.code(), Some(2), "the verdict belongs to the original");
    home.ok(&["events", "split", b, "--reason", "two beacons"]);
    assert_eq!(text(&state(&home, b)["state"]), "confirmed");
    assert_eq!(home.json(&["learn"])[0]["n_verdicts"], 1);
}

#[test]
fn many_are_changed_by_what_they_have_in_common_and_never_by_accident() {
    let home = with_events(4);
    let all = ids(&home, &[]).len();
    assert_eq!(home.run(&["events", "state", "closed", "--reason", "x"]).status.code(), Some(2), "none are named");
    let shared = ["events", "state", "closed", "--containing", "shared", "--reason", "our own", "--by", "ann"];
    let dry: Vec<&str> = shared.iter().copied().chain(["--dry-run"]).collect();
    assert_eq!(home.json(&dry).len(), 4);
    assert_eq!(ids(&home, &["--state", "closed"]).len(), 0, "it was tried only");
    home.ok(&shared);
    assert_eq!(ids(&home, &["--state", "closed"]).len(), 4);
    assert_eq!(ids(&home, &[]).len(), all);
}

#[test]
fn history_is_only_ever_added_to() {
    let home = with_events(2);
    let id = ids(&home, &[]).remove(0);
    home.ok(&["events", "comment", "mine", &id, "--by", "ann"]);
    let before = history(&home, &id);
    for statement in ["DELETE FROM work_history", "UPDATE work_history SET changed_by = 'bob'"] {
        assert!(!home.run(&["sql", statement]).status.success(), "{statement}");
    }
    assert_eq!(history(&home, &id), before);
}

#[test]
fn a_case_holds_what_is_known_and_tells_it_in_order() {
    let home = with_events(3);
    let all = ids(&home, &[]);
    let opened = home.json(&["cases", "new", "Beacons", "--event", &all[0], "--owner", "ann", "--by", "ann"]).remove(0);
    assert_eq!((opened["number"].as_i64(), text(&opened["severity"]).is_empty()), (Some(1), false));
    home.ok(&["cases", "add", "1", "event", &all[1], "--by", "bob"]);
    home.ok(&["cases", "add", "1", "indicator", "hxxp://evil[.]example/a", "--note", "from the mail"]);
    let table_wrong = home.run(&["cases", "add", "1", "record", "nowhere/1"]);
    assert_eq!(table_wrong.status.code(), Some(2));
    home.ok(&["cases", "task", "1", "image the host", "--assignee", "bob"]);
    home.ok(&["cases", "rfi", "1", "whose is 10.0.0.1?", "--to", "network"]);
    home.ok(&["cases", "note", "1", "they called back", "--by", "bob"]);
    let refused = home.run(&["cases", "close", "1", "resolved", "--reason", "done"]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("2 tasks or requests are open"), "{refused:?}");
    home.ok(&["cases", "task", "1", "--done", "1"]);
    home.ok(&["cases", "rfi", "1", "a printer", "--answer", "1", "--by", "network"]);
    home.ok(&["cases", "close", "1", "resolved", "--reason", "rebuilt"]);
    assert!(home.json(&["cases", "list"]).is_empty());
    assert_eq!(home.json(&["cases", "list", "--all"]).len(), 1);
    let timeline = home.json(&["cases", "timeline", "1"]);
    let times: Vec<String> = timeline.iter().map(|moment| text(&moment["at"])).collect();
    assert!(times.is_sorted() && timeline.iter().any(|moment| moment["kind"] == "event"), "{timeline:?}");
    assert!(home.ok(&["cases", "show", "1"]).contains("they called back"));
    assert!(home.ok(&["events", "show", &all[0]]).contains("case 1"));
    let bundle: Value = serde_json::from_str(&home.ok(&["cases", "share", "1"])).expect("JSON");
    let objects = bundle["objects"].as_array().expect("objects");
    assert!(objects.iter().any(|object| object["type"] == "grouping" && object["name"] == "Beacons"));
    assert_eq!(home.run(&["cases", "share", "1", "--tlp", "clear"]).status.code(), Some(2), "the case is marked");
}

#[test]
fn events_of_others_come_once_and_what_is_wrong_is_told() {
    let home = Home::new();
    let mut rows = "id,title,severity,first_seen,techniques,targets,indicators,tlp\n".to_owned();
    for n in 0..5 {
        writeln!(rows, "a{n},Alert {n},high,2026-11-20T09:30:0{n}Z,T1071.001,host:ws-{n},domain:evil{n}.example,amber")
            .expect("a text");
    }
    rows.push_str("a9,Broken,awful,2026-11-20,,,,\n");
    fs::write(home.path("alerts.csv"), &rows).expect("written");
    let path = home.path("alerts.csv");
    let path = path.to_string_lossy();
    let import = |more: &[&str]| {
        let mut arguments = vec!["--json", "events", "import", &path, "--source", "edr"];
        arguments.extend(more);
        let output = home.run(&arguments);
        assert_eq!(output.status.code(), Some(3), "one row is wrong: {output:?}");
        serde_json::from_slice::<Value>(&output.stdout).expect("a report")
    };
    assert_eq!(import(&["--dry-run"])["new"], 5);
    assert!(ids(&home, &[]).is_empty());
    let first = import(&[]);
    assert_eq!((first["new"].as_u64(), first["rejected"].as_u64()), (Some(5), Some(1)));
    assert_eq!(
        (first["problems"][0]["line"].as_u64(), text(&first["problems"][0]["column"])),
        (Some(7), "severity".to_owned())
    );
    assert_eq!(import(&[])["same"], 5, "a second time changes nothing");
    let id = ids(&home, &["--containing", "evil1.example"]).remove(0);
    home.ok(&["events", "state", "triaged", &id, "--reason", "x"]);
    fs::write(&*path, rows.replace("Alert 1", "Alert one")).expect("written");
    assert_eq!(import(&[])["changed"], 1);
    let shown = home.json(&["events", "show", &id]).remove(0);
    assert_eq!(
        (text(&shown["event"]["title"]), text(&shown["work"]["state"])),
        ("Alert one".to_owned(), "triaged".to_owned())
    );
    assert!(home.ok(&["events", "show", &id]).contains("edr reports it"));
}

#[test]
fn what_detection_raises_no_more_stays_while_somebody_is_at_work_on_it() {
    let home = with_events(5);
    let shared = ids(&home, &["--containing", "cdn.shared.example"]);
    for id in &shared[..3] {
        home.ok(&["events", "verdict", id, "benign", "--reason", "a delivery network", "--by", "ann"]);
    }
    home.ok(&["events", "assign", "bob", &shared[3]]);
    home.ok(&["learn", "--apply"]);
    assert_eq!(ids(&home, &["--containing", "cdn.shared.example"]), [shared[3].as_str()], "bob has it on his desk");
    assert_eq!(ids(&home, &["--state", "benign-true-positive"]).len(), 3, "what was settled is there for who asks");
    assert_eq!(history(&home, &shared[0]).len(), 1);
    assert_eq!(home.json(&["learn", "--apply"])[0]["n_changes"], 0, "what is kept is no change");
    home.ok(&["events", "state", "closed", &shared[3], "--reason", "the same"]);
    assert!(ids(&home, &["--containing", "cdn.shared.example"]).is_empty());
}
