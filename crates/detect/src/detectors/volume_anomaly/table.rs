//! The digest: counts by five minutes of each thing that is watched, to Arrow and back.

use std::collections::BTreeMap;

use arrow_array::RecordBatch;

use crate::{
    Error,
    sheet::{Rows, Sheet},
};

/// Length of a slot, and slots of an hour and of a day.
pub(super) const SLOT_MICROS: i64 = 300_000_000;
pub(super) const HOUR_SLOTS: i64 = 12;
pub(super) const DAY_SLOTS: i64 = 24 * HOUR_SLOTS;

/// What is watched, in the order in which it explains a flood best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Kind {
    /// A site, by its host name.
    Site,
    /// A host of ours that others contact from outside.
    Target,
    /// Errors that a site answers.
    Failures,
    /// A rule of a firewall.
    Rule,
    /// An autonomous system that a site is asked from.
    Network,
    /// A path of a site.
    Path,
    /// All rows of a table that a sensor gives: of the files in one folder, or of a topic.
    Sensor,
}

impl Kind {
    const ALL: [Self; 7] =
        [Self::Site, Self::Target, Self::Failures, Self::Rule, Self::Network, Self::Path, Self::Sensor];

    pub(super) fn of(code: i64) -> Self {
        Self::ALL.into_iter().find(|kind| *kind as i64 == code).unwrap_or(Self::Sensor)
    }

    /// A sensor sees everything: a flood of it is one of something that is watched itself, or of many small things. Of
    /// sensors only silence tells.
    pub(super) fn can_flood(self) -> bool {
        self != Self::Sensor
    }

    /// Errors that cease, and a rule that has nothing to do any more, are good news.
    pub(super) fn can_fall_silent(self) -> bool {
        !matches!(self, Self::Failures | Self::Rule)
    }

    /// Things of this kind are many and each for itself, so that what moves most of them is a common cause.
    pub(super) fn moves_together(self) -> bool {
        matches!(self, Self::Site | Self::Target | Self::Rule)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub dataset: String,
    pub kind: Kind,
    pub name: String,
    /// What of it: a path, the number of a network, the table of a sensor; else empty.
    pub part: String,
}

impl Key {
    /// The table that its events are in.
    pub(super) fn table(&self) -> &str {
        match self.kind {
            Kind::Site | Kind::Network | Kind::Path | Kind::Failures => "http_requests",
            Kind::Target => "connections",
            Kind::Rule => "firewall_events",
            Kind::Sensor => &self.part,
        }
    }

    /// The site that it is a part of.
    pub(super) fn site(&self) -> Option<Self> {
        matches!(self.kind, Kind::Network | Kind::Path | Kind::Failures).then(|| Self {
            kind: Kind::Site,
            part: String::new(),
            ..self.clone()
        })
    }
}

/// Five minutes of a thing.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Slot {
    pub n: i64,
    /// Its first record.
    pub at: i64,
    pub record_id: String,
}

impl Slot {
    fn join(&mut self, other: Self) {
        let n = self.n.saturating_add(other.n);
        if self.n == 0 || (other.at, &other.record_id) < (self.at, &self.record_id) {
            *self = other;
        }
        self.n = n;
    }
}

/// By slots since 1970.
pub(super) type Slots = BTreeMap<i64, Slot>;

pub(super) type Table = BTreeMap<Key, Slots>;

/// A row for each thing and slot.
pub(super) fn encode(table: &Table) -> Result<RecordBatch, Error> {
    let rows: Vec<(&Key, i64, &Slot)> =
        table.iter().flat_map(|(key, slots)| slots.iter().map(move |(at, slot)| (key, *at, slot))).collect();
    Sheet::default()
        .text("dataset", rows.iter().map(|row| &row.0.dataset))
        .int("kind", rows.iter().map(|row| row.0.kind as i64))
        .text("name", rows.iter().map(|row| &row.0.name))
        .text("part", rows.iter().map(|row| &row.0.part))
        .int("slot", rows.iter().map(|row| row.1))
        .int("n_events", rows.iter().map(|row| row.2.n))
        .int("first_at", rows.iter().map(|row| row.2.at))
        .text("record_id", rows.iter().map(|row| &row.2.record_id))
        .finish()
}

pub(super) fn joined<'a>(digests: impl IntoIterator<Item = &'a RecordBatch>) -> Result<Table, Error> {
    let mut table = Table::new();
    for digest in digests {
        let rows = Rows(digest);
        let (slot, n_events, first_at) = (rows.int("slot")?, rows.int("n_events")?, rows.int("first_at")?);
        let record_id = rows.text("record_id")?;
        each_key(rows, |row, key| {
            let known: &mut Slots = table.entry(key).or_default();
            let more = Slot { n: n_events.at(row), at: first_at.at(row), record_id: record_id.at(row).to_owned() };
            known.entry(slot.at(row)).or_default().join(more);
        })?;
    }
    Ok(table)
}

/// Calls with each row and the thing that it is about.
pub(super) fn each_key(rows: Rows<'_>, mut row_of: impl FnMut(usize, Key)) -> Result<(), Error> {
    let (dataset, kind) = (rows.text("dataset")?, rows.int("kind")?);
    let (name, part) = (rows.text("name")?, rows.text("part")?);
    for row in 0..rows.len() {
        let key = Key {
            dataset: dataset.at(row).to_owned(),
            kind: Kind::of(kind.at(row)),
            name: name.at(row).to_owned(),
            part: part.at(row).to_owned(),
        };
        row_of(row, key);
    }
    Ok(())
}
