//! Walks the tree of a MIME message (RFC 2045 to 2049) without recursion and in bounded memory; gives its leaves.

use std::{ops::Range, rc::Rc};

use super::{
    decode,
    headers::{Fields, Parameters},
    outlook,
};

/// Deeper parts are taken as files, unopened. Mail forwarded as attachment again and again reaches four or five.
const MAX_DEPTH: usize = 16;

/// More parts are not looked at. Digests of lists reach a hundred.
const MAX_PARTS: usize = 1_000;

/// A part that has no parts, or a message within the message.
#[derive(Debug)]
pub(super) struct Part {
    /// Lower-case, without parameters.
    pub(super) media_type: String,
    pub(super) charset: Option<String>,
    pub(super) name: Option<String>,
    pub(super) is_attachment: bool,
    /// Belongs to a message within the message.
    pub(super) is_nested: bool,
    /// Decoded.
    pub(super) body: Slice,
}

/// Bytes of the message or of what was decoded from it, shared.
#[derive(Debug, Clone)]
pub(super) struct Slice {
    data: Rc<[u8]>,
    range: Range<usize>,
}

impl Slice {
    pub(super) fn bytes(&self) -> &[u8] {
        self.data.get(self.range.clone()).unwrap_or_default()
    }

    fn of(bytes: &[u8]) -> Self {
        Self { data: bytes.into(), range: 0..bytes.len() }
    }

    /// A part of it, by offsets within it.
    fn within(&self, range: Range<usize>) -> Self {
        let start = self.range.start.saturating_add(range.start).min(self.range.end);
        let end = self.range.start.saturating_add(range.end).clamp(start, self.range.end);
        Self { data: Rc::clone(&self.data), range: start..end }
    }
}

/// What is still to be looked at.
#[derive(Debug)]
struct Open {
    slice: Slice,
    /// What a part without content type is.
    default_type: &'static str,
    depth: usize,
    is_nested: bool,
}

/// The leaves of a message in their order.
#[derive(Debug)]
pub(super) struct Parts {
    /// The last one is next.
    open: Vec<Open>,
    looked_at: usize,
}

impl Parts {
    pub(super) fn of(message: &[u8]) -> Self {
        let root = Open { slice: Slice::of(message), default_type: "text/plain", depth: 0, is_nested: false };
        Self { open: vec![root], looked_at: 0 }
    }

    /// Whether parts were left out because there are too many.
    pub(super) fn is_cut(&self) -> bool {
        !self.open.is_empty()
    }
}

impl Iterator for Parts {
    type Item = Part;

    fn next(&mut self) -> Option<Part> {
        while self.looked_at < MAX_PARTS {
            let open = self.open.pop()?;
            self.looked_at += 1;
            if let Some(part) = self.enter(&open) {
                return Some(part);
            }
        }
        None
    }
}

impl Parts {
    /// Gives a leaf, or notes what is inside.
    fn enter(&mut self, open: &Open) -> Option<Part> {
        let (fields, body_start) = Fields::split(open.slice.bytes());
        let body = open.slice.within(body_start..usize::MAX);
        let content_type = fields.content_type();
        let media_type = content_type.as_ref().map_or(open.default_type, |found| found.value.as_str());
        let may_enter = open.depth < MAX_DEPTH;
        let boundary = content_type.as_ref().and_then(|found| found.get("boundary"));
        let is_multipart = media_type.starts_with("multipart/");
        if let Some(boundary) = boundary.filter(|boundary| is_multipart && may_enter && !boundary.is_empty()) {
            let ranges = between_boundaries(body.bytes(), boundary.as_bytes());
            let default_type = if media_type == "multipart/digest" { "message/rfc822" } else { "text/plain" };
            let parts = ranges.into_iter().rev().map(|range| Open {
                slice: body.within(range),
                default_type,
                depth: open.depth + 1,
                is_nested: open.is_nested,
            });
            let before = self.open.len();
            self.open.extend(parts);
            if self.open.len() > before {
                return None;
            }
        }
        let encoding = fields.get("content-transfer-encoding").unwrap_or_default();
        let body = decode::transfer(encoding, body.bytes()).map_or(body, |decoded| Slice::of(&decoded));
        let is_message = matches!(media_type, "message/rfc822" | "message/global" | "message/news");
        let is_outlook = body.bytes().starts_with(outlook::MAGIC);
        let inside = if is_outlook && may_enter {
            // Documents of Office begin alike, and stay what they are.
            outlook::to_mime(body.bytes()).ok().map(|mime| Slice::of(&mime))
        } else {
            (is_message && may_enter).then(|| body.clone())
        };
        self.open.extend(inside.map(|slice| Open {
            slice,
            default_type: "text/plain",
            depth: open.depth + 1,
            is_nested: true,
        }));
        let disposition = fields.disposition();
        let attribute = |of: &Option<Parameters>, name: &str| of.as_ref()?.get(name).map(str::to_owned);
        let name = attribute(&disposition, "filename").or_else(|| attribute(&content_type, "name"));
        // A multipart without usable boundary is read as the text that it is.
        let media_type = if is_multipart { "text/plain" } else { media_type };
        let is_text = matches!(media_type, "text/plain" | "text/html");
        let says_attachment = disposition.as_ref().is_some_and(|found| found.value == "attachment");
        Some(Part {
            is_attachment: says_attachment || name.is_some() || !is_text,
            is_nested: open.is_nested,
            charset: attribute(&content_type, "charset"),
            name: name.filter(|name| !name.is_empty()),
            media_type: media_type.to_owned(),
            body,
        })
    }
}

/// Where the parts lie between the lines of a boundary; what follows the last such line is a part unless it closes.
fn between_boundaries(body: &[u8], boundary: &[u8]) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut part: Option<usize> = None;
    let marker = [b"--", boundary].concat();
    for at in memchr::memmem::find_iter(body, &marker) {
        let starts_line = at == 0 || body.get(at - 1) == Some(&b'\n');
        let behind = body.get(at + marker.len()..).unwrap_or_default();
        let length = memchr::memchr(b'\n', behind).map_or(behind.len(), |end| end + 1);
        let tail = behind.get(..length).unwrap_or_default().trim_ascii();
        if !starts_line || !(tail.is_empty() || tail.starts_with(b"--")) {
            continue;
        }
        if let Some(start) = part.take() {
            ranges.push(start..without_line_break(body, start, at));
        }
        if tail.starts_with(b"--") || ranges.len() >= MAX_PARTS {
            return ranges;
        }
        part = Some(at + marker.len() + length);
    }
    ranges.extend(part.map(|start| start..body.len()));
    ranges
}

/// The line break before a boundary belongs to the boundary.
fn without_line_break(body: &[u8], start: usize, end: usize) -> usize {
    let part = body.get(start..end).unwrap_or_default();
    let part = part.strip_suffix(b"\n").unwrap_or(part);
    start + part.strip_suffix(b"\r").unwrap_or(part).len()
}
