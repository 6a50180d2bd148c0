//! The declaration of a feed: one TOML file, checked as a whole before anything is fetched.

use std::{collections::BTreeMap, fmt};

use schema::{Claim, Timestamp, Tlp};
use serde::Deserialize;

const NANOS_PER_DAY: i64 = 86_400 * 1_000_000_000;

/// One feed.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Feed {
    /// The name of the file without its ending; its claims carry it as their source.
    pub name: String,
    /// One sentence for people: what it lists and who makes it.
    pub about: String,
    /// Page of its makers.
    pub home: Option<String>,
    /// What its makers ask of those who use it.
    pub terms: Option<String>,
    /// `https://`, or `http://` where its makers offer nothing else. `{secret}` stands for the secret.
    pub url: String,
    /// How often it may be fetched.
    #[serde(default = "default_every_minutes")]
    pub every_minutes: u32,
    pub keeps: Keeps,
    /// Days after which a claim no longer stands, counted from when its source saw the thing last.
    pub expires_days: Option<u32>,
    /// 0 to 100, STIX scale, where a record does not say.
    pub confidence: u8,
    #[serde(default = "default_tlp", deserialize_with = "tlp")]
    pub tlp: Tlp,
    /// What its entries are, where a record does not say.
    pub label: Option<String>,
    pub secret: Option<Secret>,
    /// Less than this share of the records that were there the last time is not believed.
    #[serde(default = "default_shrinks_to_percent")]
    pub shrinks_to_percent: u8,
    pub form: Form,
    /// What separates columns: one character, or `whitespace`.
    pub separator: Option<String>,
    /// Lines that begin so say nothing (and may hold the header).
    pub comment: Option<String>,
    /// Names of columns, where the content has no header of its own.
    #[serde(default)]
    pub columns: Vec<String>,
    /// Where the records of JSON are: `results[].indicators[]`; `*` stands for any key.
    pub records: Option<String>,
    /// Where JSON names the address of its next page.
    pub next: Option<String>,
    /// Which column holds indicators. A record may hold several.
    #[serde(default)]
    pub values: Vec<Value>,
    /// What the words of the feed mean as kinds.
    #[serde(default)]
    pub kinds: BTreeMap<String, String>,
    #[serde(default)]
    pub said: Said,
    /// Records count only where the column has one of these values.
    #[serde(default)]
    pub only: BTreeMap<String, Vec<String>>,
}

/// What it means that something is no longer in the content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Keeps {
    /// Everything that holds now: what is gone no longer stands.
    Snapshot,
    /// What is new: what is gone has only grown old.
    Log,
}

impl Keeps {
    pub fn name(self) -> &'static str {
        match self {
            Self::Snapshot => "snapshot",
            Self::Log => "log",
        }
    }
}

/// How the content is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    Csv,
    /// One record a line, without quotes.
    Lines,
    Json,
    Ndjson,
    /// A STIX 2.1 bundle.
    Stix,
    /// A MISP event, or several.
    Misp,
    /// A folder of MISP events behind a `manifest.json`.
    MispFeed,
}

impl Form {
    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Lines => "lines",
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Stix => "stix",
            Self::Misp => "misp",
            Self::MispFeed => "misp_feed",
        }
    }

    fn has_fields(self) -> bool {
        matches!(self, Self::Csv | Self::Lines | Self::Json | Self::Ndjson)
    }
}

/// A key that the makers give out: where it is read from, never the key itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Secret {
    /// `env:NAME`, or `file:PATH`.
    pub from: String,
    /// Header that carries it, where `url` has no `{secret}`.
    pub header: Option<String>,
    /// Whether the feed also answers without it.
    #[serde(default)]
    pub optional: bool,
}

/// A column of indicators.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Value {
    pub from: String,
    /// Kind of all of them; guessed from the text where neither this nor `kind_from` is given.
    pub kind: Option<String>,
    /// Column that says the kind.
    pub kind_from: Option<String>,
}

/// Columns of what is said besides the value; of several, the first that has a text.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Said {
    pub malware: Vec<String>,
    pub actor: Vec<String>,
    /// Of these all that have a text, separated by commas, semicolons or bars.
    pub labels: Vec<String>,
    pub first_seen: Vec<String>,
    pub last_seen: Vec<String>,
    pub reference: Vec<String>,
    pub technique: Vec<String>,
    pub tlp: Vec<String>,
    pub confidence: Vec<String>,
    /// The number in the column times this, where it is no confidence yet.
    pub confidence_times: Option<f64>,
    pub confidence_plus: Option<f64>,
    pub confidence_most: Option<u8>,
}

