//! Events from elsewhere: rows of CSV or NDJSON to threat events, with every row that cannot be one told by its line
//! and column. Equal rows give equal ids, so that a file that is read twice changes nothing.

mod csv;
mod event;
mod json;

use std::collections::{BTreeMap, BTreeSet};

use schema::{Reference, ThreatEvent, Tlp};

/// Rows of one file; what is more is cut into several.
pub const ROWS_MAX: usize = 1_000_000;

/// Problems that are told one by one; beyond them they are counted.
pub const PROBLEMS_MAX: usize = 1_000;

/// How the file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Csv,
    Ndjson,
}

impl Form {
    /// An object begins with a brace; a header does not.
    pub fn of(bytes: &[u8]) -> Self {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        match bytes.iter().find(|byte| !byte.is_ascii_whitespace()) {
            Some(b'{') => Self::Ndjson,
            _ => Self::Csv,
        }
    }
}

impl std::str::FromStr for Form {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "csv" => Ok(Self::Csv),
            "ndjson" | "jsonl" => Ok(Self::Ndjson),
            _ => Err(format!("\"{text}\" is no form; use csv or ndjson")),
        }
    }
}

/// What holds where a row does not say otherwise.
#[derive(Debug, Clone)]
pub struct Defaults {
    pub source: String,
    pub dataset: String,
    pub tlp: Tlp,
}

/// Why a row, or a part of it, is no event.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Problem {
    /// From 1 on.
    pub line: u64,
    /// Name of the column or field; empty where the whole row is meant.
    pub column: String,
    pub why: String,
}

/// A row of a file, or what is wrong with it.
type Read = Result<Row, Vec<Problem>>;

/// What a file holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Imported {
    /// Ordered by id, each once.
    pub events: Vec<ThreatEvent>,
    pub n_rows: u64,
    /// Rows that are no event.
    pub n_rejected: u64,
    /// Rows that say the same as an earlier one.
    pub n_repeated: u64,
    pub problems: Vec<Problem>,
    /// Columns that nothing is read from.
    pub ignored: BTreeSet<String>,
}

/// The names of columns: all that a row may say.
pub const COLUMNS: &[(&str, &str)] = &[
    ("id", "the id that the source gives it; with it a changed row changes its event"),
    ("title", "what happened, in a line (required)"),
    ("description", "more about it"),
    ("category", "one of the categories of threat events; told from the techniques where missing"),
    ("severity", "informational, low, medium, high or critical (required)"),
    ("confidence", "0 to 100; 50 where missing"),
    ("first_seen", "2026-11-20T09:30:00Z or a date (required)"),
    ("last_seen", "the same as first_seen where missing"),
    ("techniques", "ATT&CK ids: T1071.001"),
    ("targets", "on our side: host:ws-042, account:ann, ip:10.0.3.7"),
    ("indicators", "the other side: domain:evil.example, or values whose kind can be told"),
    ("tags", "labels of the source"),
    ("tlp", "marking: clear, green, amber, amber+strict, red"),
    ("source", "who says so"),
    ("dataset", "where it belongs"),
];

/// Several values in one cell stand behind each other with one of these between them.
const SEPARATORS: [char; 3] = [';', '|', '\n'];

/// One row, before it is looked at: what it says in each column.
#[derive(Debug, Default)]
struct Row {
    line: u64,
    cells: BTreeMap<&'static str, Vec<String>>,
}

impl Row {
    fn one(&self, column: &str) -> Option<&str> {
        self.cells.get(column).and_then(|values| values.first()).map(String::as_str)
    }

    fn all(&self, column: &str) -> impl Iterator<Item = &str> {
        self.cells.get(column).into_iter().flatten().map(String::as_str)
    }
}

/// The column of this name, as people write it: `First Seen`, `first-seen`, `technique`.
fn column(name: &str) -> Option<&'static str> {
    let plain: String = name.trim().to_lowercase().chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
    let known = |name: &str| COLUMNS.iter().map(|(column, _)| *column).find(|column| *column == name);
    let other = match plain.as_str() {
        "name" | "summary" => "title",
        "technique" | "attack" | "mitre" => "techniques",
        "target" | "asset" | "assets" => "targets",
        "indicator" | "ioc" | "iocs" => "indicators",
        "tag" | "labels" | "label" => "tags",
        "time" | "timestamp" | "date" => "first_seen",
        "marking" => "tlp",
        "external_id" | "alert_id" => "id",
        other => other,
    };
    known(other)
}

/// Reads a file.
pub fn read(bytes: &[u8], form: Form, defaults: &Defaults, reference: &Reference) -> Imported {
    let mut out = Imported::default();
    let mut events: BTreeMap<String, ThreatEvent> = BTreeMap::new();
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut take = |read: Read, out: &mut Imported| {
        out.n_rows += 1;
        if out.n_rows > ROWS_MAX as u64 {
            out.reject(vec![Problem {
                line: read.map_or(0, |row| row.line),
                column: String::new(),
                why: format!("a file has at most {ROWS_MAX} rows"),
            }]);
            return;
        }
        match read.and_then(|row| event::event(&row, defaults, reference)) {
            Err(problems) => out.reject(problems),
            Ok(event) => {
                // Of rows with one id the last one counts.
                out.n_repeated += u64::from(events.insert(event.id.clone(), event).is_some());
            }
        }
    };
    match form {
        Form::Csv => csv::rows(bytes, &mut out, &mut take),
        Form::Ndjson => json::rows(bytes, &mut out, &mut take),
    }
    out.events = events.into_values().collect();
    out
}

impl Imported {
    fn reject(&mut self, problems: Vec<Problem>) {
        self.n_rejected += 1;
        let room = PROBLEMS_MAX.saturating_sub(self.problems.len());
        self.problems.extend(problems.into_iter().take(room));
    }
}

#[cfg(test)]
mod tests;
