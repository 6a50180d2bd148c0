//! Sigma rules as a detection engineer meets them: checked, hunted with, and held against every record.

use std::fs;

use crate::home::Home;

const RULE: &str = "\
title: Someone tries the account of the backup
id: 5f1c4b0e-8f0b-4d8e-9d0a-0c1a5a9b7e21
status: test
level: high
tags: [attack.credential-access, attack.t1110]
logsource: {product: linux, service: sshd}
detection:
  keywords: ['Failed password for backup']
  condition: keywords
";

const LOG: &str = "\
2026-11-20T10:00:01+00:00 web1 sshd[812]: Failed password for backup from 203.0.113.7 port 50122 ssh2
2026-11-20T10:00:04+00:00 web1 sshd[812]: Failed password for backup from 203.0.113.7 port 50122 ssh2
2026-11-20T10:00:09+00:00 web1 sshd[815]: Accepted publickey for ann from 198.51.100.4 port 40022 ssh2: RSA SHA256:x
";

fn with_log() -> Home {
    let home = Home::new();
    fs::write(home.path("auth.log"), LOG).expect("written");
    home.ok(&["ingest", &home.path("auth.log").to_string_lossy()]);
    home
}

#[test]
fn a_rule_hunts_and_then_makes_an_event_that_stays_the_same() {
    let home = with_log();
    home.ok(&["detect"]);
    assert_eq!(home.number("SELECT count(*) FROM threat_events"), 0);

    fs::create_dir_all(home.path("home/rules")).expect("made");
    fs::write(home.path("home/rules/backup.yml"), RULE).expect("written");
    let found = home.json(&["rules", "hunt"]);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["n_records"], 2);

    home.ok(&["detect"]);
    let titles = || home.json(&["sql", "SELECT title, techniques, n_records, run_id FROM threat_events"]);
    let before = titles();
    assert_eq!(before.len(), 1, "records that were there before the rule are held against it");
    assert!(before[0]["title"].as_str().is_some_and(|title| title.contains("Someone tries the account")));
    home.ok(&["detect"]);
    assert_eq!(titles(), before);

    fs::remove_file(home.path("home/rules/backup.yml")).expect("removed");
    home.ok(&["detect"]);
    assert_eq!(
        home.number("SELECT count(*) FROM findings WHERE detector = 'rule'"),
        0,
        "the rule is gone, and its findings"
    );
}

#[test]
fn a_wrong_rule_is_told_with_its_place() {
    let home = Home::new();
    let path = home.path("wrong.yml");
    fs::write(&path, RULE.replace("condition: keywords", "condition: keyword")).expect("written");
    let output = home.run(&["rules", "check", &path.to_string_lossy()]);
    assert_eq!(output.status.code(), Some(3));
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(told.contains("wrong.yml:9:14:") && told.contains("S011"), "{told}");
}

#[test]
fn matches_are_told_record_by_record_with_the_names_that_their_source_gives_them() {
    let home = with_log();
    let path = home.path("backup.yml");
    fs::write(&path, RULE).expect("written");
    let rule = path.to_string_lossy();
    let matches = home.json(&["rules", "hunt", &rule, "--matches", "--raw"]);
    assert_eq!(matches.len(), 2, "one for each record, not one for each host: {matches:?}");
    let stored =
        home.json(&["sql", "SELECT record_id, raw FROM logons WHERE raw LIKE '%for backup%' ORDER BY record_id"]);
    for (found, stored) in matches.iter().zip(&stored) {
        assert_eq!(found["rule_id"], "5f1c4b0e-8f0b-4d8e-9d0a-0c1a5a9b7e21");
        assert_eq!((&found["record_id"], &found["raw"]), (&stored["record_id"], &stored["raw"]));
        assert_eq!(found["origin"]["host"], "web1");
    }
    let without = home.json(&["rules", "hunt", &rule, "--matches"]);
    assert!(without.iter().all(|found| found.get("raw").is_none()));
}

#[test]
fn refused_rules_do_not_go_unnoticed() {
    let home = with_log();
    fs::create_dir_all(home.path("home/rules")).expect("made");
    fs::write(home.path("home/rules/good.yml"), RULE).expect("written");
    fs::write(home.path("home/rules/wrong.yml"), RULE.replace("condition: keywords", "condition: keyword"))
        .expect("written");

    let output = home.run(&["detect"]);
    assert!(output.status.success());
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("1 rule was refused") && told.contains("margay rules check"), "{told}");
    assert_eq!(home.json(&["detect"])[0]["n_rules_refused"], 1);

    let listed = home.json(&["rules", "list", "--state", "refused"]);
    assert_eq!((listed.len(), listed[0]["line"].as_u64(), listed[0]["code"].as_str()), (1, Some(9), Some("S011")));
    let checked = home.run(&["check"]);
    assert_eq!(checked.status.code(), Some(1));
    let told = String::from_utf8_lossy(&checked.stdout);
    assert!(told.contains("wrong.yml:9:14: S011"), "{told}");
    assert_eq!(home.run(&["rules", "check"]).status.code(), Some(3), "the home folder is looked at without a path");
}

