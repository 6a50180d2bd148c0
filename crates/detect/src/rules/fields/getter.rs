//! How one value is had from a row: data that can be compared, so that rules share what is had in the same way.

use std::collections::BTreeSet;

/// The hashes that Windows sensors join in one field, in Sysmon's order, with its name of each and the length in hex
/// digits.
pub(in crate::rules) const HASHES: [(&str, &str, usize); 4] =
    [("sha1", "SHA1", 40), ("md5", "MD5", 32), ("sha256", "SHA256", 64), ("imphash", "IMPHASH", 32)];

#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(in crate::rules) enum Getter {
    Column(&'static str),
    /// A value within a column of JSON: the key as a whole, else each part between dots one level deeper.
    Json {
        column: &'static str,
        path: String,
    },
    /// The first that has a value.
    First(Vec<Getter>),
    /// The values of all.
    Every(Vec<Getter>),
    /// Values joined, without those that are missing.
    Join {
        parts: Vec<Getter>,
        by: String,
    },
    /// `SHA1=...,MD5=...` from the columns of hashes.
    Hashes,
    /// Our word in the source's words; a value of which none is known stays as it is.
    Words {
        of: Box<Getter>,
        words: Vec<(String, String)>,
    },
    /// The whole record, for keywords. Each log source has its own, so that no record is searched for the words of
    /// another source.
    Record(String),
}

impl Getter {
    /// A value below this one.
    pub(super) fn below(&self, rest: &str) -> Self {
        match self {
            Self::Json { column, path } if path.is_empty() => Self::Json { column, path: rest.to_owned() },
            Self::Json { column, path } => Self::Json { column, path: format!("{path}.{rest}") },
            Self::Column(column) => Self::Json { column, path: rest.to_owned() },
            Self::First(getters) => Self::First(getters.iter().map(|getter| getter.below(rest)).collect()),
            other => other.clone(),
        }
    }

    /// This, and the other where it has no value.
    pub(super) fn or(self, other: Self) -> Self {
        match self {
            Self::First(mut getters) => {
                getters.push(other);
                Self::First(getters)
            }
            getter => Self::First(vec![getter, other]),
        }
    }

    pub(in crate::rules) fn reads(&self, other: &Self) -> bool {
        self == other
            || match self {
                Self::First(getters) | Self::Every(getters) => getters.iter().any(|getter| getter.reads(other)),
                Self::Words { of, .. } => of.reads(other),
                _ => false,
            }
    }

    /// Columns that every row fills, so that a look into `attrs` would be in vain.
    pub(super) fn never_missing(&self) -> bool {
        match self {
            Self::Column(column) => ["action", "raw", "record_id", "dataset", "observed_at"].contains(column),
            Self::Record(_) => true,
            _ => false,
        }
    }

    /// Calls back with each column that is read.
    pub(in crate::rules) fn columns(&self, found: &mut impl FnMut(&'static str)) {
        match self {
            Self::Column(column) | Self::Json { column, .. } => found(column),
            // As deep as the mapping writes it: two levels.
            Self::First(getters) | Self::Every(getters) | Self::Join { parts: getters, .. } => {
                getters.iter().for_each(|getter| getter.columns(&mut *found));
            }
            Self::Hashes => HASHES.iter().for_each(|(column, ..)| found(column)),
            Self::Words { of, .. } => of.columns(found),
            Self::Record(_) => found("raw"),
        }
    }
}

/// Every column that these getters read.
pub(in crate::rules) fn columns_of<'g>(getters: impl IntoIterator<Item = &'g Getter>) -> BTreeSet<&'static str> {
    let mut columns = BTreeSet::new();
    for getter in getters {
        getter.columns(&mut |column| {
            columns.insert(column);
        });
    }
    columns
}

impl std::fmt::Display for Getter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let list = |getters: &[Self], by: &str| getters.iter().map(Self::to_string).collect::<Vec<_>>().join(by);
        match self {
            Self::Column(column) => f.write_str(column),
            Self::Json { column, path } => write!(f, "{column}.{path}"),
            Self::First(getters) => f.write_str(&list(getters, " or ")),
            Self::Every(getters) => f.write_str(&list(getters, " and ")),
            Self::Join { parts, by } => f.write_str(&list(parts, &format!(" \"{by}\" "))),
            Self::Hashes => f.write_str("sha1, md5, sha256, imphash"),
            Self::Words { of, .. } => write!(f, "{of} in the source's words"),
            Self::Record(of) => write!(f, "the whole record ({of})"),
        }
    }
}
