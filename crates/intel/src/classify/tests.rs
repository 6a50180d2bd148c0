//! What becomes one event and what stays two; that order does not matter; that hostile text stays harmless.

use proptest::prelude::*;
use schema::{
    Category, Direction, Entity, EntityKind, Evidence, Finding, Observable, Phase, Reference, Severity, ThreatEvent,
    Timestamp, Tlp, Window, stable_id,
};

use super::{Classified, Policy, classify};
use crate::{attack, text};

fn at_hour(hour: i64) -> Timestamp {
    Timestamp::from_seconds(1_795_000_000 / 3_600 * 3_600 + hour * 3_600).expect("in range")
}

fn ip(value: &str) -> Entity {
    Entity::new(EntityKind::Ip, value)
}

fn domain(value: &str) -> Entity {
    Entity::new(EntityKind::Domain, value)
}

/// A finding of one detector; the rest is set by the makers below.
fn finding(detector: &str, host: &str, object: Entity, hour: i64, table: &str) -> Finding {
    let window = Window::new(at_hour(hour), at_hour(hour + 1));
    let start = window.start.to_string();
    Finding {
        id: stable_id("finding", &[detector, "main", host, &object.value, &start]),
        detector: detector.to_owned(),
        detector_version: "1".to_owned(),
        dataset: "main".to_owned(),
        subject: ip(host),
        because: format!("{detector} saw {} at {}.", object.value, host),
        unless: format!("{detector} is wrong about {}.", object.value),
        object: Some(object),
        also: Vec::new(),
        window,
        first_seen: window.start,
        last_seen: window.end,
        n_records: 12,
        score: 1.0,
        p_value: None,
        q_value: None,
        null_hypothesis: None,
        confidence: 60,
        techniques: Vec::new(),
        labels: Vec::new(),
        evidence: vec![Evidence { table: table.to_owned(), record_id: format!("{host}-{hour}") }],
        statistics: Vec::new(),
        query: None,
        tlp: Tlp::Green,
    }
}

pub(crate) fn finding_for_tests() -> Finding {
    beacon("10.0.0.5", domain("evil.example"), 0)
}

fn beacon(host: &str, object: Entity, hour: i64) -> Finding {
    let mut finding = finding("beaconing", host, object, hour, "tls_sessions");
    (finding.p_value, finding.q_value) = (Some(1e-9), Some(0.002));
    finding.techniques = vec!["T1071.001".to_owned()];
    finding.statistics = vec![("period_s".to_owned(), 300.0)];
    finding
}

fn indicator(host: &str, object: Entity, hour: i64) -> Finding {
    let mut finding = finding("indicator", host, object, hour, "dns_queries");
    finding.confidence = 80;
    finding.techniques = vec!["T1071".to_owned()];
    finding.labels = vec!["Emotet".to_owned()];
    finding.tlp = Tlp::Amber;
    finding
}

fn also(mut finding: Finding, others: &[Entity]) -> Finding {
    finding.also = others.to_vec();
    finding
}

fn run(findings: &[Finding]) -> Classified {
    classify(findings, &attack::enterprise(), &Policy::default())
}

/// The objects of each event, so that grouping can be read off.
fn groups(findings: &[Finding]) -> Vec<Vec<String>> {
    let objects = |event: &ThreatEvent| {
        let of_event = findings.iter().filter(|finding| event.findings.contains(&finding.id));
        let mut objects: Vec<String> =
            of_event.map(|f| format!("{}>{}", f.subject.value, f.object.as_ref().expect("set").value)).collect();
        objects.sort();
        objects
    };
    let mut groups: Vec<Vec<String>> = run(findings).events.events().iter().map(objects).collect();
    groups.sort();
    groups
}

fn only(classified: Classified) -> ThreatEvent {
    let events = classified.events.into_events();
    assert_eq!(events.len(), 1, "{events:#?}");
    events.into_iter().next().expect("one")
}

