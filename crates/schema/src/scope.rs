//! What one reader may see: of which datasets, and how strictly marked.

use std::collections::BTreeSet;

use crate::Tlp;

/// The datasets that a reader may see.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Datasets {
    All,
    /// These; none of those that come later.
    Only(BTreeSet<String>),
}

/// Datasets and the strictest marking that a reader may see. Everything that is read for somebody is read through one.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Scope {
    pub datasets: Datasets,
    /// What is marked more strictly is not shown.
    pub ceiling: Tlp,
}

impl Scope {
    /// Of who owns the machine: the command line reads with it.
    pub fn everything() -> Self {
        Self { datasets: Datasets::All, ceiling: Tlp::Red }
    }

    pub fn is_everything(&self) -> bool {
        *self == Self::everything()
    }

    pub fn admits(&self, dataset: &str, marking: Tlp) -> bool {
        self.admits_dataset(dataset) && marking <= self.ceiling
    }

    pub fn admits_dataset(&self, dataset: &str) -> bool {
        match &self.datasets {
            Datasets::All => true,
            Datasets::Only(names) => names.contains(dataset),
        }
    }

    /// What both admit: of a key, never more than of the person it belongs to.
    #[must_use]
    pub fn within(&self, other: &Self) -> Self {
        let datasets = match (&self.datasets, &other.datasets) {
            (Datasets::All, other) => other.clone(),
            (own, Datasets::All) => own.clone(),
            (Datasets::Only(own), Datasets::Only(other)) => Datasets::Only(own.intersection(other).cloned().collect()),
        };
        Self { datasets, ceiling: self.ceiling.min(other.ceiling) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(names: &[&str], ceiling: Tlp) -> Scope {
        Scope { datasets: Datasets::Only(names.iter().map(|name| (*name).to_owned()).collect()), ceiling }
    }

    #[test]
    fn both_dataset_and_marking_must_be_admitted() {
        let scope = only(&["edge"], Tlp::Amber);
        assert!(scope.admits("edge", Tlp::Amber));
        assert!(!scope.admits("edge", Tlp::AmberStrict));
        assert!(!scope.admits("hosts", Tlp::Clear));
        assert!(Scope::everything().admits("hosts", Tlp::Red));
    }

    #[test]
    fn a_scope_within_another_admits_what_both_admit() {
        let key = only(&["edge", "mail"], Tlp::Red);
        let person = only(&["edge", "hosts"], Tlp::Green);
        assert_eq!(key.within(&person), only(&["edge"], Tlp::Green));
        assert_eq!(Scope::everything().within(&person), person);
        assert_eq!(person.within(&Scope::everything()), person);
    }
}
