//! A log that nobody has heard of, from its first look to its rows; and mappings that are wrong.

use std::{fs, io::Write, process::Stdio};

use crate::home::Home;

/// What an appliance of one's own may write.
const LOG: &str = "\
2026-11-21T10:00:00.123Z gate 10.0.0.5 \"GET /index.html?a=1 HTTP/1.1\" 200 5120 \"Mozilla/5.0 (X11)\"\n\
2026-11-21T10:00:01.456Z gate 10.0.0.6 \"POST /login HTTP/1.1\" 302 0 \"curl/8.0\"\n\
2026-11-21T10:00:02.456Z gate 10.0.0.6 \"GET /admin HTTP/1.1\" 404 12 \"curl/8.0\"\n";

#[test]
fn an_unheard_of_log_is_in_a_table_after_two_commands() {
    let home = Home::new();
    let sample = home.path("appliance.log").to_string_lossy().into_owned();
    fs::write(&sample, LOG).expect("written");
    let draft = home.ok(&["formats", "new", &sample, "--name", "appliance"]);
    assert!(draft.contains("http_requests"), "{draft}");
    home.ok(&["ingest", &sample]);
    let rows = home.json(&["sql", "SELECT src_ip, method, path, status FROM http_requests ORDER BY observed_at"]);
    assert_eq!(rows.len(), 3, "{rows:?}");
    assert_eq!(
        (&rows[1]["method"], &rows[1]["path"], &rows[1]["status"]),
        (&"POST".into(), &"/login".into(), &302.into())
    );
    let again = home.run(&["formats", "new", &sample, "--name", "appliance"]);
    assert_eq!(again.status.code(), Some(2), "a draft must not overwrite what a person has corrected");
}

#[test]
fn explaining_writes_nothing() {
    let home = Home::new();
    let mut child = home
        .command(&["--json", "ingest", "--explain", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("starts");
    let line = br#"{"_path":"dns","ts":1521911720.5,"uid":"C1","query":"a.example","extra":7}"#;
    child.stdin.take().expect("piped").write_all(line).expect("written");
    let output = child.wait_with_output().expect("ends");
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).expect("one object");
    assert_eq!(told["formats"][0]["format"], "zeek", "{told}");
    assert_eq!(told["records"][0]["table"], "dns_queries", "{told}");
    assert_eq!(told["records"][0]["attrs"], "{\"extra\":7}", "{told}");
    assert_eq!(home.number("SELECT count(*) FROM dns_queries"), 0);

    fs::write(home.path("unknown.bin"), [0_u8; 64]).expect("written");
    let unknown = home.run(&["ingest", "--explain", &home.path("unknown.bin").to_string_lossy()]);
    assert_eq!(unknown.status.code(), Some(3));
}

#[test]
fn a_wrong_mapping_is_told_with_line_and_column() {
    let home = Home::new();
    let file = home.path("wrong.toml");
    let mapping = "name = \"acme\"\ntime = \"ts\"\n[records]\nshape = \"json\"\n[[record]]\ntable = \"connections\"\n\
                   [record.columns]\nsrc_ipp = \"ip\"\n";
    fs::write(&file, mapping).expect("written");
    let checked = home.run(&["check", &file.to_string_lossy()]);
    assert_eq!(checked.status.code(), Some(1));
    let told = String::from_utf8_lossy(&checked.stdout).into_owned();
    assert!(told.contains("wrong.toml:8:1:") && told.contains("did you mean \"src_ip\"?"), "{told}");

    // A wrong mapping in the home folder stops an ingest: what it should have read must not be read otherwise.
    fs::create_dir_all(home.path("home/mappings")).expect("made");
    fs::copy(&file, home.path("home/mappings/wrong.toml")).expect("copied");
    fs::write(home.path("a.json"), "{\"ts\":1521911720,\"ip\":\"10.0.0.1\"}\n").expect("written");
    let log = home.path("a.json").to_string_lossy().into_owned();
    assert_eq!(home.run(&["ingest", &log]).status.code(), Some(2));

    fs::write(home.path("home/mappings/wrong.toml"), mapping.replace("src_ipp", "src_ip")).expect("written");
    assert!(home.run(&["check", &home.path("home/mappings").to_string_lossy()]).status.success());
    home.ok(&["ingest", "--format", "acme", &log]);
    assert_eq!(home.number("SELECT count(*) FROM connections WHERE src_ip = '10.0.0.1'"), 1);
}

#[test]
fn a_mapping_can_be_named_for_one_ingest() {
    let home = Home::new();
    let mapping = "name = \"acme\"\ntime = \"when\"\n[records]\nshape = \"csv\"\ndelimiter = \";\"\n[[record]]\n\
                   table = \"logons\"\n[record.columns]\nuser = \"who\"\n\
                   success = { field = \"how\", words = { fine = true, bad = false } }\n";
    fs::write(home.path("acme.toml"), mapping).expect("written");
    let log = "when;who;how\n2026-11-21 10:00:00;ann;fine\n2026-11-21 10:00:01;bob;bad\n2026-11-21 10:00:02;bob\n";
    fs::write(home.path("log.txt"), log).expect("written");
    let (mapping, log) = (home.path("acme.toml"), home.path("log.txt"));
    let report = &home.json(&["ingest", "--mapping", &mapping.to_string_lossy(), &log.to_string_lossy()])[0];
    assert_eq!((&report["rows"], &report["rejects"]), (&2.into(), &1.into()), "{report}");
    assert_eq!(home.number("SELECT count(*) FROM logons WHERE success = false AND \"user\" = 'bob'"), 1);
}

#[test]
fn formats_are_listed_with_what_they_show() {
    let home = Home::new();
    let formats = home.json(&["formats"]);
    let zeek = formats.iter().find(|format| format["name"] == "zeek").expect("listed");
    assert_eq!(zeek["origin"], "built in");
    assert_eq!(zeek["data_components"]["connections"][0], "Network Connection Creation");
    let cowrie = formats.iter().find(|format| format["name"] == "cowrie").expect("listed");
    assert_eq!(cowrie["origin"], "mapping");
    assert!(home.ok(&["formats", "zeek"]).contains("Network Traffic Flow"));
    assert_eq!(home.run(&["formats", "zeeek"]).status.code(), Some(2));
}

#[test]
fn the_mappings_that_ship_are_right() {
    let home = Home::new();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../content/");
    let checked = home.json(&["check", folder]);
    assert!(checked.len() >= 4, "{checked:?}");
    assert!(checked.iter().all(|mapping| mapping["problems"].as_array().is_some_and(Vec::is_empty)), "{checked:?}");
}
