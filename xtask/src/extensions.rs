//! Extension folders: adding a thing is one file and two lines in one list, and the list is complete.
//!
//! The contract and `ALL` are in the folder's `mod.rs`; command line, documents and fuzzing iterate over `ALL`.

use std::collections::BTreeSet;

use crate::{files::Checkout, problem::Problem};

/// A folder whose every file is one thing of the same kind.
struct Extension {
    folder: &'static str,
    /// What one file is, for messages.
    one: &'static str,
    /// Where the fixture of `<name>` lies: a file or a folder; `{}` is the name.
    fixture: Option<&'static str>,
}

static EXTENSIONS: &[Extension] = &[
    Extension { folder: "crates/schema/src/tables", one: "table", fixture: None },
    Extension { folder: "crates/ingest/src/formats", one: "format", fixture: Some("crates/ingest/corpus/{}") },
    Extension { folder: "crates/lake/src/functions", one: "SQL function", fixture: None },
    Extension { folder: "crates/detect/src/detectors", one: "detector", fixture: Some("crates/detect/corpus/{}") },
    Extension { folder: "crates/share/src/formats", one: "sharing format", fixture: Some("crates/share/corpus/{}") },
    Extension { folder: "crates/respond/src/actions", one: "action", fixture: None },
    Extension { folder: "crates/sim/src/attacks", one: "attack story", fixture: None },
];

/// Files that several things of one folder share, and that reach into the contract's private parts: the ratchet may
/// only shrink.
static SHARED: &[(&str, &str)] = &[("crates/sim/src/attacks", "implant")];

pub(crate) fn check(checkout: &Checkout) -> Vec<Problem> {
    EXTENSIONS.iter().flat_map(|extension| check_folder(checkout, extension)).collect()
}

fn check_folder(checkout: &Checkout, extension: &Extension) -> Vec<Problem> {
    let names = names(checkout, extension.folder);
    if names.is_empty() {
        return Vec::new();
    }
    let list = format!("{}/mod.rs", extension.folder);
    let Some(text) = checkout.text(&list) else {
        return vec![
            Problem::new(extension.folder, "has no mod.rs")
                .because("the contract and the only list are there")
                .instead("write `mod <name>;` lines and `pub static ALL`"),
        ];
    };
    names.iter().filter_map(|name| check_one(checkout, extension, &list, text, name)).collect()
}

fn check_one(checkout: &Checkout, extension: &Extension, list: &str, text: &str, name: &str) -> Option<Problem> {
    if !is_listed(text, name) {
        return Some(
            Problem::new(list, format!("does not list the {} \"{name}\"", extension.one))
                .because("what is not in ALL does not exist for the command line, the documents and the tests")
                .instead(format!(
                    "add `mod {name};` and one line `&{name}::...` in ALL; a helper lives outside this folder"
                )),
        );
    }
    let fixture = extension.fixture?.replace("{}", name);
    (!checkout.has(&fixture)).then(|| {
        Problem::new(&fixture, format!("is missing: the {} \"{name}\" has no fixture", extension.one))
            .because("a thing without an example cannot be changed without fear")
            .instead("add one case there; CONTRIBUTING.md has the recipe")
    })
}

/// `<name>.rs` and `<name>/mod.rs` directly below the folder, without `mod.rs` and `tests.rs`.
fn names(checkout: &Checkout, folder: &str) -> BTreeSet<String> {
    let prefix = format!("{folder}/");
    let below = checkout.paths.iter().filter_map(|path| path.strip_prefix(&prefix));
    below.filter_map(module_name).filter(|name| !apart(folder, name)).collect()
}

/// Not a thing of the folder's kind.
fn apart(folder: &str, name: &str) -> bool {
    matches!(name, "mod" | "tests") || SHARED.contains(&(folder, name))
}

fn module_name(path: &str) -> Option<String> {
    match path.split_once('/') {
        None => path.strip_suffix(".rs").map(str::to_owned),
        Some((name, "mod.rs")) => Some(name.to_owned()),
        Some(_) => None,
    }
}

fn is_listed(text: &str, name: &str) -> bool {
    let declared = text.lines().any(|line| {
        let line = line.trim_start_matches("pub(crate) ").trim_start_matches("pub(super) ").trim_start_matches("pub ");
        line == format!("mod {name};")
    });
    let all =
        text.split_once("static ALL").map_or("", |(_, rest)| rest.split_once("];").map_or(rest, |(list, _)| list));
    let path = format!("{name}::");
    let named = all.match_indices(&path).any(|(at, _)| {
        let before = all.get(..at).and_then(|before| before.chars().next_back());
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_')
    });
    declared && named
}
