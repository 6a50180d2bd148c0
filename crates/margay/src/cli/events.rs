//! `margay events`: the threat events that were found.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    process::ExitCode,
};

use clap::{Args, Subcommand};
use engine::{Engine, EventFilter, EventJudgement, EvidenceRow, Result};
use schema::{Chance, Finding, Severity, ThreatEvent, Timestamp, Vertex};

use super::Global;
use crate::output::{self, Table, bold, grouped, probability, visible};

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
    /// Still active at or after this time
    #[arg(long, value_name = "TIME")]
    since: Option<Timestamp>,
    /// Begun before this time
    #[arg(long, value_name = "TIME")]
    until: Option<Timestamp>,
    /// Of this severity or a higher one: informational, low, medium, high, critical
    #[arg(long)]
    severity: Option<Severity>,
    /// Of this ATT&CK technique or a sub-technique of it
    #[arg(long, value_name = "ID")]
    technique: Option<String>,
    /// With this text in a target, an indicator or the title
    #[arg(long, value_name = "TEXT")]
    containing: Option<String>,
    /// Without a verdict
    #[arg(long)]
    open: bool,
    /// Of this confidence or more, 0 to 100
    #[arg(long, value_name = "N")]
    confidence: Option<u8>,
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
            Action::List(list) => {
                let mut events = engine.events(&list.filter()).await?;
                let judged = engine.judgements().await?;
                events.retain(|event| !list.open || is_open(judged.get(&event.id)));
                if global.json {
                    events.iter().try_for_each(output::json)?;
                } else {
                    print_judged(&events, &judged)?;
                    print_leads(engine.count_leads().await?);
                }
            }
            Action::Show { id, raw } => show(&engine, &id, raw, global.json).await?,
            Action::Verdict(verdict) => verdict.run(&engine, global.json).await?,
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

/// Whether nobody has judged it, or the verdict was taken back.
fn is_open(judgement: Option<&EventJudgement>) -> bool {
    judgement.is_none_or(|judgement| *judgement == EventJudgement::Open)
}

impl List {
    fn filter(&self) -> EventFilter {
        EventFilter {
            since: self.since,
            until: self.until,
            severity: self.severity,
            technique: self.technique.clone(),
            containing: self.containing.clone(),
            confidence_min: self.confidence,
            limit: Some(self.limit),
            after: self.after.clone(),
        }
    }
}

/// Queries printed of an event's findings: those of other windows differ in their times only.
const QUERIES_SHOWN: usize = 3;

/// Rows of evidence that are shown unless more are asked for.
const EVIDENCE_SHOWN: usize = 10;

/// Techniques in one line of the list; `events show` names all of them.
const TECHNIQUES_SHOWN: usize = 3;

/// Hex digits of an id that are shown: enough to be unique among thousands.
const SHORT_ID: usize = 8;

pub(crate) fn print_list(events: &[ThreatEvent]) -> Result<()> {
    print_judged(events, &BTreeMap::new())
}

