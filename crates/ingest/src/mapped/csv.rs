//! Separated values (RFC 4180 and its relatives): records that may go over lines, and fields between quotes.

use std::{borrow::Cow, sync::Arc};

use crate::{
    Span,
    frame::spans::{Cutter, Scan},
};

/// A quoted field that goes on for longer is a quote that was never closed: its line is then a record by itself.
const MAX_QUOTED_BYTES: usize = 64 << 10;

/// A longer header is not one.
const MAX_HEADER_BYTES: usize = 1 << 20;

/// How values are separated.
#[derive(Debug, Default)]
pub(super) struct Dialect {
    pub(super) delimiter: u8,
    pub(super) quote: Option<u8>,
    /// The first record names the columns.
    pub(super) has_header: bool,
    /// Start of lines that are no records.
    pub(super) comment: Option<String>,
}

impl Dialect {
    pub(super) fn is_comment(&self, record: &[u8]) -> bool {
        self.comment.as_ref().is_some_and(|mark| record.starts_with(mark.as_bytes()))
    }
}

/// Cuts records out of separated values; the header is carried over to later batches.
#[derive(Debug, Default)]
pub(super) struct CsvCutter {
    dialect: Arc<Dialect>,
    begun: bool,
    header: Arc<[u8]>,
}

impl CsvCutter {
    pub(super) fn new(dialect: Arc<Dialect>) -> Self {
        Self { dialect, begun: false, header: Arc::default() }
    }

    fn end(&mut self, buffer: &[u8], scan: &mut Scan, end: usize) -> Span {
        let start = scan.open.take().unwrap_or(scan.at);
        let record = buffer.get(start..end).unwrap_or_default();
        let record = record.strip_suffix(b"\r").unwrap_or(record);
        scan.at = (end + 1).min(buffer.len());
        let names_columns = self.dialect.has_header
            && self.header.is_empty()
            && record.len() <= MAX_HEADER_BYTES
            && !record.trim_ascii().is_empty()
            && !self.dialect.is_comment(record);
        if names_columns {
            self.header = record.into();
        }
        Span { start, end: start + record.len() }
    }
}

impl Cutter for CsvCutter {
    fn next(&mut self, buffer: &[u8], scan: &mut Scan) -> Option<Span> {
        if !self.begun {
            let mark = b"\xef\xbb\xbf";
            if buffer.len() < mark.len() && mark.starts_with(buffer) {
                return None;
            }
            self.begun = true;
            if buffer.starts_with(mark) {
                scan.at = mark.len();
            }
        }
        let start = scan.open.unwrap_or(scan.at);
        let rest = buffer.get(start..).filter(|rest| !rest.is_empty())?;
        scan.open = Some(start);
        match record_end(&self.dialect, rest) {
            End::At(length) => Some(self.end(buffer, scan, start + length)),
            End::Open if rest.len() > MAX_QUOTED_BYTES => {
                let length = memchr::memchr(b'\n', rest)?;
                Some(self.end(buffer, scan, start + length))
            }
            End::Open => None,
        }
    }

    fn last(&mut self, buffer: &[u8], scan: &mut Scan) -> Option<Span> {
        let start = scan.open.unwrap_or(scan.at);
        let rest = buffer.get(start..).filter(|rest| !rest.is_empty())?;
        scan.open = Some(start);
        // The end of the stream ends a record as a line break would.
        let mut closed = rest.to_vec();
        closed.push(b'\n');
        let length = match record_end(&self.dialect, &closed) {
            End::At(length) => length,
            // A quote that was never closed costs one line.
            End::Open => memchr::memchr(b'\n', &closed).unwrap_or(rest.len()),
        };
        Some(self.end(buffer, scan, start + length))
    }

    fn header(&self) -> Arc<[u8]> {
        Arc::clone(&self.header)
    }
}

enum End {
    /// Length of the record without its line break.
    At(usize),
    /// More is needed, or a quote is open.
    Open,
}

