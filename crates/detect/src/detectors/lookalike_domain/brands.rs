//! Whom one could imitate here: the organization itself, widely known brands, and what everybody here uses; and where
//! they are at home.

use std::collections::{BTreeMap, BTreeSet};

use ahash::{HashMap, HashMapExt};

use super::{
    memory::{Habit, Memory},
    met::{Brief, Key, Met},
};
use crate::models::lookalike_domain::{Brand, Brands};

/// Of all messages received, the share that a domain of the organization's own has at least.
const OWN_SHARE: f64 = 0.1;

/// Messages below which nobody's own domain can be told by them.
const RECEIVED_MIN: f64 = 20.0;

/// Names that are known here because everybody uses them: more would resemble everything.
const LEARNED_MAX: usize = 300;

/// Shorter labels of names that are learned resemble too much by accident.
const LEARNED_LETTERS_MIN: usize = 5;

/// Hosts that a name needs to be known to people, and not to a program or two.
const HOSTS_MIN: f64 = 3.0;

/// Domains on one network from which on it is a hosting company's or a content network's, where anybody may be.
const TENANTS_MAX: usize = 8;

#[derive(Debug)]
pub(super) struct Known {
    pub(super) brands: Brands,
    /// Labels of the organization's own domains.
    own: BTreeSet<String>,
    homes: BTreeMap<String, Home>,
    /// Domains on each network.
    tenants: HashMap<i64, usize>,
}

/// Where a brand's own domains lie, as far as they were met here.
#[derive(Debug, Default)]
struct Home {
    networks: BTreeSet<i64>,
    organizations: BTreeSet<String>,
}

/// What is met today, by domain.
pub(super) type Today<'a> = [(&'a Key, &'a Met, Brief)];

impl Known {
    pub(super) fn of(
        memory: &Memory<'_>,
        today: &Today<'_>,
        told: &[String],
        popular_share: f64,
        warm_up: usize,
    ) -> Self {
        let habits = memory.habits();
        let own = own_domains(&habits, today, told);
        let learned = learned_domains(&habits, memory.n_days(), popular_share, warm_up);
        let brand = |domain: &String| Brand { name: label(domain).to_owned(), domains: vec![domain.clone()] };
        let brands = Brands::new(own.iter().map(brand).chain(Brand::shipped()).chain(learned.iter().map(brand)));
        let mut known = Self {
            brands,
            own: own.iter().map(|own| label(own).to_owned()).collect(),
            homes: BTreeMap::new(),
            tenants: HashMap::new(),
        };
        for (domain, habit) in &habits {
            known.settle(domain, &memory.first_met(*habit));
        }
        for (key, _, brief) in today.iter().filter(|(key, ..)| !memory.knows(&key.domain)) {
            known.settle(&key.domain, brief);
        }
        known
    }

    fn settle(&mut self, domain: &str, brief: &Brief) {
        for network in &brief.networks {
            *self.tenants.entry(*network).or_default() += 1;
        }
        if self.brands.owns(domain) {
            let home = self.homes.entry(label(domain).to_owned()).or_default();
            home.networks.extend(&brief.networks);
            home.organizations.extend((!brief.organization.is_empty()).then(|| brief.organization.clone()));
        }
    }

    pub(super) fn is_own(&self, brand: &str) -> bool {
        self.own.contains(brand)
    }

    /// Whether a domain seems to be the brand's: it lies in a network that few others share, where the brand is at home,
    /// or has certificates of the same organization.
    pub(super) fn is_affiliate(&self, brief: &Brief, brand: &str) -> bool {
        let Some(home) = self.homes.get(brand) else { return false };
        let is_private = |network: &&i64| self.tenants.get(network).is_none_or(|n| *n <= TENANTS_MAX);
        brief.networks.iter().filter(is_private).any(|network| home.networks.contains(network))
            || home.organizations.contains(&brief.organization)
    }
}

/// Those that people told, and those that mail is for.
fn own_domains(habits: &[(&str, Habit)], today: &Today<'_>, told: &[String]) -> BTreeSet<String> {
    let mut received: BTreeMap<&str, f64> = BTreeMap::new();
    for (domain, habit) in habits.iter().filter(|(_, habit)| habit.n_received > 0) {
        *received.entry(domain).or_default() += habit.n_received as f64;
    }
    for (key, _, brief) in today.iter().filter(|(.., brief)| brief.n_received > 0) {
        *received.entry(&key.domain).or_default() += brief.n_received as f64;
    }
    let total: f64 = received.values().sum();
    let is_own = |n: f64| total >= RECEIVED_MIN && n >= total * OWN_SHARE;
    let by_mail = received.iter().filter(|(_, n)| is_own(**n)).map(|(domain, _)| (*domain).to_owned());
    told.iter().cloned().chain(by_mail).collect()
}

/// Those that many hosts use day by day, since the first days that are remembered: nothing that is judged itself.
fn learned_domains(habits: &[(&str, Habit)], n_days: usize, share: f64, warm_up: usize) -> BTreeSet<String> {
    let mean = |habit: &Habit| habit.n_hosts_sum / n_days.max(1) as f64;
    let most = habits.iter().map(|(_, habit)| mean(habit)).fold(0.0, f64::max);
    let days_min = (n_days / 2).max(3);
    let is_popular = |habit: &Habit| {
        habit.first < warm_up && habit.n_days >= days_min && mean(habit) >= (most * share).max(HOSTS_MIN)
    };
    let mut popular: Vec<(&str, f64)> = habits
        .iter()
        .filter(|(domain, habit)| is_popular(habit) && label(domain).len() >= LEARNED_LETTERS_MIN)
        .map(|(domain, habit)| (*domain, mean(habit)))
        .collect();
    popular.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
    popular.into_iter().take(LEARNED_MAX).map(|(domain, _)| domain.to_owned()).collect()
}

/// What stands before the suffix.
pub(super) fn label(domain: &str) -> &str {
    domain.split('.').next().unwrap_or(domain)
}
