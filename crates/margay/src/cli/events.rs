//! `margay events`: the threat events that were found.

use std::{collections::BTreeSet, process::ExitCode};

use clap::{Args, Subcommand};
use engine::{Engine, EventFilter, EvidenceRow, Result};
use schema::{Finding, Severity, ThreatEvent, Timestamp, Vertex};

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
    /// Of this confidence or more, 0 to 100
    #[arg(long, value_name = "N")]
    confidence: Option<u8>,
    /// At most so many
    #[arg(long, default_value_t = 100)]
    limit: u32,
}

impl Events {
    pub(crate) async fn run(self, global: &Global) -> Result<ExitCode> {
        let engine = global.engine().await?;
        match self.action {
            Action::List(list) => {
                let events = engine.events(&list.filter()).await?;
                if global.json {
                    events.iter().try_for_each(output::json)?;
                } else {
                    print_list(&events)?;
                    print_leads(engine.count_leads().await?);
                }
            }
            Action::Show { id, raw } => show(&engine, &id, raw, global.json).await?,
        }
        engine.close().await;
        Ok(ExitCode::SUCCESS)
    }
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
    if events.is_empty() {
        return output::line("No threat events. `margay detect` looks for them; `margay check` says what it can see.");
    }
    let mut table =
        Table::new(&["id", "severity", "conf", "q", "technique", "phase", "first seen", "what"]).numbers(&[2, 3]);
    for event in events {
        let phase = event.phases.first().map_or("", |phase| phase.name());
        table.row([
            short(&event.id),
            event.severity.to_string(),
            event.confidence.to_string(),
            probability(event.q_value),
            techniques(event),
            phase.to_owned(),
            minute(event.first_seen),
            event.title.clone(),
        ]);
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
    if json {
        return output::json(&serde_json::json!({ "event": event, "findings": findings, "evidence": evidence }));
    }
    print_event(&event)?;
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
        let fields: Vec<String> = row.fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
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

fn field(name: &str, value: &str) -> String {
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
fn minute(instant: Timestamp) -> String {
    instant.to_string().chars().take(16).collect::<String>().replace('T', " ")
}
