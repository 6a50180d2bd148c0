//! Queries that are put together from parts.

use std::fmt::Write as _;

use super::{
    Dialect, Query, Value,
    query::{Text, Typed},
};

/// A query that grows. Only texts of ours are pushed; what people say is bound.
#[derive(Debug)]
pub(crate) struct Builder<'q> {
    marked: Marked,
    values: Vec<Value<'q>>,
}

/// A statement that knows where its values go: `?` for SQLite, which looks up numbered ones at a cost that grows with
/// their square, and `$1`, `$2` ... for PostgreSQL, which knows no others.
#[derive(Debug, Default)]
pub(super) struct Marked {
    text: String,
    places: Vec<usize>,
}

impl Marked {
    pub(super) fn for_sqlite(self) -> String {
        self.with_marks(|text, _| text.push('?'))
    }

    pub(super) fn for_postgres(self) -> String {
        self.with_marks(|text, number| {
            // Writing to a string does not fail.
            let _written = write!(text, "${number}");
        })
    }

    fn with_marks(self, mark: impl Fn(&mut String, usize)) -> String {
        let mut text = String::with_capacity(self.text.len() + self.places.len() * 6);
        let mut from = 0;
        for (place, number) in self.places.into_iter().zip(1..) {
            text.push_str(self.text.get(from..place).unwrap_or_default());
            mark(&mut text, number);
            from = place;
        }
        text.push_str(self.text.get(from..).unwrap_or_default());
        text
    }
}

impl<'q> Builder<'q> {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self { marked: Marked { text: text.into(), places: Vec::new() }, values: Vec::new() }
    }

    pub(crate) fn push(&mut self, text: impl AsRef<str>) -> &mut Self {
        self.marked.text.push_str(text.as_ref());
        self
    }

    pub(crate) fn push_bind(&mut self, value: impl Into<Value<'q>>) -> &mut Self {
        self.marked.places.push(self.marked.text.len());
        self.values.push(value.into());
        self
    }

    /// The key of a text, as the index holds it.
    pub(crate) fn push_key(&mut self, dialect: Dialect, text: &'q str) -> &mut Self {
        match dialect {
            Dialect::Sqlite => self.push_bind(text),
            Dialect::Postgres => self.push("margay_key(").push_bind(text).push(")"),
        }
    }

    /// `(..., ...)`: what something may be one of.
    pub(crate) fn push_list<V: Into<Value<'q>>>(&mut self, values: impl IntoIterator<Item = V>) -> &mut Self {
        self.push("(");
        let mut list = self.separated(", ");
        values.into_iter().for_each(|value| {
            list.push_bind(value);
        });
        self.push(")")
    }

    /// Values one behind the other, with a text between them.
    pub(crate) fn separated(&mut self, between: &'static str) -> Separated<'_, 'q> {
        Separated { builder: self, between, first: true }
    }

    /// `VALUES (...), (...)`: a row for each of these.
    pub(crate) fn push_values<T>(
        &mut self,
        rows: impl IntoIterator<Item = T>,
        mut fill: impl FnMut(Separated<'_, 'q>, T),
    ) -> &mut Self {
        self.push("VALUES ");
        for (row, number) in rows.into_iter().zip(0_usize..) {
            self.push(if number == 0 { "(" } else { ", (" });
            fill(self.separated(", "), row);
            self.push(")");
        }
        self
    }

    pub(crate) fn build(self) -> Query<'q> {
        Query::new(Text::Built(self.marked), self.values)
    }

    pub(crate) fn build_scalar<T>(self) -> Typed<'q, T> {
        self.build().typed()
    }
}

#[derive(Debug)]
pub(crate) struct Separated<'b, 'q> {
    builder: &'b mut Builder<'q>,
    between: &'static str,
    first: bool,
}

impl<'q> Separated<'_, 'q> {
    pub(crate) fn push_bind(&mut self, value: impl Into<Value<'q>>) -> &mut Self {
        self.next().push_bind(value);
        self
    }

    pub(crate) fn push(&mut self, text: impl AsRef<str>) -> &mut Self {
        self.next().push(text);
        self
    }

    fn next(&mut self) -> &mut Builder<'q> {
        if !std::mem::replace(&mut self.first, false) {
            self.builder.push(self.between);
        }
        self.builder
    }
}
