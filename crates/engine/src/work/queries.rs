//! Saved queries, and the rounds that tell people which events have begun to answer them.
//!
//! A round first marks: an event that answers a query for the first time gets a row, and the message that tells of it
//! is put into the outbox in the same transaction. Then it delivers what is in the outbox. However often a round is
//! killed, an event is in one message of a query and no more; and each message is sent until its receiver has taken
//! it, with the same id each time. Between the receiver's taking it and our noting that, a kill makes it come again:
//! who must not see it twice keeps the ids.

use arrow_array::{Array, cast::AsArray};
use futures::TryStreamExt;
use intel::work;
use respond::notify;
use schema::{ThreatEvent, Timestamp, stable_id};
use share::redact;

use super::{channels, deliver, events::refused};
use crate::{
    Engine, Error, EventFilter, Result, Stop, clock,
    store::{Alert, OutboxMessage, Question, SavedQuery},
    view::QueryLimits,
};

/// Events that one query may have: an alert on more is no alert.
const MATCHES_MAX: u32 = 100_000;

/// Bytes of a query in SQL.
const SQL_BYTES_MAX: usize = 64 * 1024;

/// Saved queries; each is asked in every round.
const QUERIES_MAX: usize = 1_000;

/// Tries after which a message is given up: about a day.
const TRIES_MAX: i64 = 30;

/// Seconds that a message stays ours beyond the time that its delivery may take.
const CLAIM_SECONDS: i64 = 5;

/// A query to be saved.
#[derive(Debug, Clone)]
pub struct NewQuery {
    pub name: String,
    pub question: Question,
    pub alert: Alert,
    pub channel: Option<String>,
    pub by: String,
    /// Tell also of the events that answer it already.
    pub existing: bool,
}

/// What a round has done.
#[derive(Debug, Clone, Copy, Default, serde::Serialize)]
pub struct Round {
    /// Events that answer a query for the first time.
    pub matched: u64,
    /// Messages made.
    pub made: u64,
    /// Messages that receivers have taken.
    pub sent: u64,
    /// Messages that will be tried again.
    pub put_off: u64,
    /// Messages that were given up.
    pub given_up: u64,
}

impl Engine {
    /// Saves a query. Gives it, and how many events answer it already and will not be told of.
    pub async fn save_query(&self, new: &NewQuery) -> Result<(SavedQuery, u64)> {
        let name = work::who(&new.name).map_err(|_refusal| {
            Error::usage(format!("\"{}\" is no name of a query", intel::text::shown(&new.name, 40)))
                .hint("up to 100 characters in one line")
        })?;
        let alerts = new.alert != Alert::Never;
        match (&new.channel, alerts) {
            (Some(channel), true) => {
                channels::find(&self.config.channels, channel)?.way(channel).map(|_way| ())?;
            }
            (None, false) => {}
            (Some(_), false) => {
                return Err(
                    Error::usage("a channel without an alert is never used").hint("add --alert once, hour or day")
                );
            }
            (None, true) => {
                return Err(
                    Error::usage("an alert needs somebody to be told").hint("name a channel of margay.toml: --to NAME")
                );
            }
        }
        if self.store.saved_queries().await?.len() >= QUERIES_MAX {
            return Err(Error::usage(format!("there are {QUERIES_MAX} queries already")).hint("remove some of them"));
        }
        let question = match &new.question {
            Question::Filter(filter) => Question::Filter(Box::new(self.whole((**filter).clone()).await?)),
            Question::Sql(sql) if sql.len() > SQL_BYTES_MAX => {
                return Err(Error::usage(format!("the query has more than {SQL_BYTES_MAX} bytes")).hint("shorten it"));
            }
            Question::Sql(sql) => Question::Sql(sql.clone()),
        };
        let by = work::who(&new.by).map_err(refused)?;
        let now = clock::now();
        let id = stable_id("query", &[&name, &now.nanos().to_string()]);
        let query = SavedQuery {
            id,
            name,
            question,
            alert: new.alert,
            channel: new.channel.clone(),
            saved_at: now,
            saved_by: by,
            told_at: now,
        };
        let mut n_known = 0;
        // Marks first: whoever is killed in between leaves marks of a query that is not there. And it is asked before it
        // is kept, because a query that does not work is none.
        loop {
            let known = self.fresh(&query).await?;
            if known.is_empty() || !alerts || new.existing {
                break;
            }
            self.store.mark_known(&query.id, &known, now).await?;
            n_known += known.len() as u64;
        }
        self.store.save_query(&query).await?;
        Ok((query, n_known))
    }

