//! SQL for people and tools: bounded, and over the tables that the reader may see.

use std::time::Duration;

use lake::{AsOf, Rows};
use schema::Table;

use super::View;
use crate::Result;

/// How far one query may go.
#[derive(Debug, Clone)]
pub struct QueryLimits {
    /// Rows that are given at most; the answer ends there, and says so.
    pub rows: u64,
    /// Bytes of an answer; one that is larger ends with an error.
    pub bytes: u64,
    /// From the question to the last row.
    pub time: Duration,
    pub as_of: Option<AsOf>,
}

impl Default for QueryLimits {
    fn default() -> Self {
        Self { rows: 10_000_000, bytes: 4 << 30, time: Duration::from_secs(300), as_of: None }
    }
}

impl View {
    /// Runs one read-only query, in a process of its own where the engine has such. Dropping the rows stops it.
    pub async fn sql(&self, query: &str, limits: &QueryLimits) -> Result<Rows> {
        match &self.seen.workers {
            Some(workers) => workers.ask(self.scope(), &self.by, query, limits).await,
            None => self.sql_here(query, limits).await,
        }
    }

    /// Runs one read-only query in this process.
    pub(crate) async fn sql_here(&self, query: &str, limits: &QueryLimits) -> Result<Rows> {
        let rows = self.seen.lake.ask(query, limits.as_of.clone()).await?;
        Ok(rows.limited(limits.rows, limits.bytes))
    }

    /// The tables that the reader can name.
    pub fn tables_seen(&self) -> Vec<&'static Table> {
        self.seen.lake.tables_seen()
    }
}
