//! Splits a line into what syslog says of it and the message: RFC 5424, RFC 3164 and what is written in its name.
//!
//! One reader serves lines as they are sent (`<34>Nov 22 ...`, `<34>1 2026-...`), as daemons write them to files
//! (with or without year, ISO 8601), as journalctl prints them, and as network devices mark them (`*Nov 22 ...:`).

mod structured;
mod time;

pub(crate) use structured::{parameters, push_unescaped, quoted_length};

use time::Found;

use crate::{
    observed::Observed,
    parsed::{Fault, Reason},
};

/// Greatest priority: facility 23, severity 7.
const MAX_PRIORITY: u16 = 191;

/// The one program that writes the day before the name of the month, to files of its own without host.
const BIND: &str = "named";

/// Longer program names are part of a message.
const MAX_PROGRAM_BYTES: usize = 96;

/// What a syslog line says before its message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header<'a> {
    /// Facility × 8 + severity.
    pub(crate) priority: Option<u8>,
    pub(crate) observed: Observed,
    pub(crate) host: Option<&'a str>,
    pub(crate) program: Option<&'a str>,
    pub(crate) pid: Option<&'a str>,
    /// Of RFC 5424.
    pub(crate) message_id: Option<&'a str>,
    /// Structured data of RFC 5424 as it stands, for [`parameters`].
    pub(crate) structured: Option<&'a str>,
    pub(crate) message: &'a str,
    /// Written as RFC 5424 says.
    pub(crate) is_5424: bool,
}

impl<'a> Header<'a> {
    const EMPTY: Self = Self {
        priority: None,
        observed: Observed::Unstated,
        host: None,
        program: None,
        pid: None,
        message_id: None,
        structured: None,
        message: "",
        is_5424: false,
    };

    /// Fails where the line has no time that can be read; a line with a priority may have none at all.
    pub(crate) fn parse(line: &'a str) -> Result<Self, Fault> {
        let line = line.trim_start_matches('\u{feff}').trim_ascii_start();
        let (priority, rest) = priority(line);
        let has_priority = rest.len() < line.len();
        if has_priority && let Some(body) = version(rest) {
            return modern(priority, body);
        }
        classic(priority, has_priority, rest)
    }

    /// A message without any header.
    pub(crate) fn of_message(message: &'a str) -> Self {
        Self { message, ..Self::EMPTY }
    }

    /// `auth`, `kern` ...
    pub(crate) fn facility(&self) -> Option<&'static str> {
        FACILITIES.get(usize::from(self.priority? / 8)).copied()
    }

    /// `emerg` to `debug`.
    pub(crate) fn severity(&self) -> Option<&'static str> {
        SEVERITIES.get(usize::from(self.priority? % 8)).copied()
    }
}

static FACILITIES: &[&str] = &[
    "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp", "ntp",
    "audit", "alert", "clock", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
];

static SEVERITIES: &[&str] = &["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"];

/// The priority and what follows it; one that is out of range is passed over.
fn priority(line: &str) -> (Option<u8>, &str) {
    let none = (None, line);
    let Some(rest) = line.strip_prefix('<') else { return none };
    let Some((digits, rest)) = rest.split_once('>') else { return none };
    let is_number = (1..=3).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number {
        return none;
    }
    let priority = digits.parse::<u16>().ok().filter(|&priority| priority <= MAX_PRIORITY);
    (priority.and_then(|priority| u8::try_from(priority).ok()), rest)
}

/// What follows a version of RFC 5424.
fn version(rest: &str) -> Option<&str> {
    let body = rest.strip_prefix("1 ")?;
    let begins_as_one = body.starts_with("- ") || body.as_bytes().get(4) == Some(&b'-');
    begins_as_one.then_some(body)
}

/// RFC 5424: time, host, program, process, message id, structured data, message.
fn modern(priority: Option<u8>, body: &str) -> Result<Header<'_>, Fault> {
    let (stamp, rest) = word(body);
    let observed = match stamp {
        "-" => Observed::Unstated,
        stamp => match time::leading(stamp) {
            Found::Time(observed, length) if length == stamp.len() => observed,
            found => return Err(no_time(found)),
        },
    };
    let (host, rest) = word(rest);
    let (program, rest) = word(rest);
    let (pid, rest) = word(rest);
    let (message_id, rest) = word(rest);
    let (structured, rest) = structured::split(rest);
    let message = rest.strip_prefix(' ').unwrap_or(rest);
    let message = message.strip_prefix('\u{feff}').unwrap_or(message);
    Ok(Header {
        priority,
        observed,
        host: set(host),
        program: set(program),
        pid: set(pid),
        message_id: set(message_id),
        structured: set(structured),
        message,
        is_5424: true,
    })
}

