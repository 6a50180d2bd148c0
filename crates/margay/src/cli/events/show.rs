//! `margay events show`: one event with everything that is known of it.

use std::{borrow::Cow, collections::BTreeSet};

use engine::{Engine, EventWork, EvidenceRow, Result};
use schema::{Chance, Finding, ThreatEvent, Vertex};

use super::{minute, short};
use crate::output::{self, Table, bold, grouped, probability, visible};

/// Queries printed of an event's findings: those of other windows differ in their times only.
const QUERIES_SHOWN: usize = 3;

/// Rows of evidence that are shown unless more are asked for.
const EVIDENCE_SHOWN: usize = 10;

pub(super) async fn show(engine: &Engine, id: &str, raw: bool, json: bool) -> Result<()> {
    let event = engine.event(id).await?;
    let findings = engine.findings_behind(&event.id).await?;
    let evidence = engine.evidence(&event.evidence).await?;
    let verdicts = engine.verdicts_of_event(&event.id).await?;
    let campaign = engine.campaign_of(&event.id).await?;
    let work = engine.work_of_event(&event.id).await?;
    let cases = engine.cases_of_event(&event.id).await?;
    let (duplicates, parts) = engine.events_below(&event.id).await?;
    if json {
        return output::json(
            &serde_json::json!({ "event": event, "campaign": campaign.map(|campaign| campaign.id), "verdicts": verdicts,
                "work": work, "duplicates": duplicates, "parts": parts, "cases": cases.iter().map(|case| &case.id).collect::<Vec<_>>(), "findings": findings, "evidence": evidence }),
        );
    }
    print_event(&event)?;
    for tenancy in engine.known_as(&event).await? {
        output::line(field("host", &tenancy.words()))?;
    }
    if let Some(campaign) = campaign {
        let says = format!("{} \"{}\", {} events", short(&campaign.id), campaign.name, campaign.thread.len());
        output::line(field("campaign", &says))?;
    }
    print_work(&work, &duplicates, &parts)?;
    for case in &cases {
        output::line(field(&format!("case {}", case.number), &format!("{} ({})", case.title, case.severity)))?;
    }
    for verdict in &verdicts {
        let on = minute(verdict.given_at);
        let said = format!("{} by {} on {on}: {}", verdict.judgement.words(), verdict.given_by, verdict.reason);
        output::line(field("verdict", &said))?;
    }
    print_findings(&findings)?;
    print_evidence(&event, &evidence, raw)
}

fn print_work(work: &EventWork, duplicates: &[String], parts: &[String]) -> Result<()> {
    let shorts = |ids: &[String]| ids.iter().map(|id| short(id)).collect::<Vec<_>>().join(" ");
    let because = if work.reason.is_empty() { String::new() } else { format!(": {}", work.reason) };
    let mut lines = vec![field("state", &format!("{}{because} (version {})", work.state.words(), work.version))];
    let tags: Vec<&str> = work.tags.iter().map(String::as_str).collect();
    let said = [
        ("assigned to", work.assignee.clone().unwrap_or_default()),
        ("tags", tags.join(" ")),
        ("duplicate of", work.duplicate_of.as_deref().map(short).unwrap_or_default()),
        ("part of", work.parent.as_deref().map(short).unwrap_or_default()),
        ("duplicates", shorts(duplicates)),
        ("parts", shorts(parts)),
    ];
    lines.extend(said.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| field(name, value)));
    if work.n_comments > 0 {
        lines.push(field("comments", &format!("{}: margay events history shows them", work.n_comments)));
    }
    output::line(lines.join("\n"))
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

pub(crate) fn field(name: &str, value: &str) -> String {
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
