//! Tests each source: of what it tries, does more fail than can be explained, and is it more than usual?
//! Input: `summary`; output: `report`.

use std::collections::BTreeMap;

use arrow_array::RecordBatch;
use science::{PValue, hypothesis::binomial_at_least};

use super::{
    report,
    sample::{self, Sample},
    summary::{Key, Kind, Tried, each},
};
use crate::{
    Case, Error, Judged, Params,
    yardstick::{surplus, surplus_trimmed},
};

/// Others who do it as well may be scanners too: the highest twentieth is no yardstick.
const TRIMMED: f64 = 0.05;

/// Hosts for which a service has to fail before it is called blocked.
const BLOCKED_HOSTS_MIN: usize = 5;

/// Days on which a source was seen, from which on its habits are known.
const HABIT_DAYS_MIN: usize = 5;

/// A scan over days tries less than this on each of them: what tries more is judged by the day.
const SLOW_A_DAY_MAX: f64 = 24.0;
const SLOW_DAYS_MIN: usize = 3;

/// Hosts of a block that are looked at: more change nothing.
const BLOCK_HOSTS_MAX: usize = 256;

/// Ports that only the system's own services listen on.
const SYSTEM_PORTS_TO: u16 = 1_023;

/// An axis of a source and what speaks against its innocence.
#[derive(Debug)]
pub(super) struct Axis<'a> {
    pub key: &'a Key,
    pub tried: Tried,
    pub route: Route,
    pub p_failing: PValue,
    pub p_usual: PValue,
    pub p_value: PValue,
    /// Targets that failed, on average, on the days before.
    pub usual: Option<f64>,
    pub n_days: usize,
}

/// By what it shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Route {
    /// Too much fails.
    Failing,
    /// Too many hosts of ours, whether they answer or not.
    Wide,
    /// Too much fails over several days, little on each.
    Slow,
}

/// A source and its axes, strongest first.
#[derive(Debug)]
pub(super) struct Suspect<'a> {
    pub key: &'a Key,
    pub ours: bool,
    pub axes: Vec<Axis<'a>>,
    pub p_value: PValue,
    pub n_axes_tested: usize,
}

pub(super) fn judge(case: &Case<'_>) -> Result<Judged, Error> {
    let targets_min = case.params.get("targets_min").clamp(2.0, 1e6);
    let day = joined(case.hours, sample::WINDOW)?;
    let past = Days::of(case)?;
    let peers = Peers::of(&day, case.params);
    let bench = Bench { past: &past, peers: &peers, params: case.params, targets_min };

    let mut judged = Judged::default();
    for ((dataset, _), axes) in by_source(&day) {
        let Some(suspect) = bench.suspect(&axes) else { continue };
        judged.test(dataset, suspect.p_value);
        judged.findings.extend(report::finding(case.window, &suspect));
    }
    Ok(judged)
}

/// The digests of several hours as one, by key.
pub(super) fn joined(hours: &[RecordBatch], most: usize) -> Result<BTreeMap<Key, Tried>, Error> {
    let mut day: BTreeMap<Key, Tried> = BTreeMap::new();
    for hour in hours {
        each(hour, |key, tried| day.entry(key).or_default().join(&tried, most))?;
    }
    Ok(day)
}

/// Of the past, sources count with all that they did, and axes where something failed or many hosts were met.
pub(super) fn worth_remembering(key: &Key, tried: &Tried) -> bool {
    let (n, n_failed) = tried.sample.counts();
    key.kind == Kind::Source || tried.ours && n_failed > 0 || n >= 4
}

type SourceName<'a> = (&'a str, &'a str);

fn by_source(day: &BTreeMap<Key, Tried>) -> BTreeMap<SourceName<'_>, Vec<(&Key, &Tried)>> {
    let mut sources: BTreeMap<SourceName<'_>, Vec<(&Key, &Tried)>> = BTreeMap::new();
    for (key, tried) in day {
        sources.entry((&key.dataset, &key.source)).or_default().push((key, tried));
    }
    sources
}

struct Bench<'a> {
    past: &'a Days,
    peers: &'a Peers<'a>,
    params: &'a Params,
    targets_min: f64,
}

