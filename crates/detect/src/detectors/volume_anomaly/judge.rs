//! Tests each thing: does any of its hours hold far more, or far less, than it should?

use std::collections::{BTreeMap, BTreeSet};

use science::PValue;

use super::{
    report,
    rhythm::{Rhythm, log},
    table::{Counts, Key, Kind, Table, joined},
};
use crate::{Case, Error, Judged, yardstick::t_at_least};

/// Things of a kind from which on their common movement is taken out: a launch, a holiday.
const COMMON_MIN: usize = 6;

/// A flood explains another thing's that is no larger than this many times itself.
const EXPLAINS: f64 = 1.25;

/// A thing and the hour of it that stands out most.
#[derive(Debug)]
pub(super) struct Surge<'a> {
    pub key: &'a Key,
    pub counts: &'a Counts,
    pub hour: i64,
    pub n: i64,
    pub expected: f64,
    pub is_flood: bool,
    pub n_hours: usize,
    pub n_days: usize,
    pub deviations: f64,
    pub p_value: PValue,
}

impl Surge<'_> {
    fn excess(&self) -> f64 {
        self.n as f64 - self.expected
    }
}

pub(super) fn judge(case: &Case<'_>) -> Result<Judged, Error> {
    let today = joined(case.hours)?;
    let past = joined(case.past.iter().map(|day| &day.digest))?;
    let limits = Limits {
        events_min: case.params.get("events_min").max(20.0),
        flood_ratio: case.params.get("flood_ratio").max(1.1),
        drop_ratio: case.params.get("drop_ratio").max(1.1),
    };
    let world = World::of(&today, &past, case);
    let mut judged = Judged::default();
    let mut surges: BTreeMap<&str, Vec<Surge<'_>>> = BTreeMap::new();
    for (key, surge) in world.surges(&limits) {
        judged.test(&key.dataset, surge.p_value);
        surges.entry(&key.dataset).or_default().push(surge);
    }
    for surges in surges.into_values() {
        judged.findings.extend(explained(surges).iter().filter_map(|surge| report::finding(case.window, surge)));
    }
    Ok(judged)
}

struct Limits {
    events_min: f64,
    flood_ratio: f64,
    drop_ratio: f64,
}

struct World<'a> {
    /// What is watched today, and what was before and is silent now.
    things: BTreeMap<&'a Key, &'a Counts>,
    past: &'a Table,
    /// By dataset: the hours to be judged, and the days before.
    hours: BTreeMap<&'a str, Vec<i64>>,
    days: BTreeMap<&'a str, Vec<i64>>,
}

static SILENT: Counts = Counts { hours: BTreeMap::new(), seen: BTreeMap::new() };

impl<'a> World<'a> {
    fn of(today: &'a Table, past: &'a Table, case: &Case<'_>) -> Self {
        let hour = |at: schema::Timestamp| at.seconds().div_euclid(3_600);
        let (start, end) = (hour(case.window.start), hour(case.window.end));
        let mut things: BTreeMap<&Key, &Counts> = today.iter().collect();
        for key in past.keys() {
            things.entry(key).or_insert(&SILENT);
        }
        let mut hours = BTreeMap::new();
        let mut days: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
        for (dataset, present) in presence(today) {
            let (Some(first), Some(last)) = (present.first(), present.last()) else { continue };
            // The last hour may not be over, and the first may have begun late where nothing was before.
            let known: BTreeSet<i64> = presence(past).remove(dataset).unwrap_or_default();
            let first = if known.is_empty() { first + 1 } else { start };
            hours.insert(dataset, (first.max(start)..(*last).min(end)).collect());
            let mut before: Vec<i64> = known.iter().map(|hour| hour.div_euclid(24)).collect();
            before.dedup();
            days.insert(dataset, before);
        }
        Self { things, past, hours, days }
    }

