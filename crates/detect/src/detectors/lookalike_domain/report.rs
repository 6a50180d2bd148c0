//! Findings in words and numbers.

use schema::{Entity, EntityKind, Evidence, Finding, Timestamp, Window};

use super::{
    DETECTOR,
    judge::{Basis, Resemblance, Verdict},
    met::{AFTER_TABLE, Aspect, Key, Met},
};
use crate::{query::Query, telemetry::RECORDS_MAX};

/// Others who met it that are named.
const OTHERS_MAX: usize = 12;

pub(super) fn finding(window: Window, key: &Key, met: &Met, found: &Resemblance<'_>, verdict: &Verdict) -> Finding {
    let mut people = people(met);
    let subject = if people.is_empty() { Entity::new(EntityKind::Domain, &key.domain) } else { people.remove(0) };
    people.truncate(OTHERS_MAX);
    let instant = |micros: Option<i64>| Timestamp::from_micros(micros.unwrap_or_default()).unwrap_or_default();
    let ways = || met.ways().map(|(_, way)| &way.seen).filter(|seen| seen.n_records > 0);
    let p_value = verdict.p_value.get();
    Finding {
        object: Some(Entity::new(EntityKind::Domain, &key.domain)),
        also: people,
        first_seen: instant(ways().map(|seen| seen.first).min()),
        last_seen: instant(ways().map(|seen| seen.last).max()),
        n_records: ways().map(|seen| u64::try_from(seen.n_records).unwrap_or(0)).sum(),
        score: (-p_value.max(1e-12).log10() / 8.0 * 100.0).clamp(0.0, 100.0),
        p_value: Some(p_value),
        techniques: techniques(met).into_iter().map(str::to_owned).collect(),
        evidence: evidence(met),
        because: because(key, met, found, verdict),
        unless: unless(found),
        statistics: statistics(met, found, verdict),
        query: query(window, key, met),
        ..DETECTOR.finding(window, &key.dataset, subject, &key.domain)
    }
}

/// Who met it, those first who went furthest.
fn people(met: &Met) -> Vec<Entity> {
    let mut people: Vec<Entity> = Vec::new();
    for aspect in [Aspect::Posted, Aspect::Visited, Aspect::Asked, Aspect::Linked, Aspect::Sent] {
        let kind = if aspect.is_of_mail() { EntityKind::Email } else { EntityKind::Ip };
        for (_, who) in met.way(aspect).into_iter().flat_map(|way| &way.who) {
            let person = Entity::new(kind, who);
            if !people.contains(&person) {
                people.push(person);
            }
        }
    }
    people
}

fn techniques(met: &Met) -> Vec<&'static str> {
    let (linked, posted) = (met.way(Aspect::Linked).is_some(), met.way(Aspect::Posted).is_some());
    let sent = met.way(Aspect::Sent).is_some();
    match (linked, posted) {
        (true, true) => vec!["T1566.002", "T1598.003"],
        (true, false) => vec!["T1566.002"],
        _ if sent => vec!["T1566", "T1583.001"],
        (false, true) => vec!["T1583.001", "T1598.003"],
        (false, false) => vec!["T1583.001"],
    }
}

/// Records of all ways, the furthest first.
fn evidence(met: &Met) -> Vec<Evidence> {
    let ways = [Aspect::Posted, Aspect::Visited, Aspect::Linked, Aspect::Sent, Aspect::Asked];
    let records = ways.iter().filter_map(|aspect| met.way(*aspect)).flat_map(|way| way.seen.records());
    let mut evidence: Vec<Evidence> = Vec::new();
    for (table, record_id) in records.filter_map(|(_, record)| record.split_once(AFTER_TABLE)) {
        let new = Evidence { table: table.to_owned(), record_id: record_id.to_owned() };
        if evidence.len() < RECORDS_MAX && !evidence.contains(&new) {
            evidence.push(new);
        }
    }
    evidence
}