fn record_end(dialect: &Dialect, bytes: &[u8]) -> End {
    let Some(first) = memchr::memchr(b'\n', bytes) else { return End::Open };
    let Some(quote) = dialect.quote else { return End::At(first) };
    let line = bytes.get(..first).unwrap_or_default();
    if memchr::memchr(quote, line).is_none() || dialect.is_comment(bytes) {
        return End::At(first);
    }
    let mut at = 0;
    loop {
        // At the start of a field.
        if bytes.get(at) == Some(&quote) {
            let Some(close) = closing(bytes, at + 1, quote) else { return End::Open };
            at = close + 1;
        }
        let rest = bytes.get(at..).unwrap_or_default();
        let Some(offset) = memchr::memchr2(dialect.delimiter, b'\n', rest) else { return End::Open };
        at += offset;
        if bytes.get(at) == Some(&b'\n') {
            return End::At(if at > MAX_QUOTED_BYTES { first } else { at });
        }
        at += 1;
    }
}

/// Where a quoted text ends; two quotes are one of the text.
fn closing(bytes: &[u8], from: usize, quote: u8) -> Option<usize> {
    let mut at = from;
    loop {
        at += memchr::memchr(quote, bytes.get(at..)?)?;
        match bytes.get(at + 1) {
            Some(next) if *next == quote => at += 2,
            Some(_) => return Some(at),
            // The next byte says whether it is the end.
            None => return None,
        }
    }
}

/// The values of a record.
#[derive(Debug)]
pub(super) struct Values<'a> {
    rest: Option<&'a str>,
    delimiter: u8,
    quote: Option<u8>,
}

impl<'a> Values<'a> {
    pub(super) fn of(dialect: &Dialect, record: &'a str) -> Self {
        Self { rest: Some(record), delimiter: dialect.delimiter, quote: dialect.quote }
    }
}

impl<'a> Iterator for Values<'a> {
    type Item = Cow<'a, str>;

    fn next(&mut self) -> Option<Cow<'a, str>> {
        let rest = self.rest?;
        let bytes = rest.as_bytes();
        let quoted = self.quote.filter(|quote| bytes.first() == Some(quote));
        // The end of the text closes a quote as a line break would.
        let close = quoted.and_then(|quote| {
            closing(bytes, 1, quote)
                .or_else(|| (bytes.len() > 1 && bytes.last() == Some(&quote)).then(|| bytes.len() - 1))
        });
        let from = close.map_or(0, |close| close + 1);
        let end = memchr::memchr(self.delimiter, bytes.get(from..).unwrap_or_default()).map(|offset| from + offset);
        self.rest = end.and_then(|end| rest.get(end + 1..));
        let value = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        let Some((quote, close)) = quoted.zip(close) else { return Some(Cow::Borrowed(value)) };
        let inner = rest.get(1..close).unwrap_or_default();
        let quote = char::from(quote);
        if !inner.contains(quote) {
            return Some(Cow::Borrowed(inner));
        }
        let mut double = String::new();
        double.push(quote);
        double.push(quote);
        Some(Cow::Owned(inner.replace(&double, double.get(..quote.len_utf8()).unwrap_or_default())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(record: &str) -> Vec<String> {
        let dialect = Dialect { delimiter: b',', quote: Some(b'"'), ..Dialect::default() };
        Values::of(&dialect, record).map(Cow::into_owned).collect()
    }

    #[test]
    fn quotes_and_empty_values() {
        assert_eq!(values("a,b,c"), ["a", "b", "c"]);
        assert_eq!(values(",,"), ["", "", ""]);
        assert_eq!(values(""), [""]);
        assert_eq!(values("\"a,b\",\"say \"\"hi\"\"\",\"\""), ["a,b", "say \"hi\"", ""]);
        assert_eq!(values("\"two\nlines\",x"), ["two\nlines", "x"]);
        assert_eq!(values("\"open,x"), ["\"open", "x"]);
        assert_eq!(values("a \"b\" c,d"), ["a \"b\" c", "d"]);
    }
}