#[test]
fn beacon_and_indicator_on_one_owners_names_are_one_event() {
    let findings = [beacon("10.1.2.3", domain("c2.evil.example"), 0), indicator("10.1.2.3", domain("evil.example"), 0)];
    let event = only(run(&findings));
    assert_eq!(event.findings.len(), 2);
    assert_eq!(event.category, Category::CommandAndControl);
    assert_eq!(event.severity, Severity::Critical);
    assert!(event.confidence > 80, "two detectors say more than either: {}", event.confidence);
    assert_eq!(event.tlp, Tlp::Amber);
    assert_eq!((event.p_value, event.q_value), (Some(1e-9), Some(0.002)));
    assert_eq!(event.tactics, ["command-and-control"]);
    assert_eq!(event.phases, [Phase::CommandAndControl]);
    assert_eq!(event.attack_version, "18.1");
    assert_eq!(event.diamond.direction, Direction::VictimToInfrastructure);
    assert_eq!(event.diamond.capability.values, ["Emotet"]);
    assert!(event.diamond.adversary.values.is_empty(), "nobody said who");
    assert_eq!(
        event.indicators,
        [(Observable::Domain, "c2.evil.example".to_owned()), (Observable::Domain, "evil.example".to_owned())]
    );
}

#[test]
fn title_and_description_are_made_from_the_evidence() {
    let findings = [beacon("10.1.2.3", domain("c2.evil.example"), 0), indicator("10.1.2.3", domain("evil.example"), 3)];
    let event = only(run(&findings));
    assert_eq!(event.title, "10.1.2.3 beacons to c2.evil.example every 5 min (TLS), listed as Emotet");
    assert_eq!(
        event.description,
        "Host 10.1.2.3 contacted c2.evil.example over TLS about every 5 min from 2026-11-18T11:00:00Z to \
         2026-11-18T15:00:00Z, in at least 12 records, the way software does that waits for orders. We know it from \
         2 findings: periodic beacon (p = 1.0e-9, q = 0.002) and a list that names the other side as Emotet \
         (confidence 80), trusted to 92 of 100."
    );
}

#[test]
fn two_hosts_and_two_datasets_are_separate_events() {
    let mut elsewhere = beacon("10.0.0.1", domain("evil.example"), 0);
    elsewhere.dataset = "branch".to_owned();
    elsewhere.id.push('b');
    let findings =
        [beacon("10.0.0.1", domain("evil.example"), 0), beacon("10.0.0.2", domain("evil.example"), 0), elsewhere];
    assert_eq!(run(&findings).events.len(), 3);
}

#[test]
fn an_address_of_the_same_records_joins_its_name() {
    let findings = [
        also(beacon("10.0.0.1", domain("evil.example"), 0), &[ip("192.0.2.7")]),
        indicator("10.0.0.1", ip("192.0.2.7"), 5),
    ];
    assert_eq!(groups(&findings), [["10.0.0.1>192.0.2.7", "10.0.0.1>evil.example"]]);
}

#[test]
fn an_address_that_two_owners_share_joins_nothing() {
    let cdn = [ip("203.0.113.9")];
    let a = also(beacon("10.0.0.1", domain("a.example"), 0), &cdn);
    let b = also(beacon("10.0.0.1", domain("b.example"), 0), &cdn);
    let on_other_host = also(beacon("10.0.0.2", domain("b.example"), 0), &cdn);
    let of_address = indicator("10.0.0.1", ip("203.0.113.9"), 0);
    assert_eq!(run(&[a.clone(), b.clone()]).events.len(), 2);
    assert_eq!(run(&[a.clone(), on_other_host]).events.len(), 2);
    assert_eq!(run(&[a.clone(), b, of_address.clone()]).events.len(), 3, "a listed CDN address tells names not apart");

    // One name has a finding, but the records of the address know of another one.
    let of_address = also(of_address, &[domain("a.example"), domain("harmless.example")]);
    assert_eq!(run(&[a, of_address]).events.len(), 2);
}

