//! Windows events as JSON: Winlogbeat, NXLog, evtx_dump, Chainsaw, Velociraptor, Wazuh, Get-WinEvent. Names and values
//! of all forms end up the same; `windows/json.rs` knows the forms.

use crate::{
    Certainty, Format, Head, ParsedBatch, RawBatch, Recognition,
    frame::{
        json::{JsonCutter, Wrapper},
        spans::SpanFramer,
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
    framer: SpanFramer::<JsonCutter<Wrapped>>::boxed,
    parse,
};

/// Members that hold the list of events where a file is one object.
#[derive(Debug, Default)]
struct Wrapped;

impl Wrapper for Wrapped {
    const KEYS: &'static [&'static str] = &["Events", "events", "Records", "records", "value", "hits"];
}

/// Judges the first record, which may be cut off.
fn recognise(head: &Head<'_>) -> Option<Recognition> {
    let bytes = head.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head.bytes);
    let text = std::str::from_utf8(bytes).or_else(|error| {
        // The head may end within a character.
        std::str::from_utf8(bytes.get(..error.valid_up_to()).unwrap_or_default())
    });
    let text = text.ok()?.trim_start();
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

fn parse(raw: &RawBatch) -> ParsedBatch {
    let mut output = Output::new();
    let mut events = JsonEvents::new();
    let mut rows = WindowsRows::new();
    read_records(raw, &mut output, |input, output| events.read(input.text, |event| rows.add(event, input, output))?);
    output.finish(FORMAT.name, raw)
}
