//! Batches of records that a [`Cutter`] finds: values, elements, blocks or whole files, in bounded memory.

use std::{fmt, mem, sync::Arc};

use super::{
    Block, DecodedRecords, Finished, Framer, MAX_BATCH_LINES, MAX_RECORD_BYTES, Overlong, Preamble, RawBatch, Span,
    TARGET_BATCH_BYTES, Tail,
};
use crate::parsed::MAX_REJECT_BYTES;

/// Finds records in a stream. What it says depends only on the bytes, never on how many it is shown at once: where
/// it needs to look further it leaves [`Scan::at`] where it is and is asked again when there is more.
pub(crate) trait Cutter: Default + Send + fmt::Debug + 'static {
    /// A longer record is one reject; of it only the first part is held.
    const MAX_RECORD_BYTES: usize = MAX_RECORD_BYTES;

    /// The end of the stream also ends a record, so that a file that may still grow is read to its end.
    const ENDS_WITH_STREAM: bool = false;

    /// What is found are [`Block`]s.
    const IS_IN_BLOCKS: bool = false;

    /// The block that these bytes of a batch are; `None` where there is nothing in them.
    fn block(_batch: &[u8], _span: Span) -> Option<Block> {
        None
    }

    /// The next whole record. Bytes before [`Scan::at`] that are in no record belong to none (brackets, blanks).
    fn next(&mut self, buffer: &[u8], scan: &mut Scan) -> Option<Span>;

    /// The stream pauses: gives records that are whole unless more of them follows, such as an indented line.
    fn pause(&mut self, _buffer: &[u8], _scan: &mut Scan) -> Option<Span> {
        None
    }

    /// The stream has ended: what is left from [`Scan::open`] on may be told apart once more. By default one record.
    fn last(&mut self, buffer: &[u8], scan: &mut Scan) -> Option<Span> {
        let start = scan.open.take().unwrap_or(scan.at);
        scan.at = buffer.len();
        (start < buffer.len()).then_some(Span { start, end: buffer.len() })
    }

    /// The record at hand is too long to be held: how its end is found without the bytes before.
    fn let_go(&mut self) -> Rest {
        Rest::Line
    }

    /// Goes on behind a record that was too long.
    fn restart(&mut self) {}

    /// What parsing needs from before the batch that begins here.
    fn header(&self) -> Arc<[u8]> {
        Arc::default()
    }
}

/// How the end of a record that is too long is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rest {
    /// The cutter looks on, and needs nothing of what it has seen but [`LOOK_BACK_BYTES`].
    Followed,
    /// The next line break ends it.
    Line,
}

/// Bytes before the place at hand that a cutter may still look at.
const LOOK_BACK_BYTES: usize = 8;

/// A record that is passed over because it is too long.
#[derive(Debug)]
struct PassedOver {
    /// Its first part.
    kept: Vec<u8>,
    /// How much of it was let go.
    size_bytes: u64,
    rest: Rest,
}

/// How far a cutter has looked, as offsets into the buffer.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Scan {
    /// Everything before was looked at.
    pub(crate) at: usize,
    /// Where the record at hand begins.
    pub(crate) open: Option<usize>,
}

impl Scan {
    /// Ends the record at hand.
    pub(crate) fn close(&mut self, end: usize) -> Span {
        self.at = end;
        Span { start: self.open.take().unwrap_or(end), end }
    }

    /// Up to here nothing is needed any more once the records found so far are cut off.
    fn settled(&self) -> usize {
        self.open.unwrap_or(self.at)
    }
}

/// The framer of all formats whose records a [`Cutter`] finds.
#[derive(Debug)]
pub(crate) struct SpanFramer<C> {
    name: Arc<str>,
    cutter: C,
    scan: Scan,
    /// Header in force at `position`.
    header: Arc<[u8]>,
    /// Offset of `buffer[0]`.
    position: u64,
    buffer: Vec<u8>,
    records: Vec<Span>,
    /// The record at hand, from `position` on, where it is too long; the buffer has what was not looked at yet.
    passed_over: Option<PassedOver>,
    /// Bytes are only passed over.
    skipping: bool,
}

impl<C: Cutter> SpanFramer<C> {
    pub(crate) fn boxed(name: &str) -> Box<dyn Framer> {
        Self::with(name, C::default())
    }

