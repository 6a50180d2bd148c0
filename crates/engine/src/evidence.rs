//! The telemetry rows that a threat event rests on.

use std::collections::BTreeMap;

use arrow_array::{Array, RecordBatch, cast::AsArray, types::TimestampMicrosecondType};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::ArrowError;
use futures::TryStreamExt;
use schema::{Evidence, Timestamp, tables};

use crate::{Engine, Error, Result};

/// One row of evidence: what the table models, without what is null, and the original record.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct EvidenceRow {
    pub table: String,
    pub record_id: String,
    pub observed_at: Timestamp,
    pub source: String,
    /// Column and value as text: what the table models in its order, then `attrs`.
    pub fields: Vec<(String, String)>,
    pub raw: String,
}

impl Engine {
    /// The rows of `evidence` that are still in the lake, oldest first.
    pub async fn evidence(&self, evidence: &[Evidence]) -> Result<Vec<EvidenceRow>> {
        let mut by_table: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for one in evidence {
            by_table.entry(&one.table).or_default().push(&one.record_id);
        }
        let mut rows = Vec::new();
        for (name, ids) in by_table {
            let Some(table) = tables::find(name) else { continue };
            let quoted: Vec<String> = ids.iter().map(|id| format!("'{}'", id.replace('\'', "''"))).collect();
            let query = format!("SELECT * FROM {} WHERE record_id IN ({})", table.name, quoted.join(", "));
            let mut batches = self.lake.sql(&query, None).await?;
            while let Some(batch) = batches.try_next().await? {
                read(table.name, &batch, &mut rows)?;
            }
        }
        rows.sort_by(|a, b| (a.observed_at, &a.record_id).cmp(&(b.observed_at, &b.record_id)));
        Ok(rows)
    }
}

/// Columns that stand in fields of their own, or say nothing to a reader.
const APART: [&str; 9] =
    ["record_id", "dataset", "source", "observed_at", "observed_sub_ns", "ingested_at", "sample_weight", "raw", "day"];

fn read(table: &str, batch: &RecordBatch, rows: &mut Vec<EvidenceRow>) -> Result<()> {
    let wrong = |error: ArrowError| {
        Error::internal(format!("table \"{table}\" lies in the lake without the columns of a record")).detail(error)
    };
    let options = FormatOptions::default().with_timestamp_tz_format(Some("%Y-%m-%dT%H:%M:%S%.fZ"));
    let mut columns = Vec::new();
    for (field, column) in batch.schema_ref().fields().iter().zip(batch.columns()) {
        columns.push((
            field.name().clone(),
            column.clone(),
            ArrayFormatter::try_new(column.as_ref(), &options).map_err(wrong)?,
        ));
    }
    columns.sort_by_key(|(name, ..)| name == "attrs");
    let text = |name: &str, row: usize| {
        let column = columns.iter().find(|(known, _, _)| known == name);
        column.map(|(_, _, format)| format.value(row).to_string()).unwrap_or_default()
    };
    let instants = batch
        .column_by_name("observed_at")
        .and_then(|column| column.as_primitive_opt::<TimestampMicrosecondType>())
        .ok_or_else(|| wrong(ArrowError::SchemaError("no observed_at".to_owned())))?;
    for row in 0..batch.num_rows() {
        let shown = columns.iter().filter(|(name, column, _)| !APART.contains(&name.as_str()) && column.is_valid(row));
        rows.push(EvidenceRow {
            table: table.to_owned(),
            record_id: text("record_id", row),
            observed_at: Timestamp::from_micros(instants.value(row)).unwrap_or_default(),
            source: text("source", row),
            fields: shown.map(|(name, _, format)| (name.clone(), format.value(row).to_string())).collect(),
            raw: text("raw", row),
        });
    }
    Ok(())
}
