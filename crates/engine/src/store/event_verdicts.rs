//! What people here have found threat events to be.

use std::collections::BTreeMap;

use schema::{Finding, Timestamp};

use super::{
    Store,
    findings::Subject,
    sql::{self, Row},
};
use crate::{Error, Result};

/// A person's finding about a threat event.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct EventVerdict {
    pub given_at: Timestamp,
    pub judgement: EventJudgement,
    pub given_by: String,
    pub reason: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EventJudgement {
    /// It is what it says, and malicious.
    TruePositive,
    /// It is what it says, and meant: a backup, a scanner of one's own.
    BenignTruePositive,
    /// It is not what it says.
    FalsePositive,
    /// An earlier verdict is taken back.
    Open,
}

impl EventJudgement {
    pub fn name(self) -> &'static str {
        match self {
            Self::TruePositive => "true_positive",
            Self::BenignTruePositive => "benign_true_positive",
            Self::FalsePositive => "false_positive",
            Self::Open => "open",
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Self::TruePositive => "true positive",
            Self::BenignTruePositive => "benign true positive",
            Self::FalsePositive => "false positive",
            Self::Open => "no verdict",
        }
    }
}

impl std::str::FromStr for EventJudgement {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        match text.replace('-', "_").as_str() {
            "true_positive" | "true" => Ok(Self::TruePositive),
            "benign_true_positive" | "benign" => Ok(Self::BenignTruePositive),
            "false_positive" | "false" => Ok(Self::FalsePositive),
            "open" => Ok(Self::Open),
            _ => Err(format!("\"{text}\" is no verdict; use true-positive, benign, false-positive or open")),
        }
    }
}

impl Store {
    pub(crate) async fn judge_event(&self, event_id: &str, verdict: &EventVerdict, findings: &[Finding]) -> Result<()> {
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
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// All verdicts about an event, the newest first.
    pub(crate) async fn verdicts_of_event(&self, event_id: &str) -> Result<Vec<EventVerdict>> {
        let rows = sql::query(
            "SELECT given_at, verdict, given_by, reason FROM event_verdicts WHERE event_id = $1 ORDER BY given_at DESC",
        )
        .bind(event_id)
        .fetch_all(&self.pool)
        .await?;
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

    /// What the newest verdict of each event says.
    pub(crate) async fn judgements(&self) -> Result<BTreeMap<String, EventJudgement>> {
        let rows = sql::query(
            "SELECT event_id, verdict FROM event_verdicts v WHERE given_at = \
             (SELECT max(given_at) FROM event_verdicts n WHERE n.event_id = v.event_id)",
        )
        .fetch_all(&self.pool)
        .await?;
        let read = |row: &Row| {
            let judgement = row.try_get::<&str, _>("verdict")?.parse().map_err(Error::internal)?;
            Ok((row.try_get("event_id")?, judgement))
        };
        rows.iter().map(read).collect()
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

    /// Threat events of these subjects as they are.
    pub(crate) async fn events_of(&self, subject: &Subject) -> Result<Vec<schema::ThreatEvent>> {
        let rows: Vec<String> = sql::query_scalar(
            "SELECT document FROM threat_events WHERE dataset = $1 AND subject = $2 ORDER BY event_id",
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

fn verdict(row: &Row) -> Result<EventVerdict> {
    Ok(EventVerdict {
        given_at: Timestamp::from_micros(row.try_get("given_at")?).unwrap_or_default(),
        judgement: row.try_get::<&str, _>("verdict")?.parse().map_err(Error::internal)?,
        given_by: row.try_get("given_by")?,
        reason: row.try_get("reason")?,
    })
}
