//! A case for others: a STIX `grouping` of its events, indicators and files.
//!
//! A case is written by people, and people name in one place what another place must not name. So where anything of it
//! is held back, no free text of the case leaves: not its title, not its description, and not the notes on its
//! evidence. Notes, tasks and requests never do.

use std::collections::BTreeSet;

use schema::{Entity, EntityKind, Finding, Observable, ThreatEvent, Timestamp, Tlp, stable_id};
use serde_json::{Value, json};

use super::{Bundle, Collected, EvidenceRow, Options, Producer, objects, pattern, scos, write_events};
use crate::redact;

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
    let mut out = Collected::default();
    let (released, mut n_inexpressible) =
        write_events(case.events, case.findings, case.rows, &identity, options, &mut out);
    let mut refs: BTreeSet<String> = released.iter().map(|event| stable_id("report", &[&event.id])).collect();
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
        let file = scos::of_entity(&Entity::new(EntityKind::File, digest));
        refs.extend(file.map(|file| out.add(file, case.tlp)));
    }
    if refs.is_empty() {
        refs.insert(writer.by.to_owned());
    }
    let strictest = Tlp::strictest(released.iter().map(|event| event.tlp).chain([case.tlp]));
    out.add(writer.grouping(&refs, n_withheld > 0), strictest);
    let n_events = released.len();
    Some(Bundle { n_events, n_withheld, n_inexpressible, ..Bundle::of(out.finish(identity.clone()), options) })
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
