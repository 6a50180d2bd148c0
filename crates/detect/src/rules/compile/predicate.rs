//! One test made ready to be held against a value.

use regex::{Regex, RegexBuilder};

use crate::rules::{
    model::{InstantPart, Number, Op, Test},
    parse::MAX_REGEX_BYTES,
    pattern::{self, Pattern},
    rows::Value,
};

/// A test of one field. Texts come twice, as they are and without case, because most tests ignore case.
#[derive(Debug)]
pub(in crate::rules) enum Predicate {
    /// Without case; the pattern is folded.
    Like(Pattern),
    LikeCased(Pattern),
    Regex(Regex),
    Network(crate::rules::model::Network),
    Compare(Op, Number),
    Instant(InstantPart, Op, Number),
    Null,
    Nothing,
    Exists(bool),
    /// A comparison of two fields is no test of one.
    Never,
}

impl Predicate {
    /// Fails on a regular expression that grows too large.
    pub(in crate::rules) fn of(test: &Test) -> Result<Self, String> {
        Ok(match test {
            Test::Like { pattern, cased: false } => Self::Like(pattern.folded()),
            Test::Like { pattern, cased: true } => Self::LikeCased(pattern.clone()),
            Test::Regex { expression, flags } => {
                let built = RegexBuilder::new(expression)
                    .case_insensitive(flags.ignore_case)
                    .multi_line(flags.multi_line)
                    .dot_matches_new_line(flags.dot_all)
                    .size_limit(MAX_REGEX_BYTES)
                    .dfa_size_limit(MAX_REGEX_BYTES)
                    .nest_limit(64)
                    .build();
                Self::Regex(built.map_err(|error| error.to_string())?)
            }
            Test::Network(network) => Self::Network(*network),
            Test::Compare { op, number } => Self::Compare(*op, *number),
            Test::Instant { part, op, number } => Self::Instant(*part, *op, *number),
            Test::Null => Self::Null,
            Test::Nothing => Self::Nothing,
            Test::Exists(wanted) => Self::Exists(*wanted),
            Test::Field { .. } => Self::Never,
        })
    }

    pub(in crate::rules) fn holds(&self, value: Value<'_>) -> bool {
        match value {
            Value::Missing => self.holds_without_value(false),
            Value::Null => self.holds_without_value(true),
            Value::Text(text) => self.holds_for_text(text),
            Value::Many(cell) => cell.texts().any(|text| self.holds_for_text(text)),
        }
    }

    fn holds_for_text(&self, text: &str) -> bool {
        match self {
            Self::Like(_) => self.holds_for(text, &pattern::fold(text)),
            _ => self.holds_for(text, text),
        }
    }

    pub(in crate::rules) fn holds_without_value(&self, there: bool) -> bool {
        match self {
            Self::Null | Self::Nothing => true,
            Self::Exists(wanted) => *wanted == there,
            _ => false,
        }
    }

    pub(in crate::rules) fn holds_for(&self, text: &str, folded: &str) -> bool {
        match self {
            Self::Like(pattern) => pattern.matches(folded),
            Self::LikeCased(pattern) => pattern.matches(text),
            Self::Regex(regex) => regex.is_match(text),
            Self::Network(network) => network.contains(text),
            Self::Compare(op, wanted) => compares(Number::of_text(text), *op, *wanted),
            Self::Instant(part, op, wanted) => compares(part_of(text, *part).map(Number::Whole), *op, *wanted),
            Self::Exists(wanted) => *wanted,
            Self::Nothing => text.is_empty(),
            Self::Null | Self::Never => false,
        }
    }
}

fn compares(number: Option<Number>, op: Op, wanted: Number) -> bool {
    number.and_then(|number| number.compare(wanted)).is_some_and(|ordering| op.holds(ordering))
}

/// A part of an instant, in the time zone that it is written in: `2026-01-05T10:20:30Z`, `2026-01-05 10:20:30.123`,
/// or seconds since 1970 (as milli-, micro- or nanoseconds where the number is that large), which are UTC.
fn part_of(text: &str, part: InstantPart) -> Option<i128> {
    let text = text.trim();
    let at = match text.parse::<f64>() {
        Ok(number) => since_1970(number)?,
        Err(_) => civil(text)?,
    };
    Some(match part {
        InstantPart::Minute => at.minute().into(),
        InstantPart::Hour => at.hour().into(),
        InstantPart::Day => at.day().into(),
        InstantPart::Week => at.iso_week_date().week().into(),
        InstantPart::Month => at.month().into(),
        InstantPart::Year => at.year().into(),
    })
}

fn civil(text: &str) -> Option<jiff::civil::DateTime> {
    let date = text.get(..10)?;
    // The zone behind the time is left out: the specification converts none.
    let time = text.get(11..).unwrap_or_default();
    let end = time.find(|char: char| !(char.is_ascii_digit() || matches!(char, ':' | '.'))).unwrap_or(time.len());
    let time = time.get(..end).unwrap_or_default();
    let joined = if time.is_empty() { date.to_owned() } else { format!("{date}T{time}") };
    joined.parse().ok()
}

fn since_1970(number: f64) -> Option<jiff::civil::DateTime> {
    // 1e11 seconds are the year 5138: what is larger counts smaller units.
    let seconds = match number.abs() {
        large if large >= 1e17 => number / 1e9,
        large if large >= 1e14 => number / 1e6,
        large if large >= 1e11 => number / 1e3,
        _ => number,
    };
    let instant = jiff::Timestamp::from_second(seconds.floor() as i64).ok()?;
    Some(jiff::tz::TimeZone::UTC.to_datetime(instant))
}
