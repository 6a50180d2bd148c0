//! Looks over configuration, store and lake, and says what is wrong or would surprise.

use detect::{Detector, detectors};
use intel::{Covered, Means};
use schema::{Stage, tables};

use crate::{Engine, Result, detection};

/// A table of more files than this, which are smaller than that, is worth compacting.
const MANY_FILES: u64 = 64;
const SMALL_FILE_BYTES: u64 = 16 << 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// As it should be.
    Good,
    /// Works, but a person should know.
    Notice,
    /// Does not work.
    Wrong,
}

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct CheckRemark {
    pub level: Level,
    /// What was looked at.
    pub subject: String,
    pub says: String,
    pub hint: Option<String>,
}

impl Engine {
    /// Every remark, in the order of looking.
    pub async fn check(&self) -> Result<Vec<CheckRemark>> {
        let mut remarks = Remarks::default();
        self.check_config(&mut remarks);
        self.check_store(&mut remarks).await?;
        self.check_lake(&mut remarks).await?;
        self.check_detectors(&mut remarks).await?;
        self.check_rules(&mut remarks)?;
        self.check_knowledge(&mut remarks).await?;
        self.check_visibility(&mut remarks).await?;
        Ok(remarks.0)
    }

    fn check_config(&self, remarks: &mut Remarks) {
        let file = self.home.config();
        let says =
            if file.exists() { format!("{} is in force", file.display()) } else { "defaults are in force".to_owned() };
        remarks.good("configuration", says);
        for name in self.config.detectors.keys() {
            if !detectors::ALL.iter().any(|detector| detector.name == name) {
                remarks.wrong(
                    "configuration",
                    format!("[detectors.{name}] names no detector"),
                    "`margay detectors` lists them",
                );
            }
        }
        if let Err(error) = detection::params(self) {
            let detail = error.detail_text().unwrap_or_default();
            remarks.wrong("configuration", format!("{}: {detail}", error.what()), "mend margay.toml");
        }
    }

    async fn check_store(&self, remarks: &mut Remarks) -> Result<()> {
        match self.store.integrity().await?.as_str() {
            "ok" => remarks.good("store", format!("{} is whole", self.config.store.place(&self.home)?)),
            damage => remarks.wrong("store", damage.to_owned(), "restore it from a backup, or delete it: detection makes findings and events anew, indicators must be loaded again"),
        }
        Ok(())
    }

    async fn check_lake(&self, remarks: &mut Remarks) -> Result<()> {
        for problem in self.lake.verify().await {
            let file = problem.file.map(|file| format!("{file}: ")).unwrap_or_default();
            remarks.wrong(
                problem.table,
                format!("{file}{}", problem.what),
                "restore the file, or ingest its sources again into a new home",
            );
        }
        for table in tables::ALL.iter().filter(|table| table.stage != Stage::Store) {
            let report = self.lake.describe(table).await?;
            match (table.name, report.rows) {
                (_, 0) => {}
                ("quarantine", rows) => remarks.notice(
                    "quarantine",
                    format!("{rows} pieces of input were rejected"),
                    "margay sql \"SELECT source, reason, count(*) FROM quarantine GROUP BY 1, 2 ORDER BY 3 DESC\"",
                ),
                (name, rows) if report.files > MANY_FILES && report.bytes / report.files < SMALL_FILE_BYTES => {
                    let says = format!("{rows} rows lie in {} small files, which makes queries slow", report.files);
                    remarks.notice(name, says, "margay lake compact");
                }
                (name, rows) => remarks
                    .good(name, format!("{rows} rows in {} files, {} MB", report.files, report.bytes / 1_000_000)),
            }
        }
        Ok(())
    }

    /// A detector without rows to read finds nothing, and its silence would say nothing.
    async fn check_detectors(&self, remarks: &mut Remarks) -> Result<()> {
        for detector in detectors::ALL {
            let mut missing = Vec::new();
            for reads in detector.reads {
                let Some(table) = tables::find(reads.table) else { continue };
                if self.lake.describe(table).await?.rows == 0 {
                    missing.push(reads.table);
                }
            }
            if missing.len() == detector.reads.len() {
                remarks.notice(
                    detector.name,
                    format!("has nothing to read: {} hold no rows", missing.join(", ")),
                    "ingest logs that fill one of them; `margay formats` says which do",
                );
            } else if !missing.is_empty() {
                remarks.good(detector.name, format!("can work; it would see more with {}", missing.join(", ")));
            } else {
                remarks.good(detector.name, "can work: every table that it reads has rows".to_owned());
            }
        }
        Ok(())
    }

