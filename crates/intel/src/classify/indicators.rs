//! The other side as things that can be matched and shared.
//!
//! Only what findings are about, never their other names: an address behind a name is often a CDN's, and a list
//! that names it would hit bystanders.

use std::{collections::BTreeSet, net::IpAddr};

use schema::{Entity, EntityKind, Observable};

use super::{activity::Activity, anchor};

/// Those of the strongest findings, ordered by kind and value; addresses that mean another host on every network
/// are left out.
pub(super) fn indicators(activity: &Activity<'_>, n_max: usize) -> Vec<(Observable, String)> {
    let mut seen = BTreeSet::new();
    for object in activity.strong().filter_map(|finding| finding.object.as_ref()) {
        if seen.len() == n_max {
            break;
        }
        seen.extend(observable(object));
    }
    seen.into_iter().collect()
}

/// The entity as something that can be matched.
pub(super) fn observable(entity: &Entity) -> Option<(Observable, String)> {
    let value = entity.value.as_str();
    match entity.kind {
        EntityKind::Ip => address_or_network(value).map(|address| (Observable::Ip, address)),
        EntityKind::Domain => Some((Observable::Domain, value.trim_end_matches('.').to_ascii_lowercase())),
        EntityKind::Url => Some((Observable::Url, value.to_owned())),
        EntityKind::File => is_hash(value).then(|| (Observable::Hash, value.to_ascii_lowercase())),
        EntityKind::Email => Some((Observable::Email, value.to_owned())),
        EntityKind::Fingerprint => Some((fingerprint(value), value.to_owned())),
        EntityKind::Host | EntityKind::Account | EntityKind::Artifact => None,
    }
}

fn address_or_network(value: &str) -> Option<String> {
    match anchor::address(value) {
        Some(address) => is_reachable(address).then(|| address.to_string()),
        None => value.contains('/').then(|| value.to_owned()),
    }
}

fn is_reachable(address: IpAddr) -> bool {
    let own = match address {
        IpAddr::V4(v4) => v4.is_private() || v4.is_link_local() || v4.is_broadcast(),
        IpAddr::V6(v6) => v6.is_unique_local() || v6.is_unicast_link_local(),
    };
    !(own || address.is_loopback() || address.is_multicast() || address.is_unspecified())
}

fn is_hash(value: &str) -> bool {
    matches!(value.len(), 32 | 40 | 64 | 128) && is_hex(value)
}

fn is_hex(value: &str) -> bool {
    value.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// JA3 is an MD5; JA4 has three parts of 10, 12 and 12 characters; everything else is a user agent.
fn fingerprint(value: &str) -> Observable {
    let parts: Vec<&str> = value.split('_').collect();
    match parts.as_slice() {
        [whole] if whole.len() == 32 && is_hex(whole) => Observable::Ja3,
        [a, b, c] if (a.len(), b.len(), c.len()) == (10, 12, 12) && is_hex(b) && is_hex(c) => Observable::Ja4,
        _ => Observable::UserAgent,
    }
}
