//! Detectors, series and rules.

use utoipa::ToSchema;

use super::{Severity, Time};

/// What finds something, and how it has done.
#[derive(ToSchema)]
pub(in crate::serve::api) struct Detector {
    name: String,
    version: String,
    finds: String,
    null_hypothesis: String,
    techniques: Vec<String>,
    /// What looks alike and is meant.
    innocent: Vec<String>,
    tables: Vec<String>,
    parameters: Vec<Parameter>,
    n_findings: u64,
    n_raised: u64,
    n_leads: u64,
    /// Threat events that rest on it now.
    n_events: u64,
    rate_is_shown: bool,
    doubts: Vec<Doubt>,
    judged: JudgedShare,
}

/// A dataset in which p-values are small too often for the null hypothesis to be right.
#[derive(ToSchema)]
pub(in crate::serve::api) struct Doubt {
    dataset: String,
    since: Time,
    /// When the stream ended, where that is past.
    until: Option<Time>,
    e_value: f64,
    says: String,
}

/// What people found events to be; nobody chose these events at random.
#[derive(ToSchema)]
pub(in crate::serve::api) struct JudgedShare {
    n_judged: u64,
    n_false: u64,
    n_benign: u64,
    /// With its interval of 95 %.
    false_share: Option<Share>,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct Share {
    value: f64,
    low: f64,
    high: f64,
    n: u64,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct Parameter {
    name: String,
    value: f64,
    because: String,
}

/// How all p-values of a detector lie.
#[derive(ToSchema)]
pub(in crate::serve::api) struct PValues {
    since: Option<Time>,
    until: Option<Time>,
    datasets: Vec<String>,
    n_windows: u64,
    n_tests: u64,
    /// Of these, tests of which it was not kept how their p-values lie.
    n_untold: u64,
    /// There are more windows in this time, older ones.
    goes_on: bool,
    /// P-values from `low` on and below `high`.
    bins: Vec<Bin>,
    /// Between which counts each bin lies, if chance alone made p-values.
    even: Option<Even>,
    /// Share of the tests in which nothing was there.
    null_share: Option<f64>,
    tail: Vec<Tail>,
    shape: Shape,
    quantiles: Vec<Quantile>,
    /// The oldest first.
    windows: Vec<PValueWindow>,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct Bin {
    low: f64,
    high: f64,
    n: u64,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct Even {
    expected: f64,
    low: u64,
    high: u64,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct Tail {
    at_most: f64,
    n: u64,
    /// By chance alone.
    expected: f64,
}

/// What the p-values look like, held against chance.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(in crate::serve::api) enum Shape {
    TooFew,
    Even,
    Careful,
    Leaning,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct Quantile {
    rank: u64,
    p: f64,
    expected: f64,
    low: f64,
    high: f64,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct PValueWindow {
    end: Time,
    n_tests: u64,
    /// P-values of at most one half.
    n_small: u64,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct SeriesAnswer {
    points: Vec<Point>,
}

/// Records of one step, and how many one would expect.
#[derive(ToSchema)]
pub(in crate::serve::api) struct Point {
    at: Time,
    n: i64,
    low: Option<f64>,
    high: Option<f64>,
    unusual: bool,
}

/// A rule of the set in force, or a file that was refused.
#[derive(ToSchema)]
pub(in crate::serve::api) struct Rule {
    /// Null of what was refused.
    id: Option<String>,
    title: String,
    level: Severity,
    status: Option<String>,
    state: RuleState,
    /// Why it is inert, noisy or refused.
    why: Option<String>,
    file: String,
    techniques: Vec<String>,
    tags: Vec<String>,
    n_matches: u64,
    n_subjects: u64,
    from: RuleOrigin,
    /// Where the problem of a refused one is, and what it is called.
    line: u64,
    code: String,
}

#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(in crate::serve::api) enum RuleState {
    Live,
    Inert,
    Noisy,
    Refused,
}

#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(in crate::serve::api) enum RuleOrigin {
    Margay,
    Own,
}

/// One rule, with its text.
#[derive(ToSchema)]
pub(in crate::serve::api) struct RuleAnswer {
    id: String,
    title: String,
    level: Severity,
    status: Option<String>,
    description: String,
    author: String,
    date: Option<String>,
    references: Vec<String>,
    falsepositives: Vec<String>,
    techniques: Vec<String>,
    tags: Vec<String>,
    file: String,
    license: Option<String>,
    /// YAML.
    text: Option<String>,
    state: RuleState,
    /// Why it is inert or noisy.
    why: Option<String>,
    n_matches: u64,
    n_subjects: u64,
    from: RuleOrigin,
}

/// What a rule matches in records that have come.
#[derive(ToSchema)]
pub(in crate::serve::api) struct RuleMatches {
    n: u64,
    per_day: Vec<MatchesOfDay>,
    matches: Vec<RuleMatch>,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct MatchesOfDay {
    at: Time,
    n: u64,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct RuleMatch {
    record_id: String,
    table: String,
    observed_at: Option<Time>,
    dataset: String,
    host: Option<String>,
    raw: String,
}

/// What is wrong with the text of a rule.
#[derive(ToSchema)]
pub(in crate::serve::api) struct RuleCheck {
    problems: Vec<RuleProblem>,
    /// Why rules of the text can match nothing here.
    inert: Vec<String>,
    n_rules: u64,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct RuleProblem {
    line: u64,
    column: u64,
    code: String,
    message: String,
    hint: String,
    warning: bool,
}
