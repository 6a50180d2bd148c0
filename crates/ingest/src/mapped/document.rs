//! Reads values out of a TOML table and notes what is wrong with them, with their place.

use std::{collections::BTreeSet, ops::Range};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::problem::{Problems, did_you_mean};

pub(super) type Value<'t> = Spanned<DeValue<'t>>;

/// A text and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    pub(super) text: String,
    pub(super) at: Range<usize>,
}

/// One table of the file.
#[derive(Debug, Clone)]
pub(super) struct Section<'t, 'd> {
    table: &'d DeTable<'t>,
    /// Where the table stands.
    pub(super) at: Range<usize>,
    /// For messages: `[time]`.
    name: &'static str,
}

impl<'t, 'd> Section<'t, 'd> {
    pub(super) fn new(table: &'d DeTable<'t>, at: Range<usize>, name: &'static str) -> Self {
        Self { table, at, name }
    }

    pub(super) fn value(&self, key: &str) -> Option<&'d Value<'t>> {
        self.table.get(key)
    }

    /// Keys, places of the keys, and values.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&'d str, Range<usize>, &'d Value<'t>)> {
        self.table.iter().map(|(key, value)| (&**key.get_ref(), key.span(), value))
    }

    /// Notes keys that nothing reads.
    pub(super) fn knows(&self, keys: &[&str], problems: &mut Problems<'_>) {
        for (key, at, _) in self.entries() {
            if !keys.contains(&key) {
                let hint = did_you_mean(key, keys.iter().copied());
                let hint = hint.unwrap_or_else(|| format!("known here: {}", keys.join(", ")));
                problems.add("unknown_key", at, format!("{} has no key \"{key}\"", self.name), Some(hint));
            }
        }
    }

    pub(super) fn text(&self, key: &str, problems: &mut Problems<'_>) -> Option<Placed> {
        let value = self.value(key)?;
        let placed = placed(value);
        if placed.is_none() {
            wrong_type(key, value, "a text", problems);
        }
        placed
    }

    /// A text, or a list of texts.
    pub(super) fn texts(&self, key: &str, problems: &mut Problems<'_>) -> Vec<Placed> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let single = std::slice::from_ref(value);
        let items = value.get_ref().as_array().map_or(single, |array| array);
        let texts: Vec<Placed> = items.iter().filter_map(placed).collect();
        if texts.len() < items.len() {
            wrong_type(key, value, "a text or a list of texts", problems);
        }
        texts
    }

    pub(super) fn flag(&self, key: &str, problems: &mut Problems<'_>) -> Option<bool> {
        let value = self.value(key)?;
        let flag = value.get_ref().as_bool();
        if flag.is_none() {
            wrong_type(key, value, "true or false", problems);
        }
        flag
    }

    pub(super) fn section(
        &self,
        key: &str,
        name: &'static str,
        problems: &mut Problems<'_>,
    ) -> Option<Section<'t, 'd>> {
        let value = self.value(key)?;
        let Some(table) = value.get_ref().as_table() else {
            wrong_type(key, value, &format!("a table: {name}"), problems);
            return None;
        };
        Some(Section::new(table, value.span(), name))
    }

    /// The tables of `[[key]]`.
    pub(super) fn sections(&self, key: &str, name: &'static str, problems: &mut Problems<'_>) -> Vec<Section<'t, 'd>> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let Some(array) = value.get_ref().as_array() else {
            wrong_type(key, value, &format!("a list of tables: {name}"), problems);
            return Vec::new();
        };
        let tables = array.iter().filter_map(|item| Some(Section::new(item.get_ref().as_table()?, item.span(), name)));
        tables.collect()
    }
}

pub(super) fn wrong_type(key: &str, value: &Value<'_>, wanted: &str, problems: &mut Problems<'_>) {
    problems.add("wrong_type", value.span(), format!("\"{key}\" must be {wanted}"), None);
}

pub(super) fn placed(value: &Value<'_>) -> Option<Placed> {
    Some(Placed { text: value.get_ref().as_str()?.to_owned(), at: value.span() })
}

/// A scalar as text, as it would stand in a log.
pub(super) fn scalar(value: &Value<'_>) -> Option<String> {
    match value.get_ref() {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.as_str().to_owned()),
        DeValue::Float(number) => Some(number.as_str().to_owned()),
        DeValue::Boolean(value) => Some(value.to_string()),
        _ => None,
    }
}

/// Names that occur twice.
pub(super) fn repeated<'n>(names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let mut seen = BTreeSet::new();
    names.into_iter().find(|name| !seen.insert(*name))
}
