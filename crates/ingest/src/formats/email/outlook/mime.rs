//! Writes messages of RFC 5322: header fields out of properties, and parts between boundaries.

use std::{fmt::Write, ops::Range};

use schema::Timestamp;

use super::{
    super::headers::name_and_value,
    properties::{Properties, ids},
};

/// Header fields that speak of the body as it was on the way; it is written anew.
const OF_BODY: [&str; 4] = ["content-type", "content-transfer-encoding", "content-disposition", "mime-version"];

/// Characters of base64 in a line, and the bytes that they stand for.
const BASE64_LINE: usize = 76;
const BASE64_LINE_BYTES: usize = BASE64_LINE / 4 * 3;

/// A part of a message.
#[derive(Debug)]
pub(super) enum Part {
    Text {
        subtype: &'static str,
        text: String,
    },
    Message {
        name: Option<String>,
        bytes: Vec<u8>,
    },
    File {
        name: Option<String>,
        media_type: Option<String>,
        content_id: Option<String>,
        location: Option<String>,
        is_hidden: bool,
        /// It holds a message or an object that was not opened.
        is_left_out: bool,
        bytes: Vec<u8>,
    },
}

/// The header of a message, without the empty line that ends it.
pub(super) fn header(message: &Properties<'_>, recipients: &[Properties<'_>]) -> Vec<u8> {
    let mut header = Header { text: String::new(), known: Vec::new() };
    header.add_sent(&message.text(ids::HEADERS).unwrap_or_default());
    let sender_for = mailbox(
        message.text(ids::SENDER_FOR_NAME),
        message.first_text(&[ids::SENDER_FOR_SMTP, ids::SENDER_FOR_ADDRESS]),
    );
    let sender = mailbox(message.text(ids::SENDER_NAME), message.first_text(&[ids::SENDER_SMTP, ids::SENDER_ADDRESS]));
    header.add("From", sender_for.clone().or_else(|| sender.clone()));
    header.add("Sender", sender.filter(|_| sender_for.is_some()).filter(|sender| Some(sender) != sender_for.as_ref()));
    for (name, kind, shown) in [("To", 1, ids::SHOWN_TO), ("Cc", 2, ids::SHOWN_CC), ("Bcc", 3, ids::SHOWN_BCC)] {
        // The upper bits tell whether it was delivered to them.
        let of_kind = recipients.iter().filter(|one| one.int(ids::RECIPIENT_KIND).unwrap_or(1) & 0xf == kind);
        let listed: Vec<String> = of_kind.filter_map(recipient).collect();
        let shown = || message.text(shown).map(|names| quoted_names(&names));
        header.add(name, Some(listed.join(", ")).filter(|listed| !listed.is_empty()).or_else(shown));
    }
    header.add("Subject", message.text(ids::SUBJECT));
    let submitted = message.time(ids::SUBMITTED).or_else(|| message.time(ids::CREATED));
    let delivered = message.time(ids::DELIVERED);
    header.add("Date", submitted.or(delivered).map(date));
    header.add("Delivery-Date", delivered.map(date));
    header.add("Message-ID", message.text(ids::MESSAGE_ID));
    header.add("In-Reply-To", message.text(ids::IN_REPLY_TO));
    header.add("References", message.text(ids::REFERENCES));
    let importance = message.int(ids::IMPORTANCE).and_then(|level| match level {
        0 => Some("low".to_owned()),
        2 => Some("high".to_owned()),
        _ => None,
    });
    header.add("Importance", importance);
    header.add("X-Outlook-Message-Class", message.text(ids::MESSAGE_CLASS));
    // A path in the directory of an Exchange organization.
    let path = message.first_text(&[ids::SENDER_FOR_ADDRESS, ids::SENDER_ADDRESS]);
    header.add("X-Outlook-Sender", path.filter(|path| !path.contains('@')));
    header.text.into_bytes()
}

/// A time as header fields have it.
fn date(time: Timestamp) -> String {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let written = time.to_string();
    let part = |range: Range<usize>| written.get(range).unwrap_or_default();
    let month = part(5..7).parse::<usize>().ok().and_then(|month| MONTHS.get(month.checked_sub(1)?));
    format!("{} {} {} {} +0000", part(8..10), month.unwrap_or(&"Jan"), part(0..4), part(11..19))
}

struct Header {
    text: String,
    /// Names that are there, lower-case.
    known: Vec<String>,
}

impl Header {
    /// Takes over the header fields that came with the message, but for those about the body.
    fn add_sent(&mut self, sent: &str) {
        let mut is_taken = false;
        for line in sent.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)) {
            let folds = line.starts_with([' ', '\t']) && !line.trim().is_empty();
            if !folds {
                // Exchange writes a title above them, and whoever pastes them an empty line.
                let name =
                    name_and_value(line.as_bytes()).map(|(name, _)| String::from_utf8_lossy(name).to_lowercase());
                is_taken = name.as_ref().is_some_and(|name| !OF_BODY.contains(&name.as_str()));
                self.known.extend(name.filter(|_| is_taken));
            }
            if is_taken {
                self.text.push_str(&without_controls(line));
                self.text.push_str("\r\n");
            }
        }
    }

    /// Adds a field that is not there yet.
    fn add(&mut self, name: &str, value: Option<String>) {
        let Some(value) = value.filter(|_| !self.known.iter().any(|known| known.eq_ignore_ascii_case(name))) else {
            return;
        };
        self.text.push_str(name);
        self.text.push_str(": ");
        self.text.push_str(without_controls(&value).trim());
        self.text.push_str("\r\n");
    }
}

/// A value may hold line breaks, which would begin a field of their own.
fn without_controls(text: &str) -> String {
    text.chars().map(|found| if found.is_control() && found != '\t' { ' ' } else { found }).collect()
}

