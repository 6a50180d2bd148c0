//! Batches of whole lines. Used by every format whose records are lines; headers are carried over to later batches.

use std::{fmt, mem, sync::Arc};

use super::{
    DecodedRecords, Finished, Framer, MAX_BATCH_LINES, MAX_RECORD_BYTES, Overlong, Preamble, RawBatch,
    TARGET_BATCH_BYTES, Tail,
};
use crate::parsed::MAX_REJECT_BYTES;

/// Longer header lines are not remembered: a header is a list of field names, and memory must stay bounded.
const MAX_HEADER_BYTES: usize = 1 << 20;

/// Which header lines of a format are carried over to later batches.
pub(crate) trait Headers: Send + fmt::Debug {
    /// First byte of every header line; `None` where the format has none.
    const MARK: Option<u8>;

    /// Notes one header line, without its line break.
    fn note(&mut self, line: &[u8]);

    /// The lines in force, each followed by a line break.
    fn in_force(&self) -> Vec<u8>;
}

/// A format without headers.
#[derive(Debug, Default)]
pub(crate) struct NoHeaders;

impl Headers for NoHeaders {
    const MARK: Option<u8> = None;

    fn note(&mut self, _line: &[u8]) {}

    fn in_force(&self) -> Vec<u8> {
        Vec::new()
    }
}

/// The framer of all formats whose records are lines.
#[derive(Debug)]
pub(crate) struct LineFramer<H> {
    name: Arc<str>,
    headers: H,
    /// Header lines in force at `position`.
    header: Arc<[u8]>,
    /// Offset of `buffer[0]`.
    position: u64,
    buffer: Vec<u8>,
    /// Line breaks in `buffer[..counted]`, up to the place where the batch may be cut for its size.
    lines: usize,
    counted: usize,
    /// No line break lies in `buffer[..searched]` behind the place where the batch may be cut.
    searched: usize,
    /// Where the last line in `buffer` starts, once the batch may be cut but the line has no end yet.
    open_line: Option<usize>,
    /// Length so far of a line that is passed over because it is too long; its first part is in `buffer`.
    overlong: Option<u64>,
    /// What is kept of an unfinished skipped line: all of a header line, one byte of any other.
    skipped: Vec<u8>,
}

impl<H: Headers + Default + 'static> LineFramer<H> {
    pub(crate) fn boxed(name: &str) -> Box<dyn Framer> {
        Box::new(Self {
            name: name.into(),
            headers: H::default(),
            header: Arc::default(),
            position: 0,
            buffer: Vec::new(),
            lines: 0,
            counted: 0,
            searched: 0,
            open_line: None,
            overlong: None,
            skipped: Vec::new(),
        })
    }
}

impl<H: Headers> Framer for LineFramer<H> {
    fn skip(&mut self, bytes: &[u8]) {
        self.position = self.position.saturating_add(bytes.len() as u64);
        let Some(mark) = H::MARK else { return };
        let mut rest = bytes;
        while let Some(end) = memchr::memchr(b'\n', rest) {
            let (line, behind) = rest.split_at(end);
            self.remember(line, mark);
            let line = mem::take(&mut self.skipped);
            if line.first() == Some(&mark) {
                self.headers.note(&line);
                self.header = self.headers.in_force().into();
            }
            rest = behind.get(1..).unwrap_or_default();
        }
        self.remember(rest, mark);
    }

    fn push(&mut self, bytes: &[u8]) -> Vec<RawBatch> {
        let mut batches = Vec::new();
        // Taking at most one batch size at a time keeps the buffer bounded however much is pushed at once.
        for piece in bytes.chunks(TARGET_BATCH_BYTES) {
            self.take(piece, &mut batches);
        }
        batches
    }

    fn finish(&mut self, tail: Tail) -> Finished {
        if let Some(size_bytes) = self.overlong {
            if tail == Tail::HoldBack {
                return Finished { batches: Vec::new(), held_bytes: size_bytes };
            }
            let mut batch = self.cut_overlong(size_bytes);
            batch.unterminated = true;
            return Finished { batches: vec![batch], held_bytes: 0 };
        }
        let whole = memchr::memrchr(b'\n', &self.buffer).map_or(0, |at| at + 1);
        let open = self.buffer.len() - whole;
        let held = if tail == Tail::HoldBack { open } else { 0 };
        let end = self.buffer.len() - held;
        if end == 0 {
            return Finished { batches: Vec::new(), held_bytes: held as u64 };
        }
        let mut batch = self.cut(end);
        batch.unterminated = open > held;
        Finished { batches: vec![batch], held_bytes: held as u64 }
    }
}

impl<H: Headers> LineFramer<H> {
    fn take(&mut self, piece: &[u8], batches: &mut Vec<RawBatch>) {
        let mut piece = piece;
        if let Some(size) = self.overlong {
            let Some(end) = memchr::memchr(b'\n', piece) else {
                self.overlong = Some(size.saturating_add(piece.len() as u64));
                return;
            };
            batches.push(self.cut_overlong(size.saturating_add(end as u64 + 1)));
            piece = piece.get(end + 1..).unwrap_or_default();
        }
        self.buffer.extend_from_slice(piece);
        while self.cut_if_full(batches) {}
    }

