//! Zeek's two forms of one day give equal rows; every real log is recognised and read; no Logpush field is lost.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Map, Value};

use crate::support::{data, json_rows, read, run};

#[test]
fn tsv_and_json_of_one_day_give_equal_rows() {
    let Some(folder) = data("zeek/zed") else { return };
    let mut logs = 0;
    let mut different = Vec::new();
    for path in files(&folder.join("tsv")) {
        let log = path.file_name().expect("named").to_string_lossy().replace(".log.gz", "");
        let tsv = rows(&path);
        let json = rows(&folder.join("json").join(format!("{log}.json.gz")));
        logs += 1;
        assert!(!tsv.is_empty(), "{log}: no rows");
        assert_eq!(tsv.len(), json.len(), "{log}: number of rows");
        for (row, (left, right)) in tsv.iter().zip(&json).enumerate() {
            let (left, right) = (comparable(left), comparable(right));
            if left != right {
                different.push(format!("{log} row {row}:\n  tsv  {left:?}\n  json {right:?}"));
            }
        }
    }
    let shown: Vec<&String> = different.iter().take(3).collect();
    assert!(different.is_empty(), "{} rows differ, first of them {shown:#?}", different.len());
    assert!(logs >= 30, "only {logs} logs");
}

/// Logs that were edited by hand before they were published, and how many of their lines are broken by it.
const BROKEN: &[(&str, u64)] = &[
    // A tab before the first header line.
    ("test10-mixed-zeek-dir/conn.log", 1),
    // Blanks where tabs were.
    ("test10-mixed-zeek-dir/notice.log", 1),
];

#[test]
fn every_real_zeek_log_is_read() {
    for part in ["zeek/zed", "slips"] {
        let Some(folder) = data(part) else { return };
        for path in files(&folder) {
            let name = path.to_string_lossy();
            if name.ends_with(".suricata.json") {
                continue;
            }
            let is_log = name.contains(".log") || name.contains("/json/");
            let bytes = read(&path);
            let recognised = ingest::recognise(&bytes, &name);
            if !is_log {
                assert!(recognised.is_none(), "{name} taken for {recognised:?}");
                continue;
            }
            let (format, _) = recognised.unwrap_or_else(|| panic!("{name} is not recognised"));
            assert_eq!(format.name, "zeek", "{name}");
            let batches = run(format, &name, &bytes, 1 << 16);
            let rejects: u64 = batches.iter().map(|batch| batch.rejects).sum();
            let broken = BROKEN.iter().find(|(file, _)| name.ends_with(file)).map_or(0, |(_, count)| *count);
            assert_eq!(rejects, broken, "{name}: {:?}", json_rows(&batches).last());
            let rows: u64 = batches.iter().map(|batch| batch.rows).sum();
            let records = bytes.split(|&byte| byte == b'\n').filter(|line| !line.is_empty() && !line.starts_with(b"#"));
            assert_eq!(rows + rejects, records.count() as u64, "{name}");
        }
    }
}

#[test]
fn every_logpush_dataset_is_recognised_and_no_field_is_lost() {
    let Some(path) = data("formats/logpush_fields.json") else { return };
    let datasets: BTreeMap<String, BTreeMap<String, String>> = serde_json::from_slice(&read(&path)).expect("JSON");
    assert!(datasets.len() >= 29);
    for (dataset, fields) in &datasets {
        let record: Map<String, Value> = fields
            .iter()
            .enumerate()
            .map(|(place, (field, kind))| (field.clone(), logpush_value(field, kind, place)))
            .collect();
        let line = Value::Object(record.clone()).to_string();
        let recognised = ingest::recognise(line.as_bytes(), "").map(|(format, _)| format.name);
        assert_eq!(recognised, Some("cloudflare_logpush"), "{dataset}");
        let whole = logpush_row(dataset, &record);
        if whole.get("table") == Some(&"other_records".into()) {
            assert_eq!(whole.get("kind"), Some(&dataset.as_str().into()));
        }
        for field in fields.keys() {
            let mut without = record.clone();
            without.remove(field);
            let row = logpush_row(dataset, &without);
            assert_ne!(comparable(&whole), comparable(&row), "{dataset}: {field} leaves no trace");
        }
    }
}

/// The only row of a record that is read without a hint from a file name.
fn logpush_row(dataset: &str, record: &Map<String, Value>) -> Map<String, Value> {
    let line = format!("{}\n", Value::Object(record.clone()));
    let format = ingest::formats::find("cloudflare_logpush").expect("listed");
    let rows = json_rows(&run(format, "", line.as_bytes(), 1000));
    assert_eq!(rows.len(), 1, "{dataset}");
    rows.into_iter().next().unwrap_or_default()
}

fn logpush_value(field: &str, kind: &str, place: usize) -> Value {
    let is_time = kind == "int or string" || field == "EventTimestampMs";
    let is_ip = ["IP", "Address", "Addr"].iter().any(|end| field.ends_with(end));
    match kind {
        _ if is_time => (1_795_251_600_000_u64 + place as u64).into(),
        "string" if is_ip => format!("198.51.100.{place}").into(),
        "string" if field.ends_with("URI") => format!("/{field}?{field}=1").into(),
        "string" if field == "URL" => format!("https://{field}.example/path?query").into(),
        "string" => format!("{field}-value").into(),
        "int" => (place + 1).into(),
        "float" => 0.5.into(),
        "bool" => true.into(),
        "object" => serde_json::json!({ "nested": place }),
        "array[int]" => serde_json::json!([place]),
        "array[string]" => serde_json::json!([format!("{field}-item")]),
        _ => serde_json::json!([{ "nested": place }]),
    }
}

fn rows(path: &PathBuf) -> Vec<Map<String, Value>> {
    let bytes = read(path);
    let name = path.to_string_lossy();
    let (format, _) = ingest::recognise(&bytes, &name).expect("recognised");
    let batches = run(format, &name, &bytes, 1 << 16);
    json_rows(&batches)
}

/// Without what tells where a row came from.
fn comparable(row: &Map<String, Value>) -> BTreeMap<&str, &Value> {
    let origin = ["record_id", "source", "raw"];
    row.iter().map(|(name, value)| (name.as_str(), value)).filter(|(name, _)| !origin.contains(name)).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("readable") {
            let path = entry.expect("readable").path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}
