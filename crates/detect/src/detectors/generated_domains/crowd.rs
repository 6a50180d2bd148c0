//! A day of all hosts, and what is usual among them: how many of their names that do not exist are spelled oddly.

use std::collections::{BTreeMap, BTreeSet};

use arrow_array::RecordBatch;
use science::{
    PValue,
    hypothesis::{beta_binomial_at_least, beta_binomial_correlation},
};

use super::{
    ODD,
    digest::{EXAMPLES_MAX, NAMES_MAX, PARTS},
};
use crate::{
    Error,
    sheet::{Rows, Sheet},
    telemetry::{Seen, SeenColumns, hash::stable_hash},
    yardstick::{surplus, surplus_trimmed},
};

/// A name of so many hosts is never taken for shared: one algorithm may run on several.
const SHARED_MIN: usize = 3;

/// What is believed of a share before anything is known here, as if of so many names, and of how shares vary.
const PRIOR_NAMES: f64 = 50.0;
const PRIOR_CASES: f64 = 20.0;
const PRIOR_CORRELATION: f64 = 0.1;
const CORRELATION_MIN: f64 = 0.02;

/// The oddest share of hosts, and at least one, is not asked what is usual: it may be what is looked for.
const TRIMMED: f64 = 0.05;

/// Days of its own from which on a host's habit counts, and as many names.
const DAYS_MIN: usize = 3;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Host {
    pub(super) dataset: String,
    pub(super) name: String,
}

/// What a host asked for in a day.
#[derive(Debug, Default)]
pub(super) struct Asked {
    /// P-values in millionths, by the hash of the name.
    unknown: BTreeMap<i64, i64>,
    pub(super) examples: Vec<String>,
    pub(super) answered: Vec<String>,
    pub(super) seen: Seen,
    /// It asks for others.
    serves: bool,
}

/// Names that do not exist, and how many of them are spelled oddly, by either measure of [`ODD`].
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Tally {
    pub(super) n: f64,
    pub(super) odd: [f64; 2],
}

impl Asked {
    pub(super) fn tally(&self) -> Tally {
        let odd = |at_most: f64| self.unknown.values().filter(|p| **p as f64 <= at_most * PARTS).count() as f64;
        Tally { n: self.unknown.len() as f64, odd: ODD.map(odd) }
    }
}

#[derive(Debug, Default)]
pub(super) struct Day {
    by_host: BTreeMap<Host, Asked>,
}

impl Day {
    /// Puts hours together, without the names that more hosts ask for than `shared` of all.
    pub(super) fn of(hours: &[RecordBatch], shared: f64) -> Result<Self, Error> {
        let mut day = Self::default();
        for hour in hours {
            day.add(Rows(hour))?;
        }
        day.by_host.retain(|_, asked| !asked.serves);
        day.leave_out_shared(shared);
        Ok(day)
    }

    pub(super) fn hosts(&self) -> impl Iterator<Item = (&Host, &Asked)> {
        self.by_host.iter()
    }

    fn add(&mut self, rows: Rows<'_>) -> Result<(), Error> {
        let (dataset, host) = (rows.text("dataset")?, rows.text("host")?);
        let (names, p_values) = (rows.ints("names")?, rows.ints("p_values")?);
        let (examples, answered) = (rows.texts("examples")?, rows.texts("answered")?);
        let (seen, serves) = (SeenColumns::of(rows)?, rows.int("serves")?);
        for row in 0..rows.len() {
            let host = Host { dataset: dataset.at(row).to_owned(), name: host.at(row).to_owned() };
            let asked = self.by_host.entry(host).or_default();
            asked.unknown.extend(names.ints_at(row).into_iter().zip(p_values.ints_at(row)));
            while asked.unknown.len() > NAMES_MAX {
                asked.unknown.pop_last();
            }
            add_names(&mut asked.examples, examples.texts_at(row));
            add_names(&mut asked.answered, answered.texts_at(row));
            asked.seen.join(&seen.at(row));
            asked.serves |= serves.at(row) != 0;
        }
        Ok(())
    }

