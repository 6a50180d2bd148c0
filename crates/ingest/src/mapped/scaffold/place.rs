//! Chooses a table for a sample, and columns for its fields.

use std::collections::{BTreeMap, BTreeSet};

use schema::{Kind, Table, tables};

use super::{
    list, quoted,
    roles::{Look, ROLES, is_time, look, plain, time_form},
    sample::{Field, Sample},
};

/// What goes where.
#[derive(Debug)]
pub(super) struct Placing<'s> {
    pub(super) table: &'static Table,
    pub(super) columns: Vec<Placed<'s>>,
    /// Names of the fields that are in columns or are the time.
    pub(super) taken: BTreeSet<String>,
    pub(super) time: Option<Time>,
}

/// A line of `[record.columns]`.
#[derive(Debug)]
pub(super) struct Placed<'s> {
    pub(super) name: &'static str,
    /// As it stands behind the equals sign.
    pub(super) rule: String,
    pub(super) example: Option<&'s str>,
}

/// The event time; two fields are a date and a time of day.
#[derive(Debug)]
pub(super) struct Time {
    pub(super) fields: Vec<String>,
    pub(super) format: Option<&'static str>,
}

/// Names of event times, the best first.
const TIMES: &[&str] = &[
    "eventtime",
    "timestamp",
    "ts",
    "time",
    "datetime",
    "timegenerated",
    "timecreated",
    "createdat",
    "created",
    "starttime",
    "start",
    "date",
    "logtime",
    "requesttime",
    "eventtimestamp",
    "utctime",
    "epoch",
    "t",
];

impl<'s> Placing<'s> {
    pub(super) fn of(sample: &'s Sample) -> Self {
        let time = event_time(sample);
        let mut taken: BTreeSet<String> = time.iter().flat_map(|time| time.fields.iter().cloned()).collect();
        let roles = roles(sample, &taken);
        let table = table(&roles);
        let mut placing = Self { table, columns: Vec::new(), taken: BTreeSet::new(), time };
        for column in table.own {
            let role = roles
                .iter()
                .find(|(role, _)| column_of(table.name, role) == Some(column.name))
                .map(|(_, field)| *field);
            let same_name = || {
                let fits = |field: &&Field| plain(&field.name) == plain(column.name) && !taken.contains(&field.name);
                sample.fields.iter().find(fits).filter(|field| holds(column.kind, look(field)))
            };
            let Some(field) = role.or_else(same_name).filter(|field| !taken.contains(&field.name)) else { continue };
            if let Some(rule) = rule(table.name, column.name, column.unit, field) {
                taken.insert(field.name.clone());
                placing.columns.push(Placed {
                    name: column.name,
                    rule,
                    example: field.values.first().map(String::as_str),
                });
            }
        }
        placing.add_parts();
        placing.add_required();
        placing.taken = taken;
        placing
    }

