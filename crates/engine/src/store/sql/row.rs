//! Rows that come back, and what can be read from them.

use std::borrow::Cow;

use sqlx::{ColumnIndex, Decode, Postgres, Row as _, Sqlite, Type, ValueRef as _, postgres::PgRow, sqlite::SqliteRow};

use super::value::with_nul;

pub(crate) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

/// What can be read: numbers, texts, and either where it may be missing.
pub(crate) trait Get<'r>: Sized {
    fn get(row: &'r Row, place: usize) -> sqlx::Result<Self>;
}

impl Row {
    /// The value of a column, by name or by place.
    pub(crate) fn try_get<'r, T: Get<'r>, I>(&'r self, column: I) -> sqlx::Result<T>
    where
        I: ColumnIndex<SqliteRow> + ColumnIndex<PgRow>,
    {
        let place = match self {
            Self::Sqlite(row) => column.index(row)?,
            Self::Postgres(row) => column.index(row)?,
        };
        T::get(self, place)
    }

    fn is_null(&self, place: usize) -> sqlx::Result<bool> {
        Ok(match self {
            Self::Sqlite(row) => row.try_get_raw(place)?.is_null(),
            Self::Postgres(row) => row.try_get_raw(place)?.is_null(),
        })
    }

    fn kept<'r, T>(&'r self, place: usize) -> sqlx::Result<T>
    where
        T: Decode<'r, Sqlite> + Type<Sqlite> + Decode<'r, Postgres> + Type<Postgres>,
    {
        match self {
            Self::Sqlite(row) => row.try_get(place),
            Self::Postgres(row) => row.try_get(place),
        }
    }
}

impl Get<'_> for i64 {
    fn get(row: &Row, place: usize) -> sqlx::Result<Self> {
        row.kept(place)
    }
}

impl Get<'_> for f64 {
    fn get(row: &Row, place: usize) -> sqlx::Result<Self> {
        row.kept(place)
    }
}

/// A text that code of ours has written, and that holds no NUL: a word, a number, JSON.
impl<'r> Get<'r> for &'r str {
    fn get(row: &'r Row, place: usize) -> sqlx::Result<Self> {
        row.kept(place)
    }
}

/// A text from outside.
impl<'r> Get<'r> for Cow<'r, str> {
    fn get(row: &'r Row, place: usize) -> sqlx::Result<Self> {
        let text: &str = row.kept(place)?;
        Ok(match row {
            Row::Sqlite(_) => Cow::Borrowed(text),
            Row::Postgres(_) => with_nul(text),
        })
    }
}

impl Get<'_> for String {
    fn get(row: &Row, place: usize) -> sqlx::Result<Self> {
        Cow::get(row, place).map(Cow::into_owned)
    }
}

impl<'r, T: Get<'r>> Get<'r> for Option<T> {
    fn get(row: &'r Row, place: usize) -> sqlx::Result<Self> {
        match row.is_null(place)? {
            true => Ok(None),
            false => T::get(row, place).map(Some),
        }
    }
}

impl<'r, A: Get<'r>, B: Get<'r>> Get<'r> for (A, B) {
    fn get(row: &'r Row, place: usize) -> sqlx::Result<Self> {
        Ok((A::get(row, place)?, B::get(row, place.saturating_add(1))?))
    }
}

impl<'r, A: Get<'r>, B: Get<'r>, C: Get<'r>> Get<'r> for (A, B, C) {
    fn get(row: &'r Row, place: usize) -> sqlx::Result<Self> {
        Ok((A::get(row, place)?, B::get(row, place.saturating_add(1))?, C::get(row, place.saturating_add(2))?))
    }
}
