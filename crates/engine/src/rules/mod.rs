//! Sigma rules: from files to what they match in the lake.

mod examples;
mod explain;
mod fired;
mod held;
mod noise;
mod pack;
mod records;
mod write;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use arrow_array::RecordBatch;
use detect::rules::{
    Code, Correlator, Hits, Inert, MATCH_COLUMNS, Match, Matches, Options, Pipelines, Place, Problem, RuleSet, TagIs,
    Tallies, events, load, matches, of_occurrences,
};
use schema::{Finding, Reference, Timestamp, Window};

use crate::{
    Engine, Error, Result, Stop,
    error::io,
    sources::{self, Input},
};

pub use examples::{TestReport, Tested};
pub use explain::{ExplainedRecord, ExplainedRule};
pub use fired::Fired;
pub use noise::{CorrelationNoise, NoiseReport};
pub use write::{NewRule, WrittenRule};

/// A larger file is no rule.
const FILE_BYTES_MAX: u64 = 4 << 20;

/// Goes up when the same rules and records would give other findings: then past hours are due again.
const MATCHED_AS: u8 = 2;

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
    /// Text of each file, of rules and of pipelines, by the name that problems give.
    pub texts: BTreeMap<String, String>,
    /// Texts of the examples beside rules, where they were asked for.
    pub(crate) examples: BTreeMap<String, String>,
}

impl LoadedRules {
    /// Rules that can never match here, by number.
    pub fn inert(&self) -> BTreeMap<usize, Inert> {
        self.set.inert()
    }

    /// Whether this file is one of those that come with the product.
    pub fn is_of_pack(file: &str) -> bool {
        file.starts_with(pack::PACK)
    }

    /// What was refused: problems that are more than warnings.
    pub fn n_refused(&self) -> u64 {
        self.problems.iter().filter(|problem| !problem.warning).count() as u64
    }

    /// Tells one content of the files from another: hours that were held against other rules are due again.
    pub(crate) fn fingerprint(&self) -> i64 {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&[MATCHED_AS]);
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
    /// Rules of these files and folders (`.yml`, `.yaml`). Where none is named, all that are held against every record:
    /// those of the home folder, and those that come with the product.
    pub fn rules(&self, paths: &[PathBuf]) -> Result<LoadedRules> {
        if !paths.is_empty() {
            return self.load_changed(texts(sources::find(paths)?)?);
        }
        let mut of_home = texts(own(self.home.rules()))?;
        let own = self.load_changed(of_home.clone())?;
        if !self.config.rules.pack {
            return Ok(own);
        }
        let mut without: BTreeSet<String> = self.config.rules.without.iter().cloned().collect();
        without.extend(own.set.rules().iter().map(|rule| rule.about.id.clone()));
        without.extend(own.set.correlations().iter().map(|one| one.about.id.clone()));
        of_home.texts.extend(pack::texts(&without));
        self.load_changed(of_home)
    }

    /// Rules from texts, changed by the pipelines of the home folder and those that were named.
    fn load_changed(&self, of_rules: Texts) -> Result<LoadedRules> {
        let mut inputs = own(self.home.pipelines());
        if !self.pipelines.is_empty() {
            inputs.extend(sources::find(&self.pipelines)?);
        }
        let of_pipelines = texts(inputs)?;
        let mut loaded = changed(of_rules.texts, of_pipelines.texts);
        loaded.problems.extend(of_rules.problems.into_iter().chain(of_pipelines.problems));
        Ok(loaded)
    }

    /// Rules of one text that is in no file.
    pub(crate) fn load_text(&self, name: String, text: String) -> Result<LoadedRules> {
        self.load_changed(Texts { texts: [(name, text)].into(), problems: Vec::new() })
    }

    /// Remarks on rules that are loaded and probably not as their author meant them.
    pub async fn lint_rules(&self, loaded: &LoadedRules) -> Result<Vec<Problem>> {
        let mut references = Vec::new();
        for domain in ["enterprise", "mobile", "ics"] {
            references.push(self.attack(domain).await?);
        }
        let is = |tag: &str| tag_is(&references, tag);
        Ok(loaded.set.lint(&loaded.texts, is))
    }

