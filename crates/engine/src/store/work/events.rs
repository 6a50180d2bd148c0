//! The work on events: each change with its line of history, its verdict and its tags in one transaction.

use std::collections::{BTreeMap, BTreeSet};

use intel::work::{Entry, EventChange, EventWork, Judgement, Refusal, State};
use schema::{Finding, Timestamp};

use super::{
    super::{
        ROWS_PER_STATEMENT, Store,
        event_verdicts::{self, EventVerdict},
        events,
        sql::{self, Builder, Connection, Row},
    },
    history::{self, HistoryLine},
};
use crate::Result;

/// Events that are changed in one transaction: others wait for the whole of it.
const EVENTS_AT_ONCE: usize = 200;

/// Steps along links between events. A chain that is longer is refused, because nobody could follow it.
const LINKS_MAX: usize = 64;

/// Who changes something, when, and which version was read before.
#[derive(Debug, Clone)]
pub(crate) struct Acting {
    pub(crate) by: String,
    pub(crate) now: Timestamp,
    pub(crate) expected: Option<i64>,
}

/// What has become of a change to one event.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct WorkedOn {
    pub event_id: String,
    #[serde(flatten)]
    pub worked: Worked,
}

#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[serde(tag = "result", rename_all = "snake_case")]
pub enum Worked {
    /// It is so now.
    Changed { version: i64, state: State },
    /// It was so before.
    Same { version: i64, state: State },
    /// It is not done.
    Refused { why: String, hint: String },
}

impl Store {
    /// The work on one event; the default where there is none.
    pub(crate) async fn work_of_event(&self, id: &str) -> Result<EventWork> {
        Ok(self.work_of_events(&[id.to_owned()]).await?.remove(id).unwrap_or_default())
    }

    /// The work on those of these events that somebody has touched.
    pub(crate) async fn work_of_events(&self, ids: &[String]) -> Result<BTreeMap<String, EventWork>> {
        let mut found = BTreeMap::new();
        for chunk in ids.chunks(ROWS_PER_STATEMENT) {
            let mut query = Builder::new(format!("SELECT {COLUMNS} FROM event_work w WHERE w.event_id IN "));
            query.push_list(chunk);
            self.push_event_seen(&mut query, "w.event_id");
            for row in &query.build().fetch_all(&self.pool).await? {
                found.insert(row.try_get("event_id")?, work(row)?);
            }
        }
        self.hide_links(&mut found).await?;
        Ok(found)
    }

    /// Takes out what leads to events that are not seen.
    async fn hide_links(&self, found: &mut BTreeMap<String, EventWork>) -> Result<()> {
        let links = |work: &EventWork| [work.parent.clone(), work.duplicate_of.clone()].into_iter().flatten();
        let named: Vec<String> = found.values().flat_map(links).collect();
        if named.is_empty() || self.scope().is_everything() {
            return Ok(());
        }
        let seen = self.ids_seen(&named).await?;
        for work in found.values_mut() {
            work.parent = work.parent.take().filter(|id| seen.contains(id));
            work.duplicate_of = work.duplicate_of.take().filter(|id| seen.contains(id));
        }
        Ok(())
    }

    /// Those of these ids that are of events which are seen.
    pub(crate) async fn ids_seen(&self, ids: &[String]) -> Result<BTreeSet<String>> {
        let mut seen = BTreeSet::new();
        for chunk in ids.chunks(ROWS_PER_STATEMENT) {
            let mut query = Builder::new("SELECT e.event_id FROM threat_events e WHERE e.event_id IN ");
            query.push_list(chunk);
            self.push_seen(&mut query, "e");
            seen.extend(query.build_scalar::<String>().fetch_all(&self.pool).await?);
        }
        Ok(seen)
    }

    /// Events that are duplicates of this one, and events that are parts of it.
    pub(crate) async fn events_below(&self, id: &str) -> Result<(Vec<String>, Vec<String>)> {
        Ok((self.linked(id, "duplicate_of").await?, self.linked(id, "parent").await?))
    }

