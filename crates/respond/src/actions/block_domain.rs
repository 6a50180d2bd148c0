//! A name that no host of ours may resolve or reach any more.

use schema::{Entity, EntityKind, Observable, Severity, ThreatEvent};

use super::{Action, Neighbors, Proposal};
use crate::{Target, shared};

pub(super) static ACTION: Action = Action {
    name: "block_domain",
    does: "Blocks a name and everything below it at resolvers and proxies.",
    undo: Some("Take the name off the block list."),
    needs_approval: true,
    confidence_min: |policy| policy.block_min,
    propose,
};

/// Every name that the event is about, never the other names of an address. Public suffixes are not proposed at all.
fn propose(event: &ThreatEvent, _: &Neighbors) -> Vec<Proposal> {
    if event.severity < Severity::Medium {
        return Vec::new();
    }
    let names = event.indicators.iter().filter(|(kind, _)| *kind == Observable::Domain).map(|(_, name)| name);
    names.filter(|name| shared::owner(name).is_some()).map(|name| block(event, name)).collect()
}

fn block(event: &ThreatEvent, name: &str) -> Proposal {
    let mut cautions = vec!["The adversary may notice, and change to a name that is not known yet.".to_owned()];
    match shared::host_of_many(name) {
        Some(host) if host == name => cautions.push(format!(
            "{host} is a service that many unrelated parties use: block the URL instead, or expect complaints."
        )),
        Some(host) => cautions.push(format!(
            "{name} lies below {host}, where unrelated parties publish: block this name alone and nothing above it."
        )),
        None => {}
    }
    Proposal {
        target: Target::Entity(Entity::new(EntityKind::Domain, name)),
        why: format!("{} (confidence {}).", event.title, event.confidence),
        cautions,
    }
}
