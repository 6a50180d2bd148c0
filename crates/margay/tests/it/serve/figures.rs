//! What the plots are made of: all tests of detectors, verdicts against the promise, events that were to be expected,
//! what is left of claims, and searches of all records.

use serde_json::{Value, json};

use super::{access, client::Server};
use crate::home::{Home, as_strs, ingest_world};

fn items(answer: &Value) -> &[Value] {
    answer["items"].as_array().expect("a list")
}

#[test]
fn p_values_of_all_tests_are_told_and_verdicts_held_against_the_promise() {
    let home = Home::new();
    home.ok(&as_strs(&ingest_world()));
    let report = home.json(&["detect"]);
    let n_tests = report.iter().find_map(|line| line["n_tests"].as_u64()).expect("a report");
    assert!(n_tests > 100, "{report:?}");
    let server = Server::start(&home);
    let ann = server.set_up("ann");
    let told = |name: &str| ann.get(&format!("/api/v1/detectors/{name}/p-values")).json();
    let detectors = ann.get("/api/v1/detectors").json();
    let names: Vec<&str> = items(&detectors).iter().map(|one| one["name"].as_str().expect("a name")).collect();
    let mut sum = 0;
    for name in &names {
        let p_values = told(name);
        let bins = p_values["bins"].as_array().expect("bins");
        let binned: u64 = bins.iter().map(|bin| bin["n"].as_u64().expect("a count")).sum();
        assert_eq!(
            (binned, bins.len(), &p_values["n_untold"]),
            (p_values["n_tests"].as_u64().expect("n"), 20, &json!(0))
        );
        let quantiles = p_values["quantiles"].as_array().expect("points");
        let p = |point: &Value| point["p"].as_f64().expect("a p-value");
        assert!(
            quantiles.is_sorted_by_key(p)
                && quantiles.iter().all(|point| point["low"].as_f64() < point["high"].as_f64())
        );
        sum += binned;
    }
    assert_eq!(sum, n_tests, "every test that detection reports is in a histogram");
    let before: Vec<Value> = names.iter().map(|name| told(name)).collect();

    let events = ann.get("/api/v1/events").json();
    let event = items(&events)[0]["id"].as_str().expect("an id").to_owned();
    let change = json!({ "kind": "verdict", "judgement": "false_positive", "reason": "our own" });
    let judged = ann.post("/api/v1/events/work", &json!({ "ids": [event], "change": change }));
    assert_eq!(judged.status, 200, "{}", judged.text());
    let verdicts = ann.get("/api/v1/overview").json()["verdicts"].clone();
    let n_judged = |of: &str| verdicts[of]["n_judged"].as_u64().expect("a count");
    assert_eq!(n_judged("tested") + n_judged("stated"), 1, "{verdicts}");
    let of = if n_judged("tested") == 1 { "tested" } else { "stated" };
    assert_eq!(verdicts[of]["n_false"], 1);
    let share = &verdicts[of]["false_share"];
    assert!(share["low"].as_f64() > Some(0.1) && share["high"] == 1.0, "one verdict says little: {share}");

    drop(server);
    home.ok(&["detect", "--since", "2000-01-01T00:00:00Z"]);
    let server = Server::start(&home);
    let again = server.stranger().sign_in("ann");
    let after: Vec<Value> =
        names.iter().map(|name| again.get(&format!("/api/v1/detectors/{name}/p-values")).json()).collect();
    assert_eq!(before, after, "judging again counts nothing twice");

    let elsewhere = json!({ "name": "oda", "role": "analyst", "datasets": ["elsewhere"], "ceiling": "AMBER+STRICT" });
    let blind = json!({ "name": "low", "role": "analyst", "datasets": null, "ceiling": "CLEAR" });
    for who in [elsewhere, blind] {
        let other = server.invited(&again, who);
        for name in &names {
            let p_values = other.get(&format!("/api/v1/detectors/{name}/p-values")).json();
            assert_eq!((&p_values["n_tests"], &p_values["windows"]), (&json!(0), &json!([])));
        }
        let seen = other.get("/api/v1/overview").json();
        assert_eq!(
            (&seen["verdicts"]["tested"]["n_judged"], &seen["verdicts"]["stated"]["n_judged"]),
            (&json!(0), &json!(0))
        );
        assert_eq!(seen["events_per_hour"]["bars"], json!([]));
    }
}

