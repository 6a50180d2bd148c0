//! Threat events page by page, the most severe and latest first: of five million as fast as of five.

use schema::{Severity, ThreatEvent, Timestamp};

use super::{
    Condition, Store, event_conditions,
    sql::Builder,
    work::{self, WorkFilter},
};
use crate::{Error, Result};

/// Which threat events to list; everything that is set must hold.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EventFilter {
    pub since: Option<Timestamp>,
    pub until: Option<Timestamp>,
    /// This severity or a higher one.
    pub severity: Option<Severity>,
    /// This technique or a sub-technique of it.
    pub technique: Option<String>,
    /// Text in a target, an indicator or the title.
    pub containing: Option<String>,
    pub confidence_min: Option<u8>,
    pub limit: Option<u32>,
    /// Only what is listed behind the event of this id: the last one of the page before.
    pub after: Option<String>,
    pub work: WorkFilter,
    /// What else must hold, or must not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Condition>,
}

/// Ids that one look for new answers gives.
const ANSWERS_AT_ONCE: i64 = 10_000;

/// Events of a time span that are sorted at once. Where there are more, they are read in their order until the page
/// is full, which then takes not long.
const SORTED_AT_ONCE: i64 = 10_000;

/// Mark that holds how long the longest event lasts, in microseconds.
pub(super) const EVENTS_LONGEST: &str = "events_longest";

/// The order of all lists, read from its end. An id last, so that no two events are alike.
const ORDER: &str = "severity_rank, confidence, last_seen, event_id";

/// Where a page is read from.
pub(super) enum Way<'f> {
    /// The events of a span of time, which are few: sorted here.
    Span(Span),
    /// The list of a technique, which is in order.
    Technique(&'f str),
    /// All events, in order.
    All,
}

impl Store {
    /// Threat events, the most severe and latest first.
    pub(crate) async fn events(&self, filter: &EventFilter) -> Result<Vec<ThreatEvent>> {
        let rows = self.listed("document", filter).await?;
        rows.iter().map(|text| Ok(serde_json::from_str(text)?)).collect()
    }

    /// Ids of threat events, in the order of [`Self::events`].
    pub(crate) async fn event_ids(&self, filter: &EventFilter) -> Result<Vec<String>> {
        self.listed("event_id", filter).await
    }

    async fn listed(&self, column: &str, filter: &EventFilter) -> Result<Vec<String>> {
        let after = match &filter.after {
            Some(id) => Some(self.place_of(id).await?),
            None => None,
        };
        let way = self.way(filter).await?;
        Ok(self.page(column, filter, &way, after.as_ref()).build_scalar().fetch_all(&self.pool).await?)
    }

    /// Ids of events that a filter lets through and that have not answered the query before.
    pub(crate) async fn unanswered(&self, filter: &EventFilter, query_id: &str) -> Result<Vec<String>> {
        let mut query = Builder::new("SELECT e.event_id FROM threat_events AS e");
        self.narrow(&mut query, filter, &Way::All);
        query.push(" AND NOT EXISTS (SELECT 1 FROM query_matches m WHERE m.event_id = e.event_id AND m.query_id = ");
        query.push_bind(query_id).push(") ORDER BY e.event_id LIMIT ").push_bind(ANSWERS_AT_ONCE);
        Ok(query.build_scalar().fetch_all(&self.pool).await?)
    }

