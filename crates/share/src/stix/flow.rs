//! A campaign as Attack Flow 2.0: its events as actions, what follows from what as arrows.
//!
//! Attack Flow is an extension of STIX 2.1 by the Center for Threat-Informed Defense; its builder opens such bundles.
//! Specification: center-for-threat-informed-defense.github.io/attack-flow/language.

use std::collections::{BTreeMap, BTreeSet};

use schema::{ThreatEvent, Tlp, stable_id};
use serde_json::{Value, json};

use super::{Bundle, Collected, Options, Producer, marking, objects};
use crate::redact;

/// The extension, and who published it.
const EXTENSION: &str = "extension-definition--fb9c968a-745b-4ade-9b25-c324172197f4";
const PUBLISHER: &str = "identity--fb9c968a-745b-4ade-9b25-c324172197f4";
const PUBLISHED: &str = "2022-08-02T19:34:35.143Z";
const SCHEMA: &str =
    "https://center-for-threat-informed-defense.github.io/attack-flow/stix/attack-flow-schema-2.0.0.json";

/// A campaign to be written.
#[derive(Debug, Clone)]
pub struct Flow<'a> {
    pub id: &'a str,
    pub name: &'a str,
    /// Why its events belong together. It may name what only one of them knows, and so leaves with all of them only.
    pub description: &'a str,
    /// In the order of time.
    pub steps: Vec<FlowStep<'a>>,
}

#[derive(Debug, Clone)]
pub struct FlowStep<'a> {
    pub event: &'a ThreatEvent,
    /// Id of the event that this one follows from.
    pub after: Option<&'a str>,
}

/// Stands for the reasons of a campaign of which not all may leave.
const PARTLY_WITHHELD: &str = "Threat events that belong together. Some of them, and why they do, are withheld.";

/// Writes the campaign without the events whose marking is above the ceiling. What follows from one of those stands at
/// the beginning of a thread of its own.
pub fn flow(flow: &Flow<'_>, producer: &Producer, options: &Options) -> Bundle {
    let identity = objects::identity(producer, options);
    let by = identity["id"].as_str().unwrap_or_default().to_owned();
    let released: Vec<&FlowStep<'_>> =
        flow.steps.iter().filter(|step| redact::release(step.event.tlp, options.ceiling)).collect();
    let ids: BTreeSet<&str> = released.iter().map(|step| step.event.id.as_str()).collect();
    let mut effects: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut starts = Vec::new();
    for step in &released {
        match step.after.filter(|after| ids.contains(after)) {
            Some(after) => effects.entry(after).or_default().push(action_id(flow, step.event)),
            None => starts.push(action_id(flow, step.event)),
        }
    }
    let strictest = Tlp::strictest(released.iter().map(|step| step.event.tlp));
    let first = released.iter().map(|step| step.event.first_seen).min().unwrap_or(options.created);
    let writer = Writer { flow, by: &by, options, created: objects::time(first) };
    let mut out = Collected::default();
    if !released.is_empty() {
        let ours: Vec<&str> =
            released.iter().flat_map(|step| &step.event.targets).map(|target| target.value.as_str()).collect();
        let is_whole = released.len() == flow.steps.len();
        out.add(writer.head(&starts, &ours, is_whole), strictest);
        for step in &released {
            let effects = effects.get(step.event.id.as_str()).map(Vec::as_slice).unwrap_or_default();
            writer.action(step.event, effects, &ours, &mut out);
        }
    }
    let mut all = out.finish(identity);
    all.extend(extension());
    let (n_events, n_withheld) = (released.len(), flow.steps.len() - released.len());
    Bundle { n_events, n_withheld, ..Bundle::of(all, options) }
}

struct Writer<'a> {
    flow: &'a Flow<'a>,
    by: &'a str,
    options: &'a Options,
    created: String,
}

