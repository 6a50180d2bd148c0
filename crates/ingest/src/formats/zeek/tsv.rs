//! Zeek's tab-separated logs. Spec: <https://docs.zeek.org/en/master/log-formats.html#zeek-tsv-format-logs>.
//!
//! Header lines (`#fields`, `#types` ...) may come again anywhere and change what follows.

use std::borrow::Cow;

use schema::Timestamp;

use super::logs;
use crate::{
    escaped::push_bytes,
    instant::{NoInstant, any_time, push_rfc3339_micros},
    json::{json_key, push_json_string},
    mapping::{Cell, Output, Plan, Record, places},
    number::{is_json_number, push_six_decimals},
    parsed::{Fault, Reason},
    records::Input,
};

/// A header with more fields is no header: no log has a tenth of it, and every change of header costs a pass.
const MAX_FIELDS: usize = 4_096;

/// Names are written into every row, so one name of a megabyte over lines of two bytes would fill any memory. The
/// longest of Zeek's own names has 32.
const MAX_NAME_BYTES: usize = 128;

/// What the header lines in force say.
#[derive(Debug, Clone)]
pub(super) struct Header {
    separator: u8,
    marks: Marks,
    path: String,
    fields: Vec<String>,
    types: Vec<Type>,
}

/// The log's words for nothing, and what separates the items of lists.
#[derive(Debug, Clone)]
pub(super) struct Marks {
    set_separator: String,
    empty: String,
    unset: String,
}

impl Default for Header {
    fn default() -> Self {
        Self {
            separator: b'\t',
            marks: Marks { set_separator: ",".into(), empty: "(empty)".into(), unset: "-".into() },
            path: String::new(),
            fields: Vec::new(),
            types: Vec::new(),
        }
    }
}

impl Header {
    /// Takes one header line; true where it changes how records are read.
    pub(super) fn apply(&mut self, line: &str) -> bool {
        // The separator's own line is separated by a blank, all others by the separator.
        if let Some(separator) = line.strip_prefix("#separator ") {
            let separator = unescape(separator.trim());
            *self = Self { separator: separator.bytes().next().unwrap_or(b'\t'), ..Self::default() };
            return true;
        }
        let separator = char::from(self.separator);
        let (key, value) = line.split_once(separator).unwrap_or((line, ""));
        match key {
            "#set_separator" => self.marks.set_separator = unescape(value).into_owned(),
            "#empty_field" => self.marks.empty = value.to_owned(),
            "#unset_field" => self.marks.unset = value.to_owned(),
            "#path" if value.len() <= MAX_NAME_BYTES => self.path = value.to_owned(),
            "#fields" => {
                let names = value.split(separator).map(|name| unescape(name).into_owned());
                self.fields = names.take(MAX_FIELDS + 1).collect();
                self.types.clear();
                let is_usable = |name: &String| name.len() <= MAX_NAME_BYTES;
                if self.fields.len() > MAX_FIELDS || !self.fields.iter().all(is_usable) {
                    self.fields.clear();
                }
            }
            "#types" => self.types = value.split(separator).take(MAX_FIELDS).map(Type::parse).collect(),
            _ => return false,
        }
        true
    }

    pub(super) fn has_fields(&self) -> bool {
        !self.fields.is_empty()
    }
}

/// Reads the records below one header.
#[derive(Debug)]
pub(super) struct Reader {
    header: Header,
    plan: Plan,
    /// Place of each wanted field.
    at: Vec<usize>,
    /// Names of the fields as JSON keys.
    keys: Vec<String>,
    undated: bool,
    duplicate: Option<String>,
}

