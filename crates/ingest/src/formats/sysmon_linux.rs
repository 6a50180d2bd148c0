//! Sysmon for Linux: events as XML, each the message of a syslog line. Spec: <https://github.com/microsoft/SysmonForLinux>.
//!
//! A file of nothing else is of this format; among other messages, `syslog` reads them as it reads Windows events.

use crate::{
    Certainty, Format, Head, ParsedBatch, RawBatch, Recognition,
    frame::lines::{LineFramer, NoHeaders},
    mapping::Output,
    parsed::{Fault, Reason},
    records::read_records,
    syslog::Header,
    windows::{TABLES, WindowsRows, read_event},
};

pub(super) static FORMAT: Format = Format {
    name: "sysmon_linux",
    about: "Sysmon for Linux, as it writes to syslog: an event as XML in each line.",
    spec: "https://github.com/microsoft/SysmonForLinux",
    yields: TABLES,
    recognise,
    framer: LineFramer::<NoHeaders>::boxed,
    parse,
};

/// As many lines tell what a stream is.
const LINES_LOOKED_AT: usize = 8;

fn recognise(head: &Head<'_>) -> Option<Recognition> {
    let mut lines = 0;
    let mut events = 0;
    for line in head.lines().take(LINES_LOOKED_AT) {
        let line = line.utf8_chunks().next().map_or("", |chunk| chunk.valid());
        lines += 1;
        events += usize::from(event_of(line).is_some_and(|event| event.contains("Linux-Sysmon")));
    }
    let is_sysmon = events > 0 && events * 4 >= lines * 3;
    is_sysmon.then(|| Recognition::new(Certainty::Certain, "lines of syslog with events of the provider Linux-Sysmon"))
}

/// The event behind a header; `None` where the line begins with it, as in a file of XML.
fn event_of(line: &str) -> Option<&str> {
    let at = memchr::memmem::find(line.as_bytes(), b"<Event>").filter(|at| *at > 0)?;
    Header::parse(line).ok()?;
    line.get(at..)
}

fn parse(raw: &RawBatch) -> ParsedBatch {
    let mut output = Output::new();
    let mut rows = WindowsRows::new();
    read_records(raw, &mut output, |input, output| {
        let event = event_of(input.text)
            .ok_or_else(|| Fault::new(Reason::NoMatch, "no syslog header with an event behind it"))?;
        read_event(event.trim_ascii(), |event| rows.add(event, input, output))?
    });
    output.finish(FORMAT.name, raw)
}