#[test]
fn a_hunt_groups_by_rule_and_counts_subjects() {
    let home = Home::new();
    let log: String = (0..7)
        .map(|n| format!("2026-11-20T10:00:0{n}+00:00 web{n} sshd[812]: Failed password for backup from 203.0.113.7 port 50122 ssh2\n"))
        .collect();
    fs::write(home.path("auth.log"), log).expect("written");
    fs::write(home.path("backup.yml"), RULE).expect("written");
    home.ok(&["ingest", &home.path("auth.log").to_string_lossy()]);
    let told = home.ok(&["rules", "hunt", &home.path("backup.yml").to_string_lossy()]);
    assert_eq!(told.matches("Someone tries the account of the backup").count(), 1, "{told}");
    assert!(told.contains("7 records, 7 subjects") && told.contains("and 2 more"), "{told}");
}

/// The rules that come with the product, with the examples beside them.
fn pack() -> String {
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../content/rules").to_owned()
}

#[test]
fn every_example_of_the_pack_passes_and_nothing_is_to_be_remarked() {
    let home = Home::new();
    let output = home.run(&["rules", "test", &pack()]);
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{told}");
    let remarks = String::from_utf8_lossy(&output.stderr);
    assert!(!remarks.contains("no example"), "{remarks}");
    assert!(home.json(&["rules", "check", &pack()]).is_empty());
    assert!(home.json(&["rules", "list"]).len() >= 65);
    fs::write(home.path("home/margay.toml"), "[rules]\npack = false\n").expect("written");
    assert!(home.json(&["rules", "list"]).is_empty());
}

#[test]
fn from_an_idea_to_a_rule_that_is_tested_explained_and_calmed() {
    let home = with_log();
    let folder = home.path("home/rules");
    home.ok(&[
        "rules",
        "new",
        "Guess at the backup",
        "--product",
        "linux",
        "--service",
        "sshd",
        "--where",
        "user=backup",
        "--where",
        "success=false",
        "--tag",
        "T1110",
        "--level",
        "high",
        "--author",
        "ann",
    ]);
    let rule = folder.join("guess_at_the_backup.yml");
    let path = rule.to_string_lossy().into_owned();
    assert!(home.ok(&["rules", "check", &path]).contains("0 problems"));
    let line = LOG.lines().next().expect("a line");
    let other = LOG.lines().last().expect("a line");
    let examples = |wanted: &str, unwanted: &str| {
        let text = format!(
            "match:\n  - name: a guess\n    raw: '{wanted}'\nno_match:\n  - name: ann\n    raw: '{unwanted}'\n"
        );
        fs::write(folder.join("guess_at_the_backup.test.yml"), text).expect("written");
    };
    examples(line, other);
    assert!(home.ok(&["rules", "test", &path]).contains("2 examples of 1 rule passed, 0 failed"));
    examples(other, line);
    let output = home.run(&["rules", "test", &path]);
    let told = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(3));
    assert!(told.contains("asked for: backup") && told.contains("\"ann\""), "{told}");

    fs::write(home.path("one.log"), format!("{line}\n")).expect("written");
    let explained = home.json(&["rules", "explain", &path, &home.path("one.log").to_string_lossy()]);
    assert_eq!(explained[0]["explanation"]["matched"], true);
    let ids = home.json(&["sql", "SELECT record_id FROM logons WHERE user = 'ann'"]);
    let explained = home.json(&["rules", "explain", &path, ids[0]["record_id"].as_str().expect("an id")]);
    assert_eq!(explained[0]["explanation"]["matched"], false);

    let many: String = (10..40)
        .map(|n| {
            format!(
                "2026-11-20T11:00:{n}+00:00 web2 sshd[9]: Failed password for backup from 198.51.100.9 port 5012 ssh2\n"
            )
        })
        .collect();
    fs::write(home.path("many.log"), many).expect("written");
    home.ok(&["ingest", &home.path("many.log").to_string_lossy()]);
    let noise = home.json(&["rules", "noise", &path, "--since", "2026-11-01"]);
    assert_eq!((noise[0]["n_records"].as_u64(), noise[0]["n_subjects"].as_u64()), (Some(32), Some(2)), "{noise:?}");
    let filters = home.ok(&["rules", "noise", &path, "--since", "2026-11-01", "--filters"]);
    fs::write(folder.join("calm.yml"), &filters).expect("written");
    let calmed = home.json(&["rules", "hunt", &folder.to_string_lossy()]);
    let left: u64 = calmed.iter().filter_map(|finding| finding["n_records"].as_u64()).sum();
    assert_eq!(left, 2, "the filter takes out what it says\n{filters}");
}

