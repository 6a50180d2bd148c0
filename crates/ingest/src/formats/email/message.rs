//! One message as a row: what its header, its parts and its way say, put together.

use std::{borrow::Cow, collections::HashMap, iter, slice};

use md5::Md5;
use schema::Timestamp;
use sha2::{Digest, Sha256};

use super::{
    authentication::Authentication,
    date::mail_time,
    decode,
    headers::{Fields, Mailbox, decoded, mailboxes, plain},
    hops::{self, Hop},
    outlook,
    parts::{Part, Parts},
    urls::Urls,
};
use crate::{
    instant::NoInstant,
    json::{json_key, push_json_string},
    mapping::{ABSENT, Cell, Mapping, Output, Plan, Read, Record},
    parsed::{Fault, Reason},
};

/// As the column's description says.
const MAX_BODY_TEXT: usize = 64 << 10;

pub(super) static MAPPING: Mapping = Mapping {
    kind: "message",
    table: "emails",
    times: &["time"],
    weight: None,
    constants: &[],
    columns: &[
        ("message_id", &["message_id"], Read::Text),
        ("from_address", &["from_address"], Read::Text),
        ("from_name", &["from_name"], Read::Text),
        ("from_domain", &["from_domain"], Read::Domain),
        ("sender", &["sender"], Read::Text),
        ("return_path", &["return_path"], Read::Text),
        ("reply_to", &["reply_to"], Read::Text),
        ("to_addresses", &["to"], Read::Texts),
        ("cc_addresses", &["cc"], Read::Texts),
        ("bcc_addresses", &["bcc"], Read::Texts),
        ("subject", &["subject"], Read::Text),
        ("in_reply_to", &["in_reply_to"], Read::Text),
        ("mailer", &["mailer"], Read::Text),
        ("src_ip", &["src_ip"], Read::Ip),
        ("helo", &["helo"], Read::Text),
        ("hops", &["hops"], Read::Int),
        ("received", &["received"], Read::Texts),
        ("spf", &["spf"], Read::Text),
        ("dkim", &["dkim"], Read::Text),
        ("dkim_domain", &["dkim_domain"], Read::Text),
        ("dmarc", &["dmarc"], Read::Text),
        ("urls", &["urls"], Read::Texts),
        ("url_hosts", &["url_hosts"], Read::Texts),
        ("attachment_names", &["attachment_names"], Read::Texts),
        ("attachment_types", &["attachment_types"], Read::Texts),
        ("attachment_sha256", &["attachment_sha256"], Read::Texts),
        ("attachment_md5", &["attachment_md5"], Read::Texts),
        ("attachment_sizes", &["attachment_sizes"], Read::Texts),
        ("body_text", &["body_text"], Read::Text),
        ("size_bytes", &["size_bytes"], Read::Int),
    ],
};

/// A message that was read.
#[derive(Debug)]
pub(super) struct Message<'m> {
    raw: Cow<'m, str>,
    /// What goes to columns.
    values: Vec<(&'static str, Value)>,
    /// Header fields that no column holds wholly, by name as a JSON key.
    others: Vec<(String, Value)>,
}

impl<'m> Message<'m> {
    pub(super) fn read(record: &'m [u8]) -> Result<Self, Fault> {
        if !record.starts_with(outlook::MAGIC) {
            return Self::of(record, None);
        }
        let mime = outlook::to_mime(record)?;
        let Message { raw, values, others } = Message::of(&mime, Some(record.len()))?;
        Ok(Self { raw: Cow::Owned(raw.into_owned()), values, others })
    }

