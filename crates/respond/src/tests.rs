//! What is proposed for which events, and what is never proposed without a warning.

#![allow(clippy::disallowed_methods, reason = "a test lists the folder that it guards")]

use std::{collections::BTreeSet, path::Path};

use proptest::prelude::*;
use schema::{
    Category, Diamond, Direction, Entity, EntityKind, Evidence, Observable, Outcome, Severity, ThreatEvent,
    ThreatEventBatch, Timestamp, Tlp, Vertex, stable_id,
};

use crate::{Plan, Policy, Target, actions, plan};

fn event(category: Category, severity: Severity, confidence: u8, indicators: &[(Observable, &str)]) -> ThreatEvent {
    let text = |text: &str| text.to_owned();
    let values: Vec<String> = indicators.iter().map(|(_, value)| text(value)).collect();
    ThreatEvent {
        id: stable_id("event", &[category.name(), &values.join(" ")]),
        dataset: text("main"),
        category,
        title: text("10.1.2.3 beacons to evil.example every 5 min"),
        description: text("What happened. How we know."),
        severity,
        severity_because: text("If true, somebody outside steers software on this target."),
        confidence,
        first_seen: Timestamp::from_nanos(0),
        last_seen: Timestamp::from_nanos(1),
        techniques: Vec::new(),
        attack_version: text("18.1"),
        tactics: Vec::new(),
        phases: Vec::new(),
        diamond: Diamond {
            adversary: Vertex::unknown(),
            capability: Vertex::unknown(),
            infrastructure: Vertex::known(values, confidence),
            victim: Vertex::unknown(),
            result: Outcome::Unknown,
            direction: Direction::VictimToInfrastructure,
            methodology: text("periodic beacon"),
            resources: Vec::new(),
        },
        targets: vec![Entity::new(EntityKind::Ip, "10.1.2.3")],
        indicators: indicators.iter().map(|(kind, value)| (*kind, text(value))).collect(),
        p_value: None,
        q_value: None,
        chance: None,
        n_records: 7,
        findings: Vec::new(),
        detectors: Vec::new(),
        evidence: vec![Evidence { table: text("connections"), record_id: text("1") }],
        because: Vec::new(),
        unless: Vec::new(),
        next_steps: Vec::new(),
        labels: Vec::new(),
        tlp: Tlp::Amber,
    }
}

pub(crate) fn beacon(confidence: u8, indicators: &[(Observable, &str)]) -> ThreatEvent {
    event(Category::CommandAndControl, Severity::High, confidence, indicators)
}

fn plan_for(events: Vec<ThreatEvent>) -> Plan {
    plan(&ThreatEventBatch::new(events), &Policy::default())
}

fn actions_for(event: ThreatEvent) -> Vec<String> {
    plan_for(vec![event]).steps.into_iter().map(|step| step.action).collect()
}

