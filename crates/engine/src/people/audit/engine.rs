//! Writing to the log, reading it, and noting how far it has got.

use futures::stream::BoxStream;

use super::{
    AuditEntry, AuditFilter, AuditLine, AuditReport,
    head::{Head, Noted},
    verify::Verifier,
};
use crate::{Engine, Result};

/// Lines of one page.
const PAGE_MAX: u32 = 1_000;

impl Engine {
    /// Adds a line to the log.
    pub async fn audit(&self, entry: AuditEntry) -> Result<()> {
        let line = self.store.add_audit(&entry).await?;
        self.told(line).await;
        Ok(())
    }

    /// Lines of the log, the newest first.
    pub async fn audit_page(&self, filter: &AuditFilter) -> Result<Vec<AuditLine>> {
        let limit = filter.limit.clamp(1, PAGE_MAX);
        self.store.audit_page(&AuditFilter { limit, ..filter.clone() }).await
    }

    /// Every line of the log, the oldest first.
    pub fn audit_lines(&self) -> BoxStream<'_, Result<AuditLine>> {
        self.store.audit_lines()
    }

    /// Reads the whole log and says whether it is what was written. A line that was written down elsewhere, as
    /// `number:digest`, is held against it too.
    pub async fn verify_audit(&self, known: Option<(i64, String)>) -> Result<AuditReport> {
        // Before the log, which other processes go on with.
        let noted = super::head::read(&self.home.audit_head())?;
        let known = known.map(|(number, digest)| Head { number, digest });
        let mut verifier = Verifier::new(noted, known);
        verifier.read(self.store.audit_lines()).await?;
        Ok(verifier.report())
    }

    /// Notes that a line was written. What it tells of is done: a note that cannot be made is said and stops nothing.
    pub(crate) async fn told(&self, line: AuditLine) {
        if let Err(error) = self.note(&line).await {
            tracing::error!(%error, line = line.number, "the newest line of the audit log could not be noted");
        }
    }

    pub(crate) async fn told_if(&self, line: Option<AuditLine>) {
        if let Some(line) = line {
            self.told(line).await;
        }
    }

    async fn note(&self, line: &AuditLine) -> Result<()> {
        let path = self.home.audit_head();
        // Files are quick and still not for the threads that answer.
        let opened = tokio::task::spawn_blocking(move || {
            let noted = Noted::open(&path)?;
            let before = noted.read()?;
            Ok::<_, crate::Error>((noted, before))
        });
        let (noted, before) = opened.await.map_err(interrupted)??;
        if let Some(before) = before {
            if !self.has(&before).await? {
                tracing::error!(
                    noted = before.number,
                    "the audit log is not the one that was noted; `margay audit verify` says more"
                );
                return Ok(());
            }
            // Another process was faster.
            if before.number >= line.number {
                return Ok(());
            }
        }
        let head = Head::of(line);
        tokio::task::spawn_blocking(move || noted.write(&head)).await.map_err(interrupted)?
    }

    /// Whether the log still has the line that was noted.
    async fn has(&self, noted: &Head) -> Result<bool> {
        Ok(self.store.audit_digest(noted.number).await?.is_some_and(|digest| digest == noted.digest))
    }
}

fn interrupted(error: tokio::task::JoinError) -> crate::Error {
    crate::Error::internal("a file could not be written").detail(error)
}
