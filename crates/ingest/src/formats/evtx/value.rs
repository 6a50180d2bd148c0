//! Values of every BinXML type to the text that Windows writes for them. Spec: [MS-EVEN6] 2.2.12, 3.1.4.7.3.

use std::ops::Range;

use super::{
    bytes,
    text::{Place, Text, Units, Value},
    time,
};

/// The value types that a reader has to tell apart.
pub(super) mod kind {
    pub(in super::super) const NULL: u8 = 0x00;
    pub(in super::super) const STRING: u8 = 0x01;
    pub(in super::super) const ANSI: u8 = 0x02;
    pub(in super::super) const BINARY: u8 = 0x0e;
    pub(in super::super) const FILETIME: u8 = 0x11;
    pub(in super::super) const SID: u8 = 0x13;
    pub(in super::super) const BINXML: u8 = 0x21;
    /// Event XML as text.
    pub(in super::super) const XML: u8 = 0x23;
    /// Set in the types of arrays.
    pub(in super::super) const ARRAY: u8 = 0x80;
}

const HEX_LOWER: [u8; 16] = *b"0123456789abcdef";
const HEX_UPPER: [u8; 16] = *b"0123456789ABCDEF";

/// Writes a value. Sizes that do not fit the type are what a damaged or careless writer left: numbers are read from
/// the bytes that are there, anything else is written as bytes.
#[inline]
pub(super) fn push(text: &mut Text, kind: u8, chunk: &[u8], at: Range<usize>, place: Place) -> Value {
    if kind == kind::STRING {
        return text.push_utf16(Units::new(chunk, at.start, at.end), place);
    }
    let bytes = chunk.get(at).unwrap_or_default();
    match kind {
        0x06 | 0x08 | 0x0a | 0x04 => push_unsigned(text, unsigned(bytes, width(kind))),
        0x14 | 0x15 => push_hex(text, unsigned(bytes, width(kind))),
        0x0f => push_guid(text, bytes),
        kind::SID => push_sid(text, bytes),
        kind::FILETIME => match bytes::u64(bytes, 0) {
            Some(ticks) => text.push_form(time::FORM, |to| time::write_filetime(ticks, to)),
            None => push_bytes(text, bytes),
        },
        _ => push_rare(text, kind, bytes, place),
    }
}

fn push_rare(text: &mut Text, kind: u8, bytes: &[u8], place: Place) -> Value {
    match kind {
        kind::NULL | kind::BINXML => text.push_ascii(b""),
        kind::ANSI => text.push_chars(bytes.iter().filter(|&&byte| byte != 0).map(|&byte| ansi(byte)), place),
        0x03 | 0x05 | 0x07 | 0x09 => push_signed(text, signed(bytes, width(kind))),
        0x0b => match bytes::array(bytes, 0) {
            Some(value) => push_float(text, &format!("{:?}", f32::from_le_bytes(value))),
            None => push_bytes(text, bytes),
        },
        0x0c => match bytes::array(bytes, 0) {
            Some(value) => push_float(text, &format!("{:?}", f64::from_le_bytes(value))),
            None => push_bytes(text, bytes),
        },
        // Some providers put bit masks into booleans; Windows writes those as numbers.
        0x0d => match signed(bytes, 4) {
            0 => text.push_ascii(b"false"),
            1 => text.push_ascii(b"true"),
            other => push_signed(text, other),
        },
        // A pointer or size is as wide as the machine's words.
        0x10 => push_hex(text, unsigned(bytes, 8)),
        0x12 => match bytes::array(bytes, 0) {
            Some(fields) => text.push_form(time::FORM, |to| time::write_systemtime(&fields, to)),
            None => push_bytes(text, bytes),
        },
        kind::XML => text.push_utf16(Units::new(bytes, 0, bytes.len()), place),
        _ if kind & kind::ARRAY != 0 => push_list(text, kind, bytes, place),
        _ => push_bytes(text, bytes),
    }
}

