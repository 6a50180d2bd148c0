//! A Sigma rule as data: what the author wrote, checked and with modifiers applied, before any table is known.

use schema::Severity;

use super::{pattern::Pattern, problem::Place};

/// One detection rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    pub about: About,
    pub logsource: Logsource,
    pub detection: Detection,
    /// `scope` of the specification: sorts of machines it is meant for.
    pub scope: Vec<String>,
}

/// What rules, correlations and filters say about themselves.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct About {
    /// The file, as the caller called it, and where the document begins.
    pub file: String,
    pub place: Place,
    /// The author's UUID; derived from file and title where there is none.
    pub id: String,
    /// Name under which correlations may refer to it.
    pub name: Option<String>,
    pub title: String,
    pub status: Option<String>,
    pub level: Option<Severity>,
    pub description: String,
    pub author: String,
    pub date: Option<String>,
    pub modified: Option<String>,
    pub license: Option<String>,
    pub taxonomy: Option<String>,
    pub references: Vec<String>,
    pub tags: Vec<String>,
    pub fields: Vec<String>,
    pub falsepositives: Vec<String>,
    /// `id` and `type` of each.
    pub related: Vec<(String, String)>,
}

impl About {
    /// Whether this is its id or name.
    pub fn is_called(&self, name: &str) -> bool {
        self.id == name || self.name.as_deref() == Some(name)
    }

    /// ATT&CK technique ids among the tags, `T1059.001`.
    pub fn techniques(&self) -> impl Iterator<Item = String> + '_ {
        let ids = self.tags.iter().filter_map(|tag| tag.strip_prefix("attack."));
        ids.filter(|id| is_technique(id)).map(str::to_uppercase)
    }

    /// The level, or medium where the author gave none.
    pub fn severity(&self) -> Severity {
        self.level.unwrap_or(Severity::Medium)
    }
}

fn is_technique(id: &str) -> bool {
    let digits = |text: &str, n: usize| text.len() == n && text.bytes().all(|byte| byte.is_ascii_digit());
    let Some(number) = id.strip_prefix(['t', 'T']) else {
        return false;
    };
    match number.split_once('.') {
        None => digits(number, 4),
        Some((technique, sub)) => digits(technique, 4) && digits(sub, 3),
    }
}

/// Which records a rule is about.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Logsource {
    pub product: Option<String>,
    pub category: Option<String>,
    pub service: Option<String>,
    /// What must be switched on for the records to exist; for people.
    pub definition: Option<String>,
}

impl std::fmt::Display for Logsource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let named = [("product", &self.product), ("category", &self.category), ("service", &self.service)];
        let parts = named.iter().filter_map(|(name, value)| Some(format!("{name} {}", value.as_ref()?)));
        f.write_str(&parts.collect::<Vec<_>>().join(", "))
    }
}

/// The searches by name, and what must hold of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Detection {
    pub searches: Vec<(String, Search)>,
    pub condition: Condition,
    /// As written; several are joined with `or`.
    pub condition_text: String,
}

/// A condition with its patterns (`1 of selection_*`) worked out: leaves are searches by number.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    Search(usize),
}

impl Condition {
    /// Calls back with the number of each search that it names.
    pub fn each_search(&self, found: &mut impl FnMut(usize)) {
        match self {
            // As deep as the parser lets conditions nest.
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.each_search(found)),
            Self::Not(part) => part.each_search(found),
            Self::Search(number) => found(*number),
        }
    }
}

/// One search: a map is `All`, a list is `Any`.
#[derive(Debug, Clone, PartialEq)]
pub enum Search {
    All(Vec<Self>),
    Any(Vec<Self>),
    Item(Item),
}

/// One line of a map: a field and what its value must be; without a field, what the record must hold anywhere.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    pub field: Option<String>,
    pub tests: Vec<Test>,
    /// Every test must hold instead of any.
    pub all: bool,
    /// The field must have a value of which no test holds.
    pub negated: bool,
    pub place: Place,
    /// Field and modifiers as written.
    pub key: String,
}

/// One value after its modifiers.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Test {
    /// Text with wildcards.
    Like {
        pattern: Pattern,
        cased: bool,
    },
    /// A regular expression, found anywhere in the text.
    Regex {
        expression: String,
        flags: Flags,
    },
    Network(Network),
    Compare {
        op: Op,
        number: Number,
    },
    /// A part of an instant, compared.
    Instant {
        part: InstantPart,
        op: Op,
        number: Number,
    },
    /// The field is missing or null.
    Null,
    /// The field is missing, null or empty: what `null` or `''` comes to where records cannot tell these apart.
    Nothing,
    Exists(bool),
    /// Equal to, or with the part that another field holds.
    Field {
        other: String,
        how: How,
        cased: bool,
    },
}

