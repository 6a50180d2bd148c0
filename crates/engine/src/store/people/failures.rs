//! Attempts to sign in that have not succeeded. An attempt is counted when it begins and given back when it succeeds,
//! so that many at once are no way around the count.

use schema::Timestamp;

use super::super::{
    Store,
    sql::{self, Connection},
};
use crate::Result;

/// Failures that are so long ago say nothing any more.
const FORGOTTEN_AFTER_MICROS: i64 = 24 * 3_600 * 1_000_000;
/// Strangers choose the names that they try: no more are kept, the oldest go.
const KEPT_MAX: i64 = 20_000;
/// No wait is longer: whoever fails on purpose must not lock somebody else out for good.
const WAIT_SECONDS_MAX: i64 = 900;

/// What failures are counted by: a name, an address, or both.
#[derive(Debug, Clone)]
pub(crate) struct Limit {
    pub(crate) name: String,
    /// So many may fail before anybody has to wait.
    pub(crate) free: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Attempt {
    /// It may be tried; where it fails, the next one waits for so long.
    Goes {
        then_seconds: i64,
    },
    Waits {
        seconds: i64,
    },
}

impl Store {
    pub(crate) async fn begin_attempt(&self, limits: &[Limit], now: Timestamp) -> Result<Attempt> {
        let mut transaction = self.begin().await?;
        forget(&mut transaction, now).await?;
        let mut counted = Vec::with_capacity(limits.len());
        let mut seconds = 0;
        for limit in limits {
            let (n, last_at) = failures(&mut transaction, &limit.name).await?;
            seconds = seconds.max(left(last_at, wait(n, limit.free), now));
            counted.push((limit, n.saturating_add(1)));
        }
        if seconds > 0 {
            return Ok(Attempt::Waits { seconds });
        }
        let mut then_seconds = 0;
        for (limit, n) in counted {
            then_seconds = then_seconds.max(wait(n, limit.free));
            sql::query(
                "INSERT INTO sign_in_failures (name, n, last_at) VALUES ($1, $2, $3) \
                 ON CONFLICT (name) DO UPDATE SET n = excluded.n, last_at = excluded.last_at",
            )
            .bind(&limit.name)
            .bind(n)
            .bind(now.micros())
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await?;
        Ok(Attempt::Goes { then_seconds })
    }

    /// Forgets the failures of a name that has proved itself.
    pub(crate) async fn forget_failures(&self, name: &str) -> Result<()> {
        sql::query("DELETE FROM sign_in_failures WHERE name = $1").bind(name).execute(&self.pool).await?;
        Ok(())
    }

    /// Gives one attempt back, and no more: it was none.
    pub(crate) async fn give_attempt_back(&self, name: &str) -> Result<()> {
        let back = sql::query("UPDATE sign_in_failures SET n = n - 1 WHERE name = $1 AND n > 0");
        back.bind(name).execute(&self.pool).await?;
        Ok(())
    }
}

/// Seconds to wait after so many failures: 1, 2, 4 and so on.
fn wait(n: i64, free: i64) -> i64 {
    match u32::try_from(n.saturating_sub(free)) {
        _ if n < free => 0,
        Ok(over @ 0..10) => 1 << over,
        _ => WAIT_SECONDS_MAX,
    }
}

/// Seconds that are left of a wait, begun ones among them. A clock that was set back makes nobody wait for longer.
fn left(last_at: i64, wait: i64, now: Timestamp) -> i64 {
    let until = last_at.saturating_add(wait.saturating_mul(1_000_000));
    let micros = until.saturating_sub(now.micros()).max(0);
    (micros.saturating_add(999_999) / 1_000_000).min(wait)
}

async fn failures(transaction: &mut Connection, name: &str) -> Result<(i64, i64)> {
    let row = sql::query("SELECT n, last_at FROM sign_in_failures WHERE name = $1").bind(name);
    match row.fetch_optional(transaction).await? {
        Some(row) => Ok((row.try_get("n")?, row.try_get("last_at")?)),
        None => Ok((0, 0)),
    }
}

async fn forget(transaction: &mut Connection, now: Timestamp) -> Result<()> {
    sql::query("DELETE FROM sign_in_failures WHERE last_at < $1")
        .bind(now.micros().saturating_sub(FORGOTTEN_AFTER_MICROS))
        .execute(&mut *transaction)
        .await?;
    let kept: i64 = sql::query_scalar("SELECT count(*) FROM sign_in_failures").fetch_one(&mut *transaction).await?;
    if kept > KEPT_MAX {
        let oldest = "DELETE FROM sign_in_failures WHERE name IN \
                      (SELECT name FROM sign_in_failures ORDER BY last_at LIMIT $1)";
        sql::query(oldest).bind(kept - KEPT_MAX + KEPT_MAX / 10).execute(transaction).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_and_end() {
        let waits: Vec<i64> = [0, 4, 5, 6, 9, 14, 15, 40, i64::MAX].iter().map(|n| wait(*n, 5)).collect();
        assert_eq!(waits, [0, 0, 1, 2, 16, 512, 900, 900, 900]);
        let now = Timestamp::from_seconds(1_000).expect("in range");
        let lefts = [(999, 4), (1_000, 4), (0, 4), (5_000, 4), (5_000, 0)];
        let lefts = lefts.map(|(last_at, wait)| left(last_at * 1_000_000, wait, now));
        assert_eq!(lefts, [3, 4, 0, 4, 0], "a clock that was set back makes nobody wait for longer");
    }
}
