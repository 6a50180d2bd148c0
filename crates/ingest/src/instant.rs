//! Instants from the forms that sources write: RFC 3339 text and Unix time in s, ms, µs or ns, told apart by size.

use schema::Timestamp;

use crate::{
    access::push_clf,
    number::{push_digits, scaled},
};

/// 2200-01-01T00:00:00Z. Later (and earlier than 1970) is a broken clock or a wrong unit, never an event.
pub(crate) const END_S: i64 = 7_258_118_400;

/// Why a text is no event time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoInstant {
    Unreadable,
    OutOfRange,
}

/// Reads an event time, 1970 to 2199, in any of the forms; also without a zone, and then it is one of UTC.
pub(crate) fn event_time(text: &str) -> Result<Timestamp, NoInstant> {
    any_time(text).or_else(|no| if no == NoInstant::Unreadable { local_time(text) } else { Err(no) }).and_then(in_range)
}

/// The instant, if it may be an event time.
pub(crate) fn in_range(instant: Timestamp) -> Result<Timestamp, NoInstant> {
    if instant.nanos() >= 0 && instant.seconds() < END_S { Ok(instant) } else { Err(NoInstant::OutOfRange) }
}

/// Reads a time in any of the forms, 1677 to 2262.
pub(crate) fn any_time(text: &str) -> Result<Timestamp, NoInstant> {
    match text.as_bytes() {
        [_, _, _, _, b'-', ..] => rfc3339(text),
        [_, _, b'/', ..] => common_log(text),
        _ => unix(text),
    }
}

/// `21/Nov/2026:09:30:00 +0100`, as web servers write it; without zone it is UTC.
fn common_log(text: &str) -> Result<Timestamp, NoInstant> {
    let mut rewritten = String::new();
    push_clf(text, &mut rewritten);
    rfc3339(&rewritten)
}

/// Forms that leave the zone out. They are apart because where a person has said what zone they are in, that counts.
fn local_time(text: &str) -> Result<Timestamp, NoInstant> {
    match text.as_bytes() {
        [_, _, _, _, b'-', ..] => date_and_time(text, true),
        [_, b'/', ..] | [_, _, b'/', ..] => {
            month_first(text).ok_or(NoInstant::Unreadable)?.ok_or(NoInstant::OutOfRange)
        }
        _ => Err(NoInstant::Unreadable),
    }
}

/// `1/9/2026 9:41:00 PM +01:00`, as .NET writes times where nobody says how: the month first, the hour of twelve or
/// of twenty-four, the zone mostly left out. The outer `None` is no such time, the inner one lies out of range.
fn month_first(text: &str) -> Option<Option<Timestamp>> {
    let mut words = text.split_ascii_whitespace();
    let mut date = words.next()?.trim_end_matches(',').splitn(3, '/').map(short_number);
    let (month, day, year) = (date.next()??, date.next()??, date.next()??);
    let (time, nanos) = match words.next()?.split_once('.') {
        Some((time, _)) => (time, fraction(text.get(text.find('.')?..)?.as_bytes()).0),
        None => (text.split_ascii_whitespace().nth(1)?, 0),
    };
    let mut parts = time.split(':').map(short_number);
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next().unwrap_or(Some(0))?);
    let mut rest = words.next();
    let half = rest.filter(|word| word.eq_ignore_ascii_case("AM") || word.eq_ignore_ascii_case("PM"));
    if half.is_some() {
        rest = words.next();
    }
    let hour = match half {
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(half) if half.eq_ignore_ascii_case("PM") => hour % 12 + 12,
        Some(_) => hour % 12,
        None => hour,
    };
    let offset_s = rest.map_or(Some(0), |zone| offset(zone.as_bytes()))?;
    let exists =
        (1000..=9999).contains(&year) && (1..=12).contains(&month) && (1..=days_in_month(year, month)).contains(&day);
    if !exists || hour > 23 || minute > 59 || second > 60 || parts.next().is_some() || words.next().is_some() {
        return None;
    }
    let seconds = days_from_civil(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second - offset_s;
    Some(Timestamp::from_seconds(seconds).and_then(|instant| instant.checked_add_nanos(nanos)))
}

/// A number of one to four digits.
fn short_number(text: &str) -> Option<i64> {
    let is_short = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_short { text.parse().ok() } else { None }
}

