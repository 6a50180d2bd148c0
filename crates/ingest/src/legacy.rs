//! Text that is not UTF-8: kept by reading its bytes as Windows-1252, in a way that can be undone.
//!
//! Older programs of Windows, devices and mail servers write one byte a character. A record of which no byte is part of
//! a UTF-8 character beyond ASCII is read as Windows-1252 whole. One that is UTF-8 but for a few bytes, as where a
//! program has cut it within a character, stays UTF-8, and only those bytes are read as Windows-1252. Which it was is
//! said in `attrs` as `_encoding`, so that the bytes can be made again from the text.

use std::borrow::Cow;

/// With more bytes that are no UTF-8 a record is of another encoding, and what looks like UTF-8 in it is chance.
const MOST_ODD_BYTES: usize = 8;

/// Characters of the bytes 0x80 to 0x9f. Those that Windows-1252 leaves free are the control characters of the same
/// number, as browsers have it, so that no two bytes are one character.
const HIGH: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// A record as text, and what its bytes were taken for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Decoded {
    pub(crate) text: String,
    /// `windows-1252`, or `utf-8, windows-1252 at 17 18` with the offsets of the bytes.
    pub(crate) encoding: String,
}

/// Reads bytes that are not UTF-8.
pub(crate) fn decode(bytes: &[u8]) -> Decoded {
    let mut odd = Vec::new();
    let mut has_characters = false;
    let mut at = 0;
    let mut mixed = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        mixed.push_str(chunk.valid());
        has_characters |= !chunk.valid().is_ascii();
        at += chunk.valid().len();
        odd.extend((at..).take(chunk.invalid().len()).take(MOST_ODD_BYTES + 1));
        mixed.extend(chunk.invalid().iter().map(|&byte| character(byte)));
        at += chunk.invalid().len();
    }
    if has_characters && odd.len() <= MOST_ODD_BYTES {
        let places: Vec<String> = odd.iter().map(usize::to_string).collect();
        return Decoded { text: mixed, encoding: format!("utf-8, windows-1252 at {}", places.join(" ")) };
    }
    Decoded { text: bytes.iter().map(|&byte| character(byte)).collect(), encoding: "windows-1252".to_owned() }
}

/// The start of a stream as text to recognise it by. What has NUL bytes is no text; a character that the start cuts is
/// left as it is.
pub(crate) fn readable(head: &[u8]) -> Cow<'_, [u8]> {
    let is_text = match std::str::from_utf8(head) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none(),
    };
    if is_text || memchr::memchr(0, head).is_some() {
        return Cow::Borrowed(head);
    }
    Cow::Owned(decode(head).text.into_bytes())
}

fn character(byte: u8) -> char {
    let high = byte.checked_sub(0x80).and_then(|at| HIGH.get(usize::from(at)).copied());
    high.unwrap_or(char::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], text: &str, encoding: &str) {
        assert_eq!(decode(bytes), Decoded { text: text.to_owned(), encoding: encoding.to_owned() });
    }

    #[test]
    fn one_byte_a_character() {
        check(b"M\xfcller \x80 5\x96", "Müller € 5–", "windows-1252");
        // Together these two would be a character of UTF-8, but other bytes say that nothing is.
        check(b"\xc3\xa9 \xe9\xe9\xe9\xe9\xe9\xe9\xe9\xe9\xe9", "Ã© ééééééééé", "windows-1252");
    }

    #[test]
    fn utf8_that_was_cut_stays_utf8() {
        check("Žižek sa\u{17e}".as_bytes().split_last().expect("bytes").1, "Žižek saÅ", "utf-8, windows-1252 at 10");
    }

    #[test]
    fn every_byte_is_a_character_of_its_own() {
        let bytes: Vec<u8> = (0..=255).collect();
        let characters: std::collections::BTreeSet<char> = bytes.iter().map(|&byte| character(byte)).collect();
        assert_eq!(characters.len(), 256);
    }

    #[test]
    fn binary_heads_are_left_alone() {
        assert_eq!(readable(b"\x00\xff"), &b"\x00\xff"[..]);
        assert_eq!(readable(b"caf\xc3"), &b"caf\xc3"[..]);
        assert_eq!(readable(b"caf\xe9 "), "café ".as_bytes());
    }
}
