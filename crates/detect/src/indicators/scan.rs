//! Rows against claims: which row met which entry in which column. The hot loop of this crate.

use std::{borrow::Cow, sync::Arc};

use arrow_array::{
    Array, ArrayRef, GenericListArray, LargeStringArray, RecordBatch, StringArray, StringViewArray,
    cast::AsArray,
    types::{Int64Type, TimestampMicrosecondType, TimestampNanosecondType},
};
use arrow_schema::{DataType, Field, Schema};
use schema::{Observable, Table};

use super::{
    columns::{self, Contact, Watched},
    look_up::{Set, look_up},
};
use crate::Error;

/// One row met one entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Met {
    pub(super) row: u32,
    pub(super) entry: u32,
    pub(super) contact: Contact,
}

/// Numbers of networks as the texts under which they are listed; borrowed where there are none to look for.
pub(super) fn with_named_numbers<'a, S: Set>(set: &S, rows: &'a RecordBatch) -> Cow<'a, RecordBatch> {
    let numbers = rows.column_by_name("asn").and_then(|column| column.as_primitive_opt::<Int64Type>());
    let Some(numbers) = numbers.filter(|_| set.has(Observable::Asn)) else { return Cow::Borrowed(rows) };
    let names: StringArray = numbers.iter().map(|number| number.map(|number| format!("AS{number}"))).collect();
    let fields = rows.schema_ref().fields().iter().map(|field| match field.name().as_str() {
        "asn" => Arc::new(Field::new("asn", DataType::Utf8, true)),
        _ => field.clone(),
    });
    let schema = Schema::new(fields.collect::<Vec<_>>());
    let named: ArrayRef = Arc::new(names);
    let columns = rows.schema_ref().fields().iter().zip(rows.columns());
    let columns = columns.map(|(field, column)| if field.name() == "asn" { named.clone() } else { column.clone() });
    RecordBatch::try_new(Arc::new(schema), columns.collect()).map_or(Cow::Borrowed(rows), Cow::Owned)
}

/// Calls back with everything that the rows of a batch meet: row, what was found, and how the record touched it.
pub(super) fn each<S: Set>(
    set: &S,
    table: &'static Table,
    rows: &RecordBatch,
    mut met: impl FnMut(u32, S::Found, Contact),
) {
    let mut seen = Clean::default();
    for (watched, texts) in watched(set, table, rows) {
        seen.begin();
        // Neighboring rows often repeat a value; one that met nothing is not looked up twice in a row.
        let mut clean = None;
        texts.each(|row, text| {
            let view = texts.view(row as usize);
            if view.map_or(clean == Some(text), |view| seen.has(view)) {
                return;
            }
            let mut any = false;
            look_up(set, watched.kind, text, &mut |found| {
                any = true;
                met(row, found, watched.contact);
            });
            if !any {
                clean = Some(text);
                view.into_iter().for_each(|view| seen.add(view));
            }
        });
    }
}

/// Values of one column met shortly before that are not listed, known by the bits of their views.
struct Clean {
    /// By a hash of the bits: those, and the column that they are of.
    places: Vec<(u128, u32)>,
    column: u32,
}

impl Default for Clean {
    fn default() -> Self {
        /// Values of columns are skewed: a few hundred make most rows.
        const PLACES: usize = 1_024;
        Self { places: vec![(0, 0); PLACES], column: 0 }
    }
}

impl Clean {
    /// Another column, in which equal bits may be other values.
    fn begin(&mut self) {
        self.column += 1;
    }

    fn has(&self, view: u128) -> bool {
        self.places.get(self.place(view)) == Some(&(view, self.column))
    }

    fn add(&mut self, view: u128) {
        let at = self.place(view);
        if let Some(place) = self.places.get_mut(at) {
            *place = (view, self.column);
        }
    }

