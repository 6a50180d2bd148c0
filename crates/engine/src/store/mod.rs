//! The operational store: findings, threat events, indicators, runs, and how far everything has got. SQLite in WAL
//! mode; every statement is plain SQL that PostgreSQL understands too.

mod attack;
mod batches;
mod campaigns;
mod claims;
mod event_verdicts;
mod events;
mod findings;
mod marks;
mod rows;
mod runs;
mod sources;

use std::{path::Path, time::Duration};

use sqlx::{
    ConnectOptions, SqlSafeStr, Sqlite, SqlitePool, Transaction,
    migrate::{MigrateError, Migration, MigrationType, Migrator},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::{Error, Result};

pub use campaigns::{CampaignChange, CampaignDecision};
pub(crate) use claims::{CLAIMS_VERSION, ClaimRow, Interner};
pub use claims::{ClaimFilter, Judgement, KeptClaim, SeenHere, Verdict};
pub use event_verdicts::{EventJudgement, EventVerdict};
pub use events::EventFilter;
pub(crate) use rows::StoreRows;
pub(crate) use runs::{Outcome, Run};
pub(crate) use sources::SourceState;

/// Every step from an empty file to today's form. A step that was released is never edited: add the next one.
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "first", include_str!("../../migrations/0001_first.sql")),
    (2, "claims", include_str!("../../migrations/0002_claims.sql")),
    (3, "batches", include_str!("../../migrations/0003_batches.sql")),
    (4, "event verdicts", include_str!("../../migrations/0004_event_verdicts.sql")),
    (5, "doubts", include_str!("../../migrations/0005_doubts.sql")),
    (6, "campaigns", include_str!("../../migrations/0006_campaigns.sql")),
    (7, "patterns", include_str!("../../migrations/0007_patterns.sql")),
];

/// Looks at a store that another process is just bringing to this version.
const MIGRATE_TRIES: u32 = 20;

/// Rows per statement where many are written: a bound on the number of parameters, and beyond it nothing is gained.
const ROWS_PER_STATEMENT: usize = 500;

#[derive(Debug, Clone)]
pub(crate) struct Store {
    pool: SqlitePool,
}

impl Store {
    /// Opens the store and brings it to this version's form. A store of a newer Margay is refused and not touched.
    pub(crate) async fn open(path: &Path) -> Result<Self> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // What was acknowledged must survive a power cut, not only a crash of ours.
            .synchronous(SqliteSynchronous::Full)
            .pragma("cache_size", "-65536")
            .busy_timeout(Duration::from_secs(30))
            // A million claims take their seconds, and that is no news for the person at the terminal.
            .disable_statement_logging();
        let pool = SqlitePoolOptions::new().max_connections(4).connect_with(options).await.map_err(|error| {
            Error::machine(format!("could not open the store {}", path.display()))
                .detail(error)
                .hint("is it a Margay store, and may you write to its folder?")
        })?;
        migrate(&pool).await.map_err(|error| {
            Error::machine(format!("could not bring the store {} to this version", path.display()))
                .detail(error)
                .hint("a store that a newer Margay has opened needs that Margay")
        })?;
        Ok(Self { pool })
    }

    /// A transaction that may write from its start on: one that begins by reading would fail, and not wait, where
    /// another process has written in between.
    async fn begin(&self) -> Result<Transaction<'static, Sqlite>> {
        Ok(self.pool.begin_with("BEGIN IMMEDIATE").await?)
    }

    /// Whether SQLite finds the file whole; the answer is `ok` or what is wrong.
    pub(crate) async fn integrity(&self) -> Result<String> {
        Ok(sqlx::query_scalar("PRAGMA quick_check").fetch_one(&self.pool).await?)
    }

    pub(crate) async fn close(self) {
        self.pool.close().await;
    }
}

/// Takes the steps that are missing. Where two processes open a new store at once, one of them finds steps half
/// taken by the other and looks again.
async fn migrate(pool: &SqlitePool) -> std::result::Result<(), MigrateError> {
    let mut tries = 0;
    loop {
        match migrator().run(pool).await {
            Err(MigrateError::ExecuteMigration(..) | MigrateError::Execute(_)) if tries < MIGRATE_TRIES => {
                tries += 1;
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            result => return result,
        }
    }
}

fn migrator() -> Migrator {
    let steps = MIGRATIONS.iter().map(|&(version, name, sql)| {
        Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
    });
    Migrator::with_migrations(steps.collect())
}

#[cfg(test)]
mod tests;
