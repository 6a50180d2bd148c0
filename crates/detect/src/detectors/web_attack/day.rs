//! One day on every site: which payloads are ordinary there, and how odd what each client sent is.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    payload::LOOKS,
    table::{Key, Row, Table, What},
};
use crate::telemetry::network;

/// A payload that so many clients send, and that the site mostly serves, is part of the site.
const SHARED_MIN: f64 = 4.0;

/// Payloads that a past day remembers as ordinary, and clients.
const REMEMBERED_MAX: usize = 20_000;

/// A day, for comparison with others.
#[derive(Debug)]
pub(super) struct Day<'a> {
    pub table: &'a Table,
    pub visits: Vec<Visit<'a>>,
    /// Odd payloads that are ordinary for their site.
    ordinary: BTreeSet<(&'a str, &'a str, u64)>,
}

/// A client on a site that sent something odd.
#[derive(Debug)]
pub(super) struct Visit<'a> {
    pub dataset: &'a str,
    pub site: &'a str,
    pub client: &'a str,
    pub row: &'a Row,
    /// Distinct payloads.
    pub n: f64,
    /// Of them, odd in each look and not ordinary for the site.
    pub odd: [f64; LOOKS],
    /// Of these, those that the site served.
    pub served: [f64; LOOKS],
    /// Distinct payloads by endpoint, and of them the odd ones that were served.
    pub endpoints: BTreeMap<&'a str, (f64, [f64; LOOKS])>,
    /// The odd ones, oddest first.
    pub payloads: Vec<&'a Row>,
}

impl<'a> Day<'a> {
    /// `past`: folded days, whose ordinary payloads are ordinary still.
    pub(super) fn of(table: &'a Table, past: &'a [Table]) -> Self {
        let mut ordinary = BTreeSet::new();
        for (key, row) in past.iter().flatten().chain(table) {
            if let What::Payload(hash) = key.what
                && is_ordinary(row)
            {
                ordinary.insert((key.dataset.as_str(), key.site.as_str(), hash));
            }
        }
        let mut day = Self { table, visits: Vec::new(), ordinary };
        for (key, row) in table {
            if let What::Client(client) = &key.what {
                day.visits.push(day.visit(key, client, row));
            }
        }
        day
    }

    fn visit(&self, key: &'a Key, client: &'a str, row: &'a Row) -> Visit<'a> {
        let (dataset, site) = (key.dataset.as_str(), key.site.as_str());
        let mut endpoints: BTreeMap<&str, (f64, [f64; LOOKS])> =
            row.endpoints.iter().map(|(endpoint, n)| (endpoint.as_str(), (*n as f64, [0.0; LOOKS]))).collect();
        let mut visit = Visit {
            dataset,
            site,
            client,
            row,
            n: endpoints.values().map(|(n, _)| n).sum::<f64>().max(1.0),
            odd: [0.0; LOOKS],
            served: [0.0; LOOKS],
            endpoints: BTreeMap::new(),
            payloads: Vec::new(),
        };
        // What declared programs try says nothing of what is usual.
        let teaches = !visit.is_declared();
        let hashes: Vec<u64> = row.odd.hashes().collect();
        // Each payload of the sample stands for as many of all.
        let weight = row.odd.n_distinct() / (hashes.len() as f64).max(1.0);
        for hash in hashes {
            let key = Key { dataset: key.dataset.clone(), site: key.site.clone(), what: What::Payload(hash) };
            let Some(payload) = self.table.get(&key).filter(|_| !self.ordinary.contains(&(dataset, site, hash))) else {
                continue;
            };
            let served = teaches && payload.n_served * 2 > payload.n_requests;
            let at = endpoints.get_mut(payload.endpoint.as_str()).map(|(_, odd)| odd);
            let mut nowhere = [0.0; LOOKS];
            let at = at.unwrap_or(&mut nowhere);
            let n_looks = usize::try_from(payload.level).unwrap_or(0).min(LOOKS);
            let served = if served { weight } else { 0.0 };
            let counts = visit.odd.iter_mut().zip(&mut visit.served).zip(at.iter_mut());
            for ((odd, of_visit), of_endpoint) in counts.take(n_looks) {
                *odd += weight;
                *of_visit += served;
                *of_endpoint += served;
            }
            visit.payloads.push(payload);
        }
        visit.endpoints = endpoints;
        visit.payloads.sort_by(|a, b| b.level.cmp(&a.level).then_with(|| a.text.cmp(&b.text)));
        visit
    }

    /// Clients of each dataset, once for each of its sites.
    pub(super) fn n_clients(&self) -> BTreeMap<&'a str, f64> {
        let mut n_clients = BTreeMap::new();
        for (key, row) in self.table {
            if matches!(&key.what, What::Endpoint(name) if name.is_empty()) {
                *n_clients.entry(key.dataset.as_str()).or_default() += row.clients.n_distinct();
            }
        }
        n_clients
    }

