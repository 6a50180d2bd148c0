//! Work on one event or on many: by their ids, or by what they have in common.

use std::collections::BTreeMap;

use intel::work::{self, EventChange, EventWork, Words};
use schema::ThreatEvent;

use crate::{Asks, Engine, Error, EventFilter, HistoryLine, Result, WorkedOn, clock, store::Acting};

/// Events that one order changes at most: what is more is not looked at by anybody.
const EVENTS_MAX: u32 = 100_000;

/// Lines of history that are read at once.
const LINES_AT_ONCE: i64 = 10_000;

/// Which events an order is about.
#[derive(Debug, Clone)]
pub enum EventsMeant {
    /// Ids, or beginnings of them.
    Ids(Vec<String>),
    Filter(Box<EventFilter>),
}

/// A change of the work on events, and who asks for it.
#[derive(Debug, Clone)]
pub struct WorkOrder {
    pub change: EventChange,
    pub by: String,
    /// The version that was looked at; whoever was faster makes the order fail. For one event only.
    pub version: Option<i64>,
    /// Say what would become of it, and change nothing.
    pub dry_run: bool,
}

impl Engine {
    /// Changes the work on events, each as far as it may be changed.
    pub async fn work_on(&self, meant: &EventsMeant, order: &WorkOrder) -> Result<Vec<WorkedOn>> {
        let change = self.checked(&order.change).await?;
        let ids = self.ids_meant(meant).await?;
        if order.version.is_some() && ids.len() != 1 {
            return Err(
                Error::usage("a version belongs to one event").hint("change events one by one, or leave it out")
            );
        }
        let by = work::who(&order.by).map_err(refused)?;
        let acting = Acting { by, now: clock::now(), expected: order.version };
        self.store.work_on(&ids, &change, &acting, order.dry_run).await
    }

    /// The work on one event.
    pub async fn work_of_event(&self, event_id: &str) -> Result<EventWork> {
        self.store.work_of_event(event_id).await
    }

    /// The work on those of these events that somebody has touched.
    pub async fn work_of_events(&self, events: &[ThreatEvent]) -> Result<BTreeMap<String, EventWork>> {
        let ids: Vec<String> = events.iter().map(|event| event.id.clone()).collect();
        self.store.work_of_events(&ids).await
    }

    /// Ids of the duplicates of an event, and of the events that are parts of it.
    pub async fn events_below(&self, event_id: &str) -> Result<(Vec<String>, Vec<String>)> {
        self.store.events_below(event_id).await
    }

    /// All that was done about an event or case, the oldest first.
    pub async fn work_history(&self, subject: &str) -> Result<Vec<HistoryLine>> {
        let mut lines = Vec::new();
        if !self.subject_is_seen(subject).await? {
            return Ok(lines);
        }
        loop {
            let after = lines.last().map_or(0, |line: &HistoryLine| line.number);
            let more = self.store.work_history(subject, after, LINES_AT_ONCE).await?;
            if more.is_empty() {
                return self.lines_seen(lines).await;
            }
            lines.extend(more);
        }
    }

    /// The change with its texts as they are kept, and with whole ids.
    async fn checked(&self, change: &EventChange) -> Result<EventChange> {
        let reason = |text: &str| {
            work::text(Words::Reason, text)
                .map_err(|refusal| refused(refusal).hint("say in a few words how you know: --reason TEXT"))
        };
        Ok(match change {
            EventChange::State { to, reason: why } => EventChange::State { to: *to, reason: reason(why)? },
            EventChange::Verdict { judgement, reason: why } => {
                EventChange::Verdict { judgement: *judgement, reason: reason(why)? }
            }
            EventChange::Assign { to } => {
                EventChange::Assign { to: to.as_deref().map(work::who).transpose().map_err(refused)? }
            }
            EventChange::Comment { text } => {
                EventChange::Comment { text: work::text(Words::Note, text).map_err(refused)? }
            }
            EventChange::Tag { tag } => EventChange::Tag { tag: work::tag(tag).map_err(refused)? },
            EventChange::Untag { tag } => EventChange::Untag { tag: work::tag(tag).map_err(refused)? },
            EventChange::Link { parent } => EventChange::Link { parent: self.event(parent).await?.id },
            EventChange::Unlink => EventChange::Unlink,
            EventChange::Merge { into, reason: why } => {
                EventChange::Merge { into: self.event(into).await?.id, reason: reason(why)? }
            }
            EventChange::Split { reason: why } => EventChange::Split { reason: reason(why)? },
        })
    }

    /// Whole ids of the events that are meant, each once.
    pub(crate) async fn ids_meant(&self, meant: &EventsMeant) -> Result<Vec<String>> {
        let mut ids = Vec::new();
        match meant {
            EventsMeant::Ids(beginnings) => {
                for id in beginnings {
                    ids.push(self.event(id).await?.id);
                }
            }
            EventsMeant::Filter(filter) => {
                let filter = EventFilter { limit: Some(EVENTS_MAX + 1), ..(**filter).clone() };
                ids = self.store.event_ids(&self.whole(filter).await?).await?;
                if ids.len() > EVENTS_MAX as usize {
                    return Err(Error::usage(format!("more than {EVENTS_MAX} events are meant"))
                        .hint("narrow the filter: --since, --severity, --technique ..."));
                }
            }
        }
        let mut seen = std::collections::BTreeSet::new();
        ids.retain(|id| seen.insert(id.clone()));
        Ok(ids)
    }

    /// The filter with whole ids in the place of their beginnings, and tags as they are kept.
    pub(crate) async fn whole(&self, filter: EventFilter) -> Result<EventFilter> {
        let mut work = filter.work.clone();
        for id in [&mut work.parent, &mut work.duplicate_of].into_iter().flatten() {
            *id = self.event(id).await?.id;
        }
        for tag in &mut work.tags {
            *tag = work::tag(tag).map_err(refused)?;
        }
        let mut conditions = filter.conditions.clone();
        for condition in &mut conditions {
            match &mut condition.asks {
                Asks::PartOf(id) | Asks::DuplicateOf(id) => *id = self.event(id).await?.id,
                Asks::Case(name) => *name = self.case(name).await?.id,
                _ => {}
            }
        }
        Ok(EventFilter { work, conditions, ..filter })
    }
}

/// A refusal as an error of whoever asked.
pub(crate) fn refused(refusal: work::Refusal) -> Error {
    Error::usage(refusal.why).hint(refusal.hint)
}
