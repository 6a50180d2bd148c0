//! What a mapping that is no part of the program adds to [`crate::mapping::Read`]: words, patterns, forms of time.
//!
//! A person writes these in a file (`mapped`), so they are owned and made ready once, when the file is read.

use jiff::{
    fmt::strtime::BrokenDownTime,
    tz::{Offset, TimeZone, TimeZoneDatabase},
};
use regex::Regex;
use schema::Timestamp;

use crate::{
    instant::{NoInstant, any_time, in_range},
    number::{int, scaled},
    rows::Rows,
};

/// A value that is the same in every row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Constant {
    Text(String),
    Int(i64),
    Bool(bool),
}

impl Constant {
    #[inline]
    pub(crate) fn write(&self, column: usize, rows: &mut Rows) {
        match self {
            Self::Text(text) => rows.text(column, text),
            Self::Int(value) => rows.int(column, *value),
            Self::Bool(value) => rows.bool(column, *value),
        }
    }
}

/// A way to read a field that a file describes.
#[derive(Debug)]
pub(crate) enum OwnRead {
    /// Words in any case, to the words beside them.
    Words(Vec<(String, String)>),
    /// Words in any case, to what they mean.
    Means(Vec<(String, bool)>),
    Time(Clock),
    /// A text, cut into a list.
    Split(String),
    /// A number, to nanoseconds by this many decimal places.
    Nanos(i32),
    /// The part of a text that a pattern finds; then read as the mapping's `read` says.
    Part(Part),
}

impl OwnRead {
    /// Fills the column; true where the text is wholly in it.
    pub(crate) fn write(&self, text: &str, column: usize, rows: &mut Rows) -> bool {
        let done = match self {
            Self::Words(words) => {
                words.iter().find(|(word, _)| word.eq_ignore_ascii_case(text)).map(|(_, to)| rows.text(column, to))
            }
            Self::Means(words) => {
                words.iter().find(|(word, _)| word.eq_ignore_ascii_case(text)).map(|(_, is)| rows.bool(column, *is))
            }
            Self::Time(clock) => clock.any(text).ok().map(|instant| rows.instant(column, instant)),
            Self::Nanos(places) => scaled(text, *places).map(|nanos| rows.int(column, nanos)),
            Self::Split(between) => {
                text.split(between.as_str())
                    .map(str::trim)
                    .filter(|item| !item.is_empty())
                    .for_each(|item| rows.text_item(column, Some(item)));
                rows.end_texts(column);
                Some(())
            }
            Self::Part(_) => None,
        };
        done.is_some()
    }
}

/// The first group of a pattern, or all that it finds where it has no group.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) pattern: Regex,
}

impl Part {
    pub(crate) fn of<'t>(&self, text: &'t str) -> Option<&'t str> {
        if self.pattern.captures_len() == 1 {
            return self.pattern.find(text).map(|found| found.as_str());
        }
        self.pattern.captures(text)?.get(1).map(|found| found.as_str())
    }
}

/// How a source writes times.
#[derive(Debug, Clone)]
pub(crate) struct Clock {
    form: Form,
    /// Of times that name none.
    zone: TimeZone,
    /// From this time field on, all together are one time, such as a date and a time of day.
    joins_from: usize,
}

#[derive(Debug, Clone)]
enum Form {
    /// Any form that cannot be mistaken for another one.
    Auto,
    /// `strftime`.
    Written(String),
    /// A number, to nanoseconds by this many decimal places.
    Number(i32),
}

/// Forms beside RFC 3339 and Unix time that name year, month and day so that no two of them fit one text.
pub(crate) static FORMS: &[&str] = &[
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d %H:%M:%S,%f",
    "%Y-%m-%d %H:%M:%S%.f %z",
    "%Y/%m/%d %H:%M:%S%.f",
    "%Y/%m/%d %H:%M:%S%.f %z",
    "%d/%b/%Y:%H:%M:%S%.f %z",
    "%d/%b/%Y:%H:%M:%S%.f",
    "%d/%b/%Y %H:%M:%S%.f",
    "%a, %d %b %Y %H:%M:%S %z",
    "%a %b %d %H:%M:%S %Y",
    "%a %b %d %H:%M:%S%.f %Y",
    "%b %d %Y %H:%M:%S%.f",
    "%b %d, %Y %H:%M:%S%.f",
    "%d %b %Y %H:%M:%S%.f",
    "%d-%b-%Y %H:%M:%S%.f",
    "%d.%m.%Y %H:%M:%S%.f",
    "%Y%m%dT%H%M%S%z",
    "%Y%m%d %H%M%S",
    "%Y-%m-%d %H:%M",
];