    pub(crate) fn with(name: &str, cutter: C) -> Box<dyn Framer> {
        Box::new(Self {
            name: name.into(),
            cutter,
            scan: Scan::default(),
            header: Arc::default(),
            position: 0,
            buffer: Vec::new(),
            records: Vec::new(),
            passed_over: None,
            skipping: false,
        })
    }
}

impl<C: Cutter> Framer for SpanFramer<C> {
    fn skip(&mut self, bytes: &[u8]) {
        // Nothing is passed over: a reader asks so before every piece, in the middle of records as well.
        if bytes.is_empty() {
            return;
        }
        self.skipping = true;
        self.take(bytes);
    }

    fn push(&mut self, bytes: &[u8]) -> Vec<RawBatch> {
        self.end_skipping();
        self.take(bytes)
    }

    fn finish(&mut self, tail: Tail) -> Finished {
        self.end_skipping();
        let mut batches = Vec::new();
        if let Some(passed) = &self.passed_over {
            let held_bytes = passed.size_bytes.saturating_add(self.buffer.len() as u64);
            if tail == Tail::HoldBack && !C::ENDS_WITH_STREAM {
                return Finished { batches, held_bytes };
            }
            self.end_passed_over(self.buffer.len(), &mut batches);
            return Finished { batches, held_bytes: 0 };
        }
        let mut unterminated = false;
        while let Some(span) = self.cutter.pause(&self.buffer, &mut self.scan) {
            self.found(span, &mut batches);
        }
        if tail == Tail::Take || C::ENDS_WITH_STREAM {
            while let Some(span) = self.cutter.last(&self.buffer, &mut self.scan) {
                unterminated = !C::ENDS_WITH_STREAM;
                self.found(span, &mut batches);
            }
        }
        let end = self.scan.settled();
        let held_bytes = self.buffer.len().saturating_sub(end) as u64;
        if end > 0 {
            let batch = self.cut(end);
            batches.push(RawBatch { unterminated, ..batch });
        }
        Finished { batches, held_bytes }
    }

    fn is_in_blocks(&self) -> bool {
        C::IS_IN_BLOCKS
    }
}

impl<C: Cutter> SpanFramer<C> {
    fn take(&mut self, bytes: &[u8]) -> Vec<RawBatch> {
        let mut batches = Vec::new();
        // Taking at most one batch size at a time keeps the buffer bounded however much is pushed at once.
        for piece in bytes.chunks(TARGET_BATCH_BYTES) {
            self.buffer.extend_from_slice(piece);
            self.find(&mut batches);
        }
        batches
    }

    /// Passes over what is left of the skipped bytes. What is skipped comes in pieces that end within records, so this
    /// is done where the first piece to read comes.
    fn end_skipping(&mut self) {
        if !mem::take(&mut self.skipping) {
            return;
        }
        while self.cutter.pause(&self.buffer, &mut self.scan).is_some() {}
        // Positions are committed behind batches, where no record is open; should one be, the rest is read by itself.
        if self.scan.open.is_some() {
            self.cutter.restart();
        }
        self.records.clear();
        self.scan = Scan::default();
        let let_go = self.passed_over.take().map_or(0, |passed| passed.size_bytes);
        self.position = self.position.saturating_add(let_go);
        self.position = self.position.saturating_add(self.buffer.len() as u64);
        self.buffer.clear();
        self.header = self.cutter.header();
    }

    fn find(&mut self, batches: &mut Vec<RawBatch>) {
        loop {
            if self.passed_over.is_some() && !self.pass_over(batches) {
                return;
            }
            while let Some(span) = self.cutter.next(&self.buffer, &mut self.scan) {
                self.found(span, batches);
            }
            let open = self.scan.open.unwrap_or(self.buffer.len());
            if self.buffer.len() - open <= C::MAX_RECORD_BYTES {
                break;
            }
            self.begin_passing_over(open, batches);
        }
        // Bytes of no record are let go as well, at a place that follows from the batch's start.
        while self.records.is_empty() && self.scan.settled() >= TARGET_BATCH_BYTES {
            self.give(TARGET_BATCH_BYTES, batches);
        }
    }

