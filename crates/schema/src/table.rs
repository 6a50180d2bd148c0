//! A table: its name, what a row is, and its columns. The tables themselves are in `tables/`.

use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock},
};

use arrow_schema::{Schema, SchemaRef};

use crate::{Column, tables};

/// Who fills the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Normalised telemetry from `ingest`; starts with [`RECORD`] columns and lies in the lake.
    Telemetry,
    /// What Margay itself keeps of the way in: lies in the lake as well (quarantine).
    Lake,
    /// What Margay concludes or is told: lies in the operational store (findings, threat events, indicators, runs).
    Store,
}

/// By what the lake cuts the table into folders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Partition {
    /// The UTC day of this instant column.
    Day(&'static str),
    /// Not in the lake.
    None,
}

/// What every telemetry row carries, before the columns of its own table.
pub static RECORD: &[Column] = &[
    Column::text("record_id", "Stable id of the record: source key and byte position.").required().hunted(),
    Column::text("dataset", "Dataset the record belongs to: the unit of access.").required(),
    Column::text("source", "Where the bytes came from: file path, topic, or stdin.").required(),
    Column::instant("observed_at", "Event time as the source states it.").required().ocsf("time"),
    Column::int("observed_sub_ns", "Nanoseconds of the event time below the microsecond, 0 to 999.")
        .unit("ns")
        .required(),
    Column::instant("ingested_at", "When Margay read the record.").required().ocsf("metadata.processed_time"),
    Column::float("sample_weight", "How many events this record stands for; 1 where the source does not sample.")
        .required(),
    Column::json("attrs", "Fields of the record that the table does not model, as a JSON object.").ocsf("unmapped"),
    Column::text("raw", "The original record.").required().ocsf("raw_data"),
];

/// A table of the product. Declared once, in `tables/<name>.rs`.
#[derive(Debug)]
pub struct Table {
    pub name: &'static str,
    /// What one row is.
    pub about: &'static str,
    pub stage: Stage,
    pub partition: Partition,
    /// The table's own columns; telemetry tables have [`RECORD`] before them.
    pub own: &'static [Column],
}

impl Table {
    /// A telemetry table, cut by the day of event time.
    pub const fn telemetry(name: &'static str, about: &'static str, own: &'static [Column]) -> Self {
        Self { name, about, stage: Stage::Telemetry, partition: Partition::Day("observed_at"), own }
    }

    pub const fn lake(name: &'static str, about: &'static str, day: &'static str, own: &'static [Column]) -> Self {
        Self { name, about, stage: Stage::Lake, partition: Partition::Day(day), own }
    }

    pub const fn store(name: &'static str, about: &'static str, own: &'static [Column]) -> Self {
        Self { name, about, stage: Stage::Store, partition: Partition::None, own }
    }

    /// All columns in order.
    pub fn columns(&self) -> impl Iterator<Item = &'static Column> + Clone {
        let record = if self.stage == Stage::Telemetry { RECORD } else { &[] };
        record.iter().chain(self.own)
    }

    pub fn column(&self, name: &str) -> Option<&'static Column> {
        self.columns().find(|column| column.name == name)
    }

    /// The Arrow schema: what an [`crate::EventBatch`] of this table has, and what the lake stores.
    pub fn schema(&self) -> SchemaRef {
        /// Made once: a table is asked for its schema with every batch, however small.
        static SCHEMAS: LazyLock<BTreeMap<&'static str, SchemaRef>> =
            LazyLock::new(|| tables::ALL.iter().map(|table| (table.name, table.new_schema())).collect());
        let is_listed = tables::find(self.name).is_some_and(|listed| std::ptr::eq(listed, self));
        let known = SCHEMAS.get(self.name).filter(|_| is_listed);
        known.map_or_else(|| self.new_schema(), Arc::clone)
    }

    fn new_schema(&self) -> SchemaRef {
        Arc::new(Schema::new(self.columns().map(Column::field).collect::<Vec<_>>()))
    }
}
