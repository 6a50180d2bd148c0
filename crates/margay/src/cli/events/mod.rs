//! `margay events`: the threat events that were found, and the work on them.

mod filter;
mod import;
mod show;
mod work;

use std::{collections::BTreeMap, process::ExitCode};

use clap::{Args, Subcommand};
use engine::{Engine, EventFilter, EventJudgement, EventState, EventWork, Result};
use schema::{ThreatEvent, Timestamp};

use super::Global;
use crate::output::{self, Table, probability, visible};

pub(crate) use filter::FilterArgs;
pub(crate) use show::{chance, field};
pub(in crate::cli) use work::print_history;

/// List and show threat events
#[derive(Debug, Args)]
pub(crate) struct Events {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List threat events, the most severe first
    #[command(after_help = "\
Examples:
  margay events list --severity high
  margay events list --technique T1071 --since 2026-11-20 --json
  margay events list --containing evil.example")]
    List(List),
    /// Show one threat event: evidence, Diamond, why it was found, what would make it wrong
    #[command(after_help = "Example: margay events show 3f2a")]
    Show {
        /// Id of the event, or a beginning of it that is unique
        id: String,
        /// Show the original records too
        #[arg(long)]
        raw: bool,
    },
    /// Say what an event turned out to be: a label that `margay learn` learns from
    #[command(after_help = "\
Examples:
  margay events verdict 3f2a true-positive --reason 'implant found on disk'
  margay events verdict 90bc benign --reason 'our vulnerability scanner'
  margay events verdict 90bc open --reason 'judged the wrong one'")]
    Verdict(Verdict),
    /// Take over events that another system has reported; a second time changes nothing
    #[command(after_help = "\
Columns (CSV) or fields (NDJSON): title, severity, first_seen; and where known id, description, category, confidence,
last_seen, techniques, targets, indicators, tags, tlp, source, dataset. Lists in CSV are cut by semicolons.

Examples:
  margay events import alerts.csv --source edr --dry-run
  margay events import alerts.ndjson --source siem --tlp amber")]
    Import(import::Import),
    #[command(flatten)]
    Work(work::Order),
    /// Show all that was done about an event: who, when, from what to what
    #[command(after_help = "Example: margay events history 3f2a")]
    History {
        /// Id of the event, or a beginning of it that is unique
        id: String,
    },
}

#[derive(Debug, Args)]
struct Verdict {
    /// Id of the event, or a beginning of it that is unique
    id: String,
    /// true-positive, benign (it is what it says, and meant), false-positive, or open to take a verdict back
    verdict: EventJudgement,
    /// How you know, in a few words
    #[arg(long)]
    reason: String,
    /// Who says so
    #[arg(long, env = "USER", default_value = "unknown")]
    by: String,
}

#[derive(Debug, Args)]
struct List {
    #[command(flatten)]
    filter: FilterArgs,
    /// At most so many
    #[arg(long, default_value_t = 100)]
    limit: u32,
    /// The next page: what is listed behind the event of this whole id
    #[arg(long, value_name = "ID")]
    after: Option<String>,
}

impl Events {
    pub(crate) async fn run(self, global: &Global) -> Result<ExitCode> {
        let engine = global.engine().await?;
        match self.action {
            Action::List(list) => list.run(&engine, global.json).await?,
            Action::Show { id, raw } => show::show(&engine, &id, raw, global.json).await?,
            Action::Verdict(verdict) => verdict.run(&engine, global.json).await?,
            Action::Import(import) => {
                let done = import.run(&engine, global.json).await;
                engine.close().await;
                return done;
            }
            Action::Work(order) => {
                let done = order.run(&engine, global.json).await;
                engine.close().await;
                return done;
            }
            Action::History { id } => work::history(&engine, &id, global.json).await?,
        }
        engine.close().await;
        Ok(ExitCode::SUCCESS)
    }
}

