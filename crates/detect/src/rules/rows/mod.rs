//! Values of the rows of one batch, had by [`Getter`]s.

mod attrs;
pub(super) mod json;

use std::{cell::RefCell, collections::BTreeMap};

use ahash::HashMap;
use arrow_array::{
    Array, BooleanArray, Float64Array, Int64Array, RecordBatch,
    cast::AsArray,
    types::{Float64Type, Int64Type},
};
use attrs::Attrs;
use schema::Timestamp;

use super::fields::{Getter, HASHES};
use crate::indicators::scan::{Instants, Texts};

pub(super) use attrs::Keys;

/// What a field of one row holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Value<'a> {
    /// The record has no such field.
    Missing,
    /// The field is there and holds nothing.
    Null,
    Text(&'a str),
    /// Several values, of a list.
    Many(&'a Cell),
}

impl<'a> Value<'a> {
    /// The only text, or the first of a list.
    pub(super) fn first_text(self) -> Option<&'a str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Many(cell) => cell.texts().next(),
            Self::Missing | Self::Null => None,
        }
    }
}

/// Values as they are put together, used again from row to row.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Cell {
    buffer: String,
    ends: Vec<usize>,
    null: bool,
}

impl Cell {
    pub(super) fn clear(&mut self) {
        self.buffer.clear();
        self.ends.clear();
        self.null = false;
    }

    pub(super) fn push(&mut self, write: impl FnOnce(&mut String)) {
        write(&mut self.buffer);
        self.ends.push(self.buffer.len());
    }

    pub(super) fn push_null(&mut self) {
        self.null = true;
    }

    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).filter_map(|(start, end)| self.buffer.get(start..*end))
    }

    pub(super) fn value(&self) -> Value<'_> {
        match self.ends.len() {
            0 if self.null => Value::Null,
            0 => Value::Missing,
            1 => Value::Text(&self.buffer),
            _ => Value::Many(self),
        }
    }

    /// Bytes that only equal lists share: each text behind its length.
    pub(super) fn key_into(&self, key: &mut Vec<u8>) {
        for text in self.texts() {
            key.extend_from_slice(&(text.len() as u64).to_le_bytes());
            key.extend_from_slice(text.as_bytes());
        }
    }
}

/// One batch, its columns found by name.
pub(super) struct Rows<'a> {
    batch: &'a RecordBatch,
    columns: HashMap<&'static str, Column<'a>>,
    attrs: BTreeMap<&'static str, RefCell<Attrs<'a>>>,
}