/// What is wrong with a declaration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub what: String,
}

impl Problem {
    fn new(what: impl Into<String>) -> Self {
        Self { what: what.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl std::error::Error for Problem {}

impl Feed {
    /// Reads the text of a declaration; what is wrong is told with line and column where it has a place.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let feed: Self = toml::from_str(text).map_err(|error| Problem::new(error.to_string().trim_end()))?;
        feed.check()?;
        Ok(feed)
    }

    fn check(&self) -> Result<(), Problem> {
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
        if self.name.is_empty() || self.name.len() > 64 || !self.name.chars().all(is_plain) {
            return Err(Problem::new("`name` is made of small letters, digits, \"-\" and \"_\", 64 at most"));
        }
        if !self.url.starts_with("https://") && !self.url.starts_with("http://") {
            return Err(Problem::new("`url` begins with https:// or http://"));
        }
        if self.confidence > 100 {
            return Err(Problem::new("`confidence` is 0 to 100"));
        }
        if self.every_minutes == 0 || self.shrinks_to_percent > 100 {
            return Err(Problem::new("`every_minutes` is at least 1, and `shrinks_to_percent` 0 to 100"));
        }
        self.check_secret()?;
        self.check_fields()
    }

    fn check_secret(&self) -> Result<(), Problem> {
        let Some(secret) = &self.secret else {
            let orphan = self.url.contains("{secret}");
            return if orphan { Err(Problem::new("`url` has {secret}, and there is no [secret]")) } else { Ok(()) };
        };
        if !secret.from.starts_with("env:") && !secret.from.starts_with("file:") {
            return Err(Problem::new(
                "`secret.from` is env:NAME or file:PATH; the secret itself does not belong into a declaration",
            ));
        }
        let used = secret.header.is_some() != self.url.contains("{secret}");
        if used { Ok(()) } else { Err(Problem::new("a secret goes into one `header`, or to {secret} in the `url`")) }
    }

    fn check_fields(&self) -> Result<(), Problem> {
        if !self.form.has_fields() {
            return if self.values.is_empty() {
                Ok(())
            } else {
                Err(Problem::new(format!("a feed of form {} says by itself what its values are", self.form.name())))
            };
        }
        if self.values.is_empty() {
            return Err(Problem::new("[[values]] says which column holds the indicators; there is none"));
        }
        if matches!(self.form, Form::Json) && self.records.is_none() {
            return Err(Problem::new("`records` says where in the JSON the records are"));
        }
        if matches!(self.form, Form::Lines) && self.columns.is_empty() {
            return Err(Problem::new("lines have no header: `columns` names what they hold"));
        }
        let is_kind = |kind: &String| kind == IGNORED || crate::formats::kind_of(kind).is_ok();
        let stated = self.values.iter().filter_map(|value| value.kind.as_ref()).chain(self.kinds.values());
        for kind in stated {
            if !is_kind(kind) {
                return Err(Problem::new(format!("\"{kind}\" is no kind of indicator")));
            }
        }
        let separator = self.separator.as_deref().unwrap_or(",");
        let is_one = separator == WHITESPACE || separator.chars().count() == 1;
        if is_one { Ok(()) } else { Err(Problem::new("`separator` is one character, or \"whitespace\"")) }
    }

    /// The claim with the day on which it no longer stands, where the feed has such and the claim has none.
    pub(super) fn with_expiry(&self, mut claim: Claim, now: Timestamp) -> Claim {
        if claim.valid_until.is_none() {
            claim.valid_until = self.expiry(claim.last_seen.or(claim.first_seen).unwrap_or(now));
        }
        claim
    }

    fn expiry(&self, seen: Timestamp) -> Option<Timestamp> {
        let days = self.expires_days?;
        seen.checked_add_nanos(i64::from(days).saturating_mul(NANOS_PER_DAY))
    }
}

/// A kind of which no claim is made, and that is no reject either.
pub(super) const IGNORED: &str = "ignored";

/// Columns between which any number of spaces and tabs stand.
pub(super) const WHITESPACE: &str = "whitespace";

fn default_every_minutes() -> u32 {
    60
}

/// A list that loses more than half of its entries from one hour to the next is broken more often than it is right.
fn default_shrinks_to_percent() -> u8 {
    50
}

fn default_tlp() -> Tlp {
    Tlp::Clear
}

fn tlp<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Tlp, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
}
