//! A digest as rows: named columns written once and read back, without a schema to declare twice.

use std::sync::Arc;

use arrow_array::{
    Array, ArrayRef, Float64Array, Int64Array, ListArray, RecordBatch, StringArray,
    builder::{Int64Builder, ListBuilder, StringBuilder},
    cast::AsArray,
    types::Int64Type,
};
use arrow_schema::{DataType, Field, Schema};

use crate::{
    Error,
    telemetry::{
        Text,
        columns::{present, typed},
    },
};

/// Rows being written: one call a column, each over the same rows in the same order.
#[derive(Debug, Default)]
pub(crate) struct Sheet {
    fields: Vec<Field>,
    columns: Vec<ArrayRef>,
}

impl Sheet {
    pub(crate) fn text<T: AsRef<str>>(self, name: &str, values: impl IntoIterator<Item = T>) -> Self {
        self.column(name, StringArray::from_iter_values(values))
    }

    pub(crate) fn int(self, name: &str, values: impl IntoIterator<Item = i64>) -> Self {
        self.column(name, Int64Array::from_iter_values(values))
    }

    pub(crate) fn number(self, name: &str, values: impl IntoIterator<Item = f64>) -> Self {
        self.column(name, Float64Array::from_iter_values(values))
    }

    pub(crate) fn ints<'a>(self, name: &str, values: impl IntoIterator<Item = &'a [i64]>) -> Self {
        let mut lists = ListBuilder::new(Int64Builder::new());
        for list in values {
            lists.values().append_slice(list);
            lists.append(true);
        }
        self.column(name, lists.finish())
    }

    pub(crate) fn texts<'a, T: AsRef<str> + 'a>(self, name: &str, values: impl IntoIterator<Item = &'a [T]>) -> Self {
        let mut lists = ListBuilder::new(StringBuilder::new());
        for list in values {
            for text in list {
                lists.values().append_value(text);
            }
            lists.append(true);
        }
        self.column(name, lists.finish())
    }

    fn column(mut self, name: &str, values: impl Array + 'static) -> Self {
        self.fields.push(Field::new(name, values.data_type().clone(), true));
        self.columns.push(Arc::new(values));
        self
    }

    /// Fails where columns differ in length.
    pub(crate) fn finish(self) -> Result<RecordBatch, Error> {
        Ok(RecordBatch::try_new(Arc::new(Schema::new(self.fields)), self.columns)?)
    }
}

/// Rows read back. Each column is asked for once, by name, and fails where a digest of another version lacks it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rows<'a>(pub(crate) &'a RecordBatch);

impl<'a> Rows<'a> {
    pub(crate) fn len(self) -> usize {
        self.0.num_rows()
    }

    pub(crate) fn text(self, name: &str) -> Result<Texts<'a>, Error> {
        Ok(Texts(Text::of(self.0, name)?))
    }

    pub(crate) fn int(self, name: &str) -> Result<Ints<'a>, Error> {
        Ok(Ints(typed(self.0, name)?))
    }

    pub(crate) fn number(self, name: &str) -> Result<Numbers<'a>, Error> {
        Ok(Numbers(typed(self.0, name)?))
    }

    pub(crate) fn ints(self, name: &str) -> Result<Lists<'a>, Error> {
        self.lists(name, &DataType::Int64)
    }

    pub(crate) fn texts(self, name: &str) -> Result<Lists<'a>, Error> {
        self.lists(name, &DataType::Utf8)
    }

    fn lists(self, name: &str, items: &DataType) -> Result<Lists<'a>, Error> {
        let lists: &ListArray = typed(self.0, name)?;
        if lists.value_type() == *items {
            return Ok(Lists(lists));
        }
        Err(Error::new(format!("column \"{name}\" of the digest holds {} and not {items}", lists.value_type())))
    }
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Texts<'a>(Text<'a>);

impl<'a> Texts<'a> {
    /// Empty beyond the last row.
    pub(crate) fn at(self, row: usize) -> &'a str {
        self.0.get(row).unwrap_or("")
    }
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Ints<'a>(&'a Int64Array);

impl Ints<'_> {
    /// 0 beyond the last row.
    pub(crate) fn at(self, row: usize) -> i64 {
        present(self.0, row).unwrap_or(0)
    }
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Numbers<'a>(&'a Float64Array);

impl Numbers<'_> {
    /// 0 beyond the last row.
    pub(crate) fn at(self, row: usize) -> f64 {
        present(self.0, row).unwrap_or(0.0)
    }
}

/// Lists whose items are of one type, so that reading them cannot fail.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lists<'a>(&'a ListArray);

impl Lists<'_> {
    /// Empty beyond the last row, and where the items are texts.
    pub(crate) fn ints_at(self, row: usize) -> Vec<i64> {
        let list = (row < self.0.len()).then(|| self.0.value(row));
        list.and_then(|list| Some(list.as_primitive_opt::<Int64Type>()?.values().to_vec())).unwrap_or_default()
    }

    /// Empty beyond the last row, and where the items are numbers.
    pub(crate) fn texts_at(self, row: usize) -> Vec<String> {
        let list = (row < self.0.len()).then(|| self.0.value(row));
        let texts = list.as_ref().and_then(|list| list.as_string_opt::<i32>());
        texts.map(|texts| texts.iter().flatten().map(str::to_owned).collect()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let lists: [&[i64]; 2] = [&[1, 2], &[]];
        let names: [&[&str]; 2] = [&[], &["a", "b"]];
        let sheet = Sheet::default().text("who", ["x", "y"]).int("n", [1, -1]).number("share", [0.5, f64::NAN]);
        let rows = sheet.ints("at", lists).texts("names", names).finish().expect("equal lengths");
        let rows = Rows(&rows);
        assert_eq!((rows.len(), rows.text("who").expect("there").at(1)), (2, "y"));
        assert_eq!((rows.int("n").expect("there").at(1), rows.int("n").expect("there").at(9)), (-1, 0));
        assert_eq!(rows.number("share").expect("there").at(0), 0.5);
        assert_eq!(rows.ints("at").expect("there").ints_at(0), [1, 2]);
        assert_eq!(rows.texts("names").expect("there").texts_at(1), ["a", "b"]);
        assert!(rows.text("n").is_err() && rows.ints("names").is_err() && rows.int("absent").is_err());
        assert!(Sheet::default().int("a", [1]).int("b", [1, 2]).finish().is_err());
    }
}
