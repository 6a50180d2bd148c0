//! W3C extended log files: IIS, Exchange, Windows Firewall, ProxySG and others. Spec: <https://www.w3.org/TR/WD-logfile>.
//!
//! `#Fields` names the columns and may come again anywhere. `fields` says where known names go, `line` cuts records.
//! Dates and times are UTC, as the specification says; those who log local time do not name their zone.

mod fields;
mod line;

use crate::{
    Certainty, Format, Head, ParsedBatch, RawBatch, Recognition,
    frame::lines::{Headers, LineFramer},
    mapping::Output,
    parsed::{Fault, Reason},
    records::read_records,
};

pub(super) static FORMAT: Format = Format {
    name: "w3c_extended",
    about: "W3C extended logs with a #Fields line: IIS, HTTP.sys, Exchange, Windows Firewall, ProxySG.",
    spec: "https://www.w3.org/TR/WD-logfile.html",
    yields: &["http_requests", "firewall_events", "emails", "other_records"],
    recognise,
    framer: LineFramer::<Directives>::boxed,
    parse,
};

/// How many lines may stand before the first `#Fields`.
const LINES_LOOKED_AT: usize = 32;

fn recognise(head: &Head<'_>) -> Option<Recognition> {
    let mut lines = head.lines().take(LINES_LOOKED_AT).skip_while(|line| !is_directive(line, FIELDS));
    let fields = std::str::from_utf8(lines.next()?).ok()?;
    let header = line::Header::default().with(fields);
    let first = head.lines().next()?;
    if header.names.len() < 2 || !(first.starts_with(b"#") || is_repeated_header(first)) {
        return None;
    }
    // Logs of CloudFront have the same form and a format of their own.
    let is_edge = header.names.iter().any(|name| name.starts_with("x-edge-"));
    if is_edge {
        return None;
    }
    Some(Recognition::new(Certainty::Certain, format!("a #Fields line with {} names", header.names.len())))
}

fn parse(raw: &RawBatch) -> ParsedBatch {
    let mut output = Output::new();
    let mut header = line::Header::default();
    for line in raw.preamble.header.split(|&byte| byte == b'\n') {
        header = header.with(std::str::from_utf8(line).unwrap_or_default());
    }
    let mut reader = None;
    read_records(raw, &mut output, |input, output| {
        if input.text.starts_with('#') {
            let is_known = KEPT.iter().any(|directive| is_directive(input.text.as_bytes(), directive));
            if is_known {
                header = header.clone().with(input.text);
                reader = None;
            }
            return Ok(());
        }
        if header.names.is_empty() && is_repeated_header(input.text.as_bytes()) {
            return Ok(());
        }
        if header.names.is_empty() {
            return Err(Fault::new(Reason::NoHeader, "no #Fields line before the record"));
        }
        reader.get_or_insert_with(|| fields::Reader::new(&header)).read(input, output)
    });
    output.finish(FORMAT.name, raw)
}

/// Some logs of Exchange begin with the names of their fields as CSV has them, before the directives.
fn is_repeated_header(line: &[u8]) -> bool {
    line.starts_with(b"DateTime,")
}

const FIELDS: &[u8] = b"#Fields:";

/// Directives that say how records are read.
const KEPT: [&[u8]; 4] = [FIELDS, b"#Software:", b"#Date:", b"#Log-type:"];

fn is_directive(line: &[u8], directive: &[u8]) -> bool {
    line.get(..directive.len()).is_some_and(|start| start.eq_ignore_ascii_case(directive))
}

/// Keeps the last line of each directive.
#[derive(Debug, Default)]
struct Directives {
    lines: [Vec<u8>; KEPT.len()],
}

impl Headers for Directives {
    const MARK: Option<u8> = Some(b'#');

    fn note(&mut self, line: &[u8]) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        for (kept, directive) in self.lines.iter_mut().zip(KEPT) {
            if is_directive(line, directive) {
                *kept = line.to_vec();
            }
        }
    }

    fn in_force(&self) -> Vec<u8> {
        self.lines.iter().filter(|line| !line.is_empty()).flat_map(|line| line.iter().copied().chain([b'\n'])).collect()
    }
}
