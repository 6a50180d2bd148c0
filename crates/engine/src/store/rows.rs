//! Store tables as Arrow rows, so that SQL sees them beside the telemetry.

use std::{borrow::Cow, sync::Arc};

use arrow_array::{
    ArrayRef, RecordBatch,
    builder::{BooleanBuilder, Float64Builder, Int64Builder, ListBuilder, StringBuilder, TimestampMicrosecondBuilder},
};
use async_trait::async_trait;
use futures::TryStreamExt;
use schema::{Column, Datasets, Kind, Scope, Table, Tlp};

use super::{
    Store,
    sql::{Builder, Row},
};
use crate::{Error, Result};

/// Rows per Arrow batch.
const ROWS_PER_BATCH: usize = 8_192;

/// One store table, readable by the lake's SQL.
#[derive(Debug, Clone)]
pub(crate) struct StoreRows {
    store: Store,
    table: &'static Table,
    /// How our own telemetry is marked.
    own: Tlp,
}

impl Store {
    /// The rows of a table that are seen. All names come from our own declarations, never from people.
    fn rows_seen(&self, table: &Table) -> Builder<'static> {
        let whole = self.scope().is_everything();
        let mut query = Builder::new("SELECT ");
        for (column, number) in table.columns().zip(0_usize..) {
            query.push(if number == 0 { "" } else { ", " });
            let links = table.name == "event_work" && matches!(column.name, "parent" | "duplicate_of");
            if links && !whole {
                query.push("CASE WHEN 1 = 1");
                self.push_event_seen(&mut query, &format!("t.{}", column.name));
                query.push(format!(" THEN t.{} END", column.name));
            } else {
                query.push(format!("t.{}", column.name));
            }
        }
        query.push(format!(" FROM {} t WHERE 1 = 1", table.name));
        match table.name {
            _ if whole => {}
            "threat_events" => self.push_seen(&mut query, "t"),
            "findings" => self.push_finding_seen(&mut query, "t"),
            "event_work" => self.push_event_seen(&mut query, "t.event_id"),
            "work_history" => {
                // Lines of cases, and those that name other events, may name what is not seen.
                query.push(" AND t.change NOT IN ('link', 'merge', 'split')");
                self.push_event_seen(&mut query, "t.subject");
            }
            "cases" => self.push_case_seen(&mut query),
            "indicators" => self.push_marked(&mut query, "t"),
            // It is there for those only who see all datasets.
            "runs" => {}
            _ => {
                query.push(" AND 1 = 0");
            }
        }
        query
    }

    /// ` AND ...`: that the case `t` is about nothing, or about an event that is seen.
    fn push_case_seen(&self, query: &mut Builder<'_>) {
        self.push_marked(query, "t");
        query.push(
            " AND (NOT EXISTS (SELECT 1 FROM case_evidence i WHERE i.case_id = t.case_id \
             AND i.kind IN ('event', 'campaign', 'record')) \
             OR EXISTS (SELECT 1 FROM case_evidence i WHERE i.case_id = t.case_id AND i.kind = 'event'",
        );
        self.push_event_seen(query, "i.item");
        query.push("))");
    }
}

impl StoreRows {
    pub(crate) fn new(store: Store, table: &'static Table, own: Tlp) -> Self {
        Self { store, table, own }
    }

    /// All rows of the table that the store's scope shows, in batches of a bounded number of rows.
    pub(super) async fn read_of(&self, store: &Store) -> Result<Vec<RecordBatch>> {
        let mut rows = store.rows_seen(self.table).build().fetch(&store.pool);

        let mut batches = Vec::new();
        let mut columns = self.columns();
        let mut n_rows = 0;
        while let Some(row) = rows.try_next().await? {
            for (position, column) in columns.iter_mut().enumerate() {
                column.take(&row, position)?;
            }
            n_rows += 1;
            if n_rows == ROWS_PER_BATCH {
                batches.push(self.batch(&mut columns)?);
                n_rows = 0;
            }
        }
        if n_rows > 0 {
            batches.push(self.batch(&mut columns)?);
        }
        Ok(batches)
    }

    fn columns(&self) -> Vec<Values> {
        self.table.columns().map(Values::of).collect()
    }

    fn batch(&self, columns: &mut [Values]) -> Result<RecordBatch> {
        let arrays = columns.iter_mut().map(Values::finish).collect();
        RecordBatch::try_new(self.table.schema(), arrays).map_err(|error| {
            Error::internal(format!("table \"{}\" holds rows that it should not", self.table.name)).detail(error)
        })
    }
}

#[async_trait]
impl lake::RowSource for StoreRows {
    async fn rows(
        &self,
        scope: &Scope,
    ) -> std::result::Result<Vec<RecordBatch>, Box<dyn std::error::Error + Send + Sync>> {
        Ok(self.read_of(&self.store.within(scope)).await?)
    }

    fn is_seen(&self, scope: &Scope) -> bool {
        // Figures of runs are of everything.
        self.table.name != "runs" || (scope.datasets == Datasets::All && self.own <= scope.ceiling)
    }
}

/// The values of one column while they are collected.
enum Values {
    Text(StringBuilder),
    Int(Int64Builder),
    Float(Float64Builder),
    Bool(BooleanBuilder),
    Instant(TimestampMicrosecondBuilder),
    Texts(ListBuilder<StringBuilder>),
}

impl Values {
    fn of(column: &Column) -> Self {
        match column.kind {
            Kind::Int => Self::Int(Int64Builder::new()),
            Kind::Float => Self::Float(Float64Builder::new()),
            Kind::Bool => Self::Bool(BooleanBuilder::new()),
            Kind::Instant => Self::Instant(TimestampMicrosecondBuilder::new().with_timezone("UTC")),
            Kind::Texts => Self::Texts(ListBuilder::new(StringBuilder::new())),
            Kind::Text | Kind::Ip | Kind::Json | Kind::Bytes => Self::Text(StringBuilder::new()),
        }
    }

    fn take(&mut self, row: &Row, position: usize) -> Result<()> {
        match self {
            Self::Text(values) => values.append_option(row.try_get::<Option<Cow<'_, str>>, _>(position)?),
            Self::Int(values) => values.append_option(row.try_get::<Option<i64>, _>(position)?),
            Self::Float(values) => values.append_option(row.try_get::<Option<f64>, _>(position)?),
            Self::Bool(values) => values.append_option(row.try_get::<Option<i64>, _>(position)?.map(|flag| flag != 0)),
            Self::Instant(values) => values.append_option(row.try_get::<Option<i64>, _>(position)?),
            Self::Texts(values) => match row.try_get::<Option<&str>, _>(position)? {
                Some(json) => {
                    let texts: Vec<String> = serde_json::from_str(json)?;
                    values.append_value(texts.iter().map(Some));
                }
                None => values.append_null(),
            },
        }
        Ok(())
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Text(values) => Arc::new(values.finish()),
            Self::Int(values) => Arc::new(values.finish()),
            Self::Float(values) => Arc::new(values.finish()),
            Self::Bool(values) => Arc::new(values.finish()),
            Self::Instant(values) => Arc::new(values.finish()),
            Self::Texts(values) => Arc::new(values.finish()),
        }
    }
}
