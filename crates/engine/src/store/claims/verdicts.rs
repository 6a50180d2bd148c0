//! What people here have found indicators to be, and what our telemetry has met of them.

use std::collections::BTreeSet;

use futures::TryStreamExt;
use schema::{Observable, Timestamp};
use sqlx::Row;

use super::{super::Store, kind};
use crate::{Error, Result};

/// A person's finding about an indicator.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Verdict {
    pub given_at: Timestamp,
    pub judgement: Judgement,
    pub given_by: String,
    pub reason: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Judgement {
    /// Not malicious: it is matched no more and leaves no more.
    FalsePositive,
    TruePositive,
    /// An earlier verdict is taken back.
    Open,
}

impl Judgement {
    pub fn name(self) -> &'static str {
        match self {
            Self::FalsePositive => "false_positive",
            Self::TruePositive => "true_positive",
            Self::Open => "open",
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Self::FalsePositive => "false positive",
            Self::TruePositive => "true positive",
            Self::Open => "no verdict",
        }
    }
}

impl std::str::FromStr for Judgement {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        match text.replace('-', "_").as_str() {
            "false_positive" => Ok(Self::FalsePositive),
            "true_positive" => Ok(Self::TruePositive),
            "open" => Ok(Self::Open),
            _ => Err(format!("\"{text}\" is no verdict; use false-positive, true-positive or open")),
        }
    }
}

/// Contact of one host of ours with an indicator, within one hour.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct SeenHere {
    pub dataset: String,
    pub subject: String,
    pub first_seen: Timestamp,
    pub last_seen: Timestamp,
    pub records: u64,
}

/// Sightings that are shown; the newest.
const SIGHTINGS_SHOWN: i64 = 100;

impl Store {
    pub(crate) async fn give_verdict(&self, kind: Observable, value: &str, verdict: &Verdict) -> Result<()> {
        sqlx::query(
            "INSERT INTO claim_verdicts (kind, value, given_at, verdict, given_by, reason) \
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(kind as i64)
        .bind(value)
        .bind(verdict.given_at.micros())
        .bind(verdict.judgement.name())
        .bind(&verdict.given_by)
        .bind(&verdict.reason)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// All verdicts about a value, the newest first.
    pub(crate) async fn verdicts(&self, kind: Observable, value: &str) -> Result<Vec<Verdict>> {
        let rows = sqlx::query(
            "SELECT given_at, verdict, given_by, reason FROM claim_verdicts WHERE kind = $1 AND value = $2 \
             ORDER BY given_at DESC",
        )
        .bind(kind as i64)
        .bind(value)
        .fetch_all(&self.pool)
        .await?;
        let read = |row: &sqlx::sqlite::SqliteRow| {
            Ok(Verdict {
                given_at: Timestamp::from_micros(row.try_get(0)?).unwrap_or_default(),
                judgement: row.try_get::<&str, _>(1)?.parse().map_err(Error::internal)?,
                given_by: row.try_get(2)?,
                reason: row.try_get(3)?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// Every value whose newest verdict says that it is harmless.
    pub(crate) async fn false_positives(&self) -> Result<BTreeSet<(Observable, String)>> {
        let mut rows = sqlx::query(
            "SELECT kind, value FROM claim_verdicts v WHERE verdict = 'false_positive' AND given_at = \
             (SELECT max(given_at) FROM claim_verdicts n WHERE n.kind = v.kind AND n.value = v.value)",
        )
        .fetch(&self.pool);
        let mut values = BTreeSet::new();
        while let Some(row) = rows.try_next().await? {
            values.insert((kind(&row)?, row.try_get(1)?));
        }
        Ok(values)
    }

    /// Where this value was met, the newest first, and how many findings say so.
    pub(crate) async fn sightings(&self, value: &str) -> Result<(u64, Vec<SeenHere>)> {
        let n: i64 = sqlx::query_scalar("SELECT count(*) FROM findings WHERE detector = 'indicator' AND object = $1")
            .bind(value)
            .fetch_one(&self.pool)
            .await?;
        let rows = sqlx::query(
            "SELECT dataset, subject, first_seen, last_seen, n_records FROM findings \
             WHERE detector = 'indicator' AND object = $1 ORDER BY last_seen DESC, subject LIMIT $2",
        )
        .bind(value)
        .bind(SIGHTINGS_SHOWN)
        .fetch_all(&self.pool)
        .await?;
        let read = |row: &sqlx::sqlite::SqliteRow| {
            Ok(SeenHere {
                dataset: row.try_get(0)?,
                subject: row.try_get(1)?,
                first_seen: Timestamp::from_micros(row.try_get(2)?).unwrap_or_default(),
                last_seen: Timestamp::from_micros(row.try_get(3)?).unwrap_or_default(),
                records: u64::try_from(row.try_get::<i64, _>(4)?).unwrap_or(0),
            })
        };
        Ok((u64::try_from(n).unwrap_or(0), rows.iter().map(read).collect::<Result<_>>()?))
    }

    /// When each of these values was last met.
    pub(crate) async fn last_sighted(&self, value: &str) -> Result<Option<Timestamp>> {
        let last: Option<i64> =
            sqlx::query_scalar("SELECT max(last_seen) FROM findings WHERE detector = 'indicator' AND object = $1")
                .bind(value)
                .fetch_one(&self.pool)
                .await?;
        Ok(last.and_then(Timestamp::from_micros))
    }

    /// Every claim that was met, with when it was claimed and met first and last.
    pub(crate) async fn sighted_claims(&self) -> Result<Vec<intel::indicators::Sighted>> {
        let mut rows = sqlx::query(
            "SELECT c.kind, c.value, o.source, \
             min(coalesce(c.first_seen, c.valid_from, c.loaded_at)) AS claimed, min(f.first_seen) AS first_met, \
             max(f.last_seen) AS last_met \
             FROM (SELECT object, min(first_seen) AS first_seen, max(last_seen) AS last_seen FROM findings \
                   WHERE detector = 'indicator' AND object IS NOT NULL GROUP BY object) f \
             JOIN claim_kinds k ON 1 = 1 JOIN claims c ON c.kind = k.kind AND c.value = f.object \
             JOIN claim_origins o ON o.origin_id = c.origin_id GROUP BY c.kind, c.value, o.source",
        )
        .fetch(&self.pool);
        let mut sighted = Vec::new();
        while let Some(row) = rows.try_next().await? {
            let time = |name: &str| Ok::<_, Error>(Timestamp::from_micros(row.try_get(name)?).unwrap_or_default());
            sighted.push(intel::indicators::Sighted {
                source: row.try_get("source")?,
                kind: kind(&row)?,
                claimed_at: time("claimed")?,
                first_sighted: time("first_met")?,
                last_sighted: time("last_met")?,
            });
        }
        Ok(sighted)
    }
}
