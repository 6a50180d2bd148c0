//! Events, the work on them, and what they rest on.

use std::collections::BTreeMap;

use intel::{identity::Tenancy, work::EventWork};
use schema::{Evidence, Finding, ThreatEvent};

use super::View;
use crate::{
    EventFilter, EventVerdict, EvidenceRow, FindingFilter, HistoryLine, Plan, Result, WorkOrder, WorkedOn,
    work::EventsMeant,
};

impl View {
    /// Threat events, the most severe and latest first.
    pub async fn events(&self, filter: &EventFilter) -> Result<Vec<ThreatEvent>> {
        self.seen.events(filter).await
    }

    /// The one threat event of this id, or of an id that begins so.
    pub async fn event(&self, id: &str) -> Result<ThreatEvent> {
        self.seen.event(id).await
    }

    /// The findings behind a threat event.
    pub async fn findings_behind(&self, event_id: &str) -> Result<Vec<Finding>> {
        self.seen.findings_behind(event_id).await
    }

    /// Findings, the newest first.
    pub async fn findings(&self, filter: &FindingFilter) -> Result<Vec<Finding>> {
        self.seen.findings(filter).await
    }

    /// How many leads there are.
    pub async fn count_leads(&self) -> Result<u64> {
        self.seen.count_leads().await
    }

    /// The rows that an event rests on.
    pub async fn evidence(&self, evidence: &[Evidence]) -> Result<Vec<EvidenceRow>> {
        self.seen.evidence(evidence).await
    }

    /// Which hosts the addresses of an event's targets were, when it happened.
    pub async fn known_as(&self, event: &ThreatEvent) -> Result<Vec<Tenancy>> {
        self.seen.known_as(event).await
    }

    /// What is known of an address or of a host by any of its names.
    pub async fn identity(&self, about: &str) -> Result<Vec<Tenancy>> {
        self.seen.identity(about).await
    }

    /// What could be done about these events; nothing is done.
    pub fn plan(&self, events: Vec<ThreatEvent>) -> Plan {
        self.seen.plan(events)
    }

    /// Changes the work on events, each as far as it may be changed; under the name of who looks through this view.
    pub async fn work_on(&self, meant: &EventsMeant, order: &WorkOrder) -> Result<Vec<WorkedOn>> {
        let order = WorkOrder { by: self.by.clone(), ..order.clone() };
        self.seen.work_on(meant, &order).await
    }

    /// The work on one event.
    pub async fn work_of_event(&self, event_id: &str) -> Result<EventWork> {
        self.seen.work_of_event(event_id).await
    }

    /// The work on those of these events that somebody has touched.
    pub async fn work_of_events(&self, events: &[ThreatEvent]) -> Result<BTreeMap<String, EventWork>> {
        self.seen.work_of_events(events).await
    }

    /// All that was done about an event or case, the oldest first.
    pub async fn work_history(&self, subject: &str) -> Result<Vec<HistoryLine>> {
        self.seen.work_history(subject).await
    }

    /// Ids of the duplicates of an event, and of the events that are parts of it.
    pub async fn events_below(&self, event_id: &str) -> Result<(Vec<String>, Vec<String>)> {
        self.seen.events_below(event_id).await
    }

    /// Verdicts on a threat event, the newest first.
    pub async fn event_verdicts(&self, event_id: &str) -> Result<Vec<EventVerdict>> {
        self.seen.verdicts_of_event(event_id).await
    }
}
