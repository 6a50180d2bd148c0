//! Kills, damage and rubbish: nothing acknowledged is lost, nothing is doubled, nothing is silent.

use std::{fs, thread, time::Duration};

use crate::home::{Home, as_strs, ingest_world, world};

#[test]
fn killed_at_any_moment_loses_nothing_and_doubles_nothing() {
    let clean = Home::new();
    clean.ok(&as_strs(&ingest_world()));
    let expected = clean.counts();

    let home = Home::new();
    // A small commit makes many of them, and so many moments to be killed at.
    fs::create_dir_all(home.path("home")).expect("made");
    fs::write(home.path("home/margay.toml"), "commit_mb = 1\n").expect("written");
    for round in 0..12_u64 {
        let mut child = home.command(&as_strs(&ingest_world())).spawn().expect("starts");
        thread::sleep(Duration::from_millis(20 + 35 * round));
        // It may have ended by itself; then there is nothing to kill.
        drop(child.kill());
        child.wait().expect("ends");
    }
    home.ok(&as_strs(&ingest_world()));
    assert_eq!(home.counts(), expected);
}

#[test]
fn a_killed_detection_is_finished_by_the_next() {
    let events = "SELECT event_id, title, n_records FROM threat_events ORDER BY event_id";
    let indicators = world().join("intel.csv").to_string_lossy().into_owned();
    let prepared = || {
        let home = Home::new();
        home.ok(&as_strs(&ingest_world()));
        home.ok(&["intel", "load", &indicators, "--source", "feed"]);
        home
    };
    let clean = prepared();
    clean.ok(&["detect"]);
    let expected = clean.json(&["sql", events]);
    assert!(!expected.is_empty());

    let home = prepared();
    for round in 0..10_u64 {
        let mut child = home.command(&["detect"]).spawn().expect("starts");
        thread::sleep(Duration::from_millis(20 + 30 * round));
        drop(child.kill());
        child.wait().expect("ends");
    }
    home.ok(&["detect"]);
    assert_eq!(home.json(&["sql", events]), expected);
}

#[test]
fn a_damaged_digest_is_never_judged_without() {
    let home = Home::new();
    home.ok(&as_strs(&ingest_world()));
    home.ok(&["detect"]);
    let findings = "SELECT finding_id, score FROM findings ORDER BY finding_id";
    let expected = home.json(&["sql", findings]);
    let digests =
        fs::read_dir(home.path("home/digests")).expect("there").next().expect("one").expect("readable").path();
    for digest in fs::read_dir(digests).expect("there") {
        fs::write(digest.expect("readable").path(), "rubbish").expect("written");
    }
    home.ok(&["detect", "--since", "2026-01-05T12:00:00Z", "--until", "2026-01-05T13:00:00Z"]);
    assert_eq!(home.json(&["sql", findings]), expected);
}

#[test]
fn two_at_once_double_nothing() {
    let clean = Home::new();
    clean.ok(&as_strs(&ingest_world()));

    let home = Home::new();
    home.ok(&["check"]);
    let arguments = ingest_world();
    let mut children: Vec<_> = (0..2).map(|_| home.command(&as_strs(&arguments)).spawn().expect("starts")).collect();
    for child in &mut children {
        assert!(child.wait().expect("ends").success());
    }
    assert_eq!(home.counts(), clean.counts());
}

#[test]
fn a_file_that_grows_is_read_on_and_one_that_was_replaced_is_new() {
    let home = Home::new();
    let path = home.path("dns.json");
    let record = |n: u32| format!("{{\"_path\":\"dns\",\"ts\":{n}.5,\"uid\":\"C{n}\",\"query\":\"a.example\"}}\n");
    let whole: String = (1..500).map(record).collect();
    let ingest = |text: &str| {
        fs::write(&path, text).expect("written");
        home.ok(&["ingest", &path.to_string_lossy()]);
        home.number("SELECT count(*) FROM dns_queries")
    };
    let half = whole.get(..whole.len() / 2 + 7).expect("ASCII");
    let n_half = half.lines().count() as u64 - 1;
    assert_eq!(ingest(half), n_half, "the line that is still being written waits");
    assert_eq!(ingest(&whole), 499, "the rest is read and nothing twice");
    let other: String = (1_000..1_100).map(record).collect();
    assert_eq!(ingest(&other), 599, "a file that was rotated is another source");
}

