//! Finds the records of a chunk, also of a damaged one: by their sizes, and by their marks where sizes lead nowhere.

use super::bytes;
use crate::parsed::{Fault, Reason};

pub(super) const CHUNK_BYTES: usize = 1 << 16;

/// What the header of a chunk takes, with its tables of names and templates.
pub(super) const HEADER_BYTES: usize = 512;

const MAGIC: &[u8; 8] = b"ElfChnk\0";

const RECORD_MAGIC: &[u8; 4] = b"**\0\0";

/// Magic, size, number and time of a record, before its BinXML.
pub(super) const RECORD_HEADER_BYTES: usize = 24;

/// A record also ends with a copy of its size.
const SIZE_COPY_BYTES: usize = 4;

/// How the BinXML of every record begins: a fragment header of version 1.1.
const FRAGMENT_HEADER: &[u8; 4] = &[0x0f, 0x01, 0x01, 0x00];

/// Flag of a chunk whose checksums were never written.
const NO_CHECKSUM: u32 = 4;

pub(super) fn has_magic(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// The next chunk at or behind `from` whose header is whole.
pub(super) fn find(bytes: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    memchr::memmem::find_iter(rest, MAGIC)
        .map(|at| from + at)
        .find(|&at| bytes.get(at..).is_some_and(|chunk| Header::read(chunk).is_some_and(|header| header.is_whole)))
}

/// Whether all checksums of the chunk that starts here are right.
pub(super) fn is_sound(chunk: &[u8]) -> bool {
    Header::read(chunk).is_some_and(|header| header.fits(chunk))
}

/// What a chunk says of itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct Header {
    first_id: u64,
    last_id: u64,
    /// Where its records end.
    free: usize,
    records_checksum: u32,
    flags: u32,
    /// The header's own checksum is right.
    is_whole: bool,
}

impl Header {
    pub(super) fn read(chunk: &[u8]) -> Option<Self> {
        let header = chunk.first_chunk::<HEADER_BYTES>()?;
        let flags = bytes::u32(header, 120)?;
        let mut checksum = crc32fast::Hasher::new();
        checksum.update(bytes::slice(header, 0, 120)?);
        checksum.update(header.get(128..)?);
        let is_whole = flags & NO_CHECKSUM != 0 || bytes::u32(header, 124) == Some(checksum.finalize());
        Some(Self {
            first_id: bytes::u64(header, 24)?,
            last_id: bytes::u64(header, 32)?,
            free: bytes::offset(header, 48)?,
            records_checksum: bytes::u32(header, 52)?,
            flags,
            is_whole: is_whole && has_magic(header),
        })
    }

    /// Whether all checksums are right.
    fn fits(&self, chunk: &[u8]) -> bool {
        if !self.is_whole || self.flags & NO_CHECKSUM != 0 {
            return self.is_whole;
        }
        let records = chunk.get(HEADER_BYTES..self.free);
        records.is_some_and(|records| crc32fast::hash(records) == self.records_checksum)
    }
}

/// A record by its place in the chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) start: usize,
    /// Behind the record, with the copy of its size.
    pub(super) end: usize,
    pub(super) id: u64,
    /// When it was written, as a FILETIME.
    pub(super) written: u64,
}

impl Record {
    /// Where its BinXML starts and at most ends.
    pub(super) fn binxml(&self) -> (usize, usize) {
        (self.start + RECORD_HEADER_BYTES, self.end)
    }
}

/// What is found in a chunk.
#[derive(Debug)]
pub(super) enum Found {
    Record(Record),
    /// Bytes that should be records and are none.
    Gap {
        start: usize,
        end: usize,
        fault: Fault,
    },
}

/// Looks for records from the start of a chunk to its end.
#[derive(Debug)]
pub(super) struct Records<'c> {
    chunk: &'c [u8],
    header: Option<Header>,
    at: usize,
    /// Where records end, as far as the header can be believed.
    end: usize,
    last_id: Option<u64>,
}

impl<'c> Records<'c> {
    pub(super) fn new(chunk: &'c [u8]) -> Self {
        let header = Header::read(chunk);
        let header = header.filter(|header| header.is_whole);
        let free = header.map(|header| header.free).filter(|free| (HEADER_BYTES..=CHUNK_BYTES).contains(free));
        let end = free.unwrap_or(chunk.len()).min(chunk.len());
        // Without its mark it may be anything, so that records may begin anywhere.
        let has_header = (has_magic(chunk) || header.is_some()) && end >= HEADER_BYTES;
        let at = if has_header { HEADER_BYTES } else { 0 };
        Self { chunk, header, at, end, last_id: None }
    }

    /// Whether all checksums are right.
    pub(super) fn is_sound(&self) -> bool {
        self.header.is_some_and(|header| header.fits(self.chunk))
    }

    /// The record that starts here and says where it ends, twice and alike.
    fn sure(&self, start: usize) -> Option<Record> {
        let size = bytes::offset(self.chunk, start + 4)?;
        let end = start.checked_add(size).filter(|_| size >= RECORD_HEADER_BYTES + SIZE_COPY_BYTES)?;
        let agrees = bytes::offset(self.chunk, end - SIZE_COPY_BYTES) == Some(size);
        let is_marked = self.has_mark(start) || self.has_fragment(start);
        (agrees && is_marked).then(|| self.record(start, end)).flatten()
    }

