//! SQL for people and tools: bounded, and over the tables that the reader may see.

use std::time::Duration;

use lake::{AsOf, PgQuestion, Rows};
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

/// How a client of PostgreSQL asks a question: see [`PgQuestion`].
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
pub struct PgManner {
    /// Types of parameters that the client declares, by PostgreSQL's names; empty where it leaves them to us.
    pub types: Vec<String>,
    /// Values of parameters; without them only columns and parameters are told, and nothing is run.
    pub values: Option<Vec<Option<String>>>,
    pub user: String,
}

impl View {
    /// Runs one read-only query, in a process of its own where the engine has such. Dropping the rows stops it.
    pub async fn sql(&self, query: &str, limits: &QueryLimits) -> Result<Rows> {
        match &self.seen.workers {
            Some(workers) => workers.ask(self.scope(), &self.by, query, None, limits).await,
            None => self.sql_here(query, limits).await,
        }
    }

    /// Runs one read-only query in this process.
    pub(crate) async fn sql_here(&self, query: &str, limits: &QueryLimits) -> Result<Rows> {
        let rows = self.seen.lake.ask(query, limits.as_of.clone()).await?;
        Ok(rows.limited(limits.rows, limits.bytes))
    }

    /// Runs one read-only query as a client of PostgreSQL asks it: with its catalog, and with parameters.
    pub async fn sql_postgres(&self, query: &str, manner: &PgManner, limits: &QueryLimits) -> Result<Rows> {
        match &self.seen.workers {
            Some(workers) => workers.ask(self.scope(), &self.by, query, Some(manner), limits).await,
            None => self.sql_postgres_here(query, manner, limits).await,
        }
    }

    pub(crate) async fn sql_postgres_here(&self, query: &str, manner: &PgManner, limits: &QueryLimits) -> Result<Rows> {
        let question = PgQuestion { types: &manner.types, values: manner.values.as_deref(), user: &manner.user };
        let rows = self.seen.lake.ask_postgres(query, &question, limits.as_of.clone()).await?;
        Ok(rows.limited(limits.rows, limits.bytes))
    }

    /// The tables that the reader can name.
    pub fn tables_seen(&self) -> Vec<&'static Table> {
        self.seen.lake.tables_seen()
    }
}
