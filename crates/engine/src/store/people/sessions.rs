//! Sessions of people.

use schema::Timestamp;

use super::{
    super::{
        Store,
        sql::{self, Row},
    },
    role, scope,
};
use crate::{
    Result,
    people::{AuditEntry, AuditLine, Role, Session},
};

/// Sessions that one person has at once; the longest idle one makes room.
const SESSIONS_MAX: i64 = 50;

/// A session that still runs, and whose it is.
#[derive(Debug, Clone)]
pub(crate) struct RunningSession {
    pub(crate) session: Session,
    pub(crate) person_id: String,
    pub(crate) name: String,
    pub(crate) role: Role,
    pub(crate) scope: schema::Scope,
}

impl Store {
    /// Begins a session of somebody who has proved who they are. Sessions that have ended by time are removed.
    pub(crate) async fn begin_session(
        &self,
        session: &Session,
        digest: &str,
        person_id: &str,
        ended: Ended,
        entry: &AuditEntry,
    ) -> Result<AuditLine> {
        let mut transaction = self.begin().await?;
        sql::query("DELETE FROM sessions WHERE began_at <= $1 OR seen_at <= $2")
            .bind(ended.began_before.micros())
            .bind(ended.seen_before.micros())
            .execute(&mut *transaction)
            .await?;
        sql::query(
            "DELETE FROM sessions WHERE person_id = $1 AND digest NOT IN \
             (SELECT digest FROM sessions WHERE person_id = $1 ORDER BY seen_at DESC LIMIT $2)",
        )
        .bind(person_id)
        .bind(SESSIONS_MAX - 1)
        .execute(&mut *transaction)
        .await?;
        sql::query(
            "INSERT INTO sessions (digest, session_id, person_id, began_at, seen_at, address, agent) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(digest)
        .bind(&session.id)
        .bind(person_id)
        .bind(session.began_at.micros())
        .bind(session.seen_at.micros())
        .bind(&session.address)
        .bind(&session.agent)
        .execute(&mut *transaction)
        .await?;
        sql::query("UPDATE people SET seen_at = $2 WHERE person_id = $1")
            .bind(person_id)
            .bind(session.began_at.micros())
            .execute(&mut *transaction)
            .await?;
        transaction.commit_with(entry).await
    }

    /// The session of this secret, where it has not ended and its person may still come in.
    pub(crate) async fn running_session(&self, digest: &str, ended: Ended) -> Result<Option<RunningSession>> {
        let row = sql::query(
            "SELECT s.session_id, s.began_at, s.seen_at, s.address, s.agent, p.person_id, p.name, p.role, p.scope \
             FROM sessions s JOIN people p ON p.person_id = s.person_id \
             WHERE s.digest = $1 AND s.began_at > $2 AND s.seen_at > $3 \
             AND p.disabled_at IS NULL AND p.removed_at IS NULL",
        )
        .bind(digest)
        .bind(ended.began_before.micros())
        .bind(ended.seen_before.micros())
        .fetch_optional(&self.pool)
        .await?;
        row.map(|row| {
            Ok(RunningSession {
                session: session(&row)?,
                person_id: row.try_get("person_id")?,
                name: row.try_get("name")?,
                role: role(row.try_get("role")?)?,
                scope: scope(row.try_get("scope")?)?,
            })
        })
        .transpose()
    }

    pub(crate) async fn session_seen(&self, id: &str, now: Timestamp) -> Result<()> {
        let seen = sql::query("UPDATE sessions SET seen_at = $2 WHERE session_id = $1 AND seen_at < $2");
        seen.bind(id).bind(now.micros()).execute(&self.pool).await?;
        Ok(())
    }

    /// Sessions of a person that run, the one seen last first.
    pub(crate) async fn sessions_of(&self, person_id: &str, ended: Ended) -> Result<Vec<Session>> {
        let rows = sql::query(
            "SELECT session_id, began_at, seen_at, address, agent FROM sessions \
             WHERE person_id = $1 AND began_at > $2 AND seen_at > $3 ORDER BY seen_at DESC, session_id",
        )
        .bind(person_id)
        .bind(ended.began_before.micros())
        .bind(ended.seen_before.micros())
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(session).collect()
    }

    /// Ends a session of a person; nothing where there is none of this id.
    pub(crate) async fn end_session(&self, person_id: &str, id: &str, entry: &AuditEntry) -> Result<Option<AuditLine>> {
        let mut transaction = self.begin().await?;
        let done = sql::query("DELETE FROM sessions WHERE session_id = $1 AND person_id = $2");
        if done.bind(id).bind(person_id).execute(&mut *transaction).await?.rows_affected() == 0 {
            return Ok(None);
        }
        transaction.commit_with(entry).await.map(Some)
    }
}

/// Instants that sessions which have ended by time began or were seen before.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ended {
    pub(crate) began_before: Timestamp,
    pub(crate) seen_before: Timestamp,
}

fn session(row: &Row) -> Result<Session> {
    let at = |name: &str| -> Result<Timestamp> { Ok(Timestamp::from_micros(row.try_get(name)?).unwrap_or_default()) };
    Ok(Session {
        id: row.try_get("session_id")?,
        began_at: at("began_at")?,
        seen_at: at("seen_at")?,
        address: row.try_get("address")?,
        agent: row.try_get("agent")?,
        current: false,
    })
}
