//! What parsing gives: typed rows by table, and rejects. Read next: `rows` (how columns are filled), `normalize`.

use std::{borrow::Cow, fmt};

use crate::ParsedRows;

/// At most this much of a rejected record is kept; its whole size is stated beside.
pub const MAX_REJECT_BYTES: usize = 1 << 20;

/// The records of one batch, in the columns of their tables but not yet stamped with where they came from.
#[derive(Debug)]
pub struct ParsedBatch {
    /// Name of the format that read it.
    pub format: Cow<'static, str>,
    /// Byte offset behind the batch.
    pub end: u64,
    /// One entry a table that has rows, in the order in which they were first met.
    pub tables: Vec<ParsedRows>,
    pub rejects: Vec<Reject>,
}

/// A piece of input that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// Byte offset of its start in the decompressed source.
    pub position: u64,
    /// Its whole length without the line break.
    pub size_bytes: u64,
    pub reason: Reason,
    /// What is wrong, with field and byte offset within the record where they are known.
    pub detail: String,
    /// The input as it came, at most [`MAX_REJECT_BYTES`].
    pub bytes: Vec<u8>,
}

impl Reject {
    pub(crate) fn new(position: u64, line: &[u8], fault: Fault) -> Self {
        Self {
            position,
            size_bytes: line.len() as u64,
            reason: fault.reason,
            detail: fault.detail,
            bytes: line.get(..MAX_REJECT_BYTES).unwrap_or(line).to_vec(),
        }
    }
}

/// Why a record was rejected; the codes are stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// Bytes that are not UTF-8.
    InvalidUtf8,
    /// A NUL byte, as in a hole that a crash left in a file.
    NulByte,
    /// Not one JSON object.
    MalformedJson,
    /// Not one well-formed element.
    MalformedXml,
    /// A record has a key twice, or a header a field: keeping one value would silently lose the other. Nested
    /// objects are kept as text, so they may say what they like.
    DuplicateKey,
    /// Arrays and objects nested deeper than anybody writes by intention.
    TooDeep,
    /// A line has more or fewer fields than its header names.
    FieldCount,
    /// A line of a format with headers before any usable header.
    NoHeader,
    /// The event time is missing.
    MissingTime,
    /// The event time cannot be read.
    BadTime,
    /// The event time lies outside 1970 to 2199.
    TimeOutOfRange,
    /// A line does not have the form that its mapping describes.
    NoMatch,
    /// Longer than any record may be.
    TooLong,
    /// The stream ended within the record.
    Truncated,
    /// The binary XML of a Windows event does not follow its grammar.
    BadBinxml,
    /// Bytes where records should be, which are none.
    CorruptBlock,
}

impl Reason {
    pub const ALL: [Self; 16] = [
        Self::InvalidUtf8,
        Self::NulByte,
        Self::MalformedJson,
        Self::MalformedXml,
        Self::DuplicateKey,
        Self::TooDeep,
        Self::FieldCount,
        Self::NoHeader,
        Self::MissingTime,
        Self::BadTime,
        Self::TimeOutOfRange,
        Self::NoMatch,
        Self::TooLong,
        Self::Truncated,
        Self::BadBinxml,
        Self::CorruptBlock,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Self::InvalidUtf8 => "invalid_utf8",
            Self::NulByte => "nul_byte",
            Self::MalformedJson => "malformed_json",
            Self::MalformedXml => "malformed_xml",
            Self::DuplicateKey => "duplicate_key",
            Self::TooDeep => "too_deep",
            Self::FieldCount => "field_count",
            Self::NoHeader => "no_header",
            Self::MissingTime => "missing_time",
            Self::BadTime => "bad_time",
            Self::TimeOutOfRange => "time_out_of_range",
            Self::NoMatch => "no_match",
            Self::TooLong => "too_long",
            Self::Truncated => "truncated",
            Self::BadBinxml => "bad_binxml",
            Self::CorruptBlock => "corrupt_block",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Why one record cannot be read, before it is known which bytes it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) reason: Reason,
    pub(crate) detail: String,
}

impl Fault {
    pub(crate) fn new(reason: Reason, detail: impl Into<String>) -> Self {
        Self { reason, detail: detail.into() }
    }
}
