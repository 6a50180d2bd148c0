//! Whatever the bytes are: no panic, and every record is a row or a reject.

use ingest::{Format, Normalized, formats::find};
use proptest::prelude::*;

use crate::support::{json_rows, run};

fn format(name: &str) -> &'static Format {
    find(name).expect("listed")
}

fn counts(batches: &[Normalized]) -> (u64, u64) {
    (batches.iter().map(|batch| batch.rows).sum(), batches.iter().map(|batch| batch.rejects).sum())
}

fn reasons(batches: &[Normalized]) -> Vec<String> {
    let rows = json_rows(batches);
    rows.iter().filter_map(|row| Some(row.get("reason")?.as_str()?.to_owned())).collect()
}

#[test]
fn each_kind_of_breakage_has_its_reason() {
    let log = b"{\"_path\":\"conn\",\"ts\":1.5,\"ts\":2.5}\n\
        {\"_path\":\"conn\",\"ts\":1.5,\"a\":\"\xff\"}\n\
        {\"_path\":\"conn\",\"ts\":1.5,\"a\":\"\0\"}\n\
        {\"_path\":\"conn\",\"ts\":99999999999}\n\
        {\"_path\":\"conn\",\"ts\":\"soon\"}\n\
        {\"_path\":\"conn\",\"uid\":\"C1\"}\n\
        {\"_path\":\"conn\"\n\
        \n\
        {\"_path\":\"conn\",\"ts\":1.5,\"a\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[";
    let found = run(format("zeek"), "", log, 10);
    let wanted =
        ["duplicate_key", "nul_byte", "time_out_of_range", "bad_time", "missing_time", "malformed_json", "truncated"];
    assert_eq!(reasons(&found), wanted);
    assert_eq!(counts(&found), (1, 7), "what is not UTF-8 is kept");
}

#[test]
fn a_depth_bomb_is_a_reject() {
    let bomb = format!("{{\"_path\":\"conn\",\"ts\":1.5,\"a\":{}\n", "[{\"a\":".repeat(1_000_000));
    assert_eq!(reasons(&run(format("zeek"), "", bomb.as_bytes(), 1 << 16)), ["too_deep"]);
}

#[test]
fn a_bad_value_keeps_its_record() {
    let log = b"{\"_path\":\"conn\",\"ts\":1.5,\"id.orig_h\":\"not an ip\",\"orig_bytes\":99999999999999999999,\
        \"local_orig\":\"maybe\",\"uid\":[1]}\n";
    let rows = json_rows(&run(format("zeek"), "", log, 1000));
    let attrs = rows.first().and_then(|row| row.get("attrs")).and_then(|attrs| attrs.as_str());
    let wanted =
        "{\"id.orig_h\":\"not an ip\",\"orig_bytes\":99999999999999999999,\"local_orig\":\"maybe\",\"uid\":[1]}";
    assert_eq!(attrs, Some(wanted));
}

