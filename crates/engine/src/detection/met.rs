//! Rows of a window that may meet something that is listed. The columns in which it could stand are read first; all
//! others follow for the few rows in which something stands.

use std::{ops::Range, vec};

use arrow_array::RecordBatch;
use detect::indicators::{Sieve, Sifted};
use futures::TryStreamExt;
use lake::{OpenFile, Rows, StoredFile};
use schema::{Table, Window};

use super::{INDICATOR, scan::broken};
use crate::{Engine, Result};

/// Of so many rows one may meet something: then reading all of them is less work than picking.
const PICKED_OF: usize = 3;

pub(super) struct MetRows<'a> {
    sieve: &'a Sieve,
    table: &'static Table,
    window: Window,
    watched: Vec<&'static str>,
    columns: Vec<&'static str>,
    files: vec::IntoIter<StoredFile>,
    opened: Option<(OpenFile, Range<usize>)>,
    /// Rows that are being given.
    batches: Option<Rows>,
    /// Rows of files that must be read as a whole.
    rest: Option<Rows>,
    sifted: Sifted,
    n_rows: u64,
}

impl<'a> MetRows<'a> {
    pub(super) async fn of(engine: &Engine, sieve: &'a Sieve, table: &'static Table, window: Window) -> Result<Self> {
        let columns = sieve.columns(table.name);
        let (files, rest) = engine.lake.scan_runs(table, &columns, window).await?;
        Ok(Self {
            sieve,
            table,
            window,
            watched: sieve.watched(table),
            columns,
            files: files.into_iter(),
            opened: None,
            batches: None,
            rest,
            sifted: Sifted::default(),
            n_rows: 0,
        })
    }

    /// Rows of the window looked at so far, given or not.
    pub(super) fn n_rows(&self) -> u64 {
        self.n_rows
    }

    /// The next batch with all columns of [`Sieve::columns`]. Every row that meets something is in one of them.
    pub(super) async fn next(&mut self) -> Result<Option<RecordBatch>> {
        loop {
            if let Some(batches) = &mut self.batches {
                if let Some(batch) = batches.try_next().await? {
                    return Ok(Some(batch));
                }
                self.batches = None;
            }
            let group = self.opened.as_mut().and_then(|(_, groups)| groups.next());
            if let (Some((file, _)), Some(group)) = (&self.opened, group) {
                let run = file.run(group, self.window).await?;
                if !run.is_empty() {
                    self.n_rows += run.len() as u64;
                    let met = self.sift(group, run.clone()).await?;
                    self.batches = self.picked(group, run, &met)?;
                }
            } else if let Some(file) = self.files.next() {
                let file = file.open().await?;
                let groups = 0..file.n_groups();
                self.opened = Some((file, groups));
            } else {
                self.opened = None;
                let batch = match &mut self.rest {
                    Some(rest) => rest.try_next().await?,
                    None => None,
                };
                self.n_rows += batch.as_ref().map_or(0, |batch| batch.num_rows() as u64);
                return Ok(batch);
            }
        }
    }

    /// Rows of a run that may meet something, ascending within their group.
    async fn sift(&mut self, group: usize, run: Range<u32>) -> Result<Vec<u32>> {
        let mut met = Vec::new();
        let Some((file, _)) = &self.opened else { return Ok(met) };
        let mut start = run.start;
        let mut batches = file.rows_of(group, &self.watched, run)?;
        while let Some(batch) = batches.try_next().await? {
            let sifted = self.sieve.sift(self.table.name, &batch, &mut self.sifted);
            sifted.map_err(|error| broken(INDICATOR, &error))?;
            met.extend(self.sifted.rows().iter().map(|row| start.saturating_add(*row)));
            start = start.saturating_add(u32::try_from(batch.num_rows()).unwrap_or(u32::MAX));
        }
        Ok(met)
    }

    fn picked(&self, group: usize, run: Range<u32>, met: &[u32]) -> Result<Option<Rows>> {
        let Some((file, _)) = self.opened.as_ref().filter(|_| !met.is_empty()) else { return Ok(None) };
        let rows = match met.len() < run.len() / PICKED_OF {
            true => file.rows(group, &self.columns, Some(met))?,
            false => file.rows_of(group, &self.columns, run)?,
        };
        Ok(Some(rows))
    }
}
