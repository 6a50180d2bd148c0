//! Files as they come: logs that are rewritten in place, archives, other encodings, links.

use std::{fs, thread, time::Duration};

use serde_json::Value;

use crate::home::Home;

/// A Windows event log, as the tests of the format have it.
fn event_log() -> Vec<u8> {
    let case = concat!(env!("CARGO_MANIFEST_DIR"), "/../ingest/corpus/evtx/logons_processes_and_more.in");
    fs::read(case).expect("readable")
}

const CHUNK: usize = 4_096;
const CHUNK_BYTES: usize = 65_536;
const FIRST_RECORD: usize = CHUNK + 512;

/// Where its records begin, and where the last one ends.
fn places(log: &[u8]) -> Vec<usize> {
    let mut places = vec![FIRST_RECORD];
    let mut at = FIRST_RECORD;
    while log.get(at..).is_some_and(|rest| rest.starts_with(b"**\0\0")) {
        at += u32::from_le_bytes(log[at + 4..at + 8].try_into().expect("four")) as usize;
        places.push(at);
    }
    places
}

/// The log as it was when it had only its first `n` records; its file has room for more.
fn state(log: &[u8], n: usize) -> Vec<u8> {
    let places = places(log);
    let (last, end) = (places[n - 1], places[n]);
    let mut state = log[..end].to_vec();
    state.copy_within(last + 8..last + 16, CHUNK + 32);
    state[CHUNK + 48..CHUNK + 52].copy_from_slice(&((end - CHUNK) as u32).to_le_bytes());
    // Checksums were not written yet.
    state[CHUNK + 120] = 4;
    state.resize(CHUNK + CHUNK_BYTES, 0);
    state
}

/// Rows and rejects over all tables that the log has something for, and how many different records they are.
fn records(home: &Home) -> (u64, u64) {
    let tables = ["logons", "processes", "other_records", "network_by_process", "services", "quarantine"];
    let all: Vec<String> = tables.iter().map(|table| format!("SELECT record_id FROM {table}")).collect();
    let all = all.join(" UNION ALL ");
    (
        home.number(&format!("SELECT count(*) AS n FROM ({all})")),
        home.number(&format!("SELECT count(DISTINCT record_id) AS n FROM ({all})")),
    )
}

#[test]
fn a_windows_log_that_grows_is_read_once_whatever_its_copies_are_called() {
    let (home, log) = (Home::new(), event_log());
    let n = places(&log).len() - 1;
    assert!(n >= 4, "a log of {n} records");
    for (step, known) in [1, n / 2, n - 1, n].into_iter().enumerate() {
        let path = home.path(&format!("copy{step}.evtx"));
        fs::write(&path, state(&log, known)).expect("written");
        let arguments = ["ingest", &path.to_string_lossy()];
        for pause in [5, 15, 40] {
            let mut child = home.command(&arguments).spawn().expect("starts");
            thread::sleep(Duration::from_millis(pause));
            drop(child.kill());
            child.wait().expect("ends");
        }
        home.ok(&arguments);
        assert_eq!(records(&home), (known as u64, known as u64), "{known} of {n} records");
    }
    let older = home.path("older.evtx");
    fs::write(&older, state(&log, 2)).expect("written");
    home.ok(&["ingest", &older.to_string_lossy(), &home.path("copy1.evtx").to_string_lossy()]);
    assert_eq!(records(&home), (n as u64, n as u64), "an older copy has nothing new");
}

#[test]
fn a_windows_log_that_was_overwritten_from_its_start_adds_only_what_is_new() {
    let (home, log) = (Home::new(), event_log());
    let n = (places(&log).len() - 1) as u64;
    let other = |byte: usize| {
        let mut chunk = state(&log, n as usize)[CHUNK..].to_vec();
        chunk[FIRST_RECORD - CHUNK + byte] ^= 1;
        chunk
    };
    let header = &log[..CHUNK];
    // The time of the first record tells three chunks apart.
    let (first, second, third) = (other(16), other(17), other(18));
    for (name, chunks, wanted) in [("full", [&first, &second], 2 * n), ("wrapped", [&third, &second], 3 * n)] {
        let path = home.path(&format!("{name}.evtx"));
        fs::write(&path, [header, chunks[0], chunks[1]].concat()).expect("written");
        home.ok(&["ingest", &path.to_string_lossy()]);
        assert_eq!(records(&home), (wanted, wanted), "{name}");
    }
}

