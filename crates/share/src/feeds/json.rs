//! JSON and NDJSON to claims: the declaration says where the records are; a field that the record does not have is
//! looked for in what the record stands in.

use std::borrow::Cow;

use serde_json::Value;

use super::{
    declaration::{Feed, Form},
    record,
};
use crate::formats::{Error, Intake};

/// A record and all that it stands in, the innermost last.
type Chain<'a> = Vec<&'a Value>;

/// Records of one content; a larger one is taken in parts or not at all.
const RECORDS_MAX: usize = 20_000_000;

pub(super) fn decode(feed: &Feed, bytes: &[u8], intake: &mut Intake<'_>) -> Result<(), Error> {
    if feed.form == Form::Ndjson {
        decode_lines(feed, bytes, intake);
        return Ok(());
    }
    let content: Value = serde_json::from_slice(bytes).map_err(|error| Error::new(format!("not JSON: {error}")))?;
    let path = feed.records.as_deref().unwrap_or_default();
    let mut records: Vec<(String, Chain<'_>)> = vec![(String::new(), vec![&content])];
    for step in path.split('.').filter(|step| !step.is_empty()) {
        records =
            records.into_iter().flat_map(|(place, chain)| below(&place, &chain, step)).take(RECORDS_MAX).collect();
    }
    let named = path.split(['.', '[']).next().unwrap_or_default();
    let lacks_list = !matches!(named, "" | "*") && content.get(named).is_none();
    if lacks_list {
        return Err(Error::new(format!("the JSON has no \"{named}\"")));
    }
    for (place, chain) in &records {
        take(feed, place, chain, intake);
    }
    Ok(())
}

fn decode_lines(feed: &Feed, bytes: &[u8], intake: &mut Intake<'_>) {
    for (number, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let line = line.trim_ascii();
        if line.is_empty() {
            continue;
        }
        let place = format!("line {}", number + 1);
        match serde_json::from_slice::<Value>(line) {
            // Spamhaus ends its lists with a line about the list.
            Ok(value) if value.get("type").and_then(Value::as_str) == Some("metadata") => {}
            Ok(value) => take(feed, &place, &[&value], intake),
            Err(error) => {
                intake.seen();
                intake.reject(place, &String::from_utf8_lossy(line), format_args!("not JSON: {error}"));
            }
        }
    }
}

fn take(feed: &Feed, place: &str, chain: &[&Value], intake: &mut Intake<'_>) {
    intake.seen();
    let cell = |name: &str| chain.iter().rev().find_map(|value| text(at(value, name)?));
    if let Err(reason) = record::take(feed, &cell, intake) {
        let innermost = chain.last().map(ToString::to_string).unwrap_or_default();
        intake.reject(place, &innermost, reason);
    }
}

/// What a step of the path leads to: `name`, `name[]` (each of a list), `*` or `*[]` (each key).
fn below<'a>(place: &str, chain: &[&'a Value], step: &str) -> Vec<(String, Chain<'a>)> {
    let Some(value) = chain.last().copied() else { return Vec::new() };
    let (name, of_list) = step.strip_suffix("[]").map_or((step, false), |name| (name, true));
    let keyed: Vec<(String, &Value)> = match (name, value) {
        ("", value) => vec![(place.to_owned(), value)],
        ("*", Value::Object(all)) => all.iter().map(|(key, value)| (joined(place, key), value)).collect(),
        (name, Value::Object(all)) => all.get(name).map(|value| (joined(place, name), value)).into_iter().collect(),
        _ => Vec::new(),
    };
    let grown = |value: &'a Value| chain.iter().copied().chain([value]).collect::<Chain<'a>>();
    if !of_list {
        return keyed.into_iter().map(|(place, value)| (place, grown(value))).collect();
    }
    let items = keyed.into_iter().flat_map(|(place, list)| {
        let items = list.as_array().map(Vec::as_slice).unwrap_or_default();
        items.iter().enumerate().map(move |(number, item)| (format!("{place}[{number}]"), item))
    });
    items.map(|(place, item)| (place, grown(item))).collect()
}

fn joined(place: &str, name: &str) -> String {
    if place.is_empty() { name.to_owned() } else { format!("{place}.{name}") }
}

/// A field by its name, or by names with dots between them.
fn at<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    if let Value::String(_) | Value::Number(_) = value {
        // A list of bare texts: the record itself is the value.
        return (name == "value").then_some(value);
    }
    value.get(name).or_else(|| name.split('.').try_fold(value, |value, step| value.get(step)))
}

/// A text for a cell; of a list, its texts with commas, as malware families and tags come.
fn text<'a>(value: &'a Value) -> Option<Cow<'a, str>> {
    match value {
        Value::String(text) if !text.is_empty() => Some(Cow::Borrowed(text)),
        Value::Number(number) => Some(Cow::Owned(number.to_string())),
        Value::Bool(is) => Some(Cow::Borrowed(if *is { "true" } else { "false" })),
        Value::Array(items) if !items.is_empty() => {
            let names = items.iter().filter_map(|item| item.as_str().or_else(|| item.get("display_name")?.as_str()));
            let joined = names.collect::<Vec<_>>().join(", ");
            (!joined.is_empty()).then_some(Cow::Owned(joined))
        }
        _ => None,
    }
}

/// The text at a path of names with dots between them.
pub(super) fn text_at(bytes: &[u8], path: &str) -> Option<String> {
    let content: Value = serde_json::from_slice(bytes).ok()?;
    at(&content, path)?.as_str().map(str::to_owned)
}
