//! Finds where no event of the audit log is open: the lines of one event are mixed with those of others.
//!
//! A record here is a group of lines at whose end no event is open, mostly the lines of one event. Records of user
//! space are events by themselves; those of the kernel end with `PROCTITLE` or `EOE`, or with time, because old
//! kernels write neither.

use super::{
    line::{Key, Line, is_between},
    types,
};
use crate::frame::{
    Span,
    spans::{Cutter, Scan},
};

/// An event of which no record came within so many lines is over: processors write a few events at a time.
const LINES_OPEN: u32 = 64;

/// Nor does the kernel take so long to write one.
const MILLIS_OPEN: i64 = 2_000;

/// A group beyond this size ends where the next event begins, whatever is open: a log without ends of events would
/// otherwise be one group. It also bounds how many events are open at a time.
const LARGE_GROUP_BYTES: usize = 32 << 10;

/// And beyond this size with the line, because one event may go on for ever.
const MAX_GROUP_BYTES: usize = 4 << 20;

#[derive(Debug, Default)]
pub(super) struct AuditCutter {
    open: Vec<Open>,
    /// Lines of the group.
    lines: u32,
    /// Bytes before [`Scan::at`] that belong to the line at hand.
    in_line: usize,
}

#[derive(Debug)]
struct Open {
    key: Key,
    /// Number of its last line in the group.
    line: u32,
}

/// What a line means for the group before it.
enum Found {
    /// It belongs to no record.
    Between,
    /// The same, and all events before it are over.
    Divider,
    /// It cannot be read.
    Broken,
    Record {
        key: Key,
        kind: RecordKind,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RecordKind {
    /// An event by itself.
    Single,
    /// Others of its event follow.
    Part,
    /// The title of the process: the kernel writes it last, ausearch first.
    Title,
    /// The last one of its event.
    End,
}

impl Cutter for AuditCutter {
    fn next(&mut self, buffer: &[u8], scan: &mut Scan) -> Option<Span> {
        loop {
            let length = match buffer.get(scan.at..).and_then(|rest| memchr::memchr(b'\n', rest)) {
                Some(length) => length,
                None => {
                    self.in_line += buffer.len().saturating_sub(scan.at);
                    scan.at = buffer.len();
                    // What comes before the line at hand may still be cut off.
                    if scan.open.is_none() && self.in_line > 0 {
                        scan.open = Some(buffer.len() - self.in_line);
                    }
                    return None;
                }
            };
            let start = scan.at.saturating_sub(self.in_line);
            let end = scan.at + length;
            if let Some(span) = self.line(buffer, start, end, scan) {
                return Some(span);
            }
        }
    }

    fn pause(&mut self, buffer: &[u8], scan: &mut Scan) -> Option<Span> {
        // A line without end may belong to the group, so both wait.
        let open = scan.open.filter(|_| self.in_line == 0 && self.lines > 0)?;
        self.forget();
        scan.open = None;
        Some(trimmed(buffer, open, scan.at))
    }

    fn restart(&mut self) {
        self.forget();
    }
}

impl AuditCutter {
    /// Takes a whole line; gives the group that ends with it or before it.
    fn line(&mut self, buffer: &[u8], start: usize, end: usize, scan: &mut Scan) -> Option<Span> {
        let bytes = buffer.get(start..end).unwrap_or_default();
        let found = look_at(bytes.strip_suffix(b"\r").unwrap_or(bytes));
        let open = if self.lines == 0 { start } else { scan.open.unwrap_or(start) };
        if self.lines > 0 && self.is_over(&found, start - open) {
            self.forget();
            scan.open = None;
            scan.at = start;
            return Some(trimmed(buffer, open, start));
        }
        scan.at = end + 1;
        self.in_line = 0;
        if self.lines == 0 && matches!(found, Found::Between | Found::Divider) {
            scan.open = None;
            return None;
        }
        scan.open = Some(open);
        self.take(&found);
        if !self.open.is_empty() {
            return None;
        }
        self.forget();
        scan.open = None;
        Some(trimmed(buffer, open, end))
    }

    /// Whether the group ends before this line.
    fn is_over(&self, found: &Found, size: usize) -> bool {
        if size >= MAX_GROUP_BYTES || matches!(found, Found::Divider) {
            return true;
        }
        let Found::Record { key, .. } = found else { return false };
        if self.open.iter().any(|open| open.key == *key) {
            return false;
        }
        size >= LARGE_GROUP_BYTES || self.open.iter().all(|open| self.is_left(open, key))
    }

    fn is_left(&self, open: &Open, key: &Key) -> bool {
        self.lines.saturating_sub(open.line) > LINES_OPEN || key.millis.saturating_sub(open.key.millis) > MILLIS_OPEN
    }

    fn take(&mut self, found: &Found) {
        self.lines = self.lines.saturating_add(1);
        let &Found::Record { key, kind } = found else { return };
        let known = self.open.iter().position(|open| open.key == key);
        match (kind, known) {
            (RecordKind::Part | RecordKind::Title, None) => self.open.push(Open { key, line: self.lines }),
            (RecordKind::Part, Some(place)) => {
                if let Some(open) = self.open.get_mut(place) {
                    open.line = self.lines;
                }
            }
            (RecordKind::Title | RecordKind::End, Some(place)) => {
                self.open.swap_remove(place);
            }
            (RecordKind::Single | RecordKind::End, _) => {}
        }
    }

    fn forget(&mut self) {
        self.open.clear();
        self.lines = 0;
        self.in_line = 0;
    }
}

fn look_at(line: &[u8]) -> Found {
    if is_between(line) {
        return if line.starts_with(b"----") { Found::Divider } else { Found::Between };
    }
    let parsed = as_text(line).and_then(Line::parse);
    let Some(line) = parsed else { return Found::Broken };
    let kind = match line.kind {
        "EOE" => RecordKind::End,
        "PROCTITLE" => RecordKind::Title,
        kind if types::has_company(kind) => RecordKind::Part,
        _ => RecordKind::Single,
    };
    Found::Record { key: line.key, kind }
}

/// The start of a line, which is enough here.
fn as_text(line: &[u8]) -> Option<&str> {
    const START_BYTES: usize = 1024;
    let start = line.get(..START_BYTES).unwrap_or(line);
    Some(start.utf8_chunks().next()?.valid())
}

/// Without line breaks at the end.
fn trimmed(buffer: &[u8], start: usize, end: usize) -> Span {
    let bytes = buffer.get(start..end).unwrap_or_default();
    let breaks = bytes.iter().rev().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
    Span { start, end: end - breaks }
}
