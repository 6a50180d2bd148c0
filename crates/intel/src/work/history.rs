//! The line of history that each change leaves, and the reason why a change is refused.

use std::fmt;

use serde_json::Value;

/// What changed: the fields before and after, never the whole object.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Entry {
    /// A word that stays: `state`, `assign`, `comment`, `tag` ...
    pub change: String,
    pub before: Value,
    pub after: Value,
    /// Empty where the change needs none.
    pub reason: String,
}

impl Entry {
    pub(super) fn new(change: &str, before: Value, after: Value, reason: &str) -> Self {
        Self { change: change.to_owned(), before, after, reason: reason.to_owned() }
    }
}

/// Why a change is not made, and what would help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub why: String,
    pub hint: String,
}

impl Refusal {
    pub(super) fn new(why: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { why: why.into(), hint: hint.into() }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.why, self.hint)
    }
}
