//! Tests each odd pair: how rare are its protocol on that port, its identity and its lack of a name, taken together?

use std::collections::{BTreeMap, BTreeSet};

use science::{PValue, hypothesis::fisher};

use super::{
    looks::{Key, Row, Table, joined},
    report,
    roles::Roles,
};
use crate::{Case, Error, Judged};

/// A place that so many hosts use the same way is a service of the organisation.
const SHARED_MIN: usize = 4;

/// Pairs on a port from which on it is asked what else is spoken there; below, on which ports the protocol is spoken.
pub(super) const COMMON_PORT_MIN: f64 = 20.0;

/// The looks of a pair: protocol by port and port by protocol, identity, and name. Empty where one does not apply: of TLS
/// the identity tells whether there is a name.
pub(super) fn looks_of(port: u16, row: &Row) -> [String; 4] {
    let service = &row.service;
    let identity = if row.tls { format!("identity {}", row.identity) } else { String::new() };
    let name = if row.named || row.tls { String::new() } else { "no name".to_owned() };
    [format!("on {port} {service}"), format!("speaks {service} {port}"), identity, name]
}

/// An odd pair.
#[derive(Debug)]
pub(super) struct Odd<'a> {
    pub dataset: &'a str,
    pub source: &'a str,
    pub address: &'a str,
    pub port: u16,
    pub row: &'a Row,
    pub n_pairs: f64,
    pub n_on_port: f64,
    /// Pairs that speak this on the port.
    pub n_alike: f64,
    pub p_protocol: PValue,
    pub p_identity: PValue,
    pub p_name: PValue,
    pub p_value: PValue,
}

pub(super) fn judge(case: &Case<'_>) -> Result<Judged, Error> {
    let today = joined(case.hours)?;
    let past = case.past.iter().map(|day| joined([&day.digest])).collect::<Result<Vec<_>, _>>()?;
    let counts = Counts::of(past.iter().chain([&today]));
    let roles = Roles::of(&past, &today);
    let known: BTreeSet<&Key> =
        past.iter().flat_map(|day| day.keys()).filter(|key| matches!(key, Key::Pair { .. })).collect();
    let users = users(&today);

    let mut judged = Judged::default();
    let mut n_tested: BTreeMap<&str, usize> = BTreeMap::new();
    for (key, row) in &today {
        let Key::Pair { dataset, source, address, port } = key else { continue };
        let shared = users.get(&(dataset.as_str(), address.as_str(), *port)).is_some_and(|n| *n >= SHARED_MIN);
        let odd = counts.odd(&roles, (dataset, source, address, *port), row);
        let p_value = if shared || known.contains(key) { PValue::ONE } else { odd.p_value };
        judged.test(dataset, p_value);
        *n_tested.entry(dataset).or_default() += 1;
        judged.findings.extend(report::finding(case.window, &Odd { p_value, ..odd }));
    }
    // Pairs that look like all others were tested as well: with what is ordinary nothing can be rejected.
    for (dataset, n_pairs) in today_pairs(&today) {
        let told = n_tested.get(dataset).copied().unwrap_or(0);
        (told..n_pairs as usize).for_each(|_| judged.test(dataset, PValue::ONE));
    }
    Ok(judged)
}

/// Hosts of each odd place.
fn users(today: &Table) -> BTreeMap<(&str, &str, u16), usize> {
    let mut users = BTreeMap::new();
    for key in today.keys() {
        if let Key::Pair { dataset, address, port, .. } = key {
            *users.entry((dataset.as_str(), address.as_str(), *port)).or_default() += 1;
        }
    }
    users
}

/// Pairs of each dataset today.
fn today_pairs(today: &Table) -> impl Iterator<Item = (&str, f64)> {
    today.iter().filter_map(|(key, row)| match key {
        Key::Look { dataset, look } if look == "pairs" => Some((dataset.as_str(), row.pairs.n_distinct())),
        _ => None,
    })
}

/// Pairs by dataset and look, added up over the days.
struct Counts<'a> {
    pairs: BTreeMap<(&'a str, &'a str), f64>,
}

impl<'a> Counts<'a> {
    fn of(days: impl Iterator<Item = &'a Table>) -> Self {
        let mut pairs = BTreeMap::new();
        for (key, row) in days.flatten() {
            if let Key::Look { dataset, look } = key {
                *pairs.entry((dataset.as_str(), look.as_str())).or_default() += row.pairs.n_distinct();
            }
        }
        Self { pairs }
    }

    fn n(&self, dataset: &str, look: &str) -> f64 {
        self.pairs.get(&(dataset, look)).copied().unwrap_or(0.0)
    }

    /// The parts are shares of pairs that are at least as rare, so each is a p-value; Fisher's method combines them as
    /// if they were independent. Of TLS they are shares among the hosts of like role.
    fn odd<'b>(
        &self,
        roles: &Roles<'_>,
        (dataset, source, address, port): (&'b str, &'b str, &'b str, u16),
        row: &'b Row,
    ) -> Odd<'b> {
        let [protocol, port_of, _, name] = looks_of(port, row);
        let n_pairs = self.n(dataset, "pairs").max(1.0);
        let n_on_port = self.n(dataset, &format!("port {port}"));
        let n_alike = self.n(dataset, &protocol);
        let p_protocol = if n_on_port >= COMMON_PORT_MIN {
            self.as_rare(dataset, &format!("on {port} "), n_alike)
        } else if row.tls {
            roles.as_rare_port((dataset, source), port)
        } else {
            self.as_rare(dataset, &format!("speaks {} ", row.service), self.n(dataset, &port_of))
        };
        let doubted = row.tls && !row.identity.is_empty();
        let on_rare_port = n_on_port < COMMON_PORT_MIN;
        let p_identity =
            if doubted { roles.as_rare_identity((dataset, source), &row.identity, on_rare_port) } else { PValue::ONE };
        let p_name = if name.is_empty() { PValue::ONE } else { PValue::clamped(self.n(dataset, &name) / n_pairs) };
        // What is not odd in itself stays part of the test where it could have been: identity of TLS, name of the rest.
        let p_value = fisher(&[p_protocol, if row.tls { p_identity } else { p_name }]);
        Odd {
            dataset,
            source,
            address,
            port,
            row,
            n_pairs,
            n_on_port,
            n_alike,
            p_protocol,
            p_identity,
            p_name,
            p_value,
        }
    }

    /// The share of pairs with a look of this kind whose look is at most as common as one that `n` have.
    fn as_rare(&self, dataset: &str, kind: &str, n: f64) -> PValue {
        let counts = self.of_kind(dataset, kind);
        let all: f64 = counts.iter().sum();
        let rare: f64 = counts.iter().filter(|other| **other <= n).sum();
        if all > 0.0 { PValue::clamped(rare / all) } else { PValue::ONE }
    }

    fn of_kind(&self, dataset: &str, kind: &str) -> Vec<f64> {
        let from = self.pairs.range((dataset, kind)..);
        from.take_while(|((of, look), _)| *of == dataset && look.starts_with(kind)).map(|(_, n)| *n).collect()
    }
}