    /// Host, path and query of a URL, where the sample has them only there.
    fn add_parts(&mut self) {
        let field = |name: &str, placing: &Self| {
            placing.columns.iter().find(|column| column.name == name).map(|column| column.rule.clone())
        };
        if self.table.name != "http_requests" {
            return;
        }
        let (url, path) = (field("url", self), field("path", self));
        let parts: &[(&'static str, &str)] =
            &[("scheme", "url_scheme"), ("host", "url_host"), ("path", "url_path"), ("query", "url_query")];
        for (name, read) in parts {
            let from = url.as_ref().or(if *name == "query" { path.as_ref() } else { None });
            if let Some(from) = from.filter(|from| from.starts_with('"') && field(name, self).is_none()) {
                self.columns.push(Placed {
                    name,
                    rule: format!("{{ field = {from}, read = \"{read}\" }}"),
                    example: None,
                });
            }
        }
    }

    /// Columns that must have a value in every row.
    fn add_required(&mut self) {
        let usual = match self.table.name {
            "processes" => "start",
            "file_changes" => "write",
            "network_by_process" => "connect",
            _ => "unknown",
        };
        for column in self.table.own.iter().filter(|column| column.required && self.table.name != "other_records") {
            match self.columns.iter_mut().find(|placed| placed.name == column.name) {
                Some(placed) => placed.rule = format!("{{ field = {}, default = {} }}", placed.rule, quoted(usual)),
                None => self.columns.push(Placed {
                    name: column.name,
                    rule: format!("{{ value = {} }}", quoted(usual)),
                    example: None,
                }),
            }
        }
    }
}

fn event_time(sample: &Sample) -> Option<Time> {
    let dated = |field: &&Field| {
        let n = field.values.iter().filter(|value| is_time(value)).count();
        n > 0 && n == field.values.len()
    };
    let mut candidates: Vec<&Field> = sample.fields.iter().filter(dated).collect();
    let rank = |field: &Field| {
        let last = field.name.rsplit('.').next().unwrap_or_default();
        let by_name = TIMES.iter().position(|known| *known == plain(last)).unwrap_or(TIMES.len());
        (std::cmp::Reverse(field.n_records), by_name, field.name.matches('.').count())
    };
    candidates.sort_by_key(|field| rank(field));
    if let Some(field) = candidates.first() {
        return Some(Time { fields: vec![field.name.clone()], format: time_form(&field.values) });
    }
    date_and_time(sample)
}

/// Two fields that together are a time.
fn date_and_time(sample: &Sample) -> Option<Time> {
    let named = |name: &str| sample.fields.iter().find(|field| plain(&field.name) == name);
    let (date, time) = (named("date")?, named("time")?);
    let both: Vec<String> = date.values.iter().zip(&time.values).map(|(date, time)| format!("{date} {time}")).collect();
    if both.is_empty() || !both.iter().all(|both| is_time(both)) {
        return None;
    }
    Some(Time { fields: vec![date.name.clone(), time.name.clone()], format: time_form(&both) })
}

/// One field for each role, the one that fits best.
fn roles<'s>(sample: &'s Sample, taken: &BTreeSet<String>) -> BTreeMap<&'static str, &'s Field> {
    let mut roles: BTreeMap<&'static str, &Field> = BTreeMap::new();
    let mut used: BTreeSet<&str> = BTreeSet::new();
    for role in ROLES {
        let free = |field: &&Field| !taken.contains(&field.name) && !used.contains(field.name.as_str());
        let fitting =
            sample.fields.iter().filter(free).filter_map(|field| Some((role.fits(field, look(field))?, field)));
        let best = fitting.filter(|(_, field)| !field.values.is_empty()).min_by_key(|(how_well, _)| *how_well);
        if let Some((_, field)) = best.filter(|_| !roles.contains_key(role.name)) {
            used.insert(&field.name);
            roles.insert(role.name, field);
        }
    }
    by_look(sample, taken, &mut roles);
    roles
}

/// Roles that values tell whatever their field is called: log authors invent names, not addresses and methods.
fn by_look<'s>(sample: &'s Sample, taken: &BTreeSet<String>, roles: &mut BTreeMap<&'static str, &'s Field>) {
    for (role, wanted, needs) in LOOKS {
        let used: BTreeSet<&str> = roles.values().map(|field| field.name.as_str()).collect();
        let free = |field: &&Field| !taken.contains(&field.name) && !used.contains(field.name.as_str());
        // A field that only few records have is more likely to be something else.
        let common = |field: &&Field| field.n_records * 2 >= sample.n_records;
        let found = sample.fields.iter().filter(free).filter(common).find(|field| look(field) == *wanted);
        let needed = needs.is_none_or(|needs| roles.contains_key(needs));
        if let Some(field) = found.filter(|_| needed && !roles.contains_key(role)) {
            roles.insert(role, field);
        }
    }
}

/// A role, the look that tells it, and the role that must be there for it to be likely; in this order.
const LOOKS: &[(&str, Look, Option<&str>)] = &[
    ("src_ip", Look::Ip, None),
    ("dst_ip", Look::Ip, Some("src_ip")),
    ("method", Look::Method, None),
    ("url", Look::Url, None),
    ("path", Look::Path, Some("method")),
    ("status", Look::Status, Some("method")),
    ("user_agent", Look::UserAgent, None),
    ("protocol", Look::Protocol, Some("src_ip")),
    ("query_type", Look::DnsType, None),
    ("query", Look::Domain, Some("query_type")),
    ("user", Look::Email, None),
];

