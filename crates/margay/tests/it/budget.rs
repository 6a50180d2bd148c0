//! A budget of alerts in the place of a false discovery rate.

use std::fs;

use serde_json::Value;

use crate::home::{Home, as_strs, ingest_world};

/// The world in a home whose configuration says so many alerts a day.
fn with_budget(n: usize) -> Home {
    let home = Home::new();
    fs::create_dir_all(home.path("home")).expect("a folder");
    fs::write(home.path("home").join("margay.toml"), format!("[control]\nalerts_per_day = {n}\n")).expect("written");
    home.ok(&as_strs(&ingest_world()));
    home.ok(&["detect"]);
    home
}

fn events_from_tests(home: &Home) -> Vec<Value> {
    home.json(&[
        "sql",
        "SELECT event_id, q_value, document FROM threat_events WHERE q_value IS NOT NULL ORDER BY event_id",
    ])
}

#[test]
fn the_best_of_a_day_make_events_proven_or_not() {
    let home = with_budget(3);
    let chosen =
        home.json(&["sql", "SELECT window_end, labels, q_value FROM findings WHERE labels::text LIKE '%best of day%'"]);
    let n_days = home.number("SELECT count(DISTINCT window_end) AS n FROM findings WHERE q_value IS NOT NULL");
    assert_eq!(chosen.len() as u64, 3 * n_days, "{chosen:?}");
    let events = events_from_tests(&home);
    assert!(!events.is_empty() && events.len() <= chosen.len(), "{events:?}");
    for event in &events {
        assert!(event.to_string().contains("how many of those are false is not controlled"), "{event}");
    }

    home.ok(&["detect", "--since", "2026-01-01", "--until", "2026-02-01"]);
    assert_eq!(events_from_tests(&home), events, "the same records give the same choice");
}

#[test]
fn without_a_budget_the_rate_decides_again() {
    let home = with_budget(25);
    assert!(
        events_from_tests(&home).iter().any(|event| event["q_value"].as_f64() > Some(0.05)),
        "some were not proven"
    );
    fs::remove_file(home.path("home").join("margay.toml")).expect("removed");
    home.ok(&["detect", "--since", "2026-01-01", "--until", "2026-02-01"]);
    assert!(events_from_tests(&home).iter().all(|event| event["q_value"].as_f64() <= Some(0.05)));
}
