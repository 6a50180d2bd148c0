//! Files that people write, looked over before they are used: mappings, rules with their examples and pipelines, the
//! words of Sigma, feeds, decay, warning lists, shared names. Each mistake has its line and column.

mod plain;

use std::{collections::BTreeMap, path::PathBuf};

use detect::rules::Problem as RuleProblem;

use crate::{LoadedRules, Result, error::io, mappings, rules};

/// What kind of file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ContentKind {
    Mapping,
    Rules,
    RuleExamples,
    Pipeline,
    SigmaFields,
    Feed,
    Decay,
    WarningList,
    WarningWeights,
    SharedHosting,
    LogSources,
    /// Nothing that Margay reads, as far as can be seen.
    Other,
}

/// What was found in one file.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct CheckedFile {
    pub file: PathBuf,
    pub kind: ContentKind,
    /// Of a mapping: the format's name.
    pub name: Option<String>,
    /// Of a mapping: tables that it fills.
    pub tables: Vec<&'static str>,
    /// What it holds, where it can be read.
    pub says: String,
    pub problems: Vec<ContentProblem>,
}

/// One mistake, or a remark on what works and was probably not meant so.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct ContentProblem {
    /// Where the kind of file has codes.
    pub code: Option<String>,
    pub line: usize,
    pub column: usize,
    pub says: String,
    pub hint: Option<String>,
    /// The file can be used all the same.
    pub warning: bool,
    /// The line, with a mark below, and the hint: as people are shown it.
    #[serde(skip)]
    pub shown: String,
}

impl CheckedFile {
    fn new(file: PathBuf, kind: ContentKind) -> Self {
        Self { file, kind, name: None, tables: Vec::new(), says: String::new(), problems: Vec::new() }
    }

    /// Whether it can be used.
    pub fn is_sound(&self) -> bool {
        self.problems.iter().all(|problem| problem.warning)
    }
}

/// Looks over files, and those in folders.
pub fn check_content(paths: &[PathBuf]) -> Result<Vec<CheckedFile>> {
    let mut checked = Vec::new();
    let mut of_rules: BTreeMap<PathBuf, (ContentKind, String)> = BTreeMap::new();
    for path in paths {
        let path = path.canonicalize().map_err(io("open", path))?;
        let is_named = !path.is_dir();
        for file in mappings::files_below(&path, &["toml", "json", "yml", "yaml", "txt"])? {
            let bytes = std::fs::read(&file).map_err(io("read", &file))?;
            let Ok(text) = String::from_utf8(bytes) else {
                checked.extend(plain::kind_of(&file, "", is_named).map(|kind| no_text(file, kind)));
                continue;
            };
            let Some(kind) = plain::kind_of(&file, &text, is_named) else { continue };
            match kind {
                ContentKind::Rules | ContentKind::RuleExamples | ContentKind::Pipeline => {
                    of_rules.insert(file, (kind, text));
                }
                _ => checked.push(check(file, kind, &text)),
            }
        }
    }
    checked.extend(check_rules(of_rules)?);
    checked.sort_by(|one, other| one.file.cmp(&other.file));
    Ok(checked)
}

fn no_text(file: PathBuf, kind: ContentKind) -> CheckedFile {
    let problem = plain::placed("", 1, 1, "the file is no text".to_owned(), Some("save it in UTF-8".to_owned()));
    CheckedFile { problems: vec![problem], ..CheckedFile::new(file, kind) }
}

fn check(file: PathBuf, kind: ContentKind, text: &str) -> CheckedFile {
    let mut checked = CheckedFile::new(file, kind);
    let outcome = match kind {
        ContentKind::Mapping => return mapping(checked, text),
        ContentKind::SigmaFields => return sigma_fields(checked, text),
        ContentKind::Feed => plain::feed(&checked.file, text),
        ContentKind::Decay => plain::decay(text),
        ContentKind::WarningList => return warning_list(checked, text),
        ContentKind::WarningWeights => plain::weights(text),
        ContentKind::LogSources => plain::log_sources(text),
        ContentKind::SharedHosting => {
            checked.problems = plain::shared_hosting(text);
            Ok(format!("{} names and addresses that many share", plain::entries(text).count()))
        }
        _ => Ok("not looked at: it is of no kind that Margay reads".to_owned()),
    };
    match outcome {
        Ok(says) => checked.says = says,
        Err(why) => checked.problems.push(plain::problem(text, &why)),
    }
    checked
}