    async fn linked(&self, id: &str, by: &'static str) -> Result<Vec<String>> {
        let mut query = Builder::new(format!("SELECT w.event_id FROM event_work w WHERE w.{by} = "));
        query.push_bind(id);
        for column in ["w.event_id".to_owned(), format!("w.{by}")] {
            self.push_event_seen(&mut query, &column);
        }
        query.push(" ORDER BY w.event_id LIMIT 1000");
        Ok(query.build_scalar().fetch_all(&self.pool).await?)
    }

    /// Changes these events, each as far as it may be changed; nothing is kept where `dry_run`.
    pub(crate) async fn work_on(
        &self,
        ids: &[String],
        change: &EventChange,
        acting: &Acting,
        dry_run: bool,
    ) -> Result<Vec<WorkedOn>> {
        let mut all = Vec::new();
        for chunk in ids.chunks(EVENTS_AT_ONCE) {
            let mut transaction = self.begin().await?;
            for id in chunk {
                let worked = work_on_one(&mut transaction, id, change, acting).await?;
                all.push(WorkedOn { event_id: id.clone(), worked });
            }
            if !dry_run {
                transaction.commit().await?;
            }
        }
        Ok(all)
    }
}

const COLUMNS: &str = "event_id, version, state, verdict, reason, assignee, tags, parent, duplicate_of, merged_state, \
                       merged_verdict, n_comments";

fn work(row: &Row) -> Result<EventWork> {
    let state = |name: &str| -> Result<Option<State>> {
        row.try_get::<Option<String>, _>(name)?.map(|text| text.parse().map_err(crate::Error::internal)).transpose()
    };
    let verdict = |name: &str| -> Result<Option<Judgement>> {
        row.try_get::<Option<String>, _>(name)?.map(|text| text.parse().map_err(crate::Error::internal)).transpose()
    };
    Ok(EventWork {
        version: row.try_get("version")?,
        state: state("state")?.unwrap_or_default(),
        verdict: verdict("verdict")?.unwrap_or(Judgement::Open),
        reason: row.try_get("reason")?,
        assignee: row.try_get("assignee")?,
        tags: serde_json::from_str(&row.try_get::<String, _>("tags")?)?,
        parent: row.try_get("parent")?,
        duplicate_of: row.try_get("duplicate_of")?,
        before_merge: state("merged_state")?.zip(verdict("merged_verdict")?),
        n_comments: row.try_get("n_comments")?,
    })
}

async fn work_on_one(transaction: &mut Connection, id: &str, change: &EventChange, acting: &Acting) -> Result<Worked> {
    let before = read(transaction, id).await?;
    if let Some(expected) = acting.expected.filter(|expected| *expected != before.version) {
        let (of, by) = (before.version, last_by(transaction, id).await?);
        return Ok(Worked::Refused {
            why: format!("version {expected} is not the newest: {by} has changed it, it is at version {of}"),
            hint: "look at it again, and give its new version".to_owned(),
        });
    }
    let change = match aimed(transaction, id, change).await? {
        Ok(change) => change,
        Err(refusal) => return Ok(refused(refusal)),
    };
    match before.after(&change) {
        Err(refusal) => Ok(refused(refusal)),
        Ok(None) => Ok(Worked::Same { version: before.version, state: before.state }),
        Ok(Some((after, entry))) => {
            keep(transaction, id, &before, &after, entry, acting).await?;
            Ok(Worked::Changed { version: after.version, state: after.state })
        }
    }
}

fn refused(refusal: Refusal) -> Worked {
    Worked::Refused { why: refusal.why, hint: refusal.hint }
}

async fn read(transaction: &mut Connection, id: &str) -> Result<EventWork> {
    Ok(found(transaction, id).await?.unwrap_or_default())
}

