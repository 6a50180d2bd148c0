//! Finds syslog records: lines with the indented lines that belong to them, and messages behind their length.

use std::sync::Arc;

use crate::{
    frame::{
        Span,
        spans::{Cutter, Scan},
    },
    instant::{days_from_civil, days_in_month, digit},
};

/// A greater length before a message (RFC 6587) is not believed: daemons cut messages at a few KiB.
const MAX_COUNTED_BYTES: usize = 1 << 20;

/// Bytes that tell what a line begins with.
const START_BYTES: usize = 8;

/// Records of octet-counted and newline framing, told apart record by record.
#[derive(Debug, Default)]
pub(super) struct SyslogCutter {
    /// Day of the last whole date.
    near: Option<i32>,
}

/// How much is known of what follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rest {
    /// More is to come.
    Flows,
    /// There is no more for now.
    Pauses,
    Ended,
}

impl Cutter for SyslogCutter {
    fn next(&mut self, buffer: &[u8], scan: &mut Scan) -> Option<Span> {
        self.cut(buffer, scan, Rest::Flows)
    }

    fn pause(&mut self, buffer: &[u8], scan: &mut Scan) -> Option<Span> {
        self.cut(buffer, scan, Rest::Pauses)
    }

    fn last(&mut self, buffer: &[u8], scan: &mut Scan) -> Option<Span> {
        self.cut(buffer, scan, Rest::Ended)
    }

    fn header(&self) -> Arc<[u8]> {
        self.near.map_or_else(Arc::default, |day| day.to_string().into_bytes().into())
    }
}

impl SyslogCutter {
    fn cut(&mut self, buffer: &[u8], scan: &mut Scan, rest: Rest) -> Option<Span> {
        if scan.open.is_none() {
            match open(buffer, scan, rest)? {
                Opened::Line(start) => {
                    scan.open = Some(start);
                    scan.at = start;
                }
                Opened::Counted(span) => {
                    scan.at = span.end;
                    return Some(self.found(buffer, span));
                }
            }
        }
        let end = line_end(buffer, scan, rest)?;
        let start = scan.open.take().unwrap_or(end);
        scan.at = (end + 1).min(buffer.len());
        Some(self.found(buffer, Span { start, end }))
    }

    /// Notes the record's date, and leaves its line break out.
    fn found(&mut self, buffer: &[u8], span: Span) -> Span {
        let bytes = buffer.get(span.start..span.end).unwrap_or_default();
        self.near = whole_date(bytes).or(self.near);
        let breaks = bytes.iter().rev().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
        Span { start: span.start, end: span.end - breaks }
    }
}

enum Opened {
    Line(usize),
    Counted(Span),
}

/// Begins the next record; `None` where more must be seen.
fn open(buffer: &[u8], scan: &mut Scan, rest: Rest) -> Option<Opened> {
    while matches!(buffer.get(scan.at), Some(b'\n' | b'\r')) {
        scan.at += 1;
    }
    let start = scan.at;
    let bytes = buffer.get(start..).filter(|bytes| !bytes.is_empty())?;
    let digits = bytes.iter().take(START_BYTES).take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 0 || bytes.first() == Some(&b'0') {
        return Some(Opened::Line(start));
    }
    let undecided = bytes.len() < digits + 2 && digits < START_BYTES;
    if undecided {
        return (rest == Rest::Ended).then_some(Opened::Line(start));
    }
    let Some((length, message)) = count(bytes) else { return Some(Opened::Line(start)) };
    let message = start + message;
    let end = message + length;
    let is_next = |byte: &u8| matches!(byte, b'\n' | b'\r' | b'<' | b'1'..=b'9');
    match buffer.get(end) {
        Some(next) if is_next(next) => Some(Opened::Counted(Span { start: message, end })),
        // The length is wrong: the record ends with its line.
        Some(_) => Some(Opened::Line(message)),
        None if end == buffer.len() && rest != Rest::Flows => Some(Opened::Counted(Span { start: message, end })),
        None => (rest == Rest::Ended).then_some(Opened::Line(message)),
    }
}

