//! Text of an event while it is written: as XML, and beside it the values that XML has to write otherwise.
//!
//! Most values look the same in both, so a value is a place in the XML; only one that needed an escape is written a
//! second time. Characters that XML does not allow become `_` there, as Windows writes them.

use std::ops::Range;

/// Characters looked at in one step: one vector register of them.
const BLOCK: usize = 16;

/// Markup that is copied in one step: most pieces are shorter.
pub(super) const BLOCK_BYTES: usize = 64;

/// Where a text stands, which decides what is escaped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Place {
    Content,
    Attribute,
}

/// Which of the buffers of [`Text`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Buffer {
    Xml,
    Plain,
}

/// A value in one of the buffers: one word, because three parts cost more to hand on than the value to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Value(u64);

impl Value {
    /// Set where the value is in the plain buffer. Offsets are far smaller: an event has at most a few MiB.
    const PLAIN: u64 = 1 << 63;

    fn new(buffer: Buffer, start: usize, end: usize) -> Self {
        let mark = if buffer == Buffer::Plain { Self::PLAIN } else { 0 };
        Self(mark | ((start as u64) << 32) | (end as u64 & 0xffff_ffff))
    }

    pub(super) fn buffer(self) -> Buffer {
        if self.0 & Self::PLAIN == 0 { Buffer::Xml } else { Buffer::Plain }
    }

    pub(super) fn range(self) -> Range<usize> {
        let start = (self.0 & !Self::PLAIN) >> 32;
        start as usize..(self.0 & 0xffff_ffff) as usize
    }
}

#[derive(Debug, Default)]
pub(super) struct Text {
    pub(super) xml: Vec<u8>,
    /// Values that stand otherwise in the XML.
    pub(super) plain: Vec<u8>,
}

impl Text {
    pub(super) fn clear(&mut self) {
        self.xml.clear();
        self.plain.clear();
    }

    /// Writes ASCII that needs no escape anywhere: numbers, ids, times.
    #[inline]
    pub(super) fn push_ascii(&mut self, text: &[u8]) -> Value {
        let start = self.xml.len();
        self.xml.extend_from_slice(text);
        self.since(start)
    }

    /// Writes ASCII of a fixed form and lets its digits be filled in where they stand: to put them together elsewhere
    /// and copy them costs several times as much.
    #[inline]
    pub(super) fn push_form(&mut self, form: &[u8], fill: impl FnOnce(&mut [u8])) -> Value {
        let start = self.xml.len();
        self.xml.extend_from_slice(form);
        fill(self.xml.get_mut(start..).unwrap_or_default());
        self.since(start)
    }

    /// Writes a stretch of a longer text. A short one is copied with what follows it and cut: a copy of a known size is
    /// a few instructions, one of any size is a call.
    #[inline]
    pub(super) fn push_part(&mut self, text: &[u8], start: usize, end: usize) {
        let block = text.get(start..).and_then(|rest| rest.first_chunk::<BLOCK_BYTES>());
        match block.filter(|_| end.saturating_sub(start) <= BLOCK_BYTES) {
            Some(block) => {
                let length = self.xml.len() + end.saturating_sub(start);
                self.xml.extend_from_slice(block);
                self.xml.truncate(length);
            }
            None => self.xml.extend_from_slice(text.get(start..end).unwrap_or_default()),
        }
    }

    /// Writes a value into the plain buffer only.
    pub(super) fn push_plain(&mut self, text: &[u8]) -> Value {
        let start = self.plain.len();
        self.plain.extend_from_slice(text);
        Value::new(Buffer::Plain, start, self.plain.len())
    }