fn recipient(one: &Properties<'_>) -> Option<String> {
    mailbox(one.text(ids::SHOWN_NAME), one.first_text(&[ids::SMTP_ADDRESS, ids::ADDRESS]))
}

/// Name and address as they stand in a header field. Within an Exchange organization the address may be no address but a
/// path in its directory, which stands for the name where there is none.
fn mailbox(name: Option<String>, address: Option<String>) -> Option<String> {
    let is_address = |text: &String| text.contains('@') && !text.contains(char::is_whitespace);
    let said = name.clone().filter(is_address);
    let path = address.clone();
    let address = address.filter(is_address).or(said);
    let name = name.filter(|name| address.as_ref() != Some(name));
    match (name, address) {
        (Some(name), Some(address)) => Some(format!("{} <{}>", quoted(&name), without_marks(&address))),
        (None, Some(address)) => Some(format!("<{}>", without_marks(&address))),
        (Some(name), None) => Some(quoted(&name)),
        (None, None) => path.map(|path| quoted(&path)),
    }
}

fn without_marks(address: &str) -> String {
    address.replace(['<', '>', ','], "")
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Names as Outlook shows them, between semicolons.
fn quoted_names(names: &str) -> String {
    let names = names.split(';').map(str::trim).filter(|name| !name.is_empty());
    let named = names.filter_map(|name| mailbox(Some(name.to_owned()), None));
    named.collect::<Vec<_>>().join(", ")
}

/// Writes the rest of the header and all parts.
pub(super) fn write_parts(boundary: &str, parts: &[Part], to: &mut Vec<u8>) {
    let mut line = |text: &str| {
        to.extend_from_slice(text.as_bytes());
        to.extend_from_slice(b"\r\n");
    };
    line("MIME-Version: 1.0");
    let has_only_bodies = parts.iter().all(|part| matches!(part, Part::Text { .. }));
    let kind = if has_only_bodies { "alternative" } else { "mixed" };
    line(&format!("Content-Type: multipart/{kind}; boundary=\"{boundary}\""));
    line("");
    for part in parts {
        to.extend_from_slice(format!("--{boundary}\r\n").as_bytes());
        part.write(to);
        to.extend_from_slice(b"\r\n");
    }
    to.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
}

impl Part {
    fn write(&self, to: &mut Vec<u8>) {
        match self {
            Self::Text { subtype, text } => {
                let head =
                    format!("Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n");
                to.extend_from_slice(head.as_bytes());
                to.extend_from_slice(text.as_bytes());
            }
            Self::Message { name, bytes } => {
                to.extend_from_slice(b"Content-Type: message/rfc822\r\n");
                to.extend_from_slice(disposition(name.as_deref()).as_bytes());
                to.extend_from_slice(b"\r\n");
                to.extend_from_slice(bytes);
            }
            Self::File { name, media_type, content_id, location, is_hidden, is_left_out, bytes } => {
                let media_type = media_type.as_deref().filter(|found| is_media_type(found));
                let mut head = format!("Content-Type: {}\r\n", media_type.unwrap_or("application/octet-stream"));
                head.push_str(&disposition(name.as_deref()));
                let notes = [("Content-ID", content_id), ("Content-Location", location)];
                for (name, value) in notes {
                    if let Some(value) = value {
                        // Writing to a String does not fail.
                        write!(head, "{name}: {}\r\n", without_controls(value).trim()).unwrap_or_default();
                    }
                }
                for (name, is_so) in [("X-Outlook-Hidden", is_hidden), ("X-Outlook-Left-Out", is_left_out)] {
                    if *is_so {
                        write!(head, "{name}: true\r\n").unwrap_or_default();
                    }
                }
                head.push_str("Content-Transfer-Encoding: base64\r\n\r\n");
                to.extend_from_slice(head.as_bytes());
                write_base64(bytes, to);
            }
        }
    }
}

/// A type that is read as an attachment, whatever it is: Outlook names text and messages that are files.
fn is_media_type(text: &str) -> bool {
    let is_token = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
    };
    let is_multipart = text.to_ascii_lowercase().starts_with("multipart/");
    !is_multipart && text.split_once('/').is_some_and(|(kind, subtype)| is_token(kind) && is_token(subtype))
}

/// The name of a file, escaped as RFC 2231 has it.
fn disposition(name: Option<&str>) -> String {
    let Some(name) = name else { return "Content-Disposition: attachment\r\n".to_owned() };
    let mut line = String::from("Content-Disposition: attachment; filename*=utf-8''");
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._".contains(&byte) {
            line.push(char::from(byte));
        } else {
            // Writing to a String does not fail.
            write!(line, "%{byte:02X}").unwrap_or_default();
        }
    }
    line.push_str("\r\n");
    line
}

fn write_base64(bytes: &[u8], to: &mut Vec<u8>) {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digit = |bits: u32| DIGITS.get((bits & 63) as usize).copied().unwrap_or(b'=');
    to.reserve(bytes.len() / 3 * 4 + bytes.len() / BASE64_LINE_BYTES * 2 + 8);
    for line in bytes.chunks(BASE64_LINE_BYTES) {
        for group in line.chunks(3) {
            let [a, b, c] = [0, 1, 2].map(|place| u32::from(group.get(place).copied().unwrap_or(0)));
            let bits = a << 16 | b << 8 | c;
            to.extend([digit(bits >> 18), digit(bits >> 12)]);
            to.push(if group.len() > 1 { digit(bits >> 6) } else { b'=' });
            to.push(if group.len() > 2 { digit(bits) } else { b'=' });
        }
        to.extend_from_slice(b"\r\n");
    }
}
