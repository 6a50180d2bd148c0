//! Threat events as a STIX 2.1 bundle: indicators, what was observed, sightings, techniques, reasons, one report each.
//!
//! Ids are derived from content, so that an export made again updates and never doubles. Every object carries the
//! TLP 2.0 marking of the event that it comes from, and an event above the ceiling is left out whole, with
//! everything that only it refers to. Names of our own side leave only where [`Options::name_our_side`] says so.
//! Validated with `stix2-validator` 3.2.0 and loaded with `stix2` 3.0.2 in `tests/it`.

mod case;
mod expression;
mod flow;
pub(crate) mod marking;
mod objects;
pub(crate) mod pattern;
mod scos;

pub use case::{Case, case};
pub use expression::{Refusal, read_pattern};
pub use flow::{Flow, FlowStep, flow};

use std::collections::{BTreeMap, BTreeSet};

use schema::{Finding, ThreatEvent, Timestamp, Tlp, stable_id};
use serde_json::{Value, json};

use crate::redact;

/// Who publishes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Producer {
    pub name: String,
    /// `organization`, `group`, `system` ...: STIX identity-class-ov.
    pub class: String,
}

/// How to publish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// The strictest marking that may leave; RED never does.
    pub ceiling: Tlp,
    /// When this export is made: the version of every object in it.
    pub created: Timestamp,
    /// Whether hosts and accounts of our side are named. If not, they are taken out of texts, and nothing is written
    /// as observed but the other side.
    pub name_our_side: bool,
}

/// A row that findings rest on, with the fields that say who met whom: `src_ip`, `dst_ip`, `src_port`, `dst_port`,
/// `protocol`, `query`, `host`, `server_name`, `url`, `md5`, `sha1`, `sha256`; others are ignored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceRow {
    pub table: String,
    pub record_id: String,
    pub observed_at: Timestamp,
    pub fields: Vec<(String, String)>,
}

impl EvidenceRow {
    fn field(&self, name: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|(field, _)| field == name)
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }
}

/// A bundle and what it holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Bundle {
    pub value: Value,
    pub n_objects: usize,
    /// Events in it.
    pub n_events: usize,
    /// Events left out because of their marking.
    pub n_withheld: usize,
    /// Indicators left out because STIX has no pattern for their kind (JA3, JA4).
    pub n_inexpressible: usize,
}

impl Bundle {
    /// Of these objects; what was counted on the way is for the caller to say.
    fn of(objects: Vec<Value>, options: &Options) -> Self {
        let ids: Vec<&str> = objects.iter().filter_map(|object| object["id"].as_str()).collect();
        let id = stable_id("bundle", &[&objects::time(options.created), &ids.join(" ")]);
        Self {
            n_objects: objects.len(),
            n_events: 0,
            n_withheld: 0,
            n_inexpressible: 0,
            value: json!({ "type": "bundle", "id": id, "objects": objects }),
        }
    }

    /// As text, indented.
    pub fn to_json(&self) -> String {
        format!("{:#}", self.value)
    }
}

/// Writes events with those of `findings` that they name, and those of `rows` that these rest on.
pub fn bundle(
    events: &[ThreatEvent],
    findings: &[Finding],
    rows: &[EvidenceRow],
    producer: &Producer,
    options: &Options,
) -> Bundle {
    let identity = objects::identity(producer, options);
    let mut out = Collected::default();
    let (released, n_inexpressible) = write_events(events, findings, rows, &identity, options, &mut out);
    let (n_events, n_withheld) = (released.len(), events.len() - released.len());
    Bundle { n_events, n_withheld, n_inexpressible, ..Bundle::of(out.finish(identity), options) }
}

/// Writes the events that may leave, and gives them with the number of indicators that STIX has no pattern for.
fn write_events<'a>(
    events: &'a [ThreatEvent],
    findings: &[Finding],
    rows: &[EvidenceRow],
    identity: &Value,
    options: &Options,
    out: &mut Collected,
) -> (Vec<&'a ThreatEvent>, usize) {
    let findings: BTreeMap<&str, &Finding> = findings.iter().map(|finding| (finding.id.as_str(), finding)).collect();
    let rows: BTreeMap<(&str, &str), &EvidenceRow> =
        rows.iter().map(|row| ((row.table.as_str(), row.record_id.as_str()), row)).collect();
    let mut n_inexpressible = 0;
    let released: Vec<&ThreatEvent> =
        events.iter().filter(|event| redact::release(event.tlp, options.ceiling)).collect();
    for event in &released {
        let of_event: Vec<&Finding> = event
            .findings
            .iter()
            .filter_map(|id| findings.get(id.as_str()).copied())
            .filter(|finding| redact::release(finding.tlp, options.ceiling))
            .collect();
        let scene = objects::Scene { event, findings: &of_event, rows: &rows, identity, options };
        n_inexpressible += scene.write(out);
    }
    (released, n_inexpressible)
}

/// Objects by id in the order of arrival, each once. One that several events share takes the strictest marking.
#[derive(Debug, Default)]
struct Collected {
    objects: Vec<Value>,
    places: BTreeMap<String, (usize, Tlp)>,
    markings: BTreeSet<Tlp>,
}

impl Collected {
    /// Marks and adds an object, and gives its id.
    fn add(&mut self, mut object: Value, tlp: Tlp) -> String {
        let id = object["id"].as_str().unwrap_or_default().to_owned();
        match self.places.get_mut(&id) {
            Some((place, before)) => {
                *before = tlp.max(*before);
                if let Some(known) = self.objects.get_mut(*place) {
                    known["object_marking_refs"] = json!([marking::id(*before)]);
                }
            }
            None => {
                object["object_marking_refs"] = json!([marking::id(tlp)]);
                self.places.insert(id.clone(), (self.objects.len(), tlp));
                self.objects.push(object);
            }
        }
        self.markings.insert(tlp);
        id
    }

    fn finish(mut self, identity: Value) -> Vec<Value> {
        self.markings.insert(Tlp::Clear);
        let mut objects: Vec<Value> = self.markings.iter().map(|tlp| marking::definition(*tlp)).collect();
        objects.push(identity);
        objects.append(&mut self.objects);
        objects
    }
}