    /// Writes UTF-16 up to its first NUL, which is where Windows ends a string.
    #[inline]
    pub(super) fn push_utf16(&mut self, units: Units<'_>, place: Place) -> Value {
        let start = self.xml.len();
        let mut rest = units;
        while rest.count() > 0 {
            let ascii = rest.block().and_then(|block| plain_ascii(&block, rest.count(), place));
            let Some(ascii) = ascii else { return self.push_utf16_with_care(start, rest, place) };
            let end = self.xml.len() + rest.count().min(BLOCK);
            self.xml.extend_from_slice(&ascii);
            self.xml.truncate(end);
            rest = rest.behind(BLOCK);
        }
        self.since(start)
    }

    /// What the XML holds from `start` on.
    #[inline]
    pub(super) fn since(&self, start: usize) -> Value {
        Value::new(Buffer::Xml, start, self.xml.len())
    }

    /// Goes on with UTF-16 that holds more than plain ASCII.
    fn push_utf16_with_care(&mut self, start: usize, units: Units<'_>, place: Place) -> Value {
        let mut writer = Escaping { text: self, start, plain: None, place };
        let mut rest = units;
        while rest.count() > 0 {
            let count = rest.count().min(BLOCK);
            if let Some(ascii) = rest.block().and_then(|block| plain_ascii(&block, rest.count(), place)) {
                writer.copy(ascii.get(..count).unwrap_or_default());
                rest = rest.behind(count);
                continue;
            }
            let Some(used) = writer.push_units(rest, count) else { break };
            rest = rest.behind(used);
        }
        writer.end()
    }

    /// Writes characters, escaped where they need it.
    pub(super) fn push_chars(&mut self, chars: impl Iterator<Item = char>, place: Place) -> Value {
        let start = self.xml.len();
        let mut writer = Escaping { text: self, start, plain: None, place };
        chars.for_each(|character| writer.push(character));
        writer.end()
    }

    /// The bytes of a value.
    pub(super) fn bytes(&self, value: Value) -> &[u8] {
        let buffer = if value.buffer() == Buffer::Xml { &self.xml } else { &self.plain };
        buffer.get(value.range()).unwrap_or_default()
    }
}

/// Whether XML allows the character.
pub(super) fn is_xml(character: char) -> bool {
    !matches!(character, '\0'..='\x08' | '\x0b' | '\x0c' | '\x0e'..='\x1f' | '\u{fffe}' | '\u{ffff}')
}

/// UTF-16 within a chunk, of which what follows may be looked at as well, so that its end takes no care.
#[derive(Debug, Clone, Copy)]
pub(super) struct Units<'c> {
    chunk: &'c [u8],
    start: usize,
    end: usize,
}

impl<'c> Units<'c> {
    pub(super) fn new(chunk: &'c [u8], start: usize, end: usize) -> Self {
        let end = end.min(chunk.len());
        Self { chunk, start: start.min(end), end }
    }

    fn count(self) -> usize {
        (self.end - self.start) / 2
    }

    /// The next block, with whatever follows the text; `None` where the chunk ends before.
    fn block(self) -> Option<[u8; 2 * BLOCK]> {
        self.chunk.get(self.start..)?.first_chunk().copied()
    }

    fn behind(self, count: usize) -> Self {
        Self { start: self.end.min(self.start + 2 * count), ..self }
    }

    fn pairs(self) -> &'c [[u8; 2]] {
        self.chunk.get(self.start..self.end).unwrap_or_default().as_chunks().0
    }
}

/// For each number of units in a block: what is kept of each unit, and what is put in its place. As masks, because
/// compilers make one instruction of a mask and thirty of a comparison.
const FIRST: [([u16; BLOCK], [u16; BLOCK]); BLOCK + 1] = {
    let mut masks = [([0; BLOCK], [b' ' as u16; BLOCK]); BLOCK + 1];
    let mut count = 0;
    while count <= BLOCK {
        let mut place = 0;
        while place < count {
            masks[count].0[place] = u16::MAX;
            masks[count].1[place] = 0;
            place += 1;
        }
        count += 1;
    }
    masks
};

