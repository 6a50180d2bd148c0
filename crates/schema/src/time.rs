//! Instants and windows: nanoseconds since 1970 in UTC, checked, never through a float.

use std::{fmt, str::FromStr};

/// An instant in UTC with nanosecond resolution; covers 1677-09-21 to 2262-04-11.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(i64);

impl Timestamp {
    pub const fn from_nanos(nanos: i64) -> Self {
        Self(nanos)
    }

    /// `None` where the instant lies outside what 64 bits of nanoseconds hold.
    pub fn from_micros(micros: i64) -> Option<Self> {
        micros.checked_mul(1_000).map(Self)
    }

    pub fn from_seconds(seconds: i64) -> Option<Self> {
        seconds.checked_mul(1_000_000_000).map(Self)
    }

    pub const fn nanos(self) -> i64 {
        self.0
    }

    /// Microseconds, rounded towards the past.
    pub const fn micros(self) -> i64 {
        self.0.div_euclid(1_000)
    }

    /// What [`Timestamp::micros`] leaves over: 0 to 999 nanoseconds.
    pub const fn sub_micro_nanos(self) -> i32 {
        self.0.rem_euclid(1_000) as i32
    }

    /// Whole seconds, rounded towards the past.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000_000)
    }

    /// Days since 1970-01-01.
    pub const fn day(self) -> i32 {
        self.0.div_euclid(86_400_000_000_000) as i32
    }

    pub fn checked_add_nanos(self, nanos: i64) -> Option<Self> {
        self.0.checked_add(nanos).map(Self)
    }

    /// Nanoseconds from `earlier` to here, saturating at the ends of the range.
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 in UTC, with as many decimals as needed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_nanosecond(i128::from(self.0)) {
            Ok(instant) => write!(f, "{instant}"),
            Err(_) => write!(f, "{}ns", self.0),
        }
    }
}

impl FromStr for Timestamp {
    type Err = String;

    /// Reads RFC 3339 (`2026-11-21T09:30:00Z`) or a plain UTC date (`2026-11-21`).
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let full = if text.len() == 10 { format!("{text}T00:00:00Z") } else { text.to_owned() };
        let instant: jiff::Timestamp = full
            .parse()
            .map_err(|_unreadable| format!("\"{text}\" is not a time; write 2026-11-21 or 2026-11-21T09:30:00Z"))?;
        i64::try_from(instant.as_nanosecond())
            .map(Self)
            .map_err(|_unreadable| format!("\"{text}\" is outside 1677 to 2262"))
    }
}

impl serde::Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Timestamp {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A half-open span of time: `start` belongs to it, `end` does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct Window {
    pub start: Timestamp,
    pub end: Timestamp,
}

impl Window {
    pub fn new(start: Timestamp, end: Timestamp) -> Self {
        Self { start, end: end.max(start) }
    }

    pub fn contains(&self, instant: Timestamp) -> bool {
        self.start <= instant && instant < self.end
    }

    pub fn nanos(&self) -> i64 {
        self.end.since(self.start)
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.start, self.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn negative_instants_round_towards_the_past() {
        let before_epoch = Timestamp::from_nanos(-1);
        assert_eq!(before_epoch.micros(), -1);
        assert_eq!(before_epoch.sub_micro_nanos(), 999);
        assert_eq!(before_epoch.day(), -1);
    }

    #[test]
    fn text_forms_round_trip() {
        for text in ["2026-11-21T09:30:00Z", "2018-03-24T17:15:20.865716Z", "1970-01-01T00:00:00.000000001Z"] {
            assert_eq!(text.parse::<Timestamp>().expect("valid").to_string(), text);
        }
        assert!("yesterday".parse::<Timestamp>().is_err());
        assert!("9999-01-01".parse::<Timestamp>().is_err());
    }
}