#[test]
fn customers_of_one_hoster_are_separate_events() {
    for [one, other] in
        [["a.github.io", "b.github.io"], ["a.cloudfront.net", "b.cloudfront.net"], ["a.co.uk", "b.co.uk"]]
    {
        let findings = [beacon("10.0.0.1", domain(one), 0), indicator("10.0.0.1", domain(other), 0)];
        assert_eq!(run(&findings).events.len(), 2, "{one} and {other}");
    }
}

#[test]
fn an_alias_joins_unless_many_names_point_to_it() {
    let hub = [domain("edge.cdn.example")];
    let a = also(beacon("10.0.0.1", domain("a.example"), 0), &hub);
    let b = also(beacon("10.0.0.1", domain("b.example"), 0), &hub);
    let listed = indicator("10.0.0.1", domain("edge.cdn.example"), 0);
    assert_eq!(run(&[a.clone(), listed.clone()]).events.len(), 1);
    assert_eq!(run(&[a, b, listed]).events.len(), 3);
}

#[test]
fn addresses_in_a_listed_network_belong_to_it() {
    let network = also(indicator("10.0.0.1", ip("198.51.100.0/24"), 0), &[ip("198.51.100.7")]);
    let findings = [beacon("10.0.0.1", ip("198.51.100.7:4444"), 0), network];
    assert_eq!(run(&findings).events.len(), 1);
}

#[test]
fn more_hours_keep_the_id() {
    let one_day: Vec<Finding> = (0..24).map(|hour| indicator("10.0.0.1", domain("www.evil.example"), hour)).collect();
    let first = only(run(one_day.get(..3).expect("hours")));
    let all = only(run(&one_day));
    assert_eq!(first.id, all.id);
    assert_eq!(all.n_records, 24 * 12, "hours do not overlap, so their records add up");
    assert_eq!(all.because.len(), 1, "the same reason is said once");
}

#[test]
fn a_finding_that_joins_two_events_names_the_one_that_goes() {
    let by_name = indicator("10.0.0.1", domain("evil.example"), 0);
    let by_address = indicator("10.0.0.1", ip("192.0.2.7"), 0);
    let before = run(&[by_name.clone(), by_address.clone()]);
    assert_eq!((before.events.len(), before.merged.len()), (2, 0));

    let joint = also(beacon("10.0.0.1", domain("evil.example"), 1), &[ip("192.0.2.7")]);
    let after = run(&[by_name.clone(), by_address, joint]);
    let survivor = only(after.clone());
    assert_eq!(survivor.id, only(run(&[by_name])).id, "the name survives");
    let gone: Vec<&str> = after.merged.iter().map(|merged| merged.gone.as_str()).collect();
    let dropped: Vec<&str> =
        before.events.events().iter().map(|event| event.id.as_str()).filter(|id| *id != survivor.id).collect();
    assert_eq!(gone, dropped);
    assert!(after.merged.iter().all(|merged| merged.into == survivor.id));
}

#[test]
fn leads_support_events_and_never_make_one() {
    let mut lead = beacon("10.0.0.1", domain("evil.example"), 0);
    lead.q_value = Some(0.12);
    lead.labels = vec!["lead".to_owned()];
    let alone = run(std::slice::from_ref(&lead));
    assert!(alone.events.is_empty());
    assert_eq!(alone.leads, [lead.id.as_str()]);

    let event = only(run(&[lead.clone(), indicator("10.0.0.1", domain("evil.example"), 0)]));
    assert_eq!(event.findings.len(), 2);
    assert_eq!(event.category, Category::KnownInfrastructure, "a lead does not decide what it was");
    assert_eq!(event.labels, ["Emotet"], "nor what it is called");
    assert!(event.because.iter().any(|reason| reason.starts_with("Only a lead: ")));

    for (p, q) in [(Some(1e-9), None), (Some(1e-9), Some(f64::NAN)), (None, Some(0.5))] {
        (lead.p_value, lead.q_value) = (p, q);
        assert!(run(std::slice::from_ref(&lead)).events.is_empty(), "{p:?} {q:?}");
    }
}

