//! Small numbers that say how far something has got.

use super::{
    Store,
    sql::{self, Connection},
};
use crate::Result;

impl Store {
    pub(crate) async fn mark(&self, name: &str) -> Result<Option<i64>> {
        Ok(sql::query_scalar("SELECT value FROM marks WHERE name = $1").bind(name).fetch_optional(&self.pool).await?)
    }

    pub(crate) async fn set_mark(&self, name: &str, value: i64) -> Result<()> {
        sql::query(
            "INSERT INTO marks (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        )
        .bind(name)
        .bind(value)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    #[cfg(test)]
    pub(crate) async fn remove_mark(&self, name: &str) -> Result<()> {
        sql::query("DELETE FROM marks WHERE name = $1").bind(name).execute(&self.pool).await?;
        Ok(())
    }
}

/// A mark that is never lowered.
pub(super) async fn raise_mark(transaction: &mut Connection, name: &str, value: i64) -> Result<()> {
    sql::query(
        "INSERT INTO marks (name, value) VALUES ($1, $2) \
         ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE excluded.value > marks.value",
    )
    .bind(name)
    .bind(value)
    .execute(transaction)
    .await?;
    Ok(())
}