/// The item of an array that starts here, and where the next one does.
pub(super) fn item(array: u8, bytes: &[u8], start: usize) -> Option<(usize, usize)> {
    let rest = bytes.get(start..).filter(|rest| !rest.is_empty())?;
    let size = match array & !kind::ARRAY {
        kind::STRING => {
            let end = rest.as_chunks::<2>().0.iter().position(|unit| *unit == [0, 0]);
            return Some(
                end.map_or((start + rest.len(), start + rest.len()), |at| (start + 2 * at, start + 2 * at + 2)),
            );
        }
        kind::ANSI => {
            let end = memchr::memchr(0, rest);
            return Some(end.map_or((start + rest.len(), start + rest.len()), |at| (start + at, start + at + 1)));
        }
        kind::SID => 8 + 4 * usize::from(rest.get(1).copied().unwrap_or_default()),
        other => size(other).unwrap_or_else(|| width(other)),
    };
    let end = start + size.min(rest.len());
    Some((end, end))
}

/// An array where no element can be repeated for it.
fn push_list(text: &mut Text, array: u8, bytes: &[u8], place: Place) -> Value {
    // Items of no known size would be bytes, each with a comma.
    if matches!(array & !kind::ARRAY, kind::NULL | kind::BINARY | 0x16..) {
        return push_bytes(text, bytes);
    }
    let start = text.plain.len();
    let mut one = Text::default();
    let mut at = 0;
    while let Some((end, next)) = item(array, bytes, at) {
        if at > 0 {
            text.plain.push(b',');
        }
        one.clear();
        let value = push(&mut one, array & !kind::ARRAY, bytes, at..end, Place::Content);
        text.plain.extend_from_slice(one.bytes(value));
        at = next;
    }
    let list = text.plain.split_off(start);
    text.push_chars(String::from_utf8_lossy(&list).chars(), place)
}

/// Bytes of a value whose type says it.
pub(super) fn size(kind: u8) -> Option<usize> {
    match kind {
        0x03..=0x0a | 0x14 | 0x15 => Some(width(kind)),
        0x0b | 0x0d => Some(4),
        0x0c | kind::FILETIME => Some(8),
        0x0f | 0x12 => Some(16),
        _ => None,
    }
}

/// Bytes of a whole number or of the item of an array of them.
fn width(kind: u8) -> usize {
    match kind {
        0x03 | 0x04 => 1,
        0x05 | 0x06 => 2,
        0x07 | 0x08 | 0x14 => 4,
        0x09 | 0x0a | 0x15 | 0x10 => 8,
        _ => 1,
    }
}

#[inline]
fn unsigned(bytes: &[u8], width: usize) -> u64 {
    let whole = match width {
        1 => bytes::u8(bytes, 0).map(u64::from),
        2 => bytes::u16(bytes, 0).map(u64::from),
        4 => bytes::u32(bytes, 0).map(u64::from),
        _ => bytes::u64(bytes, 0),
    };
    whole.unwrap_or_else(|| unsigned_of_few(bytes, width))
}

fn unsigned_of_few(bytes: &[u8], width: usize) -> u64 {
    let mut wide = [0; 8];
    for (to, byte) in wide.iter_mut().zip(bytes.iter().take(width)) {
        *to = *byte;
    }
    u64::from_le_bytes(wide)
}

fn signed(bytes: &[u8], width: usize) -> i64 {
    let unused = 64 - 8 * bytes.len().min(width).max(1) as u32;
    (unsigned(bytes, width) << unused) as i64 >> unused
}

#[inline]
fn push_unsigned(text: &mut Text, value: u64) -> Value {
    // Versions, levels and opcodes.
    if value < 10 {
        return text.push_ascii(&[b'0' + value as u8]);
    }
    let count = value.checked_ilog10().unwrap_or(0) as usize + 1;
    let zeros = [b'0'; 20];
    text.push_form(zeros.get(..count).unwrap_or_default(), |digits| time::put(digits, value))
}

