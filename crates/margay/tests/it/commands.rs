//! Each command does what its help says.

use std::{fs, io::Write, process::Stdio};

use crate::home::{Home, as_strs, ingest_world, margay, world};

#[test]
fn reading_twice_adds_nothing() {
    let home = Home::new();
    let arguments = ingest_world();
    let first = &home.json(&as_strs(&arguments))[0];
    assert!(first["rows"].as_u64().expect("a number") > 10_000, "{first}");
    assert_eq!(first["rejects"], 0, "{first}");
    let before = home.counts();
    let second = &home.json(&as_strs(&arguments))[0];
    assert_eq!(second["rows"], 0, "{second}");
    assert_eq!(home.counts(), before);
    assert!(before.iter().all(|(_, rows, records)| rows == records), "{before:?}");
}

#[test]
fn a_moved_and_packed_copy_is_the_same_source() {
    let home = Home::new();
    let log = "#separator \\x09\n#path\tdns\n#fields\tts\tuid\tquery\n#types\ttime\tstring\tstring\n\
               1521911720.865716\tC1\ta.example\n1521911721.865716\tC2\tb.example\n";
    fs::write(home.path("dns.log"), log).expect("written");
    home.ok(&["ingest", &home.path("dns.log").to_string_lossy()]);
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(log.as_bytes()).expect("in memory");
    fs::write(home.path("elsewhere.gz"), packed.finish().expect("in memory")).expect("written");
    home.ok(&["ingest", &home.path("elsewhere.gz").to_string_lossy()]);
    assert_eq!(home.number("SELECT count(*) FROM dns_queries"), 2);
}

#[test]
fn standard_input_is_a_source() {
    let home = Home::new();
    let mut child = home.command(&["ingest", "-"]).stdin(Stdio::piped()).stdout(Stdio::null()).spawn().expect("starts");
    let line = br#"{"_path":"dns","ts":1521911720.5,"uid":"C1","query":"a.example"}"#;
    child.stdin.take().expect("piped").write_all(line).expect("written");
    assert!(child.wait().expect("ends").success());
    assert_eq!(home.number("SELECT count(*) FROM dns_queries WHERE query = 'a.example'"), 1);
}

#[test]
fn answers_come_in_every_form() {
    let home = Home::new();
    home.ok(&as_strs(&ingest_world()));
    let query = "SELECT observed_at, src_ip, query, answers FROM dns_queries ORDER BY record_id LIMIT 20";
    assert_eq!(home.ok(&["sql", query, "--format", "csv"]).lines().count(), 21);
    assert_eq!(home.json(&["sql", query]).len(), 20);
    assert!(home.ok(&["sql", query]).contains("src_ip"));
    for (format, magic) in [("parquet", &b"PAR1"[..]), ("arrow", &b"\xff\xff\xff\xff"[..])] {
        let file = home.path(format);
        home.ok(&["sql", query, "--format", format, "--output", &file.to_string_lossy()]);
        assert!(fs::read(&file).expect("written").starts_with(magic), "{format}");
    }
}

#[test]
fn errors_have_three_parts_and_a_code() {
    let home = Home::new();
    for (arguments, code, says) in [
        (&["ingest", "no/such/file"][..], 2, "there is no such file"),
        (&["sql", "DROP TABLE connections"], 2, "questions only"),
        (&["sql", "SELECT * FROM nothing"], 2, "nothing"),
        (&["events", "show", "ffff"], 2, "there is no threat event"),
        (&["detect", "--since", "2026-01-02", "--until", "2026-01-01"], 2, "the period is empty"),
        (&["intel", "load", "no/such/file"], 2, "there is no such file"),
    ] {
        let output = home.run(arguments);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {told}");
        assert!(told.contains(says), "{arguments:?}: {told}");
    }
}

#[test]
fn completions_and_lists_are_not_empty() {
    let home = Home::new();
    assert!(home.ok(&["completions", "bash"]).contains("margay"));
    for list in ["formats", "detectors", "tables"] {
        assert!(!home.json(&[list]).is_empty(), "{list}");
    }
    assert!(home.ok(&["tables", "connections"]).contains("src_ip"));
}

#[test]
fn check_is_content_with_a_new_home_and_names_a_misspelt_parameter() {
    let home = Home::new();
    home.ok(&["check"]);
    fs::write(home.path("home/margay.toml"), "[detectors.beaconing]\nno_such = 1.0\n").expect("written");
    let output = home.run(&["check"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stdout).contains("no_such"));
}

#[test]
fn time_travel_sees_what_was_there() {
    let home = Home::new();
    let log =
        |n: u64| format!("{{\"_path\":\"dns\",\"ts\":152191172{n}.5,\"uid\":\"C{n}\",\"query\":\"a.example\"}}\n");
    fs::write(home.path("one.json"), log(1)).expect("written");
    home.ok(&["ingest", "--format", "zeek", &home.path("one.json").to_string_lossy()]);
    let version = home.json(&["lake", "status"]).into_iter().find(|one| one["table"] == "dns_queries").expect("listed");
    fs::write(home.path("two.json"), log(2)).expect("written");
    home.ok(&["ingest", "--format", "zeek", &home.path("two.json").to_string_lossy()]);
    let count = "SELECT count(*) AS n FROM dns_queries";
    let then = home.json(&["sql", count, "--as-of", &version["version"].to_string()]);
    assert_eq!((then[0]["n"].as_u64(), home.number(count)), (Some(1), 2));
}

#[test]
fn compaction_changes_no_row() {
    let home = Home::new();
    for part in ["zeek", "zeek_branch", "cloudflare"] {
        home.ok(&["ingest", &world().join(part).to_string_lossy()]);
    }
    let before = home.counts();
    home.ok(&["lake", "compact"]);
    assert_eq!(home.counts(), before);
    home.ok(&as_strs(&ingest_world()));
    assert_eq!(home.counts(), before);
}

#[test]
fn help_shows_examples_everywhere() {
    for command in ["ingest", "sql", "detect", "sim", "demo", "plan", "check"] {
        let output = margay().args([command, "--help"]).output().expect("runs");
        assert!(String::from_utf8_lossy(&output.stdout).contains("Example"), "{command}");
    }
}
