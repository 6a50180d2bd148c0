//! Windows events as XML: one or many, with or without a root. Spec:
//! <https://learn.microsoft.com/windows/win32/wes/eventschema-schema>.

use crate::{
    Certainty, Format, Head, ParsedBatch, RawBatch, Recognition, Span,
    frame::spans::{Cutter, Rest, Scan, SpanFramer},
    mapping::Output,
    records::read_records,
    windows::{TABLES, WindowsRows, read_event},
};

pub(super) static FORMAT: Format = Format {
    name: "windows_xml",
    about: "Windows events as XML, as wevtutil, Event Viewer, Get-WinEvent and Sysmon for Linux write them.",
    spec: "https://learn.microsoft.com/windows/win32/wes/eventschema-schema",
    yields: TABLES,
    recognise,
    framer: SpanFramer::<EventCutter>::boxed,
    parse,
};

/// What every event's root names as its namespace.
const NAMESPACE: &[u8] = b"http://schemas.microsoft.com/win/2004/08/events";

fn recognise(head: &Head<'_>) -> Option<Recognition> {
    let bytes = head.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head.bytes).trim_ascii_start();
    let has_heading = bytes.split(|&byte| byte == b'\n').next().is_some_and(is_heading);
    let is_markup = has_heading
        || [b"<Event".as_slice(), b"<?xml", b"<!--", b"<!DOCTYPE"].iter().any(|start| bytes.starts_with(start));
    let at = memchr::memmem::find(bytes, b"<Event").filter(|_| is_markup)?;
    // With an XML declaration the first element must be an event or a list of them.
    let event = bytes.get(at..)?;
    let near = event.get(..2048).unwrap_or(event);
    let has = |text: &[u8]| memchr::memmem::find(near, text).is_some();
    if has(NAMESPACE) {
        return Some(Recognition::new(Certainty::Certain, "XML with the namespace of Windows events"));
    }
    let is_event = has(b"<System>") && has(b"<Provider ");
    is_event.then(|| Recognition::new(Certainty::Certain, "XML elements Event, System and Provider"))
}

fn parse(raw: &RawBatch) -> ParsedBatch {
    let mut output = Output::new();
    let mut rows = WindowsRows::new();
    read_records(raw, &mut output, |input, output| read_event(input.text, |event| rows.add(event, input, output))?);
    output.finish(FORMAT.name, raw)
}

/// Cuts at `</Event>`. Tags between events (a root, a declaration) belong to no record; a text there is a record of its
/// own up to the end of its line, unless an event begins on that line: then it stands before it.
#[derive(Debug, Default)]
struct EventCutter {
    /// Elements called `Event` that are open.
    depth: u32,
}

/// What begins with a `<`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tag {
    EventStart,
    /// An element within an event that has the same name.
    InnerStart,
    EventEnd,
    Other,
}

impl Cutter for EventCutter {
    fn next(&mut self, buffer: &[u8], scan: &mut Scan) -> Option<Span> {
        while scan.at < buffer.len() {
            let span = if self.depth > 0 { self.within(buffer, scan)? } else { self.between(buffer, scan)? };
            if span.is_some() {
                return span;
            }
        }
        None
    }

    fn let_go(&mut self) -> Rest {
        if self.depth > 0 { Rest::Followed } else { Rest::Line }
    }

    fn restart(&mut self) {
        self.depth = 0;
    }
}

impl EventCutter {
    /// Looks at what stands between events; `None` where more bytes are needed.
    fn between(&mut self, buffer: &[u8], scan: &mut Scan) -> Option<Option<Span>> {
        let rest = buffer.get(scan.at..)?;
        if rest.first() != Some(&b'<') {
            return self.text(buffer, rest, scan);
        }
        // While it is not known what begins here, it may be a record, and is bounded as one.
        let begun = scan.open;
        scan.open.get_or_insert(scan.at);
        let (tag, length) = tag(rest)?;
        if matches!(tag, Tag::EventEnd | Tag::Other) {
            return self.other(rest, length, begun, scan);
        }
        scan.at += length;
        let is_empty = rest.get(..length).is_some_and(|tag| tag.ends_with(b"/>"));
        if is_empty {
            return Some(Some(scan.close(scan.at)));
        }
        self.depth = 1;
        Some(None)
    }

    /// Passes over a tag that is no event's; what only looks like one is a record of its own.
    fn other(&mut self, rest: &[u8], length: usize, begun: Option<usize>, scan: &mut Scan) -> Option<Option<Span>> {
        if begun.is_some_and(|begun| begun < scan.at) {
            return Some(Some(scan.close(scan.at)));
        }
        let is_whole = length > 1;
        let end = if is_whole { length } else { declaration_length(rest)? };
        let is_tag = is_whole || rest.get(end - 1) == Some(&b'>');
        scan.at += end;
        if is_tag {
            scan.open = None;
            return Some(None);
        }
        Some(Some(scan.close(scan.at)))
    }

