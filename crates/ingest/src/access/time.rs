//! Times as web servers write them, rewritten as RFC 3339. A time without zone is UTC.
//!
//! What does not have the form is appended as it came, and then rejected as a time that cannot be read.

/// Whether the text has the form of `21/Nov/2026:09:30:00`, whatever follows.
pub(crate) fn is_clf(text: &str) -> bool {
    clf_date(text).is_some()
}

/// Whether the text has the form of `2026-11-21T09:30:00`, whatever follows.
pub(crate) fn is_iso(text: &str) -> bool {
    let bytes = text.as_bytes();
    matches!(bytes, [b'0'..=b'9', _, _, _, b'-', _, _, b'-', _, _, b'T' | b' ', _, _, b':', ..])
}

/// `21/Nov/2026:09:30:00 +0100`, also with decimals and without zone.
pub(crate) fn push_clf(text: &str, to: &mut String) {
    let (Some((year, month, day)), Some(clock)) = (clf_date(text), text.get(12..)) else {
        to.push_str(text);
        return;
    };
    let (clock, zone) = clock.split_once(' ').unwrap_or((clock, ""));
    let zone = if matches!(zone, "" | "UTC" | "GMT") { "Z" } else { zone };
    for part in [year, "-", month, "-", day, "T", clock, zone] {
        to.push_str(part);
    }
}

/// Year, month and day of `21/Nov/2026:`.
fn clf_date(text: &str) -> Option<(&str, &str, &str)> {
    let &[d1, d2, b'/', m1, m2, m3, b'/', y1, y2, y3, y4, b':', ..] = text.as_bytes() else { return None };
    let are_digits = [d1, d2, y1, y2, y3, y4].iter().all(u8::is_ascii_digit);
    let month = month_number([m1, m2, m3])?;
    are_digits.then_some((text.get(7..11)?, month, text.get(..2)?))
}

/// `Wed Nov 21 09:30:00.123456 2026` of Apache's error log.
pub(crate) fn push_asctime(text: &str, to: &mut String) {
    let mut words = text.split_ascii_whitespace();
    let parts = (words.next(), words.next(), words.next(), words.next(), words.next());
    let (Some(_weekday), Some(month), Some(day), Some(clock), Some(year)) = parts else {
        to.push_str(text);
        return;
    };
    let month = month.as_bytes().first_chunk().and_then(|&month| month_number(month)).unwrap_or(month);
    let day_padding = if day.len() == 1 { "0" } else { "" };
    for part in [year, "-", month, "-", day_padding, day, "T", clock, "Z"] {
        to.push_str(part);
    }
}

/// `2026/11/21 09:30:00` of nginx's error log.
pub(crate) fn push_slashed(text: &str, to: &mut String) {
    for (place, character) in text.chars().enumerate() {
        to.push(match (place, character) {
            (4 | 7, '/') => '-',
            (10, ' ') => 'T',
            (_, character) => character,
        });
    }
    to.push('Z');
}

fn month_number(name: [u8; 3]) -> Option<&'static str> {
    Some(match &name {
        b"Jan" => "01",
        b"Feb" => "02",
        b"Mar" => "03",
        b"Apr" => "04",
        b"May" => "05",
        b"Jun" => "06",
        b"Jul" => "07",
        b"Aug" => "08",
        b"Sep" => "09",
        b"Oct" => "10",
        b"Nov" => "11",
        b"Dec" => "12",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(push: fn(&str, &mut String), text: &str) -> String {
        let mut to = String::new();
        push(text, &mut to);
        to
    }

    #[test]
    fn times_become_rfc_3339() {
        assert_eq!(with(push_clf, "21/Nov/2026:09:30:00 +0100"), "2026-11-21T09:30:00+0100");
        assert_eq!(with(push_clf, "06/Feb/2009:12:14:14.655"), "2009-02-06T12:14:14.655Z");
        assert_eq!(with(push_clf, "21/Nul/2026:09:30:00 +0100"), "21/Nul/2026:09:30:00 +0100");
        assert_eq!(with(push_asctime, "Wed Oct 11 14:32:52.123456 2000"), "2000-10-11T14:32:52.123456Z");
        assert_eq!(with(push_asctime, "Sun Nov  1 14:32:52 2026"), "2026-11-01T14:32:52Z");
        assert_eq!(with(push_slashed, "2026/11/21 09:30:00"), "2026-11-21T09:30:00Z");
    }

    #[test]
    fn what_is_no_time_stays_as_it_is() {
        for text in ["", "yesterday", "1/2/3", "21/Nov/20é6:09:30:00"] {
            assert_eq!(with(push_clf, text), text);
        }
        assert!(!is_clf("21-Nov-2026:09:30:00"));
        assert!(is_clf("21/Nov/2026:09:30:00 +0000"));
    }
}
