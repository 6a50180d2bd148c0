//! The domain objects of one threat event, from its indicators to its report.

use std::collections::{BTreeMap, BTreeSet};

use schema::{Finding, Observable, ThreatEvent, Timestamp, Tlp, observe, stable_id};
use serde_json::{Value, json};

use super::{Collected, EvidenceRow, Options, Producer, marking, pattern, scos};
use crate::redact;

/// `created` of objects that stand for something timeless: an identity, a technique. Ids never change, and a version
/// of one id must keep its `created` (STIX 2.1 §3.6).
const TIMELESS: &str = "2026-01-01T00:00:00.000Z";

/// STIX counts observations up to this number (§4.14).
const MAX_OBSERVED: u64 = 999_999_999;

pub(super) fn identity(producer: &Producer, options: &Options) -> Value {
    json!({
        "type": "identity",
        "spec_version": "2.1",
        "id": stable_id("identity", &[&producer.name, &producer.class]),
        "created": TIMELESS,
        "modified": TIMELESS.max(&time(options.created)),
        "name": producer.name,
        "identity_class": producer.class,
        "object_marking_refs": [marking::id(Tlp::Clear)],
    })
}

/// One event with everything that is known of it.
pub(super) struct Scene<'a> {
    pub(super) event: &'a ThreatEvent,
    pub(super) findings: &'a [&'a Finding],
    pub(super) rows: &'a BTreeMap<(&'a str, &'a str), &'a EvidenceRow>,
    pub(super) identity: &'a Value,
    pub(super) options: &'a Options,
}