impl Writer<'_> {
    fn object(&self, kind: &str, id: String) -> Value {
        json!({
            "type": kind,
            "spec_version": "2.1",
            "id": id,
            "created_by_ref": self.by,
            "created": self.created,
            "modified": self.modified(),
            "extensions": { EXTENSION: { "extension_type": "new-sdo" } },
        })
    }

    /// Each export is a version of its objects, and no version is older than its object.
    fn modified(&self) -> String {
        self.created.clone().max(objects::time(self.options.created))
    }

    fn head(&self, starts: &[String], ours: &[&str], is_whole: bool) -> Value {
        let mut head = self.object("attack-flow", stable_id("attack-flow", &[self.flow.id]));
        head["name"] = json!(self.told(self.flow.name, ours));
        let description = if is_whole { self.flow.description } else { PARTLY_WITHHELD };
        head["description"] = json!(self.told(description, ours));
        head["scope"] = json!("campaign");
        head["start_refs"] = json!(starts);
        head
    }

    fn action(&self, event: &ThreatEvent, effects: &[String], ours: &[&str], out: &mut Collected) {
        let mut action = self.object("attack-action", action_id(self.flow, event));
        // The technique that is surest; the others are in the description.
        let technique = event.techniques.iter().max_by(|a, b| a.confidence.cmp(&b.confidence).then(b.id.cmp(&a.id)));
        action["name"] = json!(technique.map_or_else(|| self.told(&event.title, ours), |claim| claim.name.clone()));
        if let Some(claim) = technique {
            action["technique_id"] = json!(claim.id);
        }
        let others: Vec<&str> = event.techniques.iter().map(|claim| claim.id.as_str()).collect();
        let description = format!("{} {} Techniques: {}.", event.title, event.description, others.join(", "));
        action["description"] = json!(self.told(&description, ours));
        action["confidence"] = json!(event.confidence.min(100));
        action["execution_start"] = json!(objects::time(event.first_seen));
        action["execution_end"] = json!(objects::time(event.last_seen));
        if !effects.is_empty() {
            action["effect_refs"] = json!(effects);
        }
        let assets: Vec<String> = if self.options.name_our_side { self.assets(event, out) } else { Vec::new() };
        if !assets.is_empty() {
            action["asset_refs"] = json!(assets);
        }
        out.add(action, event.tlp);
    }

    fn assets(&self, event: &ThreatEvent, out: &mut Collected) -> Vec<String> {
        let assets = event.targets.iter().map(|target| {
            let id = stable_id("attack-asset", &[self.flow.id, target.kind.name(), &target.value]);
            let mut asset = self.object("attack-asset", id);
            asset["name"] = json!(format!("{} {}", target.kind.name(), target.value));
            out.add(asset, event.tlp)
        });
        assets.collect()
    }

    fn told(&self, text: &str, ours: &[&str]) -> String {
        if self.options.name_our_side { text.to_owned() } else { redact::conceal(text, ours) }
    }
}

fn action_id(flow: &Flow<'_>, event: &ThreatEvent) -> String {
    stable_id("attack-action", &[flow.id, &event.id])
}

/// The definition of the extension, and its publisher, so that the bundle stands for itself.
fn extension() -> [Value; 2] {
    let clear = json!([marking::id(Tlp::Clear)]);
    [
        json!({
            "type": "extension-definition",
            "spec_version": "2.1",
            "id": EXTENSION,
            "created_by_ref": PUBLISHER,
            "created": PUBLISHED,
            "modified": PUBLISHED,
            "name": "Attack Flow",
            "description": "Extends STIX 2.1 with features to create Attack Flows.",
            "schema": SCHEMA,
            "version": "2.0.0",
            "extension_types": ["new-sdo"],
            "object_marking_refs": clear,
        }),
        json!({
            "type": "identity",
            "spec_version": "2.1",
            "id": PUBLISHER,
            "created": PUBLISHED,
            "modified": PUBLISHED,
            "name": "MITRE Center for Threat-Informed Defense",
            "identity_class": "organization",
            "object_marking_refs": clear,
        }),
    ]
}
