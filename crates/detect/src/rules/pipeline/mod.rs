//! Pipelines as pySigma's users write them: what a site changes in rules before they are compiled, by data.
//!
//! `read` turns YAML into [`Pipeline`]s or problems with their place; `conditions` asks whether a step is meant, `apply`
//! works the steps off on one rule. What is done follows pySigma 1.5, which is the definition of the format.

mod apply;
mod conditions;
mod draft;
mod fill;
mod hashes;
mod params;
mod read;
mod steps;
mod values;

use std::collections::{BTreeMap, BTreeSet};

use super::{
    model::{Correlation, Logsource, Rule},
    parse::Placeholders,
    problem::{Code, Place, Problem},
};
use apply::Work;
pub(super) use fill::{fill, unfilled};
use steps::{Does, Step};

/// One file.
#[derive(Debug, Clone)]
pub struct Pipeline {
    /// As the caller called the text.
    pub file: String,
    pub name: String,
    /// Lower ones go first.
    pub priority: i64,
    vars: Placeholders,
    steps: Vec<Step>,
}

/// Pipelines in the order in which they are worked off: by priority, then by file.
#[derive(Debug, Clone, Default)]
pub struct Pipelines {
    all: Vec<Pipeline>,
    vars: Placeholders,
}

impl Pipeline {
    /// Reads a pipeline; nothing of it is used where something is wrong with it.
    pub fn read(file: &str, text: &str) -> Result<(Self, Vec<Problem>), Problem> {
        read::pipeline(file, text).map_err(|problem| problem.of_file(file))
    }
}

impl Pipelines {
    /// Reads pipelines from texts, each with the name of its file. What cannot be read is left out, and said.
    pub fn read<'a>(texts: impl IntoIterator<Item = (&'a str, &'a str)>) -> (Self, Vec<Problem>) {
        let mut pipelines = Vec::new();
        let mut problems = Vec::new();
        for (file, text) in texts {
            match Pipeline::read(file, text) {
                Ok((pipeline, warnings)) => {
                    problems.extend(warnings);
                    pipelines.push(pipeline);
                }
                Err(problem) => problems.push(problem),
            }
        }
        (Self::new(pipelines), problems)
    }

    pub fn new(mut all: Vec<Pipeline>) -> Self {
        all.sort_by(|a, b| (a.priority, &a.file).cmp(&(b.priority, &b.file)));
        let mut vars = Placeholders::new();
        all.iter().for_each(|pipeline| vars.extend(pipeline.vars.clone()));
        Self { all, vars }
    }

    pub fn all(&self) -> &[Pipeline] {
        &self.all
    }

    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Values of variables, later pipelines over earlier ones.
    pub(super) fn vars(&self) -> &Placeholders {
        &self.vars
    }

    /// Whether some step or variable has something for placeholders of this name.
    pub(super) fn fills(&self, name: &str) -> bool {
        self.vars.contains_key(name) || self.all.iter().any(|pipeline| has_stars(&pipeline.steps, name))
    }

    /// Works all steps off on a rule; a step may refuse it.
    pub(super) fn apply(&self, rule: &mut Rule) -> Result<(), Problem> {
        let mut work = Work::on_rule(rule, &self.vars);
        for pipeline in &self.all {
            work.steps(&pipeline.steps).map_err(|stop| refused(stop, pipeline, rule.about.place))?;
        }
        work.finish(rule).map_err(|what| Problem::new(Code::Refused, rule.about.place, what))
    }

    /// As [`Self::apply`]; `logsources` are those of the rules that the correlation rests on.
    pub(super) fn apply_to_correlation(
        &self,
        correlation: &mut Correlation,
        logsources: BTreeSet<Logsource>,
    ) -> Result<(), Problem> {
        let mut work = Work::on_correlation(correlation, logsources, &self.vars);
        for pipeline in &self.all {
            work.steps(&pipeline.steps).map_err(|stop| refused(stop, pipeline, correlation.about.place))?;
        }
        work.finish_correlation(correlation);
        Ok(())
    }
}

/// As deep as steps nest.
fn has_stars(steps: &[Step], name: &str) -> bool {
    steps.iter().any(|step| match &step.does {
        Does::WildcardPlaceholders(chosen) => chosen.has(name),
        Does::Nest(steps) => has_stars(steps, name),
        _ => false,
    })
}

/// Why a step refuses a rule.
#[derive(Debug)]
struct Stop {
    what: String,
    /// Of what in the rule it speaks; the rule as a whole where `None`.
    place: Option<Place>,
    /// The step, in the pipeline.
    step: Place,
    code: Code,
}

fn refused(stop: Stop, pipeline: &Pipeline, place: Place) -> Problem {
    let Place { line, column } = stop.step;
    Problem::new(stop.code, stop.place.unwrap_or(place), stop.what)
        .hint(format!("the step at {}:{line}:{column} asks for this", pipeline.file))
}

/// Names and what they become.
type Names = BTreeMap<String, Vec<String>>;
