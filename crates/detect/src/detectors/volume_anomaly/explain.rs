//! Which of several surges at the same time is the one to tell: the others follow from it.

use std::ops::Range;

use super::{
    judge::{Basis, Surge, World},
    report,
    scan::Way,
    table::{Key, Kind},
};

/// A flood explains another thing's that is no larger than this many times itself.
const FLOODS: f64 = 1.25;

/// A sensor of which one thing makes up so much is as silent as that thing is.
const MAKES_UP: f64 = 0.8;

/// Without those that another one explains; they were tested all the same.
pub(super) fn explained<'a>(mut surges: Vec<Surge<'a>>, world: &World<'a>) -> Vec<Surge<'a>> {
    surges.retain(|surge| surge.p_value.get() <= report::TOLD_MAX);
    surges.sort_by(|a, b| a.key.cmp(b.key));
    let explains = |a: &Surge<'a>, b: &Surge<'a>| {
        // Of what is missing for hours each thing tells the hour in which it is missed most.
        let for_hours = !a.is_flood && [a, b].iter().any(|surge| surge.basis == Basis::Before);
        let meanwhile = for_hours || (a.span.start < b.span.end && b.span.start < a.span.end);
        let another = a.key != b.key && a.is_flood == b.is_flood && meanwhile;
        another && if a.is_flood { floods(a, b) } else { silences(world, a, b) }
    };
    let kept: Vec<bool> = surges.iter().map(|b| !surges.iter().any(|a| explains(a, b))).collect();
    surges.into_iter().zip(kept).filter(|(_, kept)| *kept).map(|(surge, _)| surge).collect()
}

/// A flood of a site is one of its paths, networks and errors and of the rules that stop it. Where only parts of a site
/// stand out, the one that does so most is told.
fn floods(a: &Surge<'_>, b: &Surge<'_>) -> bool {
    let excess = |surge: &Surge<'_>| surge.n - surge.expected;
    let part = b.key.site().is_some_and(|site| site == *a.key);
    let follows = part || (matches!(a.key.kind, Kind::Site) && b.key.kind == Kind::Rule);
    let of_one_site = a.key.site().is_some() && a.key.site() == b.key.site();
    let order = |surge: &Surge<'_>| (surge.p_value.get(), -surge.surprise, -excess(surge));
    let first = (order(a), a.key) < (order(b), b.key);
    (follows && excess(b) <= FLOODS * excess(a).max(1.0)) || (of_one_site && first)
}

/// Where all that a sensor gives is missing, the sensor is silent, and whatever it sees with it. Where only one of its
/// tables is, and one thing makes up most of that, it is this thing.
fn silences<'a>(world: &World<'a>, a: &Surge<'a>, b: &Surge<'a>) -> bool {
    let makes_up = |thing: &Surge<'_>, sensor: &Surge<'_>| {
        thing.key.kind != Kind::Sensor
            && thing.key.table() == sensor.key.table()
            && thing.expected >= MAKES_UP * sensor.expected
    };
    match (a.key.kind, b.key.kind) {
        (Kind::Sensor, Kind::Sensor) => {
            let same = a.key.name == b.key.name;
            same && (a.expected, b.key).partial_cmp(&(b.expected, a.key)).is_some_and(|order| order.is_gt())
        }
        (Kind::Sensor, _) => is_down(world, a.key, &a.span) || (a.key.table() == b.key.table() && !makes_up(b, a)),
        (_, Kind::Sensor) => makes_up(a, b) && !is_down(world, b.key, &b.span),
        _ => b.key.site().is_some_and(|site| site == *a.key),
    }
}

/// Whether a sensor gives several tables and all of them are missing at once.
fn is_down(world: &World<'_>, sensor: &Key, span: &Range<i64>) -> bool {
    let first = Key { part: String::new(), ..sensor.clone() };
    let tables = world.things.range::<Key, _>(&first..);
    let tables = tables
        .take_while(|(key, _)| (&key.dataset, key.kind, &key.name) == (&first.dataset, Kind::Sensor, &first.name));
    // What has hardly any rows there says nothing.
    let missing: Vec<bool> = tables
        .filter_map(|(_, thing)| {
            let expected = thing.series.expected(span, Way::Up)?;
            (expected >= EVENTS_MIN).then(|| expected >= world.limits.drop_ratio * thing.series.sum(span))
        })
        .collect();
    missing.len() > 1 && missing.into_iter().all(|missing| missing)
}

/// Rows that are to come in the time from which on a table of a sensor is missed.
const EVENTS_MIN: f64 = 20.0;