async fn found(transaction: &mut Connection, id: &str) -> Result<Option<EventWork>> {
    let mut query = Builder::new(format!("SELECT {COLUMNS} FROM event_work WHERE event_id = "));
    query.push_bind(id);
    let row = query.build().fetch_optional(&mut *transaction).await?;
    row.as_ref().map(work).transpose()
}

async fn last_by(transaction: &mut Connection, id: &str) -> Result<String> {
    let by = sql::query_scalar("SELECT changed_by FROM event_work WHERE event_id = $1").bind(id);
    Ok(by.fetch_optional(&mut *transaction).await?.unwrap_or_else(|| "nobody".to_owned()))
}

/// The change with the event that it really aims at: who merges into a duplicate means its original. No event may be
/// reached from itself.
async fn aimed(
    transaction: &mut Connection,
    id: &str,
    change: &EventChange,
) -> Result<std::result::Result<EventChange, Refusal>> {
    let (to, column) = match change {
        EventChange::Merge { into, .. } => (into, "SELECT duplicate_of FROM event_work WHERE event_id = $1"),
        EventChange::Link { parent } => (parent, "SELECT parent FROM event_work WHERE event_id = $1"),
        other => return Ok(Ok(other.clone())),
    };
    let mut last = to.clone();
    for _ in 0..LINKS_MAX {
        if last == id {
            return Ok(Err(Refusal {
                why: "it would be linked to itself".to_owned(),
                hint: "choose another event".to_owned(),
            }));
        }
        let next: Option<Option<String>> =
            sql::query_scalar(column).bind(&last).fetch_optional(&mut *transaction).await?;
        match next.flatten() {
            Some(next) => last = next,
            None => {
                return Ok(Ok(match change {
                    EventChange::Merge { reason, .. } => EventChange::Merge { into: last, reason: reason.clone() },
                    other => other.clone(),
                }));
            }
        }
    }
    Ok(Err(Refusal {
        why: format!("more than {LINKS_MAX} events would hang in one chain"),
        hint: "link it to the first of them".to_owned(),
    }))
}

async fn keep(
    transaction: &mut Connection,
    id: &str,
    before: &EventWork,
    after: &EventWork,
    entry: Entry,
    acting: &Acting,
) -> Result<()> {
    let judged = entry.change == "verdict" || before.verdict != after.verdict;
    write(transaction, id, after, acting).await?;
    for tag in before.tags.difference(&after.tags) {
        let gone = sql::query("DELETE FROM event_tags WHERE tag = $1 AND event_id = $2").bind(tag).bind(id);
        gone.execute(&mut *transaction).await?;
    }
    for tag in after.tags.difference(&before.tags) {
        let new = sql::query("INSERT INTO event_tags (tag, event_id) VALUES ($1, $2) ON CONFLICT DO NOTHING");
        new.bind(tag).bind(id).execute(&mut *transaction).await?;
    }
    if judged {
        judge(transaction, id, after, acting).await?;
    }
    let line = HistoryLine {
        subject: id.to_owned(),
        number: after.version,
        changed_at: acting.now,
        changed_by: acting.by.clone(),
        entry,
    };
    history::add(transaction, &line).await?;
    let kept: Option<String> =
        sql::query_scalar("SELECT event_id FROM threat_events WHERE event_id = $1 AND origin = 'kept'")
            .bind(id)
            .fetch_optional(&mut *transaction)
            .await?;
    if kept.is_some() {
        withdraw(transaction, id, !after.state.is_open()).await?;
    }
    Ok(())
}