    async fn way<'f>(&self, filter: &'f EventFilter) -> Result<Way<'f>> {
        let span = self.span(filter).await?;
        if span.since.is_some() || span.until.is_some() {
            let mut few = Builder::new("SELECT count(*) FROM (SELECT 1 FROM threat_events WHERE ");
            span.push(&mut few);
            few.push(" LIMIT ").push_bind(SORTED_AT_ONCE).push(") AS counted");
            if few.build_scalar::<i64>().fetch_one(&self.pool).await? < SORTED_AT_ONCE {
                return Ok(Way::Span(span));
            }
        }
        Ok(filter.technique.as_deref().map_or(Way::All, Way::Technique))
    }

    /// When the last activity of events lies that are asked for. One that began before the end of a span of time may
    /// end behind it, and no later than the longest of all events would.
    async fn span(&self, filter: &EventFilter) -> Result<Span> {
        let longest = match filter.until {
            Some(_) => self.mark(EVENTS_LONGEST).await?.unwrap_or(0),
            None => 0,
        };
        let until = filter.until.map(|until| until.micros().saturating_add(longest));
        Ok(Span { since: filter.since.map(Timestamp::micros), until })
    }

    /// Where an event stands in the order of lists.
    async fn place_of(&self, id: &str) -> Result<Place> {
        let mut query = Builder::new("SELECT e.severity_rank, e.confidence, e.last_seen, e.event_id ");
        query.push("FROM threat_events e WHERE e.event_id = ").push_bind(id);
        self.push_seen(&mut query, "e");
        let row = query.build().fetch_optional(&self.pool).await?;
        let row = row.ok_or_else(|| {
            Error::usage(format!("there is no threat event \"{id}\" any more"))
                .hint("begin again with the first page: events have changed meanwhile")
        })?;
        Ok(Place { numbers: [row.try_get(0)?, row.try_get(1)?, row.try_get(2)?], id: row.try_get(3)? })
    }

    /// Ids are found first, in indexes that hold all that is asked for; documents are read of those alone that are shown.
    fn page<'q>(&self, column: &str, filter: &'q EventFilter, way: &Way<'q>, after: Option<&'q Place>) -> Builder<'q> {
        let mut query = Builder::new("");
        if let Way::Span(span) = way {
            query.push("WITH span AS MATERIALIZED (SELECT first_seen, dataset, tlp, ").push(ORDER);
            query.push(" FROM threat_events WHERE ");
            span.push(&mut query);
            query.push(") ");
        }
        query.push(format!("SELECT d.{column} FROM (SELECT e.event_id FROM ")).push(match way {
            Way::Span(_) => "span AS e",
            Way::Technique(_) => "event_techniques AS e",
            Way::All => "threat_events AS e",
        });
        self.narrow(&mut query, filter, way);
        if let Some(Place { numbers: [rank, confidence, last], id }) = after {
            query.push(" AND (e.severity_rank, e.confidence, e.last_seen, e.event_id) < (").push_bind(*rank);
            query.push(", ").push_bind(*confidence).push(", ").push_bind(*last).push(", ").push_bind(id).push(")");
        }
        if let Some(limit) = filter.limit {
            query.push(last_first("e")).push(" LIMIT ").push_bind(i64::from(limit));
        }
        query.push(") AS picked JOIN threat_events d ON d.event_id = picked.event_id").push(last_first("d"));
        query
    }

    /// Conditions on the event `e`.
    pub(super) fn narrow<'q>(&self, query: &mut Builder<'q>, filter: &'q EventFilter, way: &Way<'q>) {
        if filter.containing.is_some() {
            query.push(" JOIN threat_events x ON x.event_id = e.event_id");
        }
        query.push(" WHERE 1 = 1");
        match way {
            Way::Technique(_) => self.push_event_seen(query, "e.event_id"),
            Way::Span(_) | Way::All => self.push_seen(query, "e"),
        }
        if let Some(since) = filter.since {
            query.push(" AND e.last_seen >= ").push_bind(since.micros());
        }
        if let Some(until) = filter.until {
            query.push(" AND e.first_seen < ").push_bind(until.micros());
        }
        if let Some(confidence) = filter.confidence_min {
            query.push(" AND e.confidence >= ").push_bind(i64::from(confidence));
        }
        if let Some(least) = filter.severity {
            query.push(" AND e.severity_rank >= ").push_bind(least as i64);
        }
        match (&filter.technique, way) {
            (Some(_), Way::Technique(technique)) => {
                query.push(" AND e.technique = ").push_bind(*technique);
            }
            (Some(technique), Way::Span(_) | Way::All) => {
                query.push(" AND EXISTS (SELECT 1 FROM event_techniques t WHERE t.event_id = e.event_id ");
                query.push("AND t.technique = ").push_bind(technique).push(")");
            }
            (None, _) => {}
        }
        if let Some(text) = &filter.containing {
            let pattern = containing(text);
            for (column, before) in [("title", " AND ("), ("targets", " OR "), ("indicators", " OR ")] {
                query.push(before).push(format!("lower(x.{column}) LIKE lower("));
                query.push_bind(pattern.clone()).push(") ESCAPE '!'");
            }
            query.push(")");
        }
        event_conditions::push(query, &filter.conditions);
        let asks_of_work = filter.conditions.iter().any(|condition| condition.asks.is_of_work());
        work::push_conditions(query, &filter.work, asks_of_work);
    }
}

/// From the first instant on and before the second.
pub(super) struct Span {
    since: Option<i64>,
    until: Option<i64>,
}

impl Span {
    fn push(&self, query: &mut Builder<'_>) {
        query.push("last_seen >= ").push_bind(self.since.unwrap_or(i64::MIN));
        query.push(" AND last_seen < ").push_bind(self.until.unwrap_or(i64::MAX));
    }
}

struct Place {
    numbers: [i64; 3],
    id: String,
}

pub(super) fn last_first(table: &str) -> String {
    let columns: Vec<String> = ORDER.split(", ").map(|column| format!("{table}.{column} DESC")).collect();
    format!(" ORDER BY {}", columns.join(", "))
}

/// The pattern of all texts that contain this one; the two kinds of store have no other escape in common.
pub(super) fn containing(text: &str) -> String {
    let mut pattern = "%".to_owned();
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}