impl Reader {
    /// `path` is the log's, where the header does not name one.
    pub(super) fn new(header: &Header, path: &str) -> Self {
        let header = header.clone();
        let path = if header.path.is_empty() { path } else { header.path.as_str() };
        let path = if path.is_empty() { "unknown" } else { path };
        let plan = Plan::new(logs::mapping(path), path);
        let at = places(&plan, &header.fields);
        let keys = header.fields.iter().map(|name| json_key(name)).collect();
        let undated = !header.fields.iter().any(|name| plan.is_time(name));
        let mut sorted: Vec<&String> = header.fields.iter().collect();
        sorted.sort();
        let duplicate = sorted.windows(2).find(|pair| pair.first() == pair.last()).and_then(|pair| pair.first());
        let duplicate = duplicate.map(|&name| name.clone());
        Self { plan, at, keys, undated, duplicate, header }
    }

    pub(super) fn read<'a>(&'a self, line: Input<'a>, output: &mut Output) -> Result<(), Fault> {
        let header = &self.header;
        if let Some(name) = &self.duplicate {
            return Err(Fault::new(Reason::DuplicateKey, format!("the header names field \"{name}\" twice")));
        }
        let text = line.text;
        let mut cells = Vec::with_capacity(header.fields.len());
        let mut types = header.types.iter();
        let mut start = 0;
        let separators = memchr::memchr_iter(header.separator, text.as_bytes());
        for end in separators.chain([text.len()]).take(header.fields.len() + 1) {
            let kind = types.next().copied().unwrap_or(Type::TEXT);
            cells.push(TsvCell { text: text.get(start..end).unwrap_or_default(), kind, marks: &header.marks });
            start = end + 1;
        }
        if cells.len() != header.fields.len() {
            let found = memchr::memchr_iter(header.separator, text.as_bytes()).count() + 1;
            let detail = format!("{found} fields where the header names {}", header.fields.len());
            return Err(Fault::new(Reason::FieldCount, detail));
        }
        let record = Record {
            position: line.position,
            raw: text,
            keys: &self.keys,
            cells: &cells,
            at: &self.at,
            live: None,
            undated: self.undated,
        };
        output.add(&self.plan, &record)
    }
}

/// A field's type in the header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Type {
    scalar: Scalar,
    list: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scalar {
    Text,
    Bool,
    Whole,
    Fraction,
    Time,
}

impl Type {
    const TEXT: Self = Self { scalar: Scalar::Text, list: false };

    fn parse(text: &str) -> Self {
        let inner = ["set[", "vector[", "table["].iter().find_map(|open| text.strip_prefix(open)?.strip_suffix(']'));
        let scalar = match inner.unwrap_or(text) {
            "bool" => Scalar::Bool,
            "count" | "int" | "port" => Scalar::Whole,
            "double" | "interval" => Scalar::Fraction,
            "time" => Scalar::Time,
            _ => Scalar::Text,
        };
        Self { scalar, list: inner.is_some() }
    }
}

/// One field of one line.
#[derive(Debug, Clone, Copy)]
pub(super) struct TsvCell<'a> {
    text: &'a str,
    kind: Type,
    marks: &'a Marks,
}

impl<'a> Cell<'a> for TsvCell<'a> {
    type Items = Items<'a>;

    fn is_unset(self) -> bool {
        self.text == self.marks.unset
    }

    fn is_empty(self) -> bool {
        self.text.is_empty() || self.text == self.marks.empty
    }

    fn text<'s>(self, scratch: &'s mut String) -> Option<&'s str>
    where
        'a: 's,
    {
        if self.text == self.marks.empty {
            return Some("");
        }
        match unescape(self.text) {
            Cow::Borrowed(text) => Some(text),
            Cow::Owned(text) => {
                *scratch = text;
                Some(scratch)
            }
        }
    }

    fn number(self) -> Option<&'a str> {
        Some(self.text)
    }

    fn bool(self) -> Option<bool> {
        match self.text {
            "T" | "true" => Some(true),
            "F" | "false" => Some(false),
            _ => None,
        }
    }

    fn instant(self, read: fn(&str) -> Result<Timestamp, NoInstant>) -> Result<Timestamp, NoInstant> {
        read(self.text).map(super::to_micros)
    }

    fn items(self) -> Items<'a> {
        let is_empty = self.text == self.marks.empty;
        Items { rest: (!is_empty).then_some(self.text), cell: self }
    }

    fn push_json(self, to: &mut String) {
        if !self.kind.list {
            return self.push_scalar(to);
        }
        to.push('[');
        for (place, item) in self.items().enumerate() {
            if place > 0 {
                to.push(',');
            }
            if item.is_unset() { to.push_str("null") } else { item.push_scalar(to) }
        }
        to.push(']');
    }
}

