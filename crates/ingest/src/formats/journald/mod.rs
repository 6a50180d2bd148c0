//! The journal of systemd as `journalctl -o export` and `-o json` print it; messages are read like those of syslog.
//!
//! `cut` finds records of both forms. Field names are those of the journal (`systemd.journal-fields(7)`); what a
//! message says is added beside them.

mod cut;

use std::borrow::Cow;

use crate::{
    Certainty, Format, Head, ParsedBatch, RawBatch, Recognition,
    frame::spans::SpanFramer,
    instant::{NoInstant, event_time},
    json::{Elements, Fields, Value, number_text, push_value},
    mapping::Output,
    messages::{self, JOURNAL_OTHER, TABLES},
    observed::Observed,
    pairs::Pairs,
    parsed::{Fault, Reason},
    records::{Input, read_bytes},
};

pub(super) static FORMAT: Format = Format {
    name: "journald",
    about: "The journal of systemd, as journalctl exports it (-o export, -o json and its kin).",
    spec: "https://systemd.io/JOURNAL_EXPORT_FORMATS/",
    yields: TABLES,
    recognise,
    framer: SpanFramer::<cut::JournalCutter>::boxed,
    parse,
};

/// When the journal took the entry; else when its sender says that it was.
const TIMES: [&str; 2] = ["__REALTIME_TIMESTAMP", "_SOURCE_REALTIME_TIMESTAMP"];

/// Fields of one entry that are looked through for a second value of the same name; the journal takes 1,024.
const NAMES_LOOKED_AT: usize = 1024;

/// How the journal writes that there is no audit session or login.
const UNSET_ID: &str = "4294967295";

fn recognise(head: &Head<'_>) -> Option<Recognition> {
    let first = head.lines().next()?;
    let is_export = first.starts_with(b"__CURSOR=") || first.starts_with(b"__REALTIME_TIMESTAMP=");
    if is_export {
        return Some(Recognition::new(
            Certainty::Certain,
            "starts with the journal's __CURSOR or __REALTIME_TIMESTAMP field",
        ));
    }
    let bytes = cut::without_mark(head.bytes.trim_ascii_start());
    let has = |name: &str| memchr::memmem::find(bytes, name.as_bytes()).is_some();
    let is_json = bytes.first() == Some(&b'{')
        && has("\"__REALTIME_TIMESTAMP\"")
        && ["\"__CURSOR\"", "\"_BOOT_ID\"", "\"_TRANSPORT\"", "\"MESSAGE\""].into_iter().any(has);
    is_json.then(|| Recognition::new(Certainty::Certain, "has the journal's __REALTIME_TIMESTAMP field"))
}

fn parse(raw: &RawBatch) -> ParsedBatch {
    let mut output = Output::new();
    let mut pairs = Pairs::new();
    read_bytes(raw, &mut output, |span, bytes, output| {
        let position = raw.position.saturating_add(span.start as u64);
        let mut entry = Entry::default();
        pairs.begin();
        let bytes = cut::without_mark(bytes);
        if bytes.first() == Some(&b'{') {
            let text = std::str::from_utf8(bytes).map_err(|error| {
                Fault::new(Reason::InvalidUtf8, format!("not UTF-8 from byte {}", error.valid_up_to()))
            })?;
            read_json(text, &mut entry, &mut pairs)?;
            entry.add(Input { position, text }, &mut pairs, output)
        } else {
            let text = read_export(bytes, &mut entry, &mut pairs)?;
            entry.add(Input { position, text: &text }, &mut pairs, output)
        }
    });
    output.finish(FORMAT.name, raw)
}

/// What reading a message needs of an entry.
#[derive(Debug, Default)]
struct Entry {
    times: [String; 2],
    identifier: String,
    command: String,
    message: String,
}

impl Entry {
    /// Takes a field; `None` where it goes to no place of its own.
    fn slot(&mut self, name: &str) -> Option<&mut String> {
        match name {
            "MESSAGE" => Some(&mut self.message),
            _ if name == TIMES[0] => Some(&mut self.times[0]),
            _ if name == TIMES[1] => Some(&mut self.times[1]),
            _ => None,
        }
    }

