//! The first page: what is new, what is open, what is usual, and whether everything that should come is coming.

use std::collections::BTreeMap;

use intel::{correlate::Campaign, work::State};
use schema::{Stage, Timestamp};

use super::{
    Histogram,
    facets::{FacetValue, count_list, most},
};
use crate::{Asks, Condition, EventFilter, Result, View, clock};

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

/// Events that are looked at one by one.
const COUNTED_MAX: i64 = 20_000;

/// Events that are counted.
const TOTAL_MAX: i64 = 1_000_000;

const TOP: usize = 12;

const CAMPAIGNS: u32 = 6;

const DAY_MICROS: i64 = 86_400 * 1_000_000;

impl View {
    /// The overview of events that were active between two instants; of all events where none is given.
    pub async fn overview(&self, since: Option<Timestamp>, until: Option<Timestamp>) -> Result<Overview> {
        let store = &self.seen().store;
        let has_events = store.events_span(&EventFilter::default()).await?.is_some();
        let new = EventFilter { since, until, ..EventFilter::default() };
        let counted = store.counted_events(&new, COUNTED_MAX).await?;
        let (mut severities, mut techniques, mut targets) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        for event in &counted {
            *severities.entry(event.severity.clone()).or_default() += 1;
            count_list(&event.techniques, &mut techniques);
            count_list(&event.targets, &mut targets);
        }
        let total = match (counted.len() as i64) < COUNTED_MAX {
            true => counted.len() as u64,
            false => store.count_filtered(&new, TOTAL_MAX).await?,
        };
        let top = |counts: BTreeMap<String, u64>| most(counts).into_iter().take(TOP).collect();
        let sources = self.source_health().await?;
        Ok(Overview {
            since,
            until,
            now: clock::now(),
            empty: !has_events && sources.is_empty(),
            new_events: Told { total, by_severity: severities },
            open_events: store.count_filtered(&open(Vec::new()), TOTAL_MAX).await?,
            unassigned: store
                .count_filtered(&open(vec![Condition { not: true, asks: Asks::Assigned }]), TOTAL_MAX)
                .await?,
            events_per_hour: self.histogram(&new).await?,
            techniques: top(techniques),
            targets: top(targets),
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

fn open(mut conditions: Vec<Condition>) -> EventFilter {
    let states = State::ALL.into_iter().filter(|state| state.is_open()).collect();
    conditions.push(Condition { not: false, asks: Asks::State(states) });
    EventFilter { conditions, ..EventFilter::default() }
}
