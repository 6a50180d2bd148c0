//! Techniques that are newer than the shipped matrix: rules of others name them, and their names must not be lost.

use std::{collections::BTreeMap, sync::LazyLock};

/// A technique of a later version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Later {
    pub id: &'static str,
    /// The version that brought it.
    pub version: &'static str,
    pub name: &'static str,
    /// Shortnames, in the words of that version.
    pub tactics: Vec<&'static str>,
    /// Ids of the shipped matrix that it takes the place of.
    pub replaces: Vec<&'static str>,
}

/// Tactics of later versions, with the shipped one that they were part of.
pub static LATER_TACTICS: [(&str, &str); 2] =
    [("stealth", "defense-evasion"), ("defense-impairment", "defense-evasion")];

static LATER: LazyLock<BTreeMap<&'static str, Later>> = LazyLock::new(|| {
    let lines = include_str!("../../../../content/attack/later.tsv").lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(read).map(|later| (later.id, later)).collect()
});

/// What a later version says of this technique.
pub fn later(id: &str) -> Option<&'static Later> {
    LATER.get(id)
}

fn read(line: &'static str) -> Option<Later> {
    let mut cells = line.split('\t');
    let mut next = || cells.next();
    let (id, version, name) = (next()?, next()?, next()?);
    let list = |cell: &'static str| cell.split(';').filter(|word| !word.is_empty()).collect();
    Some(Later { id, version, name, tactics: list(next()?), replaces: list(next()?) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attack::enterprise;

    #[test]
    fn every_line_is_read_and_fits_the_shipped_matrix() {
        let text = include_str!("../../../../content/attack/later.tsv");
        assert_eq!(LATER.len(), text.lines().filter(|line| !line.starts_with('#')).count());
        let shipped = enterprise();
        for later in LATER.values() {
            assert!(!shipped.techniques.contains_key(later.id), "{} is shipped by now", later.id);
            assert!(later.replaces.iter().all(|id| shipped.techniques.contains_key(*id)), "{}", later.id);
            let known = |tactic: &str| {
                shipped.tactic(tactic).is_some() || LATER_TACTICS.iter().any(|(later, _)| *later == tactic)
            };
            assert!(later.tactics.iter().all(|tactic| known(tactic)), "{}", later.id);
        }
        assert_eq!(later("T1685").map(|later| later.name), Some("Disable or Modify Tools"));
    }
}
