//! E-mail messages (RFC 5322, MIME) as files, in maildirs and mailboxes. Spec: <https://www.rfc-editor.org/rfc/rfc5322>.
//!
//! `cut` finds messages, `headers` their fields, `parts` the leaves of their MIME tree, `message` puts a row together.
//! A message's time is when it was received; `Date` is what the sender says. `outlook` makes messages of Outlook's `.msg`.

mod authentication;
mod cut;
mod date;
mod decode;
mod headers;
mod hops;
mod message;
mod outlook;
mod parts;
mod urls;
mod words;

use self::message::{MAPPING, Message};
use crate::{
    Certainty, Format, Head, ParsedBatch, RawBatch, Recognition,
    frame::spans::SpanFramer,
    mapping::{Output, Plan},
    records::read_bytes,
};

pub(super) static FORMAT: Format = Format {
    name: "email",
    about: "E-mail messages with their headers, links and attachments: .eml and .msg files, maildirs, mbox mailboxes.",
    spec: "https://www.rfc-editor.org/rfc/rfc5322",
    yields: &["emails"],
    recognise,
    framer: SpanFramer::<cut::Messages>::boxed,
    parse,
};

/// Header fields that hardly anything but mail begins with.
const OF_MAIL: [&str; 13] = [
    "received",
    "return-path",
    "delivered-to",
    "message-id",
    "dkim-signature",
    "authentication-results",
    "arc-seal",
    "x-received",
    "received-spf",
    "mime-version",
    "reply-to",
    "x-mailer",
    "x-originating-ip",
];

/// Header fields that other things have as well.
const COMMON: [&str; 8] =
    ["from", "to", "subject", "date", "cc", "sender", "content-type", "content-transfer-encoding"];

/// How many header fields are looked at.
const FIELDS_LOOKED_AT: usize = 60;

fn recognise(head: &Head<'_>) -> Option<Recognition> {
    if head.bytes.starts_with(outlook::MAGIC) {
        return recognise_outlook(head);
    }
    let bytes = head.bytes.trim_ascii_start();
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let first = bytes.split(|&byte| byte == b'\n').next()?;
    let is_mailbox = first.starts_with(b"From ");
    let header = if is_mailbox { bytes.get(first.len() + 1..)? } else { bytes };
    let (of_mail, common) = known_fields(header);
    let is_mail = (of_mail >= 1 && of_mail + common >= 3) || common >= 4;
    if is_mailbox && of_mail + common >= 2 {
        return Some(Recognition::new(Certainty::Certain, "starts with a mailbox's From line and header fields"));
    }
    if is_mail {
        let why = format!("starts with {} header fields of mail", of_mail + common);
        return Some(Recognition::new(Certainty::Certain, why));
    }
    let is_named = [".eml", ".mbox", ".mbx", ".mime"].iter().any(|end| head.name.to_ascii_lowercase().ends_with(end));
    let fits = is_named && of_mail + common >= 1;
    fits.then(|| Recognition::new(Certainty::Possible, "a header field of mail in a file named as mail"))
}

/// Documents of Office and installers of Windows are compound files as well.
fn recognise_outlook(head: &Head<'_>) -> Option<Recognition> {
    let has = |name: &Vec<u8>| memchr::memmem::find(head.bytes, name).is_some();
    if outlook::names_of_a_message().iter().any(has) {
        return Some(Recognition::new(Certainty::Certain, "a compound file that holds an Outlook message"));
    }
    let is_named = head.name.to_ascii_lowercase().ends_with(".msg");
    is_named.then(|| Recognition::new(Certainty::Likely, "a compound file that is named as an Outlook message"))
}

/// How many different fields of either kind the header begins with; a line that is none ends it.
fn known_fields(header: &[u8]) -> (usize, usize) {
    let mut seen: Vec<String> = Vec::new();
    for line in header.split(|&byte| byte == b'\n').take(FIELDS_LOOKED_AT * 4) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.starts_with(b" ") || line.starts_with(b"\t") || line.starts_with(b">From ") {
            continue;
        }
        let Some((name, _)) = headers::name_and_value(line) else { break };
        let name = String::from_utf8_lossy(name).to_ascii_lowercase();
        if !seen.contains(&name) && seen.len() < FIELDS_LOOKED_AT {
            seen.push(name);
        }
    }
    let count = |known: &[&str]| seen.iter().filter(|name| known.contains(&name.as_str())).count();
    (count(&OF_MAIL), count(&COMMON))
}

fn parse(raw: &RawBatch) -> ParsedBatch {
    let mut output = Output::new();
    let plan = Plan::new(&MAPPING, MAPPING.kind);
    read_bytes(raw, &mut output, |span, bytes, output| {
        let position = raw.position.saturating_add(span.start as u64);
        Message::read(bytes)?.add(position, &plan, output)
    });
    output.finish(FORMAT.name, raw)
}
