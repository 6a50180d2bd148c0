//! Events from elsewhere into the store: read whole, checked row by row, written once however often they come.

use std::path::PathBuf;

use intel::work::{
    self,
    import::{self, Defaults, Form, Problem},
};

use super::events::refused;
use crate::{Engine, Error, Result, clock, error::io, pipeline::noted, store::Outcome};

/// Bytes of one file: it is read whole.
const BYTES_MAX: u64 = 256 << 20;

/// What to import.
#[derive(Debug, Clone)]
pub struct ImportPlan {
    pub path: PathBuf,
    /// Told from the content where `None`.
    pub form: Option<Form>,
    /// Who says it, where rows do not.
    pub source: String,
    /// The configured dataset where `None`.
    pub dataset: Option<String>,
    /// The marking of our own telemetry where `None`.
    pub tlp: Option<schema::Tlp>,
    /// Say what would become of it, and write nothing.
    pub dry_run: bool,
}

/// What came of it.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct ImportReport {
    pub rows: u64,
    pub rejected: u64,
    /// Rows that say the same as another one of the file.
    pub repeated: u64,
    /// Events that are new, have changed, and are as they were.
    pub new: u64,
    pub changed: u64,
    pub same: u64,
    pub problems: Vec<Problem>,
    /// Columns that nothing is read from.
    pub ignored: Vec<String>,
    pub dry_run: bool,
}

impl Engine {
    /// Reads events of another system into the store.
    pub async fn import_events(&self, plan: &ImportPlan) -> Result<ImportReport> {
        let defaults = Defaults {
            source: work::who(&plan.source).map_err(refused)?,
            dataset: work::who(plan.dataset.as_deref().unwrap_or(&self.config.dataset)).map_err(refused)?,
            tlp: plan.tlp.unwrap_or(self.config.sharing.own_tlp),
        };
        let size = std::fs::metadata(&plan.path).map_err(io("read", &plan.path))?.len();
        if size > BYTES_MAX {
            return Err(Error::usage(format!("{} is larger than {} MiB", plan.path.display(), BYTES_MAX >> 20))
                .hint("cut it into several files"));
        }
        let bytes = std::fs::read(&plan.path).map_err(io("read", &plan.path))?;
        let form = plan.form.unwrap_or_else(|| Form::of(&bytes));
        let reference = self.attack("enterprise").await?;
        let reading = tokio::task::spawn_blocking(move || import::read(&bytes, form, &defaults, &reference));
        let imported =
            reading.await.map_err(|error| Error::internal("a thread ended in a way it must not").detail(error))?;
        let mut report = ImportReport {
            rows: imported.n_rows,
            rejected: imported.n_rejected,
            repeated: imported.n_repeated,
            problems: imported.problems,
            ignored: imported.ignored.into_iter().collect(),
            dry_run: plan.dry_run,
            ..ImportReport::default()
        };
        if plan.dry_run {
            [report.new, report.changed, report.same] = self.store.import_events(&imported.events, None).await?;
            return Ok(report);
        }
        let run = self.store.begin_run("events import", clock::now()).await?;
        let written = self.store.import_events(&imported.events, Some(&run)).await;
        let written = noted(self, &run, written, |[new, changed, _]| Outcome {
            received: Some(report.rows),
            rejects: Some(report.rejected),
            events: Some(new + changed),
            ..Outcome::default()
        })
        .await?;
        [report.new, report.changed, report.same] = written;
        self.match_queries().await?;
        Ok(report)
    }
}
