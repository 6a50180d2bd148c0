//! Indicators as a STIX 2.1 bundle, with the markings of TLP 2.0.

use schema::{Observable, Timestamp, stable_id};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{About, Entry, Form};
use crate::stix::{marking, pattern};

pub(super) static FORM: Form = Form {
    name: "stix",
    about: "a STIX 2.1 bundle of indicators with TLP 2.0 markings",
    takes: |kind: Observable, value| pattern::of(kind, value).is_some(),
    encode,
};

/// Ids derive from content under this name space, so that a list made again has the same ids.
const NAMESPACE: Uuid = Uuid::from_u128(0x7c2b_53d4_9f0e_5c1a_8a41_1d7e_2b90_6c35);

fn encode(entries: &[Entry], about: &About) -> String {
    let identity = id("identity", &[&about.producer]);
    let made_at = time(about.made_at);
    let mut objects = vec![json!({
        "type": "identity", "spec_version": "2.1", "id": identity, "created": EPOCH, "modified": EPOCH,
        "name": about.producer, "identity_class": "organization",
    })];
    let mut markings: Vec<_> = entries.iter().map(|entry| entry.tlp).collect();
    markings.sort_unstable();
    markings.dedup();
    objects.extend(markings.into_iter().map(marking::definition));
    objects.extend(entries.iter().filter_map(|entry| indicator(entry, &identity, about, &made_at)));
    let content: Vec<&str> = entries.iter().map(|entry| entry.value.as_str()).collect();
    let bundle =
        json!({ "type": "bundle", "id": id("bundle", &[&stable_id("list", &content), &made_at]), "objects": objects });
    format!("{bundle:#}\n")
}

/// Objects that do not change from list to list.
const EPOCH: &str = "2026-01-01T00:00:00.000Z";

fn indicator(entry: &Entry, identity: &str, about: &About, made_at: &str) -> Option<Value> {
    let seen = entry.first_seen.filter(|seen| *seen <= about.made_at).map_or_else(|| EPOCH.to_owned(), time);
    let mut object = json!({
        "type": "indicator",
        "spec_version": "2.1",
        "id": id("indicator", &[entry.kind.name(), &entry.value, &about.producer]),
        "created_by_ref": identity,
        "created": EPOCH,
        "modified": made_at,
        "name": entry.label.as_ref().map_or_else(|| entry.value.clone(), |label| format!("{label}: {}", entry.value)),
        "description": format!("listed by {}", entry.sources.join(", ")),
        "indicator_types": ["malicious-activity"],
        "pattern": pattern::of(entry.kind, &entry.value)?,
        "pattern_type": "stix",
        "valid_from": seen,
        "confidence": entry.confidence,
        "object_marking_refs": [marking::id(entry.tlp)],
    });
    let fields = object.as_object_mut()?;
    // `valid_until` must be later than `valid_from`.
    if let Some(until) = entry.valid_until.map(time).filter(|until| *until > seen) {
        fields.insert("valid_until".to_owned(), json!(until));
    }
    if let Some(reference) = entry.reference.as_ref().filter(|reference| reference.starts_with("http")) {
        fields.insert("external_references".to_owned(), json!([{ "source_name": "report", "url": reference }]));
    }
    Some(object)
}

/// STIX wants milliseconds and `Z`.
fn time(instant: Timestamp) -> String {
    let text = instant.to_string();
    let (seconds, fraction) = text.trim_end_matches('Z').split_once('.').unwrap_or((text.trim_end_matches('Z'), ""));
    let millis: String = fraction.chars().chain(std::iter::repeat('0')).take(3).collect();
    format!("{seconds}.{millis}Z")
}

fn id(kind: &str, parts: &[&str]) -> String {
    format!("{kind}--{}", Uuid::new_v5(&NAMESPACE, parts.join("\u{1f}").as_bytes()))
}
