//! Says what format a stream has by looking at its first bytes; the name only breaks ties.

use crate::{
    formats::{ALL, Format},
    legacy::readable,
};

/// How much of the head is looked at: enough for dozens of records, little enough to be free.
pub(crate) const HEAD_BYTES: usize = 64 << 10;

/// As many lines tell what a stream is.
const LINES_LOOKED_AT: usize = 24;

/// The start of a stream, and what it is called.
#[derive(Debug, Clone, Copy)]
pub struct Head<'a> {
    pub bytes: &'a [u8],
    /// File path, object key or topic; empty where there is none.
    pub name: &'a str,
}

impl<'a> Head<'a> {
    /// From where the first JSON value begins. A log that was cut by its size begins with the rest of a record, which
    /// costs that line and not the log.
    pub(crate) fn json(self) -> Option<&'a [u8]> {
        let bytes = self.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(self.bytes).trim_ascii_start();
        if matches!(bytes.first(), Some(b'{' | b'[')) {
            return Some(bytes);
        }
        let (rest_of_record, others) = bytes.split_at_checked(memchr::memchr(b'\n', bytes)?)?;
        let others = others.trim_ascii_start();
        let is_cut = rest_of_record.trim_ascii_end().ends_with(b"}") && others.starts_with(b"{\"");
        is_cut.then_some(others)
    }

    /// The lines at the start that are not blank; the last one may be cut off.
    pub(crate) fn lines(self) -> impl Iterator<Item = &'a [u8]> {
        let bytes = self.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(self.bytes);
        bytes.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty())
    }

    /// Whether at least half of the first lines are such. A line that is not text counts as far as it is.
    pub(crate) fn mostly(self, fits: impl Fn(&str) -> bool) -> bool {
        let (mut lines, mut fit) = (0, 0);
        for line in self.lines().take(LINES_LOOKED_AT) {
            lines += 1;
            fit += usize::from(fits(line.utf8_chunks().next().map_or("", |chunk| chunk.valid())));
        }
        fit > 0 && fit * 2 >= lines
    }
}

/// How sure a recognition is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// The content fits and the name says so.
    Possible,
    /// The content fits this format and hardly any other.
    Likely,
    /// The content says what it is.
    Certain,
}

/// A format found, and by what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recognition {
    pub certainty: Certainty,
    /// A phrase for people: what in the input gave it away.
    pub why: String,
}

impl Recognition {
    pub(crate) fn new(certainty: Certainty, why: impl Into<String>) -> Self {
        Self { certainty, why: why.into() }
    }
}

/// The format of a stream by its first (decompressed) bytes, and why; `None` rather than a guess.
///
/// Of several formats that fit, the surest wins, then the first of [`ALL`].
pub fn recognise(head: &[u8], name: &str) -> Option<(&'static Format, Recognition)> {
    let head = readable(head.get(..HEAD_BYTES).unwrap_or(head));
    let head = Head { bytes: &head, name };
    let mut best: Option<(&'static Format, Recognition)> = None;
    for &format in ALL {
        let Some(found) = (format.recognise)(&head) else { continue };
        let surer = best.as_ref().is_none_or(|(_, known)| found.certainty > known.certainty);
        if surer {
            best = Some((format, found));
        }
    }
    best
}
