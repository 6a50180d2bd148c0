//! Batches against a [`Plan`]: each distinct value is tested once, what it makes true becomes a set of rows, and rules
//! are worked out over sets. A rule is looked at where one of its rarest parts was met, however many rows there are.
//!
//! `look` has the values of one field, `chunk` the conditions; `sets` and `bits` what passes between them; `recent` what
//! is known from earlier rows.

mod bits;
mod candidates;
mod chunk;
mod groups;
mod look;
mod pair;
mod recent;
mod sets;

use std::{cell::RefCell, sync::Arc};

use arrow_array::RecordBatch;
use bits::{Bits, CHUNK_ROWS};
use chunk::Chunk;
use look::{Look, Memory, Scratch};
use schema::EventBatch;
use sets::Sets;

pub use candidates::Unread;

use super::{
    compile::{Plan, Witnesses, field::Field},
    memo::Memo,
    rows::Rows,
};

/// Which rules matched which rows of one batch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hits {
    /// By number of the rule in its set, ascending; rows ascending.
    pub rules: Vec<(usize, Vec<u32>)>,
}

impl Hits {
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// Matches, a row and a rule each.
    pub fn len(&self) -> usize {
        self.rules.iter().map(|(_, rows)| rows.len()).sum()
    }

    pub fn rows_of(&self, rule: usize) -> &[u32] {
        let found = self.rules.binary_search_by_key(&rule, |(number, _)| *number).ok();
        found.and_then(|at| self.rules.get(at)).map_or(&[], |(_, rows)| rows)
    }
}

impl Plan {
    /// Holds one batch against the rules. For many batches make an [`Evaluator`], which remembers values.
    pub fn evaluate(self: &Arc<Self>, batch: &EventBatch) -> Hits {
        Evaluator::new(Arc::clone(self)).evaluate(batch.rows())
    }
}

/// Works through batches of one table. One for each thread.
#[derive(Debug)]
pub struct Evaluator {
    plan: Arc<Plan>,
    /// What rules wait for, by what was met so far.
    witnesses: Witnesses,
    observed: Observed,
    memories: Vec<Memory>,
    late_memos: Vec<RefCell<Memo>>,
    scratch: Scratch,
    /// Of atoms.
    sets: Sets,
    /// By slot: rows of which a long column may have its value ([`Evaluator::candidates`]).
    maybe: Sets,
    /// By column of JSON: the rows that have each of its wanted keys at the top.
    keys: Vec<(&'static str, Sets)>,
    woken: Vec<u32>,
}

/// In how many rows each atom was met.
#[derive(Debug, Default)]
struct Observed {
    n_rows: Vec<u64>,
    n_chunks: u32,
}

/// What is remembered over all fields of a table; then the fullest field starts anew.
const MAX_MEMORY_BYTES: usize = 32 << 20;

impl Evaluator {
    pub fn new(plan: Arc<Plan>) -> Self {
        Self {
            witnesses: plan.witnesses.clone(),
            observed: Observed::default(),
            memories: plan.fields.iter().map(Memory::of).collect(),
            late_memos: plan.lates.iter().map(|_| RefCell::default()).collect(),
            scratch: Scratch::default(),
            sets: Sets::default(),
            maybe: Sets::default(),
            keys: plan.keys.keys().map(|column| (*column, Sets::default())).collect(),
            woken: Vec::new(),
            plan,
        }
    }

    pub fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    /// Values remembered, over all fields.
    pub fn n_remembered(&mut self) -> usize {
        self.memories.iter_mut().flat_map(Memory::memos).map(|memo| memo.len()).sum()
    }

    /// Holds rows of the plan's table against its rules. Columns are found by name; what is missing counts as null.
    pub fn evaluate(&mut self, batch: &RecordBatch) -> Hits {
        let mut found: Vec<(usize, Vec<u32>)> = Vec::new();
        if self.plan.is_empty() {
            return Hits::default();
        }
        self.make_room();
        let plan = Arc::clone(&self.plan);
        let rows = Rows::of(batch, plan.columns.iter().copied(), &plan.keys);
        let mut start = 0;
        while start < rows.n_rows() {
            let n = CHUNK_ROWS.min(rows.n_rows() - start);
            self.chunk(&plan, &rows, start, n, &mut found);
            self.observe(&plan);
            start += n;
        }
        Hits { rules: merged(found) }
    }

    /// Of whole values and of lines.
    fn memos(&mut self) -> impl Iterator<Item = &mut Memo> {
        self.memories.iter_mut().flat_map(Memory::memos).chain(self.scratch.lines())
    }

    fn make_room(&mut self) {
        let mut held: usize = self.memos().map(|memo| memo.held()).sum();
        while held > MAX_MEMORY_BYTES {
            let Some(fullest) = self.memos().max_by_key(|memo| memo.held()) else {
                return;
            };
            held -= fullest.held();
            fullest.forget();
        }
    }

