//! What could have been seen at all: techniques that some means looks for, given the tables that have rows.
//!
//! This says that somebody looks, and into what; never that the technique would be caught every time. A technique
//! that no means names is not in the answer, and is invisible.

use std::collections::{BTreeMap, BTreeSet};

use schema::Reference;

/// A way of seeing: a detector, or a kind of indicator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Means {
    /// `beaconing`, `indicator:domain`
    pub name: String,
    /// ATT&CK ids.
    pub techniques: Vec<String>,
    /// Tables that it can work on; one of them is enough.
    pub tables: Vec<String>,
}

/// One technique that is looked for.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Covered {
    /// The id that stands for it today.
    pub technique: String,
    pub name: String,
    pub tactics: Vec<String>,
    /// Means that have rows to work on; empty: nobody could have seen it.
    pub seen_by: Vec<String>,
    /// Means that look for it and have no row in any of their tables.
    pub blind: Vec<String>,
    /// Data components by which ATT&CK says it can be seen: what else to collect.
    pub data_components: Vec<String>,
}

/// Techniques that `means` look for, by id. `tables_with_rows` are those that hold data in the period in question.
pub fn coverage(means: &[Means], tables_with_rows: &[&str], reference: &Reference) -> Vec<Covered> {
    let mut looking: BTreeMap<&str, BTreeSet<(bool, &str)>> = BTreeMap::new();
    for way in means {
        let has_rows = way.tables.iter().any(|table| tables_with_rows.contains(&table.as_str()));
        for id in &way.techniques {
            let id = reference.technique(id).map_or(id.as_str(), |technique| &technique.id);
            looking.entry(id).or_default().insert((has_rows, &way.name));
        }
    }
    looking.into_iter().map(|(id, ways)| covered(id, &ways, reference)).collect()
}

fn covered(id: &str, ways: &BTreeSet<(bool, &str)>, reference: &Reference) -> Covered {
    let technique = reference.technique(id);
    let names = |with_rows: bool| {
        ways.iter().filter(|(has_rows, _)| *has_rows == with_rows).map(|(_, name)| (*name).to_owned()).collect()
    };
    Covered {
        technique: id.to_owned(),
        name: technique.map(|technique| technique.name.clone()).unwrap_or_default(),
        tactics: technique.map(|technique| technique.tactics.clone()).unwrap_or_default(),
        seen_by: names(true),
        blind: names(false),
        data_components: technique.map(|technique| technique.data_components.clone()).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attack;

    fn means(name: &str, techniques: &[&str], tables: &[&str]) -> Means {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Means { name: name.to_owned(), techniques: owned(techniques), tables: owned(tables) }
    }

    #[test]
    fn only_what_has_rows_is_seen() {
        let means = [
            means("beaconing", &["T1071.001"], &["connections", "tls_sessions"]),
            means("indicator:hash", &["T1105"], &["files_seen"]),
            means("indicator:domain", &["T1071.001", "T1086"], &["dns_queries"]),
        ];
        let covered = coverage(&means, &["connections", "dns_queries"], &attack::enterprise());
        let told: Vec<(&str, usize, usize)> =
            covered.iter().map(|one| (one.technique.as_str(), one.seen_by.len(), one.blind.len())).collect();
        assert_eq!(told, [("T1059.001", 1, 0), ("T1071.001", 2, 0), ("T1105", 0, 1)]);
        assert!(coverage(&means, &[], &attack::enterprise()).iter().all(|one| one.seen_by.is_empty()));
        assert!(coverage(&[], &["connections"], &attack::enterprise()).is_empty());
    }
}
