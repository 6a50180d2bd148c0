//! The hours of event time that a file has rows in: kept as a tag of the file, so that detection re-runs exactly those.

use std::collections::BTreeSet;

use schema::Timestamp;

/// Microseconds of an hour.
const HOUR: i64 = 3_600_000_000;

/// Name of the tag in the Delta log. Its value lists hours since 1970 as ranges: `423456~423459,423470`.
pub(crate) const TAG: &str = "margay.hours";

/// A set of UTC hours, as hours since 1970.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Hours(BTreeSet<i64>);

impl Hours {
    /// The hours of some instants in microseconds.
    pub(crate) fn of(instants: impl Iterator<Item = i64>) -> Self {
        let mut hours = BTreeSet::new();
        let mut last = None;
        for instant in instants {
            let hour = instant.div_euclid(HOUR);
            // Rows are sorted by time: almost all of them fall into the hour of the row before.
            if last != Some(hour) {
                hours.insert(hour);
                last = Some(hour);
            }
        }
        Self(hours)
    }

    /// Every hour from the first instant to the last; what is known of a file without a tag.
    pub(crate) fn between(first: i64, last: i64) -> Self {
        Self((first.div_euclid(HOUR)..=last.div_euclid(HOUR)).collect())
    }

    pub(crate) fn extend(&mut self, other: &Self) {
        self.0.extend(&other.0);
    }

    /// The starts of the hours, ascending. Hours beyond what a [`Timestamp`] holds are left out.
    pub(crate) fn starts(&self) -> Vec<Timestamp> {
        self.0.iter().filter_map(|hour| Timestamp::from_micros(hour.checked_mul(HOUR)?)).collect()
    }

    pub(crate) fn to_tag(&self) -> String {
        let mut ranges: Vec<(i64, i64)> = Vec::new();
        for &hour in &self.0 {
            match ranges.last_mut() {
                Some((_, end)) if end.checked_add(1) == Some(hour) => *end = hour,
                _ => ranges.push((hour, hour)),
            }
        }
        let words =
            ranges.iter().map(|(start, end)| if start == end { start.to_string() } else { format!("{start}~{end}") });
        words.collect::<Vec<_>>().join(",")
    }

    /// `None` where the text is not a tag of ours, or too long to be true.
    pub(crate) fn from_tag(tag: &str) -> Option<Self> {
        let mut hours = BTreeSet::new();
        for word in tag.split(',').filter(|word| !word.is_empty()) {
            let (start, end) = word.split_once('~').unwrap_or((word, word));
            let (start, end): (i64, i64) = (start.parse().ok()?, end.parse().ok()?);
            let too_long = end.checked_sub(start)? > 10_000_000;
            if too_long {
                return None;
            }
            hours.extend(start..=end);
        }
        Some(Self(hours))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_round_trip_with_hours_before_1970() {
        let hours = Hours::of([-1, 0, HOUR, HOUR + 5, 9 * HOUR, 2 * HOUR].into_iter());
        assert_eq!(hours.to_tag(), "-1~2,9");
        assert_eq!(Hours::from_tag(&hours.to_tag()), Some(hours));
        assert_eq!(Hours::from_tag(""), Some(Hours::default()));
    }

    #[test]
    fn rubbish_is_no_tag() {
        for tag in ["x", "1~", "0~9223372036854775807", "-9223372036854775808~9223372036854775807"] {
            assert_eq!(Hours::from_tag(tag), None, "{tag}");
        }
    }
}
