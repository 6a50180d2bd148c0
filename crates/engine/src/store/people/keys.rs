//! API keys of people.

use schema::Timestamp;

use super::{
    super::{
        Store,
        sql::{self, Row},
    },
    role, scope,
};
use crate::{
    Error, Result, clock,
    people::{ApiKey, AuditEntry, AuditLine, KeptKey},
};

/// Keys that one person has at once.
const KEYS_MAX: i64 = 100;

const OF_PERSON: &str = "SELECT k.key_id, k.digest, k.person_id, p.name AS person, k.name, k.role, k.scope, k.addresses, \
                         k.made_at, k.made_by, k.expires_at, k.revoked_at, k.used_at, k.used_from, \
                         p.role AS person_role, p.scope AS person_scope, p.disabled_at, p.removed_at \
                         FROM api_keys k JOIN people p ON p.person_id = k.person_id \
                         WHERE k.person_id = $1 OR $1 = '' ORDER BY p.name, k.made_at, k.key_id";
const BY_ID: &str = "SELECT k.key_id, k.digest, k.person_id, p.name AS person, k.name, k.role, k.scope, k.addresses, \
                     k.made_at, k.made_by, k.expires_at, k.revoked_at, k.used_at, k.used_from, \
                     p.role AS person_role, p.scope AS person_scope, p.disabled_at, p.removed_at \
                     FROM api_keys k JOIN people p ON p.person_id = k.person_id WHERE k.key_id = $1";

impl Store {
    pub(crate) async fn add_key(&self, key: &ApiKey, digest: &str, entry: &AuditEntry) -> Result<AuditLine> {
        let mut transaction = self.begin().await?;
        let n: i64 = sql::query_scalar(
            "SELECT count(*) FROM api_keys WHERE person_id = $1 AND revoked_at IS NULL AND expires_at > $2",
        )
        .bind(&key.person_id)
        .bind(clock::now().micros())
        .fetch_one(&mut *transaction)
        .await?;
        if n >= KEYS_MAX {
            return Err(Error::usage(format!("{} has {n} keys", key.person)).hint("revoke some of them first"));
        }
        sql::query(
            "INSERT INTO api_keys (key_id, digest, person_id, name, role, scope, addresses, made_at, made_by, expires_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(&key.id)
        .bind(digest)
        .bind(&key.person_id)
        .bind(&key.name)
        .bind(key.role.name())
        .bind(serde_json::to_string(&key.scope)?)
        .bind(serde_json::to_string(&key.addresses)?)
        .bind(key.made_at.micros())
        .bind(&key.made_by)
        .bind(key.expires_at.micros())
        .execute(&mut *transaction)
        .await?;
        transaction.commit_with(entry).await
    }

    pub(crate) async fn key(&self, id: &str) -> Result<Option<KeptKey>> {
        sql::query(BY_ID).bind(id).fetch_optional(&self.pool).await?.as_ref().map(kept).transpose()
    }

    /// Keys of a person, or of all, also those that are good no more.
    pub(crate) async fn keys(&self, person_id: Option<&str>) -> Result<Vec<ApiKey>> {
        let rows = sql::query(OF_PERSON).bind(person_id.unwrap_or_default()).fetch_all(&self.pool).await?;
        rows.iter().map(|row| Ok(kept(row)?.key)).collect()
    }

    pub(crate) async fn revoke_key(&self, id: &str, entry: &AuditEntry) -> Result<AuditLine> {
        let mut transaction = self.begin().await?;
        sql::query("UPDATE api_keys SET revoked_at = $2 WHERE key_id = $1 AND revoked_at IS NULL")
            .bind(id)
            .bind(clock::now().micros())
            .execute(&mut *transaction)
            .await?;
        transaction.commit_with(entry).await
    }

    pub(crate) async fn key_used(&self, id: &str, now: Timestamp, from: &str) -> Result<()> {
        let used = sql::query("UPDATE api_keys SET used_at = $2, used_from = $3 WHERE key_id = $1");
        used.bind(id).bind(now.micros()).bind(from).execute(&self.pool).await?;
        Ok(())
    }

    /// Notes that a key was refused, with a line in the log; nothing where that was told since `told_before`.
    pub(crate) async fn key_refused(
        &self,
        id: &str,
        told_before: Timestamp,
        entry: &AuditEntry,
    ) -> Result<Option<AuditLine>> {
        let mut transaction = self.begin().await?;
        let done = sql::query("UPDATE api_keys SET refused_at = $2 WHERE key_id = $1 AND coalesce(refused_at, 0) < $3");
        let done = done.bind(id).bind(clock::now().micros()).bind(told_before.micros());
        if done.execute(&mut *transaction).await?.rows_affected() == 0 {
            return Ok(None);
        }
        transaction.commit_with(entry).await.map(Some)
    }
}

fn kept(row: &Row) -> Result<KeptKey> {
    let at = |name: &str| -> Result<Timestamp> { Ok(Timestamp::from_micros(row.try_get(name)?).unwrap_or_default()) };
    let maybe_at = |name: &str| -> Result<Option<Timestamp>> {
        Ok(row.try_get::<Option<i64>, _>(name)?.and_then(Timestamp::from_micros))
    };
    let key = ApiKey {
        id: row.try_get("key_id")?,
        person_id: row.try_get("person_id")?,
        person: row.try_get("person")?,
        name: row.try_get("name")?,
        role: role(row.try_get("role")?)?,
        scope: scope(row.try_get("scope")?)?,
        addresses: serde_json::from_str(row.try_get("addresses")?)?,
        made_at: at("made_at")?,
        made_by: row.try_get("made_by")?,
        expires_at: at("expires_at")?,
        revoked_at: maybe_at("revoked_at")?,
        used_at: maybe_at("used_at")?,
        used_from: row.try_get("used_from")?,
    };
    let person_gone = maybe_at("disabled_at")?.is_some() || maybe_at("removed_at")?.is_some();
    Ok(KeptKey {
        key,
        digest: row.try_get("digest")?,
        person_role: role(row.try_get("person_role")?)?,
        person_scope: scope(row.try_get("person_scope")?)?,
        person_gone,
    })
}
