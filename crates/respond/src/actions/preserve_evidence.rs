//! A hold on the records behind an event, before retention or an adversary removes them.

use schema::{Severity, ThreatEvent};

use super::{Action, Neighbors, Proposal};
use crate::Target;

pub(super) static ACTION: Action = Action {
    name: "preserve_evidence",
    does: "Keeps the records of the event's targets in its time span from being deleted by retention.",
    undo: Some("Release the hold; retention then deletes what is due."),
    needs_approval: false,
    confidence_min: |policy| policy.attention_min,
    propose,
};

fn propose(event: &ThreatEvent, _: &Neighbors) -> Vec<Proposal> {
    if event.severity < Severity::Medium || event.evidence.is_empty() {
        return Vec::new();
    }
    let why = format!(
        "At least {} records from {} to {} are the evidence.",
        event.n_records, event.first_seen, event.last_seen
    );
    vec![Proposal { target: Target::Event, why, cautions: Vec::new() }]
}
