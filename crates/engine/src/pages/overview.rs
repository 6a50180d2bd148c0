//! The first page: what is new, what is open, what is usual, and whether everything that should come is coming.

use std::collections::{BTreeMap, BTreeSet};

use futures::try_join;
use intel::{correlate::Campaign, work::State};
use schema::{Stage, Timestamp};

use super::{
    Histogram, Verdicts,
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
    /// Events by when they began, and how many were to be expected.
    pub events_per_hour: Histogram,
    /// What people found events to be: the false discovery rate as it was, as far as it is known.
    pub verdicts: Verdicts,
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
        let _turn = store.turn_to_count().await?;
        let (all, new) = (EventFilter::default(), EventFilter { since, until, ..EventFilter::default() });
        let (all, newly) = try_join!(store.counting(&all), store.counting(&new))?;
        let (sources, observed) = self.source_health().await?;
        // Three at once: whoever reads a page meanwhile needs connections to the store too.
        let sums = async { Ok((Sums::of(&all).await?, Sums::of(&newly).await?)) };
        let tops = async { Ok((newly.labels(Label::Technique, TOP).await?, newly.targets(TOP).await?)) };
        let ((all, sums), (techniques, targets), events_per_hour) = try_join!(sums, tops, self.begun(&new, &observed))?;
        let is_open =
            |worked: &&WorkCell| State::ALL.iter().any(|state| state.is_open() && state.name() == worked.state);
        let count =
            |some: &dyn Fn(&&WorkCell) -> bool| all.worked().iter().filter(some).map(|worked| worked.n).sum::<u64>();
        let open_events = all.total().saturating_sub(count(&|worked| !is_open(worked)));
        let assigned = count(&|worked| is_open(worked) && worked.assignee.is_some());
        Ok(Overview {
            since,
            until,
            now: clock::now(),
            empty: all.total() == 0 && sources.is_empty(),
            new_events: Told { total: sums.total(), by_severity: sums.by_severity() },
            open_events,
            unassigned: open_events.saturating_sub(assigned),
            events_per_hour,
            verdicts: self.verdicts().await?,
            techniques: values(techniques),
            targets: values(targets),
            campaigns: self.campaigns(CAMPAIGNS).await?,
            sources,
        })
    }

    /// When the newest record of each table was observed that the reader may see, and the hours with records of any.
    async fn source_health(&self) -> Result<(Vec<SourceHealth>, BTreeSet<i64>)> {
        let (mut spans, mut hours) = (Vec::new(), BTreeSet::new());
        for table in self.tables_seen().into_iter().filter(|table| table.stage == Stage::Telemetry) {
            if let Some(span) = self.records_span(table).await? {
                spans.push((table.name, span));
                hours.extend(self.record_hours(table).await?);
            }
        }
        let last = spans.iter().map(|(_, (_, newest))| *newest).max();
        let silent = |newest: Timestamp| last.unwrap_or_default().micros().saturating_sub(newest.micros()) > DAY_MICROS;
        let health = spans.iter().map(|&(table, (_, newest))| SourceHealth { table, newest, silent: silent(newest) });
        Ok((health.collect(), hours))
    }
}
