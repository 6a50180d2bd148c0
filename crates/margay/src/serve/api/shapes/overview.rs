//! The first page.

use std::collections::BTreeMap;

use utoipa::ToSchema;

use super::{CampaignFields, Histogram, JudgedShare, Time};

/// What is new, what is open, and whether everything is coming.
#[derive(ToSchema)]
pub(in crate::serve::api) struct Overview {
    since: Option<Time>,
    until: Option<Time>,
    now: Time,
    /// Nothing is there yet.
    empty: bool,
    new_events: NewEvents,
    open_events: u64,
    unassigned: u64,
    events_per_hour: Histogram,
    verdicts: Verdicts,
    techniques: Vec<TechniqueCount>,
    targets: Vec<TargetCount>,
    campaigns: Vec<CampaignFields>,
    sources: SourcesHealth,
    /// Told to who sees all records.
    lake: LakeSize,
    /// Told where nothing is there yet.
    next_steps: Vec<String>,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct NewEvents {
    total: u64,
    by_severity: BTreeMap<String, u64>,
}

/// What people found events to be.
#[derive(ToSchema)]
pub(in crate::serve::api) struct Verdicts {
    /// Events that a test raised: for these a false discovery rate is promised.
    tested: JudgedShare,
    /// Events that rest on claims and rules alone: for these nothing is promised.
    stated: JudgedShare,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct TechniqueCount {
    id: String,
    n: u64,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct TargetCount {
    target: String,
    n: u64,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct SourcesHealth {
    n: u64,
    /// Tables to which nothing has come for long.
    silent: Vec<String>,
    tables: Vec<TableHealth>,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct TableHealth {
    table: String,
    newest: Time,
    silent: bool,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct LakeSize {
    rows: u64,
    bytes: u64,
}
