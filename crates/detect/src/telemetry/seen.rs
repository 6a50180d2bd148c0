//! The rows behind something, in brief: how many, when, and which to show. Used by digests and their judges.

use schema::{Evidence, Finding, Timestamp};

use crate::{
    Error,
    sheet::{Ints, Lists, Rows, Sheet},
};

/// Records kept by name of one thing in one hour.
const RECORDS_AN_HOUR: usize = 4;

/// Records that a finding names.
pub(crate) const RECORDS_MAX: usize = 24;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) n_records: i64,
    /// Microseconds since 1970, UTC; meaningless where `n_records` is 0.
    pub(crate) first: i64,
    pub(crate) last: i64,
    /// The earliest, in order.
    records: Vec<(i64, Box<str>)>,
}

impl Seen {
    pub(crate) fn take(&mut self, at: i64, record_id: &str) {
        self.first = if self.n_records == 0 { at } else { self.first.min(at) };
        self.last = if self.n_records == 0 { at } else { self.last.max(at) };
        self.n_records = self.n_records.saturating_add(1);
        let full = self.records.len() >= RECORDS_AN_HOUR;
        let too_late = |(last, id): &(i64, Box<str>)| (at, record_id) >= (*last, id.as_ref());
        if !(full && self.records.last().is_some_and(too_late)) {
            self.keep(at, record_id.into(), RECORDS_AN_HOUR);
        }
    }

    /// The earliest records with their times.
    pub(crate) fn records(&self) -> impl Iterator<Item = (i64, &str)> {
        self.records.iter().map(|(at, id)| (*at, id.as_ref()))
    }

    pub(crate) fn join(&mut self, other: &Self) {
        if other.n_records == 0 {
            return;
        }
        self.first = if self.n_records == 0 { other.first } else { self.first.min(other.first) };
        self.last = if self.n_records == 0 { other.last } else { self.last.max(other.last) };
        self.n_records = self.n_records.saturating_add(other.n_records);
        for (at, id) in &other.records {
            self.keep(*at, id.clone(), RECORDS_MAX);
        }
    }

    fn keep(&mut self, at: i64, id: Box<str>, most: usize) {
        let record = (at, id);
        if let Err(place) = self.records.binary_search(&record) {
            self.records.insert(place, record);
            self.records.truncate(most);
        }
    }

    /// The finding with these rows of `table` as its evidence.
    pub(crate) fn prove(&self, table: &str, finding: Finding) -> Finding {
        let evidence = |(_, id): &(i64, Box<str>)| Evidence { table: table.to_owned(), record_id: id.to_string() };
        Finding {
            first_seen: Timestamp::from_micros(self.first).unwrap_or(finding.first_seen),
            last_seen: Timestamp::from_micros(self.last).unwrap_or(finding.last_seen),
            n_records: u64::try_from(self.n_records).unwrap_or(0),
            evidence: self.records.iter().map(evidence).collect(),
            ..finding
        }
    }

    /// Adds its columns to a sheet of rows in the same order.
    pub(crate) fn write<'a>(sheet: Sheet, all: impl Iterator<Item = &'a Self> + Clone) -> Sheet {
        let ids: Vec<Vec<&str>> =
            all.clone().map(|seen| seen.records.iter().map(|(_, id)| id.as_ref()).collect()).collect();
        let times: Vec<Vec<i64>> = all.clone().map(|seen| seen.records.iter().map(|(at, _)| *at).collect()).collect();
        sheet
            .int("n_records", all.clone().map(|seen| seen.n_records))
            .int("first_at", all.clone().map(|seen| seen.first))
            .int("last_at", all.map(|seen| seen.last))
            .texts("record_ids", ids.iter().map(Vec::as_slice))
            .ints("record_times", times.iter().map(Vec::as_slice))
    }
}

/// Its columns in a sheet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SeenColumns<'a> {
    n_records: Ints<'a>,
    first: Ints<'a>,
    last: Ints<'a>,
    ids: Lists<'a>,
    times: Lists<'a>,
}

impl<'a> SeenColumns<'a> {
    pub(crate) fn of(rows: Rows<'a>) -> Result<Self, Error> {
        Ok(Self {
            n_records: rows.int("n_records")?,
            first: rows.int("first_at")?,
            last: rows.int("last_at")?,
            ids: rows.texts("record_ids")?,
            times: rows.ints("record_times")?,
        })
    }

    pub(crate) fn at(self, row: usize) -> Seen {
        let records = self.times.ints_at(row).into_iter().zip(self.ids.texts_at(row));
        Seen {
            n_records: self.n_records.at(row),
            first: self.first.at(row),
            last: self.last.at(row),
            records: records.map(|(at, id)| (at, id.into_boxed_str())).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_earliest_records_are_kept_in_any_order() {
        let (mut forth, mut back) = (Seen::default(), Seen::default());
        for at in 0..40 {
            forth.take(at, &format!("r{at}"));
            back.take(39 - at, &format!("r{}", 39 - at));
        }
        assert_eq!(forth, back);
        assert_eq!((forth.n_records, forth.first, forth.last, forth.records.len()), (40, 0, 39, RECORDS_AN_HOUR));
        let mut both = Seen::default();
        both.join(&forth);
        both.join(&Seen::default());
        assert_eq!(both, forth);
    }

    #[test]
    fn what_is_written_is_read_back() {
        let mut seen = Seen::default();
        seen.take(7, "a");
        seen.take(5, "b");
        let sheet = Seen::write(Sheet::default(), [seen.clone(), Seen::default()].iter()).finish().expect("one length");
        let columns = SeenColumns::of(Rows(&sheet)).expect("its columns");
        assert_eq!((columns.at(0), columns.at(1)), (seen, Seen::default()));
    }
}
