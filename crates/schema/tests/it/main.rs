//! The data dictionary for people, `docs/reference/tables.md`, follows from the declared tables.
//!
//! `UPDATE=1 cargo test -p margay-schema` writes it anew; otherwise a stale copy fails.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests read their corpus from disk")]

use std::{env, fs, path::Path};

use schema::{Column, RECORD, Stage, Table, tables};

#[test]
fn the_data_dictionary_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/tables.md");
    let want = dictionary();
    if env::var_os("UPDATE").is_some() {
        fs::write(&path, &want).expect("docs/reference is writable");
    }
    let have = fs::read_to_string(&path).unwrap_or_default();
    let stale =
        "docs/reference/tables.md is stale: run `UPDATE=1 cargo test -p margay-schema`, read the diff, commit it";
    assert!(have == want, "{stale}\n{}", first_difference(&have, &want));
}

fn first_difference(have: &str, want: &str) -> String {
    let line = have.lines().zip(want.lines()).position(|(have, want)| have != want);
    let line = line.unwrap_or_else(|| have.lines().count().min(want.lines().count()));
    let at = |text: &str| text.lines().nth(line).unwrap_or("(nothing)").to_owned();
    format!("line {}\n  have: {}\n  want: {}", line + 1, at(have), at(want))
}

fn dictionary() -> String {
    let mut page = String::from(
        "# Tables\n\n\
         Written by `UPDATE=1 cargo test -p margay-schema` from `crates/schema/src/tables/`: edit there.\n\n\
         Every table can be read with `margay sql`. A column with **yes** under *always* has a value in every row. \
         A *hunted* column is fast to search for single values; where it names an observable, indicators are matched on it. \
         Instants are UTC with microseconds. *OCSF* is the attribute path in the Open Cybersecurity Schema Framework 1.6.\n\n",
    );
    for table in tables::ALL {
        page.push_str(&format!("- [{0}](#{0}): {1}\n", table.name, table.about));
    }
    page.push_str("\n## Columns of every telemetry table\n\n");
    write_columns(&mut page, RECORD.iter());
    for table in tables::ALL {
        write_table(&mut page, table);
    }
    page
}

fn write_table(page: &mut String, table: &'static Table) {
    let place = match table.stage {
        Stage::Telemetry => "Telemetry, in the lake; the columns of every telemetry table come first.",
        Stage::Lake => "Kept by Margay, in the lake.",
        Stage::Store => "Concluded by Margay or told to it, in the operational store.",
    };
    page.push_str(&format!("\n## {}\n\n{} {place}\n\n", table.name, table.about));
    write_columns(page, table.own.iter());
}

fn write_columns(page: &mut String, columns: impl Iterator<Item = &'static Column>) {
    page.push_str("| column | type | unit | always | hunted | what it holds | OCSF |\n|---|---|---|---|---|---|---|\n");
    for column in columns {
        page.push_str(&format!(
            "| `{}` | {} | {} | {} | {} | {} | {} |\n",
            column.name,
            column.kind.word(),
            column.unit.unwrap_or_default(),
            if column.required { "yes" } else { "" },
            hunted(column),
            column.about.replace('|', "\\|"),
            column.ocsf.map(|path| format!("`{path}`")).unwrap_or_default(),
        ));
    }
}

fn hunted(column: &Column) -> String {
    match column.observable {
        Some(observable) => observable.name().to_owned(),
        None if column.hunted => "yes".to_owned(),
        None => String::new(),
    }
}
