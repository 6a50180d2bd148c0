//! What an hour should hold: the same hour of like days before, and how far hours stray from that.

use std::collections::BTreeMap;

use science::describe::Sorted;

/// Like days needed before an hour is compared with its own kind of day only: working days, or weekends.
const LIKE_DAYS_MIN: usize = 3;

/// Days before that are needed at all.
pub(super) const DAYS_MIN: usize = 5;

/// Logarithms of counts stray at least so much: a tenth and a bit.
const SPREAD_MIN: f64 = 0.15;

/// What is believed of the spread of an unknown thing's hours, a factor of two and a half, as of this many hours.
const SPREAD_USUAL: f64 = 0.9;
const USUAL_HOURS: f64 = 6.0;

const MAD_SCALE: f64 = 1.482_6;

/// What is expected of the hours of one thing.
#[derive(Debug)]
pub(super) struct Rhythm {
    by_hour: BTreeMap<i64, f64>,
    /// Of logarithms.
    pub spread: f64,
    pub degrees: f64,
    pub n_days: usize,
}

impl Rhythm {
    /// `past` counts by hour since 1970. `days`: those before, as their number since 1970, on which there was any record.
    /// `hours` are those to be judged.
    pub(super) fn of(past: &BTreeMap<i64, i64>, days: &[i64], hours: &[i64]) -> Option<Self> {
        if days.len() < DAYS_MIN {
            return None;
        }
        let value = |day: i64, hour: i64| log(past.get(&(day * 24 + hour.rem_euclid(24))).copied().unwrap_or(0) as f64);
        let mut by_hour = BTreeMap::new();
        let mut strays = Vec::new();
        for &hour in hours {
            let today = hour.div_euclid(24);
            let like: Vec<i64> = days.iter().copied().filter(|day| is_weekend(*day) == is_weekend(today)).collect();
            let days = if like.len() >= LIKE_DAYS_MIN { &like[..] } else { days };
            let values: Vec<f64> = days.iter().map(|day| value(*day, hour)).collect();
            let expected = median(&values);
            by_hour.insert(hour, expected);
            // What was expected with the case itself among the cases strays less than a new case does.
            let inflation = 1.0 + 1.0 / days.len() as f64;
            strays.extend(values.iter().map(|value| (value - expected) * inflation));
        }
        let n = strays.len() as f64;
        Some(Self { by_hour, spread: spread(&strays, n), degrees: n.min(10.0), n_days: days.len() })
    }

    /// Logarithm of the expected count, as [`log`] has it.
    pub(super) fn expected(&self, hour: i64) -> f64 {
        self.by_hour.get(&hour).copied().unwrap_or(0.0)
    }

    /// Events expected in an hour.
    pub(super) fn count(&self, hour: i64) -> f64 {
        (self.expected(hour).exp() - SOFT).max(0.0)
    }
}

/// Of the strays themselves, and of what was believed; their far quantiles count, since they are rarely normal.
fn spread(strays: &[f64], n: f64) -> f64 {
    let sizes = Sorted::new(strays.iter().map(|stray| stray.abs()).collect());
    // Of a normal distribution 95 % lie within 1.96 standard deviations, half within 0.6745.
    let seen = sizes.map_or(SPREAD_USUAL, |sizes| (sizes.quantile(0.95) / 1.96).max(sizes.median() * MAD_SCALE));
    ((n * seen + USUAL_HOURS * SPREAD_USUAL) / (n + USUAL_HOURS)).max(SPREAD_MIN)
}

/// 1970-01-01 was a Thursday.
fn is_weekend(day: i64) -> bool {
    [2, 3].contains(&day.rem_euclid(7))
}

/// Counts below ten are all nothing.
const SOFT: f64 = 10.0;

pub(super) fn log(count: f64) -> f64 {
    (count.max(0.0) + SOFT).ln()
}

fn median(values: &[f64]) -> f64 {
    Sorted::new(values.to_vec()).map_or(0.0, |sorted| sorted.median())
}
