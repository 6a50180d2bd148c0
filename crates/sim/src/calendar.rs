//! When people are at work: the day and week rhythm that everything human follows.

use crate::dice::{Dice, mix};

/// Microseconds since 1970 in UTC: the resolution of Zeek's logs.
pub(crate) type Micros = i64;

pub(crate) const MILLI: Micros = 1_000;
pub(crate) const SECOND: Micros = 1_000_000;
pub(crate) const MINUTE: Micros = 60 * SECOND;
pub(crate) const HOUR: Micros = 60 * MINUTE;
pub(crate) const DAY: Micros = 24 * HOUR;

/// Seconds as a span of time.
pub(crate) fn seconds(seconds: f64) -> Micros {
    (seconds * SECOND as f64) as Micros
}

/// Days since 1970.
pub(crate) fn day_of(at: Micros) -> i64 {
    at.div_euclid(DAY)
}

/// Days on which nearly nobody works, as month and day: those of most of Europe, and one of the organisation's own.
const HOLIDAYS: [&str; 6] = ["01-01", "01-15", "05-01", "10-03", "12-25", "12-26"];

/// A holiday.
fn holiday(day: i64) -> bool {
    let date = date(day * DAY);
    date.get(5..).is_some_and(|date| HOLIDAYS.contains(&date))
}

/// A day on which an organisation rests.
pub(crate) fn free(day: i64) -> bool {
    weekend(day) || holiday(day)
}

/// Saturday or Sunday. 1970-01-01 was a Thursday.
pub(crate) fn weekend(day: i64) -> bool {
    (day + 3).rem_euclid(7) >= 5
}

/// Whole days from that of `at` to the last of its month.
pub(crate) fn days_to_month_end(at: Micros) -> i64 {
    let month = |day: i64| date(day * DAY).chars().take(7).collect::<String>();
    let today = day_of(at);
    (1..31).find(|ahead| month(today + ahead) != month(today)).unwrap_or(31) - 1
}

/// How much the outside world does at this hour compared with its busiest: night 0.25, afternoon 1.
pub(crate) fn tide(at: Micros) -> f64 {
    let hour = at.rem_euclid(DAY) as f64 / HOUR as f64;
    let weekday = if weekend(day_of(at)) { 0.7 } else { 1.0 };
    weekday * (0.625 + 0.375 * ((hour - 15.0) / 24.0 * std::f64::consts::TAU).cos())
}

/// `2026-01-05` of an instant.
pub(crate) fn date(at: Micros) -> String {
    let text = schema::Timestamp::from_micros(at).unwrap_or_default().to_string();
    text.chars().take(10).collect()
}

/// A person's habits; each day varies around them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Habits {
    seed: u64,
    arrives: f64,
    leaves: f64,
    /// Chance to work on a weekend day.
    weekends: f64,
}

impl Habits {
    /// Most arrive around a quarter to nine and leave around half past five; one in twelve works late.
    pub(crate) fn draw(seed: u64, person: u64) -> Self {
        let mut dice = Dice::of(seed, "habits", person);
        let late = dice.chance(0.08);
        let shift = if late { 3.5 } else { 0.0 };
        let arrives = dice.normal(8.75, 0.6) + shift * 0.4;
        let leaves = (dice.normal(17.4, 0.8) + shift).max(arrives + 4.0);
        let weekends = if dice.chance(0.12) { 0.4 } else { 0.02 };
        Self { seed: mix(seed, person), arrives, leaves, weekends }
    }

    /// The day as it turns out: `None` for holidays, leave, illness, and most weekend days.
    pub(crate) fn workday(&self, day: i64) -> Option<Workday> {
        let mut dice = Dice::of(self.seed, "workday", day.unsigned_abs());
        let works = if free(day) { self.weekends } else { 0.92 };
        if !dice.chance(works) {
            return None;
        }
        let hours = |h: f64| day * DAY + (h.clamp(0.2, 23.8) * HOUR as f64) as Micros;
        let arrive = self.arrives + dice.normal(0.0, 0.3);
        let leave = if free(day) { arrive + dice.between(1.5, 5.0) } else { self.leaves + dice.normal(0.0, 0.5) };
        let lunch = dice.normal(12.3, 0.3).max(arrive + 0.5);
        let back = lunch + dice.between(0.4, 1.1);
        Some(Workday {
            arrive: hours(arrive),
            lunch: hours(lunch),
            back: hours(back),
            leave: hours(leave.max(back + 0.5)),
            naps: dice.chance(0.3),
        })
    }

    /// The first arrival after `at`, looking three weeks ahead.
    pub(crate) fn next_arrival(&self, at: Micros) -> Option<Micros> {
        let today = day_of(at);
        (today..today + 21).filter_map(|day| self.workday(day)).map(|day| day.arrive).find(|arrive| *arrive > at)
    }
}

/// One person's day: at work from `arrive` to `leave`, away from `lunch` to `back`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Workday {
    pub(crate) arrive: Micros,
    pub(crate) lunch: Micros,
    pub(crate) back: Micros,
    pub(crate) leave: Micros,
    /// The laptop is closed during lunch.
    pub(crate) naps: bool,
}

impl Workday {
    /// The person sits at the machine.
    pub(crate) fn present(&self, at: Micros) -> bool {
        (self.arrive <= at && at < self.lunch) || (self.back <= at && at < self.leave)
    }

    /// A laptop that follows its owner is open.
    pub(crate) fn open(&self, at: Micros) -> bool {
        let napping = self.naps && self.lunch <= at && at < self.back;
        self.arrive <= at && at < self.leave && !napping
    }

    /// From when on, after `at`, the person is there again today.
    pub(crate) fn next_presence(&self, at: Micros) -> Option<Micros> {
        if at < self.arrive {
            return Some(self.arrive);
        }
        (self.lunch <= at && at < self.back).then_some(self.back)
    }
}
