//! Rows and rejects of a batch while it is being read: a record and its plan become a row.

use std::borrow::Cow;

use super::{Cell, Plan, Record, plan::Step, times::time_of, work::Work};
use crate::{
    RawBatch,
    observed::Observed,
    parsed::{Fault, ParsedBatch, Reason, Reject},
    rows::{Common, Rows, TEXT_BYTES},
};

/// Rows and rejects of a batch while it is being read.
#[derive(Debug)]
pub(crate) struct Output {
    tables: Vec<Rows>,
    /// About how much the texts of a table that every row has will take.
    text_bytes: usize,
    rejects: Vec<Reject>,
    scratch: String,
    second: String,
    attrs: String,
    taken: Vec<bool>,
    /// What the bytes of the record at hand were taken for, where they are not UTF-8.
    encoding: String,
}

impl Output {
    pub(crate) fn new() -> Self {
        Self::of_bytes(TEXT_BYTES)
    }

    /// For a batch of so many bytes. Small files come by the thousand, and each would take room for a large one.
    pub(crate) fn of_bytes(bytes: usize) -> Self {
        Self {
            tables: Vec::new(),
            text_bytes: bytes.min(TEXT_BYTES),
            rejects: Vec::new(),
            scratch: String::new(),
            second: String::new(),
            attrs: String::new(),
            taken: Vec::new(),
            encoding: String::new(),
        }
    }

    /// What the bytes of the next records are taken for; empty for UTF-8.
    pub(crate) fn note_encoding(&mut self, encoding: &str) {
        self.encoding.clear();
        self.encoding.push_str(encoding);
    }

    pub(crate) fn reject(&mut self, reject: Reject) {
        self.rejects.push(reject);
    }

    pub(crate) fn finish(self, format: impl Into<Cow<'static, str>>, raw: &RawBatch) -> ParsedBatch {
        let tables = self.tables.into_iter().map(Rows::finish).collect();
        ParsedBatch { format: format.into(), end: raw.end(), tables, rejects: self.rejects }
    }

    /// Adds one record as a row.
    pub(crate) fn add<'a, K: AsRef<str>, C: Cell<'a>>(
        &mut self,
        plan: &Plan,
        record: &Record<'_, K, C>,
    ) -> Result<(), Fault> {
        let observed = time_of(plan, record)?;
        self.add_observed(plan, record, observed.map_or(Observed::Unstated, Observed::At));
        Ok(())
    }

    /// The same for a record whose envelope has a time, which counts where the record has none.
    pub(crate) fn add_enveloped<'a, K: AsRef<str>, C: Cell<'a>>(
        &mut self,
        plan: &Plan,
        record: &Record<'_, K, C>,
        envelope: Observed,
    ) -> Result<(), Fault> {
        let observed = match time_of(plan, record) {
            Err(fault) if fault.reason == Reason::MissingTime => envelope,
            stated => stated?.map_or(envelope, Observed::At),
        };
        self.add_observed(plan, record, observed);
        Ok(())
    }

    /// The same for a record whose event time the format has read itself; the plan's times are fields like others.
    pub(crate) fn add_observed<'a, K: AsRef<str>, C: Cell<'a>>(
        &mut self,
        plan: &Plan,
        record: &Record<'_, K, C>,
        observed: Observed,
    ) {
        let place = self.tables.iter().position(|rows| std::ptr::eq(rows.table(), plan.table));
        let place = place.unwrap_or_else(|| {
            self.tables.push(Rows::new(plan.table, self.text_bytes));
            self.tables.len() - 1
        });
        let Some(rows) = self.tables.get_mut(place) else { return };

        self.taken.clear();
        self.taken.resize(record.cells.len(), false);
        let mut take = |wanted: usize| {
            let cell = record.at.get(wanted).and_then(|&at| self.taken.get_mut(at));
            if let Some(taken) = cell {
                *taken = true;
            }
        };
        for (time, &wanted) in plan.times.iter().enumerate() {
            // Further time fields are fields like others.
            if record.cell(wanted).is_some() {
                take(wanted);
                if plan.clock.as_ref().is_some_and(|clock| clock.joins(time)) {
                    continue;
                }
                break;
            }
        }
        let weight = plan.weight.and_then(|wanted| {
            let weight =
                record.cell(wanted)?.number()?.parse::<f64>().ok().filter(|weight| (1.0..=1e15).contains(weight))?;
            take(wanted);
            Some(weight)
        });
        for (column, value) in &plan.constants {
            value.write(*column, rows);
        }
        let mut work = Work { scratch: &mut self.scratch, second: &mut self.second };
        let mut do_step = |step: &Step| {
            if !rows.has(step.column) && work.read(step, record, rows) {
                step.fields.iter().for_each(|&wanted| take(wanted));
            }
        };
        match record.live {
            Some(live) => live.iter().filter_map(|&step| plan.steps.get(step)).for_each(do_step),
            None => plan.steps.iter().for_each(&mut do_step),
        }
        for (column, value) in &plan.defaults {
            if !rows.has(*column) {
                value.write(*column, rows);
            }
        }
        write_attrs(record, |cell| !plan.complete && self.taken.get(cell) == Some(&true), &mut self.attrs);
        if !self.encoding.is_empty() {
            add_encoding(&self.encoding, &mut self.attrs);
        }
        rows.end_row(Common {
            position: record.position,
            observed,
            weight: weight.unwrap_or(1.0),
            attrs: &self.attrs,
            raw: record.raw,
        });
    }
}

/// Adds what the bytes were taken for, as the field `_encoding`.
fn add_encoding(encoding: &str, attrs: &mut String) {
    let has_others = attrs.pop().is_some();
    attrs.push_str(if has_others { ",\"_encoding\":\"" } else { "{\"_encoding\":\"" });
    attrs.push_str(encoding);
    attrs.push_str("\"}");
}

/// The fields that are in no column, as a JSON object in the order of the source; empty where there are none.
fn write_attrs<'a, K: AsRef<str>, C: Cell<'a>>(
    record: &Record<'_, K, C>,
    is_taken: impl Fn(usize) -> bool,
    attrs: &mut String,
) {
    attrs.clear();
    for (place, (&cell, key)) in record.cells.iter().zip(record.keys).enumerate() {
        if cell.is_unset() || is_taken(place) {
            continue;
        }
        attrs.push_str(if attrs.is_empty() { "{\"" } else { ",\"" });
        attrs.push_str(key.as_ref());
        attrs.push_str("\":");
        cell.push_json(attrs);
    }
    if !attrs.is_empty() {
        attrs.push('}');
    }
}