    /// `size` is that of the file, where the message was made of another form.
    fn of(record: &'m [u8], size: Option<usize>) -> Result<Self, Fault> {
        let (separator, message) = without_separator(record);
        let (fields, body_start) = Fields::split(&message);
        if fields.is_empty() {
            return Err(Fault::new(Reason::NoHeader, "no header field of a message"));
        }
        let mut values = Values::default();
        values.add_time(&fields, separator)?;
        values.add_people(&fields, separator);
        values.add_texts(&fields);
        values.add_way(&fields);
        values.add_authentication(&fields);
        let parts_left_out = values.add_content(&message, &fields);
        values.set("size_bytes", Value::Number(size.unwrap_or(message.len()).to_string()));
        let raw = raw_text(record);
        let mut others = Others::default();
        others.note("raw_is_lossy", matches!(raw, Cow::Owned(_)));
        others.note("parts_left_out", parts_left_out);
        others.note("has_no_body", body_start >= message.len());
        for field in fields.0.iter().filter(|field| !values.wholly.contains(&field.name.as_str())) {
            others.add(&field.name, &field.value);
        }
        Ok(Self { raw, values: values.list, others: others.list })
    }

    pub(super) fn add(&self, position: u64, plan: &Plan, output: &mut Output) -> Result<(), Fault> {
        // Only our own values are looked up by name: a header field may be called anything.
        let place = |wanted: &str| self.values.iter().position(|(name, _)| *name == wanted).unwrap_or(ABSENT);
        let at: Vec<usize> = plan.wanted().iter().map(|wanted| place(wanted)).collect();
        let names = self.values.iter().map(|(name, _)| *name);
        let keys: Vec<&str> = names.chain(self.others.iter().map(|(name, _)| name.as_str())).collect();
        let values = self.values.iter().map(|(_, value)| value);
        let cells: Vec<ValueCell<'_>> =
            values.chain(self.others.iter().map(|(_, value)| value)).map(ValueCell::of).collect();
        let record =
            Record { position, raw: &self.raw, keys: &keys, cells: &cells, at: &at, live: None, undated: false };
        output.add(plan, &record)
    }
}

/// The mailbox's `From ` line, if there is one, and the message as it was before it was put into the mailbox.
fn without_separator(record: &[u8]) -> (Option<&[u8]>, Cow<'_, [u8]>) {
    let record = record.strip_prefix(b"\xef\xbb\xbf").unwrap_or(record).trim_ascii_start();
    let first = record.split(|&byte| byte == b'\n').next().unwrap_or_default();
    if !first.starts_with(b"From ") {
        return (None, Cow::Borrowed(record));
    }
    let message = record.get(first.len() + 1..).unwrap_or_default();
    if memchr::memmem::find(message, b"\n>").is_none() {
        return (Some(first), Cow::Borrowed(message));
    }
    let mut unquoted = Vec::with_capacity(message.len());
    for line in message.split_inclusive(|&byte| byte == b'\n') {
        let marks = line.iter().take_while(|&&byte| byte == b'>').count();
        let is_quoted = marks > 0 && line.get(marks..).is_some_and(|rest| rest.starts_with(b"From "));
        unquoted.extend_from_slice(line.get(usize::from(is_quoted)..).unwrap_or_default());
    }
    (Some(first), Cow::Owned(unquoted))
}

/// The record as text: as it is where it is UTF-8 without NUL.
fn raw_text(record: &[u8]) -> Cow<'_, str> {
    let text = String::from_utf8_lossy(record);
    if memchr::memchr(0, text.as_bytes()).is_none() {
        return text;
    }
    Cow::Owned(text.replace('\0', "\u{fffd}"))
}

/// Values for columns, and the names of header fields that are wholly in them.
#[derive(Debug, Default)]
struct Values {
    list: Vec<(&'static str, Value)>,
    wholly: Vec<&'static str>,
}

impl Values {
    fn set(&mut self, name: &'static str, value: Value) {
        self.list.push((name, value));
    }

    fn set_text(&mut self, name: &'static str, text: Option<String>) {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            self.set(name, Value::Text(text));
        }
    }

    fn set_texts(&mut self, name: &'static str, texts: Vec<Option<String>>) {
        if !texts.is_empty() {
            self.set(name, Value::Texts(texts));
        }
    }