/// RFC 3164 and its kin: time, perhaps a host, perhaps a program with its process, message.
fn classic(priority: Option<u8>, has_priority: bool, rest: &str) -> Result<Header<'_>, Fault> {
    let mut start = rest;
    let mut found = time::leading(start);
    if found == Found::Nothing {
        start = without_device_marks(rest);
        found = time::leading(start);
    }
    let (observed, rest) = match found {
        Found::Time(observed, length) => match start.get(length..).unwrap_or_default() {
            rest if rest.is_empty() || rest.starts_with([' ', ':', '\t']) => (observed, rest),
            _ => return Err(no_time(Found::Bad)),
        },
        Found::Nothing if has_priority => (Observed::Unstated, rest),
        found => return Err(no_time(found)),
    };
    if time::is_day_first(start) {
        let message = rest.trim_ascii_start();
        return Ok(Header { priority, observed, program: Some(BIND), message, ..Header::EMPTY });
    }
    let rest = rest.strip_prefix(':').unwrap_or(rest).trim_ascii_start();
    let (facility_text, rest) = bsd_facility(rest);
    let priority = priority.or(facility_text);
    let is_stated = observed != Observed::Unstated;
    let (host, rest) = if is_stated { host_and_rest(rest) } else { (None, rest) };
    let rest = without_forwarding(rest);
    let (program, pid, message) = tag(rest);
    let message = without_solaris_id(message);
    Ok(Header { priority, observed, host, program, pid, message, ..Header::EMPTY })
}

fn no_time(found: Found) -> Fault {
    match found {
        Found::OutOfRange => Fault::new(Reason::TimeOutOfRange, "the time of the line lies outside 1970 to 2199"),
        Found::Nothing => Fault::new(Reason::MissingTime, "the line begins with neither a priority nor a time"),
        _ => Fault::new(Reason::BadTime, "the line begins with what looks like a time and is none"),
    }
}

/// Cisco devices put a sequence number, their own name, and a mark for a clock that is not synchronized before the
/// time: `000123: fw1: *Nov 22 03:14:13.123: `.
fn without_device_marks(text: &str) -> &str {
    let mut rest = text;
    for _ in 0..3 {
        let Some((word, behind)) = rest.split_once(": ").filter(|(word, _)| word.len() < 64 && !word.contains(' '))
        else {
            break;
        };
        if word.starts_with('%') {
            break;
        }
        rest = behind;
        let marked = rest.strip_prefix(['*', '.']).unwrap_or(rest);
        if has_time(marked) {
            return marked;
        }
    }
    let marked = text.strip_prefix(['*', '.']).unwrap_or(text);
    if has_time(marked) { marked } else { text }
}

/// `<auth.info>` or `<4.6>` of FreeBSD's verbose files, behind the time.
fn bsd_facility(text: &str) -> (Option<u8>, &str) {
    let Some((names, behind)) = text.strip_prefix('<').and_then(|rest| rest.split_once("> ")) else {
        return (None, text);
    };
    let Some((facility, severity)) = names.split_once('.') else { return (None, text) };
    let place = |list: &[&str], name: &str| {
        let number = || name.parse().ok().filter(|&number| number < list.len());
        list.iter().position(|known| *known == name).or_else(number)
    };
    match (place(FACILITIES, facility), place(SEVERITIES, severity)) {
        (Some(facility), Some(severity)) => (u8::try_from(facility * 8 + severity).ok(), behind),
        _ => (None, text),
    }
}

/// The host. A relay or collector puts a header of its own before the first one: then the host of the first counts.
fn host_and_rest(text: &str) -> (Option<&str>, &str) {
    let (near, rest) = if has_time(text) { (None, text) } else { host(text) };
    let marked = if rest.starts_with(|first: char| first.is_ascii_digit() || "*.".contains(first)) {
        without_device_marks(rest)
    } else {
        rest
    };
    let Found::Time(_, length) = time::leading(marked) else { return (near, rest) };
    let behind = marked.get(length..).unwrap_or_default();
    match behind.strip_prefix(':') {
        Some(behind) => (near, behind.trim_ascii_start()),
        None => {
            let (first, rest) = host(behind.trim_ascii_start());
            (first.or(near), rest)
        }
    }
}

fn has_time(text: &str) -> bool {
    matches!(time::leading(text), Found::Time(..))
}

