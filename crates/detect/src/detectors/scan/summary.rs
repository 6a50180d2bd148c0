//! The digest's rows: what a source tried along one axis in one hour, to Arrow and back.

use arrow_array::RecordBatch;

use super::sample::Sample;
use crate::{
    Error,
    sheet::{Rows, Sheet},
    telemetry::{Seen, SeenColumns},
};

/// Along what targets lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Kind {
    /// The source itself: all its targets.
    Source,
    /// One service on many hosts of ours.
    ServiceInside,
    /// One service on many hosts elsewhere.
    ServiceOutside,
    /// Many ports of one host.
    Host,
}

impl Kind {
    const ALL: [Self; 4] = [Self::Source, Self::ServiceInside, Self::ServiceOutside, Self::Host];

    fn of(code: i64) -> Self {
        Self::ALL.into_iter().find(|kind| *kind as i64 == code).unwrap_or(Self::Source)
    }
}

/// Who tried what: the axis is `tcp/445`, an address, or empty for the source itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Key {
    pub dataset: String,
    pub source: String,
    pub kind: Kind,
    pub axis: String,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Tried {
    pub sample: Sample,
    /// The source is one of ours.
    pub ours: bool,
    /// Targets outside lie as those of peer-to-peer software do: many hosts, nearly as many ports.
    pub scattered: bool,
    pub seen: Seen,
}

impl Tried {
    pub(super) fn join(&mut self, other: &Self, most: usize) {
        self.sample.join(&other.sample, most);
        self.ours |= other.ours;
        self.scattered |= other.scattered;
        self.seen.join(&other.seen);
    }
}

/// `rows` in order.
pub(super) fn encode(rows: &[(Key, Tried)]) -> Result<RecordBatch, Error> {
    let samples: Vec<Vec<i64>> = rows.iter().map(|(_, tried)| tried.sample.encoded()).collect();
    let sheet = Sheet::default()
        .text("dataset", rows.iter().map(|(key, _)| &key.dataset))
        .text("source", rows.iter().map(|(key, _)| &key.source))
        .int("kind", rows.iter().map(|(key, _)| key.kind as i64))
        .text("axis", rows.iter().map(|(key, _)| &key.axis))
        .int("ours", rows.iter().map(|(_, tried)| i64::from(tried.ours)))
        .int("scattered", rows.iter().map(|(_, tried)| i64::from(tried.scattered)))
        .number("n_targets", rows.iter().map(|(_, tried)| tried.sample.n_targets()))
        .ints("targets", samples.iter().map(Vec::as_slice));
    Seen::write(sheet, rows.iter().map(|(_, tried)| &tried.seen)).finish()
}

pub(super) fn each(digest: &RecordBatch, mut row: impl FnMut(Key, Tried)) -> Result<(), Error> {
    let rows = Rows(digest);
    let (dataset, source, axis) = (rows.text("dataset")?, rows.text("source")?, rows.text("axis")?);
    let (kind, ours, scattered) = (rows.int("kind")?, rows.int("ours")?, rows.int("scattered")?);
    let (n_targets, targets) = (rows.number("n_targets")?, rows.ints("targets")?);
    let seen = SeenColumns::of(rows)?;
    for i in 0..rows.len() {
        let key = Key {
            dataset: dataset.at(i).to_owned(),
            source: source.at(i).to_owned(),
            kind: Kind::of(kind.at(i)),
            axis: axis.at(i).to_owned(),
        };
        let sample = Sample::decoded(&targets.ints_at(i), n_targets.at(i));
        row(key, Tried { sample, ours: ours.at(i) == 1, scattered: scattered.at(i) == 1, seen: seen.at(i) });
    }
    Ok(())
}
