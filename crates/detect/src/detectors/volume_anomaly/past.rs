//! A day of the past: of each thing its hours, and how far it strayed from itself within the day.

use std::collections::BTreeMap;

use arrow_array::RecordBatch;

use super::{
    judge::limits,
    scan::{Series, Way},
    table::{DAY_SLOTS, HOUR_SLOTS, Key, Kind, Slots, each_key, joined},
};
use crate::{
    Error, Params,
    sheet::{Rows, Sheet},
};

/// Things of a past day that are remembered, the largest of each dataset and kind.
const PAST_MAX: usize = 500;

/// A past day with fewer events of a thing says nothing of its hours.
const PAST_EVENTS_MIN: i64 = 100;

/// What is known of a thing on a past day.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct PastDay {
    /// Events by hour since 1970.
    pub hours: BTreeMap<i64, i64>,
    /// Surprise of the span that strayed farthest, up and down; 0 where none did.
    pub surprise: [f64; 2],
}

/// By thing: the days on which it was seen, oldest first.
pub(super) type Past = BTreeMap<Key, Vec<PastDay>>;

/// Keeps the largest things of a day.
pub(super) fn fold(hours: &[RecordBatch], params: &Params) -> Result<RecordBatch, Error> {
    let table = joined(hours)?;
    let total = |slots: &Slots| slots.values().fold(0_i64, |sum, slot| sum.saturating_add(slot.n));
    type Things<'a> = Vec<(i64, &'a Key, &'a Slots)>;
    let mut by_kind: BTreeMap<(&str, Kind), Things<'_>> = BTreeMap::new();
    for (key, slots) in &table {
        let n = total(slots);
        if n >= PAST_EVENTS_MIN || !key.kind.can_flood() {
            by_kind.entry((&key.dataset, key.kind)).or_default().push((n, key, slots));
        }
    }
    let mut kept: Vec<(&Key, PastDay)> = Vec::new();
    for (_, mut things) in by_kind {
        things.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)));
        things.truncate(PAST_MAX);
        kept.extend(things.into_iter().map(|(_, key, slots)| (key, day_of(slots, params))));
    }
    encode(&kept)
}

fn day_of(slots: &Slots, params: &Params) -> PastDay {
    let mut day = PastDay::default();
    for (slot, counted) in slots {
        let hour = day.hours.entry(slot.div_euclid(HOUR_SLOTS)).or_default();
        *hour = hour.saturating_add(counted.n);
    }
    let Some((first, _)) = slots.first_key_value() else { return day };
    let start = first.div_euclid(DAY_SLOTS) * DAY_SLOTS;
    let series = Series::of(slots, start..start.saturating_add(DAY_SLOTS), true);
    day.surprise = [Way::Up, Way::Down]
        .map(|way| series.farthest(way, &limits(params), |_, expected| expected).map_or(0.0, |span| span.surprise));
    day
}

fn encode(days: &[(&Key, PastDay)]) -> Result<RecordBatch, Error> {
    let hours: Vec<Vec<i64>> = days.iter().map(|(_, day)| day.hours.keys().copied().collect()).collect();
    let counts: Vec<Vec<i64>> = days.iter().map(|(_, day)| day.hours.values().copied().collect()).collect();
    Sheet::default()
        .text("dataset", days.iter().map(|(key, _)| &key.dataset))
        .int("kind", days.iter().map(|(key, _)| key.kind as i64))
        .text("name", days.iter().map(|(key, _)| &key.name))
        .text("part", days.iter().map(|(key, _)| &key.part))
        .ints("hours", hours.iter().map(Vec::as_slice))
        .ints("n_events", counts.iter().map(Vec::as_slice))
        .number("surprise_up", days.iter().map(|(_, day)| day.surprise[0]))
        .number("surprise_down", days.iter().map(|(_, day)| day.surprise[1]))
        .finish()
}

/// Adds what a day knows.
pub(super) fn learn(past: &mut Past, digest: &RecordBatch) -> Result<(), Error> {
    let rows = Rows(digest);
    let (hours, counts) = (rows.ints("hours")?, rows.ints("n_events")?);
    let surprise = [rows.number("surprise_up")?, rows.number("surprise_down")?];
    each_key(rows, |row, key| {
        let hours = hours.ints_at(row).into_iter().zip(counts.ints_at(row)).collect();
        let surprise = surprise.map(|column| column.at(row)).map(|x| if x.is_finite() { x.max(0.0) } else { 0.0 });
        past.entry(key).or_default().push(PastDay { hours, surprise });
    })
}