/// Unix time. The unit follows from the size of the whole part: event times of 1970 to 2199 are below 10^11 in
/// seconds, and 1973 onwards at least 10^11 in milliseconds, 10^14 in microseconds, 10^17 in nanoseconds.
fn unix(text: &str) -> Result<Timestamp, NoInstant> {
    let bytes = text.as_bytes();
    let unsigned = bytes.strip_prefix(b"-").unwrap_or(bytes);
    let whole = unsigned.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let has_exponent = unsigned.iter().any(|byte| matches!(byte, b'e' | b'E'));
    let places = match whole {
        // `1.7e9` names its own size, which only seconds and nanoseconds from floats ever do.
        _ if has_exponent => 9,
        0..=11 => 9,
        12..=14 => 6,
        15..=17 => 3,
        _ => 0,
    };
    let is_number = whole > 0 && unsigned.iter().all(|byte| byte.is_ascii_digit() || b".eE+-".contains(byte));
    if !is_number {
        return Err(NoInstant::Unreadable);
    }
    // A number that does not fit into 64 bits of nanoseconds is a time, only not one of ours.
    scaled(text, places).map(Timestamp::from_nanos).ok_or(NoInstant::OutOfRange)
}

/// `2026-11-21T09:30:00.123456789Z`, also with an offset or a blank for the `T`; further decimals are cut.
fn rfc3339(text: &str) -> Result<Timestamp, NoInstant> {
    date_and_time(text, false)
}

