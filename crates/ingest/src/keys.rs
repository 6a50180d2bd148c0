//! Numbers the keys of JSON records as they are met, so that a record's fields are found by number and not by text.
//!
//! Records of one log have the same keys in the same order: each key remembers which one followed last time, and
//! mostly one comparison of text is all that a key costs.

use std::collections::HashMap;

use crate::{
    json::Text,
    parsed::{Fault, Reason},
};

/// Keys of a batch. `T` is what a format wants to know of a key.
#[derive(Debug)]
pub(crate) struct Keys<T> {
    /// The first one stands for the start of a record.
    slots: Vec<Slot<T>>,
    numbers: HashMap<String, usize>,
    record: u64,
    last: usize,
}

#[derive(Debug)]
struct Slot<T> {
    name: String,
    about: T,
    /// Number of the key that came next last time; 0 where none has.
    next: usize,
    /// Record in which the key was last seen, and its place there.
    seen: u64,
    place: usize,
}

impl<T: Default> Keys<T> {
    pub(crate) fn new() -> Self {
        let start = Slot { name: String::new(), about: T::default(), next: 0, seen: 0, place: 0 };
        Self { slots: vec![start], numbers: HashMap::new(), record: 0, last: 0 }
    }

    /// Starts the next record.
    pub(crate) fn begin(&mut self) {
        self.record += 1;
        self.last = 0;
    }

    /// Notes that the key is at this place of the record, and gives its number.
    #[inline]
    pub(crate) fn note(&mut self, key: Text<'_>, place: usize, about: fn(&str) -> T) -> Result<usize, Fault> {
        let guess = self.slots.get(self.last).map_or(0, |slot| slot.next);
        let hit = guess != 0 && !key.escaped && self.slots.get(guess).is_some_and(|slot| slot.name == key.inner);
        let number = if hit { guess } else { self.look_up(key, about) };
        if let Some(last) = self.slots.get_mut(self.last) {
            last.next = number;
        }
        self.last = number;
        let record = self.record;
        let Some(slot) = self.slots.get_mut(number) else { return Ok(number) };
        if slot.seen == record {
            return Err(Fault::new(Reason::DuplicateKey, format!("key \"{}\" occurs twice", slot.name)));
        }
        slot.seen = record;
        slot.place = place;
        Ok(number)
    }

    /// The number of a name, known or new.
    pub(crate) fn number(&mut self, name: &str, about: fn(&str) -> T) -> usize {
        if let Some(&number) = self.numbers.get(name) {
            return number;
        }
        let number = self.slots.len();
        self.slots.push(Slot { name: name.to_owned(), about: about(name), next: 0, seen: 0, place: 0 });
        self.numbers.insert(name.to_owned(), number);
        number
    }

    /// Where the key is in the record at hand.
    pub(crate) fn place(&self, number: usize) -> Option<usize> {
        self.slots.get(number).filter(|slot| slot.seen == self.record).map(|slot| slot.place)
    }

    pub(crate) fn about(&self, number: usize) -> Option<&T> {
        self.slots.get(number).map(|slot| &slot.about)
    }

    fn look_up(&mut self, key: Text<'_>, about: fn(&str) -> T) -> usize {
        let mut room = String::new();
        self.number(key.decode(&mut room), about)
    }
}
