//! Single conditions on threat events, each of which may be turned round: what a line of filter words becomes.

use intel::work::{Judgement, State};
use schema::{Category, Severity, Tlp};

use super::{event_texts, sql::Builder};

/// One condition.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// What must not hold.
    #[serde(default)]
    pub not: bool,
    pub asks: Asks,
}

/// What is asked of an event. Of several values in one list, one must hold.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asks {
    SeverityFrom(Severity),
    SeverityIs(Vec<Severity>),
    /// From this confidence on, 0 to 100.
    ConfidenceFrom(u8),
    Category(Vec<Category>),
    /// These techniques, or sub-techniques of them.
    Technique(Vec<String>),
    /// Shortnames.
    Tactic(Vec<String>),
    Dataset(Vec<String>),
    Tlp(Vec<Tlp>),
    /// Text in a target, an indicator or the title.
    Containing(String),
    Id(Vec<String>),
    State(Vec<State>),
    Verdict(Vec<Judgement>),
    Assignee(Vec<String>),
    Assigned,
    Tag(Vec<String>),
    Case(String),
    PartOf(String),
    DuplicateOf(String),
    Detector(Vec<String>),
    Campaign(String),
}

/// The work on an event `e`.
const WORK: &str = "EXISTS (SELECT 1 FROM event_work w WHERE w.event_id = e.event_id AND ";

impl Asks {
    /// Whether it is about what people did: who asks for that is also shown what detection raises no more.
    pub(super) fn is_of_work(&self) -> bool {
        matches!(
            self,
            Self::State(_)
                | Self::Verdict(_)
                | Self::Assignee(_)
                | Self::Assigned
                | Self::Tag(_)
                | Self::Case(_)
                | Self::PartOf(_)
                | Self::DuplicateOf(_)
        )
    }
}

/// Texts that all events which are meant have.
pub(super) fn texts(conditions: &[Condition]) -> impl Iterator<Item = &String> {
    conditions.iter().filter_map(|condition| match &condition.asks {
        Asks::Containing(text) if !condition.not => Some(text),
        _ => None,
    })
}

/// Conditions on an event `e`, of which its id is there, and what all lists of events say of each.
pub(super) fn push<'q>(query: &mut Builder<'q>, conditions: &'q [Condition]) {
    for Condition { not, asks } in conditions {
        query.push(if *not { " AND NOT (" } else { " AND (" });
        push_one(query, asks);
        query.push(")");
    }
}

fn push_one<'q>(query: &mut Builder<'q>, asks: &'q Asks) {
    match asks {
        Asks::SeverityFrom(least) => {
            query.push("e.severity_rank >= ").push_bind(*least as i64);
        }
        Asks::SeverityIs(these) => {
            query.push("e.severity_rank IN ").push_list(these.iter().map(|severity| *severity as i64));
        }
        Asks::ConfidenceFrom(least) => {
            query.push("e.confidence >= ").push_bind(i64::from(*least));
        }
        Asks::Category(these) => of_event(query, "category", these.iter().map(|category| category.name())),
        Asks::Dataset(these) => of_event(query, "dataset", these.iter().map(String::as_str)),
        Asks::Tlp(these) => of_event(query, "tlp", these.iter().map(|tlp| tlp.label())),
        Asks::Id(these) => {
            query.push("e.event_id IN ").push_list(these);
        }
        Asks::Technique(these) => {
            query.push("EXISTS (SELECT 1 FROM event_techniques t WHERE t.event_id = e.event_id AND t.technique IN ");
            query.push_list(these).push(")");
        }
        Asks::Tactic(these) => {
            query.push("EXISTS (SELECT 1 FROM event_tactics t WHERE t.event_id = e.event_id AND t.tactic IN ");
            query.push_list(these).push(")");
        }
        Asks::Containing(text) => event_texts::push(query, text),
        Asks::State(these) => {
            query.push(WORK).push("w.state IN ").push_list(these.iter().map(|state| state.name())).push(")");
            // An event without a row is new.
            if these.contains(&State::New) {
                query.push(" OR NOT EXISTS (SELECT 1 FROM event_work w WHERE w.event_id = e.event_id)");
            }
        }
        Asks::Verdict(these) => {
            query.push(WORK).push("w.verdict IN ").push_list(these.iter().map(|verdict| verdict.name())).push(")");
            if these.contains(&Judgement::Open) {
                query.push(" OR NOT EXISTS (SELECT 1 FROM event_work w WHERE w.event_id = e.event_id)");
            }
        }
        Asks::Assignee(these) => {
            query.push(WORK).push("w.assignee IN ").push_list(these).push(")");
        }
        Asks::Assigned => {
            query.push(WORK).push("w.assignee IS NOT NULL)");
        }
        Asks::PartOf(id) => {
            query.push(WORK).push("w.parent = ").push_bind(id).push(")");
        }
        Asks::DuplicateOf(id) => {
            query.push(WORK).push("w.duplicate_of = ").push_bind(id).push(")");
        }
        Asks::Tag(these) => {
            query.push("EXISTS (SELECT 1 FROM event_tags g WHERE g.event_id = e.event_id AND g.tag IN ");
            query.push_list(these).push(")");
        }
        Asks::Case(id) => {
            query.push("EXISTS (SELECT 1 FROM case_evidence c WHERE c.kind = 'event' AND c.item = e.event_id ");
            query.push("AND c.case_id = ").push_bind(id).push(")");
        }
        Asks::Detector(these) => {
            query.push("EXISTS (SELECT 1 FROM findings f WHERE f.event_id = e.event_id AND f.detector IN ");
            query.push_list(these).push(")");
        }
        Asks::Campaign(id) => {
            query.push("EXISTS (SELECT 1 FROM campaign_events m WHERE m.event_id = e.event_id AND m.campaign_id = ");
            query.push_bind(id).push(")");
        }
    }
}

fn of_event<'q>(query: &mut Builder<'q>, column: &str, these: impl Iterator<Item = &'q str>) {
    query.push(format!("e.{column} IN ")).push_list(these);
}
