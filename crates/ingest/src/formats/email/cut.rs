//! Cuts mailboxes (mbox) at their `From ` lines; any other stream of a message is one record.

use crate::{
    Span,
    frame::spans::{Cutter, Rest, Scan},
};

/// Mail servers refuse longer messages by default; what comes through is rejected in pieces of this size.
const MAX_MESSAGE_BYTES: usize = 32 << 20;

/// Finds messages. A mailbox is known by its first line.
#[derive(Debug, Default)]
pub(super) struct Messages {
    form: Form,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Form {
    #[default]
    Unknown,
    Mailbox,
    Message,
}

const SEPARATOR: &[u8] = b"From ";

impl Cutter for Messages {
    const MAX_RECORD_BYTES: usize = MAX_MESSAGE_BYTES;

    /// Nothing but the end of the file ends a message, and servers put messages in place when they are whole.
    const ENDS_WITH_STREAM: bool = true;

    fn next(&mut self, buffer: &[u8], scan: &mut Scan) -> Option<Span> {
        if self.form == Form::Unknown {
            let first = buffer.get(scan.at..).unwrap_or_default();
            if first.len() < SEPARATOR.len() {
                return None;
            }
            self.form = if first.starts_with(SEPARATOR) { Form::Mailbox } else { Form::Message };
        }
        let start = *scan.open.get_or_insert(scan.at);
        if self.form == Form::Message {
            scan.at = buffer.len();
            return None;
        }
        self.next_in_mailbox(buffer, start, scan)
    }

    fn let_go(&mut self) -> Rest {
        Rest::Followed
    }
}

impl Messages {
    fn next_in_mailbox(&self, buffer: &[u8], start: usize, scan: &mut Scan) -> Option<Span> {
        loop {
            // A message's own first line is passed over.
            let from = scan.at.max(start + 1);
            let Some(found) = memchr::memmem::find(buffer.get(from..)?, b"\nFrom ") else {
                // The separator may lie across what is here and what comes.
                scan.at = buffer.len().saturating_sub(SEPARATOR.len()).max(start);
                return None;
            };
            let line = from + found + 1;
            scan.at = line;
            // Whether it separates is seen when its line is whole.
            let length = memchr::memchr(b'\n', buffer.get(line..)?);
            let Some(length) = length else {
                let is_endless = buffer.len() - line > MAX_SEPARATOR_BYTES;
                if is_endless {
                    continue;
                }
                scan.at = line - 1;
                return None;
            };
            let text = buffer.get(line..line + length)?;
            if behind_blank_line(buffer.get(..line)?) && is_separator(text) {
                return Some(scan.close(line));
            }
        }
    }
}

/// Senders and dates are short.
const MAX_SEPARATOR_BYTES: usize = 512;

fn behind_blank_line(before: &[u8]) -> bool {
    before.ends_with(b"\n\n") || before.ends_with(b"\n\r\n")
}

/// `From sender date`: prose that begins a paragraph with "From " has no time of day.
pub(super) fn is_separator(line: &[u8]) -> bool {
    let is_clock =
        |window: &[u8]| matches!(window, [h, b':', m1, m2] if [h, m1, m2].iter().all(|b| b.is_ascii_digit()));
    line.starts_with(SEPARATOR) && line.len() <= MAX_SEPARATOR_BYTES && line.windows(4).any(is_clock)
}
