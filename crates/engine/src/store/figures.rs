//! Figures over threat events: how many there are, of what, and when. Like every read, of what the reader sees.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    EventFilter, Store,
    event_pages::Way,
    sql::{self, Builder, Row},
};
use crate::{Error, Result};

/// How many events are alike in this.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    pub(crate) dataset: String,
    pub(crate) category: String,
    pub(crate) severity_rank: i64,
    pub(crate) tlp: String,
    pub(crate) n: u64,
}

/// How many events that somebody has worked on are alike in this.
#[derive(Debug, Clone)]
pub(crate) struct WorkCell {
    pub(crate) state: String,
    pub(crate) verdict: String,
    pub(crate) assignee: Option<String>,
    pub(crate) n: u64,
}

/// Lists of events by label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Label {
    Technique,
    Tactic,
}

/// Which time of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    Begun,
    LastSeen,
}

impl Moment {
    fn column(self) -> &'static str {
        match self {
            Self::Begun => "e.first_seen",
            Self::LastSeen => "e.last_seen",
        }
    }
}

/// Events of one filter, and how they are counted.
pub(crate) struct Counting<'f> {
    store: &'f Store,
    filter: &'f EventFilter,
    way: Way<'f>,
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

    /// Prepares to count the events of a filter.
    pub(crate) async fn counting<'f>(&'f self, filter: &'f EventFilter) -> Result<Counting<'f>> {
        Ok(Counting { store: self, filter, way: self.way_to_count(filter).await? })
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
}

