//! What was observed, as STIX cyber-observable objects. Their ids are fixed by the specification, so that every
//! producer gives one address one id (STIX 2.1 §2.9).

use std::net::IpAddr;

use schema::{Entity, EntityKind, Finding, Observable, observe};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{EvidenceRow, objects::Scene};

/// Namespace of all SCO ids.
const NAMESPACE: Uuid = Uuid::from_u128(0x00ab_edb4_aa42_466c_9c01_fed2_3315_a9b7);

/// Evidence rows of one finding that are written; a finding names no more than that anyway.
const MAX_ROWS: usize = 20;

/// The objects seen in a finding: its two sides, other names of the other side, and the traffic of its rows. Objects
/// come before those that refer to them.
pub(super) fn of_finding(finding: &Finding, scene: &Scene<'_>) -> Vec<Value> {
    let mut seen = Vec::new();
    let sides = std::iter::once(&finding.subject).chain(&finding.object).chain(&finding.also);
    for entity in sides {
        let allowed = observable(entity).is_some_and(|kind| scene.may_name(kind, &entity.value));
        seen.extend(allowed.then(|| of_entity(entity)).flatten());
    }
    for evidence in finding.evidence.iter().take(MAX_ROWS) {
        if let Some(row) = scene.row(&evidence.table, &evidence.record_id) {
            of_row(row, scene, &mut seen);
        }
    }
    seen
}

fn of_row(row: &EvidenceRow, scene: &Scene<'_>, seen: &mut Vec<Value>) {
    let named = |field: &str, kind: Observable| row.field(field).filter(|value| scene.may_name(kind, value));
    for field in ["query", "host", "server_name"] {
        seen.extend(named(field, Observable::Domain).and_then(name_or_address));
    }
    seen.extend(named("url", Observable::Url).and_then(url));
    seen.extend(file(row, |value| scene.may_name(Observable::Hash, value)));
    let source = named("src_ip", Observable::Ip).and_then(address);
    let target = named("dst_ip", Observable::Ip).and_then(address);
    seen.extend(traffic(row, source.as_ref(), target.as_ref()));
    // Referred objects are put in front of the traffic by the caller's order of ids; a bundle has no order to keep.
    seen.extend(source);
    seen.extend(target);
}

/// One connection; at least one side must be known.
fn traffic(row: &EvidenceRow, source: Option<&Value>, target: Option<&Value>) -> Option<Value> {
    if source.is_none() && target.is_none() {
        return None;
    }
    let port = |field: &str| row.field(field).and_then(|text| text.parse::<u16>().ok());
    let mut properties = Map::new();
    if let Some(source) = source {
        properties.insert("src_ref".to_owned(), source["id"].clone());
        if let Some(port) = port("src_port") {
            properties.insert("src_port".to_owned(), json!(port));
        }
    }
    if let Some(target) = target {
        properties.insert("dst_ref".to_owned(), target["id"].clone());
        if let Some(port) = port("dst_port") {
            properties.insert("dst_port".to_owned(), json!(port));
        }
    }
    properties.insert("protocols".to_owned(), json!(protocols(row)));
    Some(sco("network-traffic", properties, &["src_ref", "dst_ref", "src_port", "dst_port", "protocols"]))
}

/// From the outer to the inner protocol, in the names of IANA's registry.
fn protocols(row: &EvidenceRow) -> Vec<String> {
    let known = row.field("protocol").map(str::to_ascii_lowercase);
    let transport = known.filter(|name| matches!(name.as_str(), "tcp" | "udp" | "icmp" | "sctp"));
    let (transport_else, application) = match row.table.as_str() {
        "dns_queries" => ("udp", Some("dns")),
        "http_requests" => ("tcp", Some("http")),
        "tls_sessions" => ("tcp", Some("https")),
        _ => ("tcp", None),
    };
    let transport = transport.unwrap_or_else(|| transport_else.to_owned());
    std::iter::once(transport).chain(application.map(str::to_owned)).collect()
}

fn file(row: &EvidenceRow, may_name: impl Fn(&str) -> bool) -> Option<Value> {
    let mut hashes = Map::new();
    for (field, name) in [("md5", "MD5"), ("sha1", "SHA-1"), ("sha256", "SHA-256")] {
        if let Some(value) = row.field(field) {
            hashes.insert(name.to_owned(), json!(value));
        }
    }
    let known = hashes.values().any(|hash| hash.as_str().is_some_and(&may_name));
    known.then(|| file_of(hashes))
}

fn file_of(hashes: Map<String, Value>) -> Value {
    // Of several hashes the specification takes one for the id, in this order (§2.9).
    let first = ["MD5", "SHA-1", "SHA-256", "SHA-512"].iter().find(|name| hashes.contains_key(**name));
    let identifying: Map<String, Value> =
        first.and_then(|name| hashes.get(*name).map(|hash| ((*name).to_owned(), hash.clone()))).into_iter().collect();
    let mut of_id = Map::new();
    of_id.insert("hashes".to_owned(), Value::Object(identifying));
    let id = sco_id("file", &of_id);
    json!({ "type": "file", "spec_version": "2.1", "id": id, "hashes": hashes })
}