    fn leave_out_shared(&mut self, shared: f64) {
        let mut n_asking: BTreeMap<(&str, i64), usize> = BTreeMap::new();
        let mut n_hosts: BTreeMap<String, usize> = BTreeMap::new();
        for (host, asked) in &self.by_host {
            *n_hosts.entry(host.dataset.clone()).or_default() += 1;
            for name in asked.unknown.keys() {
                *n_asking.entry((&host.dataset, *name)).or_default() += 1;
            }
        }
        let most = |dataset: &str| {
            let all = n_hosts.get(dataset).copied().unwrap_or(0) as f64;
            SHARED_MIN.max((all * shared) as usize)
        };
        let left_out: BTreeSet<(String, i64)> = n_asking
            .iter()
            .filter(|((dataset, _), n)| **n > most(dataset))
            .map(|((dataset, name), _)| ((*dataset).to_owned(), *name))
            .collect();
        for (host, asked) in &mut self.by_host {
            asked.unknown.retain(|name, _| !left_out.contains(&(host.dataset.clone(), *name)));
            asked.examples.retain(|name| asked.unknown.contains_key(&stable_hash(name).cast_signed()));
        }
    }
}

fn add_names(known: &mut Vec<String>, more: Vec<String>) {
    for name in more {
        if known.len() < EXAMPLES_MAX && !known.contains(&name) {
            known.push(name);
        }
    }
}

/// A day of the past: the tally of each host.
pub(super) fn write(day: &Day) -> Result<RecordBatch, Error> {
    let tallies: Vec<(&Host, Tally)> = day.hosts().map(|(host, asked)| (host, asked.tally())).collect();
    Sheet::default()
        .text("dataset", tallies.iter().map(|(host, _)| &host.dataset))
        .text("host", tallies.iter().map(|(host, _)| &host.name))
        .number("n", tallies.iter().map(|(_, tally)| tally.n))
        .number("odd", tallies.iter().map(|(_, tally)| tally.odd[0]))
        .number("very_odd", tallies.iter().map(|(_, tally)| tally.odd[1]))
        .finish()
}

pub(super) fn read(digest: &RecordBatch) -> Result<BTreeMap<Host, Tally>, Error> {
    let rows = Rows(digest);
    let (dataset, host) = (rows.text("dataset")?, rows.text("host")?);
    let (n, odd, very_odd) = (rows.number("n")?, rows.number("odd")?, rows.number("very_odd")?);
    let read = |row: usize| {
        let host = Host { dataset: dataset.at(row).to_owned(), name: host.at(row).to_owned() };
        (host, Tally { n: n.at(row), odd: [odd.at(row), very_odd.at(row)] })
    };
    Ok((0..rows.len()).map(read).collect())
}

/// What is usual, as far as it is known.
pub(super) struct Crowd<'a> {
    /// All hosts of a dataset today.
    today: BTreeMap<&'a str, Vec<(&'a Host, Tally)>>,
    /// Days before, by host.
    own: BTreeMap<&'a Host, Vec<Tally>>,
    /// Days before of all hosts of a dataset.
    before: BTreeMap<&'a str, Vec<Tally>>,
}

/// How a host stands out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Suspicion {
    pub(super) tally: Tally,
    /// Share of oddly spelled names that is usual here, by the look that says most.
    pub(super) usual_share: f64,
    /// Which of [`ODD`] says most.
    pub(super) look: usize,
    pub(super) n_days: usize,
    pub(super) n_others: usize,
    pub(super) p_share: PValue,
    pub(super) p_count: PValue,
    pub(super) p_value: PValue,
}

