//! `margay cases`: work that people do together about threat events.

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Subcommand};
use engine::{Case, CaseChange, CaseFilter, CaseOutcome, Engine, Error, ItemKind, NewCase, Result};
use schema::{Severity, Timestamp, Tlp};

use super::{
    Global,
    events::{field, minute, print_history, short},
};
use crate::output::{self, Table, bold, visible};

/// Work on cases: tasks, requests, notes, evidence, timeline
#[derive(Debug, Args)]
pub(crate) struct Cases {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Open a case about events or campaigns
    #[command(after_help = "\
Examples:
  margay cases new 'Beacons to evil.example' --event 3f2a --owner ann --due 2026-12-01
  margay cases new 'Intrusion at the branch' --campaign 90bc --severity critical --tlp amber")]
    New(New),
    /// List cases that are open, the worst first
    List {
        /// Also those that are closed
        #[arg(long)]
        all: bool,
        #[arg(long, value_name = "WHO")]
        owner: Option<String>,
        /// Only those past their deadline
        #[arg(long)]
        overdue: bool,
        #[arg(long, default_value_t = 100)]
        limit: u32,
    },
    /// Show a case with its tasks, requests, evidence and notes
    Show { case: String },
    /// Change title, description, severity, owner, deadline or marking
    Edit(Edit),
    /// Add evidence: events, campaigns, indicators, records, files
    #[command(after_help = "\
Examples:
  margay cases add 3 event 3f2a 90bc
  margay cases add 3 indicator domain:evil.example --note 'from the mail'
  margay cases add 3 record connections/5a7c0e1f2b3d4c5e-0000000000000a10
  margay cases add 3 file 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 --note 'disk image, safe 2'")]
    Add {
        case: String,
        /// event, campaign, indicator, record or file
        kind: ItemKind,
        #[arg(required = true)]
        values: Vec<String>,
        /// What it is, or why it is here
        #[arg(long, default_value = "")]
        note: String,
        #[command(flatten)]
        acting: Acting,
    },
    /// Take evidence out; history keeps that it was there
    Drop {
        case: String,
        kind: ItemKind,
        value: String,
        #[command(flatten)]
        acting: Acting,
    },
    /// Add a task, or say that one is done
    #[command(after_help = "\
Examples:
  margay cases task 3 'image the host' --assignee bob --due 2026-11-24
  margay cases task 3 --done 1")]
    Task {
        case: String,
        #[arg(required_unless_present_any = ["done", "undone"])]
        title: Option<String>,
        #[arg(long, value_name = "WHO")]
        assignee: Option<String>,
        #[arg(long, value_name = "TIME")]
        due: Option<Timestamp>,
        /// Number of the task that is done
        #[arg(long, value_name = "N", conflicts_with_all = ["title", "undone"])]
        done: Option<i64>,
        /// Number of the task that is not done after all
        #[arg(long, value_name = "N", conflicts_with = "title")]
        undone: Option<i64>,
        #[command(flatten)]
        acting: Acting,
    },
    /// Write something down; also in a case that is closed
    Note {
        case: String,
        text: String,
        #[command(flatten)]
        acting: Acting,
    },
    /// Ask another team, or write down its answer
    #[command(after_help = "\
Examples:
  margay cases rfi 3 'whose is 10.0.3.7?' --to network --due 2026-11-23
  margay cases rfi 3 'a printer in building B' --answer 1")]
    Rfi {
        case: String,
        /// The question, or the answer
        text: String,
        /// The team that is asked
        #[arg(long, value_name = "WHO", required_unless_present = "answer", conflicts_with = "answer")]
        to: Option<String>,
        #[arg(long, value_name = "TIME")]
        due: Option<Timestamp>,
        /// Number of the request that this answers
        #[arg(long, value_name = "N")]
        answer: Option<i64>,
        #[command(flatten)]
        acting: Acting,
    },
    /// Tell what happened and what was done, in the order of time
    Timeline { case: String },
    /// Show who changed what, when, from what to what
    History { case: String },
    /// Close a case
    #[command(after_help = "Example: margay cases close 3 resolved --reason 'host rebuilt, password changed'")]
    Close {
        case: String,
        /// resolved, benign, false-positive, duplicate or inconclusive
        outcome: CaseOutcome,
        #[arg(long)]
        reason: String,
        /// Although tasks or requests are open
        #[arg(long)]
        anyway: bool,
        #[command(flatten)]
        acting: Acting,
    },
    /// Open a closed case again
    Reopen {
        case: String,
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        acting: Acting,
    },
    /// Write a case for others, as a STIX 2.1 bundle
    #[command(after_help = "Example: margay cases share 3 --tlp green --conceal --out case.json")]
    Share {
        case: String,
        /// Leave out what is marked more strictly than this [default: from the configuration]
        #[arg(long)]
        tlp: Option<Tlp>,
        /// Take the names and addresses of our own hosts and accounts out
        #[arg(long)]
        conceal: bool,
        /// Write to this file
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

/// By whom, and on which version.
#[derive(Debug, Args)]
struct Acting {
    /// Who does it
    #[arg(long, env = "USER", default_value = "unknown")]
    by: String,
    /// Only if the case is still at this version, which `cases show` tells
    #[arg(long, value_name = "N")]
    version: Option<i64>,
}

#[derive(Debug, Args)]
struct New {
    title: String,
    #[arg(long)]
    description: Option<String>,
    /// [default: that of the worst event]
    #[arg(long)]
    severity: Option<Severity>,
    #[arg(long, value_name = "WHO")]
    owner: Option<String>,
    /// When it must be done
    #[arg(long, value_name = "TIME")]
    due: Option<Timestamp>,
    /// [default: the strictest of its events]
    #[arg(long)]
    tlp: Option<Tlp>,
    /// Events that it is about; several with commas
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    event: Vec<String>,
    /// Campaigns that it is about; several with commas
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    campaign: Vec<String>,
    /// Who opens it
    #[arg(long, env = "USER", default_value = "unknown")]
    by: String,
}

#[derive(Debug, Args)]
struct Edit {
    case: String,
    #[arg(long)]
    title: Option<String>,
    #[arg(long)]
    description: Option<String>,
    #[arg(long)]
    severity: Option<Severity>,
    /// `nobody` takes it back
    #[arg(long, value_name = "WHO")]
    owner: Option<String>,
    #[arg(long, value_name = "TIME")]
    due: Option<Timestamp>,
    #[arg(long)]
    tlp: Option<Tlp>,
    #[command(flatten)]
    acting: Acting,
}

impl Cases {
    pub(crate) async fn run(self, global: &Global) -> Result<ExitCode> {
        global.with_engine(async |engine| self.action.run(engine, global.json).await).await
    }
}

impl Action {
    async fn run(self, engine: &Engine, json: bool) -> Result<()> {
        let (case, changes, acting) = match self {
            Self::New(new) => return new.run(engine, json).await,
            Self::List { all, owner, overdue, limit } => {
                let overdue_at = overdue.then(engine::now);
                let filter = CaseFilter { closed: all, owner, overdue_at, limit: Some(limit) };
                return list(&engine.cases(&filter).await?, json);
            }
            Self::Show { case } => return show(engine, &case, json).await,
            Self::Timeline { case } => return timeline(engine, &case, json).await,
            Self::History { case } => {
                let case = engine.case(&case).await?;
                return print_history(&engine.work_history(&case.id).await?, json);
            }
            Self::Share { case, tlp, conceal, out } => return share(engine, &case, tlp, conceal, out).await,
            Self::Edit(edit) => edit.changes(),
            Self::Add { case, kind, values, note, acting } => {
                let add = |value| CaseChange::Add { kind, value, note: note.clone() };
                (case, values.into_iter().map(add).collect(), acting)
            }
            Self::Drop { case, kind, value, acting } => (case, vec![CaseChange::Remove { kind, value }], acting),
            Self::Task { case, title, assignee, due, done, undone, acting } => {
                let change = match (title, done, undone) {
                    (Some(title), ..) => CaseChange::Task { title, assignee, due_at: due },
                    (None, Some(number), _) => CaseChange::TaskDone { number, done: true },
                    (None, None, number) => CaseChange::TaskDone { number: number.unwrap_or(0), done: false },
                };
                (case, vec![change], acting)
            }
            Self::Note { case, text, acting } => (case, vec![CaseChange::Note(text)], acting),
            Self::Rfi { case, text, to, due, answer, acting } => {
                let change = match answer {
                    Some(number) => CaseChange::Answer { number, text },
                    None => CaseChange::Ask { to: to.unwrap_or_default(), question: text, due_at: due },
                };
                (case, vec![change], acting)
            }
            Self::Close { case, outcome, reason, anyway, acting } => {
                (case, vec![CaseChange::Close { outcome, reason, anyway }], acting)
            }
            Self::Reopen { case, reason, acting } => (case, vec![CaseChange::Reopen { reason }], acting),
        };
        if changes.is_empty() {
            return Err(Error::usage("nothing is to be changed").hint("--help shows what can be"));
        }
        let case = engine.work_on_case(&case, &changes, &acting.by, acting.version).await?;
        if json { output::json(&case) } else { output::line(in_a_line(&case)) }
    }
}

impl Edit {
    fn changes(self) -> (String, Vec<CaseChange>, Acting) {
        let changes = [
            self.title.map(CaseChange::Title),
            self.description.map(CaseChange::Describe),
            self.severity.map(CaseChange::Severity),
            self.owner.map(|owner| CaseChange::Owner(Some(owner).filter(|owner| owner != "nobody"))),
            self.due.map(|due| CaseChange::Due(Some(due))),
            self.tlp.map(CaseChange::Tlp),
        ];
        (self.case, changes.into_iter().flatten().collect(), self.acting)
    }
}

impl New {
    async fn run(self, engine: &Engine, json: bool) -> Result<()> {
        let new = NewCase {
            title: self.title,
            description: self.description,
            severity: self.severity,
            owner: self.owner,
            due_at: self.due,
            tlp: self.tlp,
            events: self.event,
            campaigns: self.campaign,
            by: self.by,
        };
        let case = engine.open_case(&new).await?;
        if json { output::json(&case) } else { output::line(in_a_line(&case)) }
    }
}

fn in_a_line(case: &Case) -> String {
    visible(&format!(
        "case {}, version {}: {} ({}, {})",
        case.number,
        case.version,
        case.title,
        case.severity,
        state(case)
    ))
}

fn state(case: &Case) -> String {
    case.closed.as_ref().map_or_else(|| "open".to_owned(), |closing| format!("closed as {}", closing.outcome.name()))
}

fn list(cases: &[Case], json: bool) -> Result<()> {
    if json {
        return cases.iter().try_for_each(output::json);
    }
    if cases.is_empty() {
        return output::line("No cases. `margay cases new TITLE --event ID` opens one.");
    }
    let mut table = Table::new(&["case", "severity", "title", "owner", "due", "state", "waiting", "evidence", "tlp"])
        .numbers(&[0, 6, 7]);
    for case in cases {
        table.row([
            case.number.to_string(),
            case.severity.to_string(),
            case.title.clone(),
            case.owner.clone().unwrap_or_default(),
            case.due_at.map_or_else(String::new, minute),
            state(case),
            case.n_waiting().to_string(),
            case.items.len().to_string(),
            case.tlp.to_string(),
        ]);
    }
    table.print()
}

async fn show(engine: &Engine, name: &str, json: bool) -> Result<()> {
    let case = engine.case(name).await?;
    let history = engine.work_history(&case.id).await?;
    let notes: Vec<_> = history.iter().filter(|line| line.entry.change == "note").collect();
    if json {
        return output::json(&serde_json::json!({ "case": case, "notes": notes }));
    }
    let mut lines = vec![
        bold(&visible(&format!("Case {}: {}", case.number, case.title))),
        visible(&case.description),
        String::new(),
        field("id", &case.id),
        field("state", &format!("{} (version {})", state(&case), case.version)),
        field("severity", case.severity.name()),
        field("owner", case.owner.as_deref().unwrap_or("nobody")),
        field("due", &case.due_at.map_or_else(|| "–".to_owned(), minute)),
        field("marking", &case.tlp.to_string()),
        field("opened", &format!("{} by {}", minute(case.opened_at), case.opened_by)),
    ];
    if let Some(closing) = &case.closed {
        let said = format!("{} by {}: {}", minute(closing.at), closing.by, closing.reason);
        lines.push(field("closed", &said));
    }
    for task in &case.tasks {
        let done = task.done.as_ref().map_or("open".to_owned(), |(at, by)| format!("done {} by {by}", minute(*at)));
        let for_whom = task.assignee.as_deref().unwrap_or("nobody");
        lines.push(field(&format!("task {}", task.number), &format!("{} ({for_whom}, {done})", task.title)));
    }
    for request in &case.requests {
        lines.push(field(&format!("request {}", request.number), &format!("to {}: {}", request.to, request.question)));
        let said =
            request.answer.as_ref().map(|answer| format!("{} ({}, {})", answer.text, answer.by, minute(answer.at)));
        lines.push(field("  answer", &said.unwrap_or_else(|| "none yet".to_owned())));
    }
    for item in &case.items {
        let value = match item.kind {
            ItemKind::Event | ItemKind::Campaign => short(&item.value),
            _ => item.value.clone(),
        };
        lines.push(field(item.kind.name(), format!("{value} {}", item.note).trim()));
    }
    for note in notes {
        let text = note.entry.after.as_str().unwrap_or_default();
        lines.push(field("note", &format!("{} by {}", minute(note.changed_at), note.changed_by)));
        lines.extend(text.lines().map(|line| format!("    {}", visible(line))));
    }
    output::line(lines.join("\n"))
}

async fn timeline(engine: &Engine, name: &str, json: bool) -> Result<()> {
    let case = engine.case(name).await?;
    let moments = engine.timeline(&case).await?;
    if json {
        return moments.iter().try_for_each(output::json);
    }
    let mut table = Table::new(&["when", "of", "who", "what"]);
    for moment in &moments {
        let who = moment.by.clone().unwrap_or_default();
        table.row([minute(moment.at), moment.kind.to_owned(), who, moment.what.clone()]);
    }
    table.print()
}

async fn share(engine: &Engine, name: &str, tlp: Option<Tlp>, conceal: bool, out: Option<PathBuf>) -> Result<()> {
    let shared = engine.share_case(name, tlp, conceal).await?;
    if shared.withheld > 0 {
        output::remark(format!("{} events are marked too strictly to leave and were left out", shared.withheld));
    }
    match out {
        None => output::line(shared.bundle),
        Some(path) => std::fs::write(&path, shared.bundle)
            .map_err(|error| Error::machine(format!("could not write {}", path.display())).detail(error)),
    }
}
