//! IBM's Log Event Extended Format 1.0 and 2.0, bare or behind a syslog header:
//! `LEEF:2.0|vendor|product|version|event id|delimiter|key=value...`.
//! Spec: <https://www.ibm.com/docs/en/dsm?topic=leef-overview>.

mod mappings;

use std::sync::{Arc, LazyLock};

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
    name: "leef",
    about: "IBM's Log Event Extended Format of security devices, bare or in syslog.",
    spec: "https://www.ibm.com/docs/en/dsm?topic=leef-overview",
    yields: &["alerts", "firewall_events", "connections", "http_requests", "logons"],
    recognise,
    framer: LineFramer::<NoHeaders>::boxed,
    parse,
};

const PARTS: [&str; 4] = ["vendor", "product", "productVersion", "eventId"];

/// The mark stands near the start of a line.
const MAX_ENVELOPE_BYTES: usize = 256;

/// Most lines are records: those of a mixed file are left to syslog, which hands such messages on.
fn recognise(head: &Head<'_>) -> Option<Recognition> {
    let fits = head.mostly(|line| split(line).is_some_and(|(_, _, record)| record.matches('|').count() >= 4));
    fits.then(|| Recognition::new(Certainty::Certain, "lines with LEEF: and a header of LEEF"))
}

fn parse(raw: &RawBatch) -> ParsedBatch {
    let mut output = Output::new();
    let mut reader = Reader::default();
    read_records(raw, &mut output, |input, output| reader.read(input, None, output));
    output.finish(FORMAT.name, raw)
}

/// Whether a message is a record of this format.
pub(super) fn is_record(message: &str) -> bool {
    message.starts_with("LEEF:") && split(message).is_some()
}

/// Reads such messages of syslog. Made once a batch.
pub(super) fn messages<'a>(_raw: &'a RawBatch) -> Box<dyn Embedded<'a> + 'a> {
    Box::new(Reader::default())
}

/// Reads the records of one batch.
#[derive(Debug, Default)]
struct Reader<'a> {
    pairs: Pairs<'a>,
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
        let before = read(input.text, &mut self.pairs)?;
        let envelope = envelope.unwrap_or_else(|| Envelope::of(before));
        if let Some(host) = envelope.host {
            self.pairs.push("syslogHost", host);
        }
        self.pairs.add_enveloped(plan(&self.pairs), input, envelope.observed, output)
    }
}

/// What stands before the mark, whether it is version 2, and what behind the version.
fn split(line: &str) -> Option<(&str, bool, &str)> {
    let at = memchr::memmem::find(line.as_bytes(), b"LEEF:").filter(|at| *at <= MAX_ENVELOPE_BYTES)?;
    let (before, record) = line.split_at_checked(at)?;
    let (version, rest) = record.get(5..)?.trim_start().split_once('|')?;
    let is_version = !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    is_version.then_some((before, version.starts_with('2'), rest))
}

/// Puts the fields of a record into `pairs`; gives what stands before it.
fn read<'a>(line: &'a str, pairs: &mut Pairs<'a>) -> Result<&'a str, Fault> {
    let no_match = |detail: &str| Fault::new(Reason::NoMatch, detail);
    let (before, is_second, mut rest) = split(line).ok_or_else(|| no_match("no LEEF header"))?;
    for name in PARTS {
        let (part, behind) =
            rest.split_once('|').ok_or_else(|| no_match("the LEEF header has fewer than five parts"))?;
        if !part.is_empty() {
            pairs.push(name, part.trim());
        }
        rest = behind;
    }
    let (between, attributes) = if is_second { delimiter(rest) } else { ("\t", rest) };
    for attribute in attributes.split(between) {
        let Some((key, value)) = attribute.split_once('=') else { continue };
        let (key, value) = (key.trim(), value.trim());
        if !key.is_empty() && !value.is_empty() && value != "-" {
            pairs.push_number(key, value);
        }
    }
    Ok(before)
}

/// What separates the attributes of version 2, and the attributes: a character, its code (`x5E`, `0x5E`), or a tab where
/// nothing is said. Some writers leave the whole part out.
fn delimiter(text: &str) -> (&str, &str) {
    let Some((part, rest)) = text.split_once('|').filter(|(part, _)| !part.contains('=')) else { return ("\t", text) };
    let code = part.strip_prefix("0x").or_else(|| part.strip_prefix('x')).or_else(|| part.strip_prefix("\\x"));
    let code = code.and_then(|digits| u8::from_str_radix(digits, 16).ok()).filter(u8::is_ascii);
    match code {
        Some(code) => (ASCII.get(usize::from(code)..=usize::from(code)).unwrap_or("\t"), rest),
        None if part.chars().count() == 1 => (part, rest),
        None => ("\t", rest),
    }
}

/// All ASCII characters in their order, so that each is a text.
static ASCII: LazyLock<String> = LazyLock::new(|| (0_u8..128).map(char::from).collect());

static PLANS: LazyLock<[Arc<Plan>; 6]> = LazyLock::new(|| {
    [&mappings::ALERT, &mappings::CONNECTION, &mappings::FIREWALL, &mappings::HTTP, &mappings::LOGON, &mappings::LOGOFF]
        .map(|mapping| Arc::new(Plan::new(mapping, mapping.kind).clocked(Clock::auto())))
});

fn plan(pairs: &Pairs<'_>) -> &'static Arc<Plan> {
    let has = |names: &[&str]| names.iter().any(|name| pairs.get(name).is_some());
    let traits = Traits {
        words: ["eventId", "cat", "eventName"].map(|name| pairs.get(name).unwrap_or_default()),
        has_url: has(&["url"]),
        has_endpoints: has(&["src"]) && has(&["dst", "dstHost"]),
        has_action: has(&["action", "act"]),
        has_bytes: has(&["srcBytes", "dstBytes", "totalBytes"]),
        has_user: has(&["usrName", "accountName"]),
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
