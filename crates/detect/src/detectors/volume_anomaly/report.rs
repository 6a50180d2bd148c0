//! Findings in words and numbers. Input: `judge`.

use std::ops::Range;

use schema::{Entity, EntityKind, Evidence, Finding, Timestamp, Window};

use super::{
    DETECTOR,
    judge::{Basis, Surge},
    table::{HOUR_SLOTS, Key, Kind, SLOT_MICROS},
};
use crate::{
    query::{Query, literal},
    telemetry::RECORDS_MAX,
};

/// Findings that are no lead by any measure are not told.
pub(super) const TOLD_MAX: f64 = 0.05;

pub(super) fn finding(window: Window, surge: &Surge<'_>) -> Option<Finding> {
    let key = surge.key;
    let span = instants(&surge.span)?;
    let other = format!("{:?} {} {}", key.kind, key.name, key.part);
    Some(Finding {
        object: object(key),
        score: score(surge),
        p_value: Some(surge.p_value.get()),
        techniques: techniques(surge),
        labels: vec![if surge.is_flood { "flood" } else { "silence" }.to_owned()],
        because: because(surge, span),
        unless: if surge.is_flood {
            "It is a launch, a campaign, a load test or a crawler that someone knows of.".to_owned()
        } else {
            "It is maintenance or a move that someone knows of.".to_owned()
        },
        statistics: statistics(surge),
        query: query(if surge.is_flood { span } else { window }, surge),
        first_seen: span.start,
        last_seen: span.end,
        n_records: surge.n as u64,
        evidence: evidence(surge),
        ..DETECTOR.finding(window, &key.dataset, subject(key), &other)
    })
}

fn instants(span: &Range<i64>) -> Option<Window> {
    let instant = |slot: i64| Timestamp::from_micros(slot.checked_mul(SLOT_MICROS)?);
    Some(Window::new(instant(span.start)?, instant(span.end)?))
}

/// Records of a flood; of a silence the last before it, and what came after.
fn evidence(surge: &Surge<'_>) -> Vec<Evidence> {
    let record = |id: &String| Evidence { table: surge.key.table().to_owned(), record_id: id.clone() };
    let of = |span: Range<i64>| surge.slots.range(span).map(|(_, slot)| &slot.record_id);
    if surge.is_flood {
        return of(surge.span.clone()).take(RECORDS_MAX).map(record).collect();
    }
    let before = of(surge.span.start.saturating_sub(HOUR_SLOTS)..surge.span.end);
    let after = of(surge.span.end..surge.span.end.saturating_add(HOUR_SLOTS));
    before.take(RECORDS_MAX / 2).chain(after.take(RECORDS_MAX / 2)).map(record).collect()
}

fn subject(key: &Key) -> Entity {
    match key.kind {
        Kind::Target => Entity::new(EntityKind::Ip, &key.name),
        Kind::Rule => Entity::new(EntityKind::Artifact, format!("rule {}", key.name)),
        Kind::Sensor => Entity::new(EntityKind::Artifact, sensor(&key.name)),
        _ if key.name.parse::<std::net::IpAddr>().is_ok() => Entity::new(EntityKind::Ip, &key.name),
        _ => Entity::new(EntityKind::Domain, &key.name),
    }
}

/// By its own folder: people do not call a sensor by a path.
fn sensor(name: &str) -> String {
    match folder(name) {
        "" => "sensor".to_owned(),
        own => format!("sensor {own}"),
    }
}

fn folder(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

fn object(key: &Key) -> Option<Entity> {
    match key.kind {
        Kind::Path => Some(Entity::new(EntityKind::Url, format!("{}{}", key.name, key.part))),
        Kind::Network => Some(Entity::new(EntityKind::Artifact, format!("AS{}", key.part))),
        _ => None,
    }
}

/// Silence is no technique: it may be an attack, and mostly is an outage.
fn techniques(surge: &Surge<'_>) -> Vec<String> {
    let id = match surge.key.kind {
        _ if !surge.is_flood => return Vec::new(),
        Kind::Site | Kind::Path | Kind::Network | Kind::Failures => "T1499",
        Kind::Target | Kind::Rule | Kind::Sensor => "T1498",
    };
    vec![id.to_owned()]
}

fn because(surge: &Surge<'_>, span: Window) -> String {
    let (key, n) = (surge.key, surge.n);
    let what = match key.kind {
        Kind::Site => format!("{} had {n:.0} requests", key.name),
        Kind::Path => format!("{}{} was asked for {n:.0} times", key.name, key.part),
        Kind::Network => format!("AS{} sent {n:.0} requests to {}", key.part, key.name),
        Kind::Failures => format!("{} answered {n:.0} requests with an error of its own", key.name),
        Kind::Target => format!("{} had {n:.0} connections from outside", key.name),
        Kind::Rule => format!("rule {} decided {n:.0} times", key.name),
        Kind::Sensor => format!("{n:.0} records came into table {} from {}", key.part, key.name),
    };
    let minutes = (surge.span.end - surge.span.start) * (SLOT_MICROS / 60_000_000);
    let usual = match surge.basis {
        Basis::Around if surge.is_flood => format!("by the hours before and after, {:.0} were to come", surge.expected),
        Basis::Around => format!("by the hours before and after, at least {:.0} were to come", surge.expected),
        Basis::Before => {
            format!("{:.0} are usual at that hour, by {} days before", surge.expected, surge.n_days)
        }
    };
    format!("{what} in the {minutes} minutes from {}; {usual}.", span.start)
}

fn statistics(surge: &Surge<'_>) -> Vec<(String, f64)> {
    let minutes = (surge.span.end - surge.span.start) as f64 * SLOT_MICROS as f64 / 6e7;
    let all = [
        ("n_events", surge.n),
        ("n_expected", surge.expected),
        ("ratio", (surge.n + 1.0) / (surge.expected + 1.0)),
        ("minutes", minutes),
        ("surprise", surge.surprise),
        ("n_days_known", surge.n_days as f64),
    ];
    all.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// 0 to 100 by how many times too much or too little it is.
fn score(surge: &Surge<'_>) -> f64 {
    let ratio = (surge.n + 10.0) / (surge.expected + 10.0);
    (30.0 * ratio.log10().abs()).min(100.0)
}

fn query(shown: Window, surge: &Surge<'_>) -> Option<String> {
    let key = surge.key;
    let columns = match key.table() {
        "http_requests" => "observed_at, src_ip, method, host, path, status, user_agent, record_id",
        "firewall_events" => "observed_at, src_ip, dst_ip, rule_id, action, host, path, record_id",
        "connections" => "observed_at, src_ip, dst_ip, dst_port, protocol, state, record_id",
        "dns_queries" => "observed_at, src_ip, query, query_type, record_id",
        "tls_sessions" => "observed_at, src_ip, dst_ip, server_name, record_id",
        _ => return None,
    };
    let query = Query::of(key.table(), columns, &key.dataset, shown);
    let query = match key.kind {
        Kind::Site => query.is("host", &key.name),
        Kind::Failures => query.is("host", &key.name).and("status >= 500"),
        Kind::Target => query.is("dst_ip", &key.name),
        Kind::Rule => query.is("rule_id", &key.name),
        Kind::Network => query.is("host", &key.name).and(&format!("CAST(asn AS VARCHAR) = {}", literal(&key.part))),
        Kind::Path => query.is("host", &key.name).is("path", &key.part),
        // Folders of dates were left out: its own folder must do.
        Kind::Sensor => query.and(&format!("contains(source, {})", literal(folder(&key.name)))),
    };
    query.latest_last()
}
