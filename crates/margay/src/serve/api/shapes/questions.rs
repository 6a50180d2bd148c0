//! Questions that people keep.

use utoipa::ToSchema;

use super::{Alert, Anything, Time};

/// A saved question.
#[derive(ToSchema)]
pub(in crate::serve::api) struct SavedQuery {
    id: String,
    name: String,
    question: SavedQuestion,
    alert: Alert,
    /// Name of the channel of the configuration.
    channel: Option<String>,
    saved_at: Time,
    saved_by: String,
    told_at: Time,
}

#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(in crate::serve::api) enum SavedQuestion {
    /// What the words of the filter were read as.
    Filter(Anything),
    Sql(String),
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct QuerySaved {
    query: SavedQuery,
    /// Events that answer it now.
    n_answers: u64,
}
