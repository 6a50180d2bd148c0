//! What the values of one field make true: each distinct value is tested once, and its rows are put into the sets of
//! its atoms together.

use super::{
    bits::Bits,
    groups::Groups,
    recent::{Recent, Weight},
    sets::Sets,
};
use crate::rules::{
    compile::{
        field::{Field, Met, Slot},
        scanner::Work,
    },
    fields::Getter,
    memo::{MAX_VALUE_BYTES, Memo},
    rows::{Cell, Column, Rows, Value},
};

/// What is remembered of the values of one field.
#[derive(Debug)]
pub(super) struct Memory {
    /// Values of its column.
    pub(super) column: Memo,
    /// By slot: values that the column does not have.
    pub(super) rests: Vec<Memo>,
}

impl Memory {
    pub(super) fn of(field: &Field) -> Self {
        Self { column: Memo::default(), rests: field.slots.iter().map(|_| Memo::default()).collect() }
    }

    pub(super) fn memos(&mut self) -> impl Iterator<Item = &mut Memo> {
        std::iter::once(&mut self.column).chain(&mut self.rests)
    }
}

/// Room that is used again from field to field.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    cell: Cell,
    key: Vec<u8>,
    met: Met,
    work: Work,
    groups: Groups,
    recent: Recent,
    number: String,
}

impl Scratch {
    /// What is remembered of lines.
    pub(super) fn lines(&mut self) -> impl Iterator<Item = &mut Memo> {
        self.work.lines.memos()
    }
}

/// One field of one chunk.
pub(super) struct Look<'a, 'r> {
    pub(super) field: &'a Field,
    pub(super) rows: &'a Rows<'r>,
    /// Where the chunk begins within the batch.
    pub(super) start: usize,
    pub(super) n_rows: usize,
}

impl Look<'_, '_> {
    /// Looks at the field's column in these rows; gives those in which it has nothing.
    pub(super) fn column(&self, memo: &mut Memo, asked: &Bits, scratch: &mut Scratch, sets: &mut Sets) -> Bits {
        let Some(name) = self.field.column else {
            return asked.clone();
        };
        match self.rows.column_of(name) {
            None => asked.clone(),
            Some(column) if column.is_void() => asked.clone(),
            Some(column) => {
                memo.make_room();
                scratch.recent.begin();
                let absent = self.values(column, name, memo, asked, scratch, sets);
                scratch.groups.spread(memo, self.n_rows, sets);
                absent
            }
        }
    }

    fn values(
        &self,
        column: &Column<'_>,
        name: &'static str,
        memo: &mut Memo,
        asked: &Bits,
        scratch: &mut Scratch,
        sets: &mut Sets,
    ) -> Bits {
        let mut absent = asked.emptied();
        // Neighbors are often equal, and some columns always.
        let mut last: Option<(&str, u32, Weight)> = None;
        for row in asked.rows() {
            let at = self.start + row;
            let handle = column.handle(at);
            if let Some((number, weight)) = handle.and_then(|handle| scratch.recent.find(handle)) {
                note(memo, number, weight, row, &mut scratch.groups, sets);
                continue;
            }
            let mut written = std::mem::take(&mut scratch.number);
            let text = match column {
                Column::Texts(texts) => texts.get(at),
                _ => self.rows.write(name, at, &mut scratch.cell, &mut written),
            };
            match text {
                None => absent.set(row),
                Some(text) => match last.filter(|(before, ..)| handle.is_none() && text == *before) {
                    Some((_, number, weight)) => note(memo, number, weight, row, &mut scratch.groups, sets),
                    None => {
                        let found = self.value(Value::Text(text), None, memo, row, scratch, sets);
                        if let Some((number, weight)) = found {
                            note(memo, number, weight, row, &mut scratch.groups, sets);
                            if let Some(handle) = handle {
                                scratch.recent.add(handle, number, weight);
                            }
                        }
                        if let (Column::Texts(texts), Some((number, weight))) = (column, found) {
                            last = texts.get(at).map(|text| (text, number, weight));
                        }
                    }
                },
            }
            scratch.number = written;
        }
        absent
    }

