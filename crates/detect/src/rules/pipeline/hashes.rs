//! Hashes that one field holds together, as a line for each sort of hash.

use super::{
    Names, Stop,
    apply::stop,
    draft::{Draft, Line},
    steps::{Hashes, Step},
    values,
};
use crate::rules::{
    model::{Item, Test},
    pattern::Pattern,
};

/// `Hashes: [MD5=..., SHA1=...]` as a line for each sort of hash, any of which is enough.
pub(super) fn split(step: &Step, hashes: &Hashes, line: &Line) -> Result<Option<Draft>, Stop> {
    if !line.item.field.as_ref().is_some_and(|field| hashes.fields.contains(field)) {
        return Ok(None);
    }
    let mut by_field: Names = Names::new();
    for test in &line.item.tests {
        let Some(text) = values::shown(&line.item, test) else { return Ok(None) };
        if let Some((algorithm, value)) = hash(hashes, &text) {
            let algorithm = if hashes.drop_algorithm { String::new() } else { algorithm };
            by_field.entry(format!("{}{algorithm}", hashes.prefix)).or_default().push(value);
        }
    }
    if by_field.is_empty() {
        let what = format!("\"{}\" has no hash of {}", line.item.key, hashes.algorithms.join(", "));
        return Err(Stop { place: Some(line.item.place), ..stop(step, what) });
    }
    let mut applied = line.applied.clone();
    applied.insert(step.id.clone());
    let lines = by_field.into_iter().filter(|(field, _)| !field.is_empty()).map(|(field, values)| {
        let tests = values.iter().map(|value| Test::Like { pattern: Pattern::read(value, false), cased: false });
        let item = Item { field: Some(field), tests: tests.collect(), all: false, ..line.item.clone() };
        Draft::Line(Line { item, applied: applied.clone(), n_splits: line.n_splits + 1 })
    });
    Ok(Some(Draft::Any(lines.collect())))
}

fn hash(hashes: &Hashes, text: &str) -> Option<(String, String)> {
    let parts: Vec<&str> = if text.contains('|') { text.split('|').collect() } else { text.split('=').collect() };
    let (algorithm, value) = match parts.as_slice() {
        [algorithm, value] => (algorithm.trim_start_matches('*').to_uppercase(), *value),
        _ => (String::new(), *parts.first()?),
    };
    let value = value.trim_matches(['*', '?']);
    let algorithm = match (parts.len(), value.len()) {
        (2, _) => algorithm,
        (_, 32) => "MD5".to_owned(),
        (_, 40) => "SHA1".to_owned(),
        (_, 64) => "SHA256".to_owned(),
        (_, 128) => "SHA512".to_owned(),
        _ => return None,
    };
    hashes.algorithms.contains(&algorithm).then(|| (algorithm, value.to_owned()))
}