#[test]
fn independent_evidence_raises_confidence_and_repetition_does_not() {
    let sure = |findings: &[Finding]| only(run(findings)).confidence;
    let (beacon, listed) = (beacon("10.0.0.1", domain("a.example"), 0), indicator("10.0.0.1", domain("a.example"), 0));
    assert_eq!((sure(std::slice::from_ref(&beacon)), sure(std::slice::from_ref(&listed))), (60, 80));
    assert_eq!(sure(&[beacon.clone(), listed.clone()]), 92);
    assert_eq!(sure(&[listed.clone(), indicator("10.0.0.1", domain("a.example"), 1)]), 80);

    let certain = |mut finding: Finding| {
        finding.confidence = 98;
        finding
    };
    assert_eq!(sure(&[certain(beacon), certain(listed)]), 99, "machines that agree are not certain");
}

#[test]
fn techniques_follow_revocations_and_keep_what_nobody_knows() {
    let mut odd = indicator("10.0.0.1", domain("evil.example"), 0);
    odd.techniques = ["T1086", "T9999", "not an id", "T1071"].map(str::to_owned).to_vec();
    let event = only(run(&[odd.clone()]));
    let named: Vec<(&str, &str)> = event.techniques.iter().map(|c| (c.id.as_str(), c.name.as_str())).collect();
    assert_eq!(
        named,
        [
            ("T1059.001", "PowerShell"),
            ("T1071", "Application Layer Protocol"),
            ("T9999", "not in ATT&CK enterprise 18.1")
        ]
    );
    assert_eq!(event.tactics, ["execution", "command-and-control"], "in matrix order");
    assert!(event.techniques.iter().all(|claim| claim.findings == [odd.id.as_str()]));
    assert!(event.unless.iter().any(|doubt| doubt.contains("T9999")));
}

#[test]
fn severity_says_how_bad_and_why() {
    let check = |findings: &[Finding], severity: Severity| {
        let event = only(run(findings));
        assert_eq!(event.severity, severity, "{}", event.title);
        assert!(event.severity_because.ends_with('.'));
    };
    let mut unnamed = indicator("10.0.0.1", domain("evil.example"), 0);
    unnamed.labels = vec!["malware".to_owned()];
    check(&[unnamed], Severity::Low);
    check(&[indicator("10.0.0.1", domain("evil.example"), 0)], Severity::Medium);
    check(&[beacon("10.0.0.1", domain("evil.example"), 0)], Severity::High);
    let file = Entity::new(EntityKind::File, "44d88612fea8a8f36de82e1278abb02f");
    check(&[indicator("10.0.0.1", file, 0)], Severity::High);
    let mut theft = beacon("10.0.0.1", domain("evil.example"), 0);
    theft.techniques = vec!["T1041".to_owned()];
    check(&[theft], Severity::Critical);
}

#[test]
fn an_actor_is_named_only_where_a_label_does_and_never_believed_much() {
    let mut named = indicator("10.0.0.1", domain("evil.example"), 0);
    named.labels = ["APT28", "X-Agent"].map(str::to_owned).to_vec();
    let diamond = only(run(&[named])).diamond;
    assert_eq!(diamond.adversary.values, ["APT28"]);
    assert!(diamond.adversary.confidence <= 40);
    assert_eq!(diamond.capability.values, ["X-Agent"]);
}

#[test]
fn a_scan_from_outside_is_not_called_contact_by_the_target() {
    let mut scanned = finding("indicator", "10.0.0.1", ip("192.0.2.66"), 0, "connections");
    scanned.confidence = 70;
    let event = only(run(&[scanned]));
    assert_eq!(event.title, "10.0.0.1 was seen with 192.0.2.66, listed");
    assert!(
        event.next_steps.iter().any(|step| step.contains("SELECT dst_ip") && step.contains("src_ip = '192.0.2.66'"))
    );
    assert_eq!(event.diamond.direction, Direction::Unknown);
}