    /// Adds a field under its own name.
    fn push<'a>(&mut self, name: impl Into<Cow<'a, str>>, value: &str, pairs: &mut Pairs<'a>) {
        let name = name.into();
        match name.as_ref() {
            "SYSLOG_IDENTIFIER" => value.clone_into(&mut self.identifier),
            "_COMM" => value.clone_into(&mut self.command),
            "_AUDIT_SESSION" | "_AUDIT_LOGINUID" if value == UNSET_ID => return,
            _ => {}
        }
        pairs.push(name, value);
    }

    fn add(&self, record: Input<'_>, pairs: &mut Pairs<'_>, output: &mut Output) -> Result<(), Fault> {
        let observed = self.observed()?;
        let is_second = !self.times[0].is_empty() && !self.times[1].is_empty();
        if is_second {
            pairs.push(TIMES[1], &self.times[1]);
        }
        let program = if self.identifier.is_empty() { &self.command } else { &self.identifier };
        let kind = messages::read(program, &self.message, pairs);
        if kind == messages::Kind::Other {
            pairs.push("kind", if program.is_empty() { "journal" } else { program });
            pairs.push("MESSAGE", &self.message);
        }
        pairs.add_observed(kind.mapping(&JOURNAL_OTHER), record, observed, output);
        Ok(())
    }

    fn observed(&self) -> Result<Observed, Fault> {
        let (name, text) = match &self.times {
            [received, _] if !received.is_empty() => (TIMES[0], received),
            [_, stated] if !stated.is_empty() => (TIMES[1], stated),
            _ => {
                return Err(Fault::new(Reason::MissingTime, format!("no event time; looked for {}", TIMES.join(", "))));
            }
        };
        event_time(text).map(Observed::At).map_err(|error| match error {
            NoInstant::OutOfRange => {
                Fault::new(Reason::TimeOutOfRange, format!("field \"{name}\" lies outside 1970 to 2199"))
            }
            NoInstant::Unreadable => {
                Fault::new(Reason::BadTime, format!("field \"{name}\" holds no time that can be read"))
            }
        })
    }
}

/// Reads `NAME=value` lines and fields with a length; gives the entry as text, with the lengths left out.
fn read_export<'a>(bytes: &'a [u8], entry: &mut Entry, pairs: &mut Pairs<'a>) -> Result<Cow<'a, str>, Fault> {
    let mut plain: Option<String> = None;
    let mut at = 0;
    while let Some(field) = cut::field(bytes, at) {
        let name = std::str::from_utf8(bytes.get(field.name.start..field.name.end).unwrap_or_default())
            .ok()
            .filter(|name| is_name(name))
            .ok_or_else(|| Fault::new(Reason::FieldCount, format!("no journal field at byte {at}")))?;
        let value = String::from_utf8_lossy(bytes.get(field.value.start..field.value.end).unwrap_or_default());
        let is_verbatim = !field.is_counted && matches!(value, Cow::Borrowed(_));
        if !is_verbatim && plain.is_none() {
            plain = Some(String::from_utf8_lossy(bytes.get(..at).unwrap_or_default()).into_owned());
        }
        if let Some(plain) = &mut plain {
            [name, "=", &value, "\n"].into_iter().for_each(|part| plain.push_str(part));
        }
        match entry.slot(name) {
            Some(slot) => value.as_ref().clone_into(slot),
            None if is_second(name, pairs) => entry.push(format!("{name}.2"), &value, pairs),
            None => entry.push(name, &value, pairs),
        }
        at = field.end;
    }
    match plain {
        Some(plain) => Ok(Cow::Owned(plain)),
        None => Ok(String::from_utf8_lossy(bytes)),
    }
}

/// The journal allows several values of one name.
fn is_second(name: &str, pairs: &Pairs<'_>) -> bool {
    pairs.len() < NAMES_LOOKED_AT && pairs.get(name).is_some()
}

/// Upper-case letters, digits and underscores.
fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 64
        && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}

/// Reads an entry as a JSON object; values that are no text are arrays of bytes, several values are arrays of texts.
fn read_json<'a>(text: &'a str, entry: &mut Entry, pairs: &mut Pairs<'a>) -> Result<(), Fault> {
    let mut fields = Fields::of(text);
    let mut room = String::new();
    while let Some((key, value)) = fields.next()? {
        let known = entry.slot(key.inner).is_some_and(|slot| !slot.is_empty());
        if known || is_second(key.inner, pairs) {
            return Err(Fault::new(Reason::DuplicateKey, format!("key \"{}\" occurs twice", key.inner)));
        }
        let plain: Cow<'_, str> = match value {
            Value::Null => continue,
            Value::Text(text) => Cow::Borrowed(text.decode(&mut room)),
            Value::Array(array) => match bytes_of(array) {
                Some(bytes) => Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()),
                None => {
                    pairs.push_json(key.inner, array);
                    continue;
                }
            },
            value => {
                let mut json = String::new();
                push_value(value, &mut json);
                Cow::Owned(json)
            }
        };
        match entry.slot(key.inner) {
            Some(slot) => plain.as_ref().clone_into(slot),
            None => entry.push(key.inner, &plain, pairs),
        }
    }
    Ok(())
}

/// The bytes of an array of numbers.
fn bytes_of(array: &str) -> Option<Vec<u8>> {
    let byte = |value: Value<'_>| match value {
        Value::Text(_) => None,
        value => number_text(value)?.parse::<u8>().ok(),
    };
    Elements::of(array).map(byte).collect()
}
