//! What others know: indicators and ATT&CK, from files into the store.

mod reading;
mod sorter;

use std::path::PathBuf;

use schema::{Claim, Reference, Tlp};
use tokio::sync::mpsc;

use crate::{
    Engine, Error, Result, clock,
    detection::Growth,
    pipeline::noted,
    sources,
    store::{Interner, Outcome},
};

pub(crate) use reading::read;

use reading::Piece;
use sorter::{Sorted, Sorter};

/// Pieces that wait between reading and writing.
const PIECES_WAITING: usize = 2;

/// Rows of one transaction.
const ROWS_AT_ONCE: usize = 100_000;

/// What to load, and what to assume where the file does not say.
#[derive(Debug, Clone)]
pub struct IntelPlan {
    pub paths: Vec<PathBuf>,
    /// Who says so; the name of the file where `None`.
    pub source: Option<String>,
    /// 0 to 100, STIX scale.
    pub confidence: u8,
    pub tlp: Tlp,
}

/// What loading has done.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct IntelReport {
    pub files: Vec<LoadedFile>,
    /// Claims read, new or not.
    pub claims: u64,
    /// Claims that were not there before.
    pub added: u64,
    pub rejects: u64,
    /// Claims in the store now.
    pub total: u64,
    /// Warning lists that were kept: name and number of entries.
    pub warning_lists: Vec<(String, u64)>,
}

impl IntelReport {
    fn note(&mut self, file: LoadedFile) {
        self.claims += file.claims;
        self.rejects += file.rejects;
        self.files.push(file);
    }
}

#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct LoadedFile {
    pub path: String,
    pub format: String,
    pub claims: u64,
    pub rejects: u64,
    /// The first rejects: where and why.
    pub told: Vec<String>,
    /// Set where the file was an ATT&CK bundle: domain, version and number of techniques.
    pub attack: Option<(String, String, u64)>,
}

impl Engine {
    /// Loads indicator lists and ATT&CK bundles, told apart by content.
    pub async fn load_intel(&self, plan: &IntelPlan) -> Result<IntelReport> {
        let run = self.store.begin_run("intel load", clock::now()).await?;
        let result = self.load_files(plan).await;
        noted(self, &run, result, |report| Outcome {
            received: Some(report.claims + report.rejects),
            rows: Some(report.claims),
            rejects: Some(report.rejects),
            details: serde_json::to_value(report).unwrap_or_default(),
            ..Outcome::default()
        })
        .await
    }

    /// Reads files on a thread of their own, numbers what claims share as they come, and writes them in the order of
    /// their keys when all are read. Memory is bounded, however many there are.
    async fn load_files(&self, plan: &IntelPlan) -> Result<IntelReport> {
        let mut report = IntelReport::default();
        let growth = Growth::new(self.store.count_claims().await?);
        let (inputs, to_read) = (sources::find(&plan.paths)?, plan.clone());
        let (to, mut pieces) = mpsc::channel(PIECES_WAITING);
        let reading = tokio::task::spawn_blocking(move || reading::read_all(inputs, &to_read, growth, to));

        let mut interner = Interner::default();
        let mut sorter = Sorter::new(self.home.spill());
        while let Some(piece) = pieces.recv().await {
            match piece {
                Piece::Claims(claims) => {
                    let rows = self.store.number_claims(&mut interner, claims).await?;
                    sorter = blocking(move || sorter.push(&rows).map(|()| sorter)).await?;
                }
                Piece::Attack(reference) => self.store.save_attack(&reference, clock::now()).await?,
                Piece::Actors(actors) => self.store.save_actors(&actors, clock::now()).await?,
                Piece::Warnings(bytes) => {
                    report.warning_lists.push(self.keep_warning_list(&bytes)?);
                }
                Piece::File(file) => report.note(file),
            }
        }
        let mut growth = reading.await.map_err(panicked)??;
        drop(interner);
        let sorted = blocking(move || sorter.finish()).await?;
        report.added = self.save_sorted(sorted, &mut growth).await?;
        growth.save(self)?;
        if !report.warning_lists.is_empty() {
            self.store.claims_have_changed(clock::now()).await?;
        }
        report.total = self.store.count_claims().await?;
        Ok(report)
    }

    /// Writes rows while the next ones are put together; gives the number of those that are new.
    async fn save_sorted(&self, mut sorted: Sorted, growth: &mut Growth) -> Result<u64> {
        let (now, mut n_new) = (clock::now(), 0);
        let (mut rows, next) = blocking(move || sorted.next_rows(ROWS_AT_ONCE).map(|rows| (rows, sorted))).await?;
        sorted = next;
        while !rows.is_empty() {
            let coming = tokio::task::spawn_blocking(move || sorted.next_rows(ROWS_AT_ONCE).map(|rows| (rows, sorted)));
            let saved = self.store.save_rows(&rows, now).await?;
            growth.saved(saved.version);
            n_new += saved.n_new;
            (rows, sorted) = coming.await.map_err(panicked)??;
        }
        Ok(n_new)
    }

    /// Saves what was gathered, and makes room for more.
    pub(crate) async fn save_claims(&self, claims: &mut Vec<Claim>, growth: &mut Growth) -> Result<()> {
        if !claims.is_empty() {
            let version = self.store.save_claims(claims, clock::now()).await?;
            growth.note(claims, version);
            claims.clear();
        }
        Ok(())
    }

    /// The ATT&CK reference in force: the one loaded last, or the one that Margay brings.
    pub async fn attack(&self, domain: &str) -> Result<Reference> {
        if let Some(loaded) = self.store.attack(domain).await? {
            return Ok(loaded);
        }
        let shipped = intel::attack::SHIPPED.iter().find(|shipped| shipped.domain == domain);
        shipped.map(intel::attack::Shipped::reference).ok_or_else(|| {
            Error::usage(format!("there is no ATT&CK domain \"{domain}\"")).hint("use enterprise, mobile or ics")
        })
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(panicked)?
}

fn panicked(error: tokio::task::JoinError) -> Error {
    Error::internal("a thread ended in a way it must not").detail(error)
}
