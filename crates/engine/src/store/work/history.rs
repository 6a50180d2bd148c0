//! Lines of history: added with the change that they tell of, and never touched again.

use intel::work::Entry;
use schema::Timestamp;
use serde_json::Value;

use super::super::{
    Store,
    sql::{self, Connection, Row},
};
use crate::Result;

/// Who changed what, when, from what to what.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct HistoryLine {
    /// Id of the event or case.
    pub subject: String,
    pub number: i64,
    pub changed_at: Timestamp,
    pub changed_by: String,
    #[serde(flatten)]
    pub entry: Entry,
}

impl Store {
    /// What has become of an event or case, the oldest first, from a line on.
    pub(crate) async fn work_history(&self, subject: &str, after: i64, limit: i64) -> Result<Vec<HistoryLine>> {
        let rows = sql::query(
            "SELECT subject, number, changed_at, changed_by, change, old_value, new_value, reason FROM work_history \
             WHERE subject = $1 AND number > $2 ORDER BY number LIMIT $3",
        )
        .bind(subject)
        .bind(after)
        .bind(limit)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(line).collect()
    }
}

pub(super) async fn add(transaction: &mut Connection, line: &HistoryLine) -> Result<()> {
    sql::query(
        "INSERT INTO work_history (subject, number, changed_at, changed_by, change, old_value, new_value, reason) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(&line.subject)
    .bind(line.number)
    .bind(line.changed_at.micros())
    .bind(&line.changed_by)
    .bind(&line.entry.change)
    .bind(line.entry.before.to_string())
    .bind(line.entry.after.to_string())
    .bind(&line.entry.reason)
    .execute(&mut *transaction)
    .await?;
    Ok(())
}

fn line(row: &Row) -> Result<HistoryLine> {
    let value = |name: &str| -> Result<Value> { Ok(serde_json::from_str(&row.try_get::<String, _>(name)?)?) };
    Ok(HistoryLine {
        subject: row.try_get("subject")?,
        number: row.try_get("number")?,
        changed_at: Timestamp::from_micros(row.try_get("changed_at")?).unwrap_or_default(),
        changed_by: row.try_get("changed_by")?,
        entry: Entry {
            change: row.try_get("change")?,
            before: value("old_value")?,
            after: value("new_value")?,
            reason: row.try_get("reason")?,
        },
    })
}
