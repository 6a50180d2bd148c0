//! How improbable the failures are if nobody attacks. Each hypothesis is a source, an account or a target.

use std::collections::{BTreeMap, BTreeSet};

use science::{
    PValue, describe,
    hypothesis::{negative_binomial_at_least, negative_binomial_size},
};

use super::{
    day::{Account, Attempted, Known, Pair, known},
    program::Around,
};
use crate::{
    Params,
    habits::{OF_LOG_COUNTS, Tail},
    telemetry::accounts,
};

/// Pairs of the past from which the tail of innocent failures is known.
const PAIRS_MIN: usize = 200;

/// Days of the past after which a target's own days are a yardstick.
const TARGET_DAYS_MIN: usize = 4;

/// Days of the past on which the same failed and which make it a habit.
const HABIT_DAYS_MIN: usize = 2;

/// The burstiest that counts of a day may be where few days say nothing about it: variance = mean + mean² / 2.
const SIZE_MAX: f64 = 2.0;

/// A target that failures in vain were aimed at is only tested with this many accounts: below, it is daily life.
const TARGET_ACCOUNTS_MIN: usize = 5;

/// Networks that failed at one account; below, it is daily life.
const NETWORKS_MIN: usize = 4;

/// What innocent failures look like.
#[derive(Debug)]
pub(super) struct Null<'a> {
    known: Known<'a>,
    /// b of Beta(1, b), the share of accounts that fail all day.
    b: f64,
    tail_index: f64,
    further_source: f64,
    /// ln(failures) of sources at one account, from the past.
    depths: Option<Tail>,
}

#[derive(Debug)]
pub(super) struct Suspect<'a> {
    pub(super) what: What<'a>,
    pub(super) p_value: PValue,
    /// p of breadth and of depth, for sources.
    pub(super) p_parts: [f64; 2],
}

/// A source that failed at accounts which it is not known to get into.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Source {
    /// Accounts that it tried at all.
    pub(super) n_accounts: i64,
    /// Of them those that it failed at and did not get into.
    pub(super) n_in_vain: i64,
    /// Most failures at one account, where they may be guesses.
    pub(super) depth: i64,
    /// Most failures at one account that may be those of a program with an old password.
    pub(super) depth_of_program: i64,
}

#[derive(Debug)]
pub(super) enum What<'a> {
    Source { source: &'a str, counts: Source },
    Account { account: &'a str, sources: BTreeSet<&'a str>, n_networks: usize },
    Target { target: &'a str, accounts: BTreeSet<&'a str>, usual: f64 },
}

impl<'a> Null<'a> {
    pub(super) fn of(past: &[&Attempted<'a>], params: &Params) -> Self {
        let share = params.get("in_vain_share").clamp(0.001, 0.9);
        let mut null = Self {
            known: known(past),
            b: 1.0 / share - 1.0,
            tail_index: params.get("tail_index").clamp(0.1, 10.0),
            further_source: params.get("further_source").clamp(0.01, 0.99),
            depths: None,
        };
        null.depths = Tail::new(null.depths_of(past), OF_LOG_COUNTS).filter(|tail| tail.size() >= PAIRS_MIN);
        null
    }

    /// ln(most failures at one account) of each source and day, without what fails again and again: of that no further
    /// day is tested either.
    fn depths_of(&self, past: &[&Attempted<'a>]) -> Vec<f64> {
        let mut n_days: BTreeMap<(&str, Account<'_>), usize> = BTreeMap::new();
        for (source, account, _) in past.iter().flat_map(|day| day.strange(&self.known)) {
            *n_days.entry((source, account)).or_default() += 1;
        }
        let once =
            |source: &'a str, account: Account<'a>| n_days.get(&(source, account)).is_some_and(|n| *n < HABIT_DAYS_MIN);
        let of_day = |day: &&Attempted<'a>| {
            let mut deepest: BTreeMap<&str, i64> = BTreeMap::new();
            for (source, account, pair) in day.strange(&self.known) {
                let depth = deepest.entry(source).or_default();
                *depth = (*depth).max(if once(source, account) { pair.n_failed } else { 1 });
            }
            deepest.into_values().map(|depth| (depth as f64).ln()).collect::<Vec<f64>>()
        };
        past.iter().flat_map(of_day).collect()
    }

    /// P(at least so many in vain of so many accounts) where the share of a source is Beta(1, b): the beta-binomial
    /// distribution, whose tail is a product for a = 1.
    fn breadth(&self, source: &Source) -> PValue {
        let n = source.n_accounts as f64;
        let factors = (0..source.n_in_vain.min(100_000)).map(|nth| {
            let left = n - nth as f64;
            left / (left + self.b)
        });
        PValue::clamped(factors.product())
    }

    fn depth(&self, n_failed: i64) -> PValue {
        let n_failed = n_failed.max(1) as f64;
        match &self.depths {
            Some(tail) => tail.p_value(n_failed.ln()),
            None => PValue::clamped(n_failed.powf(-self.tail_index)),
        }
    }
}

pub(super) fn suspects<'a>(today: &Attempted<'a>, past: &[&Attempted<'a>], null: &Null<'a>) -> Vec<Suspect<'a>> {
    let mut suspects = sources(today, past, null);
    suspects.extend(accounts_of(today, past, null));
    suspects.extend(targets(today, past, null));
    suspects
}

fn sources<'a>(today: &Attempted<'a>, past: &[&Attempted<'a>], null: &Null<'a>) -> Vec<Suspect<'a>> {
    let around = Around::of(today, past);
    let of_today = sources_of(today, &null.known, |source, account, pair| around.is_program(source, account, pair));
    let before: Vec<BTreeMap<&str, Source>> =
        past.iter().map(|day| sources_of(day, &null.known, |_, _, _| false)).collect();
    let test = |(source, counts): (&'a str, Source)| {
        let own = |value: fn(&Source) -> i64| {
            let days: Vec<f64> = before.iter().filter_map(|day| day.get(source)).map(|s| value(s) as f64).collect();
            more_than_usual(value(&counts), &days)
        };
        let breadth = null.breadth(&counts).and(own(|source| source.n_in_vain));
        let depth = null.depth(counts.depth).and(own(|source| source.depth));
        // Two looks at one source.
        let p_value = PValue::clamped(2.0 * breadth.get().min(depth.get()));
        Suspect { what: What::Source { source, counts }, p_value, p_parts: [breadth.get(), depth.get()] }
    };
    of_today.into_iter().map(test).collect()
}

