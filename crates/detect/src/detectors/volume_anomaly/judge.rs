//! Tests each thing: does any span of its day hold far more, or far less, than it should?

use std::{cell::RefCell, collections::BTreeMap, ops::Range};

use science::{PValue, describe::Sorted};

use super::{
    explain::explained,
    past::{Past, PastDay, learn},
    report,
    rhythm::{DAYS_MIN, Rhythm, log},
    scan::{Limits, Series, Span, Way, p_of},
    strays::{SURPRISE_MAX, Strays},
    table::{HOUR_SLOTS, Key, Kind, SLOT_MICROS, Slots, Table, joined},
};
use crate::{
    Case, Error, Judged, Params,
    yardstick::{precedent, t_at_least},
};

/// Things of a kind from which on their common movement is taken out: a launch, a holiday.
const COMMON_MIN: usize = 6;

/// How much others count where the own past is known: as so many of its days.
const OTHERS_DAYS: f64 = 2.0;

/// A crowd asks for what all ask for, and comes from where all come from. Of the requests that are more than usual, so
/// many have to be for other paths or from other networks than the site's requests of the day are.
const UNLIKE_A_CROWD: f64 = 0.4;

/// How a thing was tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Basis {
    /// Against the hours right before and after.
    Around,
    /// Against the same hour of the days before.
    Before,
}

/// A thing and the span of it that stands out most.
#[derive(Debug)]
pub(super) struct Surge<'a> {
    pub key: &'a Key,
    pub slots: &'a Slots,
    /// Slots since 1970.
    pub span: Range<i64>,
    pub n: f64,
    pub expected: f64,
    pub is_flood: bool,
    pub basis: Basis,
    pub n_days: usize,
    /// −ln p before it was held against how much like things, and the thing itself, stray.
    pub surprise: f64,
    pub p_value: PValue,
}

pub(super) fn limits(params: &Params) -> Limits {
    Limits {
        flood_events_min: params.get("flood_events_min").max(10.0),
        missed_events_min: params.get("missed_events_min").max(10.0),
        flood_ratio: params.get("flood_ratio").max(1.1),
        drop_ratio: params.get("drop_ratio").max(1.1),
    }
}

pub(super) fn judge(case: &Case<'_>) -> Result<Judged, Error> {
    let today = joined(case.hours)?;
    let mut past = Past::new();
    for day in case.past {
        learn(&mut past, &day.digest)?;
    }
    let world = World::of(&today, &past, case);
    let spans: Vec<(&Thing<'_>, [Option<Span>; 2])> = world
        .things
        .values()
        .map(|thing| (thing, [Way::Up, Way::Down].map(|way| world.farthest(thing, way))))
        .collect();

    let strays = strays(&spans);
    let mut judged = Judged::default();
    let mut surges: BTreeMap<&str, Vec<Surge<'_>>> = BTreeMap::new();
    for (thing, own) in &spans {
        let around = [(Way::Up, 0), (Way::Down, 1)].into_iter().filter_map(|(way, number)| {
            let span = own[number].as_ref()?;
            let usual = strays.get(&thing.key.dataset.as_str())?[number].as_ref()?.mean_of_others(span);
            Some(against_around(thing, way, span, usual))
        });
        let before = world.against_before(thing);
        let n_tests = if before.is_some() { 2.0 } else { 1.0 };
        let strongest = around
            .chain(before)
            .min_by(|a, b| a.p_value.get().total_cmp(&b.p_value.get()).then_with(|| a.span.start.cmp(&b.span.start)));
        let Some(surge) = strongest else {
            judged.test(&thing.key.dataset, PValue::ONE);
            continue;
        };
        let surge = Surge { p_value: PValue::clamped(surge.p_value.get() * n_tests), ..surge };
        judged.test(&thing.key.dataset, surge.p_value);
        surges.entry(&thing.key.dataset).or_default().push(surge);
    }
    for surges in surges.into_values() {
        judged
            .findings
            .extend(explained(surges, &world).iter().filter_map(|surge| report::finding(case.window, surge)));
    }
    Ok(judged)
}

/// By dataset, both ways: how far its things stray.
fn strays<'a>(spans: &'a [(&Thing<'a>, [Option<Span>; 2])]) -> BTreeMap<&'a str, [Option<Strays<'a>>; 2]> {
    let by_dataset = spans.chunk_by(|(a, _), (b, _)| a.key.dataset == b.key.dataset);
    let strays = by_dataset.filter_map(|some| {
        let of = |number: usize| Strays::of(some.iter().map(move |(_, spans)| spans[number].as_ref()));
        Some((some.first()?.0.key.dataset.as_str(), [of(0), of(1)]))
    });
    strays.collect()
}

pub(super) struct Thing<'a> {
    pub key: &'a Key,
    slots: &'a Slots,
    pub series: Series,
    past: &'a [PastDay],
    rhythm: Option<Rhythm>,
}

/// Dataset, kind, and first and last slot of a span.
type Place<'a> = (&'a str, Kind, i64, i64);

pub(super) struct World<'a> {
    /// What is watched today, and what was before and is silent now.
    pub things: BTreeMap<&'a Key, Thing<'a>>,
    pub limits: Limits,
    /// By dataset: the full hours to be judged, and the days before.
    hours: BTreeMap<&'a str, Vec<i64>>,
    days: BTreeMap<&'a str, Vec<i64>>,
    /// By dataset, kind and span: the median movement of its things. Asked for where something strays only.
    common: RefCell<BTreeMap<Place<'a>, f64>>,
}

