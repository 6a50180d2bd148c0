//! Figures over threat events: how many there are, of what, and when. Like every read, of what the reader sees.

use std::collections::BTreeMap;

use super::{
    EventFilter, Store,
    event_pages::{self, Way},
    sql::{self, Builder, Row},
};
use crate::Result;

/// What is counted of one event.
#[derive(Debug, Clone)]
pub(crate) struct Counted {
    pub(crate) severity: String,
    pub(crate) category: String,
    pub(crate) dataset: String,
    pub(crate) tlp: String,
    /// JSON lists.
    pub(crate) techniques: String,
    pub(crate) tactics: String,
    pub(crate) targets: String,
    pub(crate) state: Option<String>,
    pub(crate) verdict: Option<String>,
    pub(crate) assignee: Option<String>,
}

/// How many events of one severity were last seen within one step of time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct InStep {
    pub(crate) step: i64,
    pub(crate) severity_rank: i64,
    pub(crate) n: u64,
}

/// Tells whether events or the work on them have changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Newest {
    pub events: u64,
    run: i64,
    work: i64,
}

impl Store {
    /// Looked at often: nothing here reads more than an index.
    pub(crate) async fn newest(&self) -> Result<Newest> {
        let number = async |text: &'static str| -> Result<i64> {
            Ok(sql::query_scalar::<Option<i64>>(text).fetch_one(&self.pool).await?.unwrap_or(0))
        };
        Ok(Newest {
            events: u64::try_from(number("SELECT count(*) FROM threat_events").await?).unwrap_or(0),
            run: number("SELECT max(ended_at) FROM runs").await?,
            work: number("SELECT max(changed_at) FROM event_work").await?,
        })
    }

    /// How many events a filter lets through; at most so many are counted.
    pub(crate) async fn count_filtered(&self, filter: &EventFilter, at_most: i64) -> Result<u64> {
        let mut query = Builder::new("SELECT count(*) FROM (SELECT 1 FROM ");
        self.push_listed(&mut query, filter);
        query.push(" LIMIT ").push_bind(at_most).push(") AS counted");
        let n: i64 = query.build_scalar().fetch_one(&self.pool).await?;
        Ok(u64::try_from(n).unwrap_or(0))
    }

    /// What is counted of the first of these events.
    pub(crate) async fn counted_events(&self, filter: &EventFilter, at_most: i64) -> Result<Vec<Counted>> {
        let mut query = Builder::new(
            "SELECT x.severity, x.category, x.dataset, x.tlp, x.techniques, x.tactics, x.targets, w.state, w.verdict, \
             w.assignee FROM (SELECT e.event_id FROM ",
        );
        self.push_listed(&mut query, filter);
        query.push(event_pages::last_first("e")).push(" LIMIT ").push_bind(at_most);
        query.push(") AS picked JOIN threat_events x ON x.event_id = picked.event_id ");
        query.push("LEFT JOIN event_work w ON w.event_id = picked.event_id");
        query.build().fetch_all(&self.pool).await?.iter().map(counted).collect()
    }

    /// When events were last seen, in steps of time from an instant on, each in microseconds.
    pub(crate) async fn events_by_time(&self, filter: &EventFilter, start: i64, step: i64) -> Result<Vec<InStep>> {
        let mut query = Builder::new("SELECT (e.last_seen - ");
        query.push_bind(start).push(") / ").push_bind(step.max(1)).push(" AS bar, e.severity_rank, count(*) FROM ");
        self.push_listed(&mut query, filter);
        query.push(" GROUP BY bar, e.severity_rank");
        let rows = query.build().fetch_all(&self.pool).await?;
        rows.iter()
            .map(|row| {
                let n: i64 = row.try_get(2)?;
                Ok(InStep { step: row.try_get(0)?, severity_rank: row.try_get(1)?, n: u64::try_from(n).unwrap_or(0) })
            })
            .collect()
    }

    /// First and last instant at which events were last seen, in microseconds.
    pub(crate) async fn events_span(&self, filter: &EventFilter) -> Result<Option<(i64, i64)>> {
        let mut query = Builder::new("SELECT min(e.last_seen), max(e.last_seen) FROM ");
        self.push_listed(&mut query, filter);
        let row = query.build().fetch_optional(&self.pool).await?;
        let Some(row) = row else { return Ok(None) };
        let (first, last): (Option<i64>, Option<i64>) = (row.try_get(0)?, row.try_get(1)?);
        Ok(first.zip(last))
    }

    /// When somebody last worked on an event that the reader sees, in microseconds.
    pub(crate) async fn work_changed(&self) -> Result<i64> {
        let mut query = Builder::new("SELECT max(w.changed_at) FROM event_work w WHERE 1 = 1");
        self.push_event_seen(&mut query, "w.event_id");
        Ok(query.build_scalar::<Option<i64>>().fetch_one(&self.pool).await?.unwrap_or(0))
    }

    /// The campaigns that events are in, by the id of the event.
    pub(crate) async fn campaigns_of_events(&self, ids: &[String]) -> Result<BTreeMap<String, String>> {
        let mut found = BTreeMap::new();
        for some in ids.chunks(super::ROWS_PER_STATEMENT) {
            let mut query =
                Builder::new("SELECT m.event_id, m.campaign_id FROM campaign_events m WHERE m.event_id IN ");
            query.push_list(some);
            if !self.scope().is_everything() {
                // A campaign of which one event alone is seen would tell that there are others.
                query.push(" AND EXISTS (SELECT 1 FROM campaign_events o WHERE o.campaign_id = m.campaign_id ");
                query.push("AND o.event_id <> m.event_id");
                self.push_event_seen(&mut query, "o.event_id");
                query.push(")");
            }
            for row in &query.build().fetch_all(&self.pool).await? {
                found.insert(row.try_get(0)?, row.try_get(1)?);
            }
        }
        Ok(found)
    }

    /// `threat_events AS e WHERE ...`.
    fn push_listed<'q>(&self, query: &mut Builder<'q>, filter: &'q EventFilter) {
        let way = match &filter.technique {
            Some(technique) => Way::Technique(technique),
            None => Way::All,
        };
        query.push(match way {
            Way::Technique(_) => "event_techniques AS e",
            _ => "threat_events AS e",
        });
        self.narrow(query, filter, &way);
    }
}

fn counted(row: &Row) -> Result<Counted> {
    Ok(Counted {
        severity: row.try_get(0)?,
        category: row.try_get(1)?,
        dataset: row.try_get(2)?,
        tlp: row.try_get(3)?,
        techniques: row.try_get(4)?,
        tactics: row.try_get(5)?,
        targets: row.try_get(6)?,
        state: row.try_get(7)?,
        verdict: row.try_get(8)?,
        assignee: row.try_get(9)?,
    })
}