impl Clock {
    pub(crate) fn auto() -> Self {
        Self { form: Form::Auto, zone: TimeZone::UTC, joins_from: usize::MAX }
    }

    /// `strftime`, or the unit of a number: `seconds`, `milliseconds`, `microseconds`, `nanoseconds`.
    pub(crate) fn formed(self, format: &str) -> Self {
        let form = unit_places(format).map_or_else(|| Form::Written(format.to_owned()), Form::Number);
        Self { form, ..self }
    }

    pub(crate) fn in_zone(self, zone: TimeZone) -> Self {
        Self { zone, ..self }
    }

    /// With the zone of another clock.
    pub(crate) fn in_zone_of(self, other: &Self) -> Self {
        Self { zone: other.zone.clone(), ..self }
    }

    /// Puts the time fields from this one on together.
    pub(crate) fn joining(self, from: usize) -> Self {
        Self { joins_from: from, ..self }
    }

    #[inline]
    pub(crate) fn joins(&self, time: usize) -> bool {
        time >= self.joins_from
    }

    /// Reads an event time, 1970 to 2199.
    pub(crate) fn read(&self, text: &str) -> Result<Timestamp, NoInstant> {
        self.any(text).and_then(in_range)
    }

    /// Reads a time.
    pub(crate) fn any(&self, text: &str) -> Result<Timestamp, NoInstant> {
        match &self.form {
            Form::Number(places) => number(text, *places),
            Form::Written(format) => self.written(format, text).ok_or(NoInstant::Unreadable),
            Form::Auto => any_time(text).or_else(|no| {
                if no == NoInstant::OutOfRange {
                    return Err(no);
                }
                let text = text.trim();
                let text = text.strip_suffix(" UTC").or_else(|| text.strip_suffix(" GMT")).unwrap_or(text);
                FORMS.iter().find_map(|format| self.written(format, text)).ok_or(NoInstant::Unreadable)
            }),
        }
    }

    fn written(&self, format: &str, text: &str) -> Option<Timestamp> {
        let parts = BrokenDownTime::parse(format, text).ok()?;
        if let Some(instant) = parts.timestamp() {
            return timestamp(instant);
        }
        if parts.offset().is_some() {
            return timestamp(parts.to_timestamp().ok()?);
        }
        timestamp(self.zone.to_timestamp(parts.to_datetime().ok()?).ok()?)
    }
}

/// Decimal places from a unit of time to nanoseconds.
pub(crate) fn unit_places(unit: &str) -> Option<i32> {
    Some(match unit {
        "seconds" => 9,
        "milliseconds" => 6,
        "microseconds" => 3,
        "nanoseconds" => 0,
        _ => return None,
    })
}

/// The zone of an IANA name (`Europe/Warsaw`), `UTC`, or an offset (`+02:00`).
pub(crate) fn zone(name: &str) -> Option<TimeZone> {
    if name.eq_ignore_ascii_case("utc") || name == "Z" {
        return Some(TimeZone::UTC);
    }
    if let Some((sign, hours, minutes)) = offset(name) {
        let seconds = sign * (hours * 3_600 + minutes * 60);
        return Offset::from_seconds(seconds).ok().map(TimeZone::fixed);
    }
    TimeZoneDatabase::bundled().get(name).ok()
}

fn offset(name: &str) -> Option<(i32, i32, i32)> {
    let (sign, rest) = match name.as_bytes().first()? {
        b'+' => (1, name.get(1..)?),
        b'-' => (-1, name.get(1..)?),
        _ => return None,
    };
    let digits: String = rest.chars().filter(|&c| c != ':').collect();
    let whole = |part: &str| int(part).and_then(|value| i32::try_from(value).ok());
    let (hours, minutes) = match digits.len() {
        2 => (whole(&digits)?, 0),
        4 => (whole(digits.get(..2)?)?, whole(digits.get(2..)?)?),
        _ => return None,
    };
    (hours < 24 && minutes < 60).then_some((sign, hours, minutes))
}