static SILENT: Slots = Slots::new();

impl<'a> World<'a> {
    fn of(today: &'a Table, past: &'a Past, case: &Case<'_>) -> Self {
        let slot = |at: schema::Timestamp| at.seconds().div_euclid(SLOT_MICROS / 1_000_000);
        let (start, end) = (slot(case.window.start), slot(case.window.end));
        let days = days_of(past);
        let mut judged: BTreeMap<&str, Range<i64>> = BTreeMap::new();
        for (dataset, seen) in seen(today, start..end) {
            // The last slot may not be over, and the first may have begun late where nothing was before.
            let first = if days.contains_key(dataset) { start } else { seen.start + 1 };
            if first < seen.end {
                judged.insert(dataset, first..seen.end);
            }
        }
        let hours = judged.iter().map(|(dataset, slots)| {
            let first = (slots.start + HOUR_SLOTS - 1).div_euclid(HOUR_SLOTS);
            (*dataset, (first..slots.end.div_euclid(HOUR_SLOTS)).collect())
        });
        let mut world = Self {
            things: BTreeMap::new(),
            limits: limits(case.params),
            hours: hours.collect(),
            days,
            common: RefCell::default(),
        };
        let silent = past.keys().filter(|key| !today.contains_key(*key)).map(|key| (key, &SILENT));
        for (key, slots) in today.iter().chain(silent) {
            let Some(range) = judged.get(key.dataset.as_str()) else { continue };
            let past = past.get(key).map_or(&[][..], Vec::as_slice);
            let series = Series::of(slots, range.clone(), range.end + 1 >= end);
            let rhythm = world.rhythm(key, past);
            world.things.insert(key, Thing { key, slots, series, past, rhythm });
        }
        world
    }

    fn rhythm(&self, key: &Key, past: &[PastDay]) -> Option<Rhythm> {
        let days = self.days.get(key.dataset.as_str()).filter(|days| days.len() >= DAYS_MIN)?;
        let counts = past.iter().flat_map(|day| &day.hours).map(|(hour, n)| (*hour, *n)).collect();
        Rhythm::of(&counts, days, self.hours.get(key.dataset.as_str())?)
    }

    /// The span of a thing that strays most from the hours around it, and from what the days before say.
    fn farthest(&self, thing: &Thing<'a>, way: Way) -> Option<Span> {
        let kind = thing.key.kind;
        let is_watched = if way == Way::Up { kind.can_flood() } else { kind.can_fall_silent() };
        if !is_watched {
            return None;
        }
        let site = thing.key.site().and_then(|site| self.things.get(&site));
        thing.series.farthest(way, &self.limits, |span, around| {
            let usual = thing.rhythm.as_ref().map(|rhythm| usual(rhythm, span));
            let before = match way {
                Way::Up => around.max(usual.unwrap_or(0.0)),
                Way::Down => around.min(usual.unwrap_or(f64::INFINITY)),
            };
            let moved = match site {
                Some(site) => movement(&site.series, span, way).unwrap_or(1.0),
                None => self.common_movement(thing.key, span, way),
            };
            let expected = if way == Way::Up { before * moved.max(1.0) } else { before * moved.min(1.0) };
            let crowd = way == Way::Up && kind == Kind::Site && self.is_crowd(thing, span, expected);
            // A crowd is what was expected.
            if crowd { f64::INFINITY } else { expected }
        })
    }