    /// Cuts one batch off the buffer where it holds enough; true where there may be more to cut.
    fn cut_if_full(&mut self, batches: &mut Vec<RawBatch>) -> bool {
        if let Some(end) = self.end_of_many_lines() {
            batches.push(self.cut(end));
            return true;
        }
        let from = self.searched.max(TARGET_BATCH_BYTES - 1);
        let Some(unsearched) = self.buffer.get(from..) else { return false };
        let line_break = memchr::memchr(b'\n', unsearched).map(|at| from + at);
        let end = line_break.map_or(self.buffer.len(), |at| at + 1);
        let line_start = self.open_line.unwrap_or_else(|| {
            let before = self.buffer.get(..line_break.unwrap_or(end)).unwrap_or_default();
            memchr::memrchr(b'\n', before).map_or(0, |at| at + 1)
        });
        let line_bytes = end - line_start;
        if line_bytes > MAX_RECORD_BYTES {
            if line_start > 0 {
                batches.push(self.cut(line_start));
            }
            let Some(_) = line_break else {
                self.overlong = Some(self.buffer.len() as u64);
                self.buffer.truncate(MAX_REJECT_BYTES);
                return false;
            };
            let rest = self.buffer.split_off(line_bytes);
            self.buffer.truncate(MAX_REJECT_BYTES);
            batches.push(self.cut_overlong(line_bytes as u64));
            self.buffer = rest;
            return true;
        }
        if line_break.is_none() {
            self.searched = end;
            self.open_line = Some(line_start);
            return false;
        }
        batches.push(self.cut(end));
        true
    }

    /// Where the batch has as many lines as it may have, if that is before it has its size.
    fn end_of_many_lines(&mut self) -> Option<usize> {
        let end = self.buffer.len().min(TARGET_BATCH_BYTES);
        let uncounted = self.buffer.get(self.counted..end)?;
        for line_break in memchr::memchr_iter(b'\n', uncounted) {
            self.lines += 1;
            if self.lines == MAX_BATCH_LINES {
                return Some(self.counted + line_break + 1);
            }
        }
        self.counted = end;
        None
    }

    /// Cuts the first `end` bytes off the buffer.
    fn cut(&mut self, end: usize) -> RawBatch {
        let mut rest = Vec::with_capacity(TARGET_BATCH_BYTES);
        rest.extend_from_slice(self.buffer.get(end..).unwrap_or_default());
        let mut bytes = mem::replace(&mut self.buffer, rest);
        bytes.truncate(end);
        let batch = RawBatch {
            position: self.position,
            bytes,
            records: None,
            blocks: Vec::new(),
            decoded: DecodedRecords::default(),
            preamble: self.preamble(),
            unterminated: false,
            overlong: None,
        };
        self.go_on(batch.end());
        self.note_headers(&batch.bytes);
        batch
    }

    /// Ends the line of which the buffer holds the first part.
    fn cut_overlong(&mut self, size_bytes: u64) -> RawBatch {
        let batch = RawBatch {
            position: self.position,
            bytes: mem::take(&mut self.buffer),
            records: None,
            blocks: Vec::new(),
            decoded: DecodedRecords::default(),
            preamble: self.preamble(),
            unterminated: false,
            overlong: Some(Overlong { size_bytes }),
        };
        self.go_on(batch.end());
        batch
    }

    fn preamble(&self) -> Preamble {
        Preamble { name: Arc::clone(&self.name), header: Arc::clone(&self.header) }
    }

    fn go_on(&mut self, position: u64) {
        self.position = position;
        self.lines = 0;
        self.counted = 0;
        self.searched = 0;
        self.open_line = None;
        self.overlong = None;
    }

    fn note_headers(&mut self, bytes: &[u8]) {
        let Some(mark) = H::MARK else { return };
        let mut found = false;
        let first = bytes.first().map(|_| 0);
        let needle = [b'\n', mark];
        let later = memchr::memmem::find_iter(bytes, &needle).map(|at| at + 1);
        for start in first.into_iter().chain(later) {
            let line = bytes.get(start..).unwrap_or_default();
            let line = line.split(|&byte| byte == b'\n').next().unwrap_or_default();
            if line.first() == Some(&mark) && line.len() <= MAX_HEADER_BYTES {
                self.headers.note(line);
                found = true;
            }
        }
        if found {
            self.header = self.headers.in_force().into();
        }
    }

    fn remember(&mut self, piece: &[u8], mark: u8) {
        let is_header = self.skipped.first().or(piece.first()) == Some(&mark);
        let limit = if is_header { MAX_HEADER_BYTES } else { 1 };
        let room = limit.saturating_sub(self.skipped.len());
        self.skipped.extend(piece.iter().take(room));
    }
}