#[test]
fn an_address_in_an_answer_is_not_called_contact() {
    let event = only(run(&[indicator("10.0.0.1", ip("192.0.2.66"), 0)]));
    assert_eq!(event.title, "10.0.0.1 was seen with 192.0.2.66 (DNS), listed as Emotet");
    assert!(event.next_steps.iter().any(|step| step.contains("array_has(answers, '192.0.2.66')")));
}

#[test]
fn addresses_of_our_own_are_not_shared_as_indicators() {
    let event = only(run(&[beacon("10.0.0.1", ip("10.9.9.9"), 0)]));
    assert!(event.indicators.is_empty());
    let event = only(run(&[also(beacon("10.0.0.1", domain("a.example"), 0), &[ip("203.0.113.9")])]));
    assert_eq!(event.indicators, [(Observable::Domain, "a.example".to_owned())], "the address may be a CDN's");
    assert_eq!(event.diamond.infrastructure.values, ["a.example", "203.0.113.9"]);
}

#[test]
fn hostile_names_stay_harmless() {
    let hostile = "evil\u{202e}moc.elgoog\u{0}\n'; DROP TABLE findings; --.example";
    let mut bad = indicator("10.0.0.1", domain(hostile), 0);
    bad.labels = vec!["Emo\u{200b}tet\u{1b}[31m".to_owned()];
    let event = only(run(&[bad]));
    for text in said(&event) {
        assert!(text::is_plain(text), "{text:?}");
    }
    assert!(!event.next_steps.iter().any(|step| step.contains("drop")), "what cannot be shown is not put into SQL");

    let quoted = only(run(&[indicator("10.0.0.1", domain("o'; drop table findings; --.example"), 0)]));
    let sql: Vec<&String> = quoted.next_steps.iter().filter(|step| step.contains("drop")).collect();
    assert!(!sql.is_empty());
    assert!(sql.iter().all(|step| step.contains("'o''; drop table findings; --.example'")));
}

/// Everything of an event that people read.
fn said(event: &ThreatEvent) -> Vec<&String> {
    let lists = [&event.because, &event.unless, &event.next_steps, &event.labels];
    let vertices = [&event.diamond.capability, &event.diamond.infrastructure, &event.diamond.victim];
    let mut said = vec![&event.title, &event.description];
    said.extend(lists.into_iter().flatten());
    said.extend(vertices.into_iter().flat_map(|vertex| &vertex.values));
    said
}

#[test]
fn next_steps_ask_the_tables_that_can_answer() {
    let event = only(run(&[beacon("10.1.2.3", domain("evil.example"), 0)]));
    let steps = event.next_steps.join("\n");
    for part in [
        "SELECT * FROM tls_sessions WHERE record_id IN ('10.1.2.3-0')",
        "FROM tls_sessions WHERE (server_name = 'evil.example' OR ends_with(server_name, '.evil.example'))",
        "observed_at >= timestamp '2026-11-11T11:00:00Z'",
        "WHERE src_ip = '10.1.2.3'",
        "isolate it",
    ] {
        assert!(steps.contains(part), "{part} is not in\n{steps}");
    }
}

#[test]
fn a_stranger_who_scans_makes_no_event_by_himself() {
    let mut scan = beacon("203.0.113.9", domain("www.ours.example"), 0);
    scan.detector = "scan".to_owned();
    scan.techniques = vec!["T1595.001".to_owned()];
    assert!(run(&[scan.clone()]).events.is_empty());
    scan.techniques = vec!["T1046".to_owned()];
    let event = only(run(&[scan]));
    assert_eq!((event.category, event.severity), (Category::Reconnaissance, Severity::Medium), "one of ours does");
}

/// What comes from outside to a site of ours.
fn visit(detector: &str, technique: &str, succeeded: bool) -> Finding {
    let mut visit = finding(detector, "10.0.0.80", ip("203.0.113.66"), 0, "http_requests");
    visit.subject = domain("shop.example");
    (visit.p_value, visit.q_value) = (Some(1e-9), Some(0.001));
    visit.techniques = vec![technique.to_owned()];
    visit.statistics = vec![(schema::SUCCESS.to_owned(), f64::from(u8::from(succeeded)))];
    visit
}

