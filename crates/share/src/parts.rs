//! Contents of any size, read part by part in bounded memory: for forms of lines, which need not be known whole.

use schema::Claim;

use crate::formats::{Decoded, Defaults, Error, Format, Lines, decode_part, known};

/// Bytes that are read at once; a form is known by fewer.
const PART: usize = 1 << 22;

/// A quoted cell is not cut, unless its end does not come.
const PART_MAX: usize = 1 << 25;

/// What some editors put before UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// Reads a content as it comes. Forms that must be known whole, as JSON, are refused: use [`crate::formats::decode`].
#[derive(Debug)]
pub struct Parts<'a> {
    defaults: &'a Defaults,
    format: Option<&'static Format>,
    lines: Lines,
    /// Bytes that are not read yet.
    rest: Vec<u8>,
    decoded: Decoded,
}

impl<'a> Parts<'a> {
    pub fn new(defaults: &'a Defaults) -> Self {
        Self { defaults, format: None, lines: Lines::default(), rest: Vec::new(), decoded: Decoded::default() }
    }

    /// Takes more of the content, and hands over the claims of the lines that are whole.
    pub fn push(&mut self, bytes: &[u8], take: &mut dyn FnMut(Claim)) -> Result<(), Error> {
        self.rest.extend_from_slice(bytes);
        if self.rest.len() < PART {
            return Ok(());
        }
        match last_line_end(&self.rest) {
            Some(end) => self.read(end, take),
            None if self.rest.len() > PART_MAX => self.read(self.rest.len(), take),
            None => Ok(()),
        }
    }

    /// Reads what is left, and says what came of the whole.
    pub fn finish(mut self, take: &mut dyn FnMut(Claim)) -> Result<Decoded, Error> {
        self.read(self.rest.len(), take)?;
        Ok(self.decoded)
    }

    fn read(&mut self, end: usize, take: &mut dyn FnMut(Claim)) -> Result<(), Error> {
        let (format, end) = match self.format {
            Some(format) => (format, end),
            None => (self.recognize()?, end - self.without_mark()),
        };
        let tail = self.rest.split_off(end.min(self.rest.len()));
        let decoded = std::mem::take(&mut self.decoded);
        self.decoded = decode_part(format, &self.rest, &mut self.lines, decoded, self.defaults, take)?;
        self.rest = tail;
        Ok(())
    }

    /// Drops the mark of a byte order at the start, and says how long it was.
    fn without_mark(&mut self) -> usize {
        let before = self.rest.len();
        if self.rest.starts_with(MARK) {
            self.rest.drain(..MARK.len());
        }
        before - self.rest.len()
    }

    fn recognize(&mut self) -> Result<&'static Format, Error> {
        let format = known(self.rest.strip_prefix(MARK).unwrap_or(&self.rest))?;
        self.format = Some(format);
        self.decoded.format = format.name;
        Ok(format)
    }
}

/// Behind the last line break outside quotes.
fn last_line_end(bytes: &[u8]) -> Option<usize> {
    let (mut quoted, mut end) = (false, None);
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => end = Some(at + 1),
            _ => {}
        }
    }
    end
}