/// A virtual machine that is set back to a snapshot writes other events behind those that it had then.
#[test]
fn logs_of_a_machine_that_was_set_back_are_all_kept() {
    let (home, log) = (Home::new(), event_log());
    let n = places(&log).len() - 1;
    let (one, mut other) = (state(&log, n), state(&log, n));
    other[places(&log)[2] + 16] ^= 1;
    for (name, log) in [("one", &one), ("other", &other), ("copy", &one)] {
        let path = home.path(&format!("{name}.evtx"));
        fs::write(&path, log).expect("written");
        home.ok(&["ingest", &path.to_string_lossy()]);
    }
    assert_eq!(records(&home), (2 * n as u64, 2 * n as u64));
}

fn dns(n: std::ops::Range<u32>) -> String {
    n.map(|n| format!("{{\"_path\":\"dns\",\"ts\":{n}.5,\"uid\":\"C{n}\",\"query\":\"a.example\"}}\n")).collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("in memory");
    encoder.finish().expect("in memory")
}

/// A zip archive of stored members.
fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = Vec::new();
    for (name, bytes) in members {
        let mut checksum = flate2::Crc::new();
        checksum.update(bytes);
        archive.extend(b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0");
        for field in [checksum.sum(), bytes.len() as u32, bytes.len() as u32, name.len() as u32] {
            archive.extend(field.to_le_bytes());
        }
        archive.extend(name.as_bytes());
        archive.extend(*bytes);
    }
    archive.extend(b"PK\x05\x06");
    archive
}

#[test]
fn logs_in_archives_are_sources_like_others() {
    let home = Home::new();
    let (first, second) = (dns(0..300), dns(1_000..1_100));
    let inner = zip(&[("deep/second.json", second.as_bytes())]);
    let archive = zip(&[
        ("../../etc/first.json.gz", &gzip(first.as_bytes())),
        ("logs/", b""),
        ("inner.zip", &inner),
        ("._junk", b"junk"),
        ("notes.bin", b"\x7fELF\x02\x01\x01\0\0\0\0"),
    ]);
    let path = home.path("logs.zip");
    fs::write(&path, archive).expect("written");
    let report = &home.json(&["ingest", &path.to_string_lossy()])[0];
    assert_eq!((report["rows"].as_u64(), report["rejects"].as_u64()), (Some(400), Some(0)), "{report}");
    let why = report["skipped"][0]["why"].as_str().expect("a reason");
    assert!(why.contains("a program for Linux"), "{why}");
    let sources = home.json(&["sql", "SELECT DISTINCT source FROM dns_queries ORDER BY source"]);
    let ends = ["logs.zip!../../etc/first.json.gz", "logs.zip!inner.zip!deep/second.json"];
    for (row, end) in sources.iter().zip(ends) {
        assert!(row["source"].as_str().is_some_and(|source| source.ends_with(end)), "{sources:?}");
    }

    let again = &home.json(&["ingest", &path.to_string_lossy()])[0];
    assert_eq!((again["received"].as_u64(), again["n_unchanged"].as_u64()), (Some(0), Some(1)), "{again}");
    fs::write(home.path("first.json"), dns(0..310)).expect("written");
    home.ok(&["ingest", &home.path("first.json").to_string_lossy()]);
    assert_eq!(home.number("SELECT count(*) FROM dns_queries"), 410, "the same log outside of the archive has grown");
}

#[test]
fn a_damaged_archive_gives_what_is_whole_and_is_told() {
    let home = Home::new();
    let archive = zip(&[("a.json", dns(0..50).as_bytes()), ("b.json", dns(100..200).as_bytes())]);
    let path = home.path("cut.zip");
    fs::write(&path, &archive[..archive.len() - 1_000]).expect("written");
    let output = home.run(&["--json", "ingest", &path.to_string_lossy()]);
    assert_eq!(output.status.code(), Some(3));
    let report = &crate::home::objects(&String::from_utf8_lossy(&output.stdout))[0];
    assert!(report["rows"].as_u64().is_some_and(|rows| (51..150).contains(&rows)), "{report}");
    let why: Vec<&Value> = report["damaged"].as_array().expect("a list").iter().map(|remark| &remark["why"]).collect();
    assert!(why.iter().any(|why| why.as_str().is_some_and(|why| why.contains("ends within"))), "{why:?}");

    fs::write(&path, &archive).expect("written");
    home.ok(&["ingest", &path.to_string_lossy()]);
    assert_eq!(home.number("SELECT count(*) FROM dns_queries"), 150, "a whole copy brings the rest");
    assert_eq!(home.number("SELECT count(DISTINCT uid) FROM dns_queries"), 150);
}