/// The table whose rows the records seem to be.
fn table(roles: &BTreeMap<&'static str, &Field>) -> &'static Table {
    let has = |names: &[&str]| names.iter().all(|name| roles.contains_key(name));
    let any = |names: &[&str]| names.iter().any(|name| roles.contains_key(name));
    let name = match () {
        () if has(&["query"]) && any(&["query_type", "response_code"]) => "dns_queries",
        () if has(&["method"]) && any(&["url", "path", "status"]) => "http_requests",
        () if any(&["rule_name", "rule_id"]) && any(&["severity"]) => "alerts",
        () if any(&["command_line", "process_path"])
            && any(&["pid", "parent_pid", "parent_path"])
            && !has(&["dst_ip"]) =>
        {
            "processes"
        }
        () if has(&["src_ip", "dst_ip", "action"]) => "firewall_events",
        () if has(&["src_ip", "dst_ip"]) => "connections",
        () if has(&["user"]) && any(&["success", "outcome"]) && has(&["src_ip"]) && !has(&["operation"]) => "logons",
        () if has(&["url"]) => "http_requests",
        () => "other_records",
    };
    tables::find(name).expect("the table is declared")
}

/// The column that a role fills.
fn column_of(table: &str, role: &str) -> Option<&'static str> {
    Some(match (role, table) {
        ("src_ip", _) => "src_ip",
        ("dst_ip", _) => "dst_ip",
        ("src_port", _) => "src_port",
        ("dst_port", _) => "dst_port",
        ("protocol", "connections" | "firewall_events" | "alerts" | "dns_queries" | "network_by_process") => "protocol",
        ("method", "http_requests" | "firewall_events") => "method",
        ("status", "http_requests" | "firewall_events") => "status",
        ("url", "http_requests") => "url",
        ("path", "http_requests" | "firewall_events") => "path",
        ("http_query", "http_requests" | "firewall_events") => "query",
        ("user_agent", "logons") => "client",
        ("user_agent", _) => "user_agent",
        ("referrer", _) => "referrer",
        ("query", "dns_queries") => "query",
        ("query_type", _) => "query_type",
        ("response_code", "dns_queries") => "response_code",
        ("server_name", _) => "server_name",
        ("host", "dns_queries") => "device",
        ("host", _) => "host",
        ("user", _) => "user",
        ("user_domain", _) => "user_domain",
        ("command_line", "processes") => "command_line",
        ("process_path", _) => "process_path",
        ("pid", _) => "pid",
        ("parent_pid", _) => "parent_pid",
        ("parent_path", _) => "parent_path",
        ("file_path", "file_changes") => "path",
        ("md5", _) => "md5",
        ("sha1", _) => "sha1",
        ("sha256", _) => "sha256",
        ("success", "logons") => "success",
        ("outcome", "logons") => "success",
        ("action", "processes" | "logons" | "other_records") => return None,
        ("action", _) => "action",
        ("rule_name", "alerts") => "name",
        ("rule_name", _) => "rule_name",
        ("rule_id", _) => "rule_id",
        ("severity", "alerts") => "severity",
        ("message", "alerts" | "other_records") => "message",
        ("src_bytes", "http_requests") => "request_bytes",
        ("dst_bytes", "http_requests") => "response_bytes",
        ("src_bytes", _) => "src_bytes",
        ("dst_bytes", "connections" | "firewall_events") => "dst_bytes",
        ("reason", "logons") => "reason",
        ("country", _) => "country",
        ("uid", "http_requests" | "connections" | "firewall_events" | "alerts" | "dns_queries") => "uid",
        _ => return None,
    })
}

/// Whether a column of this kind can hold values that look so.
fn holds(kind: Kind, look: Look) -> bool {
    match kind {
        Kind::Ip => look == Look::Ip,
        Kind::Int => matches!(look, Look::Int | Look::Port | Look::Status),
        Kind::Bool => look == Look::Bool,
        Kind::Instant => look == Look::Time,
        Kind::Texts => look == Look::List,
        Kind::Text | Kind::Json => look != Look::List,
        Kind::Float | Kind::Bytes => false,
    }
}

/// How a column reads a field, as it stands behind the equals sign; `None` where a person must say it.
fn rule(table: &str, column: &str, unit: Option<&str>, field: &Field) -> Option<String> {
    let name = quoted(&field.name);
    if unit == Some("ns") {
        return None;
    }
    let words = |to: &str| {
        let distinct: BTreeSet<&str> = field.values.iter().map(String::as_str).collect();
        let known: Vec<String> = distinct
            .iter()
            .filter_map(|word| {
                Some(format!("{} = {}", list(&[(*word).to_owned()]).trim_matches(['[', ']']), success(word)?))
            })
            .collect();
        (!known.is_empty()).then(|| format!("{{ field = {name}, {to} = {{ {} }} }}", known.join(", ")))
    };
    match (table, column) {
        ("logons", "success") if look(field) != Look::Bool => words("words"),
        ("dns_queries", "response_code") if matches!(look(field), Look::Port | Look::Int) => {
            Some(format!("{{ field = {name}, read = \"dns_code\" }}"))
        }
        (_, "protocol") if matches!(look(field), Look::Port | Look::Int) => {
            Some(format!("{{ field = {name}, read = \"ip_protocol\" }}"))
        }
        (_, "user") if field.values.iter().any(|value| value.contains('\\')) => {
            Some(format!("{{ field = {name}, read = \"account\" }}"))
        }
        _ => Some(name),
    }
}

/// What a word says of an attempt.
fn success(word: &str) -> Option<bool> {
    let word = word.to_ascii_lowercase();
    let begins = |starts: &[&str]| starts.iter().any(|start| word.starts_with(start));
    if begins(&["succ", "ok", "accept", "allow", "pass", "grant", "true", "yes"]) {
        return Some(true);
    }
    begins(&["fail", "den", "reject", "block", "error", "invalid", "false", "no"]).then_some(false)
}
