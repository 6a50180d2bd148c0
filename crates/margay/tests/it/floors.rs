//! Floors of detection: what two small simulated worlds must give at the configured rate, and no worse than that.
//!
//! These worlds are looked at with every change, so that they say nothing about quality (docs/evaluation.md does, on
//! worlds that nobody has seen); they say where a change has lost something. `UPDATE=1 cargo test -p margay floors`
//! raises the floors to what is found now and never lowers one: who has a reason to, edits `floors.json` by hand.

use std::{collections::BTreeMap, env, fs, path::Path};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::home::Home;

/// Two worlds of a day, large enough that every detector which raises events has something to raise there.
const WORLDS: [&str; 4] = ["--seeds", "6001-6002", "--scale", "0.5"];
const RATE: f64 = 0.05;

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Floor {
    /// Findings that an attack caused, among those that are raised: at least.
    right: u64,
    /// Findings that none did: at most.
    wrong: u64,
    /// Stories that were expected to be found, and were: at least.
    found: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Floors {
    detectors: BTreeMap<String, Floor>,
    /// Share of true ones among the best twenty of each day: at least.
    precision_at_budget: f64,
    /// Agreement of campaigns with planted ones, mean of the worlds: at least.
    adjusted_rand: f64,
}

#[test]
fn detection_is_no_worse_than_it_was() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/floors.json");
    let mut floors: Floors = serde_json::from_str(&fs::read_to_string(&path).expect("floors.json")).expect("floors");
    let found = measured();
    if env::var_os("UPDATE").is_some() {
        floors = highest(&floors, &found);
        fs::write(&path, serde_json::to_string_pretty(&floors).expect("JSON") + "\n").expect("written");
    }
    for (name, floor) in &floors.detectors {
        let now = found.detectors.get(name).unwrap_or_else(|| panic!("{name} is not measured any more"));
        let holds = now.right >= floor.right && now.wrong <= floor.wrong && now.found >= floor.found;
        assert!(holds, "{name}: {now:?}, and before {floor:?}");
    }
    assert!(found.precision_at_budget >= floors.precision_at_budget - 1e-9, "{}", found.precision_at_budget);
    assert!(found.adjusted_rand >= floors.adjusted_rand - 1e-9, "campaigns: {}", found.adjusted_rand);
}

fn measured() -> Floors {
    let home = Home::new();
    let folder = home.path("worlds");
    let mut arguments = vec!["evaluate"];
    let folder = folder.to_string_lossy();
    arguments.extend(WORLDS);
    arguments.extend(["--dir", &folder]);
    let told = home.json(&arguments).remove(0);
    let list = |name: &str| told[name].as_array().unwrap_or_else(|| panic!("{name} of {told}")).clone();
    let agreement: Vec<f64> = list("campaigns").iter().filter_map(|world| world["adjusted_rand"].as_f64()).collect();
    Floors {
        detectors: list("detectors").iter().map(floor).collect(),
        precision_at_budget: told["precision_at_budget"]["value"].as_f64().expect("a share"),
        adjusted_rand: agreement.iter().sum::<f64>() / agreement.len() as f64,
    }
}

fn floor(told: &Value) -> (String, Floor) {
    let name = told["detector"].as_str().expect("a name").to_owned();
    let rates = told["at_rate"].as_array().expect("a list");
    let at = rates.iter().find(|at| at["rate"] == RATE).expect("the configured rate");
    let number = |value: &Value| value.as_u64().expect("a number");
    let (right, raised) = (number(&at["right"]), number(&at["raised"]));
    let expected = at["recall"]["n"].as_f64().unwrap_or(0.0);
    let found = (at["recall"]["value"].as_f64().unwrap_or(0.0) * expected).round() as u64;
    (name, Floor { right, wrong: raised - right, found })
}

fn highest(floors: &Floors, found: &Floors) -> Floors {
    let mut detectors = found.detectors.clone();
    for (name, floor) in &floors.detectors {
        let now = detectors.entry(name.clone()).or_insert(*floor);
        *now = Floor {
            right: now.right.max(floor.right),
            wrong: now.wrong.min(floor.wrong),
            found: now.found.max(floor.found),
        };
    }
    Floors {
        detectors,
        precision_at_budget: floors.precision_at_budget.max(found.precision_at_budget),
        adjusted_rand: floors.adjusted_rand.max(found.adjusted_rand),
    }
}
