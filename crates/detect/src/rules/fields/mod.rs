//! Where Sigma's words live in our tables: log sources to rows, field names to columns. The words themselves are data,
//! in `content/sigma/*.toml`; this file reads them and answers questions.

mod getter;
mod read;

use std::collections::{BTreeMap, BTreeSet};

use schema::Table;

use super::{
    model::{Logsource, Search},
    problem::Problem,
};

pub(super) use getter::{Getter, HASHES, columns_of};

/// The mapping that comes with the product.
const BUILT_IN: [(&str, &str); 5] = [
    ("content/sigma/hosts.toml", include_str!("../../../../../content/sigma/hosts.toml")),
    ("content/sigma/windows.toml", include_str!("../../../../../content/sigma/windows.toml")),
    ("content/sigma/network.toml", include_str!("../../../../../content/sigma/network.toml")),
    ("content/sigma/cloud.toml", include_str!("../../../../../content/sigma/cloud.toml")),
    ("content/sigma/edge.toml", include_str!("../../../../../content/sigma/edge.toml")),
];

/// Log sources and fields of Sigma in terms of tables.
#[derive(Debug, Clone, Default)]
pub struct Mapping {
    /// By table and Sigma's name of the field; a name that ends in `.*` stands for everything below it.
    fields: BTreeMap<(String, String), Getter>,
    pub(super) sources: Vec<Source>,
}

/// Rows of one table that are the records of a log source.
#[derive(Debug, Clone)]
pub(super) struct Source {
    products: Vec<String>,
    categories: Vec<String>,
    services: Vec<String>,
    pub(super) table: &'static Table,
    /// What rows must be; none for all of the table.
    pub(super) rows: Option<Search>,
    fields: BTreeMap<String, Getter>,
    /// All fields that such records can have, where that is known.
    known: Option<BTreeSet<String>>,
    pub(super) nothing: Nothing,
    /// Records write `New Value` where rules write `NewValue`.
    spaced: bool,
    /// What neither column nor `attrs` has is looked for in the record as it came, which is JSON.
    whole: bool,
}

/// How the records of a source write that a field has no value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Nothing {
    /// An empty text is a value, and no value is none.
    #[default]
    Apart,
    /// In a way that does not tell: `null` and `''` mean the same.
    Alike,
}

impl Source {
    /// Whether no record of this source has such a field, as far as is known.
    pub(super) fn never_has(&self, field: &str) -> bool {
        self.known.as_ref().is_some_and(|known| !known.contains(field))
    }
}

impl Mapping {
    /// The mapping in `content/sigma`.
    pub fn built_in() -> (Self, Vec<Problem>) {
        Self::read(BUILT_IN)
    }

    /// Reads a mapping from TOML texts, each with the name of its file.
    pub fn read<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> (Self, Vec<Problem>) {
        let mut mapping = Self::default();
        let mut problems = Vec::new();
        for (file, text) in files {
            if let Err(problem) = read::add(&mut mapping, text) {
                problems.push(problem.of_file(file));
            }
        }
        (mapping, problems)
    }

    /// Adds what another mapping says before what this one says: site configuration over what is built in.
    pub fn overlaid_by(mut self, other: Self) -> Self {
        self.fields.extend(other.fields);
        self.sources.extend(other.sources);
        self
    }

    /// Rows of which tables a log source is about, by number of the source.
    pub(super) fn sources_of<'a>(&'a self, logsource: &'a Logsource) -> impl Iterator<Item = usize> + 'a {
        let asked = |asked: &Option<String>, has: &[String]| asked.as_ref().is_none_or(|word| has.contains(word));
        let fits = move |source: &Source| {
            asked(&logsource.product, &source.products)
                && asked(&logsource.category, &source.categories)
                && asked(&logsource.service, &source.services)
        };
        self.sources.iter().enumerate().filter(move |(_, source)| fits(source)).map(|(number, _)| number)
    }

