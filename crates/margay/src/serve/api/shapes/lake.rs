//! Sources, tables and SQL.

use std::collections::BTreeMap;

use utoipa::ToSchema;

use super::{Anything, Time};

/// What comes into one table from one dataset.
#[derive(ToSchema)]
pub(in crate::serve::api) struct Source {
    name: String,
    dataset: String,
    rows: i64,
    first: Option<String>,
    last: Option<String>,
    n_sources: i64,
    lag_seconds: Option<i64>,
    tables: Vec<String>,
}

/// What about the data somebody should look at.
#[derive(ToSchema)]
pub(in crate::serve::api) struct Incidents {
    items: Vec<Incident>,
    /// Each a table of one dataset.
    n_sources: u64,
    /// Of these, with too little of a past for anything to be usual.
    n_young: u64,
    from: Option<Time>,
    until: Option<Time>,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct Incident {
    kind: IncidentKind,
    /// What comes into it; `quarantine` of rejects.
    table: String,
    dataset: String,
    since: Time,
    until: Option<Time>,
    /// How likely this is, or more, if all is as ever.
    p_value: f64,
    says: String,
}

#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(in crate::serve::api) enum IncidentKind {
    Silent,
    Rejects,
    Fewer,
    More,
}

/// Figures of a table; its name alone for who does not see all records.
#[derive(ToSchema)]
pub(in crate::serve::api) struct TableFigures {
    table: String,
    rows: u64,
    files: u64,
    bytes: u64,
    /// Of the Delta table.
    version: Option<u64>,
}

/// What was rejected, and why.
#[derive(ToSchema)]
pub(in crate::serve::api) struct Reject {
    record_id: String,
    dataset: String,
    source: String,
    ingested_at: String,
    format: String,
    position: i64,
    size: i64,
    reason: String,
    detail: String,
    /// What is no visible character of ASCII is written as `\xNN`.
    bytes_text: String,
}

/// The answer of a query as one document.
#[derive(ToSchema)]
pub(in crate::serve::api) struct SqlAnswer {
    columns: Vec<SqlColumn>,
    /// By the names of the columns.
    rows: Vec<BTreeMap<String, Anything>>,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct SqlColumn {
    name: String,
    /// Arrow's name of the type.
    r#type: String,
}

/// How a query would be carried out.
#[derive(ToSchema)]
pub(in crate::serve::api) struct SqlPlan {
    plan: String,
    parts: Vec<BTreeMap<String, Anything>>,
}

/// What has become of a query.
#[derive(ToSchema)]
pub(in crate::serve::api) struct SqlState {
    state: SqlProgress,
    rows: u64,
    bytes: u64,
    seconds: f64,
    error: Option<String>,
}

#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(in crate::serve::api) enum SqlProgress {
    Running,
    Done,
    Failed,
    Cancelled,
}

/// What there is to ask.
#[derive(ToSchema)]
pub(in crate::serve::api) struct SchemaAnswer {
    tables: Vec<TableAbout>,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct TableAbout {
    name: String,
    description: String,
    columns: Vec<ColumnAbout>,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct ColumnAbout {
    name: String,
    r#type: String,
    unit: Option<String>,
    description: String,
}
