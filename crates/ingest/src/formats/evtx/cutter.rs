//! Cuts a file into its chunks, and finds them again where bytes are missing or in between.

use super::{
    bytes,
    chunk::{self, Found, Records},
};
use crate::{
    Block, Span,
    frame::spans::{Cutter, Scan},
};

pub(super) const FILE_MAGIC: &[u8; 8] = b"ElfFile\0";

/// What the header of a file takes, unless it says otherwise.
pub(super) const FILE_HEADER_BYTES: usize = 4_096;

/// Finds chunks. Where a chunk has no chunk behind it, or is none itself, the next chunk is looked for by its header.
#[derive(Debug, Default)]
pub(super) struct Chunks {
    is_past_header: bool,
}

impl Cutter for Chunks {
    // A log grows inside of its last chunk and not behind it, so there is nothing to wait for.
    const ENDS_WITH_STREAM: bool = true;

    // Once the log is full, its oldest chunk is written anew; all others stay what they were.
    const IS_IN_BLOCKS: bool = true;

    fn block(batch: &[u8], span: Span) -> Option<Block> {
        block(batch.get(span.start..span.end)?, span)
    }

    fn next(&mut self, buffer: &[u8], scan: &mut Scan) -> Option<Span> {
        // With this much behind the chunk the header of one that begins within it can be checked.
        let enough = chunk::CHUNK_BYTES + chunk::HEADER_BYTES;
        let rest = buffer.get(scan.at..)?;
        if !self.is_past_header {
            scan.at += header_bytes(rest.get(..FILE_HEADER_BYTES + chunk::HEADER_BYTES)?);
            self.is_past_header = true;
        }
        buffer.get(scan.at..).filter(|rest| rest.len() >= enough)?;
        Some(piece(buffer, scan))
    }

    fn last(&mut self, buffer: &[u8], scan: &mut Scan) -> Option<Span> {
        if !self.is_past_header {
            scan.at = header_bytes(buffer.get(scan.at..).unwrap_or_default()).min(buffer.len());
            self.is_past_header = true;
        }
        (scan.at < buffer.len()).then(|| piece(buffer, scan))
    }
}

/// A chunk, or bytes between chunks. Files are made larger than needed: zeros at their end are nothing.
fn block(piece: &[u8], span: Span) -> Option<Block> {
    if piece.iter().all(|&byte| byte == 0) {
        return None;
    }
    let mut running = crc32fast::Hasher::new();
    let mut marks = Vec::new();
    let mut first: Option<(usize, usize)> = None;
    let mut reached = 0;
    for found in Records::new(piece) {
        let (start, end) = match found {
            Found::Record(record) => (record.start, record.end),
            // What is no record may be one once the rest of it is written: then it is another state of the chunk.
            Found::Gap { start, end, .. } => (start, end),
        };
        running.update(piece.get(start..end).unwrap_or_default());
        marks.push(running.clone().finalize() & MARK_BITS);
        first = first.or(Some((start, end)));
        reached = end.max(reached);
    }
    let (start, end) = first.unwrap_or((0, piece.len()));
    let reached = if first.is_some() { reached } else { piece.len() };
    let first = Span { start: span.start + start, end: span.start + end };
    Some(Block { start: span.start, end: span.start + reached, first, marks })
}

/// Marks are kept for every record that was ever read. That these bits are equal by chance in all records of two chunks
/// that begin alike would take one in 16 million.
const MARK_BITS: u32 = 0x00ff_ffff;

/// Bytes before the first chunk.
fn header_bytes(file: &[u8]) -> usize {
    if chunk::has_magic(file) {
        return 0;
    }
    let stated = bytes::u16(file, 40).map_or(0, usize::from);
    let says_where = file.starts_with(FILE_MAGIC) && (128..=FILE_HEADER_BYTES).contains(&stated);
    if says_where { stated } else { FILE_HEADER_BYTES }
}

/// The chunk that starts here, or what lies before the next one.
fn piece(buffer: &[u8], scan: &mut Scan) -> Span {
    let start = scan.at;
    let rest = buffer.get(start..).unwrap_or_default();
    let behind = rest.get(chunk::CHUNK_BYTES..).unwrap_or_default();
    let size = rest.len().min(chunk::CHUNK_BYTES);
    // Before the end, or zeros, only its checksums tell that a chunk has all of its bytes.
    let is_regular = chunk::has_magic(rest) && (chunk::has_magic(behind) || chunk::is_sound(rest));
    let size = if is_regular { size } else { chunk::find(rest, 1).map_or(size, |next| next.min(size)) };
    scan.at = start + size;
    Span { start, end: start + size }
}
