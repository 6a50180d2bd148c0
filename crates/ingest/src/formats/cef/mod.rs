//! ArcSight Common Event Format 0 and 1, bare or behind a syslog header: `CEF:0|vendor|product|version|class|name|
//! severity|extension`. Spec: <https://www.microfocus.com/documentation/arcsight/arcsight-smartconnectors-8.4/cef-implementation-standard/>.
//!
//! A label names its value: `cs1=7 cs1Label=Rule` becomes the field `Rule`.

mod extension;
mod mappings;

use std::sync::{Arc, LazyLock};

use self::extension::extension;
use crate::{
    Certainty, Format, Head, ParsedBatch, RawBatch, Recognition,
    device_log::{Envelope, Sort, Traits},
    formats::syslog::Embedded,
    frame::lines::{LineFramer, NoHeaders},
    mapping::{Output, Plan},
    own_read::Clock,
    pairs::Pairs,
    parsed::{Fault, Reason},
    records::{Input, read_records},
    syslog::Header,
};

pub(super) static FORMAT: Format = Format {
    name: "cef",
    about: "ArcSight Common Event Format of security devices, bare or in syslog.",
    spec: "https://www.microfocus.com/documentation/arcsight/arcsight-smartconnectors-8.4/cef-implementation-standard/",
    yields: &["alerts", "firewall_events", "connections", "http_requests", "logons"],
    recognise,
    framer: LineFramer::<NoHeaders>::boxed,
    parse,
};

/// Names of the header's parts.
const PARTS: [&str; 6] = ["deviceVendor", "deviceProduct", "deviceVersion", "deviceEventClassId", "name", "severity"];

/// The mark stands near the start of a line; a CEF record within a message is not one.
const MAX_ENVELOPE_BYTES: usize = 256;

/// Most lines are records: those of a mixed file are left to syslog, which hands such messages on.
fn recognise(head: &Head<'_>) -> Option<Recognition> {
    let fits = head.mostly(|line| split(line).is_some_and(|(_, record)| record.matches('|').count() >= 6));
    fits.then(|| Recognition::new(Certainty::Certain, "lines with CEF: and a header of CEF"))
}

fn parse(raw: &RawBatch) -> ParsedBatch {
    let mut output = Output::new();
    let mut reader = Reader::default();
    read_records(raw, &mut output, |input, output| reader.read(input, None, output));
    output.finish(FORMAT.name, raw)
}

/// Whether a message is a record of this format.
pub(super) fn is_record(message: &str) -> bool {
    message.starts_with("CEF:") && split(message).is_some()
}

/// Reads such messages of syslog. Made once a batch.
pub(super) fn messages<'a>(_raw: &'a RawBatch) -> Box<dyn Embedded<'a> + 'a> {
    Box::new(Reader::default())
}

/// Reads the records of one batch.
#[derive(Debug, Default)]
struct Reader<'a> {
    pairs: Pairs<'a>,
    room: String,
}

impl<'a> Embedded<'a> for Reader<'a> {
    fn read(&mut self, header: &Header<'a>, record: Input<'a>, output: &mut Output) -> Option<Result<(), Fault>> {
        Some(self.read(record, Some(header.into()), output))
    }
}

impl<'a> Reader<'a> {
    /// `envelope` is what the header of the record says, where it was read before.
    fn read(&mut self, input: Input<'a>, envelope: Option<Envelope<'a>>, output: &mut Output) -> Result<(), Fault> {
        self.pairs.begin();
        let before = read(input.text, &mut self.pairs, &mut self.room)?;
        let envelope = envelope.unwrap_or_else(|| Envelope::of(before));
        if let Some(host) = envelope.host {
            self.pairs.push("syslogHost", host);
        }
        self.pairs.add_enveloped(plan(&self.pairs), input, envelope.observed, output)
    }
}

/// What stands before the mark, and what behind its version.
fn split(line: &str) -> Option<(&str, &str)> {
    let at = memchr::memmem::find(line.as_bytes(), b"CEF:").filter(|at| *at <= MAX_ENVELOPE_BYTES)?;
    let (before, record) = line.split_at_checked(at)?;
    let (version, rest) = record.get(4..)?.trim_start().split_once('|')?;
    let is_version = !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    is_version.then_some((before, rest))
}

/// Puts the fields of a record into `pairs`; gives what stands before it.
fn read<'a>(line: &'a str, pairs: &mut Pairs<'a>, room: &mut String) -> Result<&'a str, Fault> {
    let no_match = |detail: &str| Fault::new(Reason::NoMatch, detail);
    let (before, mut rest) = split(line).ok_or_else(|| no_match("no CEF header"))?;
    for name in PARTS {
        let (part, behind) = header_part(rest).ok_or_else(|| no_match("the CEF header has fewer than seven parts"))?;
        room.clear();
        push_header(part, room);
        if !room.is_empty() {
            pairs.push(name, room);
        }
        rest = behind;
    }
    extension(rest, pairs, room);
    Ok(before)
}

/// A part of the header, up to the next bar without backslash; the last one may end with the line.
fn header_part(text: &str) -> Option<(&str, &str)> {
    let mut escaped = false;
    let bar = text.bytes().position(|byte| {
        let is_bar = byte == b'|' && !escaped;
        escaped = byte == b'\\' && !escaped;
        is_bar
    });
    match bar {
        Some(at) => Some((text.get(..at)?, text.get(at + 1..)?)),
        None => (!text.is_empty()).then_some((text, "")),
    }
}

fn push_header(part: &str, to: &mut String) {
    let mut characters = part.trim().chars();
    while let Some(c) = characters.next() {
        to.push(if c == '\\' { characters.next().unwrap_or(c) } else { c });
    }
}

static PLANS: LazyLock<[Arc<Plan>; 6]> = LazyLock::new(|| {
    [&mappings::ALERT, &mappings::CONNECTION, &mappings::FIREWALL, &mappings::HTTP, &mappings::LOGON, &mappings::LOGOFF]
        .map(|mapping| Arc::new(Plan::new(mapping, mapping.kind).clocked(Clock::auto())))
});

fn plan(pairs: &Pairs<'_>) -> &'static Arc<Plan> {
    let has = |names: &[&str]| names.iter().any(|name| pairs.get(name).is_some());
    let traits = Traits {
        words: ["name", "deviceEventClassId", "cat"].map(|name| pairs.get(name).unwrap_or_default()),
        has_url: has(&["request", "requestUrl"]),
        has_endpoints: has(&["src", "sourceAddress", "c6a2"]) && has(&["dst", "destinationAddress", "c6a3", "dhost"]),
        has_action: has(&["act", "deviceAction"]),
        has_bytes: has(&["in", "out", "bytesIn", "bytesOut"]),
        has_user: has(&["duser", "suser", "destinationUserName", "sourceUserName"]),
    };
    let [alert, connection, firewall, http, logon, logoff] = &*PLANS;
    match traits.sort() {
        Sort::Alert => alert,
        Sort::Connection => connection,
        Sort::Firewall => firewall,
        Sort::Http => http,
        Sort::Logon => logon,
        Sort::Logoff => logoff,
    }
}

#[cfg(test)]
mod tests {
    use super::mappings::*;

    #[test]
    fn mappings_name_tables_and_columns_that_exist() {
        [&ALERT, &CONNECTION, &FIREWALL, &HTTP, &LOGON, &LOGOFF].into_iter().for_each(crate::mapping::check_mapping);
    }
}
