//! Reads the rules of a mapping file: which fields go to which column of a table, and how.

use schema::{Column, Kind, Table};
use toml::de::DeValue;

use super::{
    document::{Placed, Section, Value, placed, scalar, wrong_type},
    pattern,
    problem::{Problems, did_you_mean},
    reads::{self, Named, Way},
    time,
};
use crate::{
    mapping::{Plan, Read},
    own_read::{Clock, Constant, OwnRead, Part},
};

const KEYS: &[&str] = &["field", "fields", "value", "read", "words", "default", "split", "pattern", "format", "zone"];

/// Adds what a `columns` table says to a plan. `clock` is how the file writes times. `lenient`: columns that the table does not
/// have are passed over, because the rules are shared by several tables.
pub(super) fn add(
    section: &Section<'_, '_>,
    plan: &mut Plan,
    clock: &Clock,
    lenient: bool,
    problems: &mut Problems<'_>,
) {
    let table = plan.table();
    for (name, at, value) in section.entries() {
        let Some(place) = table.own.iter().position(|column| column.name == name) else {
            if !lenient {
                unknown_column(table, Placed { text: name.to_owned(), at }, problems);
            }
            continue;
        };
        let Some(column) = table.own.get(place) else { continue };
        let target = Target { table, column, place };
        let single = std::slice::from_ref(value);
        let sources = value.get_ref().as_array().map_or(single, |array| array);
        for source in sources {
            target.add(source, plan, clock, problems);
        }
    }
}

pub(super) fn unknown_column(table: &Table, name: Placed, problems: &mut Problems<'_>) {
    let known: Vec<&str> = table.own.iter().map(|column| column.name).collect();
    let hint = did_you_mean(&name.text, known.iter().copied());
    let hint =
        hint.unwrap_or_else(|| format!("its columns: {}; fields without a column are kept in attrs", known.join(", ")));
    let says = format!("table \"{}\" has no column \"{}\"", table.name, name.text);
    problems.add("unknown_column", name.at, says, Some(hint));
}

/// A column that is being described.
#[derive(Clone, Copy)]
struct Target {
    table: &'static Table,
    column: &'static Column,
    place: usize,
}

impl Target {
    fn add(self, value: &Value<'_>, plan: &mut Plan, clock: &Clock, problems: &mut Problems<'_>) {
        match value.get_ref() {
            DeValue::String(field) => {
                self.add_usual(Placed { text: field.to_string(), at: value.span() }, plan, clock, problems)
            }
            DeValue::Integer(_) | DeValue::Boolean(_) => {
                if let Some(constant) = self.constant(value, problems) {
                    plan.add_constant(self.place, constant);
                }
            }
            DeValue::Table(table) => {
                let section = Section::new(table, value.span(), "a column's rule");
                section.knows(KEYS, problems);
                self.add_described(&section, plan, clock, problems);
            }
            _ => wrong_type(
                self.column.name,
                value,
                "a field's name, or a table such as { field = \"...\", read = \"...\" }",
                problems,
            ),
        }
    }

    fn add_usual(self, field: Placed, plan: &mut Plan, clock: &Clock, problems: &mut Problems<'_>) {
        match reads::usual(self.table.name, self.column) {
            Some(way) => {
                let (read, own) = made(way, clock);
                plan.add_column(self.place, &[field.text], read, own);
            }
            None => self.needs_read(field, problems),
        }
    }

    fn needs_read(self, field: Placed, problems: &mut Problems<'_>) {
        let says = format!(
            "column \"{}\" holds nanoseconds, and nothing says what \"{}\" holds",
            self.column.name, field.text
        );
        let hint = format!(
            "write {} = {{ field = \"{}\", read = \"seconds\" }}, or milliseconds, microseconds, nanoseconds, between",
            self.column.name, field.text
        );
        problems.add("needs_read", field.at, says, Some(hint));
    }

    fn add_described(self, section: &Section<'_, '_>, plan: &mut Plan, clock: &Clock, problems: &mut Problems<'_>) {
        if let Some(value) = section.value("value") {
            if let Some(constant) = self.constant(value, problems) {
                plan.add_constant(self.place, constant);
            }
            return;
        }
        if let Some(constant) = section.value("default").and_then(|value| self.constant(value, problems)) {
            plan.add_default(self.place, constant);
        }
        let mut fields = section.texts("field", problems);
        fields.extend(section.texts("fields", problems));
        let Some(first) = fields.first().cloned() else {
            if section.value("default").is_none() {
                let hint = "write { field = \"...\" } or { value = \"...\" }".to_owned();
                problems.add(
                    "no_field",
                    section.at.clone(),
                    format!("the rule for \"{}\" names no field", self.column.name),
                    Some(hint),
                );
            }
            return;
        };
        let Some((read, own, n_fields)) = self.how(section, first, clock, problems) else { return };
        if fields.len() != n_fields {
            let says = format!(
                "this takes {n_fields} field{}, and {} are named",
                if n_fields == 1 { "" } else { "s" },
                fields.len()
            );
            let hint = "alternatives are a list: src_ip = [\"client.ip\", \"remote_addr\"]".to_owned();
            problems.add("wrong_fields", section.at.clone(), says, Some(hint));
            return;
        }
        let names: Vec<String> = fields.into_iter().map(|field| field.text).collect();
        plan.add_column(self.place, &names, read, own);
    }

