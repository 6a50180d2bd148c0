//! One declaration per column: from it come the Arrow schema, the data dictionary, OCSF paths and what is hunted.

use arrow_schema::{DataType, Field, TimeUnit};

use crate::Observable;

/// What a column holds, in words; the Arrow type follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// UTF-8 text.
    Text,
    /// An IPv4 or IPv6 address as canonical text (RFC 5952), so that people can compare it in SQL.
    Ip,
    /// Any whole number.
    Int,
    /// A fraction.
    Float,
    Bool,
    /// An instant in UTC, microseconds: Delta tables know no finer one (docs/adr/0002).
    Instant,
    /// A list of texts.
    Texts,
    /// JSON text.
    Json,
    /// Bytes as they came.
    Bytes,
}

impl Kind {
    pub fn data_type(self) -> DataType {
        match self {
            Self::Text | Self::Ip | Self::Json => DataType::Utf8,
            Self::Int => DataType::Int64,
            Self::Float => DataType::Float64,
            Self::Bool => DataType::Boolean,
            Self::Instant => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            Self::Texts => DataType::new_list(DataType::Utf8, true),
            Self::Bytes => DataType::Binary,
        }
    }

    /// The word used in the data dictionary.
    pub fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Ip => "ip",
            Self::Int => "int",
            Self::Float => "float",
            Self::Bool => "bool",
            Self::Instant => "instant",
            Self::Texts => "list of text",
            Self::Json => "json",
            Self::Bytes => "bytes",
        }
    }
}

/// One column of a [`crate::Table`].
#[derive(Debug, Clone, Copy)]
pub struct Column {
    pub name: &'static str,
    pub kind: Kind,
    /// Written for the analyst who reads it; a sentence without the unit.
    pub about: &'static str,
    /// `bytes`, `ns`, `packets` ... where the number has one.
    pub unit: Option<&'static str>,
    /// Attribute path in OCSF 1.6, where the standard has one.
    pub ocsf: Option<&'static str>,
    /// Kind of observable held here: indicators are matched on it, and it gets a bloom filter.
    pub observable: Option<Observable>,
    /// Gets a bloom filter because people hunt single values in it.
    pub hunted: bool,
    /// Every row has a value.
    pub required: bool,
}

impl Column {
    const fn new(name: &'static str, kind: Kind, about: &'static str) -> Self {
        Self { name, kind, about, unit: None, ocsf: None, observable: None, hunted: false, required: false }
    }

    pub const fn text(name: &'static str, about: &'static str) -> Self {
        Self::new(name, Kind::Text, about)
    }

    /// An address; indicators are matched on it.
    pub const fn ip(name: &'static str, about: &'static str) -> Self {
        Self::new(name, Kind::Ip, about).observes(Observable::Ip)
    }

    pub const fn int(name: &'static str, about: &'static str) -> Self {
        Self::new(name, Kind::Int, about)
    }

    pub const fn float(name: &'static str, about: &'static str) -> Self {
        Self::new(name, Kind::Float, about)
    }

    pub const fn bool(name: &'static str, about: &'static str) -> Self {
        Self::new(name, Kind::Bool, about)
    }

    pub const fn instant(name: &'static str, about: &'static str) -> Self {
        Self::new(name, Kind::Instant, about)
    }

    pub const fn texts(name: &'static str, about: &'static str) -> Self {
        Self::new(name, Kind::Texts, about)
    }

    pub const fn json(name: &'static str, about: &'static str) -> Self {
        Self::new(name, Kind::Json, about)
    }

    pub const fn bytes(name: &'static str, about: &'static str) -> Self {
        Self::new(name, Kind::Bytes, about)
    }

    pub const fn unit(mut self, unit: &'static str) -> Self {
        self.unit = Some(unit);
        self
    }

    pub const fn ocsf(mut self, path: &'static str) -> Self {
        self.ocsf = Some(path);
        self
    }

    pub const fn observes(mut self, observable: Observable) -> Self {
        self.observable = Some(observable);
        self.hunted = true;
        self
    }

    pub const fn hunted(mut self) -> Self {
        self.hunted = true;
        self
    }

    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    pub fn field(&self) -> Field {
        Field::new(self.name, self.kind.data_type(), !self.required)
    }
}
