//! Campaigns as an analyst meets them: found, explained, joined, split, taken back, attributed and exported.

use std::{collections::BTreeSet, fmt::Write as _, fs};

use serde_json::Value;

use crate::home::{Home, ZEEK_DNS};

/// Three hosts ask for one listed name, two for another one, days apart, and forty for a name of their own each.
fn with_campaigns(lines_first: bool) -> Home {
    let home = Home::new();
    let mut lines = Vec::new();
    let mut claims =
        "indicator,type,confidence,source\nc2.evil.test,domain,90,feed\nother.test,domain,90,feed\n".to_owned();
    let mut ask = |seconds: u32, host: u32, name: &str| {
        lines.push(format!(
            "{}.000000\tC{seconds}x{host}\t10.0.0.{host}\t50001\t192.0.2.53\t53\tudp\t{name}\tA\tNOERROR",
            1_763_600_000 + seconds
        ));
    };
    for host in 1..=3 {
        ask(host * 60, host, "c2.evil.test");
    }
    for host in 4..=5 {
        ask(400_000 + host * 60, host, "other.test");
    }
    for host in 10..50 {
        let name = format!("alone{host}.test");
        ask(host * 7_200, host, &name);
        writeln!(claims, "{name},domain,90,feed").expect("a text");
    }
    if !lines_first {
        lines.reverse();
    }
    // In two files and two runs: nothing may depend on it.
    for (name, half) in ["one.log", "two.log"].iter().zip(lines.chunks(20)) {
        fs::write(home.path(name), format!("{ZEEK_DNS}{}\n", half.join("\n"))).expect("written");
    }
    fs::write(home.path("three.log"), format!("{ZEEK_DNS}{}\n", lines[40..].join("\n"))).expect("written");
    fs::write(home.path("claims.csv"), claims).expect("written");
    home.ok(&["intel", "load", &home.path("claims.csv").to_string_lossy()]);
    for name in ["one.log", "two.log", "three.log"] {
        home.ok(&["ingest", &home.path(name).to_string_lossy()]);
        home.ok(&["detect"]);
    }
    home
}

/// Events of each campaign, by campaign.
fn campaigns(home: &Home) -> Vec<(String, BTreeSet<String>)> {
    let list = home.json(&["campaigns", "list"]);
    let mut campaigns: Vec<(String, BTreeSet<String>)> = list
        .iter()
        .map(|campaign| {
            let events = campaign["thread"].as_array().expect("a thread").iter();
            let events = events.filter_map(|step| step["event"].as_str().map(str::to_owned)).collect();
            (campaign["id"].as_str().expect("an id").to_owned(), events)
        })
        .collect();
    campaigns.sort_by_key(|(_, events)| std::cmp::Reverse(events.len()));
    campaigns
}

#[test]
fn what_shares_a_name_is_one_campaign_and_the_rest_is_none() {
    let (home, reversed) = (with_campaigns(true), with_campaigns(false));
    let found = campaigns(&home);
    assert_eq!(found.iter().map(|(_, events)| events.len()).collect::<Vec<_>>(), [3, 2], "{found:?}");
    let groups = |home: &Home| campaigns(home).into_iter().map(|(_, events)| events).collect::<Vec<_>>();
    assert_eq!(groups(&home), groups(&reversed), "the order of arrival does not matter");

    let shown = home.ok(&["campaigns", "show", &found[0].0]);
    for part in ["domain evil.test", "Activity thread", "What would make it wrong"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let event = found[0].1.first().expect("an event");
    assert_eq!(home.json(&["events", "show", event])[0]["campaign"], found[0].0.as_str());
    assert_eq!(home.json(&["campaigns", "update"])[0]["written"], 0, "nothing changes by itself");
}

#[test]
fn decisions_are_obeyed_until_they_are_taken_back() {
    let home = with_campaigns(true);
    let before = campaigns(&home);
    let ids: Vec<&str> = before.iter().map(|(id, _)| id.as_str()).collect();
    home.ok(&["campaigns", "join", ids[0], ids[1], "--reason", "same mail header", "--by", "ann"]);
    let joined = campaigns(&home);
    assert_eq!((joined.len(), joined[0].0.as_str(), joined[0].1.len()), (1, ids[0], 5));

    let event = before[0].1.first().expect("an event");
    home.ok(&["campaigns", "split", ids[0], "--event", event, "--reason", "our own test", "--by", "ann"]);
    home.ok(&["campaigns", "update"]);
    assert!(!campaigns(&home).iter().any(|(_, events)| events.contains(event)));

    let history = home.ok(&["campaigns", "history", ids[1]]);
    assert!(history.contains("went into") || history.contains("took"), "{history}");
    for number in ["1", "2"] {
        home.ok(&["campaigns", "undo", number]);
    }
    let groups = |all: &[(String, BTreeSet<String>)]| all.iter().map(|(_, events)| events.clone()).collect::<Vec<_>>();
    assert_eq!(groups(&campaigns(&home)), groups(&before));
    let refused = home.run(&["campaigns", "undo", "1"]);
    assert_eq!(refused.status.code(), Some(2));
}

#[test]
fn a_campaign_leaves_as_an_attack_flow_without_what_is_marked_too_strictly() {
    let home = with_campaigns(true);
    let (id, events) = campaigns(&home).remove(0);
    let out = home.path("flow.json");
    home.ok(&["campaigns", "flow", &id, "--conceal", "--out", &out.to_string_lossy()]);
    let text = fs::read_to_string(&out).expect("written");
    assert!(!text.contains("10.0.0.1"), "our side is concealed");
    let bundle: Value = serde_json::from_str(&text).expect("JSON");
    let objects = bundle["objects"].as_array().expect("objects");
    let of = |kind: &str| objects.iter().filter(|object| object["type"] == kind).collect::<Vec<_>>();
    let (flows, actions) = (of("attack-flow"), of("attack-action"));
    let ids: BTreeSet<&str> = objects.iter().filter_map(|object| object["id"].as_str()).collect();
    let led_to = actions.iter().filter_map(|action| action["effect_refs"].as_array()).flatten().count();
    let starts = flows.iter().filter_map(|flow| flow["start_refs"].as_array()).flatten().count();
    if flows.is_empty() {
        assert!(actions.is_empty(), "all or nothing leaves");
    } else {
        assert_eq!((actions.len(), led_to + starts), (events.len(), events.len()), "{text}");
        assert_eq!(flows[0]["scope"], "campaign");
    }
    let refs = actions.iter().filter_map(|action| action["effect_refs"].as_array()).flatten();
    assert!(refs.filter_map(Value::as_str).all(|id| ids.contains(id)));
}

#[test]
fn attribution_names_who_fits_and_nobody_else() {
    let home = Home::new();
    let told =
        home.json(&["attribute", "--software", "X-Agent,Zebrocy", "--techniques", "T1003.001,T1071.001"]).remove(0);
    assert_eq!(told["hypotheses"][0]["name"], "APT28");
    let unknown = home.json(&["attribute", "--techniques", "T1059.001,T1105"]).remove(0);
    assert!(unknown["hypotheses"][0]["group"].is_null());
    assert!(unknown["verdict"].as_str().is_some_and(|verdict| verdict.starts_with("Unknown")));
    assert_eq!(home.json(&["attribute", "--names", "APT280"])[0]["unused"][0], "APT280");
    assert_eq!(home.run(&["attribute"]).status.code(), Some(2));
}