pub(super) fn of_entity(entity: &Entity) -> Option<Value> {
    match entity.kind {
        EntityKind::Ip => address(&entity.value),
        EntityKind::Domain => name_or_address(&entity.value),
        EntityKind::Url => url(&entity.value),
        EntityKind::Email => Some(of_value("email-addr", &entity.value)),
        EntityKind::File => {
            let name = match entity.value.len() {
                32 => "MD5",
                40 => "SHA-1",
                64 => "SHA-256",
                128 => "SHA-512",
                _ => return None,
            };
            Some(file_of(Map::from_iter([(name.to_owned(), json!(entity.value))])))
        }
        EntityKind::Host | EntityKind::Account | EntityKind::Fingerprint | EntityKind::Artifact => None,
    }
}

fn observable(entity: &Entity) -> Option<Observable> {
    match entity.kind {
        EntityKind::Ip => Some(Observable::Ip),
        EntityKind::Domain => Some(Observable::Domain),
        EntityKind::Url => Some(Observable::Url),
        EntityKind::Email => Some(Observable::Email),
        EntityKind::File => Some(Observable::Hash),
        EntityKind::Host | EntityKind::Account | EntityKind::Fingerprint | EntityKind::Artifact => None,
    }
}

/// An address or a network: STIX writes both as a value of the address object.
fn address(text: &str) -> Option<Value> {
    let (first, _) = observe::parse_network(text)?;
    Some(of_value(if matches!(first, IpAddr::V4(_)) { "ipv4-addr" } else { "ipv6-addr" }, text))
}

fn name_or_address(text: &str) -> Option<Value> {
    if let Some(address) = address(text) {
        return Some(address);
    }
    observe::canonical(Observable::Domain, text).ok().map(|name| of_value("domain-name", &name))
}

/// STIX wants a whole URL; one without a scheme is written with the scheme that it had when people could leave it out.
fn url(text: &str) -> Option<Value> {
    let url = observe::canonical(Observable::Url, text).ok()?;
    let whole = if url.contains("://") { url.into_owned() } else { format!("http://{url}") };
    Some(of_value("url", &whole))
}

fn of_value(kind: &str, value: &str) -> Value {
    sco(kind, Map::from_iter([("value".to_owned(), json!(value))]), &["value"])
}

fn sco(kind: &str, properties: Map<String, Value>, identifying: &[&str]) -> Value {
    let of_id: Map<String, Value> = identifying
        .iter()
        .filter_map(|name| properties.get(*name).map(|value| ((*name).to_owned(), value.clone())))
        .collect();
    let mut object = json!({ "type": kind, "spec_version": "2.1", "id": sco_id(kind, &of_id) });
    for (name, value) in properties {
        object[name] = value;
    }
    object
}

/// UUIDv5 over the identifying properties in canonical JSON (RFC 8785).
fn sco_id(kind: &str, of_id: &Map<String, Value>) -> String {
    let mut text = String::new();
    push_canonical(&mut text, &Value::Object(of_id.clone()), MAX_DEPTH);
    format!("{kind}--{}", Uuid::new_v5(&NAMESPACE, text.as_bytes()))
}

/// Identifying properties are at most objects of lists of texts.
const MAX_DEPTH: usize = 4;

/// RFC 8785 for what identifies an SCO: texts, whole numbers, and lists and objects of them. Keys are sorted here,
/// because whether `serde_json` sorts them depends on features that other crates choose.
fn push_canonical(out: &mut String, value: &Value, depth: usize) {
    let Some(depth) = depth.checked_sub(1) else {
        return;
    };
    match value {
        Value::Object(members) => {
            let mut keys: Vec<&String> = members.keys().collect();
            keys.sort_by(|a, b| a.encode_utf16().cmp(b.encode_utf16()));
            out.push('{');
            for (position, key) in keys.into_iter().enumerate() {
                if position > 0 {
                    out.push(',');
                }
                out.push_str(&json!(key).to_string());
                out.push(':');
                push_canonical(out, members.get(key).unwrap_or(&Value::Null), depth);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (position, item) in items.iter().enumerate() {
                if position > 0 {
                    out.push(',');
                }
                push_canonical(out, item, depth);
            }
            out.push(']');
        }
        plain => out.push_str(&plain.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ids as the Python library stix2 3.0.2 gives them.
    #[test]
    fn ids_are_those_of_other_producers() {
        for (object, want) in [
            (address("198.51.100.1"), "ipv4-addr--2b3e2c17-3144-5591-9c88-a605220f8c0c"),
            (name_or_address("evil.example"), "domain-name--69228563-c8d2-54ae-aeca-5f4134cb59aa"),
            (url("http://evil.example/a"), "url--c618f6dd-5ab7-5ef9-b8a4-be9e798ccae2"),
        ] {
            assert_eq!(object.expect("valid")["id"], want);
        }
    }
}