fn because(key: &Key, met: &Met, found: &Resemblance<'_>, verdict: &Verdict) -> String {
    let name = if found.name == key.domain { String::new() } else { format!(" (as {})", found.name) };
    let before = match verdict.n_days {
        0 => "was met here today; no day before is known".to_owned(),
        1 => "was not met here on the 1 day before that is known".to_owned(),
        n => format!("was not met here on the {n} days before that are known"),
    };
    let own = if found.is_own { ", the organization's own name" } else { "" };
    let affiliate = match found.is_affiliate {
        true => "; it shares addresses or a certificate's organization with it, and may be its own",
        false => "",
    };
    let compared = match verdict.basis {
        Basis::Own => format!(
            "of {} new names of days before, {} resemble a brand at all, and 1 in {:.0} would be as telling",
            verdict.n_compared,
            verdict.n_resembling,
            1.0 / verdict.p_value.get().max(1e-12)
        ),
        Basis::List => format!(
            "of {} new names of days before, {} resemble a brand at all, which is too little: together with a list of \
             well-known names 1 in {:.0} would be as telling",
            verdict.n_compared,
            verdict.n_resembling,
            1.0 / verdict.p_value.get().max(1e-12)
        ),
    };
    format!(
        "{}{name} {before}; it has {}{own}, {}{affiliate}. {}. {compared}.",
        key.domain,
        found.found.brand,
        found.found.how.words(),
        capital(&ways(met).join("; ")),
    )
}

/// How it was met, a clause each.
fn ways(met: &Met) -> Vec<String> {
    let clause = |(aspect, way): (Aspect, &super::met::Way)| {
        let n = way.hosts.n_distinct();
        let who = |one: &str, many: &str| if n <= 1.0 { format!("1 {one}") } else { format!("{n:.0} {many}") };
        Some(match aspect {
            Aspect::Asked => format!("{} asked for it", who("host", "hosts")),
            Aspect::Visited => format!("{} visited it", who("host", "hosts")),
            Aspect::Posted => format!("{} sent something to it by HTTP", who("host", "hosts")),
            Aspect::Sent => format!("mail from it came to {}", who("mailbox", "mailboxes")),
            Aspect::Linked => format!("mail to {} links to it", who("mailbox", "mailboxes")),
            Aspect::Received => return None,
        })
    };
    met.ways().filter_map(clause).collect()
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn unless(found: &Resemblance<'_>) -> String {
    format!(
        "It belongs to {} itself, to a dealer, or to another firm of that name: look at who has registered it and when, \
         and at what it shows.",
        found.found.brand
    )
}

fn statistics(met: &Met, found: &Resemblance<'_>, verdict: &Verdict) -> Vec<(String, f64)> {
    let hosts = |aspect| met.way(aspect).map_or(0.0, |way| way.hosts.n_distinct());
    let is = |holds: bool| f64::from(u8::from(holds));
    let all = [
        ("likeness_log_odds", found.score),
        ("name_log_odds", found.found.score),
        ("name_probability", found.found.probability),
        ("own_name", is(found.is_own)),
        ("affiliate", is(found.is_affiliate)),
        ("n_hosts_asked", hosts(Aspect::Asked)),
        ("n_hosts_visited", hosts(Aspect::Visited)),
        ("n_hosts_posted", hosts(Aspect::Posted)),
        ("n_mailboxes", hosts(Aspect::Sent).max(hosts(Aspect::Linked))),
        ("n_new_names", verdict.n_new as f64),
        ("n_compared", verdict.n_compared as f64),
        ("n_compared_resembling", verdict.n_resembling as f64),
        ("days_known", verdict.n_days as f64),
    ];
    all.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// The rows of the table that shows most.
fn query(window: Window, key: &Key, met: &Met) -> Option<String> {
    let of = |table: &str| evidence(met).iter().any(|evidence| evidence.table == table);
    let (table, columns, column) = match () {
        () if of("http_requests") => {
            ("http_requests", "observed_at, src_ip, dst_ip, method, host, path, status, record_id", "host")
        }
        () if of("tls_sessions") => {
            ("tls_sessions", "observed_at, src_ip, dst_ip, server_name, subject, issuer, record_id", "server_name")
        }
        () if of("dns_queries") => ("dns_queries", "observed_at, src_ip, query, answers, record_id", "query"),
        () => {
            let domain = crate::query::literal(&key.domain);
            let below = crate::query::literal(&format!(".{}", key.domain));
            let links = format!(
                "(from_domain = {domain} OR ends_with(from_domain, {below}) OR array_has(url_hosts, {domain}) OR \
                 array_to_string(url_hosts, ' ') LIKE '%' || {below} || '%' OR ends_with(reply_to, {domain}))"
            );
            let columns = "observed_at, from_address, to_addresses, subject, url_hosts, record_id";
            return Query::of("emails", columns, &key.dataset, window).and(&links).latest_last();
        }
    };
    Query::of(table, columns, &key.dataset, window).ends_with(column, &key.domain).latest_last()
}
