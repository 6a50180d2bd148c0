//! Real bundles where they are at hand, small ones for the odd cases, and facts that survive the way there and back.

#![allow(clippy::disallowed_methods, reason = "tests read MITRE's bundles from disk")]

use std::{collections::BTreeMap, fs, io::Read, path::PathBuf};

use flate2::read::GzDecoder;
use proptest::prelude::*;
use schema::{Analytic, LogSource, Reference, Tactic, Technique};

use super::{Change, SHIPPED, Shipped, enterprise, from_facts, read, to_facts, upgrade};

/// The bundle of MITRE's data, or `None` with a printed reason.
fn real_bundle(shipped: &Shipped) -> Option<Vec<u8>> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = std::env::var_os("MARGAY_DATA").map_or(beside, PathBuf::from);
    let path = folder.join(format!("attack/{}-attack-{}.json.gz", shipped.domain, shipped.version));
    let Ok(packed) = fs::read(&path) else {
        eprintln!("SKIPPED: {} is not there; set MARGAY_DATA to the data folder", path.display());
        return None;
    };
    let mut bytes = Vec::new();
    GzDecoder::new(packed.as_slice()).read_to_end(&mut bytes).expect("the data folder holds whole files");
    Some(bytes)
}

/// `UPDATE=1 cargo test -p margay-intel` writes the facts anew.
#[test]
fn shipped_facts_are_those_of_the_real_bundles() {
    for shipped in SHIPPED {
        let Some(bytes) = real_bundle(shipped) else { return };
        let reference = read(&bytes).expect("MITRE publishes readable bundles");
        if std::env::var_os("UPDATE").is_some() {
            let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../content/attack");
            let name = format!("{}-{}.tsv", shipped.domain, shipped.version);
            fs::write(folder.join(name), to_facts(&reference)).expect("the folder is ours");
            continue;
        }
        assert_eq!(reference, shipped.reference(), "write content/attack anew with to_facts");
        assert_eq!(to_facts(&reference), shipped.facts());
    }
}

#[test]
fn shipped_facts_can_be_read_and_say_what_they_are() {
    for shipped in SHIPPED {
        let reference = shipped.reference();
        assert_eq!((reference.domain.as_str(), reference.version.as_str()), (shipped.domain, shipped.version));
    }
    let enterprise = enterprise();
    let live =
        enterprise.techniques.values().filter(|technique| !technique.deprecated && technique.revoked_by.is_none());
    // 216 techniques and 475 sub-techniques, as MITRE counts v18.1.
    assert_eq!(live.count(), 216 + 475);
    let order: Vec<&str> = enterprise.tactics.iter().map(|tactic| tactic.shortname.as_str()).collect();
    assert_eq!(order.first().copied(), Some("reconnaissance"));
    assert_eq!(order.get(11..), Some(["command-and-control", "exfiltration", "impact"].as_slice()));
}

#[test]
fn revoked_ids_lead_to_what_replaced_them() {
    let enterprise = enterprise();
    let replaced = enterprise.techniques.get("T1086").expect("PowerShell of old");
    assert_eq!(replaced.revoked_by.as_deref(), Some("T1059.001"));
    assert_eq!(enterprise.technique("T1086").map(|technique| technique.name.as_str()), Some("PowerShell"));
}

#[test]
fn data_components_come_by_detection_strategies() {
    let enterprise = enterprise();
    let web = enterprise.technique("T1071.001").expect("web protocols");
    assert!(web.data_components.iter().any(|name| name.starts_with("Network")), "{:?}", web.data_components);
    let with_components = enterprise.techniques.values().filter(|technique| !technique.data_components.is_empty());
    // The other 41 are techniques of preparation, which the defender's telemetry cannot show.
    assert_eq!(with_components.count(), 650);
}

#[test]
fn tables_name_data_components_that_exist() {
    let enterprise = enterprise();
    let known: std::collections::BTreeSet<&str> =
        enterprise.techniques.values().flat_map(|technique| &technique.data_components).map(String::as_str).collect();
    for table in schema::tables::ALL {
        for component in schema::data_components(table.name) {
            assert!(known.contains(component), "{}: {component}", table.name);
        }
    }
}

/// A bundle of the given objects.
fn bundle(objects: &str) -> String {
    format!(
        r#"{{"type": "bundle", "id": "bundle--1", "objects": [
            {{"type": "x-mitre-collection", "id": "c", "x_mitre_version": "9.0"}},
            {{"type": "x-mitre-matrix", "id": "m", "tactic_refs": ["t"],
              "external_references": [{{"source_name": "mitre-attack", "external_id": "enterprise-attack"}}]}},
            {{"type": "x-mitre-tactic", "id": "t", "name": "Impact", "x_mitre_shortname": "impact",
              "external_references": [{{"source_name": "mitre-attack", "external_id": "TA0040"}}]}},
            {objects}]}}"#
    )
}

fn pattern(id: &str, number: &str, more: &str) -> String {
    format!(
        r#"{{"type": "attack-pattern", "id": "{id}", "name": "name of {number}", "kill_chain_phases":
            [{{"kill_chain_name": "mitre-attack", "phase_name": "impact"}}], {more} "external_references":
            [{{"source_name": "mitre-attack", "external_id": "{number}"}}]}}"#
    )
}

fn detects(from: &str, to: &str) -> String {
    format!(
        r#"{{"type": "relationship", "id": "r-{from}-{to}", "relationship_type": "detects",
            "source_ref": "{from}", "target_ref": "{to}"}}"#
    )
}