impl Verdict {
    async fn run(self, engine: &Engine, json: bool) -> Result<()> {
        let event = engine.event(&self.id).await?;
        let verdict = engine.judge_event(&event.id, self.verdict, &self.by, &self.reason).await?;
        if json {
            return output::json(&serde_json::json!({ "event_id": event.id, "verdict": verdict }));
        }
        output::line(format!("{}: {}", verdict.judgement.words(), visible(&event.title)))?;
        output::remark("`margay learn` says what the verdicts teach so far.");
        Ok(())
    }
}

impl List {
    async fn run(self, engine: &Engine, json: bool) -> Result<()> {
        let filter = EventFilter { after: self.after.clone(), ..self.filter.filter(Some(self.limit)) };
        let events = engine.events(&filter).await?;
        let work = engine.work_of_events(&events).await?;
        if json {
            return events.iter().try_for_each(|event| output::json(&with_work(event, work.get(&event.id))));
        }
        print_worked(&events, &work)?;
        print_leads(engine.count_leads().await?);
        Ok(())
    }
}

/// An event with what people have made of it.
fn with_work(event: &ThreatEvent, work: Option<&EventWork>) -> serde_json::Value {
    let mut value = serde_json::json!(event);
    value["work"] = serde_json::json!(work.cloned().unwrap_or_default());
    value
}

/// Techniques in one line of the list; `events show` names all of them.
const TECHNIQUES_SHOWN: usize = 3;

/// Hex digits of an id that are shown: enough to be unique among thousands.
const SHORT_ID: usize = 8;

pub(crate) fn print_list(events: &[ThreatEvent]) -> Result<()> {
    print_worked(events, &BTreeMap::new())
}

fn print_worked(events: &[ThreatEvent], work: &BTreeMap<String, EventWork>) -> Result<()> {
    if events.is_empty() {
        return output::line("No threat events. `margay detect` looks for them; `margay check` says what it can see.");
    }
    let mut columns = vec!["id", "severity", "conf", "q", "technique", "phase", "first seen", "what"];
    if !work.is_empty() {
        columns.extend(["state", "assigned", "tags"]);
    }
    let mut table = Table::new(&columns).numbers(&[2, 3]);
    for event in events {
        let phase = event.phases.first().map_or("", |phase| phase.name());
        let mut row = vec![
            short(&event.id),
            event.severity.to_string(),
            event.confidence.to_string(),
            probability(event.q_value),
            techniques(event),
            phase.to_owned(),
            minute(event.first_seen),
            event.title.clone(),
        ];
        if !work.is_empty() {
            row.extend(worked(work.get(&event.id)));
        }
        table.row(row);
    }
    table.print()
}

fn worked(work: Option<&EventWork>) -> [String; 3] {
    let Some(work) = work else { return [EventState::New.words().to_owned(), String::new(), String::new()] };
    let tags: Vec<&str> = work.tags.iter().map(String::as_str).collect();
    [work.state.words().to_owned(), work.assignee.clone().unwrap_or_default(), tags.join(" ")]
}

/// The first techniques of an event, and how many there are beside them.
fn techniques(event: &ThreatEvent) -> String {
    let ids: Vec<&str> = event.techniques.iter().map(|claim| claim.id.as_str()).collect();
    match ids.split_at_checked(TECHNIQUES_SHOWN) {
        Some((first, others)) if !others.is_empty() => format!("{} +{}", first.join(" "), others.len()),
        _ => ids.join(" "),
    }
}

/// Findings that do not carry an event are still worth a look where nothing else was found.
pub(crate) fn print_leads(n_leads: u64) {
    if n_leads > 0 {
        output::remark(format!(
            "{n_leads} leads beside them, which the evidence hints at and does not carry: margay sql \"SELECT subject, \
             object, score, q_value, because FROM findings WHERE event_id IS NULL ORDER BY score DESC\""
        ));
    }
}

/// The start of an id after its kind.
pub(crate) fn short(id: &str) -> String {
    id.split("--").last().unwrap_or(id).chars().take(SHORT_ID).collect()
}

/// An instant to the minute.
pub(super) fn minute(instant: Timestamp) -> String {
    instant.to_string().chars().take(16).collect::<String>().replace('T', " ")
}
