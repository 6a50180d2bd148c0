//! What is usual for an hour of the week, also after a few days only.

use std::collections::VecDeque;

use crate::PValue;

/// Hours in a week, and in a day.
const HOURS: usize = 168;
const DAY: usize = 24;

/// The distribution of a value by hour of the week, from the last weeks, by quantile regression on the hour: with one
/// parameter for each hour its solution is the hour's own quantiles (Koenker and Bassett 1978).
///
/// With few weeks an hour's own values say little, so they are shrunk: an hour with n values counts n / (n + 4), the
/// same hour of other days of its kind (working days or weekends) takes that share of the rest, then the same hour of
/// all days, and all hours what is left. Hours are counted from the beginning of the week that the caller means: from
/// Monday, and hours 120 to 167 are the weekend.
#[derive(Debug, Clone, PartialEq)]
pub struct WeeklyBaseline {
    weeks: usize,
    hours: Vec<VecDeque<f64>>,
}

impl WeeklyBaseline {
    /// How many values it takes until an hour counts as much by itself as all that stands in for it.
    const TRUST: f64 = 4.0;

    /// Remembers the last `weeks` values of each hour, at least 1.
    pub fn new(weeks: usize) -> Self {
        Self { weeks: weeks.max(1), hours: vec![VecDeque::new(); HOURS] }
    }

    /// Takes the value of an hour, 0 to 167 (modulo the week); not-numbers are passed over.
    pub fn learn(&mut self, hour: usize, value: f64) {
        let weeks = self.weeks;
        if let Some(values) = self.hours.get_mut(hour % HOURS).filter(|_| value.is_finite()) {
            if values.len() == weeks {
                values.pop_front();
            }
            values.push_back(value);
        }
    }

    /// Values held now.
    pub fn size(&self) -> usize {
        self.hours.iter().map(VecDeque::len).sum()
    }

    /// The quantile of an hour, shrunk. `None` before anything was learnt. `share` is brought into 0 to 1.
    pub fn quantile(&self, hour: usize, share: f64) -> Option<f64> {
        let mut weighted = self.weighted(hour);
        weighted.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let all: f64 = weighted.iter().map(|value| value.1).sum();
        let mut below = 0.0;
        let reached = weighted.iter().find(|value| {
            below += value.1;
            below >= share.clamp(0.0, 1.0) * all * (1.0 - 1e-12)
        });
        reached.or(weighted.last()).map(|value| value.0)
    }

    /// How often values at least as large come in this hour: the shrunk share of values ≥ `value`, the new one counted
    /// among them as one value of the hour's effective number (Kish).
    ///
    /// Null hypothesis: the value is exchangeable with those remembered, weighted as above; never below 1 / (n + 1) of
    /// the effective number n, and 1 before anything was learnt.
    pub fn p_value(&self, hour: usize, value: f64) -> PValue {
        let weighted = self.weighted(hour);
        let all: f64 = weighted.iter().map(|known| known.1).sum();
        if all <= 0.0 || value.is_nan() {
            return PValue::ONE;
        }
        let above: f64 = weighted.iter().filter(|known| known.0 >= value).map(|known| known.1).sum();
        let effective = all * all / weighted.iter().map(|known| known.1 * known.1).sum::<f64>();
        PValue::clamped((above / all * effective + 1.0) / (effective + 1.0))
    }

    /// All values with their weights for an hour.
    fn weighted(&self, hour: usize) -> Vec<(f64, f64)> {
        let hour = hour % HOURS;
        let weekend = |hour: usize| hour / DAY >= 5;
        let circles: [&dyn Fn(usize) -> bool; 4] = [
            &|other| other == hour,
            &|other| other % DAY == hour % DAY && weekend(other) == weekend(hour),
            &|other| other % DAY == hour % DAY,
            &|_| true,
        ];
        let (mut left, mut weighted) = (1.0, Vec::new());
        for (level, near) in circles.iter().enumerate() {
            let of: Vec<f64> =
                (0..HOURS).filter(|other| near(*other)).flat_map(|other| &self.hours[other]).copied().collect();
            let n = of.len() as f64;
            let share = if level + 1 == circles.len() { left } else { left * n / (n + Self::TRUST) };
            left -= share;
            weighted.extend(of.into_iter().map(|value| (value, share / n)));
        }
        weighted
    }
}