    /// How the fields are read, and how many it takes.
    fn how(
        self,
        section: &Section<'_, '_>,
        field: Placed,
        clock: &Clock,
        problems: &mut Problems<'_>,
    ) -> Option<(Read, Option<OwnRead>, usize)> {
        if let Some(words) = section.section("words", "words", problems) {
            return Some((Read::Text, Some(self.words(&words, problems)?), 1));
        }
        if let Some(split) = section.text("split", problems) {
            self.fits("split", &[Kind::Texts], split.at.clone(), problems).then_some(())?;
            return Some((Read::Text, Some(OwnRead::Split(split.text)), 1));
        }
        let named = match section.text("read", problems) {
            Some(read) => self.named(&read, problems)?,
            None if section.value("read").is_some() => return None,
            None if self.column.kind == Kind::Instant => reads::find("time")?,
            None => {
                let Some(way) = reads::usual(self.table.name, self.column) else {
                    self.needs_read(field, problems);
                    return None;
                };
                reads::ALL.iter().find(|named| named.way == way)?
            }
        };
        let clock = time::own_clock(section, clock, problems);
        let (read, own) = made(named.way, &clock);
        let Some(part) = section.text("pattern", problems) else { return Some((read, own, named.n_fields)) };
        if own.is_some() || named.n_fields != 1 {
            let says = format!("a pattern cannot go with read = \"{}\"", named.name);
            problems.add("wrong_read", part.at, says, None);
            return None;
        }
        let pattern = pattern(&part, problems)?;
        Some((read, Some(OwnRead::Part(Part { pattern })), 1))
    }

    fn named(self, read: &Placed, problems: &mut Problems<'_>) -> Option<&'static Named> {
        let Some(named) = reads::find(&read.text) else {
            let names = reads::ALL.iter().map(|named| named.name);
            let hint = did_you_mean(&read.text, names.clone());
            let hint = hint.unwrap_or_else(|| format!("known: {}", names.collect::<Vec<_>>().join(", ")));
            problems.add(
                "unknown_read",
                read.at.clone(),
                format!("there is no way to read called \"{}\"", read.text),
                Some(hint),
            );
            return None;
        };
        self.fits(named.name, named.gives, read.at.clone(), problems).then_some(named)
    }

    fn fits(self, read: &str, gives: &[Kind], at: std::ops::Range<usize>, problems: &mut Problems<'_>) -> bool {
        let fits = gives.contains(&self.column.kind);
        if !fits {
            let says = format!(
                "column \"{}\" holds {}, which read = \"{read}\" does not give",
                self.column.name,
                self.column.kind.word()
            );
            let ways =
                reads::ALL.iter().filter(|named| named.gives.contains(&self.column.kind)).map(|named| named.name);
            let hint = format!("ways that do: {}", ways.collect::<Vec<_>>().join(", "));
            problems.add("wrong_read", at, says, Some(hint));
        }
        fits
    }

    fn words(self, section: &Section<'_, '_>, problems: &mut Problems<'_>) -> Option<OwnRead> {
        match self.column.kind {
            Kind::Text => {
                let words = section.entries().filter_map(|(word, _, value)| {
                    let to = placed(value);
                    if to.is_none() {
                        wrong_type(word, value, "a text", problems);
                    }
                    Some((word.to_owned(), to?.text))
                });
                Some(OwnRead::Words(words.collect()))
            }
            Kind::Bool => {
                let words = section.entries().filter_map(|(word, _, value)| {
                    let to = value.get_ref().as_bool();
                    if to.is_none() {
                        wrong_type(word, value, "true or false", problems);
                    }
                    Some((word.to_owned(), to?))
                });
                Some(OwnRead::Means(words.collect()))
            }
            _ => {
                self.fits("words", &[Kind::Text, Kind::Bool], section.at.clone(), problems);
                None
            }
        }
    }

    /// A value that is the same in every row.
    fn constant(self, value: &Value<'_>, problems: &mut Problems<'_>) -> Option<Constant> {
        let text = scalar(value);
        let constant = match (self.column.kind, text) {
            (Kind::Text, Some(text)) => Some(Constant::Text(text)),
            (Kind::Ip, Some(text)) => text.parse::<std::net::IpAddr>().ok().map(|ip| Constant::Text(ip.to_string())),
            (Kind::Int, Some(text)) => text.parse().ok().map(Constant::Int),
            (Kind::Bool, _) => value.get_ref().as_bool().map(Constant::Bool),
            _ => None,
        };
        if constant.is_none() {
            let says = format!("column \"{}\" holds {}, which this is not", self.column.name, self.column.kind.word());
            problems.add("wrong_value", value.span(), says, None);
        }
        constant
    }
}

/// A way to read, with the form of times filled in.
fn made(way: Way, clock: &Clock) -> (Read, Option<OwnRead>) {
    match way {
        Way::Built(read) => (read, None),
        Way::Time => (Read::Instant, Some(OwnRead::Time(clock.clone()))),
        Way::Nanos(places) => (Read::Int, Some(OwnRead::Nanos(places))),
    }
}
