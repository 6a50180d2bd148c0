//! Forms in which indicators come and go, one file each. To add one: the file, its `mod` line, its line in [`ALL`],
//! and a folder of cases in `corpus/<name>/`.

mod csv;
mod misp;
mod plain;
mod stix;

use std::fmt;

use schema::{Claim, Observable, Reliability, Timestamp, Tlp, observe};

pub(crate) use self::csv::{kind_of, safe_cell};
/// The only list of formats, the most particular first: recognition takes the first that knows the content.
pub static ALL: &[&Format] = &[&stix::FORMAT, &misp::FORMAT, &csv::FORMAT, &plain::FORMAT];

/// Rejects that are kept with place and reason; the others are only counted.
const KEPT_REJECTS: usize = 10_000;

/// Bytes of a rejected record that are kept.
const KEPT_TEXT: usize = 200;

/// One form: how to know it, read it and write it.
#[derive(Debug)]
pub struct Format {
    pub name: &'static str,
    /// One sentence for people.
    pub about: &'static str,
    /// Looks at the start of the content.
    pub recognizes: fn(&[u8]) -> bool,
    pub decode: fn(&[u8], &mut Intake<'_>),
    /// Reads whole lines, part by part, where a content need not be known whole; [`Parts`] cuts them.
    pub decode_lines: Option<fn(&[u8], &mut Lines, &mut Intake<'_>)>,
    /// Writes claims that may leave; `None` where this form is written from threat events.
    pub encode: Option<fn(&[&Claim]) -> String>,
}

/// What a form that is read in parts knows of the parts before.
#[derive(Debug, Default)]
pub struct Lines {
    /// Lines that have been read.
    n_before: u64,
    /// The report that the next lines come from.
    reference: Option<String>,
    layout: Option<csv::Layout>,
}

/// What is said of a claim where the content does not say it.
#[derive(Debug, Clone, PartialEq)]
pub struct Defaults {
    pub source: String,
    /// 0 to 100, STIX scale.
    pub confidence: u8,
    pub tlp: Tlp,
    pub label: Option<String>,
}

/// What came of a content: `n_seen` records, each of which gave claims or was rejected.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Decoded {
    pub format: &'static str,
    pub n_seen: u64,
    pub n_claims: u64,
    pub n_rejected: u64,
    /// The first 10,000 rejects.
    pub rejects: Vec<Reject>,
}

/// A record that gave no claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// `line 12` or `objects[3]`
    pub place: String,
    /// Its first 200 bytes.
    pub text: String,
    pub reason: String,
}

/// No known form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    what: String,
}

impl Error {
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self { what: what.into() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl std::error::Error for Error {}

/// The format of this name.
pub fn find(name: &str) -> Option<&'static Format> {
    ALL.iter().copied().find(|format| format.name == name)
}

/// The first format that knows this content.
pub fn recognize(bytes: &[u8]) -> Option<&'static Format> {
    ALL.iter().copied().find(|format| (format.recognizes)(bytes))
}

/// Reads a content and hands over its claims one by one. `format` is a name of [`ALL`], or `None` to recognize it.
/// Fails only where there is no such format or none that knows the content; a bad record is a reject.
pub fn decode(
    bytes: &[u8],
    format: Option<&str>,
    defaults: &Defaults,
    take: &mut dyn FnMut(Claim),
) -> Result<Decoded, Error> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let format = match format {
        Some(name) => find(name)
            .ok_or_else(|| Error { what: format!("\"{name}\" is not a form of indicators; use {}", names()) })?,
        None => recognize(bytes).ok_or_else(|| Error { what: format!("the content is none of {}", names()) })?,
    };
    let mut intake = Intake::new(format.name, defaults, take);
    (format.decode)(bytes, &mut intake);
    Ok(intake.finish())
}

/// Writes the claims that may go where at most `ceiling` may go, and says how many may not. `None` where the format
/// cannot be written from claims.
pub fn encode(format: &Format, claims: &[Claim], ceiling: Tlp) -> Option<(String, u64)> {
    let encode = format.encode?;
    let (released, n_withheld) = crate::redact::released(claims, ceiling);
    Some((encode(&released), n_withheld))
}

/// Reads whole lines of a content that comes in parts, and counts on. Fails where the form must be known whole.
pub(crate) fn decode_part(
    format: &Format,
    bytes: &[u8],
    lines: &mut Lines,
    decoded: Decoded,
    defaults: &Defaults,
    take: &mut dyn FnMut(Claim),
) -> Result<Decoded, Error> {
    let decode = format.decode_lines.ok_or_else(|| Error { what: format!("{} is read whole", format.name) })?;
    let mut intake = Intake { defaults, take, decoded };
    decode(bytes, lines, &mut intake);
    Ok(intake.decoded)
}

/// The first format that knows this content, or why there is none.
pub(crate) fn known(bytes: &[u8]) -> Result<&'static Format, Error> {
    recognize(bytes).ok_or_else(|| Error { what: format!("the content is none of {}", names()) })
}

fn names() -> String {
    ALL.iter().map(|format| format.name).collect::<Vec<_>>().join(", ")
}

