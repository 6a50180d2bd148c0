//! A message to whoever is on duty.

use schema::{Severity, ThreatEvent};

use super::{Action, Neighbors, Proposal};
use crate::Target;

pub(super) static ACTION: Action = Action {
    name: "notify",
    does: "Sends title, severity and a link to whoever is on duty.",
    undo: None,
    needs_approval: false,
    confidence_min: |policy| policy.attention_min,
    propose,
};

/// From high severity on: people who are woken for less stop reading.
fn propose(event: &ThreatEvent, _: &Neighbors) -> Vec<Proposal> {
    if event.severity < Severity::High {
        return Vec::new();
    }
    let why = format!("{}. {}", event.title, event.severity_because);
    let cautions = vec![format!("The message leaves Margay: its readers must be allowed to see {}.", event.tlp)];
    vec![Proposal { target: Target::Event, why, cautions }]
}