fn push_signed(text: &mut Text, value: i64) -> Value {
    let start = text.xml.len();
    if value < 0 {
        text.push_ascii(b"-");
    }
    push_unsigned(text, value.unsigned_abs());
    text.since(start)
}

/// `0x` and as many digits as needed.
fn push_hex(text: &mut Text, value: u64) -> Value {
    let form = *b"0x0000000000000000";
    let count = (16 - (value.leading_zeros() / 4) as usize).max(1);
    text.push_form(form.get(..2 + count).unwrap_or_default(), |digits| {
        let mut rest = value;
        for digit in digits.iter_mut().skip(2).rev() {
            *digit = hex_digit(&HEX_LOWER, rest);
            rest >>= 4;
        }
    })
}

#[inline]
fn hex_digit(digits: &[u8; 16], value: u64) -> u8 {
    digits.get((value & 0xf) as usize).copied().unwrap_or(b'?')
}

fn push_guid(text: &mut Text, bytes: &[u8]) -> Value {
    let Some([d1, d2, d3, d4, e1, e2, f1, f2, rest @ ..]) = bytes::array::<16>(bytes, 0) else {
        return push_bytes(text, bytes);
    };
    let [g1, g2, h @ ..] = rest;
    text.push_form(b"{00000000-0000-0000-0000-000000000000}", |guid| {
        put_hex(guid, 1, &[d4, d3, d2, d1]);
        put_hex(guid, 10, &[e2, e1]);
        put_hex(guid, 15, &[f2, f1]);
        put_hex(guid, 20, &[g1, g2]);
        put_hex(guid, 25, &h);
    })
}

#[inline]
fn put_hex(to: &mut [u8], start: usize, bytes: &[u8]) {
    let pairs = to.get_mut(start..).unwrap_or_default().as_chunks_mut::<2>().0;
    for (pair, &byte) in pairs.iter_mut().zip(bytes) {
        *pair = [hex_digit(&HEX_LOWER, u64::from(byte) >> 4), hex_digit(&HEX_LOWER, byte.into())];
    }
}

/// `S-1-5-21-...`: revision, number of sub-authorities, authority as a big number of 48 bits, sub-authorities.
fn push_sid(text: &mut Text, bytes: &[u8]) -> Value {
    let Some(([revision, count, authority @ ..], rest)) = bytes.split_first_chunk::<8>() else {
        return push_bytes(text, bytes);
    };
    let [a0, a1, a2, a3, a4, a5] = *authority;
    let start = text.xml.len();
    text.push_ascii(b"S-");
    push_unsigned(text, (*revision).into());
    text.push_ascii(b"-");
    push_unsigned(text, u64::from_be_bytes([0, 0, a0, a1, a2, a3, a4, a5]));
    for sub in rest.as_chunks::<4>().0.iter().take((*count).into()) {
        text.push_ascii(b"-");
        push_unsigned(text, u32::from_le_bytes(*sub).into());
    }
    text.since(start)
}

/// Bytes as upper-case hex digits.
fn push_bytes(text: &mut Text, bytes: &[u8]) -> Value {
    let start = text.xml.len();
    text.xml.reserve(2 * bytes.len());
    for &byte in bytes {
        let pair = [hex_digit(&HEX_UPPER, u64::from(byte) >> 4), hex_digit(&HEX_UPPER, byte.into())];
        text.xml.extend_from_slice(&pair);
    }
    text.since(start)
}

/// Rust writes `inf`, XML Schema `INF`.
fn push_float(text: &mut Text, shortest: &str) -> Value {
    text.push_ascii(shortest.replace("inf", "INF").as_bytes())
}

/// Windows-1252, the usual ANSI code page; the file does not say which one the writer had.
fn ansi(byte: u8) -> char {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘',
        '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    HIGH.get(usize::from(byte).wrapping_sub(0x80)).copied().unwrap_or(char::from(byte))
}
