//! What people here have found indicators to be, and what our telemetry has met of them.

use std::collections::BTreeSet;

use futures::TryStreamExt;
use schema::{Entity, Observable, Timestamp};
use sqlx::AssertSqlSafe;

use super::{
    super::{
        Store,
        sql::{self, Builder},
    },
    kind,
};
use crate::{Error, Result};

/// A person's finding about an indicator.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Verdict {
    pub given_at: Timestamp,
    pub judgement: Judgement,
    pub given_by: String,
    pub reason: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
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
        sql::query(
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
        let dialect = self.pool.dialect();
        let mut query = Builder::new("SELECT given_at, verdict, given_by, reason FROM claim_verdicts WHERE kind = ");
        query.push_bind(kind as i64).push(format!(" AND {} = ", dialect.key("value"))).push_key(dialect, value);
        query.push(" ORDER BY given_at DESC");
        let rows = query.build().fetch_all(&self.pool).await?;
        let read = |row: &sql::Row| {
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
        let (of, newer) = (self.pool.dialect().key("v.value"), self.pool.dialect().key("n.value"));
        let newest_say_so = format!(
            "SELECT kind, value FROM claim_verdicts v WHERE verdict = 'false_positive' AND given_at = \
             (SELECT max(given_at) FROM claim_verdicts n WHERE n.kind = v.kind AND {newer} = {of})"
        );
        let mut rows = sql::query(AssertSqlSafe(newest_say_so)).fetch(&self.pool);
        let mut values = BTreeSet::new();
        while let Some(row) = rows.try_next().await? {
            values.insert((kind(&row)?, row.try_get(1)?));
        }
        Ok(values)
    }

    /// Where this value was met, the newest first, and how many findings say so.
    pub(crate) async fn sightings(&self, value: &str) -> Result<(u64, Vec<SeenHere>)> {
        let name = Entity::name(value.to_owned());
        let n: i64 = self.of_indicator("count(*)", &name).build_scalar().fetch_one(&self.pool).await?;
        let mut query = self.of_indicator("f.dataset, f.subject, f.first_seen, f.last_seen, f.n_records", &name);
        query.push(" ORDER BY f.last_seen DESC, f.subject LIMIT ").push_bind(SIGHTINGS_SHOWN);
        let rows = query.build().fetch_all(&self.pool).await?;
        let read = |row: &sql::Row| {
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
        let name = Entity::name(value.to_owned());
        let last: Option<i64> =
            self.of_indicator("max(f.last_seen)", &name).build_scalar().fetch_one(&self.pool).await?;
        Ok(last.and_then(Timestamp::from_micros))
    }

    /// These columns of the findings that say where a value was met.
    fn of_indicator<'q>(&self, columns: &str, name: &'q str) -> Builder<'q> {
        let mut query = Builder::new(format!("SELECT {columns} FROM findings f WHERE f.detector = 'indicator'"));
        query.push(" AND f.object = ").push_bind(name);
        self.push_finding_seen(&mut query, "f");
        query
    }

    /// Every claim that was met, with when it was claimed and met first and last.
    pub(crate) async fn sighted_claims(&self) -> Result<Vec<intel::indicators::Sighted>> {
        let (claimed, met) = (self.pool.dialect().key("c.value"), self.pool.dialect().key("f.object"));
        let mut query = Builder::new(
            "SELECT c.kind, c.value, o.source, \
             min(coalesce(c.first_seen, c.valid_from, c.loaded_at)) AS claimed, min(f.first_seen) AS first_met, \
             max(f.last_seen) AS last_met FROM (SELECT i.object, min(i.first_seen) AS first_seen, \
             max(i.last_seen) AS last_seen FROM findings i WHERE i.detector = 'indicator' AND i.object IS NOT NULL",
        );
        self.push_finding_seen(&mut query, "i");
        query.push(format!(
            " GROUP BY i.object) f JOIN claim_kinds k ON 1 = 1 JOIN claims c ON c.kind = k.kind AND {claimed} = {met} \
             JOIN claim_origins o ON o.origin_id = c.origin_id JOIN claim_contexts x ON x.context_id = c.context_id \
             WHERE 1 = 1"
        ));
        self.push_marked(&mut query, "x");
        query.push(" GROUP BY c.kind, c.value, o.source");
        let mut rows = query.build().fetch(&self.pool);
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