/// What is wrong with a form, where it does not say which instant is meant.
pub(crate) fn form_fault(format: &str) -> Option<&'static str> {
    if unit_places(format).is_some() || format.contains("%s") {
        return None;
    }
    if !format.contains('%') {
        return Some("a form has parts such as %Y, or is seconds, milliseconds, microseconds or nanoseconds");
    }
    let has = |parts: &[&str]| parts.iter().any(|part| format.contains(part));
    if !has(&["%Y", "%y", "%G", "%C", "%F", "%D", "%c", "%Q"]) {
        return Some("the form names no year, so that no instant follows from it");
    }
    // Reading an empty text fails for its length; a part that does not exist fails for itself.
    let trial = BrokenDownTime::parse(format, "");
    let fault = trial.err().map(|error| error.to_string()).unwrap_or_default();
    fault.contains("unrecognized").then_some("the form has a part that does not exist")
}

fn number(text: &str, places: i32) -> Result<Timestamp, NoInstant> {
    let text = text.trim();
    let looks_so = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    if !looks_so {
        return Err(NoInstant::Unreadable);
    }
    scaled(text, places).map(Timestamp::from_nanos).ok_or(NoInstant::OutOfRange)
}

fn timestamp(instant: jiff::Timestamp) -> Option<Timestamp> {
    i64::try_from(instant.as_nanosecond()).ok().map(Timestamp::from_nanos)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(clock: &Clock, text: &str) -> String {
        clock.read(text).map_or_else(|no| format!("{no:?}"), |instant| instant.to_string())
    }

    #[test]
    fn every_listed_form_is_read_and_no_other_takes_it() {
        let instant = jiff::Timestamp::from_second(1_521_911_720).expect("in range");
        for (place, form) in FORMS.iter().enumerate() {
            let zoned = instant.to_zoned(TimeZone::UTC);
            let text = jiff::fmt::strtime::format(form, &zoned).expect("a form that can be written");
            let first = FORMS.iter().position(|form| Clock::auto().written(form, &text).is_some());
            let read = told(&Clock::auto(), &text);
            let to_the_minute = !form.contains("%S");
            let wanted = if to_the_minute { "2018-03-24T17:15:00Z" } else { "2018-03-24T17:15:20Z" };
            assert_eq!(read, wanted, "{form}: {text}");
            assert!(first <= Some(place), "{form}: {text}");
        }
    }

    #[test]
    fn zones_and_forms() {
        let warsaw = Clock::auto().in_zone(zone("Europe/Warsaw").expect("a zone"));
        assert_eq!(told(&warsaw, "2026-07-01 12:00:00"), "2026-07-01T10:00:00Z");
        assert_eq!(told(&warsaw, "2026-07-01T12:00:00Z"), "2026-07-01T12:00:00Z");
        assert_eq!(
            told(&Clock::auto().in_zone(zone("-03:30").expect("a zone")), "2026-01-01 00:00:00"),
            "2026-01-01T03:30:00Z"
        );
        assert_eq!(
            told(&Clock::auto().formed("%m/%d/%Y %I:%M:%S %p"), "07/01/2026 01:02:03 PM"),
            "2026-07-01T13:02:03Z"
        );
        assert_eq!(told(&Clock::auto().formed("milliseconds"), "22"), "1970-01-01T00:00:00.022Z");
        assert_eq!(told(&Clock::auto().formed("seconds"), "soon"), "Unreadable");
        assert_eq!(told(&Clock::auto(), "yesterday"), "Unreadable");
        assert!(zone("Atlantis/Center").is_none() && zone("+25:00").is_none());
    }

    #[test]
    fn forms_that_say_too_little_are_told() {
        assert!(form_fault("%b %d %H:%M:%S").is_some());
        assert!(form_fault("yyyy-MM-dd").is_some());
        assert_eq!(form_fault("%Y-%m-%d %H:%M:%S%.f"), None);
        assert_eq!(form_fault("nanoseconds"), None);
    }
}
