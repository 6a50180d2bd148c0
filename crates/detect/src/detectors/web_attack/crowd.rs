//! What is usual on a site, by its clients of today and of the days before, and the test of one client.

use std::collections::BTreeMap;

use science::{PValue, describe::Sorted};

use super::{
    day::{Day, Visit},
    payload::LOOKS,
    table::{Table, What},
};
use crate::yardstick::surplus;

/// A site or an endpoint is known by itself where it has more clients than this; below, what is usual around it
/// counts as so many clients.
const BORROWED: f64 = 20.0;

/// Of the clients that sent something odd and were served, the highest share that is left out: some of them may be
/// what is looked for.
const LEFT_OUT: f64 = 0.1;

/// Clients that sent two odd payloads each, added to those that are known: nobody knows more where few are.
const ADDED: f64 = 4.0;
const ADDED_ODD: f64 = 2.0;

/// Clients of a place and the sum of their shares of odd payloads, in each look.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    n_clients: f64,
    mass: [f64; LOOKS],
}

#[derive(Debug)]
pub(super) struct Crowd<'a> {
    /// By dataset, site and endpoint: empty ones stand for all.
    places: BTreeMap<(&'a str, &'a str, &'a str), Place>,
    /// Odd payloads that were served to each client that had any, by dataset and look.
    clumps: BTreeMap<(&'a str, usize), Vec<f64>>,
    /// Odd payloads of each client on days before, by dataset, site and client.
    habits: BTreeMap<(&'a str, &'a str, &'a str), Vec<[f64; LOOKS]>>,
}

/// What speaks against a client.
#[derive(Debug, Clone)]
pub(super) struct Suspicion {
    pub look: usize,
    /// Odd payloads that are expected of it, and that it sent.
    pub expected: f64,
    pub odd: f64,
    /// Chance of one more odd payload behind the first.
    pub clumping: f64,
    pub p_crowd: PValue,
    pub p_own: PValue,
    pub p_value: PValue,
    pub n_clients: f64,
    pub n_days_known: usize,
}

impl<'a> Crowd<'a> {
    pub(super) fn of(today: &Day<'a>, past: &'a [Table]) -> Self {
        let mut crowd = Self { places: BTreeMap::new(), clumps: BTreeMap::new(), habits: BTreeMap::new() };
        for (key, row) in past.iter().chain([today.table]).flatten() {
            let (dataset, site) = (key.dataset.as_str(), key.site.as_str());
            match &key.what {
                What::Endpoint(endpoint) => {
                    crowd.add(dataset, site, endpoint, Place { n_clients: row.clients.n_distinct(), mass: row.mass });
                }
                What::Client(client) if row.seen.n_records == 0 => {
                    crowd.habits.entry((dataset, site, client.as_str())).or_default().push(row.counts);
                    crowd.add_clump(dataset, row.mass);
                }
                _ => {}
            }
        }
        for visit in &today.visits {
            crowd.add_clump(visit.dataset, visit.served);
            for (endpoint, mass) in visit.shares() {
                crowd.add(visit.dataset, visit.site, endpoint, Place { n_clients: 0.0, mass });
            }
        }
        crowd
    }

    fn add(&mut self, dataset: &'a str, site: &'a str, endpoint: &'a str, more: Place) {
        let mut add = |key| {
            let place = self.places.entry(key).or_default();
            place.n_clients += more.n_clients;
            place.mass.iter_mut().zip(more.mass).for_each(|(mass, more)| *mass += more);
        };
        add((dataset, site, endpoint));
        if endpoint.is_empty() {
            add((dataset, "", ""));
        }
    }

    fn add_clump(&mut self, dataset: &'a str, served: [f64; LOOKS]) {
        for (look, n) in served.into_iter().enumerate().filter(|(_, n)| *n > 0.0) {
            self.clumps.entry((dataset, look)).or_default().push(n);
        }
    }

    pub(super) fn suspect(&self, visit: &Visit<'a>) -> Suspicion {
        let looks = (0..LOOKS).map(|look| self.look(visit, look));
        let strongest = looks.min_by(|a, b| a.p_value.get().total_cmp(&b.p_value.get()));
        strongest.unwrap_or_else(|| self.look(visit, 0))
    }

    /// P(as many odd payloads): the chance of any, by what is usual at the endpoints that it asked, and the chance of
    /// as many more behind the first, geometric, for what is odd comes in clumps. Two looks, each at half the level.
    fn look(&self, visit: &Visit<'a>, look: usize) -> Suspicion {
        let odd = visit.odd[look].round();
        let expected: f64 = visit.endpoints.iter().map(|(at, (n, own))| n * self.usual(visit, at, *own, look)).sum();
        let clumping = self.clumping(visit, look).max(expected / (1.0 + expected));
        let p_crowd = if odd < 1.0 {
            PValue::ONE
        } else {
            PValue::clamped(LOOKS as f64 * expected.min(1.0) * clumping.powf(odd - 1.0))
        };
        let known = self.habits.get(&(visit.dataset, visit.site, visit.client)).map_or(&[][..], Vec::as_slice);
        let usual: Vec<f64> = known.iter().map(|counts| counts[look]).collect();
        let p_own = if usual.is_empty() { p_crowd } else { surplus(odd, &usual) };
        let p_value = if p_own.get() > p_crowd.get() { p_own } else { p_crowd };
        let n_clients = self.places.get(&(visit.dataset, visit.site, "")).map_or(0.0, |place| place.n_clients);
        Suspicion { look, expected, odd, clumping, p_crowd, p_own, p_value, n_clients, n_days_known: known.len() }
    }

    /// The share of other clients' payloads at an endpoint that are odd and were served; the less is known there, the
    /// more what is usual on the site counts, and behind it what is usual on all sites.
    fn usual(&self, visit: &Visit<'a>, endpoint: &str, own: [f64; LOOKS], look: usize) -> f64 {
        let own_whole = visit.served[look] / visit.n;
        let own_here = visit.endpoints.get(endpoint).map_or(0.0, |(n, _)| own[look] / n.max(1.0));
        let anywhere = self.others((visit.dataset, "", ""), own_whole, look);
        let anywhere = (anywhere.0 + 1.0) / (anywhere.1 + 1.0);
        let on_site = self.others((visit.dataset, visit.site, ""), own_whole, look);
        let on_site = (on_site.0 + BORROWED * anywhere) / (on_site.1 + BORROWED);
        if endpoint.is_empty() {
            return on_site.min(1.0);
        }
        let here = self.others((visit.dataset, visit.site, endpoint), own_here, look);
        ((here.0 + BORROWED * on_site) / (here.1 + BORROWED)).min(1.0)
    }

    /// Shares added up and number of clients without this one.
    fn others(&self, place: (&str, &str, &str), own: f64, look: usize) -> (f64, f64) {
        let place = self.places.get(&place).copied().unwrap_or_default();
        ((place.mass[look] - own.min(1.0)).max(0.0), (place.n_clients - 1.0).max(0.0))
    }

    /// The chance of one more odd payload, by how many clients have that were served some: 1 − 1 / their mean.
    fn clumping(&self, visit: &Visit<'a>, look: usize) -> f64 {
        let mut others = self.clumps.get(&(visit.dataset, look)).cloned().unwrap_or_default();
        if let Some(own) = others.iter().position(|n| *n == visit.served[look] && *n > 0.0) {
            others.swap_remove(own);
        }
        let Some(others) = Sorted::new(others) else { return 1.0 - 1.0 / ADDED_ODD };
        let n = others.values().len();
        let n_left_out = ((n as f64 * LEFT_OUT) as usize).max(1).min(n);
        let kept = others.values().get(..n - n_left_out).unwrap_or_default();
        let mean = (kept.iter().sum::<f64>() + ADDED * ADDED_ODD) / (kept.len() as f64 + ADDED);
        1.0 - 1.0 / mean.max(1.0 + f64::EPSILON)
    }
}
