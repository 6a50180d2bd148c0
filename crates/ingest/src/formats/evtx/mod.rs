//! Windows Event Log files. Spec: [MS-EVEN6] for BinXML; the file's own layout as the libevtx project documents it.
//!
//! A file is a header of 4 KiB and chunks of 64 KiB, each with its own names and templates. `cutter` cuts chunks,
//! `chunk` finds records, also in damaged ones, `compile` makes a flat `plan` of each template once, and `render`
//! walks it for each record: it writes the XML and gives the fields to the Windows mapping without building a tree.

mod bytes;
mod chunk;
mod compile;
mod cutter;
mod plan;
mod plans;
mod render;
mod scope;
mod text;
mod time;
mod tokens;
mod value;

use std::cell::Cell;

use schema::Timestamp;

use self::{
    chunk::{Found, Record, Records},
    cutter::{Chunks, FILE_HEADER_BYTES, FILE_MAGIC},
    render::Renderer,
};
use crate::{
    Certainty, Format, Head, ParsedBatch, RawBatch, Recognition, Span,
    frame::spans::SpanFramer,
    mapping::Output,
    parsed::{Fault, Reason, Reject},
    records::Input,
    windows::{Field, TABLES, WindowsEvent, WindowsRows},
};

pub(super) static FORMAT: Format = Format {
    name: "evtx",
    about: "Windows Event Log files (.evtx), whole and damaged.",
    spec: "https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-even6",
    yields: TABLES,
    recognise,
    framer: SpanFramer::<Chunks>::boxed,
    parse,
};

fn recognise(head: &Head<'_>) -> Option<Recognition> {
    let certain = |why: &str| Some(Recognition::new(Certainty::Certain, why));
    if head.bytes.starts_with(FILE_MAGIC) {
        return certain("starts with the mark of a Windows Event Log file");
    }
    let behind_header = head.bytes.get(FILE_HEADER_BYTES..).unwrap_or_default();
    if chunk::has_magic(head.bytes) || chunk::has_magic(behind_header) {
        return certain("has a chunk of a Windows Event Log file, whose header is damaged");
    }
    None
}

thread_local! {
    /// What the batches before have taught of templates and names. A folder of small logs says the same templates in
    /// every file, and to make them ready takes longer than to read the few events in between. It never changes what
    /// is read, and both keep it bounded.
    static LEARNED: Cell<Option<Box<Learned>>> = const { Cell::new(None) };
}

#[derive(Debug, Default)]
struct Learned {
    renderer: Renderer,
    rows: WindowsRows,
}

fn parse(raw: &RawBatch) -> ParsedBatch {
    let mut learned = LEARNED.take().unwrap_or_default();
    learned.renderer.next_batch();
    // The XML of a chunk's events takes less than the chunk, and goes to several tables.
    let output = Output::of_bytes(raw.bytes.len() / 4);
    let mut reader = Reader { learned: &mut learned, clock: Clock::default(), output };
    for &Span { start, end } in raw.records.as_deref().unwrap_or_default() {
        let piece = raw.bytes.get(start..end).unwrap_or_default();
        reader.read(piece, raw.position.saturating_add(start as u64));
    }
    let parsed = reader.output.finish(FORMAT.name, raw);
    LEARNED.set(Some(learned));
    parsed
}

/// What is written beside the fields of events from a chunk whose checksums are wrong.
const BAD_CHECKSUM: Field<'static> = Field::new("_chunk_checksum", "bad");

/// The same for an event of which names or values are lost.
const DAMAGED: Field<'static> = Field::new("_record", "damaged");

/// Events of one chunk together may write so much; those that come after are rejected. Small events of a large
/// template come to less than 1 MiB.
const MAX_CHUNK_XML_BYTES: usize = 4 << 20;

struct Reader<'l> {
    learned: &'l mut Learned,
    clock: Clock,
    output: Output,
}

/// Tells the time of events that have lost their own.
#[derive(Debug, Default)]
struct Clock {
    /// When the record at hand was written, and the one before.
    written: Option<Timestamp>,
    before: Option<Timestamp>,
}

impl Clock {
    fn next(&mut self, record: Record) {
        self.before = self.written.or(self.before);
        self.written = usable(time::instant(record.written));
    }

    /// A time that can stand in for the event's own, and where it was taken from.
    fn instead(&self, event: &WindowsEvent<'_>) -> Option<(Timestamp, Field<'static>)> {
        if usable(event.time).is_some() {
            return None;
        }
        let said = |value| Field::new("_time", value);
        let written = self.written.map(|time| (time, said("record_header")));
        written.or(self.before.map(|time| (time, said("record_before"))))
    }
}

fn usable(time: Option<Timestamp>) -> Option<Timestamp> {
    time.and_then(|time| crate::instant::in_range(time).ok())
}

impl Reader<'_> {
    /// Reads a chunk, or bytes between chunks.
    fn read(&mut self, chunk: &[u8], position: u64) {
        self.learned.renderer.next_chunk();
        self.clock = Clock::default();
        let records = Records::new(chunk);
        let is_sound = records.is_sound();
        let mut written = 0;
        for found in records {
            let (start, end, fault) = match found {
                Found::Gap { start, end, fault } => (start, end, fault),
                Found::Record(record) => match self.event(chunk, record, position, is_sound, &mut written) {
                    Ok(()) => continue,
                    Err(fault) => (record.start, record.end, fault),
                },
            };
            let bytes = chunk.get(start..end).unwrap_or_default();
            self.output.reject(Reject::new(position.saturating_add(start as u64), bytes, fault));
        }
    }

    fn event(
        &mut self,
        chunk: &[u8],
        record: Record,
        position: u64,
        is_sound: bool,
        written: &mut usize,
    ) -> Result<(), Fault> {
        self.clock.next(record);
        let (start, end) = record.binxml();
        if *written > MAX_CHUNK_XML_BYTES {
            return Err(Fault::new(Reason::TooLong, "the chunk's events grow beyond any chunk's size"));
        }
        let is_cut_off = record.end == chunk.len() && chunk.len() < chunk::CHUNK_BYTES;
        let rendered = self.learned.renderer.render(chunk, start, end, is_sound);
        if is_cut_off && (rendered.is_err() || self.learned.renderer.is_damaged) {
            return Err(Fault::new(Reason::Truncated, "the file ends within the record"));
        }
        rendered?;
        let (mut event, xml) = self.learned.renderer.event()?;
        *written += xml.len();
        if let Some((time, said)) = self.clock.instead(&event) {
            event.time = Some(time);
            event.beside.push(said);
            event.shape = None;
        }
        if !is_sound {
            event.beside.push(BAD_CHECKSUM);
        }
        if self.learned.renderer.is_damaged {
            event.beside.push(DAMAGED);
        }
        let position = position.saturating_add(record.start as u64);
        self.learned.rows.add(&event, Input { position, text: xml }, &mut self.output)
    }
}