/// A length and where its message begins: `123 <34>...`.
fn count(bytes: &[u8]) -> Option<(usize, usize)> {
    let digits = bytes.iter().take(START_BYTES).take_while(|byte| byte.is_ascii_digit()).count();
    let is_counted = bytes.get(digits) == Some(&b' ') && bytes.get(digits + 1) == Some(&b'<');
    let length = bytes
        .get(..digits)?
        .iter()
        .try_fold(0_usize, |value, &byte| Some(value * 10 + usize::from(byte.checked_sub(b'0')?)))?;
    (is_counted && (1..=MAX_COUNTED_BYTES).contains(&length)).then_some((length, digits + 1))
}

/// The text without the length before it.
pub(super) fn without_count(text: &str) -> &str {
    count(text.as_bytes()).and_then(|(_, start)| text.get(start..)).unwrap_or(text)
}

/// Where the line break of the record at hand is, or the end of the stream; indented lines belong to it.
fn line_end(buffer: &[u8], scan: &mut Scan, rest: Rest) -> Option<usize> {
    loop {
        let from = scan.at;
        let Some(length) = memchr::memchr(b'\n', buffer.get(from..)?) else {
            scan.at = buffer.len();
            return (rest == Rest::Ended).then_some(buffer.len());
        };
        let end = from + length;
        match goes_on(buffer.get(end + 1..).unwrap_or_default(), rest) {
            None => {
                scan.at = end;
                return None;
            }
            Some(false) => return Some(end),
            Some(true) => scan.at = end + 1,
        }
    }
}

/// Whether what follows a line break is an indented line, and not a record of its own or blank.
fn goes_on(bytes: &[u8], rest: Rest) -> Option<bool> {
    let Some(first) = bytes.first() else { return (rest != Rest::Flows).then_some(false) };
    if !matches!(first, b' ' | b'\t') {
        return Some(false);
    }
    let blanks = bytes.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let text = bytes.get(blanks..).unwrap_or_default();
    let is_short = text.len() < START_BYTES && memchr::memchr(b'\n', text).is_none();
    if is_short && rest == Rest::Flows {
        return None;
    }
    if is_short && rest == Rest::Pauses {
        return Some(true);
    }
    let is_blank = matches!(text.first(), None | Some(b'\n' | b'\r'));
    Some(!is_blank && !begins_record(text))
}

/// A priority, a date, or a month with a day.
fn begins_record(text: &[u8]) -> bool {
    match text {
        [b'<', b'0'..=b'9', ..] => true,
        [a, b, c, d, b'-', ..] => [a, b, c, d].into_iter().all(u8::is_ascii_digit),
        [a, b, c, b' ', d, e, ..] => {
            a.is_ascii_uppercase()
                && b.is_ascii_lowercase()
                && c.is_ascii_lowercase()
                && (d.is_ascii_digit() || e.is_ascii_digit())
        }
        _ => false,
    }
}

/// Day since 1970 of the date that a record begins with, where it is written with its year; of a remark of
/// journalctl the last one in it.
pub(super) fn whole_date(record: &[u8]) -> Option<i32> {
    if record.starts_with(b"-- ") {
        let line = record.split(|&byte| byte == b'\n').next().unwrap_or_default();
        return line.split(|&byte| byte == b' ').rev().find_map(date);
    }
    let body = match record {
        [b'<', rest @ ..] => {
            let end = rest.iter().take(4).position(|&byte| byte == b'>')?;
            let body = rest.get(end + 1..)?;
            body.strip_prefix(b"1 ").unwrap_or(body)
        }
        body => body,
    };
    date(body)
}

fn date(text: &[u8]) -> Option<i32> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, ..] = text else { return None };
    let number = |digits: &[&u8]| digits.iter().try_fold(0_i64, |value, byte| Some(value * 10 + digit(**byte)?));
    let (year, month, day) = (number(&[y1, y2, y3, y4])?, number(&[m1, m2])?, number(&[d1, d2])?);
    let exists =
        (1970..2200).contains(&year) && (1..=12).contains(&month) && (1..=days_in_month(year, month)).contains(&day);
    if !exists {
        return None;
    }
    i32::try_from(days_from_civil(year, month, day)).ok()
}

/// The day that [`SyslogCutter::header`] wrote.
pub(super) fn day_of(header: &[u8]) -> Option<i32> {
    std::str::from_utf8(header).ok()?.parse().ok()
}
