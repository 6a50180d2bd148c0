//! The operational store: findings, threat events, indicators, runs, and how far everything has got. A SQLite file
//! (WAL) or a PostgreSQL database; every statement is written once, over [`sql`].

mod attack;
mod batches;
mod campaigns;
mod claims;
mod copy;
mod event_conditions;
mod event_pages;
mod event_texts;
mod event_verdicts;
mod events;
mod figures;
mod findings;
mod marks;
mod migrate;
mod open;
mod people;
mod rows;
mod runs;
mod seen;
mod sources;
pub(crate) mod sql;
mod work;

use std::sync::Arc;

use schema::Scope;
use sql::{Pool, Transaction};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{Error, Result};

pub(crate) use batches::{KeptOfWindow, TestedFilter, TestedWindow};
pub use campaigns::{CampaignChange, CampaignDecision};
pub(crate) use claims::{CLAIMS_VERSION, ClaimRow, Interner};
pub use claims::{ClaimFilter, Judgement, KeptClaim, SeenHere, Verdict};
pub use copy::CopiedTable;
pub use event_conditions::{Asks, Condition};
pub use event_pages::EventFilter;
pub use event_verdicts::EventVerdict;
pub use figures::Newest;
pub(crate) use figures::{Cell, Counting, InStep, Label, Moment, WorkCell};
pub use findings::FindingFilter;
pub(crate) use open::Place;
pub(crate) use people::{Attempt, Ended, Limit};
pub(crate) use rows::StoreRows;
pub(crate) use runs::{Outcome, Run};
pub(crate) use sources::SourceState;
pub use work::CaseFilter;
pub(crate) use work::{Acting, CaseWorked};
pub use work::{Alert, OutboxMessage, Question, SavedQuery};
pub use work::{HistoryLine, WorkFilter, Worked, WorkedOn};

/// Rows per statement where many are written: a bound on the number of parameters, and beyond it nothing is gained.
const ROWS_PER_STATEMENT: usize = 500;

#[derive(Debug, Clone)]
pub(crate) struct Store {
    pool: Pool,
    /// What of it is seen.
    scope: Arc<Scope>,
    /// Turns to count very many events.
    counts: Arc<Semaphore>,
}

impl Store {
    /// A transaction that is the only one that writes from its start on.
    async fn begin(&self) -> Result<Transaction> {
        Ok(self.pool.begin().await?)
    }

    /// Waits for a turn to count what may be all events, which ends when it is dropped: some seconds of work on several
    /// connections must not take from others what a page needs for some milliseconds.
    pub(crate) async fn turn_to_count(&self) -> Result<OwnedSemaphorePermit> {
        let turn = Arc::clone(&self.counts).acquire_owned().await;
        turn.map_err(|_closed| Error::internal("the store gives no turns any more"))
    }

    pub(crate) async fn close(self) {
        self.pool.close().await;
    }
}

#[cfg(test)]
pub(crate) mod tests;