#[test]
fn older_versions_name_data_components_in_their_own_ways() {
    let component = r#"{"type": "x-mitre-data-component", "id": "dc", "name": "Process Creation"}"#;
    let listed = pattern("a", "T0001", r#""x_mitre_data_sources": ["Network Traffic: Network Traffic Flow"],"#);
    let related = pattern("b", "T0002", "");
    let text = bundle(&[listed, related, component.to_owned(), detects("dc", "b")].join(","));
    let reference = read(text.as_bytes()).expect("a bundle");
    assert_eq!(reference.version, "9.0");
    assert_eq!(reference.technique("T0001").expect("there").data_components, ["Network Traffic Flow"]);
    assert_eq!(reference.technique("T0002").expect("there").data_components, ["Process Creation"]);
}

#[test]
fn an_id_used_twice_means_the_one_that_is_maintained() {
    let old = pattern("a", "T0001", r#""revoked": true,"#).replace("name of", "old name of");
    for patterns in [[old.clone(), pattern("b", "T0001", "")], [pattern("b", "T0001", ""), old]] {
        let reference = read(bundle(&patterns.join(",")).as_bytes()).expect("a bundle");
        assert_eq!(reference.technique("T0001").expect("there").name, "name of T0001");
    }
}

#[test]
fn what_is_no_bundle_is_refused_with_the_reason() {
    for (bytes, reason) in [
        ("", "not a STIX bundle"),
        ("{}", "not a STIX bundle"),
        (r#"{"objects": []}"#, "no ATT&CK matrix"),
        (&bundle(r#"{"type": "identity", "id": "i"}"#), "no ATT&CK technique"),
    ] {
        let error = read(bytes.as_bytes()).expect_err("refused").to_string();
        assert!(error.contains(reason), "{error}");
    }
    assert!(from_facts("technique\tT1\n").expect_err("refused").to_string().contains("line 1"));
    assert!(from_facts("").is_err());
}

#[test]
fn nesting_without_end_does_not_overflow_the_stack() {
    let deep = "[".repeat(2_000_000);
    for objects in [deep.clone(), format!(r#"{{"type": "x", "id": "y", "junk": {deep}"#)] {
        assert!(read(format!(r#"{{"objects": [{objects}"#).as_bytes()).is_err());
    }
}

#[test]
fn upgrades_tell_what_changed() {
    let old = enterprise();
    let mut new = old.clone();
    new.version = "19.1".to_owned();
    new.techniques.remove("T1001");
    let edit = |reference: &mut Reference, id: &str, edit: fn(&mut Technique)| {
        edit(reference.techniques.get_mut(id).expect("in 18.1"));
    };
    edit(&mut new, "T1562", |technique| technique.revoked_by = Some("T1685".to_owned()));
    edit(&mut new, "T1071", |technique| technique.name = "Application Protocol".to_owned());
    edit(&mut new, "T1027", |technique| technique.tactics = vec!["stealth".to_owned()]);
    let kinds: Vec<String> = upgrade(&old, &new).iter().map(|change| format!("{change:?}")).collect();
    let begins: Vec<&str> = kinds.iter().filter_map(|text| text.split(' ').next()).collect();
    assert_eq!(begins, ["Gone", "Moved", "Renamed", "Revoked"]);
    assert!(upgrade(&old, &old).is_empty());
    assert!(matches!(upgrade(&new, &old).first(), Some(Change::Added { .. })));
}

fn texts() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(".{1,12}|[;\\\\\t\n\r#]{1,4}", 0..4)
}

prop_compose! {
    fn any_technique()(id in "T[0-9]{4}", name in any::<String>(), tactics in texts(), platforms in texts(),
        data_components in texts(), revoked_by in prop::option::of("T[0-9]{4}"), deprecated in any::<bool>())
        -> Technique {
        Technique { id, name, tactics, platforms, data_components, revoked_by, deprecated }
    }
}

prop_compose! {
    fn any_log_source()(name in any::<String>(), events in texts(), data_component in any::<String>()) -> LogSource {
        LogSource { name, events, data_component }
    }
}

prop_compose! {
    fn any_analytic()(id in "AN[0-9]{4}", strategy in "DET[0-9]{4}", technique in "T[0-9]{4}", platforms in texts(),
        log_sources in prop::collection::vec(any_log_source(), 0..3)) -> Analytic {
        Analytic { id, strategy, technique, platforms, log_sources }
    }
}

proptest! {
    #[test]
    fn facts_survive_the_way_there_and_back(
        domain in "[a-z]{1,9}", version in any::<String>(), techniques in prop::collection::vec(any_technique(), 0..6),
        names in texts(), analytics in prop::collection::vec(any_analytic(), 0..4),
    ) {
        let techniques: BTreeMap<String, Technique> = techniques.into_iter().map(|t| (t.id.clone(), t)).collect();
        let tactic = |name: String| Tactic { id: format!("TA{name}"), shortname: name.clone(), name };
        let tactics = names.into_iter().map(tactic).collect();
        let reference = Reference { domain, version, techniques, tactics, analytics };
        let text = to_facts(&reference);
        prop_assert_eq!(from_facts(&text).expect("our own text"), reference);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200), text in ".{0,80}") {
        prop_assert!(read(&bytes).is_err());
        let _refused_or_read = from_facts(&text);
    }
}
