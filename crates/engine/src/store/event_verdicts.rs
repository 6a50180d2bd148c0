//! What people here have found threat events to be.

use intel::work::Judgement;
use schema::{Finding, Timestamp};

use super::{
    Store,
    findings::Subject,
    sql::{self, Builder, Connection, Row},
};
use crate::{Error, Result};

/// A person's finding about a threat event.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct EventVerdict {
    pub given_at: Timestamp,
    pub judgement: Judgement,
    pub given_by: String,
    pub reason: String,
}

impl Store {
    /// All verdicts about an event, the newest first.
    pub(crate) async fn verdicts_of_event(&self, event_id: &str) -> Result<Vec<EventVerdict>> {
        let mut query = Builder::new(
            "SELECT v.given_at, v.verdict, v.given_by, v.reason FROM event_verdicts v WHERE v.event_id = ",
        );
        query.push_bind(event_id);
        self.push_event_seen(&mut query, "v.event_id");
        query.push(" ORDER BY v.given_at DESC");
        let rows = query.build().fetch_all(&self.pool).await?;
        rows.iter().map(verdict).collect()
    }

    /// The newest verdict of each event that has one and was given up to `until`, with the findings it is about.
    pub(crate) async fn newest_verdicts(&self, until: Timestamp) -> Result<Vec<(EventVerdict, Vec<Finding>)>> {
        let rows = sql::query(
            "SELECT given_at, verdict, given_by, reason, findings FROM event_verdicts v WHERE given_at = \
             (SELECT max(given_at) FROM event_verdicts n WHERE n.event_id = v.event_id AND n.given_at <= $1) \
             ORDER BY given_at, event_id",
        )
        .bind(until.micros())
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(|row| Ok((verdict(row)?, serde_json::from_str(row.try_get("findings")?)?))).collect()
    }

    /// Has the threat events of every subject made anew: what is learned may change any of them.
    pub(crate) async fn all_subjects_stale(&self) -> Result<()> {
        let mut transaction = self.begin().await?;
        sql::query(
            "INSERT INTO stale_subjects (dataset, subject) SELECT DISTINCT dataset, subject FROM findings WHERE true \
             ON CONFLICT DO NOTHING",
        )
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Threat events of a subject as detection last made them.
    pub(crate) async fn events_of(&self, subject: &Subject) -> Result<Vec<schema::ThreatEvent>> {
        let rows: Vec<String> = sql::query_scalar(
            "SELECT document FROM threat_events WHERE dataset = $1 AND subject = $2 AND origin = 'detection' ORDER BY event_id",
        )
        .bind(&subject.0)
        .bind(&subject.1)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(|text| Ok(serde_json::from_str(text)?)).collect()
    }

    /// Every subject that has a finding.
    pub(crate) async fn subjects(&self) -> Result<Vec<Subject>> {
        Ok(sql::query_as("SELECT DISTINCT dataset, subject FROM findings ORDER BY dataset, subject")
            .fetch_all(&self.pool)
            .await?)
    }
}

/// Keeps a verdict, within the change of the work on the event that it belongs to.
pub(super) async fn add(
    transaction: &mut Connection,
    event_id: &str,
    verdict: &EventVerdict,
    findings: &[Finding],
) -> Result<()> {
    sql::query(
        "INSERT INTO event_verdicts (event_id, given_at, verdict, given_by, reason, findings) \
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(event_id)
    .bind(verdict.given_at.micros())
    .bind(verdict.judgement.name())
    .bind(&verdict.given_by)
    .bind(&verdict.reason)
    .bind(serde_json::to_string(findings)?)
    .execute(&mut *transaction)
    .await?;
    Ok(())
}

fn verdict(row: &Row) -> Result<EventVerdict> {
    Ok(EventVerdict {
        given_at: Timestamp::from_micros(row.try_get("given_at")?).unwrap_or_default(),
        judgement: row.try_get::<&str, _>("verdict")?.parse().map_err(Error::internal)?,
        given_by: row.try_get("given_by")?,
        reason: row.try_get("reason")?,
    })
}