#[test]
fn signs_of_success_make_an_attack_on_a_site_worse() {
    let event = |succeeded| only(run(&[visit("web_attack", "T1190", succeeded)]));
    assert_eq!(event(false).title, "shop.example is attacked over the web by 203.0.113.66 (HTTP)");
    assert_eq!((event(false).severity, event(true).severity), (Severity::Medium, Severity::High));
    assert!(run(&[visit("web_attack", "T1595.002", false)]).events.is_empty(), "who only scans is daily life");
    let asked = event(true).next_steps.join(" ");
    assert!(asked.contains("src_ip = '203.0.113.66'") && !asked.contains("dst_ip = '203.0.113.66'"), "{asked}");
}

#[test]
fn stuffing_and_reading_are_two_things_of_one_detector() {
    let (stuffing, reading) = (visit("bot_traffic", "T1110.004", true), visit("bot_traffic", "T1594", false));
    let (stuffing, reading) = (only(run(&[stuffing])), only(run(&[reading])));
    assert_eq!((stuffing.category, reading.category), (Category::CredentialAccess, Category::Automation));
    assert_eq!((stuffing.severity, reading.severity), (Severity::High, Severity::Low));
    assert!(stuffing.title.contains("gets stolen passwords tried out by"), "{}", stuffing.title);
}

#[test]
fn a_detector_without_words_of_its_own_still_makes_an_event() {
    let mut odd = beacon("10.0.0.1", domain("evil.example"), 0);
    odd.detector = "odd_habit".to_owned();
    let event = only(run(&[odd.clone()]));
    assert_eq!(event.category, Category::CommandAndControl, "by its technique");
    odd.techniques = vec!["T1046".to_owned()];
    odd.object = None;
    let event = only(run(&[odd]));
    assert_eq!(event.category, Category::SuspiciousBehavior);
    assert_eq!(event.title, "10.0.0.1: odd habit");
}

/// A match of a rule on one host at an hour since the beginning of the tests' time.
fn match_of(rule: &str, level: &str, hour: i64) -> Finding {
    let mut matched = finding("rule", "10.0.0.1", domain("unused.example"), hour, "processes");
    matched.object = None;
    (matched.p_value, matched.q_value, matched.confidence) = (None, None, 65);
    matched.labels = vec![rule.to_owned(), format!("rule:{rule}"), format!("level:{level}")];
    matched.id = format!("{rule} {hour}");
    matched
}

#[test]
fn matches_of_rules_are_one_event_until_a_day_is_quiet() {
    let day = 24;
    let story = [match_of("A", "high", 0), match_of("B", "medium", day), match_of("A", "high", 2 * day)];
    let event = only(run(&story));
    assert_eq!((event.findings.len(), event.title.as_str()), (3, "10.0.0.1: A, and 1 other rule"));
    assert_eq!((event.severity, event.category), (Severity::High, Category::SuspiciousBehavior));
    assert!(event.description.contains("the rules \"A\", \"B\""), "{}", event.description);

    let another = run(&[story.as_slice(), &[match_of("C", "medium", 5 * day)]].concat());
    assert_eq!(another.events.events().len(), 2);
    assert!(another.events.events().iter().any(|later| later.id == event.id), "what comes later names no event anew");

    // A late record between both stories makes them one, under the name of the first.
    let joined = run(&[
        story.as_slice(),
        &[match_of("C", "medium", 5 * day), match_of("D", "low", 3 * day + 1), match_of("D", "low", 4 * day)],
    ]
    .concat());
    let gone: Vec<&str> = joined.merged.iter().map(|merged| merged.gone.as_str()).collect();
    assert!(another.events.events().iter().filter(|one| one.id != event.id).all(|one| gone.contains(&one.id.as_str())));
    assert_eq!(only(joined).id, event.id);

    let quiet = run(&[match_of("E", "low", 0)]);
    assert!(quiet.events.is_empty() && quiet.leads.len() == 1, "a rule of a low level is context");
}

