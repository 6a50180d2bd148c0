//! Which events to list by the work on them.

use intel::work::State;

use super::super::sql::Builder;

/// Conditions on the work on an event; everything that is set must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WorkFilter {
    /// One of these; any where there are none.
    pub states: Vec<State>,
    pub assignee: Option<String>,
    /// Assigned to nobody.
    pub unassigned: bool,
    /// All of these.
    pub tags: Vec<String>,
    /// Part of this event.
    pub parent: Option<String>,
    /// Duplicates of this event.
    pub duplicate_of: Option<String>,
    /// Without a verdict.
    pub unjudged: bool,
    /// In this case, by its id.
    pub case: Option<String>,
}

/// The condition that an event `e` is not one that detection raises no more and people have settled.
pub(in crate::store) const NOT_WITHDRAWN: &str =
    "NOT EXISTS (SELECT 1 FROM withdrawn_events v WHERE v.event_id = e.event_id)";

/// The work on an event `e`.
const OF_EVENT: &str = "FROM event_work w WHERE w.event_id = e.event_id";

/// Conditions on an event `e`. What detection raises no more and people have settled is shown to who asks for it by what
/// people did, here or `asks_elsewhere`.
pub(in crate::store) fn push_conditions<'q>(query: &mut Builder<'q>, filter: &'q WorkFilter, asks_elsewhere: bool) {
    let asks = asks_elsewhere || (*filter != WorkFilter::default() && !filter.unjudged);
    if !asks {
        query.push(" AND ").push(NOT_WITHDRAWN);
    }
    if !filter.states.is_empty() {
        push_states(query, &filter.states);
    }
    if let Some(assignee) = &filter.assignee {
        query.push(format!(" AND EXISTS (SELECT 1 {OF_EVENT} AND w.assignee = ")).push_bind(assignee).push(")");
    }
    if filter.unassigned {
        query.push(format!(" AND NOT EXISTS (SELECT 1 {OF_EVENT} AND w.assignee IS NOT NULL)"));
    }
    if filter.unjudged {
        query.push(format!(" AND NOT EXISTS (SELECT 1 {OF_EVENT} AND w.verdict <> 'open')"));
    }
    if let Some(parent) = &filter.parent {
        query.push(format!(" AND EXISTS (SELECT 1 {OF_EVENT} AND w.parent = ")).push_bind(parent).push(")");
    }
    if let Some(original) = &filter.duplicate_of {
        query.push(format!(" AND EXISTS (SELECT 1 {OF_EVENT} AND w.duplicate_of = ")).push_bind(original).push(")");
    }
    for tag in &filter.tags {
        query
            .push(" AND EXISTS (SELECT 1 FROM event_tags g WHERE g.event_id = e.event_id AND g.tag = ")
            .push_bind(tag)
            .push(")");
    }
    if let Some(case) = &filter.case {
        query
            .push(" AND EXISTS (SELECT 1 FROM case_evidence c WHERE c.kind = 'event' AND c.item = e.event_id AND c.case_id = ")
            .push_bind(case)
            .push(")");
    }
}

/// An event without a row is new.
fn push_states<'q>(query: &mut Builder<'q>, states: &'q [State]) {
    query.push(format!(" AND (EXISTS (SELECT 1 {OF_EVENT} AND w.state IN "));
    query.push_list(states.iter().map(|state| state.name())).push(")");
    if states.contains(&State::New) {
        query.push(format!(" OR NOT EXISTS (SELECT 1 {OF_EVENT})"));
    }
    query.push(")");
}
