//! Threat events, the findings behind them, and the work on them.

use std::collections::BTreeMap;

use utoipa::ToSchema;

use super::{Anything, Case, Category, EventState, Judgement, Marking, Phase, Severity, Time};
use crate::serve::api::row::Row;

/// One threat event.
#[derive(ToSchema)]
pub(in crate::serve::api) struct ThreatEvent {
    id: String,
    dataset: String,
    category: Category,
    title: String,
    description: String,
    severity: Severity,
    /// Why this severity, in a sentence.
    severity_because: String,
    /// 0 to 100 on the STIX scale.
    #[schema(maximum = 100)]
    confidence: u8,
    first_seen: Time,
    last_seen: Time,
    techniques: Vec<TechniqueClaim>,
    /// Version of ATT&CK that the techniques belong to.
    attack_version: String,
    /// Shortnames in the order of the matrix.
    tactics: Vec<String>,
    phases: Vec<Phase>,
    diamond: Diamond,
    /// Hosts, accounts and the like on our side.
    targets: Vec<Entity>,
    /// The other side: kind and value.
    indicators: Vec<(String, String)>,
    p_value: Option<f64>,
    q_value: Option<f64>,
    chance: Option<Chance>,
    n_records: u64,
    /// Ids.
    findings: Vec<String>,
    /// `detector@version` of every finding.
    detectors: Vec<String>,
    evidence: Vec<EvidencePlace>,
    /// Why it was found: one sentence a finding.
    because: Vec<String>,
    /// What would make it wrong.
    unless: Vec<String>,
    next_steps: Vec<String>,
    labels: Vec<String>,
    tlp: Marking,
}

