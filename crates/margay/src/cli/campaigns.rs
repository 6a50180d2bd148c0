//! `margay campaigns`: threat events that belong together, why, and what analysts decide of it.

use std::{collections::BTreeMap, path::PathBuf, process::ExitCode};

use clap::{Args, Subcommand};
use engine::{Campaign, CampaignEvent, CampaignWord, Engine, Error, Result};
use schema::ThreatEvent;

use super::{
    Global,
    events::{field, minute, short},
};
use crate::output::{self, Table, bold, visible};

/// See which threat events belong together and why, join and split them, export a campaign as an attack flow
#[derive(Debug, Args)]
pub(crate) struct Campaigns {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List campaigns, the last ones first
    List {
        /// At most so many
        #[arg(long, default_value_t = 100)]
        limit: u32,
    },
    /// Show one campaign: its events in order, why each is in it, and what would make it wrong
    #[command(after_help = "Example: margay campaigns show 3f2a")]
    Show {
        /// Id of the campaign, or a beginning of it that is unique
        id: String,
    },
    /// Decide that campaigns and events belong together; every later run obeys
    #[command(
        after_help = "Example: margay campaigns join 3f2a 90bc --reason 'same operator, seen in the mail header'"
    )]
    Join {
        /// Ids of campaigns or events, or beginnings of them
        #[arg(required = true, num_args = 2..)]
        ids: Vec<String>,
        #[command(flatten)]
        word: Word,
    },
    /// Decide that some events do not belong to the rest of their campaign; every later run obeys
    #[command(after_help = "Example: margay campaigns split 3f2a --event 77aa --reason 'our own test'")]
    Split {
        /// Id of the campaign, or a beginning of it that is unique
        id: String,
        /// Events that do not belong to the others
        #[arg(long = "event", value_name = "ID", required = true)]
        events: Vec<String>,
        #[command(flatten)]
        word: Word,
    },
    /// Take a decision back
    Undo {
        /// Number of the decision, as `decisions` lists it
        number: i64,
    },
    /// List what analysts have decided
    Decisions,
    /// Show what has become of campaigns: begun, grown, merged, split
    History {
        /// Id of a campaign, also of one that is no more; all where it is not given
        id: Option<String>,
        /// At most so many lines
        #[arg(long, default_value_t = 200)]
        limit: u32,
    },
    /// Put all threat events together anew
    Update,
    /// Write a campaign as Attack Flow 2.0, a STIX 2.1 bundle
    #[command(after_help = "Example: margay campaigns flow 3f2a --out flow.json")]
    Flow {
        /// Id of the campaign, or a beginning of it that is unique
        id: String,
        /// File to write; standard output where it is not given
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Take the names of our hosts and accounts out
        #[arg(long)]
        conceal: bool,
    },
}

#[derive(Debug, Args)]
struct Word {
    /// How you know, in a few words
    #[arg(long)]
    reason: String,
    /// Who says so
    #[arg(long, env = "USER", default_value = "unknown")]
    by: String,
}

impl Campaigns {
    pub(crate) async fn run(self, global: &Global) -> Result<ExitCode> {
        let engine = global.engine().await?;
        let json = global.json;
        match self.action {
            Action::List { limit } => list(&engine.campaigns(limit).await?, json)?,
            Action::Show { id } => show(&engine, &id, json).await?,
            Action::Join { ids, word } => decided(engine.join_campaigns(&ids, &word.by, &word.reason).await?, json)?,
            Action::Split { id, events, word } => {
                decided(engine.split_campaign(&id, &events, &word.by, &word.reason).await?, json)?;
            }
            Action::Undo { number } => engine.undo_decision(number).await?,
            Action::Decisions => decisions(&engine, json).await?,
            Action::History { id, limit } => history(&engine, id.as_deref(), limit, json).await?,
            Action::Update => {
                let report = engine.correlate().await?;
                if json {
                    output::json(&report)?;
                } else {
                    output::line(format!(
                        "{} campaigns of {} threat events; {} new or changed",
                        report.campaigns, report.events, report.written
                    ))?;
                }
            }
            Action::Flow { id, out, conceal } => flow(&engine, &id, out, conceal).await?,
        }
        engine.close().await;
        Ok(ExitCode::SUCCESS)
    }
}

fn list(campaigns: &[Campaign], json: bool) -> Result<()> {
    if json {
        return campaigns.iter().try_for_each(output::json);
    }
    if campaigns.is_empty() {
        return output::line("No campaigns: no threat events belong together, as far as what they share can tell.");
    }
    let mut table = Table::new(&["id", "name", "events", "first seen", "last seen", "held by"]).numbers(&[2]);
    for campaign in campaigns {
        let held = campaign.shared.iter().take(2).map(|thing| visible(&thing.value)).collect::<Vec<_>>().join(", ");
        table.row([
            short(&campaign.id),
            campaign.name.clone(),
            campaign.thread.len().to_string(),
            minute(campaign.first_seen),
            minute(campaign.last_seen),
            held,
        ]);
    }
    table.print()
}