#[test]
fn an_empty_reference_is_no_reason_to_fail() {
    let nothing = Reference {
        domain: "enterprise".to_owned(),
        version: "0".to_owned(),
        tactics: Vec::new(),
        techniques: Default::default(),
        analytics: Vec::new(),
    };
    let classified = classify(&[beacon("10.0.0.1", domain("evil.example"), 0)], &nothing, &Policy::default());
    assert_eq!(only(classified).category, Category::CommandAndControl);
}

prop_compose! {
    /// Findings on few hosts and few other sides, so that they meet; some text is hostile.
    fn any_finding()(
        detector in prop::sample::select(vec!["beaconing", "indicator", "other"]),
        host in prop::sample::select(vec!["10.0.0.1", "10.0.0.2"]),
        object in any_entity(),
        others in prop::collection::vec(any_entity(), 0..3),
        hour in 0_i64..4,
        q in prop::option::of(0.0..0.1_f64),
        confidence in 0_u8..=100,
        label in prop::option::of(".{0,20}"),
        period in prop::num::f64::ANY,
    ) -> Finding {
        let mut finding = also(finding(detector, host, object, hour, "connections"), &others);
        finding.q_value = q;
        finding.p_value = q.map(|q| q / 10.0);
        finding.confidence = confidence;
        finding.labels = label.into_iter().collect();
        finding.statistics = vec![("period_s".to_owned(), period)];
        finding
    }
}

fn any_entity() -> impl Strategy<Value = Entity> {
    prop_oneof![
        prop::sample::select(vec!["a.example", "b.a.example", "c.example", "d.github.io"]).prop_map(domain),
        prop::sample::select(vec!["192.0.2.1", "192.0.2.2", "192.0.2.0/24"]).prop_map(ip),
        ".{0,80}".prop_map(|text| domain(&text)),
        ".{0,40}".prop_map(|text| Entity::new(EntityKind::Url, text)),
        ".{0,40}".prop_map(|text| Entity::new(EntityKind::Fingerprint, text)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn order_and_repetition_change_nothing(
        findings in prop::collection::vec(any_finding(), 0..12), rotation in 0_usize..12,
    ) {
        // Ids are unique where detectors keep their promise: of equal ids only the first counts here.
        let findings = schema::FindingBatch::new(findings).into_findings();
        let expected = run(&findings);
        let mut other = findings.clone();
        other.reverse();
        other.rotate_left(rotation.min(findings.len()));
        other.extend(findings);
        prop_assert_eq!(expected, run(&other));
    }

    #[test]
    fn every_finding_is_in_one_event_or_a_lead(findings in prop::collection::vec(any_finding(), 0..12)) {
        let findings = schema::FindingBatch::new(findings).into_findings();
        let classified = run(&findings);
        let in_events = classified.events.events().iter().flat_map(|event| event.findings.clone());
        let mut found: Vec<String> = in_events.chain(classified.leads.clone()).collect();
        found.sort();
        let ids: Vec<String> = findings.iter().map(|finding| finding.id.clone()).collect();
        prop_assert_eq!(found, ids);
        let events = classified.events.events();
        let gone_is_dead = |gone: &str| events.iter().all(|event| event.id != gone);
        prop_assert!(classified.merged.iter().all(|merged| gone_is_dead(&merged.gone)));
    }

    #[test]
    fn what_people_read_is_plain_and_short(findings in prop::collection::vec(any_finding(), 0..12)) {
        for event in run(&findings).events.events() {
            prop_assert!(event.title.chars().count() <= 90, "{}", event.title);
            for text in said(event) {
                prop_assert!(text::is_plain(text), "{:?}", text);
            }
            for query in event.next_steps.iter().filter(|step| step.contains("SELECT")) {
                prop_assert!(query.matches('\'').count() % 2 == 0, "an open literal: {}", query);
            }
            prop_assert!(event.confidence <= 100);
        }
    }
}
