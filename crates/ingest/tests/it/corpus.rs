//! `corpus/<format>/<case>.in` read as a stream called `<case>` gives `<case>.rows` and `<case>.rejects`.
//!
//! `UPDATE=1 cargo test -p margay-ingest corpus` writes them anew; read the difference before committing it.

use std::{
    collections::BTreeSet,
    env, fs,
    path::{Path, PathBuf},
};

use ingest::{AnyFormat, Formats};
use serde_json::{Map, Value};

use crate::support::{json_rows, run_any};

#[test]
fn every_format_has_a_folder_and_every_folder_a_format() {
    let folders: BTreeSet<String> = fs::read_dir(root())
        .expect("the corpus")
        .map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned())
        .collect();
    let formats: BTreeSet<String> = Formats::built_in().iter().map(|format| format.name().to_owned()).collect();
    assert_eq!(folders, formats, "corpus/<format>/ must agree with ALL in formats/mod.rs and with content/mappings/");
}

#[test]
fn formats_yield_tables_that_exist() {
    for format in Formats::built_in().iter() {
        for table in format.yields() {
            assert!(schema::tables::find(table).is_some(), "{}: no table {table}", format.name());
        }
    }
}

#[test]
fn every_case_gives_its_rows_and_rejects() {
    let formats = Formats::built_in();
    for format in formats.iter() {
        let cases = cases(format);
        assert!(!cases.is_empty(), "{} has no case", format.name());
        for case in cases {
            check(&formats, format, &case);
        }
    }
}

fn check(formats: &Formats, format: &AnyFormat, case: &Path) {
    let bytes = fs::read(case).expect("readable");
    let name = case.file_stem().expect("named").to_string_lossy();
    let (recognised, recognition) = formats.recognise(&bytes, &name).unwrap_or_else(|| panic!("{name}: no format"));
    assert_eq!(recognised.name(), format.name(), "{name}: {recognition:?}");

    let batches = run_any(format, &name, &bytes, usize::MAX);
    for batch in &batches {
        assert_eq!(batch.received, batch.rows + batch.rejects, "{name}");
        for events in &batch.batches {
            let table = events.table().name;
            assert!(table == "quarantine" || format.yields().contains(&table), "{name}: {table} is not in yields");
        }
    }
    let in_small_pieces = run_any(format, &name, &bytes, 3);
    let all = json_rows(&batches);
    assert_eq!(all, json_rows(&in_small_pieces), "{name}: rows depend on how bytes were pushed");

    let (rejects, rows): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|row| row.get("table") == Some(&"quarantine".into()));
    same(case, "rows", rows);
    same(case, "rejects", rejects);
}

/// Compares with the file beside the case; an absent file means that there are none.
fn same(case: &Path, extension: &str, rows: Vec<Map<String, Value>>) {
    let found: String = rows.into_iter().map(|row| format!("{}\n", Value::Object(shown(row)))).collect();
    let path = case.with_extension(extension);
    if env::var_os("UPDATE").is_some() {
        if found.is_empty() {
            fs::remove_file(&path).ok();
        } else {
            fs::write(&path, &found).expect("writable");
        }
        return;
    }
    let wanted = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(found, wanted, "{} differs; UPDATE=1 writes it anew", path.display());
}

/// Without what is the same in all cases or stands in the input.
fn shown(mut row: Map<String, Value>) -> Map<String, Value> {
    for (name, value) in [("sample_weight", Value::from(1.0)), ("observed_sub_ns", Value::from(0))] {
        if row.get(name) == Some(&value) {
            row.remove(name);
        }
    }
    for name in ["dataset", "source", "ingested_at", "raw", "format"] {
        row.remove(name);
    }
    row
}

fn cases(format: &AnyFormat) -> Vec<PathBuf> {
    let folder = root().join(format.name());
    let mut cases: Vec<PathBuf> = fs::read_dir(folder)
        .expect("a folder of cases")
        .map(|entry| entry.expect("readable").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "in"))
        .collect();
    cases.sort();
    cases
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}
