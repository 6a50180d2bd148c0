//! The Linux audit log: lines of auditd, also through syslog or ausearch. Spec: <https://github.com/linux-audit/audit-documentation/wiki>.
//!
//! `cut` finds groups of lines within which events are whole, `line` and `fields` read a record, `event` joins the
//! records of an event, `route` says which table it goes to. An event is one row; its position is that of its first
//! line. Times are UTC; ausearch prints those of its own zone without naming it, and they are taken for UTC.

mod cut;
mod event;
mod fields;
mod line;
mod mappings;
mod route;
mod sockaddr;
mod syscalls;
mod types;

use crate::{
    Certainty, Format, Head, ParsedBatch, RawBatch, Recognition, Span,
    formats::syslog::Embedded,
    frame::spans::SpanFramer,
    mapping::Output,
    observed::Observed,
    pairs::Pairs,
    parsed::{Fault, Reason, Reject},
    records::{Input, checked, read_bytes},
    syslog::Header,
};

use event::Event;
use line::{Line, is_between};

pub(super) static FORMAT: Format = Format {
    name: "auditd",
    about: "The Linux audit log (audit.log, audisp to syslog, ausearch), the records of an event joined.",
    spec: "https://github.com/linux-audit/audit-documentation/wiki/SPEC-Audit-Event-Enrichment",
    yields: &[
        "processes",
        "file_changes",
        "network_by_process",
        "logons",
        "services",
        "modules_loaded",
        "other_records",
    ],
    recognise,
    framer: SpanFramer::<cut::AuditCutter>::boxed,
    parse,
};

/// As many lines tell what a stream is.
const LINES_LOOKED_AT: usize = 24;

fn recognise(head: &Head<'_>) -> Option<Recognition> {
    let mut records = 0;
    let mut lines = 0;
    for line in head.lines().filter(|line| !is_between(line)).take(LINES_LOOKED_AT) {
        let line = line.utf8_chunks().next().map_or("", |chunk| chunk.valid());
        lines += 1;
        records += usize::from(Line::parse(line).is_some());
    }
    // A syslog file with some audit records among others is one of syslog.
    let is_log = records > 0 && records * 4 >= lines * 3;
    is_log.then(|| Recognition::new(Certainty::Certain, "lines have a type and audit(time:serial)"))
}

fn parse(raw: &RawBatch) -> ParsedBatch {
    let mut output = Output::new();
    let mut reader = Reader::default();
    read_bytes(raw, &mut output, |span, bytes, output| {
        reader.read(raw.position.saturating_add(span.start as u64), bytes, output)
    });
    output.finish(FORMAT.name, raw)
}

/// Reads the events of one batch.
#[derive(Debug, Default)]
struct Reader<'a> {
    event: Event<'a>,
    pairs: Pairs<'a>,
    /// Records of the group at hand, each with the place of its line, until their event is read.
    records: Vec<(Span, Option<Line<'a>>)>,
    text: String,
}

/// Whether a message of syslog is a record of the audit log.
pub(super) fn is_record(message: &str) -> bool {
    message.contains("audit(") && Line::parse(message).is_some_and(|line| line.time.instant().is_some())
}

/// Reads such messages of syslog, each by itself. Made once a batch.
pub(super) fn messages<'a>(_raw: &'a RawBatch) -> Box<dyn Embedded<'a> + 'a> {
    Box::new(Reader::default())
}

impl<'a> Embedded<'a> for Reader<'a> {
    fn read(&mut self, header: &Header<'a>, record: Input<'a>, output: &mut Output) -> Option<Result<(), Fault>> {
        let line = Line::parse(header.message)?;
        self.event.clear();
        self.event.host = header.host;
        self.event.take(line);
        add(&self.event, &mut self.pairs, record, output);
        Some(Ok(()))
    }
}

impl<'a> Reader<'a> {
    /// Reads a group of lines, whose first byte has this position in the source.
    fn read(&mut self, position: u64, group: &'a [u8], output: &mut Output) -> Result<(), Fault> {
        self.records.clear();
        let is_one = memchr::memchr(b'\n', group).is_none();
        for (span, bytes) in lines(group) {
            match record(bytes) {
                Ok(line) => self.records.push((span, Some(line))),
                Err(fault) if is_one => return Err(fault),
                Err(fault) => output.reject(Reject::new(position.saturating_add(span.start as u64), bytes, fault)),
            }
        }
        for first in 0..self.records.len() {
            let Some(raw) = self.take_event(first, group) else { continue };
            let start = raw.start;
            let text = group.get(raw.start..raw.end).and_then(|bytes| std::str::from_utf8(bytes).ok());
            let text = if self.text.is_empty() { text.unwrap_or_default() } else { &self.text };
            let input = Input { position: position.saturating_add(start as u64), text };
            add(&self.event, &mut self.pairs, input, output);
        }
        Ok(())
    }

    /// Joins the records of the event whose first one has this place; `None` where it was joined before or says
    /// nothing. Gives where its lines are; where others are among them, `text` holds them.
    fn take_event(&mut self, first: usize, group: &[u8]) -> Option<Span> {
        let (mut whole, line) = self.records.get_mut(first).map(|(span, line)| (*span, line.take()))?;
        let line = line?;
        self.event.clear();
        self.text.clear();
        self.event.take(line);
        let mut in_between = false;
        let mut pieces = vec![whole];
        for (span, other) in self.records.iter_mut().skip(first + 1) {
            match other {
                Some(found) if found.key == line.key => {
                    self.event.take(*found);
                    *other = None;
                    pieces.push(*span);
                    in_between |= span.start > whole.end + 2;
                    whole.end = span.end;
                }
                _ => {}
            }
        }
        if in_between {
            for piece in pieces {
                let bytes = group.get(piece.start..piece.end).unwrap_or_default();
                if !self.text.is_empty() {
                    self.text.push('\n');
                }
                self.text.push_str(std::str::from_utf8(bytes).unwrap_or_default());
            }
        }
        // An end of an event that was read before says nothing.
        let says_nothing = self.event.lines.iter().all(|line| line.kind == "EOE");
        (!says_nothing).then_some(whole)
    }
}

fn add<'a>(event: &Event<'a>, pairs: &mut Pairs<'a>, input: Input<'_>, output: &mut Output) {
    let Some(observed) = event.lines.first().and_then(|line| line.time.instant()) else { return };
    pairs.begin();
    let mapping = event.write(pairs);
    pairs.add_observed(mapping, input, Observed::At(observed), output);
}

/// The lines of a group that are not between events.
fn lines(group: &[u8]) -> impl Iterator<Item = (Span, &[u8])> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let rest = group.get(start..).filter(|rest| !rest.is_empty())?;
        let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let line = rest.get(..length).unwrap_or_default();
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let span = Span { start, end: start + line.len() };
        start += length + 1;
        Some((span, line))
    })
    .filter(|(_, line)| !is_between(line))
}

fn record(bytes: &[u8]) -> Result<Line<'_>, Fault> {
    let text = checked(bytes)?;
    let line =
        Line::parse(text).ok_or_else(|| Fault::new(Reason::NoMatch, "no type and audit(time:serial) in the line"))?;
    if line.time.instant().is_none() {
        return Err(Fault::new(Reason::BadTime, format!("\"{}\" is no time that can be read", line.time.text())));
    }
    Ok(line)
}
