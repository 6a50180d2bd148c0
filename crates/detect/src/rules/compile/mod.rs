//! Rules to one plan for each table, in which equal tests of equal fields are one.

mod build;
pub(super) mod field;
mod forms;
mod grams;
mod lines;
mod literals;
mod node;
pub(super) mod predicate;
pub(super) mod scanner;
mod trie;
mod witness;

use std::collections::BTreeMap;

use schema::Table;

pub(super) use build::{build, check};
use field::Field;
pub(super) use forms::{of_source, written_forms};
pub(super) use node::Node;
use predicate::Predicate;
pub(super) use witness::Witnesses;

use super::{fields::Getter, model::How, rows::Keys};

/// All rules over one table. Data that never changes; an [`super::Evaluator`] works with it.
#[derive(Debug)]
pub struct Plan {
    pub(super) table: &'static Table,
    pub(super) fields: Vec<Field>,
    /// Columns that rules read.
    pub(super) columns: Vec<&'static str>,
    pub(super) n_atoms: usize,
    /// By atom: its slot, slots being numbered over all fields.
    pub(super) atom_slots: Vec<u32>,
    /// Atoms over whole records: the texts of which one list must be in a record, all of it, for the atom to hold.
    pub(super) record_texts: BTreeMap<u32, Vec<Vec<String>>>,
    pub(super) lates: Vec<Late>,
    pub(super) pairs: Vec<Pair>,
    /// Which rows are records of a log source.
    pub(super) gates: Vec<Node>,
    pub(super) rules: Vec<PlannedRule>,
    pub(super) witnesses: Witnesses,
    pub(super) keys: BTreeMap<&'static str, Keys>,
}

/// Columns that are so long that they are read only for rows that may match at all.
pub(super) const LONG: [&str; 2] = ["attrs", "raw"];

/// A regular expression, tried when it is asked for.
#[derive(Debug)]
pub(super) struct Late {
    pub(super) getter: Getter,
    pub(super) predicate: Predicate,
}

/// Two fields of one record held against each other.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) field: Getter,
    pub(super) other: Getter,
    pub(super) how: How,
    pub(super) cased: bool,
}

#[derive(Debug)]
pub(super) struct PlannedRule {
    /// Number in the rule set.
    pub(super) rule: usize,
    pub(super) gate: u32,
    pub(super) node: Node,
    /// Fields that correlations ask of its matches.
    pub(super) fields: Vec<(String, Getter)>,
    /// Some correlation names it.
    pub(super) feeds: bool,
}

impl Plan {
    pub fn table(&self) -> &'static Table {
        self.table
    }

    /// Columns that rules read; others need not be loaded.
    pub fn columns(&self) -> Vec<&'static str> {
        self.columns.iter().copied().filter(|column| self.table.column(column).is_some()).collect()
    }

    /// Those of [`Plan::columns`] that tell which rows may match ([`super::Evaluator::candidates`]).
    pub fn short_columns(&self) -> Vec<&'static str> {
        self.columns().into_iter().filter(|column| !LONG.contains(column)).collect()
    }

    /// Keys at the top of a column of JSON under which rules look for values: where a record has none of them, the column
    /// need not be read for it.
    pub fn keys(&self, column: &str) -> Vec<&str> {
        self.keys.get(column).map(Keys::names).unwrap_or_default()
    }

    /// Rules in the plan, each once however many log sources it covers.
    pub fn n_rules(&self) -> usize {
        let rules: std::collections::BTreeSet<usize> = self.rules.iter().map(|rule| rule.rule).collect();
        rules.len()
    }

    /// Whether no rule looks at this table.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// Size in numbers: fields, tests that are had from one pass over a value, tests tried on each value.
    pub fn sizes(&self) -> (usize, usize, usize) {
        let tests = self.fields.iter().map(Field::n_tests);
        let (tests, always) = tests.fold((0, 0), |sum, field| (sum.0 + field.0, sum.1 + field.1));
        (self.fields.len(), tests, always)
    }
}
