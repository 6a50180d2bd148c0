//! Feeds in, the past searched, block lists out: what others know, as a user meets it.

use std::fs;

use serde_json::Value;

use crate::home::{Home, as_strs, ingest_world, world};

fn load(home: &Home) {
    home.ok(&["intel", "load", &world().join("intel.csv").to_string_lossy(), "--source", "feed", "--tlp", "green"]);
}

/// Findings of indicators, in a form that two homes can share.
fn findings(home: &Home) -> Vec<Value> {
    home.json(&[
        "sql",
        "SELECT finding_id, n_records, first_seen, last_seen FROM findings WHERE detector = 'indicator' ORDER BY 1",
    ])
}

#[test]
fn claims_that_come_late_find_what_claims_that_came_first_find() {
    let (early, late) = (Home::new(), Home::new());
    load(&early);
    for home in [&early, &late] {
        home.ok(&as_strs(&ingest_world()));
        home.ok(&["detect"]);
    }
    assert!(findings(&late).is_empty());
    load(&late);
    assert_eq!(findings(&late), findings(&early), "a load holds what is new against the past at once");
    a_claim_that_nothing_met_reads_nothing(&late);
    let found = findings(&early);
    assert!(found.len() > 5, "only {} findings", found.len());
    assert_eq!(findings(&late), found);

    // Without what is kept of hours, the past is read, and says the same.
    fs::remove_dir_all(late.path("home/digests/values-1")).expect("kept values");
    fs::write(late.path("more.txt"), "nowhere-to-be-seen.example\n").expect("written");
    late.ok(&["intel", "load", &late.path("more.txt").to_string_lossy()]);
    late.ok(&["detect"]);
    assert_eq!(findings(&late), found);
}

/// A claim that nothing can meet makes no hour due.
fn a_claim_that_nothing_met_reads_nothing(home: &Home) {
    home.ok(&["detect"]);
    fs::write(home.path("never.txt"), "never-met.example\n203.0.114.0/28\n").expect("written");
    let loaded = home.run(&["intel", "load", &home.path("never.txt").to_string_lossy()]);
    assert!(String::from_utf8_lossy(&loaded.stderr).contains("the past: 0 of "), "{loaded:?}");
    let report = home.json(&["detect"]);
    assert_eq!((&report[0]["n_hours"], &report[0]["rows"]), (&Value::from(0), &Value::from(0)), "{report:?}");
}

#[test]
fn a_hunt_says_where_things_were_met() {
    let home = Home::new();
    home.ok(&as_strs(&ingest_world()));
    let asked = home.json(&["sql", "SELECT query, count(*) AS n, min(observed_at) AS first FROM dns_queries WHERE query LIKE '%.%.%' GROUP BY 1 ORDER BY 2 DESC LIMIT 1"]);
    let name = asked[0]["query"].as_str().expect("a name");
    let parent = name.split_once('.').expect("a parent").1;
    let of_domain = |domain: &str| {
        home.json(&["hunt", domain]).into_iter().find(|found| found["value"] == domain).expect("a sighting")
    };
    let before = of_domain(parent);
    assert!(before["records"].as_u64() >= asked[0]["n"].as_u64(), "what is below a domain belongs to it: {before}");
    assert!(!before["hosts"].as_array().expect("a list").is_empty());
    let record = before["evidence"][0]["record_id"].as_str().expect("an id");
    let table = before["evidence"][0]["table"].as_str().expect("a table");
    let rows = home.json(&["sql", &format!("SELECT record_id FROM {table} WHERE record_id = '{record}'")]);
    assert_eq!(rows.len(), 1, "evidence leads to the record");

    // Once hours are known, a hunt reads fewer rows and finds the same.
    home.ok(&["detect"]);
    assert_eq!(of_domain(parent), before);
    let told = home.run(&["hunt", "nowhere-to-be-seen.example", &name.replace('.', "[.]")]);
    assert!(told.status.success());
    assert!(String::from_utf8_lossy(&told.stderr).contains("2 values, 1 of them seen"), "{told:?}");
    let nothing = home.run(&["hunt", "nowhere-to-be-seen.example"]);
    assert!(String::from_utf8_lossy(&nothing.stderr).contains("0 rows read"), "{nothing:?}");

    let address = home.json(&["sql", "SELECT dst_ip, dst_port, count(*) AS n FROM connections WHERE dst_port IS NOT NULL GROUP BY 1, 2 ORDER BY 3 DESC LIMIT 1"]);
    let (ip, port) = (address[0]["dst_ip"].as_str().expect("an address"), &address[0]["dst_port"]);
    let pattern = format!(
        "[network-traffic:dst_ref.value = '{ip}' AND network-traffic:dst_port = {port} AND EXISTS network-traffic:src_byte_count]"
    );
    let shown = home.json(&["hunt", "--pattern", &pattern]);
    assert!(shown[0]["records"].as_u64() > Some(0), "{shown:?}");
    let refused = home.run(&["hunt", "--pattern", "[url:value = 'a'] FOLLOWEDBY [url:value = 'b']"]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("at 19: FOLLOWEDBY"), "{refused:?}");
    let address = home.json(&[
        "sql",
        "SELECT src_ip, count(*) AS n FROM connections WHERE src_ip LIKE '10.%' GROUP BY 1 ORDER BY 2 DESC LIMIT 1",
    ]);
    let private = home.json(&["hunt", address[0]["src_ip"].as_str().expect("an address")]);
    assert!(private[0]["records"].as_u64() >= address[0]["n"].as_u64(), "a person may ask for it: {private:?}");
    fs::write(home.path("private.txt"), "10.0.0.1\n").expect("written");
    let listed = home.run(&["hunt", "--file", &home.path("private.txt").to_string_lossy()]);
    assert!(String::from_utf8_lossy(&listed.stderr).contains("private address"), "{listed:?}");
}

