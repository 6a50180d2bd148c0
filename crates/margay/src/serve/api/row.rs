//! One line of a list of threat events: what the event says and what people have made of it.

use std::collections::BTreeMap;

use engine::{EventJudgement, EventWork, View};
use schema::ThreatEvent;

use super::{super::web::Answer, shapes};

#[derive(Debug, Clone, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct Row {
    pub(crate) id: String,
    #[schema(value_type = shapes::Severity)]
    pub(crate) severity: &'static str,
    /// 0 to 100.
    #[schema(maximum = 100)]
    pub(crate) confidence: u8,
    #[schema(value_type = shapes::Category)]
    pub(crate) category: &'static str,
    pub(crate) title: String,
    pub(crate) dataset: String,
    #[schema(value_type = shapes::Marking)]
    pub(crate) tlp: &'static str,
    #[schema(value_type = shapes::Time)]
    pub(crate) first_seen: String,
    #[schema(value_type = shapes::Time)]
    pub(crate) last_seen: String,
    /// Ids of ATT&CK techniques.
    pub(crate) techniques: Vec<String>,
    pub(crate) tactics: Vec<String>,
    /// The first thing of ours that it is about.
    pub(crate) target: Option<String>,
    /// The first thing on the other side.
    pub(crate) indicator: Option<String>,
    pub(crate) q_value: Option<f64>,
    pub(crate) n_records: u64,
    #[schema(value_type = shapes::EventState)]
    pub(crate) state: &'static str,
    pub(crate) assignee: Option<String>,
    /// Null where nobody has judged it.
    #[schema(value_type = Option<shapes::Judgement>)]
    pub(crate) verdict: Option<&'static str>,
    pub(crate) tags: Vec<String>,
    pub(crate) n_comments: i64,
    /// Id of the campaign that it is part of.
    pub(crate) campaign: Option<String>,
}

/// Rows of these events, in their order.
pub(crate) async fn rows(view: &View, events: &[ThreatEvent]) -> Answer<Vec<Row>> {
    let work = view.work_of_events(events).await?;
    let campaigns = view.campaigns_of_events(events).await?;
    Ok(events.iter().map(|event| row(event, &work, &campaigns)).collect())
}

fn row(event: &ThreatEvent, work: &BTreeMap<String, EventWork>, campaigns: &BTreeMap<String, String>) -> Row {
    let untouched = EventWork::default();
    let work = work.get(&event.id).unwrap_or(&untouched);
    Row {
        id: event.id.clone(),
        severity: event.severity.name(),
        confidence: event.confidence,
        category: event.category.name(),
        title: event.title.clone(),
        dataset: event.dataset.clone(),
        tlp: event.tlp.label(),
        first_seen: event.first_seen.to_string(),
        last_seen: event.last_seen.to_string(),
        techniques: event.techniques.iter().map(|claim| claim.id.clone()).collect(),
        tactics: event.tactics.clone(),
        target: event.targets.first().map(|target| target.value.clone()),
        indicator: event.indicators.first().map(|(_, value)| value.clone()),
        q_value: event.q_value,
        n_records: event.n_records,
        state: work.state.name(),
        assignee: work.assignee.clone(),
        verdict: (work.verdict != EventJudgement::Open).then(|| work.verdict.name()),
        tags: work.tags.iter().cloned().collect(),
        n_comments: work.n_comments,
        campaign: campaigns.get(&event.id).cloned(),
    }
}