/// Where a decoder puts what it reads, so that all forms check and count alike.
pub struct Intake<'a> {
    defaults: &'a Defaults,
    take: &'a mut dyn FnMut(Claim),
    decoded: Decoded,
}

impl fmt::Debug for Intake<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Intake").field("decoded", &self.decoded).finish_non_exhaustive()
    }
}

/// What a record says besides the value; the defaults fill in what it leaves open.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Said<'a> {
    pub(crate) source: Option<&'a str>,
    pub(crate) confidence: Option<u8>,
    pub(crate) reliability: Option<Reliability>,
    pub(crate) tlp: Option<Tlp>,
    pub(crate) malware: Option<&'a str>,
    pub(crate) actor: Option<&'a str>,
    /// Separated by commas, semicolons or bars.
    pub(crate) labels: Option<&'a str>,
    pub(crate) technique: Option<&'a str>,
    pub(crate) first_seen: Option<Timestamp>,
    pub(crate) last_seen: Option<Timestamp>,
    pub(crate) valid_from: Option<Timestamp>,
    pub(crate) valid_until: Option<Timestamp>,
    pub(crate) revoked: bool,
    pub(crate) reference: Option<&'a str>,
}

impl<'a> Intake<'a> {
    pub(crate) fn new(format: &'static str, defaults: &'a Defaults, take: &'a mut dyn FnMut(Claim)) -> Self {
        Self { defaults, take, decoded: Decoded { format, ..Decoded::default() } }
    }

    pub(crate) fn finish(self) -> Decoded {
        self.decoded
    }
}

impl Intake<'_> {
    pub(crate) fn seen(&mut self) {
        self.decoded.n_seen += 1;
    }

    /// Takes a value, of a stated kind or of one to be guessed; says why where it is none, or is too broad.
    pub(crate) fn value(&mut self, kind: Option<Observable>, text: &str, said: &Said<'_>) -> Result<(), &'static str> {
        let (kind, value) = match kind {
            Some(kind) => {
                let value = observe::canonical(kind, text).map_err(observe::Refusal::reason)?;
                (kind, value.into_owned())
            }
            None => observe::read(text).map_err(observe::Refusal::reason)?,
        };
        if let Some(refusal) = observe::too_broad(kind, &value) {
            return Err(refusal.reason());
        }
        let claim = self.claim(kind, value, text, said);
        (self.take)(claim);
        self.decoded.n_claims += 1;
        Ok(())
    }

    fn claim(&self, kind: Observable, value: String, text: &str, said: &Said<'_>) -> Claim {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let mut labels: Vec<String> = said.labels.map(labels_of).unwrap_or_default();
        if said.malware.is_none() && said.actor.is_none() && labels.is_empty() {
            labels.extend(self.defaults.label.clone());
        }
        Claim {
            raw: (text != value).then(|| text.to_owned()),
            source: said.source.unwrap_or(&self.defaults.source).to_owned(),
            confidence: said.confidence.unwrap_or(self.defaults.confidence).min(100),
            reliability: said.reliability,
            tlp: said.tlp.unwrap_or(self.defaults.tlp),
            malware: owned(said.malware),
            actor: owned(said.actor),
            labels,
            technique: owned(said.technique),
            first_seen: said.first_seen,
            last_seen: said.last_seen,
            valid_from: said.valid_from,
            valid_until: said.valid_until,
            revoked: said.revoked,
            reference: owned(said.reference),
            ..Claim::new(kind, value, "")
        }
    }

    pub(crate) fn reject(&mut self, place: impl fmt::Display, text: &str, reason: impl fmt::Display) {
        self.decoded.n_rejected += 1;
        if self.decoded.rejects.len() < KEPT_REJECTS {
            let mut end = text.len().min(KEPT_TEXT);
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            let text = text.get(..end).unwrap_or_default().to_owned();
            self.decoded.rejects.push(Reject { place: place.to_string(), text, reason: reason.to_string() });
        }
    }
}

/// Labels that one claim keeps; more is a dump of tags.
const LABELS_MAX: usize = 32;

/// Each once, in the order in which they were given.
fn labels_of(text: &str) -> Vec<String> {
    let mut labels: Vec<String> = Vec::new();
    let words = text.split([',', ';', '|']).map(str::trim).filter(|word| !word.is_empty());
    for word in words {
        if labels.len() < LABELS_MAX && !labels.iter().any(|label| label == word) {
            labels.push(word.to_owned());
        }
    }
    labels
}

/// An instant as feeds write it: RFC 3339, a date, `2026-11-21 09:30:00` with or without `UTC`, or Unix seconds.
pub(crate) fn instant(text: &str) -> Option<Timestamp> {
    let text = text.trim().trim_end_matches("UTC").trim_end();
    if let Ok(instant) = text.parse() {
        return Some(instant);
    }
    if !text.is_empty() && text.len() <= 11 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok().and_then(Timestamp::from_seconds);
    }
    let (date, time) = text.split_once([' ', 'T'])?;
    format!("{date}T{}Z", time.trim_end_matches('Z')).parse().ok()
}
