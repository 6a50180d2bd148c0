//! Correlation rules as records arrive: late, in parts, again, and with everything between that is kept lost.

use std::{fmt::Write, fs};

use crate::home::Home;

const RULES: &str = "\
title: Failed password
id: 00000000-0000-4000-8000-000000000001
name: failed
logsource: {product: linux, service: sshd}
detection: {keywords: ['Failed password'], condition: keywords}
---
title: Accepted password
id: 00000000-0000-4000-8000-000000000002
name: accepted
logsource: {product: linux, service: sshd}
detection: {keywords: ['Accepted password'], condition: keywords}
---
title: Many failed passwords
id: 00000000-0000-4000-8000-000000000003
name: many
level: medium
correlation:
  type: event_count
  rules: [failed]
  group-by: [src_ip]
  timespan: 10m
  condition: {gte: 3}
---
title: Many failed passwords and then a right one
id: 00000000-0000-4000-8000-000000000004
level: high
tags: [attack.t1110, attack.credential-access]
correlation:
  type: temporal_ordered
  rules: [many, accepted]
  group-by: [src_ip]
  timespan: 2h
---
title: One address tries many accounts
id: 00000000-0000-4000-8000-000000000005
level: medium
correlation:
  type: value_count
  rules: [failed]
  group-by: [src_ip]
  timespan: 30d
  condition: {field: user, gte: 4}
";

fn with_rules() -> Home {
    let home = Home::new();
    fs::create_dir_all(home.path("home/rules")).expect("made");
    fs::write(home.path("home/rules/passwords.yml"), RULES).expect("written");
    fs::write(home.path("home/margay.toml"), "[rules]\npack = false\n").expect("written");
    home
}

fn line(day: u32, minute: u32, failed: bool, user: &str, address: &str) -> String {
    let (word, hour, minute) = (if failed { "Failed" } else { "Accepted" }, minute / 60, minute % 60);
    format!(
        "2026-11-{day:02}T{hour:02}:{minute:02}:01+00:00 web1 sshd[812]: {word} password for {user} from {address} port 50122 ssh2\n"
    )
}

fn ingest(home: &Home, name: &str, text: &str) {
    fs::write(home.path(name), text).expect("written");
    home.ok(&["ingest", &home.path(name).to_string_lossy()]);
}

/// All that findings of correlations say, but which run made them.
fn found(home: &Home) -> Vec<serde_json::Value> {
    home.json(&[
        "sql",
        "SELECT finding_id, dataset, subject_kind, subject, window_start, first_seen, last_seen, n_records, because, \
         labels, techniques, evidence, statistics FROM findings WHERE detector = 'correlation' ORDER BY finding_id",
    ])
}

#[test]
fn a_correlation_fires_across_hours_and_counts_a_late_record() {
    let home = with_rules();
    ingest(
        &home,
        "a.log",
        &(line(20, 10 * 60 + 58, true, "ann", "203.0.113.7") + &line(20, 659, true, "bob", "203.0.113.7")),
    );
    home.ok(&["detect"]);
    assert_eq!(home.number("SELECT count(*) FROM findings"), 0, "single failures are only input");

    ingest(&home, "b.log", &line(20, 11 * 60 + 1, true, "eve", "203.0.113.7"));
    home.ok(&["detect"]);
    let first = found(&home);
    assert_eq!(first.len(), 0, "the inner correlation is only input too");

    ingest(&home, "c.log", &line(20, 11 * 60 + 30, false, "eve", "203.0.113.7"));
    home.ok(&["detect"]);
    let both = found(&home);
    assert_eq!(both.len(), 1, "{both:#?}");
    assert_eq!(both[0]["subject"], "203.0.113.7");
    assert_eq!(
        both[0]["because"],
        "correlation \"Many failed passwords and then a right one\" held for src_ip 203.0.113.7: matches of 2 of 2 rules in their order within 2h, of 2 matches in all"
    );
    assert_eq!(
        both[0]["evidence"]
            .as_array()
            .map(Vec::len)
            .or_else(|| both[0]["evidence"].as_str().map(|text| text.matches("record_id").count())),
        Some(4)
    );
    let shown = home.json(&["sql", "SELECT title, techniques FROM threat_events"]);
    assert_eq!(shown.len(), 1);
    assert!(shown[0]["title"].as_str().is_some_and(|title| title.contains("and then a right one")), "{shown:?}");

    // A late record of the first hour makes it four accounts within the month.
    ingest(&home, "late.log", &line(20, 10 * 60 + 30, true, "joe", "203.0.113.7"));
    home.ok(&["detect"]);
    let with_late = found(&home);
    assert_eq!(with_late.len(), 2, "{with_late:#?}");
    assert_eq!(home.number("SELECT count(*) FROM threat_events"), 1);
    home.ok(&["detect"]);
    assert_eq!(found(&home), with_late);

    // Without the correlations their findings go, and what was only input speaks for itself.
    fs::write(home.path("home/rules/passwords.yml"), RULES.split("---\ntitle: Many").next().expect("a part"))
        .expect("written");
    home.ok(&["detect"]);
    assert_eq!(found(&home), Vec::<serde_json::Value>::new());
    assert_eq!(home.number("SELECT count(*) FROM findings WHERE detector = 'rule'"), 3);
}

