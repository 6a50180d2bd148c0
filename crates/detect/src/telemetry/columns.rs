//! Typed views of the columns that a detector reads, found by name; whatever string layout the reader has chosen.

use arrow_array::{
    Array, ArrayAccessor, BooleanArray, Int64Array, LargeStringArray, RecordBatch, StringArray, StringViewArray,
    TimestampMicrosecondArray,
};

use crate::Error;

/// A text column in any of Arrow's string layouts (query engines choose views, files choose offsets).
#[derive(Debug, Clone, Copy)]
pub(crate) enum Text<'a> {
    Short(&'a StringArray),
    Large(&'a LargeStringArray),
    View(&'a StringViewArray),
}

impl<'a> Text<'a> {
    pub(crate) fn of(rows: &'a RecordBatch, name: &str) -> Result<Self, Error> {
        let column = column(rows, name)?;
        let any = column.as_any();
        let short = any.downcast_ref().map(Self::Short);
        let large = || any.downcast_ref().map(Self::Large);
        let view = || any.downcast_ref().map(Self::View);
        short.or_else(large).or_else(view).ok_or_else(|| wrong_type(name, column))
    }

    /// The text of a row; `None` where it is null.
    pub(crate) fn get(self, row: usize) -> Option<&'a str> {
        match self {
            Self::Short(column) => present(column, row),
            Self::Large(column) => present(column, row),
            Self::View(column) => present(column, row),
        }
    }
}

pub(crate) fn ints<'a>(rows: &'a RecordBatch, name: &str) -> Result<&'a Int64Array, Error> {
    typed(rows, name)
}

pub(crate) fn bools<'a>(rows: &'a RecordBatch, name: &str) -> Result<&'a BooleanArray, Error> {
    typed(rows, name)
}

pub(crate) fn instants<'a>(rows: &'a RecordBatch, name: &str) -> Result<&'a TimestampMicrosecondArray, Error> {
    typed(rows, name)
}

pub(crate) fn typed<'a, A: 'static>(rows: &'a RecordBatch, name: &str) -> Result<&'a A, Error> {
    let column = column(rows, name)?;
    column.as_any().downcast_ref().ok_or_else(|| wrong_type(name, column))
}

/// The value of a row; `None` where it is null.
pub(crate) fn present<A: ArrayAccessor>(column: A, row: usize) -> Option<A::Item> {
    (row < column.len() && column.is_valid(row)).then(|| column.value(row))
}

fn column<'a>(rows: &'a RecordBatch, name: &str) -> Result<&'a dyn Array, Error> {
    rows.column_by_name(name).map(AsRef::as_ref).ok_or_else(|| Error::new(format!("rows have no column \"{name}\"")))
}

fn wrong_type(name: &str, column: &dyn Array) -> Error {
    Error::new(format!("column \"{name}\" cannot be read as {}", column.data_type()))
}
