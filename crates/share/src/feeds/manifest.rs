//! The manifest of a MISP feed: which events there are, and when each has changed.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::formats::Error;

/// An event that a feed offers under `<uuid>.json`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listed {
    pub uuid: String,
    /// Unix seconds of its last change.
    pub changed: i64,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(default)]
    timestamp: Value,
}

/// The events of a `manifest.json`, those that changed last first. An entry whose name is no UUID is passed over: the
/// name becomes part of an address.
pub fn manifest(bytes: &[u8]) -> Result<Vec<Listed>, Error> {
    let entries: BTreeMap<String, Entry> = serde_json::from_slice(bytes)
        .map_err(|error| Error::new(format!("not the manifest of a MISP feed: {error}")))?;
    let mut listed: Vec<Listed> = entries
        .into_iter()
        .filter(|(uuid, _)| is_uuid(uuid))
        .map(|(uuid, entry)| Listed { uuid, changed: seconds(&entry.timestamp).unwrap_or(0) })
        .collect();
    listed.sort_by(|a, b| (b.changed, &a.uuid).cmp(&(a.changed, &b.uuid)));
    Ok(listed)
}

/// MISP writes numbers as texts, and some servers as numbers.
fn seconds(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}