    fn chunk(&mut self, plan: &Plan, rows: &Rows<'_>, start: usize, n: usize, found: &mut Vec<(usize, Vec<u32>)>) {
        self.sets.begin(plan.n_atoms, n);
        let every = Bits::first(n);
        let look = |field| Look { field, rows, start, n_rows: n };
        for (field, memory) in plan.fields.iter().zip(&mut self.memories).filter(|(field, _)| field.of_gate) {
            let absent = look(field).column(&mut memory.column, &every, &mut self.scratch, &mut self.sets);
            let slots = field.slots.iter().zip(&mut memory.rests).enumerate();
            for (number, (_, memo)) in slots.filter(|(_, (slot, _))| slot.of_gate) {
                look(field).rest(number, memo, &absent, &mut self.scratch, &mut self.sets, &[]);
            }
        }
        let chunk = Chunk { plan, rows, start, sets: &self.sets, late_memos: &self.late_memos };
        let gates: Vec<Bits> = plan.gates.iter().map(|gate| chunk.rows_of(gate, &every)).collect();
        self.read_keys(plan, rows, start, n, &gates);
        for (field, memory) in plan.fields.iter().zip(&mut self.memories) {
            let asked = behind(&field.gates, &gates, n);
            if asked.is_empty() {
                continue;
            }
            let absent = match field.of_gate {
                true => absent_of(field, rows, start, &asked),
                false => look(field).column(&mut memory.column, &asked, &mut self.scratch, &mut self.sets),
            };
            if absent.is_empty() {
                continue;
            }
            let slots = field.slots.iter().zip(&mut memory.rests).enumerate();
            for (number, (slot, memo)) in slots.filter(|(_, (slot, _))| !slot.of_gate) {
                let mut asked = behind(&slot.gates, &gates, n);
                asked.keep(&absent);
                if !asked.is_empty() {
                    look(field).rest(number, memo, &asked, &mut self.scratch, &mut self.sets, &self.keys);
                }
            }
        }
        let chunk = Chunk { plan, rows, start, sets: &self.sets, late_memos: &self.late_memos };
        self.witnesses.woken(self.sets.used(), &mut self.woken);
        for rule in self.woken.iter().filter_map(|rule| plan.rules.get(*rule as usize)) {
            let Some(gate) = gates.get(rule.gate as usize).filter(|_| !chunk.hopeless(&rule.node)) else {
                continue;
            };
            let matched = chunk.rows_of(&rule.node, gate);
            if !matched.is_empty() {
                found.push((rule.rule, matched.rows().map(|row| (start + row) as u32).collect()));
            }
        }
    }

    /// Reads columns of JSON once for all that looks into them.
    fn read_keys(&mut self, plan: &Plan, rows: &Rows<'_>, start: usize, n: usize, gates: &[Bits]) {
        for (column, sets) in &mut self.keys {
            let of_column =
                |slot: &&super::compile::field::Slot| slot.keys.as_ref().is_some_and(|(of, _)| of == column);
            let mut asking: Vec<u32> = Vec::new();
            for slot in plan.fields.iter().flat_map(|field| &field.slots).filter(of_column) {
                asking.extend(&slot.gates);
            }
            asking.sort_unstable();
            asking.dedup();
            sets.begin(plan.keys.get(column).map_or(0, |keys| keys.len()), n);
            for row in behind(&asking, gates, n).rows() {
                rows.each_key(column, start + row, |key| sets.set(u32::from(key), row));
            }
        }
    }

    /// Learns what is met often. Rules should wait for what is rare here, whatever is rare elsewhere.
    fn observe(&mut self, plan: &Plan) {
        /// Chosen anew after so many chunks, and then ever more rarely: what is common changes slowly.
        const FIRST: u32 = 4;
        let observed = &mut self.observed;
        observed.n_rows.resize(plan.n_atoms, 0);
        for atom in self.sets.used() {
            if let (Some(n_rows), Some(set)) = (observed.n_rows.get_mut(*atom as usize), self.sets.get(*atom)) {
                *n_rows += set.len() as u64;
            }
        }
        observed.n_chunks = observed.n_chunks.saturating_add(1);
        if observed.n_chunks >= FIRST && observed.n_chunks.is_power_of_two() {
            let seen = |atom: u32| observed.n_rows.get(atom as usize).copied().unwrap_or(0);
            self.witnesses = Witnesses::of(&plan.rules, plan.n_atoms, seen);
        }
    }
}

/// Rows of any of these gates.
fn behind(wanted: &[u32], gates: &[Bits], n: usize) -> Bits {
    let mut rows = Bits::none(n);
    wanted.iter().filter_map(|gate| gates.get(*gate as usize)).for_each(|gate| rows.add(gate));
    rows
}

/// Rows in which the field's column, which was looked at before, has nothing.
fn absent_of(field: &Field, rows: &Rows<'_>, start: usize, asked: &Bits) -> Bits {
    let Some(column) = field.column.and_then(|name| rows.column_of(name)) else {
        return asked.clone();
    };
    let mut absent = asked.emptied();
    asked.rows().filter(|row| !column.has(start + row)).for_each(|row| absent.set(row));
    absent
}

/// One rule may be there for several log sources and chunks.
fn merged(mut found: Vec<(usize, Vec<u32>)>) -> Vec<(usize, Vec<u32>)> {
    found.sort_by_key(|(rule, _)| *rule);
    let mut rules: Vec<(usize, Vec<u32>)> = Vec::new();
    for (rule, rows) in found {
        match rules.last_mut().filter(|(last, _)| *last == rule) {
            Some((_, all)) => all.extend(rows),
            None => rules.push((rule, rows)),
        }
    }
    for (_, rows) in &mut rules {
        rows.sort_unstable();
        rows.dedup();
    }
    rules
}
