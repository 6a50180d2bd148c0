//! What others know: indicators and ATT&CK, from files into the store.

use std::{
    fs::File,
    io::{BufReader, Read},
    path::{Path, PathBuf},
};

use schema::{Claim, Reference, Tlp};
use share::formats::{self, Defaults};

use crate::{
    Engine, Error, ErrorKind, Result, clock, detection::Growth, error::io, pipeline::noted, sources, store::Outcome,
};

/// A file larger than this is not an indicator list; reading it whole would take the memory of everything else.
const FILE_BYTES_MAX: u64 = 1 << 30;

/// Claims gathered for one transaction.
const CLAIMS_AT_ONCE: usize = 1_000_000;

/// Rejects of one file that are told one by one.
const REJECTS_TOLD: usize = 20;

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

    async fn load_files(&self, plan: &IntelPlan) -> Result<IntelReport> {
        let mut report = IntelReport::default();
        let before = self.store.count_claims().await?;
        let mut claims = Vec::new();
        let mut growth = Growth::new(before);
        for input in sources::find(&plan.paths)? {
            let sources::Input::File { path, named } = input else {
                return Err(Error::usage("indicators are read from files").hint("write them to a file first"));
            };
            let loaded = match self.load_file(&path, plan, &mut claims).await {
                // A folder of lists may hold a page that explains them.
                Err(error) if error.kind() == ErrorKind::Input && !named => passed_over(&path, &error),
                loaded => loaded?,
            };
            report.claims += loaded.claims;
            report.rejects += loaded.rejects;
            report.files.push(loaded);
            // Thousands of small lists make one transaction; a bound keeps memory in hand.
            if claims.len() >= CLAIMS_AT_ONCE {
                self.save_claims(&mut claims, &mut growth).await?;
            }
        }
        self.save_claims(&mut claims, &mut growth).await?;
        growth.save(self)?;
        report.total = self.store.count_claims().await?;
        report.added = report.total.saturating_sub(before);
        Ok(report)
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

    async fn load_file(&self, path: &Path, plan: &IntelPlan, claims: &mut Vec<Claim>) -> Result<LoadedFile> {
        let bytes = read(path)?;
        let mut loaded = LoadedFile { path: path.display().to_string(), ..LoadedFile::default() };
        if is_attack(&bytes) {
            let reference = attack(&bytes, path)?;
            self.store.save_attack(&reference, clock::now()).await?;
            loaded.format = "attack".to_owned();
            loaded.attack =
                Some((reference.domain.clone(), reference.version.clone(), reference.techniques.len() as u64));
            return Ok(loaded);
        }
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let defaults = Defaults {
            source: plan.source.clone().unwrap_or(name),
            confidence: plan.confidence,
            tlp: plan.tlp,
            label: None,
        };
        let decoded = formats::decode(&bytes, None, &defaults, &mut |claim| claims.push(claim)).map_err(|error| {
            Error::input(format!("could not read indicators from {}", path.display()))
                .detail(error)
                .hint("a plain list (one a line), a CSV file with a header, or a STIX 2.1 bundle can be read")
        })?;
        decoded.format.clone_into(&mut loaded.format);
        loaded.claims = decoded.n_claims;
        loaded.rejects = decoded.n_rejected;
        let told = decoded.rejects.iter().take(REJECTS_TOLD);
        loaded.told = told.map(|reject| format!("{}: {}: {}", reject.place, reject.reason, reject.text)).collect();
        Ok(loaded)
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

fn passed_over(path: &Path, error: &Error) -> LoadedFile {
    LoadedFile {
        path: path.display().to_string(),
        format: "passed over".to_owned(),
        told: vec![error.detail_text().unwrap_or(error.what()).to_owned()],
        ..LoadedFile::default()
    }
}

/// Only MITRE's bundles hold a matrix; other STIX bundles name techniques at most.
fn is_attack(bytes: &[u8]) -> bool {
    memchr::memmem::find(bytes, b"\"x-mitre-matrix\"").is_some()
}

fn attack(bytes: &[u8], path: &Path) -> Result<Reference> {
    intel::attack::read(bytes)
        .map_err(|error| Error::input(format!("could not read the ATT&CK bundle {}", path.display())).detail(error))
}

/// The unpacked content of a file, of bounded size.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>> {
    let file = File::open(path).map_err(io("open", path))?;
    let (_, reader) = sources::unpack(BufReader::new(file)).map_err(io("read", path))?;
    let mut bytes = Vec::new();
    reader.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(io("read", path))?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err(Error::input(format!("{} is too large", path.display()))
            .detail(format!("it unpacks to more than {} MiB", FILE_BYTES_MAX >> 20))
            .hint("split it into several files"));
    }
    Ok(bytes)
}