impl Scene<'_> {
    /// Adds the objects of the event, and gives the number of indicators that STIX has no pattern for.
    pub(super) fn write(&self, out: &mut Collected) -> usize {
        let tlp = self.event.tlp;
        let mut told: BTreeSet<String> = BTreeSet::new();
        let techniques: Vec<String> = self
            .event
            .techniques
            .iter()
            .map(|claim| out.add(self.attack_pattern(&claim.id, &claim.name), Tlp::Clear))
            .collect();
        let mut indicators: BTreeMap<&str, String> = BTreeMap::new();
        let mut inexpressible = 0;
        for (kind, value) in &self.event.indicators {
            match self.indicator(*kind, value) {
                Some(indicator) => {
                    indicators.insert(value, out.add(indicator, tlp));
                }
                None => inexpressible += 1,
            }
        }
        for indicator in indicators.values() {
            for (technique, claim) in techniques.iter().zip(&self.event.techniques) {
                told.insert(out.add(self.relationship("indicates", indicator, technique, claim.confidence), tlp));
            }
        }
        for finding in self.findings {
            let seen = scos::of_finding(finding, self);
            let refs: Vec<String> = seen.into_iter().map(|sco| out.add(sco, tlp)).collect();
            if refs.is_empty() {
                continue;
            }
            let observed = out.add(self.observed_data(finding, &refs), tlp);
            let indicator = finding.object.as_ref().and_then(|object| indicators.get(object.value.as_str()));
            if let Some(indicator) = indicator {
                told.insert(out.add(self.sighting(finding, indicator, &observed), tlp));
                told.insert(out.add(self.relationship("based-on", indicator, &observed, finding.confidence), tlp));
            }
            told.extend(refs);
            told.insert(observed);
        }
        told.extend(techniques);
        told.extend(indicators.into_values());
        if told.is_empty() {
            told.insert(self.identity_id().to_owned());
        }
        let report = out.add(self.report(&told), tlp);
        if let Some(note) = self.note(&report) {
            out.add(note, tlp);
        }
        inexpressible
    }

    fn attack_pattern(&self, technique: &str, name: &str) -> Value {
        let path = technique.replace('.', "/");
        let name = if name.is_empty() { technique } else { name };
        let mut object = self.object("attack-pattern", &[technique], TIMELESS);
        object["name"] = json!(name);
        object["external_references"] = json!([{
            "source_name": "mitre-attack",
            "external_id": technique,
            "url": format!("https://attack.mitre.org/techniques/{path}"),
        }]);
        object
    }

    /// Its id belongs to the event, because its `created` and marking do; `None` where STIX has no pattern for the kind.
    fn indicator(&self, kind: Observable, value: &str) -> Option<Value> {
        let pattern = pattern::of(kind, value)?;
        let event = self.event;
        let mut object = self.object("indicator", &[&event.id, kind.name(), value], &time(event.first_seen));
        object["name"] = json!(format!("{}: {value}", kind.name()));
        object["description"] = json!(self.told(&event.title));
        object["indicator_types"] = json!(["malicious-activity"]);
        object["pattern"] = json!(pattern);
        object["pattern_type"] = json!("stix");
        object["pattern_version"] = json!("2.1");
        object["valid_from"] = json!(time(event.first_seen));
        object["confidence"] = json!(event.confidence.min(100));
        if !event.labels.is_empty() {
            object["labels"] = json!(event.labels);
        }
        let phases = self.kill_chain_phases();
        if !phases.is_empty() {
            object["kill_chain_phases"] = json!(phases);
        }
        Some(object)
    }

    fn kill_chain_phases(&self) -> Vec<Value> {
        let tactics = self.event.tactics.iter().map(|tactic| ("mitre-attack", tactic.as_str()));
        let phases = self.event.phases.iter().map(|phase| ("lockheed-martin-cyber-kill-chain", phase.name()));
        tactics.chain(phases).map(|(chain, phase)| json!({ "kill_chain_name": chain, "phase_name": phase })).collect()
    }

    fn observed_data(&self, finding: &Finding, refs: &[String]) -> Value {
        let mut object = self.object("observed-data", &[&self.event.id, &finding.id], &time(finding.first_seen));
        object["first_observed"] = json!(time(finding.first_seen));
        object["last_observed"] = json!(time(finding.last_seen.max(finding.first_seen)));
        object["number_observed"] = json!(finding.n_records.clamp(1, MAX_OBSERVED));
        object["object_refs"] = json!(refs);
        object
    }

    fn sighting(&self, finding: &Finding, indicator: &str, observed: &str) -> Value {
        let mut object = self.object("sighting", &[&self.event.id, &finding.id], &time(finding.first_seen));
        object["first_seen"] = json!(time(finding.first_seen));
        object["last_seen"] = json!(time(finding.last_seen.max(finding.first_seen)));
        object["count"] = json!(finding.n_records.min(MAX_OBSERVED));
        object["sighting_of_ref"] = json!(indicator);
        object["observed_data_refs"] = json!([observed]);
        object["where_sighted_refs"] = json!([self.identity_id()]);
        object["confidence"] = json!(finding.confidence.min(100));
        object
    }

    fn relationship(&self, kind: &str, source: &str, target: &str, confidence: u8) -> Value {
        let mut object = self.object("relationship", &[kind, source, target], &time(self.event.first_seen));
        object["relationship_type"] = json!(kind);
        object["source_ref"] = json!(source);
        object["target_ref"] = json!(target);
        object["confidence"] = json!(confidence.min(100));
        object
    }

    fn report(&self, refs: &BTreeSet<String>) -> Value {
        let event = self.event;
        let mut object = self.object("report", &[&event.id], &time(event.first_seen));
        object["name"] = json!(self.told(&event.title));
        object["description"] = json!(self.told(&event.description));
        object["report_types"] = json!(["threat-report"]);
        object["published"] = json!(time(self.options.created));
        object["object_refs"] = json!(refs);
        object["confidence"] = json!(event.confidence.min(100));
        if !event.labels.is_empty() {
            object["labels"] = json!(event.labels);
        }
        object
    }

    /// The reasons, and what would make them wrong: what a reader needs to judge for himself.
    fn note(&self, report: &str) -> Option<Value> {
        let event = self.event;
        if event.because.is_empty() && event.unless.is_empty() {
            return None;
        }
        let list = |title: &str, lines: &[String]| {
            let lines: Vec<String> = lines.iter().map(|line| format!("- {}", self.told(line))).collect();
            format!("{title}\n{}", lines.join("\n"))
        };
        let mut content = list("Why it was found:", &event.because);
        content.push_str("\n\n");
        content.push_str(&list("What would make it wrong:", &event.unless));
        if let Some(q_value) = event.q_value {
            content.push_str(&format!("\n\nFalse discovery rate at which it is still reported: {q_value:.2e}"));
        }
        let mut object = self.object("note", &[&event.id], &time(event.first_seen));
        object["abstract"] = json!("Reasons");
        object["content"] = json!(content);
        object["object_refs"] = json!([report]);
        object["confidence"] = json!(event.confidence.min(100));
        Some(object)
    }

    /// What every domain object has. `modified` is the time of export and never lies before `created`.
    fn object(&self, kind: &str, parts: &[&str], created: &str) -> Value {
        let exported = time(self.options.created);
        json!({
            "type": kind,
            "spec_version": "2.1",
            "id": stable_id(kind, parts),
            "created_by_ref": self.identity_id(),
            "created": created,
            "modified": created.max(exported.as_str()),
        })
    }

    fn identity_id(&self) -> &str {
        self.identity["id"].as_str().unwrap_or_default()
    }

    /// A text as it may leave.
    fn told(&self, text: &str) -> String {
        if self.options.name_our_side {
            return text.to_owned();
        }
        let ours: Vec<&str> = self.ours().collect();
        redact::conceal(text, &ours)
    }

    fn ours(&self) -> impl Iterator<Item = &str> {
        let targets = self.event.targets.iter().map(|entity| entity.value.as_str());
        let subjects = self.findings.iter().map(|finding| finding.subject.value.as_str());
        let victims = self.event.diamond.victim.values.iter().map(String::as_str);
        targets.chain(subjects).chain(victims)
    }

    /// Whether a value may be written as observed.
    pub(super) fn may_name(&self, kind: Observable, value: &str) -> bool {
        if self.options.name_our_side {
            return true;
        }
        let internal = observe::too_broad(kind, value).is_some();
        let theirs = self.event.indicators.iter().any(|(_, indicator)| indicator == value)
            || self
                .findings
                .iter()
                .any(|finding| finding.object.iter().chain(&finding.also).any(|entity| entity.value == value));
        theirs && !internal && !self.ours().any(|ours| ours == value)
    }

    pub(super) fn row(&self, table: &str, record_id: &str) -> Option<&EvidenceRow> {
        self.rows.get(&(table, record_id)).copied()
    }
}

/// RFC 3339 in UTC with exactly three decimals, as STIX tools expect of `created` and `modified`.
pub(super) fn time(instant: Timestamp) -> String {
    let whole = Timestamp::from_nanos(instant.nanos() - instant.nanos().rem_euclid(1_000_000)).to_string();
    let text = whole.trim_end_matches('Z');
    match text.split_once('.') {
        Some((seconds, decimals)) => format!("{seconds}.{decimals:0<3}Z"),
        None => format!("{text}.000Z"),
    }
}