/// The cautions of the one step of this action.
fn cautions(plan: &Plan, action: &str) -> String {
    let steps: Vec<_> = plan.steps.iter().filter(|step| step.action == action).collect();
    assert_eq!(steps.len(), 1, "{steps:#?}");
    steps.into_iter().flat_map(|step| step.cautions.clone()).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_surer_we_are_the_more_is_proposed() {
    let at = |confidence: u8| actions_for(beacon(confidence, &[(Observable::Domain, "c2.evil.example")]));
    assert!(at(20).is_empty());
    assert_eq!(at(50), ["preserve_evidence", "open_case", "notify"]);
    assert_eq!(at(80), ["preserve_evidence", "open_case", "notify", "block_domain"]);
    assert_eq!(at(90), ["preserve_evidence", "open_case", "notify", "block_domain", "isolate_host"]);
}

#[test]
fn contact_alone_disturbs_nobody() {
    let listed = |severity| event(Category::KnownInfrastructure, severity, 95, &[(Observable::Domain, "evil.example")]);
    assert!(actions_for(listed(Severity::Low)).is_empty());
    assert_eq!(actions_for(listed(Severity::Medium)), ["preserve_evidence", "open_case", "block_domain"]);
}

#[test]
fn what_disturbs_needs_approval_and_can_be_undone() {
    for step in plan_for(vec![beacon(95, &[(Observable::Domain, "evil.example"), (Observable::Ip, "192.0.2.7")])]).steps
    {
        let disturbs = step.action.starts_with("block_") || step.action == "isolate_host";
        assert_eq!(step.needs_approval, disturbs, "{}", step.action);
        assert!(!disturbs || (step.reversible && step.undo.is_some() && !step.cautions.is_empty()), "{}", step.action);
        assert_eq!(step.tlp, Tlp::Amber);
    }
}

#[test]
fn shared_names_carry_a_warning() {
    for (name, warning) in [
        ("evil.github.io", "github.io, where unrelated parties publish"),
        ("contoso.sharepoint.com", "sharepoint.com, where unrelated parties publish"),
        ("pastebin.com", "pastebin.com is a service"),
    ] {
        let plan = plan_for(vec![beacon(80, &[(Observable::Domain, name)])]);
        assert!(cautions(&plan, "block_domain").contains(warning), "{name}");
    }
    let plan = plan_for(vec![beacon(80, &[(Observable::Domain, "c2.evil.example")])]);
    assert!(!cautions(&plan, "block_domain").contains("unrelated"));
}

#[test]
fn suffixes_and_what_is_no_name_are_never_blocked() {
    for name in ["com", "co.uk", "github.io", "localhost", "", "evil example", "e'; --.example", "192.0.2.1"] {
        let actions = actions_for(beacon(80, &[(Observable::Domain, name)]));
        assert!(!actions.contains(&"block_domain".to_owned()), "{name}");
    }
}

#[test]
fn shared_addresses_and_networks_carry_a_warning() {
    let mut one = beacon(80, &[(Observable::Ip, "203.0.113.9")]);
    let quiet = cautions(&plan_for(vec![one.clone()]), "block_ip");
    assert!(!quiet.contains("owners"));

    one.diamond.infrastructure.values.push("a.example".to_owned());
    let mut other = beacon(80, &[(Observable::Domain, "b.example")]);
    other.diamond.infrastructure.values.push("203.0.113.9".to_owned());
    assert!(cautions(&plan_for(vec![one, other]), "block_ip").contains("Names of 2 owners"));

    for (address, warning) in [("8.8.8.8", "unrelated"), ("198.51.100.0/24", "The network of 24 bits")] {
        let plan = plan_for(vec![beacon(80, &[(Observable::Ip, address)])]);
        assert!(cautions(&plan, "block_ip").contains(warning), "{address}");
    }
}

#[test]
fn addresses_that_are_ours_or_nobodys_are_never_blocked() {
    for address in ["10.0.0.1", "192.168.0.0/16", "127.0.0.1", "0.0.0.0/0", "224.0.0.1", "fe80::1", "not", "1.2.3.4/x"]
    {
        let actions = actions_for(beacon(80, &[(Observable::Ip, address)]));
        assert!(!actions.contains(&"block_ip".to_owned()), "{address}");
    }
}

#[test]
fn only_hosts_are_isolated() {
    let mut odd = beacon(95, &[]);
    odd.targets = vec![Entity::new(EntityKind::Host, "unknown"), Entity::new(EntityKind::Account, "alice")];
    assert!(!actions_for(odd).contains(&"isolate_host".to_owned()));
}

#[test]
fn the_worst_comes_first_and_planning_again_is_the_same() {
    let mut worst = beacon(90, &[(Observable::Domain, "worst.example")]);
    worst.severity = Severity::Critical;
    let events = vec![beacon(95, &[(Observable::Domain, "evil.example")]), worst.clone()];
    let planned = plan_for(events.clone());
    assert_eq!(planned.steps.first().map(|step| step.event_id.as_str()), Some(worst.id.as_str()));
    assert_eq!(planned, plan_for(events.into_iter().rev().collect()));
    let ids: BTreeSet<&String> = planned.steps.iter().map(|step| &step.id).collect();
    assert_eq!(ids.len(), planned.steps.len());
}

#[test]
fn plans_survive_json() {
    let planned = plan_for(vec![beacon(95, &[(Observable::Domain, "evil.example")])]);
    let json = serde_json::to_string(&planned).expect("plain data");
    assert!(json.contains(r#""target":{"on":"event"}"#), "{json}");
    assert!(json.contains(r#""target":{"on":"entity","kind":"domain","value":"evil.example"}"#), "{json}");
    assert_eq!(serde_json::from_str::<Plan>(&json).expect("our own"), planned);
}

#[test]
fn every_file_is_listed_under_its_own_name() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/actions");
    let files: BTreeSet<String> = std::fs::read_dir(folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("readable").path().file_stem().expect("named").to_string_lossy().into_owned())
        .filter(|name| name != "mod")
        .collect();
    let listed: BTreeSet<String> = actions::ALL.iter().map(|action| action.name.to_owned()).collect();
    assert_eq!(files, listed, "actions/<name>.rs and ALL in actions/mod.rs must agree");
    assert!(actions::ALL.iter().all(|action| actions::find(action.name).is_some() && action.does.ends_with('.')));
}

proptest! {
    #[test]
    fn any_indicator_is_planned_for_or_left_alone(
        kind in prop::sample::select(Observable::ALL.to_vec()), value in any::<String>(), confidence in 0_u8..=100,
    ) {
        let planned = plan_for(vec![beacon(confidence, &[(kind, &value)])]);
        for step in planned.steps {
            prop_assert!(step.confidence == confidence);
            let blocks_shared_silently = step.action.starts_with("block_") && step.cautions.is_empty();
            prop_assert!(!blocks_shared_silently);
            if let Target::Entity(entity) = step.target {
                prop_assert!(entity.value.is_ascii());
            }
        }
    }
}