    /// The rules of the home folder: which are held against records, and which are not.
    fn check_rules(&self, remarks: &mut Remarks) -> Result<()> {
        let loaded = self.rules(&[])?;
        let (n, refused) = (loaded.set.rules().len(), loaded.n_refused());
        if n == 0 && refused == 0 {
            let says = format!("none in {}", self.home.rules().display());
            remarks.notice("rules", says, "margay rules add sigma/rules takes a folder of Sigma rules");
            return Ok(());
        }
        if refused > 0 {
            let first = loaded.problems.iter().find(|problem| !problem.warning);
            let first = first.map(ToString::to_string).unwrap_or_default();
            remarks.wrong("rules", format!("{refused} refused, the first: {first}"), "margay rules check");
        }
        let inert = loaded.inert().len();
        let says = format!("{n} are held against every record");
        match inert {
            0 => remarks.good("rules", says),
            _ => remarks.notice("rules", format!("{says}, {inert} of them in vain"), "margay rules list --inert"),
        }
        Ok(())
    }

    /// Which techniques the detectors look for, and which of them nobody could have seen in the rows that are there.
    async fn check_visibility(&self, remarks: &mut Remarks) -> Result<()> {
        let mut filled = Vec::new();
        for table in tables::ALL.iter().filter(|table| table.stage == Stage::Telemetry) {
            if self.lake.describe(table).await?.rows > 0 {
                filled.push(table.name);
            }
        }
        let means: Vec<Means> = detectors::ALL.iter().map(|detector| means(detector)).collect();
        let reference = self.attack("enterprise").await?;
        let (seen, blind): (Vec<Covered>, Vec<Covered>) =
            intel::coverage(&means, &filled, &reference).into_iter().partition(|covered| !covered.seen_by.is_empty());
        if !seen.is_empty() {
            remarks.good("visibility", format!("behaviours are looked for that show {}", named(&seen)));
        }
        if !blind.is_empty() {
            remarks.notice(
                "visibility",
                format!("nobody could have seen {}", named(&blind)),
                "ingest logs that fill the tables of the detectors above",
            );
        }
        Ok(())
    }

    async fn check_knowledge(&self, remarks: &mut Remarks) -> Result<()> {
        match self.store.count_claims().await? {
            0 => remarks.notice("indicators", "none are loaded".to_owned(), "margay intel load FILE"),
            n => remarks.good("indicators", format!("{n} claims")),
        }
        let reference = self.attack("enterprise").await?;
        let loaded = self.store.attack_versions().await?;
        let from = if loaded.is_empty() { "built in" } else { "loaded" };
        remarks.good(
            "attack",
            format!("enterprise {} ({from}), {} techniques", reference.version, reference.techniques.len()),
        );
        Ok(())
    }
}

fn means(detector: &Detector) -> Means {
    Means {
        name: detector.name.to_owned(),
        techniques: detector.attack.iter().map(|id| (*id).to_owned()).collect(),
        tables: detector.reads.iter().map(|reads| reads.table.to_owned()).collect(),
    }
}

fn named(covered: &[Covered]) -> String {
    let names: Vec<String> = covered.iter().map(|one| format!("{} {}", one.technique, one.name)).collect();
    names.join(", ")
}

#[derive(Default)]
struct Remarks(Vec<CheckRemark>);

impl Remarks {
    fn good(&mut self, subject: &str, says: String) {
        self.add(Level::Good, subject, says, None);
    }

    fn notice(&mut self, subject: &str, says: String, hint: &str) {
        self.add(Level::Notice, subject, says, Some(hint));
    }

    fn wrong(&mut self, subject: &str, says: String, hint: &str) {
        self.add(Level::Wrong, subject, says, Some(hint));
    }

    fn add(&mut self, level: Level, subject: &str, says: String, hint: Option<&str>) {
        self.0.push(CheckRemark { level, subject: subject.to_owned(), says, hint: hint.map(ToOwned::to_owned) });
    }
}