#[test]
fn what_is_of_no_known_format_is_not_guessed() {
    let streams: [(&str, &[u8]); 11] = [
        ("", b""),
        ("conn.log", b"\n\n\n"),
        ("conn.log", b"hello world\n"),
        ("conn.log", b"\x1f\x8b\x08\x00\x00\x00"),
        ("conn.log", &[0; 4096]),
        ("app.log", b"{\"ts\":1700000000.5,\"level\":\"info\",\"msg\":\"started\"}\n"),
        ("a.json", b"{\"Records\":[{\"eventVersion\":\"1.08\"}]}\n"),
        (
            "a.json",
            b"{\"Timestamp\":\"2026-01-01T00:00:00Z\",\"Message\":\"hello\",\"Level\":\"info\",\"Host\":\"a\"}\n",
        ),
        ("a.csv", b"# a comment\na,b,c\n"),
        ("a.json", b"[{\"ts\":1}]"),
        ("http_requests.json", b"{\"hello\":1}\n"),
    ];
    for (name, bytes) in streams {
        let found = ingest::recognise(bytes, name).map(|(format, why)| (format.name, why));
        assert_eq!(found, None, "{name}: {}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn endless_new_headers_and_kinds_stay_cheap() {
    let headers = "#path\tx\n#fields\tts\tuid\n1.5\tC\n".repeat(20_000);
    assert_eq!(counts(&run(format("zeek"), "", headers.as_bytes(), 1 << 20)), (20_000, 0));
    let kinds: String = (0..5_000).map(|kind| format!("{{\"_path\":\"k{kind}\",\"ts\":1.5}}\n")).collect();
    assert_eq!(counts(&run(format("zeek"), "", kinds.as_bytes(), 1 << 20)), (5_000, 0));
    let keys: String = (0..5_000).map(|key| format!("{{\"_path\":\"k\",\"ts\":1.5,\"f{key}\":{key}}}\n")).collect();
    assert_eq!(counts(&run(format("zeek"), "", keys.as_bytes(), 1 << 20)), (5_000, 0));
}

#[test]
fn a_huge_field_name_is_not_written_into_every_row() {
    let log = format!("#path\tx\n#fields\tts\t{}\n{}", "n".repeat(500_000), "1.5\tC\n".repeat(1_000));
    assert_eq!(counts(&run(format("zeek"), "", log.as_bytes(), 1 << 20)), (0, 1_000));
}

/// Records of a stream by the plainest possible reading: lines that hold more than blanks and are no comment.
fn records(bytes: &[u8], comments: bool) -> u64 {
    let lines = bytes.split(|&byte| byte == b'\n').enumerate().map(|(place, line)| {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if place == 0 { line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line) } else { line }
    });
    // A comment that is no text may have been a header, so it is not passed over.
    let is_comment = |line: &[u8]| comments && line.first() == Some(&b'#') && !line.contains(&0);
    let is_record = |line: &&[u8]| !line.iter().all(|&byte| byte == b' ') && !is_comment(line);
    lines.filter(is_record).count() as u64
}

fn json_like() -> impl Strategy<Value = Vec<u8>> {
    let seeds: [&[u8]; 4] = [
        b"{\"_path\":\"dns\",\"ts\":\"2018-03-24T17:15:20.865716Z\",\"query\":\"a.b\",\"answers\":[\"1.2.3.4\",null],\"TTLs\":[1.5]}\n",
        b"{\"ts\":1.5,\"uid\":\"C\",\"conn_state\":\"S0\",\"proto\":\"tcp\",\"id.orig_h\":\"::1\",\"duration\":1e-3}\n",
        b"{\"EdgeStartTimestamp\":1700000000000000000,\"ClientIP\":\"1.2.3.4\",\"ClientRequestURI\":\"/a?b\",\"RayID\":\"x\"}\n",
        b"{\"Datetime\":1700000000,\"Action\":\"block\",\"ClientRequestQuery\":\"?x\",\"Metadata\":{\"a\":[1,{}]},\"RuleID\":\"\\u00e9\"}\n",
    ];
    mutated(seeds.iter().map(|seed| seed.to_vec()).collect())
}

fn tsv_like() -> impl Strategy<Value = Vec<u8>> {
    let log = b"#separator \\x09\n#set_separator\t,\n#path\tfiles\n\
        #fields\tts\tfuid\ttx_hosts\tduration\tis_orig\n#types\ttime\tstring\tset[addr]\tinterval\tbool\n\
        1.5\tF1\t1.2.3.4,::1\t0.5\tT\n1521911720.613421\t\\x00\\\\\t(empty)\t-\tF\n#close\n";
    mutated(vec![log.to_vec()])
}

/// A format of JSON records, and a stream of it that is broken in some places.
fn audit_like() -> impl Strategy<Value = (&'static str, Vec<u8>)> {
    let cases = vec![
        ("azure_activity", "diagnostic_settings"),
        ("azure_activity", "log_analytics"),
        ("entra_signin", "graph_pages"),
        ("entra_audit", "log_analytics"),
        ("gcp_audit", "network"),
        ("github_audit", "stream"),
        ("kubernetes_audit", "eks_subscription"),
        ("kubernetes_audit", "api_server_file"),
        ("microsoft365_audit", "activity_api"),
        ("microsoft365_audit", "purview_export"),
        ("okta_system_log", "eventbridge"),
    ];
    prop::sample::select(cases).prop_flat_map(|(format, case)| {
        let path = format!("{}/corpus/{format}/{case}.in", env!("CARGO_MANIFEST_DIR"));
        (Just(format), mutated(vec![std::fs::read(path).expect("a case of the corpus")]))
    })
}

/// Seeds side by side with some bytes changed, taken out or put in.
fn mutated(seeds: Vec<Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    let picked = prop::collection::vec(prop::sample::select(seeds), 1..5).prop_map(|parts| parts.concat());
    let changes = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4_u8), 0..6);
    (picked, changes).prop_map(|(mut bytes, changes)| {
        for (place, byte, change) in changes {
            if bytes.is_empty() {
                break;
            }
            let place = place.index(bytes.len());
            match change {
                0 => bytes.insert(place, byte),
                1 => drop(bytes.remove(place)),
                2 => bytes.truncate(place),
                _ => bytes
                    .splice(
                        place..=place,
                        [b'\t', b'"', b'\\', b'\n', b'{', b'#', b'-', 0xff].get(byte as usize % 8).copied(),
                    )
                    .for_each(drop),
            }
        }
        bytes
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn json_records_are_rows_or_rejects(bytes in json_like(), piece in 1..40_usize) {
        let logpush = run(format("cloudflare_logpush"), "", &bytes, piece);
        let (rows, rejects) = counts(&logpush);
        prop_assert_eq!(rows + rejects, records(&bytes, false));

        let starts_as_tsv = bytes.trim_ascii_start().first() == Some(&b'#');
        prop_assume!(!starts_as_tsv && !bytes.windows(8).any(|part| part == b"\n#fields"));
        let (rows, rejects) = counts(&run(format("zeek"), "", &bytes, piece));
        prop_assert_eq!(rows + rejects, records(&bytes, false));
    }

    #[test]
    fn tsv_records_are_rows_or_rejects(bytes in tsv_like(), piece in 1..40_usize) {
        prop_assume!(bytes.first() == Some(&b'#'));
        let (rows, rejects) = counts(&run(format("zeek"), "", &bytes, piece));
        prop_assert_eq!(rows + rejects, records(&bytes, true));
    }

    #[test]
    fn broken_audit_records_do_not_depend_on_pieces((name, bytes) in audit_like(), piece in 1..4_000_usize) {
        let whole = run(format(name), "", &bytes, usize::MAX);
        let pieces = run(format(name), "", &bytes, piece);
        prop_assert_eq!(counts(&whole), counts(&pieces));
        prop_assert_eq!(json_rows(&whole), json_rows(&pieces));
        prop_assert!(whole.iter().all(|batch| batch.received == batch.rows + batch.rejects));
    }

    #[test]
    fn rubbish_is_all_rejects_and_never_panics(bytes: Vec<u8>, name: String) {
        for format in ingest::ALL {
            let batches = run(format, &name, &bytes, 7);
            prop_assert!(batches.iter().all(|batch| batch.received == batch.rows + batch.rejects));
        }
        let _format = ingest::recognise(&bytes, &name);
    }
}
