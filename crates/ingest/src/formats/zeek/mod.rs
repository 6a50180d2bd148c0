//! Zeek logs, tab-separated and JSON, into the same rows. Spec: <https://docs.zeek.org/en/master/log-formats.html>.
//!
//! `logs` says where fields go, `tsv` and `json` read the two forms, `name` reads file names.

mod json;
mod logs;
mod name;
mod tsv;

use schema::Timestamp;

use crate::{
    Certainty, Format, Head, ParsedBatch, RawBatch, Recognition,
    frame::lines::{Headers, LineFramer},
    mapping::Output,
    parsed::{Fault, Reason},
    records::read_records,
};

pub(super) static FORMAT: Format = Format {
    name: "zeek",
    about: "Logs of the Zeek network sensor, tab-separated or JSON.",
    spec: "https://docs.zeek.org/en/master/log-formats.html",
    yields: &[
        "connections",
        "dns_queries",
        "http_requests",
        "tls_sessions",
        "files_seen",
        "certificates",
        "logons",
        "alerts",
        "software_seen",
        "other_records",
    ],
    recognise,
    framer: LineFramer::<HeaderLines>::boxed,
    parse,
};

fn recognise(head: &Head<'_>) -> Option<Recognition> {
    let first = head.lines().next()?;
    if first.starts_with(b"#separator ") {
        return Some(Recognition::new(Certainty::Certain, "starts with Zeek's #separator line"));
    }
    let has_fields = head.lines().take(10).any(|line| line.starts_with(b"#fields\t"));
    if first.starts_with(b"#") && has_fields {
        return Some(Recognition::new(Certainty::Certain, "has Zeek's #fields line"));
    }
    json::recognise(first, head.name)
}

fn parse(raw: &RawBatch) -> ParsedBatch {
    let mut output = Output::new();
    let header = header_in_force(&raw.preamble.header);
    let head = Head { bytes: &raw.bytes, name: &raw.preamble.name };
    let is_tsv = header.has_fields() || head.lines().next().is_some_and(|line| line.starts_with(b"#"));
    if is_tsv {
        parse_tsv(raw, header, &mut output)
    } else {
        json::parse(raw, &mut output)
    }
    output.finish(FORMAT.name, raw)
}

/// Reads lines with the header in force where they stand.
fn parse_tsv(raw: &RawBatch, header: tsv::Header, output: &mut Output) {
    let path = name::log(&raw.preamble.name).unwrap_or_default();
    let mut header = header;
    let mut reader = None;
    read_records(raw, output, |line, output| {
        if line.text.starts_with('#') {
            if header.apply(line.text) {
                reader = None;
            }
            return Ok(());
        }
        if !header.has_fields() {
            return Err(Fault::new(Reason::NoHeader, "no usable #fields line before the record"));
        }
        reader.get_or_insert_with(|| tsv::Reader::new(&header, path)).read(line, output)
    });
}

fn header_in_force(lines: &[u8]) -> tsv::Header {
    let mut header = tsv::Header::default();
    for line in lines.split(|&byte| byte == b'\n') {
        header.apply(&String::from_utf8_lossy(line));
    }
    header
}

/// Keeps the last line of each directive; `#separator` starts a header anew.
#[derive(Debug, Default)]
struct HeaderLines {
    lines: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Headers for HeaderLines {
    const MARK: Option<u8> = Some(b'#');

    fn note(&mut self, line: &[u8]) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let name: Vec<u8> = line.iter().copied().take_while(u8::is_ascii_graphic).take(32).collect();
        let directives: [&[u8]; 7] =
            [b"#separator", b"#set_separator", b"#empty_field", b"#unset_field", b"#path", b"#fields", b"#types"];
        // With a separator that is a visible character the name ends in it.
        let Some(directive) = directives.into_iter().find(|directive| name.starts_with(directive)) else { return };
        if directive == b"#separator" {
            self.lines.clear();
        }
        if directive == b"#fields" {
            self.lines.retain(|(known, _)| known != b"#types");
        }
        self.lines.retain(|(known, _)| known != directive);
        self.lines.push((directive.to_vec(), line.to_vec()));
    }

    fn in_force(&self) -> Vec<u8> {
        self.lines.iter().flat_map(|(_, line)| line.iter().copied().chain([b'\n'])).collect()
    }
}

/// Event times and durations are kept to the microsecond: Zeek's TSV writer has no more.
fn to_micros(instant: Timestamp) -> Timestamp {
    let nanos = instant.nanos();
    let below = nanos.rem_euclid(1_000);
    let down = nanos - below;
    let up = below > 500 || (below == 500 && down.div_euclid(1_000) % 2 != 0);
    Timestamp::from_nanos(if up { down.saturating_add(1_000) } else { down })
}
