//! Windows events as JSON: Winlogbeat, NXLog, evtx_dump, Chainsaw, Velociraptor, Wazuh, Get-WinEvent. Names and values
//! of all forms end up the same; `windows/json` knows the forms.

use std::cell::Cell;

use super::windows_xml::is_heading;
use crate::{
    Certainty, Format, Head, ParsedBatch, RawBatch, Recognition, Span,
    frame::{
        json::{JsonCutter, Wrapper},
        spans::{Cutter, Rest, Scan, SpanFramer},
    },
    json::{Elements, Fields, Text, Value},
    mapping::Output,
    records::read_records,
    windows::{JsonEvents, TABLES, WindowsRows, form},
};

pub(super) static FORMAT: Format = Format {
    name: "windows_json",
    about: "Windows events as JSON, as Winlogbeat, NXLog, Sysmon collectors, evtx_dump, Chainsaw, Velociraptor, Wazuh \
            and Get-WinEvent write them.",
    spec: "https://www.elastic.co/docs/reference/beats/winlogbeat/exported-fields-winlog",
    yields: TABLES,
    recognise,
    framer: SpanFramer::<EventCutter>::boxed,
    parse,
};

/// Members that hold the list of events where a file is one object.
#[derive(Debug, Default)]
struct Wrapped;

impl Wrapper for Wrapped {
    const KEYS: &'static [&'static str] = &["Events", "events", "Records", "records", "value", "hits"];
}

/// Cuts JSON; lines `Record 12`, which `evtx_dump` writes above each event, are passed over.
#[derive(Debug, Default)]
struct EventCutter {
    json: JsonCutter<Wrapped>,
}

/// Longer lines are no headings.
const MAX_HEADING_BYTES: usize = 32;

impl Cutter for EventCutter {
    fn next(&mut self, buffer: &[u8], scan: &mut Scan) -> Option<Span> {
        while scan.open.is_none() {
            let rest = buffer.get(scan.at..)?;
            let blanks = rest.len() - rest.trim_ascii_start().len();
            scan.at += blanks;
            let rest = rest.get(blanks..)?;
            let mark = b"Record ";
            if !rest.starts_with(mark) && !mark.starts_with(rest) {
                break;
            }
            match memchr::memchr(b'\n', rest) {
                Some(length) if rest.get(..length).is_some_and(is_heading) => scan.at += length + 1,
                None if rest.len() < MAX_HEADING_BYTES => return None,
                _ => break,
            }
        }
        self.json.next(buffer, scan)
    }

    fn let_go(&mut self) -> Rest {
        self.json.let_go()
    }

    fn restart(&mut self) {
        self.json.restart();
    }
}

/// Judges the first record, which may be cut off.
fn recognise(head: &Head<'_>) -> Option<Recognition> {
    let bytes = head.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head.bytes);
    let text = std::str::from_utf8(bytes).or_else(|error| {
        // The head may end within a character.
        std::str::from_utf8(bytes.get(..error.valid_up_to()).unwrap_or_default())
    });
    let text = text.ok()?.trim_start();
    let behind_heading = text.split_once('\n').filter(|(line, _)| is_heading(line.as_bytes())).map(|(_, rest)| rest);
    let text = behind_heading.unwrap_or(text).trim_start();
    let is_json = text.starts_with('{') || text.starts_with('[');
    let start = text.find('{').filter(|_| is_json)?;
    let first = members(text.get(start..)?);
    let list = first.iter().find(|(key, _)| Wrapped::KEYS.contains(&key.inner)).map(|member| member.1);
    let within = match list {
        Some(Value::Array(list)) => Elements::of(list).next().and_then(object),
        _ => None,
    };
    let about = form(&first).or_else(|| form(&within?))?;
    Some(Recognition::new(Certainty::Certain, format!("JSON with {about}")))
}

fn object(value: Value<'_>) -> Option<Vec<(Text<'_>, Value<'_>)>> {
    let Value::Object(text) = value else { return None };
    Some(members(text))
}

/// The members of an object up to where it is cut off.
fn members(text: &str) -> Vec<(Text<'_>, Value<'_>)> {
    let mut members = Vec::new();
    let mut fields = Fields::of(text);
    while let Ok(Some(member)) = fields.next() {
        members.push(member);
    }
    members
}

thread_local! {
    /// What the batches before have taught of how events are built. It never changes what is read, and is bounded.
    static LEARNED: Cell<Option<Box<Learned>>> = const { Cell::new(None) };
}

#[derive(Debug, Default)]
struct Learned {
    events: JsonEvents,
    rows: WindowsRows,
}

fn parse(raw: &RawBatch) -> ParsedBatch {
    let mut learned = LEARNED.take().unwrap_or_default();
    let Learned { events, rows } = &mut *learned;
    events.next_batch();
    let mut output = Output::new();
    read_records(raw, &mut output, |input, output| events.read(input.text, |event| rows.add(event, input, output))?);
    let parsed = output.finish(FORMAT.name, raw);
    LEARNED.set(Some(learned));
    parsed
}
