//! The first page: what is new, what is open, what is usual, and whether everything that should come is coming.

use std::collections::BTreeMap;

use futures::try_join;
use intel::{correlate::Campaign, work::State};
use schema::{Stage, Timestamp};

use super::{
    Histogram,
    facets::{FacetValue, Sums, values},
};
use crate::{
    EventFilter, Result, View, clock,
    store::{Label, WorkCell},
};

#[derive(Debug, Clone, serde::Serialize)]
pub struct Overview {
    /// From when on events are counted; all where nothing is said.
    pub since: Option<Timestamp>,
    pub until: Option<Timestamp>,
    pub now: Timestamp,
    /// Neither events nor records are there at all: what to do first is told instead.
    pub empty: bool,
    pub new_events: Told,
    pub open_events: u64,
    pub unassigned: u64,
    pub events_per_hour: Histogram,
    pub techniques: Vec<FacetValue>,
    pub targets: Vec<FacetValue>,
    pub campaigns: Vec<Campaign>,
    /// Tables with records, and when the newest of each was observed.
    pub sources: Vec<SourceHealth>,
}

#[derive(Debug, Clone, serde::Serialize)]
pub struct Told {
    pub total: u64,
    pub by_severity: BTreeMap<String, u64>,
}

#[derive(Debug, Clone, serde::Serialize)]
pub struct SourceHealth {
    pub table: &'static str,
    pub newest: Timestamp,
    /// Nothing has come for longer than a day before the newest record of any table.
    pub silent: bool,
}

const TOP: usize = 12;

const CAMPAIGNS: u32 = 6;

const DAY_MICROS: i64 = 86_400 * 1_000_000;

impl View {
    /// The overview of events that were active between two instants; of all events where none is given.
    pub async fn overview(&self, since: Option<Timestamp>, until: Option<Timestamp>) -> Result<Overview> {
        let store = &self.seen().store;
        let (all, new) = (EventFilter::default(), EventFilter { since, until, ..EventFilter::default() });
        let (all, newly) = try_join!(store.counting(&all), store.counting(&new))?;
        let (all, sums, techniques, targets, events_per_hour) = try_join!(
            Sums::of(&all),
            Sums::of(&newly),
            newly.labels(Label::Technique, TOP),
            newly.targets(TOP),
            Histogram::of(&newly, &new),
        )?;
        let is_open =
            |worked: &&WorkCell| State::ALL.iter().any(|state| state.is_open() && state.name() == worked.state);
        let count =
            |some: &dyn Fn(&&WorkCell) -> bool| all.worked().iter().filter(some).map(|worked| worked.n).sum::<u64>();
        let open_events = all.total().saturating_sub(count(&|worked| !is_open(worked)));
        let assigned = count(&|worked| is_open(worked) && worked.assignee.is_some());
        let sources = self.source_health().await?;
        Ok(Overview {
            since,
            until,
            now: clock::now(),
            empty: all.total() == 0 && sources.is_empty(),
            new_events: Told { total: sums.total(), by_severity: sums.by_severity() },
            open_events,
            unassigned: open_events.saturating_sub(assigned),
            events_per_hour,
            techniques: values(techniques),
            targets: values(targets),
            campaigns: self.campaigns(CAMPAIGNS).await?,
            sources,
        })
    }

    /// When the newest record of each table was observed that the reader may see.
    async fn source_health(&self) -> Result<Vec<SourceHealth>> {
        let mut newest = Vec::new();
        for table in self.tables_seen().into_iter().filter(|table| table.stage == Stage::Telemetry) {
            newest.extend(self.records_span(table).await?.map(|(_, newest)| (table.name, newest)));
        }
        let last = newest.iter().map(|(_, hour)| *hour).max().unwrap_or_default();
        let health = newest.into_iter().map(|(table, newest)| SourceHealth {
            table,
            newest,
            silent: last.micros().saturating_sub(newest.micros()) > DAY_MICROS,
        });
        Ok(health.collect())
    }
}
