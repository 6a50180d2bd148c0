//! [`Reference`] ⇄ tab-separated facts: the form in which ATT&CK ships inside, made to be read in a diff.
//!
//! Lines: `matrix`, domain, version; `tactic`, id, shortname, name (in matrix order); `technique`, id, name,
//! tactics, platforms, data components, state; `analytic`, id, strategy, technique, platforms; below each of these
//! `log source`, name, event codes, data component. Lists are cut by `;`. State is empty, `deprecated`, or
//! `revoked-by` and an id. `#` starts a comment. A backslash escapes what would end a field, list item or line.

use std::{collections::BTreeMap, fmt::Write};

use schema::{Analytic, LogSource, Reference, Tactic, Technique};

use super::Error;

/// The facts of a reference as text; [`from_facts`] reads it back to an equal value.
pub fn to_facts(reference: &Reference) -> String {
    let mut text = String::from("# ATT&CK facts. © The MITRE Corporation; see NOTICE beside this file.\n");
    push_line(&mut text, &["matrix", &escaped(&reference.domain), &escaped(&reference.version)]);
    for tactic in &reference.tactics {
        push_line(&mut text, &["tactic", &escaped(&tactic.id), &escaped(&tactic.shortname), &escaped(&tactic.name)]);
    }
    for technique in reference.techniques.values() {
        push_line(
            &mut text,
            &[
                "technique",
                &escaped(&technique.id),
                &escaped(&technique.name),
                &list(&technique.tactics),
                &list(&technique.platforms),
                &list(&technique.data_components),
                &state(technique),
            ],
        );
    }
    for analytic in &reference.analytics {
        let Analytic { id, strategy, technique, platforms, log_sources } = analytic;
        push_line(&mut text, &["analytic", &escaped(id), &escaped(strategy), &escaped(technique), &list(platforms)]);
        for LogSource { name, events, data_component } in log_sources {
            push_line(&mut text, &["log source", &escaped(name), &list(events), &escaped(data_component)]);
        }
    }
    text
}

pub(super) fn push_line(text: &mut String, fields: &[&str]) {
    text.push_str(&fields.join("\t"));
    text.push('\n');
}

pub(super) fn list(items: &[String]) -> String {
    items.iter().map(|item| escaped(item)).collect::<Vec<_>>().join(";")
}

fn state(technique: &Technique) -> String {
    let mut words = String::new();
    if technique.deprecated {
        words.push_str("deprecated");
    }
    if let Some(next) = &technique.revoked_by {
        let gap = if words.is_empty() { "" } else { ";" };
        let written = write!(words, "{gap}revoked-by {}", escaped(next));
        debug_assert!(written.is_ok(), "writing to a String cannot fail");
    }
    words
}

pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\\' => out.push_str("\\\\"),
            ';' => out.push_str("\\;"),
            _ => out.push(c),
        }
    }
    out
}

/// Reads what [`to_facts`] wrote. Fails with the number of the first line that is not understood.
pub fn from_facts(text: &str) -> Result<Reference, Error> {
    let mut reference = Reference {
        domain: String::new(),
        version: String::new(),
        tactics: Vec::new(),
        techniques: BTreeMap::new(),
        analytics: Vec::new(),
    };
    for (line, number) in text.lines().zip(1..) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let fields: Vec<&str> = line.split('\t').collect();
        match fields.as_slice() {
            ["matrix", domain, version] => {
                reference.domain = unescaped(domain);
                reference.version = unescaped(version);
            }
            ["tactic", id, shortname, name] => reference.tactics.push(Tactic {
                id: unescaped(id),
                shortname: unescaped(shortname),
                name: unescaped(name),
            }),
            ["technique", id, name, tactics, platforms, components, state] => {
                let technique = technique([id, name, tactics, platforms, components, state]);
                reference.techniques.insert(technique.id.clone(), technique);
            }
            ["analytic", id, strategy, technique, platforms] => reference.analytics.push(Analytic {
                id: unescaped(id),
                strategy: unescaped(strategy),
                technique: unescaped(technique),
                platforms: items(platforms),
                log_sources: Vec::new(),
            }),
            ["log source", name, events, component] if !reference.analytics.is_empty() => {
                let log_source =
                    LogSource { name: unescaped(name), events: items(events), data_component: unescaped(component) };
                reference.analytics.last_mut().into_iter().for_each(|last| last.log_sources.push(log_source.clone()));
            }
            _ => return Err(Error::new(format!("line {number} of the ATT&CK facts is not understood"))),
        }
    }
    if reference.domain.is_empty() {
        return Err(Error::new("the ATT&CK facts do not say which matrix they are of"));
    }
    Ok(reference)
}

fn technique([id, name, tactics, platforms, components, state]: [&str; 6]) -> Technique {
    let words = items(state);
    Technique {
        id: unescaped(id),
        name: unescaped(name),
        tactics: items(tactics),
        platforms: items(platforms),
        data_components: items(components),
        revoked_by: words.iter().find_map(|word| word.strip_prefix("revoked-by ")).map(str::to_owned),
        deprecated: words.iter().any(|word| word == "deprecated"),
    }
}

/// Cuts a list at its unescaped semicolons; an empty field is an empty list.
pub(super) fn items(field: &str) -> Vec<String> {
    if field.is_empty() {
        return Vec::new();
    }
    let mut items = vec![String::new()];
    let mut chars = field.chars();
    while let Some(c) = chars.next() {
        if c == ';' {
            items.push(String::new());
            continue;
        }
        let plain = if c == '\\' { chars.next().map_or('\\', meant_by) } else { c };
        if let Some(item) = items.last_mut() {
            item.push(plain);
        }
    }
    items
}

pub(super) fn unescaped(field: &str) -> String {
    let mut out = String::with_capacity(field.len());
    let mut chars = field.chars();
    while let Some(c) = chars.next() {
        out.push(if c == '\\' { chars.next().map_or('\\', meant_by) } else { c });
    }
    out
}

fn meant_by(escape: char) -> char {
    match escape {
        't' => '\t',
        'n' => '\n',
        'r' => '\r',
        other => other,
    }
}