    /// Notes a record and cuts the batch behind it where it is large enough.
    fn found(&mut self, span: Span, batches: &mut Vec<RawBatch>) {
        if span.end - span.start > C::MAX_RECORD_BYTES {
            if span.start > 0 {
                self.give(span.start, batches);
            }
            let kept = self.buffer.get(..MAX_REJECT_BYTES).unwrap_or_default().to_vec();
            self.passed_over = Some(PassedOver { kept, size_bytes: 0, rest: Rest::Followed });
            self.end_passed_over(span.end - span.start, batches);
            return;
        }
        self.records.push(span);
        if span.end >= TARGET_BATCH_BYTES || self.records.len() == MAX_BATCH_LINES {
            self.give(span.end, batches);
        }
    }

    /// Cuts off what comes before a record that is too long, and keeps a first part of it.
    fn begin_passing_over(&mut self, start: usize, batches: &mut Vec<RawBatch>) {
        if start > 0 {
            self.give(start, batches);
        }
        let kept = self.buffer.get(..MAX_REJECT_BYTES).unwrap_or(&self.buffer).to_vec();
        self.passed_over = Some(PassedOver { kept, size_bytes: 0, rest: self.cutter.let_go() });
    }

    /// Looks for the end of a record that is too long; true where it was found.
    fn pass_over(&mut self, batches: &mut Vec<RawBatch>) -> bool {
        let Some(passed) = &mut self.passed_over else { return true };
        let (end, looked_at) = match passed.rest {
            Rest::Line => {
                let from = self.scan.at.min(self.buffer.len());
                let rest = self.buffer.get(from..).unwrap_or_default();
                (memchr::memchr(b'\n', rest).map(|at| from + at + 1), self.buffer.len())
            }
            Rest::Followed => {
                let end = self.cutter.next(&self.buffer, &mut self.scan).map(|span| span.end);
                (end, self.scan.at.min(self.buffer.len()).saturating_sub(LOOK_BACK_BYTES))
            }
        };
        if let Some(end) = end {
            let is_line = passed.rest == Rest::Line;
            self.end_passed_over(end, batches);
            if is_line {
                self.cutter.restart();
                self.scan = Scan::default();
            }
            return true;
        }
        passed.size_bytes = passed.size_bytes.saturating_add(looked_at as u64);
        self.buffer.drain(..looked_at);
        self.scan = Scan { at: self.scan.at.saturating_sub(looked_at), open: Some(0) };
        false
    }

    /// Ends the record that is too long `end` bytes into the buffer.
    fn end_passed_over(&mut self, end: usize, batches: &mut Vec<RawBatch>) {
        let Some(passed) = self.passed_over.take() else { return };
        let mut batch = self.cut(end);
        let size_bytes = passed.size_bytes.saturating_add(end as u64);
        self.position = batch.position.saturating_add(size_bytes);
        batch.bytes = passed.kept;
        batch.overlong = Some(Overlong { size_bytes });
        if !self.skipping {
            batches.push(batch);
        }
    }

    fn give(&mut self, end: usize, batches: &mut Vec<RawBatch>) {
        let batch = self.cut(end);
        if !self.skipping {
            batches.push(batch);
        }
    }

    /// Cuts the first `end` bytes off the buffer; what the cutter knows moves along.
    fn cut(&mut self, end: usize) -> RawBatch {
        let behind = self.buffer.get(end..).unwrap_or_default();
        // The batch behind a full one will be as large; growing towards it would copy it several times.
        let is_full = end >= TARGET_BATCH_BYTES / 2;
        let mut rest = Vec::with_capacity(if is_full { self.buffer.capacity().min(2 * TARGET_BATCH_BYTES) } else { 0 });
        rest.extend_from_slice(behind);
        self.buffer.truncate(end);
        let bytes = mem::replace(&mut self.buffer, rest);
        let mut records = mem::take(&mut self.records);
        let mut blocks = Vec::new();
        if C::IS_IN_BLOCKS && !self.skipping {
            blocks.extend(records.iter().filter_map(|&span| C::block(&bytes, span)));
            records.retain(|span| blocks.iter().any(|block| block.start == span.start));
        }
        let batch = RawBatch {
            position: self.position,
            bytes,
            records: Some(records),
            blocks,
            decoded: DecodedRecords::default(),
            preamble: Preamble { name: Arc::clone(&self.name), header: Arc::clone(&self.header) },
            unterminated: false,
            overlong: None,
        };
        self.position = batch.end();
        self.scan.at = self.scan.at.saturating_sub(end);
        self.scan.open = self.scan.open.map(|open| open.saturating_sub(end));
        self.header = self.cutter.header();
        batch
    }
}
