//! What changed from one version of ATT&CK to another, so that mappings can be carried over knowingly.

use schema::{Reference, Technique};

/// One difference; `id` is the technique's id in the newer version, except where it is gone from there.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    Added {
        id: String,
        name: String,
    },
    /// In the old version and not in the new one, without a word from MITRE.
    Gone {
        id: String,
        name: String,
    },
    Revoked {
        id: String,
        name: String,
        by: String,
    },
    Deprecated {
        id: String,
        name: String,
    },
    Renamed {
        id: String,
        from: String,
        to: String,
    },
    /// Belongs to other tactics than before.
    Moved {
        id: String,
        from: Vec<String>,
        to: Vec<String>,
    },
}

/// The differences from `old` to `new`, ordered by id.
pub fn upgrade(old: &Reference, new: &Reference) -> Vec<Change> {
    let mut ids: Vec<&String> = old.techniques.keys().chain(new.techniques.keys()).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.into_iter().flat_map(|id| differences(old.techniques.get(id), new.techniques.get(id))).collect()
}

fn differences(old: Option<&Technique>, new: Option<&Technique>) -> Vec<Change> {
    match (old, new) {
        (Some(old), Some(new)) => changes(old, new),
        (Some(old), None) => vec![Change::Gone { id: old.id.clone(), name: old.name.clone() }],
        (None, Some(new)) => vec![Change::Added { id: new.id.clone(), name: new.name.clone() }],
        (None, None) => Vec::new(),
    }
}

fn changes(old: &Technique, new: &Technique) -> Vec<Change> {
    let mut changes = Vec::new();
    let (id, name) = (new.id.clone(), new.name.clone());
    if let Some(by) = new.revoked_by.clone().filter(|_| old.revoked_by != new.revoked_by) {
        return vec![Change::Revoked { id, name, by }];
    }
    if new.deprecated && !old.deprecated {
        return vec![Change::Deprecated { id, name }];
    }
    if old.name != new.name {
        changes.push(Change::Renamed { id: id.clone(), from: old.name.clone(), to: name });
    }
    if sorted(&old.tactics) != sorted(&new.tactics) {
        changes.push(Change::Moved { id, from: old.tactics.clone(), to: new.tactics.clone() });
    }
    changes
}

fn sorted(tactics: &[String]) -> Vec<&String> {
    let mut sorted: Vec<&String> = tactics.iter().collect();
    sorted.sort_unstable();
    sorted
}
