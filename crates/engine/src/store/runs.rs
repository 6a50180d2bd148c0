//! Run history: every command that changed something, with its figures.

use schema::{Timestamp, stable_id};

use super::{Store, sql};
use crate::{Error, Result};

/// A run that has begun.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    pub(crate) id: String,
}

/// The figures of a run that has ended; `None` where they mean nothing for the command.
#[derive(Debug, Clone, Default)]
pub(crate) struct Outcome {
    pub(crate) received: Option<u64>,
    pub(crate) rows: Option<u64>,
    pub(crate) rejects: Option<u64>,
    pub(crate) findings: Option<u64>,
    pub(crate) events: Option<u64>,
    /// Per table and per stage figures.
    pub(crate) details: serde_json::Value,
}

impl Store {
    pub(crate) async fn begin_run(&self, command: &str, now: Timestamp) -> Result<Run> {
        // Who sees a part only would make events and campaigns of that part.
        if !self.scope().is_everything() {
            return Err(Error::internal(format!("{command} was asked of a part of the store")));
        }
        let process = std::process::id().to_string();
        let id = stable_id("run", &[command, &now.nanos().to_string(), &process]);
        sql::query(
            "INSERT INTO runs (run_id, command, state, started_at, version, details) VALUES ($1, $2, 'running', $3, $4, '{}')",
        )
        .bind(&id)
        .bind(command)
        .bind(now.micros())
        .bind(env!("CARGO_PKG_VERSION"))
        .execute(&self.pool)
        .await?;
        Ok(Run { id })
    }

    /// Writes how the run ended. The run's own result passes through, so that a caller can end with it.
    pub(crate) async fn end_run(
        &self,
        run: &Run,
        now: Timestamp,
        outcome: std::result::Result<&Outcome, &Error>,
    ) -> Result<()> {
        let empty = Outcome::default();
        let (state, figures, error) = match outcome {
            Ok(figures) => ("done", figures, None),
            Err(error) => ("failed", &empty, Some(error.to_string())),
        };
        let count = |figure: Option<u64>| figure.map(|n| i64::try_from(n).unwrap_or(i64::MAX));
        sql::query(
            "UPDATE runs SET state = $2, ended_at = $3, received = $4, rows = $5, rejects = $6, findings = $7, \
             events = $8, error = $9, details = $10 WHERE run_id = $1",
        )
        .bind(&run.id)
        .bind(state)
        .bind(now.micros())
        .bind(count(figures.received))
        .bind(count(figures.rows))
        .bind(count(figures.rejects))
        .bind(count(figures.findings))
        .bind(count(figures.events))
        .bind(error)
        .bind(figures.details.to_string())
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Removes runs of rounds that found nothing new: a server makes one a minute.
    pub(crate) async fn forget_idle_runs(&self, ended_before: Timestamp) -> Result<()> {
        sql::query(
            "DELETE FROM runs WHERE command IN ('ingest', 'detect') AND ended_at < $1 AND coalesce(rows, 0) = 0 \
             AND coalesce(rejects, 0) = 0 AND coalesce(findings, 0) = 0 AND coalesce(events, 0) = 0",
        )
        .bind(ended_before.micros())
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}
