//! What an analyst does next: questions as SQL over our tables with the values in place, then people and machines.

use schema::{Category, EntityKind, Observable, Stage, Table, Timestamp, tables};

use super::{activity::Activity, indicators, methods};
use crate::text;

/// Rows of evidence asked for by name; the rest are found by time and host.
const RECORDS_MAX: usize = 5;
/// How far back "who else" looks before the first record.
const BEFORE_NANOS: i64 = 7 * 24 * HOUR_NANOS;
const HOUR_NANOS: i64 = 3_600_000_000_000;

pub(super) fn next_steps(activity: &Activity<'_>, category: Category) -> Vec<String> {
    let mut steps: Vec<String> = evidence_rows(activity).into_iter().collect();
    steps.extend(who_else(activity));
    steps.extend(just_before(activity));
    steps.extend(by_people(activity, category));
    steps
}

fn by_people(activity: &Activity<'_>, category: Category) -> Vec<String> {
    let subject = text::shown_entity(activity.subject(), 80);
    if !activity.main().is_some_and(methods::reached_out) {
        return vec![format!(
            "Find out whether {subject} answered, and whether it is meant to be reached from outside."
        )];
    }
    if activity.main().is_some_and(methods::is_lookalike) {
        return lookalike_steps(activity, &subject);
    }
    match category {
        Category::CommandAndControl => vec![
            format!("Ask who uses {subject} which program makes this contact, before anything is changed."),
            format!("If nobody can explain it: preserve memory and disk of {subject}, then isolate it."),
        ],
        Category::KnownMalware => vec![
            format!("Find out what brought the file to {subject}, and whether it was opened."),
            format!("If it was: preserve memory and disk of {subject}, then isolate it."),
        ],
        Category::Reconnaissance => vec![
            format!("Ask who runs {subject} whether a scanner or a monitoring system is meant to do this."),
            "Look for what answered: those services are what an intruder tries next.".to_owned(),
        ],
        Category::InitialAccess => vec![
            format!("Find out whether it succeeded: what {subject} answered, opened or ran right after."),
            "If it did: treat the target as compromised from that moment on.".to_owned(),
        ],
        Category::Execution => vec![
            format!("Find out what started the program on {subject}, and whether others have it."),
            format!("If nobody can explain it: keep a copy of it, preserve memory of {subject}, then isolate it."),
        ],
        Category::CredentialAccess => vec![
            format!("Look for a success among the attempts on {subject}, and for what followed it."),
            "If there is one: end the sessions, change the password, and look where else it is valid.".to_owned(),
        ],
        Category::AccountMisuse => vec![
            format!("Ask the owner of {subject}, on another way than by mail, whether it was them."),
            "If not: end the sessions and keys, and look at what was done with them.".to_owned(),
        ],
        Category::LateralMovement => vec![
            format!("Ask whoever administers {subject} whether this was maintenance."),
            "If not: follow the path backwards to where it began, and isolate both ends.".to_owned(),
        ],
        Category::Exfiltration => vec![
            format!("Find out what left {subject} and whose it is: a backup has an owner who knows it."),
            "If nobody knows it: stop the transfer, and keep the records of it.".to_owned(),
        ],
        Category::Impact => vec![
            format!(
                "Find out now whether {subject} still works as it should, and what would stop if it were isolated."
            ),
            "If files change in masses: isolate first and ask then.".to_owned(),
        ],
        Category::Automation => {
            vec![format!("Find out what the client got from {subject}: prices, pages, or working accounts.")]
        }
        Category::KnownInfrastructure | Category::SuspiciousBehavior => {
            vec![format!("Ask who uses {subject} whether this was meant, and which program did it.")]
        }
    }
}

/// A page or a sender that passes itself off as somebody known.
fn lookalike_steps(activity: &Activity<'_>, subject: &str) -> Vec<String> {
    let name = activity.object().map_or_else(|| "the name".to_owned(), |object| text::shown_entity(object, 80));
    vec![
        format!("See, without visiting it from here, who has registered {name}, when, and what it shows."),
        format!(
            "Ask {subject} on another way than by mail what was typed in there; if it was a password: end the \
             sessions, change it, and look where else it is valid."
        ),
        format!(
            "If it imitates: block {name}, take the message out of all mailboxes, and report it to its registrar and to \
             the one who is imitated."
        ),
    ]
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
fn who_else(activity: &Activity<'_>) -> Vec<String> {
    let Some(asked) = Asked::of(activity) else { return Vec::new() };
    let able: Vec<(&Table, String)> = tables::ALL
        .iter()
        .filter(|table| table.stage == Stage::Telemetry && table.column(asked.ours).is_some())
        .filter_map(|table| Some((*table, asked.condition(table)?)))
        .collect();
    let seen_in = activity.tables();
    let with_evidence = able.iter().filter(|(table, _)| seen_in.contains(table.name));
    let mut chosen: Vec<&(&Table, String)> = with_evidence.collect();
    if chosen.is_empty() {
        chosen.extend(able.first());
    }
    let since = activity.first_seen().checked_add_nanos(-BEFORE_NANOS).unwrap_or(activity.first_seen());
    let query = |(table, met): &(&Table, String)| {
        format!(
            "See who else met it: SELECT {0}, count(*) AS n_records, min(observed_at) AS first_at, \
             max(observed_at) AS last_at FROM {1} WHERE ({met}) AND observed_at >= {2} \
             GROUP BY {0} ORDER BY first_at LIMIT 50",
            asked.ours,
            table.name,
            instant(since),
        )
    };
    chosen.into_iter().map(query).collect()
}

/// The other side as something that tables can be asked for.
struct Asked {
    kind: Observable,
    value: String,
    /// Column that holds the host of ours.
    ours: &'static str,
    /// Column that holds the other address.
    theirs: &'static str,
}

impl Asked {
    fn of(activity: &Activity<'_>) -> Option<Self> {
        let (kind, value) = indicators::observable(activity.object()?)?;
        // Who receives a file, and who is contacted from outside, stands on the other end of the record.
        let is_target = activity.main().is_some_and(|main| methods::is_target(main) || !methods::reached_out(main));
        let is_receiver = kind == Observable::Hash || is_target || activity.main().is_none();
        let (ours, theirs) = if is_receiver { ("dst_ip", "src_ip") } else { ("src_ip", "dst_ip") };
        Some(Self { kind, value, ours, theirs })
    }

    /// The condition on the table's columns that hold it; `None` where there is none.
    fn condition(&self, table: &Table) -> Option<String> {
        let literal = text::sql_literal(&self.value)?;
        let columns = table.columns().filter(|column| column.observable == Some(self.kind)).map(|column| column.name);
        let tests: Vec<String> = match self.kind {
            Observable::Domain => {
                let below = text::sql_literal(&format!(".{}", self.value))?;
                columns.map(|column| format!("{column} = {literal} OR ends_with({column}, {below})")).collect()
            }
            // Networks would need arithmetic on addresses; the findings name the addresses in them.
            Observable::Ip if self.value.contains('/') => return None,
            Observable::Ip => {
                let in_answer = table.column("answers").map(|_| format!("array_has(answers, {literal})"));
                let other_end = columns.filter(|column| *column == self.theirs);
                other_end.map(|column| format!("{column} = {literal}")).chain(in_answer).collect()
            }
            Observable::Hash => {
                let of_length = columns.filter(|column| *column == hash_name(&self.value));
                of_length.map(|column| format!("{column} = {literal}")).collect()
            }
            _ => columns.map(|column| format!("{column} = {literal}")).collect(),
        };
        (!tests.is_empty()).then(|| tests.join(" OR "))
    }
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