impl<'a> Crowd<'a> {
    pub(super) fn of(day: &'a Day, past: &'a [BTreeMap<Host, Tally>]) -> Self {
        let mut crowd = Self { today: BTreeMap::new(), own: BTreeMap::new(), before: BTreeMap::new() };
        for (host, asked) in day.hosts() {
            crowd.today.entry(&host.dataset).or_default().push((host, asked.tally()));
        }
        for (host, tally) in past.iter().flatten() {
            crowd.own.entry(host).or_default().push(*tally);
            crowd.before.entry(&host.dataset).or_default().push(*tally);
        }
        crowd
    }

    pub(super) fn suspect(&self, host: &Host, asked: &Asked) -> Suspicion {
        let tally = asked.tally();
        let others: Vec<Tally> = self
            .today
            .get(host.dataset.as_str())
            .into_iter()
            .flatten()
            .filter(|(other, _)| *other != host)
            .map(|(_, tally)| *tally)
            .collect();
        let before = self.before.get(host.dataset.as_str()).map_or(&[][..], Vec::as_slice);
        let own = self.own.get(host).map_or(&[][..], Vec::as_slice);
        let looks = [0, 1].map(|look| {
            let of_all = share_test(tally, look, &[&others, before].concat(), true);
            let habit = own.len() >= DAYS_MIN && own.iter().map(|day| day.n).sum::<f64>() >= DAYS_MIN as f64;
            let of_own = if habit { share_test(tally, look, own, false).0 } else { PValue::clamped(0.0) };
            let counts = |days: &[Tally]| days.iter().map(|day| day.odd[look]).collect::<Vec<f64>>();
            let p_count = if own.len() >= DAYS_MIN {
                surplus(tally.odd[look], &counts(own))
            } else {
                surplus_trimmed(tally.odd[look], counts(&others), TRIMMED)
            };
            let p_share = of_all.0.and(of_own);
            (look, of_all.1, p_share, p_count, p_share.and(p_count))
        });
        let strongest = looks.into_iter().min_by(|a, b| a.4.get().total_cmp(&b.4.get()));
        let (look, usual_share, p_share, p_count, p) =
            strongest.unwrap_or((0, ODD[0], PValue::ONE, PValue::ONE, PValue::ONE));
        Suspicion {
            tally,
            usual_share,
            look,
            n_days: own.len(),
            n_others: others.len(),
            p_share,
            p_count,
            // Bonferroni for the two looks.
            p_value: PValue::clamped(p.get() * ODD.len() as f64),
        }
    }
}

/// P(so many oddly spelled names of so many), where the share varies as it does in `cases`; and that share.
fn share_test(tally: Tally, look: usize, cases: &[Tally], trim: bool) -> (PValue, f64) {
    let mut shares: Vec<(f64, f64)> =
        cases.iter().filter(|case| case.n > 0.0).map(|case| (case.odd[look], case.n)).collect();
    if trim && !shares.is_empty() {
        shares.sort_by(|a, b| (a.0 / a.1).total_cmp(&(b.0 / b.1)).then(a.1.total_cmp(&b.1)));
        let n_left_out = ((shares.len() as f64 * TRIMMED) as usize).max(1);
        shares.truncate(shares.len() - n_left_out);
    }
    let (odd, n) = shares.iter().fold((0.0, 0.0), |sum, case| (sum.0 + case.0, sum.1 + case.1));
    // By definition of the p-values, so many ordinary names are as odd.
    let nominal = ODD[look];
    let share = ((odd + nominal * PRIOR_NAMES) / (n + PRIOR_NAMES)).max(nominal);
    let n_cases = shares.len() as f64;
    let known = beta_binomial_correlation(&shares).unwrap_or(PRIOR_CORRELATION);
    let correlation = (n_cases * known + PRIOR_CASES * PRIOR_CORRELATION) / (n_cases + PRIOR_CASES);
    let (odd, n) = (tally.odd[look] as u64, tally.n as u64);
    (beta_binomial_at_least(odd, n, share, correlation.max(CORRELATION_MIN)), share)
}