impl<'a> Bench<'a> {
    /// `None` where nothing of the source is worth a test.
    fn suspect(&self, rows: &[(&'a Key, &'a Tried)]) -> Option<Suspect<'a>> {
        let (whole_key, whole) = rows.iter().find(|(key, _)| key.kind == Kind::Source)?;
        let habits = self.past.n_days(whole_key);
        let mut axes = Vec::new();
        for (key, tried) in rows.iter().filter(|(key, _)| key.kind != Kind::Source) {
            if whole.scattered && met_as_peer(key) {
                continue;
            }
            axes.extend(self.failing(key, tried, habits));
            axes.extend(self.wide(key, tried, habits));
            axes.extend(self.slow(key, tried));
        }
        axes.extend(self.block(whole_key, rows, whole, habits));
        axes.sort_by(|a, b| {
            let size = |axis: &Axis<'_>| axis.tried.sample.n_failed();
            a.p_value.get().total_cmp(&b.p_value.get()).then(size(b).total_cmp(&size(a))).then(a.key.cmp(b.key))
        });
        let strongest = axes.first()?.p_value.get();
        let n_axes_tested = axes.len();
        Some(Suspect {
            key: whole_key,
            ours: whole.ours,
            p_value: PValue::clamped(strongest * n_axes_tested as f64),
            n_axes_tested,
            axes,
        })
    }

    fn failing(&self, key: &'a Key, tried: &Tried, habits: usize) -> Option<Axis<'a>> {
        if tried.sample.n_targets() < self.targets_min {
            return None;
        }
        let p_failing = self.p_failing(key, tried.ours, &tried.sample);
        let count = tried.sample.n_failed();
        let usual = self.past.counts(key, habits, Sample::n_failed);
        let p_past = if habits > 0 { surplus(count, &usual) } else { PValue::clamped(0.0) };
        let p_usual = p_past.and(self.peers.surplus(key, tried.ours, count, Sample::n_failed));
        Some(Axis::new(key, tried.clone(), Route::Failing, (p_failing, p_usual), &usual))
    }

    /// Hosts of ours that all answer: then only habit and peers can say that it is too many.
    fn wide(&self, key: &'a Key, tried: &Tried, habits: usize) -> Option<Axis<'a>> {
        let count = tried.sample.n_targets();
        let known = key.kind == Kind::ServiceInside && tried.ours && habits >= HABIT_DAYS_MIN;
        if !known || count < self.targets_min {
            return None;
        }
        let usual = self.past.counts(key, habits, Sample::n_targets);
        let p_usual = surplus(count, &usual).and(self.peers.surplus(key, true, count, Sample::n_targets));
        Some(Axis::new(key, tried.clone(), Route::Wide, (PValue::clamped(0.0), p_usual), &usual))
    }

    /// Several ports on each of several hosts: no axis alone may show it.
    fn block(&self, whole: &'a Key, rows: &[(&'a Key, &'a Tried)], all: &Tried, habits: usize) -> Option<Axis<'a>> {
        let several = |(key, tried): &&(&'a Key, &'a Tried)| {
            let met = all.scattered && met_as_peer(key);
            key.kind == Kind::Host && !met && tried.sample.n_targets() >= self.targets_min
        };
        let (mut union, mut usual, mut n_hosts) = (Tried { ours: all.ours, ..Tried::default() }, vec![0.0; habits], 0);
        let mut peers = PValue::clamped(0.0);
        for (key, tried) in rows.iter().filter(several).take(BLOCK_HOSTS_MAX) {
            union.join(tried, sample::WINDOW);
            union.sample.add_size(tried.sample.n_targets());
            let before = self.past.counts(key, habits, Sample::n_failed);
            usual.iter_mut().zip(before).for_each(|(sum, count)| *sum += count);
            peers = self.peers.surplus(key, all.ours, union.sample.n_failed(), Sample::n_failed);
            n_hosts += 1;
        }
        if n_hosts < 2 {
            return None;
        }
        let p_failing = self.p_failing(whole, all.ours, &union.sample);
        let p_past = if habits > 0 { surplus(union.sample.n_failed(), &usual) } else { PValue::clamped(0.0) };
        Some(Axis::new(whole, union, Route::Failing, (p_failing, p_past.and(peers)), &usual))
    }

    fn slow(&self, key: &'a Key, tried: &Tried) -> Option<Axis<'a>> {
        let before = self.past.axes.get(key)?;
        let little = |tried: &Tried| tried.sample.n_failed() <= SLOW_A_DAY_MAX;
        let n_days = before.len() + 1;
        if !tried.ours || n_days < SLOW_DAYS_MIN || !little(tried) || !before.iter().all(little) {
            return None;
        }
        let mut whole = tried.clone();
        for day in before {
            whole.sample.join(&day.sample, sample::WINDOW);
        }
        if whole.sample.n_targets() < self.targets_min {
            return None;
        }
        let p_failing = self.p_failing(key, true, &whole.sample);
        let a_day = (whole.sample.n_failed() / n_days as f64).floor();
        // Peers are known by the day: as many failures a day as this one has, on every day.
        let once = self.peers.surplus(key, true, a_day, Sample::n_failed).get();
        let p_usual = PValue::clamped(once.powi(i32::try_from(n_days).unwrap_or(i32::MAX)));
        let axis = Axis::new(key, whole, Route::Slow, (p_failing, p_usual), &[]);
        Some(Axis { n_days, ..axis })
    }

    /// Binomial: so many of the sampled targets fail, at a chance of `failing_share` each.
    fn p_failing(&self, key: &'a Key, ours: bool, sample: &Sample) -> PValue {
        if ours && self.peers.blocked(key) {
            return PValue::ONE;
        }
        let (n, n_failed) = sample.counts();
        binomial_at_least(n_failed, n, self.params.get("failing_share").clamp(0.01, 0.99))
    }
}

impl<'a> Axis<'a> {
    fn new(key: &'a Key, tried: Tried, route: Route, (p_failing, p_usual): (PValue, PValue), usual: &[f64]) -> Self {
        let n_days = usual.len();
        let mean = (n_days > 0).then(|| usual.iter().sum::<f64>() / n_days as f64);
        Self { key, tried, route, p_failing, p_usual, p_value: p_failing.and(p_usual), usual: mean, n_days }
    }
}

/// Where peer-to-peer software goes: ports of one's own choice on hosts elsewhere.
fn met_as_peer(key: &Key) -> bool {
    let port = key.axis.split_once('/').and_then(|(_, port)| port.parse::<u16>().ok());
    match key.kind {
        Kind::ServiceOutside => port.is_some_and(|port| port > SYSTEM_PORTS_TO),
        Kind::Host => key.axis.parse().is_ok_and(|address| !crate::telemetry::network::inside(address)),
        Kind::Source | Kind::ServiceInside => false,
    }
}

/// The days before: each axis on those on which it was tried, and how many days the source was seen.
struct Days {
    axes: BTreeMap<Key, Vec<Tried>>,
}

impl Days {
    fn of(case: &Case<'_>) -> Result<Self, Error> {
        let mut axes: BTreeMap<Key, Vec<Tried>> = BTreeMap::new();
        for day in case.past {
            each(&day.digest, |key, tried| axes.entry(key).or_default().push(tried))?;
        }
        Ok(Self { axes })
    }

    fn n_days(&self, source: &Key) -> usize {
        self.axes.get(source).map_or(0, Vec::len)
    }

    /// A count for each day on which the source was seen; 0 where the axis was not tried.
    fn counts(&self, key: &Key, n_days: usize, count: fn(&Sample) -> f64) -> Vec<f64> {
        let days = self.axes.get(key).into_iter().flatten().map(|tried| count(&tried.sample));
        let mut counts: Vec<f64> = days.take(n_days).collect();
        counts.resize(n_days, 0.0);
        counts
    }
}

/// Dataset, whether ours, kind, service.
type Alike<'a> = (&'a str, bool, Kind, &'a str);

/// What the other sources of the dataset do.
struct Peers<'a> {
    day: &'a BTreeMap<Key, Tried>,
    /// Sources, by dataset and whether they are ours.
    n_sources: BTreeMap<(&'a str, bool), usize>,
    /// Rows of one service or of one kind, by (dataset, ours, kind, service).
    alike: BTreeMap<Alike<'a>, Vec<(&'a str, &'a Tried)>>,
    blocked: f64,
}

impl<'a> Peers<'a> {
    fn of(day: &'a BTreeMap<Key, Tried>, params: &Params) -> Self {
        let mut peers =
            Self { day, n_sources: BTreeMap::new(), alike: BTreeMap::new(), blocked: params.get("blocked_share") };
        for (key, tried) in day {
            if key.kind == Kind::Source {
                *peers.n_sources.entry((&key.dataset, tried.ours)).or_default() += 1;
            } else {
                let like = (key.dataset.as_str(), tried.ours, key.kind, service_of(key, tried.ours));
                peers.alike.entry(like).or_default().push((&key.source, tried));
            }
        }
        peers
    }

    fn alike(&self, key: &'a Key, ours: bool) -> &[(&'a str, &'a Tried)] {
        let like = (key.dataset.as_str(), ours, key.kind, service_of(key, ours));
        self.alike.get(&like).map_or(&[], Vec::as_slice)
    }

    /// P-value of a count among the other sources of the same side, each with its highest.
    fn surplus(&self, key: &'a Key, ours: bool, count: f64, of: fn(&Sample) -> f64) -> PValue {
        let mut highest: BTreeMap<&str, f64> = BTreeMap::new();
        for (source, tried) in self.alike(key, ours).iter().filter(|(source, _)| *source != key.source) {
            let known = highest.entry(source).or_default();
            *known = known.max(of(&tried.sample));
        }
        let n_others = self.n_sources.get(&(key.dataset.as_str(), ours)).map_or(0, |n| n.saturating_sub(1));
        let mut others: Vec<f64> = highest.into_values().collect();
        others.resize(n_others.max(others.len()), 0.0);
        surplus_trimmed(count, others, TRIMMED)
    }

    /// Whether a service fails for so many of the other hosts that it must be closed to all.
    fn blocked(&self, key: &'a Key) -> bool {
        let n_sources = self.n_sources.get(&(key.dataset.as_str(), true)).copied().unwrap_or(0);
        let mostly_fails = |(source, tried): &&(&str, &Tried)| {
            let (n, n_failed) = tried.sample.counts();
            *source != key.source && 2 * n_failed > n
        };
        let n_failing = || self.alike(key, true).iter().filter(mostly_fails).count();
        let needed = BLOCKED_HOSTS_MIN.max((self.blocked * n_sources as f64).ceil() as usize);
        !matches!(key.kind, Kind::Host | Kind::Source) && self.day.len() > needed && n_failing() >= needed
    }
}

/// Ours are compared service by service; strangers are mostly scanners, and compared by how much they scan at all.
fn service_of(key: &Key, ours: bool) -> &str {
    if ours && key.kind != Kind::Host { &key.axis } else { "" }
}
