//! From a source's fields to a table's columns: mappings are data, one interpreter reads them for every format.
//!
//! Rules that hold for all formats:
//! - A value that its column cannot hold does not lose the record: the column is null and the value stays in
//!   `attrs` under its own name. Only a bad event time rejects.
//! - A field whose content is wholly in columns is not in `attrs`; one that is there in part stays whole.
//! - An empty text or list in a modelled column is null, because sources write both for "nothing".

mod fields;
mod lists;
mod output;
mod plan;
mod read;
mod record;
mod times;
mod work;

pub(crate) use output::Output;
pub(crate) use plan::{Plan, places};
pub(crate) use read::Read;
pub(crate) use record::{ABSENT, Cell, Record};

/// How the records of one kind (a Zeek log, a Logpush dataset) become rows of one table.
#[derive(Debug)]
pub(crate) struct Mapping {
    /// The kind's name at the source.
    pub(crate) kind: &'static str,
    pub(crate) table: &'static str,
    /// Fields that may hold the event time; the first one that is set counts.
    pub(crate) times: &'static [&'static str],
    /// Field that says how many events a record stands for.
    pub(crate) weight: Option<&'static str>,
    /// Columns that are the same in every row.
    pub(crate) constants: &'static [(&'static str, &'static str)],
    pub(crate) columns: &'static [Rule],
}

/// A column, the fields it comes from, and how they are read. Of several rules for one column the first that
/// yields a value counts.
pub(crate) type Rule = (&'static str, &'static [&'static str], Read);

#[cfg(test)]
pub(crate) fn check_mapping(mapping: &Mapping) {
    let table = schema::tables::find(mapping.table).unwrap_or_else(|| panic!("no table {}", mapping.table));
    let named = mapping.columns.iter().map(|rule| rule.0).chain(mapping.constants.iter().map(|constant| constant.0));
    for name in named {
        let known = table.own.iter().any(|column| column.name == name);
        assert!(known, "{}: no column {name} in {}", mapping.kind, mapping.table);
    }
    assert!(!mapping.times.is_empty(), "{}: no time", mapping.kind);
}
