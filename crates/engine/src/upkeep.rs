//! Looking after the lake: figures, compaction, retention.

use std::time::Duration;

use schema::{Stage, Table, Timestamp, tables};

use crate::{Engine, Result, clock};

const DAY_NANOS: i64 = 86_400_000_000_000;

/// Figures of one lake table.
#[derive(Debug, Clone, serde::Serialize)]
pub struct LakeFigures {
    pub table: &'static str,
    pub rows: u64,
    pub files: u64,
    /// Compressed.
    pub bytes: u64,
    /// Version of the Delta table; `None` where nothing was ever appended.
    pub version: Option<u64>,
}

impl Engine {
    pub async fn lake_status(&self) -> Result<Vec<LakeFigures>> {
        let mut figures = Vec::new();
        for table in in_lake() {
            let report = self.lake.describe(table).await?;
            figures.push(LakeFigures {
                table: table.name,
                rows: report.rows,
                files: report.files,
                bytes: report.bytes,
                version: report.version,
            });
        }
        Ok(figures)
    }

    /// Joins small files into large ones.
    pub async fn compact(&self) -> Result<Vec<LakeFigures>> {
        for table in in_lake() {
            self.lake.compact(table).await?;
        }
        self.lake_status().await
    }

    /// Deletes the days that ended more than `keep_days` ago.
    pub async fn expire(&self, keep_days: u32) -> Result<Vec<LakeFigures>> {
        let before = days_ago(keep_days);
        for table in in_lake() {
            self.lake.expire(table, before).await?;
        }
        self.lake_status().await
    }

    /// Removes files that no version of the last `keep_days` needs. A minute is always kept: an append or a query
    /// that runs now may need what it saw when it began.
    pub async fn vacuum(&self, keep_days: u32) -> Result<Vec<LakeFigures>> {
        let keep = Duration::from_secs(u64::from(keep_days) * 86_400).max(Duration::from_secs(60));
        for table in in_lake() {
            self.lake.vacuum(table, keep).await?;
        }
        self.lake_status().await
    }
}

fn in_lake() -> impl Iterator<Item = &'static Table> {
    tables::ALL.iter().copied().filter(|table| table.stage != Stage::Store)
}

fn days_ago(days: u32) -> Timestamp {
    clock::now().checked_add_nanos(-DAY_NANOS.saturating_mul(i64::from(days))).unwrap_or_default()
}
