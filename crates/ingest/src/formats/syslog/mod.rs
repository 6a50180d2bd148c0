//! Syslog in files and as it is sent: headers of many dialects, messages of the programs of Unix hosts.
//!
//! `crate::syslog` splits a record into header and message, `crate::messages` reads the message, `embedded` hands
//! messages that are records of another format to its reader, `cut` finds records in both framings of RFC 6587.
//!
//! A time without zone is UTC. A time without year is dated by the last whole date before it in the stream, else by
//! the time of ingestion: the latest year in which it is not to come. A message without any time is dated by ingestion.

mod cut;
mod embedded;
mod fortinet;
mod palo_alto;
mod windows;

use crate::{
    Certainty, Format, Head, ParsedBatch, RawBatch, Recognition,
    frame::spans::SpanFramer,
    mapping::Output,
    messages::{self, SYSLOG_OTHER},
    observed::Observed,
    pairs::Pairs,
    parsed::Fault,
    records::{Input, read_records},
    syslog::{Header, parameters, push_unescaped},
};

pub(super) use embedded::Embedded;

pub(super) static FORMAT: Format = Format {
    name: "syslog",
    about: "Syslog (RFC 5424, RFC 3164, files of rsyslog, journalctl's short forms) with the messages of Unix programs.",
    spec: "https://www.rfc-editor.org/rfc/rfc5424",
    yields: &[
        "logons",
        "processes",
        "services",
        "scheduled_tasks",
        "firewall_events",
        "dns_queries",
        "alerts",
        "connections",
        "http_requests",
        "file_changes",
        "registry_changes",
        "modules_loaded",
        "network_by_process",
        "pipes",
        "scripts",
        "other_records",
    ],
    recognise,
    framer: SpanFramer::<cut::SyslogCutter>::boxed,
    parse,
};

/// As many lines tell what a stream is.
const LINES_LOOKED_AT: usize = 24;

fn recognise(head: &Head<'_>) -> Option<Recognition> {
    let mut lines = 0;
    let mut dated = 0;
    let mut tagged: Option<&'static str> = None;
    for line in head.lines().take(LINES_LOOKED_AT) {
        // The last line may be cut off within a character.
        let line = line.utf8_chunks().next().map_or("", |chunk| chunk.valid());
        let line = cut::without_count(line);
        if is_remark(line) {
            continue;
        }
        lines += 1;
        let Ok(header) = header_of(line) else { continue };
        dated += 1;
        tagged = tagged.or_else(|| evidence(line, &header));
    }
    // A few lines may be broken or belong to the record before.
    let why = tagged.filter(|_| dated * 4 >= lines * 3 || (dated > 2 && dated * 2 > lines))?;
    Some(Recognition::new(Certainty::Likely, why))
}

/// What makes the line one of syslog rather than of any program that dates its lines.
fn evidence(line: &str, header: &Header<'_>) -> Option<&'static str> {
    if fortinet::is_record(header.message) {
        return Some("lines have the devname, logid and type of FortiGate devices");
    }
    if palo_alto::is_record(header.message) {
        return Some("lines have the times, serial number and type of Palo Alto firewalls");
    }
    if header.is_5424 {
        return Some("lines begin with priority, version and time as in RFC 5424");
    }
    if line.starts_with('<') && header.observed != Observed::Unstated {
        return Some("lines begin with priority and time as in RFC 3164");
    }
    let program = header.program?;
    if program == "named" && header.host.is_none() && header.message.contains("client ") {
        return Some("lines begin with day, month and year as in logs of BIND");
    }
    let has_classic_time = matches!(header.observed, Observed::InSomeYear(_)) && header.host.is_some();
    let is_known = header.pid.is_some() || KNOWN_PROGRAMS.contains(&program);
    (has_classic_time || (is_known && header.host.is_some()))
        .then_some("lines begin with time, host and program as in syslog files")
}

/// Programs that write without their process id.
const KNOWN_PROGRAMS: &[&str] = &["kernel", "sudo", "su", "systemd", "audit", "rsyslogd", "syslogd"];

/// What journalctl says between records: `-- Boot 3f2a --`, `-- Logs begin at ... --`; and macOS:
/// `--- last message repeated 2 times ---`.
fn is_remark(line: &str) -> bool {
    let dashes = if line.starts_with("--- last message repeated ") { "---" } else { "--" };
    line.strip_prefix(dashes)
        .and_then(|line| line.strip_suffix(dashes))
        .is_some_and(|line| line.starts_with(' ') && line.ends_with(' '))
}

fn parse(raw: &RawBatch) -> ParsedBatch {
    let mut output = Output::new();
    let mut reader = Reader::new(raw);
    read_records(raw, &mut output, |record, output| reader.read(record, output));
    output.finish(FORMAT.name, raw)
}

/// Reads the records of one batch.
#[derive(Debug)]
struct Reader<'a> {
    pairs: Pairs<'a>,
    embedded: embedded::Readers<'a>,
    /// Day of the last whole date in the stream.
    near: Option<i32>,
}

