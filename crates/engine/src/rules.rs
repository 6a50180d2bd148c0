//! Sigma rules: from files to what they match in the lake.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use detect::rules::{Correlator, Evaluator, Inert, Options, Problem, RuleSet, Tallies, events, load, of_occurrences};
use futures::TryStreamExt;
use schema::{Finding, Window};

use crate::{
    Engine, Error, Result, Stop,
    error::io,
    sources::{self, Input},
};

/// A larger file is no rule.
const FILE_BYTES_MAX: u64 = 4 << 20;

/// Columns that tell a record, and the sides that findings are about.
const SIDES: [&str; 12] = [
    "record_id",
    "dataset",
    "observed_at",
    "host",
    "device",
    "user",
    "src_ip",
    "dst_ip",
    "account",
    "to_addresses",
    "dst_host",
    "query",
];

/// Rules as they were read.
#[derive(Debug, Default)]
pub struct LoadedRules {
    pub set: RuleSet,
    pub problems: Vec<Problem>,
    /// Text of each file, by the name that problems give.
    pub texts: BTreeMap<String, String>,
}

impl LoadedRules {
    /// Rules that can never match here, by number.
    pub fn inert(&self) -> BTreeMap<usize, Inert> {
        self.set.inert()
    }

    /// Tells one content of the files from another: hours that were held against other rules are due again.
    pub(crate) fn fingerprint(&self) -> i64 {
        let mut hasher = blake3::Hasher::new();
        for (name, text) in &self.texts {
            hasher.update(name.as_bytes()).update(&[0]).update(text.as_bytes()).update(&[0]);
        }
        let mut first = [0; 8];
        hasher.finalize_xof().fill(&mut first);
        i64::from_be_bytes(first)
    }
}

/// What rules matched over a period.
#[derive(Debug, Default)]
pub struct Hunted {
    pub rows: u64,
    /// One for each rule, dataset and subject.
    pub findings: Vec<Finding>,
    /// Matches that are in no finding, because there were too many.
    pub n_left_out: u64,
}

impl Engine {
    /// Rules of these files and folders (`.yml`, `.yaml`); of the home folder's `rules` where none is named.
    pub fn rules(&self, paths: &[PathBuf]) -> Result<LoadedRules> {
        if !paths.is_empty() {
            return read_rules(sources::find(paths)?);
        }
        let own = self.home.rules();
        // A folder without files is no mistake: there are no rules.
        let inputs = if own.is_dir() { sources::find(&[own]).unwrap_or_default() } else { Vec::new() };
        read_rules(inputs)
    }

    /// Holds every record of the period against the rules, correlations included. Nothing is kept.
    pub async fn hunt(&self, rules: &RuleSet, window: Window, stop: &Stop) -> Result<Hunted> {
        let mut hunted = Hunted::default();
        let mut tallies = Tallies::new(rules);
        let mut correlator = Correlator::default();
        for plan in rules.plans() {
            let mut evaluator = Evaluator::new(plan.clone());
            let mut batches = self.lake.scan(plan.table(), &columns(&plan), window).await?;
            while let Some(batch) = batches.try_next().await? {
                stop.check()?;
                hunted.rows += batch.num_rows() as u64;
                let hits = evaluator.evaluate(&batch);
                tallies.add(&plan, &batch, &hits).map_err(broken)?;
                correlator.add(rules, events(rules, &plan, &batch, &hits).map_err(broken)?);
            }
        }
        hunted.n_left_out = tallies.n_left_out();
        hunted.findings = tallies.finish(window);
        hunted.findings.extend(of_occurrences(rules, &correlator.judge(rules, window), window));
        Ok(hunted)
    }
}

/// The columns to be read for a plan, in the table's order.
pub(crate) fn columns(plan: &detect::rules::Plan) -> Vec<&'static str> {
    let wanted = plan.columns();
    let names = plan.table().columns().map(|column| column.name);
    names.filter(|name| wanted.contains(name) || SIDES.contains(name)).collect()
}

pub(crate) fn broken(error: detect::Error) -> Error {
    Error::internal("rules could not be held against records").detail(error)
}

fn read_rules(inputs: Vec<Input>) -> Result<LoadedRules> {
    let mut texts = BTreeMap::new();
    for input in inputs {
        let Input::File { path, named } = input else { continue };
        let is_rule = path.extension().is_some_and(|extension| extension == "yml" || extension == "yaml");
        if is_rule || named {
            texts.insert(path.display().to_string(), read(&path)?);
        }
    }
    let named = texts.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    let (set, problems) = load(named, &Options::default());
    Ok(LoadedRules { set, problems, texts })
}

fn read(path: &Path) -> Result<String> {
    let size = fs::metadata(path).map_err(io("look at", path))?.len();
    if size > FILE_BYTES_MAX {
        return Err(Error::input(format!("{} is too large for a rule", path.display()))
            .detail(format!("it has {size} bytes, at most {FILE_BYTES_MAX} are read"))
            .hint("split it, or name the folder of the rules instead"));
    }
    let bytes = fs::read(path).map_err(io("read", path))?;
    String::from_utf8(bytes).map_err(|error| {
        Error::input(format!("{} is no text", path.display()))
            .detail(error.utf8_error())
            .hint("rules are YAML in UTF-8")
    })
}
