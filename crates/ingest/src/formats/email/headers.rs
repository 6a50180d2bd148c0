//! Header fields of a message or part: split, unfolded, as text. Spec: RFC 5322, and what real senders write.

use std::borrow::Cow;

use mail_parser::{Address, HeaderValue, parsers::MessageStream};

use super::words;

/// More fields than any message has; the rest stays in the raw record only.
const MAX_FIELDS: usize = 4_096;

/// Longer names are no names.
const MAX_NAME_BYTES: usize = 128;

/// One header field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field {
    /// Lower-case.
    pub(super) name: String,
    /// Unfolded; encoded words are still encoded.
    pub(super) value: String,
}

/// The header fields of a message or part, in their order.
#[derive(Debug, Default)]
pub(super) struct Fields(pub(super) Vec<Field>);

impl Fields {
    /// The fields, and where the body begins. A line that is no field ends them, as if the blank line were missing.
    pub(super) fn split(bytes: &[u8]) -> (Self, usize) {
        let mut fields: Vec<Field> = Vec::new();
        let mut at = 0;
        while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
            let length = memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
            let line = rest.get(..length).unwrap_or_default();
            let text = line.strip_suffix(b"\n").unwrap_or(line);
            let text = text.strip_suffix(b"\r").unwrap_or(text);
            if text.is_empty() {
                return (Self(fields), at + length);
            }
            let folded = text.starts_with(b" ") || text.starts_with(b"\t");
            // Old mailboxes quote or repeat their separator among the header fields.
            let is_separator = text.starts_with(b"From ") || text.starts_with(b">From ");
            if folded && let Some(field) = fields.last_mut() {
                field.value.push(' ');
                field.value.push_str(as_text(text.trim_ascii()).as_ref());
            } else if let Some((name, value)) = name_and_value(text) {
                let name = String::from_utf8_lossy(name).to_ascii_lowercase();
                let value = as_text(value.trim_ascii()).into_owned();
                fields.extend((fields.len() < MAX_FIELDS).then_some(Field { name, value }));
            } else if !is_separator {
                return (Self(fields), at);
            }
            at += length;
        }
        (Self(fields), bytes.len())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn all<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f str> {
        self.0.iter().filter(move |field| field.name == name).map(|field| field.value.as_str())
    }

    /// The first field of this name that holds something.
    pub(super) fn get<'f>(&'f self, name: &'f str) -> Option<&'f str> {
        self.all(name).find(|value| !value.is_empty())
    }

    /// The same with encoded words decoded.
    pub(super) fn decoded(&self, name: &str) -> Option<String> {
        self.get(name).map(decoded).filter(|text| !text.is_empty())
    }

    pub(super) fn content_type(&self) -> Option<Parameters> {
        self.get("content-type").and_then(parameters)
    }

    pub(super) fn disposition(&self) -> Option<Parameters> {
        self.get("content-disposition").and_then(parameters)
    }
}

/// Name and value of a line; `None` where it is no header field.
pub(super) fn name_and_value(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = memchr::memchr(b':', line.get(..MAX_NAME_BYTES + 1).unwrap_or(line))?;
    let name = line.get(..colon)?.trim_ascii_end();
    let is_name = !name.is_empty() && name.iter().all(u8::is_ascii_graphic);
    is_name.then_some((name, line.get(colon + 1..)?))
}

/// UTF-8, or Windows-1252 where it is none: what senders that do not encode write.
fn as_text(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(super::decode::to_text(bytes, Some("windows-1252"))),
    }
}

/// The parsers of single fields want the line break that ends them, and decode encoded words one by one.
fn line(value: &str) -> Vec<u8> {
    let mut line = if value.contains("=?") { words::joined(value) } else { value.to_owned() };
    line.push('\n');
    line.into_bytes()
}

/// Encoded words (RFC 2047) become text.
pub(super) fn decoded(value: &str) -> String {
    plain(words::decoded(value).trim())
}

/// Without characters that no header holds.
pub(super) fn plain(text: &str) -> String {
    text.chars().filter(|&character| character != '\0').collect()
}

/// A media type or disposition with its parameters.
#[derive(Debug)]
pub(super) struct Parameters {
    /// Lower-case: `text/plain`, `attachment`.
    pub(super) value: String,
    /// Names are lower-case; values decoded.
    list: Vec<(String, String)>,
}

impl Parameters {
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.list.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

fn parameters(value: &str) -> Option<Parameters> {
    let bytes = line(value);
    let HeaderValue::ContentType(parsed) = MessageStream::new(&bytes).parse_content_type() else { return None };
    let subtype = parsed.subtype().map(|subtype| format!("/{subtype}")).unwrap_or_default();
    let attributes = parsed.attributes().unwrap_or_default();
    Some(Parameters {
        value: format!("{}{subtype}", parsed.ctype()).to_ascii_lowercase(),
        list: attributes.iter().map(|one| (one.name.to_ascii_lowercase(), decoded(&one.value))).collect(),
    })
}

/// Somebody who sends or receives.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Mailbox {
    pub(super) name: String,
    /// Lower-case.
    pub(super) address: String,
}

/// The mailboxes of address fields, those of groups among them.
pub(super) fn mailboxes<'f>(values: impl Iterator<Item = &'f str>) -> Vec<Mailbox> {
    let mut found = Vec::new();
    for value in values {
        let bytes = line(value);
        let HeaderValue::Address(parsed) = MessageStream::new(&bytes).parse_address() else { continue };
        let mut add = |name: Option<&str>, address: Option<&str>| {
            let name = plain(name.unwrap_or_default().trim());
            let address = plain(address.unwrap_or_default().trim()).to_lowercase();
            let addresses = whole_addresses(&address);
            if addresses.is_empty() && !name.is_empty() {
                found.push(Mailbox { name, address: String::new() });
                return;
            }
            found.extend(addresses.into_iter().map(|address| Mailbox { name: name.clone(), address }));
        };
        match &parsed {
            Address::List(list) => list.iter().for_each(|one| add(one.name(), one.address())),
            Address::Group(groups) => {
                groups.iter().flat_map(|group| &group.addresses).for_each(|one| add(one.name(), one.address()));
            }
        }
    }
    found
}

/// What is an address in a text that should be one: some senders leave out commas, others name the way (RFC 822).
fn whole_addresses(text: &str) -> Vec<String> {
    let without_way = text.strip_prefix('@').and_then(|way| way.split_once(':')).map_or(text, |(_, address)| address);
    if !without_way.contains(' ') {
        return Some(without_way.to_owned()).filter(|address| !address.is_empty()).into_iter().collect();
    }
    let labels: Vec<&str> = without_way.split('.').map(str::trim).collect();
    let without_blanks = labels.join(".");
    let is_address = |word: &&str| word.find('@').is_some_and(|at| at > 0);
    let words: Vec<String> = without_blanks.split(' ').filter(is_address).map(str::to_owned).collect();
    if words.is_empty() { vec![without_blanks] } else { words }
}
