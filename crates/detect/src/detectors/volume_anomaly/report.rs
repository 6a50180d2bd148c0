//! Findings in words and numbers. Input: `judge`.

use schema::{Entity, EntityKind, Finding, Timestamp, Window};

use super::{DETECTOR, judge::Surge, table::Kind};
use crate::{
    query::{Query, literal},
    telemetry::Seen,
};

/// Findings that are no lead by any measure are not told.
pub(super) const TOLD_MAX: f64 = 0.05;

pub(super) fn finding(window: Window, surge: &Surge<'_>) -> Option<Finding> {
    let key = surge.key;
    let subject = subject(key.kind, &key.name);
    let hour = hour(surge.hour)?;
    let shown = if surge.is_flood { hour } else { window };
    let finding = Finding {
        score: score(surge),
        p_value: Some(surge.p_value.get()),
        techniques: techniques(surge),
        labels: vec![if surge.is_flood { "flood" } else { "silence" }.to_owned()],
        because: because(surge, hour),
        unless: if surge.is_flood {
            "It is a launch, a campaign, a load test or a crawler that someone knows of.".to_owned()
        } else {
            "It is maintenance or a move that someone knows of.".to_owned()
        },
        statistics: statistics(surge),
        query: query(shown, surge),
        ..DETECTOR.finding(window, &key.dataset, subject, key.kind.table(&key.name))
    };
    let mut seen = Seen::default();
    // What is silent has nothing to show in its hour: its other hours must do.
    let at_its_hour = surge.counts.seen.get(&surge.hour).filter(|_| surge.is_flood);
    match at_its_hour {
        Some(own) => seen.join(own),
        None => surge.counts.seen.values().for_each(|other| seen.join(other)),
    }
    let finding = if seen.n_records > 0 { seen.prove(key.kind.table(&key.name), finding) } else { finding };
    Some(Finding { first_seen: hour.start, last_seen: hour.end, n_records: surge.n.unsigned_abs(), ..finding })
}

fn hour(since_1970: i64) -> Option<Window> {
    let start = since_1970.checked_mul(3_600_000_000)?;
    Some(Window::new(Timestamp::from_micros(start)?, Timestamp::from_micros(start.checked_add(3_600_000_000)?)?))
}

fn subject(kind: Kind, name: &str) -> Entity {
    match kind {
        Kind::Site if name.parse::<std::net::IpAddr>().is_ok() => Entity::new(EntityKind::Ip, name),
        Kind::Site => Entity::new(EntityKind::Domain, name),
        Kind::Target => Entity::new(EntityKind::Ip, name),
        Kind::Rule => Entity::new(EntityKind::Artifact, format!("rule {name}")),
        Kind::Network => Entity::new(EntityKind::Artifact, format!("AS{name}")),
        Kind::Path => Entity::new(EntityKind::Url, name),
        Kind::Sensor => Entity::new(EntityKind::Artifact, format!("table {name}")),
    }
}

/// Silence is no technique: it may be an attack, and mostly is an outage.
fn techniques(surge: &Surge<'_>) -> Vec<String> {
    let id = match surge.key.kind {
        _ if !surge.is_flood => return Vec::new(),
        Kind::Site | Kind::Path | Kind::Network => "T1499",
        Kind::Target | Kind::Rule | Kind::Sensor => "T1498",
    };
    vec![id.to_owned()]
}

fn because(surge: &Surge<'_>, hour: Window) -> String {
    let what = match surge.key.kind {
        Kind::Site => format!("{} had {} requests", surge.key.name, surge.n),
        Kind::Path => format!("{} was asked for {} times", surge.key.name, surge.n),
        Kind::Network => format!("AS{} sent {} requests", surge.key.name, surge.n),
        Kind::Target => format!("{} had {} connections", surge.key.name, surge.n),
        Kind::Rule => format!("rule {} decided {} times", surge.key.name, surge.n),
        Kind::Sensor => format!("{} records came into table {}", surge.n, surge.key.name),
    };
    let usual = if surge.n_days > 0 {
        format!("{:.0} are usual at that hour, by {} days before", surge.expected, surge.n_days)
    } else {
        format!("{:.0} are usual in the other hours of the day; no days before are known", surge.expected)
    };
    format!("{what} in the hour from {}; {usual}.", hour.start)
}

fn statistics(surge: &Surge<'_>) -> Vec<(String, f64)> {
    let all = [
        ("n_events", surge.n as f64),
        ("n_expected", surge.expected),
        ("ratio", (surge.n as f64 + 1.0) / (surge.expected + 1.0)),
        ("deviations", surge.deviations),
        ("n_days_known", surge.n_days as f64),
        ("n_hours_tested", surge.n_hours as f64),
    ];
    all.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// 0 to 100 by how many times too much or too little it is.
fn score(surge: &Surge<'_>) -> f64 {
    let ratio = (surge.n as f64 + 10.0) / (surge.expected + 10.0);
    (30.0 * ratio.log10().abs()).min(100.0)
}

fn query(shown: Window, surge: &Surge<'_>) -> Option<String> {
    let (key, name) = (surge.key, &surge.key.name);
    let table = key.kind.table(name);
    let columns = match table {
        "http_requests" => "observed_at, src_ip, method, host, path, status, user_agent, record_id",
        "firewall_events" => "observed_at, src_ip, dst_ip, rule_id, action, host, path, record_id",
        "connections" => "observed_at, src_ip, dst_ip, dst_port, protocol, state, record_id",
        "dns_queries" => "observed_at, src_ip, query, query_type, record_id",
        "tls_sessions" => "observed_at, src_ip, dst_ip, server_name, record_id",
        _ => return None,
    };
    let query = Query::of(table, columns, &key.dataset, shown);
    let query = match key.kind {
        Kind::Site => query.is("host", name),
        Kind::Target => query.is("dst_ip", name),
        Kind::Rule => query.is("rule_id", name),
        Kind::Network => query.and(&format!("CAST(asn AS VARCHAR) = {}", literal(name))),
        Kind::Path => query.and(&format!("concat(host, path) = {}", literal(name))),
        Kind::Sensor => query,
    };
    query.latest_last()
}