    fn text(&mut self, buffer: &[u8], rest: &[u8], scan: &mut Scan) -> Option<Option<Span>> {
        let is_mark = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, 0xef | 0xbb | 0xbf);
        if scan.open.is_none() {
            let blanks = rest.iter().take_while(|byte| is_mark(byte)).count();
            if blanks > 0 {
                scan.at += blanks;
                return Some(None);
            }
            scan.open = Some(scan.at);
        }
        let Some(length) = memchr::memchr2(b'<', b'\n', rest) else {
            scan.at += rest.len();
            return None;
        };
        scan.at += length;
        if rest.get(length) != Some(&b'\n') {
            return Some(None);
        }
        let line = buffer.get(scan.open.unwrap_or(scan.at)..scan.at).unwrap_or_default();
        if is_heading(line) {
            scan.open = None;
            return Some(None);
        }
        Some(Some(scan.close(scan.at)))
    }

    /// Looks at the next tag within an event.
    fn within(&mut self, buffer: &[u8], scan: &mut Scan) -> Option<Option<Span>> {
        let rest = buffer.get(scan.at..)?;
        let Some(offset) = memchr::memchr(b'<', rest) else {
            scan.at = buffer.len();
            return None;
        };
        scan.at += offset;
        let (tag, length) = tag(rest.get(offset..)?)?;
        match tag {
            Tag::EventStart => {
                // The event at hand has no end.
                self.depth = 0;
                return Some(Some(scan.close(scan.at)));
            }
            Tag::InnerStart if rest.get(..offset + length).is_some_and(|tag| tag.ends_with(b"/>")) => {}
            Tag::InnerStart => self.depth += 1,
            Tag::EventEnd => self.depth -= 1,
            Tag::Other => {}
        }
        scan.at += length;
        Some((self.depth == 0).then(|| scan.close(scan.at)))
    }
}

/// `Record 12`, which `evtx_dump` writes above each event.
pub(super) fn is_heading(line: &[u8]) -> bool {
    let number = line.trim_ascii().strip_prefix(b"Record ");
    number.is_some_and(|number| !number.is_empty() && number.iter().all(u8::is_ascii_digit))
}

/// Length of a tag up to its end or the next `<`; a document type may hold declarations in brackets.
fn declaration_length(bytes: &[u8]) -> Option<usize> {
    let mut from = 1;
    if bytes.starts_with(b"<!DOCTYPE") {
        let bracket = memchr::memchr2(b'[', b'>', bytes)?;
        if bytes.get(bracket) == Some(&b'[') {
            from = memchr::memchr(b']', bytes)?;
        }
    }
    let length = from + memchr::memchr2(b'<', b'>', bytes.get(from..)?)?;
    Some(if bytes.get(length) == Some(&b'>') { length + 1 } else { length })
}

/// Longer tags than this are taken for text, so that a `<` without end does not hold up everything behind it.
const MAX_TAG_BYTES: usize = 1 << 16;

/// The tag at the start and its length; `None` where more bytes are needed.
fn tag(bytes: &[u8]) -> Option<(Tag, usize)> {
    for (start, end) in [(b"<!--".as_slice(), b"-->".as_slice()), (b"<![CDATA[", b"]]>")] {
        if bytes.starts_with(start) {
            return memchr::memmem::find(bytes, end).map(|at| (Tag::Other, at + end.len()));
        }
        if start.starts_with(bytes) {
            return None;
        }
    }
    let name = bytes.strip_prefix(b"</").or_else(|| bytes.strip_prefix(b"<")).unwrap_or_default();
    let behind = match name.strip_prefix(b"Event") {
        Some(behind) => behind,
        None if b"Event".starts_with(name) => return None,
        None => return Some((Tag::Other, 1)),
    };
    let first = behind.first()?;
    if !matches!(first, b'>' | b'/' | b' ' | b'\t' | b'\r' | b'\n') {
        return Some((Tag::Other, 1));
    }
    let Some(length) = memchr::memchr2(b'<', b'>', name).map(|at| bytes.len() - name.len() + at + 1) else {
        return (bytes.len() > MAX_TAG_BYTES).then_some((Tag::Other, 1));
    };
    if bytes.get(length - 1) == Some(&b'<') {
        // The tag was cut off; what begins here may be the next event.
        return Some((Tag::Other, 1));
    }
    if bytes.starts_with(b"</") {
        return Some((Tag::EventEnd, length));
    }
    let tag = bytes.get(..length).unwrap_or_default();
    if memchr::memmem::find(tag, NAMESPACE).is_some() {
        return Some((Tag::EventStart, length));
    }
    if tag.ends_with(b"/>") {
        return Some((Tag::InnerStart, length));
    }
    let content = bytes.get(length..).unwrap_or_default().trim_ascii_start();
    if content.starts_with(b"<System") {
        return Some((Tag::EventStart, length));
    }
    if b"<System".starts_with(content) && content.len() < MAX_TAG_BYTES {
        return None;
    }
    Some((Tag::InnerStart, length))
}
