//! Rows of one chunk by the value that they have, for values that make many atoms true.

use super::{bits::Bits, sets::Sets};
use crate::rules::memo::Memo;

#[derive(Debug, Default)]
pub(super) struct Groups {
    /// By number of the value: its group plus one.
    places: Vec<u32>,
    /// Number of the value, and how many rows have it.
    groups: Vec<(u32, u32)>,
    /// Group and row, as they came.
    members: Vec<(u32, u32)>,
    rows: Vec<u32>,
}

/// A value of many rows makes one set first, which its atoms take over word by word: common programs are in hundreds
/// of atoms and thousands of rows. A set has at most 128 words, and vectors take eight at once.
const MANY_ROWS: usize = 24;

impl Groups {
    pub(super) fn push(&mut self, number: u32, row: usize) {
        let at = number as usize;
        if at >= self.places.len() {
            self.places.resize(at + 1, 0);
        }
        let Some(place) = self.places.get_mut(at) else {
            return;
        };
        if *place == 0 {
            self.groups.push((number, 0));
            *place = self.groups.len() as u32;
        }
        let group = *place - 1;
        if let Some((_, n_rows)) = self.groups.get_mut(group as usize) {
            *n_rows += 1;
        }
        self.members.push((group, row as u32));
    }

    /// Sets the rows of every value in the sets of its atoms, and is empty again.
    pub(super) fn spread(&mut self, memo: &Memo, n_rows: usize, sets: &mut Sets) {
        let mut ends: Vec<usize> = Vec::with_capacity(self.groups.len());
        let mut start = 0;
        for (_, n_rows) in &self.groups {
            ends.push(start);
            start += *n_rows as usize;
        }
        self.rows.resize(start, 0);
        for (group, row) in self.members.drain(..) {
            if let Some(end) = ends.get_mut(group as usize)
                && let Some(place) = self.rows.get_mut(*end)
            {
                *place = row;
                *end += 1;
            }
        }
        let mut start = 0;
        for ((number, _), end) in self.groups.drain(..).zip(ends) {
            put(memo.atoms(number), self.rows.get(start..end).unwrap_or_default(), n_rows, sets);
            start = end;
            if let Some(place) = self.places.get_mut(number as usize) {
                *place = 0;
            }
        }
    }
}

fn put(atoms: &[u32], rows: &[u32], n_rows: usize, sets: &mut Sets) {
    if rows.len() < MANY_ROWS {
        for atom in atoms {
            if let Some(set) = sets.of(*atom) {
                rows.iter().for_each(|row| set.set(*row as usize));
            }
        }
        return;
    }
    let mut together = Bits::none(n_rows);
    rows.iter().for_each(|row| together.set(*row as usize));
    for atom in atoms {
        if let Some(set) = sets.of(*atom) {
            set.add(&together);
        }
    }
}
