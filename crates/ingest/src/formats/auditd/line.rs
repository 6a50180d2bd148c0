//! One line of the audit log: what stands before its fields. Also behind a syslog header, and as ausearch prints it.

use schema::Timestamp;

use super::types;
use crate::{
    instant::{days_from_civil, days_in_month, event_time},
    syslog::Header,
};

/// The mark of every record stands near the start of its line.
const MAX_HEAD_BYTES: usize = 512;

const MARK: &[u8] = b"audit(";

/// A record before its fields are read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'a> {
    pub(super) kind: &'a str,
    pub(super) node: Option<&'a str>,
    pub(super) key: Key,
    /// The time as it stands in the line, without serial.
    pub(super) time: Stamp<'a>,
    pub(super) serial: &'a str,
    pub(super) fields: &'a str,
    /// Values were interpreted by ausearch: names for numbers, and no quotes.
    pub(super) interpreted: bool,
}

/// Records of one event have the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) millis: i64,
    pub(super) serial: u64,
    /// Two machines may give the same number in the same millisecond.
    node: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp<'a> {
    text: &'a str,
    nanos: Option<i64>,
}

impl Stamp<'_> {
    pub(super) fn text(&self) -> &str {
        self.text
    }

    pub(super) fn instant(self) -> Option<Timestamp> {
        let instant = Timestamp::from_nanos(self.nanos?);
        crate::instant::in_range(instant).ok()
    }
}

/// Lines that are no records: blank ones, and what ausearch writes between events.
pub(super) fn is_between(line: &[u8]) -> bool {
    line.is_empty() || line.starts_with(b"----") || line.starts_with(b"time->")
}

impl<'a> Line<'a> {
    /// `None` where the line is no record of the audit log.
    pub(super) fn parse(line: &'a str) -> Option<Self> {
        let head = line.as_bytes().get(..MAX_HEAD_BYTES).unwrap_or(line.as_bytes());
        let at = memchr::memmem::find(head, MARK)?;
        let (before, rest) = line.split_at_checked(at)?;
        let inner = rest.get(MARK.len()..)?;
        // Some releases print a second colon or a blank behind.
        let (stamp, rest) = inner.split_once(')')?;
        let (time, serial) = stamp.rsplit_once(':')?;
        let number = serial.parse().ok()?;
        let colon = rest.strip_prefix(':').or_else(|| rest.strip_prefix(" :")).unwrap_or(rest);
        let kind = value_of(before, "type=")?;
        let node = value_of(before, "node=").or_else(|| host(before));
        let (nanos, interpreted) = instant(time);
        let key = Key { millis: nanos.unwrap_or_default() / 1_000_000, serial: number, node: node.map_or(0, hash) };
        let time = Stamp { text: time, nanos };
        let interpreted = interpreted || rest.starts_with(" :");
        let fields = colon.trim_ascii();
        Some(Self { kind: types::name_of(kind), node, key, time, serial, fields, interpreted })
    }
}

/// The word behind the last `name` in what stands before the mark.
fn value_of<'a>(before: &'a str, name: &str) -> Option<&'a str> {
    let at = memchr::memmem::rfind(before.as_bytes(), name.as_bytes())?;
    let value = before.get(at + name.len()..)?.split(' ').next()?;
    (!value.is_empty()).then_some(value)
}

/// The host of a syslog header.
fn host(before: &str) -> Option<&str> {
    let begins_itself = before.starts_with("type=") || before.starts_with("audit: ");
    if begins_itself {
        return None;
    }
    Header::parse(before).ok()?.host
}

/// FNV-1a: short and good enough to tell nodes apart.
fn hash(node: &str) -> u64 {
    node.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Nanoseconds since 1970, and whether ausearch has interpreted the time.
fn instant(text: &str) -> (Option<i64>, bool) {
    if text.contains('/') || text.contains('-') {
        return (printed(text), true);
    }
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    (event_time(text).ok().map(Timestamp::nanos).filter(|_| is_number), false)
}

/// `03/28/2013 12:01:03.243`, `28/03/13 12:01:03.243`, `2013-03-28 12:01:03.243`: the order is the locale's; where it
/// is not plain, the month comes first.
fn printed(text: &str) -> Option<i64> {
    let (date, time) = text.split_once(' ')?;
    let number = |part: &str| part.parse::<i64>().ok().filter(|_| part.bytes().all(|byte| byte.is_ascii_digit()));
    let mut parts = date.split(['/', '-', '.']).map(number);
    let parts = [parts.next()??, parts.next()??, parts.next()??];
    let (year, month, day) = match parts {
        [year, month, day] if year > 31 => (year, month, day),
        [day, month, year] if day > 12 => (year, month, day),
        [month, day, year] => (year, month, day),
    };
    let year = if year < 100 { year + 2000 } else { year };
    let mut clock = time.split([':', '.']);
    let mut next = || clock.next().and_then(number);
    let (hour, minute, second) = (next()?, next()?, next()?);
    let millis = next().unwrap_or(0);
    let exists = (1970..2200).contains(&year)
        && (1..=12).contains(&month)
        && (1..=days_in_month(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second <= 60
        && millis < 1000;
    let seconds = days_from_civil(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second;
    exists.then(|| (seconds * 1_000 + millis) * 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, kind: &str, node: Option<&str>, time: &str, fields: &str) {
        let found = Line::parse(line).expect("a record");
        assert_eq!((found.kind, found.node, found.fields), (kind, node, fields), "{line}");
        assert_eq!(found.time.instant(), Some(time.parse().expect("a time")), "{line}");
    }

    #[test]
    fn what_stands_before_the_fields() {
        let time = "2013-03-28T18:06:03.243Z";
        check("type=CWD msg=audit(1364493963.243:24287):  cwd=\"/\"", "CWD", None, time, "cwd=\"/\"");
        check("node=web1 type=CWD msg=audit(1364493963.243:24287): cwd=\"/\"", "CWD", Some("web1"), time, "cwd=\"/\"");
        check("type=CWD msg=audit(03/28/2013 18:06:03.243:24287) : cwd=/ ", "CWD", None, time, "cwd=/");
        check("type=CWD msg=audit(28/03/13 18:06:03.243:24287) : cwd=/ ", "CWD", None, time, "cwd=/");
        let kernel =
            "Mar 28 18:06:03 web1 kernel: [ 12.3] audit: type=1400 audit(1364493963.243:24287): apparmor=\"X\"";
        check(kernel, "AVC", Some("web1"), time, "apparmor=\"X\"");
        let daemon = "<13>Mar 28 18:06:03 web1 audispd: node=w type=CWD msg=audit(1364493963.243:24287): cwd=\"/\"";
        check(daemon, "CWD", Some("w"), time, "cwd=\"/\"");
        check("type=UNKNOWN[1334] msg=audit(1364493963.243:24287): prog-id=3", "BPF", None, time, "prog-id=3");
    }

    #[test]
    fn what_is_no_record() {
        for line in ["", "type=CWD", "type=CWD msg=audit(1)", "type=CWD msg=audit(1.0:x): a=b", "audit(1.0:1): a=b"] {
            assert!(Line::parse(line).is_none(), "{line}");
        }
        let undated = Line::parse("type=CWD msg=audit(99/99/2013 1:2:3.4:5): a=b").expect("a record");
        assert_eq!(undated.time.instant(), None);
    }
}
