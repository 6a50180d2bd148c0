//! Bytes that a log writes as `\xHH`.

use std::mem;

/// Appends escaped bytes that stood side by side, as text where they are text, and empties them.
///
/// Control characters other than blanks and bytes that are no UTF-8 stay as `\xHH`, so that no text holds a NUL and
/// nothing is lost.
pub(crate) fn push_bytes(bytes: &mut Vec<u8>, to: &mut String) {
    if bytes.is_empty() {
        return;
    }
    for chunk in mem::take(bytes).utf8_chunks() {
        for character in chunk.valid().chars() {
            let is_text = !character.is_ascii_control() || matches!(character, '\t' | '\n' | '\r' | '\x08' | '\x0c');
            if is_text { to.push(character) } else { push_hex(character as u8, to) }
        }
        chunk.invalid().iter().for_each(|&byte| push_hex(byte, to));
    }
}

fn push_hex(byte: u8, to: &mut String) {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or('0');
    to.push_str("\\x");
    to.push(digit(byte >> 4));
    to.push(digit(byte & 0xf));
}