    /// When the message was received; failing that, what the sender or the mailbox says.
    fn add_time(&mut self, fields: &Fields, separator: Option<&[u8]>) -> Result<(), Fault> {
        let received = fields.all("received").find_map(|line| hops::newest_time(&[Hop::read(line)]));
        let stated =
            || ["delivery-date", "date", "resent-date"].into_iter().find_map(|name| mail_time(fields.get(name)?));
        let of_mailbox = || {
            let line = String::from_utf8_lossy(separator?);
            mail_time(line.splitn(3, ' ').nth(2)?)
        };
        let Some(time) = received.or_else(stated).or_else(of_mailbox) else {
            let is_there = fields.get("date").or(fields.get("received")).is_some();
            return Err(if is_there {
                Fault::new(Reason::BadTime, "neither Received nor Date holds a time that can be read")
            } else {
                Fault::new(Reason::MissingTime, "no event time; looked for Received, Date")
            });
        };
        self.set("time", Value::Time(time));
        Ok(())
    }

    fn add_people(&mut self, fields: &Fields, separator: Option<&[u8]>) {
        let from = mailboxes(fields.all("from"));
        let author = from.iter().find(|one| !one.address.is_empty()).or(from.first()).cloned().unwrap_or_default();
        let domain = author.address.rsplit_once('@').map(|(_, domain)| domain.to_owned());
        self.set_text("from_address", Some(author.address));
        self.set_text("from_name", Some(author.name));
        self.set_text("from_domain", domain);
        if from.len() == 1 {
            self.wholly.push("from");
        }
        for (header, column) in [("sender", "sender"), ("reply-to", "reply_to")] {
            self.add_first(fields, header, column);
        }
        self.add_first(fields, "return-path", "return_path");
        if !self.list.iter().any(|(name, _)| *name == "return_path") {
            let line = separator.map(String::from_utf8_lossy);
            let sender = line.as_deref().and_then(|line| line.split(' ').nth(1)).filter(|word| word.contains('@'));
            self.set_text("return_path", sender.map(str::to_lowercase));
        }
        for header in ["to", "cc", "bcc"] {
            let found = mailboxes(fields.all(header));
            if found.iter().all(|one| one.name.is_empty()) && !found.is_empty() {
                self.wholly.push(header);
            }
            let addresses = found.into_iter().map(|one| one.address).filter(|address| !address.is_empty());
            self.set_texts(header, addresses.map(Some).collect());
        }
    }

    /// The first address of a field.
    fn add_first(&mut self, fields: &Fields, header: &'static str, column: &'static str) {
        let found = mailboxes(fields.all(header));
        let first = found.iter().find(|one| !one.address.is_empty());
        if let ([Mailbox { name, .. }], Some(_)) = (found.as_slice(), first)
            && name.is_empty()
        {
            self.wholly.push(header);
        }
        self.set_text(column, first.map(|one| one.address.clone()));
    }

    fn add_texts(&mut self, fields: &Fields) {
        for (header, column) in [("message-id", "message_id"), ("in-reply-to", "in_reply_to")] {
            let value = fields.get(header).unwrap_or_default();
            let id = value.split_once('<').map_or(value, |(_, id)| id.split('>').next().unwrap_or(id)).trim();
            self.set_text(column, Some(plain(id)));
            if value.len() == id.len() + 2 || value.len() == id.len() {
                self.wholly.push(header);
            }
        }
        self.set_text("subject", fields.decoded("subject"));
        if fields.all("subject").count() == 1 {
            self.wholly.push("subject");
        }
        if let Some(header) = ["x-mailer", "user-agent"].into_iter().find(|header| fields.get(header).is_some()) {
            self.set_text("mailer", fields.decoded(header));
            self.wholly.push(header);
        }
    }

    /// Who handed the message over, and its way.
    fn add_way(&mut self, fields: &Fields) {
        let received: Vec<&str> = fields.all("received").collect();
        let hops: Vec<Hop<'_>> = received.iter().map(|line| Hop::read(line)).collect();
        let outermost = hops::outermost(&hops);
        let original = fields.get("x-originating-ip").and_then(hops::first_ip);
        if original.is_some() {
            self.wholly.push("x-originating-ip");
        }
        let source = original.or(outermost.map(|(ip, _)| ip));
        self.set_text("src_ip", source.map(|ip| ip.to_string()));
        self.set_text("helo", outermost.and_then(|(_, helo)| helo).map(plain));
        self.set("hops", Value::Number(received.len().to_string()));
        self.set_texts("received", received.into_iter().map(|line| Some(plain(line))).collect());
        self.wholly.push("received");
    }

