//! Saved queries, the marks of who was told of what, and messages on their way.

use std::collections::BTreeSet;

use schema::Timestamp;

use super::super::{
    EventFilter, ROWS_PER_STATEMENT, Store,
    sql::{self, Builder, Connection, Row},
};
use crate::{Error, Result};

/// A question about events that somebody keeps.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct SavedQuery {
    pub id: String,
    pub name: String,
    pub question: Question,
    pub alert: Alert,
    /// Name of the channel in the configuration; none where nobody is told.
    pub channel: Option<String>,
    pub saved_at: Timestamp,
    pub saved_by: String,
    /// When the last digest was made, or the query was saved.
    pub told_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    /// The events that a filter lets through.
    Filter(Box<EventFilter>),
    /// The events whose ids are in the column `event_id` of an answer.
    Sql(String),
}

/// When somebody is told of events that answer a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Alert {
    Never,
    /// At the next round.
    Once,
    /// All of an hour together.
    Hour,
    /// All of a day together.
    Day,
}

impl Alert {
    pub fn name(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::Once => "once",
            Self::Hour => "hour",
            Self::Day => "day",
        }
    }

    /// Seconds between two digests; 0 where there are none.
    pub(crate) fn seconds(self) -> i64 {
        match self {
            Self::Never | Self::Once => 0,
            Self::Hour => 3_600,
            Self::Day => 86_400,
        }
    }
}

impl std::str::FromStr for Alert {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let known = [Self::Never, Self::Once, Self::Hour, Self::Day].into_iter().find(|alert| alert.name() == text);
        known.ok_or_else(|| format!("\"{text}\" is no way to alert; use once, hour or day"))
    }
}

/// A message, and how far it has got.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct OutboxMessage {
    pub id: String,
    pub query_id: String,
    pub channel: String,
    pub n_events: i64,
    /// `waiting`, `sent` or `failed`.
    pub state: String,
    pub tries: i64,
    pub made_at: Timestamp,
    /// When it is tried next.
    pub next_at: Timestamp,
    pub sent_at: Option<Timestamp>,
    /// Why the last try failed.
    pub error: Option<String>,
    #[serde(skip)]
    pub body: String,
}

