//! Bundles of threat events: what is in them, what never is, and that other people's tools accept them.

use std::process::Command;

use schema::{
    Category, Claim, Diamond, Direction, Entity, EntityKind, Evidence, Finding, Observable, Outcome, Phase, Severity,
    TechniqueClaim, ThreatEvent, Timestamp, Tlp, Vertex, Window,
};
use serde_json::Value;
use share::{
    formats::{self, Defaults},
    stix::{self, Bundle, EvidenceRow, Flow, FlowStep, Options, Producer},
};

const OURS: &str = "10.1.2.3";

#[test]
fn a_bundle_tells_the_whole_event() {
    let bundle = export(&[event("one", Tlp::Green)], Tlp::Amber, true);
    for kind in [
        "marking-definition",
        "identity",
        "attack-pattern",
        "indicator",
        "relationship",
        "observed-data",
        "sighting",
        "report",
        "note",
        "ipv4-addr",
        "domain-name",
        "network-traffic",
        "url",
        "file",
    ] {
        assert!(objects(&bundle).iter().any(|object| object["type"] == kind), "no {kind}");
    }
    assert_eq!((bundle.n_events, bundle.n_withheld, bundle.n_inexpressible), (1, 0, 1));
    assert_eq!(bundle.n_objects, objects(&bundle).len());
}

#[test]
fn every_reference_is_in_the_bundle_and_every_object_is_marked() {
    let bundle = export(&[event("one", Tlp::Green), event("two", Tlp::Amber)], Tlp::Amber, true);
    let ids: Vec<&str> = objects(&bundle).iter().filter_map(|object| object["id"].as_str()).collect();
    for object in objects(&bundle) {
        for (name, value) in object.as_object().expect("an object") {
            let refs: Vec<&str> = match value {
                Value::String(id) if name.ends_with("_ref") => vec![id],
                Value::Array(list) if name.ends_with("_refs") => list.iter().filter_map(Value::as_str).collect(),
                _ => Vec::new(),
            };
            for id in refs {
                assert!(ids.contains(&id), "{name} of {} is not in the bundle", object["id"]);
            }
        }
        let marked = object["type"] == "marking-definition" || object["object_marking_refs"].is_array();
        assert!(marked, "{}", object["id"]);
    }
    let mut unique = ids.clone();
    unique.sort_unstable();
    unique.dedup();
    assert_eq!(unique.len(), ids.len(), "an object came twice");
}

#[test]
fn what_is_above_the_ceiling_never_leaves() {
    let events = [event("open", Tlp::Green), event("closed", Tlp::AmberStrict), event("secret", Tlp::Red)];
    let bundle = export(&events, Tlp::Amber, true);
    assert_eq!((bundle.n_events, bundle.n_withheld), (1, 2));
    let text = bundle.to_json();
    assert!(text.contains("open.example"));
    assert!(!text.contains("closed.example") && !text.contains("secret.example"));
    let everything = export(&events, Tlp::Red, true);
    assert!(!everything.to_json().contains("secret.example"), "RED goes nowhere, whatever the ceiling");
}

#[test]
fn the_reasons_of_a_campaign_name_nothing_that_is_withheld() {
    let because = "Both have closed.example.";
    let leaving = |events: &[ThreatEvent]| {
        let steps = events.iter().map(|event| FlowStep { event, after: None }).collect();
        let flow = Flow { id: "c1", name: "quiet otter", description: because, steps };
        stix::flow(&flow, &producer(), &options(Tlp::Amber, true))
    };
    let partly = leaving(&[event("open", Tlp::Green), event("closed", Tlp::Red)]);
    assert_eq!((partly.n_events, partly.n_withheld), (1, 1));
    assert!(partly.to_json().contains("open.example") && !partly.to_json().contains("closed.example"));
    let whole = leaving(&[event("open", Tlp::Green), event("other", Tlp::Green)]);
    assert!(whole.to_json().contains(because));
}

