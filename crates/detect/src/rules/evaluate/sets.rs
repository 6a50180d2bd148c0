//! The sets of rows of one chunk, by number: of atoms, or of keys. They are handed out as they are asked for, so that
//! what no row meets costs nothing.

use super::bits::Bits;

#[derive(Debug, Default)]
pub(super) struct Sets {
    /// By number: place of its set plus one.
    places: Vec<u32>,
    used: Vec<u32>,
    sets: Vec<Bits>,
    n_rows: usize,
}

impl Sets {
    pub(super) fn begin(&mut self, n_sets: usize, n_rows: usize) {
        self.n_rows = n_rows;
        self.places.resize(n_sets.max(self.places.len()), 0);
        for number in self.used.drain(..) {
            if let Some(place) = self.places.get_mut(number as usize) {
                *place = 0;
            }
        }
    }

    /// Numbers that have a set, in the order of coming.
    pub(super) fn used(&self) -> &[u32] {
        &self.used
    }

    pub(super) fn get(&self, number: u32) -> Option<&Bits> {
        let place = self.places.get(number as usize)?.checked_sub(1)?;
        self.sets.get(place as usize)
    }

    pub(super) fn of(&mut self, number: u32) -> Option<&mut Bits> {
        let place = self.places.get_mut(number as usize)?;
        if *place == 0 {
            let new = self.used.len();
            self.used.push(number);
            *place = new as u32 + 1;
            match self.sets.get_mut(new) {
                Some(set) => set.begin(self.n_rows),
                None => self.sets.push(Bits::none(self.n_rows)),
            }
        }
        self.sets.get_mut(*place as usize - 1)
    }

    pub(super) fn set(&mut self, number: u32, row: usize) {
        if let Some(set) = self.of(number) {
            set.set(row);
        }
    }
}
