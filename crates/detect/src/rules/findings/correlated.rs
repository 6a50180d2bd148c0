//! What held for the groups of correlations, as findings: one for each correlation, dataset, group and window.

use schema::{Entity, EntityKind, Evidence, Finding, FindingBatch, Timestamp, Window, observe, stable_id};

use super::of_rule;
use crate::rules::{
    correlate::Occurrence,
    model::{Correlation, CorrelationKind},
    set::RuleSet,
};

/// Correlations are judged hour by hour behind the rules, so their findings are kept apart.
const DETECTOR: &str = "correlation";

/// Findings of one window; a flood beyond it keeps those of the highest level.
const MAX_FINDINGS: usize = 20_000;

/// Characters of one value that a sentence gives.
const MAX_SHOWN: usize = 80;

/// Findings of correlations that are reported by themselves, and how many were too many.
pub fn of_occurrences(set: &RuleSet, occurrences: &[Occurrence], window: Window) -> (Vec<Finding>, u64) {
    let mut reported: Vec<(&Correlation, &Occurrence)> = occurrences
        .iter()
        .filter(|occurrence| set.reports_correlation(occurrence.correlation))
        .filter_map(|occurrence| Some((set.correlations().get(occurrence.correlation)?, occurrence)))
        .collect();
    // The sort is stable: within a level the order is that of correlation and group.
    reported.sort_by_key(|(correlation, _)| std::cmp::Reverse(correlation.about.severity()));
    let n_left_out = reported.len().saturating_sub(MAX_FINDINGS) as u64;
    let findings = reported.into_iter().take(MAX_FINDINGS).map(|(correlation, one)| finding(correlation, one, window));
    (FindingBatch::new(findings.collect()).into_findings(), n_left_out)
}

fn finding(correlation: &Correlation, occurrence: &Occurrence, window: Window) -> Finding {
    let about = &correlation.about;
    let subject = subject(correlation, occurrence);
    let start = window.start.to_string();
    let mut parts = vec![DETECTOR, &about.id, &occurrence.dataset, &start];
    parts.extend(occurrence.group.iter().map(String::as_str));
    let others = occurrence.group.iter().filter_map(|value| observe::parse_ip(value));
    let others = others.map(|ip| Entity::new(EntityKind::Ip, ip.to_string())).filter(|other| *other != subject);
    let evidence = occurrence.evidence.iter();
    Finding {
        id: stable_id("finding", &parts),
        because: because(correlation, occurrence),
        first_seen: Timestamp::from_nanos(occurrence.first),
        last_seen: Timestamp::from_nanos(occurrence.last),
        n_records: occurrence.n_events,
        also: others.collect(),
        evidence: evidence
            .map(|(table, record_id)| Evidence { table: table.clone(), record_id: record_id.clone() })
            .collect(),
        statistics: vec![
            ("counted_max".to_owned(), occurrence.most),
            ("severity".to_owned(), about.severity().ocsf_id() as f64),
            ("windows".to_owned(), occurrence.n_windows as f64),
        ],
        ..of_rule(DETECTOR, about, occurrence.dataset.clone(), subject, window)
    }
}

/// `correlation "Many logons" held for User alice: at most 12 matches within 10m; 14 matches in all`.
fn because(correlation: &Correlation, occurrence: &Occurrence) -> String {
    let most = occurrence.most;
    let field = correlation.fields.join(", ");
    let n_rules = correlation.rules.len();
    let counted = match correlation.kind {
        CorrelationKind::EventCount => format!("up to {most} matches"),
        CorrelationKind::ValueCount => format!("up to {most} different values of {field}"),
        CorrelationKind::Temporal => format!("matches of {most} of {n_rules} rules"),
        CorrelationKind::TemporalOrdered => format!("matches of {most} of {n_rules} rules in their order"),
        CorrelationKind::ValueSum => format!("{field} summed up to {most}"),
        CorrelationKind::ValueAvg => format!("{field} was {most} on average"),
        CorrelationKind::ValuePercentile(percent) => format!("percentile {percent} of {field} was {most}"),
    };
    let named = correlation.group_by.iter().zip(&occurrence.group).map(|(name, value)| {
        let shown: String = value.chars().take(MAX_SHOWN).collect();
        format!("{name} {shown}")
    });
    let named: Vec<String> = named.collect();
    let group = if named.is_empty() { "all records".to_owned() } else { named.join(", ") };
    format!(
        "correlation \"{}\" held for {group}: {counted} within {}, of {} matches in all",
        correlation.about.title,
        span(correlation.timespan_s),
        occurrence.n_events,
    )
}

/// `90m`, as authors write it.
fn span(seconds: u64) -> String {
    let units = [(86_400, "d"), (3_600, "h"), (60, "m")];
    let whole = units.iter().find(|(unit, _)| seconds.is_multiple_of(*unit));
    whole.map_or_else(|| format!("{seconds}s"), |(unit, name)| format!("{}{name}", seconds / unit))
}

/// The host, else the account, else the address that matches were grouped by; else the first value, as a host.
fn subject(correlation: &Correlation, occurrence: &Occurrence) -> Entity {
    let of_kind = |wanted: EntityKind| {
        let mut named = correlation.group_by.iter().zip(&occurrence.group);
        let value = named.find(|(field, value)| !value.is_empty() && kind(field, value) == Some(wanted));
        value.map(|(_, value)| Entity::new(wanted, value.as_str()))
    };
    let known = [EntityKind::Host, EntityKind::Account, EntityKind::Ip].into_iter().find_map(of_kind);
    let first = || occurrence.group.iter().find(|value| !value.is_empty()).unwrap_or(&occurrence.dataset).as_str();
    known.unwrap_or_else(|| Entity::new(EntityKind::Host, first()))
}

fn kind(field: &str, value: &str) -> Option<EntityKind> {
    let field = field.to_lowercase();
    let names_one_of = |words: &[&str]| words.iter().any(|word| field.contains(word));
    match () {
        () if observe::parse_ip(value).is_some() => Some(EntityKind::Ip),
        () if names_one_of(&["host", "computer", "workstation", "device", "machine"]) => Some(EntityKind::Host),
        () if names_one_of(&["user", "account", "principal", "actor", "identity"]) => Some(EntityKind::Account),
        () => None,
    }
}
