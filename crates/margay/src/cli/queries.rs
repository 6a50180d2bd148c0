//! `margay queries`: questions about events that are kept, and alerts on new answers.

use std::{process::ExitCode, time::Duration};

use clap::{Args, Subcommand};
use engine::{Alert, Engine, Error, NewQuery, Question, Result, Round, SavedQuery};

use super::{
    Global,
    events::{FilterArgs, minute, print_list},
    interrupt,
};
use crate::output::{self, Table, visible};

/// Keep questions about events, and be told of new answers
#[derive(Debug, Args)]
pub(crate) struct Queries {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Keep a question: options as of `events list`, or SQL that gives event ids
    #[command(after_help = "\
Examples:
  margay queries save severe --severity high --state new
  margay queries save severe --severity high --alert once --to soc
  margay queries save scans --technique T1046 --alert day --to soc
  margay queries save new-owners --sql 'SELECT event_id FROM event_work WHERE assignee IS NULL' --alert hour --to soc

A channel is where messages go; margay.toml has it:
  [channels.soc]
  url = \"https://chat.example/hooks/{secret}\"
  secret = \"env:SOC_HOOK\"")]
    Save(Box<Save>),
    /// List what is kept
    List,
    /// Show one query
    Show { name: String },
    /// List the events that answer a query now
    Run {
        name: String,
        /// At most so many
        #[arg(long, default_value_t = 100)]
        limit: u32,
    },
    /// Remove a query; messages that were made are sent all the same
    Remove { name: String },
    /// Tell of events that have begun to answer a query, each once, and send what could not be sent before
    #[command(after_help = "\
Examples:
  margay queries notify              (from a timer)
  margay queries notify --every 60   (until Ctrl-C)")]
    Notify {
        /// Go on, with a round every so many seconds
        #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86_400))]
        every: Option<u64>,
    },
    /// List messages, the newest first
    Outbox {
        #[arg(long, default_value_t = 50)]
        limit: u32,
        /// Try again what was given up
        #[arg(long)]
        retry: bool,
    },
}

#[derive(Debug, Args)]
struct Save {
    name: String,
    #[command(flatten)]
    filter: FilterArgs,
    /// Instead of options: a query whose answer has a column event_id
    #[arg(long, value_name = "QUERY")]
    sql: Option<String>,
    /// Tell of new answers: once (at the next round), or together by the hour or day
    #[arg(long, default_value = "never", value_parser = alert)]
    alert: Alert,
    /// Channel of margay.toml that is told
    #[arg(long, value_name = "CHANNEL")]
    to: Option<String>,
    /// Tell also of events that answer it already
    #[arg(long)]
    existing: bool,
    /// Who saves it
    #[arg(long, env = "USER", default_value = "unknown")]
    by: String,
}

fn alert(text: &str) -> std::result::Result<Alert, String> {
    text.parse()
}

impl Queries {
    pub(crate) async fn run(self, global: &Global) -> Result<ExitCode> {
        global.with_engine(async |engine| self.action.run(engine, global.json).await).await
    }
}

impl Action {
    async fn run(self, engine: &Engine, json: bool) -> Result<()> {
        match self {
            Self::Save(save) => save.run(engine, json).await,
            Self::List => list(&engine.saved_queries().await?, json),
            Self::Show { name } => output::json(&engine.saved_query(&name).await?),
            Self::Run { name, limit } => {
                let events = engine.run_query(&name, limit).await?;
                if json { events.iter().try_for_each(output::json) } else { print_list(&events) }
            }
            Self::Remove { name } => {
                engine.remove_query(&name).await?;
                if json { Ok(()) } else { output::line(format!("removed \"{}\"", visible(&name))) }
            }
            Self::Notify { every } => notify(engine, every, json).await,
            Self::Outbox { limit, retry } => outbox(engine, limit, retry, json).await,
        }
    }
}