fn print_judged(events: &[ThreatEvent], judged: &BTreeMap<String, EventJudgement>) -> Result<()> {
    if events.is_empty() {
        return output::line("No threat events. `margay detect` looks for them; `margay check` says what it can see.");
    }
    let verdicts = events.iter().any(|event| judged.contains_key(&event.id));
    let mut columns = vec!["id", "severity", "conf", "q", "technique", "phase", "first seen", "what"];
    if verdicts {
        columns.push("verdict");
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
        if verdicts {
            row.push(judged.get(&event.id).map_or_else(String::new, |judgement| judgement.words().to_owned()));
        }
        table.row(row);
    }
    table.print()
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

async fn show(engine: &Engine, id: &str, raw: bool, json: bool) -> Result<()> {
    let event = engine.event(id).await?;
    let findings = engine.findings_behind(&event.id).await?;
    let evidence = engine.evidence(&event.evidence).await?;
    let verdicts = engine.verdicts_of_event(&event.id).await?;
    let campaign = engine.campaign_of(&event.id).await?;
    if json {
        return output::json(
            &serde_json::json!({ "event": event, "campaign": campaign.map(|campaign| campaign.id), "verdicts": verdicts,
                "findings": findings, "evidence": evidence }),
        );
    }
    print_event(&event)?;
    if let Some(campaign) = campaign {
        let says = format!("{} \"{}\", {} events", short(&campaign.id), campaign.name, campaign.thread.len());
        output::line(field("campaign", &says))?;
    }
    for verdict in &verdicts {
        let on = minute(verdict.given_at);
        let said = format!("{} by {} on {on}: {}", verdict.judgement.words(), verdict.given_by, verdict.reason);
        output::line(field("verdict", &said))?;
    }
    print_findings(&findings)?;
    print_evidence(&event, &evidence, raw)
}

fn print_event(event: &ThreatEvent) -> Result<()> {
    let mut lines = vec![
        bold(&visible(&event.title)),
        visible(&event.description),
        String::new(),
        field("id", &event.id),
        field("severity", &format!("{} – {}", event.severity, event.severity_because)),
        field("confidence", &format!("{} of 100", event.confidence)),
        field("p, q", &format!("{}, {}", probability(event.p_value), probability(event.q_value))),
        field("malicious", &chance(event.chance)),
        field("seen", &format!("{} to {}, {} records", event.first_seen, event.last_seen, grouped(event.n_records))),
        field("dataset", &event.dataset),
        field("marking", &event.tlp.to_string()),
        String::new(),
        bold(&format!("ATT&CK {}", event.attack_version)),
    ];
    for claim in &event.techniques {
        lines.push(format!(
            "  {} {} ({}), confidence {}",
            claim.id,
            visible(&claim.name),
            claim.tactics.join(", "),
            claim.confidence
        ));
    }
    let phases: Vec<String> = event.phases.iter().map(|phase| format!("{} {phase}", phase.number())).collect();
    lines.push(format!("  kill chain: {}", phases.join(", ")));
    lines.push(String::new());
    lines.push(bold("Diamond"));
    let diamond = &event.diamond;
    lines.push(vertex("adversary", &diamond.adversary));
    lines.push(vertex("capability", &diamond.capability));
    lines.push(vertex("infrastructure", &diamond.infrastructure));
    lines.push(vertex("victim", &diamond.victim));
    lines.push(field("  methodology", &diamond.methodology));
    for (title, sentences) in [
        ("Why it was found", &event.because),
        ("What would make it wrong", &event.unless),
        ("What to do next", &event.next_steps),
    ] {
        lines.push(String::new());
        lines.push(bold(title));
        lines.extend(sentences.iter().map(|sentence| format!("  - {}", visible(sentence))));
    }
    output::line(lines.join("\n"))
}

fn print_findings(findings: &[Finding]) -> Result<()> {
    output::line(format!("\n{}", bold("Findings")))?;
    let mut table = Table::new(&["detector", "window", "records", "score", "p", "q"]).numbers(&[2, 3, 4, 5]);
    for finding in findings {
        table.row([
            format!("{}@{}", finding.detector, finding.detector_version),
            format!("{} – {}", minute(finding.window.start), minute(finding.window.end)),
            grouped(finding.n_records),
            format!("{:.2}", finding.score),
            probability(finding.p_value),
            probability(finding.q_value),
        ]);
    }
    table.print()?;
    let queries: BTreeSet<&str> = findings.iter().filter_map(|finding| finding.query.as_deref()).collect();
    for query in queries.into_iter().take(QUERIES_SHOWN) {
        output::line(format!("  all records: margay sql \"{}\"", visible(query)))?;
    }
    Ok(())
}

fn print_evidence(event: &ThreatEvent, rows: &[EvidenceRow], raw: bool) -> Result<()> {
    output::line(format!("\n{} ({} of {} records)", bold("Evidence"), rows.len(), grouped(event.n_records)))?;
    for row in rows.iter().take(if raw { rows.len() } else { EVIDENCE_SHOWN }) {
        let chars = if raw { usize::MAX } else { FIELD_CHARS };
        let fields: Vec<String> =
            row.fields.iter().map(|(name, value)| format!("{name}={}", cut(value, chars))).collect();
        output::line(format!("  {} {} {}", row.observed_at, row.table, visible(&fields.join(" "))))?;
        if raw {
            output::line(format!("    {} {}", row.record_id, visible(&row.raw)))?;
        }
    }
    if !raw && rows.len() > EVIDENCE_SHOWN {
        output::remark(format!("{} more with --raw", rows.len() - EVIDENCE_SHOWN));
    }
    if rows.len() < event.evidence.len() {
        output::remark("Some of the evidence is no longer in the lake: it was past its retention.");
    }
    Ok(())
}

/// Characters of one field of evidence that are shown unless the raw records are asked for.
const FIELD_CHARS: usize = 200;

fn cut(text: &str, chars: usize) -> Cow<'_, str> {
    match text.char_indices().nth(chars) {
        Some((end, _)) => Cow::Owned(format!("{}…", text.get(..end).unwrap_or(text))),
        None => Cow::Borrowed(text),
    }
}

/// `0.86 (0.71 to 0.93), by verdicts on events like it`.
pub(crate) fn chance(chance: Option<Chance>) -> String {
    chance.map_or_else(
        || "unknown: too few verdicts on events like it".to_owned(),
        |chance| {
            format!("{:.2} ({:.2} to {:.2}), by verdicts on events like it", chance.value, chance.low, chance.high)
        },
    )
}

pub(super) fn field(name: &str, value: &str) -> String {
    format!("{name:<18}{}", visible(value))
}

fn vertex(name: &str, vertex: &Vertex) -> String {
    let says = if vertex.values.is_empty() {
        "unknown".to_owned()
    } else {
        format!("{} (confidence {})", vertex.values.join(", "), vertex.confidence)
    };
    field(&format!("  {name}"), &says)
}

/// The start of an id after its kind.
pub(crate) fn short(id: &str) -> String {
    id.split("--").last().unwrap_or(id).chars().take(SHORT_ID).collect()
}

/// An instant to the minute.
pub(super) fn minute(instant: Timestamp) -> String {
    instant.to_string().chars().take(16).collect::<String>().replace('T', " ")
}
