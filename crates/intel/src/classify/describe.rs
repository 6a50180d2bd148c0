//! Title, description and reasons: sentences made from the evidence and from nothing else.

use std::collections::BTreeSet;

use schema::{BEST_OF_DAY, EntityKind, Finding, TechniqueClaim, Timestamp};

use super::{Policy, activity::Activity, methods, techniques};
use crate::text;

const TITLE_CHARS_MAX: usize = 90;
const SUBJECT_CHARS_MAX: usize = 40;
const OBJECT_CHARS_MIN: usize = 20;
const OBJECT_CHARS_MAX: usize = 80;
const LABEL_CHARS_MAX: usize = 24;
const RULE_CHARS_MAX: usize = 80;
/// Titles of rules that the description gives; `because` has the others.
const RULES_NAMED: usize = 3;
const SENTENCE_CHARS_MAX: usize = 600;

/// The statistic in which a detector of regular contact gives its period, in seconds.
const PERIOD: &str = "period_s";

/// One line of at most 90 characters: `10.1.2.3 beacons to evil.example every 5 min (TLS)`.
pub(super) fn title(activity: &Activity<'_>) -> String {
    let subject = text::shown_entity(activity.subject(), SUBJECT_CHARS_MAX);
    let main = activity.main();
    if let Some(rule) = main.and_then(methods::rule) {
        return titled_by_rule(&subject, rule, activity.rules().len());
    }
    let verb = main.map_or("was seen with", methods::verb);
    let Some(object) = activity.object() else {
        return cut(format!("{subject}: {}", main.map(methods::name).unwrap_or_default()));
    };
    let mut ends = [every(activity), over(activity), listed_as(activity)].map(Option::unwrap_or_default);
    // What is known least is left out first where the line is full.
    for nth in [usize::MAX, 1, 0, 2] {
        if let Some(end) = ends.get_mut(nth) {
            end.clear();
        }
        let fixed = [subject.as_str(), verb].into_iter().chain(ends.iter().map(String::as_str));
        let left = TITLE_CHARS_MAX.saturating_sub(fixed.map(|part| part.chars().count()).sum::<usize>() + 2);
        if left >= OBJECT_CHARS_MIN {
            return format!("{subject} {verb} {}{}", text::shown_entity(object, left), ends.concat());
        }
    }
    cut(format!("{subject} {verb} {}", text::shown_entity(object, OBJECT_CHARS_MIN)))
}

/// `host: title of the rule, and 3 other rules`; the number stays where the line is full.
fn titled_by_rule(subject: &str, rule: &str, n_rules: usize) -> String {
    let others = match n_rules {
        0 | 1 => String::new(),
        2 => ", and 1 other rule".to_owned(),
        n => format!(", and {} other rules", n - 1),
    };
    let taken = subject.chars().count() + others.chars().count() + 2;
    format!("{subject}: {}{others}", text::shown(rule, TITLE_CHARS_MAX.saturating_sub(taken).max(OBJECT_CHARS_MIN)))
}

fn cut(text: String) -> String {
    text::shown(&text, TITLE_CHARS_MAX)
}

fn every(activity: &Activity<'_>) -> Option<String> {
    period(activity).map(|period| format!(" every {period}"))
}

/// The period of the strongest behavior that has one, in words.
fn period(activity: &Activity<'_>) -> Option<String> {
    let statistics = &activity.behavior()?.statistics;
    let seconds = statistics.iter().find(|(name, _)| name == PERIOD).map(|(_, value)| *value)?;
    (seconds.is_finite() && seconds > 0.0).then(|| duration(seconds))
}

/// `45 s`, `5 min`, `2 h 5 min`, `3 d`: two units at most, as people would say it.
fn duration(seconds: f64) -> String {
    let unit = |n: u64, word: &str| if n == 0 { String::new() } else { format!("{n} {word}") };
    let join = |a: String, b: String| if b.is_empty() { a } else { format!("{a} {b}") };
    if seconds < 10.0 {
        return format!("{seconds:.1} s");
    }
    let whole = seconds.round().min(1e12) as u64;
    match whole {
        0..=119 => format!("{whole} s"),
        120..=599 => join(unit(whole / 60, "min"), unit(whole % 60, "s")),
        600..=7_199 => unit((whole + 30) / 60, "min"),
        7_200..=172_799 => join(unit(whole / 3_600, "h"), unit(whole % 3_600 / 60, "min")),
        _ => join(unit(whole / 86_400, "d"), unit(whole % 86_400 / 3_600, "h")),
    }
}

