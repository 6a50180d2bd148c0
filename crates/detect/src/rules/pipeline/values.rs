//! What steps do to values: pySigma's view of them, and ours after the change.

use std::borrow::Cow;

use regex::Regex;

use super::steps::{Case, Chosen};
use crate::rules::{
    model::{Item, Test},
    parse::Placeholders,
    pattern::{Part, Pattern},
};

/// Alternatives of one value; two placeholders multiply.
const MAX_ALTERNATIVES: usize = 100_000;

/// The text of a value, with its wildcards, as its author wrote it: keywords stand between stars that are ours. Nothing
/// where it is no text, or stands for several, as with dashes of any sort.
pub(super) fn pattern<'t>(item: &Item, test: &'t Test) -> Option<Cow<'t, Pattern>> {
    let Test::Like { pattern, .. } = test else {
        return None;
    };
    if pattern.parts.contains(&Part::Dash) {
        return None;
    }
    let inner = match pattern.parts.as_slice() {
        [Part::Any, inner @ .., Part::Any] if item.field.is_none() => inner,
        _ => return Some(Cow::Borrowed(pattern)),
    };
    Some(Cow::Owned(Pattern { parts: inner.to_vec() }))
}

/// As [`pattern`], written out as pySigma shows it, which is what expressions of pipelines are held against.
pub(super) fn shown(item: &Item, test: &Test) -> Option<String> {
    pattern(item, test).map(|pattern| written(&pattern).0)
}

/// The pattern in one line, `*` and `?` of the text behind a backslash; and what each place in it stands for, by the
/// byte at which it begins.
fn written(pattern: &Pattern) -> (String, Vec<(usize, Part)>) {
    let mut line = String::new();
    let mut places = Vec::new();
    for part in &pattern.parts {
        let Part::Text(text) = part else {
            places.push((line.len(), part.clone()));
            line.push_str(&Pattern { parts: vec![part.clone()] }.to_string());
            continue;
        };
        for char in text.chars() {
            places.push((line.len(), Part::Text(char.to_string())));
            if matches!(char, '*' | '?') {
                line.push('\\');
            }
            line.push(char);
        }
    }
    (line, places)
}

/// The value with another text.
pub(super) fn with_pattern(item: &Item, test: &Test, pattern: Pattern) -> Test {
    let cased = matches!(test, Test::Like { cased: true, .. });
    let pattern = if item.field.is_none() { pattern.after_anything().before_anything() } else { pattern };
    Test::Like { pattern, cased }
}

/// The value with what the expression finds replaced; `None` where it finds nothing. What is between stays as it is, so
/// that a star behind a backslash remains one.
pub(super) fn replaced(pattern: &Pattern, regex: &Regex, replacement: &str) -> Option<Pattern> {
    let (line, places) = written(pattern);
    let has_placeholder = pattern.parts.iter().any(|part| matches!(part, Part::Placeholder(_)));
    let mut changed = Pattern::default();
    let mut from = 0;
    let copy = |changed: &mut Pattern, from: usize, to: usize| {
        let within = places.iter().filter(|(at, _)| (from..to).contains(at));
        within.for_each(|(_, part)| changed.push(part.clone()));
    };
    for found in regex.captures_iter(&line) {
        let Some(whole) = found.get(0) else { continue };
        copy(&mut changed, from, whole.start());
        let mut text = String::new();
        found.expand(replacement, &mut text);
        Pattern::read(&escaped(&text), has_placeholder).parts.into_iter().for_each(|part| changed.push(part));
        from = whole.end();
    }
    copy(&mut changed, from, line.len());
    regex.is_match(&line).then_some(changed)
}

/// As in pySigma, a backslash stands for itself unless a wildcard is behind it, which it takes the meaning from.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        escaped.push(char);
        if char == '\\' && !matches!(chars.peek(), Some('*' | '?')) {
            escaped.push('\\');
        }
    }
    escaped
}

/// As [`replaced`], between wildcards only.
pub(super) fn replaced_between(pattern: &Pattern, regex: &Regex, replacement: &str, interpret: bool) -> Pattern {
    let mut changed = Pattern::default();
    for part in &pattern.parts {
        match part {
            Part::Text(text) => {
                let text = regex.replace_all(text, replacement);
                let parts = if interpret { Pattern::read(&text, false) } else { Pattern::literal(text) };
                parts.parts.into_iter().for_each(|part| changed.push(part));
            }
            part => changed.push(part.clone()),
        }
    }
    changed
}

