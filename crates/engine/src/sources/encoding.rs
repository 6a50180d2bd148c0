//! UTF-16 text, as Windows tools write it, read as UTF-8; everything else passes unchanged.

use std::io::{self, Read};

/// Bytes transcoded at a time.
const CHUNK_BYTES: usize = 64 << 10;

/// U+FFFD as a unit.
const REPLACEMENT: u16 = 0xfffd;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    Little,
    Big,
}

/// The byte order of UTF-16 text by its byte order mark, or by the first two characters where they are ASCII.
fn utf16(start: &[u8]) -> Option<Order> {
    let is_ascii = |byte: u8| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~');
    match *start {
        [0xff, 0xfe, 0, 0, ..] => None,
        [0xff, 0xfe, ..] => Some(Order::Little),
        [0xfe, 0xff, ..] => Some(Order::Big),
        [a, 0, b, 0, ..] if is_ascii(a) && is_ascii(b) => Some(Order::Little),
        [0, a, 0, b, ..] if is_ascii(a) && is_ascii(b) => Some(Order::Big),
        _ => None,
    }
}

/// A reader of UTF-8. Positions in a source that is UTF-16 count the bytes that come out of here.
pub(super) fn as_utf8<'a>(mut reader: impl Read + 'a) -> io::Result<Box<dyn Read + 'a>> {
    let mut start = Vec::new();
    // A failure is met again by who reads on, behind what came before it.
    let failure = reader.by_ref().take(4).read_to_end(&mut start).err();
    if let Some(failure) = failure.filter(|_| start.is_empty()) {
        return Err(failure);
    }
    let order = utf16(&start);
    let reader = io::Cursor::new(start).chain(reader);
    Ok(match order {
        Some(order) => Box::new(Transcoder { reader, order, unread: Vec::new(), text: Vec::new(), given: 0 }),
        None => Box::new(reader),
    })
}

struct Transcoder<R> {
    reader: R,
    order: Order,
    /// Bytes that are no whole character yet: half a unit, or a high surrogate.
    unread: Vec<u8>,
    text: Vec<u8>,
    /// How much of `text` was given away.
    given: usize,
}

impl<R: Read> Read for Transcoder<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.given == self.text.len() {
            if !self.fill()? {
                return Ok(0);
            }
        }
        let ready = self.text.get(self.given..).unwrap_or_default();
        let n = ready.len().min(into.len());
        into.iter_mut().zip(ready).for_each(|(to, from)| *to = *from);
        self.given += n;
        Ok(n)
    }
}

impl<R: Read> Transcoder<R> {
    /// Transcodes the next piece; false at the end.
    fn fill(&mut self) -> io::Result<bool> {
        let n = self.reader.by_ref().take(CHUNK_BYTES as u64).read_to_end(&mut self.unread)?;
        let is_end = n == 0;
        if is_end && self.unread.is_empty() {
            return Ok(false);
        }
        let (pairs, odd) = self.unread.as_chunks::<2>();
        let mut units: Vec<u16> = pairs.iter().map(|&pair| self.unit(pair)).collect();
        let mut rest = odd.to_vec();
        let high = units.last().copied().filter(|unit| (0xd800..0xdc00).contains(unit));
        if let Some(pair) = pairs.last().filter(|_| high.is_some() && !is_end) {
            units.pop();
            rest.splice(0..0, *pair);
        }
        if is_end && !rest.is_empty() {
            units.push(REPLACEMENT);
            rest.clear();
        }
        self.text.clear();
        self.given = 0;
        let mut room = [0; 4];
        for character in char::decode_utf16(units) {
            let character = character.unwrap_or(char::REPLACEMENT_CHARACTER);
            self.text.extend_from_slice(character.encode_utf8(&mut room).as_bytes());
        }
        self.unread = rest;
        Ok(true)
    }

    fn unit(&self, pair: [u8; 2]) -> u16 {
        match self.order {
            Order::Little => u16::from_le_bytes(pair),
            Order::Big => u16::from_be_bytes(pair),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    fn read(bytes: &[u8], capacity: usize) -> Vec<u8> {
        let mut text = Vec::new();
        let reader = BufReader::with_capacity(capacity, bytes);
        as_utf8(reader).expect("in memory").read_to_end(&mut text).expect("in memory");
        text
    }

    #[test]
    fn both_orders_with_and_without_mark() {
        let text = "<Event>äö € 😀</Event>\r\n".repeat(9_000);
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for (bytes, mark) in [(little, [0xff, 0xfe]), (big, [0xfe, 0xff])] {
            for capacity in [4, 7, 1 << 20] {
                assert_eq!(read(&bytes, capacity), text.as_bytes());
                let marked = [&mark[..], &bytes].concat();
                assert_eq!(read(&marked, capacity), [b"\xef\xbb\xbf", text.as_bytes()].concat());
            }
        }
    }

    #[test]
    fn broken_units_become_replacement_characters_and_nothing_stops() {
        assert_eq!(read(b"a\0b\0\x00\xd8c\0", 64), "ab\u{fffd}c".as_bytes());
        assert_eq!(read(b"a\0b\0\x00\xd8", 64), "ab\u{fffd}".as_bytes());
        assert_eq!(read(b"a\0b\0c", 64), "ab\u{fffd}".as_bytes());
    }

    #[test]
    fn other_bytes_pass() {
        for bytes in [&b""[..], b"a", b"plain text", b"ElfFile\0\0\0", b"\x1f\x8b\x08\0", b"\xff\xfe\0\0"] {
            assert_eq!(read(bytes, 3), bytes);
        }
    }
}
