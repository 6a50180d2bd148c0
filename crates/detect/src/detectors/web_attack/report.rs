//! Findings in words and numbers: what was tried, how unusual it is, and what the answers say.

use schema::{Evidence, Finding, SUCCESS, Window};

use super::{DETECTOR, crowd::Suspicion, day::Visit, payload::ODD, success::Success, table::Row};
use crate::{
    query::Query,
    telemetry::{RECORDS_MAX, network, requests},
};

/// Findings that are no lead by any measure are not told.
const TOLD_MAX: f64 = 0.05;

/// Payloads that are shown, and signs of each.
const SHOWN_MAX: usize = 3;
const SHOWN_CHARS: usize = 80;

/// Kinds of attacks from which on somebody looks for any hole rather than uses one.
const KINDS_OF_A_SCAN: usize = 3;

pub(super) fn finding(
    window: Window,
    visit: &Visit<'_>,
    suspicion: &Suspicion,
    success: Option<(Success, &str)>,
) -> Option<Finding> {
    if suspicion.p_value.get() > TOLD_MAX || visit.payloads.is_empty() {
        return None;
    }
    let kinds = kinds(&visit.payloads);
    let columns = "observed_at, src_ip, host, method, path, query, status, response_bytes, user_agent, record_id";
    let query = Query::of("http_requests", columns, visit.dataset, window);
    let (object, its_column) = requests::client(visit.client);
    let (site, sites_column) = requests::site(visit.site);
    let is_inside = visit.client.parse().is_ok_and(network::inside);
    let finding = Finding {
        object: Some(object),
        score: score(suspicion, success.is_some()),
        p_value: Some(suspicion.p_value.get()),
        techniques: techniques(&kinds, success.is_some(), is_inside),
        labels: Vec::new(),
        because: because(visit, suspicion, &kinds, success.as_ref().map(|(success, _)| success)),
        unless: "It is a security test that was ordered, or somebody whose work it is to send code: an editor of \
                 pages, a forum of programmers."
            .to_owned(),
        statistics: statistics(visit, suspicion, &kinds, success.as_ref().map(|(success, _)| success)),
        query: query.is(its_column, visit.client).is(sites_column, visit.site).latest_last(),
        ..DETECTOR.finding(window, visit.dataset, site, visit.client)
    };
    let mut finding = visit.row.seen.prove("http_requests", finding);
    if let Some((_, record)) = success {
        let proof = Evidence { table: "http_requests".to_owned(), record_id: record.to_owned() };
        finding.evidence.retain(|evidence| *evidence != proof);
        finding.evidence.insert(0, proof);
        finding.evidence.truncate(RECORDS_MAX);
    }
    Some(finding)
}

/// What an attack is after, by words that only it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Sql,
    Script,
    Traversal,
    Command,
    Template,
    Include,
    Secret,
    Shell,
    Other,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Sql => "SQL injection",
            Self::Script => "cross-site scripting",
            Self::Traversal => "path traversal",
            Self::Command => "commands",
            Self::Template => "expressions and templates",
            Self::Include => "inclusion of other addresses",
            Self::Secret => "files with secrets",
            Self::Shell => "calls of a web shell",
            Self::Other => "other odd input",
        }
    }
}

/// Signs of each kind in a text without its escapes, in small letters; the first that fits counts.
const SIGNS: &[(Kind, &[&str])] = &[
    (
        Kind::Shell,
        &[
            "shell.php",
            "shell.jsp",
            "cmd.php",
            "cmd.jsp",
            "cmd.aspx",
            "c99.php",
            ".php?cmd=",
            ".jsp?cmd=",
            ".aspx?cmd=",
        ],
    ),
    (Kind::Template, &["${", "{{", "%{", "#{", "jndi:", "<%="]),
    (Kind::Script, &["<script", "javascript:", "onerror", "onload", "<svg", "<img", "alert(", "prompt(", "confirm"]),
    (Kind::Traversal, &["../", "..\\", "/etc/passwd", "win.ini", "/proc/self", "..;/"]),
    (
        Kind::Sql,
        &[
            "union",
            "select",
            "' or",
            "'or",
            "\" or",
            " and ",
            "sleep(",
            "order by",
            "drop table",
            "waitfor",
            "extractvalue",
            "information_schema",
            "' and",
            "--",
        ],
    ),
    (
        Kind::Command,
        &[
            "wget",
            "curl",
            ";id",
            "|id",
            "whoami",
            "/bin/sh",
            "/bin/bash",
            "cmd=",
            "cmd.exe",
            "ping -",
            "$(",
            "`",
            "nc ",
        ],
    ),
    (Kind::Include, &["php://", "=http://", "=https://", "file://", "169.254.169.254", "data:"]),
    (Kind::Secret, &["/.env", "/.git", "id_rsa", ".bak", "wp-config", "web.config", ".htaccess"]),
];