    fn add_authentication(&mut self, fields: &Fields) {
        let Authentication { spf, dkim, dkim_domain, dmarc } = Authentication::read(fields);
        for (column, result) in [("spf", spf), ("dkim", dkim), ("dkim_domain", dkim_domain), ("dmarc", dmarc)] {
            self.set_text(column, result);
        }
    }

    /// Texts, links and attachments; true where parts were left out.
    fn add_content(&mut self, message: &[u8], fields: &Fields) -> bool {
        let mut content = Content::default();
        let mut parts = Parts::of(message);
        parts.by_ref().for_each(|part| content.add(&part));
        let without_urls = ["received", "dkim-signature", "arc-message-signature", "arc-seal"];
        for field in fields.0.iter().filter(|field| !without_urls.contains(&field.name.as_str())) {
            content.urls.add_from_text(&decoded(&field.value));
        }
        let Content { text, html_text, urls, attachments } = content;
        let body = if text.trim().is_empty() { html_text } else { text };
        self.set_text("body_text", Some(shortened(&plain(body.trim()).replace("\r\n", "\n")).to_owned()));
        self.set_texts("urls", urls.all.into_iter().map(Some).collect());
        self.set_texts("url_hosts", urls.hosts.into_iter().map(Some).collect());
        let column = |of: fn(&Attachment) -> Option<String>| attachments.iter().map(of).collect::<Vec<_>>();
        self.set_texts("attachment_names", column(|file| file.name.clone()));
        self.set_texts("attachment_types", column(|file| Some(file.media_type.clone())));
        self.set_texts("attachment_sha256", column(|file| Some(file.sha256.clone())));
        self.set_texts("attachment_md5", column(|file| Some(file.md5.clone())));
        self.set_texts("attachment_sizes", column(|file| Some(file.size.to_string())));
        parts.is_cut()
    }
}

/// What the parts hold.
#[derive(Debug, Default)]
struct Content {
    text: String,
    html_text: String,
    urls: Urls,
    attachments: Vec<Attachment>,
}

#[derive(Debug)]
struct Attachment {
    name: Option<String>,
    media_type: String,
    size: usize,
    sha256: String,
    md5: String,
}

impl Content {
    fn add(&mut self, part: &Part) {
        let bytes = part.body.bytes();
        let name = part.name.as_deref().unwrap_or_default().to_ascii_lowercase();
        let is_html = part.media_type == "text/html"
            || [".htm", ".html", ".shtml", ".xhtml", ".svg"].iter().any(|end| name.ends_with(end));
        let is_text = is_html || part.media_type.starts_with("text/");
        if is_text {
            self.add_text(part, is_html, &decode::to_text(bytes, part.charset.as_deref()));
        }
        if part.is_attachment {
            self.attachments.push(Attachment {
                name: part.name.as_deref().map(plain),
                media_type: plain(&part.media_type),
                size: bytes.len(),
                sha256: hex(&Sha256::digest(bytes)),
                md5: hex(&Md5::digest(bytes)),
            });
        }
    }

    fn add_text(&mut self, part: &Part, is_html: bool, text: &str) {
        let is_body = !part.is_attachment && !part.is_nested;
        let mut visible = String::new();
        if is_html {
            self.urls.add_from_html(text, &mut visible);
        } else {
            self.urls.add_from_text(text);
        }
        let (to, text) = if is_html { (&mut self.html_text, visible.as_str()) } else { (&mut self.text, text) };
        if is_body && to.len() <= MAX_BODY_TEXT {
            if !to.is_empty() {
                to.push('\n');
            }
            to.push_str(text);
        }
    }
}

fn shortened(text: &str) -> &str {
    if text.len() <= MAX_BODY_TEXT {
        return text;
    }
    let end = (0..=MAX_BODY_TEXT).rev().find(|&end| text.is_char_boundary(end)).unwrap_or(0);
    text.get(..end).unwrap_or_default()
}