    /// By how much most other things of the kind move, where there are enough of them.
    fn common_movement(&self, key: &'a Key, span: &Range<i64>, way: Way) -> f64 {
        if !key.kind.moves_together() {
            return 1.0;
        }
        let place: Place<'_> = (&key.dataset, key.kind, span.start, span.end);
        if let Some(known) = self.common.borrow().get(&place) {
            return *known;
        }
        let alike =
            self.things.values().filter(|other| (other.key.dataset.as_str(), other.key.kind) == (place.0, place.1));
        let moved: Vec<f64> = alike.filter_map(|other| movement(&other.series, span, way)).collect();
        let common = if moved.len() >= COMMON_MIN { median(moved) } else { 1.0 };
        self.common.borrow_mut().insert(place, common);
        common
    }

    /// Whether what is more of a site is made of what it always gets: paths and networks in the shares of the day.
    fn is_crowd(&self, site: &Thing<'a>, span: &Range<i64>, expected: f64) -> bool {
        let n = site.series.sum(span);
        let rest = site.series.total() - n;
        let unlike = |kind: Kind| {
            let first = Key { kind, part: String::new(), ..site.key.clone() };
            let parts = self.things.range::<Key, _>(&first..);
            let parts =
                parts.take_while(|(key, _)| key.dataset == first.dataset && key.kind == kind && key.name == first.name);
            let (mut more, mut known, mut known_rest, mut n_parts) = (0.0, 0.0, 0.0, 0);
            for (_, part) in parts {
                let own = part.series.sum(span);
                let own_rest = part.series.total() - own;
                more += (own - n * own_rest / rest.max(1.0)).max(0.0);
                (known, known_rest, n_parts) = (known + own, known_rest + own_rest, n_parts + 1);
            }
            // What comes in small parts is not known by name.
            more += ((n - known) - n * (rest - known_rest).max(0.0) / rest.max(1.0)).max(0.0);
            (n_parts > 0).then(|| more / (n - expected).max(1.0))
        };
        let unlike = [unlike(Kind::Path), unlike(Kind::Network)].into_iter().flatten();
        unlike.reduce(f64::max).is_some_and(|share| share < UNLIKE_A_CROWD)
    }

