//! Reads what BinXML tokens are made of: numbers, names, texts. Used by `compile`.

use super::{
    bytes,
    plan::Name,
    text::{Place, Text, Units},
    value,
};
use crate::parsed::{Fault, Reason};

pub(super) fn bad(detail: impl Into<String>) -> Fault {
    Fault::new(Reason::BadBinxml, detail)
}

/// Longer names are none: those of Windows have at most some dozens.
const MAX_NAME_CHARS: u16 = 1_024;

/// A place in the tokens of a template or fragment.
#[derive(Debug)]
pub(super) struct Tokens<'c> {
    chunk: &'c [u8],
    /// The chunk up to the end of the tokens.
    within: &'c [u8],
    start: usize,
    at: usize,
    /// Room for a text while it is read.
    text: Text,
}

impl<'c> Tokens<'c> {
    pub(super) fn new(chunk: &'c [u8], start: usize, end: usize) -> Self {
        let within = chunk.get(..end).unwrap_or(chunk);
        Self { chunk, within, start, at: start, text: Text::default() }
    }

    /// Offset in the chunk.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at >= self.within.len()
    }

    pub(super) fn pass(&mut self, size: usize) {
        self.at = self.at.saturating_add(size);
    }

    /// Passes over this token where it comes next.
    pub(super) fn takes(&mut self, token: u8) -> bool {
        let is_next = self.within.get(self.at) == Some(&token);
        self.at += usize::from(is_next);
        is_next
    }

    pub(super) fn u8(&mut self) -> Result<u8, Fault> {
        let value = bytes::u8(self.within, self.at).ok_or_else(ends)?;
        self.at += 1;
        Ok(value)
    }

    pub(super) fn u16(&mut self) -> Result<u16, Fault> {
        let value = bytes::u16(self.within, self.at).ok_or_else(ends)?;
        self.at += 2;
        Ok(value)
    }

    pub(super) fn u32(&mut self) -> Result<u32, Fault> {
        let value = bytes::u32(self.within, self.at).ok_or_else(ends)?;
        self.at += 4;
        Ok(value)
    }

    /// The text of a value token, as XML and plain.
    pub(super) fn value_text(&mut self, place: Place) -> Result<(Vec<u8>, Vec<u8>), Fault> {
        let kind = self.u8()?;
        if kind == value::kind::STRING {
            return self.counted_text(place);
        }
        // The specification knows text only; should there be a number, its size follows from its type.
        let size = value::size(kind).ok_or_else(|| bad(format!("literal value of type 0x{kind:02x}")))?;
        let start = self.at;
        self.at += size;
        self.text.clear();
        let value = value::push(&mut self.text, kind, self.within, start..self.at, place);
        Ok((self.text.xml.clone(), self.text.bytes(value).to_vec()))
    }

    /// A string after the number of its characters, as XML and plain.
    pub(super) fn counted_text(&mut self, place: Place) -> Result<(Vec<u8>, Vec<u8>), Fault> {
        let size = 2 * usize::from(self.u16()?);
        let start = self.at;
        self.at += size;
        if self.at > self.within.len() {
            return Err(ends());
        }
        self.text.clear();
        let value = self.text.push_utf16(Units::new(self.within, start, self.at), place);
        Ok((self.text.xml.clone(), self.text.bytes(value).to_vec()))
    }

    /// A name: its offset, and where that points to right behind itself, the name. Empty where it is lost.
    pub(super) fn name(&mut self) -> Result<Name, Fault> {
        let at = self.at - self.start;
        let offset = self.u32()? as usize;
        let start = offset.saturating_add(Name::HEADER_BYTES);
        let count = bytes::u16(self.chunk, start).unwrap_or_default();
        let size = 2 + 2 * usize::from(count);
        let text = bytes::slice(self.chunk, start, size).filter(|_| count <= MAX_NAME_CHARS).unwrap_or_default();
        let is_inline = offset == self.at;
        let name = Name { at, is_inline, text: text.to_vec(), size_bytes_before: 0, size_bytes_behind: 0 };
        self.at += name.inline_bytes(is_inline);
        Ok(name)
    }
}

fn ends() -> Fault {
    bad("BinXML ends within a token")
}
