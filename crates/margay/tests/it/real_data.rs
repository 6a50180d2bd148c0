//! On real logs, where they are there: both forms of a Zeek day give equal rows, through lake and SQL.

use std::path::PathBuf;

use crate::home::Home;

fn data() -> Option<PathBuf> {
    let default = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = std::env::var_os("MARGAY_DATA").map_or(default, PathBuf::from);
    if folder.join("zeek/zed/tsv").is_dir() {
        return Some(folder);
    }
    eprintln!("SKIPPED: there is no real data in {}; MARGAY_DATA names another place", folder.display());
    None
}

#[test]
fn both_forms_of_a_zeek_day_give_equal_rows() {
    let Some(data) = data() else { return };
    let home = Home::new();
    for form in ["tsv", "json"] {
        home.ok(&["ingest", "--dataset", form, &data.join("zeek/zed").join(form).to_string_lossy()]);
    }
    for table in ["dns_queries", "tls_sessions", "certificates", "logons", "alerts", "software_seen", "other_records"] {
        let columns: Vec<&str> = schema::tables::find(table)
            .expect("a table")
            .columns()
            .map(|column| column.name)
            .filter(|name| !matches!(*name, "record_id" | "dataset" | "source" | "ingested_at" | "raw"))
            .collect();
        // `loaded_scripts` has no time of its own and takes that of reading.
        let same_time = "WHERE observed_at <> ingested_at";
        let of = |form: &str| {
            let columns = columns.join(", ");
            let filter = format!("{same_time} AND dataset = '{form}'");
            format!("SELECT {columns}, count(*) AS n FROM {table} {filter} GROUP BY {columns}")
        };
        for (one, other) in [("tsv", "json"), ("json", "tsv")] {
            let query = format!("SELECT count(*) AS n FROM ({} EXCEPT {})", of(one), of(other));
            assert_eq!(home.number(&query), 0, "{table}: rows of {one} that {other} does not have");
        }
        let rows = home.number(&format!("SELECT count(*) FROM {table} WHERE dataset = 'tsv'"));
        assert!(rows > 0, "{table} is empty");
    }
}

#[test]
fn every_public_warning_list_loads() {
    let Some(data) = data() else { return };
    let home = Home::new();
    let folder = data.join("intel/warninglists");
    let report = &home.json(&["intel", "load", &folder.to_string_lossy()])[0];
    let n_files = std::fs::read_dir(&folder)
        .expect("readable")
        .filter_map(Result::ok)
        .filter(|entry| entry.path().extension().is_some_and(|ending| ending == "json"));
    let n_files = n_files.count();
    assert_eq!(report["warning_lists"].as_array().map(Vec::len), Some(n_files));
    let in_force = home.json(&["intel", "warnings"]);
    let refused: Vec<_> =
        in_force.iter().filter(|list| list["refused"].as_array().is_some_and(|some| !some.is_empty())).collect();
    assert!(refused.len() <= 1, "{refused:?}");
}
