//! Windows' two forms of time, as the text that Windows writes and as instants.

use schema::Timestamp;

/// 100 ns in a second, and in a day.
const TICKS_PER_SECOND: u64 = 10_000_000;
const TICKS_PER_DAY: u64 = 86_400 * TICKS_PER_SECOND;

/// From 1601-01-01, where FILETIME begins, to 1970-01-01.
const UNIX_EPOCH_TICKS: i64 = 116_444_736_000_000_000;

/// What a time is written into.
pub(super) const FORM: &[u8] = b"0000-00-00T00:00:00.0000000Z";

/// A FILETIME: 100 ns since 1601. Beyond the year 9999 the last four digits are written, and of what Windows takes for
/// a negative number only zeros.
pub(super) fn write_filetime(ticks: u64, to: &mut [u8]) {
    if i64::try_from(ticks).is_err() {
        return;
    }
    let (year, month, day) = date(ticks / TICKS_PER_DAY);
    let of_day = ticks % TICKS_PER_DAY;
    write([year, month, day], of_day / TICKS_PER_SECOND, of_day % TICKS_PER_SECOND, to);
}

/// The instant of a FILETIME; `None` outside 1677 to 2262.
pub(super) fn instant(ticks: u64) -> Option<Timestamp> {
    let since_1970 = i64::try_from(ticks).ok()?.checked_sub(UNIX_EPOCH_TICKS)?;
    since_1970.checked_mul(100).map(Timestamp::from_nanos)
}

/// A SYSTEMTIME: year, month, day of week, day, hour, minute, second, millisecond. One that is no time is written as
/// the first moment of FILETIME.
pub(super) fn write_systemtime(fields: &[u8; 16], to: &mut [u8]) {
    let mut numbers = fields.as_chunks::<2>().0.iter().map(|pair| u64::from(u16::from_le_bytes(*pair)));
    let mut next = || numbers.next().unwrap_or_default();
    let (year, month, _day_of_week, day) = (next(), next(), next(), next());
    let (hour, minute, second, millis) = (next(), next(), next(), next());
    let exists = (1601..=30_827).contains(&year)
        && (1..=12).contains(&month)
        && (1..=days_in_month(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60
        && millis < 1_000;
    if !exists {
        return write([1601, 1, 1], 0, 0, to);
    }
    write([year, month, day], hour * 3_600 + minute * 60 + second, millis * 10_000, to);
}

fn write([year, month, day]: [u64; 3], second_of_day: u64, ticks: u64, to: &mut [u8]) {
    let parts = [
        (0..4, year % 10_000),
        (5..7, month),
        (8..10, day),
        (11..13, second_of_day / 3_600),
        (14..16, second_of_day / 60 % 60),
        (17..19, second_of_day % 60),
        (20..27, ticks),
    ];
    for (place, value) in parts {
        put(to.get_mut(place).unwrap_or_default(), value);
    }
}

/// Writes a number's last digits.
#[inline]
pub(super) fn put(to: &mut [u8], mut value: u64) {
    for digit in to.iter_mut().rev() {
        *digit = b'0' + (value % 10) as u8;
        value /= 10;
    }
}

/// Year, month and day of a day since 1601-01-01, by counting in eras of 400 years that begin on a March 1st, so that
/// the day which comes and goes is the last of a year.
fn date(days: u64) -> (u64, u64, u64) {
    /// From 1200-03-01, the begin of an era, to 1601-01-01.
    const TO_ERA: u64 = 146_097 + 306;
    let days = days + TO_ERA;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let leap_days = day_of_era / 1_460 + day_of_era / 146_096 - day_of_era / 36_524;
    let year_of_era = (day_of_era - leap_days) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = 1_200 + 400 * era + year_of_era + u64::from(month <= 2);
    (year, month, day)
}

fn days_in_month(year: u64, month: u64) -> u64 {
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filetime(ticks: u64) -> String {
        let mut to = FORM.to_vec();
        write_filetime(ticks, &mut to);
        String::from_utf8(to).expect("ASCII")
    }

    #[test]
    fn filetimes_are_written_as_windows_does() {
        let cases = [
            (0, "1601-01-01T00:00:00.0000000Z"),
            (116_444_736_000_000_000, "1970-01-01T00:00:00.0000000Z"),
            (131_124_751_716_816_408, "2016-07-08T18:12:51.6816408Z"),
            (125_963_423_990_000_000, "2000-02-29T23:59:59.0000000Z"),
            (125_963_424_000_000_000, "2000-03-01T00:00:00.0000000Z"),
            (u64::MAX, "0000-00-00T00:00:00.0000000Z"),
        ];
        for (ticks, wanted) in cases {
            assert_eq!(filetime(ticks), wanted, "{ticks}");
        }
    }

    #[test]
    fn text_and_instant_of_a_filetime_agree() {
        for day in (0..200_000_u64).step_by(37) {
            let ticks = day * TICKS_PER_DAY + 123_456_789;
            let Some(instant) = instant(ticks) else { continue };
            let written = filetime(ticks);
            assert_eq!(written.parse(), Ok(instant), "{written}");
        }
    }

    #[test]
    fn a_systemtime_that_is_none_is_the_first_moment() {
        let fields = |values: [u16; 8]| -> [u8; 16] {
            let mut bytes = [0; 16];
            let pairs = bytes.as_chunks_mut::<2>().0;
            pairs.iter_mut().zip(values).for_each(|(pair, value)| *pair = value.to_le_bytes());
            bytes
        };
        let written = |values| {
            let mut to = FORM.to_vec();
            write_systemtime(&fields(values), &mut to);
            String::from_utf8(to).expect("ASCII")
        };
        assert_eq!(written([2019, 3, 5, 1, 12, 34, 56, 789]), "2019-03-01T12:34:56.7890000Z");
        assert_eq!(written([2020, 2, 0, 29, 0, 0, 0, 0]), "2020-02-29T00:00:00.0000000Z");
        assert_eq!(written([2019, 2, 0, 29, 0, 0, 0, 0]), "1601-01-01T00:00:00.0000000Z");
        assert_eq!(written([0; 8]), "1601-01-01T00:00:00.0000000Z");
    }
}
