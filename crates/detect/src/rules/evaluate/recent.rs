//! Values met shortly before in the same column, known without reading them: by the bits of a view or an integer.

/// Values of columns are skewed: a few hundred make most rows.
const PLACES: usize = 1_024;

/// How many atoms a value makes true.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    None,
    /// So few that each row goes into their sets at once.
    Few,
    /// Rows are gathered first.
    Many,
}

impl Weight {
    pub(super) fn of(n_atoms: usize) -> Self {
        match n_atoms {
            0 => Self::None,
            1..=4 => Self::Few,
            _ => Self::Many,
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Place {
    handle: u128,
    stamp: u32,
    number: u32,
    weight: Weight,
}

#[derive(Debug)]
pub(super) struct Recent {
    places: Vec<Place>,
    stamp: u32,
}

impl Default for Recent {
    fn default() -> Self {
        Self { places: vec![Place { handle: 0, stamp: 0, number: 0, weight: Weight::None }; PLACES], stamp: 0 }
    }
}

impl Recent {
    /// Another column, or other rows: equal handles may be other values.
    pub(super) fn begin(&mut self) {
        self.stamp = self.stamp.wrapping_add(1);
        if self.stamp == 0 {
            self.places.iter_mut().for_each(|place| place.stamp = 0);
            self.stamp = 1;
        }
    }

    pub(super) fn find(&self, handle: u128) -> Option<(u32, Weight)> {
        let place = self.places.get(place_of(handle))?;
        (place.stamp == self.stamp && place.handle == handle).then_some((place.number, place.weight))
    }

    pub(super) fn add(&mut self, handle: u128, number: u32, weight: Weight) {
        if let Some(place) = self.places.get_mut(place_of(handle)) {
            *place = Place { handle, stamp: self.stamp, number, weight };
        }
    }
}

fn place_of(handle: u128) -> usize {
    /// An odd number with as many ones as zeros (Knuth's multiplicative hashing).
    const MIX: u64 = 0x9e37_79b9_7f4a_7c15;
    let folded = (handle as u64) ^ ((handle >> 64) as u64).rotate_left(29);
    (folded.wrapping_mul(MIX) >> (64 - PLACES.trailing_zeros())) as usize
}
