//! Findings in words and numbers.

use schema::{Entity, EntityKind, Evidence, Finding, Timestamp};

use super::{
    DETECTOR, Tested,
    day::{Conversion, Rows},
};
use crate::{Case, habits::report::rows_query, query::literal, telemetry::RECORDS_MAX};

/// A part of the evidence is told where it is improbable by itself.
const PART_P_MAX: f64 = 0.05;

pub(super) fn finding(case: &Case<'_>, dataset: &str, host: &str, tested: &Tested<'_>) -> Finding {
    let instant = |micros: Option<i64>| Timestamp::from_micros(micros.unwrap_or_default()).unwrap_or_default();
    let conversion = tested.conversion.filter(|_| tested.p_conversion.get() <= PART_P_MAX);
    let rows: Vec<&Rows> = conversion.map(|c| &c.rows).into_iter().chain(tested.host.cuts.values()).collect();
    let program = conversion.map(|conversion| conversion.program.as_str()).filter(|program| !program.is_empty());
    Finding {
        object: program.map(|program| Entity::new(EntityKind::File, program)),
        first_seen: instant(rows.iter().filter_map(|rows| rows.first).min()),
        last_seen: instant(rows.iter().filter_map(|rows| rows.last).max()),
        n_records: rows.iter().map(|rows| u64::try_from(rows.n).unwrap_or(0)).sum(),
        score: -tested.p_value.get().max(1e-300).log10(),
        p_value: Some(tested.p_value.get()),
        techniques: techniques(conversion, tested),
        evidence: evidence(&rows),
        because: because(host, conversion, tested),
        unless:
            "Somebody converted or archived these files on purpose, or an administrator set up recovery anew; look at \
                 one of the files."
                .to_owned(),
        statistics: statistics(tested),
        query: query(case, dataset, host, conversion),
        ..DETECTOR.finding(case.window, dataset, Entity::new(EntityKind::Host, host), "")
    }
}

fn techniques(conversion: Option<&Conversion>, tested: &Tested<'_>) -> Vec<String> {
    let claims = [(conversion.is_some(), "T1486"), (!tested.host.cuts.is_empty(), "T1490")];
    claims.into_iter().filter(|(applies, _)| *applies).map(|(_, id)| id.to_owned()).collect()
}

fn evidence(rows: &[&Rows]) -> Vec<Evidence> {
    let mut records: Vec<&(i64, Evidence)> = rows.iter().flat_map(|rows| &rows.evidence).collect();
    records.sort();
    records.dedup();
    records.into_iter().take(RECORDS_MAX).map(|(_, record)| record.clone()).collect()
}

fn because(host: &str, conversion: Option<&Conversion>, tested: &Tested<'_>) -> String {
    let mut parts = Vec::new();
    if let Some(conversion) = conversion {
        let program = if conversion.program.is_empty() { "a program" } else { &conversion.program };
        parts.push(format!(
            "{program} gave {} files in {} folders the ending .{}, which was not usual here",
            conversion.n_files, conversion.n_folders, conversion.kind
        ));
    }
    if !tested.host.cuts.is_empty() {
        let cuts: Vec<&str> = tested.host.cuts.keys().map(String::as_str).collect();
        parts.push(format!("ways of recovery were cut off: {}", cuts.join(", ")));
    }
    format!("On {host} {}.", parts.join("; and "))
}

fn statistics(tested: &Tested<'_>) -> Vec<(String, f64)> {
    let count = |value: fn(&Conversion) -> i64| tested.conversion.map_or(0.0, |conversion| value(conversion) as f64);
    let numbers = [
        ("n_files", count(|conversion| conversion.n_files)),
        ("n_folders", count(|conversion| conversion.n_folders)),
        ("n_cuts", tested.host.cuts.len() as f64),
        ("p_conversion", tested.p_conversion.get()),
        ("p_cuts", tested.p_cuts.get()),
    ];
    numbers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn query(case: &Case<'_>, dataset: &str, host: &str, conversion: Option<&Conversion>) -> Option<String> {
    let host = format!("lower(host) = {}", literal(host));
    match conversion {
        Some(conversion) => {
            let ending = literal(&format!(".{}", conversion.kind));
            let converted = format!("{host} AND ends_with(lower(coalesce(new_path, path)), {ending})");
            rows_query("file_changes", dataset, &converted, case)
        }
        None => rows_query("processes", dataset, &format!("{host} AND action = 'start'"), case),
    }
}
