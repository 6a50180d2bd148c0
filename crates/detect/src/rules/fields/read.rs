//! `content/sigma/*.toml` to a [`Mapping`].

use std::collections::BTreeMap;

use schema::{Table, tables};
use toml::Value;

use super::{Getter, Mapping, Nothing, Source, native};
use crate::rules::{
    model::Search,
    parse,
    problem::{Code, Place, Problem},
};

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// For all sources of the file.
    #[serde(default)]
    nothing: Nothing,
    /// For all sources of the file.
    #[serde(default)]
    whole: bool,
    #[serde(default)]
    tables: BTreeMap<String, BTreeMap<String, Value>>,
    #[serde(default)]
    source: Vec<Entry>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    #[serde(default)]
    product: OneOrMany,
    #[serde(default)]
    category: OneOrMany,
    #[serde(default)]
    service: OneOrMany,
    table: OneOrMany,
    /// A search as in a rule, over our own columns.
    rows: Option<String>,
    #[serde(default)]
    fields: BTreeMap<String, Value>,
    known: Option<Vec<String>>,
    nothing: Option<Nothing>,
    #[serde(default)]
    spaced: bool,
}

#[derive(Default, serde::Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    #[default]
    None,
    One(String),
    Many(Vec<String>),
}

impl OneOrMany {
    fn list(&self) -> Vec<String> {
        match self {
            Self::None => Vec::new(),
            Self::One(word) => vec![word.clone()],
            Self::Many(words) => words.clone(),
        }
    }
}

pub(super) fn add(mapping: &mut Mapping, text: &str) -> Result<(), Problem> {
    let file: File = toml::from_str(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        let before = text.get(..start).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1;
        let place = Place { line: line as u32, column: column as u32 };
        Problem::new(Code::Mapping, place, error.message().to_owned())
    })?;
    for (table, fields) in &file.tables {
        let table = table_of(table)?;
        for (field, value) in fields {
            mapping.fields.insert((table.name.to_owned(), field.clone()), getter(table, value)?);
        }
    }
    for entry in file.source {
        for table in entry.table.list() {
            let nothing = entry.nothing.unwrap_or(file.nothing);
            mapping.sources.push(Source { nothing, whole: file.whole, ..source(&entry, table_of(&table)?)? });
        }
    }
    Ok(())
}

fn source(entry: &Entry, table: &'static Table) -> Result<Source, Problem> {
    let mut fields = BTreeMap::new();
    for (field, value) in &entry.fields {
        fields.insert(field.clone(), getter(table, value)?);
    }
    Ok(Source {
        products: entry.product.list(),
        categories: entry.category.list(),
        services: entry.service.list(),
        table,
        rows: entry.rows.as_deref().map(rows).transpose()?,
        fields,
        known: entry.known.as_ref().map(|known| known.iter().cloned().collect()),
        nothing: Nothing::default(),
        spaced: entry.spaced,
        whole: false,
    })
}

/// The text is one search in Sigma's own words, as `action: start`.
fn rows(text: &str) -> Result<Search, Problem> {
    let indented: String = text.lines().map(|line| format!("  {line}\n")).collect();
    let mut detection = parse::detection(&format!("rows:\n{indented}condition: rows\n"))?;
    let search = detection.searches.pop().map(|(_, search)| search);
    search.ok_or_else(|| wrong(format!("\"{text}\" is no search")))
}

fn table_of(name: &str) -> Result<&'static Table, Problem> {
    tables::find(name).ok_or_else(|| wrong(format!("there is no table \"{name}\"")))
}

fn getter(table: &'static Table, value: &Value) -> Result<Getter, Problem> {
    match value {
        Value::String(name) if name == "hashes" => Ok(Getter::Hashes),
        Value::String(name) => column(table, name),
        Value::Array(values) => {
            let getters = values.iter().map(|value| getter(table, value)).collect::<Result<Vec<_>, _>>()?;
            Ok(Getter::First(getters))
        }
        Value::Table(parts) => composed(table, parts),
        other => Err(wrong(format!("a field of \"{}\" is mapped to {}", table.name, other.type_str()))),
    }
}

fn composed(table: &'static Table, parts: &toml::Table) -> Result<Getter, Problem> {
    if let Some(Value::Array(joined)) = parts.get("join") {
        let getters = joined.iter().map(|value| getter(table, value)).collect::<Result<Vec<_>, _>>()?;
        let by = parts.get("by").and_then(Value::as_str).unwrap_or_default();
        return Ok(Getter::Join { parts: getters, by: by.to_owned() });
    }
    if let Some(Value::Array(every)) = parts.get("every") {
        let getters = every.iter().map(|value| getter(table, value)).collect::<Result<Vec<_>, _>>()?;
        return Ok(Getter::Every(getters));
    }
    let (Some(of), Some(Value::Table(words))) = (parts.get("of"), parts.get("words")) else {
        return Err(wrong(format!(
            "a field of \"{}\" needs `join` and `by`, `every`, or `of` and `words`",
            table.name
        )));
    };
    let words = words.iter().filter_map(|(ours, theirs)| Some((ours.clone(), theirs.as_str()?.to_owned())));
    Ok(Getter::Words { of: Box::new(getter(table, of)?), words: words.collect() })
}

fn column(table: &'static Table, name: &str) -> Result<Getter, Problem> {
    if let Some(below) = name.strip_suffix(".*") {
        return match native(table, below) {
            Getter::Column(column) => Ok(Getter::Json { column, path: String::new() }),
            other => Ok(other),
        };
    }
    match name.strip_prefix("attrs.") {
        Some(path) => Ok(Getter::Json { column: "attrs", path: path.to_owned() }),
        None => match native(table, name) {
            Getter::Json { column: "attrs", .. } => {
                Err(wrong(format!("table \"{}\" has no column \"{name}\"", table.name)))
            }
            found => Ok(found),
        },
    }
}

fn wrong(what: String) -> Problem {
    Problem::new(Code::Mapping, Place::default(), what)
        .hint("columns are in docs/reference/tables.md; other fields are `attrs.name`")
}
