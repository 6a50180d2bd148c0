//! A small matrix, with logs that are there, half there, absent and unknown.

use schema::{Analytic, LogSource, Reference, Technique, Timestamp};

use super::*;

fn log_source(name: &str, events: &[&str]) -> LogSource {
    LogSource {
        name: name.to_owned(),
        events: events.iter().map(|event| (*event).to_owned()).collect(),
        data_component: "Process Creation".to_owned(),
    }
}

fn analytic(id: &str, technique: &str, log_sources: Vec<LogSource>) -> Analytic {
    let (id, technique, strategy) = (id.to_owned(), technique.to_owned(), "DET0001".to_owned());
    Analytic { id, strategy, technique, platforms: vec!["Windows".to_owned()], log_sources }
}

fn reference(analytics: Vec<Analytic>) -> Reference {
    let ids = ["T1059", "T1071", "T1595"];
    let technique = |id: &str| Technique {
        id: id.to_owned(),
        name: format!("name of {id}"),
        tactics: vec!["execution".to_owned()],
        platforms: Vec::new(),
        data_components: Vec::new(),
        revoked_by: None,
        deprecated: false,
    };
    Reference {
        domain: "enterprise".to_owned(),
        version: "18.1".to_owned(),
        tactics: Vec::new(),
        techniques: ids.into_iter().map(|id| (id.to_owned(), technique(id))).collect(),
        analytics,
    }
}

fn flow(table: &str, os: &str, provider: &str, event: &str) -> Flow {
    let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    Flow {
        table: table.to_owned(),
        os: text(os),
        provider: text(provider),
        event: text(event),
        records: 10,
        hosts: 3,
        last: Timestamp::from_seconds(1_700_000_000),
        ..Flow::default()
    }
}

fn facts() -> Facts {
    Facts {
        flows: vec![
            flow("processes", "windows", "Microsoft-Windows-Sysmon", "1"),
            flow("network_by_process", "windows", "Microsoft-Windows-Sysmon", "3"),
            flow("connections", "", "", ""),
        ],
        means: vec![Means {
            name: "beaconing".to_owned(),
            techniques: vec!["T1071".to_owned()],
            tables: vec!["connections".to_owned()],
        }],
        found: BTreeMap::from([("T1071".to_owned(), (2, Timestamp::default()))]),
    }
}

fn seen_of<'a>(seen: &'a [TechniqueSeen], id: &str) -> &'a TechniqueSeen {
    seen.iter().find(|one| one.id == id).expect("a technique of the matrix")
}

#[test]
fn the_best_analytic_says_how_much_could_be_seen() {
    let reference = reference(vec![
        analytic("AN1", "T1059", vec![log_source("WinEventLog:Sysmon", &["1"])]),
        analytic("AN2", "T1059", vec![log_source("WinEventLog:Security", &["4688"])]),
        analytic("AN3", "T1071", vec![log_source("WinEventLog:Sysmon", &["3", "22"]), log_source("NSM:Flow", &[])]),
        analytic("AN4", "T1595", vec![log_source("esxi:hostd", &[]), log_source("NSM:Firewall", &[])]),
    ]);
    let seen = visibility(&reference, &LogSources::shipped(), &facts());
    assert_eq!(seen_of(&seen, "T1059").share, 1.0);
    assert_eq!(seen_of(&seen, "T1059").analytics.iter().map(|one| one.share).collect::<Vec<_>>(), [1.0, 0.0]);

    let web = seen_of(&seen, "T1071");
    assert_eq!((web.share, web.looking.as_slice(), web.n_found), (0.75, ["beaconing".to_owned()].as_slice(), 2));
    let sysmon = &web.analytics[0].log_sources[0];
    assert_eq!((sysmon.state, sysmon.missing_events.as_slice()), (State::SomeEvents, ["22".to_owned()].as_slice()));

    let states: Vec<State> = seen_of(&seen, "T1595").analytics[0].log_sources.iter().map(|one| one.state).collect();
    assert_eq!(states, [State::Untold, State::Absent]);
}

#[test]
fn an_analytic_without_log_sources_shows_nothing() {
    let seen = visibility(&reference(vec![analytic("AN1", "T1059", Vec::new())]), &LogSources::shipped(), &facts());
    assert_eq!(format!("{:.0} %", 100.0 * seen_of(&seen, "T1059").share), "0 %");
}