fn over(activity: &Activity<'_>) -> Option<String> {
    protocol(activity).map(|protocol| format!(" ({protocol})"))
}

/// What carried it, by the tables that hold the evidence.
fn protocol(activity: &Activity<'_>) -> Option<&'static str> {
    let tables = activity.tables();
    let carried = [("tls_sessions", "TLS"), ("http_requests", "HTTP"), ("dns_queries", "DNS")];
    carried.into_iter().find(|(table, _)| tables.contains(table)).map(|(_, protocol)| protocol)
}

fn listed_as(activity: &Activity<'_>) -> Option<String> {
    activity.listing()?;
    name_of_threat(activity).map(|name| format!(", listed as {name}")).or_else(|| Some(", listed".to_owned()))
}

/// The label that names the threat, by the most confident finding that carries one.
fn name_of_threat(activity: &Activity<'_>) -> Option<String> {
    let labels = activity.threat_labels();
    let named = labels.into_iter().filter(|(label, _)| is_name(label));
    // The first of equals by name: `max_by_key` would take the last.
    let best = named.min_by_key(|(_, confidence)| std::cmp::Reverse(*confidence));
    best.map(|(label, _)| text::shown(label, LABEL_CHARS_MAX))
}

/// Whether a label names a threat: feeds also write the sort of thing there.
pub(super) fn is_name(label: &str) -> bool {
    let sorts =
        ["", "malware", "malicious", "c2", "c&c", "phishing", "botnet", "suspicious", "trojan", "unknown", "bad"];
    !sorts.contains(&label.trim().to_ascii_lowercase().as_str())
}

/// Two sentences: what happened to whom, and how we know.
pub(super) fn description(activity: &Activity<'_>, confidence: u8) -> String {
    format!("{} {}", what_happened(activity), how_we_know(activity, confidence))
}

fn what_happened(activity: &Activity<'_>) -> String {
    let subject = activity.subject();
    let kind = if subject.kind == EntityKind::Ip { "Host".to_owned() } else { capitalized(subject.kind.name()) };
    let mut sentence = format!("{kind} {}", text::shown_entity(subject, SUBJECT_CHARS_MAX));
    match (activity.object(), activity.main()) {
        (Some(object), Some(main)) => {
            let object = text::shown_entity(object, OBJECT_CHARS_MAX);
            sentence.push_str(&format!(" {} {object}", methods::did(main)));
        }
        (None, Some(main)) if methods::rule(main).is_some() => {
            let n_rules = activity.rules().len();
            let rules = if n_rules == 1 { "a detection rule".to_owned() } else { format!("{n_rules} detection rules") };
            sentence.push_str(&format!(" did what {rules} describe{}", if n_rules == 1 { "s" } else { "" }));
        }
        _ => sentence.push_str(" behaved unusually"),
    }
    if let Some(protocol) = protocol(activity) {
        sentence.push_str(&format!(" over {protocol}"));
    }
    if let Some(period) = period(activity) {
        sentence.push_str(&format!(" about every {period}"));
    }
    let (first, last) = (to_seconds(activity.first_seen()), to_seconds(activity.last_seen()));
    sentence.push_str(&format!(" from {first} to {last}, in at least {} records", activity.n_records()));
    if let Some(method) = activity.behavior().and_then(methods::of) {
        sentence.push_str(&format!(", {}", method.like));
    }
    sentence.push('.');
    sentence
}

fn how_we_know(activity: &Activity<'_>, confidence: u8) -> String {
    let mut grounds = Vec::new();
    if let Some(behavior) = activity.behavior() {
        grounds.push(format!("{} ({})", methods::name(behavior), strength(behavior)));
    }
    if let Some(rules) = named_rules(activity) {
        grounds.push(rules);
    }
    if let Some(listing) = activity.listing() {
        let name = name_of_threat(activity).map(|name| format!(" as {name}")).unwrap_or_default();
        grounds.push(format!("a list that names the other side{name} ({})", strength(listing)));
    }
    let n_findings = activity.findings().len();
    let findings = if n_findings == 1 { "1 finding".to_owned() } else { format!("{n_findings} findings") };
    format!("We know it from {findings}: {}, trusted to {confidence} of 100.", grounds.join(" and "))
}

/// The rules that matched, the strongest first: `the rules "A", "B", "C" and 4 more (confidence 85)`.
fn named_rules(activity: &Activity<'_>) -> Option<String> {
    let rules = activity.rules();
    let strongest = rules.first()?;
    let titles = rules.iter().filter_map(|finding| methods::rule(finding)).take(RULES_NAMED);
    let titles: Vec<String> = titles.map(|title| format!("\"{}\"", text::shown(title, RULE_CHARS_MAX))).collect();
    let more = match rules.len().saturating_sub(titles.len()) {
        0 => String::new(),
        n => format!(" and {n} more"),
    };
    let word = if rules.len() == 1 { "rule" } else { "rules" };
    Some(format!("the {word} {}{more} ({})", titles.join(", "), strength(strongest)))
}

fn strength(finding: &Finding) -> String {
    match (finding.p_value, finding.q_value) {
        (Some(p), Some(q)) => format!("p = {}, q = {}", probability(p), probability(q)),
        _ => format!("confidence {}", finding.confidence),
    }
}

fn probability(value: f64) -> String {
    if value >= 0.001 { format!("{value:.3}") } else { format!("{value:.1e}") }
}

fn to_seconds(instant: Timestamp) -> String {
    Timestamp::from_seconds(instant.seconds()).unwrap_or(instant).to_string()
}

fn capitalized(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// One sentence for each detector and object, the strongest first.
pub(super) fn because(activity: &Activity<'_>, policy: &Policy) -> Vec<String> {
    let mut reasons: Vec<String> = distinct(activity.strong()).map(|finding| sentence(&finding.because)).collect();
    let leads = distinct(activity.leads()).map(|finding| format!("Only a lead: {}", sentence(&finding.because)));
    reasons.extend(leads);
    let n_left_out = reasons.len().saturating_sub(policy.reasons_max);
    reasons.truncate(policy.reasons_max);
    if n_left_out > 0 {
        reasons.push(format!("And {n_left_out} more; the findings hold them all."));
    }
    reasons
}

/// What would make it wrong, in the words of the findings; and what we could not look up.
pub(super) fn unless(activity: &Activity<'_>, claims: &[TechniqueClaim], policy: &Policy) -> Vec<String> {
    let mut doubts = Vec::new();
    for doubt in distinct(activity.findings().iter().copied()).map(|finding| sentence(&finding.unless)) {
        if !doubt.is_empty() && !doubts.contains(&doubt) {
            doubts.push(doubt);
        }
    }
    doubts.truncate(policy.reasons_max);
    let is_chosen = |finding: &Finding| finding.labels.iter().any(|label| label == BEST_OF_DAY);
    if activity.strong().all(is_chosen) {
        doubts.push(
            "It is among the best of its day, proven or not; how many of those are false is not controlled.".to_owned(),
        );
    }
    let unknown = claims.iter().find(|claim| techniques::is_unknown(claim));
    doubts.extend(unknown.map(|claim| format!("The source speaks of {}, which is {}.", claim.id, claim.name)));
    doubts
}

/// The first finding of each detector, object and rule.
fn distinct<'a>(findings: impl Iterator<Item = &'a Finding>) -> impl Iterator<Item = &'a Finding> {
    let mut seen = BTreeSet::new();
    let told_by = |finding: &'a Finding| (finding.detector.as_str(), finding.object.as_ref(), methods::rule(finding));
    findings.filter(move |finding| seen.insert(told_by(finding)))
}

fn sentence(text: &str) -> String {
    text::shown(text.trim(), SENTENCE_CHARS_MAX)
}
