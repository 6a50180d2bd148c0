//! Claims about observables, as their sources made them.

use futures::TryStreamExt;
use schema::{Claim, Observable, Timestamp};
use sqlx::{QueryBuilder, Row, Sqlite, sqlite::SqliteRow};

use super::{ROWS_PER_STATEMENT, Store};
use crate::{Error, Result};

/// Mark that counts the changes of claims.
pub(crate) const CLAIMS_VERSION: &str = "claims_version";

impl Store {
    /// Adds claims, or renews those that the same source has made before.
    ///
    /// Claims are sorted first: rows in key order append to the tree, and a million load in seconds.
    ///
    /// Gives the number of this change, which is [`CLAIMS_VERSION`] from now on.
    pub(crate) async fn save_claims(&self, claims: &mut [Claim], now: Timestamp) -> Result<i64> {
        claims.sort_unstable_by(|a, b| {
            (a.kind.name(), &a.value, &a.source, a.label()).cmp(&(b.kind.name(), &b.value, &b.source, b.label()))
        });
        let mut transaction = self.begin().await?;
        for chunk in claims.chunks(ROWS_PER_STATEMENT) {
            insert(chunk, now).build().execute(&mut *transaction).await?;
        }
        let version = sqlx::query_scalar(
            "INSERT INTO marks (name, value) VALUES ($1, 1) \
             ON CONFLICT (name) DO UPDATE SET value = marks.value + 1 RETURNING value",
        )
        .bind(CLAIMS_VERSION)
        .fetch_one(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(version)
    }

    /// Hands every listed value to `take`, one at a time: a million of them need no million in memory.
    pub(crate) async fn each_value(&self, mut take: impl FnMut(Observable, &str)) -> Result<()> {
        let mut rows = sqlx::query("SELECT kind, value FROM indicators").fetch(&self.pool);
        while let Some(row) = rows.try_next().await? {
            take(kind(&row)?, row.try_get(1)?);
        }
        Ok(())
    }

    /// Hands every value of which a claim was loaded after this instant to `take`.
    pub(crate) async fn each_value_since(&self, micros: i64, mut take: impl FnMut(Observable, &str)) -> Result<()> {
        let mut rows =
            sqlx::query("SELECT kind, value FROM indicators WHERE loaded_at > $1").bind(micros).fetch(&self.pool);
        while let Some(row) = rows.try_next().await? {
            take(kind(&row)?, row.try_get(1)?);
        }
        Ok(())
    }

    /// Every claim about one of these values.
    pub(crate) async fn claims_about(&self, values: &[(Observable, String)]) -> Result<Vec<Claim>> {
        let mut claims = Vec::new();
        for chunk in values.chunk_by(|a, b| a.0 == b.0).flat_map(|of_kind| of_kind.chunks(ROWS_PER_STATEMENT)) {
            let Some((kind, _)) = chunk.first() else { continue };
            let mut query = QueryBuilder::<Sqlite>::new("SELECT * FROM indicators WHERE kind = ");
            query.push_bind(kind.name()).push(" AND value IN (");
            let mut list = query.separated(", ");
            chunk.iter().for_each(|(_, value)| {
                list.push_bind(value);
            });
            query.push(")");
            for row in query.build().fetch_all(&self.pool).await? {
                claims.push(read(&row)?);
            }
        }
        Ok(claims)
    }

    /// When the newest claim was loaded.
    pub(crate) async fn newest_claim(&self) -> Result<Option<Timestamp>> {
        let newest: Option<i64> =
            sqlx::query_scalar("SELECT max(loaded_at) FROM indicators").fetch_one(&self.pool).await?;
        Ok(newest.and_then(Timestamp::from_micros))
    }

    pub(crate) async fn count_claims(&self) -> Result<u64> {
        let count: i64 = sqlx::query_scalar("SELECT count(*) FROM indicators").fetch_one(&self.pool).await?;
        Ok(u64::try_from(count).unwrap_or(0))
    }
}

fn insert(claims: &[Claim], now: Timestamp) -> QueryBuilder<Sqlite> {
    let mut query = QueryBuilder::new(
        "INSERT INTO indicators (kind, value, source, confidence, tlp, label, technique, valid_from, valid_until, \
         reference, loaded_at) ",
    );
    query.push_values(claims, |mut row, claim| {
        row.push_bind(claim.kind.name())
            .push_bind(claim.value.clone())
            .push_bind(claim.source.clone())
            .push_bind(i64::from(claim.confidence))
            .push_bind(claim.tlp.label())
            .push_bind(claim.label().unwrap_or_default().to_owned())
            .push_bind(claim.technique.clone())
            .push_bind(claim.valid_from.map(Timestamp::micros))
            .push_bind(claim.valid_until.map(Timestamp::micros))
            .push_bind(claim.reference.clone())
            .push_bind(now.micros());
    });
    query.push(
        " ON CONFLICT (kind, value, source, label) DO UPDATE SET confidence = excluded.confidence, \
         tlp = excluded.tlp, technique = excluded.technique, valid_from = excluded.valid_from, \
         valid_until = excluded.valid_until, reference = excluded.reference",
    );
    query
}

fn kind(row: &SqliteRow) -> Result<Observable> {
    row.try_get::<&str, _>("kind")?.parse().map_err(Error::internal)
}

fn read(row: &SqliteRow) -> Result<Claim> {
    let tlp: &str = row.try_get("tlp")?;
    let label: String = row.try_get("label")?;
    Ok(Claim {
        confidence: u8::try_from(row.try_get::<i64, _>("confidence")?).unwrap_or(0),
        tlp: schema::Tlp::from_outside(tlp),
        labels: (!label.is_empty()).then_some(label).into_iter().collect(),
        technique: row.try_get("technique")?,
        valid_from: row.try_get::<Option<i64>, _>("valid_from")?.and_then(Timestamp::from_micros),
        valid_until: row.try_get::<Option<i64>, _>("valid_until")?.and_then(Timestamp::from_micros),
        reference: row.try_get("reference")?,
        ..Claim::new(kind(row)?, row.try_get::<String, _>("value")?, row.try_get::<String, _>("source")?)
    })
}