/// The host, unless what stands here is a program already.
fn host(text: &str) -> (Option<&str>, &str) {
    let (name, behind) = word(text);
    let is_program = name.ends_with("]:") || (name.ends_with(':') && name.parse::<std::net::Ipv6Addr>().is_err());
    let is_message = name.is_empty()
        || name.len() > 255
        || name == "---"
        || (name == "last" && behind.starts_with("message repeated"));
    if is_program || is_message || name.starts_with(['%', '<', '"', '{', '[', '(']) {
        // ASA writes `host : %ASA-...` or nothing at all before the colon.
        return (None, text.strip_prefix(": ").unwrap_or(text));
    }
    let behind = behind.trim_ascii_start();
    (set(name), behind.strip_prefix(": ").unwrap_or(behind))
}

/// `Message forwarded from web1: sshd[123]: ...` of AIX and Solaris.
fn without_forwarding(text: &str) -> &str {
    let forwarded = text.strip_prefix("Message forwarded from ");
    forwarded.and_then(|rest| rest.split_once(": ")).map_or(text, |(_, behind)| behind)
}

/// `[ID 800047 auth.info] ` of Solaris before the message.
fn without_solaris_id(message: &str) -> &str {
    let marked = message.strip_prefix("[ID ").filter(|rest| rest.starts_with(|first: char| first.is_ascii_digit()));
    marked.and_then(|rest| rest.split_once("] ")).map_or(message, |(_, behind)| behind)
}

/// Program, process and message: `sshd[123]: `, `kernel: `, `su(pam_unix)[123]: `, `Google Chrome[123]: `.
fn tag(text: &str) -> (Option<&str>, Option<&str>, &str) {
    let none = (None, None, text);
    let bytes = text.as_bytes();
    let length = bytes
        .iter()
        .take(MAX_PROGRAM_BYTES)
        .take_while(|&&byte| !matches!(byte, b' ' | b'[' | b':' | b'%' | b'=' | b'{' | b'"' | b'|'))
        .count();
    let program = text.get(..length).unwrap_or_default();
    let behind = text.get(length..).unwrap_or_default();
    if let Some(numbered) = behind.strip_prefix('[').filter(|_| length > 0)
        && let Some((pid, message)) = process(numbered)
    {
        return (Some(program), set(pid), message);
    }
    if length == 0 {
        return none;
    }
    if let Some(message) = behind.strip_prefix(':') {
        let is_tag = message.is_empty() || message.starts_with([' ', '\t']);
        let program = program.strip_suffix(']').unwrap_or(program);
        return if is_tag { (set(program), None, trim_one(message)) } else { none };
    }
    spaced_tag(text).unwrap_or(none)
}

/// The process within brackets, and the message behind: `123]: x`, `123] x`, `123] (com.apple.x): x`.
fn process(numbered: &str) -> Option<(&str, &str)> {
    let (pid, behind) = numbered.split_once(']')?;
    let is_id = pid.len() <= 24 && pid.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._/#:".contains(&byte));
    if !is_id {
        return None;
    }
    if let Some(message) = behind.strip_prefix(':') {
        return Some((pid, trim_one(message)));
    }
    let is_number = !pid.is_empty() && pid.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number {
        return None;
    }
    if behind.starts_with(" (")
        && let Some((_, message)) = behind.split_once("): ")
    {
        return Some((pid, message));
    }
    (behind.is_empty() || behind.starts_with(' ')).then(|| (pid, trim_one(behind)))
}

/// A program whose name has blanks, as on macOS; only the number of its process tells that it is one.
fn spaced_tag(text: &str) -> Option<(Option<&str>, Option<&str>, &str)> {
    let (program, rest) = text.split_once('[')?;
    let is_name = program.len() <= 40 && !program.contains([':', '=', ',', '"', '%', '<']);
    let (pid, message) = rest.split_once("]: ").filter(|_| is_name)?;
    let is_number = (1..=10).contains(&pid.len()) && pid.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then_some((Some(program), Some(pid), message))
}

/// The text up to the next blank, and what follows the blank.
fn word(text: &str) -> (&str, &str) {
    memchr::memchr(b' ', text.as_bytes())
        .and_then(|at| Some((text.get(..at)?, text.get(at + 1..)?)))
        .unwrap_or((text, ""))
}

fn trim_one(text: &str) -> &str {
    text.strip_prefix(' ').unwrap_or(text)
}

/// `-` says that there is nothing.
fn set(text: &str) -> Option<&str> {
    (!text.is_empty() && text != "-").then_some(text)
}

#[cfg(test)]
mod tests;
