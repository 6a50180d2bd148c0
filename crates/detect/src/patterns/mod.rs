//! STIX patterns over the tables: which rows show what one observation asks for.
//!
//! [`Compiled`] knows for each table which columns hold the properties that a pattern names ([`properties`]). A table
//! that lacks a property cannot show it: comparisons about it are false, denied or not.

mod compile;
mod properties;

#[cfg(test)]
mod tests;

use arrow_array::{Array, RecordBatch, cast::AsArray, types::Int64Type};
use schema::{Table, pattern::Pattern};

use crate::{Error, indicators::scan::Texts};
use compile::{Check, Node};

pub use compile::Refused;

/// A pattern made ready for the tables that can show it.
#[derive(Debug)]
pub struct Compiled {
    of_tables: Vec<OfTable>,
}

#[derive(Debug)]
struct OfTable {
    table: &'static Table,
    /// Each of which is enough.
    observations: Vec<Node>,
    columns: Vec<&'static str>,
}

impl Compiled {
    /// Makes a pattern ready; refuses one with a comparison that no table could ever answer, with its place.
    pub fn new(pattern: &Pattern) -> Result<Self, Refused> {
        compile::compile(pattern).map(|of_tables| Self { of_tables })
    }

    /// The tables whose rows may show it.
    pub fn tables(&self) -> impl Iterator<Item = &'static Table> {
        self.of_tables.iter().map(|of_table| of_table.table)
    }

    /// The columns that are read of a table, besides those that tell the record.
    pub fn columns(&self, table: &Table) -> &[&'static str] {
        self.of(table).map_or(&[], |of_table| &of_table.columns)
    }

    /// Numbers of the rows that show it, in order.
    pub fn matches(&self, table: &Table, rows: &RecordBatch) -> Result<Vec<u32>, Error> {
        let Some(of_table) = self.of(table) else { return Ok(Vec::new()) };
        let mut shows = vec![false; rows.num_rows()];
        for observation in &of_table.observations {
            let more = evaluate(observation, rows);
            shows.iter_mut().zip(more).for_each(|(shows, more)| *shows |= more);
        }
        Ok(shows.iter().zip(0..).filter(|(shows, _)| **shows).map(|(_, row)| row).collect())
    }

    fn of(&self, table: &Table) -> Option<&OfTable> {
        self.of_tables.iter().find(|of_table| std::ptr::eq(of_table.table, table))
    }
}

/// For each row whether it shows this. Depth is bounded by the reader of patterns.
fn evaluate(node: &Node, rows: &RecordBatch) -> Vec<bool> {
    match node {
        Node::Never => vec![false; rows.num_rows()],
        Node::All(parts) => combined(parts, rows, true, |all, part| all && part),
        Node::Any(parts) => combined(parts, rows, false, |any, part| any || part),
        Node::Test { columns, negated, check } => test(columns, *negated, check, rows),
    }
}

fn combined(parts: &[Node], rows: &RecordBatch, start: bool, join: fn(bool, bool) -> bool) -> Vec<bool> {
    let mut shows = vec![start; rows.num_rows()];
    for part in parts {
        // Once every row is decided, the other parts have nothing to say.
        if shows.iter().all(|shows| *shows != start) {
            break;
        }
        let part = evaluate(part, rows);
        shows.iter_mut().zip(part).for_each(|(shows, part)| *shows = join(*shows, part));
    }
    shows
}

/// A row shows it where any of its values does. Negation asks for a value as well: of what is not there, nothing is
/// known.
fn test(columns: &[&'static str], negated: bool, check: &Check, rows: &RecordBatch) -> Vec<bool> {
    let mut shows = vec![false; rows.num_rows()];
    for name in columns {
        let Some(column) = rows.column_by_name(name) else { continue };
        if let Some(texts) = Texts::of(column.as_ref()) {
            // Values repeat: what was decided of the last one holds for the next.
            let mut last: Option<(&str, bool)> = None;
            for (row, shows) in shows.iter_mut().enumerate().filter(|(_, shows)| !**shows) {
                *shows = texts.of_row(row).any(|text| match last {
                    Some((known, holds)) if known == text => holds,
                    _ => {
                        let holds = check.text(text) != negated;
                        last = Some((text, holds));
                        holds
                    }
                });
            }
        } else if let Some(numbers) = column.as_primitive_opt::<Int64Type>() {
            for (row, shows) in shows.iter_mut().enumerate().filter(|(row, _)| numbers.is_valid(*row)) {
                *shows |= check.number(numbers.value(row)) != negated;
            }
        } else if let Some(flags) = column.as_boolean_opt() {
            for (row, shows) in shows.iter_mut().enumerate().filter(|(row, _)| flags.is_valid(*row)) {
                *shows |= check.flag(flags.value(row)) != negated;
            }
        }
    }
    shows
}
