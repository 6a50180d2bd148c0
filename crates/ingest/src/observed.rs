//! Event times as far as records state them: whole, without a year, or not at all. Settled by `normalize`.

use schema::Timestamp;

use crate::instant::{civil_from_days, days_from_civil, days_in_month};

const DAY_NS: i64 = 86_400_000_000_000;

/// The event time of a record, before it is known when Margay read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Observed {
    At(Timestamp),
    InSomeYear(Yearless),
    /// The record has no time of its own: that of ingestion takes its place.
    Unstated,
}

/// A day and time of some year, as classic syslog writes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Yearless {
    month: u8,
    day: u8,
    /// Nanoseconds since midnight UTC; beyond a day or below 0 where the source names a zone.
    of_day_ns: i64,
    /// Day since 1970 of a whole date that stands before it in the same stream.
    near_day: Option<i32>,
}

impl Observed {
    /// The instant; `ingested_at` stands in for what the record does not say.
    pub(crate) fn settle(self, ingested_at: Timestamp) -> Timestamp {
        match self {
            Self::At(instant) => instant,
            Self::InSomeYear(yearless) => yearless.settle(ingested_at),
            Self::Unstated => ingested_at,
        }
    }

    /// Notes a whole date that stands before the record.
    pub(crate) fn near(self, day: Option<i32>) -> Self {
        match self {
            Self::InSomeYear(yearless) => Self::InSomeYear(Yearless { near_day: day, ..yearless }),
            known => known,
        }
    }
}

impl Yearless {
    /// `None` for a day that no year has.
    pub(crate) fn new(month: i64, day: i64, of_day_ns: i64) -> Option<Self> {
        const LEAP_YEAR: i64 = 2000;
        let exists = (1..=12).contains(&month) && (1..=days_in_month(LEAP_YEAR, month)).contains(&day);
        let month = u8::try_from(month).ok()?;
        let day = u8::try_from(day).ok()?;
        exists.then_some(Self { month, day, of_day_ns, near_day: None })
    }

    /// The year in which it is nearest to a whole date of the stream, if there is one and that is not yet to come;
    /// else the latest year in which it lies at most a day after ingestion (zones and clocks differ). A file
    /// without any whole date that is first read a year later is therefore dated a year later.
    fn settle(self, ingested_at: Timestamp) -> Timestamp {
        let latest = ingested_at.nanos().saturating_add(DAY_NS);
        let is_past = |instant: &Timestamp| instant.nanos() <= latest;
        self.near_day.and_then(|day| self.nearest(day)).filter(is_past).unwrap_or_else(|| self.last_before(latest))
    }

    fn last_before(self, latest: i64) -> Timestamp {
        let (year, _, _) = civil_from_days(latest.div_euclid(DAY_NS));
        // From one February 29 to the next there may be eight years, and the first candidate may lie ahead.
        let years = (0..=9).map(|back| year + 1 - back);
        let instants = years.filter_map(|year| self.in_year(year));
        instants.into_iter().find(|instant| instant.nanos() <= latest).unwrap_or(Timestamp::from_nanos(latest))
    }

    fn nearest(self, day: i32) -> Option<Timestamp> {
        let (year, _, _) = civil_from_days(i64::from(day));
        let wanted = i64::from(day).checked_mul(DAY_NS)?;
        let instants = (year - 4..=year + 4).filter_map(|year| self.in_year(year));
        instants.min_by_key(|instant| instant.nanos().abs_diff(wanted))
    }

    fn in_year(self, year: i64) -> Option<Timestamp> {
        let (month, day) = (i64::from(self.month), i64::from(self.day));
        let exists = day <= days_in_month(year, month);
        let midnight = days_from_civil(year, month, day).checked_mul(DAY_NS).filter(|_| exists)?;
        midnight.checked_add(self.of_day_ns).filter(|&nanos| nanos >= 0).map(Timestamp::from_nanos)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    fn yearless(month: i64, day: i64) -> Observed {
        Observed::InSomeYear(Yearless::new(month, day, 3_600_000_000_000).expect("a day"))
    }

    #[test]
    fn the_year_is_the_latest_that_is_not_to_come() {
        let check = |month, day, ingested: &str, want: &str| {
            assert_eq!(yearless(month, day).settle(at(ingested)), at(want), "{month}-{day} read at {ingested}");
        };
        check(11, 22, "2026-11-22T09:00:00Z", "2026-11-22T01:00:00Z");
        check(11, 23, "2026-11-22T09:00:00Z", "2026-11-23T01:00:00Z");
        check(11, 24, "2026-11-22T09:00:00Z", "2025-11-24T01:00:00Z");
        check(12, 31, "2027-01-01T00:00:05Z", "2026-12-31T01:00:00Z");
        check(1, 1, "2026-12-31T23:00:00Z", "2027-01-01T01:00:00Z");
        check(1, 2, "2026-12-31T23:00:00Z", "2026-01-02T01:00:00Z");
        check(2, 29, "2026-11-22T09:00:00Z", "2024-02-29T01:00:00Z");
        check(2, 29, "2103-11-22T09:00:00Z", "2096-02-29T01:00:00Z");
    }

    #[test]
    fn a_whole_date_in_the_stream_tells_the_year() {
        let near = |date: &str| Some(at(date).day());
        let read = at("2026-11-22T09:00:00Z");
        assert_eq!(yearless(11, 22).near(near("2019-11-20T00:00:00Z")).settle(read), at("2019-11-22T01:00:00Z"));
        assert_eq!(yearless(1, 1).near(near("2019-12-31T00:00:00Z")).settle(read), at("2020-01-01T01:00:00Z"));
        assert_eq!(yearless(12, 31).near(near("2020-01-01T00:00:00Z")).settle(read), at("2019-12-31T01:00:00Z"));
        let forged = near("2150-06-01T00:00:00Z");
        assert_eq!(yearless(6, 1).near(forged).settle(read), at("2026-06-01T01:00:00Z"), "no time is to come");
    }

    #[test]
    fn days_that_no_year_has() {
        for (month, day) in [(0, 1), (13, 1), (2, 30), (4, 31), (1, 0), (1, 32)] {
            assert_eq!(Yearless::new(month, day, 0), None, "{month}-{day}");
        }
    }

    #[test]
    fn the_first_years_are_no_trouble() {
        assert_eq!(yearless(6, 1).settle(Timestamp::from_nanos(0)), Timestamp::from_nanos(DAY_NS));
    }
}
