//! What detectors have tested, window by window: the level of each window follows from those before it.

use std::collections::BTreeMap;

use detect::Batch;
use schema::{Timestamp, Window};
use science::PValue;

use super::{
    Store,
    sql::{self, Row},
};
use crate::{Error, Result};

impl Store {
    /// The batches of a detector in one window, by dataset.
    async fn batches(&self, detector: &str, window: Window) -> Result<BTreeMap<String, Batch>> {
        let rows = sql::query(
            "SELECT dataset, n_tests, n_small, smallest FROM batches \
             WHERE detector = $1 AND window_start = $2 AND window_end = $3",
        )
        .bind(detector)
        .bind(window.start.micros())
        .bind(window.end.micros())
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(|row| Ok((row.try_get("dataset")?, batch(row)?))).collect()
    }

    /// The batches of a detector in the windows that end from `since` on and before `until`, oldest first, by dataset.
    pub(crate) async fn batches_between(
        &self,
        detector: &str,
        since: Timestamp,
        until: Timestamp,
    ) -> Result<BTreeMap<String, Vec<Batch>>> {
        let rows = sql::query(
            "SELECT dataset, n_tests, n_small, smallest FROM batches \
             WHERE detector = $1 AND window_end >= $2 AND window_end < $3 ORDER BY window_end",
        )
        .bind(detector)
        .bind(since.micros())
        .bind(until.micros())
        .fetch_all(&self.pool)
        .await?;
        let mut by_dataset: BTreeMap<String, Vec<Batch>> = BTreeMap::new();
        for row in &rows {
            by_dataset.entry(row.try_get("dataset")?).or_default().push(batch(row)?);
        }
        Ok(by_dataset)
    }

    /// The windows of a detector that are to be judged again because one before them has changed.
    pub(crate) async fn stale_windows(&self, detector: &str) -> Result<Vec<Window>> {
        let rows = sql::query(
            "SELECT DISTINCT window_start, window_end FROM batches WHERE detector = $1 AND stale = 1 ORDER BY window_end",
        )
        .bind(detector)
        .fetch_all(&self.pool)
        .await?;
        let instant = |micros: i64| Timestamp::from_micros(micros).unwrap_or_default();
        let window =
            |row: &Row| Ok(Window::new(instant(row.try_get("window_start")?), instant(row.try_get("window_end")?)));
        rows.iter().map(window).collect()
    }

    /// Puts the batches of a window in the place of those it had. Where they differ, the windows behind it and before
    /// `until` are stale from the same commit on. Whether there are such.
    pub(crate) async fn replace_batches(
        &self,
        detector: &str,
        window: Window,
        until: Timestamp,
        batches: &BTreeMap<String, Batch>,
    ) -> Result<bool> {
        let changed = self.batches(detector, window).await? != *batches;
        let mut transaction = self.begin().await?;
        sql::query("DELETE FROM batches WHERE detector = $1 AND window_start = $2 AND window_end = $3")
            .bind(detector)
            .bind(window.start.micros())
            .bind(window.end.micros())
            .execute(&mut *transaction)
            .await?;
        for (dataset, batch) in batches {
            let smallest: Vec<f64> = batch.smallest.iter().map(|p| p.get()).collect();
            sql::query(
                "INSERT INTO batches (detector, dataset, window_start, window_end, n_tests, n_small, smallest) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7)",
            )
            .bind(detector)
            .bind(dataset)
            .bind(window.start.micros())
            .bind(window.end.micros())
            .bind(i64::try_from(batch.n_tests).unwrap_or(i64::MAX))
            .bind(i64::try_from(batch.n_small).unwrap_or(i64::MAX))
            .bind(serde_json::to_string(&smallest)?)
            .execute(&mut *transaction)
            .await?;
        }
        let mut n_stale = 0;
        if changed {
            let later = "UPDATE batches SET stale = 1 WHERE detector = $1 AND window_end > $2 AND window_end < $3";
            let later = sql::query(later).bind(detector).bind(window.end.micros()).bind(until.micros());
            n_stale = later.execute(&mut *transaction).await?.rows_affected();
        }
        transaction.commit().await?;
        Ok(n_stale > 0)
    }
}

fn batch(row: &Row) -> Result<Batch> {
    let smallest: Vec<f64> = serde_json::from_str(&row.try_get::<String, _>("smallest")?)?;
    let smallest = smallest.into_iter().map(PValue::new).collect::<Option<Vec<_>>>();
    Ok(Batch {
        n_tests: usize::try_from(row.try_get::<i64, _>("n_tests")?).unwrap_or(0),
        n_small: usize::try_from(row.try_get::<i64, _>("n_small")?).unwrap_or(0),
        smallest: smallest.ok_or_else(|| Error::internal("the store holds a p-value that is none"))?,
    })
}
