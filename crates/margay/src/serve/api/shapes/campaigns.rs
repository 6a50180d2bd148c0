//! Campaigns, their graphs, and who may be behind them.

use utoipa::ToSchema;

use super::{Severity, Time};
use crate::serve::api::row::Row;

/// Related events, and why they are.
#[derive(ToSchema)]
pub(in crate::serve::api) struct CampaignFields {
    id: String,
    name: String,
    first_seen: Time,
    last_seen: Time,
    /// In the order of time.
    thread: Vec<Step>,
    /// Things that several of its events have, the most telling first.
    shared: Vec<SharedThing>,
    /// Steps that are held by nothing but what an attacker can put there as he likes.
    n_plantable: u64,
    because: Vec<String>,
    unless: Vec<String>,
}

/// A campaign with what its events say together.
#[derive(ToSchema)]
pub(in crate::serve::api) struct Campaign {
    id: String,
    name: String,
    first_seen: Time,
    last_seen: Time,
    /// In the order of time; lists leave it out.
    thread: Vec<Step>,
    shared: Vec<SharedThing>,
    n_plantable: u64,
    because: Vec<String>,
    unless: Vec<String>,
    n_events: u64,
    /// Of the worst event.
    severity: Severity,
    hosts: Vec<String>,
    techniques: Vec<String>,
    tactics: Vec<String>,
    /// That the actor who was asked for is behind it.
    probability: f64,
    /// The word of ICD 203 for it.
    words: String,
}

/// One event in the activity thread.
#[derive(ToSchema)]
pub(in crate::serve::api) struct Step {
    event: String,
    at: Time,
    /// What it follows from; null for those that begin a thread.
    after: Option<StepReason>,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct StepReason {
    event: String,
    /// log2 of the odds that both are of one campaign.
    bits: f64,
    /// It would hold without what an attacker can put there as he likes.
    is_firm: bool,
    /// An analyst has said so.
    decided: bool,
    reasons: Vec<Reason>,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct Reason {
    what: String,
    bits: f64,
    forgeable: bool,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct SharedThing {
    kind: String,
    value: String,
    events: u64,
    bits: f64,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct CampaignAnswer {
    campaign: Campaign,
    /// In the order of time.
    events: Vec<Row>,
    changes: Vec<CampaignChange>,
    decisions: Vec<CampaignDecision>,
}

/// What has become of a campaign.
#[derive(ToSchema)]
pub(in crate::serve::api) struct CampaignChange {
    changed_at: Time,
    change: ChangeKind,
    campaign: String,
    events: Vec<String>,
    /// The campaign that events came from.
    from: String,
    /// Nothing is left of the other.
    whole: bool,
    /// The campaign that has its events now.
    into: Option<String>,
}

#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(in crate::serve::api) enum ChangeKind {
    Began,
    SplitFrom,
    Grew,
    Took,
    Lost,
    Ended,
}

/// What an analyst has decided, and whether it still stands.
#[derive(ToSchema)]
pub(in crate::serve::api) struct CampaignDecision {
    number: i64,
    given_at: Time,
    given_by: String,
    reason: String,
    decision: Decided,
    revoked_at: Option<Time>,
}

#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[serde(tag = "decision")]
pub(in crate::serve::api) enum Decided {
    /// All of these belong to one campaign.
    Join { events: Vec<String> },
    /// None of these belongs to a campaign that has one of those.
    Apart { events: Vec<String>, others: Vec<String> },
}

/// The number of a decision that was made.
#[derive(ToSchema)]
pub(in crate::serve::api) struct DecisionMade {
    number: i64,
}

/// A campaign as a graph, placed in the plane.
#[derive(ToSchema)]
pub(in crate::serve::api) struct CampaignGraph {
    nodes: Vec<GraphNode>,
    edges: Vec<GraphEdge>,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct GraphNode {
    id: String,
    kind: String,
    label: String,
    x: f64,
    y: f64,
    size: f64,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct GraphEdge {
    from: String,
    to: String,
    label: String,
    weight: f64,
}

/// Who it may be, and why.
#[derive(ToSchema)]
pub(in crate::serve::api) struct Attribution {
    /// The most probable first; one of them is "nobody in our list".
    hypotheses: Vec<Hypothesis>,
    matrix: Vec<Evidence>,
    /// Names that nobody in the list bears.
    unused: Vec<String>,
    verdict: String,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct Hypothesis {
    /// `G0007`; null for somebody who is not in the list.
    group: Option<String>,
    name: String,
    aliases: Vec<String>,
    probability: f64,
    /// The word of ICD 203 for it.
    words: String,
}

/// What one item says of the leading hypotheses.
#[derive(ToSchema)]
pub(in crate::serve::api) struct Evidence {
    item: String,
    /// `technique`, `software` or `claim`.
    kind: String,
    bits: Vec<f64>,
    diagnosticity: f64,
    /// Who would lead without it, and how probable that would be.
    without: (String, f64),
}
