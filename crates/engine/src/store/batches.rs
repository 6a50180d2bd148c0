//! What detectors have tested, window by window: the level of each window follows from those before it.

use std::collections::BTreeMap;

use detect::{Batch, Spread};
use schema::{FindingBatch, Timestamp, Window};
use science::PValue;

use super::{
    Run, Store, findings,
    sql::{self, Builder, Row},
};
use crate::{Error, Result};

/// What is kept of a window that was judged.
#[derive(Debug, Default)]
pub(crate) struct KeptOfWindow {
    pub(crate) findings: FindingBatch,
    /// What later windows depend on, by dataset.
    pub(crate) batches: BTreeMap<String, Batch>,
    /// How all p-values lie, by dataset.
    pub(crate) spreads: BTreeMap<String, Spread>,
}

/// Which windows to tell of.
#[derive(Debug, Default)]
pub(crate) struct TestedFilter<'a> {
    pub(crate) detector: Option<&'a str>,
    pub(crate) dataset: Option<&'a str>,
    pub(crate) since: Option<Timestamp>,
    pub(crate) until: Option<Timestamp>,
    /// The smallest p-values too, which weigh most.
    pub(crate) smallest: bool,
    pub(crate) limit: u32,
}

/// What was tested in one window.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TestedWindow {
    pub(crate) detector: String,
    pub(crate) dataset: String,
    pub(crate) window: Window,
    pub(crate) batch: Batch,
    /// `None` where it was judged before that was kept.
    pub(crate) spread: Option<Spread>,
}

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

    /// Puts what judging a window gave in the place of what it gave before, all of it in one commit. Where its batches
    /// differ, the windows behind it and before `until` are stale from then on. Whether there are such.
    pub(crate) async fn replace_judged(
        &self,
        detector: &str,
        window: Window,
        until: Timestamp,
        judged: &KeptOfWindow,
        run: &Run,
    ) -> Result<bool> {
        let changed = self.batches(detector, window).await? != judged.batches;
        let mut transaction = self.begin().await?;
        findings::exchange(&mut transaction, detector, window, judged.findings.findings(), run).await?;
        sql::query("DELETE FROM batches WHERE detector = $1 AND window_start = $2 AND window_end = $3")
            .bind(detector)
            .bind(window.start.micros())
            .bind(window.end.micros())
            .execute(&mut *transaction)
            .await?;
        for (dataset, batch) in &judged.batches {
            let smallest: Vec<f64> = batch.smallest.iter().map(|p| p.get()).collect();
            let spread = judged.spreads.get(dataset).map(serde_json::to_string).transpose()?;
            sql::query(
                "INSERT INTO batches (detector, dataset, window_start, window_end, n_tests, n_small, smallest, spread) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            )
            .bind(detector)
            .bind(dataset)
            .bind(window.start.micros())
            .bind(window.end.micros())
            .bind(i64::try_from(batch.n_tests).unwrap_or(i64::MAX))
            .bind(i64::try_from(batch.n_small).unwrap_or(i64::MAX))
            .bind(serde_json::to_string(&smallest)?)
            .bind(spread.unwrap_or_default())
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

    /// What a detector, or every one, has tested in the windows that end after `since` and up to `until`, of the
    /// datasets that the reader may see; the newest first, at most so many. Without its smallest p-values, unless asked.
    pub(crate) async fn tested(&self, asked: &TestedFilter<'_>) -> Result<Vec<TestedWindow>> {
        let smallest = if asked.smallest { "b.smallest" } else { "'[]'" };
        let mut query =
            Builder::new("SELECT b.detector, b.dataset, b.window_start, b.window_end, b.n_tests, b.n_small, ");
        query.push(smallest).push(" AS smallest, b.spread FROM batches b WHERE 1 = 1");
        self.push_dataset_seen(&mut query, "b");
        if let Some(detector) = asked.detector {
            query.push(" AND b.detector = ").push_bind(detector);
        }
        if let Some(dataset) = asked.dataset {
            query.push(" AND b.dataset = ").push_bind(dataset);
        }
        if let Some(since) = asked.since {
            query.push(" AND b.window_end > ").push_bind(since.micros());
        }
        if let Some(until) = asked.until {
            query.push(" AND b.window_end <= ").push_bind(until.micros());
        }
        query.push(" ORDER BY b.window_end DESC, b.window_start DESC, b.detector, b.dataset LIMIT ");
        query.push_bind(i64::from(asked.limit));
        query.build().fetch_all(&self.pool).await?.iter().map(tested_window).collect()
    }

    /// When the newest window of a detector, or of any, ended that the reader may see.
    pub(crate) async fn newest_tested(&self, detector: Option<&str>) -> Result<Option<Timestamp>> {
        let mut query = Builder::new("SELECT max(b.window_end) FROM batches b WHERE 1 = 1");
        self.push_dataset_seen(&mut query, "b");
        if let Some(detector) = detector {
            query.push(" AND b.detector = ").push_bind(detector);
        }
        let newest: Option<i64> = query.build_scalar().fetch_one(&self.pool).await?;
        Ok(newest.and_then(Timestamp::from_micros))
    }
}

fn tested_window(row: &Row) -> Result<TestedWindow> {
    let instant = |micros: i64| Timestamp::from_micros(micros).unwrap_or_default();
    let spread: String = row.try_get("spread")?;
    Ok(TestedWindow {
        detector: row.try_get("detector")?,
        dataset: row.try_get("dataset")?,
        window: Window::new(instant(row.try_get("window_start")?), instant(row.try_get("window_end")?)),
        batch: batch(row)?,
        spread: if spread.is_empty() { None } else { Some(serde_json::from_str(&spread)?) },
    })
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