/// The same; `utc` takes a time without zone as one of UTC.
fn date_and_time(text: &str, utc: bool) -> Result<Timestamp, NoInstant> {
    let bytes = text.as_bytes();
    let (date_and_time, rest) = bytes.split_at_checked(19).ok_or(NoInstant::Unreadable)?;
    let [y1, y2, y3, y4, b'-', mo1, mo2, b'-', d1, d2, separator, h1, h2, b':', mi1, mi2, b':', s1, s2] =
        *date_and_time
    else {
        return Err(NoInstant::Unreadable);
    };
    let separated = matches!(separator, b'T' | b't' | b' ');
    let number = |digits: &[u8]| digits.iter().try_fold(0_i64, |value, &byte| Some(value * 10 + digit(byte)?));
    let fields = [
        number(&[y1, y2, y3, y4]),
        number(&[mo1, mo2]),
        number(&[d1, d2]),
        number(&[h1, h2]),
        number(&[mi1, mi2]),
        number(&[s1, s2]),
    ];
    let [Some(year), Some(month), Some(day), Some(hour), Some(minute), Some(second)] = fields else {
        return Err(NoInstant::Unreadable);
    };
    // Second 60 is a leap second; it counts as the next one.
    let exists = (1..=12).contains(&month)
        && (1..=days_in_month(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second <= 60;
    if !separated || !exists {
        return Err(NoInstant::Unreadable);
    }
    let (nanos, zone) = fraction(rest);
    let offset_s = if utc && zone.is_empty() { 0 } else { offset(zone).ok_or(NoInstant::Unreadable)? };
    let seconds = days_from_civil(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second - offset_s;
    Timestamp::from_seconds(seconds).and_then(|instant| instant.checked_add_nanos(nanos)).ok_or(NoInstant::OutOfRange)
}

/// Nanoseconds of a fraction such as `.123`, and what follows it.
pub(crate) fn fraction(text: &[u8]) -> (i64, &[u8]) {
    let Some(decimals) = text.strip_prefix(b".") else { return (0, text) };
    let count = decimals.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (decimals, rest) = decimals.split_at(count);
    let nanos =
        (0..9).fold(0, |nanos, place| nanos * 10 + decimals.get(place).map_or(0, |&byte| i64::from(byte - b'0')));
    // A point without decimals is left to fail as a zone.
    if count == 0 { (0, text) } else { (nanos, rest) }
}

/// Seconds east of UTC: `Z`, `+01:00`, `-0330`.
pub(crate) fn offset(zone: &[u8]) -> Option<i64> {
    let (sign, digits) = match zone {
        [b'Z' | b'z'] => return Some(0),
        [b'+', digits @ ..] => (1, digits),
        [b'-', digits @ ..] => (-1, digits),
        _ => return None,
    };
    let ([h1, h2, b':', m1, m2] | [h1, h2, m1, m2]) = *digits else { return None };
    let hours = digit(h1)? * 10 + digit(h2)?;
    let minutes = digit(m1)? * 10 + digit(m2)?;
    (hours < 24 && minutes < 60).then_some(sign * (hours * 3_600 + minutes * 60))
}

pub(crate) fn digit(byte: u8) -> Option<i64> {
    byte.is_ascii_digit().then(|| i64::from(byte - b'0'))
}

pub(crate) fn days_in_month(year: i64, month: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 31,
    }
}

/// Days since 1970-01-01 in the proleptic Gregorian calendar (Hinnant, "chrono-compatible low-level date
/// algorithms", `days_from_civil`).
pub(crate) fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The date of a day since 1970-01-01 (the inverse, `civil_from_days`).
pub(crate) fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

/// Appends `2018-03-24T17:15:20.865716Z`, always with six decimals, as Zeek's JSON writer does.
pub(crate) fn push_rfc3339_micros(instant: Timestamp, to: &mut String) {
    let seconds = instant.seconds();
    let (year, month, day) = civil_from_days(seconds.div_euclid(86_400));
    let of_day = seconds.rem_euclid(86_400);
    let micros = instant.micros().rem_euclid(1_000_000);
    // Timestamps lie within 1677 to 2262, so no part is negative.
    let parts = [(year, 4, "-"), (month, 2, "-"), (day, 2, "T"), (of_day / 3_600, 2, ":"), (of_day / 60 % 60, 2, ":")];
    for (value, width, behind) in parts {
        push_digits(value.unsigned_abs(), width, to);
        to.push_str(behind);
    }
    push_digits((of_day % 60).unsigned_abs(), 2, to);
    to.push('.');
    push_digits(micros.unsigned_abs(), 6, to);
    to.push('Z');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, want: &str) {
        let found = event_time(text).map(|instant| instant.to_string());
        assert_eq!(found.as_deref(), Ok(want), "{text}");
    }

    #[test]
    fn five_forms_of_one_instant() {
        check("2018-03-24T17:15:20Z", "2018-03-24T17:15:20Z");
        check("2018-03-24T17:15:20.613421987Z", "2018-03-24T17:15:20.613421987Z");
        check("1521911720", "2018-03-24T17:15:20Z");
        check("1521911720613", "2018-03-24T17:15:20.613Z");
        check("1521911720613421987", "2018-03-24T17:15:20.613421987Z");
    }

    #[test]
    fn further_forms() {
        check("1521911720.613421", "2018-03-24T17:15:20.613421Z");
        check("1521911720613421", "2018-03-24T17:15:20.613421Z");
        check("2018-03-24T18:15:20.5+01:00", "2018-03-24T17:15:20.5Z");
        check("2018-03-24 17:15:20Z", "2018-03-24T17:15:20Z");
        check("2018-03-24T17:15:20.5", "2018-03-24T17:15:20.5Z");
        check("12/24/2025 3:03:58 PM", "2025-12-24T15:03:58Z");
        check("12/24/2025 12:03:58.25 AM", "2025-12-24T00:03:58.25Z");
        check("1/9/2007 10:41:00 AM +01:00", "2007-01-09T09:41:00Z");
        check("01/09/2007 21:41:00", "2007-01-09T21:41:00Z");
        check("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z");
        check("1.521911720613421e9", "2018-03-24T17:15:20.613421Z");
        check("21/Nov/2026:10:30:00 +0100", "2026-11-21T09:30:00Z");
        check("22.335172", "1970-01-01T00:00:22.335172Z");
        check("0", "1970-01-01T00:00:00Z");
        check("2000-02-29T00:00:00Z", "2000-02-29T00:00:00Z");
    }

    #[test]
    fn what_is_no_event_time() {
        for text in [
            "-1",
            "7258118400",
            "2200-01-01T00:00:00Z",
            "1969-12-31T23:59:59Z",
            "9999-12-31T00:00:00Z",
            "99999999999999999999",
        ] {
            assert_eq!(event_time(text), Err(NoInstant::OutOfRange), "{text}");
        }
        for text in [
            "",
            "yesterday",
            "2018-13-01T00:00:00Z",
            "1900-02-29T00:00:00Z",
            "2018-03-24T17:15:20.",
            "2018-03-24T17:15:20.Z",
            "2018-03-24",
            "1e",
            "--1",
            "1.2.3",
            "24/12/2025 15:03:58",
            "12/24/2025 15:03:58 PM",
            "12/24/2025",
            "2/29/2025 1:00:00",
            "1/2/2025 1:00:00 CET",
            "1/2/25 1:00:00",
        ] {
            assert_ne!(event_time(text).map(|_| ()), Ok(()), "{text}");
        }
    }

    proptest! {
        #[test]
        fn calendar_agrees_with_jiff(micros in 0_i64..7_258_118_400_000_000) {
            let instant = Timestamp::from_micros(micros).expect("in range");
            prop_assert_eq!(event_time(&instant.to_string()), Ok(instant));
            let mut text = String::new();
            push_rfc3339_micros(instant, &mut text);
            prop_assert_eq!(text.parse::<Timestamp>(), Ok(instant));
        }

        #[test]
        fn reads_any_text(text: String) {
            let found = event_time(&text);
            prop_assert!(found.is_err() || found.is_ok_and(|instant| instant.seconds() < END_S));
        }
    }
}