    /// What a later day needs of this one.
    pub(super) fn folded(&self) -> Table {
        let mut folded = Table::new();
        let mut n_kept: BTreeMap<&str, usize> = BTreeMap::new();
        for (key, row) in self.table {
            let kept = match &key.what {
                What::Endpoint(_) => {
                    Some(Row { clients: row.clients.clone(), n_requests: row.n_requests, ..Row::default() })
                }
                What::Payload(hash) if self.ordinary.contains(&(&*key.dataset, &*key.site, *hash)) => Some(Row {
                    clients: row.clients.clone(),
                    n_requests: row.n_requests,
                    n_served: row.n_served,
                    ..Row::default()
                }),
                _ => None,
            };
            let is_payload = matches!(key.what, What::Payload(_));
            let n_kept = n_kept.entry(key.dataset.as_str()).or_default();
            if let Some(row) = kept.filter(|_| !is_payload || *n_kept < REMEMBERED_MAX) {
                *n_kept += usize::from(is_payload);
                folded.insert(key.clone(), row);
            }
        }
        for visit in &self.visits {
            self.fold_visit(visit, &mut folded, n_kept.entry(visit.dataset).or_default());
        }
        folded
    }

    fn fold_visit(&self, visit: &Visit<'_>, folded: &mut Table, n_kept: &mut usize) {
        let key = |what| Key { dataset: visit.dataset.to_owned(), site: visit.site.to_owned(), what };
        if *n_kept < REMEMBERED_MAX {
            *n_kept += 1;
            let row = Row { counts: visit.odd, mass: visit.served, ..Row::default() };
            folded.insert(key(What::Client(visit.client.to_owned())), row);
        }
        for (endpoint, share) in visit.shares() {
            let row = folded.entry(key(What::Endpoint(endpoint.to_owned()))).or_default();
            row.mass.iter_mut().zip(share).for_each(|(mass, share)| *mass += share);
        }
    }
}

impl<'a> Visit<'a> {
    /// It says whom to ask about it, and comes from outside.
    pub(super) fn is_declared(&self) -> bool {
        let inside = self.client.parse().is_ok_and(network::inside);
        self.row.n_declared * 2 > self.row.n_requests && !inside
    }

    /// The share of what it sent that was odd and served: at each endpoint, and on the site under the empty name.
    /// One client is one voice, however much it sends.
    pub(super) fn shares(&self) -> impl Iterator<Item = (&'a str, [f64; LOOKS])> {
        let share = |n: f64, odd: [f64; LOOKS]| odd.map(|odd| (odd / n.max(1.0)).min(1.0));
        let at = self.endpoints.iter().filter(|(endpoint, _)| !endpoint.is_empty());
        let whole = share(self.n, self.served);
        at.map(move |(endpoint, (n, odd))| (*endpoint, share(*n, *odd))).chain([("", whole)])
    }
}

fn is_ordinary(payload: &Row) -> bool {
    payload.clients.n_distinct() >= SHARED_MIN && payload.n_served * 2 > payload.n_requests
}