impl Counting<'_> {
    /// How many there are.
    pub(crate) async fn n(&self) -> Result<u64> {
        let mut query = Builder::new("SELECT count(*) FROM ");
        self.push_listed(&mut query);
        count(query.build_scalar().fetch_one(&self.store.pool).await?)
    }

    /// Counts by dataset, category, severity and marking.
    pub(crate) async fn cells(&self) -> Result<Vec<Cell>> {
        let mut query = Builder::new("SELECT e.dataset, e.category, e.severity_rank, e.tlp, count(*) FROM ");
        self.push_listed(&mut query);
        query.push(" GROUP BY e.dataset, e.category, e.severity_rank, e.tlp");
        let rows = query.build().fetch_all(&self.store.pool).await?;
        let cell = |row: &Row| -> Result<Cell> {
            Ok(Cell {
                dataset: row.try_get(0)?,
                category: row.try_get(1)?,
                severity_rank: row.try_get(2)?,
                tlp: row.try_get(3)?,
                n: count(row.try_get(4)?)?,
            })
        };
        rows.iter().map(cell).collect()
    }

    /// Counts by the work on them, of those that somebody has worked on.
    pub(crate) async fn worked(&self) -> Result<Vec<WorkCell>> {
        let mut query = Builder::new("SELECT w.state, w.verdict, w.assignee, count(*) FROM event_work w JOIN ");
        query.push("threat_events AS e ON e.event_id = w.event_id");
        self.store.narrow(&mut query, self.filter, self.way_over_all());
        query.push(" GROUP BY w.state, w.verdict, w.assignee");
        let rows = query.build().fetch_all(&self.store.pool).await?;
        let worked = |row: &Row| -> Result<WorkCell> {
            Ok(WorkCell {
                state: row.try_get(0)?,
                verdict: row.try_get(1)?,
                assignee: row.try_get(2)?,
                n: count(row.try_get(3)?)?,
            })
        };
        rows.iter().map(worked).collect()
    }

    /// The most frequent labels, those that are as frequent in the order of their names.
    pub(crate) async fn labels(&self, label: Label, at_most: usize) -> Result<Vec<(String, u64)>> {
        let (table, column) = match label {
            Label::Technique => ("event_techniques", "e.technique"),
            Label::Tactic => ("event_tactics", "e.tactic"),
        };
        let mut query = Builder::new(format!("SELECT {column}, count(*) AS n FROM {table} AS e"));
        self.store.narrow(&mut query, self.filter, self.way_over_all());
        query.push(format!(" GROUP BY {column} ORDER BY n DESC, {column} LIMIT ")).push_bind(limit(at_most));
        self.pairs(query).await
    }

    /// The most frequent targets. Of very many events that which each was raised about stands for its targets.
    pub(crate) async fn targets(&self, at_most: usize) -> Result<Vec<(String, u64)>> {
        if matches!(self.way, Way::Few(_)) {
            return self.targets_one_by_one(at_most).await;
        }
        let mut query = Builder::new("SELECT e.subject, count(*) AS n FROM threat_events AS e");
        self.store.narrow(&mut query, self.filter, self.way_over_all());
        query.push(" AND e.subject <> '' GROUP BY e.subject ORDER BY n DESC, e.subject LIMIT ");
        query.push_bind(limit(at_most));
        self.pairs(query).await
    }

    async fn targets_one_by_one(&self, at_most: usize) -> Result<Vec<(String, u64)>> {
        let mut query = Builder::new("SELECT e.targets FROM ");
        self.push_listed(&mut query);
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for list in query.build_scalar::<String>().fetch_all(&self.store.pool).await? {
            for target in serde_json::from_str::<BTreeSet<String>>(&list)? {
                *counts.entry(target).or_default() += 1;
            }
        }
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        counts.truncate(at_most);
        Ok(counts)
    }

    /// When they were, in steps of time from an instant on, each in microseconds; nothing of those before it.
    pub(crate) async fn by_time(&self, moment: Moment, start: i64, step: i64) -> Result<Vec<InStep>> {
        let column = moment.column();
        let mut query = Builder::new(format!("SELECT ({column} - "));
        query.push_bind(start).push(") / ").push_bind(step.max(1)).push(" AS bar, e.severity_rank, count(*) FROM ");
        self.push_listed(&mut query);
        // No index is worth its while: nearly all are counted.
        query.push(format!(" AND +{column} >= ")).push_bind(start).push(" GROUP BY bar, e.severity_rank");
        let rows = query.build().fetch_all(&self.store.pool).await?;
        rows.iter()
            .map(|row| Ok(InStep { step: row.try_get(0)?, severity_rank: row.try_get(1)?, n: count(row.try_get(2)?)? }))
            .collect()
    }

    /// First and last instant at which one was, in microseconds.
    pub(crate) async fn span(&self, moment: Moment) -> Result<Option<(i64, i64)>> {
        let column = moment.column();
        let mut query = Builder::new(format!("SELECT min({column}), max({column}) FROM "));
        self.push_listed(&mut query);
        let Some(row) = query.build().fetch_optional(&self.store.pool).await? else { return Ok(None) };
        let (first, last): (Option<i64>, Option<i64>) = (row.try_get(0)?, row.try_get(1)?);
        Ok(first.zip(last))
    }

    async fn pairs(&self, query: Builder<'_>) -> Result<Vec<(String, u64)>> {
        let rows = query.build().fetch_all(&self.store.pool).await?;
        rows.iter().map(|row| Ok((row.try_get(0)?, count(row.try_get(1)?)?))).collect()
    }

    /// `threat_events AS e WHERE ...`.
    fn push_listed<'q>(&'q self, query: &mut Builder<'q>) {
        query.push(match self.way {
            Way::Technique(_) => "event_techniques AS e",
            _ => "threat_events AS e",
        });
        self.store.narrow(query, self.filter, &self.way);
    }

    /// For lists in which an event stands under other labels than that which is asked for.
    fn way_over_all(&self) -> &Way<'_> {
        match &self.way {
            Way::Technique(_) => &Way::Counted,
            way => way,
        }
    }
}

fn limit(at_most: usize) -> i64 {
    i64::try_from(at_most).unwrap_or(i64::MAX)
}

fn count(n: i64) -> Result<u64> {
    u64::try_from(n).map_err(|_negative| Error::internal("the store counts fewer than none"))
}
