//! One broken rule, told in three parts so that the message teaches: where and what, why, and what to do instead.

use std::fmt;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    /// A path from the root of the checkout, with `:line` where there is one.
    pub(crate) place: String,
    pub(crate) what: String,
    /// Why the rule exists.
    pub(crate) detail: String,
    pub(crate) hint: String,
}

impl Problem {
    pub(crate) fn new(place: impl Into<String>, what: impl Into<String>) -> Self {
        Self { place: place.into(), what: what.into(), detail: String::new(), hint: String::new() }
    }

    pub(crate) fn because(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    pub(crate) fn instead(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)?;
        if !self.detail.is_empty() {
            write!(f, "\n  detail: {}", self.detail)?;
        }
        if !self.hint.is_empty() {
            write!(f, "\n  hint:   {}", self.hint)?;
        }
        Ok(())
    }
}

/// "1 thing", "3 things".
pub(crate) fn count(n: usize) -> String {
    if n == 1 { "1 thing".to_owned() } else { format!("{n} things") }
}