pub(super) enum Column<'a> {
    Texts(Texts<'a>),
    Lists(Texts<'a>),
    Ints(&'a Int64Array),
    Floats(&'a Float64Array),
    Bools(&'a BooleanArray),
    Instants(Instants<'a>, &'a dyn Array),
}

impl<'a> Rows<'a> {
    /// `names`: columns that getters read. `keys` are those that they look for in columns of JSON.
    pub(super) fn of(
        batch: &'a RecordBatch,
        names: impl IntoIterator<Item = &'static str>,
        keys: &'a BTreeMap<&'static str, Keys>,
    ) -> Self {
        let found = names.into_iter().filter_map(|name| Some((name, Column::of(batch, name)?)));
        let attrs = keys.iter().map(|(name, keys)| (*name, RefCell::new(Attrs::new(keys, batch.num_rows()))));
        Self { batch, columns: found.collect(), attrs: attrs.collect() }
    }

    pub(super) fn n_rows(&self) -> usize {
        self.batch.num_rows()
    }

    /// A column, where the batch has it.
    pub(super) fn column_of(&self, name: &str) -> Option<&Column<'a>> {
        self.columns.get(name)
    }

    /// A value of a column that is no text, written as one.
    pub(super) fn write<'t>(&self, name: &str, row: usize, cell: &mut Cell, text: &'t mut String) -> Option<&'t str> {
        cell.clear();
        self.column(name, row, cell);
        text.clear();
        text.push_str(cell.texts().next()?);
        Some(text)
    }

    /// Calls back with the wanted keys that a row has at the top of a column of JSON.
    pub(super) fn each_key(&self, column: &'static str, row: usize, found: impl FnMut(u16)) {
        if let (Some(Column::Texts(texts)), Some(attrs)) = (self.columns.get(column), self.attrs.get(column))
            && let Some(text) = texts.get(row)
        {
            attrs.borrow_mut().each_key(text, row, found);
        }
    }

    /// Whether no row of the batch has anything that this getter reads.
    pub(super) fn is_void(&self, getter: &Getter) -> bool {
        let mut void = true;
        getter.columns(&mut |name| {
            let nulls = self.batch.column_by_name(name).map(|column| column.null_count());
            void &= nulls.is_none_or(|nulls| nulls == self.batch.num_rows());
        });
        void
    }

    /// The column that most values come from as they are, without a copy; where it has none, [`Rows::get`] looks on.
    pub(super) fn plain(&self, getter: &Getter) -> Option<&Texts<'a>> {
        let name = match getter {
            Getter::Column(name) => *name,
            Getter::First(getters) => match getters.first() {
                Some(Getter::Column(name)) => *name,
                _ => return None,
            },
            Getter::Record(_) => "raw",
            _ => return None,
        };
        match self.columns.get(name) {
            Some(Column::Texts(texts)) => Some(texts),
            _ => None,
        }
    }

    /// The value of a row, put together in `cell` if need be.
    pub(super) fn get<'c>(&self, getter: &Getter, row: usize, cell: &'c mut Cell) -> Value<'c> {
        cell.clear();
        self.collect(getter, row, cell);
        cell.value()
    }

    /// As deep as the mapping nests getters, which is by hand.
    fn collect(&self, getter: &Getter, row: usize, cell: &mut Cell) {
        match getter {
            Getter::Column(name) => self.column(name, row, cell),
            Getter::Record(_) => self.column("raw", row, cell),
            Getter::Json { column, path } => self.json(column, path, row, cell),
            Getter::First(getters) => {
                for getter in getters {
                    self.collect(getter, row, cell);
                    // An explicit null is an answer only where no other getter has one.
                    if !cell.ends.is_empty() {
                        return;
                    }
                }
            }
            Getter::Every(getters) => getters.iter().for_each(|getter| self.collect(getter, row, cell)),
            Getter::Join { parts, by } => self.join(parts, by, row, cell),
            Getter::Hashes => self.hashes(row, cell),
            Getter::Words { of, words } => {
                let mut inner = Cell::default();
                self.collect(of, row, &mut inner);
                for text in inner.texts() {
                    let theirs = words.iter().find(|(ours, _)| ours == text).map_or(text, |(_, theirs)| theirs);
                    cell.push(|buffer| buffer.push_str(theirs));
                }
            }
        }
    }

    fn column(&self, name: &str, row: usize, cell: &mut Cell) {
        let Some(column) = self.columns.get(name) else {
            return;
        };
        match column {
            Column::Texts(texts) => {
                if let Some(text) = texts.get(row) {
                    cell.push(|buffer| buffer.push_str(text));
                }
            }
            Column::Lists(lists) => lists.of_row(row).for_each(|text| cell.push(|buffer| buffer.push_str(text))),
            Column::Ints(ints) if ints.is_valid(row) => write(cell, ints.value(row)),
            Column::Floats(floats) if floats.is_valid(row) => write(cell, floats.value(row)),
            Column::Bools(bools) if bools.is_valid(row) => write(cell, bools.value(row)),
            Column::Instants(instants, array) if array.is_valid(row) => {
                if let Some(nanos) = instants.nanos(row) {
                    write(cell, Timestamp::from_nanos(nanos));
                }
            }
            _ => {}
        }
    }

    fn json(&self, column: &'static str, path: &str, row: usize, cell: &mut Cell) {
        let Some(Column::Texts(texts)) = self.columns.get(column) else {
            return;
        };
        let Some(text) = texts.get(row) else {
            return;
        };
        match self.attrs.get(column) {
            Some(attrs) if !path.is_empty() => attrs.borrow_mut().collect(text, row, path, cell),
            _ => json::collect(text, path, cell),
        }
    }

    fn join(&self, parts: &[Getter], by: &str, row: usize, cell: &mut Cell) {
        let mut inner = Cell::default();
        let mut any = false;
        for part in parts {
            // Plain columns need no cell of their own, which saves most of the time that this takes.
            let column = self.plain(part).filter(|_| matches!(part, Getter::Column(_)));
            let text = match column {
                Some(texts) => texts.get(row),
                None => {
                    inner.clear();
                    self.collect(part, row, &mut inner);
                    inner.texts().next()
                }
            };
            if let Some(text) = text.filter(|text| !text.is_empty()) {
                if any {
                    cell.buffer.push_str(by);
                }
                any = true;
                cell.buffer.push_str(text);
            }
        }
        if any {
            cell.ends.push(cell.buffer.len());
        }
    }

    fn hashes(&self, row: usize, cell: &mut Cell) {
        let mut any = false;
        for (column, name, _) in HASHES {
            if let Some(Column::Texts(texts)) = self.columns.get(column)
                && let Some(hash) = texts.get(row)
            {
                if any {
                    cell.buffer.push(',');
                }
                any = true;
                cell.buffer.push_str(name);
                cell.buffer.push('=');
                cell.buffer.push_str(hash);
            }
        }
        if any {
            cell.ends.push(cell.buffer.len());
        }
    }
}

