//! Finds entries of the journal: blocks of fields that end with an empty line, or JSON objects.

use crate::frame::{
    Span,
    json::{JsonCutter, Unwrapped},
    spans::{Cutter, Rest, Scan},
};

/// A field whose value has a length before it is not believed to be longer.
const MAX_COUNTED_BYTES: u64 = 8 << 20;

/// What `-o json-seq` puts before every entry.
const RECORD_SEPARATOR: u8 = 0x1e;

/// Bytes of such a length.
const LENGTH_BYTES: usize = 8;

/// Entries of the one or the other form, which the first byte tells.
#[derive(Debug, Default)]
pub(super) struct JournalCutter {
    form: Form,
    json: JsonCutter<Unwrapped>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Form {
    #[default]
    Unknown,
    Json,
    Export,
}

impl Cutter for JournalCutter {
    fn next(&mut self, buffer: &[u8], scan: &mut Scan) -> Option<Span> {
        if self.form == Form::Unknown {
            let first = buffer.get(scan.at..)?.iter().find(|byte| !byte.is_ascii_whitespace())?;
            let is_json = matches!(first, b'{' | b'[' | b'd' | &RECORD_SEPARATOR);
            self.form = if is_json { Form::Json } else { Form::Export };
        }
        match self.form {
            Form::Json => self.json.next(buffer, scan),
            _ => next_entry(buffer, scan, false),
        }
    }

    fn last(&mut self, buffer: &[u8], scan: &mut Scan) -> Option<Span> {
        match self.form {
            Form::Export => next_entry(buffer, scan, true),
            _ => self.json.last(buffer, scan),
        }
    }

    fn let_go(&mut self) -> Rest {
        if self.form == Form::Json { self.json.let_go() } else { Rest::Line }
    }

    fn restart(&mut self) {
        self.json.restart();
    }
}

/// An entry without what `-o json-seq` and `-o json-sse` put before it.
pub(super) fn without_mark(entry: &[u8]) -> &[u8] {
    let entry = entry.strip_prefix(&[RECORD_SEPARATOR]).unwrap_or(entry);
    entry.strip_prefix(b"data: ").unwrap_or(entry)
}

fn next_entry(buffer: &[u8], scan: &mut Scan, has_ended: bool) -> Option<Span> {
    loop {
        if scan.open.is_none() {
            while matches!(buffer.get(scan.at), Some(b'\n' | b'\r')) {
                scan.at += 1;
            }
            if scan.at >= buffer.len() {
                return None;
            }
            scan.open = Some(scan.at);
        }
        let rest = buffer.get(scan.at..).unwrap_or_default();
        if rest.starts_with(b"\n") || rest.starts_with(b"\r\n") {
            let end = scan.at;
            let start = scan.open.take().unwrap_or(end);
            scan.at = end + 1;
            return Some(Span { start, end });
        }
        match measure(buffer, scan.at) {
            Measured::Field(field) => scan.at = field.end,
            Measured::Unfinished if has_ended => {
                // Without its end it is a line, and what follows is looked at on its own.
                let line = memchr::memchr(b'\n', rest).map_or(buffer.len(), |length| scan.at + length + 1);
                scan.at = line;
            }
            Measured::Unfinished => return None,
        }
        if has_ended && scan.at >= buffer.len() {
            let start = scan.open.take().unwrap_or(buffer.len());
            return Some(Span { start, end: buffer.len() });
        }
    }
}

/// A field within an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) name: Span,
    pub(super) value: Span,
    /// Behind its line break.
    pub(super) end: usize,
    /// Written with a length before its value.
    pub(super) is_counted: bool,
}

enum Measured {
    Field(Field),
    Unfinished,
}

/// The field at this place of a whole entry.
pub(super) fn field(entry: &[u8], at: usize) -> Option<Field> {
    if at >= entry.len() {
        return None;
    }
    match measure(entry, at) {
        Measured::Field(field) => Some(field),
        Measured::Unfinished => Some(as_line(entry, at, entry.len())),
    }
}

fn measure(bytes: &[u8], at: usize) -> Measured {
    let rest = bytes.get(at..).unwrap_or_default();
    let Some(length) = memchr::memchr(b'\n', rest) else { return Measured::Unfinished };
    let line_end = at + length;
    let line = bytes.get(at..line_end).unwrap_or_default();
    if memchr::memchr(b'=', line).is_some() {
        return Measured::Field(as_line(bytes, at, line_end));
    }
    let start = line_end + 1 + LENGTH_BYTES;
    let Some(length) = bytes.get(line_end + 1..).and_then(|rest| rest.first_chunk::<LENGTH_BYTES>()) else {
        return Measured::Unfinished;
    };
    let length = u64::from_le_bytes(*length);
    let is_believed = length <= MAX_COUNTED_BYTES;
    let Some(end) = usize::try_from(length).ok().filter(|_| is_believed).and_then(|length| start.checked_add(length))
    else {
        return Measured::Field(as_line(bytes, at, line_end));
    };
    match bytes.get(end) {
        Some(b'\n') => Measured::Field(Field {
            name: Span { start: at, end: line_end },
            value: Span { start, end },
            end: end + 1,
            is_counted: true,
        }),
        Some(_) => Measured::Field(as_line(bytes, at, line_end)),
        None => Measured::Unfinished,
    }
}

/// `NAME=value`; what has no name is all name.
fn as_line(bytes: &[u8], at: usize, line_end: usize) -> Field {
    let line = bytes.get(at..line_end).unwrap_or_default();
    let line_end_without_return = line_end - usize::from(line.ends_with(b"\r"));
    let name = memchr::memchr(b'=', line).map_or(line_end_without_return, |length| at + length);
    let value = (name + 1).min(line_end_without_return);
    Field {
        name: Span { start: at, end: name },
        value: Span { start: value, end: line_end_without_return },
        end: line_end + 1,
        is_counted: false,
    }
}