#[test]
fn what_would_show_most_comes_first() {
    let both = || vec![log_source("WinEventLog:Security", &["4688"]), log_source("NSM:Flow", &[])];
    let reference = reference(vec![
        analytic("AN1", "T1059", both()),
        analytic("AN2", "T1071", both()),
        analytic("AN3", "T1595", vec![log_source("NSM:Firewall", &[]), log_source("esxi:hostd", &[])]),
    ]);
    let seen = visibility(&reference, &LogSources::shipped(), &facts());
    let gains = gains(&seen);
    assert_eq!(gains[0].log_source, "WinEventLog:Security");
    assert_eq!((gains[0].techniques.len(), gains[0].share_gained), (2, 1.0));
    assert!(gains.iter().all(|gain| gain.log_source != "NSM:Flow"), "it flows already");
    let told: Vec<(&str, bool, usize)> =
        gains[1..].iter().map(|gain| (gain.log_source.as_str(), gain.untold, gain.techniques.len())).collect();
    assert_eq!(told, [("NSM:Firewall", false, 0), ("esxi:hostd", true, 0)]);
}

#[test]
fn an_empty_lake_shows_nothing_of_the_real_matrix() {
    let seen = visibility(&crate::attack::enterprise(), &LogSources::shipped(), &Facts::default());
    assert_eq!(seen.len(), 691);
    assert!(seen.iter().all(|one| one.share == 0.0 && !one.analytics.is_empty()));
}

#[test]
fn a_layer_scores_techniques_that_have_analytics() {
    let reference = reference(vec![analytic("AN1", "T1059", vec![log_source("WinEventLog:Sysmon", &["1"])])]);
    let seen = visibility(&reference, &LogSources::shipped(), &facts());
    let layer = navigator("ours", "enterprise", "18.1", &seen);
    assert_eq!(layer.pointer("/versions/attack"), Some(&serde_json::json!("18")));
    assert_eq!(layer.pointer("/domain"), Some(&serde_json::json!("enterprise-attack")));
    assert_eq!(layer["techniques"].as_array().map(Vec::len), Some(1));
    assert_eq!(layer.pointer("/techniques/0/score"), Some(&serde_json::json!(100.0)));
}

#[test]
fn dettect_is_told_what_was_measured() {
    let reference = reference(vec![
        analytic("AN1", "T1059", vec![log_source("WinEventLog:Sysmon", &["1"])]),
        analytic("AN3", "T1071", vec![log_source("WinEventLog:Sysmon", &["3", "22"]), log_source("NSM:Flow", &[])]),
    ]);
    let mut facts = facts();
    facts.flows[0].first = Timestamp::from_seconds(1_700_000_000 - 100 * 86_400);
    facts.flows[0].provider = Some("a \"provider\": #1".to_owned());
    facts.flows[2].lag_s = Some(20.0);
    let (sources, today) = (LogSources::shipped(), Timestamp::from_seconds(1_700_000_000).expect("an instant"));
    let hosts = BTreeMap::from([("windows".to_owned(), 4)]);
    let told = dettect::data_sources(&reference, &sources, &facts.flows, &hosts, today);
    assert!(told.starts_with("version: 1.1\nfile_type: data-source-administration\n"), "{told}");
    for line in [
        "  - data_source_name: \"Process Creation\"",
        "  - applicable_to: \"Network\"",
        "        products: [\"connections\"]",
        "          timeliness: 5",
        "          device_completeness: 4",
        "        date_registered: 2023-11-14",
    ] {
        assert!(told.lines().any(|told| told == line), "{line}\n{told}");
    }
    let seen = visibility(&reference, &sources, &facts);
    let told = dettect::techniques(&reference, &seen, today);
    assert!(told.contains("technique_id: T1071") && !told.contains("T1595"), "{told}");
    assert!(told.contains("location: [\"beaconing\"]"), "{told}");
    assert!(told.contains("75 % of the logs of DET0001 AN3"), "{told}");
}

#[test]
fn what_a_group_is_known_for_includes_its_campaigns() {
    let actors = crate::attack::enterprise_actors();
    let [group] = actors.groups_named("cozy BEAR")[..] else { panic!("one group bears the name") };
    assert_eq!(group, "G0016");
    let (all, own) = (actors.techniques_of(group), &actors.groups[group].techniques);
    assert!(all.len() > own.len() && own.iter().all(|id| all.contains(id.as_str())));
    assert!(actors.groups_named("APT280").is_empty() && actors.techniques_of("G9999").is_empty());
}
