//! The checkout is in order, and each wall refuses what it is there to refuse, in words that help.

use std::{fs, path::PathBuf};

use crate::{
    content, extensions,
    files::{Checkout, TextFile},
    graph::{self, Dependency, Kind, Package},
    links, lockfile,
    problem::Problem,
    problems, purity, text,
    walls::{self, RESERVED, ROOMS},
};

#[test]
fn the_checkout_is_in_order() {
    let checkout = Checkout::here().expect("a git checkout");
    let problems = problems(&checkout).expect("cargo metadata answers");
    assert!(problems.is_empty(), "\n{}\n", problems.iter().map(Problem::to_string).collect::<Vec<_>>().join("\n\n"));
}

#[test]
fn the_tables_are_a_house() {
    for room in ROOMS {
        for name in room.may_import {
            let to = walls::room(name).unwrap_or_else(|| panic!("{} imports \"{name}\", which is no room", room.name));
            assert!(to.floor < room.floor, "{} must be above {name}", room.name);
        }
    }
    for reserved in RESERVED {
        for name in reserved.to {
            assert!(*name == "xtask" || walls::room(name).is_some(), "{} is reserved to \"{name}\"", reserved.krate);
        }
    }
}

fn house_with(importer: &str, imported: &str, ours: bool, kind: Kind) -> Vec<Package> {
    let mut packages: Vec<Package> = ROOMS
        .iter()
        .map(|room| Package {
            name: room.name.to_owned(),
            manifest: format!("crates/{}/Cargo.toml", room.name),
            description: true,
            dependencies: Vec::new(),
        })
        .collect();
    let package = packages.iter_mut().find(|package| package.name == importer).expect("a room");
    package.dependencies.push(Dependency { name: imported.to_owned(), ours, kind });
    packages
}

/// What is said when `importer` imports `imported`; empty where it may.
fn said(importer: &str, imported: &str, ours: bool, kind: Kind) -> String {
    graph::check(&house_with(importer, imported, ours, kind)).iter().map(Problem::to_string).collect()
}

#[test]
fn siblings_are_refused_and_told_what_to_do() {
    let message = said("ingest", "detect", true, Kind::Normal);
    assert!(message.contains("crates/ingest/Cargo.toml: \"ingest\" may not import \"detect\""), "{message}");
    assert!(message.contains("never import each other"), "{message}");
    assert!(message.contains("let engine pass what detect returns to ingest"), "{message}");
    assert!(message.contains("ingest may import: schema"), "{message}");
}

#[test]
fn imports_go_down() {
    assert_eq!(said("engine", "detect", true, Kind::Normal), "");
    assert!(said("detect", "engine", true, Kind::Normal).contains("never up"));
    assert!(said("margay", "detect", true, Kind::Normal).contains("let engine offer"));
}

#[test]
fn tests_may_reach_lower_floors_only() {
    assert_eq!(said("margay", "sim", true, Kind::Dev), "");
    assert!(said("detect", "sim", true, Kind::Dev).contains("tests may import lower floors only"));
}

#[test]
fn outside_crates_stay_in_their_room() {
    assert_eq!(said("lake", "datafusion", false, Kind::Normal), "");
    assert!(said("engine", "datafusion-expr", false, Kind::Normal).contains("reserved to lake"));
    assert!(said("detect", "tokio", false, Kind::Normal).contains("async stops at the engine"));
    assert!(said("engine", "once_cell", false, Kind::Normal).contains("nobody here uses it"));
    assert_eq!(said("detect", "rand", false, Kind::Dev), "");
}

#[test]
fn a_missing_room_and_a_new_one_are_noticed() {
    let mut packages = house_with("lake", "schema", true, Kind::Normal);
    packages.retain(|package| package.name != "sim");
    packages.push(Package {
        name: "common".to_owned(),
        manifest: "crates/common/Cargo.toml".to_owned(),
        description: true,
        dependencies: Vec::new(),
    });
    let messages: String = graph::check(&packages).iter().map(Problem::to_string).collect();
    assert!(messages.contains("crates/sim: is missing"), "{messages}");
    assert!(messages.contains("\"common\" is a new crate"), "{messages}");
}

fn checkout(files: &[(&str, &str)]) -> Checkout {
    let files: Vec<TextFile> =
        files.iter().map(|(path, text)| TextFile { path: (*path).to_owned(), text: (*text).to_owned() }).collect();
    let paths = files.iter().map(|file| file.path.clone()).collect();
    Checkout { root: PathBuf::from("no such folder"), files, paths }
}

fn messages(problems: Vec<Problem>) -> Vec<String> {
    problems.iter().map(|problem| format!("{}: {}", problem.place, problem.what)).collect()
}

#[test]
fn only_tests_may_switch_the_bans_off() {
    let door = "//! Reads.\n#![allow(clippy::disallowed_methods, reason = \"quick\")]\n";
    let found = purity::check(&checkout(&[
        ("crates/ingest/src/lib.rs", door),
        ("crates/ingest/src/formats/tests.rs", door),
        ("crates/ingest/tests/it/main.rs", door),
        ("crates/engine/src/lib.rs", door),
        (
            "crates/detect/src/lib.rs",
            "//! A.\n#[cfg(test)]\n#[allow(clippy::disallowed_methods, reason = \"b\")]\nmod tests;\n",
        ),
    ]));
    assert_eq!(messages(found), ["crates/ingest/src/lib.rs:2: switches off the wall of \"ingest\""]);
}

