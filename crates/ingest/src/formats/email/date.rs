//! Dates of header fields: RFC 5322 with its obsolete forms, and what else senders write.

use schema::Timestamp;

use crate::instant;

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Zones by name (RFC 5322, 4.3) and those that mail programs add to it.
const ZONES: [(&str, &str); 14] = [
    ("Z", "+0000"),
    ("UT", "+0000"),
    ("UTC", "+0000"),
    ("GMT", "+0000"),
    ("EST", "-0500"),
    ("EDT", "-0400"),
    ("CST", "-0600"),
    ("CDT", "-0500"),
    ("MST", "-0700"),
    ("MDT", "-0600"),
    ("PST", "-0800"),
    ("PDT", "-0700"),
    ("CET", "+0100"),
    ("CEST", "+0200"),
];

/// Reads `Sat, 21 Nov 2026 09:30:00 +0100`, `Sat Nov 21 09:30:00 2026` and RFC 3339; without zone it is UTC.
pub(super) fn mail_time(text: &str) -> Option<Timestamp> {
    let mut parts = Parts::default();
    // A date has at most eight words; comments behind it say its zone once more.
    for word in text.split([' ', '\t', ',', '(', ')']).filter(|word| !word.is_empty()).take(10) {
        parts.take(word);
    }
    let written = parts.rfc3339();
    let written = written.as_deref().or(Some(text.trim()).filter(|text| text.contains(':')))?;
    instant::event_time(written).ok()
}

/// What the words of a date say.
#[derive(Debug, Default)]
struct Parts<'d> {
    day: Option<&'d str>,
    month: Option<usize>,
    year: Option<&'d str>,
    clock: Option<&'d str>,
    zone: Option<&'d str>,
}

impl<'d> Parts<'d> {
    fn take(&mut self, word: &'d str) {
        let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
        if word.starts_with(['+', '-']) && self.clock.is_some() {
            self.zone = self.zone.or(Some(word));
        } else if word.contains(':') {
            self.take_clock(word);
        } else if is_number && self.day.is_none() && word.len() <= 2 {
            self.day = Some(word);
        } else if is_number {
            self.year = self.year.or(Some(word));
        } else if let (None, Some(month)) = (self.month, month(word)) {
            self.month = Some(month);
        } else if word.contains('-') && self.day.is_none() {
            word.split('-').for_each(|part| self.take(part));
        } else if self.clock.is_some() {
            let named = ZONES.iter().find(|(name, _)| word.eq_ignore_ascii_case(name));
            self.zone = self.zone.or(named.map(|(_, offset)| *offset));
        }
    }

    /// The zone may stand right behind the time.
    fn take_clock(&mut self, word: &'d str) {
        let end = word.find(['+', '-']).unwrap_or(word.len());
        let (clock, zone) = word.split_at_checked(end).unwrap_or((word, ""));
        self.clock = self.clock.or(Some(clock));
        if !zone.is_empty() {
            self.zone = self.zone.or(Some(zone));
        }
    }

    fn rfc3339(&self) -> Option<String> {
        let (day, month, year) = (self.day?, self.month? + 1, self.year?.parse::<i32>().ok()?);
        // Years of two and three digits: RFC 5322, 4.3.
        let year = match (self.year?.len(), year) {
            (2, 0..50) => year + 2_000,
            (2 | 3, _) => year + 1_900,
            _ => year,
        };
        let mut fields = self.clock?.split([':', '.']);
        let (hour, minute, second) = (fields.next()?, fields.next()?, fields.next().unwrap_or("00"));
        let zone = self.zone.filter(|zone| zone.len() == 5 || zone.len() == 6).unwrap_or("+0000");
        Some(format!("{year:04}-{month:02}-{day:0>2}T{hour:0>2}:{minute:0>2}:{second:0>2}{zone}"))
    }
}

fn month(word: &str) -> Option<usize> {
    let start = word.get(..3)?;
    MONTHS.iter().position(|month| start.eq_ignore_ascii_case(month))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_forms_of_one_instant() {
        for text in [
            "Sat, 21 Nov 2026 09:30:00 +0000",
            "Sat, 21 Nov 2026 09:30:00 +0000 (UTC)",
            "Sat, 21 Nov 2026 01:30:00 -0800 (PST)",
            "21 Nov 2026 09:30 GMT",
            "Sat, 21 Nov 26 04:30:00 EST",
            "Sat, 21 Nov 2026 04:30 EST",
            "Sat,21 Nov 2026 09:30:00",
            "Sat Nov 21 09:30:00 2026",
            "Sat Nov 21 10:30:00 +0100 2026",
            "Saturday, 21-Nov-2026 9:30:00 UTC",
            "Sat, 21 November 2026 12:30:00+0300",
            "2026-11-21T09:30:00Z",
        ] {
            assert_eq!(mail_time(text).map(|at| at.to_string()).as_deref(), Some("2026-11-21T09:30:00Z"), "{text}");
        }
    }

    #[test]
    fn what_is_no_date() {
        for text in [
            "",
            "soon",
            "Sat, 32 Nov 2026 09:30:00 +0000",
            "Sat, 21 Nov 1926 09:30:00 +0000",
            "1",
            "12:30",
            "99 Foo 2026 99:99:99",
        ] {
            assert_eq!(mail_time(text), None, "{text}");
        }
    }
}