    fn place(&self, view: u128) -> usize {
        /// An odd number with as many ones as zeros (Knuth's multiplicative hashing).
        const MIX: u64 = 0x9e37_79b9_7f4a_7c15;
        let folded = (view as u64) ^ ((view >> 64) as u64).rotate_left(29);
        (folded.wrapping_mul(MIX) >> (64 - self.places.len().trailing_zeros())) as usize
    }
}

/// Calls back with every text that could be held against a claim, and the kind of its column.
pub(super) fn each_text<'a, S: Set>(
    set: &S,
    table: &'static Table,
    rows: &'a RecordBatch,
    mut found: impl FnMut(Observable, &'a str),
) {
    for (watched, texts) in watched(set, table, rows) {
        let mut last = None;
        texts.each(|_row, text| {
            if last != Some(text) {
                found(watched.kind, text);
                last = Some(text);
            }
        });
    }
}

/// The same for some rows only.
pub(super) fn some<S: Set>(
    set: &S,
    table: &'static Table,
    rows: &RecordBatch,
    which: &[u32],
    mut met: impl FnMut(u32, S::Found, Contact),
) {
    for (watched, texts) in watched(set, table, rows) {
        for &row in which {
            for text in texts.of_row(row as usize) {
                look_up(set, watched.kind, text, &mut |found| met(row, found, watched.contact));
            }
        }
    }
}

fn watched<'a, S: Set>(
    set: &S,
    table: &'static Table,
    rows: &'a RecordBatch,
) -> impl Iterator<Item = (Watched, Texts<'a>)> {
    let watched = columns::watched(table, |kind| set.has(kind)).into_iter();
    watched.filter_map(|watched| {
        let column = rows.column_by_name(watched.column)?;
        Some((watched, Texts::of(column.as_ref())?))
    })
}

