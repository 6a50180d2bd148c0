//! Drafts a mapping from a sample: guesses how records are cut, which field is the time, and what goes where.
//!
//! `sample` finds the records and their fields, `roles` says what a field seems to be, `place` chooses the table. What
//! comes out is a file for a person to read and to correct; everything that was not placed is listed in it.

mod lines;
mod place;
mod roles;
mod sample;

use std::fmt::Write as _;

use self::{
    place::Placing,
    sample::{Cut, Field, Sample},
};

/// A draft of a mapping file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scaffold {
    /// The file.
    pub text: String,
    pub table: &'static str,
    /// Fields that go to columns.
    pub placed: usize,
    /// Fields that stay in attrs.
    pub left: usize,
}

/// Drafts a mapping of this name from the first bytes of a log; `None` where no records can be told apart in it.
/// `file` is the sample's name, by which logs without names of fields are recognised.
pub fn scaffold(bytes: &[u8], name: &str, file: &str) -> Option<Scaffold> {
    let sample = Sample::of(super::text_of(bytes))?;
    let placing = Placing::of(&sample);
    let mut text = String::new();
    write_head(&mut text, name, &sample);
    write_records(&mut text, &sample.cut);
    write_marks(&mut text, &sample, file);
    write_time(&mut text, &placing);
    write_record(&mut text, &sample, &placing);
    let left = sample.fields.len().saturating_sub(placing.taken.len());
    Some(Scaffold { text, table: placing.table.name, placed: placing.columns.len(), left })
}

fn write_head(to: &mut String, name: &str, sample: &Sample) {
    let lines = [
        "# Drafted from a sample: read it, correct it, then look at the result with".to_owned(),
        "#   margay check THIS_FILE".to_owned(),
        "#   margay ingest --explain --mapping THIS_FILE SAMPLE".to_owned(),
        "# What can be written here: docs/formats.md. Tables and columns: margay tables NAME.".to_owned(),
        String::new(),
        format!("name = {}", quoted(name)),
        format!("about = {}", quoted(&format!("Drafted from {} records.", sample.n_records))),
        String::new(),
    ];
    lines.iter().for_each(|line| push_line(to, line));
}

fn write_records(to: &mut String, cut: &Cut) {
    push_line(to, "[records]");
    match cut {
        Cut::Json { wrapper } => {
            push_line(to, "shape = \"json\"");
            if let Some(key) = wrapper {
                push_line(to, &format!("wrapper = {}", quoted(key)));
            }
        }
        Cut::Csv { delimiter, columns } => {
            push_line(to, "shape = \"csv\"");
            push_line(to, &format!("delimiter = {}", quoted(&char::from(*delimiter).to_string())));
            match columns {
                None => push_line(to, "header = true"),
                Some(columns) => {
                    push_line(to, "# The sample does not name its columns: give them better names.");
                    push_line(to, &format!("columns = {}", list(columns)));
                }
            }
        }
        Cut::KeyValue { between, prefix } => {
            push_line(to, "shape = \"key_value\"");
            if *between != ' ' {
                push_line(to, &format!("between = {}", quoted(&between.to_string())));
            }
            if let Some(prefix) = prefix {
                push_line(to, &format!("prefix = {}", literal(prefix)));
            }
        }
        Cut::Pattern(pattern) => {
            push_line(to, "shape = \"regex\"");
            push_line(to, &format!("pattern = {}", literal(pattern)));
        }
        Cut::Lines => push_line(to, "shape = \"lines\""),
    }
    push_line(to, "unset = [\"-\"]");
    push_line(to, "");
}

fn write_marks(to: &mut String, sample: &Sample, file: &str) {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let by_name = || format!("file = {}", quoted(&glob_of(name)));
    let mark = match &sample.cut {
        Cut::Json { .. } | Cut::KeyValue { .. } | Cut::Pattern(_) | Cut::Csv { columns: None, .. } => {
            let fields = sample.distinctive();
            if fields.is_empty() { by_name() } else { format!("fields = {}", list(&fields)) }
        }
        Cut::Csv { .. } | Cut::Lines => by_name(),
    };
    push_line(to, "[recognise]");
    push_line(to, &mark);
    push_line(to, "");
}

/// A name with its numbers left open: `proxy-2026-11-21.log` is `proxy-*.log`.
fn glob_of(name: &str) -> String {
    let mut glob = String::new();
    let mut in_number = false;
    for c in name.chars() {
        let number = c.is_ascii_digit() || (in_number && matches!(c, '-' | '_' | ':'));
        if number && !in_number {
            glob.push('*');
        }
        in_number = number;
        if !number {
            glob.push(c);
        }
    }
    if glob.is_empty() { "*".to_owned() } else { glob }
}

fn write_time(to: &mut String, placing: &Placing<'_>) {
    push_line(to, "[time]");
    match &placing.time {
        Some(time) if time.fields.len() > 1 => push_line(to, &format!("join = {}", list(&time.fields))),
        Some(time) => {
            let field = time.fields.first().map_or("", |field| field);
            push_line(to, &format!("field = {}", quoted(field)));
        }
        None => {
            push_line(to, "# No field of the sample holds a time: name the one that does.");
            push_line(to, "field = \"\"");
        }
    }
    if let Some(format) = placing.time.as_ref().and_then(|time| time.format) {
        push_line(to, &format!("format = {}", quoted(format)));
        push_line(to, "# zone = \"Europe/Warsaw\"    # of times that name none; UTC where it is not said");
    }
    push_line(to, "");
}

fn write_record(to: &mut String, sample: &Sample, placing: &Placing<'_>) {
    push_line(to, "[[record]]");
    push_line(to, &format!("table = {}", quoted(placing.table.name)));
    push_line(to, "");
    push_line(to, "[record.columns]");
    for column in &placing.columns {
        let example = column.example.map(|example| format!("    # {}", shown(example))).unwrap_or_default();
        push_line(to, &format!("{} = {}{example}", column.name, column.rule));
    }
    let left: Vec<&Field> = sample.fields.iter().filter(|field| !placing.taken.contains(&field.name)).collect();
    if left.is_empty() {
        return;
    }
    push_line(to, "");
    push_line(to, "# Not placed; these stay in attrs:");
    for field in left {
        push_line(
            to,
            &format!(
                "#   {}    {}",
                shown(&field.name),
                field.values.first().map(|value| shown(value)).unwrap_or_default()
            ),
        );
    }
}

fn push_line(to: &mut String, line: &str) {
    to.push_str(line);
    to.push('\n');
}

/// A TOML text.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\t' => quoted.push_str("\\t"),
            c if c.is_control() => {
                // Writing to a text cannot fail.
                write!(quoted, "\\u{:04x}", u32::from(c)).ok();
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// A TOML text without escapes, where it can be written so.
fn literal(text: &str) -> String {
    if text.contains('\'') || text.contains(char::is_control) { quoted(text) } else { format!("'{text}'") }
}

fn list(texts: &[String]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
    format!("[{}]", texts.join(", "))
}

/// A value in a comment: one line, not too long.
fn shown(value: &str) -> String {
    let short: String = value.chars().map(|c| if c.is_control() { ' ' } else { c }).take(60).collect();
    if value.chars().count() > 60 { format!("{short} ...") } else { short }
}
