//! The page of stories and innocent look-alikes, `docs/reference/simulation.md`, follows from the world itself.
//!
//! `UPDATE=1 cargo test -p margay-sim` writes it anew; otherwise a stale copy fails.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests compare a page on disk")]

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs, io,
    path::Path,
};

use serde_json::Value;
use sim::{Plan, attacks};

#[test]
fn the_page_of_stories_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/simulation.md");
    let want = page();
    if env::var_os("UPDATE").is_some() {
        fs::write(&path, &want).expect("docs/reference is writable");
    }
    let have = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        have == want,
        "docs/reference/simulation.md is stale: run `UPDATE=1 cargo test -p margay-sim`, read the diff, commit it"
    );
}

fn page() -> String {
    let mut page = String::from(
        "# What is simulated\n\n\
         Written by `UPDATE=1 cargo test -p margay-sim` from `crates/sim/src/attacks/` and two worlds: edit there.\n\n\
         `margay sim` writes the logs of an organization with its truth. How widely the parameters of a story are drawn \
         is said in its file; what it drew is in its line of `truth.ndjson`, under the names given here.\n\n\
         ## Stories\n\n\
         | story | what happens | technique | detector | in a world | parameters |\n|---|---|---|---|---|---|\n",
    );
    let lines = truth();
    let parameters = parameters(&lines);
    for story in attacks::ALL {
        let drawn = parameters.get(story.name).map_or(String::new(), |names| names.join(", "));
        page.push_str(&format!(
            "| `{}` | {} | {} | {} | {} | {drawn} |\n",
            story.name,
            story.about,
            story.technique,
            story.detector.unwrap_or("none"),
            story.instances,
        ));
    }
    page.push_str(
        "\n\"In a world\" is the number at scale 1; it grows with the square root of the scale.\n\n\
         ## What looks like it and is innocent\n\n| detector | innocent |\n|---|---|\n",
    );
    for (detector, innocents) in innocents(&lines) {
        page.push_str(&format!("| {detector} | {} |\n", innocents.into_iter().collect::<Vec<_>>().join("; ")));
    }
    page
}

/// Keeps the truth alone.
struct TruthOnly(Vec<u8>);

impl sim::Sinks for TruthOnly {
    fn write(&mut self, file: &str, bytes: &[u8]) -> io::Result<()> {
        if file == "truth.ndjson" {
            self.0.extend_from_slice(bytes);
        }
        Ok(())
    }
}

/// A world large enough for every story, and one long enough for what happens once in some weeks.
fn truth() -> Vec<Value> {
    let mut sink = TruthOnly(Vec::new());
    // Seed 11 has a launch and somebody new within its weeks.
    for (seed, scale, days) in [(1, 1.0, 1), (11, 0.06, 25)] {
        let plan = Plan { seed, scale, days, ..Plan::default() };
        sim::run(&plan, &mut sink, &mut |_| {}).expect("a sink in memory does not fail");
    }
    let lines = sink.0.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines.map(|line| serde_json::from_slice(line).expect("the truth is JSON")).collect()
}

fn parameters(lines: &[Value]) -> BTreeMap<String, Vec<String>> {
    let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in lines.iter().filter(|line| line["kind"] == "story") {
        let names = all.entry(text(&line["story"])).or_default();
        names.extend(line["parameters"].as_object().into_iter().flatten().map(|(name, _)| name.clone()));
        names
            .extend(["period_s", "jitter"].iter().filter(|name| line[**name].is_number()).map(|&name| name.to_owned()));
    }
    all.into_iter().map(|(story, names)| (story, names.into_iter().collect())).collect()
}

fn innocents(lines: &[Value]) -> BTreeMap<String, BTreeSet<String>> {
    let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in lines.iter().filter(|line| line["kind"] == "innocent") {
        all.entry(text(&line["looks_like"])).or_default().insert(text(&line["software"]));
    }
    all
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
