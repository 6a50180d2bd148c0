//! What is wrong with a rule: a stable code, the place, and what to do about it.

use std::fmt;

/// Where in a text; both from 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    pub line: u32,
    pub column: u32,
}

/// A code stays the same over versions, so that people can look it up and silence it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Code {
    /// S001: not YAML.
    Yaml,
    /// S002: too large, too deep, or too many aliases.
    TooLarge,
    /// S003: a key is there twice.
    DuplicateKey,
    /// S004: the document is no rule, correlation or filter.
    NotARule,
    /// S005: a part that must be there is missing.
    Missing,
    /// S006: a part has the wrong shape.
    Shape,
    /// S007: a word that is none of those allowed.
    UnknownWord,
    /// S010: the condition cannot be read.
    Condition,
    /// S011: the condition names a search that is not there.
    UnknownSearch,
    /// S020: a modifier that does not exist.
    UnknownModifier,
    /// S021: modifiers that do not go together, or not with this value.
    ModifierMisuse,
    /// S022: a placeholder without a value.
    Placeholder,
    /// S023: a regular expression that cannot be read or is too large.
    Regex,
    /// S024: not a network.
    Network,
    /// S030: two rules with one id or name.
    SameId,
    /// S031: a correlation or filter names a rule that is not there.
    UnknownRule,
    /// S032: correlations that refer to each other in a circle.
    Circle,
    /// S040: the mapping of log sources or fields cannot be read.
    Mapping,
    /// S041: a pipeline cannot be read.
    Pipeline,
    /// S042: a step of a pipeline refuses the rule.
    Refused,
    /// L001: no level, so that medium is taken.
    NoLevel,
    /// L002: no status, so that nobody knows how well it was tried.
    NoStatus,
    /// L003: no id, or one that is no UUID.
    NoId,
    /// L010: a tag that is no technique, tactic, group or software of ATT&CK.
    UnknownTag,
    /// L011: a technique that ATT&CK has replaced.
    OldTag,
    /// L012: a technique or tactic of a later version of ATT&CK than the one here.
    LaterTag,
    /// L020: a field that nothing here has, and one with nearly this name.
    UnknownField,
    /// L021: a search that the condition does not use.
    UnusedSearch,
    /// L022: what is asked for can never be.
    NeverTrue,
    /// L023: what is asked for is always so.
    AlwaysTrue,
    /// L024: a sign that stands for anything where the sign itself was probably meant.
    Wildcard,
}

impl Code {
    pub fn name(self) -> &'static str {
        match self {
            Self::Yaml => "S001",
            Self::TooLarge => "S002",
            Self::DuplicateKey => "S003",
            Self::NotARule => "S004",
            Self::Missing => "S005",
            Self::Shape => "S006",
            Self::UnknownWord => "S007",
            Self::Condition => "S010",
            Self::UnknownSearch => "S011",
            Self::UnknownModifier => "S020",
            Self::ModifierMisuse => "S021",
            Self::Placeholder => "S022",
            Self::Regex => "S023",
            Self::Network => "S024",
            Self::SameId => "S030",
            Self::UnknownRule => "S031",
            Self::Circle => "S032",
            Self::Mapping => "S040",
            Self::Pipeline => "S041",
            Self::Refused => "S042",
            Self::NoLevel => "L001",
            Self::NoStatus => "L002",
            Self::NoId => "L003",
            Self::UnknownTag => "L010",
            Self::OldTag => "L011",
            Self::LaterTag => "L012",
            Self::UnknownField => "L020",
            Self::UnusedSearch => "L021",
            Self::NeverTrue => "L022",
            Self::AlwaysTrue => "L023",
            Self::Wildcard => "L024",
        }
    }
}

/// One thing wrong in one file. A rule with a problem is not loaded, unless the problem is a warning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub code: Code,
    /// The rule is loaded all the same.
    pub warning: bool,
    /// As the caller called the text.
    pub file: String,
    pub place: Place,
    pub what: String,
    pub hint: String,
}

impl Problem {
    pub(super) fn new(code: Code, place: Place, what: impl Into<String>) -> Self {
        Self { code, warning: false, file: String::new(), place, what: what.into(), hint: String::new() }
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    pub(super) fn warning(mut self) -> Self {
        self.warning = true;
        self
    }

    pub(super) fn of_file(mut self, file: &str) -> Self {
        file.clone_into(&mut self.file);
        self
    }

    /// The line of the text with a caret below the place, for people. Tabs become blanks, so that the caret stands right.
    pub fn caret(&self, text: &str) -> String {
        let line = text.lines().nth(self.place.line.saturating_sub(1) as usize).unwrap_or_default();
        let shown: String = line.chars().take(160).map(|char| if char.is_control() { ' ' } else { char }).collect();
        let before = (self.place.column.saturating_sub(1) as usize).min(160);
        format!("{:>5} | {shown}\n      | {}^", self.place.line, " ".repeat(before))
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Place { line, column } = self.place;
        write!(f, "{}:{line}:{column}: {} {}", self.file, self.code.name(), self.what)?;
        if !self.hint.is_empty() {
            write!(f, "; {}", self.hint)?;
        }
        Ok(())
    }
}
