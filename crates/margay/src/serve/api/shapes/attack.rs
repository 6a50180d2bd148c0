//! ATT&CK: the matrix, techniques and groups.

use utoipa::ToSchema;

use super::Time;
use crate::serve::api::row::Row;

#[derive(ToSchema)]
pub(in crate::serve::api) struct Matrix {
    /// Of ATT&CK Enterprise.
    version: String,
    tactics: Vec<MatrixTactic>,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct MatrixTactic {
    id: String,
    shortname: String,
    name: String,
    techniques: Vec<MatrixTechnique>,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct MatrixTechnique {
    id: String,
    name: String,
    n_events: u64,
    n_rules: u64,
    /// 0 to 1.
    visibility: f64,
    detectors: Vec<String>,
    /// It could be seen, and nobody looks.
    gap: bool,
    /// By the actor that was asked for.
    used: Option<bool>,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct TechniqueAnswer {
    technique: TechniqueSeen,
    events: Vec<Row>,
}

/// One technique: could it be seen, and does somebody look?
#[derive(ToSchema)]
pub(in crate::serve::api) struct TechniqueSeen {
    id: String,
    name: String,
    tactics: Vec<String>,
    platforms: Vec<String>,
    /// The best of its analytics, 0 to 1.
    share: f64,
    analytics: Vec<AnalyticSeen>,
    /// Detectors, rules and lists that look for it and have rows to work on.
    looking: Vec<String>,
    /// Those that look for it in tables without a row.
    in_vain: Vec<String>,
    last_found: Option<Time>,
    n_found: u64,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct AnalyticSeen {
    id: String,
    strategy: String,
    platforms: Vec<String>,
    share: f64,
    log_sources: Vec<LogSourceSeen>,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct LogSourceSeen {
    name: String,
    data_component: String,
    state: String,
    share: f64,
    tables: Vec<String>,
    records: u64,
    hosts: u64,
    last: Option<Time>,
    /// Events that the analytic names and the lake does not hold.
    missing_events: Vec<String>,
}

/// A group that ATT&CK knows.
#[derive(ToSchema)]
pub(in crate::serve::api) struct Actor {
    id: String,
    name: String,
    aliases: Vec<String>,
    n_techniques: u64,
    n_software: u64,
    /// Of its techniques, those that were met here.
    n_met: u64,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct ActorAnswer {
    id: String,
    name: String,
    aliases: Vec<String>,
    n_techniques: u64,
    n_software: u64,
    n_met: u64,
    techniques: Vec<MatrixTechnique>,
    /// Id and name.
    software: Vec<(String, String)>,
}