#[test]
fn from_a_feed_of_ones_own_to_a_block_list_without_ourselves() {
    let home = Home::new();
    fs::create_dir_all(home.path("home")).expect("a home");
    fs::write(
        home.path("home/margay.toml"),
        "[sharing]\nidentity = \"Us\"\nown = [\"198.51.100.0/24\", \"corp.example\"]\n",
    )
    .expect("written");
    let list = home.path("list.csv");
    fs::write(&list, "ioc,type,family\nevil.example,domain,Emotet\n45.32.1.2,ip,\nwww.corp.example,domain,x\n198.51.100.7,ip,x\nrubbish,ip,x\n")
        .expect("written");
    let list = list.to_string_lossy().into_owned();
    home.ok(&["feeds", "new", "mine", "--url", "https://intel.example/list.csv", "--sample", &list]);
    let own = home.path("home/feeds/mine.toml");
    let draft = fs::read_to_string(&own).expect("a draft");
    fs::write(&own, format!("{draft}\n[said]\nmalware = [\"family\"]\n")).expect("written");
    let checked = home.run(&["feeds", "check", "mine", "--content", &list]);
    let told = String::from_utf8_lossy(&checked.stderr).into_owned();
    assert!(told.contains("5 records: 4 claims") && told.contains("line 6"), "{told}");

    let fetched = home.json(&["feeds", "fetch", "mine", "--from", &list]);
    assert_eq!(fetched[0]["feeds"][0]["claims"], 4, "{fetched:?}");
    let states = home.json(&["feeds", "list"]);
    let mine = states.iter().find(|feed| feed["name"] == "mine").expect("listed");
    assert_eq!((&mine["enabled"], &mine["status"]["claims"]), (&Value::from(true), &Value::from(4)));

    let plain = home.run(&["share", "blocklist"]);
    assert_eq!(String::from_utf8_lossy(&plain.stdout), "45.32.1.2\nevil.example\n");
    let told = String::from_utf8_lossy(&plain.stderr).into_owned();
    assert!(told.contains("our own names") && told.contains("our own networks"), "{told}");
    let strict = home.run(&["share", "blocklist", "--confidence", "90"]);
    assert!(strict.stdout.is_empty() && String::from_utf8_lossy(&strict.stderr).contains("too little confidence"));
    let zone = home.run(&["share", "blocklist", "--format", "rpz", "--kind", "domain"]);
    assert!(String::from_utf8_lossy(&zone.stdout).contains("*.evil.example CNAME ."));

    fs::write(home.path("home/feeds/broken.toml"), "name = \"broken\"\n").expect("written");
    let broken = home.run(&["feeds", "check"]);
    assert!(String::from_utf8_lossy(&broken.stderr).contains("broken.toml"), "{broken:?}");
    assert_eq!(broken.status.code(), Some(3));
}
