//! Threat events page by page, the most severe and latest first: of five million as fast as of five.

use schema::{Severity, ThreatEvent, Timestamp};

use super::{
    Condition, Store, event_conditions, event_texts,
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

/// Events that are named by their ids before anything else is asked of them. Where there are more, a page is full soon.
const NAMED_AT_ONCE: usize = 5_000;

/// Mark that holds how long the longest event lasts, in microseconds.
pub(super) const EVENTS_LONGEST: &str = "events_longest";

/// The order of all lists, read from its end. An id last, so that no two events are alike.
const ORDER: &str = "severity_rank, confidence, last_seen, event_id";

/// Where a page or a count is read from.
pub(super) enum Way<'f> {
    /// Events that may be meant, which are few: no others are.
    Few(Vec<String>),
    /// The events of a span of time, which are few: sorted here.
    Span(Span),
    /// The list of a technique, which is in order.
    Technique(&'f str),
    /// All events, in order.
    All,
    /// All events, in whatever order they are counted fastest: an index on time would make them be read one by one.
    Counted,
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

    /// How the events of a filter are counted: one by one where they are few.
    pub(super) async fn way_to_count<'f>(&self, filter: &'f EventFilter) -> Result<Way<'f>> {
        let few = EventFilter { limit: Some(NAMED_AT_ONCE as u32), after: None, ..filter.clone() };
        let ids = self.event_ids(&few).await?;
        if ids.len() < NAMED_AT_ONCE {
            return Ok(Way::Few(ids));
        }
        Ok(filter.technique.as_deref().map_or(Way::Counted, Way::Technique))
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
        if let Some(ids) = self.with_rare_text(filter).await? {
            return Ok(Way::Few(ids));
        }
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
            query.push("WITH span AS MATERIALIZED (SELECT first_seen, category, dataset, tlp, ").push(ORDER);
            query.push(" FROM threat_events WHERE ");
            span.push(&mut query);
            query.push(") ");
        }
        query.push(format!("SELECT d.{column} FROM (SELECT e.event_id FROM ")).push(match way {
            Way::Span(_) => "span AS e",
            Way::Technique(_) => "event_techniques AS e",
            Way::Few(_) | Way::All | Way::Counted => "threat_events AS e",
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

    /// Ids of the events with a text that is asked for and that few have.
    async fn with_rare_text(&self, filter: &EventFilter) -> Result<Option<Vec<String>>> {
        for text in filter.containing.iter().chain(event_conditions::texts(&filter.conditions)) {
            if let Some(ids) = self.events_with_text(text, NAMED_AT_ONCE).await? {
                return Ok(Some(ids));
            }
        }
        Ok(None)
    }

    /// Conditions on the event `e`, which may be listed under a label.
    pub(super) fn narrow<'q>(&self, query: &mut Builder<'q>, filter: &'q EventFilter, way: &Way<'q>) {
        query.push(" WHERE 1 = 1");
        match way {
            // No list of SQL is empty.
            Way::Few(ids) if ids.is_empty() => {
                query.push(" AND 1 = 0");
            }
            Way::Few(ids) => {
                query.push(" AND e.event_id IN ").push_list(ids.iter().cloned());
            }
            _ => {}
        }
        self.push_seen(query, "e");
        let plain = if matches!(way, Way::Counted) { "+" } else { "" };
        if let Some(since) = filter.since {
            query.push(format!(" AND {plain}e.last_seen >= ")).push_bind(since.micros());
        }
        if let Some(until) = filter.until {
            query.push(format!(" AND {plain}e.first_seen < ")).push_bind(until.micros());
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
            // The other labels of its events are counted: they are looked up, and not all events asked.
            (Some(technique), Way::Counted) => {
                query.push(" AND e.event_id IN (SELECT t.event_id FROM event_techniques t WHERE t.technique = ");
                query.push_bind(technique).push(")");
            }
            (Some(technique), _) => {
                query.push(" AND EXISTS (SELECT 1 FROM event_techniques t WHERE t.event_id = e.event_id ");
                query.push("AND t.technique = ").push_bind(technique).push(")");
            }
            (None, _) => {}
        }
        if let Some(text) = &filter.containing {
            query.push(" AND ");
            event_texts::push(query, text);
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