#[test]
fn pure_crates_get_the_reasons_under_their_own_name() {
    let room = walls::room("detect").expect("a room");
    let toml = purity::clippy_toml(room);
    assert!(
        toml.contains("{ path = \"std::time::SystemTime::now\", reason = \"detect is pure: time comes from the batch")
    );
    assert!(toml.contains("allow-unwrap-in-tests = true"));
}

#[test]
fn contributing_quotes_the_line_for_tests() {
    let checkout = Checkout::here().expect("a git checkout");
    let page = checkout.text("CONTRIBUTING.md").expect("it is there");
    assert!(page.contains(purity::TEST_ALLOW), "CONTRIBUTING.md must quote purity::TEST_ALLOW");
}

#[test]
fn text_is_finished_and_clean() {
    let unfinished = concat!("//! A.\n// TO", "DO: later\n");
    let machine = concat!("//! A.\nconst DATA: &str = \"/wo", "rk/data\";\n");
    let found = text::check(&checkout(&[
        ("crates/a/src/a.rs", "fn a() {}\n"),
        ("crates/a/src/b.rs", unfinished),
        ("crates/a/src/c.rs", machine),
        ("crates/a/src/d.rs", "//! A. \n\tfn a() {}\n"),
        ("crates/a/corpus/x/e.md", "foreign \t"),
        ("crates/a/Cargo.toml", "[package]\n"),
    ]));
    let found = messages(found);
    assert_eq!(found.len(), 6, "{found:#?}");
    assert_eq!(found[0], "crates/a/src/a.rs:1: does not open with `//! `");
    assert!(found[1].starts_with("crates/a/src/b.rs:2: says"));
    assert!(found[2].starts_with("crates/a/src/c.rs:2: names a place of one machine"));
    assert_eq!(found[3], "crates/a/src/d.rs:1: ends in white space");
    assert_eq!(found[4], "crates/a/src/d.rs:2: contains a tab");
    assert_eq!(found[5], "crates/a/Cargo.toml: does not take the lints of the workspace");
}

#[test]
fn the_map_and_the_files_stay_readable() {
    let map = "line\n".repeat(301);
    let long = format!("//! A.\n{}", "fn a() {}\n".repeat(1000));
    let found = messages(text::check(&checkout(&[("ARCHITECTURE.md", &map), ("crates/a/src/a.rs", &long)])));
    assert_eq!(
        found,
        ["ARCHITECTURE.md: has 301 lines, more than 300", "crates/a/src/a.rs: has 1001 lines, more than 1000"]
    );
}

#[test]
fn an_unlisted_file_and_a_missing_fixture_are_noticed() {
    let list = "//! A.\nmod dga;\nmod ignored;\npub static ALL: &[&Detector] = &[&dga::DETECTOR, &not_ignored::D];\n";
    let found = extensions::check(&checkout(&[
        ("crates/detect/src/detectors/mod.rs", list),
        ("crates/detect/src/detectors/dga.rs", "//! A.\n"),
        ("crates/detect/src/detectors/ignored/mod.rs", "//! A.\n"),
    ]));
    assert_eq!(
        messages(found),
        [
            "crates/detect/corpus/dga: is missing: the detector \"dga\" has no fixture",
            "crates/detect/src/detectors/mod.rs: does not list the detector \"ignored\"",
        ]
    );
}

#[test]
fn content_has_an_owner() {
    let found =
        content::check(&checkout(&[("content/rules/a.yml", ""), ("content/misc/b.yml", ""), ("content/c.yml", "")]));
    assert_eq!(messages(found), ["content/misc/b.yml: has no owner", "content/c.yml: has no owner"]);
}

#[test]
fn locked_crates_come_from_crates_io() {
    let lock =
        "source = \"registry+https://github.com/rust-lang/crates.io-index\"\nsource = \"git+https://example.org/a\"\n";
    let found = lockfile::check(&checkout(&[("Cargo.lock", lock), (".cargo/config.toml", "[source.crates-io]\n")]));
    assert_eq!(
        messages(found),
        ["Cargo.lock:2: \"git+https://example.org/a\" is not crates.io", ".cargo/config.toml: names a registry"]
    );
}

#[test]
fn links_lead_somewhere() {
    let folder = std::env::temp_dir().join(format!("margay-xtask-links-{}", std::process::id()));
    fs::create_dir_all(folder.join("docs")).expect("a temporary folder");
    fs::write(folder.join("docs/there.md"), "x").expect("written");
    let page = "[a](there.md) [b](https://example.org) [c](#part) [d](../docs/there.md#x)\n```\n[e](gone.md)\n```\n[f](gone.md)\n";
    let mut checkout = checkout(&[("docs/page.md", page)]);
    checkout.root = folder.clone();
    let found = messages(links::check(&checkout));
    fs::remove_dir_all(&folder).expect("removed");
    assert_eq!(found, ["docs/page.md:5: links to \"gone.md\", which is not there"]);
}