/// A case about these events, with a title that names all of them.
fn case_of(events: &[ThreatEvent], tlp: Tlp, ceiling: Tlp, claimed: Tlp) -> Option<Bundle> {
    let case = stix::Case {
        id: "case--1",
        number: 7,
        title: "closed.example and open.example",
        description: "First met closed.example.",
        opened_at: at("2026-11-20T00:00:00Z"),
        tlp,
        events,
        findings: &[],
        rows: &[],
        indicators: vec![(Observable::Domain, "claimed.example".to_owned(), claimed)],
        files: vec!["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned()],
    };
    stix::case(&case, &producer(), &options(ceiling, true))
}

#[test]
fn a_case_names_nothing_that_is_withheld_not_even_in_its_title() {
    let events = [event("open", Tlp::Green), event("closed", Tlp::AmberStrict)];
    let partly = case_of(&events, Tlp::Green, Tlp::Green, Tlp::Green).expect("leaves");
    let text = partly.to_json();
    assert_eq!((partly.n_events, partly.n_withheld), (1, 1));
    assert!(!text.contains("closed.example") && text.contains("open.example") && text.contains("Case 7"), "{text}");
    let whole = case_of(&events, Tlp::Green, Tlp::AmberStrict, Tlp::Green).expect("leaves").to_json();
    assert!(whole.contains("First met closed.example.") && whole.contains("claimed.example"));
    let claimed = case_of(&events, Tlp::Green, Tlp::AmberStrict, Tlp::Red).expect("leaves").to_json();
    assert!(!claimed.contains("claimed.example") && !claimed.contains("First met"), "a claim has a marking of its own");
    assert!(case_of(&events, Tlp::Amber, Tlp::Green, Tlp::Green).is_none(), "the case itself is marked");
    assert!(case_of(&events, Tlp::Red, Tlp::Red, Tlp::Green).is_none());
}

#[test]
fn our_side_is_not_named_unless_asked_for() {
    let bundle = export(&[event("one", Tlp::Green)], Tlp::Amber, false);
    let text = bundle.to_json();
    assert!(!text.contains(OURS), "{text}");
    assert!(text.contains("one.example") && text.contains("[our side]"));
    assert!(export(&[event("one", Tlp::Green)], Tlp::Amber, true).to_json().contains(OURS));
}

#[test]
fn an_export_made_again_is_the_same_and_its_versions_fit() {
    let events = [event("one", Tlp::Green)];
    let first = export(&events, Tlp::Amber, true);
    assert_eq!(first.to_json(), export(&events, Tlp::Amber, true).to_json());
    for object in objects(&first) {
        let (created, modified) = (object["created"].as_str(), object["modified"].as_str());
        assert!(modified.is_none() || created <= modified, "{}", object["id"]);
    }
}

#[test]
fn our_own_bundle_can_be_loaded() {
    let bundle = export(&[event("one", Tlp::Green)], Tlp::Amber, true);
    let defaults = Defaults { source: "partner".to_owned(), confidence: 1, tlp: Tlp::Red, label: None };
    let mut claims: Vec<Claim> = Vec::new();
    let decoded = formats::decode(bundle.to_json().as_bytes(), None, &defaults, &mut |claim| claims.push(claim));
    assert_eq!(decoded.expect("recognized").n_rejected, 0);
    let domain = claims.iter().find(|claim| claim.kind == Observable::Domain).expect("a domain");
    assert_eq!((domain.value.as_str(), domain.tlp, domain.confidence), ("one.example", Tlp::Green, 80));
    assert_eq!((domain.source.as_str(), domain.technique.as_deref()), ("partner (A <team>)", Some("T1071.001")));
}

/// `pip install stix2-validator==3.2.0 stix2==3.0.2`; 3.3 of the validator ships without its schemas. The interpreter
/// is `MARGAY_PYTHON`, or `python3`.
#[test]
fn other_peoples_tools_accept_it() {
    let python = std::env::var("MARGAY_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let there = Command::new(&python).args(["-c", "import stix2validator, stix2"]).output();
    if !there.is_ok_and(|output| output.status.success()) {
        eprintln!("SKIPPED: {python} has no stix2-validator and stix2; the bundle was not checked by others");
        return;
    }
    let mut nasty = event("nasty", Tlp::AmberStrict);
    nasty.title = "quotes \" ' \\ and \u{202e}bidi\u{0} <script>".to_owned();
    nasty.indicators.push((Observable::UserAgent, "it's \\ a bot".to_owned()));
    let mut bare = event("bare", Tlp::Clear);
    bare.techniques.clear();
    bare.indicators.clear();
    bare.findings.clear();
    bare.because.clear();
    bare.unless.clear();
    let events = [event("one", Tlp::Green), nasty, bare];
    let case = |ceiling| case_of(&events, Tlp::Clear, ceiling, Tlp::Clear).expect("leaves");
    for (name, bundle) in [
        ("named", export(&events, Tlp::AmberStrict, true)),
        ("concealed", export(&events, Tlp::AmberStrict, false)),
        ("empty", export(&[], Tlp::AmberStrict, true)),
        ("case", case(Tlp::AmberStrict)),
        ("case in part", case(Tlp::Clear)),
    ] {
        let file = std::env::temp_dir().join(format!("margay-share-{}-{name}.json", std::process::id()));
        std::fs::write(&file, bundle.to_json()).expect("writable");
        let output = Command::new(&python).args(["-c", CHECK]).arg(&file).output().expect("python runs");
        let told = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        std::fs::remove_file(&file).expect("ours");
        assert!(output.status.success(), "{name}: {told}");
        println!("{name}: {told}");
    }
}

/// Strict: what the specification only recommends is an error as well, but for three recommendations: random ids
/// (ours are derived, as §2.9 allows), hashes of web pages referred to, and both ports of traffic that has none.
const CHECK: &str = r#"
import sys, stix2, stix2validator
options = stix2validator.ValidationOptions(version="2.1", strict=True,
    disabled=["uuid-check", "extref-hashes", "network-traffic-ports"])
results = stix2validator.validate_file(sys.argv[1], options)
stix2validator.print_results([results])
bundle = stix2.parse(open(sys.argv[1]).read(), allow_custom=False)
print(len(bundle.objects), "objects loaded by stix2", stix2.__version__)
sys.exit(0 if results.is_valid else 1)
"#;

fn export(events: &[ThreatEvent], ceiling: Tlp, name_our_side: bool) -> Bundle {
    let findings: Vec<Finding> = events.iter().flat_map(findings_of).collect();
    let rows: Vec<EvidenceRow> = events.iter().flat_map(|event| rows_of(&event.id)).collect();
    stix::bundle(events, &findings, &rows, &producer(), &options(ceiling, name_our_side))
}

fn producer() -> Producer {
    Producer { name: "A <team>".to_owned(), class: "organization".to_owned() }
}

fn options(ceiling: Tlp, name_our_side: bool) -> Options {
    Options { ceiling, created: at("2026-11-22T00:00:00Z"), name_our_side }
}

fn objects(bundle: &Bundle) -> &[Value] {
    bundle.value["objects"].as_array().expect("a list")
}

fn event(name: &str, tlp: Tlp) -> ThreatEvent {
    let domain = format!("{name}.example");
    let findings =
        if name == "bare" { Vec::new() } else { vec![format!("finding-{name}-1"), format!("finding-{name}-2")] };
    ThreatEvent {
        id: name.to_owned(),
        dataset: "default".to_owned(),
        category: Category::CommandAndControl,
        title: format!("{OURS} beacons to {domain} every 5 min (HTTPS)"),
        description: format!("{OURS} called {domain} 288 times. A feed lists it."),
        severity: Severity::High,
        severity_because: "it is so".to_owned(),
        confidence: 80,
        first_seen: at("2026-11-21T09:30:00Z"),
        last_seen: at("2026-11-21T10:30:00.123456Z"),
        techniques: vec![TechniqueClaim {
            id: "T1071.001".to_owned(),
            name: "Web Protocols".to_owned(),
            tactics: vec!["command-and-control".to_owned()],
            confidence: 70,
            findings: findings.clone(),
        }],
        attack_version: "18.1".to_owned(),
        tactics: vec!["command-and-control".to_owned()],
        phases: vec![Phase::CommandAndControl],
        diamond: Diamond {
            adversary: Vertex::unknown(),
            capability: Vertex::unknown(),
            infrastructure: Vertex::known(vec![domain.clone()], 80),
            victim: Vertex::known(vec![OURS.to_owned()], 80),
            result: Outcome::Unknown,
            direction: Direction::VictimToInfrastructure,
            methodology: "periodic beacon".to_owned(),
            resources: Vec::new(),
        },
        targets: vec![Entity::new(EntityKind::Ip, OURS)],
        indicators: vec![
            (Observable::Domain, domain.clone()),
            (Observable::Ip, "198.51.100.0/24".to_owned()),
            (Observable::Ip, "2001:db8::7".to_owned()),
            (Observable::Url, format!("http://{domain}/gate.php")),
            (Observable::Hash, "44d88612fea8a8f36de82e1278abb02f".to_owned()),
            (Observable::Ja3, "44d88612fea8a8f36de82e1278abb02f".to_owned()),
        ],
        p_value: Some(1e-9),
        q_value: Some(2e-8),
        chance: None,
        n_records: 288,
        findings,
        detectors: vec!["indicator@1".to_owned()],
        evidence: vec![Evidence { table: "dns_queries".to_owned(), record_id: format!("{name}-1") }],
        because: vec![format!("{OURS} asked for {domain} 12 times; \"feed\" lists it as Emotet with confidence 80.")],
        unless: vec!["The name is a sinkhole.".to_owned()],
        next_steps: vec!["Ask.".to_owned()],
        labels: vec!["emotet".to_owned()],
        tlp,
    }
}

fn findings_of(event: &ThreatEvent) -> Vec<Finding> {
    let domain = format!("{}.example", event.id);
    let url = format!("http://{domain}/gate.php");
    let objects = [Entity::new(EntityKind::Domain, domain), Entity::new(EntityKind::Url, url)];
    event
        .findings
        .iter()
        .zip(objects)
        .map(|(id, object)| Finding {
            id: id.clone(),
            detector: "indicator".to_owned(),
            detector_version: "1".to_owned(),
            dataset: event.dataset.clone(),
            subject: Entity::new(EntityKind::Ip, OURS),
            object: Some(object),
            also: vec![
                Entity::new(EntityKind::Ip, "198.51.100.7"),
                Entity::new(EntityKind::File, "44d88612fea8a8f36de82e1278abb02f"),
            ],
            window: Window::new(event.first_seen, event.last_seen),
            first_seen: event.first_seen,
            last_seen: event.last_seen,
            n_records: 12,
            score: 0.8,
            p_value: None,
            q_value: None,
            null_hypothesis: None,
            confidence: 80,
            techniques: vec!["T1071.001".to_owned()],
            labels: vec!["emotet".to_owned()],
            evidence: ["dns_queries", "http_requests", "files_seen"]
                .map(|table| Evidence { table: table.to_owned(), record_id: format!("{}-1", event.id) })
                .to_vec(),
            because: "so".to_owned(),
            unless: "not".to_owned(),
            statistics: Vec::new(),
            query: None,
            tlp: event.tlp,
        })
        .collect()
}

fn rows_of(event: &str) -> Vec<EvidenceRow> {
    let row = |table: &str, fields: &[(&str, &str)]| EvidenceRow {
        table: table.to_owned(),
        record_id: format!("{event}-1"),
        observed_at: at("2026-11-21T09:30:00Z"),
        fields: fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
    };
    let domain = format!("{event}.example");
    let url = format!("http://{domain}/gate.php");
    vec![
        row(
            "dns_queries",
            &[("src_ip", OURS), ("src_port", "5353"), ("dst_ip", "10.0.0.2"), ("dst_port", "53"), ("query", &domain)],
        ),
        row(
            "http_requests",
            &[("src_ip", OURS), ("dst_ip", "198.51.100.7"), ("dst_port", "80"), ("host", &domain), ("url", &url)],
        ),
        row("files_seen", &[("src_ip", "198.51.100.7"), ("dst_ip", OURS), ("md5", "44d88612fea8a8f36de82e1278abb02f")]),
    ]
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
}