    /// All saved queries, by name.
    pub async fn saved_queries(&self) -> Result<Vec<SavedQuery>> {
        self.store.saved_queries().await
    }

    pub async fn saved_query(&self, name: &str) -> Result<SavedQuery> {
        let queries = self.store.saved_queries().await?;
        queries.into_iter().find(|query| query.name == name).ok_or_else(|| {
            Error::usage(format!("there is no query \"{name}\"")).hint("`margay queries list` shows their names")
        })
    }

    /// Removes a query. What is in the outbox is sent all the same.
    pub async fn remove_query(&self, name: &str) -> Result<()> {
        let query = self.saved_query(name).await?;
        self.store.remove_query(&query.id).await
    }

    /// The events that answer a saved query now, at most so many.
    pub async fn run_query(&self, name: &str, limit: u32) -> Result<Vec<ThreatEvent>> {
        let query = self.saved_query(name).await?;
        match &query.question {
            Question::Filter(filter) => self.events(&EventFilter { limit: Some(limit), ..(**filter).clone() }).await,
            Question::Sql(_) => {
                let ids = self.answers(&query).await?;
                self.store.events_of_ids(ids.get(..ids.len().min(limit as usize)).unwrap_or_default()).await
            }
        }
    }

    /// Messages, the newest first.
    pub async fn outbox(&self, limit: u32) -> Result<Vec<OutboxMessage>> {
        self.store.outbox(i64::from(limit)).await
    }

    /// Has messages that were given up tried again.
    pub async fn retry_messages(&self) -> Result<u64> {
        self.store.retry_messages().await
    }

    /// One round: marks what is new, and delivers what is due.
    pub async fn notify(&self, stop: &Stop) -> Result<Round> {
        let mut round = self.match_queries().await?;
        while !stop.requested() {
            let now = clock::now();
            // How long the claim must last is known when its channel is: as long as the slowest may take.
            let slowest = self.config.channels.values().map(|channel| channel.timeout().as_secs()).max().unwrap_or(0);
            let lease = i64::try_from(slowest).unwrap_or(300).saturating_add(CLAIM_SECONDS);
            let Some(message) = self.store.claim_message(now, seconds_after(now, lease)).await? else { break };
            self.deliver(&message, &mut round).await?;
        }
        Ok(round)
    }

    async fn deliver(&self, message: &OutboxMessage, round: &mut Round) -> Result<()> {
        let sent = match self.config.channels.get(&message.channel) {
            Some(channel) => deliver::deliver(&message.channel, channel, message).await?,
            None => Err(format!("margay.toml has no channel \"{}\" any more", message.channel)),
        };
        match sent {
            Ok(()) => {
                self.store.message_sent(&message.id, clock::now()).await?;
                round.sent += 1;
            }
            Err(why) => {
                let again = message.tries < TRIES_MAX;
                let pause = notify::pause_seconds(message.tries);
                let next = again.then(|| seconds_after(clock::now(), pause));
                tracing::warn!(channel = message.channel, message = message.id, why, "message was not taken");
                self.store.message_not_taken(&message.id, &why, next).await?;
                if again { round.put_off += 1 } else { round.given_up += 1 }
            }
        }
        Ok(())
    }

    /// Marks events that answer a query for the first time, and makes the messages that are due.
    pub(crate) async fn match_queries(&self) -> Result<Round> {
        let mut round = Round::default();
        for query in self.store.saved_queries().await? {
            let Some(channel) = query.channel.clone().filter(|_| query.alert != Alert::Never) else { continue };
            // One query that does not work any more must not silence the others.
            if let Err(error) = self.match_query(&query, &channel, &mut round).await {
                tracing::warn!(query = query.name, %error, "saved query does not work");
            }
        }
        Ok(round)
    }

    async fn match_query(&self, query: &SavedQuery, channel: &str, round: &mut Round) -> Result<()> {
        loop {
            let fresh = self.fresh(query).await?;
            let mut n_marked = 0;
            if query.alert == Alert::Once {
                for ids in fresh.chunks(notify::EVENTS_MAX) {
                    let now = clock::now();
                    let message = self.message(query, channel, ids, now).await?;
                    if self.store.mark_and_post(&message, ids, now).await? {
                        round.made += 1;
                        n_marked += ids.len();
                    }
                }
            } else {
                self.store.mark_waiting(&query.id, &fresh, clock::now()).await?;
                n_marked += fresh.len();
            }
            round.matched += n_marked as u64;
            // Where another process has been faster, its marks are seen in the next round.
            if n_marked == 0 {
                break;
            }
        }
        if query.alert != Alert::Once {
            round.made += self.digest(query, channel).await?;
        }
        Ok(())
    }

