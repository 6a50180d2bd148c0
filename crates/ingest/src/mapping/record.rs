//! One record cut into cells, whatever its format: what the interpreter sees of it.

use schema::Timestamp;

use crate::instant::NoInstant;

/// A value as a format writes it.
pub(crate) trait Cell<'a>: Copy {
    type Items: Iterator<Item = Self>;

    /// Nothing was written, or the format's word for nothing.
    fn is_unset(self) -> bool;

    /// A text of no characters.
    fn is_empty(self) -> bool;

    /// An empty text stays in `attrs`, because rules ask for it and the column does not tell it from no value.
    fn keeps_empty(self) -> bool {
        false
    }

    /// A word that stands for no value, such as `-`: it fills no column and stays in `attrs`.
    fn says_nothing(self) -> bool {
        false
    }

    /// The value as text; `None` for lists and objects.
    fn text<'s>(self, scratch: &'s mut String) -> Option<&'s str>
    where
        'a: 's;

    /// The text of a number, unchecked.
    fn number(self) -> Option<&'a str>;

    fn bool(self) -> Option<bool>;

    fn instant(self, read: fn(&str) -> Result<Timestamp, NoInstant>) -> Result<Timestamp, NoInstant>;

    /// The elements of a list; the value itself where it is none.
    fn items(self) -> Self::Items;

    /// Appends the value as JSON.
    fn push_json(self, to: &mut String);

    /// A member of an object, by its name.
    fn part(self, _name: &str) -> Option<Self> {
        None
    }
}

/// One record, cut into cells.
#[derive(Debug)]
pub(crate) struct Record<'r, K, C> {
    /// Byte offset in the source.
    pub(crate) position: u64,
    pub(crate) raw: &'r str,
    /// Names of the cells as they stand between the quotes of a JSON key.
    pub(crate) keys: &'r [K],
    pub(crate) cells: &'r [C],
    /// For each of the plan's wanted fields the index of its cell, or [`ABSENT`].
    pub(crate) at: &'r [usize],
    /// Numbers of the plan's steps that can do something with these cells ([`Plan::live`](super::Plan::live)); `None`
    /// where nobody has looked.
    pub(crate) live: Option<&'r [usize]>,
    /// Whether a record without event time is one of its kind's habits.
    pub(crate) undated: bool,
}

/// No cell.
pub(crate) const ABSENT: usize = usize::MAX;

impl<'a, K, C: Cell<'a>> Record<'_, K, C> {
    /// The cell of a wanted field, where it is set.
    pub(super) fn cell(&self, wanted: usize) -> Option<C> {
        let cell = *self.cells.get(*self.at.get(wanted)?)?;
        (!cell.is_unset() && !cell.says_nothing()).then_some(cell)
    }
}