    /// Looks elsewhere for the values of a slot, in rows in which its column has none.
    pub(super) fn rest(
        &self,
        number: usize,
        memo: &mut Memo,
        absent: &Bits,
        scratch: &mut Scratch,
        sets: &mut Sets,
        keys: &[(&'static str, Sets)],
    ) {
        let Some(slot) = self.field.slots.get(number) else {
            return;
        };
        let mut missing = absent.clone();
        if let Some(getter) = slot.rest.as_ref().filter(|getter| !self.rows.is_void(getter)) {
            let looked = having(slot, absent, keys);
            missing.remove(&looked);
            if !looked.is_empty() {
                self.got(number, getter, memo, &looked, scratch, sets);
            }
        }
        if !slot.missing.is_empty() && !missing.is_empty() {
            for atom in &slot.missing {
                if let Some(set) = sets.of(*atom) {
                    set.add(&missing);
                }
            }
        }
    }

    fn got(&self, slot: usize, getter: &Getter, memo: &mut Memo, asked: &Bits, scratch: &mut Scratch, sets: &mut Sets) {
        memo.make_room();
        let plain = self.rows.plain(getter);
        // Whole records never come again.
        let once = matches!(getter, Getter::Record(_));
        let mut cell = std::mem::take(&mut scratch.cell);
        for row in asked.rows() {
            let at = self.start + row;
            let value = match plain.and_then(|texts| texts.get(at)) {
                Some(text) => Value::Text(text),
                None => self.rows.get(getter, at, &mut cell),
            };
            if once {
                self.field.atoms_of(value, Some(slot), &mut scratch.work, &mut scratch.met);
                scratch.met.atoms.iter().for_each(|atom| sets.set(*atom, row));
                continue;
            }
            if let Some((number, weight)) = self.value(value, Some(slot), memo, row, scratch, sets) {
                note(memo, number, weight, row, &mut scratch.groups, sets);
            }
        }
        scratch.cell = cell;
        scratch.groups.spread(memo, self.n_rows, sets);
    }

    /// The number under which a value is remembered. A value that is not to be remembered is seen to at once.
    fn value(
        &self,
        value: Value<'_>,
        slot: Option<usize>,
        memo: &mut Memo,
        row: usize,
        scratch: &mut Scratch,
        sets: &mut Sets,
    ) -> Option<(u32, Weight)> {
        scratch.key.clear();
        let (key, several): (&[u8], bool) = match value {
            // A value of its own each: no text and no list of texts is encoded so.
            Value::Missing => (&[0], true),
            Value::Null => (&[1], true),
            Value::Text(text) => (text.as_bytes(), false),
            Value::Many(cell) => {
                cell.key_into(&mut scratch.key);
                (&scratch.key, true)
            }
        };
        if key.len() > MAX_VALUE_BYTES || !memo.is_worth() {
            self.field.atoms_of(value, slot, &mut scratch.work, &mut scratch.met);
            scratch.met.atoms.iter().for_each(|atom| sets.set(*atom, row));
            return None;
        }
        let number = match memo.find(key, several) {
            Ok(number) => number,
            Err(hash) => {
                self.field.atoms_of(value, slot, &mut scratch.work, &mut scratch.met);
                memo.add(hash, key, several, &scratch.met.atoms)
            }
        };
        Some((number, Weight::of(memo.atoms(number).len())))
    }
}

/// Rows that have one of the keys that the slot looks for; all of them where it looks elsewhere.
fn having(slot: &Slot, absent: &Bits, keys: &[(&'static str, Sets)]) -> Bits {
    let Some((column, wanted)) = &slot.keys else {
        return absent.clone();
    };
    // Gates are looked at before anybody has read which keys rows have.
    let Some((_, sets)) = keys.iter().find(|(name, _)| name == column) else {
        return absent.clone();
    };
    let mut having = absent.emptied();
    wanted.iter().filter_map(|key| sets.get(u32::from(*key))).for_each(|set| having.add(set));
    having.keep(absent);
    having
}

fn note(memo: &Memo, number: u32, weight: Weight, row: usize, groups: &mut Groups, sets: &mut Sets) {
    match weight {
        Weight::None => {}
        Weight::Few => memo.atoms(number).iter().for_each(|atom| sets.set(*atom, row)),
        Weight::Many => groups.push(number, row),
    }
}