impl Save {
    async fn run(self, engine: &Engine, json: bool) -> Result<()> {
        let question = match (self.sql, self.filter.is_empty()) {
            (Some(sql), true) => Question::Sql(sql),
            (Some(_), false) => {
                return Err(Error::usage("SQL and options ask two questions").hint("choose one of them"));
            }
            (None, _) => Question::Filter(Box::new(self.filter.filter(None))),
        };
        let new = NewQuery {
            name: self.name,
            question,
            alert: self.alert,
            channel: self.to,
            by: self.by,
            existing: self.existing,
        };
        let (query, known) = engine.save_query(&new).await?;
        if json {
            return output::json(&query);
        }
        output::line(format!("saved \"{}\"", visible(&query.name)))?;
        if known > 0 {
            output::remark(format!(
                "{} events answer it already and will not be told of; --existing tells of them too",
                output::grouped(known)
            ));
        }
        if query.alert != Alert::Never {
            output::remark("`margay queries notify` sends alerts; run it from a timer, or with --every 60.");
        }
        Ok(())
    }
}

fn list(queries: &[SavedQuery], json: bool) -> Result<()> {
    if json {
        return queries.iter().try_for_each(output::json);
    }
    let mut table = Table::new(&["name", "alert", "to", "saved", "by", "question"]);
    for query in queries {
        table.row([
            query.name.clone(),
            query.alert.name().to_owned(),
            query.channel.clone().unwrap_or_default(),
            minute(query.saved_at),
            query.saved_by.clone(),
            asked(&query.question),
        ]);
    }
    table.print()
}

/// A question in a line: what is not asked for is left out.
fn asked(question: &Question) -> String {
    match question {
        Question::Sql(sql) => sql.clone(),
        Question::Filter(filter) => {
            let value = serde_json::to_value(filter).unwrap_or_default();
            let mut parts = Vec::new();
            parts_of(&value, &mut parts);
            parts.join(" ")
        }
    }
}

fn parts_of(value: &serde_json::Value, parts: &mut Vec<String>) {
    let Some(fields) = value.as_object() else { return };
    for (name, value) in fields {
        match value {
            serde_json::Value::Object(_) => parts_of(value, parts),
            serde_json::Value::Null | serde_json::Value::Bool(false) => {}
            serde_json::Value::Array(items) if items.is_empty() => {}
            serde_json::Value::String(text) => parts.push(format!("{name}={text}")),
            other => parts.push(format!("{name}={other}")),
        }
    }
}

async fn notify(engine: &Engine, every: Option<u64>, json: bool) -> Result<()> {
    let stop = interrupt();
    loop {
        let round = engine.notify(&stop).await?;
        tell(&round, json)?;
        let Some(seconds) = every.filter(|_| !stop.requested()) else { return Ok(()) };
        for _ in 0..seconds {
            if stop.requested() {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }
}

fn tell(round: &Round, json: bool) -> Result<()> {
    if json {
        return output::json(round);
    }
    let Round { matched, made, sent, put_off, given_up } = round;
    output::line(format!("{matched} new answers, {made} messages made, {sent} sent"))?;
    if *put_off > 0 {
        output::remark(format!("{put_off} messages were not taken and will be tried again: margay queries outbox"));
    }
    if *given_up > 0 {
        output::remark(format!("{given_up} messages were given up: margay queries outbox --retry"));
    }
    Ok(())
}

async fn outbox(engine: &Engine, limit: u32, retry: bool, json: bool) -> Result<()> {
    if retry {
        let n = engine.retry_messages().await?;
        output::remark(format!("{n} messages will be tried again by the next `margay queries notify`"));
    }
    let messages = engine.outbox(limit).await?;
    if json {
        return messages.iter().try_for_each(output::json);
    }
    let mut table = Table::new(&["made", "to", "events", "state", "tries", "sent", "why not", "id"]).numbers(&[2, 4]);
    for message in &messages {
        table.row([
            minute(message.made_at),
            message.channel.clone(),
            message.n_events.to_string(),
            message.state.clone(),
            message.tries.to_string(),
            message.sent_at.map_or_else(String::new, minute),
            message.error.clone().unwrap_or_default(),
            message.id.clone(),
        ]);
    }
    table.print()
}