/// The kinds among these payloads, and how often each occurs.
fn kinds(payloads: &[&Row]) -> Vec<(Kind, usize)> {
    let mut kinds: Vec<(Kind, usize)> = Vec::new();
    for payload in payloads {
        let plain = plain(&payload.text);
        let kind = SIGNS.iter().find(|(_, signs)| signs.iter().any(|sign| plain.contains(sign)));
        let kind = kind.map_or(Kind::Other, |(kind, _)| *kind);
        match kinds.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, n)) => *n += 1,
            None => kinds.push((kind, 1)),
        }
    }
    kinds.sort_by_key(|(kind, n)| (std::cmp::Reverse(*n), *kind));
    kinds
}

/// A text as its sender meant it, as far as people need to name it.
fn plain(text: &str) -> String {
    String::from_utf8_lossy(&crate::models::web_attack::plain(text.as_bytes())).into_owned()
}

/// Who comes from outside, tries and gets nothing is a scanner, as there are thousands; inside, or with success, the
/// application itself is under attack.
fn techniques(kinds: &[(Kind, usize)], succeeded: bool, inside: bool) -> Vec<String> {
    let has = |wanted: Kind| kinds.iter().any(|(kind, _)| *kind == wanted);
    let exploits = succeeded || inside;
    let scans = !exploits || kinds.iter().filter(|(kind, _)| *kind != Kind::Other).count() >= KINDS_OF_A_SCAN;
    let ids = [
        (exploits, "T1190"),
        (scans, "T1595.002"),
        (succeeded && has(Kind::Shell), "T1505.003"),
        (exploits && has(Kind::Traversal), "T1083"),
    ];
    ids.into_iter().filter(|(applies, _)| *applies).map(|(_, id)| id.to_owned()).collect()
}

fn because(visit: &Visit<'_>, suspicion: &Suspicion, kinds: &[(Kind, usize)], success: Option<&Success>) -> String {
    let names: Vec<&str> = kinds.iter().take(SHOWN_MAX).map(|(kind, _)| kind.name()).collect();
    let examples: Vec<String> = visit.payloads.iter().take(SHOWN_MAX).map(|payload| cut(&payload.text)).collect();
    let row = visit.row;
    let n_refused = row.n_requests - row.n_served - row.n_failed;
    let answers = format!(
        "{} of {} such requests were served, {n_refused} refused and {} made the server fail",
        row.n_served, row.n_requests, row.n_failed
    );
    let success = match success {
        Some(Success::Larger(bytes, times)) => {
            format!(
                " One answer of {bytes} bytes is {times:.0} times as large as its others: it may hold what was asked \
                 for."
            )
        }
        Some(Success::Failed(n)) => format!(" {n} made the server fail, which it does not do here otherwise."),
        None => " Nothing in the answers speaks of success.".to_owned(),
    };
    format!(
        "{} sent {} {:.0} different payloads that look like attacks ({}), where {:.2} are expected by what other \
         clients send there; such as {}. {answers}.{success}",
        visit.client,
        visit.site,
        suspicion.odd,
        names.join(", "),
        suspicion.expected,
        examples.join(" and "),
    )
}

fn cut(text: &str) -> String {
    let short: String = text.chars().take(SHOWN_CHARS).collect();
    if short.len() < text.len() { format!("{short}…") } else { short }
}

fn statistics(
    visit: &Visit<'_>,
    suspicion: &Suspicion,
    kinds: &[(Kind, usize)],
    success: Option<&Success>,
) -> Vec<(String, f64)> {
    let row = visit.row;
    let times = match success {
        Some(Success::Larger(_, times)) => *times,
        _ => 0.0,
    };
    let all = [
        ("n_payloads", visit.n),
        ("n_odd", suspicion.odd),
        ("odd_at_most_p", ODD.get(suspicion.look).copied().unwrap_or(0.0)),
        ("expected_odd", suspicion.expected),
        ("clumping", suspicion.clumping),
        ("n_kinds", kinds.len() as f64),
        ("n_requests", row.n_requests as f64),
        ("n_served", row.n_served as f64),
        ("n_failed", row.n_failed as f64),
        ("answer_times_larger", times),
        (SUCCESS, f64::from(u8::from(success.is_some()))),
        ("n_other_clients", suspicion.n_clients),
        ("n_days_known", suspicion.n_days_known as f64),
        ("p_crowd", suspicion.p_crowd.get()),
        ("p_own", suspicion.p_own.get()),
    ];
    all.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// 0 to 100, for ranking: evidence first, then success.
fn score(suspicion: &Suspicion, succeeded: bool) -> f64 {
    let evidence = (-suspicion.p_value.get().max(1e-12).log10() / 12.0).clamp(0.0, 1.0);
    70.0 * evidence + if succeeded { 30.0 } else { 0.0 }
}