/// A column of texts, or of lists of texts, in whichever layout the lake or a parser gives.
pub(crate) enum Texts<'a> {
    Utf8(&'a StringArray),
    LargeUtf8(&'a LargeStringArray),
    View(&'a StringViewArray),
    Dictionary(Vec<usize>, &'a dyn Array, Box<Self>),
    List(&'a GenericListArray<i32>, Box<Self>),
}

impl<'a> Texts<'a> {
    /// `None` where the column holds something else.
    pub(crate) fn of(column: &'a dyn Array) -> Option<Self> {
        match column.data_type() {
            DataType::Utf8 => column.as_string_opt().map(Self::Utf8),
            DataType::LargeUtf8 => column.as_string_opt().map(Self::LargeUtf8),
            DataType::Utf8View => column.as_string_view_opt().map(Self::View),
            DataType::Dictionary(_, values) if is_text(values) => {
                let dictionary = column.as_any_dictionary_opt()?;
                let values = Self::of(dictionary.values().as_ref())?;
                // Without values there are no keys to be had.
                let no_values = dictionary.values().is_empty();
                let keys = if no_values { vec![0; column.len()] } else { dictionary.normalized_keys() };
                Some(Self::Dictionary(keys, column, Box::new(values)))
            }
            DataType::List(items) if is_text(items.data_type()) => {
                let list = column.as_list_opt::<i32>()?;
                Some(Self::List(list, Box::new(Self::of(list.values().as_ref())?)))
            }
            _ => None,
        }
    }

    /// The text of a row; `None` for null, and for lists.
    pub(crate) fn get(&self, row: usize) -> Option<&'a str> {
        match self {
            Self::Utf8(texts) => (row < texts.len() && texts.is_valid(row)).then(|| texts.value(row)),
            Self::LargeUtf8(texts) => (row < texts.len() && texts.is_valid(row)).then(|| texts.value(row)),
            Self::View(texts) => (row < texts.len() && texts.is_valid(row)).then(|| texts.value(row)),
            Self::Dictionary(keys, column, values) => {
                let key = *keys.get(row)?;
                column.is_valid(row).then(|| values.get(key)).flatten()
            }
            Self::List(..) => None,
        }
    }

    /// Whether no row has anything.
    pub(crate) fn is_void(&self) -> bool {
        match self {
            Self::Utf8(texts) => texts.null_count() == texts.len(),
            Self::LargeUtf8(texts) => texts.null_count() == texts.len(),
            Self::View(texts) => texts.null_count() == texts.len(),
            Self::Dictionary(_, column, _) => column.null_count() == column.len(),
            Self::List(list, _) => list.null_count() == list.len(),
        }
    }

    /// Where the text of a row lies, or the text itself where it is short: equal views are equal texts.
    pub(crate) fn view(&self, row: usize) -> Option<u128> {
        match self {
            Self::View(texts) if row < texts.len() && texts.is_valid(row) => texts.views().get(row).copied(),
            Self::Dictionary(keys, column, _) if column.is_valid(row) => keys.get(row).map(|key| *key as u128),
            _ => None,
        }
    }

    /// All texts of one row.
    pub(crate) fn of_row(&self, row: usize) -> impl Iterator<Item = &'a str> {
        let (items, single) = match self {
            Self::List(list, items) => (Some((items.as_ref(), span(list, row))), None),
            _ => (None, self.get(row)),
        };
        let listed = items.into_iter().flat_map(|(items, span)| span.filter_map(|item| items.get(item)));
        listed.chain(single)
    }

    /// Calls back with every text that is not null, and its row.
    fn each(&self, mut found: impl FnMut(u32, &'a str)) {
        match self {
            Self::Utf8(texts) => texts.iter().enumerate().for_each(|(row, text)| call(row, text, &mut found)),
            Self::LargeUtf8(texts) => texts.iter().enumerate().for_each(|(row, text)| call(row, text, &mut found)),
            Self::View(texts) => texts.iter().enumerate().for_each(|(row, text)| call(row, text, &mut found)),
            Self::Dictionary(keys, ..) => (0..keys.len()).for_each(|row| call(row, self.get(row), &mut found)),
            Self::List(list, items) => {
                for row in 0..list.len() {
                    span(list, row).for_each(|item| call(row, items.get(item), &mut found));
                }
            }
        }
    }
}

/// The instant of every row in nanoseconds.
pub(crate) enum Instants<'a> {
    Micros(&'a [i64]),
    Nanos(&'a [i64]),
}

impl<'a> Instants<'a> {
    pub(crate) fn of(rows: &'a RecordBatch, column: &str) -> Result<Self, Error> {
        let found = rows.column_by_name(column).ok_or_else(|| Error::new(format!("no column \"{column}\"")))?;
        if let Some(micros) = found.as_primitive_opt::<TimestampMicrosecondType>() {
            return Ok(Self::Micros(micros.values()));
        }
        if let Some(nanos) = found.as_primitive_opt::<TimestampNanosecondType>() {
            return Ok(Self::Nanos(nanos.values()));
        }
        Err(Error::new(format!("column \"{column}\" is not an instant in microseconds or nanoseconds")))
    }

    /// `None` where the instant lies outside what nanoseconds can hold.
    pub(crate) fn nanos(&self, row: usize) -> Option<i64> {
        match self {
            Self::Micros(micros) => micros.get(row)?.checked_mul(1_000),
            Self::Nanos(nanos) => nanos.get(row).copied(),
        }
    }
}

fn call<'a>(row: usize, text: Option<&'a str>, found: &mut impl FnMut(u32, &'a str)) {
    if let Some(text) = text {
        found(row as u32, text);
    }
}

fn span(list: &GenericListArray<i32>, row: usize) -> std::ops::Range<usize> {
    if row >= list.len() || list.is_null(row) {
        return 0..0;
    }
    let at = |row: usize| list.value_offsets().get(row).map_or(0, |offset| usize::try_from(*offset).unwrap_or(0));
    at(row)..at(row + 1)
}

fn is_text(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
}
