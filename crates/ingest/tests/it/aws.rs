//! AWS records: real trails are read without loss, and the same records come out of every delivery.

use std::{fs, path::Path};

use ingest::{Format, formats::find};
use proptest::prelude::*;
use serde_json::{Map, Value};

use crate::support::{data, json_rows, read, run};

fn format(name: &str) -> &'static Format {
    find(name).expect("listed")
}

#[test]
fn every_record_of_real_trails_is_a_row() {
    let Some(folder) = data("cloudtrail/CloudTrail") else { return };
    let mut records = 0;
    for entry in fs::read_dir(folder).expect("readable") {
        let path = entry.expect("readable").path();
        let bytes = read(&path);
        let name = path.to_string_lossy();
        let (format, why) = ingest::recognise(&bytes, "").expect("recognised by content alone");
        assert_eq!(format.name, "aws_cloudtrail", "{name}: {why:?}");
        let trail: Value = serde_json::from_slice(&bytes).expect("JSON");
        let wanted = trail.get("Records").and_then(Value::as_array).expect("records");
        let mut rows = json_rows(&run(format, &name, &bytes, 1 << 16));
        assert_eq!(rows.len(), wanted.len(), "{name}");
        // Rows come table by table; their ids end in the record's place.
        rows.sort_by(|a, b| text(a, "record_id").cmp(text(b, "record_id")));
        for (row, record) in rows.iter().zip(wanted) {
            no_field_is_lost(row, record);
            agrees(row, record);
        }
        records += rows.len();
    }
    assert!(records >= 2_900, "only {records} records");
}

/// Every field that says something is in a column as it stands, or in `attrs`.
fn no_field_is_lost(row: &Map<String, Value>, record: &Value) {
    let attrs: Value = serde_json::from_str(text(row, "attrs")).expect("JSON");
    for (name, value) in record.as_object().expect("an object") {
        if value.is_null() || value == "" || name == "eventTime" || attrs.get(name) == Some(value) {
            continue;
        }
        let in_column = row.iter().any(|(column, held)| {
            let as_json = || held.as_str().and_then(|text| serde_json::from_str::<Value>(text).ok());
            column != "raw" && (held == value || (value.is_object() && as_json().as_ref() == Some(value)))
        });
        assert!(in_column, "{name} of {record} leaves no trace in {row:?}");
    }
}

fn agrees(row: &Map<String, Value>, record: &Value) {
    let at = |path: &str| record.pointer(path).and_then(Value::as_str).unwrap_or_default();
    assert_eq!(text(row, "uid"), at("/eventID"));
    assert_eq!(text(row, "observed_at"), at("/eventTime"));
    assert_eq!(text(row, "src_ip").len() + text(row, "src_host").len(), at("/sourceIPAddress").len());
    let (service, operation) =
        if text(row, "table") == "logons" { ("host", "event") } else { ("service", "operation") };
    assert_eq!((text(row, service), text(row, operation)), (at("/eventSource"), at("/eventName")));
    if text(row, "table") == "cloud_api_calls" {
        assert_eq!(text(row, "session_id"), at("/userIdentity/accessKeyId"));
        let success = record.get("errorCode").is_none_or(Value::is_null);
        assert_eq!(row.get("success"), Some(&success.into()), "{record}");
    }
}

fn text<'r>(row: &'r Map<String, Value>, column: &str) -> &'r str {
    row.get(column).and_then(Value::as_str).unwrap_or_default()
}

#[test]
fn one_record_is_the_same_in_every_delivery() {
    let record = br#"{"eventVersion":"1.09","userIdentity":{"type":"Root","accountId":"111122223333"},"eventTime":"2026-03-02T09:00:00Z","eventSource":"iam.amazonaws.com","eventName":"ListUsers","awsRegion":"us-east-1","sourceIPAddress":"198.51.100.1","eventID":"e1","a":"\u00e9\"\\"}"#;
    let record = std::str::from_utf8(record).expect("text");
    let quoted = Value::from(record).to_string();
    let deliveries = [
        format!("{record}\n"),
        format!("[{record}]"),
        format!("{{\"Records\":[{record}]}}"),
        format!("{{\"detail-type\":\"x\",\"time\":\"2020-01-01T00:00:00Z\",\"detail\":{record}}}"),
        format!("{{\"Events\":[{{\"EventId\":\"e1\",\"EventTime\":1.5,\"CloudTrailEvent\":{quoted}}}]}}"),
        format!("{{\"owner\":\"1\",\"logEvents\":[{{\"id\":\"1\",\"timestamp\":5,\"message\":{quoted}}}]}}"),
        format!("{{\"Type\":\"Notification\",\"Message\":{quoted}}}\n"),
    ];
    let columns = |delivery: &str| {
        let (format, _) = ingest::recognise(delivery.as_bytes(), "").expect("recognised");
        assert_eq!(format.name, "aws_cloudtrail", "{delivery}");
        let rows = json_rows(&run(format, "", delivery.as_bytes(), 5));
        assert_eq!(rows.len(), 1, "{delivery}");
        let mut row = rows.into_iter().next().unwrap_or_default();
        let attrs: Value = serde_json::from_str(text(&row, "attrs")).expect("JSON");
        assert_eq!(attrs.get("a"), Some(&"\u{e9}\"\\".into()), "{delivery}");
        for origin in ["attrs", "raw", "record_id"] {
            row.remove(origin);
        }
        row
    };
    let [first, others @ ..] = deliveries;
    let wanted = columns(&first);
    for delivery in others {
        assert_eq!(columns(&delivery), wanted, "{delivery}");
    }
}

