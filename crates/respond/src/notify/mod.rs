//! Messages about threat events, as data: what is told to people elsewhere. Nothing is sent from here.
//!
//! Titles and values come from attackers. What is for programs is JSON; what is for eyes has nothing in it that moves a
//! terminal, turns text around, or that a chat takes for a command or a link.

mod text;

use schema::{ThreatEvent, Timestamp, stable_id};
use serde_json::{Value, json};

/// Events that one message names: what a person reads in one go, and what every receiver takes.
pub const EVENTS_MAX: usize = 50;

/// What a message is about.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// Id and name of the saved query that the events answer.
    pub query_id: &'a str,
    pub query: &'a str,
    /// `at once`, `hour` or `day`.
    pub rhythm: &'a str,
    pub made_at: Timestamp,
}

/// A message that is ready to be sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// From the query and the events: the same message has the same id however often it is sent, so that a receiver
    /// can tell a second delivery from a second message.
    pub id: String,
    pub n_events: usize,
    pub body: Value,
}

/// The message about these events. `withheld` are ids of events that are marked too strictly for this receiver: he
/// learns how many they are, and nothing of them.
pub fn message(about: About<'_>, events: &[&ThreatEvent], withheld: &[&str]) -> Message {
    let mut ids: Vec<&str> = events.iter().map(|event| event.id.as_str()).chain(withheld.iter().copied()).collect();
    ids.sort_unstable();
    let id = stable_id("message", &[about.query_id, &ids.join(" ")]);
    let body = json!({
        "message_id": id,
        "query": about.query,
        "rhythm": about.rhythm,
        "made_at": about.made_at,
        "n_events": ids.len(),
        "n_withheld": withheld.len(),
        "text": summary(about, events, withheld.len()),
        "events": events.iter().map(|event| told(event)).collect::<Vec<_>>(),
    });
    Message { id, n_events: ids.len(), body }
}

fn told(event: &ThreatEvent) -> Value {
    let techniques: Vec<&str> = event.techniques.iter().map(|claim| claim.id.as_str()).collect();
    json!({
        "id": event.id,
        "dataset": event.dataset,
        "title": event.title,
        "description": event.description,
        "category": event.category,
        "severity": event.severity,
        "confidence": event.confidence,
        "first_seen": event.first_seen,
        "last_seen": event.last_seen,
        "techniques": techniques,
        "targets": event.targets,
        "indicators": event.indicators,
        "tlp": event.tlp,
    })
}

/// The message for eyes.
fn summary(about: About<'_>, events: &[&ThreatEvent], n_withheld: usize) -> String {
    let n = events.len() + n_withheld;
    let mut lines = vec![format!("Margay: {n} new for \"{}\"", text::harmless(about.query))];
    lines.extend(events.iter().map(|event| {
        let short: String = event.id.chars().skip_while(|c| *c != '-').skip(2).take(8).collect();
        format!("{} {} {} ({})", event.severity, event.tlp, text::harmless(&event.title), short)
    }));
    if n_withheld > 0 {
        lines.push(format!("{n_withheld} are marked too strictly to be named here"));
    }
    lines.join("\n")
}

/// A message as one line of syslog, RFC 5424: local use 0, notice.
pub fn syslog(body: &Value, host: &str) -> String {
    let made_at = body["made_at"].as_str().unwrap_or("-");
    let id = body["message_id"].as_str().unwrap_or("-");
    format!("<133>1 {made_at} {host} margay - {} - {body}", id.get(id.len().saturating_sub(32)..).unwrap_or("-"))
}

/// After how many seconds a message that was not taken is sent again: longer each time, up to an hour.
pub fn pause_seconds(tries: i64) -> i64 {
    const FIRST: i64 = 5;
    const LONGEST: i64 = 3_600;
    let doublings = u32::try_from(tries.clamp(1, 16) - 1).unwrap_or(0);
    FIRST.saturating_mul(1 << doublings).min(LONGEST)
}

#[cfg(test)]
mod tests;
