//! What can go wrong in the lake, in three parts: what failed, why, and what to try.

use std::{borrow::Cow, error, fmt, io};

use arrow_schema::ArrowError;
use datafusion::error::DataFusionError;
use deltalake::{DeltaTableError, kernel::transaction::TransactionError};

/// The result of everything the lake does.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error of the lake. Its `Display` is one line; [`Error::detail`] and [`Error::hint`] give the other two parts.
#[derive(Debug)]
pub struct Error {
    kind: Kind,
    what: String,
    hint: Option<Cow<'static, str>>,
    source: Option<Box<dyn error::Error + Send + Sync>>,
}

/// What a caller may want to tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The question or the settings are wrong; asking again gives the same answer.
    Request,
    /// The query went beyond the limits of the gate or of memory.
    Limit,
    /// Another writer was faster; try again.
    Conflict,
    /// No room left on the device.
    DiskFull,
    /// The storage below failed.
    Storage,
    /// What lies in the lake is not what we would write there.
    Damaged,
}

impl Error {
    pub(crate) fn new(kind: Kind, what: impl Into<String>) -> Self {
        Self { kind, what: what.into(), hint: None, source: None }
    }

    pub(crate) fn request(what: impl Into<String>) -> Self {
        Self::new(Kind::Request, what)
    }

    pub(crate) fn limit(what: impl Into<String>) -> Self {
        Self::new(Kind::Limit, what)
    }

    pub(crate) fn damaged(what: impl Into<String>) -> Self {
        Self::new(Kind::Damaged, what)
    }

    pub(crate) fn because(mut self, source: impl Into<Box<dyn error::Error + Send + Sync>>) -> Self {
        let source = source.into();
        if says_disk_full(source.as_ref()) {
            self.kind = Kind::DiskFull;
            self.hint =
                Some(Cow::Borrowed("Free space on the device or move the lake; nothing of this commit was kept."));
        }
        self.source = Some(source);
        self
    }

    pub(crate) fn with_hint(mut self, hint: &'static str) -> Self {
        self.hint = self.hint.or(Some(Cow::Borrowed(hint)));
        self
    }

    /// An error that came to an answer from elsewhere, as it was told there. `is_limit`: whoever asked can mend it.
    pub fn of_answer(is_limit: bool, what: &str, detail: Option<&str>, hint: Option<&str>) -> Self {
        let kind = if is_limit { Kind::Limit } else { Kind::Storage };
        let mut error = Self::new(kind, what);
        error.source = detail.map(Into::into);
        error.hint = hint.map(|hint| Cow::Owned(hint.to_owned()));
        error
    }

    /// What failed, in one line.
    pub fn what(&self) -> &str {
        &self.what
    }

    /// Why it failed: the causes below, joined.
    pub fn detail(&self) -> Option<String> {
        let first = error::Error::source(self)?;
        let mut parts: Vec<String> = Vec::new();
        for cause in causes(first) {
            let part = cause.to_string();
            let said_before = parts.last().is_some_and(|last| last.contains(&part));
            if !said_before {
                parts.push(part);
            }
        }
        Some(parts.join(": "))
    }

    /// What to try, where we know.
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// The device has no room left. Nothing of the failed commit is visible.
    pub fn is_disk_full(&self) -> bool {
        self.kind == Kind::DiskFull
    }

    /// Other writers kept winning; the same call may succeed later.
    pub fn is_conflict(&self) -> bool {
        self.kind == Kind::Conflict
    }

    /// The caller asked for something that cannot be: bad SQL, an unknown table, a wrong URL.
    pub fn is_request(&self) -> bool {
        self.kind == Kind::Request
    }

    /// The query went beyond what the gate or the memory limit allows.
    pub fn is_limit(&self) -> bool {
        self.kind == Kind::Limit
    }

    /// Something in the lake is not as it was written.
    pub fn is_damaged(&self) -> bool {
        self.kind == Kind::Damaged
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        match self.detail() {
            Some(detail) => write!(f, ": {detail}"),
            None => Ok(()),
        }
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match &self.source {
            Some(source) => Some(source.as_ref()),
            None => None,
        }
    }
}

/// Adds what we were doing to an error from below.
pub(crate) trait Context<T> {
    fn context(self, what: impl FnOnce() -> String) -> Result<T>;
}

impl<T> Context<T> for std::result::Result<T, object_store::Error> {
    fn context(self, what: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|error| Error::new(Kind::Storage, what()).because(error))
    }
}

impl<T> Context<T> for std::result::Result<T, DeltaTableError> {
    fn context(self, what: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|error| {
            let kind = if lost_race(&error) { Kind::Conflict } else { Kind::Storage };
            Error::new(kind, what()).because(error)
        })
    }
}

impl<T> Context<T> for std::result::Result<T, DataFusionError> {
    fn context(self, what: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|error| Error::from_query(what(), error))
    }
}

impl<T> Context<T> for std::result::Result<T, parquet::errors::ParquetError> {
    fn context(self, what: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|error| Error::new(Kind::Storage, what()).because(error))
    }
}

impl<T> Context<T> for std::result::Result<T, ArrowError> {
    fn context(self, what: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|error| Error::new(Kind::Storage, what()).because(error))
    }
}

impl Error {
    pub(crate) fn from_query(what: String, error: DataFusionError) -> Self {
        match error.find_root() {
            DataFusionError::ResourcesExhausted(_) => Self::new(Kind::Limit, what)
                .because(error)
                .with_hint("Ask for fewer rows or columns, a shorter time, or give queries more memory."),
            DataFusionError::Plan(_)
            | DataFusionError::SQL(..)
            | DataFusionError::SchemaError(..)
            | DataFusionError::NotImplemented(_)
            | DataFusionError::Diagnostic(..) => Self::new(Kind::Request, what).because(error),
            DataFusionError::ArrowError(cause, _) if is_of_values(cause) => {
                Self::new(Kind::Request, what).because(error)
            }
            _ => Self::new(Kind::Storage, what).because(error),
        }
    }
}

/// A value that cannot be what the question makes of it: a text that is no number, a division by zero.
fn is_of_values(error: &ArrowError) -> bool {
    matches!(
        error,
        ArrowError::CastError(_)
            | ArrowError::ParseError(_)
            | ArrowError::DivideByZero
            | ArrowError::ArithmeticOverflow(_)
    )
}

/// Another writer committed something that ours depends on, or kept winning the race for the next version.
pub(crate) fn lost_race(error: &DeltaTableError) -> bool {
    match error {
        DeltaTableError::VersionAlreadyExists(_) => true,
        DeltaTableError::Transaction { source } => {
            matches!(source, TransactionError::CommitConflict(_) | TransactionError::MaxCommitAttempts(_))
        }
        _ => false,
    }
}

fn says_disk_full(error: &(dyn error::Error + Send + Sync + 'static)) -> bool {
    let first: &(dyn error::Error + 'static) = error;
    causes(first).any(|cause| {
        let io = cause.downcast_ref::<io::Error>().map(io::Error::kind);
        matches!(io, Some(io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded))
    })
}

/// An error and all that lies below it. Bounded, because a chain of causes is not ours to trust.
fn causes<'a>(first: &'a (dyn error::Error + 'static)) -> impl Iterator<Item = &'a (dyn error::Error + 'static)> {
    std::iter::successors(Some(first), |cause| cause.source()).take(16)
}