#[test]
fn a_copy_that_has_grown_as_well_is_still_the_same_source() {
    let home = Home::new();
    let record = |n: u32| format!("{{\"_path\":\"dns\",\"ts\":{n}.5,\"uid\":\"C{n}\",\"query\":\"a.example\"}}\n");
    for n in [200, 400] {
        let text: String = (0..n).map(record).collect();
        for name in ["one.json", "two.json"] {
            fs::write(home.path(name), &text).expect("written");
        }
        let (one, two) = (home.path("one.json"), home.path("two.json"));
        home.ok(&["ingest", &one.to_string_lossy(), &two.to_string_lossy()]);
        assert_eq!(home.number("SELECT count(*) FROM dns_queries"), u64::from(n));
    }
}

#[test]
fn an_older_copy_of_a_log_that_has_grown_adds_nothing() {
    let home = Home::new();
    let record = |n: u32| format!("{{\"_path\":\"dns\",\"ts\":{n}.5,\"uid\":\"C{n}\",\"query\":\"a.example\"}}\n");
    let text = |n: u32| (0..n).map(record).collect::<String>();
    let ingest = |name: &str, content: &[u8]| {
        fs::write(home.path(name), content).expect("written");
        home.ok(&["ingest", &home.path(name).to_string_lossy()]);
        home.number("SELECT count(*) FROM dns_queries")
    };
    assert_eq!(ingest("dns.json", text(3_000).as_bytes()), 3_000);
    assert_eq!(ingest("older.json", text(2_000).as_bytes()), 3_000, "all of it is there");
    assert_eq!(ingest("older.json.gz", &zipped(text(1_000).as_bytes())), 3_000, "packed as well");
    assert_eq!(ingest("cut.json", text(2_000).get(..100_007).expect("longer").as_bytes()), 3_000, "within a line");
    let other = text(2_000) + &record(9_999);
    assert_eq!(ingest("other.json", other.as_bytes()), 5_001, "what goes on otherwise is another source");
    assert_eq!(ingest("older.json", text(4_000).as_bytes()), 6_001, "and the copy may grow beyond the source");
}

#[test]
fn damage_is_told_and_what_can_be_read_is_kept() {
    let home = Home::new();
    let lines: String = (0..5_000)
        .map(|n| format!("{{\"_path\":\"dns\",\"ts\":{n}.5,\"uid\":\"C{n}\",\"query\":\"h{n}.example\"}}\n"))
        .collect();
    let packed = zipped(lines.as_bytes());
    fs::write(home.path("cut.json.gz"), packed.get(..packed.len() / 2).expect("longer")).expect("written");
    let output = home.run(&["--json", "ingest", &home.path("cut.json.gz").to_string_lossy()]);
    assert_eq!(output.status.code(), Some(3));
    let report = &crate::home::objects(&String::from_utf8_lossy(&output.stdout))[0];
    assert_eq!(report["damaged"].as_array().expect("a list").len(), 1, "{report}");
    assert!(report["rows"].as_u64().expect("a number") > 500, "{report}");

    fs::write(home.path("whole.json.gz"), packed).expect("written");
    home.ok(&["ingest", &home.path("whole.json.gz").to_string_lossy()]);
    assert_eq!(home.number("SELECT count(*) FROM dns_queries"), 5_000, "a whole copy brings the rest");
    assert_eq!(home.number("SELECT count(*) FROM quarantine"), 0);
}