    /// Where a field's value is to be found.
    pub(super) fn getter(&self, source: &Source, field: &str) -> Getter {
        let mut getter = self.mapped(source, field);
        if source.whole {
            getter = getter.or(Getter::Json { column: "raw", path: field.to_owned() });
        }
        let spaced = source.spaced.then(|| spaced(field)).filter(|spaced| spaced != field);
        match spaced {
            Some(spaced) => getter.or(self.mapped(source, &spaced)),
            None => getter,
        }
    }

    /// Every name that records of this source are known to answer to: Sigma's and our own.
    pub(super) fn names<'m>(&'m self, source: &'m Source) -> impl Iterator<Item = &'m str> {
        let of_table =
            self.fields.keys().filter(|(table, _)| table == source.table.name).map(|(_, name)| name.as_str());
        let columns = source.table.columns().map(|column| column.name);
        source.fields.keys().map(String::as_str).chain(of_table).chain(columns)
    }

    /// Whether a field of this name is more than what a record may happen to have in `attrs`.
    pub(super) fn knows(&self, source: &Source, field: &str) -> bool {
        source.fields.contains_key(field)
            || self.of_table(source.table.name, field).is_some()
            || source.table.column(field.split('.').next().unwrap_or(field)).is_some()
            || self.below(source, field).is_some()
            || source.known.as_ref().is_some_and(|known| known.contains(field))
    }

    /// Sigma's name for a column of our own; the column's where there is none.
    pub(super) fn name_of(&self, source: &Source, column: &str) -> String {
        let is = |getter: &Getter| matches!(getter, Getter::Column(name) if *name == column);
        let own = source.fields.iter().filter(|(_, getter)| is(getter)).map(|(name, _)| name);
        let of_table = self.fields.iter().filter(|((table, _), getter)| table == source.table.name && is(getter));
        own.chain(of_table.map(|((_, name), _)| name)).next().map_or_else(|| column.to_owned(), Clone::clone)
    }

    fn mapped(&self, source: &Source, field: &str) -> Getter {
        let mapped = source.fields.get(field).or_else(|| self.of_table(source.table.name, field)).cloned();
        let mapped = mapped.or_else(|| self.below(source, field));
        or_attr(mapped.unwrap_or_else(|| native(source.table, field)), source.table, field)
    }

    fn of_table(&self, table: &str, field: &str) -> Option<&Getter> {
        self.fields.get(&(table.to_owned(), field.to_owned()))
    }

    /// `requestParameters.a.b` by way of `requestParameters.*`.
    fn below(&self, source: &Source, field: &str) -> Option<Getter> {
        let mut end = field.len();
        while let Some(dot) = field.get(..end)?.rfind('.') {
            let above = format!("{}.*", field.get(..dot)?);
            let found = source.fields.get(&above).or_else(|| self.of_table(source.table.name, &above));
            if let Some(getter) = found {
                return Some(getter.below(field.get(dot + 1..)?));
            }
            end = dot;
        }
        None
    }
}

/// A column by its own name, else a field of `attrs`.
pub(super) fn native(table: &'static Table, field: &str) -> Getter {
    if let Some(column) = table.column(field) {
        return Getter::Column(column.name);
    }
    let (column, path) = field.split_once('.').unwrap_or((field, ""));
    match table.column(column).filter(|column| column.kind == schema::Kind::Json && !path.is_empty()) {
        Some(column) => Getter::Json { column: column.name, path: path.to_owned() },
        None => Getter::Json { column: "attrs", path: field.to_owned() },
    }
}

/// A mapped field may still be in `attrs` under its own name: formats keep there what no column holds.
fn or_attr(getter: Getter, table: &'static Table, field: &str) -> Getter {
    let attr = Getter::Json { column: "attrs", path: field.to_owned() };
    if table.column("attrs").is_none() || getter.reads(&attr) || getter.never_missing() {
        return getter;
    }
    getter.or(attr)
}

/// `NewValue` and `New_Value` as `New Value`.
fn spaced(field: &str) -> String {
    let mut spaced = String::new();
    for char in field.chars() {
        if char.is_uppercase() && spaced.ends_with(char::is_lowercase) {
            spaced.push(' ');
        }
        spaced.push(if char == '_' { ' ' } else { char });
    }
    spaced
}