    /// The record that starts here, whatever it says of its end.
    fn likely(&self, start: usize) -> Option<Record> {
        if !self.has_mark(start) || start + RECORD_HEADER_BYTES >= self.chunk.len() {
            return None;
        }
        let stated = bytes::offset(self.chunk, start + 4).and_then(|size| start.checked_add(size));
        let end = stated.filter(|&end| end > start + RECORD_HEADER_BYTES + SIZE_COPY_BYTES && end <= self.chunk.len());
        // Where the size is wrong, the next record tells the end.
        let next = self.next_start(start + 4, end.unwrap_or(self.chunk.len()));
        let end = next.or(end).unwrap_or(self.end.max(start + RECORD_HEADER_BYTES));
        self.record(start, end)
    }

    fn record(&self, start: usize, end: usize) -> Option<Record> {
        let id = bytes::u64(self.chunk, start + 8)?;
        let written = bytes::u64(self.chunk, start + 16)?;
        Some(Record { start, end, id, written })
    }

    fn has_mark(&self, start: usize) -> bool {
        self.chunk.get(start..).is_some_and(|rest| rest.starts_with(RECORD_MAGIC))
    }

    fn has_fragment(&self, start: usize) -> bool {
        bytes::array(self.chunk, start + RECORD_HEADER_BYTES).as_ref() == Some(FRAGMENT_HEADER)
    }

    /// The next sure record between two places that belongs to this chunk, with its mark or without.
    fn next_sure(&self, from: usize, to: usize) -> Option<Record> {
        let belongs = |start| self.sure(start).filter(|record| self.belongs(record));
        let marked = self.marks(from, to).find_map(belongs);
        let to = marked.map_or(to, |marked| marked.start);
        let fragments = self.chunk.get(from + RECORD_HEADER_BYTES..to + RECORD_HEADER_BYTES).unwrap_or_default();
        let unmarked = memchr::memmem::find_iter(fragments, FRAGMENT_HEADER).map(|at| from + at).find_map(belongs);
        unmarked.or(marked)
    }

    /// The next place between two where a record begins, as far as its mark, number and BinXML tell.
    fn next_start(&self, from: usize, to: usize) -> Option<usize> {
        let may_be = |&start: &usize| {
            let record = self.record(start, start);
            self.has_fragment(start) && record.is_some_and(|record| self.belongs(&record))
        };
        let likely = self.marks(from, to).find(may_be);
        self.next_sure(from, likely.unwrap_or(to)).map(|record| record.start).or(likely)
    }

    fn marks(&self, from: usize, to: usize) -> impl Iterator<Item = usize> {
        let between = self.chunk.get(from..to).unwrap_or_default();
        memchr::memmem::find_iter(between, RECORD_MAGIC).map(move |at| from + at)
    }

    /// A chunk is written anew once the log is full, so that older records may lie behind and between the newer.
    fn belongs(&self, record: &Record) -> bool {
        match self.header {
            Some(header) => (header.first_id..=header.last_id).contains(&record.id),
            None => self.last_id.is_none_or(|last| record.id > last),
        }
    }

    fn take(&mut self, record: Record) -> Found {
        self.at = record.end;
        self.last_id = Some(record.id);
        Found::Record(record)
    }

    /// Passes over what is no record, to the next one or to the end.
    fn pass_over(&mut self) -> Option<Found> {
        let start = self.at;
        let next = self.next_start(start + 1, self.end);
        self.at = next.unwrap_or(self.end);
        let gap = self.chunk.get(start..self.at).unwrap_or_default();
        let is_blank = gap.iter().all(|&byte| byte == 0);
        let is_all_there = match (self.header, self.last_id) {
            (Some(header), last) => last.is_some_and(|last| last >= header.last_id) || header.last_id == u64::MAX,
            (None, _) => true,
        };
        if is_blank && next.is_none() && is_all_there {
            return None;
        }
        let fault = if self.at == self.chunk.len() && self.has_mark(start) {
            Fault::new(Reason::Truncated, "the chunk ends within the record")
        } else if is_blank {
            Fault::new(Reason::CorruptBlock, "zeros where records should be")
        } else {
            Fault::new(Reason::CorruptBlock, "no record can be made out")
        };
        Some(Found::Gap { start, end: self.at, fault })
    }

    /// Records that were written after the header: they follow the last one without a gap.
    fn beyond(&mut self) -> Option<Found> {
        let next = self.sure(self.at)?;
        let follows = self.last_id.and_then(|last| last.checked_add(1)) == Some(next.id);
        if !follows {
            return None;
        }
        self.end = next.end;
        Some(self.take(next))
    }
}

impl Iterator for Records<'_> {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        if self.at >= self.end {
            return self.beyond();
        }
        match self.sure(self.at).or_else(|| self.likely(self.at)) {
            Some(record) => Some(self.take(record)),
            None => self.pass_over(),
        }
    }
}
