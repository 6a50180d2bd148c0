//! `margay rules`: what rules there are, whether they are right, and what they would have found.

mod explain;
mod list;
mod noise;
mod shown;
mod test;
mod write;

use std::{collections::BTreeMap, path::PathBuf, process::ExitCode};

use clap::{Args, Subcommand};
use engine::{Error, LoadedRules, Result, RuleMatch as Match, now};
use schema::{Finding, Timestamp, Window};

use super::{Global, interrupt};
use crate::output::{self, bold, grouped};

/// Read, check and hunt with Sigma rules
///
/// `margay detect` holds the rules that come with Margay and those in the folder `rules` of the home folder against
/// every record.
#[derive(Debug, Args)]
pub(crate) struct Rules {
    /// pySigma pipeline that changes rules, beside those in the folder pipelines of the home folder
    #[arg(long = "pipeline", value_name = "FILE", global = true)]
    pipelines: Vec<PathBuf>,
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// List rules with their state: live, noisy, inert because no record here can ever match, refused
    List(list::List),
    /// Write a new rule and the skeleton of its examples
    New(write::New),
    /// Say what is wrong with rules, with line and column
    Check(Check),
    /// Run the examples beside rules: records that must match, and records that must not
    Test(test::Test),
    /// Show which part of a rule matched a record, and which did not
    Explain(explain::Explain),
    /// Say what would fire over the last 30 days, on whom, and which filter would calm it
    Noise(noise::Noise),
    /// Copy rules into the home folder, so that they are held against every record
    Add(write::Add),
    /// Hold every record of a period against rules; nothing is kept
    Hunt(Hunt),
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  margay rules check
  margay rules check my_rule.yml")]
struct Check {
    /// Files or folders [default: the folder rules of the home folder]
    paths: Vec<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  margay rules hunt
  margay rules hunt my_rule.yml --since 2026-11-01
  margay --json rules hunt sigma/rules
  margay rules hunt sigma/rules --matches > matches.ndjson")]
struct Hunt {
    /// Files or folders [default: the folder rules of the home folder]
    paths: Vec<PathBuf>,
    /// Records from here on, a date or an instant in UTC [default: all]
    #[arg(long, value_name = "TIME")]
    since: Option<Timestamp>,
    /// Records before this [default: now]
    #[arg(long, value_name = "TIME")]
    until: Option<Timestamp>,
    /// Every record that a rule matches, as NDJSON, instead of findings; correlations are not judged
    #[arg(long)]
    matches: bool,
    /// With the record as it came
    #[arg(long, requires = "matches")]
    raw: bool,
}

impl Rules {
    pub(crate) async fn run(self, global: &Global) -> Result<ExitCode> {
        let engine = global.engine().await?.with_pipelines(self.pipelines);
        let done = match self.what {
            What::List(list) => list.run(global, &engine).await,
            What::Check(check) => check.run(global, &engine).await,
            What::New(new) => new.run(global, &engine).await,
            What::Add(add) => add.run(global, &engine),
            What::Noise(noise) => noise.run(global, &engine).await,
            What::Test(test) => test.run(global, &engine),
            What::Explain(explain) => explain.run(global, &engine).await,
            What::Hunt(hunt) => hunt.run(global, &engine).await,
        };
        engine.close().await;
        done
    }
}

impl Check {
    async fn run(&self, global: &Global, engine: &engine::Engine) -> Result<ExitCode> {
        let loaded = engine.rules(&self.paths)?;
        shown::problems(global, &loaded.problems, &loaded.texts)?;
        shown::problems(global, &engine.lint_rules(&loaded).await?, &loaded.texts)?;
        let refused = loaded.n_refused();
        if !global.json {
            let inert = loaded.inert();
            for (number, why) in &inert {
                let title = loaded.set.rules().get(*number).map_or("", |rule| &rule.about.title);
                output::remark(output::visible(&format!("inert: {title}: {why}")));
            }
            output::line(format!("{} rules loaded, {refused} problems", grouped(loaded.set.rules().len() as u64)))?;
        }
        if refused > 0 {
            return Err(Error::input("some rules were refused").detail(format!("{refused} problems")));
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Hunt {
    async fn run(&self, global: &Global, engine: &engine::Engine) -> Result<ExitCode> {
        let loaded = engine.rules(&self.paths)?;
        if loaded.set.rules().is_empty() {
            return Err(Error::usage("there is no rule to hunt with")
                .hint("name a file or a folder, or put rules into the folder `rules` of the home folder"));
        }
        let until = self.until.unwrap_or_else(now);
        let window = Window::new(self.since.unwrap_or_default(), until);
        if self.matches {
            let show = |found: Match| output::json(&shown(&loaded, &found, self.raw));
            return engine.matches(&loaded.set, window, &interrupt(), show).await.map(|()| ExitCode::SUCCESS);
        }
        let hunted = engine.hunt(&loaded.set, window, &interrupt()).await?;
        if global.json {
            return hunted.findings.iter().try_for_each(output::json).map(|()| ExitCode::SUCCESS);
        }
        print(&hunted.findings)?;
        output::line(format!("{} records, {} findings", grouped(hunted.rows), grouped(hunted.findings.len() as u64)))?;
        if hunted.n_left_out > 0 {
            output::remark(format!("{} matches are left out; narrow the period", grouped(hunted.n_left_out)));
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn shown(loaded: &LoadedRules, found: &Match, with_raw: bool) -> serde_json::Value {
    let about = loaded.set.rules().get(found.rule).map(|rule| &rule.about);
    let mut shown = serde_json::json!({
        "rule_id": about.map(|about| &about.id), "title": about.map(|about| &about.title),
        "level": about.map(|about| about.severity().name()), "table": found.table, "record_id": found.record_id,
        "dataset": found.dataset, "observed_at": found.observed_at, "origin": found.origin,
    });
    if with_raw {
        shown["raw"] = found.raw.as_str().into();
    }
    shown
}

/// Subjects of one rule that are shown; the others are counted.
const SUBJECTS_SHOWN: usize = 5;

/// By rule: how often, and on whom most.
fn print(findings: &[Finding]) -> Result<()> {
    let mut rules: BTreeMap<(&str, &str), Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        // The title alone could be that of two rules.
        let label = |number: usize| finding.labels.get(number).map_or("", String::as_str);
        rules.entry((label(0), label(1))).or_default().push(finding);
    }
    let records = |of_rule: &[&Finding]| of_rule.iter().map(|finding| finding.n_records).sum::<u64>();
    let mut rules: Vec<_> = rules.into_iter().map(|(rule, of_rule)| (records(&of_rule), rule, of_rule)).collect();
    rules.sort_by(|a, b| (std::cmp::Reverse(a.0), a.1).cmp(&(std::cmp::Reverse(b.0), b.1)));
    for (n_records, (title, _), of_rule) in rules {
        let subjects = by_subject(&of_rule);
        output::line(format!(
            "{}  {}, {}",
            bold(&output::visible(title)),
            counted(n_records, "record", "records"),
            counted(subjects.len() as u64, "subject", "subjects")
        ))?;
        for (subject, (n, first, last)) in subjects.iter().take(SUBJECTS_SHOWN) {
            let period = if first == last { first.to_string() } else { format!("{first} to {last}") };
            output::line(output::visible(&format!("  {subject}: {}, {period}", counted(*n, "record", "records"))))?;
        }
        let more = subjects.len().saturating_sub(SUBJECTS_SHOWN);
        if more > 0 {
            output::line(format!("  and {} more", grouped(more as u64)))?;
        }
    }
    Ok(())
}

type Seen = (u64, Timestamp, Timestamp);

/// Records, first and last time of each subject; the one with most records first.
fn by_subject<'f>(of_rule: &[&'f Finding]) -> Vec<(&'f str, Seen)> {
    let mut subjects: BTreeMap<&str, Seen> = BTreeMap::new();
    for finding in of_rule {
        let seen = subjects.entry(&finding.subject.value).or_insert((0, finding.first_seen, finding.last_seen));
        *seen = (seen.0 + finding.n_records, seen.1.min(finding.first_seen), seen.2.max(finding.last_seen));
    }
    let mut subjects: Vec<_> = subjects.into_iter().collect();
    subjects.sort_by_key(|(name, seen)| (std::cmp::Reverse(seen.0), *name));
    subjects
}

fn counted(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(n), if n == 1 { one } else { many })
}
