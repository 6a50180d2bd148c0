//! Rules to one plan for each table, in which equal tests of equal fields are one.

mod build;
mod forms;
mod grams;
mod literals;
mod node;
pub(super) mod predicate;
pub(super) mod scanner;
mod trie;

use std::collections::BTreeMap;

use schema::Table;

pub(super) use build::{build, check};
pub(super) use forms::written_forms;
pub(super) use node::Node;
use predicate::Predicate;
use scanner::Scanner;

use super::{fields::Getter, model::How, rows::Keys};

/// All rules over one table. Data that never changes; an [`super::Evaluator`] works with it.
#[derive(Debug)]
pub struct Plan {
    pub(super) table: &'static Table,
    pub(super) slots: Vec<Slot>,
    pub(super) n_atoms: usize,
    pub(super) lates: Vec<Late>,
    pub(super) pairs: Vec<Pair>,
    /// Which rows are records of a log source.
    pub(super) gates: Vec<Node>,
    pub(super) rules: Vec<PlannedRule>,
    pub(super) keys: BTreeMap<&'static str, Keys>,
}

/// One field of the table and all that rules ask of it.
#[derive(Debug)]
pub(super) struct Slot {
    pub(super) getter: Getter,
    pub(super) scanner: Scanner,
    /// For each predicate of the scanner, the atoms that it makes true.
    pub(super) any_atoms: Vec<Vec<u32>>,
    /// For each predicate, the atoms that need all of several, with how many.
    pub(super) all_atoms: Vec<Vec<(u32, u32)>>,
    /// One more than the highest of its atoms.
    pub(super) atoms_end: usize,
    /// Needed to tell which rows are of which log source: looked at in every row.
    pub(super) of_gate: bool,
    /// Gates of the rules that ask; only their rows are looked at.
    pub(super) gates: Vec<u32>,
}

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
        let mut columns = std::collections::BTreeSet::new();
        for getter in self.getters() {
            getter.columns(&mut |column| {
                columns.insert(column);
            });
        }
        columns.into_iter().filter(|column| self.table.column(column).is_some()).collect()
    }

    /// How all values are had that rules look at.
    pub(super) fn getters(&self) -> impl Iterator<Item = &Getter> {
        let lates = self.lates.iter().map(|late| &late.getter);
        let pairs = self.pairs.iter().flat_map(|pair| [&pair.field, &pair.other]);
        let asked = self.rules.iter().flat_map(|rule| rule.fields.iter().map(|(_, getter)| getter));
        self.slots.iter().map(|slot| &slot.getter).chain(lates).chain(pairs).chain(asked)
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
        let tests = self.slots.iter().map(|slot| slot.any_atoms.len()).sum();
        (self.slots.len(), tests, self.slots.iter().map(|slot| slot.scanner.n_always()).sum())
    }
}