#[test]
fn what_is_received_is_a_row_or_a_reject_with_its_reason() {
    let home = Home::new();
    let good = br#"{"_path":"dns","ts":1.5,"uid":"C1","query":"a.example"}"#;
    let bad: [&[u8]; 6] = [
        b"{\"_path\":\"dns\",\"ts\":1.5,\"ts\":2.5}",
        b"{\"_path\":\"dns\",\"ts\":1e400}",
        b"{\"_path\":\"dns\"",
        b"\xff\xfe\xfd",
        b"\0\0\0",
        b"{\"_path\":\"dns\",\"uid\":\"no time\"}",
    ];
    let mut file = good.to_vec();
    for line in bad {
        file.push(b'\n');
        file.extend_from_slice(line);
    }
    file.push(b'\n');
    fs::write(home.path("dns.json"), file).expect("written");
    let report = &home.json(&["ingest", &home.path("dns.json").to_string_lossy()])[0];
    assert_eq!(
        (report["received"].as_u64(), report["rows"].as_u64(), report["rejects"].as_u64()),
        (Some(7), Some(1), Some(6))
    );
    let reasons = home.json(&["sql", "SELECT reason, detail, bytes FROM quarantine"]);
    assert_eq!(reasons.len(), 6);
    assert!(reasons.iter().all(|row| row["detail"].as_str().is_some_and(|detail| !detail.is_empty())), "{reasons:?}");
}

#[test]
fn what_attackers_write_does_not_reach_the_terminal() {
    let home = Home::new();
    fs::write(
        home.path("http.json"),
        "{\"_path\":\"http\",\"ts\":1.5,\"uid\":\"C1\",\"host\":\"evil.example\",\"user_agent\":\"a\\u001b[2Jb\\u202ec\"}\n",
    )
    .expect("written");
    home.ok(&["ingest", &home.path("http.json").to_string_lossy()]);
    let shown = home.ok(&["sql", "SELECT user_agent FROM http_requests"]);
    assert!(!shown.contains('\u{1b}') && !shown.contains('\u{202e}'), "{shown:?}");
    assert!(shown.contains("\\u{1b}[2J"), "{shown:?}");
}

fn zipped(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("in memory");
    encoder.finish().expect("in memory")
}

/// Small Windows event logs have a header and an end of zeros that many others have as well.
#[test]
fn logs_that_are_alike_at_both_ends_are_two() {
    let home = Home::new();
    let case = concat!(env!("CARGO_MANIFEST_DIR"), "/../ingest/corpus/evtx/logons_processes_and_more.in");
    let one = fs::read(case).expect("readable");
    let mut other = one.clone();
    // The time of the first record.
    other[4_096 + 512 + 16] ^= 1;
    let count = |name: &str, bytes: &[u8]| {
        fs::write(home.path(name), bytes).expect("written");
        home.ok(&["ingest", &home.path(name).to_string_lossy()]);
        home.number(&format!("SELECT count(*) FROM logons WHERE source LIKE '%{name}'"))
    };
    let n = count("one.evtx", &one);
    assert!(n > 0);
    assert_eq!(count("other.evtx", &other), n, "the second is not taken for the first");
}

/// Records within one array go over many reads; none is lost at the seams.
#[test]
fn a_large_array_of_records_is_read_whole() {
    let home = Home::new();
    let filling = "x".repeat(900);
    let records: Vec<String> = (0..5_000)
        .map(|n| {
            format!(
                "{{\"eventVersion\":\"1.08\",\"eventTime\":\"2026-11-20T10:00:00Z\",\"eventSource\":\"s3.amazonaws.com\",\
                 \"eventName\":\"GetObject\",\"awsRegion\":\"eu-central-1\",\"sourceIPAddress\":\"203.0.113.7\",\
                 \"userAgent\":\"{filling}\",\"eventID\":\"{n}\",\"userIdentity\":{{\"type\":\"Root\"}},\
                 \"eventType\":\"AwsApiCall\",\"recipientAccountId\":\"123456789012\"}}"
            )
        })
        .collect();
    let path = home.path("trail.json");
    fs::write(&path, format!("{{\"Records\":[{}]}}", records.join(","))).expect("written");
    home.ok(&["ingest", &path.to_string_lossy()]);
    assert_eq!(home.number("SELECT count(DISTINCT uid) FROM cloud_api_calls"), 5_000);
    assert_eq!(home.number("SELECT count(*) FROM quarantine"), 0);
}
