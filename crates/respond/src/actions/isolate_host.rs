//! A host of ours, cut off from the network.

use schema::{Category, Entity, EntityKind, Severity, ThreatEvent};

use super::{Action, Neighbors, Proposal};
use crate::Target;

pub(super) static ACTION: Action = Action {
    name: "isolate_host",
    does: "Cuts a host of ours off from the network, except from those who investigate.",
    undo: Some("Let the host back in after it has been cleaned."),
    needs_approval: true,
    confidence_min: |policy| policy.isolate_min,
    propose,
};

/// Where something runs on the host that obeys somebody else; a visit to a bad place is no reason.
fn propose(event: &ThreatEvent, _: &Neighbors) -> Vec<Proposal> {
    let under_control = matches!(
        event.category,
        Category::CommandAndControl
            | Category::Execution
            | Category::Impact
            | Category::KnownMalware
            | Category::LateralMovement
    );
    if !under_control || event.severity < Severity::High {
        return Vec::new();
    }
    event.targets.iter().filter(|target| is_host(target)).map(|target| isolate(event, target)).collect()
}

/// `unknown` is what detectors write where the records name no host.
fn is_host(target: &Entity) -> bool {
    match target.kind {
        EntityKind::Ip => target.value.parse::<std::net::IpAddr>().is_ok(),
        EntityKind::Host => target.value != "unknown",
        _ => false,
    }
}

fn isolate(event: &ThreatEvent, target: &Entity) -> Proposal {
    let mut cautions = vec![
        "Whoever works on it is cut off; if it is a server, so are all who use it.".to_owned(),
        "Preserve memory first: what runs only there is lost when the host is switched off.".to_owned(),
    ];
    if target.kind == EntityKind::Ip {
        cautions.push("Make sure which machine has the address now, and that it is no gateway or proxy.".to_owned());
    }
    Proposal {
        target: Target::Entity(target.clone()),
        why: format!("{}. {}", event.title, event.severity_because),
        cautions,
    }
}
