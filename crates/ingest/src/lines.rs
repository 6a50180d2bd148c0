//! Walks the records of a batch whose records are lines, and rejects those that no format could read.

use crate::{
    RawBatch,
    mapping::Output,
    parsed::{Fault, Reason, Reject},
};

/// One line, without its line break.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line<'a> {
    /// Byte offset in the source.
    pub(crate) position: u64,
    pub(crate) text: &'a str,
}

/// Reads every line that is not blank with `read`; a fault becomes a reject with the line's bytes.
///
/// `is_comment` lines are read like others but are no records: their faults are not counted.
pub(crate) fn read_lines<'a>(
    raw: &'a RawBatch,
    output: &mut Output,
    mut read: impl FnMut(Line<'a>, &mut Output) -> Result<(), Fault>,
) {
    if let Some(overlong) = raw.overlong {
        let detail = format!("the record has {} bytes, at most {} are read", overlong.size_bytes, crate::MAX_RECORD_BYTES);
        let mut reject = Reject::new(raw.position, &raw.bytes, Fault::new(Reason::TooLong, detail));
        reject.size_bytes = overlong.size_bytes;
        output.reject(reject);
        return;
    }
    // Checking a whole batch at once is several times faster than checking line by line.
    let whole = std::str::from_utf8(&raw.bytes).ok().filter(|_| memchr::memchr(0, &raw.bytes).is_none());
    let mut start = 0;
    while start < raw.bytes.len() {
        let rest = raw.bytes.get(start..).unwrap_or_default();
        let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let bytes = without_frame(rest.get(..length).unwrap_or_default(), raw.position == 0 && start == 0);
        let at = start + if bytes.is_empty() { 0 } else { offset_within(rest, bytes) };
        let is_last_and_open = raw.unterminated && start + length == raw.bytes.len();
        start += length + 1;
        if bytes.iter().all(|&byte| byte == b' ') {
            continue;
        }
        let position = raw.position.saturating_add(at as u64);
        let text = match whole {
            Some(text) => text.get(at..at + bytes.len()).map_or_else(|| checked(bytes), Ok),
            None => checked(bytes),
        };
        let done = text.and_then(|text| read(Line { position, text }, output));
        let Err(fault) = done else { continue };
        let fault = if is_last_and_open {
            Fault::new(Reason::Truncated, format!("the stream ends within the record: {}", fault.detail))
        } else {
            fault
        };
        output.reject(Reject::new(position, bytes, fault));
    }
}

/// The line without carriage return, and without the byte order mark that some tools put before the first.
fn without_frame(line: &[u8], is_first: bool) -> &[u8] {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if is_first { line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line) } else { line }
}

/// 3 behind a byte order mark, otherwise 0.
fn offset_within(rest: &[u8], line: &[u8]) -> usize {
    if rest.starts_with(b"\xef\xbb\xbf") && !line.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 }
}

fn checked(line: &[u8]) -> Result<&str, Fault> {
    if let Some(at) = memchr::memchr(0, line) {
        return Err(Fault::new(Reason::NulByte, format!("NUL at byte {at}")));
    }
    std::str::from_utf8(line).map_err(|error| {
        Fault::new(Reason::InvalidUtf8, format!("not UTF-8 from byte {}", error.valid_up_to()))
    })
}
