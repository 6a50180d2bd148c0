//! Which rows may match at all, told without their long columns: those are then read for few rows only.
//!
//! Of every atom two things are known: in which rows it holds, and in which it may hold as far as anybody knows. What
//! a [`Sketch`] says of a file takes most doubts away: keys that no row has, texts that are in no record.

use std::sync::Arc;

use arrow_array::RecordBatch;
use schema::Sketch;

use super::{
    Evaluator, absent_of, behind,
    bits::{Bits, CHUNK_ROWS},
    chunk::Chunk,
    look::Look,
    sets::Sets,
};
use crate::rules::{
    compile::{LONG, Node, Plan},
    fields::Getter,
    rows::Rows,
};

/// What is not known of rows whose long columns were not read.
#[derive(Debug)]
pub struct Unread {
    /// By slot, numbered over all fields: whether its values may be in a long column.
    slots: Vec<bool>,
    /// By atom: whether it may hold for what is in a long column.
    atoms: Vec<bool>,
    /// Atoms of each slot with values in a long column.
    atoms_of: Vec<(u32, Vec<u32>)>,
    /// By number of the late test: whether it reads a long column.
    lates: Vec<bool>,
}

impl Unread {
    /// In a file of which this is known.
    pub fn of(plan: &Plan, sketch: &Sketch) -> Self {
        let may_hold = |atom: &u32| {
            plan.record_texts
                .get(atom)
                .is_none_or(|lists| lists.iter().any(|texts| texts.iter().all(|text| sketch.may_contain(text))))
        };
        let atoms: Vec<bool> = (0..plan.n_atoms as u32).map(|atom| may_hold(&atom)).collect();
        let getters = plan.fields.iter().flat_map(|field| {
            let long = field.column.is_some_and(|column| LONG.contains(&column));
            field.slots.iter().map(move |slot| (long, slot.rest.as_ref()))
        });
        let mut slots: Vec<bool> =
            getters.map(|(long, rest)| long || rest.is_some_and(|rest| may_be_there(rest, sketch))).collect();
        let mut atoms_of: Vec<(u32, Vec<u32>)> = Vec::new();
        for slot in (0..slots.len() as u32).filter(|slot| slots.get(*slot as usize) == Some(&true)) {
            atoms_of.push((slot, Vec::new()));
        }
        for (atom, slot) in plan.atom_slots.iter().enumerate().filter(|(atom, _)| atoms.get(*atom) == Some(&true)) {
            if let Ok(at) = atoms_of.binary_search_by_key(slot, |(slot, _)| *slot)
                && let Some((_, atoms)) = atoms_of.get_mut(at)
            {
                atoms.push(atom as u32);
            }
        }
        // A slot of which no atom can hold tells nothing more, whatever is in its column.
        atoms_of.retain(|(slot, atoms)| {
            if let Some(there) = slots.get_mut(*slot as usize).filter(|_| atoms.is_empty()) {
                *there = false;
            }
            !atoms.is_empty()
        });
        let lates = plan.lates.iter().map(|late| may_be_there(&late.getter, sketch)).collect();
        Self { slots, atoms, atoms_of, lates }
    }

    fn is_there(&self, slot: u32) -> bool {
        self.slots.get(slot as usize).copied().unwrap_or(true)
    }

    fn may_hold(&self, atom: u32) -> bool {
        self.atoms.get(atom as usize).copied().unwrap_or(true)
    }

    fn is_late(&self, late: u32) -> bool {
        self.lates.get(late as usize).copied().unwrap_or(true)
    }
}

/// Whether a long column may have a value for this. As deep as the mapping nests getters, which is by hand.
fn may_be_there(getter: &Getter, sketch: &Sketch) -> bool {
    match getter {
        Getter::Column(column) => LONG.contains(column),
        Getter::Json { column: "attrs", path } if !path.is_empty() => {
            let ends = path.match_indices('.').map(|(dot, _)| dot).chain([path.len()]);
            ends.filter_map(|end| path.get(..end)).any(|key| sketch.may_have_key(key))
        }
        Getter::Json { column, .. } => LONG.contains(column),
        Getter::First(getters) | Getter::Every(getters) | Getter::Join { parts: getters, .. } => {
            getters.iter().any(|getter| may_be_there(getter, sketch))
        }
        Getter::Words { of, .. } => may_be_there(of, sketch),
        Getter::Hashes => false,
        Getter::Record(_) => true,
    }
}

