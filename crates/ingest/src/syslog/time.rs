//! The times that stand in log lines: with or without year, zone, weekday and decimals, in the order of many tools.

use schema::Timestamp;

use crate::{
    instant::{END_S, days_from_civil, days_in_month, digit, fraction, offset},
    observed::{Observed, Yearless},
};

const SECOND_NS: i64 = 1_000_000_000;

/// What stands where a time is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// A time, and how many bytes it takes.
    Time(Observed, usize),
    /// Looks like a time but is none.
    Bad,
    OutOfRange,
    Nothing,
}

/// Reads a time at the start of the text.
pub(super) fn leading(text: &str) -> Found {
    let bytes = text.as_bytes();
    match bytes {
        [b'0'..=b'9', b'0'..=b'9', b'0'..=b'9', b'0'..=b'9', b'-', ..] => iso(bytes),
        [b'0'..=b'9', b'0'..=b'9', b'0'..=b'9', b'0'..=b'9', b' ', rest @ ..] if month(rest).is_some() => {
            year_first(bytes)
        }
        [b'0'..=b'9', b'0'..=b'9', b'-', rest @ ..] if month(rest).is_some() => day_first(bytes),
        [b'0'..=b'9', ..] => unix(bytes),
        _ if month(bytes).is_some() => month_first(bytes),
        _ if is_weekday(bytes) => after(4, leading_without_weekday(bytes.get(4..).unwrap_or_default())),
        _ => Found::Nothing,
    }
}

/// Whether the text begins in the way of BIND: `22-Nov-2026 03:14:13.123`.
pub(super) fn is_day_first(text: &str) -> bool {
    matches!(text.as_bytes(), [b'0'..=b'9', b'0'..=b'9', b'-', rest @ ..] if month(rest).is_some())
}

/// `Sun 2026-11-22 03:14:13 UTC` of journalctl and `Sun Nov 22 03:14:13 2026` of ctime.
fn leading_without_weekday(bytes: &[u8]) -> Found {
    match bytes {
        [b'0'..=b'9', b'0'..=b'9', b'0'..=b'9', b'0'..=b'9', b'-', ..] => iso(bytes),
        _ if month(bytes).is_some() => month_first(bytes),
        _ => Found::Nothing,
    }
}

/// `2026-11-22T03:14:13.123456+01:00`; a blank for the `T`, a comma for the point, no zone, a named zone.
fn iso(bytes: &[u8]) -> Found {
    let Some((date, rest)) = bytes.split_at_checked(10) else { return Found::Bad };
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *date else { return Found::Bad };
    let [b'T' | b't' | b' ' | b'_', clock @ ..] = rest else { return Found::Bad };
    let Some((of_day, clock_length)) = clock_time(clock) else { return Found::Bad };
    let fields = (number(&[y1, y2, y3, y4]), number(&[m1, m2]), number(&[d1, d2]));
    let (Some(year), Some(month), Some(day)) = fields else { return Found::Bad };
    let (shift, zone_length) = zone(clock.get(clock_length..).unwrap_or_default());
    whole(year, month, day, of_day - shift, 11 + clock_length + zone_length)
}

/// `Nov 22 03:14:13`, also with decimals, with the year before or behind the time, and with a zone.
fn month_first(bytes: &[u8]) -> Found {
    let Some(month) = month(bytes) else { return Found::Nothing };
    let Some((day, day_length)) = day(bytes.get(4..).unwrap_or_default()) else { return Found::Nothing };
    let mut at = 4 + day_length;
    let mut year = year_at(bytes.get(at..).unwrap_or_default());
    if year.is_some() {
        at += 5;
    }
    let Some((of_day, clock_length)) = bytes.get(at..).and_then(clock_time) else { return Found::Bad };
    at += clock_length;
    if year.is_none() {
        year = bytes.get(at..).and_then(year_behind);
        at += if year.is_some() { 5 } else { 0 };
    }
    let (shift, zone_length) = zone(bytes.get(at..).unwrap_or_default());
    let of_day = of_day - shift;
    let length = at + zone_length;
    match year {
        Some(year) => whole(year, month, day, of_day, length),
        None => Yearless::new(month, day, of_day)
            .map_or(Found::Bad, |yearless| Found::Time(Observed::InSomeYear(yearless), length)),
    }
}

