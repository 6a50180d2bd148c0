//! The matches of one stretch of time that correlations ask for: gathered in any order, kept as a batch of rows.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use arrow_array::{
    Array, ArrayRef, Int64Array, ListArray, RecordBatch, StringArray,
    builder::{ListBuilder, StringBuilder},
};
use arrow_schema::{DataType, Field, Schema};

use super::Event;
use crate::Error;

/// Matches of one stretch that are kept, the earliest; what comes on top is a sign that a rule matches everything.
const MAX_MATCHES: usize = 250_000;

/// A set: a match that comes twice is there once.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Matches {
    events: BTreeSet<Event>,
    n_left_out: u64,
}

impl Matches {
    pub fn add(&mut self, events: impl IntoIterator<Item = Event>) {
        for event in events {
            self.events.insert(event);
            if self.events.len() > MAX_MATCHES {
                self.events.pop_last();
                self.n_left_out += 1;
            }
        }
    }

    pub fn n_left_out(&self) -> u64 {
        self.n_left_out
    }

    pub fn into_events(self) -> Vec<Event> {
        self.events.into_iter().collect()
    }

    /// One row a match, ordered by time.
    pub fn to_rows(&self) -> Result<RecordBatch, Error> {
        let text = |get: fn(&Event) -> &str| -> ArrayRef {
            Arc::new(self.events.iter().map(|event| Some(get(event))).collect::<StringArray>())
        };
        let list = |get: fn((&String, &String)) -> String| -> ArrayRef {
            let mut lists = ListBuilder::new(StringBuilder::new());
            for event in &self.events {
                event.fields.iter().map(get).for_each(|text| lists.values().append_value(text));
                lists.append(true);
            }
            Arc::new(lists.finish())
        };
        let columns = vec![
            Arc::new(self.events.iter().map(|event| event.at).collect::<Int64Array>()) as ArrayRef,
            text(|event| &event.rule),
            text(|event| &event.dataset),
            text(|event| &event.table),
            text(|event| &event.record_id),
            list(|(name, _)| name.clone()),
            list(|(_, value)| value.clone()),
        ];
        RecordBatch::try_new(schema(), columns).map_err(|error| Error::new(error.to_string()))
    }

    /// Reads what [`Self::to_rows`] wrote.
    pub fn of_rows(rows: &RecordBatch) -> Result<Self, Error> {
        let strange = || Error::new("matches of rules are kept in an unknown form");
        if rows.schema_ref().fields() != schema().fields() {
            return Err(strange());
        }
        let texts = |number: usize| rows.column(number).as_any().downcast_ref::<StringArray>().ok_or_else(strange);
        let lists = |number: usize| rows.column(number).as_any().downcast_ref::<ListArray>().ok_or_else(strange);
        let at = rows.column(0).as_any().downcast_ref::<Int64Array>().ok_or_else(strange)?;
        let (rules, datasets, tables, ids) = (texts(1)?, texts(2)?, texts(3)?, texts(4)?);
        let (names, values) = (lists(5)?, lists(6)?);
        let mut events = BTreeSet::new();
        for row in 0..rows.num_rows() {
            let fields = items(names, row).zip(items(values, row)).collect::<BTreeMap<_, _>>();
            events.insert(Event {
                at: at.value(row),
                rule: rules.value(row).to_owned(),
                dataset: datasets.value(row).to_owned(),
                table: tables.value(row).to_owned(),
                record_id: ids.value(row).to_owned(),
                fields,
            });
        }
        Ok(Self { events, n_left_out: 0 })
    }
}

fn items(lists: &ListArray, row: usize) -> impl Iterator<Item = String> {
    let list = lists.value(row);
    let texts = list.as_any().downcast_ref::<StringArray>().cloned();
    texts.into_iter().flat_map(|texts| texts.iter().flatten().map(str::to_owned).collect::<Vec<_>>())
}

fn schema() -> Arc<Schema> {
    let list = || DataType::List(Arc::new(Field::new("item", DataType::Utf8, true)));
    let text = |name: &str| Field::new(name, DataType::Utf8, true);
    Arc::new(Schema::new(vec![
        Field::new("at", DataType::Int64, false),
        text("rule"),
        text("dataset"),
        text("table"),
        text("record_id"),
        Field::new("names", list(), true),
        Field::new("values", list(), true),
    ]))
}
