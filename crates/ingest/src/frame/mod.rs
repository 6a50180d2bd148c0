//! Cuts a stream into batches of whole records, in bounded memory. Neighbours: recognise before, `formats` after.
//!
//! Where a batch ends depends only on where it starts and on the bytes from there, never on how they were
//! pushed, so a re-run from a committed position gives the same batches: a batch is cut behind the first record that
//! ends at or after [`TARGET_BATCH_BYTES`], or behind [`MAX_BATCH_LINES`] records if that comes first. `lines` cuts
//! records that are lines, `spans` whatever a [`spans::Cutter`] finds, such as the JSON values of `json`.

pub(crate) mod json;
pub(crate) mod lines;
pub(crate) mod spans;

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, OnceLock},
};

use crate::legacy::Decoded;

/// Size at which a batch is cut: large enough that per-batch work vanishes, small enough that a few dozen fit
/// into memory together with their columns.
pub const TARGET_BATCH_BYTES: usize = 4 << 20;

/// More lines are not in a batch: every row has columns of its own, so that a batch of lines of two bytes would
/// otherwise take hundreds of times its size.
pub const MAX_BATCH_LINES: usize = 1 << 17;

/// A longer line is not a record but an accident or an attack; it becomes one reject.
pub const MAX_RECORD_BYTES: usize = 16 << 20;

/// Cuts one stream into batches. Bytes before a committed position go to [`Framer::skip`], the rest to
/// [`Framer::push`]; [`Framer::finish`] ends the stream.
pub trait Framer: Send + fmt::Debug {
    /// Passes over bytes that were committed by an earlier run; only headers are remembered.
    fn skip(&mut self, bytes: &[u8]);

    /// Takes bytes and gives the batches that are complete.
    fn push(&mut self, bytes: &[u8]) -> Vec<RawBatch>;

    /// Gives what is left.
    fn finish(&mut self, tail: Tail) -> Finished;

    /// Whether the stream is made of [`Block`]s, each a source by itself. Such a stream is always read from its start.
    fn is_in_blocks(&self) -> bool {
        false
    }
}

/// What to do with a last record that has no end, such as a line without line break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tail {
    /// The stream is complete: what is left is a record if it parses and a `truncated` reject otherwise.
    Take,
    /// The stream may grow: what is left stays outside, to be read by a later run.
    HoldBack,
}

/// The end of a stream.
#[derive(Debug)]
pub struct Finished {
    pub batches: Vec<RawBatch>,
    /// Bytes of an unfinished last record that were left out; 0 with [`Tail::Take`].
    pub held_bytes: u64,
}

/// Whole records, with all that is needed to parse them on any thread.
#[derive(Debug, Clone)]
pub struct RawBatch {
    /// Byte offset of `bytes[0]` in the decompressed source.
    pub position: u64,
    pub bytes: Vec<u8>,
    /// Where its records lie in `bytes`, in order; `None` where every line is one.
    pub records: Option<Vec<Span>>,
    /// Records that are not UTF-8, as text; made where they are asked for.
    pub(crate) decoded: DecodedRecords,
    /// The blocks that `records` are, where the stream is made of blocks.
    pub blocks: Vec<Block>,
    pub preamble: Preamble,
    /// The last record has no end of its own because the stream ended there.
    pub unterminated: bool,
    /// Set where the batch is one record that is too long; `bytes` then holds its first part.
    pub overlong: Option<Overlong>,
}

impl RawBatch {
    /// Byte offset behind the batch: what is committed with its rows.
    pub fn end(&self) -> u64 {
        let size = self.overlong.map_or(self.bytes.len() as u64, |line| line.size_bytes);
        self.position.saturating_add(size)
    }
}

/// A record within the bytes of its batch, from `start` up to `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub start: usize,
    pub end: usize,
}

/// Records of a batch that are not UTF-8, by where they start in it.
#[derive(Debug, Clone, Default)]
pub(crate) struct DecodedRecords(OnceLock<BTreeMap<usize, Decoded>>);

impl DecodedRecords {
    /// `decode` makes all of them, once.
    pub(crate) fn get_or(&self, decode: impl FnOnce() -> BTreeMap<usize, Decoded>, start: usize) -> Option<&Decoded> {
        self.0.get_or_init(decode).get(&start)
    }
}

/// A part of a file that is written by itself: it grows while other parts change, and stays when they are overwritten.
///
/// What is read of it is known again by its first record and its marks, wherever the rest of the file has got to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Offset in the batch.
    pub start: usize,
    /// Behind the last record so far.
    pub end: usize,
    /// The bytes that stay what they are however the block grows: its first record.
    pub first: Span,
    /// One number a record, made of all the records up to it: of two states of a block the marks of the earlier begin
    /// those of the later.
    pub marks: Vec<u32>,
}

/// The true size of a record that was too long to keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overlong {
    /// Whole length including its line break, if it had one.
    pub size_bytes: u64,
}

/// What parsing needs from before the batch.
#[derive(Debug, Clone, Default)]
pub struct Preamble {
    /// Name of the source as given when the stream was opened; some formats say their kind only there.
    pub name: Arc<str>,
    /// Header lines in force at the start of the batch, as they came, one a line.
    pub header: Arc<[u8]>,
}

#[cfg(test)]
mod tests;