impl TsvCell<'_> {
    fn push_scalar(self, to: &mut String) {
        match self.kind.scalar {
            Scalar::Bool => match self.bool() {
                Some(value) => to.push_str(if value { "true" } else { "false" }),
                None => self.push_text(to),
            },
            Scalar::Whole if is_json_number(self.text) => to.push_str(self.text),
            Scalar::Fraction if is_json_number(self.text) => push_six_decimals(self.text, to),
            Scalar::Time => match any_time(self.text) {
                Ok(instant) => {
                    to.push('"');
                    push_rfc3339_micros(super::to_micros(instant), to);
                    to.push('"');
                }
                Err(_) => self.push_text(to),
            },
            _ => self.push_text(to),
        }
    }

    fn push_text(self, to: &mut String) {
        let text = if self.text == self.marks.empty { Cow::Borrowed("") } else { unescape(self.text) };
        push_json_string(&text, to);
    }
}

/// The items of a list; of a single value, itself.
#[derive(Debug)]
pub(super) struct Items<'a> {
    rest: Option<&'a str>,
    cell: TsvCell<'a>,
}

impl<'a> Iterator for Items<'a> {
    type Item = TsvCell<'a>;

    fn next(&mut self) -> Option<TsvCell<'a>> {
        let rest = self.rest.take()?;
        let separator = self.cell.marks.set_separator.as_str();
        let split = if self.cell.kind.list && !separator.is_empty() { rest.split_once(separator) } else { None };
        let (item, rest) = split.map_or((rest, None), |(item, rest)| (item, Some(rest)));
        self.rest = rest;
        Some(TsvCell { text: item, ..self.cell })
    }
}

/// Undoes Zeek's escapes: `\\` and `\xNN`.
///
/// Bytes that are no text (control characters other than blanks, invalid UTF-8) stay as `\xNN`: that is also how
/// Zeek's JSON writer gives them, so both forms of a log yield the same text, and no text holds a NUL.
fn unescape(text: &str) -> Cow<'_, str> {
    if memchr::memchr(b'\\', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some((plain, behind)) = rest.split_once('\\') {
        if !plain.is_empty() {
            push_bytes(&mut bytes, &mut out);
            out.push_str(plain);
        }
        if let Some((byte, behind)) = hex_escape(behind) {
            bytes.push(byte);
            rest = behind;
            continue;
        }
        push_bytes(&mut bytes, &mut out);
        out.push('\\');
        rest = behind.strip_prefix('\\').unwrap_or(behind);
    }
    push_bytes(&mut bytes, &mut out);
    out.push_str(rest);
    Cow::Owned(out)
}

/// The byte of `xNN`, and what follows.
fn hex_escape(text: &str) -> Option<(u8, &str)> {
    let digits = text.strip_prefix('x')?.get(..2)?;
    let byte = u8::from_str_radix(digits, 16).ok()?;
    Some((byte, text.get(3..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_become_what_the_json_writer_gives() {
        assert_eq!(unescape(r"a\x09b"), "a\tb");
        assert_eq!(unescape(r"\\\\host\\share"), r"\\host\share");
        assert_eq!(unescape(r"\x00\x01"), r"\x00\x01");
        assert_eq!(unescape(r"caf\xc3\xa9"), "café");
        assert_eq!(unescape(r"\xff\xfe"), r"\xff\xfe");
        assert_eq!(unescape(r"\x2d"), "-");
        assert_eq!(unescape(r"end\"), r"end\");
        assert_eq!(unescape(r"\x4"), r"\x4");
    }
}