#[test]
fn what_is_no_log_is_named() {
    let home = Home::new();
    let folder = home.path("things");
    fs::create_dir_all(&folder).expect("made");
    fs::write(folder.join("a.7z"), b"7z\xbc\xaf\x27\x1c\0\x04").expect("written");
    fs::write(folder.join("b.xlsx"), zip(&[("[Content_Types].xml", b"<Types/>")])).expect("written");
    fs::write(folder.join("c.db"), b"SQLite format 3\0\x10\0").expect("written");
    let report = &home.json(&["ingest", &folder.to_string_lossy()])[0];
    let why: Vec<&str> =
        report["skipped"].as_array().expect("a list").iter().filter_map(|remark| remark["why"].as_str()).collect();
    for (why, what) in why.iter().zip(["a 7-Zip archive", "an Office document", "an SQLite database"]) {
        assert!(why.contains(what) && why.contains("does not read"), "{why}");
    }
    assert_eq!(why.len(), 3);
}

#[test]
fn lines_of_other_encodings_are_kept_and_marked() {
    let home = Home::new();
    let line = |user: &[u8]| {
        let start = &b"2026-03-02T09:00:00Z web1 sshd[1]: Failed password for "[..];
        [start, user, b" from 192.0.2.1 port 22 ssh2\n"].concat()
    };
    let log = [line(b"root"), line(b"M\xfcller"), line("Žofie\u{fffd}".as_bytes()), line(b"\xc5\xbdofie\xc5")].concat();
    fs::write(home.path("auth.log"), log).expect("written");
    let report = &home.json(&["ingest", &home.path("auth.log").to_string_lossy()])[0];
    assert_eq!((report["rows"].as_u64(), report["rejects"].as_u64()), (Some(4), Some(0)), "{report}");
    let rows = home.json(&["sql", "SELECT \"user\", attrs FROM logons ORDER BY record_id"]);
    let users: Vec<&str> = rows.iter().filter_map(|row| row["user"].as_str()).collect();
    assert_eq!(users, ["root", "Müller", "Žofie\u{fffd}", "ŽofieÅ"]);
    let said = |row: usize, text: &str| rows[row]["attrs"].to_string().contains(text);
    assert!(said(1, "windows-1252") && said(3, "utf-8, windows-1252 at 61"), "{rows:?}");
    assert!(!said(0, "_encoding") && !said(2, "_encoding"), "{rows:?}");
}

#[cfg(unix)]
#[test]
fn links_out_of_a_folder_are_told_and_not_followed() {
    use std::os::unix::fs::symlink;
    let home = Home::new();
    let folder = home.path("logs");
    fs::create_dir_all(folder.join("deep")).expect("made");
    fs::write(folder.join("dns.json"), dns(0..20)).expect("written");
    fs::write(home.path("outside.json"), dns(100..120)).expect("written");
    symlink(folder.join("dns.json"), folder.join("current.json")).expect("linked");
    symlink(home.path("outside.json"), folder.join("outside.json")).expect("linked");
    symlink(&folder, folder.join("deep/loop")).expect("linked");
    let report = &home.json(&["ingest", &folder.to_string_lossy()])[0];
    assert_eq!(report["rows"].as_u64(), Some(20), "{report}");
    let skipped = report["skipped"].as_array().expect("a list");
    assert_eq!(skipped.len(), 1, "{skipped:?}");
    assert!(skipped[0]["why"].as_str().is_some_and(|why| why.contains("a link that leads out")), "{skipped:?}");
    let named = home.path("logs/outside.json");
    home.ok(&["ingest", &named.to_string_lossy()]);
    assert_eq!(home.number("SELECT count(*) FROM dns_queries"), 40, "a link that is named is followed");
}