/// `2026 Nov 22 03:14:13` of NX-OS.
fn year_first(bytes: &[u8]) -> Found {
    let Some((year, rest)) = bytes.split_at_checked(5) else { return Found::Nothing };
    let Some(year) = year.get(..4).and_then(number) else { return Found::Nothing };
    let Some((day, day_length)) = rest.get(4..).and_then(day) else { return Found::Nothing };
    let at = 4 + day_length;
    let Some((of_day, clock_length)) = rest.get(at..).and_then(clock_time) else { return Found::Bad };
    let Some(month) = month(rest) else { return Found::Nothing };
    let (shift, zone_length) = zone(rest.get(at + clock_length..).unwrap_or_default());
    whole(year, month, day, of_day - shift, 5 + at + clock_length + zone_length)
}

/// `22-Nov-2026 03:14:13.123` of BIND.
fn day_first(bytes: &[u8]) -> Found {
    let [d1, d2, b'-', _, _, _, b'-', y1, y2, y3, y4, b' ' | b':', clock @ ..] = bytes else { return Found::Nothing };
    let Some((of_day, clock_length)) = clock_time(clock) else { return Found::Bad };
    let month = bytes.get(3..).and_then(month);
    let fields = (number(&[*y1, *y2, *y3, *y4]), month, number(&[*d1, *d2]));
    let (Some(year), Some(month), Some(day)) = fields else { return Found::Bad };
    whole(year, month, day, of_day, 12 + clock_length)
}

/// `1795317253.123456` of journalctl: seconds with decimals.
fn unix(bytes: &[u8]) -> Found {
    let whole = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (nanos, rest) = fraction(bytes.get(whole..).unwrap_or_default());
    let length = bytes.len() - rest.len();
    let is_one = (9..=11).contains(&whole) && length > whole && matches!(rest.first(), Some(b' '));
    if !is_one {
        return Found::Nothing;
    }
    let seconds = bytes.get(..whole).and_then(number);
    let instant = seconds.and_then(|seconds| seconds.checked_mul(SECOND_NS)?.checked_add(nanos));
    instant.map_or(Found::OutOfRange, |nanos| in_range(Timestamp::from_nanos(nanos), length))
}

fn after(length: usize, found: Found) -> Found {
    match found {
        Found::Time(observed, more) => Found::Time(observed, length + more),
        other => other,
    }
}

fn whole(year: i64, month: i64, day: i64, of_day_ns: i64, length: usize) -> Found {
    let exists = (1..=12).contains(&month) && (1..=days_in_month(year, month)).contains(&day);
    if !exists {
        return Found::Bad;
    }
    let midnight = days_from_civil(year, month, day).checked_mul(86_400 * SECOND_NS);
    let instant = midnight.and_then(|midnight| midnight.checked_add(of_day_ns));
    instant.map_or(Found::OutOfRange, |nanos| in_range(Timestamp::from_nanos(nanos), length))
}

fn in_range(instant: Timestamp, length: usize) -> Found {
    let is_event_time = instant.nanos() >= 0 && instant.seconds() < END_S;
    if is_event_time { Found::Time(Observed::At(instant), length) } else { Found::OutOfRange }
}