    /// The same rules with the examples beside them.
    fn rules_and_examples(&self, paths: &[PathBuf]) -> Result<LoadedRules> {
        let own = [self.home.rules()];
        let paths = if paths.is_empty() { own.as_slice() } else { paths };
        let mut files = BTreeSet::new();
        for input in sources::find(paths)? {
            let Input::File { path, named } = input else { continue };
            if named && beside(&path).is_file() {
                files.insert(beside(&path));
            }
            files.insert(path);
        }
        let (mut rules, mut examples) = (Texts::default(), Texts::default());
        for path in files.iter().filter(|path| is_yaml(path)) {
            let into = if is_example(path) { &mut examples } else { &mut rules };
            into.take(path)?;
        }
        rules.problems.append(&mut examples.problems);
        Ok(LoadedRules { examples: examples.texts, ..self.load_changed(rules)? })
    }

    /// Calls back with every record of the period that a rule matches. Correlations are not judged.
    pub async fn matches(
        &self,
        rules: &RuleSet,
        window: Window,
        stop: &Stop,
        mut found: impl FnMut(Match) -> Result<()>,
    ) -> Result<()> {
        for plan in rules.plans() {
            let wanted = columns_with(&plan, &MATCH_COLUMNS);
            self.held(&plan, &wanted, window, stop, |batch, hits| {
                matches(rules, &plan, batch, hits).map_err(broken)?.into_iter().try_for_each(&mut found)
            })
            .await?;
        }
        Ok(())
    }

    /// Holds every record of the period against the rules, correlations included, whose windows reach back before it.
    /// Nothing is kept.
    pub async fn hunt(&self, rules: &RuleSet, window: Window, stop: &Stop) -> Result<Hunted> {
        let mut hunted = Hunted::default();
        let mut tallies = Tallies::new(rules);
        let mut matches = Matches::default();
        let reach = i64::try_from(rules.reach()).unwrap_or(i64::MAX);
        let before = Timestamp::from_seconds(window.start.seconds().saturating_sub(reach)).unwrap_or(window.start);
        let plans = rules.plans();
        for (window, reported) in [(Window::new(before, window.start), false), (window, true)] {
            if window.start >= window.end {
                continue;
            }
            for plan in &plans {
                let found = |batch: &RecordBatch, hits: &Hits| {
                    matches.add(events(rules, plan, batch, hits).map_err(broken)?);
                    if reported {
                        tallies.add(plan, batch, hits).map_err(broken)?;
                    }
                    Ok(())
                };
                let rows = self.held(plan, &columns(plan), window, stop, found).await?;
                hunted.rows += if reported { rows } else { 0 };
            }
        }
        hunted.n_left_out = tallies.n_left_out() + matches.n_left_out();
        hunted.findings = tallies.finish(window);
        let (found, n_left_out) = correlated(rules, matches, window);
        hunted.findings.extend(found);
        hunted.n_left_out += n_left_out;
        Ok(hunted)
    }
}

/// Findings of correlations whose windows end within the period, and what was too much for them.
fn correlated(rules: &RuleSet, matches: Matches, window: Window) -> (Vec<Finding>, u64) {
    let start = window.start.nanos();
    let (before, within) = matches.into_events().into_iter().partition(|event| event.at < start);
    let mut correlator = Correlator::new(rules);
    correlator.feed(before);
    correlator.take();
    correlator.feed(within);
    let (findings, n_left_out) = of_occurrences(rules, &correlator.take(), window);
    (findings, n_left_out + correlator.n_left_out())
}

/// Says that an hour gave more findings of rules than are kept.
pub(crate) fn told_left_out(hour: Timestamp, n_left_out: u64) {
    if n_left_out > 0 {
        tracing::warn!(%hour, n_left_out, "more findings of correlations than one hour may give");
    }
}

/// What ATT&CK says of a tag without its `attack.`.
fn tag_is(references: &[Reference], tag: &str) -> TagIs {
    let id = tag.to_uppercase();
    let digits =
        |prefix: char| id.strip_prefix(prefix).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    // Groups, software, data sources and mitigations are not in the facts that are shipped.
    if ['G', 'S', 'M', 'C'].into_iter().any(digits) || id.starts_with("DS") || id.starts_with("DET") {
        return TagIs::Known;
    }
    let known: Vec<_> = references.iter().filter_map(|reference| reference.techniques.get(&id)).collect();
    if known.iter().any(|technique| technique.revoked_by.is_none() && !technique.deprecated) {
        return TagIs::Known;
    }
    if let Some(technique) = known.first() {
        return TagIs::Old(technique.revoked_by.clone());
    }
    let tactic = tag.replace('_', "-");
    if references.iter().any(|reference| reference.tactics.iter().any(|one| one.shortname == tactic || one.id == id)) {
        return TagIs::Known;
    }
    if let Some(later) = intel::attack::later(&id) {
        let here = later.replaces.iter().map(|id| (*id).to_owned()).collect();
        return TagIs::Later { version: later.version.to_owned(), name: later.name.to_owned(), here };
    }
    match intel::attack::LATER_TACTICS.iter().find(|(later, _)| *later == tactic) {
        Some((later, former)) => {
            TagIs::Later { version: "19".to_owned(), name: (*later).to_owned(), here: vec![(*former).to_owned()] }
        }
        None => TagIs::Unknown,
    }
}

