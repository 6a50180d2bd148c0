//! `margay events state`, `assign`, `comment` and the like: changes of the work on one event or on many.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use engine::{Engine, Error, EventChange, EventState, EventsMeant, HistoryLine, Result, WorkOrder, Worked, WorkedOn};
use serde_json::Value;

use super::{FilterArgs, minute, short};
use crate::output::{self, Table, visible};

/// Which events, by whom, and whether it is meant.
#[derive(Debug, Args)]
pub(super) struct Meant {
    /// Ids of events, or beginnings of them; where there are none, the options say which
    ids: Vec<String>,
    #[command(flatten)]
    filter: FilterArgs,
    /// Who does it
    #[arg(long, env = "USER", default_value = "unknown")]
    by: String,
    /// Only if the event is still at this version, which `events show` tells
    #[arg(long, value_name = "N")]
    version: Option<i64>,
    /// Say what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Order {
    /// Say where the work on events stands; a state that is a verdict is one that `margay learn` learns from
    #[command(after_help = "\
Examples:
  margay events state triaged 3f2a 90bc --reason 'looked at it'
  margay events state false-positive --technique T1046 --assignee ann --reason 'our scanner' --dry-run
  margay events state closed 3f2a --reason 'host rebuilt'")]
    State {
        /// triaged, confirmed, false-positive, benign-true-positive or closed
        state: EventState,
        /// How you know, in a few words
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        meant: Meant,
    },
    /// Give events to a person or team; `nobody` takes them back
    #[command(after_help = "Example: margay events assign ann 3f2a 90bc")]
    Assign {
        who: String,
        #[command(flatten)]
        meant: Meant,
    },
    /// Write something down about events
    #[command(after_help = "Example: margay events comment 'asked the owner of the host' 3f2a")]
    Comment {
        text: String,
        #[command(flatten)]
        meant: Meant,
    },
    /// Tag events
    #[command(after_help = "Example: margay events tag ransomware 3f2a 90bc")]
    Tag {
        /// One word, in lower case
        name: String,
        #[command(flatten)]
        meant: Meant,
    },
    /// Take a tag off events
    Untag {
        name: String,
        #[command(flatten)]
        meant: Meant,
    },
    /// Make events parts of another one
    #[command(after_help = "Example: margay events link 3f2a 90bc 77aa   (90bc and 77aa are parts of 3f2a)")]
    Link {
        /// The event that they are parts of
        parent: String,
        #[command(flatten)]
        meant: Meant,
    },
    /// Make events parts of nothing again
    Unlink {
        #[command(flatten)]
        meant: Meant,
    },
    /// Say that events are duplicates of another one; `split` takes it back
    #[command(
        after_help = "Example: margay events merge 3f2a 90bc 77aa --reason 'same beacon'   (3f2a is the original)"
    )]
    Merge {
        /// The event that says the same
        original: String,
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        meant: Meant,
    },
    /// Take a merge back: state and verdict are what they were before
    Split {
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        meant: Meant,
    },
}

impl Order {
    pub(super) async fn run(self, engine: &Engine, json: bool) -> Result<ExitCode> {
        let (change, meant) = self.parts();
        let dry_run = meant.dry_run;
        let order = WorkOrder { change, by: meant.by.clone(), version: meant.version, dry_run };
        let done = engine.work_on(&meant.events()?, &order).await?;
        let n_refused = done.iter().filter(|one| matches!(one.worked, Worked::Refused { .. })).count();
        if json {
            done.iter().try_for_each(output::json)?;
        } else {
            print(&done, dry_run)?;
        }
        Ok(if n_refused > 0 { ExitCode::from(2) } else { ExitCode::SUCCESS })
    }

    fn parts(self) -> (EventChange, Meant) {
        match self {
            Self::State { state, reason, meant } => (EventChange::State { to: state, reason }, meant),
            Self::Assign { who, meant } => (EventChange::Assign { to: Some(who).filter(|who| who != "nobody") }, meant),
            Self::Comment { text, meant } => (EventChange::Comment { text }, meant),
            Self::Tag { name, meant } => (EventChange::Tag { tag: name }, meant),
            Self::Untag { name, meant } => (EventChange::Untag { tag: name }, meant),
            Self::Link { parent, meant } => (EventChange::Link { parent }, meant),
            Self::Unlink { meant } => (EventChange::Unlink, meant),
            Self::Merge { original, reason, meant } => (EventChange::Merge { into: original, reason }, meant),
            Self::Split { reason, meant } => (EventChange::Split { reason }, meant),
        }
    }
}

impl Meant {
    /// Never all events because nothing was said.
    fn events(&self) -> Result<EventsMeant> {
        match (self.ids.is_empty(), self.filter.is_empty()) {
            (true, true) => Err(Error::usage("no events are named").hint(
                "give ids, or say which: --severity, --technique, --state ...; --dry-run shows what would change",
            )),
            (false, false) => {
                Err(Error::usage("events are named both by id and by options").hint("choose one of them"))
            }
            (false, true) => Ok(EventsMeant::Ids(self.ids.clone())),
            (true, false) => Ok(EventsMeant::Filter(Box::new(self.filter.filter(None)))),
        }
    }
}

/// Events that are named one by one where many are changed.
const NAMED_MAX: usize = 20;

fn print(done: &[WorkedOn], dry_run: bool) -> Result<()> {
    let (mut n_changed, mut n_same) = (0_u64, 0_u64);
    for (one, place) in done.iter().zip(0..) {
        let id = short(&one.event_id);
        let says = match &one.worked {
            Worked::Changed { version, state } => {
                n_changed += 1;
                format!("{id}: {}, version {version}", state.words())
            }
            Worked::Same { .. } => {
                n_same += 1;
                format!("{id}: is so already")
            }
            Worked::Refused { why, hint } => {
                output::remark(visible(&format!("{id}: not done, {why}; {hint}")));
                continue;
            }
        };
        if place < NAMED_MAX {
            output::line(visible(&says))?;
        }
    }
    let n_refused = done.len() as u64 - n_changed - n_same;
    let would = if dry_run { "would be changed (dry run)" } else { "changed" };
    output::remark(format!(
        "{} {would}, {} were so already, {} not done",
        output::grouped(n_changed),
        output::grouped(n_same),
        output::grouped(n_refused)
    ));
    Ok(())
}

pub(super) async fn history(engine: &Engine, id: &str, json: bool) -> Result<()> {
    let event = engine.event(id).await?;
    print_history(&engine.work_history(&event.id).await?, json)
}

pub(in crate::cli) fn print_history(lines: &[HistoryLine], json: bool) -> Result<()> {
    if json {
        return lines.iter().try_for_each(output::json);
    }
    let mut table = Table::new(&["no", "when", "who", "change", "from", "to", "reason"]).numbers(&[0]);
    for line in lines {
        table.row([
            line.number.to_string(),
            minute(line.changed_at),
            line.changed_by.clone(),
            line.entry.change.clone(),
            said(&line.entry.before),
            said(&line.entry.after),
            line.entry.reason.clone(),
        ]);
    }
    table.print()
}

/// A value of history in words.
fn said(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Object(fields) => {
            let parts: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", said(value))).collect();
            parts.join(" ")
        }
        other => other.to_string(),
    }
}