    /// The hour that strays most from the same hour of the days before: what lasts for hours is missed by a look around.
    fn against_before(&self, thing: &Thing<'a>) -> Option<Surge<'a>> {
        let rhythm = thing.rhythm.as_ref()?;
        let hours = self.hours.get(thing.key.dataset.as_str())?;
        let counted = |hour: i64| thing.series.sum(&(hour * HOUR_SLOTS..(hour + 1) * HOUR_SLOTS));
        let strays = |hour: i64| {
            (log(counted(hour)) - rhythm.expected(hour) - self.common_stray(thing.key, hour)) / rhythm.spread
        };
        let silent = thing.key.kind.can_fall_silent();
        let worth = |hour: &&i64| {
            let (n, expected) = (counted(**hour), rhythm.count(**hour));
            let flood = thing.key.kind.can_flood() && n >= self.limits.flood_events_min && n > expected;
            flood || (silent && expected >= self.limits.missed_events_min && n < expected)
        };
        let hours: Vec<i64> = hours.iter().filter(worth).copied().collect();
        let hour = hours.iter().copied().max_by(|a, b| strays(*a).abs().total_cmp(&strays(*b).abs()))?;
        let (n, expected, deviations) = (counted(hour), rhythm.count(hour), strays(hour));
        let span = hour * HOUR_SLOTS..(hour + 1) * HOUR_SLOTS;
        let is_flood = deviations > 0.0;
        let large = if is_flood {
            // Parts of a site are held against the site by the hours around only.
            let alone =
                thing.key.site().is_none() && !(thing.key.kind == Kind::Site && self.is_crowd(thing, &span, expected));
            alone && n >= self.limits.flood_ratio * expected
        } else {
            expected >= self.limits.drop_ratio * n
        };
        let one = if large { t_at_least(deviations.abs(), rhythm.degrees).get() } else { 1.0 };
        let p_value = PValue::clamped(2.0 * hours.len() as f64 * one);
        Some(Surge {
            key: thing.key,
            slots: thing.slots,
            span,
            n,
            expected,
            is_flood,
            basis: Basis::Before,
            n_days: rhythm.n_days,
            surprise: -p_value.get().ln(),
            p_value,
        })
    }

    /// The median of how far things of the kind stray in an hour, on logarithms, where there are enough of them.
    fn common_stray(&self, key: &'a Key, hour: i64) -> f64 {
        // Hours are told from spans of slots by their place: before 1970.
        let place: Place<'_> = (&key.dataset, key.kind, -hour - 1, -hour);
        if let Some(known) = self.common.borrow().get(&place) {
            return *known;
        }
        let alike =
            self.things.values().filter(|other| (other.key.dataset.as_str(), other.key.kind) == (place.0, place.1));
        let strays: Vec<f64> = alike
            .filter_map(|other| {
                let n = other.series.sum(&(hour * HOUR_SLOTS..(hour + 1) * HOUR_SLOTS));
                Some(log(n) - other.rhythm.as_ref()?.expected(hour))
            })
            .collect();
        let common = if strays.len() >= COMMON_MIN { median(strays) } else { 0.0 };
        self.common.borrow_mut().insert(place, common);
        common
    }
}

/// Slots from the first to the last record of each dataset; the end is the slot of the last.
fn seen(today: &Table, window: Range<i64>) -> BTreeMap<&str, Range<i64>> {
    let mut seen: BTreeMap<&str, Range<i64>> = BTreeMap::new();
    for (key, slots) in today.iter().filter(|(key, _)| key.kind == Kind::Sensor) {
        let mut own = slots.range(window.clone()).map(|(slot, _)| *slot);
        let Some(first) = own.next() else { continue };
        let last = own.next_back().unwrap_or(first);
        let range = seen.entry(&key.dataset).or_insert(first..last);
        *range = range.start.min(first)..range.end.max(last);
    }
    seen
}

/// Days before, as their number since 1970, on which a dataset had any record.
fn days_of(past: &Past) -> BTreeMap<&str, Vec<i64>> {
    let mut days: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    for (key, known) in past.iter().filter(|(key, _)| key.kind == Kind::Sensor) {
        let own = known.iter().filter_map(|day| day.hours.keys().next()).map(|hour| hour.div_euclid(24));
        days.entry(&key.dataset).or_default().extend(own);
    }
    for days in days.values_mut() {
        days.sort_unstable();
        days.dedup();
    }
    days
}

/// Events that the days before say a span holds: of the hours that it lies in, by their shares.
fn usual(rhythm: &Rhythm, span: &Range<i64>) -> f64 {
    span.clone().map(|slot| rhythm.count(slot.div_euclid(HOUR_SLOTS)) / HOUR_SLOTS as f64).sum()
}

/// How many times as much, or as little, as around it a series holds in a span.
fn movement(series: &Series, span: &Range<i64>, way: Way) -> Option<f64> {
    Some((series.sum(span) + 1.0) / (series.expected(span, way)? + 1.0))
}

/// A span against how far other things usually stray that day, and the thing itself on the days before.
fn against_around<'a>(thing: &Thing<'a>, way: Way, span: &Span, usual: f64) -> Surge<'a> {
    let own: Vec<f64> = thing.past.iter().map(|day| day.surprise[if way == Way::Up { 0 } else { 1 }]).collect();
    let strayed: Vec<f64> =
        own.iter().filter(|x| **x > 0.0).map(|surprise| surprise.min(SURPRISE_MAX * usual)).collect();
    let mean = (OTHERS_DAYS * usual + strayed.iter().sum::<f64>()) / (OTHERS_DAYS + strayed.len() as f64);
    Surge {
        key: thing.key,
        slots: thing.slots,
        span: span.slots.clone(),
        n: span.n,
        expected: span.expected,
        is_flood: way == Way::Up,
        basis: Basis::Around,
        n_days: own.len(),
        surprise: span.surprise,
        p_value: p_of(span.surprise, mean).and(precedent(span.surprise, &own)),
    }
}

fn median(values: Vec<f64>) -> f64 {
    Sorted::new(values).map_or(1.0, |sorted| sorted.median())
}
