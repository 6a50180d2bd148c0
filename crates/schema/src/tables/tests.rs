//! The list is complete, names are unique and follow the conventions.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests read their corpus from disk")]

use std::{collections::BTreeSet, fs, path::Path};

use super::{ALL, find};
use crate::{Kind, Partition};

#[test]
fn every_file_is_listed_under_its_own_name() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tables");
    let files: BTreeSet<String> = fs::read_dir(folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("readable").path().file_stem().expect("named").to_string_lossy().into_owned())
        .filter(|name| name != "mod" && name != "tests")
        .collect();
    let listed: BTreeSet<String> = ALL.iter().map(|table| table.name.to_owned()).collect();
    assert_eq!(files, listed, "tables/<name>.rs and ALL in tables/mod.rs must agree");
}

#[test]
fn columns_have_unique_names_and_say_what_they_hold() {
    for table in ALL {
        let mut seen = BTreeSet::new();
        for column in table.columns() {
            let place = format!("{}.{}", table.name, column.name);
            assert!(seen.insert(column.name), "{place} is declared twice");
            assert!(column.about.ends_with('.') || column.about.ends_with("..."), "{place}: end the sentence");
            assert!(column.name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'), "{place}");
            for (suffix, unit) in [("_ns", "ns"), ("_bytes", "bytes"), ("_packets", "packets")] {
                let says_unit = column.name.ends_with(suffix) && column.kind == Kind::Int;
                assert!(!says_unit || column.unit == Some(unit), "{place}: unit {unit} is not declared");
            }
        }
    }
}

#[test]
fn partitions_name_an_instant_that_every_row_has() {
    for table in ALL {
        if let Partition::Day(name) = table.partition {
            let column = find(table.name).and_then(|table| table.column(name)).expect("declared");
            assert!(column.kind == Kind::Instant && column.required, "{}.{name}", table.name);
        }
    }
}
