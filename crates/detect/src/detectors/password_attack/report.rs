//! Findings in words and numbers. Input: `suspicion`.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};

use schema::{Entity, EntityKind, Evidence, Finding, Timestamp};

use super::{
    DETECTOR,
    day::{Account, Attempted, Pair},
    suspicion::{Source, Suspect, What},
};
use crate::{Case, habits::report::rows_query, query::literal, telemetry::RECORDS_MAX};

/// Larger p-values are everyday failures and no lead.
const TOLD_P_MAX: f64 = 0.01;

/// A program with an old password is told as a lead from so many failures on: somebody may want to repair it, or to see
/// that it is none.
const PROGRAM_DEPTH_MIN: i64 = 100;

/// Accounts at which a source that failed is a spray, and failures at each of them at most.
const SPRAY_ACCOUNTS_MIN: i64 = 5;
const SPRAY_DEPTH_MAX: i64 = 10;

/// Share of failures at accounts that do not exist from which the names were somebody else's: stuffing.
const UNKNOWN_SHARE_MIN: f64 = 0.3;

/// Names told of many.
const NAMED_MAX: usize = 5;

/// Of it, records of what succeeded.
const SUCCESSES_MAX: usize = 8;

pub(super) fn findings(
    case: &Case<'_>,
    dataset: &str,
    today: &Attempted<'_>,
    suspects: &[Suspect<'_>],
) -> Vec<Finding> {
    let told = suspects.iter().filter(|suspect| suspect.p_value.get() <= TOLD_P_MAX || is_busy_program(suspect));
    told.map(|suspect| Told::of(today, suspect).finding(case, dataset)).collect()
}

fn is_busy_program(suspect: &Suspect<'_>) -> bool {
    matches!(&suspect.what, What::Source { counts, .. } if counts.depth_of_program >= PROGRAM_DEPTH_MIN)
}

/// A suspect with the attempts that it is suspected for.
struct Told<'a> {
    suspect: &'a Suspect<'a>,
    pairs: Vec<(&'a (&'a str, Account<'a>), &'a Pair<'a>)>,
}

impl<'a> Told<'a> {
    fn of(today: &'a Attempted<'a>, suspect: &'a Suspect<'a>) -> Self {
        let belongs = |(source, account): &(&str, Account<'_>), pair: &Pair<'_>| match &suspect.what {
            What::Source { source: one, .. } => source == one,
            What::Account { account: one, sources, .. } => account.name == *one && sources.contains(source),
            What::Target { target, .. } => pair.targets.contains_key(target),
        };
        let failed = today.pairs.iter().filter(|(key, pair)| pair.n_failed > 0 && belongs(key, pair));
        let mut pairs: Vec<_> = failed.collect();
        if let What::Source { source, counts } = &suspect.what
            && counts.n_in_vain >= SPRAY_ACCOUNTS_MIN
        {
            // A password that fits at once is what a spray is for, where it was aimed at.
            let begun = pairs.iter().filter_map(|(_, pair)| Some(pair.failed?.0)).min().unwrap_or(i64::MAX);
            let aimed: BTreeSet<&str> = pairs.iter().flat_map(|(_, pair)| pair.targets.keys().copied()).collect();
            let hits = |pair: &Pair<'_>| {
                let later = pair.granted.is_some_and(|(first, _)| first > begun);
                pair.n_failed == 0 && later && pair.opened.iter().any(|target| aimed.contains(target))
            };
            pairs.extend(today.pairs.iter().filter(|((one, _), pair)| one == source && hits(pair)));
        }
        Self { suspect, pairs }
    }

    fn n_failed(&self) -> i64 {
        self.pairs.iter().map(|(_, pair)| pair.n_failed).sum()
    }

    /// Accounts that were got into after failures.
    fn got_into(&self) -> BTreeSet<&'a str> {
        let fits = |pair: &Pair<'_>| pair.got_in() || pair.n_failed == 0;
        self.pairs.iter().filter(|(_, pair)| fits(pair)).map(|((_, account), _)| account.name).collect()
    }

    fn main_target(&self) -> &'a str {
        let mut targets: BTreeMap<&str, i64> = BTreeMap::new();
        for (target, n) in self.pairs.iter().flat_map(|(_, pair)| &pair.targets) {
            *targets.entry(target).or_default() += n;
        }
        targets.into_iter().max_by_key(|(_, n)| *n).map_or("", |(target, _)| target)
    }

    fn finding(&self, case: &Case<'_>, dataset: &str) -> Finding {
        let instant = |micros| Timestamp::from_micros(micros).unwrap_or_default();
        let times = || self.pairs.iter().flat_map(|(_, pair)| [pair.failed, pair.granted]).flatten();
        let (subject, object, other) = self.ends();
        let got_into = self.got_into();
        let strength = -self.suspect.p_value.get().max(1e-300).log10();
        Finding {
            object,
            also: got_into.iter().filter(|a| !a.is_empty()).map(|a| Entity::new(EntityKind::Account, *a)).collect(),
            first_seen: instant(times().map(|(first, _)| first).min().unwrap_or_default()),
            last_seen: instant(times().map(|(_, last)| last).max().unwrap_or_default()),
            n_records: u64::try_from(self.n_failed()).unwrap_or(0),
            score: strength.min(50.0) + if got_into.is_empty() { 0.0 } else { 50.0 },
            p_value: Some(self.suspect.p_value.get()),
            techniques: self.techniques().into_iter().map(str::to_owned).collect(),
            evidence: self.evidence(),
            because: self.because(),
            unless: self.unless().to_owned(),
            statistics: self.statistics(),
            query: self.query(case, dataset),
            ..DETECTOR.finding(case.window, dataset, subject, &other)
        }
    }

    /// Ours, theirs, and what tells the finding from others of ours.
    fn ends(&self) -> (Entity, Option<Entity>, String) {
        let target = self.main_target();
        match &self.suspect.what {
            What::Source { source, .. } if target.is_empty() || target == *source => {
                (machine(source), None, "source".to_owned())
            }
            What::Source { source, .. } => (machine(target), Some(machine(source)), (*source).to_owned()),
            What::Account { account, .. } => (Entity::new(EntityKind::Account, *account), None, "account".to_owned()),
            What::Target { target, .. } => (machine(target), None, "target".to_owned()),
        }
    }

    fn techniques(&self) -> Vec<&'static str> {
        let n_unknown: i64 = self.pairs.iter().map(|(_, pair)| pair.n_unknown).sum();
        let stuffed = n_unknown as f64 >= UNKNOWN_SHARE_MIN * self.n_failed() as f64;
        let how = match &self.suspect.what {
            What::Source { counts, .. } if counts.n_in_vain < SPRAY_ACCOUNTS_MIN => "T1110.001",
            What::Source { counts, .. } if counts.depth <= SPRAY_DEPTH_MAX && !stuffed => "T1110.003",
            What::Source { counts, .. } if counts.depth <= SPRAY_DEPTH_MAX => "T1110.004",
            What::Source { .. } | What::Account { .. } => "T1110.001",
            What::Target { .. } if stuffed => "T1110.004",
            What::Target { .. } => "T1110.003",
        };
        if self.got_into().is_empty() { vec![how] } else { vec![how, "T1078"] }
    }

    fn evidence(&self) -> Vec<Evidence> {
        let mut successes: Vec<&(i64, Evidence)> = self.pairs.iter().flat_map(|(_, pair)| &pair.successes).collect();
        let mut failures: Vec<&(i64, Evidence)> = self.pairs.iter().flat_map(|(_, pair)| &pair.failures).collect();
        successes.sort();
        failures.sort();
        successes.truncate(SUCCESSES_MAX);
        failures.truncate(RECORDS_MAX - successes.len());
        failures.into_iter().chain(successes).map(|(_, record)| record.clone()).collect()
    }

    fn because(&self) -> String {
        let n_failed = self.n_failed();
        let what = match &self.suspect.what {
            What::Source { source, counts } => self.because_of_source(source, counts),
            What::Account { account, sources, n_networks } => format!(
                "{n_failed} attempts on account {account} failed, from {} addresses in {n_networks} networks that are \
                 not known to get into it",
                sources.len()
            ),
            What::Target { target, accounts, usual } => {
                let sources: BTreeSet<&str> = self.pairs.iter().map(|((source, _), _)| *source).collect();
                format!(
                    "{} accounts ({}) failed on {target} all day, from {} sources; {usual:.1} do on a day before",
                    accounts.len(),
                    named(accounts.iter().copied()),
                    sources.len()
                )
            }
        };
        let got_into = self.got_into();
        if got_into.is_empty() {
            return format!("{what}; none of it succeeded.");
        }
        let accounts = got_into.iter().map(|account| if account.is_empty() { "an unnamed account" } else { account });
        format!("{what}; then it got in as {}.", named(accounts))
    }

    fn because_of_source(&self, source: &str, counts: &Source) -> String {
        let [breadth, depth] = self.suspect.p_parts;
        if self.is_program() {
            return format!(
                "{source} failed {} times{}, but by the clock, or as it did before: as a program does that has an old \
                 password",
                counts.depth_of_program,
                self.deepest(counts.depth_of_program)
            );
        }
        if breadth <= depth {
            let in_vain = self.pairs.iter().filter(|(_, pair)| pair.n_granted == 0);
            let accounts = in_vain.map(|((_, account), _)| account.name);
            return format!(
                "{source} tried {} accounts and failed all day at {} of them ({}), {} attempts in all",
                counts.n_accounts,
                counts.n_in_vain,
                named(accounts),
                self.n_failed()
            );
        }
        let deepest = self.deepest(counts.depth);
        format!("{source} failed {} times{deepest}, which it is not known to get into", counts.depth)
    }

    /// Whether nothing but a program with an old password is told.
    fn is_program(&self) -> bool {
        self.suspect.p_value.get() > TOLD_P_MAX
    }

    /// As whom and where it failed so often.
    fn deepest(&self, n_failed: i64) -> String {
        let pair = self.pairs.iter().find(|(_, pair)| pair.n_failed == n_failed);
        let account = pair.map(|((_, account), _)| account.name).filter(|account| !account.is_empty());
        let targets = pair.map(|(_, pair)| &pair.targets).into_iter().flatten();
        let target = targets.max_by_key(|(_, n)| **n).map(|(target, _)| *target).filter(|target| !target.is_empty());
        let said = |word: &str, name: Option<&str>| name.map_or_else(String::new, |name| format!(" {word} {name}"));
        said("as", account) + &said("on", target)
    }

    fn unless(&self) -> &'static str {
        match &self.suspect.what {
            What::Source { .. } if self.is_program() => {
                "Nobody tried but a program whose password has expired, or was changed: its owner knows the machine. \
                 Somebody who guesses at leisure may look the same."
            }
            What::Source { counts, .. } if counts.n_in_vain < SPRAY_ACCOUNTS_MIN => {
                "A program there was set up today with a wrong or expired password; its attempts then come at regular \
                 intervals and none succeeds."
            }
            What::Source { .. } => {
                "Many people work behind that address and their directory or its connection failed; or it is a test of \
                 your own."
            }
            What::Account { .. } => "The account's password was changed and its owner's devices do not know it yet.",
            What::Target { .. } => "The service was broken or moved today, so that people failed who otherwise get in.",
        }
    }

    fn statistics(&self) -> Vec<(String, f64)> {
        let [breadth, depth] = self.suspect.p_parts;
        let accounts: BTreeSet<Account<'_>> = self.pairs.iter().map(|((_, account), _)| *account).collect();
        let sources: BTreeSet<&str> = self.pairs.iter().map(|((source, _), _)| *source).collect();
        let mut numbers = vec![
            ("n_failed", self.n_failed() as f64),
            ("n_accounts", accounts.len() as f64),
            ("n_sources", sources.len() as f64),
            ("n_got_into", self.got_into().len() as f64),
        ];
        if let What::Source { counts, .. } = &self.suspect.what {
            let share = counts.n_in_vain as f64 / counts.n_accounts.max(1) as f64;
            numbers.extend([("in_vain_share", share), ("depth", counts.depth as f64)]);
            numbers.push(("depth_of_program", counts.depth_of_program as f64));
            numbers.extend([("p_breadth", breadth), ("p_depth", depth)]);
        }
        numbers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    fn query(&self, case: &Case<'_>, dataset: &str) -> Option<String> {
        let condition = match &self.suspect.what {
            What::Source { source, .. } => {
                let source = literal(source);
                format!("(src_ip = {source} OR lower(src_host) = {source})")
            }
            What::Account { account, .. } => format!("lower(\"user\") = {}", literal(account)),
            What::Target { target, .. } => {
                let target = literal(target);
                format!("(lower(host) = {target} OR dst_ip = {target})")
            }
        };
        rows_query("logons", dataset, &condition, case)
    }
}

fn machine(name: &str) -> Entity {
    let kind = if name.parse::<IpAddr>().is_ok() { EntityKind::Ip } else { EntityKind::Host };
    Entity::new(kind, name)
}

/// The first few names, and how many more.
fn named<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: BTreeSet<&str> = names.filter(|name| !name.is_empty()).collect();
    let first: Vec<&str> = names.iter().copied().take(NAMED_MAX).collect();
    match names.len().saturating_sub(first.len()) {
        0 if first.is_empty() => "unnamed".to_owned(),
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}
