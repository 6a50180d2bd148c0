//! Cases.

use utoipa::ToSchema;

use super::{CaseOutcome, HistoryLine, ItemKind, Marking, Severity, Time};
use crate::serve::api::row::Row;

/// Work that people do together about threat events.
#[derive(ToSchema)]
pub(in crate::serve::api) struct Case {
    id: String,
    /// By which people call it.
    number: i64,
    /// How many changes there were.
    version: i64,
    title: String,
    description: String,
    severity: Severity,
    owner: Option<String>,
    due_at: Option<Time>,
    tlp: Marking,
    opened_at: Time,
    opened_by: String,
    /// Null while it is open.
    closed: Option<Closing>,
    tasks: Vec<CaseTask>,
    requests: Vec<CaseRequest>,
    items: Vec<CaseItem>,
    n_notes: i64,
    /// Left out where cases are told beside an event.
    n_events: u64,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct Closing {
    at: Time,
    by: String,
    outcome: CaseOutcome,
    reason: String,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct CaseTask {
    number: i64,
    title: String,
    assignee: Option<String>,
    due_at: Option<Time>,
    /// When and by whom.
    done: Option<(Time, String)>,
}

/// A question to another team.
#[derive(ToSchema)]
pub(in crate::serve::api) struct CaseRequest {
    number: i64,
    to: String,
    question: String,
    asked_at: Time,
    asked_by: String,
    due_at: Option<Time>,
    answer: Option<CaseReply>,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct CaseReply {
    text: String,
    at: Time,
    by: String,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct CaseItem {
    kind: ItemKind,
    /// The id of an event or campaign; `kind:value` of an indicator; `table/record_id`; the SHA-256 of a file.
    value: String,
    note: String,
    added_at: Time,
    added_by: String,
}

#[derive(ToSchema)]
pub(in crate::serve::api) struct CaseAnswer {
    case: Case,
    events: Vec<Row>,
    history: Vec<HistoryLine>,
}

/// Something that happened, in the story of a case.
#[derive(ToSchema)]
pub(in crate::serve::api) struct CaseMoment {
    at: Time,
    /// `event`, `record`, `case` or `work`.
    kind: String,
    about: String,
    by: Option<String>,
    what: String,
}
