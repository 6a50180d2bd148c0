//! What a step of a pipeline is: when it is meant, and what it does.

use regex::Regex;

use super::Names;
use crate::rules::{
    model::{Condition, Logsource},
    pattern::Pattern,
    problem::Place,
    yaml::Node,
};

#[derive(Debug, Clone)]
pub(super) struct Step {
    pub(super) place: Place,
    /// The author's name for it; its place otherwise, which nobody can name.
    pub(super) id: String,
    pub(super) does: Does,
    pub(super) rules: Gate<OfRule>,
    pub(super) items: Gate<OfItem>,
    pub(super) fields: Gate<OfField>,
}

/// Conditions of one sort, and how they are joined.
#[derive(Debug, Clone)]
pub(super) struct Gate<C> {
    pub(super) conditions: Vec<C>,
    pub(super) joined: Joined,
    pub(super) negated: bool,
}

#[derive(Debug, Clone)]
pub(super) enum Joined {
    All,
    Any,
    /// The conditions by number.
    Expression(Condition),
}

#[derive(Debug, Clone)]
pub(super) enum Does {
    /// The name of keywords, which have none, is the empty text.
    MapNames(Names),
    /// Beginnings of names, in the order written.
    MapPrefixes(Vec<(String, Vec<String>)>),
    Prefix(String),
    Suffix(String),
    DropItem,
    SplitHashes(Hashes),
    /// Names of placeholders that are meant.
    FillPlaceholders(Chosen),
    WildcardPlaceholders(Chosen),
    AddCondition {
        /// A map of fields, as in a rule.
        search: Node,
        template: bool,
        negated: bool,
    },
    ChangeLogsource(Logsource),
    AddFields(Vec<String>),
    RemoveFields(Vec<String>),
    SetFields(Vec<String>),
    Replace {
        regex: Regex,
        replacement: String,
        /// Wildcards are left alone, and only texts between them are looked through.
        skip_special: bool,
        interpret_special: bool,
    },
    MapValues(Names),
    SetValue(Option<Scalar>),
    Convert(Type),
    Case(Case),
    SetState(String, Scalar),
    SetAttribute(String, Scalar),
    Nest(Vec<Step>),
    RefuseRule(String),
    RefuseItem(String),
    RefuseUnmapped,
}

#[derive(Debug, Clone)]
pub(super) struct Hashes {
    pub(super) algorithms: Vec<String>,
    pub(super) prefix: String,
    pub(super) drop_algorithm: bool,
    pub(super) fields: Vec<String>,
}

/// Which names are meant: these, or all but these.
#[derive(Debug, Clone)]
pub(super) enum Chosen {
    Only(Vec<String>),
    AllBut(Vec<String>),
}

impl Chosen {
    pub(super) fn has(&self, name: &str) -> bool {
        match self {
            Self::Only(names) => names.iter().any(|known| known == name),
            Self::AllBut(names) => !names.iter().any(|known| known == name),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    Text,
    Number,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    Lower,
    Upper,
    Snake,
}

/// A value of a pipeline, with the sort that it was written as.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Scalar {
    Text(String),
    Number(f64, String),
    Bool(bool),
}

impl Scalar {
    pub(super) fn text(&self) -> String {
        match self {
            Self::Text(text) | Self::Number(_, text) => text.clone(),
            Self::Bool(yes) => yes.to_string(),
        }
    }
}

#[derive(Debug, Clone)]
pub(super) enum OfRule {
    Logsource(Logsource),
    HasItem { field: String, value: Pattern },
    HasField(String),
    Attribute { attribute: String, value: Scalar, op: Relation },
    Tag(String),
    IsRule,
    IsCorrelation,
    Applied(String),
    State { key: String, value: Scalar, op: Relation },
}

#[derive(Debug, Clone)]
pub(super) enum OfItem {
    Matches { regex: Regex, negate: bool, all: bool },
    Is { value: Scalar, all: bool },
    HasWildcard { all: bool },
    IsNull { all: bool },
    Applied(String),
    State { key: String, value: Scalar, op: Relation },
}

#[derive(Debug, Clone)]
pub(super) enum OfField {
    OneOf { names: FieldNames, negated: bool },
    Applied(String),
    State { key: String, value: Scalar, op: Relation },
}

/// Names of fields, as such or as expressions.
#[derive(Debug, Clone)]
pub(super) enum FieldNames {
    Plain(Vec<String>),
    Expressions(Vec<Regex>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    Equal,
    NotEqual,
    AtLeast,
    More,
    AtMost,
    Less,
    In,
    NotIn,
}
