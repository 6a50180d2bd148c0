//! JSON records in every form that files have: one a line, printed over many lines, elements of an array, elements of
//! an array within an object (`{"Records": [...]}`), one behind the other.
//!
//! The first value decides: an object on one line means one record a line, so that a broken record costs one line.
//! Everything else is followed bracket by bracket; a broken value ends where it can be no value any more (a bracket
//! that does not fit, a line break within a string) and reading goes on behind.

use super::{
    Span,
    spans::{Cutter, Rest, Scan},
};
use crate::json::plain_prefix;

/// Which members of an object hold the records when their value is an array.
pub(crate) trait Wrapper: Default + Send + std::fmt::Debug + 'static {
    const KEYS: &'static [&'static str];

    /// Whether this member holds records.
    fn has(&self, name: &[u8]) -> bool {
        Self::KEYS.iter().any(|known| known.as_bytes() == name)
    }
}

/// No object but records.
#[derive(Debug, Default)]
pub(crate) struct Unwrapped;

impl Wrapper for Unwrapped {
    const KEYS: &'static [&'static str] = &[];
}

/// Deeper brackets are only counted: the parser rejects the record anyway.
const KNOWN_DEPTH: u32 = 64;

/// Cuts the records out of JSON text.
#[derive(Debug, Default)]
pub(crate) struct JsonCutter<W> {
    form: Form,
    place: Place,
    depth: u32,
    /// One bit a bracket up to [`KNOWN_DEPTH`]: it is a brace.
    braces: u64,
    in_string: bool,
    /// The byte at hand is behind a backslash; only needed where bytes are looked at one by one.
    escaped: bool,
    /// The last string of depth 1 of an object, where it may be a wrapper's key.
    key: Option<Span>,
    wrapper: W,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Form {
    #[default]
    Unknown,
    Lines,
    Values,
}

/// Where the cutter is while no record is open.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Between values.
    #[default]
    Outside,
    /// Between the elements of a top-level array.
    Array,
    /// Between the elements of a wrapper's array.
    List,
    /// Behind that array, before the wrapper's closing brace.
    Behind,
}

impl<W: Wrapper> Cutter for JsonCutter<W> {
    fn next(&mut self, buffer: &[u8], scan: &mut Scan) -> Option<Span> {
        if self.form == Form::Lines {
            return next_line(buffer, scan);
        }
        while scan.at < buffer.len() {
            let found = if scan.open.is_none() { self.between(buffer, scan) } else { self.within(buffer, scan) };
            match found {
                Step::On => {}
                Step::Wait => return None,
                Step::Record(span) => return Some(span),
            }
            if self.form == Form::Lines {
                return next_line(buffer, scan);
            }
        }
        None
    }

    fn let_go(&mut self) -> Rest {
        self.form = if self.form == Form::Unknown { Form::Values } else { self.form };
        self.key = None;
        Rest::Followed
    }

    fn restart(&mut self) {
        self.form = if self.form == Form::Unknown { Form::Values } else { self.form };
        self.forget();
    }
}

enum Step {
    On,
    /// More bytes are needed to decide.
    Wait,
    Record(Span),
}

fn next_line(buffer: &[u8], scan: &mut Scan) -> Option<Span> {
    let start = scan.open.unwrap_or(scan.at);
    scan.open = Some(start);
    let Some(length) = memchr::memchr(b'\n', buffer.get(scan.at..)?) else {
        scan.at = buffer.len();
        if start == scan.at {
            scan.open = None;
        }
        return None;
    };
    let end = scan.at + length;
    let span = Span { start, end: without_return(buffer, start, end) };
    scan.open = None;
    scan.at = end + 1;
    Some(span)
}

fn without_return(buffer: &[u8], start: usize, end: usize) -> usize {
    let has_return = end > start && buffer.get(end - 1) == Some(&b'\r');
    if has_return { end - 1 } else { end }
}

impl<W: Wrapper> JsonCutter<W> {
    pub(crate) fn unwrapping(wrapper: W) -> Self {
        Self { wrapper, ..Self::default() }
    }

    /// Looks at one byte where no record is open.
    fn between(&mut self, buffer: &[u8], scan: &mut Scan) -> Step {
        let Some(&byte) = buffer.get(scan.at) else { return Step::Wait };
        match (byte, self.place) {
            (_, Place::Behind) => self.pass_behind(byte),
            (b' ' | b'\t' | b'\r' | b'\n' | b',', _) => {}
            (0xef | 0xbb | 0xbf, Place::Outside) if self.form == Form::Unknown => {}
            (b'[', Place::Outside) => {
                self.form = Form::Values;
                self.place = Place::Array;
            }
            (b']', Place::Array) => self.place = Place::Outside,
            (b']', Place::List) => self.place = Place::Behind,
            (b'{', _) => {
                scan.open = Some(scan.at);
                self.open(true);
            }
            _ if self.form == Form::Unknown => {
                self.form = Form::Lines;
                return Step::On;
            }
            _ => {
                scan.open = Some(scan.at);
                return self.rubbish(buffer, scan);
            }
        }
        scan.at += 1;
        Step::On
    }

    /// The rest of a wrapper behind its list: brackets and strings are followed, and nothing is a record.
    fn pass_behind(&mut self, byte: u8) {
        if self.in_string {
            self.in_string = byte != b'"' || self.escaped;
            self.escaped = byte == b'\\' && !self.escaped;
            return;
        }
        match byte {
            b'"' => self.in_string = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' if self.depth > 0 => self.depth -= 1,
            b'}' | b']' => {
                self.place = Place::Outside;
                self.forget();
            }
            _ => {}
        }
    }

