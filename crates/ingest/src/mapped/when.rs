//! Which records a rule is for: tests of fields, all of which must hold.

use regex::Regex;
use toml::de::DeValue;

use super::{
    document::{Section, Value, scalar},
    pattern,
    problem::Problems,
};

/// A field, and what must be true of it.
#[derive(Debug)]
pub(super) struct When {
    pub(super) field: String,
    pub(super) test: Test,
}

#[derive(Debug)]
pub(super) enum Test {
    /// One of these words, in any case.
    Is(Vec<String>),
    /// None of them; also where the field is not set.
    Not(Vec<String>),
    Prefix(String),
    Suffix(String),
    Contains(String),
    Regex(Regex),
    Exists(bool),
}

/// What a record says of a field.
#[derive(Debug, Clone, Copy)]
pub(super) enum Found<'s> {
    Nothing,
    Text(&'s str),
    /// A list or an object.
    Other,
}

impl Test {
    pub(super) fn holds(&self, found: Found<'_>) -> bool {
        let among = |words: &[String], text: &str| words.iter().any(|word| word.eq_ignore_ascii_case(text));
        match (self, found) {
            (Self::Exists(wanted), found) => *wanted != matches!(found, Found::Nothing),
            (Self::Not(words), Found::Text(text)) => !among(words, text),
            (Self::Not(_), _) => true,
            (Self::Is(words), Found::Text(text)) => among(words, text),
            (Self::Prefix(part), Found::Text(text)) => text.starts_with(part.as_str()),
            (Self::Suffix(part), Found::Text(text)) => text.ends_with(part.as_str()),
            (Self::Contains(part), Found::Text(text)) => text.contains(part.as_str()),
            (Self::Regex(regex), Found::Text(text)) => regex.is_match(text),
            _ => false,
        }
    }
}

/// The tests of a `when` table, in the order of the file.
pub(super) fn read(section: &Section<'_, '_>, problems: &mut Problems<'_>) -> Vec<When> {
    let mut entries: Vec<_> = section.entries().collect();
    entries.sort_by_key(|(_, at, _)| at.start);
    let whens = entries.into_iter().filter_map(|(field, _, value)| {
        let test = test(field, value, problems)?;
        Some(When { field: field.to_owned(), test })
    });
    whens.collect()
}

fn test(field: &str, value: &Value<'_>, problems: &mut Problems<'_>) -> Option<Test> {
    let Some(table) = value.get_ref().as_table() else { return words(field, value, problems).map(Test::Is) };
    let section = Section::new(table, value.span(), "a condition");
    section.knows(&["prefix", "suffix", "contains", "regex", "exists", "not"], problems);
    let mut entries = section.entries();
    let (Some((kind, _, inner)), None) = (entries.next(), entries.next()) else {
        let says = format!("the condition on \"{field}\" must say one thing");
        let hint = "write { prefix = \"...\" }, { regex = \"...\" }, { exists = true } or { not = \"...\" }";
        problems.add("bad_condition", value.span(), says, Some(hint.to_owned()));
        return None;
    };
    match kind {
        "prefix" => section.text(kind, problems).map(|part| Test::Prefix(part.text)),
        "suffix" => section.text(kind, problems).map(|part| Test::Suffix(part.text)),
        "contains" => section.text(kind, problems).map(|part| Test::Contains(part.text)),
        "regex" => section.text(kind, problems).and_then(|part| pattern(&part, problems)).map(Test::Regex),
        "exists" => section.flag(kind, problems).map(Test::Exists),
        "not" => words(field, inner, problems).map(Test::Not),
        _ => None,
    }
}

fn words(field: &str, value: &Value<'_>, problems: &mut Problems<'_>) -> Option<Vec<String>> {
    let words: Option<Vec<String>> = match value.get_ref() {
        DeValue::Array(items) => items.iter().map(scalar).collect(),
        _ => scalar(value).map(|word| vec![word]),
    };
    if words.is_none() {
        let says = format!(
            "the condition on \"{field}\" must be a value, a list of values, or a table such as {{ prefix = \"...\" }}"
        );
        problems.add("bad_condition", value.span(), says, None);
    }
    words
}
