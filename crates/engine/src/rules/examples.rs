//! Runs the examples beside rules (`*.test.yml`): each record that a rule must match, must not, or is counted for.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use detect::rules::{self, Correlator, Evaluator, Expects, Plan, Problem, RuleSet, Sample, Trial, Trials, What};
use ingest::Formats;
use schema::{EventBatch, Timestamp};

use super::{ExplainedRecord, LoadedRules, broken, explain, records};
use crate::{Engine, Result};

/// When the records of examples happened that do not say so: a Monday at noon.
const BEGIN_S: i64 = 1_767_614_400;

/// Records of a failed example that are explained.
const EXPLAINED: usize = 2;

/// What came of one example.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Tested {
    /// File of the example, and the line that it begins at.
    pub file: String,
    pub line: u32,
    pub name: String,
    /// Title and id of the rule.
    pub rule: String,
    pub id: String,
    pub passed: bool,
    /// Why not.
    pub why: Option<String>,
    #[serde(skip)]
    pub explained: Vec<ExplainedRecord>,
}

/// What came of all examples.
#[derive(Debug, Default)]
pub struct TestReport {
    pub tested: Vec<Tested>,
    /// Of the files of examples; those of rules are in `loaded`.
    pub problems: Vec<Problem>,
    /// Title and file of rules without an example.
    pub untested: Vec<(String, String)>,
    pub loaded: LoadedRules,
}

impl TestReport {
    /// Whether every example passed and everything could be read.
    pub fn passed(&self) -> bool {
        self.tested.iter().all(|tested| tested.passed) && self.problems.is_empty() && self.loaded.n_refused() == 0
    }
}

impl Engine {
    /// Runs the examples of these files and folders; of a rule's file those beside it. Without paths, of the home
    /// folder's rules.
    pub fn test_rules(&self, paths: &[PathBuf]) -> Result<TestReport> {
        let loaded = self.rules_and_examples(paths)?;
        let formats = crate::formats(&self.home)?;
        run(loaded, &formats)
    }
}

/// Runs every example of what was loaded.
pub(super) fn run(mut loaded: LoadedRules, formats: &Formats) -> Result<TestReport> {
    let mut problems = Vec::new();
    let mut files = Vec::new();
    for (file, text) in &loaded.examples {
        let (trials, found) = Trials::read(file, text);
        problems.extend(found);
        files.push(trials);
    }
    let runner = Runner { plans: loaded.set.plans(), set: &loaded.set, formats };
    let mut tested = Vec::new();
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for trials in &files {
        for trial in &trials.trials {
            let outcome = match runner.subject(trials, trial) {
                Ok(subject) => {
                    seen.insert(subject.id.to_owned());
                    runner.run(&subject, trial)?.of(&subject)
                }
                Err(why) => Outcome::failed(why).of(&Subject { title: "", id: "", what: Number::Rule(usize::MAX) }),
            };
            tested.push(Tested {
                file: trials.file.clone(),
                line: trial.place.line,
                name: trial.name.clone(),
                ..outcome
            });
        }
    }
    let untested = untested(&loaded.set, &seen);
    loaded.texts.append(&mut loaded.examples.clone());
    Ok(TestReport { tested, problems, untested, loaded })
}

/// Rules and correlations that no example is about; rules that only feed a correlation are tested with it.
fn untested(set: &RuleSet, seen: &BTreeSet<String>) -> Vec<(String, String)> {
    let reporting = set.rules().iter().enumerate().filter(|(number, _)| set.reports(*number));
    let abouts = reporting.map(|(_, rule)| &rule.about).chain(set.correlations().iter().map(|one| &one.about));
    abouts.filter(|about| !seen.contains(&about.id)).map(|about| (about.title.clone(), about.file.clone())).collect()
}

#[derive(Debug, Clone, Copy)]
enum Number {
    Rule(usize),
    Correlation(usize),
}

/// What an example is about.
#[derive(Debug, Clone, Copy)]
struct Subject<'a> {
    title: &'a str,
    id: &'a str,
    what: Number,
}

