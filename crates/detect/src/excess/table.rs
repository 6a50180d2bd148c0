//! The digest: what each subject gave each object in an hour, to Arrow and back; a day of the past in the same shape.

use std::collections::BTreeMap;

use arrow_array::RecordBatch;

use super::Measure;
use crate::{
    Error,
    sheet::{Rows, Sheet},
    telemetry::{Sample, Seen, SeenColumns},
};

/// Numbers that a detector keeps of a pair; what each means is its own.
pub(crate) const N_NUMBERS: usize = 6;

static NUMBERS: [&str; N_NUMBERS] = ["n0", "n1", "n2", "n3", "n4", "n5"];

/// Objects of one subject that a day of the past remembers, those with the highest values.
const OBJECTS_MAX: usize = 64;

/// An empty object stands for all: it says that the subject was there.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Key {
    pub(crate) dataset: String,
    pub(crate) subject: String,
    pub(crate) object: String,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Amount {
    pub(crate) numbers: [f64; N_NUMBERS],
    /// Distinct things among what was given.
    pub(crate) sample: Sample,
    /// A detail for people, such as a name or a port: the smallest of all.
    pub(crate) detail: String,
    pub(crate) seen: Seen,
}

impl Amount {
    fn join(&mut self, other: &Self, measure: &Measure) {
        (measure.join)(&mut self.numbers, &other.numbers);
        self.sample.join(&other.sample);
        if self.detail.is_empty() || (!other.detail.is_empty() && other.detail < self.detail) {
            self.detail.clone_from(&other.detail);
        }
        self.seen.join(&other.seen);
    }
}

pub(crate) type Table = BTreeMap<Key, Amount>;

pub(crate) fn encode(table: &Table) -> Result<RecordBatch, Error> {
    let samples: Vec<Vec<i64>> = table.values().map(|amount| amount.sample.encoded()).collect();
    let mut sheet = Sheet::default()
        .text("dataset", table.keys().map(|key| &key.dataset))
        .text("subject", table.keys().map(|key| &key.subject))
        .text("object", table.keys().map(|key| &key.object))
        .text("detail", table.values().map(|amount| &amount.detail))
        .ints("sample", samples.iter().map(Vec::as_slice));
    for (i, name) in NUMBERS.iter().enumerate() {
        sheet = sheet.number(name, table.values().map(|amount| amount.numbers.get(i).copied().unwrap_or(0.0)));
    }
    Seen::write(sheet, table.values().map(|amount| &amount.seen)).finish()
}

/// Several digests as one table.
pub(super) fn joined<'a>(
    digests: impl IntoIterator<Item = &'a RecordBatch>,
    measure: &Measure,
) -> Result<Table, Error> {
    let mut table = Table::new();
    for digest in digests {
        each(digest, |key, amount| table.entry(key).or_default().join(&amount, measure))?;
    }
    Ok(table)
}

/// Calls with each row of a digest.
pub(super) fn each(digest: &RecordBatch, mut row: impl FnMut(Key, Amount)) -> Result<(), Error> {
    let rows = Rows(digest);
    let (dataset, subject, object) = (rows.text("dataset")?, rows.text("subject")?, rows.text("object")?);
    let (detail, sample) = (rows.text("detail")?, rows.ints("sample")?);
    let numbers = NUMBERS.iter().map(|name| rows.number(name)).collect::<Result<Vec<_>, _>>()?;
    let seen = SeenColumns::of(rows)?;
    for i in 0..rows.len() {
        let key = Key {
            dataset: dataset.at(i).to_owned(),
            subject: subject.at(i).to_owned(),
            object: object.at(i).to_owned(),
        };
        let mut amount = Amount {
            sample: Sample::decoded(&sample.ints_at(i)),
            detail: detail.at(i).to_owned(),
            seen: seen.at(i),
            ..Amount::default()
        };
        for (slot, column) in amount.numbers.iter_mut().zip(&numbers) {
            *slot = column.at(i);
        }
        row(key, amount);
    }
    Ok(())
}

/// A past day: of each subject that it was there, and the objects that it gave most.
pub(crate) fn fold(hours: &[RecordBatch], measure: &Measure) -> Result<RecordBatch, Error> {
    let day = joined(hours, measure)?;
    let mut by_subject: BTreeMap<(String, String), Vec<(Key, Amount)>> = BTreeMap::new();
    for (key, mut amount) in day {
        amount.seen = Seen::default();
        by_subject.entry((key.dataset.clone(), key.subject.clone())).or_default().push((key, amount));
    }
    let mut kept = Table::new();
    for (_, mut rows) in by_subject {
        let value = |row: &(Key, Amount)| if row.0.object.is_empty() { f64::INFINITY } else { (measure.value)(&row.1) };
        rows.sort_by(|a, b| value(b).total_cmp(&value(a)).then_with(|| a.0.cmp(&b.0)));
        rows.truncate(1 + OBJECTS_MAX);
        kept.extend(rows.into_iter().filter(|row| value(row) >= measure.floor / 20.0));
    }
    encode(&kept)
}
