//! Indicators, and what a text may mean.

use utoipa::ToSchema;

use super::{EvidencePlace, Marking, Time, Verdict};

#[derive(ToSchema)]
pub(in crate::serve::api) struct LookupAnswer {
    items: Vec<Looked>,
}

/// One value that was asked for.
#[derive(ToSchema)]
pub(in crate::serve::api) struct Looked {
    /// As it was written.
    asked: String,
    kind: String,
    value: String,
    found: Vec<Indicator>,
    /// Why it is no indicator.
    refused: String,
}

/// Everything that is known of one value.
#[derive(ToSchema)]
pub(in crate::serve::api) struct Indicator {
    kind: String,
    value: String,
    /// 0 to 100.
    score: f64,
    because: Vec<String>,
    claims: Vec<Claim>,
    /// Warning lists that it is on, and what each leaves of a claim's confidence.
    warnings: Vec<(String, f64)>,
    verdicts: Vec<IndicatorVerdict>,
    n_sightings: u64,
    sightings: Vec<Sighting>,
    /// From when the oldest of what stands was last seen until nothing counts any more.
    curve: Vec<CurvePoint>,
    /// Below it a claim counts no more.
    threshold: Option<f64>,
    /// When this was asked.
    now: Time,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct CurvePoint {
    at: Time,
    score: f64,
}

/// A claim, and what is left of it.
#[derive(ToSchema)]
pub(in crate::serve::api) struct Claim {
    kind: String,
    value: String,
    /// As the source wrote it, where that is another text.
    raw: Option<String>,
    source: String,
    #[schema(maximum = 100)]
    confidence: u8,
    /// Letter of the Admiralty system.
    reliability: Option<String>,
    tlp: Marking,
    malware: Option<String>,
    actor: Option<String>,
    labels: Vec<String>,
    technique: Option<String>,
    first_seen: Option<Time>,
    last_seen: Option<Time>,
    valid_from: Option<Time>,
    valid_until: Option<Time>,
    revoked: bool,
    reference: Option<String>,
    loaded_at: Time,
    renewed_at: Time,
    score: Score,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct Score {
    /// 0 to 100.
    now: f64,
    base: f64,
    seen_at: Time,
    decays_at: Option<Time>,
    model: String,
    /// Whether the claim counts, and why not.
    standing: String,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct IndicatorVerdict {
    given_at: Time,
    judgement: Verdict,
    given_by: String,
    reason: String,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct Sighting {
    dataset: String,
    subject: String,
    first_seen: Time,
    last_seen: Time,
    records: u64,
}

/// Where values are in all records.
#[derive(ToSchema)]
pub(in crate::serve::api) struct Swept {
    items: Vec<SweptValue>,
    n_values: u64,
    /// What is no value, and why.
    refused: Vec<String>,
    n_left_out: u64,
    /// Where it was stopped: records before it were not looked at.
    stopped_at: Option<Time>,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct SweptValue {
    kind: String,
    value: String,
    first_seen: Time,
    last_seen: Time,
    records: u64,
    n_hosts: u64,
    /// The first of them.
    hosts: Vec<String>,
    also: Vec<String>,
    because: String,
    evidence: Vec<EvidencePlace>,
}

/// What was judged.
#[derive(ToSchema)]
pub(in crate::serve::api) struct Judged {
    kind: String,
    value: String,
}

/// How long the indicators of one source and kind last, in days.
#[derive(ToSchema)]
pub(in crate::serve::api) struct Survival {
    source: String,
    kind: String,
    n: u64,
    n_ended: u64,
    /// Day, share that lasts longer, and the limits of its interval of 95 %.
    steps: Vec<(f64, f64, f64, f64)>,
    median_days: Option<f64>,
    ninety_percent_days: Option<f64>,
    weibull_shape: Option<f64>,
    weibull_scale_days: Option<f64>,
}

/// Whatever a text may mean.
#[derive(ToSchema)]
pub(in crate::serve::api) struct SearchAnswer {
    understood: Option<Understood>,
    hits: Vec<SearchHit>,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct Understood {
    kind: String,
    value: String,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct SearchHit {
    kind: String,
    id: String,
    title: String,
    detail: String,
}
