//! The digest: counts by hour of each thing that is watched, to Arrow and back; a past day in the same shape.

use std::collections::BTreeMap;

use arrow_array::RecordBatch;

use crate::{
    Error, Params,
    sheet::{Rows, Sheet},
    telemetry::{Seen, SeenColumns},
};

/// Things of a past day that are remembered, the largest of each dataset and kind.
const PAST_MAX: usize = 500;

/// A past day with fewer events of a thing says nothing of its hours.
const PAST_EVENTS_MIN: i64 = 100;

/// What is watched, in the order in which it explains a flood best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Kind {
    /// A site, by its host name.
    Site,
    /// A host of ours that others contact.
    Target,
    /// A rule of a firewall.
    Rule,
    /// An autonomous system that requests come from.
    Network,
    /// A path of a site.
    Path,
    /// All rows of a table: the sensor itself.
    Sensor,
}

impl Kind {
    const ALL: [Self; 6] = [Self::Site, Self::Target, Self::Rule, Self::Network, Self::Path, Self::Sensor];

    pub(super) fn of(code: i64) -> Self {
        Self::ALL.into_iter().find(|kind| *kind as i64 == code).unwrap_or(Self::Sensor)
    }

    /// The table that its events are in; of a sensor it is the key.
    pub(super) fn table(self, key: &str) -> &str {
        match self {
            Self::Site | Self::Network | Self::Path => "http_requests",
            Self::Target => "connections",
            Self::Rule => "firewall_events",
            Self::Sensor => key,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub dataset: String,
    pub kind: Kind,
    pub name: String,
}

/// Events by hour since 1970.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Counts {
    pub hours: BTreeMap<i64, i64>,
    pub seen: BTreeMap<i64, Seen>,
}

impl Counts {
    pub(super) fn at(&self, hour: i64) -> i64 {
        self.hours.get(&hour).copied().unwrap_or(0)
    }

    fn total(&self) -> i64 {
        self.hours.values().fold(0, |sum, n| sum.saturating_add(*n))
    }
}

pub(super) type Table = BTreeMap<Key, Counts>;

/// A row for each thing and hour.
pub(super) fn encode(table: &Table) -> Result<RecordBatch, Error> {
    let rows: Vec<(&Key, i64, i64, Seen)> = table
        .iter()
        .flat_map(|(key, counts)| {
            let seen = |hour: &i64| counts.seen.get(hour).cloned().unwrap_or_default();
            counts.hours.iter().map(move |(hour, n)| (key, *hour, *n, seen(hour)))
        })
        .collect();
    let sheet = Sheet::default()
        .text("dataset", rows.iter().map(|row| &row.0.dataset))
        .int("kind", rows.iter().map(|row| row.0.kind as i64))
        .text("name", rows.iter().map(|row| &row.0.name))
        .int("hour", rows.iter().map(|row| row.1))
        .int("n_events", rows.iter().map(|row| row.2));
    Seen::write(sheet, rows.iter().map(|row| &row.3)).finish()
}

pub(super) fn joined<'a>(digests: impl IntoIterator<Item = &'a RecordBatch>) -> Result<Table, Error> {
    let mut table = Table::new();
    for digest in digests {
        let rows = Rows(digest);
        let (dataset, kind, name) = (rows.text("dataset")?, rows.int("kind")?, rows.text("name")?);
        let (hour, n_events) = (rows.int("hour")?, rows.int("n_events")?);
        let seen = SeenColumns::of(rows)?;
        for row in 0..rows.len() {
            let key = Key {
                dataset: dataset.at(row).to_owned(),
                kind: Kind::of(kind.at(row)),
                name: name.at(row).to_owned(),
            };
            let counts = table.entry(key).or_default();
            let known = counts.hours.entry(hour.at(row)).or_default();
            *known = known.saturating_add(n_events.at(row));
            counts.seen.entry(hour.at(row)).or_default().join(&seen.at(row));
        }
    }
    Ok(table)
}

/// A past day: the largest things, without records.
pub(super) fn fold(hours: &[RecordBatch], _: &Params) -> Result<RecordBatch, Error> {
    let mut by_kind: BTreeMap<(String, Kind), Vec<(Key, Counts)>> = BTreeMap::new();
    for (key, mut counts) in joined(hours)? {
        counts.seen.clear();
        if counts.total() >= PAST_EVENTS_MIN || key.kind == Kind::Sensor {
            by_kind.entry((key.dataset.clone(), key.kind)).or_default().push((key, counts));
        }
    }
    let mut kept = Table::new();
    for (_, mut rows) in by_kind {
        rows.sort_by(|a, b| b.1.total().cmp(&a.1.total()).then_with(|| a.0.cmp(&b.0)));
        rows.truncate(PAST_MAX);
        kept.extend(rows);
    }
    encode(&kept)
}
