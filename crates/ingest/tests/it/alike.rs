//! Windows events as JSON that are built like earlier ones are read as each is by itself.

use std::{collections::BTreeMap, fs, path::Path};

use ingest::Format;
use proptest::prelude::*;
use serde_json::{Map, Value};

use crate::support::{json_rows, run};

fn windows_json() -> &'static Format {
    ingest::formats::find("windows_json").expect("listed")
}

/// Every record of the corpus but lists of them, which are records only as whole files.
fn records() -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/windows_json");
    let files = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let inputs = files.filter(|path| path.extension().is_some_and(|extension| extension == "in"));
    let texts = inputs.map(|path| String::from_utf8_lossy(&fs::read(path).expect("readable")).into_owned());
    let streams = texts.flat_map(|text| {
        let records = serde_json::Deserializer::from_str(&text).into_iter::<Value>();
        records.map_while(Result::ok).collect::<Vec<_>>()
    });
    streams.filter(|record| record.is_object() && record.get("hits").is_none()).collect()
}

/// Rows by what is in `raw`, and what is wrong with those that are none.
fn rows(records: &[String]) -> BTreeMap<String, Map<String, Value>> {
    let stream: String = records.iter().flat_map(|record| [record.as_str(), "\n"]).collect();
    let rows = json_rows(&run(windows_json(), "", stream.as_bytes(), usize::MAX));
    let by_raw = rows.into_iter().map(|mut row| {
        row.remove("record_id");
        row.remove("position");
        let text = |name: &str| row.get(name).and_then(Value::as_str).map(str::to_owned);
        (text("raw").or_else(|| text("bytes")).unwrap_or_default(), row)
    });
    by_raw.collect()
}

/// Changes the values of a record, one for each of the numbers, in turn.
fn change(value: &mut Value, changes: &mut impl Iterator<Item = u8>) {
    match value {
        Value::Object(members) => members.values_mut().for_each(|member| change(member, changes)),
        Value::Array(items) => items.iter_mut().for_each(|item| change(item, changes)),
        Value::String(text) => match changes.next() {
            Some(1) => text.push('1'),
            Some(2) => text.push_str(" \"quoted\" \\ back\r\nDetails: more"),
            Some(3) => text.insert(0, 'é'),
            Some(4) => text.clear(),
            Some(5) => *text = text.to_uppercase(),
            Some(6) => *value = Value::Null,
            Some(7) => *value = 7.into(),
            Some(8) => *text = "AUDIT_SUCCESS".into(),
            Some(9) => *text = "0x8010000000000000".into(),
            Some(10) => *text = "inbound".into(),
            _ => {}
        },
        Value::Number(_) => match changes.next() {
            Some(1) => *value = 1.into(),
            Some(2) => *value = (-9_214_364_837_600_034_816_i64).into(),
            Some(3) => *value = "5".into(),
            Some(4) => *value = 4.5.into(),
            Some(6) => *value = Value::Null,
            Some(7) => *value = 4_624.into(),
            _ => {}
        },
        Value::Bool(_) | Value::Null => {}
    }
}

fn assert_alike(records: &[String]) {
    let together = rows(records);
    for record in records {
        let alone = rows(std::slice::from_ref(record));
        assert_eq!(alone.len(), 1, "{record}");
        for (raw, row) in &alone {
            assert_eq!(together.get(raw), Some(row), "{record}");
        }
    }
}

#[test]
fn events_of_one_kind_are_read_alike() {
    for record in records() {
        let mut of_kind = vec![record.to_string()];
        for seed in 0..12_u8 {
            // Few changes: most records are then still built alike.
            let mut changes = (0..=255_u8).map(|place| if place % 12 == seed { 1 + place % 3 } else { 0 });
            let mut other = record.clone();
            change(&mut other, &mut changes);
            of_kind.push(other.to_string());
        }
        assert_alike(&of_kind);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn whatever_differs_between_events(
        picked in prop::collection::vec(prop::sample::select(records()), 1..3),
        changes in prop::collection::vec(prop::collection::vec(prop_oneof![6 => Just(0_u8), 1 => 1..11_u8], 120), 1..6),
    ) {
        let mut stream = Vec::new();
        for record in picked {
            stream.push(record.to_string());
            for changes in &changes {
                let mut other = record.clone();
                change(&mut other, &mut changes.iter().copied());
                stream.push(other.to_string());
            }
        }
        assert_alike(&stream);
    }
}