    fn surges(&self, limits: &Limits) -> Vec<(&'a Key, Surge<'a>)> {
        let rhythms: Vec<(&'a Key, &'a Counts, Rhythm, &[i64])> = self
            .things
            .iter()
            .filter_map(|(key, counts)| {
                let hours = self.hours.get(key.dataset.as_str()).filter(|hours| !hours.is_empty())?;
                let days = self.days.get(key.dataset.as_str()).map_or(&[][..], Vec::as_slice);
                Some((*key, *counts, Rhythm::of(counts, self.past.get(key), days, hours)?, hours.as_slice()))
            })
            .collect();
        let common = common_movement(&rhythms);
        let surge = |(key, counts, rhythm, hours): &(&'a Key, &'a Counts, Rhythm, &[i64])| {
            let worth =
                |hour: &&i64| (counts.at(**hour) as f64).max(rhythm.expected(**hour).exp()) >= limits.events_min;
            let hours: Vec<i64> = hours.iter().filter(worth).copied().collect();
            let strays = |hour: i64| {
                let moved = common.get(&(key.dataset.as_str(), key.kind, hour)).copied().unwrap_or(0.0);
                (log(counts.at(hour)) - rhythm.expected(hour) - moved) / rhythm.spread
            };
            let farthest = hours.iter().copied().max_by(|a, b| strays(*a).abs().total_cmp(&strays(*b).abs()))?;
            Some((*key, test(limits, (key, counts, rhythm), (farthest, strays(farthest)), hours.len())))
        };
        rhythms.iter().filter_map(surge).collect()
    }
}

/// One hour out of `n_hours`, on either side.
fn test<'a>(
    limits: &Limits,
    (key, counts, rhythm): (&'a Key, &'a Counts, &Rhythm),
    (hour, deviations): (i64, f64),
    n_hours: usize,
) -> Surge<'a> {
    let (n, expected) = (counts.at(hour), (rhythm.expected(hour).exp() - 10.0).max(0.0));
    let is_flood = deviations > 0.0;
    let large = if is_flood {
        n as f64 >= limits.flood_ratio * expected
    } else {
        rhythm.seasoned && expected >= limits.drop_ratio * n as f64
    };
    let one = if large { t_at_least(deviations.abs(), rhythm.degrees).get() } else { 1.0 };
    let p_value = PValue::clamped(2.0 * n_hours as f64 * one);
    Surge { key, counts, hour, n, expected, is_flood, n_hours, n_days: rhythm.n_days, deviations, p_value }
}

/// By dataset, kind and hour: the median of how far things of the kind stray, where there are enough of them.
fn common_movement<'a>(rhythms: &[(&'a Key, &'a Counts, Rhythm, &[i64])]) -> BTreeMap<(&'a str, Kind, i64), f64> {
    let mut strays: BTreeMap<(&str, Kind, i64), Vec<f64>> = BTreeMap::new();
    for (key, counts, rhythm, hours) in rhythms.iter().filter(|(_, _, rhythm, _)| rhythm.seasoned) {
        for hour in *hours {
            let stray = log(counts.at(*hour)) - rhythm.expected(*hour);
            strays.entry((&key.dataset, key.kind, *hour)).or_default().push(stray);
        }
    }
    let median = |values: Vec<f64>| science::describe::Sorted::new(values).map_or(0.0, |sorted| sorted.median());
    strays
        .into_iter()
        .filter(|(_, values)| values.len() >= COMMON_MIN)
        .map(|(at, values)| (at, median(values)))
        .collect()
}

/// Hours in which a dataset had any event.
fn presence(table: &Table) -> BTreeMap<&str, BTreeSet<i64>> {
    let mut present: BTreeMap<&str, BTreeSet<i64>> = BTreeMap::new();
    for (key, counts) in table.iter().filter(|(key, _)| key.kind == Kind::Sensor) {
        present.entry(&key.dataset).or_default().extend(counts.hours.keys());
    }
    present
}

/// Without those that another one explains. A flood of a site explains that of its path, network and sensor at the same
/// hour, if it is no larger; silence of a sensor explains that of all that it sees, and silence of a site that of its
/// paths.
fn explained(mut surges: Vec<Surge<'_>>) -> Vec<Surge<'_>> {
    surges.retain(|surge| surge.p_value.get() <= report::TOLD_MAX);
    surges.sort_by(|a, b| a.key.cmp(b.key));
    let table = |surge: &Surge<'_>| surge.key.kind.table(&surge.key.name).to_owned();
    let explains = |a: &Surge<'_>, b: &Surge<'_>| {
        let same = a.is_flood == b.is_flood && table(a) == table(b);
        let flood = a.hour == b.hour && a.key.kind < b.key.kind && b.excess() <= EXPLAINS * a.excess();
        let silence = match a.key.kind {
            Kind::Sensor => b.key.kind != Kind::Sensor,
            Kind::Site => b.key.kind == Kind::Path,
            _ => false,
        };
        same && if a.is_flood { flood } else { silence }
    };
    let kept: Vec<bool> = surges.iter().map(|b| !surges.iter().any(|a| explains(a, b))).collect();
    surges.into_iter().zip(kept).filter(|(_, kept)| *kept).map(|(surge, _)| surge).collect()
}
