//! What went wrong, for people: what, detail, hint. And whose turn it is: the exit code follows from the kind.

use std::fmt;

pub type Result<T> = std::result::Result<T, Error>;

#[derive(Debug)]
pub struct Error {
    kind: Kind,
    what: String,
    detail: Option<String>,
    hint: Option<String>,
}

/// Who can mend it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The person: a wrong name, a wrong query, a file that is not there.
    Usage,
    /// The input: damaged or not recognised. What could be read is kept.
    Input,
    /// The machine: disk full, no permission, another process holds the lock.
    Machine,
    /// Ours: a broken promise of the program.
    Internal,
    /// Nobody: it was asked to stop.
    Stopped,
}

impl Error {
    pub fn new(kind: Kind, what: impl Into<String>) -> Self {
        Self { kind, what: what.into(), detail: None, hint: None }
    }

    pub fn usage(what: impl Into<String>) -> Self {
        Self::new(Kind::Usage, what)
    }

    pub fn input(what: impl Into<String>) -> Self {
        Self::new(Kind::Input, what)
    }

    pub fn machine(what: impl Into<String>) -> Self {
        Self::new(Kind::Machine, what)
    }

    pub fn internal(what: impl Into<String>) -> Self {
        Self::new(Kind::Internal, what)
    }

    #[must_use]
    pub fn detail(mut self, detail: impl fmt::Display) -> Self {
        self.detail = Some(detail.to_string());
        self
    }

    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub fn kind(&self) -> Kind {
        self.kind
    }

    pub fn what(&self) -> &str {
        &self.what
    }

    pub fn detail_text(&self) -> Option<&str> {
        self.detail.as_deref()
    }

    pub fn hint_text(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        if let Some(detail) = &self.detail {
            write!(f, "\n  detail: {detail}")?;
        }
        if let Some(hint) = &self.hint {
            write!(f, "\n  hint:   {hint}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        let full = error.to_string();
        if full.contains("disk is full") {
            return Self::machine("the disk is full").detail(full).hint("free some room and run the command again");
        }
        if full.contains("lock timeout") || full.contains("database is locked") {
            return Self::machine("another process writes to the operational store")
                .detail(full)
                .hint("run the command again when it is done");
        }
        Self::machine("the operational store did not answer").detail(full)
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::internal("a stored document is not what was written").detail(error)
    }
}

impl From<lake::Error> for Error {
    fn from(error: lake::Error) -> Self {
        let kind = if error.is_request() || error.is_limit() { Kind::Usage } else { Kind::Machine };
        Self { kind, what: error.what().to_owned(), detail: error.detail(), hint: error.hint().map(ToOwned::to_owned) }
    }
}

/// Gives an I/O error its place: what was being done, to which file.
pub(crate) fn io(doing: &str, path: &std::path::Path) -> impl FnOnce(std::io::Error) -> Error {
    let what = format!("could not {doing} {}", path.display());
    move |error| match error.kind() {
        std::io::ErrorKind::NotFound => Error::usage(what).detail("there is no such file or folder"),
        std::io::ErrorKind::PermissionDenied => {
            Error::machine(what).detail(error).hint("check the permissions of the file and its folders")
        }
        std::io::ErrorKind::StorageFull => {
            Error::machine(what).detail(error).hint("free some room and run the command again")
        }
        _ => Error::machine(what).detail(error),
    }
}
