//! A STIX pattern as data: what one record must show. `share` reads the text, `detect` holds it against rows.
//!
//! One observation is one record here. Several observations may be joined by OR; what would need several records at
//! once is no pattern of this kind.

/// A pattern that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Pattern {
    /// As it was written.
    pub text: String,
    /// Each of which is enough.
    pub observations: Vec<Expression>,
}

/// What must hold within one record. Depth is bounded by whoever reads the text.
#[derive(Debug, Clone, PartialEq)]
pub enum Expression {
    All(Vec<Self>),
    Any(Vec<Self>),
    Test(Test),
}

/// One comparison.
#[derive(Debug, Clone, PartialEq)]
pub struct Test {
    /// Byte of the text at which it begins.
    pub at: usize,
    /// Without quotes: `file:hashes.SHA-256`.
    pub path: String,
    pub negated: bool,
    pub operator: Operator,
    /// One, or for [`Operator::In`] any number; none for [`Operator::Exists`].
    pub values: Vec<Literal>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    /// `%` for any text, `_` for one character.
    Like,
    /// A regular expression that is found anywhere in the value.
    Matches,
    Subset,
    Superset,
    Exists,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    Text(String),
    Number(f64),
    Bool(bool),
}

impl Expression {
    /// Every comparison, in the order of the text.
    pub fn tests(&self) -> Vec<&Test> {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::tests).collect(),
            Self::Test(test) => vec![test],
        }
    }
}