/// Sources with at least one failure at an account that they are not known to get into.
fn sources_of<'a>(
    day: &Attempted<'a>,
    known: &Known<'a>,
    is_program: impl Fn(&'a str, Account<'a>, &Pair<'_>) -> bool,
) -> BTreeMap<&'a str, Source> {
    let n_accounts = day.n_accounts();
    let mut sources: BTreeMap<&str, Source> = BTreeMap::new();
    for (source, account, pair) in day.strange(known) {
        let of_source = sources.entry(source).or_default();
        of_source.n_accounts = n_accounts.get(source).copied().unwrap_or(0);
        of_source.n_in_vain += if pair.n_granted == 0 { pair.weight } else { 0 };
        let of_program = is_program(source, account, pair);
        let depth = if of_program { &mut of_source.depth_of_program } else { &mut of_source.depth };
        *depth = (*depth).max(pair.n_failed);
    }
    sources
}

fn accounts_of<'a>(today: &Attempted<'a>, past: &[&Attempted<'a>], null: &Null<'a>) -> Vec<Suspect<'a>> {
    let before: Vec<BTreeMap<&str, BTreeSet<&str>>> = past.iter().map(|day| day.accounts(&null.known)).collect();
    let test = |(account, sources): (&'a str, BTreeSet<&'a str>)| {
        let n_networks = networks(&sources);
        let days: Vec<f64> = before.iter().filter_map(|day| day.get(account)).map(|s| networks(s) as f64).collect();
        let chance = PValue::clamped(null.further_source.powi(i32::try_from(n_networks).unwrap_or(i32::MAX) - 1));
        let p_value = chance.and(more_than_usual(n_networks as i64, &days));
        Suspect { what: What::Account { account, sources, n_networks }, p_value, p_parts: [1.0, 1.0] }
    };
    let many = |(_, sources): &(&str, BTreeSet<&str>)| networks(sources) >= NETWORKS_MIN;
    today.accounts(&null.known).into_iter().filter(many).map(test).collect()
}

fn networks(sources: &BTreeSet<&str>) -> usize {
    let network = |source: &&str| source.parse().map_or_else(|_| (*source).to_owned(), accounts::network_of);
    sources.iter().map(network).collect::<BTreeSet<_>>().len()
}

fn targets<'a>(today: &Attempted<'a>, past: &[&Attempted<'a>], null: &Null<'a>) -> Vec<Suspect<'a>> {
    if past.len() < TARGET_DAYS_MIN {
        return Vec::new();
    }
    let before: Vec<BTreeMap<&str, BTreeSet<&str>>> = past.iter().map(|day| day.targets(&null.known)).collect();
    let test = |(target, accounts): (&'a str, BTreeSet<&'a str>)| {
        // A day on which nobody failed is a day as well.
        let days: Vec<f64> = before.iter().map(|day| day.get(target).map_or(0.0, |a| a.len() as f64)).collect();
        let p_value = more_than_usual(accounts.len() as i64, &days);
        let usual = describe::mean(&days).unwrap_or(0.0);
        Suspect { what: What::Target { target, accounts, usual }, p_value, p_parts: [1.0, 1.0] }
    };
    let many = |(_, accounts): &(&str, BTreeSet<&str>)| accounts.len() >= TARGET_ACCOUNTS_MIN;
    today.targets(&null.known).into_iter().filter(many).map(test).collect()
}

/// P(a count as high) by days of the same, as bursty as they are; no objection where there are too few days.
///
/// One more day with the highest count so far is added to the mean's: few days know little of the worst.
fn more_than_usual(count: i64, days: &[f64]) -> PValue {
    if days.len() < HABIT_DAYS_MIN {
        return PValue::clamped(0.0);
    }
    let highest = days.iter().copied().fold(1.0, f64::max);
    let mean = (days.iter().sum::<f64>() + highest) / (days.len() + 1) as f64;
    let size = negative_binomial_size(days).unwrap_or(SIZE_MAX).min(SIZE_MAX);
    negative_binomial_at_least(u64::try_from(count).unwrap_or(0), mean, size)
}
