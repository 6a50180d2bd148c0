//! A case for others: a STIX `grouping` of its events, indicators and files.
//!
//! A case is written by people, and people name in one place what another place must not name. So where anything of it
//! is held back, no free text of the case leaves: not its title, not its description, and not the notes on its
//! evidence. Notes, tasks and requests never do.

use std::collections::{BTreeMap, BTreeSet};

use schema::{Finding, Observable, ThreatEvent, Timestamp, Tlp, stable_id};
use serde_json::{Value, json};

use super::{Bundle, Collected, EvidenceRow, Options, Producer, objects, pattern};
use crate::redact;

/// Namespace of ids of observed things (STIX 2.1 §2.9).
const OBSERVED: uuid::Uuid = uuid::Uuid::from_u128(0x00ab_edb4_aa42_466c_9c01_fed2_3315_a9b7);

/// A case to be written.
#[derive(Debug, Clone)]
pub struct Case<'a> {
    pub id: &'a str,
    /// What it is called where its title is held back.
    pub number: i64,
    pub title: &'a str,
    pub description: &'a str,
    pub opened_at: Timestamp,
    pub tlp: Tlp,
    pub events: &'a [ThreatEvent],
    pub findings: &'a [Finding],
    pub rows: &'a [EvidenceRow],
    /// Values that the case names, with the strictest marking of those who claim them.
    pub indicators: Vec<(Observable, String, Tlp)>,
    /// SHA-256 of files.
    pub files: Vec<String>,
}

/// Writes a case; `None` where the case itself is marked above the ceiling. What is held back is counted in
/// [`Bundle::n_withheld`].
pub fn case(case: &Case<'_>, producer: &Producer, options: &Options) -> Option<Bundle> {
    if !redact::release(case.tlp, options.ceiling) {
        return None;
    }
    let identity = objects::identity(producer, options);
    let findings: BTreeMap<&str, &Finding> = case.findings.iter().map(|one| (one.id.as_str(), one)).collect();
    let rows: BTreeMap<(&str, &str), &EvidenceRow> =
        case.rows.iter().map(|row| ((row.table.as_str(), row.record_id.as_str()), row)).collect();
    let mut out = Collected::default();
    let mut refs = BTreeSet::new();
    let mut n_inexpressible = 0;
    let released: Vec<&ThreatEvent> =
        case.events.iter().filter(|event| redact::release(event.tlp, options.ceiling)).collect();
    for event in &released {
        let of_event: Vec<&Finding> = event
            .findings
            .iter()
            .filter_map(|id| findings.get(id.as_str()).copied())
            .filter(|finding| redact::release(finding.tlp, options.ceiling))
            .collect();
        let scene = objects::Scene { event, findings: &of_event, rows: &rows, identity: &identity, options };
        n_inexpressible += scene.write(&mut out);
        refs.insert(stable_id("report", &[&event.id]));
    }
    let mut n_withheld = case.events.len() - released.len();
    let writer = Writer { case, by: identity["id"].as_str().unwrap_or_default(), options };
    for (kind, value, tlp) in &case.indicators {
        let tlp = (*tlp).max(case.tlp);
        match (redact::release(tlp, options.ceiling), writer.indicator(*kind, value)) {
            (false, _) => n_withheld += 1,
            (true, None) => n_inexpressible += 1,
            (true, Some(indicator)) => drop(refs.insert(out.add(indicator, tlp))),
        }
    }
    for digest in &case.files {
        refs.insert(out.add(file(digest), case.tlp));
    }
    if refs.is_empty() {
        refs.insert(writer.by.to_owned());
    }
    let strictest = Tlp::strictest(released.iter().map(|event| event.tlp).chain([case.tlp]));
    out.add(writer.grouping(&refs, n_withheld > 0), strictest);
    let all = out.finish(identity.clone());
    let ids: Vec<&str> = all.iter().filter_map(|object| object["id"].as_str()).collect();
    let bundle_id = stable_id("bundle", &[&objects::time(options.created), &ids.join(" ")]);
    Some(Bundle {
        n_objects: all.len(),
        n_events: released.len(),
        n_withheld,
        n_inexpressible,
        value: json!({ "type": "bundle", "id": bundle_id, "objects": all }),
    })
}

struct Writer<'a> {
    case: &'a Case<'a>,
    by: &'a str,
    options: &'a Options,
}

impl Writer<'_> {
    fn grouping(&self, refs: &BTreeSet<String>, withheld: bool) -> Value {
        let case = self.case;
        let mut grouping = self.object("grouping", stable_id("grouping", &[case.id]));
        grouping["context"] = json!("suspicious-activity");
        grouping["object_refs"] = json!(refs);
        let title = if withheld { format!("Case {}", case.number) } else { self.told(case.title) };
        grouping["name"] = json!(title);
        if !withheld && !case.description.is_empty() {
            grouping["description"] = json!(self.told(case.description));
        }
        grouping
    }

    fn indicator(&self, kind: Observable, value: &str) -> Option<Value> {
        let pattern = pattern::of(kind, value)?;
        let mut indicator = self.object("indicator", stable_id("indicator", &[self.case.id, kind.name(), value]));
        indicator["name"] = json!(format!("{}: {value}", kind.name()));
        indicator["description"] = json!("Put into a case by an analyst.");
        indicator["pattern"] = json!(pattern);
        indicator["pattern_type"] = json!("stix");
        indicator["pattern_version"] = json!("2.1");
        indicator["valid_from"] = json!(objects::time(self.case.opened_at));
        Some(indicator)
    }

    fn object(&self, kind: &str, id: String) -> Value {
        let created = objects::time(self.case.opened_at);
        let modified = created.clone().max(objects::time(self.options.created));
        json!({
            "type": kind,
            "spec_version": "2.1",
            "id": id,
            "created_by_ref": self.by,
            "created": created,
            "modified": modified,
        })
    }

    fn told(&self, text: &str) -> String {
        if self.options.name_our_side {
            return text.to_owned();
        }
        let targets = self.case.events.iter().flat_map(|event| {
            let victims = event.diamond.victim.values.iter();
            event.targets.iter().map(|target| target.value.as_str()).chain(victims.map(String::as_str))
        });
        redact::conceal(text, &targets.collect::<Vec<_>>())
    }
}

/// Its id follows from its digest, as the specification has it.
fn file(digest: &str) -> Value {
    let named = format!("{{\"hashes\":{{\"SHA-256\":\"{digest}\"}}}}");
    json!({
        "type": "file",
        "spec_version": "2.1",
        "id": format!("file--{}", uuid::Uuid::new_v5(&OBSERVED, named.as_bytes())),
        "hashes": { "SHA-256": digest },
    })
}