/// One chunk of a batch without its long columns.
struct Short<'a, 'r> {
    plan: &'a Plan,
    rows: &'a Rows<'r>,
    start: usize,
    n: usize,
    unread: &'a Unread,
}

impl Evaluator {
    /// Rows that some rule may match, ascending; all others match nothing. The batch needs the plan's short columns
    /// only.
    pub fn candidates(&mut self, batch: &RecordBatch, unread: &Unread) -> Vec<u32> {
        let mut candidates = Vec::new();
        if self.plan.is_empty() {
            return candidates;
        }
        self.make_room();
        let plan = Arc::clone(&self.plan);
        let rows = Rows::of(batch, plan.short_columns(), &plan.keys);
        let mut start = 0;
        while start < rows.n_rows() {
            let n = CHUNK_ROWS.min(rows.n_rows() - start);
            let found = self.candidates_of(&Short { plan: &plan, rows: &rows, start, n, unread });
            candidates.extend(found.rows().map(|row| (start + row) as u32));
            start += n;
        }
        candidates
    }

    fn candidates_of(&mut self, short: &Short<'_, '_>) -> Bits {
        self.sets.begin(short.plan.n_atoms, short.n);
        self.maybe.begin(short.unread.slots.len(), short.n);
        let every = Bits::first(short.n);
        self.look_for_gates(short, &every);
        let gates: Vec<Bits> = {
            let doubts = self.doubts(short);
            short.plan.gates.iter().map(|gate| doubts.at_most(gate, &every)).collect()
        };
        self.look_behind(short, &gates);
        let mut met = self.sets.used().to_vec();
        let doubtful = short.unread.atoms_of.iter().filter(|(slot, _)| self.maybe.get(*slot).is_some());
        met.extend(doubtful.flat_map(|(_, atoms)| atoms));
        self.witnesses.woken(&met, &mut self.woken);
        let doubts = self.doubts(short);
        let mut candidates = Bits::none(short.n);
        for rule in self.woken.iter().filter_map(|rule| short.plan.rules.get(*rule as usize)) {
            if let Some(gate) = gates.get(rule.gate as usize) {
                candidates.add(&doubts.at_most(&rule.node, gate));
            }
        }
        candidates
    }

    fn doubts<'a, 'r>(&'a self, short: &'a Short<'a, 'r>) -> Doubts<'a, 'r> {
        let Short { plan, rows, start, unread, .. } = short;
        let chunk = Chunk { plan, rows, start: *start, sets: &self.sets, late_memos: &self.late_memos };
        Doubts { chunk, maybe: &self.maybe, unread }
    }

    /// Looks at what tells log sources apart, in every row.
    fn look_for_gates(&mut self, short: &Short<'_, '_>, every: &Bits) {
        let mut first_slot = 0;
        for (field, memory) in short.plan.fields.iter().zip(&mut self.memories) {
            let slots = first_slot..;
            first_slot += field.slots.len() as u32;
            if !field.of_gate {
                continue;
            }
            let look = Look { field, rows: short.rows, start: short.start, n_rows: short.n };
            let absent = look.column(&mut memory.column, every, &mut self.scratch, &mut self.sets);
            for (number, (slot_number, memo)) in slots.zip(&mut memory.rests).enumerate() {
                if field.slots.get(number).is_some_and(|slot| slot.of_gate) && !absent.is_empty() {
                    match short.unread.is_there(slot_number) {
                        true => note(&mut self.maybe, slot_number, &absent),
                        false => look.rest(number, memo, &absent, &mut self.scratch, &mut self.sets, &[]),
                    }
                }
            }
        }
    }