/// That it is malicious, where verdicts have taught it: 0 to 1.
#[derive(ToSchema)]
pub(in crate::serve::api) struct Chance {
    low: f64,
    value: f64,
    high: f64,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct TechniqueClaim {
    id: String,
    name: String,
    tactics: Vec<String>,
    #[schema(maximum = 100)]
    confidence: u8,
    /// Ids of the findings that are the evidence.
    findings: Vec<String>,
}

/// The Diamond Model of intrusion analysis.
#[derive(ToSchema)]
pub(in crate::serve::api) struct Diamond {
    adversary: Vertex,
    capability: Vertex,
    infrastructure: Vertex,
    victim: Vertex,
    result: String,
    direction: String,
    methodology: String,
    resources: Vec<String>,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct Vertex {
    /// Empty where unknown.
    values: Vec<String>,
    #[schema(maximum = 100)]
    confidence: u8,
}

/// What a finding is about.
#[derive(ToSchema)]
pub(in crate::serve::api) struct Entity {
    kind: String,
    value: String,
}

/// Where a record lies.
#[derive(ToSchema)]
pub(in crate::serve::api) struct EvidencePlace {
    table: String,
    record_id: String,
}

/// What a detector, a rule or a list has found.
#[derive(ToSchema)]
pub(in crate::serve::api) struct Finding {
    id: String,
    detector: String,
    detector_version: String,
    dataset: String,
    /// Mostly the host of ours.
    subject: Entity,
    /// The other side, where there is one.
    object: Option<Entity>,
    /// Other names of the other side in the same records.
    also: Vec<Entity>,
    window: Window,
    first_seen: Time,
    last_seen: Time,
    n_records: u64,
    /// The detector's own scale.
    score: f64,
    p_value: Option<f64>,
    q_value: Option<f64>,
    null_hypothesis: Option<String>,
    #[schema(maximum = 100)]
    confidence: u8,
    techniques: Vec<String>,
    labels: Vec<String>,
    evidence: Vec<EvidencePlace>,
    because: String,
    unless: String,
    /// Name and value; null where it is not a number.
    statistics: Vec<(String, Option<f64>)>,
    /// SQL that shows the records behind it, where the evidence alone does not.
    query: Option<String>,
    tlp: Marking,
}

/// `start` belongs to it, `end` does not.
#[derive(ToSchema)]
pub(in crate::serve::api) struct Window {
    start: Time,
    end: Time,
}

/// An event and all around it.
#[derive(ToSchema)]
pub(in crate::serve::api) struct EventAnswer {
    event: ThreatEvent,
    work: Work,
    /// The newest first.
    verdicts: Vec<EventVerdict>,
    /// Ids of events that say the same.
    duplicates: Vec<String>,
    /// Ids of events that are parts of it.
    parts: Vec<String>,
    cases: Vec<Case>,
    campaign: Option<CampaignOfEvent>,
    findings: Vec<Finding>,
    /// Which host had its addresses then.
    known_as: Vec<Tenancy>,
    related: Vec<Row>,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct CampaignOfEvent {
    id: String,
    name: String,
    n_events: u64,
    n_plantable: u64,
}

/// What people have made of an event.
#[derive(ToSchema)]
pub(in crate::serve::api) struct Work {
    /// How many changes there were.
    version: i64,
    state: EventState,
    verdict: Judgement,
    reason: String,
    assignee: Option<String>,
    tags: Vec<String>,
    /// The event that it is a part of.
    parent: Option<String>,
    duplicate_of: Option<String>,
    /// State and verdict before it was merged.
    before_merge: Option<(EventState, Judgement)>,
    n_comments: i64,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct EventVerdict {
    given_at: Time,
    judgement: Judgement,
    given_by: String,
    reason: String,
}

/// A host had an address.
#[derive(ToSchema)]
pub(in crate::serve::api) struct Tenancy {
    address: String,
    host: String,
    first: Time,
    last: Time,
    /// Records that say so, by sort.
    records: BTreeMap<String, u64>,
    /// 0 to 1.
    agreement: f64,
    #[schema(maximum = 100)]
    confidence: u8,
}

/// The records that an event rests on.
#[derive(ToSchema)]
pub(in crate::serve::api) struct EvidenceAnswer {
    rows: Vec<EvidenceRow>,
    /// Records that are not there any more.
    n_missing: u64,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct EvidenceRow {
    record_id: String,
    table: String,
    observed_at: Time,
    source: String,
    fields: BTreeMap<String, String>,
    /// The same in the order of the table.
    columns: Vec<NamedText>,
    /// As it was.
    raw: String,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct NamedText {
    name: String,
    value: String,
}

/// Who changed what, when, from what to what.
#[derive(ToSchema)]
pub(in crate::serve::api) struct HistoryLine {
    /// Id of the event or case.
    subject: String,
    number: i64,
    changed_at: Time,
    changed_by: String,
    /// `state`, `assign`, `comment`, `tag` ...
    change: String,
    before: Anything,
    after: Anything,
    reason: String,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct WorkResults {
    results: Vec<WorkResult>,
}

/// What has become of a change to one event.
#[derive(ToSchema)]
pub(in crate::serve::api) struct WorkResult {
    event_id: String,
    result: Outcome,
    version: Option<i64>,
    state: Option<EventState>,
    /// Where it was refused.
    why: Option<String>,
    hint: Option<String>,
}

#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(in crate::serve::api) enum Outcome {
    Changed,
    Same,
    Refused,
}

/// The words to filter by.
#[derive(ToSchema)]
pub(in crate::serve::api) struct FilterWords {
    keys: Vec<FilterKey>,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct FilterKey {
    key: String,
    help: String,
    /// Values that are known beforehand.
    values: Vec<String>,
}

/// What events have in common.
#[derive(ToSchema)]
pub(in crate::serve::api) struct Facets {
    /// Events that the filter lets through.
    total: u64,
    facets: Vec<Facet>,
    histogram: Histogram,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct Facet {
    field: String,
    values: Vec<FacetValue>,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct FacetValue {
    value: String,
    count: u64,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct Histogram {
    start: Time,
    step_seconds: i64,
    bars: Vec<Bar>,
    /// For each bar what was to be expected of it; null where too little went before.
    expected: Vec<Option<Expected>>,
}

/// Between which counts a bar was to be expected.
#[derive(ToSchema)]
pub(in crate::serve::api) struct Expected {
    mean: f64,
    low: u64,
    high: u64,
    /// More began, or, where the step is over, fewer.
    unusual: bool,
}

/// Events of one step, by severity.
#[derive(ToSchema)]
pub(in crate::serve::api) struct Bar {
    informational: u64,
    low: u64,
    medium: u64,
    high: u64,
    critical: u64,
}