#[derive(Debug, Default)]
struct Outcome {
    why: Option<String>,
    explained: Vec<ExplainedRecord>,
}

impl Outcome {
    fn failed(why: impl Into<String>) -> Self {
        Self { why: Some(why.into()), explained: Vec::new() }
    }

    fn of(self, subject: &Subject<'_>) -> Tested {
        Tested {
            file: String::new(),
            line: 0,
            name: String::new(),
            rule: subject.title.to_owned(),
            id: subject.id.to_owned(),
            passed: self.why.is_none(),
            why: self.why,
            explained: self.explained,
        }
    }
}

struct Runner<'a> {
    set: &'a RuleSet,
    plans: Vec<std::sync::Arc<Plan>>,
    formats: &'a Formats,
}

impl<'a> Runner<'a> {
    /// The rule that the example names, else its file, else the one beside the file.
    fn subject(&self, trials: &Trials, trial: &Trial) -> std::result::Result<Subject<'a>, String> {
        let named = trial.rule.as_ref().or(trials.rule.as_ref());
        let beside = trials.file.replace(".test.", ".");
        let wanted = |about: &rules::About| match named {
            Some(name) => about.id == *name || about.title == *name || about.name.as_ref() == Some(name),
            None => about.file == beside,
        };
        // Records of a series are counted by a correlation; others are held against a rule.
        let counted = matches!(trial.expects, Expects::Groups(_));
        let rules = self.set.rules().iter().enumerate().filter(|_| !counted);
        let rules = rules.map(|(number, rule)| (&rule.about, Number::Rule(number)));
        let correlations = self.set.correlations().iter().enumerate().filter(|_| counted);
        let correlations = correlations.map(|(number, one)| (&one.about, Number::Correlation(number)));
        let found: Vec<Subject<'a>> = rules
            .chain(correlations)
            .filter(|(about, _)| wanted(about))
            .map(|(about, what)| Subject { title: &about.title, id: &about.id, what })
            .collect();
        let sort = if counted { "correlation" } else { "rule" };
        match (found.as_slice(), named) {
            ([subject], _) => Ok(*subject),
            ([], Some(name)) => Err(format!("there is no {sort} \"{name}\" beside this file")),
            ([], None) => Err(format!("there is no {sort} in {beside}; name one with `rule:`")),
            (several, _) => Err(format!("{} hold for this name; give an id with `rule:`", several.len())),
        }
    }

    fn run(&self, subject: &Subject<'_>, trial: &Trial) -> Result<Outcome> {
        let mut batches = Vec::new();
        let mut number = 0;
        for sample in &trial.samples {
            match self.rows(sample, &mut number) {
                Ok(rows) => batches.extend(rows),
                Err(why) => return Ok(Outcome::failed(format!("line {}: {why}", sample.place.line))),
            }
        }
        match (subject.what, &trial.expects) {
            (Number::Correlation(number), Expects::Groups(groups)) => self.count(number, groups, &batches),
            (Number::Rule(rule), expects) => Ok(self.hold(rule, *expects == Expects::Match, &batches)),
            (Number::Correlation(_), _) => Ok(Outcome::failed("a correlation needs a series of records")),
        }
    }

    /// The rows of one sample, as often as it comes.
    fn rows(&self, sample: &Sample, number: &mut u64) -> std::result::Result<Vec<EventBatch>, String> {
        let mut batches = Vec::new();
        for time in 0..sample.times {
            *number += 1;
            let at_s = sample.at_s.saturating_add(u64::from(time).saturating_mul(sample.every_s));
            let at = i64::try_from(at_s).ok().and_then(|at_s| Timestamp::from_seconds(BEGIN_S.saturating_add(at_s)));
            let at = at.ok_or("the time is too far away")?;
            match &sample.what {
                What::Raw { text, format } => {
                    let text = in_time(text, time, at);
                    let read = records::of_bytes(text.as_bytes(), self.formats, format.as_deref(), "", *number, at)?;
                    if read.batches.iter().all(EventBatch::is_empty) {
                        let why = read.reject.unwrap_or_else(|| "no record is in it".to_owned());
                        return Err(format!("read as {}: {why}", read.format));
                    }
                    batches.extend(read.batches);
                }
                What::Row { table, columns } => {
                    batches.push(records::of_columns(table, &in_time(columns, time, at), *number, at)?);
                }
            }
        }
        Ok(batches)
    }

    fn hold(&self, rule: usize, expected: bool, batches: &[EventBatch]) -> Outcome {
        let mut explained = Vec::new();
        let mut matched = false;
        for batch in batches {
            let plan = self.plans.iter().find(|plan| std::ptr::eq(plan.table(), batch.table()));
            let hits = plan.map(|plan| Evaluator::new(plan.clone()).evaluate(batch.rows())).unwrap_or_default();
            matched |= !hits.rows_of(rule).is_empty();
            let rows = 0..batch.len();
            explained.extend(rows.map(|row| explain::of_row(self.set, rule, batch.table(), batch.rows(), row)));
            explain::nearest_first(&mut explained, EXPLAINED);
        }
        if matched == expected {
            return Outcome::default();
        }
        let of_source = explained.iter().any(|record| record.explanation.is_some());
        let why = match expected {
            false => "a record matches, and none must".to_owned(),
            true if of_source => "no record matches, and one must".to_owned(),
            true => self.elsewhere(rule, batches),
        };
        Outcome { why: Some(why), explained }
    }

    fn elsewhere(&self, rule: usize, batches: &[EventBatch]) -> String {
        let tables: Vec<&str> = records::tables_of(batches).iter().map(|table| table.name).collect();
        let logsource = self.set.rules().get(rule).map(|rule| rule.logsource.to_string()).unwrap_or_default();
        format!("the records are rows of {}, which holds none of {logsource}", tables.join(", "))
    }

    fn count(&self, number: usize, expected: &[Vec<String>], batches: &[EventBatch]) -> Result<Outcome> {
        let mut correlator = Correlator::new(self.set);
        let mut matches = Vec::new();
        let mut n_matched: BTreeMap<String, u64> = BTreeMap::new();
        for batch in batches {
            let Some(plan) = self.plans.iter().find(|plan| std::ptr::eq(plan.table(), batch.table())) else { continue };
            let hits = Evaluator::new(plan.clone()).evaluate(batch.rows());
            let events = rules::events(self.set, plan, batch.rows(), &hits).map_err(broken)?;
            events.iter().for_each(|event| *n_matched.entry(event.rule.clone()).or_default() += 1);
            matches.extend(events);
        }
        correlator.feed(matches);
        let occurrences = correlator.take();
        let found: BTreeSet<Vec<String>> =
            occurrences.into_iter().filter(|one| one.correlation == number).map(|one| one.group).collect();
        let expected: BTreeSet<Vec<String>> = expected.iter().cloned().collect();
        if found == expected {
            return Ok(Outcome::default());
        }
        let named = |groups: Vec<&Vec<String>>| {
            let groups: Vec<String> = groups.into_iter().map(|group| format!("[{}]", group.join(", "))).collect();
            groups.join(" ")
        };
        let mut why = Vec::new();
        let missing: Vec<_> = expected.difference(&found).collect();
        if !missing.is_empty() {
            why.push(format!("it does not hold for {}", named(missing)));
        }
        let surplus: Vec<_> = found.difference(&expected).collect();
        if !surplus.is_empty() {
            why.push(format!("it holds for {}, and must not", named(surplus)));
        }
        let matches: Vec<String> = n_matched.iter().map(|(rule, n)| format!("{n} of {rule}")).collect();
        why.push(match matches.is_empty() {
            true => "no rule that it names matches a record".to_owned(),
            false => format!("matches of rules: {}", matches.join(", ")),
        });
        Ok(Outcome::failed(why.join("; ")))
    }
}

/// `${n}` is the number of the repetition, `${time}` and `${epoch}` its time.
fn in_time(text: &str, number: u32, at: Timestamp) -> String {
    if !text.contains("${") {
        return text.to_owned();
    }
    text.replace("${n}", &number.to_string())
        .replace("${time}", &at.to_string())
        .replace("${epoch}", &at.seconds().to_string())
}
