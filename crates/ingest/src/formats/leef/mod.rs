//! IBM's Log Event Extended Format 1.0 and 2.0, bare or behind a syslog header:
//! `LEEF:2.0|vendor|product|version|event id|delimiter|key=value...`.
//! Spec: <https://www.ibm.com/docs/en/dsm?topic=leef-overview>.

mod mappings;

use std::sync::{Arc, LazyLock};

use crate::{
    Certainty, Format, Head, ParsedBatch, RawBatch, Recognition,
    device_log::{Envelope, Sort, Traits},
    frame::lines::{LineFramer, NoHeaders},
    mapping::{Output, Plan},
    own_read::Clock,
    pairs::Pairs,
    parsed::{Fault, Reason},
    records::read_records,
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

fn recognise(head: &Head<'_>) -> Option<Recognition> {
    let lines = head.lines().take(5).filter_map(|line| std::str::from_utf8(line).ok());
    let fits = lines.filter_map(split).any(|(_, _, record)| record.matches('|').count() >= 4);
    fits.then(|| Recognition::new(Certainty::Certain, "lines with LEEF: and a header of LEEF"))
}

fn parse(raw: &RawBatch) -> ParsedBatch {
    let mut output = Output::new();
    let mut pairs = Pairs::new();
    read_records(raw, &mut output, |input, output| {
        pairs.begin();
        read(input.text, &mut pairs)?;
        pairs.add_planned(plan(&pairs), input, output)
    });
    output.finish(FORMAT.name, raw)
}

/// What stands before the mark, whether it is version 2, and what behind the version.
fn split(line: &str) -> Option<(&str, bool, &str)> {
    let at = memchr::memmem::find(line.as_bytes(), b"LEEF:").filter(|at| *at <= MAX_ENVELOPE_BYTES)?;
    let (before, record) = line.split_at_checked(at)?;
    let (version, rest) = record.get(5..)?.trim_start().split_once('|')?;
    let is_version = !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    is_version.then_some((before, version.starts_with('2'), rest))
}

fn read<'a>(line: &'a str, pairs: &mut Pairs<'a>) -> Result<(), Fault> {
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
    let envelope = Envelope::of(before);
    if let Some(time) = envelope.time {
        pairs.push("syslogTime", time);
    }
    if let Some(host) = envelope.host {
        pairs.push("syslogHost", host);
    }
    Ok(())
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
