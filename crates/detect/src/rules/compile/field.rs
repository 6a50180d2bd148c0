//! One column of a table and all that rules ask of it, whatever name they call it by.

use std::collections::BTreeMap;

use super::scanner::{self, Scanner, Work};
use crate::rules::{
    fields::Getter,
    rows::{Keys, Value},
};

/// Values that are tested together: those of one column, or those that one getter puts together.
#[derive(Debug)]
pub(in crate::rules) struct Field {
    /// The column; none where values are put together in another way.
    pub(in crate::rules) column: Option<&'static str>,
    pub(in crate::rules) slots: Vec<Slot>,
    /// Needed to tell which rows are of which log source: looked at in every row.
    pub(in crate::rules) of_gate: bool,
    /// Gates of the rules that ask; only their rows are looked at.
    pub(in crate::rules) gates: Vec<u32>,
    scanner: Scanner,
    /// For each predicate of the scanner, what it makes true.
    links: Vec<Link>,
    /// Where the links of a predicate begin, with one more at the end.
    starts: Vec<u32>,
    /// One more than the highest of its atoms.
    atoms_end: usize,
}

/// One of the ways in which rules have a value of the field: they differ in what counts where the column has none.
#[derive(Debug)]
pub(in crate::rules) struct Slot {
    /// Where else the value may be.
    pub(in crate::rules) rest: Option<Getter>,
    /// Keys at the top of a column of JSON of which the rest needs one.
    pub(in crate::rules) keys: Option<(&'static str, Vec<u16>)>,
    /// Atoms that hold of records without the field.
    pub(in crate::rules) missing: Vec<u32>,
    pub(in crate::rules) of_gate: bool,
    pub(in crate::rules) gates: Vec<u32>,
}

/// A predicate is one of `needed` that make an atom true.
#[derive(Debug, Clone, Copy)]
struct Link {
    atom: u32,
    slot: u16,
    needed: u16,
}

/// An atom as it is put together: it holds where any of its tests does, or all.
#[derive(Debug)]
pub(super) struct AtomDraft {
    pub(super) atom: u32,
    pub(super) slot: u16,
    pub(super) all: bool,
    pub(super) tests: Vec<u32>,
}

/// A field as it grows.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) column: Option<&'static str>,
    pub(super) tests: scanner::Builder,
    pub(super) atoms: Vec<AtomDraft>,
    pub(super) slots: Vec<Slot>,
}

/// The atoms that a value makes true, each once.
#[derive(Debug, Default)]
pub(in crate::rules) struct Met {
    pub(in crate::rules) atoms: Vec<u32>,
    /// For each atom the value that it was last met for, and how many of its tests held.
    stamps: Vec<(u64, u32)>,
    stamp: u64,
}

impl Slot {
    pub(super) fn new(rest: Option<Getter>) -> Self {
        Self { rest, keys: None, missing: Vec::new(), of_gate: false, gates: Vec::new() }
    }
}

impl Draft {
    /// The number tells the fields of a plan apart.
    pub(super) fn finish(
        self,
        number: usize,
        keys: &BTreeMap<&'static str, Keys>,
        work: &mut Work,
        met: &mut Met,
    ) -> Field {
        let n_tests = self.atoms.iter().flat_map(|atom| &atom.tests).max().map_or(0, |last| *last as usize + 1);
        let (starts, links) = linked(&self.atoms, n_tests);
        let mut gates: Vec<u32> = self.slots.iter().flat_map(|slot| slot.gates.iter().copied()).collect();
        gates.sort_unstable();
        gates.dedup();
        let mut field = Field {
            column: self.column,
            of_gate: self.slots.iter().any(|slot| slot.of_gate),
            gates,
            slots: self.slots,
            scanner: self.tests.finish(number),
            links,
            starts,
            atoms_end: self.atoms.iter().map(|atom| atom.atom as usize + 1).max().unwrap_or(0),
        };
        for number in 0..field.slots.len() {
            field.atoms_of(Value::Missing, Some(number), work, met);
            let rest = field.slots.get(number).and_then(|slot| slot.rest.as_ref());
            let keys = rest.and_then(|rest| wanted_keys(rest, keys));
            if let Some(slot) = field.slots.get_mut(number) {
                slot.missing.clone_from(&met.atoms);
                slot.keys = keys;
            }
        }
        field
    }
}