fn mapping(mut checked: CheckedFile, text: &str) -> CheckedFile {
    let found = mappings::check_text(text);
    checked.problems = found
        .problems
        .iter()
        .map(|problem| ContentProblem {
            code: Some(problem.code.to_owned()),
            line: problem.line,
            column: problem.column,
            says: problem.says.clone(),
            hint: problem.hint.clone(),
            warning: false,
            shown: problem.to_string(),
        })
        .collect();
    let name = found.name.as_deref().unwrap_or_default();
    checked.says = format!("{name} fills {}", found.tables.join(", "));
    CheckedFile { name: found.name, tables: found.tables, ..checked }
}

fn sigma_fields(mut checked: CheckedFile, text: &str) -> CheckedFile {
    let file = checked.file.display().to_string();
    let (_, problems) = detect::rules::Mapping::read([(file.as_str(), text)]);
    checked.problems = problems.iter().map(|problem| of_rule(problem, text)).collect();
    "where Sigma's fields and log sources live".clone_into(&mut checked.says);
    checked
}

fn warning_list(mut checked: CheckedFile, text: &str) -> CheckedFile {
    match plain::warning_list(text) {
        Ok((says, problems)) => {
            checked.says = says;
            checked.problems = problems;
        }
        Err(why) => checked.problems.push(plain::problem(text, &why)),
    }
    checked
}

/// Rules are read together: correlations and filters name others, and pipelines change them all.
fn check_rules(files: BTreeMap<PathBuf, (ContentKind, String)>) -> Result<Vec<CheckedFile>> {
    if files.is_empty() {
        return Ok(Vec::new());
    }
    let of_kind = |wanted: ContentKind| -> BTreeMap<String, String> {
        let found = files.iter().filter(|(_, (kind, _))| *kind == wanted);
        found.map(|(file, (_, text))| (file.display().to_string(), text.clone())).collect()
    };
    let mut loaded = rules::changed(of_kind(ContentKind::Rules), of_kind(ContentKind::Pipeline));
    let mut problems = std::mem::take(&mut loaded.problems);
    loaded.examples = of_kind(ContentKind::RuleExamples);
    let report = rules::tested(LoadedRules { problems: Vec::new(), ..loaded })?;
    problems.extend(report.problems);
    let mut checked = Vec::new();
    for (file, (kind, text)) in files {
        let name = file.display().to_string();
        let mut one = CheckedFile::new(file, kind);
        one.problems = problems.iter().filter(|found| found.file == name).map(|found| of_rule(found, &text)).collect();
        let tested: Vec<_> = report.tested.iter().filter(|tested| tested.file == name).collect();
        for failed in tested.iter().filter(|tested| !tested.passed) {
            let why = failed.why.clone().unwrap_or_default();
            let says = format!("the example \"{}\" fails: {why}", failed.name);
            let hint = Some("margay rules test FILE shows what it met".to_owned());
            one.problems.push(plain::placed(&text, failed.line as usize, 1, says, hint));
        }
        one.says = match kind {
            ContentKind::RuleExamples => format!("{} examples", tested.len()),
            ContentKind::Pipeline => "a pipeline".to_owned(),
            _ => {
                let rules = report.loaded.set.rules().iter().filter(|rule| rule.about.file == name).count();
                let correlations =
                    report.loaded.set.correlations().iter().filter(|rule| rule.about.file == name).count();
                format!("{} rules", rules + correlations)
            }
        };
        checked.push(one);
    }
    Ok(checked)
}

fn of_rule(problem: &RuleProblem, text: &str) -> ContentProblem {
    let hint = (!problem.hint.is_empty()).then(|| problem.hint.clone());
    let (line, column) = match (problem.place.line as usize, problem.place.column as usize) {
        (0, _) => plain::place_in(text, &problem.what),
        known => known,
    };
    let placed = plain::placed(text, line, column, problem.what.clone(), hint);
    ContentProblem { code: Some(problem.code.name().to_owned()), warning: problem.warning, ..placed }
}

#[cfg(test)]
mod tests;
