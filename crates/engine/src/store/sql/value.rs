//! Values that are bound. A missing one keeps its type, because PostgreSQL prepares a statement for types.

use std::borrow::Cow;

use sqlx::{Arguments, error::BoxDynError, postgres::PgArguments, sqlite::SqliteArguments};

#[derive(Debug, Clone)]
pub(crate) enum Value<'q> {
    Int(Option<i64>),
    Float(Option<f64>),
    Text(Option<Cow<'q, str>>),
}

/// PostgreSQL keeps no NUL in a text, and attackers write it into what we read. This stands for it there: a character
/// that Unicode promises never to give a meaning.
const NUL_KEPT_AS: char = '\u{10FFFF}';

impl Value<'_> {
    pub(super) fn into_sqlite(self, arguments: &mut SqliteArguments) -> Result<(), BoxDynError> {
        match self {
            Self::Int(number) => arguments.add(number),
            Self::Float(number) => arguments.add(number),
            Self::Text(text) => arguments.add(text.map(Cow::into_owned)),
        }
    }

    pub(super) fn into_postgres(self, arguments: &mut PgArguments) -> Result<(), BoxDynError> {
        match self {
            Self::Int(number) => arguments.add(number),
            Self::Float(number) => arguments.add(number),
            Self::Text(Some(text)) if text.contains('\0') => {
                arguments.add(text.replace('\0', NUL_KEPT_AS.encode_utf8(&mut [0; 4])))
            }
            Self::Text(text) => arguments.add(text.as_deref()),
        }
    }
}

/// A text of PostgreSQL as it was bound.
pub(super) fn with_nul(text: &str) -> Cow<'_, str> {
    match text.contains(NUL_KEPT_AS) {
        true => Cow::Owned(text.replace(NUL_KEPT_AS, "\0")),
        false => Cow::Borrowed(text),
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Int(Some(number))
    }
}

impl From<Option<i64>> for Value<'_> {
    fn from(number: Option<i64>) -> Self {
        Self::Int(number)
    }
}

impl From<f64> for Value<'_> {
    fn from(number: f64) -> Self {
        Self::Float(Some(number))
    }
}

impl From<Option<f64>> for Value<'_> {
    fn from(number: Option<f64>) -> Self {
        Self::Float(number)
    }
}

impl<'q> From<&'q str> for Value<'q> {
    fn from(text: &'q str) -> Self {
        Self::Text(Some(Cow::Borrowed(text)))
    }
}

impl<'q> From<Option<&'q str>> for Value<'q> {
    fn from(text: Option<&'q str>) -> Self {
        Self::Text(text.map(Cow::Borrowed))
    }
}

impl<'q> From<&'q String> for Value<'q> {
    fn from(text: &'q String) -> Self {
        Self::Text(Some(Cow::Borrowed(text)))
    }
}

impl<'q> From<Option<&'q String>> for Value<'q> {
    fn from(text: Option<&'q String>) -> Self {
        Self::Text(text.map(|text| Cow::Borrowed(text.as_str())))
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::Text(Some(Cow::Owned(text)))
    }
}

impl From<Option<String>> for Value<'_> {
    fn from(text: Option<String>) -> Self {
        Self::Text(text.map(Cow::Owned))
    }
}