/// A replacement as Python writes it, as the expression engine here reads it.
pub(super) fn replacement(python: &str) -> String {
    let mut ours = String::new();
    let mut chars = python.chars().peekable();
    while let Some(char) = chars.next() {
        match (char, chars.peek().copied()) {
            ('$', _) => ours.push_str("$$"),
            ('\\', Some('g')) => {
                chars.next();
                let name: String =
                    chars.by_ref().skip_while(|char| *char == '<').take_while(|char| *char != '>').collect();
                ours.push_str(&format!("${{{name}}}"));
            }
            ('\\', Some(digit @ '0'..='9')) => {
                chars.next();
                ours.push_str(&format!("${{{digit}}}"));
            }
            ('\\', Some('n')) => {
                chars.next();
                ours.push('\n');
            }
            ('\\', Some('\\')) => {
                chars.next();
                ours.push('\\');
            }
            (char, _) => ours.push(char),
        }
    }
    ours
}

pub(super) fn cased(pattern: &Pattern, case: Case) -> Pattern {
    let change = |text: &String| match case {
        Case::Lower => text.to_lowercase(),
        Case::Upper => text.to_uppercase(),
        Case::Snake => snake(text),
    };
    let part = |part: &Part| match part {
        Part::Text(text) => Part::Text(change(text)),
        part => part.clone(),
    };
    Pattern { parts: pattern.parts.iter().map(part).collect() }
}

/// `SomeName` as `some_name`.
fn snake(text: &str) -> String {
    let mut snake = String::new();
    let mut before: Option<char> = None;
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        let lower = |char: Option<char>| char.is_some_and(|char| char.is_lowercase() || char.is_numeric());
        let begins = char.is_uppercase()
            && (lower(before)
                || before.is_some_and(char::is_uppercase) && chars.peek().is_some_and(|next| next.is_lowercase()));
        if begins {
            snake.push('_');
        }
        snake.extend(char.to_lowercase());
        before = Some(char);
    }
    snake
}

/// Why placeholders could not be filled.
pub(super) enum Unfilled {
    Unknown(String),
    TooMany,
}

/// Every placeholder that is meant filled with each of its values; `None` where there is none.
pub(super) fn filled(
    pattern: &Pattern,
    chosen: &Chosen,
    known: &Placeholders,
) -> Result<Option<Vec<Pattern>>, Unfilled> {
    let meant = |part: &Part| matches!(part, Part::Placeholder(name) if chosen.has(name));
    if !pattern.parts.iter().any(meant) {
        return Ok(None);
    }
    let mut patterns = vec![Pattern::default()];
    for part in &pattern.parts {
        let Part::Placeholder(name) = part else {
            patterns.iter_mut().for_each(|pattern| pattern.push(part.clone()));
            continue;
        };
        if !chosen.has(name) {
            patterns.iter_mut().for_each(|pattern| pattern.push(part.clone()));
            continue;
        }
        let values = known.get(name).ok_or_else(|| Unfilled::Unknown(name.clone()))?;
        if patterns.len().saturating_mul(values.len()) > MAX_ALTERNATIVES {
            return Err(Unfilled::TooMany);
        }
        let values: Vec<Pattern> = values.iter().map(|value| Pattern::read(value, false)).collect();
        let joined = |pattern: &Pattern, value: &Pattern| {
            let mut joined = pattern.clone();
            value.parts.iter().for_each(|part| joined.push(part.clone()));
            joined
        };
        patterns = patterns.iter().flat_map(|pattern| values.iter().map(move |value| joined(pattern, value))).collect();
    }
    Ok(Some(patterns))
}

/// Every placeholder that is meant as a star.
pub(super) fn with_stars(pattern: &Pattern, chosen: &Chosen) -> Pattern {
    let mut changed = Pattern::default();
    for part in &pattern.parts {
        match part {
            Part::Placeholder(name) if chosen.has(name) => changed.push(Part::Any),
            part => changed.push(part.clone()),
        }
    }
    changed
}