async fn show(engine: &Engine, id: &str, json: bool) -> Result<()> {
    let campaign = engine.campaign(id).await?;
    if json {
        return output::json(&campaign);
    }
    let events: BTreeMap<String, ThreatEvent> =
        engine.events_of_campaign(&campaign).await?.into_iter().map(|event| (event.id.clone(), event)).collect();
    let mut lines = vec![
        bold(&format!("Campaign {}", campaign.name)),
        field("id", &campaign.id),
        field("seen", &format!("{} to {}", campaign.first_seen, campaign.last_seen)),
        field("events", &campaign.thread.len().to_string()),
    ];
    for (title, sentences) in
        [("Why these belong together", &campaign.because), ("What would make it wrong", &campaign.unless)]
    {
        lines.push(String::new());
        lines.push(bold(title));
        lines.extend(sentences.iter().map(|sentence| format!("  - {}", visible(sentence))));
    }
    lines.push(String::new());
    lines.push(bold("Activity thread"));
    for step in &campaign.thread {
        let title = events.get(&step.event).map_or("", |event| event.title.as_str());
        lines.push(format!("  {}  {}  {}", minute(step.at), short(&step.event), visible(title)));
        let Some(arc) = &step.after else { continue };
        let firm = if arc.is_firm { "" } else { ", only by what can be planted" };
        if arc.decided {
            lines.push("      in it because an analyst has said so".to_owned());
            continue;
        }
        lines.push(format!("      follows {} ({:+.1} bits{firm}):", short(&arc.event), arc.bits));
        lines.extend(
            arc.reasons.iter().map(|reason| format!("        {:+5.1}  {}", reason.bits, visible(&reason.what))),
        );
    }
    output::line(lines.join("\n"))?;
    output::remark(format!("Who may be behind it: margay attribute {}", short(&campaign.id)));
    Ok(())
}

fn decided(number: i64, json: bool) -> Result<()> {
    if json {
        return output::json(&serde_json::json!({ "decision": number }));
    }
    output::line(format!("decision {number}; `margay campaigns undo {number}` takes it back"))
}

async fn decisions(engine: &Engine, json: bool) -> Result<()> {
    let decisions = engine.campaign_decisions().await?;
    if json {
        return decisions.iter().try_for_each(output::json);
    }
    let mut table = Table::new(&["number", "given", "by", "decision", "reason", "taken back"]).numbers(&[0]);
    for one in &decisions {
        let says = match &one.decision {
            CampaignWord::Join { events } => format!("{} events are one campaign", events.len()),
            CampaignWord::Apart { events, others } => format!("{} events apart from {}", events.len(), others.len()),
        };
        table.row([
            one.number.to_string(),
            minute(one.given_at),
            visible(&one.given_by),
            says,
            visible(&one.reason),
            one.revoked_at.map_or_else(String::new, minute),
        ]);
    }
    table.print()
}

async fn history(engine: &Engine, id: Option<&str>, limit: u32, json: bool) -> Result<()> {
    // A campaign that is no more has its history too, under its whole id.
    let id = match id {
        Some(id) if id.starts_with("campaign--") => Some(id.to_owned()),
        Some(id) => Some(engine.campaign(id).await?.id),
        None => None,
    };
    let changes = engine.campaign_changes(id.as_deref(), limit).await?;
    if json {
        return changes.iter().try_for_each(output::json);
    }
    let mut table = Table::new(&["when", "campaign", "what"]);
    for change in &changes {
        table.row([minute(change.changed_at), short(change.change.campaign()), said(&change.change)]);
    }
    table.print()
}

fn said(change: &CampaignEvent) -> String {
    let n = |events: &[String]| match events.len() {
        1 => "1 event".to_owned(),
        n => format!("{n} events"),
    };
    match change {
        CampaignEvent::Began { events, .. } => format!("began with {}", n(events)),
        CampaignEvent::SplitFrom { from, events, .. } => format!("split from {} with {}", short(from), n(events)),
        CampaignEvent::Grew { events, .. } => format!("grew by {}", n(events)),
        CampaignEvent::Took { from, events, .. } => format!("took {} from {}", n(events), short(from)),
        CampaignEvent::Lost { events, .. } => format!("lost {}", n(events)),
        CampaignEvent::Ended { into: Some(into), .. } => format!("went into {}", short(into)),
        CampaignEvent::Ended { into: None, .. } => "ended: nothing holds it together".to_owned(),
    }
}

async fn flow(engine: &Engine, id: &str, out: Option<PathBuf>, conceal: bool) -> Result<()> {
    let flow = engine.attack_flow(id, conceal).await?;
    if flow.withheld > 0 {
        output::remark(format!("{} events are marked too strictly to leave and were left out", flow.withheld));
    }
    match out {
        None => output::line(flow.bundle),
        Some(path) => std::fs::write(&path, flow.bundle)
            .map_err(|error| Error::machine(format!("could not write {}", path.display())).detail(error)),
    }
}
