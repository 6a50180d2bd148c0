//! Saved queries: each is run with the scope of who asks.

use schema::ThreatEvent;

use super::View;
use crate::{
    Error, Result,
    store::{Alert, SavedQuery},
    work::NewQuery,
};

impl View {
    /// All saved queries, by name.
    pub async fn saved_queries(&self) -> Result<Vec<SavedQuery>> {
        self.seen.saved_queries().await
    }

    pub async fn saved_query(&self, name: &str) -> Result<SavedQuery> {
        self.seen.saved_query(name).await
    }

    /// Saves a query. Gives it, and how many events answer it already and will not be told of.
    pub async fn save_query(&self, new: &NewQuery) -> Result<(SavedQuery, u64)> {
        // Rounds ask with the sight of the whole machine, and a channel may lead anywhere.
        if new.alert != Alert::Never && !self.scope().is_everything() {
            return Err(Error::usage(
                "alerts tell of events of every dataset and marking, and you see some of them only",
            )
            .hint("save the query without an alert, or ask somebody who sees everything"));
        }
        self.seen.save_query(&NewQuery { by: self.by.clone(), ..new.clone() }).await
    }

    /// Removes a query. What is in the outbox is sent all the same.
    pub async fn remove_query(&self, name: &str) -> Result<()> {
        self.seen.remove_query(name).await
    }

    /// The events that answer a saved query now, at most so many.
    pub async fn run_query(&self, name: &str, limit: u32) -> Result<Vec<ThreatEvent>> {
        self.seen.run_query(name, limit).await
    }
}
