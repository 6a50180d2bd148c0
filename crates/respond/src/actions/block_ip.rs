//! An address or network that no host of ours may reach any more.

use std::net::IpAddr;

use schema::{Entity, EntityKind, Observable, Severity, ThreatEvent};

use super::{Action, Neighbors, Proposal};
use crate::{Target, shared};

pub(super) static ACTION: Action = Action {
    name: "block_ip",
    does: "Blocks an address or network at the firewalls.",
    undo: Some("Take the address off the block list."),
    needs_approval: true,
    confidence_min: |policy| policy.block_min,
    propose,
};

/// Only addresses that the event itself is about. Where it is about a name, its addresses are left to
/// `block_domain`: they are often shared, and change.
fn propose(event: &ThreatEvent, neighbors: &Neighbors) -> Vec<Proposal> {
    if event.severity < Severity::Medium {
        return Vec::new();
    }
    let values = event.indicators.iter().filter(|(kind, _)| *kind == Observable::Ip).map(|(_, value)| value);
    values.filter_map(|value| block(event, value, neighbors)).collect()
}

/// `None` for what is no address, and for addresses that mean something else on every network.
fn block(event: &ThreatEvent, value: &str, neighbors: &Neighbors) -> Option<Proposal> {
    let (address, bits) = match value.split_once('/') {
        Some((address, bits)) => (address.parse().ok()?, Some(bits.parse().ok()?)),
        None => (value.parse().ok()?, None),
    };
    if !is_outside(address) {
        return None;
    }
    Some(Proposal {
        target: Target::Entity(Entity::new(EntityKind::Ip, value)),
        why: format!("{} (confidence {}).", event.title, event.confidence),
        cautions: cautions(address, bits, neighbors),
    })
}

fn cautions(address: IpAddr, bits: Option<u8>, neighbors: &Neighbors) -> Vec<String> {
    let mut cautions = vec!["Addresses change hands: give the block an end, and look at it again.".to_owned()];
    let n_owners = neighbors.n_owners(address);
    if n_owners > 1 {
        cautions.push(format!("Names of {n_owners} owners were seen behind {address}: others on it would be blocked."));
    }
    if shared::is_shared_address(address) {
        cautions.push(format!("{address} is a service that many unrelated parties use."));
    }
    if let Some(bits) = bits {
        cautions.push(format!("The network of {bits} bits holds other hosts, which would be blocked as well."));
    }
    cautions
}

fn is_outside(address: IpAddr) -> bool {
    let own = match address {
        IpAddr::V4(v4) => v4.is_private() || v4.is_link_local() || v4.is_broadcast(),
        IpAddr::V6(v6) => v6.is_unique_local() || v6.is_unicast_link_local(),
    };
    !(own || address.is_loopback() || address.is_multicast() || address.is_unspecified())
}