pub(super) fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or('0');
    bytes.iter().flat_map(|&byte| [digit(byte >> 4), digit(byte & 0xf)]).collect()
}

/// Header fields for `attrs`: those of one name are a list.
#[derive(Debug, Default)]
struct Others {
    list: Vec<(String, Value)>,
    places: HashMap<String, usize>,
}

impl Others {
    fn note(&mut self, name: &str, is_so: bool) {
        if is_so {
            self.list.push((name.to_owned(), Value::Number("true".to_owned())));
        }
    }

    fn add(&mut self, name: &str, value: &str) {
        let value = plain(value);
        let Some((_, known)) = self.places.get(name).and_then(|&place| self.list.get_mut(place)) else {
            self.places.insert(name.to_owned(), self.list.len());
            self.list.push((json_key(name), Value::Text(value)));
            return;
        };
        match known {
            Value::Texts(texts) => texts.push(Some(value)),
            Value::Text(first) => *known = Value::Texts(vec![Some(std::mem::take(first)), Some(value)]),
            Value::Number(_) | Value::Time(_) => {}
        }
    }
}

#[derive(Debug)]
enum Value {
    Text(String),
    Texts(Vec<Option<String>>),
    Number(String),
    Time(Timestamp),
}

/// A value as a cell.
#[derive(Debug, Clone, Copy)]
enum ValueCell<'a> {
    Unset,
    Text(&'a str),
    Texts(&'a [Option<String>]),
    Number(&'a str),
    Time(Timestamp),
}

impl<'a> ValueCell<'a> {
    fn of(value: &'a Value) -> Self {
        match value {
            Value::Text(text) => Self::Text(text),
            Value::Texts(texts) => Self::Texts(texts),
            Value::Number(number) => Self::Number(number),
            Value::Time(time) => Self::Time(*time),
        }
    }

    fn item(item: &'a Option<String>) -> Self {
        item.as_deref().map_or(Self::Unset, Self::Text)
    }
}

impl<'a> Cell<'a> for ValueCell<'a> {
    type Items =
        iter::Chain<iter::Once<Self>, iter::Map<slice::Iter<'a, Option<String>>, fn(&'a Option<String>) -> Self>>;

    fn is_unset(self) -> bool {
        matches!(self, Self::Unset)
    }

    fn is_empty(self) -> bool {
        matches!(self, Self::Text(""))
    }

    fn text<'s>(self, _scratch: &'s mut String) -> Option<&'s str>
    where
        'a: 's,
    {
        self.number()
    }

    fn number(self) -> Option<&'a str> {
        match self {
            Self::Text(text) | Self::Number(text) => Some(text),
            Self::Unset | Self::Texts(_) | Self::Time(_) => None,
        }
    }

    fn bool(self) -> Option<bool> {
        None
    }

    fn instant(self, _read: fn(&str) -> Result<Timestamp, NoInstant>) -> Result<Timestamp, NoInstant> {
        match self {
            Self::Time(time) => Ok(time),
            _ => Err(NoInstant::Unreadable),
        }
    }

    fn items(self) -> Self::Items {
        match self {
            Self::Texts([first, rest @ ..]) => {
                iter::once(Self::item(first)).chain(rest.iter().map(Self::item as fn(_) -> _))
            }
            _ => iter::once(self).chain([].iter().map(Self::item as fn(_) -> _)),
        }
    }

    fn push_json(self, to: &mut String) {
        match self {
            Self::Unset | Self::Time(_) => to.push_str("null"),
            Self::Number(number) => to.push_str(number),
            Self::Text(text) => push_json_string(text, to),
            Self::Texts(texts) => {
                for (place, text) in texts.iter().enumerate() {
                    to.push(if place == 0 { '[' } else { ',' });
                    Self::item(text).push_json(to);
                }
                to.push_str(if texts.is_empty() { "[]" } else { "]" });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn mapping_is_sound() {
        crate::mapping::check_mapping(&super::MAPPING);
    }
}