/// Attempts over three days, some at the same minute, from three addresses.
fn attempts() -> Vec<String> {
    let mut state = 88_172_645_463_325_252_u64;
    let mut next = |below: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        u32::try_from(state % below).expect("small")
    };
    let mut lines = Vec::new();
    for _ in 0..150 {
        let (day, minute) = (10 + next(3), 300 + next(300));
        let address = format!("203.0.113.{}", 1 + next(3));
        let user = ["ann", "bob", "eve", "joe", "kim"][next(5) as usize];
        let failed = next(5) > 0;
        lines.push(line(day, minute, failed, user, &address));
    }
    lines
}

#[test]
fn records_in_any_order_and_in_parts_give_what_one_pass_gives() {
    let attempts = attempts();
    let mut sorted = attempts.clone();
    sorted.sort();
    let at_once = with_rules();
    ingest(&at_once, "all.log", &sorted.concat());
    at_once.ok(&["detect"]);
    let wanted = found(&at_once);
    assert!(wanted.len() > 20, "{}", wanted.len());

    let in_parts = with_rules();
    for (number, part) in attempts.chunks(30).enumerate() {
        let mut text = String::new();
        part.iter().for_each(|line| write!(text, "{line}").expect("a text"));
        ingest(&in_parts, &format!("part{number}.log"), &text);
        // Again, under another name: it is the same source, and nothing is counted twice.
        ingest(&in_parts, &format!("again{number}.log"), &text);
        if number == 3 {
            fs::remove_dir_all(in_parts.path("home/digests")).expect("removed");
        }
        in_parts.ok(&["detect"]);
    }
    let ids = |found: &[serde_json::Value]| -> Vec<String> {
        found
            .iter()
            .map(|one| format!("{} {} {} {}", one["finding_id"], one["because"], one["first_seen"], one["last_seen"]))
            .collect()
    };
    assert_eq!(ids(&found(&in_parts)), ids(&wanted));

    let hunted = at_once.json(&["rules", "hunt", "--since", "2026-11-12"]);
    let held =
        hunted.iter().filter(|one| one["because"].as_str().is_some_and(|text| text.contains("tries many accounts")));
    assert!(held.count() > 0, "windows reach back before the period");
}

/// A correlation that holds for many is as noisy as a rule, and says so before and after it was in force.
#[test]
fn noise_and_noisy_states_tell_of_correlations_too() {
    let home = with_rules();
    let mut log = String::new();
    for address in 1..=15 {
        let tries = ["ann", "bob", "cat", "dan"].iter().zip(0..);
        tries.for_each(|(user, minute)| log.push_str(&line(20, minute, true, user, &format!("203.0.113.{address}"))));
    }
    ["eve", "fay", "gus"].iter().zip(30..).for_each(|(user, minute)| {
        log.push_str(&line(20, minute, true, user, "203.0.113.1"));
    });
    ingest(&home, "auth.log", &log);
    let noise = home.json(&["rules", "noise", "--since", "2026-11-01", "--until", "2026-12-01"]);
    let of_many = noise.iter().find(|one| one["title"] == "One address tries many accounts").expect("it held");
    assert_eq!((of_many["days"]["2026-11-20"].as_u64(), of_many["n_groups"].as_u64()), (Some(15), Some(15)));
    assert_eq!((of_many["counted_median"].as_f64(), of_many["counted_max"].as_f64()), (Some(4.0), Some(7.0)));
    assert!(home.json(&["rules", "list", "--state", "noisy"]).is_empty(), "nothing was detected yet");
    home.ok(&["detect"]);
    let noisy = home.json(&["rules", "list", "--state", "noisy"]);
    let of_many =
        noisy.iter().find(|one| one["title"] == "One address tries many accounts").expect("more than ten in a day");
    assert_eq!((of_many["n_findings"].as_u64(), of_many["n_subjects"].as_u64()), (Some(15), Some(15)));
}
