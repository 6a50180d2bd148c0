//! Walks the records of a batch, and rejects those that no text format could read.

use std::collections::BTreeMap;

use crate::{
    Overlong, RawBatch, Span,
    legacy::{self, Decoded},
    mapping::Output,
    parsed::{Fault, Reason, Reject},
};

/// One record as it came; a line is without its line break.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Input<'a> {
    /// Byte offset in the source.
    pub(crate) position: u64,
    pub(crate) text: &'a str,
}

/// Some tools put it before the first line.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Reads every record that is not blank with `read`; a fault becomes a reject with the record's bytes. A record that is
/// not UTF-8 is read as what it is likely to be, and says so in its row.
pub(crate) fn read_records<'a>(
    raw: &'a RawBatch,
    output: &mut Output,
    mut read: impl FnMut(Input<'a>, &mut Output) -> Result<(), Fault>,
) {
    // Checking a whole batch at once is several times faster than checking record by record.
    let whole = checked(&raw.bytes).ok();
    read_bytes(raw, output, |span, bytes, output| {
        let position = raw.position.saturating_add(span.start as u64);
        let fault = match whole.and_then(|whole| whole.get(span.start..span.end)).map_or_else(|| checked(bytes), Ok) {
            Ok(text) => return read(Input { position, text }, output),
            Err(fault) => fault,
        };
        let decoded = raw.decoded.get_or(|| decoded_records(raw), span.start);
        let decoded = decoded.filter(|_| fault.reason == Reason::InvalidUtf8).ok_or(fault)?;
        output.note_encoding(&decoded.encoding);
        let result = read(Input { position, text: &decoded.text }, output);
        output.note_encoding("");
        result
    });
}

/// Every record of the batch that is text and no UTF-8.
fn decoded_records(raw: &RawBatch) -> BTreeMap<usize, Decoded> {
    let is_odd = |bytes: &[u8]| checked(bytes).is_err_and(|fault| fault.reason == Reason::InvalidUtf8);
    let mut decoded = BTreeMap::new();
    let mut add = |span: Span| {
        let bytes = raw.bytes.get(span.start..span.end).filter(|bytes| is_odd(bytes));
        decoded.extend(bytes.map(|bytes| (span.start, legacy::decode(bytes))));
    };
    match &raw.records {
        Some(spans) => spans.iter().for_each(|&span| add(span)),
        None => lines(raw).for_each(|(span, _)| add(span)),
    }
    decoded
}

/// The same for formats whose records need not be text.
pub(crate) fn read_bytes<'a>(
    raw: &'a RawBatch,
    output: &mut Output,
    mut read: impl FnMut(Span, &'a [u8], &mut Output) -> Result<(), Fault>,
) {
    if let Some(overlong) = raw.overlong {
        output.reject(too_long(raw, overlong));
        return;
    }
    let mut one = |span: Span, is_last: bool, output: &mut Output| {
        let bytes = raw.bytes.get(span.start..span.end).unwrap_or_default();
        if bytes.iter().all(|&byte| byte == b' ') {
            return;
        }
        let Err(fault) = read(span, bytes, output) else { return };
        let fault = if is_last && raw.unterminated { truncated(&fault) } else { fault };
        output.reject(Reject::new(raw.position.saturating_add(span.start as u64), bytes, fault));
    };
    match &raw.records {
        Some(spans) => {
            let last = spans.len().saturating_sub(1);
            spans.iter().enumerate().for_each(|(place, &span)| one(span, place == last, output));
        }
        None => lines(raw).for_each(|(span, is_last)| one(span, is_last, output)),
    }
}

/// The lines of a batch without their line breaks, and whether the batch ends within the line.
fn lines(raw: &RawBatch) -> impl Iterator<Item = (Span, bool)> {
    let mut start = if raw.position == 0 && raw.bytes.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
    std::iter::from_fn(move || {
        let rest = raw.bytes.get(start..).filter(|rest| !rest.is_empty())?;
        let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let line = rest.get(..length).unwrap_or_default();
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let span = Span { start, end: start + line.len() };
        start += length + 1;
        Some((span, length == rest.len()))
    })
}

fn too_long(raw: &RawBatch, overlong: Overlong) -> Reject {
    let detail = format!("the record has {} bytes or more, which is too long to be one", overlong.size_bytes);
    let reject = Reject::new(raw.position, &raw.bytes, Fault::new(Reason::TooLong, detail));
    Reject { size_bytes: overlong.size_bytes, ..reject }
}

fn truncated(fault: &Fault) -> Fault {
    Fault::new(Reason::Truncated, format!("the stream ends within the record: {}", fault.detail))
}

/// The bytes as text.
pub(crate) fn checked(bytes: &[u8]) -> Result<&str, Fault> {
    if let Some(at) = memchr::memchr(0, bytes) {
        return Err(Fault::new(Reason::NulByte, format!("NUL at byte {at}")));
    }
    let is_no_text = |at| Fault::new(Reason::InvalidUtf8, format!("not UTF-8 from byte {at}"));
    std::str::from_utf8(bytes).map_err(|error| is_no_text(error.valid_up_to()))
}
