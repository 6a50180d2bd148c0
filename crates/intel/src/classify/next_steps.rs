//! What an analyst does next: questions as SQL over our tables with the values in place, then people and machines.

use schema::{Category, Entity, EntityKind, Observable, Stage, Table, Timestamp, tables};

use super::{activity::Activity, indicators};
use crate::text;

/// Rows of evidence asked for by name; the rest are found by time and host.
const RECORDS_MAX: usize = 5;
/// How far back "who else" looks before the first record.
const BEFORE_NANOS: i64 = 7 * 24 * HOUR_NANOS;
const HOUR_NANOS: i64 = 3_600_000_000_000;

pub(super) fn next_steps(activity: &Activity<'_>, category: Category) -> Vec<String> {
    let subject = text::shown_entity(activity.subject(), 80);
    let mut steps: Vec<String> = evidence_rows(activity).into_iter().collect();
    if let Some(object) = activity.object() {
        steps.extend(who_else(activity, object));
    }
    steps.extend(just_before(activity));
    match category {
        Category::CommandAndControl | Category::KnownMalware => {
            steps.push(format!("Ask who uses {subject} which program makes this contact, before anything is changed."));
            steps.push(format!("If nobody can explain it: preserve memory and disk of {subject}, then isolate it."));
        }
        Category::KnownInfrastructure | Category::SuspiciousBehavior => {
            steps.push(format!("Ask who uses {subject} whether the contact was meant, and by which program."));
        }
    }
    steps
}

fn evidence_rows(activity: &Activity<'_>) -> Option<String> {
    let rows = activity.evidence(RECORDS_MAX);
    let table = rows.first().and_then(|row| tables::find(&row.table))?;
    let of_table = rows.iter().filter(|row| row.table == table.name);
    let ids: Vec<String> = of_table.filter_map(|row| text::sql_literal(&row.record_id)).collect();
    let query = format!("SELECT * FROM {} WHERE record_id IN ({})", table.name, ids.join(", "));
    (!ids.is_empty()).then(|| format!("Look at the first records: {query}"))
}

/// Which other hosts met the same thing, in every table that can tell and that holds evidence; else in the first.
fn who_else(activity: &Activity<'_>, object: &Entity) -> Vec<String> {
    let Some((kind, value)) = indicators::observable(object) else { return Vec::new() };
    let able: Vec<(&Table, String)> = tables::ALL
        .iter()
        .filter(|table| table.stage == Stage::Telemetry && table.column("src_ip").is_some())
        .filter_map(|table| Some((*table, condition(table, kind, &value)?)))
        .collect();
    let seen_in = activity.tables();
    let mut asked: Vec<&(&Table, String)> = able.iter().filter(|(table, _)| seen_in.contains(table.name)).collect();
    if asked.is_empty() {
        asked.extend(able.first());
    }
    asked.into_iter().map(|(table, met)| format!("See who else met it: {}", hosts_query(activity, table, met))).collect()
}

fn hosts_query(activity: &Activity<'_>, table: &Table, met: &str) -> String {
    let since = activity.first_seen().checked_add_nanos(-BEFORE_NANOS).unwrap_or(activity.first_seen());
    format!(
        "SELECT src_ip, count(*) AS n_records, min(observed_at) AS first_at, max(observed_at) AS last_at FROM {} \
         WHERE {met} AND observed_at >= {} GROUP BY src_ip ORDER BY first_at LIMIT 50",
        table.name,
        instant(since),
    )
}

/// What the host asked for in the hour before the first record: how it may have begun.
fn just_before(activity: &Activity<'_>) -> Option<String> {
    let host = text::sql_literal(&activity.subject().value).filter(|_| activity.subject().kind == EntityKind::Ip)?;
    let until = activity.first_seen();
    let since = until.checked_add_nanos(-HOUR_NANOS)?;
    Some(format!(
        "See what came just before: SELECT observed_at, query, answers FROM dns_queries WHERE src_ip = {host} \
         AND observed_at BETWEEN {} AND {} ORDER BY observed_at DESC LIMIT 50",
        instant(since),
        instant(until),
    ))
}

/// The condition on the table's columns that hold this kind of observable; `None` where there is none.
fn condition(table: &Table, kind: Observable, value: &str) -> Option<String> {
    let literal = text::sql_literal(value)?;
    let columns = table.columns().filter(|column| column.observable == Some(kind));
    let tests: Vec<String> = match kind {
        Observable::Domain => {
            let below = text::sql_literal(&format!(".{value}"))?;
            columns.map(|column| format!("{0} = {literal} OR ends_with({0}, {below})", column.name)).collect()
        }
        // Networks would need arithmetic on addresses; the findings name the addresses in them.
        Observable::Ip if value.contains('/') => return None,
        Observable::Ip => {
            columns.filter(|column| column.name == "dst_ip").map(|column| format!("{} = {literal}", column.name)).collect()
        }
        Observable::Hash => {
            let of_length = |name: &str| name == hash_name(value);
            columns.filter(|column| of_length(column.name)).map(|c| format!("{} = {literal}", c.name)).collect()
        }
        _ => columns.map(|column| format!("{} = {literal}", column.name)).collect(),
    };
    (!tests.is_empty()).then(|| format!("({})", tests.join(" OR ")))
}

fn hash_name(value: &str) -> &'static str {
    match value.len() {
        32 => "md5",
        40 => "sha1",
        _ => "sha256",
    }
}

fn instant(at: Timestamp) -> String {
    format!("timestamp '{}'", Timestamp::from_seconds(at.seconds()).unwrap_or(at))
}