impl std::fmt::Display for Test {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Like { pattern, cased: false } => write!(f, "{pattern}"),
            Self::Like { pattern, cased: true } => write!(f, "{pattern} (in this case)"),
            Self::Regex { expression, .. } => write!(f, "/{expression}/"),
            Self::Network(network) => write!(f, "{network}"),
            Self::Compare { op, number } => write!(f, "{op} {}", number.as_f64()),
            Self::Instant { part, op, number } => write!(f, "{part:?} {op} {}", number.as_f64()),
            Self::Null => f.write_str("null"),
            Self::Nothing => f.write_str("null or empty"),
            Self::Exists(yes) => write!(f, "exists: {yes}"),
            Self::Field { other, how, .. } => write!(f, "{how:?} field {other}"),
        }
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Flags {
    pub ignore_case: bool,
    pub multi_line: bool,
    pub dot_all: bool,
}

/// An IPv4 or IPv6 network; addresses of the other family never match, IPv4-mapped ones count as IPv4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Network {
    pub v6: bool,
    /// Bits of the address, IPv4 in the lowest 32.
    pub bits: u128,
    pub prefix: u8,
}

impl std::fmt::Display for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.v6 {
            return write!(f, "{}/{}", std::net::Ipv6Addr::from_bits(self.bits), self.prefix);
        }
        write!(f, "{}/{}", std::net::Ipv4Addr::from_bits(self.bits as u32), self.prefix)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Op {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
}

impl std::fmt::Display for Op {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Equal => "=",
        })
    }
}

impl Op {
    pub fn holds(self, ordering: std::cmp::Ordering) -> bool {
        match self {
            Self::Less => ordering.is_lt(),
            Self::LessOrEqual => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::GreaterOrEqual => ordering.is_ge(),
            Self::Equal => ordering.is_eq(),
        }
    }
}

/// A finite number by its bits, so that it can be compared and hashed as a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Number {
    Whole(i128),
    /// Bits of an `f64`.
    Fraction(u64),
}

impl Number {
    pub fn fraction(number: f64) -> Self {
        Self::Fraction(number.to_bits())
    }

    /// Reads a decimal number as log sources write them.
    pub fn of_text(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(whole) = text.parse::<i128>() {
            return Some(Self::Whole(whole));
        }
        let decimal =
            text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+' | b'e' | b'E'));
        text.parse::<f64>().ok().filter(|number| decimal && number.is_finite()).map(Self::fraction)
    }

    /// Whole numbers compare exactly, mixed ones as fractions.
    pub fn compare(self, other: Self) -> Option<std::cmp::Ordering> {
        match (self, other) {
            (Self::Whole(a), Self::Whole(b)) => Some(a.cmp(&b)),
            _ => self.as_f64().partial_cmp(&other.as_f64()),
        }
    }

    pub fn as_f64(self) -> f64 {
        match self {
            Self::Whole(number) => number as f64,
            Self::Fraction(bits) => f64::from_bits(bits),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InstantPart {
    Minute,
    Hour,
    Day,
    /// Week of the year by ISO 8601.
    Week,
    Month,
    Year,
}

/// How a field is held against another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum How {
    Equal,
    Contains,
    StartsWith,
    EndsWith,
}

/// A rule over the matches of others.
#[derive(Debug, Clone, PartialEq)]
pub struct Correlation {
    pub about: About,
    pub kind: CorrelationKind,
    /// Ids or names, in the order written.
    pub rules: Vec<String>,
    pub group_by: Vec<String>,
    /// Alias, and for each rule the field that stands for it.
    pub aliases: Vec<(String, Vec<(String, String)>)>,
    pub timespan_s: u64,
    /// All must hold, unless there is an expression.
    pub bounds: Vec<Bound>,
    /// Of temporal correlations: what must hold of its rules, which it names by number.
    pub expression: Option<Condition>,
    /// Fields that are counted, summed ...
    pub fields: Vec<String>,
    /// Matches of the rules it names are reported on their own too.
    pub generate: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CorrelationKind {
    EventCount,
    ValueCount,
    Temporal,
    TemporalOrdered,
    ValueSum,
    ValueAvg,
    /// The percentile, 1 to 99; 50 is the median.
    ValuePercentile(u8),
}

/// One bound of a correlation's condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bound {
    /// `None` is "not equal".
    pub op: Option<Op>,
    pub number: Number,
}

impl Bound {
    pub fn holds(self, number: Number) -> bool {
        let ordering = number.compare(self.number);
        ordering.is_some_and(|ordering| self.op.map_or(ordering.is_ne(), |op| op.holds(ordering)))
    }
}

/// A filter: its detection is taken out of the rules that it names.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter {
    pub about: About,
    pub logsource: Logsource,
    /// Ids or names; `None` for every rule of the log source.
    pub rules: Option<Vec<String>>,
    pub detection: Detection,
}