    /// Ids of events that answer a query and have not before; of many the first.
    async fn fresh(&self, query: &SavedQuery) -> Result<Vec<String>> {
        match &query.question {
            Question::Filter(filter) => self.store.unanswered(filter, &query.id).await,
            Question::Sql(_) => self.store.unmatched(&query.id, &self.answers(query).await?).await,
        }
    }

    /// Makes the digest of a query where its time has come. Gives how many messages it took.
    async fn digest(&self, query: &SavedQuery, channel: &str) -> Result<u64> {
        let now = clock::now();
        let due =
            now.micros().saturating_sub(query.told_at.micros()) >= query.alert.seconds().saturating_mul(1_000_000);
        if !due {
            return Ok(0);
        }
        let mut n_made = 0;
        loop {
            let ids = self.store.waiting(&query.id, notify::EVENTS_MAX as i64).await?;
            if ids.is_empty() {
                break;
            }
            let message = self.message(query, channel, &ids, now).await?;
            if !self.store.post_digest(&message, &ids).await? {
                break;
            }
            n_made += 1;
        }
        self.store.digest_made(&query.id, now).await?;
        Ok(n_made)
    }

    async fn message(
        &self,
        query: &SavedQuery,
        channel: &str,
        ids: &[String],
        now: Timestamp,
    ) -> Result<OutboxMessage> {
        let events = self.store.events_of_ids(ids).await?;
        let own = self.config.channels.get(channel).and_then(|channel| channel.tlp);
        let ceiling = own.unwrap_or(self.config.sharing.tlp_ceiling);
        let told: Vec<&ThreatEvent> = events.iter().filter(|event| redact::release(event.tlp, ceiling)).collect();
        // An event that has gone since is counted, and nothing else is known of it.
        let withheld: Vec<&str> =
            ids.iter().map(String::as_str).filter(|id| !told.iter().any(|event| event.id == *id)).collect();
        let rhythm = if query.alert == Alert::Once { "at once" } else { query.alert.name() };
        let about = notify::About { query_id: &query.id, query: &query.name, rhythm, made_at: now };
        let message = notify::message(about, &told, &withheld);
        Ok(OutboxMessage {
            id: message.id,
            query_id: query.id.clone(),
            channel: channel.to_owned(),
            n_events: i64::try_from(message.n_events).unwrap_or(i64::MAX),
            state: "waiting".to_owned(),
            tries: 0,
            made_at: now,
            next_at: now,
            sent_at: None,
            error: None,
            body: message.body.to_string(),
        })
    }

    /// Ids of the events that answer a query now.
    async fn answers(&self, query: &SavedQuery) -> Result<Vec<String>> {
        match &query.question {
            Question::Filter(filter) => {
                let filter = EventFilter { limit: Some(MATCHES_MAX), ..(**filter).clone() };
                self.store.event_ids(&filter).await
            }
            Question::Sql(sql) => self.ids_of(sql).await,
        }
    }

    /// The column `event_id` of an answer, each id once. It is a query of people: where the engine has processes for
    /// these, it ends at worst one of them.
    async fn ids_of(&self, sql: &str) -> Result<Vec<String>> {
        let mut rows = self.view(self.scope(), "saved queries").sql(sql, &QueryLimits::default()).await?;
        let mut ids = std::collections::BTreeSet::new();
        while let Some(batch) = rows.try_next().await? {
            let column = batch.column_by_name("event_id").ok_or_else(|| {
                Error::usage("the answer has no column event_id")
                    .hint("ask for it: SELECT event_id FROM threat_events WHERE ...")
            })?;
            let texts = arrow_cast::cast(column, &arrow_schema::DataType::Utf8)
                .map_err(|error| Error::usage("the column event_id holds no texts").detail(error))?;
            let texts = texts.as_string::<i32>();
            ids.extend((0..texts.len()).filter(|row| texts.is_valid(*row)).map(|row| texts.value(row).to_owned()));
            if ids.len() > MATCHES_MAX as usize {
                return Err(Error::usage(format!("more than {MATCHES_MAX} events answer the query")).hint("narrow it"));
            }
        }
        Ok(ids.into_iter().collect())
    }
}

fn seconds_after(now: Timestamp, seconds: i64) -> Timestamp {
    now.checked_add_nanos(seconds.saturating_mul(1_000_000_000)).unwrap_or(now)
}
