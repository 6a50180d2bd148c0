//! `margay rules list`: every rule with its state, the refused ones as well.

use std::{collections::BTreeMap, path::PathBuf, process::ExitCode};

use clap::{Args, ValueEnum};
use engine::{Engine, Fired, LoadedRules, Result, RuleAbout as About};

use super::Global;
use crate::output::{self, Table, grouped};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  margay rules list
  margay rules list --state noisy
  margay rules list --inert sigma/rules

States: a rule that gives more than ten findings a day is noisy (see `margay rules noise`); an inert one can never
match, because no record here has what it needs; a refused one could not be read.")]
pub(super) struct List {
    /// Files or folders [default: all rules that are held against every record]
    paths: Vec<PathBuf>,
    /// Only rules of this state
    #[arg(long, value_name = "STATE")]
    state: Option<State>,
    /// Only rules that can never match, with the reason: --state inert
    #[arg(long, conflicts_with = "state")]
    inert: bool,
    /// Only rules of this level or a higher one
    #[arg(long, value_name = "LEVEL")]
    level: Option<schema::Severity>,
    /// Only rules for this technique and its sub-techniques
    #[arg(long, value_name = "ID")]
    technique: Option<String>,
    /// Only rules with this text in title or id
    #[arg(long, value_name = "TEXT")]
    containing: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum State {
    Live,
    Noisy,
    Inert,
    Refused,
}

impl State {
    fn name(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Noisy => "noisy",
            Self::Inert => "inert",
            Self::Refused => "refused",
        }
    }
}

/// One loaded rule.
struct Listed<'a> {
    about: &'a About,
    state: State,
    why: Option<String>,
    fired: Fired,
}

impl List {
    pub(super) async fn run(&self, global: &Global, engine: &Engine) -> Result<ExitCode> {
        let loaded = engine.rules(&self.paths)?;
        let fired = engine.fired_rules().await?;
        let listed = listed(&loaded, &fired);
        let n_of = |state: State| grouped(listed.iter().filter(|one| one.state == state).count() as u64);
        let figures = format!(
            "{} rules loaded, {} of them inert, {} noisy; {} correlations; {} refused",
            grouped(loaded.set.rules().len() as u64),
            n_of(State::Inert),
            n_of(State::Noisy),
            grouped(loaded.set.correlations().len() as u64),
            grouped(loaded.n_refused()),
        );
        let mut table = Table::new(&["level", "state", "from", "rule", "title"]);
        for one in listed.iter().filter(|one| self.wants(one)) {
            one.show(global, &mut table)?;
        }
        if self.wants_refused() {
            for problem in loaded.problems.iter().filter(|problem| !problem.warning) {
                if global.json {
                    output::json(&serde_json::json!({
                        "state": "refused", "file": problem.file, "line": problem.place.line,
                        "code": problem.code.name(), "why": problem.to_string(),
                    }))?;
                }
                let cells = ["", State::Refused.name(), from(&problem.file), "", &problem.to_string()];
                table.row(cells.map(output::visible));
            }
        }
        if !global.json {
            table.print()?;
            output::line(figures)?;
        }
        Ok(ExitCode::SUCCESS)
    }

    fn wants(&self, one: &Listed<'_>) -> bool {
        let about = one.about;
        let has = |text: &String| {
            let text = text.to_lowercase();
            about.title.to_lowercase().contains(&text) || about.id.contains(&text)
        };
        let is_below = |wanted: &String, id: &String| {
            let wanted = wanted.to_uppercase();
            *id == wanted || id.strip_prefix(&wanted).is_some_and(|rest| rest.starts_with('.'))
        };
        self.state().is_none_or(|state| state == one.state)
            && self.level.is_none_or(|level| about.severity() >= level)
            && self.containing.as_ref().is_none_or(has)
            && self.technique.as_ref().is_none_or(|wanted| about.techniques().any(|id| is_below(wanted, &id)))
    }

    /// What could not be read has neither level nor technique.
    fn wants_refused(&self) -> bool {
        let asks_for_more = self.level.is_some() || self.technique.is_some() || self.containing.is_some();
        self.state().map_or(!asks_for_more, |state| state == State::Refused)
    }

    fn state(&self) -> Option<State> {
        if self.inert { Some(State::Inert) } else { self.state }
    }
}

fn listed<'a>(loaded: &'a LoadedRules, fired: &BTreeMap<String, Fired>) -> Vec<Listed<'a>> {
    let inert = loaded.inert();
    let rules = loaded.set.rules().iter().enumerate().map(|(number, rule)| (&rule.about, inert.get(&number)));
    let correlations = loaded.set.correlations().iter().map(|one| (&one.about, None));
    let listed = rules.chain(correlations).map(|(about, inert)| {
        let fired = fired.get(&about.id).copied().unwrap_or_default();
        let (state, why) = match inert {
            Some(why) => (State::Inert, Some(why.to_string())),
            None if fired.is_noisy() => (State::Noisy, Some(told(fired))),
            None => (State::Live, None),
        };
        Listed { about, state, why, fired }
    });
    listed.collect()
}

fn told(fired: Fired) -> String {
    format!("{:.0} findings a day, on {} subjects", fired.a_day, grouped(fired.n_subjects))
}

fn from(file: &str) -> &'static str {
    if LoadedRules::is_of_pack(file) { "margay" } else { "own" }
}

impl Listed<'_> {
    fn show(&self, global: &Global, table: &mut Table) -> Result<()> {
        let about = self.about;
        if global.json {
            return output::json(&serde_json::json!({
                "id": about.id, "title": about.title, "level": about.severity().name(), "state": self.state.name(),
                "why": self.why, "techniques": about.techniques().collect::<Vec<_>>(), "tags": about.tags,
                "from": from(&about.file), "file": about.file, "status": about.status,
                "n_findings": self.fired.n_findings, "n_subjects": self.fired.n_subjects,
            }));
        }
        let title = self.why.as_ref().map_or_else(|| about.title.clone(), |why| format!("{}: {why}", about.title));
        let cells = [about.severity().name(), self.state.name(), from(&about.file), &about.id, &title];
        table.row(cells.map(output::visible));
        Ok(())
    }
}