async fn write(transaction: &mut Connection, id: &str, work: &EventWork, acting: &Acting) -> Result<()> {
    sql::query(
        "INSERT INTO event_work (event_id, version, state, verdict, reason, assignee, tags, parent, duplicate_of, \
         merged_state, merged_verdict, n_comments, changed_at, changed_by) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT (event_id) DO UPDATE SET \
         version = excluded.version, state = excluded.state, verdict = excluded.verdict, reason = excluded.reason, \
         assignee = excluded.assignee, tags = excluded.tags, parent = excluded.parent, \
         duplicate_of = excluded.duplicate_of, merged_state = excluded.merged_state, \
         merged_verdict = excluded.merged_verdict, n_comments = excluded.n_comments, \
         changed_at = excluded.changed_at, changed_by = excluded.changed_by",
    )
    .bind(id)
    .bind(work.version)
    .bind(work.state.name())
    .bind(work.verdict.name())
    .bind(&work.reason)
    .bind(work.assignee.as_ref())
    .bind(serde_json::to_string(&work.tags)?)
    .bind(work.parent.as_ref())
    .bind(work.duplicate_of.as_ref())
    .bind(work.before_merge.map(|(state, _)| state.name()))
    .bind(work.before_merge.map(|(_, verdict)| verdict.name()))
    .bind(work.n_comments)
    .bind(acting.now.micros())
    .bind(&acting.by)
    .execute(&mut *transaction)
    .await?;
    Ok(())
}

/// The label that is learned from, with the findings that it is about.
async fn judge(transaction: &mut Connection, id: &str, work: &EventWork, acting: &Acting) -> Result<()> {
    let newest: Option<i64> =
        sql::query_scalar::<Option<i64>>("SELECT max(given_at) FROM event_verdicts WHERE event_id = $1")
            .bind(id)
            .fetch_one(&mut *transaction)
            .await?;
    // The newest one counts, also where a clock was set back or two fell into one microsecond.
    let given_at = newest.map_or(acting.now.micros(), |newest| acting.now.micros().max(newest.saturating_add(1)));
    let documents: Vec<String> =
        sql::query_scalar("SELECT document FROM findings WHERE event_id = $1 ORDER BY window_start, finding_id")
            .bind(id)
            .fetch_all(&mut *transaction)
            .await?;
    let mut findings = Vec::new();
    for text in &documents {
        // The rows stay in the lake; what is learned from are the numbers.
        findings.push(Finding { evidence: Vec::new(), ..serde_json::from_str(text)? });
    }
    let verdict = EventVerdict {
        given_at: Timestamp::from_micros(given_at).unwrap_or(acting.now),
        judgement: work.verdict,
        given_by: acting.by.clone(),
        reason: work.reason.clone(),
    };
    event_verdicts::add(transaction, id, &verdict, &findings).await
}

/// What becomes of an event that detection raises no more: nobody has touched it, and it goes; somebody has, and it
/// stays, in the lists or withdrawn from them.
pub(in crate::store) async fn keep_or_remove(transaction: &mut Connection, ids: BTreeSet<String>) -> Result<()> {
    for id in ids {
        let work = found(transaction, &id).await?;
        let open = work.as_ref().is_some_and(|work| work.state.is_open());
        if !open {
            events::delete(transaction, "event_items", &[id.as_str()]).await?;
        }
        if work.is_none() {
            for list in events::LISTS {
                events::delete(transaction, list, &[id.as_str()]).await?;
            }
        }
        let statement = match work {
            Some(_) => "UPDATE threat_events SET origin = 'kept' WHERE event_id = $1",
            None => "DELETE FROM threat_events WHERE event_id = $1",
        };
        sql::query(statement).bind(&id).execute(&mut *transaction).await?;
        if work.is_some() {
            withdraw(transaction, &id, !open).await?;
        }
    }
    Ok(())
}

async fn withdraw(transaction: &mut Connection, id: &str, withdrawn: bool) -> Result<()> {
    let statement = match withdrawn {
        true => "INSERT INTO withdrawn_events (event_id) VALUES ($1) ON CONFLICT DO NOTHING",
        false => "DELETE FROM withdrawn_events WHERE event_id = $1",
    };
    sql::query(statement).bind(id).execute(&mut *transaction).await?;
    Ok(())
}
