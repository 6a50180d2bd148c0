//! Walks the records of a batch whose records are lines, and rejects those that no format could read.

use crate::{
    MAX_RECORD_BYTES, Overlong, RawBatch,
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

/// Some tools put it before the first line.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Reads every line that is not blank with `read`; a fault becomes a reject with the line's bytes.
pub(crate) fn read_lines<'a>(
    raw: &'a RawBatch,
    output: &mut Output,
    mut read: impl FnMut(Line<'a>, &mut Output) -> Result<(), Fault>,
) {
    if let Some(overlong) = raw.overlong {
        output.reject(too_long(raw, overlong));
        return;
    }
    // Checking a whole batch at once is several times faster than checking line by line.
    let whole = checked(&raw.bytes).ok();
    let mut start = if raw.position == 0 && raw.bytes.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
    while let Some(rest) = raw.bytes.get(start..).filter(|rest| !rest.is_empty()) {
        let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let bytes = rest.get(..length).unwrap_or_default();
        let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        let position = raw.position.saturating_add(start as u64);
        let text = whole.and_then(|whole| whole.get(start..start + bytes.len()));
        start += length + 1;
        if bytes.iter().all(|&byte| byte == b' ') {
            continue;
        }
        let text = text.map_or_else(|| checked(bytes), Ok);
        let Err(fault) = text.and_then(|text| read(Line { position, text }, output)) else { continue };
        let is_cut_off = raw.unterminated && length == rest.len();
        let fault = if is_cut_off { truncated(&fault) } else { fault };
        output.reject(Reject::new(position, bytes, fault));
    }
}

fn too_long(raw: &RawBatch, overlong: Overlong) -> Reject {
    let detail = format!("the record has {} bytes, at most {MAX_RECORD_BYTES} are read", overlong.size_bytes);
    let reject = Reject::new(raw.position, &raw.bytes, Fault::new(Reason::TooLong, detail));
    Reject { size_bytes: overlong.size_bytes, ..reject }
}

fn truncated(fault: &Fault) -> Fault {
    Fault::new(Reason::Truncated, format!("the stream ends within the record: {}", fault.detail))
}

/// The bytes as text.
fn checked(bytes: &[u8]) -> Result<&str, Fault> {
    if let Some(at) = memchr::memchr(0, bytes) {
        return Err(Fault::new(Reason::NulByte, format!("NUL at byte {at}")));
    }
    let is_no_text = |at| Fault::new(Reason::InvalidUtf8, format!("not UTF-8 from byte {at}"));
    std::str::from_utf8(bytes).map_err(|error| is_no_text(error.valid_up_to()))
}