#[test]
fn rules_are_added_whole_or_not_at_all() {
    let home = Home::new();
    fs::create_dir_all(home.path("new/below")).expect("made");
    fs::write(home.path("new/below/good.yml"), RULE).expect("written");
    fs::write(home.path("new/wrong.yml"), RULE.replace("condition: keywords", "condition: x")).expect("written");
    let new = home.path("new").to_string_lossy().into_owned();
    assert_eq!(home.run(&["rules", "add", &new]).status.code(), Some(3));
    assert!(!home.path("home/rules/below/good.yml").exists());
    fs::remove_file(home.path("new/wrong.yml")).expect("removed");
    home.ok(&["rules", "add", &new]);
    assert!(home.path("home/rules/below/good.yml").exists());
    let own = home.json(&["rules", "list", "--containing", "account of the backup"]);
    assert_eq!((own.len(), own[0]["from"].as_str()), (1, Some("own")));
}

const WITH_PLACEHOLDER: &str = "\
title: Someone of ours fails
id: 5f1c4b0e-8f0b-4d8e-9d0a-0c1a5a9b7e22
level: high
logsource: {product: linux, service: sshd}
detection:
  selection: {Account|expand: '%ours%', How: password}
  condition: selection
";

const PIPELINE: &str = "\
name: ours
priority: 10
vars: {ours: [backup, oper*]}
transformations:
- {type: field_name_mapping, mapping: {Account: user, How: method}}
";

#[test]
fn a_pipeline_of_the_home_gives_values_and_names_and_is_new_for_past_hours() {
    let home = with_log();
    fs::write(home.path("home/margay.toml"), "[rules]\npack = false\n").expect("written");
    fs::create_dir_all(home.path("home/rules")).expect("made");
    fs::write(home.path("home/rules/ours.yml"), WITH_PLACEHOLDER).expect("written");
    home.ok(&["detect"]);
    assert_eq!(home.run(&["rules", "check"]).status.code(), Some(3), "the placeholder has no values");

    let pipeline = home.path("ours.yml");
    fs::write(&pipeline, PIPELINE).expect("written");
    let pipeline = pipeline.to_string_lossy().into_owned();
    assert_eq!(home.json(&["rules", "hunt", "--pipeline", &pipeline]).len(), 1);
    assert!(!home.run(&["rules", "hunt"]).status.success(), "the only rule is refused");

    fs::create_dir_all(home.path("home/pipelines")).expect("made");
    fs::write(home.path("home/pipelines/ours.yml"), PIPELINE).expect("written");
    home.ok(&["rules", "check"]);
    home.ok(&["detect"]);
    assert_eq!(home.number("SELECT n_records FROM findings WHERE detector = 'rule'"), 2);

    fs::write(home.path("home/pipelines/ours.yml"), PIPELINE.replace("mapping:", "mappings:")).expect("written");
    let told = home.run(&["rules", "check"]);
    assert!(String::from_utf8_lossy(&told.stdout).contains("ours.yml:5:3: refused S041"), "{told:?}");
}

#[test]
fn rules_are_measured_over_files_and_the_lake() {
    let home = Home::new();
    fs::write(home.path("auth.log"), LOG).expect("written");
    fs::write(home.path("backup.yml"), RULE).expect("written");
    let (log, rule) = (home.path("auth.log"), home.path("backup.yml"));
    let (log, rule) = (log.to_string_lossy(), rule.to_string_lossy());
    let found = home.json(&["bench", "rules", "--rules", &rule, "--peer", "cat {file}", &log]);
    let report = &found[0];
    for held in ["stream", "decoded", "burdened"] {
        assert_eq!((&report[held]["rows"], &report[held]["matches"]), (&3.into(), &2.into()), "{held}");
    }
    assert_eq!((&report["hunt"]["rows"], &report["hunt"]["findings"]), (&3.into(), &1.into()));
    assert_eq!(report["peer"]["matches"], 3, "each line of the log is printed");
    assert!(home.ok(&["bench", "rules", "--rules", &rule, &log]).contains("decoded and held"));
}

#[test]
fn without_rules_of_ones_own_the_pack_is_measured() {
    let home = Home::new();
    fs::write(home.path("auth.log"), LOG).expect("written");
    let log = home.path("auth.log").to_string_lossy().into_owned();
    let report = home.json(&["bench", "rules", &log]);
    assert!(report[0]["load"]["rules"].as_u64().is_some_and(|rules| rules >= 20));
    fs::create_dir_all(home.path("home/rules")).expect("made");
    fs::write(home.path("home/rules/backup.yml"), RULE).expect("written");
    assert_eq!(home.json(&["bench", "rules", &log])[0]["load"]["rules"], 1);
}

#[test]
fn a_file_that_is_no_text_is_refused_and_stops_no_other() {
    let home = with_log();
    fs::create_dir_all(home.path("home/rules")).expect("made");
    fs::write(home.path("home/rules/good.yml"), RULE).expect("written");
    fs::write(home.path("home/rules/bad.yml"), b"title: caf\xe9\n").expect("written");
    let told = home.run(&["rules", "check"]);
    assert_eq!(told.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&told.stdout).contains("bad.yml:1:1: refused S001"), "{told:?}");
    home.ok(&["detect"]);
    assert!(home.number("SELECT count(*) FROM findings WHERE detector = 'rule'") > 0, "the other rule is held");
}