    /// Goes on within a record, up to its end or the end of what there is.
    fn within(&mut self, buffer: &[u8], scan: &mut Scan) -> Step {
        if self.depth == 0 {
            return self.rubbish(buffer, scan);
        }
        let Some(rest) = buffer.get(scan.at..) else { return Step::Wait };
        if self.in_string {
            return self.within_string(rest, buffer, scan);
        }
        let Some((offset, byte)) = rest.iter().copied().enumerate().find(|&(_, byte)| is_structural(byte)) else {
            scan.at = buffer.len();
            return Step::Wait;
        };
        scan.at += offset;
        match byte {
            b'"' => {
                self.in_string = true;
                self.key = (self.depth == 1).then_some(Span { start: scan.at + 1, end: scan.at + 1 });
            }
            b'{' => self.open(true),
            b'[' => {
                if self.depth == 1 && self.is_list(buffer, scan) {
                    self.enter_list(scan);
                    return Step::On;
                }
                self.open(false);
            }
            b'\n' => {
                if self.form == Form::Unknown {
                    self.form = Form::Values;
                }
            }
            _ => return self.close(byte == b'}', buffer, scan),
        }
        scan.at += 1;
        Step::On
    }

    #[inline]
    fn within_string(&mut self, rest: &[u8], buffer: &[u8], scan: &mut Scan) -> Step {
        let at = scan.at + plain_prefix(rest);
        match buffer.get(at) {
            None => {
                scan.at = buffer.len();
                Step::Wait
            }
            Some(b'\\') if at + 1 >= buffer.len() => {
                scan.at = at;
                Step::Wait
            }
            Some(b'\\') => {
                scan.at = at + 2;
                Step::On
            }
            Some(b'"') => {
                self.in_string = false;
                if let Some(key) = &mut self.key {
                    key.end = at;
                }
                scan.at = at + 1;
                Step::On
            }
            // No string goes over lines: the record is broken, and ends here.
            Some(b'\n') => self.broken(at, scan),
            // Other control characters are left to the parser.
            Some(_) => {
                scan.at = at + 1;
                Step::On
            }
        }
    }

    fn open(&mut self, brace: bool) {
        if self.depth < KNOWN_DEPTH {
            let bit = 1 << self.depth;
            self.braces = if brace { self.braces | bit } else { self.braces & !bit };
        }
        self.depth += 1;
    }

    fn close(&mut self, brace: bool, buffer: &[u8], scan: &mut Scan) -> Step {
        let level = self.depth - 1;
        let fits = level >= KNOWN_DEPTH || (self.braces >> level & 1 == 1) == brace;
        if !fits {
            return self.broken(scan.at, scan);
        }
        if level > 0 {
            self.depth = level;
            scan.at += 1;
            return Step::On;
        }
        if self.form == Form::Unknown {
            let behind = buffer.get(scan.at + 1..).unwrap_or_default();
            let Some(&next) = behind.iter().find(|byte| !matches!(byte, b' ' | b'\t' | b'\r')) else {
                return Step::Wait;
            };
            self.form = if next == b'\n' { Form::Lines } else { Form::Values };
        }
        self.forget();
        let span = scan.close(scan.at + 1);
        if self.form == Form::Lines {
            // The line break belongs to this line.
            let rest = buffer.get(scan.at..).unwrap_or_default();
            scan.at += memchr::memchr(b'\n', rest).map_or(0, |at| at + 1);
        }
        Step::Record(span)
    }

    /// What is no object, up to where the next value may begin.
    fn rubbish(&mut self, buffer: &[u8], scan: &mut Scan) -> Step {
        let rest = buffer.get(scan.at..).unwrap_or_default();
        let in_array = self.place != Place::Outside;
        let ends = |byte: &u8| *byte == b'\n' || *byte == b'{' || (in_array && matches!(byte, b',' | b']'));
        let Some(offset) = rest.iter().position(ends) else {
            scan.at = buffer.len();
            return Step::Wait;
        };
        let end = scan.at + offset;
        Step::Record(scan.close(end))
    }

    /// Ends a record that is no JSON; the byte at `at` is looked at again.
    fn broken(&mut self, at: usize, scan: &mut Scan) -> Step {
        if self.form == Form::Unknown {
            self.form = Form::Lines;
            self.forget();
            scan.at = scan.open.take().unwrap_or(at);
            return Step::On;
        }
        self.forget();
        // A bracket that does not fit would be rubbish by itself, unless it ends the list.
        let ends_list = self.place != Place::Outside;
        let end = if ends_list { at } else { at + 1 };
        Step::Record(scan.close(end.max(scan.open.map_or(end, |open| open + 1))))
    }

    fn forget(&mut self) {
        self.depth = 0;
        self.in_string = false;
        self.escaped = false;
        self.key = None;
    }

    /// Whether the array that begins here is the wrapper's list.
    fn is_list(&self, buffer: &[u8], scan: &Scan) -> bool {
        let Some(key) = self.key.filter(|_| self.place == Place::Outside) else { return false };
        let name = buffer.get(key.start..key.end).unwrap_or_default();
        let between = buffer.get(key.end + 1..scan.at).unwrap_or_default();
        between.trim_ascii() == b":" && self.wrapper.has(name)
    }

    fn enter_list(&mut self, scan: &mut Scan) {
        self.form = Form::Values;
        self.place = Place::List;
        self.forget();
        scan.open = None;
        scan.at += 1;
    }
}

fn is_structural(byte: u8) -> bool {
    matches!(byte, b'"' | b'{' | b'}' | b'[' | b']' | b'\n')
}