#[test]
fn what_only_looks_like_aws_is_not_guessed() {
    let streams: [&str; 9] = [
        // A notification of S3, which shares most names with CloudTrail.
        r#"{"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"eu-central-1","eventTime":"2026-03-02T09:00:00Z","eventName":"ObjectCreated:Put","userIdentity":{"principalId":"AWS:A"},"s3":{"bucket":{"name":"b"}}}]}"#,
        r#"{"Records":[{"eventVersion":"1.09"}]}"#,
        r#"{"Records":[]}"#,
        r#"{"version":"0","detail-type":"EC2 Instance State-change Notification","source":"aws.ec2","detail":{"instance-id":"i-1","state":"running"}}"#,
        r#"{"events":[{"timestamp":1772442000000,"message":"START RequestId: 1"}]}"#,
        r#"{"schemaVersion":"2.0","accountId":"1","type":"x","resource":{},"service":{}}"#,
        "2 3 4 5 6 7 8 9 10 11 12 13 14 15\n",
        "version name size date\n",
        "2026-03-02T09:00:00Z host program: message \"x\" 0.5 0.5 a:b c:d\n",
    ];
    for stream in streams {
        let found = ingest::recognise(stream.as_bytes(), "").map(|(format, why)| (format.name, why));
        assert_eq!(found.filter(|found| found.0.starts_with("aws_")), None, "{stream}");
    }
}

#[test]
fn a_trail_that_breaks_off_keeps_its_whole_records() {
    let record = r#"{"eventVersion":"1.09","userIdentity":{"type":"Root"},"eventTime":"2026-03-02T09:00:00Z","eventSource":"iam.amazonaws.com","eventName":"ListUsers","awsRegion":"us-east-1","eventID":"e1"}"#;
    let trail = format!("{{\"Records\":[{record},{record},{record}]}}");
    let start = trail.len() - 2 - record.len();
    for end in 0..=trail.len() {
        let bytes = trail.get(..end).expect("ASCII").as_bytes();
        let found = run(format("aws_cloudtrail"), "", bytes, 11);
        let rows: u64 = found.iter().map(|batch| batch.rows).sum();
        let rejects: u64 = found.iter().map(|batch| batch.rejects).sum();
        if end >= start {
            let is_whole = end >= start + record.len();
            assert_eq!(rows, if is_whole { 3 } else { 2 }, "the first {end} bytes");
            assert_eq!(rejects, u64::from(end > start && !is_whole), "the first {end} bytes");
        }
    }
    let (broken, whole) = ("\u{0}", record.replace("ListUsers", "\\ud800"));
    let holes = format!("{record}\n{}\n{whole}\n{record}", record.replace("e1", broken)).into_bytes();
    let holes =
        [holes.as_slice(), b"\n{\"eventVersion\":\"1.09\",\"eventTime\":\"2026-03-02T09:00:00Z\",\"x\":\"\xff\"}\n"]
            .concat();
    let found = run(format("aws_cloudtrail"), "", &holes, 11);
    let reasons: Vec<String> = json_rows(&found)
        .iter()
        .map(|row| text(row, "reason").to_owned())
        .filter(|reason| !reason.is_empty())
        .collect();
    assert_eq!(reasons, ["nul_byte"]);
    assert_eq!(found.iter().map(|batch| batch.rows).sum::<u64>(), 4);
}

/// The cases of all formats of AWS.
fn cases() -> Vec<(&'static Format, Vec<u8>)> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let mut cases = Vec::new();
    for format in ingest::ALL.iter().filter(|format| format.name.starts_with("aws_")) {
        for entry in fs::read_dir(corpus.join(format.name)).expect("a folder of cases") {
            let path = entry.expect("readable").path();
            if path.extension().is_some_and(|extension| extension == "in") {
                cases.push((*format, read(&path)));
            }
        }
    }
    assert!(cases.len() > 20);
    cases
}

fn broken_case() -> impl Strategy<Value = (&'static Format, Vec<u8>)> {
    let changes = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4_u8), 0..6);
    (prop::sample::select(cases()), changes).prop_map(|((format, mut bytes), changes)| {
        for (place, byte, change) in changes {
            if bytes.is_empty() {
                break;
            }
            let place = place.index(bytes.len());
            match change {
                0 => bytes.insert(place, byte),
                1 => drop(bytes.remove(place)),
                2 if byte < 64 => bytes.truncate(place),
                _ => bytes.insert(place, b"\"\\\n{}[] -".get(byte as usize % 9).copied().unwrap_or(byte)),
            }
        }
        (format, bytes)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn broken_cases_are_rows_or_rejects_however_pushed((format, bytes) in broken_case(), piece in 1..900_usize) {
        let whole = run(format, "", &bytes, bytes.len());
        prop_assert!(whole.iter().all(|batch| batch.received == batch.rows + batch.rejects));
        prop_assert_eq!(json_rows(&run(format, "", &bytes, piece)), json_rows(&whole));
        let _recognition = ingest::recognise(&bytes, "");
    }

    #[test]
    fn lines_are_rows_or_rejects(name in prop::sample::select(vec!["aws_alb", "aws_s3_access"]), text in "([a-z0-9:/\\[\\]\" -]{0,60}\n){0,8}") {
        let found = run(format(name), "", text.as_bytes(), 7);
        let received: u64 = found.iter().map(|batch| batch.received).sum();
        let lines = text.lines().filter(|line| line.bytes().any(|byte| byte != b' ')).count() as u64;
        prop_assert_eq!(received, lines);
    }
}