fn write(cell: &mut Cell, value: impl std::fmt::Display) {
    use std::fmt::Write;
    // Writing to a String does not fail.
    cell.push(|buffer| write!(buffer, "{value}").unwrap_or_default());
}

impl<'a> Column<'a> {
    /// Whether no row of it has anything.
    pub(super) fn is_void(&self) -> bool {
        match self {
            Self::Texts(texts) | Self::Lists(texts) => texts.is_void(),
            Self::Ints(ints) => ints.null_count() == ints.len(),
            Self::Floats(_) | Self::Bools(_) | Self::Instants(..) => false,
        }
    }

    /// Whether a row has a value.
    pub(super) fn has(&self, row: usize) -> bool {
        match self {
            Self::Texts(texts) | Self::Lists(texts) => texts.of_row(row).next().is_some(),
            Self::Ints(ints) => ints.is_valid(row),
            Self::Floats(floats) => floats.is_valid(row),
            Self::Bools(bools) => bools.is_valid(row),
            Self::Instants(_, array) => array.is_valid(row),
        }
    }

    /// Bits that only equal values of the column share, where those are had without reading the value.
    pub(super) fn handle(&self, row: usize) -> Option<u128> {
        match self {
            Self::Texts(texts) => texts.view(row),
            Self::Ints(ints) => ints.is_valid(row).then(|| u128::from(ints.value(row) as u64)),
            _ => None,
        }
    }

    fn of(batch: &'a RecordBatch, name: &str) -> Option<Self> {
        let array = batch.column_by_name(name)?.as_ref();
        if let Some(texts) = Texts::of(array) {
            return Some(if matches!(texts, Texts::List(..)) { Self::Lists(texts) } else { Self::Texts(texts) });
        }
        if let Some(ints) = array.as_primitive_opt::<Int64Type>() {
            return Some(Self::Ints(ints));
        }
        if let Some(floats) = array.as_primitive_opt::<Float64Type>() {
            return Some(Self::Floats(floats));
        }
        if let Some(bools) = array.as_boolean_opt() {
            return Some(Self::Bools(bools));
        }
        Instants::of(batch, name).ok().map(|instants| Self::Instants(instants, array))
    }
}
