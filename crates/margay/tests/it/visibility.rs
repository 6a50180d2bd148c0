//! Which techniques could be seen, of a world whose logs are known.

use serde_json::Value;

use crate::home::{Home, as_strs, ingest_world};

fn technique(home: &Home, id: &str) -> Value {
    home.json(&["visibility", id]).pop().expect("one technique")
}

#[test]
fn only_logs_that_are_there_count() {
    let home = Home::new();
    assert_eq!(technique(&home, "T1071.001")["share"], 0.0, "an empty lake shows nothing");
    home.ok(&as_strs(&ingest_world()));

    // The world's sensors write network logs and none of hosts.
    let web = technique(&home, "T1071.001");
    let states = |technique: &Value, name: &str| -> Vec<String> {
        let analytics = technique["analytics"].as_array().expect("a list");
        let sources = analytics.iter().flat_map(|analytic| analytic["log_sources"].as_array().expect("a list"));
        let named = sources.filter(|source| source["name"] == name);
        named.map(|source| source["state"].as_str().expect("a state").to_owned()).collect()
    };
    let flows = states(&web, "NSM:Flow");
    assert!(!flows.is_empty() && flows.iter().all(|state| state == "flows"), "{web}");
    let looking: Vec<&str> = web["looking"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    assert!(looking.contains(&"beaconing"), "{looking:?}");

    let shell = technique(&home, "T1059.001");
    let sysmon = states(&shell, "WinEventLog:Sysmon");
    assert!(!sysmon.is_empty() && sysmon.iter().all(|state| state == "absent"), "{shell}");

    let gains = home.json(&["visibility", "--gains"]);
    assert!(gains.iter().all(|gain| gain["log_source"] != "NSM:Flow"), "it is here already");
    assert!(gains.iter().any(|gain| gain["log_source"] == "WinEventLog:Sysmon"));
    let sources = home.json(&["visibility", "--sources"]);
    let records: u64 = sources.iter().filter_map(|flow| flow["records"].as_u64()).sum();
    let tables = home.number("SELECT count(*) AS n FROM connections");
    assert!(records > tables, "every table is measured");
    let later = home.json(&["visibility", "--sources", "--since", "2200-01-01"]);
    assert!(later.is_empty(), "{later:?}");
}

#[test]
fn a_layer_is_written_and_a_wrong_technique_told() {
    let home = Home::new();
    let layer = home.path("layer.json");
    home.ok(&["visibility", "--navigator", &layer.to_string_lossy()]);
    let layer: Value = serde_json::from_slice(&std::fs::read(layer).expect("written")).expect("JSON");
    assert_eq!(layer.pointer("/versions/layer"), Some(&Value::from("4.5")));
    assert!(layer["techniques"].as_array().is_some_and(|techniques| techniques.len() > 600));
    let output = home.run(&["visibility", "T9999"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("is no technique"));
}

#[test]
fn what_of_a_group_could_be_seen_is_told_and_leaves_for_others() {
    let home = Home::new();
    home.ok(&as_strs(&ingest_world()));
    let (folder, chain) = (home.path("dettect"), home.path("chain.csv"));
    let of_group = home.json(&[
        "visibility",
        "--actor",
        "Cozy Bear",
        "--dettect",
        &folder.to_string_lossy(),
        "--csv",
        &chain.to_string_lossy(),
    ]);
    let everything = home.json(&["visibility"]).len();
    assert!((50..everything).contains(&of_group.len()), "{}", of_group.len());
    assert!(home.ok(&["visibility", "--actor", "g0016"]).contains("APT29"));
    let read = |path: std::path::PathBuf| std::fs::read_to_string(path).expect("written");
    let sources = read(folder.join("data-sources.yaml"));
    assert!(sources.contains("data_source_name: \"Network Traffic Flow\""), "{sources}");
    assert!(read(folder.join("techniques.yaml")).contains("file_type: technique-administration"));
    let chain = read(chain);
    assert!(chain.lines().count() > of_group.len() && chain.contains("NSM:Flow"), "{chain}");

    let output = home.run(&["visibility", "--actor", "APT280"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("knows no group"));
}