/// Nanoseconds since midnight of `03:14:13` and its decimals, and how many bytes they take.
fn clock_time(bytes: &[u8]) -> Option<(i64, usize)> {
    let (clock, rest) = match bytes {
        [h1, h2, b':', ..] if h1.is_ascii_digit() && h2.is_ascii_digit() => bytes.split_at_checked(8)?,
        _ => return None,
    };
    let [h1, h2, b':', m1, m2, b':', s1, s2] = *clock else { return None };
    let (hour, minute, second) = (number(&[h1, h2])?, number(&[m1, m2])?, number(&[s1, s2])?);
    // Second 60 is a leap second; it counts as the next one.
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let (nanos, length) = match rest {
        [b',', decimals @ ..] if decimals.first().is_some_and(u8::is_ascii_digit) => {
            let count = decimals.iter().take_while(|byte| byte.is_ascii_digit()).count();
            (decimals_ns(decimals, count), 9 + count)
        }
        _ => {
            let (nanos, behind) = fraction(rest);
            (nanos, bytes.len() - behind.len())
        }
    };
    Some(((hour * 3_600 + minute * 60 + second) * SECOND_NS + nanos, length))
}

fn decimals_ns(decimals: &[u8], count: usize) -> i64 {
    let place = |place: usize| decimals.get(place).filter(|_| place < count).and_then(|&byte| digit(byte));
    (0..9).fold(0, |nanos, at| nanos * 10 + place(at).unwrap_or(0))
}

/// A day of the month and the blank behind it: ` 5 `, `05 `, `5 `, `22 `.
fn day(bytes: &[u8]) -> Option<(i64, usize)> {
    let (day, length) = match *bytes {
        [b' ', d, b' ' | b',', ..] => (number(&[d])?, 3),
        [d1, d2, b' ' | b',', ..] => (number(&[d1, d2])?, 3),
        [d, b' ' | b',', ..] => (number(&[d])?, 2),
        _ => return None,
    };
    // `Nov 22, 2026 03:14:13`
    let comma = bytes.get(length - 1) == Some(&b',');
    Some((day, if comma { length + 1 } else { length }))
}

/// `2026 ` where a clock time follows.
fn year_at(bytes: &[u8]) -> Option<i64> {
    match bytes {
        [y1, y2, y3, y4, b' ', ..] => number(&[*y1, *y2, *y3, *y4]),
        _ => None,
    }
}

/// ` 2026` behind the clock time, where something else than a digit follows.
fn year_behind(bytes: &[u8]) -> Option<i64> {
    let [b' ', y1, y2, y3, y4, rest @ ..] = bytes else { return None };
    let year = number(&[*y1, *y2, *y3, *y4])?;
    let stands_alone = matches!(rest, [] | [b' ', ..] | [b':'] | [b':', b' ', ..]);
    (stands_alone && (1970..2200).contains(&year)).then_some(year)
}

/// Nanoseconds east of UTC and the bytes that say so; zones without meaning to us count as UTC.
fn zone(bytes: &[u8]) -> (i64, usize) {
    let none = (0, 0);
    match bytes {
        [b'Z' | b'z', ..] => (0, 1),
        [b'+' | b'-', ..] => {
            let digits = bytes.iter().skip(1).take_while(|byte| byte.is_ascii_digit() || **byte == b':').count();
            // A colon behind the zone ends the header of a Cisco line.
            let numeric = |length: usize| Some((offset(bytes.get(..length)?)? * SECOND_NS, length));
            numeric(1 + digits).or_else(|| numeric(digits)).unwrap_or(none)
        }
        [b' ', rest @ ..] => {
            let length = rest.iter().take_while(|byte| byte.is_ascii_uppercase()).count();
            let name = rest.get(..length).unwrap_or_default();
            named_zone(name).map_or(none, |hours| (hours * 3_600 * SECOND_NS, length + 1))
        }
        _ => none,
    }
}

/// Hours east of UTC of zone names that mean one thing only where devices print them.
fn named_zone(name: &[u8]) -> Option<i64> {
    Some(match name {
        b"UTC" | b"GMT" | b"WET" => 0,
        b"CET" | b"BST" | b"WEST" => 1,
        b"CEST" | b"EET" | b"SAST" => 2,
        b"EEST" | b"MSK" => 3,
        b"SGT" | b"HKT" | b"AWST" => 8,
        b"JST" | b"KST" => 9,
        b"AEST" => 10,
        b"AEDT" => 11,
        b"NZST" => 12,
        b"NZDT" => 13,
        b"BRT" => -3,
        b"EDT" => -4,
        b"EST" | b"CDT" => -5,
        b"MDT" => -6,
        b"MST" | b"PDT" => -7,
        b"PST" => -8,
        _ => return None,
    })
}