/// The first `count` units of the block as ASCII, where they are nothing else and nothing of it needs an escape.
#[inline]
fn plain_ascii(block: &[u8; 2 * BLOCK], count: usize, place: Place) -> Option<[u8; BLOCK]> {
    let (kept, filled) = FIRST.get(count.min(BLOCK))?;
    let mut ascii = [0; BLOCK];
    let mut all = 0;
    for (place, unit) in block.as_chunks::<2>().0.iter().enumerate() {
        let unit = (u16::from_le_bytes(*unit) & kept[place]) | filled[place];
        all |= unit;
        ascii[place] = unit as u8;
    }
    let mut special = false;
    for &byte in &ascii {
        let is_markup = (byte == b'&') | (byte == b'<') | (byte == b'>');
        let is_quote = (byte == b'"') | (byte == b'\'');
        let is_control = (byte < b' ') & (byte != b'\t') & (byte != b'\n') & (byte != b'\r');
        special |= is_markup | is_control | (is_quote & (place == Place::Attribute));
    }
    (all < 0x80 && !special).then_some(ascii)
}

/// Writes one value of which some characters need an escape.
struct Escaping<'t> {
    text: &'t mut Text,
    start: usize,
    /// Where the value starts in the plain buffer, once it is there.
    plain: Option<usize>,
    place: Place,
}

impl Escaping<'_> {
    fn copy(&mut self, plain_text: &[u8]) {
        self.text.xml.extend_from_slice(plain_text);
        if self.plain.is_some() {
            self.text.plain.extend_from_slice(plain_text);
        }
    }

    /// Writes `count` units or one more and gives how many; `None` at a NUL.
    fn push_units(&mut self, units: Units<'_>, count: usize) -> Option<usize> {
        let pairs = units.pairs();
        let mut place = 0;
        while place < count {
            let unit = u16::from_le_bytes(*pairs.get(place)?);
            place += 1;
            match unit {
                0 => return None,
                0xd800..=0xdbff => {
                    let low = pairs.get(place).map(|pair| u16::from_le_bytes(*pair));
                    match low.filter(|low| (0xdc00..=0xdfff).contains(low)) {
                        Some(low) => {
                            place += 1;
                            let scalar = 0x1_0000 + ((u32::from(unit) - 0xd800) << 10) + (u32::from(low) - 0xdc00);
                            self.push(char::from_u32(scalar).unwrap_or(char::REPLACEMENT_CHARACTER));
                        }
                        None => self.push(char::REPLACEMENT_CHARACTER),
                    }
                }
                0xdc00..=0xdfff => self.push(char::REPLACEMENT_CHARACTER),
                unit => self.push(char::from_u32(unit.into()).unwrap_or(char::REPLACEMENT_CHARACTER)),
            }
        }
        Some(place)
    }

    fn push(&mut self, character: char) {
        match character {
            '&' => self.push_as(character, b"&amp;"),
            '<' => self.push_as(character, b"&lt;"),
            '>' => self.push_as(character, b"&gt;"),
            '"' if self.place == Place::Attribute => self.push_as(character, b"&quot;"),
            '\'' if self.place == Place::Attribute => self.push_as(character, b"&apos;"),
            '\t' | '\n' | '\r' => self.copy(&[character as u8]),
            // XML 1.0 has no form for these; a reference loses nothing, and every reader of ours takes it.
            _ if !is_xml(character) => self.push_as(character, format!("&#x{:X};", u32::from(character)).as_bytes()),
            _ => self.copy(character.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }

    /// Writes a character that XML writes otherwise.
    fn push_as(&mut self, character: char, xml: &[u8]) {
        if self.plain.is_none() {
            self.plain = Some(self.text.plain.len());
            let so_far = self.text.xml.get(self.start..).unwrap_or_default();
            self.text.plain.extend_from_slice(so_far);
        }
        self.text.xml.extend_from_slice(xml);
        self.text.plain.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    }

    fn end(self) -> Value {
        match self.plain {
            Some(start) => Value::new(Buffer::Plain, start, self.text.plain.len()),
            None => self.text.since(self.start),
        }
    }
}