/// The number of each field's first slot, slots being numbered over all fields.
pub(super) fn first_slots(fields: &[Field]) -> Vec<u32> {
    let mut next = 0;
    let mut first_slots = Vec::with_capacity(fields.len());
    for field in fields {
        first_slots.push(next);
        next += field.slots.len() as u32;
    }
    first_slots
}

/// Links by test, one list behind the other.
fn linked(atoms: &[AtomDraft], n_tests: usize) -> (Vec<u32>, Vec<Link>) {
    let mut of_tests: Vec<(u32, Link)> = Vec::new();
    for draft in atoms {
        let needed = if draft.all { u16::try_from(draft.tests.len()).unwrap_or(u16::MAX) } else { 1 };
        let link = Link { atom: draft.atom, slot: draft.slot, needed };
        of_tests.extend(draft.tests.iter().map(|test| (*test, link)));
    }
    of_tests.sort_by_key(|(test, link)| (*test, link.atom));
    let mut starts = vec![0; n_tests + 1];
    for (test, _) in &of_tests {
        if let Some(start) = starts.get_mut(*test as usize + 1) {
            *start += 1;
        }
    }
    let mut sum = 0;
    for start in &mut starts {
        sum += *start;
        *start = sum;
    }
    (starts, of_tests.into_iter().map(|(_, link)| link).collect())
}

/// The keys that a getter can find a value under; none where it looks elsewhere as well.
fn wanted_keys(getter: &Getter, keys: &BTreeMap<&'static str, Keys>) -> Option<(&'static str, Vec<u16>)> {
    let paths = match getter {
        Getter::First(getters) => getters.as_slice(),
        getter => std::slice::from_ref(getter),
    };
    let mut wanted = Vec::new();
    let mut of: Option<&'static str> = None;
    for path in paths {
        let Getter::Json { column, path } = path else {
            return None;
        };
        if path.is_empty() || of.is_some_and(|of| of != *column) {
            return None;
        }
        of = Some(column);
        wanted.extend(keys.get(column)?.above(path));
    }
    Some((of?, wanted))
}

impl Field {
    /// Finds the atoms that a value makes true: those of one slot, or of all.
    pub(in crate::rules) fn atoms_of(&self, value: Value<'_>, slot: Option<usize>, work: &mut Work, met: &mut Met) {
        let Met { atoms, stamps, stamp } = met;
        atoms.clear();
        self.scanner.scan(value, work);
        stamps.resize(stamps.len().max(self.atoms_end), (0, 0));
        *stamp = stamp.wrapping_add(1);
        for link in work.holding.iter().flat_map(|test| self.links_of(*test)) {
            if slot.is_some_and(|slot| slot != usize::from(link.slot)) {
                continue;
            }
            if let Some(seen) = stamps.get_mut(link.atom as usize) {
                let count = if seen.0 == *stamp { seen.1 + 1 } else { 1 };
                *seen = (*stamp, count);
                if count == u32::from(link.needed) {
                    atoms.push(link.atom);
                }
            }
        }
    }

    fn links_of(&self, test: u32) -> &[Link] {
        let at = test as usize;
        let range = self.starts.get(at).zip(self.starts.get(at + 1));
        range.and_then(|(start, end)| self.links.get(*start as usize..*end as usize)).unwrap_or_default()
    }

    /// Tests that are had from one pass over a value, and those of them that are tried on each.
    pub(super) fn n_tests(&self) -> (usize, usize) {
        (self.starts.len().saturating_sub(1), self.scanner.n_always())
    }
}