impl<'a> Reader<'a> {
    fn new(raw: &'a RawBatch) -> Self {
        Self { pairs: Pairs::new(), embedded: embedded::Readers::new(raw), near: cut::day_of(&raw.preamble.header) }
    }

    fn read(&mut self, record: Input<'a>, output: &mut Output) -> Result<(), Fault> {
        self.near = cut::whole_date(record.text.as_bytes()).or(self.near);
        if is_remark(record.text) {
            return Ok(());
        }
        let header = header_of(record.text)?;
        let header = Header { observed: header.observed.near(self.near), ..header };
        if let Some(outcome) = self.embedded.read(&header, record, output) {
            return outcome;
        }
        self.pairs.begin();
        self.message(&header, record, output);
        Ok(())
    }

    fn message(&mut self, header: &Header<'a>, record: Input<'a>, output: &mut Output) {
        let pairs = &mut self.pairs;
        if let Some(host) = header.host {
            pairs.push("host", host);
        }
        let program = header.program.unwrap_or_default();
        let kind = messages::read(program, header.message, pairs);
        if kind == messages::Kind::Other {
            pairs.push("kind", kind_of(header));
            pairs.push("message", header.message);
        }
        push_header(header, pairs);
        pairs.add_observed(kind.mapping(&SYSLOG_OTHER), record, header.observed, output);
    }
}

/// Splits a record; files of FortiGate devices and Palo Alto firewalls have their lines without any header.
fn header_of(record: &str) -> Result<Header<'_>, Fault> {
    if palo_alto::is_record(record) {
        return Ok(Header::of_message(record));
    }
    Header::parse(record).or_else(|fault| {
        let is_bare = fortinet::is_record(record);
        if is_bare { Ok(Header::of_message(record)) } else { Err(fault) }
    })
}

/// What the header says besides time and host.
fn push_header<'a>(header: &Header<'a>, pairs: &mut Pairs<'a>) {
    if let Some(program) = header.program {
        // Older systems add the module that speaks: `sshd(pam_unix)`.
        let name = program.split_once("(pam_").map_or(program, |(name, _)| name);
        pairs.push("provider", name);
    }
    if let Some(pid) = header.pid {
        pairs.push_number("pid", pid);
    }
    if let Some(facility) = header.facility() {
        pairs.push("facility", facility);
    }
    if let Some(severity) = header.severity() {
        pairs.push("severity", severity);
    }
    if let Some(message_id) = header.message_id {
        pairs.push("message_id", message_id);
    }
    let Some(structured) = header.structured else { return };
    parameters(structured, |id, name, value| {
        let name = if name.is_empty() { id.to_owned() } else { format!("{id}.{name}") };
        pairs.push_with(name, |to| push_unescaped(value, to));
    });
}

/// The program; of network devices the mnemonic of the message, such as `ASA-6-302013`.
fn kind_of<'a>(header: &Header<'a>) -> &'a str {
    let mnemonic = || {
        let at = header.message.find('%')?;
        let (mnemonic, _) = header.message.get(at + 1..)?.split_once(':')?;
        let is_one = mnemonic.contains('-') && mnemonic.len() < 64 && !mnemonic.contains(' ');
        is_one.then_some(mnemonic)
    };
    header.program.or_else(mnemonic).filter(|kind| !kind.is_empty()).unwrap_or("syslog")
}