/// The month whose English short name stands here with a blank or dash behind it.
fn month(bytes: &[u8]) -> Option<i64> {
    let (&[a, b, c], [b' ' | b'-', ..]) = bytes.split_first_chunk()? else { return None };
    Some(match &[a, b | 0x20, c | 0x20] {
        b"Jan" => 1,
        b"Feb" => 2,
        b"Mar" => 3,
        b"Apr" => 4,
        b"May" => 5,
        b"Jun" => 6,
        b"Jul" => 7,
        b"Aug" => 8,
        b"Sep" => 9,
        b"Oct" => 10,
        b"Nov" => 11,
        b"Dec" => 12,
        _ => return None,
    })
}

fn is_weekday(bytes: &[u8]) -> bool {
    matches!(bytes, [a, b, c, b' ', ..] if [b"Mon", b"Tue", b"Wed", b"Thu", b"Fri", b"Sat", b"Sun"].contains(&&[*a, *b, *c]))
}

fn number(digits: &[u8]) -> Option<i64> {
    digits.iter().try_fold(0_i64, |value, &byte| value.checked_mul(10)?.checked_add(digit(byte)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, want: &str, behind: &str) {
        let read: Timestamp = "2026-11-22T09:00:00Z".parse().expect("a time");
        let Found::Time(observed, length) = leading(text) else { panic!("{text}: {:?}", leading(text)) };
        assert_eq!(observed.settle(read).to_string(), want, "{text}");
        assert_eq!(text.get(length..), Some(behind), "{text}");
    }

    #[test]
    fn many_forms_of_one_instant() {
        let want = "2026-11-22T03:14:13Z";
        for text in [
            "Nov 22 03:14:13",
            "Nov 22 03:14:13 2026",
            "Nov 22 2026 03:14:13",
            "Nov 22 04:14:13 CET",
            "Nov 22 03:14:13 2026 UTC",
            "2026 Nov 22 03:14:13 UTC",
            "2026-11-22T03:14:13Z",
            "2026-11-22T04:14:13+01:00",
            "2026-11-22T04:14:13+0100",
            "2026-11-22 03:14:13",
            "Sun 2026-11-22 03:14:13 UTC",
            "Sun Nov 22 03:14:13 2026",
            "22-Nov-2026 03:14:13",
        ] {
            check(&format!("{text} host"), want, " host");
            check(&format!("{text}: x"), want, ": x");
        }
        check("1795317253.000000 host", "2026-11-22T03:14:13Z", " host");
    }

    #[test]
    fn decimals_and_small_days() {
        check("Nov  5 03:14:13.123456 h", "2026-11-05T03:14:13.123456Z", " h");
        check("Nov 5 03:14:13 h", "2026-11-05T03:14:13Z", " h");
        check("Nov 05 03:14:13 h", "2026-11-05T03:14:13Z", " h");
        check("2026-11-05 03:14:13,250 h", "2026-11-05T03:14:13.25Z", " h");
        check("Nov 22 00:14:13 CET h", "2026-11-21T23:14:13Z", " h");
        check("Feb 29 03:14:13 h", "2024-02-29T03:14:13Z", " h");
    }

    #[test]
    fn what_is_no_time() {
        for text in ["Feb 30 03:14:13 h", "Nov 22 24:14:13 h", "2026-13-01T00:00:00Z", "2026-11-22", "Nov 22 3:14 h"] {
            assert_eq!(leading(text), Found::Bad, "{text}");
        }
        for text in ["", "Nov", "hello", "Novel 22 03:14:13", "12345 h", "Mon", "0000", "May the force"] {
            assert_eq!(leading(text), Found::Nothing, "{text}");
        }
        assert_eq!(leading("1969-12-31T23:59:59Z"), Found::OutOfRange);
        assert_eq!(leading("2200-01-01T00:00:00Z"), Found::OutOfRange);
    }
}
