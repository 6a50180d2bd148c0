//! A case, so that somebody owns the event.

use schema::{Severity, ThreatEvent};

use super::{Action, Neighbors, Proposal};
use crate::Target;

pub(super) static ACTION: Action = Action {
    name: "open_case",
    does: "Opens a case with the event, its evidence and its next steps.",
    undo: Some("Close the case as opened in error."),
    needs_approval: false,
    confidence_min: |policy| policy.attention_min,
    propose,
};

/// One case an event, from medium severity on: below that a list is enough.
fn propose(event: &ThreatEvent, _: &Neighbors) -> Vec<Proposal> {
    if event.severity < Severity::Medium {
        return Vec::new();
    }
    let why = format!("{} ({} severity, confidence {}).", event.title, event.severity, event.confidence);
    vec![Proposal { target: Target::Event, why, cautions: Vec::new() }]
}
