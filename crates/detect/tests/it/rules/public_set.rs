//! The public rule set: every rule loads, or says why not.

#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

use std::{fs, path::PathBuf};

use detect::rules::{self, Code, Mapping, Options};

/// The folder of real data; a test without it says so and does nothing.
fn data() -> Option<PathBuf> {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let folder = PathBuf::from(std::env::var("MARGAY_DATA").unwrap_or_else(|_| default.to_owned())).join("sigma");
    if !folder.is_dir() {
        eprintln!("SKIPPED: no public rules in {}; set MARGAY_DATA", folder.display());
        return None;
    }
    Some(folder)
}

fn texts(folder: PathBuf) -> Vec<(String, String)> {
    let mut open = vec![folder];
    let mut texts = Vec::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(&path).expect("a folder").map(|entry| entry.expect("an entry").path()));
        } else if path.extension().is_some_and(|end| end == "yml") {
            texts.push((path.display().to_string(), fs::read_to_string(&path).expect("a text")));
        }
    }
    texts.sort();
    texts
}

#[test]
fn the_mapping_that_comes_with_the_product_is_sound() {
    let (_, problems) = Mapping::built_in();
    assert!(problems.is_empty(), "{}", problems[0]);
}

#[test]
fn every_public_rule_loads_or_needs_values_for_placeholders() {
    let Some(folder) = data() else { return };
    let texts = texts(folder);
    let named = texts.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    let (set, problems) = rules::load(named, &Options::default());
    let refused: Vec<_> = problems.iter().filter(|problem| !problem.warning).collect();
    assert!(refused.iter().all(|problem| problem.code == Code::Placeholder), "{}", refused[0]);
    assert_eq!(set.rules().len() + refused.len(), texts.len());
    assert!(set.rules().len() > 3_700, "{} rules", set.rules().len());
}

#[test]
fn placeholders_can_be_given() {
    let Some(folder) = data() else { return };
    let texts = texts(folder.join("rules-placeholder"));
    let named = || texts.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    let (_, problems) = rules::load(named(), &Options::default());
    let mut options = Options::default();
    for problem in &problems {
        let name = problem.what.split('%').nth(1).expect("the name of a placeholder");
        options.placeholders.insert(name.to_owned(), vec!["one".to_owned(), "tw*".to_owned()]);
    }
    // A rule may have several; each round names the next.
    for _ in 0..5 {
        let (_, problems) = rules::load(named(), &options);
        for problem in problems {
            let name = problem.what.split('%').nth(1).expect("the name of a placeholder").to_owned();
            options.placeholders.insert(name, vec!["one".to_owned()]);
        }
    }
    let (set, problems) = rules::load(named(), &options);
    assert!(problems.is_empty(), "{}", problems[0]);
    assert_eq!(set.rules().len(), texts.len());
}