/// The columns to be read for a plan, in the table's order.
pub(crate) fn columns(plan: &detect::rules::Plan) -> Vec<&'static str> {
    columns_with(plan, &SIDES)
}

fn columns_with(plan: &detect::rules::Plan, others: &[&str]) -> Vec<&'static str> {
    let wanted = plan.columns();
    let names = plan.table().columns().map(|column| column.name);
    names.filter(|name| wanted.contains(name) || others.contains(name)).collect()
}

pub(crate) fn broken(error: detect::Error) -> Error {
    Error::internal("rules could not be held against records").detail(error)
}

/// Rules from texts, as they stand there.
fn load_texts(of_rules: BTreeMap<String, String>) -> LoadedRules {
    changed(of_rules, BTreeMap::new())
}

/// Runs the examples of rules that were loaded from texts.
pub(crate) fn tested(loaded: LoadedRules) -> Result<TestReport> {
    examples::run(loaded, &ingest::Formats::built_in())
}

/// Rules from texts, changed by pipelines from texts.
pub(crate) fn changed(of_rules: BTreeMap<String, String>, of_pipelines: BTreeMap<String, String>) -> LoadedRules {
    let named = of_pipelines.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    let (pipelines, mut problems) = Pipelines::read(named);
    let options = Options { pipelines, ..Options::default() };
    let (set, found) = load(of_rules.iter().map(|(name, text)| (name.as_str(), text.as_str())), &options);
    problems.extend(found);
    let mut texts = of_rules;
    texts.extend(of_pipelines);
    LoadedRules { set, problems, texts, examples: BTreeMap::new() }
}

/// The files of a folder of the home; one that is not there, or is empty, is no mistake.
fn own(folder: PathBuf) -> Vec<Input> {
    if folder.is_dir() { sources::find(&[folder]).unwrap_or_default() } else { Vec::new() }
}

/// Texts of files by their names, and what is wrong with files that are none.
#[derive(Debug, Clone, Default)]
struct Texts {
    texts: BTreeMap<String, String>,
    problems: Vec<Problem>,
}

impl Texts {
    /// Reads a file. One that is no text is refused as a wrong rule is: it must not stop the others.
    fn take(&mut self, path: &Path) -> Result<()> {
        let name = path.display().to_string();
        let refused = |code, what: String, hint: &str| Problem {
            code,
            warning: false,
            file: name.clone(),
            place: Place { line: 1, column: 1 },
            what,
            hint: hint.to_owned(),
        };
        let size = fs::metadata(path).map_err(io("look at", path))?.len();
        if size > FILE_BYTES_MAX {
            let what = format!("the file has {size} bytes, at most {FILE_BYTES_MAX} are read");
            self.problems.push(refused(Code::TooLarge, what, "split it"));
            return Ok(());
        }
        match String::from_utf8(fs::read(path).map_err(io("read", path))?) {
            Ok(text) => drop(self.texts.insert(name, text)),
            Err(error) => {
                let what = format!("the file is no text: {}", error.utf8_error());
                self.problems.push(refused(Code::Yaml, what, "save it as YAML in UTF-8"));
            }
        }
        Ok(())
    }
}

/// The text of each file that is YAML or was named, by its name.
fn texts(inputs: Vec<Input>) -> Result<Texts> {
    let mut texts = Texts::default();
    for input in inputs {
        let Input::File { path, named } = input else { continue };
        if is_example(&path) {
            continue;
        }
        if is_yaml(&path) || named {
            texts.take(&path)?;
        }
    }
    Ok(texts)
}

fn is_yaml(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "yml" || extension == "yaml")
}

/// `name.test.yml`: examples of the rules in `name.yml`.
fn is_example(path: &Path) -> bool {
    is_yaml(path) && path.file_stem().is_some_and(|stem| Path::new(stem).extension().is_some_and(|last| last == "test"))
}

/// The file of examples beside a file of rules, and the other way round.
fn beside(path: &Path) -> PathBuf {
    let extension = path.extension().unwrap_or_default().to_string_lossy().into_owned();
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    match stem.strip_suffix(".test") {
        Some(rule) => path.with_file_name(format!("{rule}.{extension}")),
        None => path.with_file_name(format!("{stem}.test.{extension}")),
    }
}
