//! How odd TLS is among hosts of like role: a device knows its maker and vouches for nobody, a desk sees the whole web.

use std::collections::{BTreeMap, BTreeSet};

use science::PValue;

use super::{
    judge::COMMON_PORT_MIN,
    looks::{Key, OF_SOURCE, Row, Table},
};

/// Services by TLS in a day from which on a host is one at which somebody sits, or that does much for itself.
const MANY: f64 = 20.0;

/// Pairs on rare ports from which on they are compared with each other: where many trust in themselves on ports of
/// their own, the one has to do with the other.
const RARE_PORTS_MIN: f64 = 20.0;

/// Dataset, and whether its hosts have many services.
type Role<'a> = (&'a str, bool);

/// TLS by role, over the window and the days before.
#[derive(Default)]
pub(super) struct Roles<'a> {
    many: BTreeSet<(&'a str, &'a str)>,
    roles: BTreeMap<Role<'a>, Tls<'a>>,
}

#[derive(Default)]
struct Tls<'a> {
    /// Pairs.
    n: f64,
    /// Pairs by identity, of those with one that is in doubt; and of those on rare ports, with any.
    doubted: BTreeMap<&'a str, f64>,
    on_rare_ports: BTreeMap<&'a str, f64>,
    by_rare_port: BTreeMap<u16, f64>,
}

impl<'a> Roles<'a> {
    pub(super) fn of(past: &'a [Table], today: &'a Table) -> Self {
        let days = || past.iter().chain([today]);
        let mut roles = Self::default();
        for (dataset, source, n) in days().flat_map(sources) {
            if n >= MANY {
                roles.many.insert((dataset, source));
            }
        }
        for (dataset, source, n) in days().flat_map(sources) {
            roles.of_mut(dataset, source).n += n;
        }
        let rare = rare_ports(days());
        for (dataset, source, port, row) in days().flat_map(pairs) {
            let on_rare_port = rare.get(&(dataset, port)).is_none_or(|n| *n < COMMON_PORT_MIN);
            let tls = roles.of_mut(dataset, source);
            if !row.identity.is_empty() {
                *tls.doubted.entry(&row.identity).or_default() += 1.0;
            }
            if on_rare_port {
                *tls.on_rare_ports.entry(&row.identity).or_default() += 1.0;
                *tls.by_rare_port.entry(port).or_default() += 1.0;
            }
        }
        roles
    }

    fn role<'b>(&self, (dataset, source): (&'b str, &'b str)) -> Role<'b> {
        (dataset, self.many.contains(&(dataset, source)))
    }

    fn of_mut(&mut self, dataset: &'a str, source: &'a str) -> &mut Tls<'a> {
        let role = self.role((dataset, source));
        self.roles.entry(role).or_default()
    }

    /// The share of the role's TLS that is on a rare port, at most as common as this one.
    pub(super) fn as_rare_port(&self, host: (&str, &str), port: u16) -> PValue {
        let Some(tls) = self.roles.get(&self.role(host)) else { return PValue::ONE };
        let own = tls.by_rare_port.get(&port).copied().unwrap_or(0.0);
        let rare: f64 = tls.by_rare_port.values().filter(|n| **n <= own).sum();
        PValue::clamped(rare / tls.n.max(rare).max(1.0))
    }

    /// The share of the role's TLS whose identity is at most as common; on rare ports among themselves where those are many.
    pub(super) fn as_rare_identity(&self, host: (&str, &str), identity: &str, on_rare_port: bool) -> PValue {
        let Some(tls) = self.roles.get(&self.role(host)) else { return PValue::ONE };
        let n_on_rare_ports: f64 = tls.on_rare_ports.values().sum();
        let (by_identity, n) = if on_rare_port && n_on_rare_ports >= RARE_PORTS_MIN {
            (&tls.on_rare_ports, n_on_rare_ports)
        } else {
            (&tls.doubted, tls.n)
        };
        let own = by_identity.get(identity).copied().unwrap_or(0.0);
        let rare: f64 = by_identity.values().filter(|n| **n <= own).sum();
        PValue::clamped(rare / n.max(rare).max(1.0))
    }
}

/// Sources of a day with the number of their services by TLS.
fn sources(day: &Table) -> impl Iterator<Item = (&str, &str, f64)> {
    day.iter().filter_map(|(key, row)| match key {
        Key::Look { dataset, look } => {
            look.strip_prefix(OF_SOURCE).map(|source| (dataset.as_str(), source, row.pairs.n_distinct()))
        }
        Key::Pair { .. } => None,
    })
}

/// Pairs of a day with TLS that are odd in any way.
fn pairs(day: &Table) -> impl Iterator<Item = (&str, &str, u16, &Row)> {
    day.iter().filter_map(|(key, row)| match key {
        Key::Pair { dataset, source, port, .. } if row.tls => Some((dataset.as_str(), source.as_str(), *port, row)),
        _ => None,
    })
}

/// Pairs by dataset and port, over the days.
fn rare_ports<'a>(days: impl Iterator<Item = &'a Table>) -> BTreeMap<(&'a str, u16), f64> {
    let mut ports = BTreeMap::new();
    for (key, row) in days.flatten() {
        if let Key::Look { dataset, look } = key
            && let Some(port) = look.strip_prefix("port ").and_then(|port| port.parse().ok())
        {
            *ports.entry((dataset.as_str(), port)).or_default() += row.pairs.n_distinct();
        }
    }
    ports
}