impl Store {
    pub(crate) async fn save_query(&self, query: &SavedQuery) -> Result<()> {
        let mut transaction = self.begin().await?;
        let taken: Option<String> = sql::query_scalar("SELECT query_id FROM saved_queries WHERE name = $1")
            .bind(&query.name)
            .fetch_optional(&mut *transaction)
            .await?;
        if taken.is_some() {
            return Err(Error::usage(format!("there is a query \"{}\" already", query.name))
                .hint("`margay queries remove` removes it; another name keeps both"));
        }
        sql::query(
            "INSERT INTO saved_queries (query_id, name, question, alert, channel, saved_at, saved_by, told_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(&query.id)
        .bind(&query.name)
        .bind(serde_json::to_string(&query.question)?)
        .bind(query.alert.name())
        .bind(query.channel.as_ref())
        .bind(query.saved_at.micros())
        .bind(&query.saved_by)
        .bind(query.told_at.micros())
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// All saved queries, by name.
    pub(crate) async fn saved_queries(&self) -> Result<Vec<SavedQuery>> {
        let rows = sql::query(
            "SELECT query_id, name, question, alert, channel, saved_at, saved_by, told_at FROM saved_queries ORDER BY name",
        )
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(saved).collect()
    }

    /// Removes a query and its marks. Messages that were made stay, and are sent.
    pub(crate) async fn remove_query(&self, id: &str) -> Result<()> {
        let mut transaction = self.begin().await?;
        for statement in
            ["DELETE FROM query_matches WHERE query_id = $1", "DELETE FROM saved_queries WHERE query_id = $1"]
        {
            sql::query(statement).bind(id).execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Those of these events that have not answered the query before.
    pub(crate) async fn unmatched(&self, query_id: &str, ids: &[String]) -> Result<Vec<String>> {
        let mut known: BTreeSet<String> = BTreeSet::new();
        for chunk in ids.chunks(ROWS_PER_STATEMENT) {
            let mut query = Builder::new("SELECT event_id FROM query_matches WHERE query_id = ");
            query.push_bind(query_id).push(" AND event_id IN ").push_list(chunk);
            known.extend(query.build_scalar::<String>().fetch_all(&self.pool).await?);
        }
        Ok(ids.iter().filter(|id| !known.contains(*id)).cloned().collect())
    }

    /// Marks events as known before the query was there: nobody is told of them.
    pub(crate) async fn mark_known(&self, query_id: &str, ids: &[String], now: Timestamp) -> Result<()> {
        self.mark_events(query_id, ids, Some(""), now).await
    }

    /// Marks events as waiting for the next digest.
    pub(crate) async fn mark_waiting(&self, query_id: &str, ids: &[String], now: Timestamp) -> Result<()> {
        self.mark_events(query_id, ids, None, now).await
    }

    /// Puts a message into the outbox, with the mark of each event that it is about; whatever another process has
    /// marked meanwhile makes all of it be left for another round.
    pub(crate) async fn mark_and_post(&self, message: &OutboxMessage, ids: &[String], now: Timestamp) -> Result<bool> {
        let marks = ids.iter().map(|id| mark(&message.query_id, id, now, Some(&message.id)));
        self.post_with(message, marks).await
    }

    /// Events that wait for the digest of a query, in the order in which they came.
    pub(crate) async fn waiting(&self, query_id: &str, limit: i64) -> Result<Vec<String>> {
        let query = "SELECT event_id FROM query_matches WHERE query_id = $1 AND message_id IS NULL \
                     ORDER BY matched_at, event_id LIMIT $2";
        Ok(sql::query_scalar(query).bind(query_id).bind(limit).fetch_all(&self.pool).await?)
    }

    /// Puts a part of a digest into the outbox; false where another process has been faster.
    pub(crate) async fn post_digest(&self, message: &OutboxMessage, ids: &[String]) -> Result<bool> {
        let marks = ids.iter().map(|id| {
            sql::query(
                "UPDATE query_matches SET message_id = $3 WHERE query_id = $1 AND event_id = $2 AND message_id IS NULL",
            )
            .bind(&message.query_id)
            .bind(id)
            .bind(&message.id)
        });
        self.post_with(message, marks).await
    }

    /// Puts a message into the outbox with all of these marks, or nothing where one of them is there already.
    async fn post_with(&self, message: &OutboxMessage, marks: impl Iterator<Item = sql::Query<'_>>) -> Result<bool> {
        let mut transaction = self.begin().await?;
        for mark in marks {
            if mark.execute(&mut *transaction).await?.rows_affected() == 0 {
                return Ok(false);
            }
        }
        post(&mut transaction, message).await?;
        transaction.commit().await?;
        Ok(true)
    }

    pub(crate) async fn digest_made(&self, query_id: &str, at: Timestamp) -> Result<()> {
        let done = sql::query("UPDATE saved_queries SET told_at = $2 WHERE query_id = $1");
        done.bind(query_id).bind(at.micros()).execute(&self.pool).await?;
        Ok(())
    }

    async fn mark_events(
        &self,
        query_id: &str,
        ids: &[String],
        message: Option<&'static str>,
        now: Timestamp,
    ) -> Result<()> {
        for chunk in ids.chunks(ROWS_PER_STATEMENT) {
            let mut transaction = self.begin().await?;
            for id in chunk {
                mark(query_id, id, now, message).execute(&mut *transaction).await?;
            }
            transaction.commit().await?;
        }
        Ok(())
    }

    /// Takes the next message that is due, so that no other process sends it before `until`.
    pub(crate) async fn claim_message(&self, now: Timestamp, until: Timestamp) -> Result<Option<OutboxMessage>> {
        let mut transaction = self.begin().await?;
        let row = sql::query(
            "SELECT message_id, query_id, channel, n_events, body, state, tries, made_at, next_at, sent_at, error \
             FROM outbox WHERE state = 'waiting' AND next_at <= $1 AND claimed_until <= $1 \
             ORDER BY next_at, made_at, message_id LIMIT 1",
        )
        .bind(now.micros())
        .fetch_optional(&mut *transaction)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let message = message(&row)?;
        sql::query("UPDATE outbox SET claimed_until = $2, tries = tries + 1 WHERE message_id = $1")
            .bind(&message.id)
            .bind(until.micros())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(Some(OutboxMessage { tries: message.tries.saturating_add(1), ..message }))
    }

    pub(crate) async fn message_sent(&self, id: &str, now: Timestamp) -> Result<()> {
        sql::query(
            "UPDATE outbox SET state = 'sent', sent_at = $2, claimed_until = 0, error = NULL WHERE message_id = $1",
        )
        .bind(id)
        .bind(now.micros())
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Keeps why a message was not taken, and when it is tried again; never, where there is no such time.
    pub(crate) async fn message_not_taken(&self, id: &str, why: &str, next: Option<Timestamp>) -> Result<()> {
        sql::query("UPDATE outbox SET state = $2, next_at = $3, claimed_until = 0, error = $4 WHERE message_id = $1")
            .bind(id)
            .bind(if next.is_some() { "waiting" } else { "failed" })
            .bind(next.map_or(0, Timestamp::micros))
            .bind(why)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Has messages that were given up tried again. Gives how many there are.
    pub(crate) async fn retry_messages(&self) -> Result<u64> {
        let done = sql::query("UPDATE outbox SET state = 'waiting', next_at = 0, tries = 0 WHERE state = 'failed'");
        Ok(done.execute(&self.pool).await?.rows_affected())
    }

    /// Messages, the newest first.
    pub(crate) async fn outbox(&self, limit: i64) -> Result<Vec<OutboxMessage>> {
        let rows = sql::query(
            "SELECT message_id, query_id, channel, n_events, body, state, tries, made_at, next_at, sent_at, error \
             FROM outbox ORDER BY made_at DESC, message_id LIMIT $1",
        )
        .bind(limit)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(message).collect()
    }
}

/// Notes that an event answers a query, and in which message that is told; what is noted already stays.
fn mark<'q>(query_id: &'q str, event_id: &'q str, now: Timestamp, message: Option<&'q str>) -> sql::Query<'q> {
    sql::query(
        "INSERT INTO query_matches (query_id, event_id, matched_at, message_id) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (query_id, event_id) DO NOTHING",
    )
    .bind(query_id)
    .bind(event_id)
    .bind(now.micros())
    .bind(message)
}

async fn post(transaction: &mut Connection, message: &OutboxMessage) -> Result<()> {
    sql::query(
        "INSERT INTO outbox (message_id, query_id, channel, n_events, body, state, tries, made_at, next_at, claimed_until) \
         VALUES ($1, $2, $3, $4, $5, 'waiting', 0, $6, 0, 0) ON CONFLICT (message_id) DO NOTHING",
    )
    .bind(&message.id)
    .bind(&message.query_id)
    .bind(&message.channel)
    .bind(message.n_events)
    .bind(&message.body)
    .bind(message.made_at.micros())
    .execute(&mut *transaction)
    .await?;
    Ok(())
}

fn saved(row: &Row) -> Result<SavedQuery> {
    Ok(SavedQuery {
        id: row.try_get("query_id")?,
        name: row.try_get("name")?,
        question: serde_json::from_str(&row.try_get::<String, _>("question")?)?,
        alert: row.try_get::<String, _>("alert")?.parse().map_err(Error::internal)?,
        channel: row.try_get("channel")?,
        saved_at: instant(row.try_get("saved_at")?),
        saved_by: row.try_get("saved_by")?,
        told_at: instant(row.try_get("told_at")?),
    })
}

fn message(row: &Row) -> Result<OutboxMessage> {
    Ok(OutboxMessage {
        id: row.try_get("message_id")?,
        query_id: row.try_get("query_id")?,
        channel: row.try_get("channel")?,
        n_events: row.try_get("n_events")?,
        state: row.try_get("state")?,
        tries: row.try_get("tries")?,
        made_at: instant(row.try_get("made_at")?),
        next_at: instant(row.try_get("next_at")?),
        sent_at: row.try_get::<Option<i64>, _>("sent_at")?.map(instant),
        error: row.try_get("error")?,
        body: row.try_get("body")?,
    })
}

fn instant(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros).unwrap_or_default()
}