#[test]
fn a_claim_falls_along_its_curve_and_a_search_finds_what_the_reader_may_see() {
    let home = Home::new();
    access::events(&home);
    let server = Server::start(&home);
    let ann = server.set_up("ann");
    let found = ann.post("/api/v1/indicators/lookup", &json!({ "text": "listed-seven[.]example" })).json();
    let view = &items(&found)[0]["found"][0];
    let points: Vec<f64> = view["curve"]
        .as_array()
        .expect("a curve")
        .iter()
        .map(|point| point["score"].as_f64().expect("a score"))
        .collect();
    assert!(points.len() > 100 && points.is_sorted_by(|a, b| a >= b), "{points:?}");
    let times: Vec<&str> =
        view["curve"].as_array().expect("a curve").iter().filter_map(|one| one["at"].as_str()).collect();
    assert!(times.contains(&view["now"].as_str().expect("a time")), "now is on the curve");
    assert!(view["threshold"].as_f64() > Some(0.0));

    let question = json!({ "text": "listed-seven[.]example\nother-nine.example\n" });
    let swept = ann.post("/api/v1/indicators/sweep", &question).json();
    let values: Vec<&str> = items(&swept).iter().filter_map(|one| one["value"].as_str()).collect();
    assert!(values.len() == 2 && values.contains(&"other-nine.example"), "{swept}");
    assert!(items(&swept).iter().all(|one| one["records"] == 10 && one["n_hosts"] == 1), "{swept}");
    assert_eq!((&swept["stopped_at"], &swept["n_values"]), (&Value::Null, &json!(2)));
    let later = json!({ "text": "other-nine.example", "since": "2099-01-01T00:00:00Z" });
    assert_eq!(items(&ann.post("/api/v1/indicators/sweep", &later).json()).len(), 0);

    let outer = server
        .invited(&ann, json!({ "name": "oda", "role": "analyst", "datasets": ["outer"], "ceiling": "AMBER+STRICT" }));
    let swept = outer.post("/api/v1/indicators/sweep", &question).json();
    assert_eq!(
        items(&swept).iter().filter_map(|one| one["value"].as_str()).collect::<Vec<_>>(),
        ["other-nine.example"]
    );

    assert_eq!(ann.post("/api/v1/indicators/sweep", &json!({ "text": " \n" })).status, 400);
    let many: String = (0..101).map(|n| format!("host{n}.example\n")).collect();
    let refused = ann.post("/api/v1/indicators/sweep", &json!({ "text": many }));
    assert!(refused.status == 400 && refused.contains("at most 100"), "{}", refused.text());
    let told = ann.get("/api/v1/audit").json();
    assert!(items(&told).iter().any(|line| line["action"] == "indicators.sweep"), "{told}");
}

#[test]
fn incidents_are_told_of_what_the_reader_may_see() {
    let home = Home::new();
    // Every hour ten records for twelve days, and then nothing in one dataset.
    for (dataset, n_hours) in [("steady", 24 * 12), ("silent", 24 * 11)] {
        let lines: String = (0..n_hours)
            .flat_map(|hour| (0..10).map(move |n| (hour, n)))
            .map(|(hour, n)| {
                let at = 1_768_003_200 + hour * 3_600 + n * 300;
                format!("{at}.5\tC{dataset}{at}\t10.0.0.7\t4000\t10.0.0.1\t53\tudp\ta.example\tA\tNOERROR\n")
            })
            .collect();
        let log = home.path(&format!("{dataset}.log"));
        std::fs::write(&log, format!("{}{lines}", crate::home::ZEEK_DNS)).expect("writes");
        home.ok(&["ingest", "--dataset", dataset, log.to_str().expect("text")]);
    }
    let server = Server::start(&home);
    let ann = server.set_up("ann");
    let told = ann.get("/api/v1/sources/incidents").json();
    let kinds: Vec<_> = items(&told).iter().map(|one| (one["kind"].clone(), one["dataset"].clone())).collect();
    assert_eq!(kinds, [(json!("silent"), json!("silent"))], "{told}");
    assert_eq!((&told["n_sources"], &told["n_young"]), (&json!(2), &json!(0)));
    let other = server
        .invited(&ann, json!({ "name": "sam", "role": "viewer", "datasets": ["steady"], "ceiling": "AMBER+STRICT" }));
    let seen = other.get("/api/v1/sources/incidents").json();
    assert_eq!((items(&seen).len(), &seen["n_sources"]), (0, &json!(1)));
}
