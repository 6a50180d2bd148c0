//! The log: lines are added in the transaction of what they tell, and read in order.

use futures::{StreamExt, TryStreamExt, stream::BoxStream};
use schema::Timestamp;

use super::super::{
    Store,
    sql::{self, Builder, Connection, Row, Transaction},
};
use crate::{
    Result, clock,
    people::{AuditEntry, AuditFilter, AuditLine, chain, genesis},
};

const COLUMNS: &str = "SELECT number, done_at, done_by, address, action, subject, detail, digest FROM audit_log";

impl Store {
    /// Adds a line that tells of nothing else in the store.
    pub(crate) async fn add_audit(&self, entry: &AuditEntry) -> Result<AuditLine> {
        self.begin().await?.commit_with(entry).await
    }

    /// The digest of a line, where there is one of this number.
    pub(crate) async fn audit_digest(&self, number: i64) -> Result<Option<String>> {
        let digest = sql::query_scalar("SELECT digest FROM audit_log WHERE number = $1");
        Ok(digest.bind(number).fetch_optional(&self.pool).await?)
    }

    /// Lines that a filter lets through, the newest first.
    pub(crate) async fn audit_page(&self, filter: &AuditFilter) -> Result<Vec<AuditLine>> {
        let mut query = Builder::new(COLUMNS);
        query.push(" WHERE 1 = 1");
        if let Some(before) = filter.before {
            query.push(" AND number < ").push_bind(before);
        }
        if let Some(since) = filter.since {
            query.push(" AND done_at >= ").push_bind(since.micros());
        }
        if let Some(until) = filter.until {
            query.push(" AND done_at < ").push_bind(until.micros());
        }
        for (column, beginning) in [("done_by", &filter.by), ("action", &filter.action)] {
            if let Some(beginning) = beginning {
                let n = i64::try_from(beginning.chars().count()).unwrap_or_default();
                query.push(format!(" AND substr({column}, 1, CAST(")).push_bind(n);
                query.push(" AS INTEGER)) = ").push_bind(beginning);
            }
        }
        query.push(" ORDER BY number DESC LIMIT ").push_bind(i64::from(filter.limit));
        query.build().fetch_all(&self.pool).await?.iter().map(line).collect()
    }

    /// Every line, the oldest first.
    pub(crate) fn audit_lines(&self) -> BoxStream<'_, Result<AuditLine>> {
        let all = sql::query(
            "SELECT number, done_at, done_by, address, action, subject, detail, digest \
                              FROM audit_log ORDER BY number",
        );
        all.fetch(&self.pool).err_into().and_then(async |row| line(&row)).boxed()
    }
}

impl Transaction {
    /// Adds the line of what this transaction has done, and commits both.
    pub(super) async fn commit_with(mut self, entry: &AuditEntry) -> Result<AuditLine> {
        let line = add(&mut self, entry).await?;
        self.commit().await?;
        Ok(line)
    }
}

/// Whoever writes is the only one who does: no other line comes between the newest one and this.
async fn add(transaction: &mut Connection, entry: &AuditEntry) -> Result<AuditLine> {
    let newest = sql::query("SELECT number, digest FROM audit_log ORDER BY number DESC LIMIT 1");
    let (number, before) = match newest.fetch_optional(&mut *transaction).await? {
        Some(row) => (row.try_get("number")?, row.try_get("digest")?),
        None => (0_i64, genesis()),
    };
    let mut line = AuditLine {
        number: number.saturating_add(1),
        at: Timestamp::from_micros(clock::now().micros()).unwrap_or_default(),
        by: entry.by.clone(),
        address: entry.address.clone(),
        action: entry.action.to_owned(),
        subject: entry.subject.clone(),
        detail: entry.detail.clone(),
        digest: String::new(),
    };
    line.digest = chain::digest(&before, &line);
    sql::query(
        "INSERT INTO audit_log (number, done_at, done_by, address, action, subject, detail, digest) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(line.number)
    .bind(line.at.micros())
    .bind(&line.by)
    .bind(&line.address)
    .bind(&line.action)
    .bind(&line.subject)
    .bind(&line.detail)
    .bind(&line.digest)
    .execute(transaction)
    .await?;
    Ok(line)
}

fn line(row: &Row) -> Result<AuditLine> {
    Ok(AuditLine {
        number: row.try_get("number")?,
        at: Timestamp::from_micros(row.try_get("done_at")?).unwrap_or_default(),
        by: row.try_get("done_by")?,
        address: row.try_get("address")?,
        action: row.try_get("action")?,
        subject: row.try_get("subject")?,
        detail: row.try_get("detail")?,
        digest: row.try_get("digest")?,
    })
}