    /// Looks at all else, in the rows of those log sources that ask.
    fn look_behind(&mut self, short: &Short<'_, '_>, gates: &[Bits]) {
        let mut first_slot = 0;
        for (field, memory) in short.plan.fields.iter().zip(&mut self.memories) {
            let slots = first_slot..;
            first_slot += field.slots.len() as u32;
            let asked = behind(&field.gates, gates, short.n);
            if asked.is_empty() {
                continue;
            }
            let look = Look { field, rows: short.rows, start: short.start, n_rows: short.n };
            let absent = match field.of_gate {
                true => absent_of(field, short.rows, short.start, &asked),
                false => look.column(&mut memory.column, &asked, &mut self.scratch, &mut self.sets),
            };
            for (number, (slot_number, memo)) in slots.zip(&mut memory.rests).enumerate() {
                let Some(slot) = field.slots.get(number).filter(|slot| !slot.of_gate) else {
                    continue;
                };
                let mut asked = behind(&slot.gates, gates, short.n);
                asked.keep(&absent);
                if !asked.is_empty() {
                    match short.unread.is_there(slot_number) {
                        true => note(&mut self.maybe, slot_number, &asked),
                        false => look.rest(number, memo, &asked, &mut self.scratch, &mut self.sets, &[]),
                    }
                }
            }
        }
    }
}

fn note(maybe: &mut Sets, slot: u32, rows: &Bits) {
    if let Some(set) = maybe.of(slot) {
        set.add(rows);
    }
}

/// Conditions where some values are not known.
struct Doubts<'a, 'r> {
    chunk: Chunk<'a, 'r>,
    /// By slot: rows in which its value may be in a long column.
    maybe: &'a Sets,
    unread: &'a Unread,
}

impl Doubts<'_, '_> {
    /// Of these rows those in which the node may hold.
    fn at_most(&self, node: &Node, among: &Bits) -> Bits {
        let mut rows = among.clone();
        match node {
            Node::Always | Node::Pair(_) => {}
            Node::Never => rows.clear(),
            Node::Atom(atom) => {
                let known = self.chunk.sets.get(*atom);
                match (known, self.maybe_of(*atom)) {
                    (Some(known), Some(maybe)) => {
                        let mut either = known.clone();
                        either.add(maybe);
                        rows.keep(&either);
                    }
                    (Some(only), None) | (None, Some(only)) => rows.keep(only),
                    (None, None) => rows.clear(),
                }
            }
            // As deep as the parser lets conditions nest.
            Node::All(nodes) => {
                for node in nodes {
                    if rows.is_empty() {
                        break;
                    }
                    rows = self.at_most(node, &rows);
                }
            }
            Node::Any(nodes) => {
                rows.clear();
                nodes.iter().for_each(|node| rows.add(&self.at_most(node, among)));
            }
            Node::Not(inner) => rows.remove(&self.at_least(inner, among)),
            Node::Late(late) if self.unread.is_late(*late) => {}
            Node::Late(_) => self.chunk.keep(node, &mut rows),
        }
        rows
    }

    /// Of these rows those in which the node holds whatever is in the long columns.
    fn at_least(&self, node: &Node, among: &Bits) -> Bits {
        let mut rows = among.clone();
        match node {
            Node::Always => {}
            Node::Never | Node::Pair(_) => rows.clear(),
            Node::Atom(_) => self.chunk.keep(node, &mut rows),
            // As deep as the parser lets conditions nest.
            Node::All(nodes) => {
                for node in nodes {
                    if rows.is_empty() {
                        break;
                    }
                    rows = self.at_least(node, &rows);
                }
            }
            Node::Any(nodes) => {
                rows.clear();
                nodes.iter().for_each(|node| rows.add(&self.at_least(node, among)));
            }
            Node::Not(inner) => rows.remove(&self.at_most(inner, among)),
            Node::Late(late) if self.unread.is_late(*late) => rows.clear(),
            Node::Late(_) => self.chunk.keep(node, &mut rows),
        }
        rows
    }

    fn maybe_of(&self, atom: u32) -> Option<&Bits> {
        let slot = self.chunk.plan.atom_slots.get(atom as usize)?;
        self.maybe.get(*slot).filter(|_| self.unread.may_hold(atom))
    }
}
