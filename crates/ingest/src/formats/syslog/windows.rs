//! Windows events as messages of syslog: XML, as Sysmon for Linux writes it, and JSON, as NXLog sends it.

use super::Embedded;
use crate::{
    RawBatch,
    json::Fields,
    mapping::Output,
    parsed::Fault,
    records::Input,
    syslog::Header,
    windows::{JsonEvents, WindowsEvent, WindowsRows, form, read_event},
};

pub(super) fn is_xml(message: &str) -> bool {
    message.starts_with("<Event") && memchr::memmem::find(message.as_bytes(), b"<System>").is_some()
}

/// What the JSON forms of Windows events have; looked for first because most messages are something else.
const MARKS: [&str; 4] = ["\"EventID\"", "\"EventId\"", "\"winlog\"", "\"win\""];

pub(super) fn is_json(message: &str) -> bool {
    let has_mark = || MARKS.iter().any(|mark| memchr::memmem::find(message.as_bytes(), mark.as_bytes()).is_some());
    if !message.starts_with('{') || !has_mark() {
        return false;
    }
    let mut members = Vec::new();
    let mut fields = Fields::of(message);
    while let Ok(Some(member)) = fields.next() {
        members.push(member);
    }
    form(&members).is_some()
}

pub(super) fn xml_messages<'a>(_raw: &'a RawBatch) -> Box<dyn Embedded<'a> + 'a> {
    Box::new(Xml { rows: WindowsRows::new() })
}

pub(super) fn json_messages<'a>(_raw: &'a RawBatch) -> Box<dyn Embedded<'a> + 'a> {
    Box::new(Json { events: JsonEvents::new(), rows: WindowsRows::new() })
}

#[derive(Debug)]
struct Xml {
    rows: WindowsRows,
}

#[derive(Debug)]
struct Json {
    events: JsonEvents,
    rows: WindowsRows,
}

impl<'a> Embedded<'a> for Xml {
    fn read(&mut self, header: &Header<'a>, record: Input<'a>, output: &mut Output) -> Option<Result<(), Fault>> {
        // What relays have cut off is a message like others.
        read_event(header.message, |event| add(&mut self.rows, event, header, record, output)).ok()
    }
}

impl<'a> Embedded<'a> for Json {
    fn read(&mut self, header: &Header<'a>, record: Input<'a>, output: &mut Output) -> Option<Result<(), Fault>> {
        self.events.read(header.message, |event| add(&mut self.rows, event, header, record, output)).ok()
    }
}

/// The header's host stands in where the event names none.
fn add(
    rows: &mut WindowsRows,
    event: &WindowsEvent<'_>,
    header: &Header<'_>,
    record: Input<'_>,
    output: &mut Output,
) -> Result<(), Fault> {
    match header.host {
        Some(host) if event.computer.is_empty() => {
            rows.add(&WindowsEvent { computer: host, ..event.clone() }, record, output)
        }
        _ => rows.add(event, record, output),
    }
}
